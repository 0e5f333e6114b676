//! Components: which nodes hang together when direction is ignored.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::progress::Watch;

/// Parameters of [`components`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Components {}

/// Nodes between two reports of progress.
const STRIDE: u32 = 1 << 20;

/// Labels the weakly connected component of each node: 0 is the largest, ties by their smallest node.
///
/// Union-find over the out-arcs: the root of a tree is its smallest node, and finding it halves the path. Two nodes
/// have the same label just when a path joins them in the undirected view; arcs of weight 0 are arcs, and an isolate
/// is a component of its own.
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
/// Tarjan, van Leeuwen, "Worst-case analysis of set union algorithms", Journal of the ACM 31, 1984.
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
    let watch = Watch::current();
    let nodes = 0..graph.node_count() as u32;
    let mut parents: Vec<u32> = nodes.clone().collect();
    for u in nodes.clone() {
        if u % STRIDE == 0 {
            watch.tick("components", u64::from(u), u64::from(nodes.end))?;
        }
        let mut root = find(&mut parents, u);
        for &v in graph.out().neighbors(u) {
            let other = find(&mut parents, v);
            if other != root {
                parents[root.max(other) as usize] = root.min(other);
                root = root.min(other);
            }
        }
    }
    let roots: Vec<u32> = nodes.map(|u| find(&mut parents, u)).collect();
    Ok(Scores::integer("components", labeled(&roots)))
}

fn find(parents: &mut [u32], mut u: u32) -> u32 {
    while parents[u as usize] != u {
        let above = parents[parents[u as usize] as usize];
        parents[u as usize] = above;
        u = above;
    }
    u
}

/// Components numbered by size, largest first, then by smallest node, which `smallest` gives for every node.
pub(super) fn labeled(smallest: &[u32]) -> Vec<u64> {
    let mut sizes = vec![0u32; smallest.len()];
    smallest.iter().for_each(|&root| sizes[root as usize] += 1);
    let mut roots: Vec<u32> = (0..smallest.len() as u32).filter(|&u| sizes[u as usize] > 0).collect();
    roots.sort_by_key(|&root| std::cmp::Reverse(sizes[root as usize]));
    let mut labels = sizes;
    for (&root, label) in roots.iter().zip(0..) {
        labels[root as usize] = label;
    }
    smallest.iter().map(|&root| u64::from(labels[root as usize])).collect()
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
