//! HITS: authorities are attended to by good hubs, hubs attend to good authorities.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::power::{Limits, Matrix, by_node, by_readers, shares};
use super::ritz::{Offer, Operator, leading};
use crate::error::Result;
use crate::graph::{Column, Convergence, Graph, Scores};

/// Parameters of [`hits`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hits {
    /// L1 distance by which a round from authorities to hubs and back would move authorities that sum to 1, at which to
    /// stop, positive.
    pub tolerance: f64,
    /// Iterations after which to stop in any case, at least 1.
    pub max_iterations: u32,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
    /// Whether not converging is an error.
    pub strict: bool,
}

impl Default for Hits {
    fn default() -> Hits {
        Hits { tolerance: 1e-9, max_iterations: 1000, weighted: true, strict: false }
    }
}

/// Scores each node as a hub and as an authority.
///
/// ```text
/// authority(v) ∝ Σ w(u,v) hub(u)        hub(u) ∝ Σ w(u,v) authority(v)
///              u → v                           u → v
/// ```
///
/// The columns `hits_hub` and `hits_authority` each sum to 1: they are the leading singular vectors of the matrix
/// of arcs. Arcs are read as they are, each edge of an undirected graph both ways, so that both columns are one; a
/// self-loop that was kept counts like any arc. Where no arc weighs anything all scores are 0.
///
/// A search among vectors starts evenly and takes what authorities make of authorities, by way of the hubs, in steps
/// each of which is the best in a plane and a direction. Where several groups of nodes are equally strong, which the
/// graph alone cannot decide, the scores are what the even start leads to; nodes outside the strongest group score 0.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a parameter outside its domain,
/// [`Error::NotConverged`](crate::Error::NotConverged) where `strict` asks for it.
///
/// # Complexity
///
/// O(n + m) an iteration, of two sweeps; a copy of the arcs and 64 bytes a node beside the graph. How many iterations
/// depends on how clearly the strongest group leads.
///
/// # References
///
/// Kleinberg, "Authoritative sources in a hyperlinked environment", Journal of the ACM 46, 1999. Knyazev, "Toward the
/// optimal preconditioned eigensolver: locally optimal block preconditioned conjugate gradient method", SIAM Journal on
/// Scientific Computing 23, 2001.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Hits, hits};
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
///
/// let rows = EdgeChunk { sources: &[0, 1], targets: &[2, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// let scores = hits(&graph, &Hits::default())?;
/// assert_eq!(scores.column("hits_hub"), Some(&Values::Float(vec![0.5, 0.5, 0.0])));
/// assert_eq!(scores.column("hits_authority"), Some(&Values::Float(vec![0.0, 0.0, 1.0])));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn hits(graph: &Graph, params: &Hits) -> Result<Scores> {
    let Hits { tolerance, max_iterations, weighted, strict } = *params;
    let limits = Limits { measure: "hits", tolerance, max_iterations, strict };
    limits.check()?;
    let order = by_readers(graph);
    let received = Matrix::new(graph.incoming(), &order, weighted);
    let given = graph.is_directed().then(|| Matrix::new(graph.out(), &order, weighted));
    let links = Links { received: &received, given: given.as_ref().unwrap_or(&received) };
    let start = received.pull(&vec![1.0; graph.node_count()], |_, sum| sum);
    let (authorities, convergence) = if start.par_iter().any(|&sum| sum > 0.0) {
        leading::<f64>(&links, start, limits)?
    } else {
        (start, Convergence { converged: true, iterations: 0, residual: 0.0 })
    };
    let hubs = shares(links.given.pull(&authorities, |_, sum| sum));
    let authorities = shares(authorities);
    let columns = vec![
        Column::float("hits_hub", by_node(&order, &hubs)),
        Column::float("hits_authority", by_node(&order, &authorities)),
    ];
    Ok(Scores::of_nodes("hits", columns).with_convergence(convergence))
}

/// What authorities make of authorities: hubs add up those that they point to, authorities the hubs that point to them.
struct Links<'a> {
    received: &'a Matrix,
    given: &'a Matrix,
}

impl Operator for Links<'_> {
    fn image<O: Offer>(&self, values: &[O]) -> Vec<f64> {
        self.received.image(&self.given.image(values))
    }
}
