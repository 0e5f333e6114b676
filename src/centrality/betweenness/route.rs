//! A shortest path drawn at random between two nodes, by search from both ends.

use rand::{Rng, RngExt};

use super::folded::Folded;
use crate::graph::Adjacency;

/// Path counts stay finite, and so do products of two.
const MOST: f64 = 1e150;

/// What a search knows of a node.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Number of shortest paths from the end that reached it.
    paths: f64,
    depth: u32,
    /// 0 where neither end has reached it, otherwise 1 + the number of the end.
    side: u32,
}

/// The search from one end.
#[derive(Default)]
struct Side {
    /// All nodes reached, level by level.
    reached: Vec<u32>,
    /// Where the last level begins.
    begin: usize,
    /// Arcs out of the last level.
    arcs: u64,
    depth: u32,
}

/// The state of a search; no node is seen between searches.
pub(super) struct Route<'a> {
    folded: &'a Folded,
    seen: Vec<Seen>,
    sides: [Side; 2],
    /// Arcs over which the searches meet, from the side that was last to move.
    meetings: Vec<(u32, u32)>,
}

impl<'a> Route<'a> {
    pub(super) fn new(folded: &'a Folded) -> Route<'a> {
        let seen = vec![Seen::default(); folded.len()];
        Route { folded, seen, sides: Default::default(), meetings: Vec::new() }
    }

    /// Visits the inner nodes of one of the shortest paths from `s` to `t`, each path as likely as any other.
    pub(super) fn draw(&mut self, s: u32, t: u32, random: &mut impl Rng, mut visit: impl FnMut(u32)) {
        if self.folded.components[s as usize] != self.folded.components[t as usize] {
            return;
        }
        for (side, end) in [s, t].into_iter().enumerate() {
            self.seen[end as usize] = Seen { paths: 1.0, depth: 0, side: side as u32 + 1 };
            let arcs = self.ahead(side).degree(end);
            let state = &mut self.sides[side];
            state.reached.push(end);
            (state.begin, state.arcs, state.depth) = (0, arcs, 0);
        }
        let mut side = 0;
        while self.meetings.is_empty() && self.sides.iter().all(|side| side.arcs > 0) {
            side = usize::from(self.sides[1].arcs < self.sides[0].arcs);
            self.expand(side);
        }
        if !self.meetings.is_empty() {
            let count = |(u, v): (u32, u32)| self.seen[u as usize].paths * self.seen[v as usize].paths;
            let (u, v) = chosen(self.meetings.iter().copied(), count, random);
            for (side, mut at) in [(side, u), (1 - side, v)] {
                while self.seen[at as usize].depth > 0 {
                    visit(at);
                    at = self.before(side, at, random);
                }
            }
        }
        self.meetings.clear();
        for side in &mut self.sides {
            side.reached.drain(..).for_each(|u| self.seen[u as usize].side = 0);
        }
    }

    /// The arcs along which an end searches.
    fn ahead(&self, side: usize) -> &'a Adjacency {
        if side == 0 { &self.folded.out } else { self.folded.incoming() }
    }

    /// Reaches the next level from one end.
    fn expand(&mut self, side: usize) {
        let arcs = self.ahead(side);
        let Side { reached, begin, arcs: ahead, depth } = &mut self.sides[side];
        let level = *begin..reached.len();
        (*begin, *ahead, *depth) = (reached.len(), 0, *depth + 1);
        for i in level {
            let u = reached[i];
            let paths = self.seen[u as usize].paths;
            for &v in arcs.neighbors(u) {
                let seen = &mut self.seen[v as usize];
                if seen.side == 0 {
                    *seen = Seen { paths, depth: *depth, side: side as u32 + 1 };
                    *ahead += arcs.degree(v);
                    reached.push(v);
                } else if seen.side != side as u32 + 1 {
                    self.meetings.push((u, v));
                } else if seen.depth == *depth {
                    seen.paths = (seen.paths + paths).min(MOST);
                }
            }
        }
    }

    /// A predecessor on a shortest path from the end of that side.
    fn before(&self, side: usize, u: u32, random: &mut impl Rng) -> u32 {
        let depth = self.seen[u as usize].depth - 1;
        let row = self.ahead(1 - side).neighbors(u).iter().copied();
        let is_before = |seen: Seen| seen.side == side as u32 + 1 && seen.depth == depth;
        let count = |v: u32| {
            Some(self.seen[v as usize]).filter(|&seen| is_before(seen)).map_or(0.0, |seen| seen.paths)
        };
        chosen(row, count, random)
    }
}

/// One of the items, in proportion to their counts, of which one at least is positive.
fn chosen<T: Copy>(
    items: impl Iterator<Item = T> + Clone,
    count: impl Fn(T) -> f64,
    random: &mut impl Rng,
) -> T {
    let total: f64 = items.clone().map(&count).sum();
    let mut left = random.random::<f64>() * total;
    let mut last = None;
    for item in items {
        let count = count(item);
        if count > 0.0 {
            last = Some(item);
            left -= count;
            if left < 0.0 {
                break;
            }
        }
    }
    last.expect("an item of positive count")
}
