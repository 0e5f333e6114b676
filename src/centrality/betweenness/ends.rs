//! Between whom: the pairs of nodes whose shortest paths count.

use rand::RngExt;

use crate::error::{Error, Result};

/// The pairs from one set of nodes to another; an undirected pair counts once, whichever way round it is.
pub(super) struct Ends {
    directed: bool,
    pub(super) sources: Vec<u32>,
    pub(super) targets: Vec<u32>,
    is_source: Vec<bool>,
    is_target: Vec<bool>,
    both: usize,
}

impl Ends {
    /// All nodes where a list is empty.
    pub(super) fn new(node_count: usize, directed: bool, sources: &[u32], targets: &[u32]) -> Result<Ends> {
        let marks = |name, nodes: &[u32]| {
            let mut marks = vec![nodes.is_empty(); node_count];
            for &u in nodes {
                match marks.get_mut(u as usize) {
                    Some(mark) => *mark = true,
                    None => return Err(Error::parameter(name, format!("nodes below {node_count}"), u)),
                }
            }
            Ok(marks)
        };
        let (is_source, is_target) = (marks("sources", sources)?, marks("targets", targets)?);
        let list = |marks: &[bool]| (0..node_count as u32).filter(|&u| marks[u as usize]).collect::<Vec<_>>();
        let both = is_source.iter().zip(&is_target).filter(|(source, target)| **source && **target).count();
        Ok(Ends {
            directed,
            sources: list(&is_source),
            targets: list(&is_target),
            is_source,
            is_target,
            both,
        })
    }

    /// Whether all pairs count.
    pub(super) fn is_everybody(&self) -> bool {
        self.both == self.is_source.len()
    }

    pub(super) fn is_source(&self, u: u32) -> bool {
        self.is_source[u as usize]
    }

    pub(super) fn is_target(&self, u: u32) -> bool {
        self.is_target[u as usize]
    }

    /// Whether a node is an end of either kind, so that a pair of such nodes counts the other way round too.
    pub(super) fn is_both(&self, u: u32) -> bool {
        self.is_source[u as usize] && self.is_target[u as usize]
    }

    /// Number of pairs.
    pub(super) fn pairs(&self) -> f64 {
        self.count(0, 0, 0)
    }

    /// Number of pairs of which `u` is no end.
    pub(super) fn pairs_without(&self, u: u32) -> f64 {
        let (source, target) = (self.is_source[u as usize], self.is_target[u as usize]);
        self.count(usize::from(source), usize::from(target), usize::from(source && target))
    }

    fn count(&self, sources: usize, targets: usize, both: usize) -> f64 {
        let sources = (self.sources.len() - sources) as f64;
        let targets = (self.targets.len() - targets) as f64;
        let both = (self.both - both) as f64;
        let ordered = sources * targets - both;
        if self.directed || both == 0.0 { ordered } else { ordered - both * (both - 1.0) / 2.0 }
    }

    /// A pair drawn evenly; there must be one.
    pub(super) fn draw(&self, random: &mut impl rand::Rng) -> (u32, u32) {
        loop {
            let s = self.sources[random.random_range(0..self.sources.len())];
            let t = self.targets[random.random_range(0..self.targets.len())];
            // A pair that may come either way round is taken one way.
            let is_second_way = !self.directed && s > t && self.is_both(s) && self.is_both(t);
            if s != t && !is_second_way {
                return (s, t);
            }
        }
    }
}
