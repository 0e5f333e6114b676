//! Strong components: which nodes reach each other along arcs.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores, closed_components};
use crate::structure::components::labeled;

/// Parameters of [`strong_components`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StrongComponents {}

/// Labels the strongly connected component of each node: 0 is the largest, ties by their smallest node.
///
/// Two nodes have the same label just when arcs lead from each to the other. Arcs of weight 0 are arcs. In an
/// undirected graph these are the components.
///
/// One search in depth, without recursion: a node carries the number of its visit, lowered to that of the earliest
/// node on the path that it still reaches; one that cannot go below its own number closes a component.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m), on one thread; 12 bytes a node, and 16 for each node on the path.
///
/// # References
///
/// Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, 1972. Pearce, "A
/// space-efficient algorithm for finding strongly connected components", Information Processing Letters 116, 2016.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{StrongComponents, strong_components};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 3], targets: &[1, 2, 1, 0], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(strong_components(&graph, &StrongComponents {})?.integers(), [1, 0, 0, 2]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn strong_components(graph: &Graph, _params: &StrongComponents) -> Result<Scores> {
    let closed = closed_components(graph.out(), "strong_components")?;
    Ok(Scores::integer("strong_components", labeled(&closed.representatives)))
}
