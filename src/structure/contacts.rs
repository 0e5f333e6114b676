//! What the two ends of each edge have in common: their neighbors, with weights.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::Result;
use crate::graph::{Adjacency, Graph};
use crate::structure::oriented::by_degree;
use crate::structure::pieces::by_pieces;

/// An undirected graph whose nodes go by their place in the order of degrees. Edges are numbered by their later end,
/// then by their earlier one.
pub(super) struct Contacts {
    /// The node at each place.
    pub(super) order: Vec<u32>,
    /// By place, the places of the neighbors, ascending.
    pub(super) rows: Adjacency,
    /// By place, the first edge that leads from it to an earlier place.
    first: Vec<u64>,
    /// Row after row, the edges that lead to later places.
    later: Vec<u32>,
}

/// Nodes and arcs of one piece of work.
const PIECE: u64 = 1 << 11;

impl Contacts {
    /// `view` is undirected and has no loops.
    pub(super) fn new(view: &Graph, weighted: bool) -> Contacts {
        let (order, places) = by_degree(view.node_count(), |u| view.out().degree(u));
        let rows = Adjacency::from_nodes(&order, weighted, |u, neighbors, weights| {
            let place = |v: u32| places[v as usize];
            if weighted {
                let mut row: Vec<(u32, f32)> =
                    view.out().arcs(u).map(|(v, weight)| (place(v), weight as f32)).collect();
                row.sort_unstable_by_key(|&(place, _)| place);
                neighbors.extend(row.iter().map(|&(place, _)| place));
                weights.extend(row.iter().map(|&(_, weight)| weight));
            } else {
                let begin = neighbors.len();
                neighbors.extend(view.out().neighbors(u).iter().map(|&v| place(v)));
                neighbors[begin..].sort_unstable();
            }
        });
        let (first, later) = numbered(&rows);
        Contacts { order, rows, first, later }
    }

    /// The edges of the node at that place in the order of its row: those to earlier places, those to later ones.
    pub(super) fn edges(&self, place: u32) -> (Range<u64>, &[u32]) {
        let (at, next) = (place as usize, place as usize + 1);
        let arcs = self.rows.range(place);
        let earlier = self.first[at]..self.first[next];
        let later = arcs.start - earlier.start as usize..arcs.end - earlier.end as usize;
        (earlier, &self.later[later])
    }

    /// For each edge {u, v} the sum of w(u,q) w(q,v) `factor`(q) over the neighbors q that its ends share.
    ///
    /// Of each edge the later end marks its neighbors and the earlier one, which has fewer, looks its own up: no more
    /// than m √(2m) of them. A sum has one owner, who adds in the order of the row.
    pub(super) fn shared(&self, stage: &'static str, factor: impl Fn(u32) -> f64 + Sync) -> Result<Vec<f64>> {
        let bounds = self.rows.bounds(PIECE);
        let scratch = || (vec![0.0; self.order.len()], Vec::new());
        let work = |(marks, sums): &mut (Vec<f64>, Vec<_>), piece: usize| {
            let places = bounds[piece]..bounds[piece + 1];
            let mut own = Vec::with_capacity((self.first[places.end] - self.first[places.start]) as usize);
            for v in places.start as u32..places.end as u32 {
                self.rows.arcs(v).for_each(|(q, weight)| marks[q as usize] = weight * factor(q));
                let earlier = self.rows.neighbors(v).iter().take_while(|&&u| u < v);
                own.extend(earlier.map(|&u| marked(&self.rows, u, marks)));
                self.rows.neighbors(v).iter().for_each(|&q| marks[q as usize] = 0.0);
            }
            sums.push((piece, own));
        };
        let scratches = by_pieces(stage, bounds.len() - 1, scratch, work)?;
        let mut sums: Vec<(usize, Vec<f64>)> = scratches.into_iter().flat_map(|(_, sums)| sums).collect();
        sums.sort_unstable_by_key(|&(piece, _)| piece);
        Ok(sums.into_iter().flat_map(|(_, sums)| sums).collect())
    }

    /// A value for each node, by node: of what `value` makes of its place.
    pub(super) fn by_node(&self, value: impl Fn(u32) -> f64 + Send + Sync) -> Vec<f64> {
        let by_place: Vec<f64> =
            (0..self.order.len() as u32).into_par_iter().with_min_len(256).map(value).collect();
        let mut by_node = vec![0.0; by_place.len()];
        self.order.iter().zip(by_place).for_each(|(&u, value)| by_node[u as usize] = value);
        by_node
    }
}

/// Where the edges to earlier places begin, by place, and the edges to later ones, row after row.
fn numbered(rows: &Adjacency) -> (Vec<u64>, Vec<u32>) {
    let node_count = rows.row_count();
    let mut first = Vec::with_capacity(node_count + 1);
    first.push(0);
    for v in 0..node_count as u32 {
        let earlier = rows.neighbors(v).partition_point(|&u| u < v) as u64;
        first.push(first[v as usize] + earlier);
    }
    let mut cursors: Vec<u64> =
        (0..node_count).map(|u| rows.range(u as u32).start as u64 - first[u]).collect();
    let mut later = vec![0; rows.arc_count() / 2];
    for v in 0..node_count as u32 {
        for (&u, edge) in rows.neighbors(v).iter().zip(first[v as usize]..first[v as usize + 1]) {
            later[cursors[u as usize] as usize] = edge as u32;
            cursors[u as usize] += 1;
        }
    }
    (first, later)
}

/// The sum of the marks of the neighbors of `u`, times their weights. Four sums in turn do not wait for one another.
#[inline]
fn marked(rows: &Adjacency, u: u32, marks: &[f64]) -> f64 {
    let (neighbors, mut lanes) = (rows.neighbors(u), [0.0; 4]);
    let (fours, rest) = neighbors.as_chunks::<4>();
    if let Some(weights) = rows.weights(u) {
        let (four_weights, rest_weights) = weights.as_chunks::<4>();
        for (four, weights) in fours.iter().zip(four_weights) {
            for lane in 0..4 {
                lanes[lane] += marks[four[lane] as usize] * f64::from(weights[lane]);
            }
        }
        for (&q, &weight) in rest.iter().zip(rest_weights) {
            lanes[0] += marks[q as usize] * f64::from(weight);
        }
    } else {
        for four in fours {
            for lane in 0..4 {
                lanes[lane] += marks[four[lane] as usize];
            }
        }
        for &q in rest {
            lanes[0] += marks[q as usize];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}
