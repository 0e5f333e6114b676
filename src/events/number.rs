//! Columns of ids as numbers: what a frame of edges needs to become a graph.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use rayon::prelude::*;

use super::ids::Ids;
use super::intern::{Ranking, integer_type, rank};
use super::piece::Piece;
use super::shards::{Shards, shard};
use crate::error::Result;
use crate::graph::filled;
use crate::progress::Watch;

/// Rows that one thread takes at a time.
pub(super) const SLICE: usize = 1 << 14;

/// Integers that are at most so many times as many as the rows, if none is left out, need no table.
const SPREAD: u64 = 16;

/// Slices that are numbered at a time: ids that are new to all of them take the long way, so there are few at first.
const FIRST_BATCH: usize = 1 << 2;

/// And later: new ids wait in memory, at most 64 megabytes of them.
const BATCH: usize = 1 << 7;

/// A column of ids: its name and its chunks.
pub(super) type Column<'a> = (&'a str, Vec<ArrayRef>);

/// The rank of the id in every row of some columns.
pub(super) enum Numbers<'a> {
    /// Written down.
    Written(Written),
    /// Told from the integer itself whenever it is asked for.
    Told(&'a [Column<'a>], Ranks),
}

/// Ranks by row.
pub(super) struct Written {
    /// One column behind the other: once they are read, the arcs of a graph fit where they lay.
    ranks: Vec<u32>,
    /// Where each column begins.
    firsts: Vec<usize>,
}

/// The ranks of integers that lie close together.
pub(super) struct Ranks {
    low: i64,
    /// A bit for each integer from the lowest on, set if it occurs, and how many occur before those of its word; none
    /// where every integer occurs up to the highest.
    words: Option<Vec<(u64, u32)>>,
}

impl Numbers<'_> {
    /// The distinct ids of some columns, and for each column the rank of the id in every row.
    ///
    /// Integers keep the type of the columns (64 bits where they differ); if one column holds strings, all ids are
    /// strings. O(rows + n log n) for n distinct ids; O(rows) for integers that lie close together, which take no memory
    /// by row.
    ///
    /// # Errors
    /// [`Error::Schema`](crate::Error::Schema) for a column of another type, with nulls, or with integers beyond 64 bits
    /// signed.
    pub(super) fn of<'a>(columns: &'a [Column<'a>]) -> Result<(Ids, Numbers<'a>)> {
        let chunks = || columns.iter().flat_map(|(_, chunks)| chunks);
        let integers = integer_type(chunks().map(|chunk| chunk.data_type().clone()));
        if chunks().all(|chunk| chunk.data_type().is_integer())
            && let Some((ids, ranks)) = Ranks::of(columns)?
        {
            return Ok((Ids::Integers(ids, integers), Numbers::Told(columns, ranks)));
        }
        Written::of(columns, &integers).map(|(ids, written)| (ids, Numbers::Written(written)))
    }

    /// The ranks in some rows of a column: `first` is the first of its chunk, `rows` are counted from there.
    pub(super) fn ranks(
        &self,
        column: usize,
        chunk: usize,
        first: usize,
        rows: Range<usize>,
    ) -> Cow<'_, [u32]> {
        match self {
            Numbers::Written(Written { ranks, firsts }) => {
                let first = firsts[column] + first;
                Cow::Borrowed(&ranks[first + rows.start..first + rows.end])
            }
            Numbers::Told(columns, ranks) => {
                let (name, chunks) = &columns[column];
                let values = integers(name, &chunks[chunk].slice(rows.start, rows.len()));
                Cow::Owned(ranks.ranks(values.expect("these were read before").values()))
            }
        }
    }
}

/// The integers of a part of a column.
fn integers(name: &str, part: &ArrayRef) -> Result<Int64Array> {
    Piece::new(name, part).map(Piece::integers)
}

impl Written {
    /// What [`Numbers::of`] does for any ids.
    fn of(columns: &[Column<'_>], integers: &DataType) -> Result<(Ids, Written)> {
        let watch = Watch::current();
        let slices = slices(columns);
        let (mut firsts, mut row_count) = (Vec::with_capacity(columns.len()), 0);
        for (_, chunks) in columns {
            firsts.push(row_count);
            row_count += chunks.iter().map(|chunk| chunk.len()).sum::<usize>();
        }
        let mut numbers = filled(0, row_count);
        let mut rest = numbers.as_mut_slice();
        let place = |(_, slice): &(&str, ArrayRef)| rest.split_off_mut(..slice.len());
        let mut places: Vec<&mut [u32]> = slices.iter().filter_map(place).collect();

        let mut shards = Shards::new();
        let (mut first, mut size) = (0, FIRST_BATCH);
        while first < slices.len() {
            watch.tick("ids", first as u64, slices.len() as u64)?;
            let batch = first..slices.len().min(first + size);
            let pieces = slices[batch.clone()].par_iter().map(|(name, slice)| Piece::new(name, slice));
            shards.number(&pieces.collect::<Result<Vec<_>>>()?, &mut places[batch.clone()])?;
            (first, size) = (batch.end, BATCH.min(2 * size));
        }
        let Ranking { ids, ranks } = rank(shards.into_interners(), integers)?;
        places.into_par_iter().for_each(|numbers| {
            for number in numbers {
                let (shard, place) = shard(*number);
                *number = ranks[shard][place];
            }
        });
        watch.freed();
        Ok((ids, Written { ranks: numbers, firsts }))
    }
}

/// The slices of all columns, each with the name of its column.
fn slices<'a>(columns: &[Column<'a>]) -> Vec<(&'a str, ArrayRef)> {
    columns.iter().flat_map(|(name, chunks)| sliced(chunks).map(move |slice| (*name, slice))).collect()
}

/// Chunks in slices.
fn sliced(chunks: &[ArrayRef]) -> impl Iterator<Item = ArrayRef> {
    let slice = |chunk: &ArrayRef, first: usize| chunk.slice(first, SLICE.min(chunk.len() - first));
    chunks.iter().flat_map(move |chunk| (0..chunk.len()).step_by(SLICE).map(move |first| slice(chunk, first)))
}

impl Ranks {
    /// The distinct integers in order, and their ranks: a bit is set for each that occurs, and its rank is the number of
    /// bits before it. None where they are spread too widely for that.
    fn of(columns: &[Column<'_>]) -> Result<Option<(Vec<i64>, Ranks)>> {
        let slices = slices(columns);
        let range = |(name, slice): &(&str, ArrayRef)| {
            let range = |(low, high): (i64, i64), &value: &i64| (value.min(low), value.max(high));
            Ok(integers(name, slice)?.values().iter().fold((i64::MAX, i64::MIN), range))
        };
        let wider = |a: (i64, i64), b: (i64, i64)| Ok((a.0.min(b.0), a.1.max(b.1)));
        let Some(range) = slices.par_iter().map(range).try_reduce_with(wider) else { return Ok(None) };
        let (low, high) = range?;
        let span = high.abs_diff(low);
        let row_count = slices.iter().map(|(_, slice)| slice.len() as u64).sum::<u64>();
        if span / SPREAD > row_count {
            return Ok(None);
        }

        let seen: Vec<AtomicU64> = (0..=span / 64).map(|_| AtomicU64::new(0)).collect();
        slices.par_iter().try_for_each(|(name, slice)| {
            for &value in integers(name, slice)?.values() {
                let (word, bit) = place(low, value);
                // Most have been seen: looking does not take the word away from other threads.
                if seen[word].load(Relaxed) >> bit & 1 == 0 {
                    seen[word].fetch_or(1 << bit, Relaxed);
                }
            }
            Ok(())
        })?;
        let mut ids = Vec::new();
        let mut words = Vec::with_capacity(seen.len());
        for (bits, first) in seen.into_iter().map(AtomicU64::into_inner).zip((0..).step_by(64)) {
            words.push((bits, ids.len() as u32));
            let mut rest = bits;
            while rest != 0 {
                ids.push(low.wrapping_add(first + i64::from(rest.trailing_zeros())));
                rest &= rest - 1;
            }
        }
        let has_gaps = ids.len() as u64 <= span;
        Ok(Some((ids, Ranks { low, words: has_gaps.then_some(words) })))
    }

    /// The ranks of integers that occur.
    fn ranks(&self, values: &[i64]) -> Vec<u32> {
        let Some(words) = &self.words else {
            return values.iter().map(|value| value.abs_diff(self.low) as u32).collect();
        };
        let rank = |&value: &i64| {
            let (word, bit) = place(self.low, value);
            let (bits, before) = words[word];
            before + (bits & ((1 << bit) - 1)).count_ones()
        };
        values.iter().map(rank).collect()
    }
}

/// Of words of bits from the lowest integer on, which one stands for an integer, and which bit of it.
fn place(low: i64, value: i64) -> (usize, u64) {
    let distance = value.abs_diff(low);
    (distance as usize / 64, distance % 64)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringArray;
    use arrow::compute::cast;

    use super::*;

    /// The ranks by column, chunk after chunk.
    fn numbers_of(columns: &[Column<'_>], numbers: &Numbers<'_>) -> Vec<Vec<u32>> {
        let column = |column: usize| {
            let mut first = 0;
            let mut all = Vec::new();
            for (at, chunk) in columns[column].1.iter().enumerate() {
                all.extend_from_slice(&numbers.ranks(column, at, first, 0..chunk.len()));
                first += chunk.len();
            }
            all
        };
        (0..columns.len()).map(column).collect()
    }

    #[test]
    fn integers_are_ranked_alike_whether_close_together_or_far_apart() {
        for spread in [1, 2, 63, 1000, i64::MAX / 4096] {
            for low in [i64::MIN, -700, 0] {
                let values: Vec<i64> = (0..2000_i64).map(|row| low + (row * 7919 % 1009) * spread).collect();
                let mut distinct = values.clone();
                distinct.sort_unstable();
                distinct.dedup();
                let chunk = |values: &[i64]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
                let columns = [
                    ("a", vec![chunk(&values[..500]), chunk(&[]), chunk(&values[500..700])]),
                    ("b", vec![chunk(&values[700..])]),
                ];
                let (ids, numbers) = Numbers::of(&columns).unwrap();
                assert_eq!(ids, Ids::Integers(distinct.clone(), DataType::Int64), "{spread} {low}");
                let back: Vec<i64> = numbers_of(&columns, &numbers)
                    .concat()
                    .iter()
                    .map(|&number| distinct[number as usize])
                    .collect();
                assert_eq!(back, values, "{spread} {low}");
            }
        }
    }

    #[test]
    fn strings_are_ranked_alike_in_any_layout_at_any_number_of_threads() {
        let text = |row: usize| {
            let id = row * row % 20_011;
            ["", "é", "user-", "a name longer than a key: "][id % 4].to_owned() + &(id * 7919).to_string()
        };
        let texts: Vec<String> = (0..3 * SLICE).map(text).collect();
        let mut distinct: Vec<&str> = texts.iter().map(String::as_str).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let array: ArrayRef = Arc::new(StringArray::from(texts.clone()));
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        for layout in [DataType::Utf8, DataType::LargeUtf8, DataType::Utf8View, dictionary] {
            let array = cast(&array, &layout).unwrap();
            let chunk = |first, len| array.slice(first, len);
            let columns = [
                ("a", vec![chunk(0, 5), chunk(5, 0), chunk(5, SLICE + 1)]),
                ("b", vec![]),
                ("c", vec![chunk(SLICE + 6, 2 * SLICE - 6)]),
            ];
            for threads in [1, 2, 3, 8] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let (ids, numbers) = pool.install(|| Numbers::of(&columns)).unwrap();
                let numbers = numbers_of(&columns, &numbers);
                assert_eq!(ids, Ids::Strings(distinct.clone().into()), "{layout} {threads}");
                let lengths: Vec<usize> = numbers.iter().map(Vec::len).collect();
                assert_eq!(lengths, [SLICE + 6, 0, 2 * SLICE - 6], "{layout} {threads}");
                let back = numbers.iter().flatten().map(|&number| distinct[number as usize]);
                assert!(back.eq(texts.iter().map(String::as_str)), "{layout} {threads}");
            }
        }
    }
}
