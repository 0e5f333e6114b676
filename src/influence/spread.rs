//! Spread: how many a set of nodes influences, by simulation.

use std::{array, mem};

use rand::{Rng, SeedableRng};
use rand_xoshiro::SplitMix64;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{Chances, Model, Probability};
use crate::error::{Error, Result};
use crate::graph::{Graph, generator, mix};
use crate::progress::Watch;

/// Parameters of [`spread`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spread {
    /// How influence spreads.
    pub model: Model,
    /// How likely each arc leads on.
    pub probability: Probability,
    /// How often to simulate, at least 2; 256 at a time cost little more than one.
    pub runs: u64,
    /// Where the random numbers begin.
    pub seed: u64,
}

impl Default for Spread {
    fn default() -> Spread {
        let (model, probability) = (Model::Independent, Probability::Share);
        Spread { model, probability, runs: 1024, seed: 0 }
    }
}

/// How many nodes a set influences, itself included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpreadEstimate {
    /// The mean of the runs.
    pub mean: f64,
    /// The standard error of that mean.
    pub standard_error: f64,
}

/// Estimates how many nodes the `seeds` influence, themselves included.
///
/// In each of many worlds every arc leads on or does not, and the seeds influence whoever attends to them over arcs that
/// do, against the direction of the arcs:
///
/// ```text
/// σ(S) = mean over worlds r of | nodes with a path to S over the arcs v → u that lead on in r |
///
/// v → u leads on in r     if  U(v,u,r) < p(v,u)                                   Model::Independent
///                         if  U(v,r) in [P, P + p(v,u)), P = Σ p(v,w) for w < u   Model::Threshold
/// ```
///
/// U is a hash of the seed, the arc or node, and the world, so no state is kept and the same seed compares sets of nodes
/// in the same worlds. 256 worlds are searched at once, a bit each, and U is drawn bit by bit for 64 worlds at once, as
/// far as it takes to tell it from p.
///
/// A node that is given twice counts once. Loops do not count, nor arcs of probability 0.
///
/// # Errors
///
/// [`Error::Parameter`] for fewer than 2 runs, a seed that is not in the graph, a probability that is not in [0, 1] or
/// probabilities of a node that add to more than 1 with [`Model::Threshold`]; [`Error::Cancelled`] where the observer
/// asked to stop.
///
/// # Complexity
///
/// For each 256 runs the arcs of those influenced in any, a few times each. 64 bytes a node for
/// each thread; 8 bytes a node with [`Probability::Share`] and 8 an arc with [`Model::Threshold`].
///
/// # References
///
/// Kempe, Kleinberg, Tardos, "Maximizing the spread of influence through a social network", KDD 2003. Göktürk, Kaya,
/// "Fast and error-adaptive influence maximization based on count-distinct sketches", 2021, for worlds by hashing and
/// many at once; they take one hash of an arc for all worlds, which makes arcs depend on each other.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::influence::{Probability, Spread, spread};
///
/// // 1 and 2 follow 0.
/// let rows = EdgeChunk { sources: &[1, 2], targets: &[0, 0], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// assert_eq!(spread(&graph, &[0], &Spread::default())?.mean, 3.0);
/// let half = Spread { probability: Probability::Constant(0.5), ..Spread::default() };
/// let estimate = spread(&graph, &[0], &half)?;
/// assert!((estimate.mean - 2.0).abs() < 4.0 * estimate.standard_error);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn spread(graph: &Graph, seeds: &[u32], params: &Spread) -> Result<SpreadEstimate> {
    params.check(graph, seeds)?;
    let watch = Watch::current();
    let worlds = Worlds::new(graph, params)?;
    let simulate = |search: &mut Search, block: u64| {
        let runs = (params.runs - LANES * block).min(LANES);
        search.run(&worlds, seeds, block, runs, || watch.tick("spread", LANES * block, params.runs))
    };
    // Sums of whole numbers: their order does not matter.
    let add = |one: (u64, u128), other: (u64, u128)| (one.0 + other.0, one.1 + other.1);
    let (sum, squares) = (0..params.runs.div_ceil(LANES))
        .into_par_iter()
        .map_init(|| Search::new(graph.node_count()), simulate)
        .try_reduce(|| (0, 0), |one, other| Ok(add(one, other)))?;
    let runs = params.runs as f64;
    let excess = u128::from(params.runs) * squares - u128::from(sum) * u128::from(sum);
    let variance = excess as f64 / runs / (runs - 1.0);
    Ok(SpreadEstimate { mean: sum as f64 / runs, standard_error: (variance / runs).sqrt() })
}

/// Nodes visited between two looks at whether to stop.
const STRIDE: usize = 1 << 12;

/// Worlds searched at once.
const LANES: u64 = 64 * WORDS as u64;

/// Arcs whose other ends are looked up before any is followed, so that memory is asked for all of them at once.
const AHEAD: usize = 16;

/// Words of 64 worlds: with four, what is kept of a node is a cache line.
const WORDS: usize = 4;

/// A bit for each world.
type Bits = [u64; WORDS];

const NONE: Bits = [0; WORDS];

/// The first `count` lanes.
fn first(count: u64) -> Bits {
    array::from_fn(|word| match count.saturating_sub(64 * word as u64) {
        left @ 0..64 => (1 << left) - 1,
        _ => u64::MAX,
    })
}

#[inline(always)]
fn without(one: Bits, other: Bits) -> Bits {
    array::from_fn(|word| one[word] & !other[word])
}

#[inline(always)]
fn or(one: Bits, other: Bits) -> Bits {
    array::from_fn(|word| one[word] | other[word])
}

/// Which arcs lead on, in which worlds.
struct Worlds<'a> {
    chances: Chances<'a>,
    model: Model,
    /// For [`Model::Threshold`], the P of each in-arc, as a multiple of 2^-64.
    starts: Vec<u64>,
    seed: u64,
}

impl Worlds<'_> {
    fn new<'a>(graph: &'a Graph, params: &Spread) -> Result<Worlds<'a>> {
        let chances = Chances::new(graph, params.model, params.probability)?;
        let starts = match params.model {
            Model::Independent => Vec::new(),
            Model::Threshold => starts(&chances),
        };
        let seed = generator(params.seed, "spread", 0).next_u64();
        Ok(Worlds { chances, model: params.model, starts, seed })
    }

    /// The lanes among `lanes` whose worlds have the arc v → u lead on; it is in-arc `place`
    /// and has a probability, as a multiple of 2^-64.
    #[inline]
    fn lead_on(&self, (v, u): (u32, u32), place: usize, threshold: u64, block: u64, lanes: Bits) -> Bits {
        let key = |name: u64| mix(block ^ name);
        match self.model {
            Model::Independent => below(key(u64::from(v) << 32 | u64::from(u)), threshold, lanes),
            Model::Threshold => {
                let (key, start) = (key(u64::from(v)), self.starts[place]);
                let in_all = below(key, start.saturating_add(threshold), lanes);
                without(in_all, below(key, start, in_all))
            }
        }
    }
}

/// A probability as a multiple of 2^-64; 1 is all bits, since `as` saturates.
fn fixed(probability: f64) -> u64 {
    (probability * 2.0_f64.powi(64)) as u64
}

/// The lanes among `lanes` whose U, drawn bit by bit, is below a threshold. All bits stand for 1, which all are below.
#[inline]
fn below(key: u64, threshold: u64, lanes: Bits) -> Bits {
    if threshold == u64::MAX {
        return lanes;
    }
    let mut words = SplitMix64::seed_from_u64(key);
    // Lanes whose U begins as the threshold does, and the bits of that which are left.
    let (mut open, mut rest, mut below) = (lanes, threshold, NONE);
    while open != NONE && rest != 0 {
        let drawn: Bits = array::from_fn(|_| words.next_u64());
        if rest >> 63 == 1 {
            below = or(below, without(open, drawn));
            open = array::from_fn(|word| open[word] & drawn[word]);
        } else {
            open = without(open, drawn);
        }
        rest <<= 1;
    }
    below
}

/// For each in-arc of each node, in their order, what the arcs before it in the row of its source add to.
fn starts(chances: &Chances<'_>) -> Vec<u64> {
    let (out, incoming) = (chances.graph.out(), chances.graph.incoming());
    let mut next: Vec<usize> = (0..out.row_count() as u32).map(|u| incoming.range(u).start).collect();
    let mut starts = vec![0; incoming.arc_count()];
    // Rows of in-arcs are sorted by source, so they fill up in the order of sources.
    for v in 0..out.row_count() as u32 {
        let mut sum = 0_u64;
        for (u, weight) in out.arcs(v) {
            starts[next[u as usize]] = sum;
            next[u as usize] += 1;
            if u != v {
                sum = sum.saturating_add(fixed(chances.of(v, weight)));
            }
        }
    }
    starts
}

/// The state of a thread, used again from block to block.
struct Search {
    nodes: Vec<Node>,
    /// Nodes that wait, by the number of digits of the number of worlds in which they do; some no longer do.
    queue: [Vec<u32>; LANES.ilog2() as usize + 2],
    /// All that are influenced in any world.
    touched: Vec<u32>,
}

/// What a search knows of a node.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Node {
    /// The worlds in which it is influenced.
    influenced: Bits,
    /// Those among them in which its arcs have not been followed.
    waiting: Bits,
}

impl Search {
    fn new(node_count: usize) -> Search {
        let nodes = vec![Node { influenced: NONE, waiting: NONE }; node_count];
        Search { nodes, queue: Default::default(), touched: Vec::new() }
    }

    /// The sum over the worlds of some lanes of the nodes influenced, and that of their squares.
    fn run(
        &mut self,
        worlds: &Worlds<'_>,
        seeds: &[u32],
        block: u64,
        runs: u64,
        tick: impl Fn() -> Result<()>,
    ) -> Result<(u64, u128)> {
        self.touched.drain(..).for_each(|u| self.nodes[u as usize].influenced = NONE);
        seeds.iter().for_each(|&u| self.influence(u, first(runs)));
        let incoming = worlds.chances.graph.incoming();
        let (mut visited, block) = (0, mix(worlds.seed ^ block));
        // Whoever waits in most worlds comes first: the others may gather more until it is their turn.
        while let Some(u) = self.queue.iter_mut().rev().find_map(Vec::pop) {
            if visited % STRIDE == 0 {
                tick()?;
            }
            visited += 1;
            let lanes = mem::replace(&mut self.nodes[u as usize].waiting, NONE);
            if lanes == NONE {
                continue;
            }
            let mut ahead = [(0, NONE, 0); AHEAD];
            let mut arcs = incoming.arcs(u);
            for begin in incoming.range(u).step_by(AHEAD) {
                let mut count = 0;
                for (ahead, (v, weight)) in ahead.iter_mut().zip(&mut arcs) {
                    let open = without(lanes, self.nodes[v as usize].influenced);
                    *ahead = (v, open, fixed(worlds.chances.of(v, weight)));
                    count += 1;
                }
                for (&(v, open, threshold), place) in ahead[..count].iter().zip(begin..) {
                    if open != NONE {
                        self.influence(v, worlds.lead_on((v, u), place, threshold, block, open));
                    }
                }
            }
        }
        Ok(self.sums(runs))
    }

    #[inline]
    fn influence(&mut self, v: u32, lanes: Bits) {
        let node = &mut self.nodes[v as usize];
        let new = without(lanes, node.influenced);
        if new == NONE {
            return;
        }
        if node.influenced == NONE {
            self.touched.push(v);
        }
        let digits = |bits: Bits| {
            let count: u32 = bits.iter().map(|word| word.count_ones()).sum();
            (u32::BITS - count.leading_zeros()) as usize
        };
        let before = digits(node.waiting);
        node.influenced = or(node.influenced, new);
        node.waiting = or(node.waiting, new);
        let now = digits(node.waiting);
        if now > before {
            self.queue[now].push(v);
        }
    }

    fn sums(&self, runs: u64) -> (u64, u128) {
        let (mut sum, mut squares) = (0, 0);
        for word in 0..WORDS {
            // Bit i of the count of each lane is in digit i.
            let mut digits = [0_u64; 33];
            for &u in &self.touched {
                let mut carry = self.nodes[u as usize].influenced[word];
                for digit in &mut digits {
                    (*digit, carry) = (*digit ^ carry, *digit & carry);
                    if carry == 0 {
                        break;
                    }
                }
            }
            for lane in 0..runs.saturating_sub(64 * word as u64).min(64) {
                let bits = digits.iter().zip(0..);
                let count = bits.fold(0, |count, (digit, place)| count | (digit >> lane & 1) << place);
                sum += count;
                squares += u128::from(count) * u128::from(count);
            }
        }
        (sum, squares)
    }
}

impl Spread {
    fn check(&self, graph: &Graph, seeds: &[u32]) -> Result<()> {
        if self.runs < 2 {
            return Err(Error::parameter("runs", "at least 2", self.runs));
        }
        match seeds.iter().find(|seed| **seed as usize >= graph.node_count()) {
            Some(seed) => Err(Error::parameter("seeds", format!("nodes below {}", graph.node_count()), seed)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    fn refusal(seeds: &[u32], params: &Spread) -> String {
        let rows = EdgeChunk { sources: &[0, 0], targets: &[1, 2], weights: Some(&[0.75, 1.5]) };
        let graph = Graph::from_edges(3, &[rows], &FromEdges::default()).unwrap();
        spread(&graph, seeds, params).unwrap_err().to_string()
    }

    #[test]
    fn bad_parameters_are_refused() {
        let plain = Spread::default;
        let with = |model, probability| Spread { model, probability, ..plain() };
        let (independent, threshold) = (Model::Independent, Model::Threshold);
        let constant = Probability::Constant;
        let cases = [
            (refusal(&[], &Spread { runs: 1, ..plain() }), "runs must be at least 2, got 1"),
            (refusal(&[3], &plain()), "seeds must be nodes below 3, got 3"),
            (refusal(&[], &with(independent, constant(1.5))), "probability must be in [0, 1], got 1.5"),
            (
                refusal(&[], &with(independent, Probability::Weight)),
                "weight must be in [0, 1] to be a probability, got 1.5 at node 0",
            ),
            (
                refusal(&[], &with(threshold, constant(0.75))),
                "probability must be such that those of a node's arcs add to at most 1, got 1.5 at node 0",
            ),
        ];
        for (message, expected) in cases {
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn bits_below_a_threshold_are_as_many_as_it_says_and_the_same_for_any_lanes() {
        for probability in [0.0, 0.125, 0.3, 0.5, 0.99, 1.0] {
            let lanes = |key, lanes| below(key, fixed(probability), lanes);
            let count: u32 =
                (0..2500).flat_map(|key| lanes(mix(key), first(LANES))).map(u64::count_ones).sum();
            let error = (f64::from(count) / 640_000.0 - probability).abs();
            assert!(
                error <= 3.0 * (probability * (1.0 - probability) / 640_000.0).sqrt(),
                "{error} {probability}"
            );
            assert_eq!(
                lanes(7, first(70)),
                array::from_fn(|word| lanes(7, first(LANES))[word] & first(70)[word])
            );
        }
        assert_eq!(first(70), [u64::MAX, 63, 0, 0]);
    }
}
