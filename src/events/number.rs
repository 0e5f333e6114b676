//! Columns of ids as numbers: what a frame of edges needs to become a graph.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use rayon::prelude::*;

use super::ids::Ids;
use super::intern::{Ranking, rank};
use super::piece::Piece;
use super::shards::{Shards, shard};
use crate::error::Result;
use crate::graph::filled;
use crate::progress::Watch;

/// Rows that one thread takes at a time.
const SLICE: usize = 1 << 14;

/// Integers that are at most so many times as many as the rows, if none is left out, need no table.
const SPREAD: u64 = 16;

/// Slices that are numbered at a time: ids that are new to all of them take the long way, so there are few at first.
const FIRST_BATCH: usize = 1 << 2;

/// And later: new ids wait in memory, at most 64 megabytes of them.
const BATCH: usize = 1 << 7;

impl Ids {
    /// The distinct ids of some columns, and for each column the number of the id in every row.
    ///
    /// A column is its name and its chunks. Integers keep the type of the columns (64 bits where they differ); if
    /// one column holds strings, all ids are strings.
    ///
    /// # Errors
    /// [`Error::Schema`] for a column of another type, with nulls, or with integers beyond 64 bits signed.
    ///
    /// # Complexity
    /// O(rows + n log n) for n distinct ids; O(rows) for integers that lie close together.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use arrow::array::{ArrayRef, Int64Array};
    /// use laud::events::Ids;
    ///
    /// let chunk = |values: Vec<i64>| vec![Arc::new(Int64Array::from(values)) as ArrayRef];
    /// let (ids, numbers) = Ids::number(&[("source", chunk(vec![30, 7])), ("target", chunk(vec![7, 9]))])?;
    /// assert_eq!((ids.text(2), numbers), ("30".to_owned(), vec![vec![2, 0], vec![0, 1]]));
    /// # Ok::<(), laud::Error>(())
    /// ```
    pub fn number(columns: &[(&str, Vec<ArrayRef>)]) -> Result<(Ids, Vec<Vec<u32>>)> {
        let watch = Watch::current();
        let types: Vec<&DataType> =
            columns.iter().flat_map(|(_, chunks)| chunks.iter().map(|chunk| chunk.data_type())).collect();
        let integers = match types.first() {
            Some(first) if types.iter().all(|data_type| data_type == first) && first.is_integer() => {
                (*first).clone()
            }
            _ => DataType::Int64,
        };
        if types.iter().all(|data_type| data_type.is_integer()) {
            let column = |(name, chunks): &(&str, Vec<ArrayRef>)| -> Result<Vec<Int64Array>> {
                chunks.iter().map(|chunk| Ok(Piece::new(name, chunk)?.integers())).collect()
            };
            let columns: Vec<Vec<Int64Array>> = columns.iter().map(column).collect::<Result<_>>()?;
            if let Some((ids, numbers)) = dense(&columns) {
                return Ok((Ids::Integers(ids, integers), numbers));
            }
        }
        let slices: Vec<(&str, ArrayRef)> = columns
            .iter()
            .flat_map(|(name, chunks)| sliced(chunks).map(move |slice| (*name, slice)))
            .collect();
        let lengths = columns.iter().map(|(_, chunks)| chunks.iter().map(|chunk| chunk.len()).sum());
        let mut numbers: Vec<Vec<u32>> = lengths.map(|length| filled(0, length)).collect();
        let mut places: Vec<&mut [u32]> = Vec::with_capacity(slices.len());
        for ((_, chunks), mut rest) in columns.iter().zip(numbers.iter_mut().map(Vec::as_mut_slice)) {
            places.extend(sliced(chunks).filter_map(|slice| rest.split_off_mut(..slice.len())));
        }
        let mut shards = Shards::new();
        let (mut first, mut size) = (0, FIRST_BATCH);
        while first < slices.len() {
            watch.tick("ids", first as u64, slices.len() as u64)?;
            let batch = first..slices.len().min(first + size);
            let pieces = slices[batch.clone()].par_iter().map(|(name, slice)| Piece::new(name, slice));
            shards.number(&pieces.collect::<Result<Vec<_>>>()?, &mut places[batch.clone()])?;
            (first, size) = (batch.end, BATCH.min(2 * size));
        }
        let Ranking { ids, ranks } = rank(shards.into_interners(), &integers)?;
        places.into_par_iter().for_each(|numbers| {
            for number in numbers {
                let (shard, place) = shard(*number);
                *number = ranks[shard][place];
            }
        });
        Ok((ids, numbers))
    }
}

/// Chunks in slices.
fn sliced(chunks: &[ArrayRef]) -> impl Iterator<Item = ArrayRef> {
    let slice = |chunk: &ArrayRef, first: usize| chunk.slice(first, SLICE.min(chunk.len() - first));
    chunks.iter().flat_map(move |chunk| (0..chunk.len()).step_by(SLICE).map(move |first| slice(chunk, first)))
}

/// The distinct integers in order, and for each column the rank of the integer in every row: a bit is set for each that
/// occurs, and its rank is the number of bits before it. None where they are spread too widely for that.
fn dense(columns: &[Vec<Int64Array>]) -> Option<(Vec<i64>, Vec<Vec<u32>>)> {
    let slices: Vec<&[i64]> =
        columns.iter().flatten().flat_map(|values| values.values().chunks(SLICE)).collect();
    let range = |slice: &&[i64]| {
        slice.iter().fold((i64::MAX, i64::MIN), |(low, high), &value| (low.min(value), high.max(value)))
    };
    let (low, high) = slices.par_iter().map(range).reduce_with(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    let span = high.abs_diff(low);
    let rows = slices.iter().map(|slice| slice.len() as u64).sum::<u64>();
    if span / SPREAD > rows {
        return None;
    }

    // Of a word of bits which one, and which bit of it.
    let place = |value: i64| (value.abs_diff(low) as usize / 64, value.abs_diff(low) % 64);
    let seen: Vec<AtomicU64> = (0..=span / 64).map(|_| AtomicU64::new(0)).collect();
    slices.par_iter().for_each(|slice| {
        for &value in *slice {
            let (word, bit) = place(value);
            // Most have been seen: looking does not take the word away from other threads.
            if seen[word].load(Relaxed) >> bit & 1 == 0 {
                seen[word].fetch_or(1 << bit, Relaxed);
            }
        }
    });
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
    let rank = |&value: &i64| {
        let (word, bit) = place(value);
        let (bits, before) = words[word];
        before + (bits & ((1 << bit) - 1)).count_ones()
    };
    // Where none is left out, the rank is the distance from the lowest.
    let numbers = match ids.len() as u64 == span + 1 {
        true => ranked(columns, |&value| value.abs_diff(low) as u32),
        false => ranked(columns, rank),
    };
    Some((ids, numbers))
}

/// The ranks of the integers of each column.
fn ranked(columns: &[Vec<Int64Array>], rank: impl Fn(&i64) -> u32 + Sync) -> Vec<Vec<u32>> {
    let column = |chunks: &Vec<Int64Array>| {
        let mut column = Vec::with_capacity(chunks.iter().map(|values| values.len()).sum());
        chunks.iter().for_each(|values| column.par_extend(values.values().par_iter().map(&rank)));
        column
    };
    columns.iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringArray;
    use arrow::compute::cast;

    use super::*;

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
                let (ids, numbers) = Ids::number(&columns).unwrap();
                assert_eq!(ids, Ids::Integers(distinct.clone(), DataType::Int64), "{spread} {low}");
                let back: Vec<i64> =
                    numbers.iter().flatten().map(|&number| distinct[number as usize]).collect();
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
                let (ids, numbers) = pool.install(|| Ids::number(&columns)).unwrap();
                assert_eq!(ids, Ids::Strings(distinct.clone().into()), "{layout} {threads}");
                let lengths: Vec<usize> = numbers.iter().map(Vec::len).collect();
                assert_eq!(lengths, [SLICE + 6, 0, 2 * SLICE - 6], "{layout} {threads}");
                let back = numbers.iter().flatten().map(|&number| distinct[number as usize]);
                assert!(back.eq(texts.iter().map(String::as_str)), "{layout} {threads}");
            }
        }
    }
}
