//! Burt's constraint: how much a node depends on contacts who depend on one another.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::structure::contacts::Contacts;

/// Parameters of [`constraint`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Constraint {
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
}

impl Default for Constraint {
    fn default() -> Constraint {
        Constraint { weighted: true }
    }
}

/// How much of a node's attention is bound, directly or through others, to each of its contacts.
///
/// A node whose contacts do not know each other bridges structural holes and is little constrained; one whose
/// contacts all know each other has nowhere else to turn.
///
/// ```text
/// c(i) = Σ (p(i,j) + Σ p(i,q) p(q,j))²      p(i,j) = (w(i,j) + w(j,i)) / Σ (w(i,k) + w(k,i))
///        j           q                                                  k
/// ```
///
/// j runs over the contacts of i, q over the contacts they share: both directions are added, as Burt has it, so
/// without weights an answered arc counts 2 and another 1. Self-loops do not count. A node alone, or whose ties all
/// have weight 0, has no constraint: NaN. Values above 1 occur where few contacts know each other well.
///
/// The sum over q, times the strength of i, is the same for both ends of a tie; it is made once, by the end with more
/// contacts, of the row of the other.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(m √m): that of finding all triangles. 20 bytes an edge, 28 with weights, beside the undirected view, and 8 a node
/// for each thread.
///
/// # References
///
/// Burt, "Structural holes: the social structure of competition", Harvard University Press, 1992.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Constraint, constraint};
///
/// let rows = EdgeChunk { sources: &[0, 0], targets: &[1, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// assert_eq!(constraint(&graph, &Constraint::default())?.values(), [0.5, 1.0, 1.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn constraint(graph: &Graph, params: &Constraint) -> Result<Scores> {
    let contacts = tied(graph, params.weighted);
    let rows = &contacts.rows;
    let strengths: Vec<f64> = (0..rows.row_count() as u32).map(|i| rows.strength(i)).collect();
    let strength = |i: u32| strengths[i as usize];
    let positive = |strength: f64| if strength > 0.0 { strength } else { f64::INFINITY };
    let shared = contacts.shared("constraint", |q| 1.0 / positive(strength(q)))?;
    let values = contacts.by_node(|i| {
        let (earlier, later) = contacts.edges(i);
        let edges = earlier.chain(later.iter().map(|&edge| u64::from(edge)));
        let bound = |((_, weight), edge): ((u32, f64), u64)| (weight + shared[edge as usize]) / strength(i);
        let sum = rows.arcs(i).zip(edges).map(bound).fold(0.0, |sum, bound| sum + bound * bound);
        if strength(i) > 0.0 { sum } else { f64::NAN }
    });
    Ok(Scores::float("constraint", values))
}

/// The undirected view by place: both directions added, of the weights or of the arcs.
fn tied(graph: &Graph, weighted: bool) -> Contacts {
    if graph.is_directed() && graph.is_weighted() && !weighted {
        let nodes: Vec<u32> = (0..graph.node_count() as u32).collect();
        let plain = Graph::from_adjacency(graph.out().relabeled(&nodes, false));
        let view = plain.undirected();
        return Contacts::new(view, view.is_weighted());
    }
    let view = graph.undirected();
    Contacts::new(view, view.is_weighted() && (weighted || graph.is_directed()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges, SelfLoops};

    #[test]
    fn ties_of_no_weight_bind_nobody_and_loops_neither() {
        let rows = EdgeChunk {
            sources: &[0, 0, 0, 3, 4],
            targets: &[0, 1, 2, 4, 4],
            weights: Some(&[9.0, 1.0, 1.0, 0.0, 1.0]),
        };
        let params = FromEdges { self_loops: SelfLoops::Keep, ..FromEdges::default() };
        let graph = Graph::from_edges(6, &[rows], &params).unwrap();
        let weighted = constraint(&graph, &Constraint::default()).unwrap();
        assert_eq!(weighted.values()[..3], [0.5, 1.0, 1.0]);
        assert!(weighted.values()[3..].iter().all(|value| value.is_nan()));
        let alike = constraint(&graph, &Constraint { weighted: false }).unwrap();
        assert_eq!(alike.values()[..5], [0.5, 1.0, 1.0, 1.0, 1.0]);
        assert!(alike.values()[5].is_nan());
    }
}
