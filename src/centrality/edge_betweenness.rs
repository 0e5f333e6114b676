//! Edge betweenness: how often an edge is on the shortest paths between nodes.

use serde::{Deserialize, Serialize};

use super::betweenness::everybody;
use super::distance::Distance;
use crate::error::Result;
use crate::graph::{Graph, Rows, Scores};

/// Parameters of [`edge_betweenness`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EdgeBetweenness {
    /// Whether to divide by the number of pairs, so that 1 is the most there can be.
    pub normalized: bool,
    /// How long an arc is.
    pub distance: Distance,
}

impl Default for EdgeBetweenness {
    fn default() -> EdgeBetweenness {
        EdgeBetweenness { normalized: true, distance: Distance::Unit }
    }
}

/// Scores each edge by the share of the pairs of nodes that it joins.
///
/// A pair counts by the share of its shortest paths that lead along the edge. The search from every source is that of
/// [`betweenness`](crate::centrality::betweenness()).
///
/// ```text
/// edge_betweenness(e) =  Σ  σ(s,t|e) / σ(s,t)  /  P
/// σ(s,t)   number of shortest paths from s to t;  σ(s,t|e)  those along e
/// P        number of pairs, joined or not;  1 unless normalized
/// ```
///
/// A row is an arc of a directed graph, with P = n(n−1), or an edge of an undirected one, with P = n(n−1)/2, as in
/// NetworkX; rows come by source, then target, an undirected edge once with the smaller node for its source.
/// Lengths and ties are as in betweenness. Loops, and arcs that `distance` lets lead nowhere, are rows and score 0.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for weights that `distance` gives no length,
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n m), by length O(n (m + n log n)), in which n and m are without trees that hang on the graph; 180 bytes an arc,
/// 350 a node and 220 a node for each thread.
///
/// # References
///
/// Girvan, Newman, "Community structure in social and biological networks", PNAS 99, 2002. Brandes, "On variants of
/// shortest-path betweenness centrality and their generic computation", Social Networks 30, 2008.
///
/// # Examples
///
/// ```
/// use laud::centrality::{EdgeBetweenness, edge_betweenness};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2], targets: &[1, 2, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let params = EdgeBetweenness { normalized: false, ..EdgeBetweenness::default() };
/// assert_eq!(edge_betweenness(&graph, &params)?.values(), [3.0, 4.0, 3.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn edge_betweenness(graph: &Graph, params: &EdgeBetweenness) -> Result<Scores> {
    params.distance.check(graph.out())?;
    let directed = graph.is_directed();
    let through = everybody(graph, params.distance, true, "edge_betweenness")?;
    let n = graph.node_count() as f64;
    // Both ways of an undirected edge were added up, over ordered pairs.
    let pairs = if params.normalized && n > 1.0 { n * (n - 1.0) } else { 1.0 };
    let divisor = if directed || (params.normalized && n > 1.0) { pairs } else { 2.0 };

    let (mut sources, mut targets) = (Vec::new(), Vec::new());
    let mut begins = vec![0];
    for u in 0..graph.node_count() as u32 {
        let row = graph.out().neighbors(u).iter().filter(|&&v| directed || u <= v);
        targets.extend(row);
        sources.resize(targets.len(), u);
        begins.push(targets.len());
    }
    let mut values = vec![0.0; targets.len()];
    for (u, v, value) in through.arcs {
        let (u, v) = if directed || u < v { (u, v) } else { (v, u) };
        let begin = begins[u as usize];
        let row = &targets[begin..begins[u as usize + 1]];
        if let Ok(place) = row.binary_search(&v) {
            values[begin + place] += value / divisor;
        }
    }
    Ok(Scores { rows: Rows::Edges { sources, targets }, ..Scores::float("edge_betweenness", values) })
}
