//! Betweenness from sampled paths, as many as it takes.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};

use rayon::prelude::*;

use super::Betweenness;
use super::ends::Ends;
use super::folded::Folded;
use super::route::Route;
use crate::centrality::Distance;
use crate::error::{Error, Result};
use crate::graph::{Graph, generator};
use crate::progress::Watch;

/// Samples a thread takes at a time.
const BLOCK: u64 = 32;

/// Shares of pairs with bounds on their errors.
pub(super) struct Sampled {
    pub(super) values: Vec<f64>,
    pub(super) errors: Vec<f64>,
}

/// For each node the share of the pairs that it is on the path of, out of those it is no end of.
pub(super) fn sampled(graph: &Graph, params: &Betweenness, ends: &Ends, epsilon: f64) -> Result<Sampled> {
    let node_count = graph.node_count();
    let pairs = ends.pairs();
    let zeros = || vec![0.0; node_count];
    if pairs == 0.0 {
        return Ok(Sampled { values: zeros(), errors: zeros() });
    }
    let factors: Vec<f64> = (0..node_count as u32)
        .map(|v| Some(ends.pairs_without(v)).filter(|&rest| rest > 0.0).map_or(0.0, |rest| pairs / rest))
        .collect();
    let folded = Folded::new(graph, Distance::Unit, false);
    let mut names = vec![None; node_count];
    folded.nodes.iter().zip(0..).for_each(|(&u, name)| names[u as usize] = Some(name));
    let inner = |name: &u32| {
        let least = 1 + u64::from(folded.incoming.is_none());
        factors[folded.nodes[*name as usize] as usize] > 0.0
            && folded.out.degree(*name) >= least
            && folded.incoming().degree(*name) >= least
    };
    let candidates: Vec<u32> = (0..folded.len() as u32).filter(inner).collect();
    let epsilon = epsilon / factors.iter().fold(1.0, |most: f64, &factor| most.max(factor));
    let sampler =
        Sampler { folded: &folded, names: &names, ends, seed: params.seed, watch: Watch::current() };
    let rule = Rule::new(&sampler, candidates, epsilon, params)?;
    let (counts, samples) = rule.run(&sampler)?;

    let (mut values, mut errors) = (zeros(), zeros());
    for &name in &rule.candidates {
        let u = folded.nodes[name as usize] as usize;
        values[u] = factors[u] * counts[name as usize] as f64 / samples as f64;
        errors[u] = factors[u] * rule.error(&counts, name, samples);
    }
    Ok(Sampled { values, errors })
}

/// Draws paths between random pairs.
struct Sampler<'a> {
    folded: &'a Folded,
    names: &'a [Option<u32>],
    ends: &'a Ends,
    seed: u64,
    watch: Watch,
}

impl Sampler<'_> {
    /// Adds to each node how many of the paths `from..to` it is an inner node of. Sample i is a function of the seed
    /// and i, and counts are whole numbers: which thread draws which does not show.
    fn count(
        &self,
        stage: &str,
        from: u64,
        to: u64,
        most: u64,
        workers: &mut [(Route<'_>, Vec<u64>)],
    ) -> Result<()> {
        let next = AtomicU64::new(from);
        let stopped = AtomicBool::new(false);
        workers.par_iter_mut().with_max_len(1).try_for_each(|(route, counts)| {
            while !stopped.load(Relaxed) {
                let begin = next.fetch_add(BLOCK, Relaxed);
                if begin >= to {
                    break;
                }
                self.watch.tick("betweenness", begin, most).inspect_err(|_| stopped.store(true, Relaxed))?;
                for i in begin..to.min(begin + BLOCK) {
                    let mut random = generator(self.seed, stage, i);
                    let (s, t) = self.ends.draw(&mut random);
                    if let (Some(s), Some(t)) = (self.names[s as usize], self.names[t as usize]) {
                        route.draw(s, t, &mut random, |v| counts[v as usize] += 1);
                    }
                }
            }
            Ok(())
        })
    }

    fn workers(&self) -> Vec<(Route<'_>, Vec<u64>)> {
        let worker = |_| (Route::new(self.folded), vec![0; self.folded.len()]);
        (0..rayon::current_num_threads()).map(worker).collect()
    }

    /// A bound on the number of nodes of a shortest path.
    fn longest(&self) -> Result<f64> {
        let mut longest = 2_u64;
        let mut begin = 0;
        let mut depths = vec![u32::MAX; self.folded.len()];
        while let Some(&(_, end)) = self.folded.components.get(begin as usize) {
            if self.folded.incoming.is_some() {
                longest = longest.max(u64::from(end - begin));
            } else {
                // No two nodes are farther from each other than by way of the first.
                let mut queue = vec![begin];
                depths[begin as usize] = 0;
                let mut next = 0;
                while let Some(&u) = queue.get(next) {
                    if next % 4096 == 0 {
                        self.watch.tick("betweenness", 0, 0)?;
                    }
                    next += 1;
                    for &v in self.folded.out.neighbors(u) {
                        if depths[v as usize] == u32::MAX {
                            depths[v as usize] = depths[u as usize] + 1;
                            queue.push(v);
                        }
                    }
                }
                let deepest = queue.last().map_or(0, |&u| depths[u as usize]);
                longest = longest.max((2 * u64::from(deepest) + 1).min(u64::from(end - begin)));
            }
            begin = end;
        }
        Ok(longest as f64)
    }
}

/// When to stop, by the bounds of Borassi and Natale.
struct Rule {
    /// Nodes that can be inner nodes of a path; all others are exactly 0.
    candidates: Vec<u32>,
    /// For each candidate the logarithm of 1 over the probability with which its bound may fail on either side.
    logs: Vec<f64>,
    epsilon: f64,
    /// Samples after which no error is above epsilon in any case.
    most: u64,
    first: Option<usize>,
}

impl Rule {
    fn new(sampler: &Sampler<'_>, candidates: Vec<u32>, epsilon: f64, params: &Betweenness) -> Result<Rule> {
        let longest = sampler.longest()?;
        let bits = if longest > 3.0 { (longest - 2.0).log2().floor() } else { 0.0 };
        let most = (0.5 / (epsilon * epsilon) * (bits + 1.0 + (2.0 / params.delta).ln())).ceil();
        if most >= 1e15 {
            return Err(Error::parameter("epsilon", "large enough for fewer than 1e15 samples", epsilon));
        }
        let most = most as u64;
        // A first look, whose samples are not used again, tells which nodes need much of the probability.
        let look = (most / 100).max(100);
        let mut workers = sampler.workers();
        sampler.count("betweenness.look", 0, look, look, &mut workers)?;
        let guess = |name: &u32| {
            let count: u64 = workers.iter().map(|(_, counts)| counts[*name as usize]).sum();
            (count as f64 + 1.0) / look as f64
        };
        let guesses: Vec<f64> = candidates.iter().map(guess).collect();
        let logs = logs(&guesses, params.delta);
        Ok(Rule { candidates, logs, epsilon, most, first: params.k })
    }

    fn run(&self, sampler: &Sampler<'_>) -> Result<(Vec<u64>, u64)> {
        let mut workers = sampler.workers();
        let mut samples = 0;
        loop {
            // Looked at after so many samples at any number of threads, each time a tenth more.
            let until = (samples + samples / 10).max(1024).min(self.most);
            sampler.count("betweenness", samples, until, self.most, &mut workers)?;
            samples = until;
            let mut counts = vec![0; sampler.folded.len()];
            for (_, part) in &workers {
                counts.iter_mut().zip(part).for_each(|(count, part)| *count += part);
            }
            if samples == self.most || self.is_enough(&counts, samples) {
                return Ok((counts, samples));
            }
        }
    }

    fn is_enough(&self, counts: &[u64], samples: u64) -> bool {
        let bounds = |i: usize| self.bounds(i, counts[self.candidates[i] as usize], samples);
        let is_close = |i: usize| bounds(i).0.max(bounds(i).1) <= self.epsilon;
        let Some(first) = self.first else { return (0..self.candidates.len()).all(is_close) };
        // The first are known where each is apart from the one before and the one behind, or close.
        let mut order: Vec<usize> = (0..self.candidates.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(counts[self.candidates[i] as usize]), i));
        let share = |i: usize| counts[self.candidates[i] as usize] as f64 / samples as f64;
        let is_apart = |&i: &usize, &j: &usize| share(i) - bounds(i).0 >= share(j) + bounds(j).1;
        let leaders = &order[..first.min(order.len())];
        let among = (0..leaders.len()).all(|at| {
            let is_behind = at == 0 || is_apart(&leaders[at - 1], &leaders[at]);
            let is_before = at + 1 == leaders.len() || is_apart(&leaders[at], &leaders[at + 1]);
            is_close(leaders[at]) || (is_behind && is_before)
        });
        let last = leaders.last();
        among
            && order[leaders.len()..]
                .iter()
                .all(|i| is_close(*i) || last.is_some_and(|last| is_apart(last, i)))
    }

    /// How far the truth may be below and above the share found.
    fn bounds(&self, candidate: usize, count: u64, samples: u64) -> (f64, f64) {
        let (log, samples) = (self.logs[candidate], samples as f64);
        let (share, ratio) = (count as f64 / samples, self.most as f64 / samples);
        let bound = |middle: f64| {
            log / samples * (middle + (middle * middle + 2.0 * share * self.most as f64 / log).sqrt())
        };
        (bound(1.0 / 3.0 - ratio), bound(1.0 / 3.0 + ratio))
    }

    fn error(&self, counts: &[u64], name: u32, samples: u64) -> f64 {
        let candidate = self.candidates.binary_search(&name).expect("a candidate");
        let (below, above) = self.bounds(candidate, counts[name as usize], samples);
        let most = if samples == self.most { self.epsilon } else { f64::INFINITY };
        below.max(above).min(most)
    }
}

/// How to share the probability δ / 2 of failing: so that all nodes need about as many samples, which ln(1 / δ(v))
/// in inverse proportion to the guess for v does. A tenth is shared evenly, for guesses far too small.
fn logs(guesses: &[f64], delta: f64) -> Vec<f64> {
    let sides = 2.0 * guesses.len() as f64;
    let (even, rest) = (0.1 * delta / 2.0 / sides, 0.9 * delta / 2.0);
    let total = |c: f64| 2.0 * guesses.iter().map(|guess| (-c / guess).exp()).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    while total(high) > rest {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if total(middle) > rest { low = middle } else { high = middle }
    }
    guesses.iter().map(|guess| -(even + (-high / guess).exp()).ln()).collect()
}
