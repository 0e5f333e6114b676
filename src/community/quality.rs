//! Quality: what each community has, and how good the partition is as a whole.

use serde::{Deserialize, Serialize};

use super::leiden::Leiden;
use super::modularity::Modularity;
use super::objective::{Expectation, Objective};
use super::partition::Partition;
use super::ties::{Ties, ratio};
use super::well_connected::cohesions;
use crate::error::Result;
use crate::graph::{Column, Graph};

/// Parameters of [`quality`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quality {
    /// What chance counts for in the modularity, at least 0.
    pub resolution: f64,
    /// Whether the direction of arcs counts in the modularity.
    pub directed: bool,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
}

impl Default for Quality {
    fn default() -> Quality {
        let Modularity { resolution, directed, weighted } = Modularity::default();
        Quality { resolution, directed, weighted }
    }
}

/// The communities of a partition: a value by community in each list. NaN and `None` stand for what is not defined.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Communities {
    /// Nodes.
    pub sizes: Vec<u32>,
    /// The weight of the ties within, each once.
    pub internal_weights: Vec<f64>,
    /// The weight of the ties that leave.
    pub cuts: Vec<f64>,
    /// The share of all pairs of members that are tied; NaN for a single node.
    pub densities: Vec<f64>,
    /// As of [`conductance()`](super::conductance()).
    pub conductances: Vec<f64>,
    /// The share of the strength of its nodes that leaves; NaN where they have none.
    pub mixings: Vec<f64>,
    /// What it adds to the modularity.
    pub modularities: Vec<f64>,
    /// Whether it is in one piece.
    pub connected: Vec<bool>,
    /// As of [`well_connected()`](super::well_connected()).
    pub well_connected: Vec<Option<bool>>,
    /// The share of all weight that is within communities; NaN without ties.
    pub coverage: f64,
    /// The modularity of the whole.
    pub modularity: f64,
}

impl Communities {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// The mean of some values over the communities where they are defined; NaN where they are nowhere.
    pub fn mean(values: &[f64]) -> f64 {
        let defined = values.iter().filter(|value| !value.is_nan());
        ratio(defined.clone().sum(), defined.count() as f64)
    }

    /// The numbers as a table, a row a community.
    pub fn columns(&self) -> Vec<Column> {
        let number = |name: &str, values: &[f64]| Column::float(name, values.to_vec());
        vec![
            Column::integer("size", self.sizes.iter().map(|&size| size.into()).collect()),
            number("internal_weight", &self.internal_weights),
            number("cut", &self.cuts),
            number("density", &self.densities),
            number("conductance", &self.conductances),
            number("mixing", &self.mixings),
            number("modularity", &self.modularities),
        ]
    }
}

/// Describes each community of a partition, and the partition by what its communities come to.
///
/// With the number m(c) and the weight w(c) of the ties within community c, the weight cut(c) of those that leave it, the
/// number n(c) of its nodes, the sum K(c) = 2 w(c) + cut(c) of their strengths and the weight W of all ties
///
/// ```text
/// density      m(c) / (n(c) (n(c) − 1) / 2)        mixing      cut(c) / K(c)
/// conductance  cut(c) / min(K(c), 2W − K(c))       modularity  w(c) / W − γ (K(c) / 2W)²
/// ```
///
/// Ties are those of the undirected view, without loops. A community is dense, connected, and well connected by edges of
/// any weight, 0 too. Without ties the modularity is 0.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a resolution below 0 or not finite, and for a partition of another
/// number of nodes; [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m) but for what is well connected, which is looked at a few times; in parallel.
///
/// # References
///
/// Those of [`modularity()`](super::modularity()), [`conductance()`](super::conductance()) and
/// [`well_connected()`](super::well_connected()).
///
/// # Examples
///
/// ```
/// use laud::community::{Communities, Partition, Quality, quality};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let table = quality(&graph, &Partition::from_labels(&[0, 0, 0, 1, 1, 1]), &Quality::default())?;
/// assert_eq!((table.internal_weights, table.cuts), (vec![3.0; 2], vec![1.0; 2]));
/// assert_eq!((Communities::mean(&table.conductances), table.coverage), (1.0 / 7.0, 6.0 / 7.0));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn quality(graph: &Graph, partition: &Partition, params: &Quality) -> Result<Communities> {
    let Quality { resolution, directed, weighted } = *params;
    Leiden { resolution: Some(resolution), ..Leiden::default() }.check(graph.node_count())?;
    partition.check(graph.node_count())?;
    let (labels, count) = (&partition.labels, partition.len());
    let objective = Objective::Modularity;
    let expectation = Expectation::new(graph, objective, Some(resolution), directed, weighted)?;
    let ties = Ties::new(&expectation.arcs, labels, count);
    let expected = expectation.expected(labels, count);
    let gain = |(within, expected): (&f64, f64)| expectation.share(within - expected);
    let modularities: Vec<f64> = ties.within.iter().zip(expected).map(gain).collect();
    let cohesions = cohesions(graph, partition)?;
    Ok(Communities {
        densities: cohesions.iter().map(|cohesion| cohesion.density).collect(),
        conductances: (0..count).map(|community| ties.conductance(community)).collect(),
        mixings: (0..count).map(|community| ratio(ties.cut[community], ties.volume(community))).collect(),
        modularity: modularities.iter().sum(),
        coverage: ties.coverage(),
        connected: cohesions.iter().map(|cohesion| cohesion.connected).collect(),
        well_connected: cohesions.iter().map(|cohesion| cohesion.well_connected).collect(),
        sizes: partition.sizes(),
        internal_weights: ties.within,
        cuts: ties.cut,
        modularities,
    })
}
