//! Coverage and conductance: how much of the ties communities keep, how much leaves them.

use serde::{Deserialize, Serialize};

use super::partition::Partition;
use super::ties::Ties;
use crate::error::Result;
use crate::graph::Graph;

/// Parameters of [`coverage`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Coverage {
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
}

impl Default for Coverage {
    fn default() -> Coverage {
        Coverage { weighted: true }
    }
}

/// The share of the weight of all ties that is within communities: Σ w(c) / W.
///
/// Ties are those of the undirected view, without loops; NaN where they have no weight. One community of all has coverage 1:
/// it says nothing on its own.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a partition of another number of nodes.
///
/// # Complexity
///
/// O(n + m) in parallel; 32 bytes a node beside the undirected view.
///
/// # References
///
/// Fortunato, "Community detection in graphs", Physics Reports 486, 2010.
///
/// # Examples
///
/// ```
/// use laud::community::{Coverage, Partition, coverage};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2], targets: &[1, 2, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let halves = Partition::from_labels(&[0, 0, 1, 1]);
/// assert_eq!(coverage(&graph, &halves, &Coverage::default())?, 2.0 / 3.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn coverage(graph: &Graph, partition: &Partition, params: &Coverage) -> Result<f64> {
    Ok(ties(graph, partition, params.weighted)?.coverage())
}

/// Parameters of [`conductance`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conductance {
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
}

impl Default for Conductance {
    fn default() -> Conductance {
        Conductance { weighted: true }
    }
}

/// For each community, the share of the weight at its nodes that leaves it; the less the better.
///
/// With the weight cut(c) of the ties that leave community c and the sum K(c) of the strengths of its nodes it is
///
/// ```text
/// φ(c) = cut(c) / min(K(c), 2W − K(c))
/// ```
///
/// that is, of the weight at all others where that is less. Ties are those of the undirected view, without loops. NaN for a
/// community without ties and for one that has them all; the mean of the others is
/// [`Communities::mean`](super::Communities::mean) of these values.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a partition of another number of nodes.
///
/// # Complexity
///
/// O(n + m) in parallel; 32 bytes a node beside the undirected view.
///
/// # References
///
/// Kannan, Vempala, Vetta, "On clusterings: good, bad and spectral", Journal of the ACM 51, 2004.
///
/// # Examples
///
/// ```
/// use laud::community::{Conductance, Partition, conductance};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2], targets: &[1, 2, 2, 3], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let partition = Partition::from_labels(&[0, 0, 0, 1, 2]);
/// let shares = conductance(&graph, &partition, &Conductance::default())?;
/// assert_eq!(shares[..2], [1.0, 1.0]);
/// assert!(shares[2].is_nan());
/// # Ok::<(), laud::Error>(())
/// ```
pub fn conductance(graph: &Graph, partition: &Partition, params: &Conductance) -> Result<Vec<f64>> {
    let ties = ties(graph, partition, params.weighted)?;
    Ok((0..partition.len()).map(|community| ties.conductance(community)).collect())
}

fn ties(graph: &Graph, partition: &Partition, weighted: bool) -> Result<Ties> {
    partition.check(graph.node_count())?;
    let arcs = graph.undirected().out().counted(weighted);
    Ok(Ties::new(&arcs, &partition.labels, partition.len()))
}
