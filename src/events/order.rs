//! Rows in canonical order: counted by ranges of actors, scattered, and each range sorted by itself.

use std::cmp::Ordering;

use bytemuck::Zeroable;
use rayon::prelude::*;

use super::Event;
use super::chunk::Extra;
use crate::graph::filled;

/// A row that is put in order: an event, alone or with what few logs have.
pub(super) trait Row: Copy + Send + Sync + Zeroable {
    fn event(&self) -> &Event;

    /// The canonical order; equal rows are alike in all they hold.
    fn order(&self, other: &Self) -> Ordering;
}

impl Row for Event {
    fn event(&self) -> &Event {
        self
    }

    #[inline]
    fn order(&self, other: &Event) -> Ordering {
        let ends = |event: &Event| u64::from(event.actor) << 32 | u64::from(event.target);
        ends(self).cmp(&ends(other)).then_with(|| self.key().cmp(&other.key()))
    }
}

/// An event with its own name, the event it answers, its item and its value.
#[derive(Debug, Clone, Copy, Zeroable)]
pub(super) struct Wide {
    pub(super) event: Event,
    pub(super) extra: Extra,
}

impl Wide {
    /// Whether both rows hold the same.
    pub(super) fn tells_the_same(&self, other: &Wide) -> bool {
        self.order(other) == Ordering::Equal
    }
}

impl Row for Wide {
    fn event(&self) -> &Event {
        &self.event
    }

    fn order(&self, other: &Wide) -> Ordering {
        let rest = |extra: &Extra| (extra.value.to_bits(), extra.item, extra.parent, extra.event_id);
        self.event.order(&other.event).then_with(|| rest(&self.extra).cmp(&rest(&other.extra)))
    }
}

/// Rows of a range of actors, so that sorting them stays in the cache.
const RANGE: usize = 1 << 13;

/// Most ranges.
const RANGES: usize = 1 << 10;

/// A range with more rows, that of a busy actor, is sorted by all threads.
const ALONE: usize = 1 << 17;

/// A part of the rows, in any order.
pub(super) trait Part: Send + Sync {
    /// How many there are at most.
    fn most(&self) -> usize;

    /// Shows the actor of each row.
    fn actors(&self, visit: impl FnMut(u32));
}

/// What a part shows of its rows.
pub(super) trait Rows<R>: Part {
    /// Shows each row, in the order of [`Part::actors`].
    fn each(&self, visit: impl FnMut(R));
}

/// Puts the rows of all parts in order; actors are below `actors`. A part is given back once it is scattered.
pub(super) fn ordered<R: Row, P: Rows<R>>(parts: Vec<P>, actors: usize) -> Vec<R> {
    let most: usize = parts.iter().map(Part::most).sum();
    let ranges = (most / RANGE).clamp(1, RANGES);
    let shift = (0..31).find(|shift| actors.saturating_sub(1) >> shift < ranges).unwrap_or(31);
    let range_of = |actor: u32| (actor >> shift) as usize;
    let counts: Vec<Vec<usize>> = parts
        .par_iter()
        .map(|part| {
            let mut counts = vec![0; ranges];
            part.actors(|actor| counts[range_of(actor)] += 1);
            counts
        })
        .collect();
    let sizes: Vec<usize> =
        (0..ranges).map(|range| counts.iter().map(|counts| counts[range]).sum()).collect();
    let mut rows = filled(R::zeroed(), sizes.iter().sum());

    let mut places: Vec<Vec<&mut [R]>> = parts.iter().map(|_| Vec::with_capacity(ranges)).collect();
    let mut rest = &mut rows[..];
    for range in 0..ranges {
        for (place, counts) in places.iter_mut().zip(&counts) {
            let (mine, others) = rest.split_at_mut(counts[range]);
            place.push(mine);
            rest = others;
        }
    }
    parts.into_par_iter().zip(places).for_each(|(part, mut places)| {
        let mut filled = vec![0_u32; ranges];
        part.each(|row| {
            let range = range_of(row.event().actor);
            places[range][filled[range] as usize] = row;
            filled[range] += 1;
        });
    });

    let mut slices = Vec::with_capacity(ranges);
    let mut rest = &mut rows[..];
    for size in sizes {
        let (mine, others) = rest.split_at_mut(size);
        slices.push(mine);
        rest = others;
    }
    slices.into_par_iter().enumerate().for_each_init(Sorter::default, |sorter, (range, slice)| {
        match slice.len() > ALONE {
            true => slice.par_sort_unstable_by(R::order),
            false => sorter.sort(slice, (range << shift) as u32, 1 << shift),
        }
    });
    rows
}

/// Sorts ranges one after the other in memory of its own.
struct Sorter<R> {
    copy: Vec<R>,
    ends: Vec<u32>,
}

impl<R> Default for Sorter<R> {
    fn default() -> Sorter<R> {
        Sorter { copy: Vec::new(), ends: Vec::new() }
    }
}

impl<R: Row> Sorter<R> {
    /// Puts rows of `actors` actors from `first` on in order: by actor through counting, those of one actor by
    /// comparing.
    fn sort(&mut self, rows: &mut [R], first: u32, actors: usize) {
        if rows.len() < actors / 4 {
            return rows.sort_unstable_by(R::order);
        }
        let place = |row: &R| (row.event().actor - first) as usize;
        self.ends.clear();
        self.ends.resize(actors + 1, 0);
        rows.iter().for_each(|row| self.ends[place(row) + 1] += 1);
        for actor in 0..actors {
            self.ends[actor + 1] += self.ends[actor];
        }
        self.copy.clear();
        self.copy.extend_from_slice(rows);
        // `ends[actor]` is where the actor's rows begin; placing them moves it to where they end.
        for row in &self.copy {
            let end = &mut self.ends[place(row)];
            rows[*end as usize] = *row;
            *end += 1;
        }
        let mut start = 0;
        for &end in &self.ends[..actors] {
            rows[start..end as usize].sort_unstable_by(R::order);
            start = end as usize;
        }
    }
}
