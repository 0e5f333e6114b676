//! Clustering: how likely two neighbors of a node know each other.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::structure::oriented::{neighbor_counts, triangle_counts};

/// Parameters of [`clustering()`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clustering {}

/// The share of the pairs of a node's neighbors that are neighbors themselves.
///
/// ```text
/// clustering(v) = triangles(v) / (d(v) (d(v) − 1) / 2)
/// ```
///
/// d(v) counts the neighbors in the undirected view: distinct, in either direction, whatever the weight; loops do
/// not count. Below two neighbors the share is 0, as in NetworkX.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// That of [`triangles()`](crate::structure::triangles()).
///
/// # References
///
/// Watts, Strogatz, "Collective dynamics of 'small-world' networks", Nature 393, 1998.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Clustering, clustering};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 2], targets: &[1, 2, 0, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(clustering(&graph, &Clustering {})?.values(), [1.0, 1.0, 1.0 / 3.0, 0.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn clustering(graph: &Graph, _params: &Clustering) -> Result<Scores> {
    let share = |(&triangles, degree): (&u64, u32)| {
        let degree = f64::from(degree);
        if degree < 2.0 { 0.0 } else { triangles as f64 / (degree * (degree - 1.0) / 2.0) }
    };
    let shares = triangle_counts(graph)?.iter().zip(neighbor_counts(graph)).map(share).collect();
    Ok(Scores::float("clustering", shares))
}
