//! Transitivity: how likely two nodes with a common neighbor know each other.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::structure::oriented::{neighbor_counts, triangle_counts};

/// Parameters of [`transitivity()`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transitivity {}

/// The share of the connected triples that are closed.
///
/// ```text
/// transitivity = 3 × triangles / Σ d(v) (d(v) − 1) / 2
///                                v
/// ```
///
/// All of it in the undirected view: d(v) counts distinct neighbors in either direction, whatever the weight; loops do
/// not count. 0 where there is no connected triple, as in NetworkX. Hubs weigh as much as their pairs of neighbors;
/// the average clustering, where each node weighs the same, is the mean of the column of
/// [`clustering()`](crate::structure::clustering()).
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// That of [`triangles()`](crate::structure::triangles()), whose counts it shares.
///
/// # References
///
/// Newman, Watts, Strogatz, "Random graph models of social networks", PNAS 99, 2002.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Transitivity, transitivity};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 2], targets: &[1, 2, 0, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(transitivity(&graph, &Transitivity {})?.values(), [0.6]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn transitivity(graph: &Graph, _params: &Transitivity) -> Result<Scores> {
    let closed: u128 = triangle_counts(graph)?.iter().map(|&count| u128::from(count)).sum();
    let pairs = |degree: u32| u128::from(degree) * u128::from(degree).saturating_sub(1) / 2;
    let triples: u128 = neighbor_counts(graph).into_iter().map(pairs).sum();
    let share = if triples == 0 { 0.0 } else { closed as f64 / triples as f64 };
    Ok(Scores::number("transitivity", share))
}
