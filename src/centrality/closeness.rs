//! Closeness centrality: how near those are who can reach a node.

use serde::{Deserialize, Serialize};

use super::hyperball::{Accuracy, balls};
use super::reach::Reach;
use super::{Direction, Distance, dijkstra, lanes};
use crate::error::Result;
use crate::graph::{Column, Graph, Scores};

/// Parameters of [`closeness`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Closeness {
    /// Whether paths lead to a node along its in-arcs, from it along its out-arcs, or either way.
    pub direction: Direction,
    /// How long an arc is.
    pub distance: Distance,
    /// The relative standard error wanted of the number of nodes within any distance, in [0.01625, 1): the scores are
    /// estimates then. Unless given, they are exact.
    pub epsilon: Option<f64>,
    /// Of the estimates.
    pub seed: u64,
}

impl Default for Closeness {
    fn default() -> Closeness {
        Closeness { direction: Direction::In, distance: Distance::Unit, epsilon: None, seed: 0 }
    }
}

/// Scores each node by the reciprocal of its average distance from those that reach it, times their share of the others.
///
/// ```text
///                  r(v)       r(v)
/// closeness(v) =  ────── · ──────────      r(v) = |{u ≠ v : d(u,v) < ∞}|
///                  n − 1    Σ d(u,v)
/// ```
///
/// This is the form of Wasserman and Faust, which is the usual (n − 1) / Σ d(u,v) where everybody reaches v. Where
/// nobody does, as at an isolate, it is 0. An isolate more makes all scores smaller; those of
/// [`harmonic`](crate::centrality::harmonic()) stay.
///
/// With `direction` `In`, as in NetworkX, d(u,v) is the length of a shortest path that arrives at v; `Out` measures
/// those that start from v, `All` those of the undirected view. Distances, `epsilon` and `seed` are those of
/// [`harmonic`](crate::centrality::harmonic()), with the same searches: weights do not matter unless `distance` says
/// so, parallel arcs are one, loops do not count.
///
/// With `epsilon` the column `closeness_error` bounds the standard error of a score to first order: with |B(t)| nodes
/// within t arcs, T the greatest distance, S the sum of distances and η the relative standard error of an estimate,
///
/// ```text
/// closeness_error = closeness · η · ( |2 / r − T / S| |B(T)| + Σ |B(t)| / S )      1 < t < T
/// ```
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a parameter outside its domain, for `epsilon` with another distance
/// than `Unit`, and for a weight of 1 or more with [`Distance::Log`].
///
/// # Complexity
///
/// As [`harmonic`](crate::centrality::harmonic()).
///
/// # References
///
/// Sabidussi, "The centrality index of a graph", Psychometrika 31, 1966. Wasserman, Faust, "Social network analysis",
/// Cambridge University Press, 1994.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Closeness, closeness};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// assert_eq!(closeness(&graph, &Closeness::default())?.values(), [0.0, 0.5, 2.0 / 3.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn closeness(graph: &Graph, params: &Closeness) -> Result<Scores> {
    const WORD: &str = "closeness";
    let Closeness { direction, distance, epsilon, seed } = *params;
    let (node_count, is_unit) = (graph.node_count(), distance == Distance::Unit);
    let accuracy = epsilon.map(|epsilon| Accuracy::new(epsilon, distance)).transpose()?;
    let reach = Reach::new(graph, direction, !is_unit, WORD)?;
    let score = |reached: f64, total: f64| match total > 0.0 {
        true => reached / (node_count - 1) as f64 * (reached / total),
        false => 0.0,
    };
    if let Some(accuracy) = accuracy {
        let balls = balls(&reach, accuracy, seed, WORD)?;
        let scores = reach.by_node(node_count, &balls, |of| score(of.reached(), of.total()));
        let error = |relative: f64, score: f64| accuracy.error() * relative * score;
        let errors = reach
            .by_node(node_count, &balls, |of| error(of.closeness_spread(), score(of.reached(), of.total())));
        let columns = vec![Column::float(WORD, scores), Column::float("closeness_error", errors)];
        return Ok(Scores::of_nodes(WORD, columns));
    }
    let scores = if is_unit {
        let distances = lanes::distances(&reach, WORD)?;
        reach.by_node(node_count, &distances, |of| score(of.reached as f64, of.total as f64))
    } else {
        let distances = dijkstra::distances(&reach, distance, WORD)?;
        reach.by_node(node_count, &distances, |of| score(of.reached as f64, of.total))
    };
    Ok(Scores::float(WORD, scores))
}
