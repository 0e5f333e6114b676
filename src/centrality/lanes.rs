//! Breadth-first searches from many sources at once, one bit lane a source.

use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use rayon::prelude::*;

use super::reach::Reach;
use crate::error::Result;
use crate::progress::Watch;

/// What the distances from others to one node add to. All are integers, so their order does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Distances {
    /// Nodes that reach it.
    pub(super) reached: u64,
    /// The sum of their distances.
    pub(super) total: u64,
    /// The sum of the reciprocals of their distances, each cut to a multiple of 2^-64.
    pub(super) reciprocals: u128,
}

/// 1 / `level` as a multiple of 2^-64, cut.
#[inline(always)]
pub(super) fn reciprocal(level: u32) -> u128 {
    (1 << 64) / u128::from(level)
}

impl Distances {
    /// Adds `count` nodes at a distance of `level`.
    #[inline(always)]
    pub(super) fn add(&mut self, level: u32, count: u32) {
        self.reached += u64::from(count);
        self.total += u64::from(level) * u64::from(count);
        self.reciprocals += reciprocal(level) * u128::from(count);
    }

    fn merge(&mut self, other: &Distances) {
        self.reached += other.reached;
        self.total += other.total;
        self.reciprocals += other.reciprocals;
    }

    /// The sum of the reciprocals of the distances: its error of at most 2^-64 a node is far below that of an `f64`.
    pub(super) fn harmonic(&self) -> f64 {
        self.reciprocals as f64 / 2.0_f64.powi(64)
    }
}

/// Sources searched from at once.
const LANES: usize = 512;

/// A bit for each source.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Bits([u64; LANES / 64]);

const NONE: Bits = Bits([0; LANES / 64]);

impl Bits {
    /// The first `count` lanes.
    fn first(count: usize) -> Bits {
        let mut bits = NONE;
        (0..count).for_each(|lane| bits.set(lane));
        bits
    }

    /// Without a branch, so that it is a few wide instructions.
    #[inline(always)]
    fn is(&self, other: &Bits) -> bool {
        self.0.iter().zip(&other.0).fold(0, |differing, (mine, theirs)| differing | (mine ^ theirs)) == 0
    }

    fn set(&mut self, lane: usize) {
        self.0[lane / 64] |= 1 << (lane % 64);
    }

    #[inline(always)]
    fn or(mut self, other: &Bits) -> Bits {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine |= theirs);
        self
    }

    #[inline(always)]
    fn without(mut self, other: &Bits) -> Bits {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine &= !theirs);
        self
    }

    #[inline(always)]
    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

/// The distances to every node from all nodes that reach it, by their names in `reach`.
pub(super) fn distances(reach: &Reach, stage: &'static str) -> Result<Vec<Distances>> {
    let batches = batches(&reach.components);
    // Sources that lead on to the same hub follow each other: it has heard of all of them in the first round, and
    // tells its neighbors in the second. Their components stay together.
    let hub = |u: u32| reach.from().neighbors(u).first().copied().unwrap_or(u);
    let mut order: Vec<u32> = (0..reach.order.len() as u32).collect();
    order.par_sort_unstable_by_key(|&u| (hub(u), u));
    let (watch, total) = (Watch::current(), reach.order.len() as u64);
    let (next, done) = (AtomicUsize::new(0), AtomicU64::new(0));
    // Which thread takes a batch does not matter: the sums are of integers.
    let take = |_| {
        let mut search: Option<Search> = None;
        while let Some((sources, names)) = batches.get(next.fetch_add(1, Relaxed)) {
            let tick = || watch.tick(stage, done.load(Relaxed), total);
            let sources = &order[sources.start as usize..sources.end as usize];
            search.get_or_insert_with(|| Search::new(reach)).run(sources, names.clone(), tick)?;
            done.fetch_add(sources.len() as u64, Relaxed);
        }
        Ok(search.map_or(Vec::new(), |search| search.distances))
    };
    let parts: Vec<Vec<Distances>> =
        (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).map(take).collect::<Result<_>>()?;
    let mut parts = parts.into_iter().filter(|part| !part.is_empty());
    let mut all = parts.next().unwrap_or_default();
    parts.for_each(|part| all.par_iter_mut().zip(part).for_each(|(sum, part)| sum.merge(&part)));
    Ok(all)
}

/// Sources for each search, and the names that it can meet: a component is cut into searches, small ones share one.
fn batches(components: &[Range<u32>]) -> Vec<(Range<u32>, Range<u32>)> {
    let mut batches: Vec<(Range<u32>, Range<u32>)> = Vec::new();
    for names in components {
        match batches.last_mut() {
            Some((sources, met)) if (names.end - met.start) as usize <= LANES => {
                (sources.end, met.end) = (names.end, names.end);
            }
            _ => batches.extend(
                names
                    .clone()
                    .step_by(LANES)
                    .map(|first| (first..names.end.min(first + LANES as u32), names.clone())),
            ),
        }
    }
    batches
}

/// The state of a thread, used again from batch to batch.
struct Search<'a> {
    reach: &'a Reach,
    distances: Vec<Distances>,
    /// Lanes that have reached each node.
    seen: Vec<Bits>,
    /// Nodes reached by new lanes in the last round, and these lanes.
    nodes: Vec<u32>,
    lanes: Vec<Bits>,
    /// Where a node stands among those of the coming round, while arcs are followed forward.
    places: Vec<u32>,
}

impl Search<'_> {
    fn new(reach: &Reach) -> Search<'_> {
        let node_count = reach.order.len();
        Search {
            reach,
            distances: vec![Distances::default(); node_count],
            seen: vec![NONE; node_count],
            nodes: Vec::new(),
            lanes: Vec::new(),
            places: vec![u32::MAX; node_count],
        }
    }

    /// Searches from `sources`, which reach none but the `names`.
    fn run(&mut self, sources: &[u32], names: Range<u32>, tick: impl Fn() -> Result<()>) -> Result<()> {
        let (to, from) = (&self.reach.to, self.reach.from());
        let all = Bits::first(sources.len());
        self.seen[names.start as usize..names.end as usize].fill(NONE);
        // Arcs to nodes that some lane may not have reached yet.
        let mut open = to.range(names.end - 1).end - to.range(names.start).start;
        self.nodes.clear();
        self.lanes.clear();
        for (&u, lane) in sources.iter().zip(0..) {
            let mut own = NONE;
            own.set(lane);
            self.nodes.push(u);
            self.lanes.push(own);
        }
        for level in 0.. {
            tick()?;
            let mut ahead = 0;
            for (&u, lanes) in self.nodes.iter().zip(&self.lanes) {
                if level > 0 {
                    self.distances[u as usize].add(level, lanes.count());
                }
                let seen = &mut self.seen[u as usize];
                *seen = seen.or(lanes);
                ahead += from.degree(u) as usize;
                if seen.is(&all) {
                    open -= to.degree(u) as usize;
                }
            }
            if ahead == 0 || open == 0 {
                break;
            }
            if ahead < (open + names.len()) / 4 {
                self.push();
            } else {
                self.pull(names.clone(), all, &tick)?;
            }
        }
        Ok(())
    }

    /// Follows the arcs of the nodes of the last round.
    fn push(&mut self) {
        let nodes = std::mem::take(&mut self.nodes);
        let lanes = std::mem::take(&mut self.lanes);
        for (&u, lanes) in nodes.iter().zip(&lanes) {
            for &v in self.reach.from().neighbors(u) {
                let new = lanes.without(&self.seen[v as usize]);
                if new.is(&NONE) {
                    continue;
                }
                let place = &mut self.places[v as usize];
                if *place == u32::MAX {
                    *place = self.nodes.len() as u32;
                    self.nodes.push(v);
                    self.lanes.push(new);
                } else {
                    let lanes = &mut self.lanes[*place as usize];
                    *lanes = lanes.or(&new);
                }
            }
        }
        self.nodes.iter().for_each(|&v| self.places[v as usize] = u32::MAX);
    }

    /// Asks the neighbors of every node that some lane has not reached, hubs first, until one tells of all lanes.
    fn pull(&mut self, names: Range<u32>, all: Bits, tick: impl Fn() -> Result<()>) -> Result<()> {
        self.nodes.clear();
        self.lanes.clear();
        for v in names {
            if v.is_multiple_of(1 << 15) {
                tick()?;
            }
            let seen = self.seen[v as usize];
            if seen.is(&all) {
                continue;
            }
            let mut sum = seen;
            for neighbors in self.reach.to.neighbors(v).chunks(4) {
                gather(&mut sum, &self.seen, neighbors);
                if sum.is(&all) {
                    break;
                }
            }
            if !sum.is(&seen) {
                self.nodes.push(v);
                self.lanes.push(sum.without(&seen));
            }
        }
        Ok(())
    }
}

/// Adds the lanes of some neighbors. Inlined, the words of the sum would go to a register each; like this they are
/// added several at a time.
#[inline(never)]
fn gather(sum: &mut Bits, seen: &[Bits], neighbors: &[u32]) {
    for &u in neighbors {
        sum.0.iter_mut().zip(&seen[u as usize].0).for_each(|(mine, theirs)| *mine |= theirs);
    }
}
