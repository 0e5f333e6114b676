//! What communities are to have more of than chance would give them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::moving::Level;
use super::null::Mass;
use crate::error::{Error, Result};
use crate::graph::{Adjacency, Graph, sum};

/// What a partition is judged by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Weight within communities beyond that of a random graph with the same strengths (Newman and Girvan).
    #[default]
    Modularity,
    /// The same for a graph whose ties all join two sides, whose random twin has no others (Barber).
    Bipartite,
    /// The constant Potts model: weight within communities beyond a fixed density. Free of a limit of resolution.
    Cpm,
}

/// The masses of the nodes.
pub(super) enum Masses {
    One(Vec<f64>),
    Two(Vec<[f64; 2]>),
}

/// What the objective expects between sets of nodes.
pub(super) struct Expectation<'a> {
    /// The ties that count.
    pub(super) arcs: Cow<'a, Adjacency>,
    pub(super) masses: Masses,
    pub(super) rate: f64,
    /// The weight of all ties.
    pub(super) total: f64,
    pub(super) mean_weight: f64,
    /// Whether no partition is better than one in which each leaf is with its neighbor.
    pub(super) leaves_follow: bool,
    objective: Objective,
}

impl<'a> Expectation<'a> {
    pub(super) fn new(
        graph: &'a Graph,
        objective: Objective,
        resolution: Option<f64>,
        directed: bool,
        weighted: bool,
    ) -> Result<Expectation<'a>> {
        if directed && objective != Objective::Modularity {
            return Err(Error::parameter("directed", "false unless the objective is modularity", directed));
        }
        let arcs = graph.undirected().out().counted(weighted);
        let node_count = graph.node_count();
        let strengths: Vec<f64> = (0..node_count as u32).map(|u| arcs.strength(u)).collect();
        let total = sum(node_count, |u| strengths[u]) / 2.0;
        let resolution = resolution.unwrap_or_else(|| match objective {
            Objective::Cpm => {
                let n = node_count as f64;
                if node_count > 1 { total / (n * (n - 1.0) / 2.0) } else { 0.0 }
            }
            _ => 1.0,
        });
        let per_total = |share: f64| if total > 0.0 { resolution * share / total } else { 0.0 };
        let (masses, rate) = match objective {
            Objective::Cpm => (Masses::One(vec![1.0; node_count]), resolution),
            Objective::Bipartite => {
                let sides = sides(&arcs)?;
                let mass =
                    |(&strength, &side): (&f64, &bool)| if side { [strength, 0.0] } else { [0.0, strength] };
                (Masses::Two(strengths.iter().zip(&sides).map(mass).collect()), per_total(1.0))
            }
            Objective::Modularity if directed && graph.is_directed() => {
                let of = |u: u32| {
                    let own =
                        graph.out().weight(u, u).map_or(0.0, |weight| if weighted { weight } else { 1.0 });
                    let strength = |arcs: &Adjacency| {
                        (if weighted { arcs.strength(u) } else { arcs.degree(u) as f64 }) - own
                    };
                    [strength(graph.out()), strength(graph.incoming())]
                };
                (Masses::Two((0..node_count as u32).map(of).collect()), per_total(1.0))
            }
            Objective::Modularity => (Masses::One(strengths), per_total(0.5)),
        };
        let edge_count = arcs.arc_count() as f64 / 2.0;
        let mean_weight = if edge_count > 0.0 { total / edge_count } else { 1.0 };
        let leaves_follow = objective != Objective::Cpm && resolution <= 1.0;
        Ok(Expectation { arcs, masses, rate, total, mean_weight, leaves_follow, objective })
    }

    /// A gain of weight within communities beyond what is expected, as a share of all weight.
    pub(super) fn share(&self, gained: f64) -> f64 {
        if self.total > 0.0 { gained / self.total } else { 0.0 }
    }

    /// The objective.
    pub(super) fn quality<M: Mass>(&self, level: &Level<M>, labels: &[u32]) -> f64 {
        let within = sum(labels.len(), |u| {
            let row = level.arcs.neighbors(u as u32);
            let is_within = row.iter().map(|&v| labels[v as usize] == labels[u]);
            match level.arcs.weights(u as u32) {
                None => is_within.filter(|&is_within| is_within).count() as f64,
                Some(weights) => is_within
                    .zip(weights)
                    .fold(0.0, |sum, (is_within, &weight)| sum + f64::from(is_within) * f64::from(weight)),
            }
        }) / 2.0;
        let squares = squares(level.masses, labels, labels.len());
        let expected = level.rate * sum(squares.len(), |label| squares[label]) / 2.0;
        match self.objective {
            // The pairs of a node with itself are none.
            Objective::Cpm => within - expected + level.rate * labels.len() as f64 / 2.0,
            _ if self.total > 0.0 => (within - expected) / self.total,
            _ => 0.0,
        }
    }

    /// What is expected within each of so many communities.
    pub(super) fn expected(&self, labels: &[u32], community_count: usize) -> Vec<f64> {
        let mut expected = match &self.masses {
            Masses::One(masses) => squares(masses, labels, community_count),
            Masses::Two(masses) => squares(masses, labels, community_count),
        };
        expected.iter_mut().for_each(|square| *square *= self.rate / 2.0);
        expected
    }
}

/// The masses of so many communities, each times itself.
fn squares<M: Mass>(masses: &[M], labels: &[u32], community_count: usize) -> Vec<f64> {
    let mut sums = vec![M::default(); community_count];
    for (&label, &mass) in labels.iter().zip(masses) {
        sums[label as usize] = sums[label as usize].plus(mass);
    }
    sums.iter().map(|&sum| sum.times(sum)).collect()
}

/// Whether all ties join two sides.
#[cfg(feature = "tables")]
pub(crate) fn is_bipartite(graph: &Graph) -> bool {
    sides(graph.undirected().out()).is_ok()
}

/// Which of two sides each node is on, so that all ties join both; nodes without a path between them choose freely.
pub(super) fn sides(arcs: &Adjacency) -> Result<Vec<bool>> {
    let mut sides: Vec<Option<bool>> = vec![None; arcs.row_count()];
    let mut queue = Vec::new();
    for first in 0..arcs.row_count() as u32 {
        if sides[first as usize].is_some() {
            continue;
        }
        sides[first as usize] = Some(true);
        queue.push(first);
        while let Some(u) = queue.pop() {
            let other = sides[u as usize].map(|side| !side);
            for &v in arcs.neighbors(u) {
                if sides[v as usize].is_none() {
                    sides[v as usize] = other;
                    queue.push(v);
                } else if sides[v as usize] != other {
                    return Err(Error::parameter(
                        "objective",
                        "modularity or cpm where ties make an odd cycle",
                        format!("bipartite, though nodes {u} and {v} are on one side"),
                    ));
                }
            }
        }
    }
    Ok(sides.into_iter().map(|side| side == Some(true)).collect())
}
