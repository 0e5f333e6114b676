//! Arcs in any order into sorted, merged rows: count, scatter, sort each row, add its repetitions.
//!
//! Threads own ranges of rows and each reads all arcs, so nothing depends on how many there are.

use rayon::prelude::*;

use super::adjacency::Adjacency;
use super::filled;

/// Arcs that can be read through more than once.
pub(super) trait Arcs: Sync {
    /// Whether the arcs of a row come by ascending neighbor, each once.
    const ROWS_ARE_SORTED: bool = false;

    /// Calls `visit` with row, neighbor and weight of every arc.
    fn each(&self, visit: impl FnMut(u32, u32, f32));
}

/// An arc within its row. The order is that of neighbors, then of weights, so sorted rows are canonical.
trait Entry: Copy + Default + Ord + Send + Sync {
    const WEIGHTED: bool;
    fn new(neighbor: u32, weight: f32) -> Self;
    fn neighbor(self) -> u32;
    fn weight(self) -> f32;
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
}

/// Rows and arcs that one task sorts and merges.
pub(super) const TASK: u64 = 1 << 16;

/// More ranges than this, each reading all arcs, would wait for memory.
const MOST_RANGES: u64 = 8;

/// The sorted rows of `arcs`, parallel arcs added: weighted if they are or if an arc repeats.
pub(super) fn gather(row_count: usize, weighted: bool, arcs: &impl Arcs) -> Adjacency {
    if weighted { rows::<u64, _>(row_count, arcs) } else { rows::<u32, _>(row_count, arcs) }
}

fn rows<E: Entry, A: Arcs>(row_count: usize, arcs: &A) -> Adjacency {
    let (offsets, entries) = scatter::<E>(row_count, arcs);
    if A::ROWS_ARE_SORTED {
        let weights = E::WEIGHTED.then(|| entries.par_iter().map(|entry| entry.weight()).collect());
        return Adjacency::from_rows(
            offsets,
            entries.par_iter().map(|entry| entry.neighbor()).collect(),
            weights,
        );
    }
    merge(offsets, entries)
}

fn scatter<E: Entry>(row_count: usize, arcs: &impl Arcs) -> (Vec<u64>, Vec<E>) {
    let ranges = (rayon::current_num_threads() as u64).min(MOST_RANGES);
    let mut offsets = vec![0; row_count + 2];
    let range = row_count.div_ceil(ranges as usize).max(1);
    offsets[2..].par_chunks_mut(range).enumerate().for_each(|(i, counts)| {
        let first = (i * range) as u32;
        arcs.each(|u, _, _| {
            if let Some(count) = counts.get_mut(u.wrapping_sub(first) as usize) {
                *count += 1;
            }
        });
    });
    for u in 1..=row_count {
        offsets[u + 1] += offsets[u];
    }

    // `offsets[u + 1]` is where row u begins; filling the row moves it to where the next begins.
    let load = offsets[row_count + 1] + row_count as u64;
    let bounds = bounds(&offsets[1..], load.div_ceil(ranges).max(TASK));
    let mut entries = filled(E::default(), offsets[row_count + 1] as usize);
    let slices = cut(&mut entries, &offsets[1..], &bounds);
    let mut cursors = &mut offsets[1..];
    let mut tasks = Vec::with_capacity(slices.len());
    for (slice, rows) in slices.into_iter().zip(bounds.windows(2)) {
        let (mine, others) = cursors.split_at_mut(rows[1] - rows[0]);
        tasks.push((rows[0] as u32, mine, slice));
        cursors = others;
    }
    tasks.into_par_iter().for_each(|(first, cursors, slice)| {
        let begin = cursors.first().copied().unwrap_or(0);
        arcs.each(|u, v, weight| {
            if let Some(cursor) = cursors.get_mut(u.wrapping_sub(first) as usize) {
                slice[(*cursor - begin) as usize] = E::new(v, weight);
                *cursor += 1;
            }
        });
    });
    offsets.pop();
    (offsets, entries)
}

fn merge<E: Entry>(offsets: Vec<u64>, mut entries: Vec<E>) -> Adjacency {
    let row_count = offsets.len() - 1;
    let old = bounds(&offsets, TASK);
    let row = |u: usize, first: usize| {
        (offsets[u] - offsets[first]) as usize..(offsets[u + 1] - offsets[first]) as usize
    };
    let distinct: Vec<Vec<u64>> = cut(&mut entries, &offsets, &old)
        .into_par_iter()
        .zip(old.par_windows(2))
        .map(|(slice, rows)| {
            let count = |u| {
                let row = &mut slice[row(u, rows[0])];
                row.sort_unstable();
                row.chunk_by(|a, b| a.neighbor() == b.neighbor()).count() as u64
            };
            (rows[0]..rows[1]).map(count).collect()
        })
        .collect();

    let mut merged = Vec::with_capacity(row_count + 1);
    merged.push(0);
    for count in distinct.iter().flatten() {
        merged.push(merged[merged.len() - 1] + count);
    }
    drop(distinct);
    let arc_count = merged[row_count] as usize;
    if !E::WEIGHTED && arc_count == entries.len() {
        return Adjacency::from_rows(offsets, entries.into_iter().map(E::neighbor).collect(), None);
    }

    let (mut neighbors, mut weights) = (filled(0, arc_count), filled(0.0, arc_count));
    cut(&mut neighbors, &merged, &old)
        .into_par_iter()
        .zip(cut(&mut weights, &merged, &old))
        .zip(old.par_windows(2))
        .for_each(|((neighbors, weights), rows)| {
            let arcs = (rows[0]..rows[1])
                .flat_map(|u| entries[row(u, 0)].chunk_by(|a, b| a.neighbor() == b.neighbor()));
            for ((arc, neighbor), weight) in arcs.zip(neighbors).zip(weights) {
                *neighbor = arc[0].neighbor();
                *weight = arc.iter().map(|entry| f64::from(entry.weight())).sum::<f64>() as f32;
            }
        });
    Adjacency::from_rows(merged, neighbors, Some(weights))
}

/// Where to cut the rows into parts of about `size` rows and arcs: from 0 to the number of rows.
pub(super) fn bounds(offsets: &[u64], size: u64) -> Vec<usize> {
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
pub(super) fn cut<'a, T>(mut data: &'a mut [T], offsets: &[u64], bounds: &[usize]) -> Vec<&'a mut [T]> {
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
