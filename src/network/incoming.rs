//! Ties seen from the one who is acted on.

use crate::network::accumulate::TieRows;

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
    pub weight: f64,
}

/// Ties by target, source, kind.
#[derive(Debug)]
pub(super) struct IncomingRows {
    offsets: Vec<u64>,
    ties: Vec<Incoming>,
}

impl IncomingRows {
    /// Turns the ties around: counts them by target, then puts each where it belongs.
    pub(super) fn new(rows: &TieRows) -> IncomingRows {
        let nodes = rows.offsets.len() - 1;
        let mut offsets = vec![0_u64; nodes + 1];
        for tie in &rows.ties {
            offsets[tie.target as usize + 1] += 1;
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        let mut next = offsets.clone();
        let empty = Incoming { source: 0, kind: 0, events: 0, weight: 0.0 };
        let mut ties = vec![empty; rows.ties.len()];
        for source in 0..nodes as u32 {
            for tie in rows.of(source) {
                let at = &mut next[tie.target as usize];
                ties[*at as usize] =
                    Incoming { source, kind: tie.kind, events: tie.events, weight: tie.weight };
                *at += 1;
            }
        }
        IncomingRows { offsets, ties }
    }

    /// The ties towards a target.
    pub(super) fn of(&self, target: u32) -> &[Incoming] {
        let target = target as usize;
        &self.ties[self.offsets[target] as usize..self.offsets[target + 1] as usize]
    }
}
