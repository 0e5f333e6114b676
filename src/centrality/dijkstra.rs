//! Distances where arcs have lengths, by Dijkstra's algorithm from every node.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::Distance;
use super::reach::Reach;
use crate::error::Result;
use crate::progress::Watch;

/// What the distances from others to one node add to, the nearest first.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Lengths {
    /// Nodes that reach it.
    pub(super) reached: u64,
    /// The sum of their distances.
    pub(super) total: f64,
    /// The sum of the reciprocals of their distances.
    pub(super) harmonic: f64,
}

/// The distances to every node from all nodes that reach it, by their names in `reach`: one search back from each.
pub(super) fn distances(reach: &Reach, distance: Distance, stage: &'static str) -> Result<Vec<Lengths>> {
    distance.check(&reach.to)?;
    let (watch, node_count) = (Watch::current(), reach.order.len());
    let lengths: Vec<f64> = (0..node_count as u32)
        .into_par_iter()
        .flat_map_iter(|u| reach.to.arcs(u).map(|(_, weight)| distance.length(weight)))
        .collect();
    let done = AtomicU64::new(0);
    let tick = || watch.tick(stage, done.load(Relaxed), node_count as u64);
    let search =
        || Search { reach, lengths: &lengths, found: vec![f64::INFINITY; node_count], met: Vec::new() };
    (0..node_count as u32)
        .into_par_iter()
        .map_init(search, |search, v| {
            let lengths = search.run(v, tick);
            done.fetch_add(1, Relaxed);
            lengths
        })
        .collect()
}

struct Search<'a> {
    reach: &'a Reach,
    /// By arc of `reach.to`.
    lengths: &'a [f64],
    /// The shortest length found to each node, infinite between the searches.
    found: Vec<f64>,
    /// The nodes whose length is not.
    met: Vec<u32>,
}

impl Search<'_> {
    fn run(&mut self, v: u32, tick: impl Fn() -> Result<()>) -> Result<Lengths> {
        let mut sums = Lengths::default();
        // The bits of lengths, which are not negative, are ordered as the lengths are.
        let mut ahead = BinaryHeap::from([Reverse((0, v))]);
        self.found[v as usize] = 0.0;
        self.met.push(v);
        let mut steps = 0_u32;
        while let Some(Reverse((bits, u))) = ahead.pop() {
            if steps.is_multiple_of(1 << 12) {
                tick()?;
            }
            steps += 1;
            let length = f64::from_bits(bits);
            if length > self.found[u as usize] {
                continue;
            }
            if u != v {
                sums.reached += 1;
                sums.total += length;
                sums.harmonic += length.recip();
            }
            for (&w, arc) in self.reach.to.neighbors(u).iter().zip(&self.lengths[self.reach.to.range(u)]) {
                let (length, found) = (length + arc, &mut self.found[w as usize]);
                if length < *found {
                    if *found == f64::INFINITY {
                        self.met.push(w);
                    }
                    *found = length;
                    ahead.push(Reverse((length.to_bits(), w)));
                }
            }
        }
        self.met.drain(..).for_each(|u| self.found[u as usize] = f64::INFINITY);
        Ok(sums)
    }
}
