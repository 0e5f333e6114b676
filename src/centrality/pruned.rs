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
use crate::graph::{Bfs, Closed, closed_components, filled};
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
    let sizes = sizes(reach, stage)?;
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
            if let Some(score) = search.run(v, sizes[v as usize] as usize, bar, tick)? {
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

/// How many nodes arrive at each node at most, itself among them: in an undirected graph those of its component.
///
/// In a directed one they are counted from one strong component to the next, where those on two ways count twice; but
/// those that arrive at the largest component, which most nodes share, count once.
fn sizes(reach: &Reach, stage: &'static str) -> Result<Vec<u32>> {
    let to = &reach.to;
    let mut sizes = vec![0; to.row_count()];
    for names in &reach.components {
        sizes[names.start as usize..names.end as usize].fill(names.len() as u32);
    }
    if reach.is_undirected() {
        return Ok(sizes);
    }
    let Closed { representatives, order } = closed_components(to, stage)?;
    let components: Vec<&[u32]> =
        order.chunk_by(|&u, &v| representatives[u as usize] == representatives[v as usize]).collect();
    let Some(largest) = components.iter().max_by_key(|names| names.len()) else { return Ok(sizes) };
    let watch = Watch::current();
    let mut search = Bfs::new(sizes.len());
    let shared_size = search.from(to, largest[0], || watch.tick(stage, 0, sizes.len() as u64))?.len() as u32;
    // Of each component, by its representative: those that it shares with the largest, and the others.
    let mut bounds = filled((0_u32, 0_u32), sizes.len());
    let mut counted_by = filled(u32::MAX, sizes.len());
    for names in components {
        let own = representatives[names[0] as usize];
        let is_shared = search.distance(own) != Bfs::UNREACHED;
        let size = names.len() as u32;
        let mut bound = if is_shared { (size, 0) } else { (0, size) };
        for &v in names.iter().flat_map(|&u| to.neighbors(u)) {
            let other = representatives[v as usize];
            if other != own && counted_by[other as usize] != own {
                counted_by[other as usize] = own;
                let (common, others) = bounds[other as usize];
                bound = (bound.0.saturating_add(common).min(shared_size), bound.1.saturating_add(others));
            }
        }
        bounds[own as usize] = bound;
        for &u in names {
            let size = &mut sizes[u as usize];
            *size = (*size).min(bound.0.saturating_add(bound.1));
        }
    }
    Ok(sizes)
}

struct Search<'a> {
    reach: &'a Reach,
    /// False for all between the searches.
    seen: Vec<bool>,
    queue: Vec<u32>,
}

impl Search<'_> {
    /// The score of `v`, at whom no more than `size` nodes arrive, or none where it turns out to be below the bar.
    fn run(
        &mut self,
        v: u32,
        size: usize,
        bar: impl Fn() -> Option<Entry>,
        tick: impl Fn() -> Result<()>,
    ) -> Result<Option<Entry>> {
        self.queue.push(v);
        self.seen[v as usize] = true;
        let score = self.levels(v, size, bar, tick);
        self.queue.drain(..).for_each(|u| self.seen[u as usize] = false);
        score
    }

    fn levels(
        &mut self,
        v: u32,
        size: usize,
        bar: impl Fn() -> Option<Entry>,
        tick: impl Fn() -> Result<()>,
    ) -> Result<Option<Entry>> {
        let to = &self.reach.to;
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
