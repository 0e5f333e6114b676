//! Each edge once, from the end with fewer neighbors to the other: the form in which triangles are found.

use std::ops::Range;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::error::Result;
use crate::graph::{Adjacency, Graph};
use crate::progress::Watch;
use crate::structure::core::neighbor_count;

/// The undirected view with each edge once. Nodes go by their place in the order of degrees, so no node has more
/// than √(2m) neighbors behind it, whatever its degree.
pub(super) struct Oriented {
    /// The node at each place.
    order: Vec<u32>,
    /// Neighbors in either direction, by node.
    pub(super) degrees: Vec<u32>,
    /// By place, the places behind it.
    rows: Adjacency,
}

/// Nodes of one piece of work.
const PIECE: usize = 1 << 10;

impl Oriented {
    pub(super) fn new(graph: &Graph) -> Oriented {
        let node_count = graph.node_count();
        graph.incoming();
        let degrees: Vec<u32> =
            (0..node_count as u32).into_par_iter().map(|u| neighbor_count(graph, u)).collect();
        let mut order: Vec<u32> = (0..node_count as u32).collect();
        order.par_sort_unstable_by_key(|&u| (degrees[u as usize], u));
        let mut places = vec![0; node_count];
        for (&u, place) in order.iter().zip(0_u32..) {
            places[u as usize] = place;
        }
        let rows = Adjacency::from_nodes(&order, false, |u, neighbors, _| {
            let (begin, own) = (neighbors.len(), places[u as usize]);
            graph.each_neighbor(u, |v| {
                neighbors.extend(Some(places[v as usize]).filter(|&place| place > own));
            });
            neighbors[begin..].sort_unstable();
        });
        Oriented { order, degrees, rows }
    }

    /// How many triangles each node is a corner of, by node.
    ///
    /// Threads take pieces as they come and add up counts of their own, which are whole numbers: who took what does
    /// not show.
    pub(super) fn triangles(&self) -> Result<Vec<u64>> {
        let watch = Watch::current();
        let node_count = self.order.len();
        let pieces = node_count.div_ceil(PIECE);
        let next = AtomicUsize::new(0);
        let count = |_| {
            let mut counts = vec![0_u64; node_count];
            let mut marks = vec![u32::MAX; node_count];
            // The last places have the longest rows: they go first.
            while let Some(piece) = pieces.checked_sub(next.fetch_add(1, Relaxed) + 1) {
                watch.tick("triangles", (pieces - piece) as u64, pieces as u64)?;
                let places = piece * PIECE..node_count.min((piece + 1) * PIECE);
                self.count(places, &mut marks, &mut counts);
            }
            Ok(counts)
        };
        let threads = rayon::current_num_threads().min(pieces);
        let counts: Vec<Vec<u64>> = (0..threads).into_par_iter().map(count).collect::<Result<_>>()?;
        let mut triangles = vec![0; node_count];
        for counts in counts {
            self.order.iter().zip(counts).for_each(|(&u, count)| triangles[u as usize] += count);
        }
        Ok(triangles)
    }

    /// Adds the triangles whose first corner is one of `places` to the counts of their corners.
    fn count(&self, places: Range<usize>, marks: &mut [u32], counts: &mut [u64]) {
        for a in places {
            let row = self.rows.neighbors(a as u32);
            row.iter().for_each(|&b| marks[b as usize] = a as u32);
            let mut with_a = 0;
            for &b in row {
                let mut with_both = 0;
                for &c in self.rows.neighbors(b) {
                    let closes = u64::from(marks[c as usize] == a as u32);
                    counts[c as usize] += closes;
                    with_both += closes;
                }
                counts[b as usize] += with_both;
                with_a += with_both;
            }
            counts[a] += with_a;
        }
    }
}
