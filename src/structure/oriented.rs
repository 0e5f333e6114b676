//! Each edge once, from the end with fewer neighbors to the other: the form in which triangles are found.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::Result;
use crate::graph::{Adjacency, Graph};
use crate::structure::pieces::by_pieces;

/// How many triangles each node is a corner of, counted once for a graph.
pub(super) fn triangle_counts(graph: &Graph) -> Result<&[u64]> {
    let kept = graph.kept_triangles();
    if let Some(counts) = kept.get() {
        return Ok(counts);
    }
    let counts = Oriented::new(graph).triangles()?;
    Ok(kept.get_or_init(|| counts))
}

/// How many neighbors each node has, in either direction.
pub(super) fn neighbor_counts(graph: &Graph) -> Vec<u32> {
    graph.incoming();
    (0..graph.node_count() as u32).into_par_iter().map(|u| neighbor_count(graph, u)).collect()
}

fn neighbor_count(graph: &Graph, u: u32) -> u32 {
    if !graph.is_directed() {
        return graph.out().degree(u) as u32 - u32::from(graph.has_self_loop(u));
    }
    let mut count = 0;
    graph.each_neighbor(u, |_| count += 1);
    count
}

/// Nodes by ascending degree, then number, and the place of each node in that order.
pub(super) fn by_degree<D: Ord + Send>(
    node_count: usize,
    degree: impl Fn(u32) -> D + Sync,
) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..node_count as u32).collect();
    order.par_sort_unstable_by_key(|&u| (degree(u), u));
    let mut places = vec![0; node_count];
    order.iter().zip(0..).for_each(|(&u, place)| places[u as usize] = place);
    (order, places)
}

/// The undirected view with each edge once. Nodes go by their place in the order of degrees, so no node has more
/// than √(2m) neighbors behind it, whatever its degree.
struct Oriented {
    /// The node at each place.
    order: Vec<u32>,
    /// By place, the places behind it.
    rows: Adjacency,
}

/// Nodes of one piece of work.
const PIECE: usize = 1 << 10;

impl Oriented {
    fn new(graph: &Graph) -> Oriented {
        let node_count = graph.node_count();
        let degrees = neighbor_counts(graph);
        let (order, places) = by_degree(node_count, |u| degrees[u as usize]);
        let rows = Adjacency::from_nodes(&order, false, |u, neighbors, _| {
            let (begin, own) = (neighbors.len(), places[u as usize]);
            graph.each_neighbor(u, |v| {
                neighbors.extend(Some(places[v as usize]).filter(|&place| place > own));
            });
            neighbors[begin..].sort_unstable();
        });
        Oriented { order, rows }
    }

    /// How many triangles each node is a corner of, by node.
    fn triangles(&self) -> Result<Vec<u64>> {
        let node_count = self.order.len();
        let scratch = || (vec![0_u64; node_count], vec![u32::MAX; node_count]);
        let work = |(counts, marks): &mut (Vec<u64>, Vec<u32>), piece: usize| {
            self.count(piece * PIECE..node_count.min((piece + 1) * PIECE), marks, counts);
        };
        let mut triangles = vec![0; node_count];
        for (counts, _) in by_pieces("triangles", node_count.div_ceil(PIECE), scratch, work)? {
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
