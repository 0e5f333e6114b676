//! Degree: how many arcs a node has.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Adjacency, Column, Graph, Scores};

/// Parameters of [`degree`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Degree {
    /// Which arcs the column `degree` counts.
    pub direction: Direction,
}

/// The arcs of a node that a measure reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Those that end there.
    In,
    /// Those that begin there.
    Out,
    /// Both.
    #[default]
    All,
}

/// Counts the arcs of each node.
///
/// An arc is a pair of nodes: parallel rows are one arc, whatever its weight, 0 too.
///
/// ```text
/// degree_in(v) = |{u : u → v}|     degree_out(v) = |{w : v → w}|     degree = in + out
/// ```
///
/// A directed graph gives the columns `degree_in`, `degree_out` and `degree`, the last of which is one of the
/// others where `direction` says so. An undirected graph gives `degree` alone. A self-loop that was kept counts
/// once in and once out, and 2 in an undirected graph.
///
/// # Errors
///
/// None.
///
/// # Complexity
///
/// O(n) where in-arcs are at hand, else O(n + m).
///
/// # References
///
/// Freeman, "Centrality in social networks: conceptual clarification", Social Networks 1, 1978.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Degree, degree};
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
///
/// let rows = EdgeChunk { sources: &[0, 0], targets: &[1, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// let scores = degree(&graph, &Degree::default())?;
/// assert_eq!(scores.column("degree_out"), Some(&Values::Integer(vec![2, 0, 0])));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn degree(graph: &Graph, params: &Degree) -> Result<Scores> {
    let nodes = 0..graph.node_count() as u32;
    let of = |arcs: &Adjacency| nodes.clone().into_par_iter().map(|u| arcs.degree(u)).collect::<Vec<u64>>();
    let out = of(graph.out());
    if !graph.is_directed() {
        let both_ends =
            nodes.clone().into_par_iter().zip(out).map(|(u, d)| d + u64::from(graph.has_self_loop(u)));
        return Ok(Scores::integer("degree", both_ends.collect()));
    }
    let incoming = of(graph.incoming());
    let degree = match params.direction {
        Direction::In => incoming.clone(),
        Direction::Out => out.clone(),
        Direction::All => out.iter().zip(&incoming).map(|(out, incoming)| out + incoming).collect(),
    };
    let columns = vec![
        Column::integer("degree_in", incoming),
        Column::integer("degree_out", out),
        Column::integer("degree", degree),
    ];
    Ok(Scores::of_nodes("degree", columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges, SelfLoops, Values};

    const ROWS: EdgeChunk<'_> =
        EdgeChunk { sources: &[0, 0, 1], targets: &[0, 1, 0], weights: Some(&[1.0, 0.0, 2.0]) };

    fn degrees(directed: bool, direction: Direction) -> Scores {
        let params = FromEdges { directed, self_loops: SelfLoops::Keep };
        degree(&Graph::from_edges(3, &[ROWS], &params).unwrap(), &Degree { direction }).unwrap()
    }

    #[test]
    fn arcs_are_counted_by_direction() {
        for (direction, expected) in
            [(Direction::In, [2, 1, 0]), (Direction::Out, [2, 1, 0]), (Direction::All, [4, 2, 0])]
        {
            let scores = degrees(true, direction);
            assert_eq!(scores.column("degree"), Some(&Values::Integer(expected.to_vec())), "{direction:?}");
            assert_eq!(scores.columns.len(), 3);
        }
    }

    #[test]
    fn an_undirected_loop_has_two_ends() {
        let scores = degrees(false, Direction::In);
        assert_eq!((scores.integers(), scores.columns.len()), ([3, 1, 0].as_slice(), 1));
    }
}
