//! What somebody did, in the order of time, and how exactly a log knows the time.

use rayon::prelude::*;

use crate::events::{Event, NONE};
pub(super) use crate::network::DAY;
use crate::network::Network;

/// Microseconds.
pub(super) const SECOND: i64 = 1_000_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// One act of somebody towards somebody else; ordered by time, then target, kind and item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Act {
    pub(super) time: i64,
    pub(super) target: u32,
    pub(super) kind: u8,
    /// What it is about, or [`NONE`].
    pub(super) item: u32,
}

/// The acts of a log by who did them.
pub(super) struct Acts<'a> {
    pub(super) network: &'a Network,
    /// The unit in which most times of the log are whole: a second or less, a minute, an hour or a day.
    pub(super) resolution: i64,
}

impl<'a> Acts<'a> {
    pub(super) fn new(network: &'a Network) -> Acts<'a> {
        Acts { network, resolution: resolution(network.events()) }
    }

    /// Puts the acts of somebody towards others into `acts`, in order.
    pub(super) fn of(&self, node: u32, acts: &mut Vec<Act>) {
        acts.clear();
        acts.extend(self.as_logged(node));
        acts.sort_unstable();
    }

    /// The acts of somebody towards others, in the order of the log.
    pub(super) fn as_logged(&self, node: u32) -> impl Iterator<Item = Act> {
        let range = self.network.positions_of(node);
        let items = self.network.items().map(|(_, item_of)| item_of);
        let events = range.clone().zip(&self.network.events()[range]);
        events.filter(|(_, event)| !event.is_self()).map(move |(at, event)| Act {
            time: event.time,
            target: event.target,
            kind: event.kind,
            item: items.map_or(NONE, |items| items[at]),
        })
    }
}

/// The coarsest unit of which the times of more than half of the events are multiples: a log of dates knows no minutes.
fn resolution(events: &[Event]) -> i64 {
    let is_whole = |unit: i64| {
        let whole = events.par_iter().filter(|event| event.time % unit == 0).count();
        2 * whole > events.len()
    };
    [DAY, HOUR, MINUTE].into_iter().find(|&unit| is_whole(unit)).unwrap_or(SECOND)
}

/// The distinct times of some acts, which are in order: what happens at one time is one act with several targets.
pub(super) fn moments(acts: &[Act]) -> Vec<i64> {
    acts.chunk_by(|a, b| a.time == b.time).map(|same| same[0].time).collect()
}
