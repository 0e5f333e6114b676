//! A partition: every node in one community.

use std::cmp::Reverse;

use super::groups::{Groups, compact};
use crate::error::{Error, Result};
use crate::graph::{Convergence, Scores};

/// Every node in one community. Communities are numbered by size, the largest is 0, ties by their smallest node.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Partition {
    /// The word of the method.
    pub method: &'static str,
    /// The community of each node.
    pub labels: Vec<u32>,
    /// The value of the objective that the method raised or lowered; NaN where it has none.
    pub quality: f64,
    /// Present where the method iterates.
    pub convergence: Option<Convergence>,
    /// Where the method has levels, for each but the last the part of the next that each part became part of.
    pub(super) steps: Vec<Vec<u32>>,
}

impl Partition {
    /// The partition of any labels: nodes with the same label are a community.
    pub fn from_labels(labels: &[u32]) -> Partition {
        Partition { labels: numbered(labels), quality: f64::NAN, ..Partition::default() }
    }

    /// How many communities there are.
    pub fn len(&self) -> usize {
        self.labels.iter().max().map_or(0, |&last| last as usize + 1)
    }

    /// Whether there is no community, since there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// How many nodes each community has, in descending order.
    pub fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.len()];
        self.labels.iter().for_each(|&label| sizes[label as usize] += 1);
        sizes
    }

    /// The nodes of each community, ascending.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let groups = self.groups();
        (0..groups.len()).map(|community| groups.members(community).to_vec()).collect()
    }

    /// Partitions on the way, from the finest to this one: each community of one lies in one of the next. Only this one
    /// where the method has no levels.
    pub fn levels(&self) -> Vec<Partition> {
        let mut levels = Vec::new();
        let mut parts: Option<Vec<u32>> = None;
        for step in &self.steps {
            parts = Some(match parts {
                None => step.clone(),
                Some(parts) => parts.iter().map(|&part| step[part as usize]).collect(),
            });
            levels.extend(parts.as_deref().map(Partition::from_labels));
        }
        if levels.last().is_none_or(|last| last.labels != self.labels) {
            levels.push(Partition::from_labels(&self.labels));
        }
        levels
    }

    /// The labels as a measure, under the word of the method.
    pub fn scores(&self) -> Scores {
        let scores =
            Scores::integer(self.method, self.labels.iter().map(|&label| u64::from(label)).collect());
        Scores { convergence: self.convergence, ..scores }
    }

    pub(super) fn groups(&self) -> Groups {
        Groups::new(&self.labels, self.len())
    }

    /// Refuses a partition that is not one of so many nodes.
    pub(super) fn check(&self, node_count: usize) -> Result<()> {
        if self.labels.len() != node_count {
            let got = format!("{} labels", self.labels.len());
            return Err(Error::parameter(
                "partition",
                format!("a label for each of {node_count} nodes"),
                got,
            ));
        }
        match self.labels.iter().find(|&&label| label as usize >= node_count) {
            Some(label) => Err(Error::parameter("partition", format!("labels below {node_count}"), label)),
            None => Ok(()),
        }
    }
}

/// Labels by size of what they name, the largest first, then by smallest node.
pub(crate) fn numbered(labels: &[u32]) -> Vec<u32> {
    let mut labels = labels.to_vec();
    let bound = labels.iter().max().map_or(0, |&last| last as usize + 1);
    let count = if bound <= 4 * labels.len() + 1024 {
        compact(&mut labels, bound)
    } else {
        let mut distinct = labels.clone();
        distinct.sort_unstable();
        distinct.dedup();
        labels.iter_mut().for_each(|label| *label = distinct.partition_point(|other| other < label) as u32);
        compact(&mut labels, distinct.len())
    };
    let mut sizes = vec![0_u32; count];
    labels.iter().for_each(|&label| sizes[label as usize] += 1);
    // By now labels are numbered by their smallest nodes, and the sort keeps that where sizes are the same.
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_key(|&label| Reverse(sizes[label as usize]));
    for (&label, place) in order.iter().zip(0..) {
        sizes[label as usize] = place;
    }
    labels.iter_mut().for_each(|label| *label = sizes[*label as usize]);
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communities_are_numbered_by_size_then_by_smallest_node() {
        for label in [1, u32::MAX] {
            let partition = Partition::from_labels(&[9, 4, 4, label, label, 7, label]);
            assert_eq!(partition.labels, [2, 1, 1, 0, 0, 3, 0]);
            assert_eq!(partition.sizes(), [3, 2, 1, 1]);
            assert_eq!(partition.members(), [vec![3, 4, 6], vec![1, 2], vec![0], vec![5]]);
        }
        assert_eq!(Partition::from_labels(&[]).len(), 0);
    }
}
