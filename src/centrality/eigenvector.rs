//! Eigenvector centrality: attention from those who receive much of it counts for more.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::power::{Limits, Matrix, by_node, by_readers, length, moved, normalize};
use super::ritz::leading;
use crate::error::Result;
use crate::graph::{Convergence, Graph, Scores, Warning, component_roots};

/// Parameters of [`eigenvector`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Eigenvector {
    /// How far one more sweep may move the scores (the L1 distance, as a share of their sum), positive.
    pub tolerance: f64,
    /// Iterations after which to stop in any case, at least 1.
    pub max_iterations: u32,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
    /// Whether not converging is an error.
    pub strict: bool,
}

impl Default for Eigenvector {
    fn default() -> Eigenvector {
        Eigenvector { tolerance: 1e-9, max_iterations: 1000, weighted: true, strict: false }
    }
}

/// Scores each node in proportion to the scores of those who attend to it.
///
/// The scores are the eigenvector of the largest eigenvalue λ of the matrix of arcs:
///
/// ```text
/// λ x(v) = Σ w(u,v) x(u)      with Σ x(v)² = 1
///          u → v
/// ```
///
/// The matrix of an undirected graph is symmetric: each step goes to the best combination of the scores, of what one
/// sweep over the arcs would change about them, and of where they came from, which takes about half as many sweeps as
/// the power method. On a directed graph that method finds them, from an even start; a quarter of the current estimate
/// of λ is added to the diagonal, which changes no eigenvector and keeps the iteration from going around in a cycle.
///
/// Arcs are read as they are, each edge of an undirected graph both ways; a self-loop that was kept counts like any
/// arc. Only the largest component (of the undirected view; ties by smallest node) has scores, everybody else is 0:
/// between components the equation says nothing. Where no arc of weight lies on a cycle, as in a log of first
/// contacts, λ is 0: the scores are 0 and come with [`Warning::NoCycle`]. Where several groups of a directed graph
/// have the same λ, the scores depend on the even start and the iteration may not converge.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a parameter outside its domain,
/// [`Error::NotConverged`](crate::Error::NotConverged) where `strict` asks for it.
///
/// # Complexity
///
/// O(n + m) an iteration; a copy of the in-arcs and 64 bytes a node beside the graph.
///
/// # References
///
/// Bonacich, "Factoring and weighting approaches to status scores and clique identification", Journal of Mathematical
/// Sociology 2, 1972. Knyazev, "Toward the optimal preconditioned eigensolver: locally optimal block preconditioned
/// conjugate gradient method", SIAM Journal on Scientific Computing 23, 2001.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Eigenvector, eigenvector};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0], targets: &[1, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let scores = eigenvector(&graph, &Eigenvector::default())?;
/// assert!((scores.values()[0] - 0.5_f64.sqrt()).abs() < 1e-8);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn eigenvector(graph: &Graph, params: &Eigenvector) -> Result<Scores> {
    let Eigenvector { tolerance, max_iterations, weighted, strict } = *params;
    let limits = Limits { measure: "eigenvector", tolerance, max_iterations, strict };
    limits.check()?;
    let roots = component_roots(graph)?;
    let largest = largest(&roots);
    let is_in = |u: u32| Some(roots[u as usize]) == largest;
    if !has_cycle(graph, weighted, is_in) {
        let convergence = Convergence { converged: true, iterations: 0, residual: 0.0 };
        let scores = Scores::float("eigenvector", vec![0.0; roots.len()]).with_convergence(convergence);
        return Ok(Scores { warning: Some(Warning::NoCycle), ..scores });
    }
    let order = by_readers(graph);
    let received = Matrix::new(graph.incoming(), &order, weighted);
    let start = |&u: &u32| match is_in(u) {
        false => 0.0,
        true if graph.is_directed() => 1.0,
        true if weighted => graph.out().strength(u),
        true => graph.out().degree(u) as f64,
    };
    let start: Vec<f64> = order.par_iter().map(start).collect();
    let (scores, convergence) = if graph.is_directed() {
        power(&received, start, limits)?
    } else {
        leading::<f32>(&received, start, limits)?
    };
    Ok(Scores::float("eigenvector", by_node(&order, &scores)).with_convergence(convergence))
}

/// The power method, with a quarter of the current estimate of the eigenvalue on the diagonal.
fn power(received: &Matrix, mut scores: Vec<f64>, limits: Limits) -> Result<(Vec<f64>, Convergence)> {
    normalize(&mut scores);
    let mut shift = 0.0;
    let convergence = limits.run(|| {
        // The iterate has length 1, so what the arcs add to it estimates the eigenvalue.
        let mut new = received.pull(&scores, |v, sum| shift * scores[v] + sum);
        shift = (length(&new) - shift) / 4.0;
        normalize(&mut new);
        let moved = moved(&new, &scores);
        scores = new;
        moved
    })?;
    Ok((scores, convergence))
}

/// The root of most nodes, the smallest of those.
fn largest(roots: &[u32]) -> Option<u32> {
    let mut sizes = vec![0_u32; roots.len()];
    roots.iter().for_each(|&root| sizes[root as usize] += 1);
    (0..roots.len() as u32).rev().max_by_key(|&root| sizes[root as usize])
}

/// Whether an arc between some nodes lies on a cycle: whether any is left when those that nobody left attends to are
/// taken away for as long as there are any.
fn has_cycle(graph: &Graph, weighted: bool, is_in: impl Fn(u32) -> bool) -> bool {
    let carries = |&(_, weight): &(u32, f64)| !weighted || weight > 0.0;
    let nodes = (0..graph.node_count() as u32).filter(|&u| is_in(u));
    if !graph.is_directed() {
        return nodes.into_iter().any(|u| graph.out().arcs(u).any(|arc| carries(&arc)));
    }
    let mut attending: Vec<u32> = (0..graph.node_count() as u32)
        .into_par_iter()
        .map(|v| graph.incoming().arcs(v).filter(carries).count() as u32)
        .collect();
    let mut left = nodes.clone().count();
    let mut unattended: Vec<u32> = nodes.filter(|&u| attending[u as usize] == 0).collect();
    while let Some(u) = unattended.pop() {
        left -= 1;
        for (v, _) in graph.out().arcs(u).filter(carries) {
            attending[v as usize] -= 1;
            if attending[v as usize] == 0 {
                unattended.push(v);
            }
        }
    }
    left > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    fn of(node_count: usize, sources: &[u32], targets: &[u32], directed: bool) -> Scores {
        let rows = EdgeChunk { sources, targets, weights: None };
        let graph =
            Graph::from_edges(node_count, &[rows], &FromEdges { directed, ..FromEdges::default() }).unwrap();
        eigenvector(&graph, &Eigenvector::default()).unwrap()
    }

    #[test]
    fn without_a_cycle_everybody_is_zero_and_a_warning_says_why() {
        for scores in [of(3, &[0, 1], &[1, 2], true), of(2, &[], &[], false), of(0, &[], &[], true)] {
            assert!(scores.values().iter().all(|&score| score == 0.0), "{scores:?}");
            assert_eq!(scores.warning, Some(Warning::NoCycle));
        }
    }

    #[test]
    fn only_the_largest_component_has_scores() {
        let scores = of(7, &[0, 2, 3, 5], &[1, 3, 4, 6], false);
        assert_eq!(scores.warning, None);
        let half = 0.5_f64;
        for (score, expected) in scores.values().iter().zip([0.0, 0.0, half, half.sqrt(), half, 0.0, 0.0]) {
            assert!((score - expected).abs() < 1e-8, "{scores:?}");
        }
    }
}
