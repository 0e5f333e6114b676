//! Columns of ids as numbers: what a frame of edges needs to become a graph.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Int64Type};
use rayon::prelude::*;

use super::ids::Ids;
use super::intern::{Interner, Key, Ranking, integer, rank};
use crate::error::{Error, Result};
use crate::progress::Watch;

/// Rows that one thread takes at a time.
const SLICE: usize = 1 << 14;

/// Integers that are at most so many times as many as the rows, if none is left out, need no table.
const SPREAD: u64 = 16;

/// A part of a column in a shape that ids are read from.
enum Piece {
    Integers(Int64Array),
    Strings(StringViewArray),
}

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
        let pieces: Vec<(&str, ArrayRef)> = columns
            .iter()
            .flat_map(|(name, chunks)| slices(chunks).map(move |slice| (*name, slice)))
            .collect();
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
        // Each thread numbers every so manyth piece with a table of its own; the ranks settle what that leaves open.
        let threads = rayon::current_num_threads().min(pieces.len());
        let (interners, parts): (Vec<Interner>, Vec<Vec<Vec<u32>>>) = (0..threads)
            .into_par_iter()
            .map(|thread| {
                let mut interner = Interner::default();
                let own = pieces.iter().enumerate().skip(thread).step_by(threads);
                let parts = own.map(|(at, (name, slice))| {
                    watch.tick("ids", at as u64, pieces.len() as u64)?;
                    Ok(Piece::new(name, slice)?.number(&mut interner))
                });
                let parts = parts.collect::<Result<Vec<_>>>()?;
                Ok((interner, parts))
            })
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .unzip();
        let Ranking { ids, ranks } = rank(interners, &integers)?;
        let mut at = 0;
        let numbers = columns.iter().map(|(_, chunks)| {
            let mut column = Vec::with_capacity(chunks.iter().map(|chunk| chunk.len()).sum());
            for _ in slices(chunks) {
                let (thread, part) = (at % threads, at / threads);
                column
                    .par_extend(parts[thread][part].par_iter().map(|&number| ranks[thread][number as usize]));
                at += 1;
            }
            column
        });
        let numbers = numbers.collect();
        Ok((ids, numbers))
    }
}

fn slices(chunks: &[ArrayRef]) -> impl Iterator<Item = ArrayRef> {
    let slice = |chunk: &ArrayRef, first: usize| chunk.slice(first, SLICE.min(chunk.len() - first));
    chunks.iter().flat_map(move |chunk| (0..chunk.len()).step_by(SLICE).map(move |first| slice(chunk, first)))
}

impl Piece {
    fn new(name: &str, array: &ArrayRef) -> Result<Piece> {
        let refuse = |problem: &str| Err(Error::Schema(format!("column `{name}` {problem}")));
        if array.logical_null_count() > 0 {
            return refuse("holds nulls: every row needs an id");
        }
        let strict = CastOptions { safe: false, ..CastOptions::default() };
        let values = match array.data_type() {
            DataType::Dictionary(_, values) => values,
            data_type => data_type,
        };
        match values {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                let array = cast_with_options(array, &DataType::Utf8View, &strict);
                array
                    .map(|array| Piece::Strings(array.as_string_view().clone()))
                    .or_else(|error| refuse(&error.to_string()))
            }
            data_type if data_type.is_integer() => {
                match cast_with_options(array, &DataType::Int64, &strict) {
                    Ok(array) => Ok(Piece::Integers(array.as_primitive::<Int64Type>().clone())),
                    Err(_) => refuse("holds integers above 2^63: pass them as strings"),
                }
            }
            other => refuse(&format!("must hold strings or integers, got {other}")),
        }
    }

    /// The integers; none where there are strings.
    fn integers(self) -> Int64Array {
        match self {
            Piece::Integers(values) => values,
            Piece::Strings(_) => Int64Array::new_null(0),
        }
    }

    fn number(&self, interner: &mut Interner) -> Vec<u32> {
        let keys: Vec<Key> = match self {
            Piece::Integers(values) => values.values().iter().map(|&value| integer(value)).collect(),
            Piece::Strings(values) => {
                values.iter().flatten().map(|text| interner.string(text.as_bytes())).collect()
            }
        };
        let mut numbers = Vec::with_capacity(keys.len());
        interner.number_all(&keys, &mut numbers);
        numbers
    }
}

/// The distinct integers in order, and for each column the rank of the integer in every row: a bit is set for each that
/// occurs, and its rank is the number of bits before it. None where they are spread too widely for that.
fn dense(columns: &[Vec<Int64Array>]) -> Option<(Vec<i64>, Vec<Vec<u32>>)> {
    let slices: Vec<&[i64]> =
        columns.iter().flatten().flat_map(|values| values.values().chunks(SLICE)).collect();
    let low = slices.par_iter().filter_map(|slice| slice.iter().copied().min()).min()?;
    let high = slices.par_iter().filter_map(|slice| slice.iter().copied().max()).max()?;
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
    let numbers = columns.iter().map(|chunks| {
        let mut column = Vec::with_capacity(chunks.iter().map(|values| values.len()).sum());
        chunks.iter().for_each(|values| column.par_extend(values.values().par_iter().map(rank)));
        column
    });
    let numbers = numbers.collect();
    Some((ids, numbers))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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
}
