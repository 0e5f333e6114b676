//! Shortest paths by length, from one source at a time.

use super::folded::Folded;
use super::queue::Queue;
use super::totals::{Pairs, Pulse, Totals};
use crate::error::Result;

/// Nodes between two looks at the clock.
const STEP: usize = 1024;

/// Path counts stay finite.
const MOST: f64 = 1e300;

/// The state of one search; all nodes are infinitely far between searches.
pub(super) struct Lengths<'a> {
    folded: &'a Folded,
    distance: Vec<f64>,
    is_settled: Vec<bool>,
    queue: Queue,
    /// Number of shortest paths from the source.
    paths: Vec<f64>,
    /// What ends beyond, over all paths.
    beyond: Vec<f64>,
    /// Nodes by distance, each with where its predecessors end.
    settled: Vec<(u32, usize)>,
    /// In-arcs on shortest paths with their sources.
    steps: Vec<(u32, u32)>,
}

impl<'a> Lengths<'a> {
    pub(super) fn new(folded: &'a Folded) -> Lengths<'a> {
        let zeros = || vec![0.0; folded.len()];
        Lengths {
            folded,
            distance: vec![f64::INFINITY; folded.len()],
            is_settled: vec![false; folded.len()],
            queue: Queue::new(&folded.lengths.out),
            paths: zeros(),
            beyond: zeros(),
            settled: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Adds what nodes, and arcs where `totals` has them, are on between the source and all targets.
    pub(super) fn add(
        &mut self,
        source: u32,
        pairs: &Pairs<'_>,
        totals: &mut Totals,
        pulse: &Pulse<'_>,
    ) -> Result<()> {
        self.descend(source, pulse)?;
        let begin = pairs.begins[source as usize];
        let mut end = self.steps.len();
        for i in (1..self.settled.len()).rev() {
            let w = self.settled[i].0 as usize;
            let steps = self.settled[i - 1].1..end;
            end = steps.start;
            let share = (pairs.ends[w] + self.beyond[w]) / self.paths[w];
            for &(arc, v) in &self.steps[steps] {
                let carried = self.paths[v as usize] * share;
                self.beyond[v as usize] += carried;
                if let Some(total) = totals.arcs.get_mut(arc as usize) {
                    *total += begin * carried;
                }
            }
            totals.nodes[w] += begin * self.beyond[w];
            totals.reaching[w] += begin;
            totals.reached[source as usize] += pairs.ends[w];
        }
        for &(v, _) in &self.settled {
            let at = v as usize;
            (self.distance[at], self.is_settled[at], self.beyond[at]) = (f64::INFINITY, false, 0.0);
        }
        self.settled.clear();
        self.steps.clear();
        Ok(())
    }

    /// Dijkstra's search: a node that leaves the queue has its final distance, and so have its predecessors.
    fn descend(&mut self, source: u32, pulse: &Pulse<'_>) -> Result<()> {
        let folded = self.folded;
        let directed = folded.incoming.is_some();
        let Lengths { distance, is_settled, queue, paths, settled, steps, .. } = self;
        distance[source as usize] = 0.0;
        queue.push(0.0, source);
        while let Some(u) = queue.pop() {
            // A node that came nearer is in the queue more than once.
            if std::mem::replace(&mut is_settled[u as usize], true) {
                continue;
            }
            if settled.len().is_multiple_of(STEP) {
                pulse.beat()?;
            }
            let here = distance[u as usize];
            let limit = folded.lengths.tie(here);
            let mut count = if u == source { 1.0 } else { 0.0 };
            let range = folded.incoming().range(u);
            let arcs = folded.incoming().neighbors(u).iter().zip(&folded.lengths.incoming()[range.clone()]);
            for (arc, (&v, &length)) in range.zip(arcs) {
                let there = distance[v as usize];
                if there + length <= limit && is_settled[v as usize] {
                    count += paths[v as usize];
                    steps.push((arc as u32, v));
                } else if !directed && here + length < there {
                    distance[v as usize] = here + length;
                    queue.push(here + length, v);
                }
            }
            if directed {
                let lengths = &folded.lengths.out[folded.out.range(u)];
                for (&v, &length) in folded.out.neighbors(u).iter().zip(lengths) {
                    if here + length < distance[v as usize] {
                        distance[v as usize] = here + length;
                        queue.push(here + length, v);
                    }
                }
            }
            paths[u as usize] = count.min(MOST);
            settled.push((u, steps.len()));
        }
        Ok(())
    }
}
