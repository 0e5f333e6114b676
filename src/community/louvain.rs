//! Louvain communities: as Leiden's, without the refinement that keeps communities connected.

use serde::{Deserialize, Serialize};

use super::leiden::{Leiden, optimized};
use super::objective::Objective;
use super::partition::Partition;
use crate::error::Result;
use crate::graph::Graph;

/// Parameters of [`louvain`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Louvain {
    /// What is to be as large as can be.
    pub objective: Objective,
    /// How dense a community must be: more gives smaller ones; at least 0. By default 1 for modularity, the density
    /// of the graph by weight for the constant Potts model.
    pub resolution: Option<f64>,
    /// Whether the direction of arcs counts, in the modularity of Leicht and Newman.
    pub directed: bool,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
    /// What the order of nodes is a function of.
    pub seed: u64,
}

impl Default for Louvain {
    fn default() -> Louvain {
        let Leiden { objective, resolution, directed, weighted, seed, .. } = Leiden::default();
        Louvain { objective, resolution, directed, weighted, seed }
    }
}

/// Puts each node into a community by moving nodes, then communities, then communities of those.
///
/// The objectives and what is read of the graph are those of [`leiden()`](super::leiden()). A community may fall apart
/// when the node that held it together moves on, and nothing mends that: take `leiden` unless you compare with others.
///
/// # Errors
///
/// As of [`leiden()`](super::leiden()).
///
/// # Complexity
///
/// O(n + m) for each pass over the nodes; about 40 bytes a node beside the undirected view, and 8 for each arc between
/// communities.
///
/// # References
///
/// Blondel, Guillaume, Lambiotte, Lefebvre, "Fast unfolding of communities in large networks", Journal of Statistical
/// Mechanics P10008, 2008.
///
/// # Examples
///
/// ```
/// use laud::community::{Louvain, louvain};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// assert_eq!(louvain(&graph, &Louvain::default())?.labels, [0, 0, 0, 1, 1, 1]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn louvain(graph: &Graph, params: &Louvain) -> Result<Partition> {
    let Louvain { objective, resolution, directed, weighted, seed } = *params;
    let params = Leiden { objective, resolution, directed, weighted, seed, ..Leiden::default() };
    optimized("louvain", graph, &params, false, usize::MAX)
}

/// Louvain that comes to the nodes of each level a few times, whoever would still move: where communities are one piece of
/// evidence among many, the last percent of modularity is not worth half of the time.
#[cfg(feature = "tables")]
pub(crate) fn hasty_louvain(graph: &Graph, seed: u64) -> Result<Partition> {
    /// Rounds after which a level is left: the first leaves many to the second.
    const ROUNDS: usize = 3;
    optimized("louvain", graph, &Leiden { seed, ..Leiden::default() }, false, ROUNDS)
}
