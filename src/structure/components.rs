//! Components: which nodes hang together when direction is ignored.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores, component_roots};

/// Parameters of [`components`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Components {}

/// Labels the weakly connected component of each node: 0 is the largest, ties by their smallest node.
///
/// Union-find over the out-arcs by all threads: the root of a tree is its smallest node, and finding it halves the
/// path. Of an undirected graph, nodes that a few arcs each have joined to the largest component are then left alone.
/// Two nodes have the same label just when a path joins them in the undirected view; arcs of weight 0 are arcs, and an
/// isolate is a component of its own.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m log n) at worst, in practice one look at each arc; 16 bytes a node.
///
/// # References
///
/// Tarjan, van Leeuwen, "Worst-case analysis of set union algorithms", Journal of the ACM 31, 1984. Sutton, Ben-Nun,
/// Barak, "Optimizing parallel graph connectivity computation via subgraph sampling", IPDPS 2018.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Components, components};
///
/// let rows = EdgeChunk { sources: &[1, 3], targets: &[2, 2], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges::default())?;
/// assert_eq!(components(&graph, &Components {})?.integers(), [1, 0, 0, 0, 2]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn components(graph: &Graph, _params: &Components) -> Result<Scores> {
    Ok(Scores::integer("components", labeled(&component_roots(graph)?)))
}

/// Components numbered by size, largest first, then by smallest node, which `smallest` gives for every node.
pub(super) fn labeled(smallest: &[u32]) -> Vec<u64> {
    let mut sizes = vec![0u32; smallest.len()];
    smallest.iter().for_each(|&root| sizes[root as usize] += 1);
    let of_size = |wanted: fn(u32) -> bool| {
        sizes.iter().zip(0_u32..).filter(move |&(&size, _)| wanted(size)).map(|(_, root)| root)
    };
    let mut roots: Vec<u32> = of_size(|size| size > 1).collect();
    roots.sort_by_key(|&root| std::cmp::Reverse(sizes[root as usize]));
    // Those of a single node are often many, and in order as they are.
    roots.extend(of_size(|size| size == 1));
    let mut labels = sizes;
    for (&root, label) in roots.iter().zip(0..) {
        labels[root as usize] = label;
    }
    smallest.par_iter().map(|&root| u64::from(labels[root as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    #[test]
    fn labels_go_by_size_then_by_smallest_node() {
        let rows = EdgeChunk { sources: &[5, 4, 6], targets: &[1, 3, 4], weights: Some(&[0.0, 1.0, 1.0]) };
        let graph = Graph::from_edges(7, &[rows], &FromEdges::default()).unwrap();
        assert_eq!(components(&graph, &Components {}).unwrap().integers(), [2, 1, 3, 0, 0, 1, 0]);
    }

    #[test]
    fn a_graph_without_nodes_has_no_labels() {
        let graph = Graph::from_edges(0, &[], &FromEdges::default()).unwrap();
        assert!(components(&graph, &Components {}).unwrap().integers().is_empty());
    }
}
