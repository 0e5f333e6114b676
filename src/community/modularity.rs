//! Modularity and the constant Potts model: what a partition has within, beyond what chance would give it.

use serde::{Deserialize, Serialize};

use super::leiden::Leiden;
use super::moving::Level;
use super::objective::{Expectation, Masses, Objective};
use super::partition::Partition;
use crate::error::Result;
use crate::graph::Graph;

/// Parameters of [`modularity`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Modularity {
    /// What chance counts for, at least 0.
    pub resolution: f64,
    /// Whether the direction of arcs counts, as Leicht and Newman have it.
    pub directed: bool,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
}

impl Default for Modularity {
    fn default() -> Modularity {
        Modularity { resolution: 1.0, directed: false, weighted: true }
    }
}

/// The share of all weight that is within communities, beyond that of a random graph with the same strengths.
///
/// With the weight w(c) of the ties within community c, the sum K(c) of the strengths of its nodes and the weight W of all
/// ties it is
///
/// ```text
/// Q = Σ w(c) / W − γ (K(c) / 2W)²        directed: Q = Σ w(c) / W − γ K_out(c) K_in(c) / W²
///     c                                                c
/// ```
///
/// It is the number that [`leiden()`](super::leiden()) raises. Ties are those of the undirected view, without loops; 0 where
/// there are none. A large value is no evidence of communities, since random graphs reach one as well: ask
/// [`null_model()`](super::null_model()).
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a resolution below 0 or not finite, and for a partition of another
/// number of nodes.
///
/// # Complexity
///
/// O(n + m) in parallel; 24 bytes a node beside the undirected view.
///
/// # References
///
/// Newman, Girvan, "Finding and evaluating community structure in networks", Physical Review E 69, 2004. Reichardt,
/// Bornholdt, "Statistical mechanics of community detection", Physical Review E 74, 2006. Leicht, Newman, "Community
/// structure in directed networks", Physical Review Letters 100, 2008.
///
/// # Examples
///
/// ```
/// use laud::community::{Modularity, Partition, modularity};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let halves = Partition::from_labels(&[0, 0, 0, 1, 1, 1]);
/// assert!((modularity(&graph, &halves, &Modularity::default())? - 5.0 / 14.0).abs() < 1e-12);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn modularity(graph: &Graph, partition: &Partition, params: &Modularity) -> Result<f64> {
    let Modularity { resolution, directed, weighted } = *params;
    value(graph, partition, &Leiden { resolution: Some(resolution), directed, weighted, ..Leiden::default() })
}

/// Parameters of [`cpm`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cpm {
    /// The weight that a pair of one community must have on average to count in its favor, at least 0; by default the
    /// density of the graph by weight.
    pub resolution: Option<f64>,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
}

impl Default for Cpm {
    fn default() -> Cpm {
        Cpm { resolution: None, weighted: true }
    }
}

/// The weight within communities beyond that of a fixed density: the constant Potts model.
///
/// With the weight w(c) of the ties within community c and the number n(c) of its nodes it is
///
/// ```text
/// H = Σ w(c) − γ n(c) (n(c) − 1) / 2
///     c
/// ```
///
/// in units of weight, not a share. Ties are those of the undirected view, without loops.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a resolution below 0 or not finite, and for a partition of another
/// number of nodes.
///
/// # Complexity
///
/// O(n + m) in parallel; 24 bytes a node beside the undirected view.
///
/// # References
///
/// Traag, Van Dooren, Nesterov, "Narrow scope for resolution-limit-free community detection", Physical Review E 84, 2011.
///
/// # Examples
///
/// ```
/// use laud::community::{Cpm, Partition, cpm};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1], targets: &[1, 2, 2], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let triangle = Partition::from_labels(&[0, 0, 0, 1]);
/// assert_eq!(cpm(&graph, &triangle, &Cpm { resolution: Some(0.5), ..Cpm::default() })?, 1.5);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn cpm(graph: &Graph, partition: &Partition, params: &Cpm) -> Result<f64> {
    let Cpm { resolution, weighted } = *params;
    value(graph, partition, &Leiden { objective: Objective::Cpm, resolution, weighted, ..Leiden::default() })
}

/// What a partition is worth by the objective of `params`.
pub(super) fn value(graph: &Graph, partition: &Partition, params: &Leiden) -> Result<f64> {
    params.check(graph.node_count())?;
    partition.check(graph.node_count())?;
    let Leiden { objective, resolution, directed, weighted, .. } = *params;
    let expectation = Expectation::new(graph, objective, resolution, directed, weighted)?;
    let (arcs, rate) = (&*expectation.arcs, expectation.rate);
    Ok(match &expectation.masses {
        Masses::One(masses) => expectation.quality(&Level { arcs, masses, rate }, &partition.labels),
        Masses::Two(masses) => expectation.quality(&Level { arcs, masses, rate }, &partition.labels),
    })
}
