//! Katz centrality: how much attention reaches a node over paths of any length.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::conjugate::Equations;
use super::power::{Limits, Matrix, by_node, by_readers, moved};
use crate::error::{Error, Result};
use crate::graph::{Graph, Scores, sum};
use crate::progress::Watch;

/// Parameters of [`katz`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Katz {
    /// What an arc of weight 1 passes on, positive and below 1 / λ. Unless given, 0.9 / max(b, w): b is the bound on
    /// λ, w the average weight of an arc.
    pub alpha: Option<f64>,
    /// What each node has of itself, positive.
    pub beta: f64,
    /// What one more step would change in all, as a share of the sum of the scores, at which to stop, positive.
    pub tolerance: f64,
    /// Iterations after which to stop in any case, at least 1.
    pub max_iterations: u32,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
    /// Whether not converging is an error.
    pub strict: bool,
}

impl Default for Katz {
    fn default() -> Katz {
        Katz { alpha: None, beta: 1.0, tolerance: 1e-9, max_iterations: 1000, weighted: true, strict: false }
    }
}

/// Scores each node by the attention that reaches it, directly and through others.
///
/// ```text
/// x(v) = β + α Σ w(u,v) x(u)
///            u → v
/// ```
///
/// A path of length k counts α^k, so the sum is finite just when α is below 1 / λ, with λ the largest eigenvalue of
/// the matrix of arcs. Attention is copied along arcs, not split among them as in
/// [`pagerank`](crate::centrality::pagerank). The scores are not normalised: where nobody attends, they are β.
///
/// Arcs are read as they are, each edge of an undirected graph both ways; a self-loop that was kept counts like any
/// arc. λ is bounded from above by the largest ratio (Aᵀx)(v) / x(v) of a positive vector x that a few steps of the
/// power method have made good (Collatz, Wielandt); an α at or above the reciprocal of the bound is refused.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a parameter outside its domain,
/// [`Error::NotConverged`](crate::Error::NotConverged) where `strict` asks for it.
///
/// # Complexity
///
/// O(n + m) an iteration, and for each of up to 100 steps towards the bound; the in-arcs and 60 bytes a node beside
/// the graph. The equation of an undirected graph is symmetric, so conjugate gradients take few iterations.
///
/// # References
///
/// Katz, "A new status index derived from sociometric analysis", Psychometrika 18, 1953. Collatz, "Einschließungssatz
/// für die charakteristischen Zahlen von Matrizen", Mathematische Zeitschrift 48, 1942. Hestenes, Stiefel, "Methods of
/// conjugate gradients for solving linear systems", Journal of Research of the National Bureau of Standards 49, 1952.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Katz, katz};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// let scores = katz(&graph, &Katz { alpha: Some(0.5), ..Katz::default() })?;
/// assert_eq!(scores.values(), [1.0, 1.5, 1.75]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn katz(graph: &Graph, params: &Katz) -> Result<Scores> {
    let Katz { alpha, beta, tolerance, max_iterations, weighted, strict } = *params;
    let limits = Limits { measure: "katz", tolerance, max_iterations, strict };
    limits.check()?;
    if !(beta > 0.0 && beta.is_finite()) {
        return Err(Error::parameter("beta", "positive and finite", beta));
    }
    let order = by_readers(graph);
    let received = Matrix::new(graph.incoming(), &order, weighted);
    let bound = eigenvalue_bound(&received, graph.node_count(), alpha)?;
    let alpha = match alpha {
        None => usual_alpha(graph, weighted, bound),
        Some(alpha) if alpha > 0.0 && alpha.is_finite() && alpha * bound < 1.0 => alpha,
        Some(alpha) => {
            return Err(Error::parameter("alpha", format!("positive and below {}", 1.0 / bound), alpha));
        }
    };
    let mut scores = vec![beta; graph.node_count()];
    if !graph.is_directed() {
        let equations = Equations { arcs: received, diagonal: vec![1.0; scores.len()], alpha };
        let own = scores.as_chunks::<1>().0;
        let (solution, convergence) = equations.solve(own, own.to_vec(), limits)?;
        let scores = by_node(&order, solution.as_flattened());
        return Ok(Scores::float("katz", scores).with_convergence(convergence));
    }
    let convergence = limits.run(|| {
        let new = received.pull(&scores, |_, sum| beta + alpha * sum);
        let moved = moved(&new, &scores);
        scores = new;
        moved
    })?;
    Ok(Scores::float("katz", by_node(&order, &scores)).with_convergence(convergence))
}

/// 0.9 of the reciprocal of the bound; not so much that an average arc passes on more than it is given, which only
/// a graph with hardly any cycle would allow.
fn usual_alpha(graph: &Graph, weighted: bool, bound: f64) -> f64 {
    if bound == 0.0 {
        return 0.0;
    }
    let arcs = graph.arc_count() as f64;
    let weight = sum(graph.node_count(), |u| graph.out().strength(u as u32));
    let average = if weighted { weight / arcs } else { 1.0 };
    0.9 / bound.max(average)
}

/// A bound from above on the largest eigenvalue of the matrix of arcs: the best of some steps, until it is well below
/// 1 / `alpha`, or without one hardly falls any more.
fn eigenvalue_bound(received: &Matrix, node_count: usize, alpha: Option<f64>) -> Result<f64> {
    const STEPS: u64 = 100;
    let watch = Watch::current();
    let mut values = vec![1.0; node_count];
    let mut bound = f64::INFINITY;
    for step in 0..STEPS {
        watch.tick("katz", step, STEPS)?;
        let pulled = received.pull(&values, |_, sum| sum);
        let most = |of: &(dyn Fn(usize) -> f64 + Sync)| {
            (0..values.len()).into_par_iter().map(of).reduce(|| 0.0, f64::max)
        };
        let before = bound;
        bound = bound.min(most(&|v| pulled[v] / values[v]));
        let is_enough = alpha.map_or(bound > 0.999 * before, |alpha| alpha * bound < 0.9);
        if bound == 0.0 || is_enough {
            break;
        }
        // The identity added keeps the vector positive and the matrix from swinging between two sides.
        let largest = most(&|v| values[v] + pulled[v]);
        values.par_iter_mut().zip(pulled).for_each(|(value, pulled)| *value = (*value + pulled) / largest);
        if values.par_iter().any(|value| *value < f64::MIN_POSITIVE) {
            break;
        }
    }
    Ok(bound)
}
