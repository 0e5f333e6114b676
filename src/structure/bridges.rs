//! Bridges: ties without which the network falls apart.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::structure::By;
use crate::structure::by::of_edges;
use crate::structure::lowpoint::Lowpoint;

/// Parameters of [`bridges`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bridges {
    /// Whether to count the bridges of each node, or to list them.
    pub by: By,
}

/// Counts the bridges that end at each node, or lists them.
///
/// A bridge is an edge without which its ends are in different components. By edge the table has a row a bridge, and
/// its column `bridges` says how many nodes are on its smaller side: how many lose the rest without it.
///
/// ```text
/// bridges(v) = |{u : {u, v} is a bridge}|     bridges({u, v}) = min(|side of u|, |side of v|)
/// ```
///
/// Edges are those of the undirected view: one a pair, whatever its weight, so that arcs both ways between two nodes
/// can be a bridge; loops are none. One search in depth: the edge by which a node was first reached is a bridge if no
/// other leads from what was reached from there to before it.
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
/// Tarjan, "A note on finding the bridges of a graph", Information Processing Letters 2, 1974.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Bridges, By, bridges};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 2], targets: &[1, 2, 0, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(bridges(&graph, &Bridges::default())?.integers(), [0, 0, 1, 1]);
/// assert_eq!(bridges(&graph, &Bridges { by: By::Edge })?.integers(), [1]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn bridges(graph: &Graph, params: &Bridges) -> Result<Scores> {
    let found = Lowpoint::new(graph, "bridges")?;
    let bridges = found.reached().filter(|&(at, parent)| found.lowest[at] as usize > parent);
    if params.by == By::Edge {
        // Visits of one component follow one another, its root first.
        let mut wholes: Vec<u32> = Vec::with_capacity(found.nodes.len());
        for (at, &parent) in found.parents.iter().enumerate() {
            wholes.push(if parent as usize == at { found.sizes[at] } else { wholes[at - 1] });
        }
        return Ok(of_edges(
            "bridges",
            bridges.map(|(at, parent)| {
                let side = found.sizes[at].min(wholes[at] - found.sizes[at]);
                (found.nodes[at], found.nodes[parent], u64::from(side))
            }),
        ));
    }
    let mut counts = vec![0; graph.node_count()];
    for visit in bridges.flat_map(|(at, parent)| [at, parent]) {
        counts[found.nodes[visit] as usize] += 1;
    }
    Ok(Scores::integer("bridges", counts))
}
