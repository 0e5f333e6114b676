//! Events to ties: one pass over the canonical order, in which the events of a tie follow each other.

use std::ops::Range;

use bytemuck::Zeroable;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::events::Event;
use crate::graph::filled;
use crate::network::Tie;
use crate::network::decay::{Decay, Sums, fixed};
use crate::network::half_life::DAY;
use crate::progress::Watch;

/// Ties by actor, target, kind: those of `u` are `ties[offsets[u]..offsets[u + 1]]`.
#[derive(Debug, Default)]
pub(super) struct TieRows {
    pub(super) offsets: Vec<u64>,
    pub(super) ties: Vec<Tie>,
}

/// What an event weighs, by kind and channel, at one moment.
#[derive(Debug)]
pub(super) struct Rates {
    pub(super) as_of: i64,
    pub(super) kind_weights: Vec<f64>,
    pub(super) channel_factors: Vec<f64>,
    pub(super) decays: Vec<Decay>,
    pub(super) cap: Option<f64>,
}

/// Events of one piece of work; the pieces depend on the events alone.
const CHUNK: usize = 1 << 16;

impl TieRows {
    /// The ties of an actor.
    pub(super) fn of(&self, actor: u32) -> &[Tie] {
        let actor = actor as usize;
        &self.ties[self.offsets[actor] as usize..self.offsets[actor + 1] as usize]
    }
}

/// Adds up the events of each (actor, target, kind); events of somebody on themselves make no tie.
pub(super) fn accumulate(events: &[Event], nodes: usize, rates: &Rates) -> Result<TieRows> {
    let watch = Watch::current();
    let chunks = events.len().div_ceil(CHUNK);
    let starts: Vec<usize> = (0..=chunks).map(|chunk| run_start(events, chunk * CHUNK)).collect();
    let runs = |events: &[Event]| events.chunk_by(same_tie).filter(|run| !run[0].is_self()).count();
    let counts: Vec<usize> = starts.par_windows(2).map(|ends| runs(&events[ends[0]..ends[1]])).collect();

    // Every piece of the events fills a slice of its own: the ties are never in memory twice.
    let mut ties = filled(Tie::zeroed(), counts.iter().sum());
    let mut slices = Vec::with_capacity(chunks);
    let mut rest = ties.as_mut_slice();
    for count in counts {
        let (slice, others) = rest.split_at_mut(count);
        slices.push(slice);
        rest = others;
    }
    let rows: Vec<Vec<(u32, u32)>> = slices
        .into_par_iter()
        .zip(starts.par_windows(2))
        .enumerate()
        .map(|(chunk, (slice, ends))| {
            watch.tick("ties", chunk as u64, chunks as u64)?;
            fill(slice, &events[ends[0]..ends[1]], rates)
        })
        .collect::<Result<_>>()?;

    let mut offsets = vec![0; nodes + 1];
    for (actor, count) in rows.into_iter().flatten() {
        offsets[actor as usize + 1] += u64::from(count);
    }
    for node in 0..nodes {
        offsets[node + 1] += offsets[node];
    }
    Ok(TieRows { offsets, ties })
}

fn same_tie(a: &Event, b: &Event) -> bool {
    a.actor == b.actor && a.target == b.target && a.kind == b.kind
}

/// The first position at or after `at` where a tie begins.
fn run_start(events: &[Event], at: usize) -> usize {
    if at == 0 || at >= events.len() {
        return at.min(events.len());
    }
    let before = &events[at - 1];
    at + events[at..].iter().take_while(|event| same_tie(before, event)).count()
}

/// Writes the ties of a piece and tells how many each actor has in it.
fn fill(ties: &mut [Tie], events: &[Event], rates: &Rates) -> Result<Vec<(u32, u32)>> {
    let mut rows = Vec::<(u32, u32)>::new();
    let mut sums = Sums::default();
    let runs = events.chunk_by(same_tie).filter(|run| !run[0].is_self());
    for (tie, run) in ties.iter_mut().zip(runs) {
        let Event { actor, target, kind, .. } = run[0];
        let weight = rates.weight(run, &mut sums);
        if weight.is_infinite() {
            return Err(Error::parameter(
                "weight",
                "small enough for a tie to add up to less than 2^56 within a half-life",
                "more; scale the weights of the log or the channels down",
            ));
        }
        *tie = Tie { target, kind, events: run.len() as u32, weight };
        match rows.last_mut() {
            Some((last, count)) if *last == actor => *count += 1,
            _ => rows.push((actor, 1)),
        }
    }
    Ok(rows)
}

impl Rates {
    /// The decayed weight of the events of one tie, which follow each other in time.
    pub(super) fn weight(&self, run: &[Event], sums: &mut Sums) -> f64 {
        let kind = run[0].kind as usize;
        let (kind_weight, decay) = (self.kind_weights[kind], &self.decays[kind]);
        sums.clear();
        match self.cap.filter(|_| kind_weight > 0.0) {
            None => self.add_each(run, decay, sums),
            Some(cap) => {
                for day in run.chunk_by(|a, b| day_of(a).start == day_of(b).start) {
                    let sum =
                        day.iter().fold(0_u128, |sum, event| sum.saturating_add(fixed(self.plain(event))));
                    if sum > fixed(cap / kind_weight) {
                        decay.add(sums, day_of(&day[0]).end.min(self.as_of), cap / kind_weight);
                    } else {
                        self.add_each(day, decay, sums);
                    }
                }
            }
        }
        kind_weight * decay.total(sums)
    }

    /// What an event weighs when it happens.
    pub(super) fn fresh(&self, event: &Event) -> f64 {
        self.kind_weights[event.kind as usize] * self.plain(event)
    }

    fn add_each(&self, events: &[Event], decay: &Decay, sums: &mut Sums) {
        for event in events {
            decay.add(sums, event.time, self.plain(event));
        }
    }

    /// The weight of an event before its kind and its age count.
    fn plain(&self, event: &Event) -> f64 {
        event.weight * self.channel_factors[event.channel as usize]
    }
}

/// The UTC day of an event, from midnight to midnight.
fn day_of(event: &Event) -> Range<i64> {
    let start = event.time.div_euclid(DAY) * DAY;
    start..start.saturating_add(DAY)
}
