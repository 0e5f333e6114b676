//! The nodes of the best harmonic centrality, by searches that end when they cannot win.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::lanes::{Distances, reciprocal};
use super::reach::Reach;
use crate::error::Result;
use crate::graph::filled;
use crate::progress::Watch;

/// The bits of a score, which are ordered as the scores are, and its node: of equal scores the smaller node is better.
type Entry = (u64, Reverse<u32>);

/// A sum of reciprocals, or a bound on it, as it will be returned: what is equal then ties, whatever was cut before.
fn entry(reciprocals: u128, node: u32) -> Entry {
    (Distances { reciprocals, ..Distances::default() }.harmonic().to_bits(), Reverse(node))
}

/// The harmonic centrality of the `k` best of `node_count` nodes, NaN for the others.
///
/// Whichever thread takes a node, a search is ended only where the node cannot be among the best, so they come out the
/// same.
pub(super) fn best(reach: &Reach, node_count: usize, k: usize, stage: &'static str) -> Result<Vec<f64>> {
    let (watch, total) = (Watch::current(), reach.order.len());
    // Isolates score 0.
    let mut is_isolate = filled(true, node_count);
    reach.order.iter().for_each(|&u| is_isolate[u as usize] = false);
    let isolates = (0..node_count as u32).filter(|&u| is_isolate[u as usize]).take(k);
    let best = Mutex::new(isolates.map(|u| Reverse(entry(0, u))).collect::<BinaryHeap<Reverse<Entry>>>());
    let bar = || {
        let best = best.lock().expect("no thread fails within");
        best.peek().filter(|_| best.len() >= k).map(|&Reverse(worst)| worst)
    };
    let mut names: Vec<u32> = (0..total as u32).collect();
    names.par_sort_by_key(|&v| Reverse(reach.to.degree(v)));
    let next = AtomicUsize::new(0);
    let take = |_| {
        let mut search: Option<Search> = None;
        while let Some(&v) = names.get(next.fetch_add(1, Relaxed)) {
            let tick = || watch.tick(stage, next.load(Relaxed).min(total) as u64, total as u64);
            let search =
                search.get_or_insert_with(|| Search { reach, seen: vec![false; total], queue: Vec::new() });
            if let Some(score) = search.run(v, bar, tick)? {
                let mut best = best.lock().expect("no thread fails within");
                best.push(Reverse(score));
                if best.len() > k {
                    best.pop();
                }
            }
        }
        Ok(())
    };
    (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).try_for_each(take)?;
    let mut scores = filled(f64::NAN, node_count);
    for Reverse((bits, Reverse(u))) in best.into_inner().expect("no thread has failed") {
        scores[u as usize] = f64::from_bits(bits);
    }
    Ok(scores)
}

struct Search<'a> {
    reach: &'a Reach,
    /// False for all between the searches.
    seen: Vec<bool>,
    queue: Vec<u32>,
}

impl Search<'_> {
    /// The score of `v`, or none where it turns out to be below the bar.
    fn run(
        &mut self,
        v: u32,
        bar: impl Fn() -> Option<Entry>,
        tick: impl Fn() -> Result<()>,
    ) -> Result<Option<Entry>> {
        self.queue.push(v);
        self.seen[v as usize] = true;
        let score = self.levels(v, bar, tick);
        self.queue.drain(..).for_each(|u| self.seen[u as usize] = false);
        score
    }

    fn levels(
        &mut self,
        v: u32,
        bar: impl Fn() -> Option<Entry>,
        tick: impl Fn() -> Result<()>,
    ) -> Result<Option<Entry>> {
        let to = &self.reach.to;
        let component = self.reach.components.partition_point(|names| names.end <= v);
        let size = self.reach.components[component].len();
        // Within an undirected graph one arc of each node leads back to where it was found from.
        let back = u64::from(self.reach.is_undirected());
        let node = self.reach.order[v as usize];
        let mut score = 0;
        // Arcs of the level that were not followed yet.
        let mut open = to.degree(v);
        let (mut level, mut start) = (1, 0);
        while start < self.queue.len() {
            tick()?;
            let (bar, end) = (bar(), self.queue.len());
            let (near, far) = (reciprocal(level), reciprocal(level + 1));
            let mut arcs_ahead = 0;
            for i in start..end {
                let found = (self.queue.len() - end) as u64;
                let missing = (size - end) as u64;
                let next = missing.min(found + open);
                let bound = score + u128::from(next) * near + u128::from(missing - next) * far;
                if bar.is_some_and(|bar| entry(bound, node) < bar) {
                    return Ok(None);
                }
                let u = self.queue[i];
                open -= to.degree(u) - back.min(u64::from(i > 0));
                for &w in to.neighbors(u) {
                    if !self.seen[w as usize] {
                        self.seen[w as usize] = true;
                        self.queue.push(w);
                        arcs_ahead += to.degree(w) - back;
                    }
                }
            }
            score += near * (self.queue.len() - end) as u128;
            (open, start, level) = (arcs_ahead, end, level + 1);
        }
        Ok(Some(entry(score, node)))
    }
}
