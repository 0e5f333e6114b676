//! Shortest paths by length, from one source at a time.

use super::folded::Folded;
use super::totals::{Pairs, Pulse, Totals};
use crate::error::Result;

/// Nodes between two looks at the clock.
const STEP: usize = 1024;

/// Path counts stay finite.
const MOST: f64 = 1e300;

/// Where a node is before it is in the heap, and after it has left.
const UNSEEN: u32 = u32::MAX;
const SETTLED: u32 = u32::MAX - 1;

/// The state of one search; unseen and infinitely far between searches.
pub(super) struct Lengths<'a> {
    folded: &'a Folded,
    distance: Vec<f64>,
    /// Place in the heap.
    place: Vec<u32>,
    heap: Vec<(f64, u32)>,
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
            place: vec![UNSEEN; folded.len()],
            heap: Vec::new(),
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
            (self.distance[at], self.place[at], self.beyond[at]) = (f64::INFINITY, UNSEEN, 0.0);
        }
        self.settled.clear();
        self.steps.clear();
        Ok(())
    }

    /// Dijkstra's search: a node that leaves the heap has its final distance, and so have its predecessors.
    fn descend(&mut self, source: u32, pulse: &Pulse<'_>) -> Result<()> {
        let folded = self.folded;
        let directed = folded.incoming.is_some();
        self.distance[source as usize] = 0.0;
        self.paths[source as usize] = 1.0;
        self.push(0.0, source);
        while let Some((distance, u)) = self.pop() {
            if self.settled.len().is_multiple_of(STEP) {
                pulse.beat()?;
            }
            let mut paths = if u == source { 1.0 } else { 0.0 };
            let limit = folded.lengths.tie(distance);
            let range = folded.incoming().range(u);
            let arcs = folded.incoming().neighbors(u).iter().zip(&folded.lengths.incoming()[range.clone()]);
            for (arc, (&v, &length)) in range.zip(arcs) {
                let other = self.distance[v as usize];
                if other + length <= limit && self.place[v as usize] == SETTLED {
                    paths += self.paths[v as usize];
                    self.steps.push((arc as u32, v));
                } else if !directed {
                    self.reach(v, distance + length, other);
                }
            }
            if directed {
                let lengths = &folded.lengths.out[folded.out.range(u)];
                for (&v, &length) in folded.out.neighbors(u).iter().zip(lengths) {
                    self.reach(v, distance + length, self.distance[v as usize]);
                }
            }
            self.place[u as usize] = SETTLED;
            self.paths[u as usize] = paths.min(MOST);
            self.settled.push((u, self.steps.len()));
        }
        Ok(())
    }

    /// Moves a node up to a smaller distance.
    #[inline(always)]
    fn reach(&mut self, v: u32, distance: f64, before: f64) {
        if distance < before {
            self.distance[v as usize] = distance;
            match self.place[v as usize] {
                UNSEEN => self.push(distance, v),
                place => self.rise(place as usize, (distance, v)),
            }
        }
    }

    fn push(&mut self, distance: f64, v: u32) {
        self.heap.push((distance, v));
        self.rise(self.heap.len() - 1, (distance, v));
    }

    /// Puts an entry in at a place of the heap, or above.
    fn rise(&mut self, mut place: usize, entry: (f64, u32)) {
        while place > 0 {
            let parent = self.heap[(place - 1) / 4];
            if parent <= entry {
                break;
            }
            self.heap[place] = parent;
            self.place[parent.1 as usize] = place as u32;
            place = (place - 1) / 4;
        }
        self.heap[place] = entry;
        self.place[entry.1 as usize] = place as u32;
    }

    /// Takes out the nearest, of equals that of the smallest name.
    fn pop(&mut self) -> Option<(f64, u32)> {
        let last = self.heap.pop()?;
        let Some(&first) = self.heap.first() else { return Some(last) };
        let (mut place, count) = (0, self.heap.len());
        loop {
            let children = 4 * place + 1..count.min(4 * place + 5);
            let Some(child) = children.reduce(|a, b| if self.heap[b] < self.heap[a] { b } else { a }) else {
                break;
            };
            let entry = self.heap[child];
            if last <= entry {
                break;
            }
            self.heap[place] = entry;
            self.place[entry.1 as usize] = place as u32;
            place = child;
        }
        self.heap[place] = last;
        self.place[last.1 as usize] = place as u32;
        Some(first)
    }
}
