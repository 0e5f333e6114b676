//! Reverse reachable sets: who would have influenced a node drawn at random, in a world drawn at random.

use std::ops::Range;
use std::sync::Mutex;

use rand::{Rng, RngExt};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::model::{Chances, Model};
use crate::error::Result;
use crate::graph::generator;
use crate::progress::Watch;

/// Many sets, one after the other.
#[derive(Debug, Default)]
pub(super) struct Sets {
    members: Vec<u32>,
    /// Where each set ends.
    ends: Vec<u64>,
}

impl Sets {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The members of all sets.
    pub(super) fn members(&self) -> &[u32] {
        &self.members
    }

    /// Where the members of a set stand among those of all.
    pub(super) fn range(&self, at: usize) -> Range<usize> {
        let begin = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        begin..self.ends[at] as usize
    }

    /// The members of a set, the node drawn first.
    pub(super) fn set(&self, at: usize) -> &[u32] {
        &self.members[self.range(at)]
    }
}

/// Sets that one thread draws at a time, step by step, a bit each: together they have many questions for the memory, which
/// answers them at once, where one set would wait for each answer.
const LANES: usize = 64;

/// Members between two looks at whether to stop.
const STRIDE: usize = 1 << 14;

/// Draws sets.
pub(super) struct Sampler<'a> {
    chances: &'a Chances<'a>,
    rows: Rows,
    seed: u64,
    /// Those that no thread uses.
    searches: Mutex<Vec<Search>>,
}

/// What it takes to draw from the arcs of a node without a look at all of them.
enum Rows {
    /// All arcs of a node have a probability p that follows from their number: 1 / ln(1 − p) by this number, the last
    /// for all that have more.
    Even(Vec<f64>),
    /// By falling probability, with the weights; aligned with the rows of the graph.
    Falling(Vec<u32>, Vec<f32>),
    /// For each arc the sum of the probabilities of its row up to it.
    Sums(Vec<f64>),
}

impl Sampler<'_> {
    pub(super) fn new<'a>(chances: &'a Chances<'a>, model: Model, seed: u64) -> Sampler<'a> {
        let out = chances.graph.out();
        let nodes = (0..out.row_count() as u32).into_par_iter();
        let rows = match (model, chances.by_degree()) {
            (Model::Independent, Some(probabilities)) => {
                Rows::Even(probabilities.iter().map(|p| 1.0 / libm::log1p(-p)).collect())
            }
            (Model::Independent, None) => {
                let sorted = |v| {
                    let mut row: Vec<(u32, f32)> =
                        out.arcs(v).map(|(u, weight)| (u, weight as f32)).collect();
                    row.sort_by(|one, other| other.1.total_cmp(&one.1));
                    row
                };
                let (neighbors, weights) = nodes.flat_map_iter(sorted).unzip();
                Rows::Falling(neighbors, weights)
            }
            (Model::Threshold, _) => {
                let sums = |v| {
                    out.arcs(v).scan(0.0, move |sum, (u, weight)| {
                        *sum += if u == v { 0.0 } else { chances.of(v, weight) };
                        Some(*sum)
                    })
                };
                Rows::Sums(nodes.flat_map_iter(sums).collect())
            }
        };
        Sampler { chances, rows, seed, searches: Mutex::default() }
    }

    /// Appends sets until there are `count`: set `i` is a function of the seed, the stream, and `i`.
    pub(super) fn extend(&self, sets: &mut Sets, count: usize, stream: &str) -> Result<()> {
        let watch = Watch::current();
        let starts: Vec<usize> = (sets.len()..count).step_by(LANES).collect();
        let idle = || self.searches.lock().expect("no thread dies with it");
        let piece = |start: &usize| {
            let tick = || watch.tick("ris", *start as u64, count as u64);
            let random =
                (*start..count.min(start + LANES)).map(|index| generator(self.seed, stream, index as u64));
            let unused = idle().pop();
            let mut search = unused.unwrap_or_else(|| Search::new(self.chances.graph.node_count()));
            let sets = search.run(self, random.collect(), tick);
            idle().push(search);
            sets
        };
        let pieces: Vec<Sets> = starts.par_iter().map(piece).collect::<Result<_>>()?;
        for piece in pieces {
            let begin = sets.members.len() as u64;
            sets.members.extend(piece.members);
            sets.ends.extend(piece.ends.iter().map(|end| begin + end));
        }
        Ok(())
    }

    /// Calls `visit` with the arcs that lead on to `v`, the arcs of which are at `row`, in a world drawn at random.
    #[inline]
    fn each(&self, v: u32, row: Range<usize>, random: &mut Xoshiro256PlusPlus, mut visit: impl FnMut(usize)) {
        match &self.rows {
            Rows::Even(inverses) => {
                let others = row.len() - usize::from(self.chances.graph.has_self_loop(v));
                let inverse = inverses[others.min(inverses.len() - 1)];
                let mut at = row.start.saturating_add(skip(random, inverse));
                while at < row.end {
                    visit(at);
                    at = (at + 1).saturating_add(skip(random, inverse));
                }
            }
            Rows::Falling(_, weights) => {
                let probability = |at: usize| self.chances.of(v, f64::from(weights[at]));
                let mut at = row.start;
                while at < row.end {
                    // No arc from here on is likelier: skip as if all were as likely, and make up for it.
                    let most = probability(at);
                    at = at.saturating_add(skip(random, 1.0 / libm::log1p(-most)));
                    if at < row.end && random.random::<f64>() * most < probability(at) {
                        visit(at);
                    }
                    at = at.saturating_add(1);
                }
            }
            Rows::Sums(sums) => {
                let drawn = random.random::<f64>();
                let at = row.start + sums[row.clone()].partition_point(|&sum| sum <= drawn);
                if at < row.end {
                    visit(at);
                }
            }
        }
    }

    /// The other end of an arc that was visited.
    #[inline]
    fn end(&self, arc: usize) -> u32 {
        match &self.rows {
            Rows::Falling(neighbors, _) => neighbors[arc],
            _ => self.chances.graph.out().neighbor(arc),
        }
    }
}

/// How many of equal trials fail before the first success, drawn at once; `inverse` is 1 / ln(1 − p).
#[inline]
fn skip(random: &mut Xoshiro256PlusPlus, inverse: f64) -> usize {
    // Neither 0 nor 1, so that a probability of 0 or 1 skips all or none.
    let uniform = ((random.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64;
    (libm::log(uniform) * inverse) as usize
}

/// The state of a thread, used again from piece to piece.
struct Search {
    /// The sets that each node is in, a bit each.
    lanes: Vec<u64>,
    /// The members of all sets in the order in which they were met, each with its set.
    met: Vec<(u8, u32)>,
    /// For members met in the last step, where their arcs are.
    rows: Vec<Range<usize>>,
    /// The arcs that lead on to them, each with its set.
    arcs: Vec<(u8, usize)>,
    /// The other ends of these.
    ends: Vec<(u8, u32)>,
}

impl Search {
    fn new(node_count: usize) -> Search {
        let lanes = vec![0; node_count];
        Search { lanes, met: Vec::new(), rows: Vec::new(), arcs: Vec::new(), ends: Vec::new() }
    }

    /// Draws a set with each generator. What a set draws does not depend on the others.
    fn run(
        &mut self,
        sampler: &Sampler<'_>,
        mut random: Vec<Xoshiro256PlusPlus>,
        tick: impl Fn() -> Result<()>,
    ) -> Result<Sets> {
        let out = sampler.chances.graph.out();
        let (count, nodes) = (random.len(), 0..out.row_count() as u32);
        self.met.drain(..).for_each(|(_, u)| self.lanes[u as usize] = 0);
        self.ends.clear();
        self.ends.extend(
            random.iter_mut().zip(0..).map(|(random, lane)| (lane, random.random_range(nodes.clone()))),
        );
        // Each step asks for one thing in a loop of its own, since the answers come late.
        while !self.ends.is_empty() {
            let begin = self.met.len();
            for &(lane, u) in &self.ends {
                let lanes = &mut self.lanes[u as usize];
                if *lanes >> lane & 1 == 0 {
                    *lanes |= 1 << lane;
                    self.met.push((lane, u));
                }
            }
            self.rows.clear();
            self.rows.extend(self.met[begin..].iter().map(|&(_, u)| out.range(u)));
            self.arcs.clear();
            for (at, (&(lane, v), row)) in self.met[begin..].iter().zip(&self.rows).enumerate() {
                if at % STRIDE == 0 {
                    tick()?;
                }
                let arcs = &mut self.arcs;
                sampler.each(v, row.clone(), &mut random[lane as usize], |arc| arcs.push((lane, arc)));
            }
            self.ends.clear();
            self.ends.extend(self.arcs.iter().map(|&(lane, arc)| (lane, sampler.end(arc))));
        }
        Ok(self.sets(count))
    }

    /// The members by set.
    fn sets(&self, count: usize) -> Sets {
        let mut ends = vec![0; count];
        self.met.iter().for_each(|&(lane, _)| ends[lane as usize] += 1);
        let mut next = Vec::with_capacity(count);
        let mut begin = 0;
        for end in &mut ends {
            next.push(begin as usize);
            begin += *end;
            *end = begin;
        }
        let mut members = vec![0; self.met.len()];
        for &(lane, u) in &self.met {
            members[next[lane as usize]] = u;
            next[lane as usize] += 1;
        }
        Sets { members, ends }
    }
}
