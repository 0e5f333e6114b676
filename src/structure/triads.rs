//! Closed triads: two arcs in a row and the arc that closes them, each found once by its triangle.

use rayon::prelude::*;

use crate::graph::Graph;
use crate::structure::oriented::{by_degree, neighbor_counts};

/// The arcs between the ends of an edge: bit 0 from its earlier end, bit 1 from its later one.
type Ways = u8;

const FORTH: Ways = 1;
const BACK: Ways = 2;

/// Each pair of neighbors once, from the one with fewer neighbors to the other, with the arcs between them.
pub(super) struct Triads {
    /// The node at each place of the order of degrees.
    order: Vec<u32>,
    offsets: Vec<usize>,
    /// By place, the places behind it.
    later: Vec<(u32, Ways)>,
}

/// Nodes of one piece of work.
const PIECE: usize = 1 << 10;

impl Triads {
    pub(super) fn new(graph: &Graph) -> Triads {
        let degrees = neighbor_counts(graph);
        let (order, places) = by_degree(degrees.len(), |u| degrees[u as usize]);
        let rows: Vec<Vec<(u32, Ways)>> = order
            .par_iter()
            .map(|&u| {
                let later = |v: u32| places[v as usize] > places[u as usize];
                let forth = graph.out().neighbors(u).iter().map(|&v| (v, FORTH));
                let back = graph.incoming().neighbors(u).iter().map(|&v| (v, BACK));
                let mut row: Vec<(u32, Ways)> = forth.chain(back).filter(|&(v, _)| later(v)).collect();
                row.sort_unstable();
                row.dedup_by(|next, kept| {
                    let same = next.0 == kept.0;
                    kept.1 |= if same { next.1 } else { 0 };
                    same
                });
                row.iter_mut().for_each(|(v, _)| *v = places[*v as usize]);
                row
            })
            .collect();
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0);
        for (i, row) in rows.iter().enumerate() {
            offsets.push(offsets[i] + row.len());
        }
        Triads { order, offsets, later: rows.into_iter().flatten().collect() }
    }

    pub(super) fn pieces(&self) -> usize {
        self.order.len().div_ceil(PIECE)
    }

    /// What [`Triads::each`] writes on.
    pub(super) fn marks(&self) -> Vec<Ways> {
        vec![0; self.order.len()]
    }

    fn row(&self, place: usize) -> &[(u32, Ways)] {
        &self.later[self.offsets[place]..self.offsets[place + 1]]
    }

    /// Calls `visit` with u, v and w of every u → v → w with u → w whose first node by place is in the piece.
    pub(super) fn each(&self, piece: usize, marks: &mut [Ways], mut visit: impl FnMut(u32, u32, u32)) {
        let node = |place: u32| self.order[place as usize];
        for a in piece * PIECE..self.order.len().min((piece + 1) * PIECE) {
            self.row(a).iter().for_each(|&(c, ways)| marks[c as usize] = ways);
            for &(b, ab) in self.row(a) {
                for &(c, bc) in self.row(b as usize) {
                    let ac = marks[c as usize];
                    if ac == 0 {
                        continue;
                    }
                    let (x, y, z) = (node(a as u32), node(b), node(c));
                    let closed = [
                        (ab & FORTH != 0 && bc & FORTH != 0 && ac & FORTH != 0, [x, y, z]),
                        (bc & BACK != 0 && ab & BACK != 0 && ac & BACK != 0, [z, y, x]),
                        (ab & BACK != 0 && ac & FORTH != 0 && bc & FORTH != 0, [y, x, z]),
                        (ac & BACK != 0 && ab & FORTH != 0 && bc & BACK != 0, [z, x, y]),
                        (ac & FORTH != 0 && bc & BACK != 0 && ab & FORTH != 0, [x, z, y]),
                        (bc & FORTH != 0 && ac & BACK != 0 && ab & BACK != 0, [y, z, x]),
                    ];
                    for (_, [u, v, w]) in closed.into_iter().filter(|(is_closed, _)| *is_closed) {
                        visit(u, v, w);
                    }
                }
            }
            self.row(a).iter().for_each(|&(c, _)| marks[c as usize] = 0);
        }
    }
}
