//! Nodes by group.

use std::ops::Range;

/// The members of each group, ascending; groups are numbered from 0 on.
pub(crate) struct Groups {
    offsets: Vec<u32>,
    members: Vec<u32>,
}

impl Groups {
    /// The nodes by label; labels are below `count`.
    pub(super) fn new(labels: &[u32], count: usize) -> Groups {
        let mut offsets = vec![0; count + 1];
        labels.iter().for_each(|&label| offsets[label as usize + 1] += 1);
        for group in 0..count {
            offsets[group + 1] += offsets[group];
        }
        let mut next = offsets.clone();
        let mut members = vec![0; labels.len()];
        for (u, &label) in labels.iter().enumerate() {
            members[next[label as usize] as usize] = u as u32;
            next[label as usize] += 1;
        }
        Groups { offsets, members }
    }

    /// Groups of so many members, who come one group after the other.
    pub(crate) fn of_sizes(sizes: impl Iterator<Item = u32>, members: Vec<u32>) -> Groups {
        let ends = sizes.scan(0, |end, size| {
            *end += size;
            Some(*end)
        });
        Groups { offsets: std::iter::once(0).chain(ends).collect(), members }
    }

    /// All nodes, one group after the other.
    pub(super) fn into_members(self) -> Vec<u32> {
        self.members
    }

    /// The group of each node.
    pub(super) fn labels(&self) -> Vec<u32> {
        let mut labels = vec![0; self.members.len()];
        for group in 0..self.len() {
            self.members(group).iter().for_each(|&u| labels[u as usize] = group as u32);
        }
        labels
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The positions of the members of some groups, among those of all.
    pub(super) fn range(&self, groups: Range<usize>) -> Range<usize> {
        self.offsets[groups.start] as usize..self.offsets[groups.end] as usize
    }

    pub(crate) fn members(&self, group: usize) -> &[u32] {
        &self.members[self.range(group..group + 1)]
    }

    /// The position of each of so many nodes; no position for who is in no group.
    pub(super) fn places(&self, node_count: usize) -> Vec<u32> {
        let mut places = vec![super::tally::NONE; node_count];
        for (&u, place) in self.members.iter().zip(0..) {
            places[u as usize] = place;
        }
        places
    }
}

/// Labels as numbers from 0 on, in the order in which they come first, and how many there are; labels are below `bound`.
pub(super) fn compact(labels: &mut [u32], bound: usize) -> usize {
    let mut numbers = vec![super::tally::NONE; bound];
    let mut count = 0;
    for label in labels {
        let number = &mut numbers[*label as usize];
        if *number == super::tally::NONE {
            *number = count;
            count += 1;
        }
        *label = *number;
    }
    count as usize
}
