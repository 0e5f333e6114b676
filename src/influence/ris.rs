//! Reverse influence sampling: the set of nodes with the greatest spread, with a certificate.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::f64::consts::E;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{Chances, Model, Probability};
use super::reverse::{Sampler, Sets};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::progress::Watch;

/// Parameters of [`ris`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ris {
    /// How many nodes to choose, at least 1; all where there are fewer.
    pub k: usize,
    /// How far the spread may fall short of 1 − 1/e of the best possible, as a share of the best, in (0, 1 − 1/e).
    pub epsilon: f64,
    /// The probability with which it may fall shorter, in (0, 1).
    pub delta: f64,
    /// How many sets each sample has at least, at least 1: more take longer and choose better than they
    /// must, since nodes that look alike in few may differ.
    pub sets: u32,
    /// How influence spreads.
    pub model: Model,
    /// How likely each arc leads on.
    pub probability: Probability,
    /// Where the random numbers begin.
    pub seed: u64,
}

impl Default for Ris {
    fn default() -> Ris {
        let (model, probability) = (Model::Independent, Probability::Share);
        Ris { k: 50, epsilon: 0.1, delta: 0.01, sets: 1 << 14, model, probability, seed: 0 }
    }
}

/// A set of nodes and how good it is for sure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RisSeeds {
    /// The nodes in the order in which they were chosen.
    pub nodes: Vec<u32>,
    /// An estimate of their spread from sets that did not choose them.
    pub spread: f64,
    /// What their spread is at least, but for a probability of `delta`.
    pub lower_bound: f64,
    /// What the spread of any k nodes is at most, but for a probability of `delta`.
    pub upper_bound: f64,
    /// What share of the best possible spread theirs is at least, but for a probability of `delta`.
    pub ratio: f64,
    /// How many reverse reachable sets were drawn.
    pub sets: u64,
}

/// Chooses `k` nodes whose [`spread`](super::spread()) together is near the greatest possible.
///
/// A reverse reachable set holds those who would have influenced a random node in a random world. The spread of a set S
/// is n times the probability that it meets such a set, so S is chosen to meet as many of a first sample as it can, one
/// node after the other, and is judged by a second sample, which knows nothing of the choice:
///
/// ```text
/// lower = n/θ ((√(Λ₂(S) + 2a/9) − √(a/2))² − a/18)        a = ln(3 i / δ) for i rounds at most
/// upper = n/θ  (√(Λ₁ + a/2) + √(a/2))²                    Λ₁ the most that any k nodes can meet of the first
/// ```
///
/// Λ₁ is bounded by what a part of S meets and the k largest gains beside it, whichever part tells most. Both samples
/// begin with `sets` sets or more and are doubled until lower / upper is at least 1 − 1/e − `epsilon`. A spread is also at least k and at most n.
///
/// From a node, the next of its arcs to lead on is drawn at once: where all have one probability by a geometric skip,
/// otherwise by skips among the arcs in the order of falling probability, of which some are then refused. With
/// [`Model::Threshold`] one arc at most is drawn by the sums of probabilities.
///
/// Influence flows against the arcs, as in [`spread`](super::spread()). Of nodes that meet equally many sets the smallest
/// is chosen; where all sets are met before k nodes are chosen, the smallest nodes follow.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain and for a graph whose arcs have no probabilities, as in
/// [`spread`](super::spread()); [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(k n log n / ε²) expected where the probabilities of a node's arcs add to 1, as with [`Probability::Share`]; where they
/// add to more, sets and their number times their size may be large. 12 bytes a member of a set, 28 a node
/// of any, and for a node of the graph 4 and 8 for each thread; 8 a node or arc for the draws.
///
/// # References
///
/// Tang, Tang, Xiao, Yuan, "Online processing algorithms for influence maximization", SIGMOD 2018 (OPIM-C). Guo, Wang, Wei,
/// Chen, "Influence maximization revisited: efficient reverse reachable set generation with bound tightened", SIGMOD 2020.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::influence::{Ris, ris};
///
/// // 1, 2 and 3 follow 0; 5 follows 4.
/// let rows = EdgeChunk { sources: &[1, 2, 3, 5], targets: &[0, 0, 0, 4], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges::default())?;
/// let seeds = ris(&graph, &Ris { k: 2, ..Ris::default() })?;
/// assert_eq!(seeds.nodes, [0, 4]);
/// assert!(seeds.ratio >= 1.0 - 1.0 / std::f64::consts::E - 0.1);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn ris(graph: &Graph, params: &Ris) -> Result<RisSeeds> {
    params.check()?;
    let chances = Chances::new(graph, params.model, params.probability)?;
    let (node_count, k) = (graph.node_count(), params.k.min(graph.node_count()));
    if k == 0 {
        return Ok(RisSeeds { ratio: 1.0, ..RisSeeds::default() });
    }
    let Plan { first, rounds } = Plan::new(node_count, k, params);
    let a = libm::log(3.0 * f64::from(rounds) / params.delta);
    let sampler = Sampler::new(&chances, params.model, params.seed);
    let (mut choosing, mut judging) = (Sets::default(), Sets::default());
    let (n, target) = (node_count as f64, 1.0 - 1.0 / E - params.epsilon);
    let mut round = 1;
    loop {
        let count = first << (round - 1);
        sampler.extend(&mut choosing, count, "ris choosing")?;
        sampler.extend(&mut judging, count, "ris judging")?;
        let Cover { nodes, most } = Cover::new(node_count, k, &choosing)?;
        let met = met(node_count, &judging, &nodes) as f64;
        let scale = n / count as f64;
        let root = (met + 2.0 * a / 9.0).sqrt() - (a / 2.0).sqrt();
        let lower_bound = (scale * (root * root - a / 18.0)).clamp(k as f64, n);
        let root = (most as f64 + a / 2.0).sqrt() + (a / 2.0).sqrt();
        let upper_bound = (scale * root * root).clamp(lower_bound, n);
        let mut ratio = lower_bound / upper_bound;
        if ratio >= target || round == rounds {
            // So many sets are enough for any graph.
            ratio = ratio.max(target);
            let (spread, sets) = ((scale * met).max(k as f64), 2 * count as u64);
            return Ok(RisSeeds { nodes, spread, lower_bound, upper_bound, ratio, sets });
        }
        if count > u32::MAX as usize / 2 {
            let rule = "so large that 2^32 sets are enough";
            return Err(Error::parameter("epsilon", rule, params.epsilon));
        }
        round += 1;
    }
}

/// How many sets to begin with, and how often to double them at most.
struct Plan {
    first: usize,
    rounds: u32,
}

impl Plan {
    fn new(node_count: usize, k: usize, params: &Ris) -> Plan {
        let n = node_count as f64;
        let choices = (0..k).fold(0.0, |sum, i| sum + libm::log((node_count - i) as f64 / (i + 1) as f64));
        let (share, doubt) = (1.0 - 1.0 / E, libm::log(6.0 / params.delta));
        let root = share * doubt.sqrt() + (share * (choices + doubt)).sqrt();
        // So many are enough whatever the best spread is, as that is at least k; where it is near n, a share of
        // ε² k / n of them.
        let first = (2.0 * root * root).ceil().max(params.sets as f64);
        let enough = 2.0 * root * root * n / (params.epsilon * params.epsilon * k as f64);
        let rounds = libm::log2(enough / first).ceil().max(0.0) as u32 + 1;
        Plan { first: first as usize, rounds }
    }
}

/// Nodes that meet many sets.
struct Cover {
    nodes: Vec<u32>,
    /// What any as many nodes meet at most.
    most: u64,
}

impl Cover {
    fn new(node_count: usize, k: usize, sets: &Sets) -> Result<Cover> {
        let watch = Watch::current();
        let index = Index::new(node_count, sets);
        let mut counts: Vec<u32> = (0..index.nodes.len()).map(|u| index.sets_of(u).len() as u32).collect();
        let mut gains = Gains::new(&counts);
        let looks = counts.iter().zip(&index.nodes).zip(0..);
        let mut heap: BinaryHeap<(u32, Reverse<u32>, u32)> =
            looks.map(|((&count, &node), u)| (count, Reverse(node), u)).collect();
        let (mut nodes, mut is_met) = (Vec::with_capacity(k), vec![false; sets.len()]);
        let (mut met, mut most) = (0, gains.largest(k));
        while let Some((last, Reverse(node), u)) = heap.pop().filter(|_| nodes.len() < k) {
            let count = counts[u as usize];
            if count != last {
                if count > 0 {
                    heap.push((count, Reverse(node), u));
                }
                continue;
            }
            watch.tick("ris", nodes.len() as u64, k as u64)?;
            nodes.push(node);
            met += u64::from(count);
            for &set in index.sets_of(u as usize) {
                if !std::mem::replace(&mut is_met[set as usize], true) {
                    for &v in &index.members[sets.range(set as usize)] {
                        gains.fall(counts[v as usize]);
                        counts[v as usize] -= 1;
                    }
                }
            }
            most = most.min(met + gains.largest(k));
        }
        let mut chosen = nodes.clone();
        chosen.sort_unstable();
        let others = (0..node_count as u32).filter(|u| chosen.binary_search(u).is_err());
        nodes.extend(others.take(k - nodes.len()));
        Ok(Cover { nodes, most })
    }
}

/// The sets of the nodes that are in any. These have numbers of their own, since most nodes of a large graph are in none.
struct Index {
    /// By number.
    nodes: Vec<u32>,
    /// The members of all sets, by their numbers.
    members: Vec<u32>,
    /// Where the sets of each number start.
    starts: Vec<u64>,
    /// Sets, ascending for each number.
    of_node: Vec<u32>,
}

impl Index {
    fn new(node_count: usize, sets: &Sets) -> Index {
        // That of each node plus 1, and 0 where it has none yet.
        let mut numbers = vec![0_u32; node_count];
        let mut nodes = Vec::new();
        let number = |&u: &u32| {
            let number = &mut numbers[u as usize];
            if *number == 0 {
                nodes.push(u);
                *number = nodes.len() as u32;
            }
            *number - 1
        };
        let members: Vec<u32> = sets.members().iter().map(number).collect();
        let mut starts = vec![0; nodes.len() + 1];
        members.iter().for_each(|&u| starts[u as usize] += 1);
        for u in 0..nodes.len() {
            starts[u + 1] += starts[u];
        }
        // Where those of a node end; filled from the back, that is where they start.
        let mut of_node = vec![0; members.len()];
        for set in (0..sets.len()).rev() {
            for &u in &members[sets.range(set)] {
                starts[u as usize] -= 1;
                of_node[starts[u as usize] as usize] = set as u32;
            }
        }
        Index { nodes, members, starts, of_node }
    }

    fn sets_of(&self, u: usize) -> &[u32] {
        &self.of_node[self.starts[u] as usize..self.starts[u + 1] as usize]
    }
}

/// How many nodes would each meet so many more sets.
struct Gains(Vec<u32>);

impl Gains {
    fn new(counts: &[u32]) -> Gains {
        let mut gains = vec![0; counts.iter().max().map_or(1, |&most| most as usize + 1)];
        counts.iter().for_each(|&count| gains[count as usize] += 1);
        Gains(gains)
    }

    /// A node meets one fewer than `count`.
    #[inline]
    fn fall(&mut self, count: u32) {
        self.0[count as usize] -= 1;
        self.0[count as usize - 1] += 1;
    }

    /// The sum of the `k` largest gains.
    fn largest(&mut self, k: usize) -> u64 {
        while self.0.len() > 1 && self.0.last() == Some(&0) {
            self.0.pop();
        }
        let (mut left, mut sum) = (k as u64, 0);
        for (gain, &nodes) in self.0.iter().enumerate().rev() {
            let taken = left.min(u64::from(nodes));
            (left, sum) = (left - taken, sum + taken * gain as u64);
            if left == 0 {
                break;
            }
        }
        sum
    }
}

/// How many sets some nodes meet.
fn met(node_count: usize, sets: &Sets, nodes: &[u32]) -> usize {
    let mut is_chosen = vec![false; node_count];
    nodes.iter().for_each(|&u| is_chosen[u as usize] = true);
    let is_met = |&set: &usize| sets.set(set).iter().any(|&u| is_chosen[u as usize]);
    (0..sets.len()).into_par_iter().filter(is_met).count()
}

impl Ris {
    fn check(&self) -> Result<()> {
        if self.k == 0 {
            return Err(Error::parameter("k", "at least 1", 0));
        }
        if self.sets == 0 {
            return Err(Error::parameter("sets", "at least 1", 0));
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0 - 1.0 / E) {
            return Err(Error::parameter("epsilon", "in (0, 1 - 1/e)", self.epsilon));
        }
        if !(self.delta > 0.0 && self.delta < 1.0) {
            return Err(Error::parameter("delta", "in (0, 1)", self.delta));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_parameters_are_refused() {
        let graph = Graph::from_adjacency(Default::default());
        let cases = [
            (Ris { k: 0, ..Ris::default() }, "k must be at least 1, got 0"),
            (Ris { sets: 0, ..Ris::default() }, "sets must be at least 1, got 0"),
            (Ris { epsilon: 0.7, ..Ris::default() }, "epsilon must be in (0, 1 - 1/e), got 0.7"),
            (Ris { delta: 0.0, ..Ris::default() }, "delta must be in (0, 1), got 0"),
        ];
        for (params, message) in cases {
            assert_eq!(ris(&graph, &params).unwrap_err().to_string(), message);
        }
        assert!(ris(&graph, &Ris::default()).unwrap().nodes.is_empty());
    }
}
