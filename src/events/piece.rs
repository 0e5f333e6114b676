//! A part of a column of ids in a layout that they are read from.

use arrow::array::{
    Array, ArrayAccessor, ArrayRef, AsArray, Int64Array, LargeStringArray, StringArray, StringViewArray,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Int64Type};

use super::intern::{Key, integer, string};
use crate::error::{Error, Result};

/// A part of a column; strings are read where they are.
pub(super) enum Piece {
    Integers(Int64Array),
    Strings(StringArray),
    LargeStrings(LargeStringArray),
    StringViews(StringViewArray),
}

impl Piece {
    pub(super) fn new(name: &str, array: &ArrayRef) -> Result<Piece> {
        let refuse = |problem: &str| Err(Error::Schema(format!("column `{name}` {problem}")));
        if array.logical_null_count() > 0 {
            return refuse("holds nulls: every row needs an id");
        }
        let strict = CastOptions { safe: false, ..CastOptions::default() };
        let values = match array.data_type() {
            DataType::Utf8 => return Ok(Piece::Strings(array.as_string().clone())),
            DataType::LargeUtf8 => return Ok(Piece::LargeStrings(array.as_string().clone())),
            DataType::Dictionary(_, values) => values,
            data_type => data_type,
        };
        match values {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                let array = cast_with_options(array, &DataType::Utf8View, &strict);
                array
                    .map(|array| Piece::StringViews(array.as_string_view().clone()))
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
    pub(super) fn integers(self) -> Int64Array {
        match self {
            Piece::Integers(values) => values,
            _ => Int64Array::new_null(0),
        }
    }

    /// The keys of the rows from `first` on; that of a string to be kept aside leads to its row.
    pub(super) fn keys(&self, first: usize, keys: &mut [Key]) {
        match self {
            Piece::Integers(values) => {
                keys.iter_mut()
                    .zip(&values.values()[first..])
                    .for_each(|(key, &value)| *key = integer(value));
            }
            Piece::Strings(values) => strings(values, first, keys),
            Piece::LargeStrings(values) => strings(values, first, keys),
            Piece::StringViews(values) => strings(values, first, keys),
        }
    }

    /// The string in a row.
    pub(super) fn text(&self, row: usize) -> &[u8] {
        match self {
            Piece::Integers(_) => &[],
            Piece::Strings(values) => values.value(row).as_bytes(),
            Piece::LargeStrings(values) => values.value(row).as_bytes(),
            Piece::StringViews(values) => values.value(row).as_bytes(),
        }
    }
}

fn strings<'a>(values: impl ArrayAccessor<Item = &'a str>, first: usize, keys: &mut [Key]) {
    for (row, key) in (first..).zip(keys) {
        *key = string(values.value(row).as_bytes(), row as u64);
    }
}
