//! Leiden communities: groups that are tied within more than by chance, each of them connected.

use std::mem::take;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::aggregate::aggregate;
use super::groups::{Groups, compact};
use super::leaves::trimmed;
use super::marks::Marks;
use super::moving::Level;
use super::null::Mass;
use super::objective::{Expectation, Masses, Objective};
use super::partition::{Partition, numbered};
use super::refine::{Refinement, refine};
use super::tally::NONE;
use crate::error::{Error, Result};
use crate::graph::{Adjacency, Convergence, Graph, generator};
use crate::progress::Watch;

/// Parameters of [`leiden`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Leiden {
    /// What is to be as large as can be.
    pub objective: Objective,
    /// How dense a community must be: more gives smaller ones; at least 0. By default 1 for modularity, the density
    /// of the graph by weight for the constant Potts model.
    pub resolution: Option<f64>,
    /// Whether the direction of arcs counts, in the modularity of Leicht and Newman.
    pub directed: bool,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
    /// Iterations after which to stop in any case, at least 1; each begins with the communities of the one before.
    pub max_iterations: u32,
    /// The gain, as a share of all weight, at which to stop, at least 0: that of an iteration; one that begins with moves
    /// of single nodes which gain less, as one node in eight tells where they are many, is not gone on with. With 0 the
    /// last iteration gains nothing.
    pub tolerance: f64,
    /// How freely a node chooses among parts to join when communities are refined, as a share of the mean weight of an
    /// edge: the odds of a choice are e^(gain / randomness); at least 0, where the best is always taken.
    pub randomness: f64,
    /// The labels to begin with; each node is on its own where there are none.
    pub start: Option<Vec<u32>>,
    /// What the order of nodes and their choices are a function of.
    pub seed: u64,
}

impl Default for Leiden {
    fn default() -> Leiden {
        Leiden {
            objective: Objective::Modularity,
            resolution: None,
            directed: false,
            weighted: true,
            max_iterations: 20,
            tolerance: 3e-4,
            randomness: 0.01,
            start: None,
            seed: 0,
        }
    }
}

/// Puts each node into a community such that communities are tied within more than by chance.
///
/// Nodes move to the communities of neighbors while that raises the objective; each community is then put together
/// again from single nodes, which may split it; its parts are the nodes of a smaller graph, on which the same is done
/// until nothing moves. From 8,192 nodes on, what was put together is put together further before that graph is built:
/// until nothing joins in the first iteration, once in others. With the weight w(c) of the ties within community c, the
/// sum K(c) of the strengths of its nodes, their number n(c) and the weight W of all ties the objective is one of
///
/// ```text
/// modularity:               Σ  w(c) / W − γ (K(c) / 2W)²
/// of Leicht and Newman:     Σ  w(c) / W − γ K_out(c) K_in(c) / W²
/// of Barber, for two modes: Σ  w(c) / W − γ K_one(c) K_other(c) / W²
/// constant Potts model:     Σ  w(c) − γ n(c) (n(c) − 1) / 2
/// ```
///
/// Ties are those of the undirected view. Every community is connected, if by ties of weight 0 where nothing else holds
/// it; a node without ties is alone, and one with a single tie is with its neighbor where the resolution of a modularity
/// is 1 or less, as in the best partition. The same seed gives the same communities at any number of threads: the moves of a
/// block of nodes are found in parallel and made one by one, and each community is refined by one thread.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, for `directed` with another objective than modularity, for
/// a start of another length than the graph, and for two modes where ties make an odd cycle;
/// [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m) for each pass over the nodes, of which there are some ten an iteration in practice; beside the undirected view
/// about 50 bytes a node and 4 more for each thread, a copy of it where one node in eight is a leaf, and 8 bytes for each
/// arc between parts.
///
/// # References
///
/// Traag, Waltman, van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", Scientific Reports 9,
/// 2019. Newman, Girvan, "Finding and evaluating community structure in networks", Physical Review E 69, 2004. Leicht,
/// Newman, "Community structure in directed networks", Physical Review Letters 100, 2008. Barber, "Modularity and
/// community detection in bipartite networks", Physical Review E 76, 2007. Traag, Van Dooren, Nesterov, "Narrow scope for
/// resolution-limit-free community detection", Physical Review E 84, 2011.
///
/// # Examples
///
/// ```
/// use laud::community::{Leiden, leiden};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let partition = leiden(&graph, &Leiden::default())?;
/// assert_eq!(partition.labels, [0, 0, 0, 1, 1, 1]);
/// assert!((partition.quality - 5.0 / 14.0).abs() < 1e-12);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn leiden(graph: &Graph, params: &Leiden) -> Result<Partition> {
    optimized("leiden", graph, params, true, usize::MAX)
}

/// The partition of a method, by Leiden's parameters; with or without refinement.
pub(super) fn optimized(
    method: &'static str,
    graph: &Graph,
    params: &Leiden,
    refined: bool,
    rounds: usize,
) -> Result<Partition> {
    params.check(graph.node_count())?;
    Watch::current().in_pool(|| {
        let Leiden { objective, resolution, directed, weighted, .. } = *params;
        let expectation = Expectation::new(graph, objective, resolution, directed, weighted)?;
        match &expectation.masses {
            Masses::One(masses) => optimize(method, &expectation, masses, params, (refined, rounds)),
            Masses::Two(masses) => optimize(method, &expectation, masses, params, (refined, rounds)),
        }
    })
}

impl Leiden {
    pub(super) fn check(&self, node_count: usize) -> Result<()> {
        let at_least_0 = |name, value: f64| match value >= 0.0 && value.is_finite() {
            true => Ok(()),
            false => Err(Error::parameter(name, "at least 0 and finite", value)),
        };
        at_least_0("resolution", self.resolution.unwrap_or(0.0))?;
        at_least_0("tolerance", self.tolerance)?;
        at_least_0("randomness", self.randomness)?;
        if self.max_iterations == 0 {
            return Err(Error::parameter("max_iterations", "at least 1", self.max_iterations));
        }
        match self.start.as_ref().map(Vec::len) {
            Some(len) if len != node_count => Err(Error::parameter(
                "start",
                format!("a label for each of {node_count} nodes"),
                format!("{len} labels"),
            )),
            _ => Ok(()),
        }
    }
}

/// Nodes from which on time counts: some tell what all would gain, and levels are small.
const LARGE: usize = 1 << 13;

/// One node in so many.
const SHARE: usize = 8;

/// How often communities of a large graph are put together again from level to level, in the first iteration and later:
/// at first they are far from what they will be, and a small level above is worth more than a choice of parts to move.
const PASSES: [usize; 2] = [usize::MAX, 2];

/// What the order of nodes is drawn for.
const MOVING: &str = "local moving";

/// Iterates until the objective hardly rises.
fn optimize<M: Mass>(
    method: &'static str,
    expectation: &Expectation,
    masses: &[M],
    params: &Leiden,
    (refined, rounds): (bool, usize),
) -> Result<Partition> {
    let whole = Level { arcs: &expectation.arcs, masses, rate: expectation.rate };
    let mut labels = match &params.start {
        Some(labels) => numbered(labels),
        None => (0..whole.node_count() as u32).collect(),
    };
    // What is worked on in place of the whole.
    let mut copy = None;
    let leaves = if expectation.leaves_follow { trimmed(&whole) } else { None }.map(|trimmed| {
        labels = numbered(&trimmed.nodes.iter().map(|&u| labels[u as usize]).collect::<Vec<u32>>());
        copy = Some((trimmed.arcs, trimmed.masses));
        trimmed.places
    });
    let level = whole.or(&copy);
    let node_count = labels.len();
    let is_large = node_count >= LARGE;
    let mut steps = Vec::new();
    let mut convergence = Convergence { converged: false, iterations: 0, residual: f64::INFINITY };
    while !convergence.converged && convergence.iterations < params.max_iterations {
        let is_first = convergence.iterations == 0;
        let mut how = Refinement {
            passes: match (refined, is_large) {
                (false, _) => 0,
                (true, false) => 1,
                (true, true) => PASSES[usize::from(!is_first)],
            },
            randomness: params.randomness * expectation.mean_weight,
            seed: params.seed,
            salt: u64::from(convergence.iterations) << 16,
        };
        // Once single nodes hardly find a better place the search is over, and the communities stay connected as they are.
        let mut is_over = |gained: f64| {
            convergence.residual = expectation.share(gained);
            convergence.converged = !is_first && convergence.residual < params.tolerance;
            convergence.converged
        };
        let mut draw = generator(how.seed, MOVING, how.salt);
        let mut moved = labels.clone();
        let some = !is_first && is_large;
        let first = if some { Marks::some(node_count, SHARE, how.seed) } else { Marks::all(node_count) };
        let mut moving = level.moving(&mut moved, first);
        if some {
            moving.settle(&mut draw, 1, method)?;
            if is_over(SHARE as f64 * moving.gained) {
                break;
            }
            moving.ask_all();
        }
        moving.settle(&mut draw, rounds, method)?;
        let gained = moving.gained;
        drop(moving);
        if is_over(gained) {
            break;
        }
        how.salt += 1;
        // They make room for the levels.
        drop(take(&mut labels));
        let ascent = ascend(method, &level, moved, how, rounds)?;
        (labels, steps) = (ascent.labels, ascent.steps);
        convergence.iterations += 1;
        convergence.residual = expectation.share(gained + ascent.gained);
        // Without refinement a further iteration finds what the one before left.
        convergence.converged = convergence.residual <= params.tolerance || !refined;
    }
    if let Some(places) = leaves {
        for names in steps.first_mut().into_iter().chain([&mut labels]) {
            *names = places.iter().map(|&place| names[place as usize]).collect();
        }
    }
    let quality = expectation.quality(&whole, &labels);
    Ok(Partition { method, labels: numbered(&labels), quality, steps, convergence: Some(convergence) })
}

/// What an iteration came to.
struct Ascent {
    labels: Vec<u32>,
    /// For each level but the last, the node of the next level that each of its nodes became part of.
    steps: Vec<Vec<u32>>,
    gained: f64,
}

/// The rest of an iteration, once nodes have moved: levels of smaller and smaller graphs.
fn ascend<M: Mass>(
    stage: &'static str,
    bottom: &Level<M>,
    mut labels: Vec<u32>,
    mut how: Refinement,
    rounds: usize,
) -> Result<Ascent> {
    let (mut steps, mut gained) = (Vec::new(), 0.0);
    let mut above: Option<(Adjacency, Vec<M>)> = None;
    loop {
        let level = bottom.or(&above);
        let community_count = compact(&mut labels, level.node_count());
        let communities = Groups::new(&labels, community_count);
        let parts = if how.passes > 0 { refine(&level, communities, how)? } else { communities };
        if parts.len() == level.node_count() {
            // Nothing to put together. Of a community that still has several parts only the ties are known.
            if community_count < parts.len() {
                labels = connected(level.arcs, &labels);
            }
            break;
        }
        let step = parts.labels();
        labels = (0..parts.len()).map(|part| labels[parts.members(part)[0] as usize]).collect();
        above = Some(aggregate(&level, &step, &parts)?);
        steps.push(step);
        let (level, all) = (bottom.or(&above), Marks::all(labels.len()));
        let mut moving = level.moving(&mut labels, all);
        moving.settle(&mut generator(how.seed, MOVING, how.salt), rounds, stage)?;
        gained += moving.gained;
        how.salt += 1;
    }
    for step in steps.iter().rev() {
        labels = step.par_iter().map(|&part| labels[part as usize]).collect();
    }
    Ok(Ascent { labels, steps, gained })
}

/// Labels of the connected pieces of communities.
pub(super) fn connected(arcs: &Adjacency, labels: &[u32]) -> Vec<u32> {
    let mut pieces = vec![NONE; labels.len()];
    let mut queue = Vec::new();
    for first in 0..labels.len() as u32 {
        if pieces[first as usize] == NONE {
            pieces[first as usize] = first;
            queue.push(first);
        }
        while let Some(u) = queue.pop() {
            for &v in arcs.neighbors(u) {
                if pieces[v as usize] == NONE && labels[v as usize] == labels[u as usize] {
                    pieces[v as usize] = first;
                    queue.push(v);
                }
            }
        }
    }
    pieces
}
