//! Times of every form become microseconds UTC; integers wait until the whole log has shown their unit.

use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use super::cell::Value;
use super::schema::TimeUnit;
use super::tally::Spot;
use crate::error::{Error, Result};

/// What a time must be, worded to follow "must be".
pub(super) const RULE: &str = "a time of the years 1 to 9999: ISO 8601 (2015-02-24 11:35:52 -0800, ...T11:35:52Z, 2015-02-24) or a number since 1970";

/// What an integer time must be once the unit is known.
pub(super) const INTEGER_RULE: &str =
    "a plausible time in the unit of the log (0 and the years near 1970 are not)";

const FIRST: i64 = -62_135_596_800_000_000;
const LAST: i64 = 253_402_300_799_999_999;

/// A time as far as one row can tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Moment {
    /// Microseconds UTC.
    Micros(i64),
    /// An integer whose unit is not known yet.
    Raw(i64),
}

/// Reads the times of one source.
#[derive(Clone)]
pub(super) struct Clock {
    /// The zone of times without one; none is UTC.
    pub(super) zone: Option<TimeZone>,
    /// The unit of integers, where the caller said it.
    pub(super) unit: Option<TimeUnit>,
}

impl Clock {
    /// The time in a cell, if it is one.
    pub(super) fn moment(&self, cell: Value) -> Option<Moment> {
        match cell {
            Value::Integer(value) => self.integer(value),
            Value::Float(value) => self.float(value),
            Value::Time(micros) => micros.map(Moment::Micros),
            Value::Untyped(text) | Value::Text(text) => self.text(str::from_utf8(text).ok()?),
            Value::Null | Value::Huge(_) | Value::Other(_) => None,
        }
    }

    /// An integer since 1970.
    pub(super) fn integer(&self, value: i64) -> Option<Moment> {
        match self.unit {
            None => Some(Moment::Raw(value)),
            Some(unit) => micros(value, unit).map(Moment::Micros),
        }
    }

    /// A float: an integer in disguise, or seconds with a fraction.
    pub(super) fn float(&self, value: f64) -> Option<Moment> {
        if value.fract() == 0.0 && value.abs() < 9.2e18 {
            return self.integer(value as i64);
        }
        let unit = self.unit.unwrap_or(TimeUnit::Seconds);
        let micros = (value * micros_in(unit)).round();
        in_range(micros as i64).filter(|_| micros.abs() < 9e17).map(Moment::Micros)
    }

    /// Text: a number or ISO 8601.
    pub(super) fn text(&self, text: &str) -> Option<Moment> {
        let text = text.trim();
        if let Ok(integer) = text.parse() {
            return self.integer(integer);
        }
        if let Ok(float) = text.parse() {
            return self.float(float);
        }
        self.iso(text).and_then(in_range).map(Moment::Micros)
    }

    /// Microseconds of a civil time, wherever its clock hung.
    pub(super) fn civil(&self, micros: i64) -> Option<i64> {
        let micros = in_range(micros)?;
        match &self.zone {
            None => Some(micros),
            Some(_) => self.placed(TimeZone::UTC.to_datetime(Timestamp::from_microsecond(micros).ok()?)),
        }
    }

    fn placed(&self, civil: DateTime) -> Option<i64> {
        let timestamp = match &self.zone {
            None => TimeZone::UTC.to_timestamp(civil),
            Some(zone) => zone.to_timestamp(civil),
        };
        timestamp.ok().map(floor_micros)
    }

    fn iso(&self, text: &str) -> Option<i64> {
        static PARSER: DateTimeParser = DateTimeParser::new();
        // A digit must come first: the parser would accept signed years, which no log means.
        if text.len() > 64 || !text.as_bytes().first()?.is_ascii_digit() {
            return None;
        }
        let joined;
        let text = match offset_after_space(text) {
            None => text,
            Some((civil, offset)) => {
                joined = format!("{civil}{offset}");
                &joined
            }
        };
        match PARSER.parse_timestamp(text) {
            Ok(timestamp) => Some(floor_micros(timestamp)),
            Err(_) => self.placed(PARSER.parse_datetime(text).ok()?),
        }
    }
}

/// Splits "2015-02-24 11:35:52 -0800" before its offset; "UTC" and "GMT" are Z.
fn offset_after_space(text: &str) -> Option<(&str, &str)> {
    let (civil, offset) = text.rsplit_once(' ')?;
    match offset.as_bytes().first()? {
        b'+' | b'-' | b'Z' | b'z' => Some((civil, offset)),
        _ if offset == "UTC" || offset == "GMT" => Some((civil, "Z")),
        _ => None,
    }
}

fn floor_micros(timestamp: Timestamp) -> i64 {
    (timestamp.as_nanosecond().div_euclid(1000)) as i64
}

/// A time within the years 1 to 9999.
pub(super) fn in_range(micros: i64) -> Option<i64> {
    (FIRST..=LAST).contains(&micros).then_some(micros)
}

/// Microseconds of an integer, if it is within the years 1 to 9999.
pub(super) fn micros(value: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Seconds => value.checked_mul(1_000_000),
        TimeUnit::Milliseconds => value.checked_mul(1_000),
        TimeUnit::Microseconds => Some(value),
        TimeUnit::Nanoseconds => Some(value.div_euclid(1_000)),
    }
    .and_then(in_range)
}

fn micros_in(unit: TimeUnit) -> f64 {
    match unit {
        TimeUnit::Seconds => 1e6,
        TimeUnit::Milliseconds => 1e3,
        TimeUnit::Microseconds => 1.0,
        TimeUnit::Nanoseconds => 1e-3,
    }
}

/// ISO 8601 with as many digits of the second as are needed.
pub(super) fn iso(micros: i64) -> String {
    Timestamp::from_microsecond(micros)
        .and_then(|timestamp| timestamp.round(Unit::Microsecond))
        .map_or_else(|_| micros.to_string(), |timestamp| timestamp.to_string())
}

/// How many integer times fall in each range of magnitude, with the first examples.
///
/// A plausible time lies in 1973 to 2286; read as another unit it would not, so the ranges of the four units are
/// disjoint, and between them lie numbers that are plausible in none.
#[derive(Debug, Clone, Default)]
pub(super) struct Magnitudes {
    ranges: [Magnitude; RANGES],
}

const RANGES: usize = 8;

/// Where each range ends: too small, s, none, ms, none, us, none, ns.
const ENDS: [u64; RANGES - 1] = [
    100_000_000,
    10_000_000_000,
    100_000_000_000,
    10_000_000_000_000,
    100_000_000_000_000,
    10_000_000_000_000_000,
    100_000_000_000_000_000,
];

/// The unit for which a range is plausible.
const UNITS: [Option<TimeUnit>; RANGES] = [
    None,
    Some(TimeUnit::Seconds),
    None,
    Some(TimeUnit::Milliseconds),
    None,
    Some(TimeUnit::Microseconds),
    None,
    Some(TimeUnit::Nanoseconds),
];

/// One range of magnitude.
#[derive(Debug, Clone, Default)]
pub(super) struct Magnitude {
    pub(super) count: u64,
    /// The first, by file and line.
    pub(super) examples: Vec<(Spot, i64)>,
}

impl Magnitude {
    fn example(&self) -> i64 {
        self.examples.first().map_or(0, |(_, value)| *value)
    }
}

fn range_of(value: i64) -> usize {
    ENDS.partition_point(|end| *end <= value.unsigned_abs())
}

impl Magnitudes {
    pub(super) fn add(&mut self, value: i64, spot: Spot) {
        let range = &mut self.ranges[range_of(value)];
        range.count += 1;
        spot.keep_first(&mut range.examples, value);
    }

    pub(super) fn merge(&mut self, other: Magnitudes) {
        for (mine, theirs) in self.ranges.iter_mut().zip(other.ranges) {
            mine.count += theirs.count;
            for (spot, value) in theirs.examples {
                spot.keep_first(&mut mine.examples, value);
            }
        }
    }

    /// The unit that the integers of the log are in; none where there are no integers.
    ///
    /// # Errors
    /// More than one in a thousand plausible in another unit, or none plausible in any.
    pub(super) fn unit(&self) -> Result<Option<TimeUnit>> {
        let total: u64 = self.ranges.iter().map(|range| range.count).sum();
        if total == 0 {
            return Ok(None);
        }
        let mut plausible: Vec<_> =
            self.ranges.iter().zip(UNITS).filter_map(|(range, unit)| Some((range, unit?))).collect();
        plausible.retain(|(range, _)| range.count > 0);
        plausible.sort_by_key(|(range, unit)| (u64::MAX - range.count, *unit));
        let Some(((_, unit), others)) = plausible.split_first() else {
            let example = self.ranges.iter().filter(|range| range.count > 0).map(Magnitude::example).next();
            return Err(Error::Schema(format!(
                "column `time` holds integers such as {} that are no plausible time in any unit; \
                 say what they count since 1970 with `--time-unit s` (or ms, us, ns)",
                example.unwrap_or(0)
            )));
        };
        if others.iter().map(|(range, _)| range.count).sum::<u64>() * 1000 > total {
            let examples: Vec<String> = plausible
                .iter()
                .map(|(range, unit)| format!("{} ({})", range.example(), unit.name()))
                .collect();
            return Err(Error::Schema(format!(
                "column `time` mixes units: {}; give the whole log one unit, or name it with `--time-unit` \
                 and the others become bad rows",
                examples.join(", ")
            )));
        }
        Ok(Some(*unit))
    }

    /// The ranges whose rows are bad once the unit is known.
    pub(super) fn implausible(self, unit: TimeUnit) -> impl Iterator<Item = Magnitude> {
        self.ranges.into_iter().zip(UNITS).filter(move |(_, of)| *of != Some(unit)).map(|(range, _)| range)
    }
}

/// Microseconds of an integer that is plausible in the unit of the log.
pub(super) fn plausible(value: i64, unit: TimeUnit) -> Option<i64> {
    (UNITS[range_of(value)] == Some(unit)).then(|| micros(value, unit)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_time_is_read() {
        let clock = Clock { zone: None, unit: None };
        let vienna = Clock { zone: Some(TimeZone::get("Europe/Vienna").unwrap()), unit: None };
        let at = |text: &str| match clock.text(text) {
            Some(Moment::Micros(micros)) => iso(micros),
            other => format!("{other:?}"),
        };
        assert_eq!(at("2015-02-24 11:35:52 -0800"), "2015-02-24T19:35:52Z");
        assert_eq!(at("2015-02-24T11:35:52.25Z"), "2015-02-24T11:35:52.25Z");
        assert_eq!(at("2015-02-24 11:35:52+01:00"), "2015-02-24T10:35:52Z");
        assert_eq!(at("2015-02-24 11:35:52 UTC"), "2015-02-24T11:35:52Z");
        assert_eq!(at("2015-02-24 11:35"), "2015-02-24T11:35:00Z");
        assert_eq!(at("2015-02-24"), "2015-02-24T00:00:00Z");
        assert_eq!(at(" 1341100972.5 "), "2012-07-01T00:02:52.5Z");
        assert_eq!(clock.text("1341100972"), Some(Moment::Raw(1_341_100_972)));
        assert_eq!(clock.float(1_341_100_972.0), Some(Moment::Raw(1_341_100_972)));
        assert_eq!(vienna.text("2015-07-24"), clock.text("2015-07-23T22:00:00Z"));
        for bad in
            ["", "yesterday", "2015-13-01", "292277-01-01", "-000044-03-15", "inf", "NaN", "1e300", "12:30"]
        {
            assert_eq!(clock.text(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_unit_is_the_one_of_the_whole_log() {
        let unit = |values: &[i64]| {
            let mut magnitudes = Magnitudes::default();
            for (line, value) in values.iter().enumerate() {
                magnitudes.add(*value, Spot { file: 0, line: line as u64 });
            }
            magnitudes.unit().map_err(|error| error.to_string())
        };
        assert_eq!(unit(&[]), Ok(None));
        assert_eq!(unit(&[0, 1_341_100_972]), Ok(Some(TimeUnit::Seconds)));
        assert_eq!(unit(&[1_341_100_972_000_000_000]), Ok(Some(TimeUnit::Nanoseconds)));
        assert!(unit(&[1, 2, 3]).unwrap_err().contains("--time-unit"));
        let mixed = unit(&[1_341_100_972, 1_341_100_972_000]).unwrap_err();
        assert!(mixed.contains("1341100972 (s), 1341100972000 (ms)"), "{mixed}");
    }
}
