//! What each community has of ties: within, and to others.

use rayon::prelude::*;

use crate::graph::Adjacency;

/// Differences below this part of what they are made of are taken for rounding.
const ROUNDING: f64 = 1e-12;

/// The ties of communities, by community.
pub(super) struct Ties {
    /// The weight of those within, each once.
    pub(super) within: Vec<f64>,
    /// The weight of those that leave.
    pub(super) cut: Vec<f64>,
    /// The weight of all ties.
    pub(super) total: f64,
}

impl Ties {
    /// Those of the communities of `labels`, which are below `community_count`.
    pub(super) fn new(arcs: &Adjacency, labels: &[u32], community_count: usize) -> Ties {
        let of = |u: u32| {
            arcs.arcs(u).fold((0.0, 0.0), |(own, other), (v, weight)| {
                if labels[v as usize] == labels[u as usize] {
                    (own + weight, other)
                } else {
                    (own, other + weight)
                }
            })
        };
        let nodes: Vec<(f64, f64)> = (0..labels.len() as u32).into_par_iter().map(of).collect();
        let (mut within, mut cut) = (vec![0.0; community_count], vec![0.0; community_count]);
        for (&label, (own, other)) in labels.iter().zip(nodes) {
            within[label as usize] += own / 2.0;
            cut[label as usize] += other;
        }
        let total = within.iter().sum::<f64>() + cut.iter().sum::<f64>() / 2.0;
        Ties { within, cut, total }
    }

    /// The strengths of the nodes of a community.
    pub(super) fn volume(&self, community: usize) -> f64 {
        2.0 * self.within[community] + self.cut[community]
    }

    /// The share of all weight that is within communities.
    pub(super) fn coverage(&self) -> f64 {
        ratio(self.within.iter().sum(), self.total)
    }

    /// The share of the weight at a community, or at all others where that is less, that leaves it.
    pub(super) fn conductance(&self, community: usize) -> f64 {
        share_that_leaves(self.cut[community], self.volume(community), 2.0 * self.total)
    }
}

/// The weight that leaves a community as a share of its volume or of that of all others, whichever is less; NaN where that
/// is nothing.
pub(crate) fn share_that_leaves(cut: f64, volume: f64, all: f64) -> f64 {
    let rest = if all - volume > ROUNDING * all { all - volume } else { 0.0 };
    ratio(cut, volume.min(rest))
}

/// One number by another, NaN where there is nothing to divide by.
pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}
