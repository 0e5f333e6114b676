//! How two partitions of the same nodes overlap.

use super::groups::Groups;
use super::partition::Partition;
use crate::error::Result;

/// The overlaps of the communities of two partitions: a sparse table.
pub(super) struct Contingency {
    pub(super) node_count: u32,
    /// Nodes by community, of the first and of the second.
    pub(super) first: Vec<u32>,
    pub(super) second: Vec<u32>,
    /// Where both have nodes in common: by the first, then by the second.
    pub(super) cells: Vec<Cell>,
}

/// Two communities and how many nodes they have in common, at least 1.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) first: u32,
    pub(super) second: u32,
    pub(super) count: u32,
}

impl Contingency {
    /// Sorts the nodes by both labels, each time by counting.
    pub(super) fn new(a: &Partition, b: &Partition) -> Result<Contingency> {
        b.check(a.labels.len())?;
        a.check(b.labels.len())?;
        let (first, second) = (a.sizes(), b.sizes());
        let by_second = b.groups().into_members();
        let of_first: Vec<u32> = by_second.iter().map(|&u| a.labels[u as usize]).collect();
        let mut cells: Vec<Cell> = Vec::new();
        for place in Groups::new(&of_first, first.len()).into_members() {
            let u = by_second[place as usize] as usize;
            let (first, second) = (a.labels[u], b.labels[u]);
            match cells.last_mut() {
                Some(cell) if (cell.first, cell.second) == (first, second) => cell.count += 1,
                _ => cells.push(Cell { first, second, count: 1 }),
            }
        }
        Ok(Contingency { node_count: a.labels.len() as u32, first, second, cells })
    }
}
