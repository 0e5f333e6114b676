//! The distribution of degrees: how unequal they are, and whether their tail follows a power law.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Column, Graph, Rows, Scores, Values};
use crate::progress::Watch;
use crate::structure::power_law::{PowerLaw, Tail};

/// Parameters of [`degree_distribution`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DegreeDistribution {}

/// Describes the degrees of all nodes in one row.
///
/// | column | |
/// |---|---|
/// | `degree_nodes` | nodes |
/// | `degree_mean`, `degree_median`, `degree_maximum` | of the degrees; the median of an even number is the mean of the middle two |
/// | `degree_gini` | 0 where all degrees are the same, towards 1 where one node has them all |
/// | `power_law_exponent` | α of the best power law |
/// | `power_law_exponent_error` | its standard error |
/// | `power_law_minimum` | the degree at which the tail that follows it begins |
/// | `power_law_ks` | the largest distance between the two cumulative distributions of the tail (Kolmogorov, Smirnov) |
/// | `power_law_nodes` | nodes in the tail |
///
/// The degree of a node is that of [`degree`](crate::centrality::degree()): arcs in and out, parallel rows as one,
/// whatever the weight; a self-loop counts 2. The power law is discrete: from a minimum on,
///
/// ```text
/// p(d) = d^−α / ζ(α, minimum)
/// ```
///
/// with α of the greatest likelihood. The minimum is the degree, among those that leave at least 50 nodes and two
/// different degrees in the tail, for which the distance is least; ties go to the smaller. Where there is none, the
/// columns of the power law are null. A fit is no proof: there is always a best one, and only a small distance in a long tail
/// speaks for a power law.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + k²) for k different degrees; 8 bytes a node.
///
/// # References
///
/// Clauset, Shalizi, Newman, "Power-law distributions in empirical data", SIAM Review 51, 2009.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
/// use laud::structure::{DegreeDistribution, degree_distribution};
///
/// let rows = EdgeChunk { sources: &[0, 0, 0], targets: &[1, 2, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// let scores = degree_distribution(&graph, &DegreeDistribution {})?;
/// assert_eq!(scores.column("degree_mean"), Some(&Values::Float(vec![1.5])));
/// assert_eq!(scores.column("degree_maximum"), Some(&Values::Integer(vec![3])));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn degree_distribution(graph: &Graph, _params: &DegreeDistribution) -> Result<Scores> {
    let mut degrees = degrees(graph);
    degrees.par_sort_unstable();
    let nodes = degrees.len();
    let total: u128 = degrees.iter().map(|&degree| u128::from(degree)).sum();
    let mean = if nodes == 0 { f64::NAN } else { total as f64 / nodes as f64 };
    let median = match nodes {
        0 => f64::NAN,
        _ => (degrees[(nodes - 1) / 2] as f64 + degrees[nodes / 2] as f64) / 2.0,
    };
    let law = fit(&degrees)?;
    let number = |of: fn(&PowerLaw) -> f64| vec![law.as_ref().map_or(f64::NAN, of)];
    let count = |of: fn(&PowerLaw) -> u64| vec![law.as_ref().map_or(Values::NONE, of)];
    let columns = vec![
        Column::integer("degree_nodes", vec![nodes as u64]),
        Column::float("degree_mean", vec![mean]),
        Column::float("degree_median", vec![median]),
        Column::integer("degree_maximum", vec![degrees.last().copied().unwrap_or(Values::NONE)]),
        Column::float("degree_gini", vec![gini(&degrees, total)]),
        Column::float("power_law_exponent", number(|law| law.exponent)),
        Column::float("power_law_exponent_error", number(|law| law.error)),
        Column::integer("power_law_minimum", count(|law| law.minimum)),
        Column::float("power_law_ks", number(|law| law.distance)),
        Column::integer("power_law_nodes", count(|law| law.nodes)),
    ];
    Ok(Scores { measure: "degree_distribution", rows: Rows::Graph, columns, ..Scores::default() })
}

fn degrees(graph: &Graph) -> Vec<u64> {
    let (out, incoming) = (graph.out(), graph.incoming());
    let degree = |u: u32| match graph.is_directed() {
        true => out.degree(u) + incoming.degree(u),
        false => out.degree(u) + u64::from(graph.has_self_loop(u)),
    };
    (0..graph.node_count() as u32).into_par_iter().map(degree).collect()
}

/// Gini's coefficient of ascending degrees: NaN where there are none above 0.
fn gini(degrees: &[u64], total: u128) -> f64 {
    let weighted: u128 = degrees.iter().zip(1_u128..).map(|(&degree, rank)| rank * u128::from(degree)).sum();
    let nodes = degrees.len() as u128;
    match total {
        0 => f64::NAN,
        _ => (2 * weighted - (nodes + 1) * total) as f64 / (nodes as f64 * total as f64),
    }
}

/// The power law of the tail that it fits best.
fn fit(degrees: &[u64]) -> Result<Option<PowerLaw>> {
    const FEWEST: u64 = 50;
    let watch = Watch::current();
    let positive = &degrees[degrees.partition_point(|&degree| degree == 0)..];
    let counts: Vec<(u64, u64)> =
        positive.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect();
    let tails = Tail::all(&counts, FEWEST);
    let laws = tails.par_iter().enumerate().map(|(done, tail)| {
        watch.tick("degree_distribution", done as u64, tails.len() as u64)?;
        Ok(PowerLaw::of(tail))
    });
    let laws: Vec<PowerLaw> = laws.collect::<Result<_>>()?;
    Ok(laws.into_iter().reduce(|best, law| if law.distance < best.distance { law } else { best }))
}
