//! A graph from rows of arcs in any order.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Graph;
use super::scatter::{Arcs, gather};
use crate::error::{Error, Result};

/// Arcs as columns: row `i` is an arc from `sources[i]` to `targets[i]`.
#[derive(Debug, Clone, Copy)]
pub struct EdgeChunk<'a> {
    /// Where the arcs begin.
    pub sources: &'a [u32],
    /// Where they end.
    pub targets: &'a [u32],
    /// Their weights, from 0 to 1e30; none where each counts 1.
    pub weights: Option<&'a [f64]>,
}

/// How rows become a graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FromEdges {
    /// Whether a row is an arc rather than an edge.
    pub directed: bool,
    /// What becomes of rows whose ends are the same node.
    pub self_loops: SelfLoops,
}

impl Default for FromEdges {
    fn default() -> FromEdges {
        FromEdges { directed: true, self_loops: SelfLoops::Drop }
    }
}

/// What becomes of rows whose ends are the same node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfLoops {
    /// They are left out and counted.
    #[default]
    Drop,
    /// They are arcs like others.
    Keep,
}

/// Rows that one thread checks at a time.
const PIECE: usize = 1 << 14;

/// Sums of parallel rows must stay finite as `f32`.
const HEAVIEST: f64 = 1e30;

impl Graph {
    /// A graph of the nodes `0..node_count` and the arcs of all rows of all chunks.
    ///
    /// Rows are scattered to buckets of sources and sorted there; the result does not depend on their order or on
    /// how they are cut into chunks.
    ///
    /// Parallel rows add: their weights, where a row without weight counts 1. The graph is weighted if a chunk
    /// has weights or if a row repeats. An undirected row is the same edge either way round. Weights are kept as
    /// `f32`. Self-loops are dropped and counted unless kept.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] where columns have different lengths, a node is not below `node_count`, or a weight is
    /// not in [0, 1e30]; rows are counted from 0 through all chunks.
    ///
    /// # Complexity
    ///
    /// O(n + m) time, moving each row once for every 10 bits of a node; beside the chunks and the graph, half of its space
    /// if it is undirected, next to none if not, and with weights or repeated rows that of the graph once more.
    ///
    /// # Examples
    ///
    /// ```
    /// use laud::graph::{EdgeChunk, FromEdges, Graph};
    ///
    /// let rows = EdgeChunk { sources: &[0, 0, 2], targets: &[1, 1, 2], weights: None };
    /// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
    /// assert_eq!(graph.out().weights(0), Some([2.0].as_slice()));
    /// assert_eq!((graph.arc_count(), graph.self_loops_dropped()), (1, 1));
    /// # Ok::<(), laud::Error>(())
    /// ```
    pub fn from_edges(node_count: usize, chunks: &[EdgeChunk<'_>], params: &FromEdges) -> Result<Graph> {
        check(node_count, chunks)?;
        Graph::gathered(node_count, Chunks(chunks), params)
    }

    /// What [`Graph::from_edges`] does with rows that hold what they should.
    pub(crate) fn gathered(node_count: usize, edges: impl Edges, params: &FromEdges) -> Result<Graph> {
        if node_count > u32::MAX as usize {
            return Err(Error::parameter("node_count", "below 2^32", node_count));
        }
        let (weighted, row_count) = (edges.is_weighted(), edges.row_count());
        let (rows, kept_row_count) = gather(node_count, weighted, Rows { edges, params });
        let out = if params.directed { rows } else { rows.mirrored() };
        let (kept, dropped) = match params.self_loops {
            SelfLoops::Drop => (0, (row_count - kept_row_count) as u64),
            SelfLoops::Keep => (out.count_loops(), 0),
        };
        Ok(Graph::new(params.directed, out, kept, dropped))
    }
}

/// Rows that each stand for an arc or an edge, and can be read more than once.
pub(crate) trait Edges: Sync {
    fn row_count(&self) -> usize;
    fn is_weighted(&self) -> bool;
    /// Calls `visit` with source, target and weight of some rows.
    fn each(&self, rows: Range<usize>, visit: impl FnMut(u32, u32, f32));
}

struct Chunks<'a>(&'a [EdgeChunk<'a>]);

impl Edges for Chunks<'_> {
    fn row_count(&self) -> usize {
        self.0.iter().map(|chunk| chunk.sources.len()).sum()
    }

    fn is_weighted(&self) -> bool {
        self.0.iter().any(|chunk| chunk.weights.is_some())
    }

    fn each(&self, rows: Range<usize>, mut visit: impl FnMut(u32, u32, f32)) {
        let Range { start: mut first, end: mut last } = rows;
        for EdgeChunk { sources, targets, weights } in self.0 {
            let rows = first.min(sources.len())..last.min(sources.len());
            (first, last) = (first - rows.start, last - rows.end);
            let ends = sources[rows.clone()].iter().zip(&targets[rows.clone()]);
            match weights {
                Some(weights) => ends.zip(&weights[rows]).for_each(|((&u, &v), &w)| visit(u, v, weight(w))),
                None => ends.for_each(|(&u, &v)| visit(u, v, 1.0)),
            }
        }
    }
}

/// A weight as it is kept: adding 0 turns -0 into 0.
pub(crate) fn weight(value: f64) -> f32 {
    value as f32 + 0.0
}

/// Each row once, that of an edge from its smaller end: half of the arcs are sorted, and what the rows take is given back
/// before there are twice as many.
struct Rows<'a, E> {
    edges: E,
    params: &'a FromEdges,
}

impl<E: Edges> Arcs for Rows<'_, E> {
    fn count(&self) -> usize {
        self.edges.row_count()
    }

    fn each(&self, share: usize, shares: usize, mut visit: impl FnMut(u32, u32, f32)) {
        let keep = self.params.self_loops == SelfLoops::Keep;
        let count = self.edges.row_count();
        self.edges.each(count * share / shares..count * (share + 1) / shares, |u, v, weight| {
            if u == v && !keep {
                return;
            }
            let (u, v) = if self.params.directed { (u, v) } else { (u.min(v), u.max(v)) };
            visit(u, v, weight);
        });
    }
}

fn check(node_count: usize, chunks: &[EdgeChunk<'_>]) -> Result<()> {
    let mut first = 0;
    for EdgeChunk { sources, targets, weights } in chunks {
        let length = sources.len();
        check_length("targets", length, targets.len())?;
        check_length("weights", length, weights.map_or(length, <[f64]>::len))?;
        check_nodes("source", node_count, sources, first)?;
        check_nodes("target", node_count, targets, first)?;
        check_weights(weights.unwrap_or_default(), first)?;
        first += length;
    }
    Ok(())
}

/// Refuses a weight that cannot be added up; `first` is the number of the first row.
pub(crate) fn check_weights(weights: &[f64], first: usize) -> Result<()> {
    match first_row(weights, |weight| !(0.0..=HEAVIEST).contains(weight)) {
        Some(row) => {
            let value = format!("{} in row {}", weights[row], first + row);
            Err(Error::parameter("weight", "in [0, 1e30]", value))
        }
        None => Ok(()),
    }
}

fn check_length(name: &'static str, expected: usize, length: usize) -> Result<()> {
    if length == expected {
        return Ok(());
    }
    Err(Error::parameter(name, format!("as long as sources ({expected} rows)"), format!("{length} rows")))
}

fn check_nodes(name: &'static str, node_count: usize, nodes: &[u32], first: usize) -> Result<()> {
    match first_row(nodes, |&node| node as usize >= node_count) {
        Some(row) => {
            let value = format!("{} in row {}", nodes[row], first + row);
            Err(Error::parameter(name, format!("below the number of nodes ({node_count})"), value))
        }
        None => Ok(()),
    }
}

/// The first row that is `bad`: rayon looks around after each item, so it gets many at a time.
fn first_row<T: Sync>(items: &[T], bad: impl Fn(&T) -> bool + Sync) -> Option<usize> {
    let piece = items.par_chunks(PIECE).position_first(|piece| piece.iter().any(&bad))?;
    items[piece * PIECE..].iter().position(bad).map(|row| piece * PIECE + row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(sources: &[u32], targets: &[u32], weights: &[f64]) -> String {
        let good = EdgeChunk { sources: &[0, 1], targets: &[1, 0], weights: None };
        let bad = EdgeChunk { sources, targets, weights: Some(weights) };
        Graph::from_edges(2, &[good, bad], &FromEdges::default()).unwrap_err().to_string()
    }

    #[test]
    fn bad_rows_are_refused_by_their_number() {
        let cases = [
            (refusal(&[0], &[2], &[1.0]), "target must be below the number of nodes (2), got 2 in row 2"),
            (
                refusal(&[0, 7], &[1, 1], &[1.0, 1.0]),
                "source must be below the number of nodes (2), got 7 in row 3",
            ),
            (refusal(&[0, 1], &[1, 0], &[1.0, f64::NAN]), "weight must be in [0, 1e30], got NaN in row 3"),
            (refusal(&[0], &[1], &[-0.5]), "weight must be in [0, 1e30], got -0.5 in row 2"),
            (refusal(&[0], &[1], &[f64::INFINITY]), "weight must be in [0, 1e30], got inf in row 2"),
            (refusal(&[0, 1], &[1], &[1.0]), "targets must be as long as sources (2 rows), got 1 rows"),
            (refusal(&[0], &[1], &[]), "weights must be as long as sources (1 rows), got 0 rows"),
        ];
        for (message, expected) in cases {
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn parallel_rows_add_and_undirected_ones_either_way_round() {
        let rows = EdgeChunk { sources: &[0, 1, 2], targets: &[1, 0, 1], weights: Some(&[0.25, 0.5, -0.0]) };
        let graph =
            Graph::from_edges(3, &[rows], &FromEdges { directed: false, ..FromEdges::default() }).unwrap();
        assert_eq!(graph.edge_count(), 2);
        assert_eq!(graph.out().weights(1), Some([0.75, 0.0].as_slice()));
        assert!(std::ptr::eq(graph.incoming(), graph.out()));
    }

    #[test]
    fn rows_without_weights_stay_without_unless_one_repeats() {
        let once = EdgeChunk { sources: &[0, 1], targets: &[1, 0], weights: None };
        assert!(!Graph::from_edges(2, &[once], &FromEdges::default()).unwrap().is_weighted());
        let twice = Graph::from_edges(2, &[once, once], &FromEdges::default()).unwrap();
        assert_eq!(twice.out().weights(1), Some([2.0].as_slice()));
    }

    #[test]
    fn kept_loops_of_an_undirected_graph_are_one_arc() {
        let rows = EdgeChunk { sources: &[0, 0], targets: &[0, 1], weights: None };
        let params = FromEdges { directed: false, self_loops: SelfLoops::Keep };
        let graph = Graph::from_edges(2, &[rows], &params).unwrap();
        assert_eq!((graph.arc_count(), graph.edge_count(), graph.total_weight()), (3, 2, 2.0));
        assert_eq!(graph.undirected().arc_count(), 2);
    }
}
