//! Density: how many of the possible ties there are.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};

/// Parameters of [`density()`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Density {}

/// The share of the pairs of nodes that have an arc; of a directed graph, of the ordered pairs.
///
/// ```text
/// directed: m / (n (n − 1))     undirected: 2 m / (n (n − 1))
/// ```
///
/// Self-loops do not count, since no node is paired with itself: the density is in [0, 1]. (NetworkX and igraph count
/// them.) Arcs of weight 0 are arcs, parallel rows are one. Below two nodes the density is 0.
///
/// # Errors
///
/// None.
///
/// # Complexity
///
/// O(1).
///
/// # References
///
/// Wasserman, Faust, "Social network analysis", Cambridge University Press, 1994, section 4.2.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Density, density};
///
/// let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 0], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// assert_eq!(density(&graph, &Density {})?.values(), [1.0 / 3.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn density(graph: &Graph, _params: &Density) -> Result<Scores> {
    let (nodes, loops) = (graph.node_count() as f64, graph.self_loops() as f64);
    // Both arcs of an undirected edge are stored.
    let arcs = graph.arc_count() as f64 - loops;
    let density = if nodes < 2.0 { 0.0 } else { arcs / (nodes * (nodes - 1.0)) };
    Ok(Scores::number("density", density))
}
