//! One immutable compressed sparse row graph of `u32` nodes, and what every measure needs of it.

mod adjacency;
mod bfs;
mod closed;
mod connected;
mod desks;
mod from_edges;
mod petgraph;
mod sample;
mod scatter;
mod scores;
mod sums;

pub use adjacency::Adjacency;
pub(crate) use bfs::Bfs;
pub(crate) use closed::{Closed, closed_components};
pub(crate) use connected::component_roots;
pub(crate) use desks::Desks;
pub use from_edges::{EdgeChunk, FromEdges, SelfLoops};
#[cfg(feature = "tables")]
pub(crate) use from_edges::{Edges, check_weights, weight};
pub use petgraph::{ArcRef, Visited};
pub use sample::generator;
pub(crate) use sample::mix;
#[cfg(feature = "tables")]
pub(crate) use scatter::{bounds, cut};
pub use scores::{Column, Convergence, Rows, Scores, Values, Warning};
pub use sums::sum;
pub(crate) use sums::sums;

use std::sync::OnceLock;

use rayon::prelude::*;

/// A directed or undirected graph, weighted or not, of nodes `0..node_count`.
///
/// Rows are sorted by neighbor and hold each neighbor once. An undirected edge is stored as two arcs, an
/// undirected loop as one. An arc of weight 0 is an arc: it counts for degrees and reachability and carries
/// nothing. What is needed beyond the out-arcs is built when first asked for, and kept.
#[derive(Debug, Clone)]
pub struct Graph {
    directed: bool,
    out: Adjacency,
    incoming: OnceLock<Adjacency>,
    undirected: OnceLock<Box<Graph>>,
    triangles: OnceLock<Vec<u64>>,
    self_loops: u64,
    self_loops_dropped: u64,
}

impl Graph {
    /// A directed graph from its rows of out-arcs.
    pub fn from_adjacency(out: Adjacency) -> Graph {
        let self_loops = out.count_loops();
        Graph::new(true, out, self_loops, 0)
    }

    /// An undirected graph from its rows, which hold each edge both ways and no loops.
    pub(crate) fn from_symmetric(out: Adjacency) -> Graph {
        Graph::new(false, out, 0, 0)
    }

    fn new(directed: bool, out: Adjacency, self_loops: u64, self_loops_dropped: u64) -> Graph {
        let (incoming, undirected, triangles) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Graph { directed, out, incoming, undirected, triangles, self_loops, self_loops_dropped }
    }

    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.out.row_count()
    }

    /// Number of arcs stored; twice the edges of an undirected graph without loops.
    pub fn arc_count(&self) -> usize {
        self.out.arc_count()
    }

    /// Number of edges: the arcs of a directed graph, the pairs and loops of an undirected one.
    pub fn edge_count(&self) -> usize {
        if self.directed { self.arc_count() } else { (self.arc_count() + self.self_loops as usize) / 2 }
    }

    /// Bytes in memory: those of the out-arcs, and of what was built since, in-arcs and the undirected view.
    pub fn bytes(&self) -> usize {
        let incoming = self.incoming.get().map_or(0, Adjacency::bytes);
        let undirected = self.undirected.get().map_or(0, |view| view.bytes());
        self.out.bytes() + incoming + undirected
    }

    /// Number of nodes with an arc to themselves.
    pub fn self_loops(&self) -> u64 {
        self.self_loops
    }

    /// Whether `u` has an arc to itself.
    #[inline]
    pub fn has_self_loop(&self, u: u32) -> bool {
        self.self_loops > 0 && self.out.weight(u, u).is_some()
    }

    /// Number of rows left out because their ends were the same node.
    pub fn self_loops_dropped(&self) -> u64 {
        self.self_loops_dropped
    }

    /// Whether arcs have a direction.
    pub fn is_directed(&self) -> bool {
        self.directed
    }

    /// Whether arcs have weights; without, each counts 1.
    pub fn is_weighted(&self) -> bool {
        self.out.is_weighted()
    }

    /// The sum of the weights of the edges, each counted once.
    pub fn total_weight(&self) -> f64 {
        let arcs = sum(self.node_count(), |u| self.out.strength(u as u32));
        if self.directed {
            return arcs;
        }
        let loops = sum(self.node_count(), |u| self.out.weight(u as u32, u as u32).unwrap_or(0.0));
        (arcs + loops) / 2.0
    }

    /// Out-arcs by source.
    pub fn out(&self) -> &Adjacency {
        &self.out
    }

    /// In-arcs by target; for an undirected graph the same rows as [`Graph::out`]. Ask before a parallel loop, not
    /// from its threads, so that they are built once.
    pub fn incoming(&self) -> &Adjacency {
        if self.directed { kept(&self.incoming, || self.out.reversed()) } else { &self.out }
    }

    /// The undirected view: one edge a pair, of weight w(u,v) + w(v,u), and no loops.
    ///
    /// An undirected graph without loops is its own view. The view of an unweighted graph is weighted where
    /// a pair has arcs both ways, which count 2.
    pub fn undirected(&self) -> &Graph {
        if !self.directed && self.self_loops == 0 {
            return self;
        }
        kept(&self.undirected, || {
            let out = if self.directed { self.out.symmetrized() } else { self.out.without_loops() };
            Box::new(Graph::new(false, out, 0, self.self_loops))
        })
        .as_ref()
    }

    /// The undirected view, without what it was made of.
    #[cfg(feature = "tables")]
    pub(crate) fn into_undirected(self) -> Graph {
        self.undirected();
        self.undirected.into_inner().map_or(Graph { undirected: OnceLock::new(), ..self }, |view| *view)
    }

    /// The graph of some nodes, ascending, and of the arcs among them; they are numbered in their order.
    pub fn subgraph(&self, nodes: &[u32]) -> Graph {
        let out = self.out.among(nodes);
        let self_loops = out.count_loops();
        Graph::new(self.directed, out, self_loops, 0)
    }

    /// The triangles at each node, once somebody has counted them: several measures begin with them.
    pub(crate) fn kept_triangles(&self) -> &OnceLock<Vec<u64>> {
        &self.triangles
    }

    /// Calls `visit` with each node that `u` has an arc to or from, once, in ascending order, but not with `u`:
    /// the row of `u` in the undirected view, without building it.
    #[inline]
    pub fn each_neighbor(&self, u: u32, mut visit: impl FnMut(u32)) {
        let (mut out, mut incoming) = (self.out.neighbors(u), [].as_slice());
        if self.directed {
            incoming = self.incoming().neighbors(u);
        }
        while let (Some(&v), Some(&w)) = (out.first(), incoming.first()) {
            let next = v.min(w);
            out = &out[usize::from(v == next)..];
            incoming = &incoming[usize::from(w == next)..];
            if next != u {
                visit(next);
            }
        }
        for &v in out.iter().chain(incoming) {
            if v != u {
                visit(v);
            }
        }
    }
}

/// What `cell` holds, built if it is empty. Building is parallel, so it must not happen within the cell's lock, where
/// the pool's threads may wait for it; two threads may build the same.
pub(crate) fn kept<T>(cell: &OnceLock<T>, build: impl FnOnce() -> T) -> &T {
    cell.get().unwrap_or_else(|| {
        let built = build();
        cell.get_or_init(|| built)
    })
}

/// As `vec![value; len]`, by all threads: for arrays that are so large that asking the system for memory takes time.
pub(crate) fn filled<T: Copy + Send + Sync>(value: T, len: usize) -> Vec<T> {
    rayon::iter::repeat_n(value, len).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_way_street() -> Graph {
        let (sources, targets) = ([0, 1, 1, 2], [1, 0, 2, 2]);
        let rows = EdgeChunk { sources: &sources, targets: &targets, weights: Some(&[0.5, 2.0, 3.0, 7.0]) };
        Graph::from_edges(4, &[rows], &FromEdges { self_loops: SelfLoops::Keep, ..FromEdges::default() })
            .unwrap()
    }

    #[test]
    fn an_arc_takes_4_bytes_and_8_with_its_weight() {
        let graph = two_way_street();
        assert_eq!(graph.bytes(), 5 * 8 + 4 * 8);
        graph.incoming();
        assert_eq!(graph.bytes(), 2 * (5 * 8 + 4 * 8));
        let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 2], weights: None };
        let plain = Graph::from_edges(3, &[rows], &FromEdges::default()).unwrap();
        assert_eq!(plain.bytes(), 4 * 8 + 2 * 4);
    }

    #[test]
    fn incoming_arcs_are_the_outgoing_ones_by_target() {
        let graph = two_way_street();
        assert_eq!(graph.incoming().neighbors(2), [1, 2]);
        assert_eq!(graph.incoming().weights(2), Some([3.0, 7.0].as_slice()));
        assert_eq!(graph.incoming().reversed(), *graph.out());
    }

    #[test]
    fn the_undirected_view_adds_both_directions_and_drops_loops() {
        let graph = two_way_street();
        let view = graph.undirected();
        assert_eq!((view.edge_count(), view.self_loops(), view.is_directed()), (2, 0, false));
        assert_eq!(view.out().weights(1), Some([2.5, 3.0].as_slice()));
        assert_eq!(view.total_weight(), 5.5);
        assert!(std::ptr::eq(view.undirected(), view));
    }

    #[test]
    fn a_subgraph_has_the_arcs_among_its_nodes() {
        let graph = two_way_street().subgraph(&[1, 2]);
        assert_eq!((graph.node_count(), graph.arc_count(), graph.self_loops()), (2, 2, 1));
        assert_eq!(
            (graph.out().neighbors(0), graph.out().weights(1)),
            ([1].as_slice(), Some([7.0].as_slice()))
        );
    }

    #[test]
    fn each_neighbor_is_a_row_of_the_undirected_view() {
        let graph = two_way_street();
        for u in 0..4 {
            let mut row = Vec::new();
            graph.each_neighbor(u, |v| row.push(v));
            assert_eq!(row, graph.undirected().out().neighbors(u), "node {u}");
        }
    }

    #[test]
    fn a_graph_without_nodes_has_nothing() {
        let graph = Graph::from_edges(0, &[], &FromEdges::default()).unwrap();
        assert_eq!((graph.node_count(), graph.arc_count(), graph.edge_count()), (0, 0, 0));
        assert_eq!(graph.undirected().incoming().arc_count(), 0);
        assert_eq!(Graph::from_adjacency(Adjacency::default()).node_count(), 0);
    }
}
