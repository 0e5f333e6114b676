//! Projection: a network of two kinds of nodes as one of the first kind alone, tied by what they share.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::graph::{Adjacency, Desks, Graph};
use crate::progress::Watch;

/// Parameters of [`projection`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Projection {
    /// How many neighbors two nodes must share to be tied, at least 1.
    pub min_shared: u32,
    /// A neighbor of more nodes than that ties nobody: whom everybody knows says little about two who do, and makes
    /// d (d - 1) / 2 ties of d nodes. None: each counts.
    pub max_degree: Option<u32>,
}

impl Default for Projection {
    fn default() -> Projection {
        Projection { min_shared: 1, max_degree: None }
    }
}

/// Ties each two of some nodes by the neighbors they share, whose number is the weight of the tie.
///
/// Of a network of customers and brands with the customers as `nodes`, two customers are tied by the brands that both have
/// to do with. Neighbors are those of the undirected view, whatever the weights of their ties; those who are
/// themselves among `nodes` do not count. The nodes of the projection are `nodes`, numbered in their order.
///
/// # Errors
///
/// [`Error::Parameter`] for nodes that are not of the graph, ascending and each once, and for `min_shared` 0;
/// [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(Σ d²) over the degrees d of the neighbors that count, in parallel; 8 bytes for each tie found and direction, and
/// 4 for each node and thread.
///
/// # References
///
/// Breiger, "The duality of persons and groups", Social Forces 53, 1974.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Projection, projection};
///
/// // Three customers of two brands, which are nodes 3 and 4.
/// let rows = EdgeChunk { sources: &[0, 0, 1, 1, 2], targets: &[3, 4, 3, 4, 4], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let customers = projection(&graph, &[0, 1, 2], &Projection::default())?;
/// assert_eq!(customers.out().weight(0, 1), Some(2.0));
/// assert_eq!(customers.out().weight(1, 2), Some(1.0));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn projection(graph: &Graph, nodes: &[u32], params: &Projection) -> Result<Graph> {
    const NONE: u32 = u32::MAX;
    let Projection { min_shared, max_degree } = *params;
    if min_shared == 0 {
        return Err(Error::parameter("min_shared", "at least 1", min_shared));
    }
    if !nodes.is_sorted_by(|a, b| a < b) || nodes.last().is_some_and(|&u| u as usize >= graph.node_count()) {
        let rule = format!("ascending, each once and below {}", graph.node_count());
        return Err(Error::parameter("nodes", rule, "others"));
    }
    let arcs = graph.undirected().out();
    let mut places = vec![NONE; graph.node_count()];
    (0..).zip(nodes).for_each(|(place, &u)| places[u as usize] = place);
    let ties_of = |v: u32| arcs.neighbors(v).iter().map(|&w| places[w as usize]).filter(|&w| w != NONE);
    let counts: Vec<bool> = (0..graph.node_count() as u32)
        .map(|v| {
            let is_rare = |most: u32| ties_of(v).nth(most as usize).is_none();
            places[v as usize] == NONE && max_degree.is_none_or(is_rare)
        })
        .collect();
    let watch = Watch::current();
    let done = AtomicU64::new(0);
    // How many neighbors each node shares with the one at hand, of those found so far.
    let desks = Desks::<Vec<u32>>::new();
    let rows = Adjacency::try_from_nodes(nodes, true, |u, neighbors, weights| {
        watch.tick("projection", done.fetch_add(1, Relaxed), nodes.len() as u64)?;
        let mut shared = desks.mine();
        shared.resize(nodes.len(), 0);
        let first = neighbors.len();
        for &v in arcs.neighbors(u).iter().filter(|&&v| counts[v as usize]) {
            for w in ties_of(v) {
                if shared[w as usize] == 0 {
                    neighbors.push(w);
                }
                shared[w as usize] += 1;
            }
        }
        let own = places[u as usize];
        let mut last = first;
        for at in first..neighbors.len() {
            let w = neighbors[at];
            if w != own && shared[w as usize] >= min_shared {
                neighbors[last] = w;
                last += 1;
            } else {
                shared[w as usize] = 0;
            }
        }
        neighbors.truncate(last);
        neighbors[first..].sort_unstable();
        weights.extend(neighbors[first..].iter().map(|&w| std::mem::take(&mut shared[w as usize]) as f32));
        Ok(())
    })?;
    Ok(Graph::from_symmetric(rows))
}
