//! Reciprocity: how many arcs are answered.

use std::cmp::Ordering;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Column, Graph, Rows, Scores};

/// Parameters of [`reciprocity()`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reciprocity {}

/// The share of the arcs that have an arc back, and how far that is above what chance would give.
///
/// ```text
/// r = |{u → v : v → u}| / m     ρ = (r − a) / (1 − a)     a = m / (n (n − 1))
/// ```
///
/// The columns are `reciprocity`, r, and `reciprocity_rho`, ρ: r grows with the density a even where arcs are drawn
/// independently; ρ is then 0, 1 where all are answered, and negative where they are avoided (Garlaschelli, Loffredo).
///
/// Self-loops do not count, nor do weights; arcs of weight 0 are arcs. Both columns are 1 in an undirected graph. They
/// are NaN without arcs, and ρ also where all possible arcs are there.
///
/// # Errors
///
/// None.
///
/// # Complexity
///
/// O(n + m), and the in-arcs.
///
/// # References
///
/// Garlaschelli, Loffredo, "Patterns of link reciprocity in directed networks", Physical Review Letters 93, 2004.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
/// use laud::structure::{Reciprocity, reciprocity};
///
/// let rows = EdgeChunk { sources: &[0, 1, 1, 3], targets: &[1, 0, 2, 2], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// let scores = reciprocity(&graph, &Reciprocity {})?;
/// assert_eq!(scores.values(), [0.5]);
/// assert_eq!(scores.column("reciprocity_rho"), Some(&Values::Float(vec![0.25])));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn reciprocity(graph: &Graph, _params: &Reciprocity) -> Result<Scores> {
    let (nodes, arcs) = (graph.node_count() as f64, graph.arc_count() as f64 - graph.self_loops() as f64);
    let (share, rho) = if arcs == 0.0 {
        (f64::NAN, f64::NAN)
    } else if !graph.is_directed() {
        (1.0, 1.0)
    } else {
        let possible = nodes * (nodes - 1.0);
        let (out, incoming) = (graph.out(), graph.incoming());
        let both =
            |u: u32| common(out.neighbors(u), incoming.neighbors(u)) - u64::from(graph.has_self_loop(u));
        let answered: u64 =
            (0..graph.node_count() as u32).into_par_iter().with_min_len(1 << 10).map(both).sum();
        // (r − a) / (1 − a) without the difference of two shares.
        let rho = (answered as f64 * possible - arcs * arcs) / (arcs * (possible - arcs));
        (answered as f64 / arcs, if arcs == possible { f64::NAN } else { rho })
    };
    let columns =
        vec![Column::float("reciprocity", vec![share]), Column::float("reciprocity_rho", vec![rho])];
    Ok(Scores { measure: "reciprocity", rows: Rows::Graph, columns, ..Scores::default() })
}

/// How many two ascending rows have in common.
fn common(mut one: &[u32], mut other: &[u32]) -> u64 {
    let mut count = 0;
    while let (Some(u), Some(v)) = (one.first(), other.first()) {
        let order = u.cmp(v);
        one = &one[usize::from(order != Ordering::Greater)..];
        other = &other[usize::from(order != Ordering::Less)..];
        count += u64::from(order == Ordering::Equal);
    }
    count
}
