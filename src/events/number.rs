//! Columns of ids as numbers: what a frame of edges needs to become a graph.

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
    /// O(rows + n log n) for n distinct ids.
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
