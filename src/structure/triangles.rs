//! Triangles: how many pairs of a node's neighbors know each other.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::structure::oriented::triangle_counts;

/// Parameters of [`triangles()`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Triangles {}

/// Counts the triangles of which each node is a corner.
///
/// ```text
/// triangles(v) = |{{u, w} : u, w and v are neighbors of one another}|
/// ```
///
/// Neighbors are those of the undirected view: distinct, in either direction, whatever the weight; loops do not
/// count. The counts add to three times the number of triangles.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(m √m): every edge is taken once, from the end with fewer neighbors. 4 bytes an edge and 24 a node beside the
/// graph, and 12 a node for each thread. The counts stay with the graph: what asks for them next, such as
/// [`clustering()`](crate::structure::clustering()), has them for nothing.
///
/// # References
///
/// Latapy, "Main-memory triangle computations for very large (sparse (power-law)) graphs", Theoretical Computer
/// Science 407, 2008. Shun, Tangwongsan, "Multicore triangle computations without tuning", ICDE 2015.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Triangles, triangles};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 2], targets: &[1, 2, 0, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(triangles(&graph, &Triangles {})?.integers(), [1, 1, 1, 0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn triangles(graph: &Graph, _params: &Triangles) -> Result<Scores> {
    Ok(Scores::integer("triangles", triangle_counts(graph)?.to_vec()))
}
