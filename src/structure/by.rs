//! Whether a measure that is made of edges speaks of nodes or of the edges themselves.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::graph::{Column, Rows, Scores};

/// What the rows of [`truss`](crate::structure::truss()) and [`bridges`](crate::structure::bridges()) are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Nodes: one value each.
    #[default]
    Node,
    /// Edges: a table of `source`, `target` and the value.
    Edge,
}

/// A table of edges (one end, other end, value) in the order of their smaller ends, then the larger.
pub(super) fn of_edges(measure: &'static str, edges: impl Iterator<Item = (u32, u32, u64)>) -> Scores {
    let mut edges: Vec<(u32, u32, u64)> = edges.map(|(u, v, value)| (u.min(v), u.max(v), value)).collect();
    edges.par_sort_unstable();
    let rows = Rows::Edges {
        sources: edges.iter().map(|edge| edge.0).collect(),
        targets: edges.iter().map(|edge| edge.1).collect(),
    };
    let values = edges.into_iter().map(|edge| edge.2).collect();
    Scores { measure, rows, columns: vec![Column::integer(measure, values)], ..Scores::default() }
}
