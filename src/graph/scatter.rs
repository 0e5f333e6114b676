//! Arcs in any order into sorted, merged rows.
//!
//! Arcs go into buckets of consecutive rows, as many as a cache can write to at a time; a bucket is sorted by one thread
//! in its cache: by neighbor, digit by digit, and then by row. An arc that counts 1 is one word of 32 bits on the way,
//! its row within the bucket above its neighbor, if there is room for both. A share of the arcs keeps its order, and
//! rows sorted by neighbor and weight are the same whatever the order was, so nothing depends on the number of threads.

use std::marker::PhantomData;
use std::mem::{replace, swap, take};

use rayon::prelude::*;

use super::adjacency::Adjacency;
use super::filled;

/// Arcs that can be read through more than once.
pub(super) trait Arcs: Sync {
    /// Whether the arcs of a row come by ascending neighbor, each once.
    const ROWS_ARE_SORTED: bool = false;

    /// How many there are at most.
    fn count(&self) -> usize;

    /// Calls `visit` with row, neighbor and weight of every arc of one of so many shares: one share after the other
    /// they are all arcs in their order.
    fn each(&self, share: usize, shares: usize, visit: impl FnMut(u32, u32, f32));
}

/// An arc within its row. The order is that of neighbors, then of weights, so sorted rows are canonical.
trait Entry: Copy + Default + Ord + Send + Sync {
    const WEIGHTED: bool;
    fn new(neighbor: u32, weight: f32) -> Self;
    fn neighbor(self) -> u32;
    fn weight(self) -> f32;
    /// The neighbors, and the weights if they have any.
    fn split(entries: Vec<Self>) -> (Vec<u32>, Option<Vec<f32>>);
}

/// An arc that counts 1.
impl Entry for u32 {
    const WEIGHTED: bool = false;
    fn new(neighbor: u32, _: f32) -> u32 {
        neighbor
    }
    fn neighbor(self) -> u32 {
        self
    }
    fn weight(self) -> f32 {
        1.0
    }
    fn split(entries: Vec<u32>) -> (Vec<u32>, Option<Vec<f32>>) {
        (entries, None)
    }
}

/// Neighbor and weight in one word: the bits of floats that are not negative are ordered as the floats are.
impl Entry for u64 {
    const WEIGHTED: bool = true;
    fn new(neighbor: u32, weight: f32) -> u64 {
        u64::from(neighbor) << 32 | u64::from(weight.to_bits())
    }
    fn neighbor(self) -> u32 {
        (self >> 32) as u32
    }
    fn weight(self) -> f32 {
        f32::from_bits(self as u32)
    }
    fn split(entries: Vec<u64>) -> (Vec<u32>, Option<Vec<f32>>) {
        let neighbors = entries.par_iter().map(|entry| entry.neighbor()).collect();
        (neighbors, Some(entries.par_iter().map(|entry| entry.weight()).collect()))
    }
}

/// How an arc lies in its bucket until its row is settled.
trait Layout: Sync {
    type Entry: Entry;
    /// What is kept beside the entry.
    type Place: Copy + Default + Send + Sync;
    /// An arc whose row has this place in the bucket.
    fn arc(&self, place: usize, neighbor: u32, weight: f32) -> (Self::Place, Self::Entry);
    fn place(&self, arc: (Self::Place, Self::Entry)) -> usize;
    /// The entry alone.
    fn entry(&self, entry: Self::Entry) -> Self::Entry;
}

/// The place beside the entry.
struct Beside<E>(PhantomData<fn() -> E>);

impl<E: Entry> Layout for Beside<E> {
    type Entry = E;
    type Place = u16;
    fn arc(&self, place: usize, neighbor: u32, weight: f32) -> (u16, E) {
        (place as u16, E::new(neighbor, weight))
    }
    fn place(&self, (place, _): (u16, E)) -> usize {
        usize::from(place)
    }
    fn entry(&self, entry: E) -> E {
        entry
    }
}

/// The place in the bits above so many of the neighbor.
struct Within(u32);

impl Layout for Within {
    type Entry = u32;
    type Place = ();
    fn arc(&self, place: usize, neighbor: u32, _: f32) -> ((), u32) {
        ((), (place as u32) << self.0 | neighbor)
    }
    fn place(&self, (_, entry): ((), u32)) -> usize {
        (entry >> self.0) as usize
    }
    fn entry(&self, entry: u32) -> u32 {
        entry & ((1 << self.0) - 1)
    }
}

/// Rows and arcs that one task merges; a share of the arcs has no fewer.
pub(super) const TASK: u64 = 1 << 16;

/// Arcs of a bucket, about: two copies of them fit into a cache.
const BUCKET: usize = 1 << 15;

/// Buckets that are filled at a time at most, unless their rows are too many.
const BUCKETS: usize = 1 << 10;

/// Buckets that are filled at a time at most so that arcs are words.
const BUCKETS_OF_WORDS: usize = 1 << 12;

/// Rows of a bucket at most: a row within its bucket is two bytes.
const WIDEST: usize = 1 << 16;

/// Bits of a neighbor that are sorted at a time, at most.
const DIGIT: u32 = 10;

/// The sorted rows of `arcs`, parallel arcs added: weighted if they are or if an arc repeats. And how many arcs there
/// were before.
pub(super) fn gather(row_count: usize, weighted: bool, arcs: impl Arcs) -> (Adjacency, usize) {
    let bucket_count = arcs.count().div_ceil(BUCKET).clamp(1, BUCKETS);
    let width = row_count.div_ceil(bucket_count).next_power_of_two().min(WIDEST);
    if weighted {
        return rows(row_count, width, &Beside::<u64>(PhantomData), arcs);
    }
    let bits = bits_below(row_count);
    let narrow = width.min(1 << (u32::BITS - bits).min(WIDEST.ilog2()));
    match row_count.div_ceil(narrow) <= BUCKETS_OF_WORDS && bits < u32::BITS {
        true => rows(row_count, narrow, &Within(bits), arcs),
        false => rows(row_count, width, &Beside::<u32>(PhantomData), arcs),
    }
}

/// Bits of the numbers below `count`.
fn bits_below(count: usize) -> u32 {
    usize::BITS - count.saturating_sub(1).leading_zeros()
}

fn rows<L: Layout, A: Arcs>(row_count: usize, width: usize, layout: &L, arcs: A) -> (Adjacency, usize) {
    let bucket_count = row_count.div_ceil(width);
    let (sizes, mut entries, places) = scatter(width, bucket_count, layout, &arcs);
    let mut offsets = vec![0; row_count + 1];
    // Nothing small takes from the room that arcs leave: the next ones may just fit.
    drop(arcs);
    let digits = if A::ROWS_ARE_SORTED { 0 } else { bits_below(row_count) };

    let mut buckets = Vec::with_capacity(bucket_count);
    let (mut begin, mut rest) = (0, entries.as_mut_slice());
    for (size, ends) in sizes.iter().zip(offsets[1..].chunks_mut(width)) {
        let (bucket, others) = take(&mut rest).split_at_mut(*size);
        buckets.push((bucket, &places[begin..begin + size], ends, begin as u64));
        (begin, rest) = (begin + size, others);
    }
    let repeats = buckets.into_par_iter().map(|(bucket, places, ends, begin)| {
        sort(layout, bucket, places, ends, digits);
        ends.iter_mut().for_each(|end| *end += begin);
        let mut repeats = 0;
        let mut first = 0;
        for end in ends {
            let row = &mut bucket[first..(*end - begin) as usize];
            first += row.len();
            repeats += settle(row);
        }
        repeats
    });
    let has_repeats = repeats.sum::<usize>() > 0;
    drop(places);
    let arc_count = entries.len();
    if has_repeats {
        return (merge(&offsets, &entries), arc_count);
    }
    let (neighbors, weights) = L::Entry::split(entries);
    (Adjacency::from_rows(offsets, neighbors, weights), arc_count)
}

/// The arcs by bucket: the size of each, the arcs, and what is kept beside them.
fn scatter<L: Layout>(
    width: usize,
    bucket_count: usize,
    layout: &L,
    arcs: &impl Arcs,
) -> (Vec<usize>, Vec<L::Entry>, Vec<L::Place>) {
    let bucket = |row: u32| (row >> width.trailing_zeros()) as usize;
    let shares = (arcs.count() / TASK as usize).clamp(1, 4 * rayon::current_num_threads());
    let count = |share| {
        let mut counts = vec![0; bucket_count];
        arcs.each(share, shares, |u, _, _| counts[bucket(u)] += 1);
        counts
    };
    let counts: Vec<Vec<usize>> = (0..shares).into_par_iter().map(count).collect();
    let sizes: Vec<usize> =
        (0..bucket_count).map(|at| counts.iter().map(|counts| counts[at]).sum()).collect();

    let arc_count = sizes.iter().sum();
    let (mut entries, mut places) =
        (filled(L::Entry::default(), arc_count), filled(L::Place::default(), arc_count));
    let mut parts: Vec<_> = counts.iter().map(|_| Vec::with_capacity(bucket_count)).collect();
    let mut rest = (entries.as_mut_slice(), places.as_mut_slice());
    for at in 0..bucket_count {
        for (counts, parts) in counts.iter().zip(&mut parts) {
            let (entries, other_entries) = take(&mut rest.0).split_at_mut(counts[at]);
            let (places, other_places) = take(&mut rest.1).split_at_mut(counts[at]);
            parts.push(entries.iter_mut().zip(places));
            rest = (other_entries, other_places);
        }
    }
    parts.into_par_iter().enumerate().for_each(|(share, mut parts)| {
        arcs.each(share, shares, |u, v, weight| {
            if let Some((entry, place)) = parts[bucket(u)].next() {
                (*place, *entry) = layout.arc(u as usize & (width - 1), v, weight);
            }
        });
    });
    (sizes, entries, places)
}

/// Sorts a bucket by row and, by the lower `bits` of neighbors, each row; `ends` become those of the rows.
fn sort<L: Layout>(layout: &L, entries: &mut [L::Entry], places: &[L::Place], ends: &mut [u64], bits: u32) {
    let mut from: Vec<(L::Place, L::Entry)> = places.iter().copied().zip(entries.iter().copied()).collect();
    if bits > 0 && !from.is_empty() {
        let mut to = from.clone();
        let digit = bits.div_ceil(bits.div_ceil(DIGIT));
        let mut ends = vec![0; 1 << digit];
        for shift in (0..bits).step_by(digit as usize) {
            let mask = (1 << digit) - 1;
            distribute(
                &from,
                &mut to,
                &mut ends,
                |(_, entry)| (entry.neighbor() >> shift & mask) as usize,
                |it| it,
            );
            swap(&mut from, &mut to);
        }
    }
    distribute(&from, entries, ends, |arc| layout.place(arc), |(_, entry)| layout.entry(entry));
}

/// Puts what comes `from` somewhere into place by its key, in order where keys are equal; `ends` become those of the keys.
#[inline]
fn distribute<T: Copy, U>(
    from: &[T],
    to: &mut [U],
    ends: &mut [u64],
    key: impl Fn(T) -> usize,
    value: impl Fn(T) -> U,
) {
    ends.fill(0);
    from.iter().for_each(|&it| ends[key(it)] += 1);
    let mut sum = 0;
    for end in ends.iter_mut() {
        sum += replace(end, sum);
    }
    for &it in from {
        let end = &mut ends[key(it)];
        to[*end as usize] = value(it);
        *end += 1;
    }
}

/// How many arcs of a row sorted by neighbor have the neighbor of the one before; they are sorted by weight.
fn settle<E: Entry>(row: &mut [E]) -> usize {
    let repeats = row.windows(2).filter(|pair| pair[0].neighbor() == pair[1].neighbor()).count();
    if repeats > 0 && E::WEIGHTED {
        row.sort_unstable();
    }
    repeats
}

/// Adds the arcs of rows that have the same neighbor.
fn merge<E: Entry>(offsets: &[u64], entries: &[E]) -> Adjacency {
    let row_count = offsets.len() - 1;
    let arcs = |u: usize| {
        entries[offsets[u] as usize..offsets[u + 1] as usize].chunk_by(|a, b| a.neighbor() == b.neighbor())
    };
    let mut merged = vec![0; row_count + 1];
    merged[1..].par_iter_mut().enumerate().for_each(|(u, count)| *count = arcs(u).count() as u64);
    for u in 0..row_count {
        merged[u + 1] += merged[u];
    }
    let bounds = bounds(offsets, TASK);
    let arc_count = merged[row_count] as usize;
    let (mut neighbors, mut weights) = (filled(0, arc_count), filled(0.0, arc_count));
    cut(&mut neighbors, &merged, &bounds)
        .into_par_iter()
        .zip(cut(&mut weights, &merged, &bounds))
        .zip(bounds.par_windows(2))
        .for_each(|((neighbors, weights), rows)| {
            for ((arc, neighbor), weight) in (rows[0]..rows[1]).flat_map(arcs).zip(neighbors).zip(weights) {
                *neighbor = arc[0].neighbor();
                *weight = arc.iter().map(|entry| f64::from(entry.weight())).sum::<f64>() as f32;
            }
        });
    Adjacency::from_rows(merged, neighbors, Some(weights))
}

/// Where to cut the rows into parts of about `size` rows and arcs: from 0 to the number of rows.
pub(crate) fn bounds(offsets: &[u64], size: u64) -> Vec<usize> {
    let row_count = offsets.len().saturating_sub(1);
    let mut bounds = vec![0];
    let mut full = size;
    for (u, offset) in offsets.iter().enumerate().take(row_count).skip(1) {
        if offset + u as u64 >= full {
            bounds.push(u);
            full = offset + u as u64 + size;
        }
    }
    bounds.push(row_count);
    bounds
}

/// Cuts `data` where the rows of `bounds` begin.
pub(crate) fn cut<'a, T>(mut data: &'a mut [T], offsets: &[u64], bounds: &[usize]) -> Vec<&'a mut [T]> {
    let mut slices = Vec::with_capacity(bounds.len());
    for rows in bounds.windows(2) {
        let (slice, rest) = data.split_at_mut((offsets[rows[1]] - offsets[rows[0]]) as usize);
        slices.push(slice);
        data = rest;
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_balance_rows_and_arcs_and_reach_both_ends() {
        assert_eq!(bounds(&[0], 4), [0, 0]);
        assert_eq!(bounds(&[0, 9, 9, 9, 9, 9], 4), [0, 1, 5]);
        assert_eq!(bounds(&[0, 1, 2, 3, 4], 4), [0, 2, 4]);
    }
}
