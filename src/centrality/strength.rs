//! Strength: the weight of the arcs of a node.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Direction;
use crate::error::Result;
use crate::graph::{Adjacency, Column, Graph, Scores};

/// Parameters of [`strength`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strength {
    /// Which arcs the column `strength` adds.
    pub direction: Direction,
}

/// Adds the weights of the arcs of each node.
///
/// Without weights each arc counts 1, and strength is degree.
///
/// ```text
/// strength_in(v) = Σ w(u,v)     strength_out(v) = Σ w(v,u)     strength = in + out
///                u → v                          v → u
/// ```
///
/// A directed graph gives the columns `strength_in`, `strength_out` and `strength`, the last of which is one of
/// the others where `direction` says so. An undirected graph gives `strength` alone. A self-loop that was kept
/// counts once in and once out, and twice in an undirected graph.
///
/// # Errors
///
/// None.
///
/// # Complexity
///
/// O(n + m).
///
/// # References
///
/// Barrat, Barthélemy, Pastor-Satorras, Vespignani, "The architecture of complex weighted networks", PNAS 101,
/// 2004.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Strength, strength};
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
///
/// let rows = EdgeChunk { sources: &[0, 0], targets: &[1, 2], weights: Some(&[0.5, 2.0]) };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// let scores = strength(&graph, &Strength::default())?;
/// assert_eq!(scores.column("strength_out"), Some(&Values::Float(vec![2.5, 0.0, 0.0])));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn strength(graph: &Graph, params: &Strength) -> Result<Scores> {
    let nodes = 0..graph.node_count() as u32;
    let of = |arcs: &Adjacency| nodes.clone().into_par_iter().map(|u| arcs.strength(u)).collect::<Vec<f64>>();
    let out = of(graph.out());
    if !graph.is_directed() {
        let loops = |u| if graph.has_self_loop(u) { graph.out().weight(u, u).unwrap_or(0.0) } else { 0.0 };
        let both_ends = nodes.clone().into_par_iter().zip(out).map(|(u, strength)| strength + loops(u));
        return Ok(Scores::float("strength", both_ends.collect()));
    }
    let incoming = of(graph.incoming());
    let strength = match params.direction {
        Direction::In => incoming.clone(),
        Direction::Out => out.clone(),
        Direction::All => out.iter().zip(&incoming).map(|(out, incoming)| out + incoming).collect(),
    };
    let columns = vec![
        Column::float("strength_in", incoming),
        Column::float("strength_out", out),
        Column::float("strength", strength),
    ];
    Ok(Scores::of_nodes("strength", columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges, SelfLoops, Values};

    fn strengths(directed: bool, weights: Option<&[f64]>) -> Scores {
        let rows = EdgeChunk { sources: &[0, 0, 1], targets: &[0, 1, 0], weights };
        let params = FromEdges { directed, self_loops: SelfLoops::Keep };
        strength(&Graph::from_edges(3, &[rows], &params).unwrap(), &Strength::default()).unwrap()
    }

    #[test]
    fn weights_are_added_by_direction() {
        let scores = strengths(true, Some(&[1.0, 0.5, 2.0]));
        assert_eq!(scores.column("strength_in"), Some(&Values::Float(vec![3.0, 0.5, 0.0])));
        assert_eq!(scores.column("strength_out"), Some(&Values::Float(vec![1.5, 2.0, 0.0])));
        assert_eq!(scores.column("strength"), Some(&Values::Float(vec![4.5, 2.5, 0.0])));
    }

    #[test]
    fn an_undirected_loop_has_two_ends_and_parallel_edges_add() {
        assert_eq!(strengths(false, None).values(), [4.0, 2.0, 0.0]);
    }
}
