//! Breadth-first search, again and again in the same memory.

use super::Adjacency;
use crate::error::Result;

/// The state of searches in a graph, used again from one to the next.
pub(crate) struct Bfs {
    distances: Vec<u32>,
    queue: Vec<u32>,
}

impl Bfs {
    /// The distance of nodes that were not reached.
    pub(crate) const UNREACHED: u32 = u32::MAX;

    pub(crate) fn new(node_count: usize) -> Bfs {
        Bfs { distances: vec![Bfs::UNREACHED; node_count], queue: Vec::new() }
    }

    /// Searches from `source`: the nodes reached, by distance. `tick` is asked every few thousand nodes.
    pub(crate) fn from(
        &mut self,
        arcs: &Adjacency,
        source: u32,
        tick: impl Fn() -> Result<()>,
    ) -> Result<&[u32]> {
        self.queue.drain(..).for_each(|u| self.distances[u as usize] = Bfs::UNREACHED);
        self.distances[source as usize] = 0;
        self.queue.push(source);
        let mut next = 0;
        while let Some(&u) = self.queue.get(next) {
            if next.is_multiple_of(1 << 12) {
                tick()?;
            }
            next += 1;
            for &v in arcs.neighbors(u) {
                if self.distances[v as usize] == Bfs::UNREACHED {
                    self.distances[v as usize] = self.distances[u as usize] + 1;
                    self.queue.push(v);
                }
            }
        }
        Ok(&self.queue)
    }

    /// The distance of a node from the source of the last search.
    pub(crate) fn distance(&self, u: u32) -> u32 {
        self.distances[u as usize]
    }

    /// The last node reached and its distance.
    pub(crate) fn farthest(&self) -> (u32, u32) {
        self.queue.last().map_or((0, 0), |&u| (u, self.distance(u)))
    }
}
