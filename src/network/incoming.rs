//! Ties seen from the one who is acted on.

use rayon::prelude::*;

use crate::graph::{bounds, cut, filled};
use crate::network::accumulate::TieRows;

/// Threads that turn ties around, at most: each reads all of them.
const READERS: usize = 8;

/// What an arc adds up from one kind of event, seen from its target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Incoming {
    /// From whom: a node of the network.
    pub source: u32,
    /// A position in [`Network::kinds`](crate::network::Network::kinds).
    pub kind: u8,
    /// How many events.
    pub events: u32,
    /// Their decayed weight, kind and channel weights included.
    pub weight: f32,
}

/// Ties by target, source, kind.
#[derive(Debug)]
pub(super) struct IncomingRows {
    offsets: Vec<u64>,
    ties: Vec<Incoming>,
}

impl IncomingRows {
    /// Turns the ties around: counts them by target, then puts each where it belongs. Each thread reads all ties for a range of
    /// targets of its own.
    pub(super) fn new(rows: &TieRows) -> IncomingRows {
        let nodes = rows.offsets.len() - 1;
        let mut offsets = vec![0_u64; nodes + 1];
        for tie in &rows.ties {
            offsets[tie.target as usize + 1] += 1;
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        let empty = Incoming { source: 0, kind: 0, events: 0, weight: 0.0 };
        let mut ties = filled(empty, rows.ties.len());
        let readers = rayon::current_num_threads().min(READERS);
        let bounds = bounds(&offsets, (rows.ties.len() + nodes).div_ceil(readers) as u64);
        let shares = cut(&mut ties, &offsets, &bounds);
        shares.into_par_iter().zip(bounds.par_windows(2)).for_each(|(share, ends)| {
            let targets = ends[0] as u32..ends[1] as u32;
            let first = offsets[ends[0]];
            let mut next: Vec<usize> =
                offsets[ends[0]..ends[1]].iter().map(|&offset| (offset - first) as usize).collect();
            for source in 0..nodes as u32 {
                for tie in rows.of(source).iter().filter(|tie| targets.contains(&tie.target)) {
                    let at = &mut next[(tie.target - targets.start) as usize];
                    let (kind, events, weight) = (tie.kind, tie.events, tie.weight as f32);
                    share[*at] = Incoming { source, kind, events, weight };
                    *at += 1;
                }
            }
        });
        IncomingRows { offsets, ties }
    }

    /// The ties towards a target.
    pub(super) fn of(&self, target: u32) -> &[Incoming] {
        let target = target as usize;
        &self.ties[self.offsets[target] as usize..self.offsets[target + 1] as usize]
    }
}
