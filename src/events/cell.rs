//! Cells of a source and what each column makes of them.

use super::NONE;
use super::intern::{Interner, Key, integer, numbered};
use super::schema::shortened;
use super::time;

/// One cell of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    /// Above the range of i64.
    Huge(u64),
    Float(f64),
    /// Text of a source without types, perhaps not UTF-8.
    Untyped(&'a [u8]),
    /// Text of a source with types.
    Text(&'a [u8]),
    /// Microseconds UTC; none where they are out of range.
    Time(Option<i64>),
    /// Something that fits no column.
    Other(&'static str),
}

/// The cells of a row by [`Field`].
pub(super) type Cells<'a> = [Value<'a>; 11];

/// What an id must be, worded to follow "must be".
pub(super) const ID: &str = "a string or an integer, not empty and at most 64 KiB long";
pub(super) const WEIGHT: &str = "a number from 0 to 2^32";
pub(super) const SENTIMENT: &str = "a number in [-1, 1] or one of positive, neutral, negative";
pub(super) const VALUE: &str = "a finite number";
pub(super) const WORD: &str = "text of at most 64 KiB";

/// The longest text that is kept.
pub(super) const LONGEST: usize = 1 << 16;
/// The whole numbers that a float holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a cell may be an id.
pub(super) fn is_id(cell: Value) -> bool {
    match cell {
        Value::Integer(_) | Value::Huge(_) => true,
        Value::Float(value) => value.fract() == 0.0 && value.abs() < EXACT,
        Value::Untyped(text) => {
            !text.is_empty() && text.len() <= LONGEST && simdutf8::basic::from_utf8(text).is_ok()
        }
        Value::Text(text) => !text.is_empty() && text.len() <= LONGEST,
        Value::Null | Value::Time(_) | Value::Other(_) => false,
    }
}

/// Whether a cell holds nothing.
pub(super) fn is_null(cell: Value) -> bool {
    match cell {
        Value::Null => true,
        Value::Untyped(text) | Value::Text(text) => text.is_empty(),
        Value::Float(value) => value.is_nan(),
        _ => false,
    }
}

/// The key of an id that [`is_id`]; that of [`NONE`] for what is none.
#[inline]
pub(super) fn key(interner: &mut Interner, cell: Value) -> Key {
    match cell {
        Value::Integer(value) => integer(value),
        Value::Huge(value) => interner.string(value.to_string().as_bytes()),
        Value::Float(value) if !value.is_nan() => integer(value as i64),
        Value::Untyped(text) if !text.is_empty() => match canonical_decimal(text) {
            Some(value) => integer(value),
            None => interner.string(text),
        },
        Value::Text(text) if !text.is_empty() => interner.string(text),
        _ => numbered(NONE),
    }
}

/// The number of an id that [`is_id`]; [`NONE`] for what is none.
pub(super) fn number(interner: &mut Interner, cell: Value) -> u32 {
    let key = key(interner, cell);
    interner.number(key)
}

/// The integer that is written exactly so: no sign plus, no leading zero.
pub(super) fn canonical_decimal(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = match digits {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', ..] => digits.len() <= 19,
        _ => false,
    };
    if !plain {
        return None;
    }
    str::from_utf8(text).ok()?.parse().ok()
}

/// A number in a cell; `nothing` where there is none.
fn float(cell: Value, nothing: f64) -> Option<f64> {
    match cell {
        Value::Null => Some(nothing),
        Value::Integer(value) => Some(value as f64),
        Value::Huge(value) => Some(value as f64),
        Value::Float(value) => Some(value),
        Value::Untyped(text) | Value::Text(text) => match text.trim_ascii() {
            b"" => Some(nothing),
            text => str::from_utf8(text).ok()?.parse().ok(),
        },
        Value::Time(_) | Value::Other(_) => None,
    }
}

/// The strength in a cell: 1 where there is none.
pub(super) fn weight(cell: Value) -> Option<f64> {
    let weight = float(cell, 1.0)?;
    // Adding zero makes a negative zero positive.
    (0.0..=4_294_967_296.0).contains(&weight).then_some(weight + 0.0)
}

/// The tone in a cell: NaN where there is none.
pub(super) fn sentiment(cell: Value) -> Option<f32> {
    if let Value::Untyped(text) | Value::Text(text) = cell {
        let words = [(&b"positive"[..], 1.0), (b"neutral", 0.0), (b"negative", -1.0)];
        let word = text.trim_ascii();
        if let Some((_, tone)) = words.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) {
            return Some(tone);
        }
    }
    let tone = float(cell, f64::NAN)?;
    match tone.is_nan() {
        true => Some(f32::NAN),
        false => (-1.0..=1.0).contains(&tone).then_some(tone as f32 + 0.0),
    }
}

/// The money in a cell: NaN where there is none.
pub(super) fn value(cell: Value) -> Option<f64> {
    if is_null(cell) && !matches!(cell, Value::Float(_)) {
        return Some(f64::NAN);
    }
    float(cell, f64::NAN).filter(|value| value.is_finite()).map(|value| value + 0.0)
}

/// A cell for people.
pub(super) fn spelled(cell: &Value) -> String {
    match cell {
        Value::Null => "nothing".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Huge(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Untyped(text) | Value::Text(text) => shortened(text),
        Value::Time(Some(micros)) => time::iso(*micros),
        Value::Time(None) => "a time out of range".to_owned(),
        Value::Other(what) => (*what).to_owned(),
    }
}
