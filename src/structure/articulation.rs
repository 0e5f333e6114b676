//! Articulation points: nodes without whom the network falls apart.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::structure::lowpoint::Lowpoint;

/// Parameters of [`articulation()`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Articulation {}

/// Counts, for each node, how many more components there would be without it.
///
/// ```text
/// articulation(v) = components(G − v) − components(G)     0 for an isolate, without which there is one less
/// ```
///
/// The nodes above 0 are the articulation points. Components are those of the undirected view: direction, weights
/// (0 too), parallel arcs and loops do not matter. One search in depth: what was first reached from v falls off if no
/// edge leads from there to before v; the first node of a component is left by all it first reached but one.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m), on one thread; 28 bytes a node and 16 for each on the path, beside the undirected view.
///
/// # References
///
/// Hopcroft, Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", Communications of the ACM 16, 1973.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Articulation, articulation};
///
/// let rows = EdgeChunk { sources: &[0, 0, 0, 1], targets: &[1, 2, 3, 2], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(articulation(&graph, &Articulation {})?.integers(), [1, 0, 0, 0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn articulation(graph: &Graph, _params: &Articulation) -> Result<Scores> {
    let found = Lowpoint::new(graph, "articulation")?;
    let mut fallen = vec![0_u64; graph.node_count()];
    for (at, parent) in found.reached() {
        fallen[parent] += u64::from(found.lowest[at] as usize >= parent);
    }
    let mut values = vec![0; fallen.len()];
    for (at, fallen) in fallen.into_iter().enumerate() {
        let is_root = found.parents[at] as usize == at;
        values[found.nodes[at] as usize] = fallen.saturating_sub(u64::from(is_root));
    }
    Ok(Scores::integer("articulation", values))
}
