//! Nodes by distance, for searches in which no arc is longer or shorter than some length.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Buckets that the longest arc spans at most.
const SPAN: f64 = 1024.0;

/// A ring of buckets, each for a stretch of distances (Dial, 1969). Where a stretch is shorter than all arcs no arc
/// stays within it, so that its nodes may come in any order (Dinitz, 1978); otherwise they go through a heap.
pub(super) struct Queue {
    buckets: Vec<Vec<u32>>,
    per_length: f64,
    /// The bucket that is emptied, counted from distance 0.
    at: u64,
    count: usize,
    /// The distances of entries of later buckets, where order matters.
    keys: Vec<Vec<f64>>,
    heap: Option<BinaryHeap<Reverse<(u64, u32)>>>,
}

impl Queue {
    /// For arcs of these positive lengths.
    pub(super) fn new(lengths: &[f64]) -> Queue {
        let longest = lengths.iter().fold(0.0, |most: f64, &length| most.max(length));
        let shortest = lengths.iter().fold(longest, |least, &length| least.min(length));
        // Half of the shortest, so that rounding does not matter, nor that lengths nearly equal are equal.
        let width = (shortest / 2.0).max(longest / SPAN);
        let in_order = width > shortest / 2.0;
        let buckets = (longest / width) as usize + 3;
        Queue {
            buckets: vec![Vec::new(); buckets],
            per_length: 1.0 / width,
            at: 0,
            count: 0,
            keys: vec![Vec::new(); if in_order { buckets } else { 0 }],
            heap: in_order.then(BinaryHeap::new),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, distance: f64, v: u32) {
        let bucket = (distance * self.per_length) as u64;
        let place = (bucket % self.buckets.len() as u64) as usize;
        self.count += 1;
        if let Some(heap) = &mut self.heap {
            if bucket <= self.at {
                // The bits of positive numbers are in their order.
                heap.push(Reverse((distance.to_bits(), v)));
                return;
            }
            self.keys[place].push(distance);
        }
        self.buckets[place].push(v);
    }

    /// Takes out a node to which no other can bring a shorter path; begins anew when it is empty.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<u32> {
        if self.count == 0 {
            self.at = 0;
            return None;
        }
        self.count -= 1;
        loop {
            let place = (self.at % self.buckets.len() as u64) as usize;
            let next = match &mut self.heap {
                Some(heap) => heap.pop().map(|Reverse((_, v))| v),
                None => self.buckets[place].pop(),
            };
            if next.is_some() {
                return next;
            }
            self.at += 1;
            if let Some(heap) = &mut self.heap {
                let place = (self.at % self.buckets.len() as u64) as usize;
                let keys = self.keys[place].drain(..).map(f64::to_bits);
                heap.extend(keys.zip(self.buckets[place].drain(..)).map(Reverse));
            }
        }
    }
}
