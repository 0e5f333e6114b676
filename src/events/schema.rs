//! Which source column is which: the mapping a caller gives, and the search by name.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::time::{Clock, Moment};
use crate::error::{Error, Result};

/// How the columns of a source are read. `Default` finds them by their names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// Column of the log by laud's name for it (`actor`): a source column (`user_id`), a constant (`=Acme`), or
    /// nothing, which ignores a column of that name.
    pub map: BTreeMap<String, String>,
    /// Names of the columns of a file that has no header.
    pub header: Option<Vec<String>>,
    /// What separates fields of a text file; detected where none is given.
    pub separator: Option<char>,
    /// Kind by a part of the file's name; of several parts that occur the longest counts.
    pub kind_from_name: BTreeMap<String, String>,
    /// The zone of times without one, by its IANA name; UTC where none is given.
    pub timezone: Option<String>,
    /// The unit of integer times; detected over the whole log where none is given.
    pub time_unit: Option<TimeUnit>,
    /// How many bad rows are skipped before the log is refused; 1 %, and at least 100, where none is given.
    pub max_bad_rows: Option<MaxBadRows>,
    /// A cluster of linked accounts with more members is not merged.
    pub max_cluster: usize,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns {
            map: BTreeMap::new(),
            header: None,
            separator: None,
            kind_from_name: BTreeMap::new(),
            timezone: None,
            time_unit: None,
            max_bad_rows: None,
            max_cluster: 50,
        }
    }
}

/// What an integer time counts since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimeUnit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Microseconds.
    #[serde(rename = "us")]
    Microseconds,
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanoseconds,
}

impl TimeUnit {
    /// The word of options and files.
    pub fn name(self) -> &'static str {
        match self {
            TimeUnit::Seconds => "s",
            TimeUnit::Milliseconds => "ms",
            TimeUnit::Microseconds => "us",
            TimeUnit::Nanoseconds => "ns",
        }
    }
}

impl FromStr for TimeUnit {
    type Err = Error;

    fn from_str(text: &str) -> Result<TimeUnit> {
        use TimeUnit::*;
        [Seconds, Milliseconds, Microseconds, Nanoseconds]
            .into_iter()
            .find(|unit| unit.name() == text)
            .ok_or_else(|| Error::parameter("time_unit", "s, ms, us or ns", text))
    }
}

/// How many bad rows are skipped: a count, or a share of all rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MaxBadRows {
    /// So many rows.
    Count(u64),
    /// This share of all rows, 0 to 1.
    Share(f64),
}

impl MaxBadRows {
    /// How many of `rows` may be bad.
    pub(super) fn limit(limit: Option<MaxBadRows>, rows: u64) -> u64 {
        match limit {
            None => (rows / 100).max(100),
            Some(MaxBadRows::Count(count)) => count,
            Some(MaxBadRows::Share(share)) => (rows as f64 * share) as u64,
        }
    }
}

impl FromStr for MaxBadRows {
    type Err = Error;

    /// Reads `100`, `0.05` or `5%`.
    fn from_str(text: &str) -> Result<MaxBadRows> {
        let share = |text: &str| text.parse().ok().filter(|share| (0.0..=100.0).contains(share));
        let read = match text.strip_suffix('%') {
            Some(percent) => share(percent).map(|percent| MaxBadRows::Share(percent / 100.0)),
            None => match text.parse() {
                Ok(count) => Some(MaxBadRows::Count(count)),
                Err(_) => share(text).filter(|share| *share <= 1.0).map(MaxBadRows::Share),
            },
        };
        read.ok_or_else(|| Error::parameter("max_bad_rows", "a count, a share below 1 or a percentage", text))
    }
}

/// The columns of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Time,
    Actor,
    Target,
    Kind,
    Channel,
    Weight,
    Sentiment,
    EventId,
    Parent,
    Item,
    Value,
}

impl Field {
    pub(super) const ALL: [Field; 11] = [
        Field::Time,
        Field::Actor,
        Field::Target,
        Field::Kind,
        Field::Channel,
        Field::Weight,
        Field::Sentiment,
        Field::EventId,
        Field::Parent,
        Field::Item,
        Field::Value,
    ];

    /// Laud's name for the column.
    pub(super) fn name(self) -> &'static str {
        match self {
            Field::Time => "time",
            Field::Actor => "actor",
            Field::Target => "target",
            Field::Kind => "kind",
            Field::Channel => "channel",
            Field::Weight => "weight",
            Field::Sentiment => "sentiment",
            Field::EventId => "event_id",
            Field::Parent => "parent",
            Field::Item => "item",
            Field::Value => "value",
        }
    }

    pub(super) fn is_required(self) -> bool {
        matches!(self, Field::Time | Field::Actor | Field::Target)
    }
}

impl Columns {
    /// Refuses what could not be obeyed.
    pub(super) fn check(&self) -> Result<()> {
        for (field, source) in &self.map {
            let Some(known) = Field::ALL.into_iter().find(|known| known.name() == field) else {
                let names: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
                return Err(Error::parameter("column", format!("one of {}", names.join(", ")), field));
            };
            if known.is_required() && source.is_empty() {
                return Err(Error::parameter(
                    "column",
                    "a source column: every event needs one",
                    format!("{field}="),
                ));
            }
        }
        if let Some(separator) = self.separator
            && (!separator.is_ascii() || matches!(separator, '"' | '\n' | '\r'))
        {
            return Err(Error::parameter(
                "separator",
                "one ASCII character that is no quote or newline",
                separator,
            ));
        }
        if let Some(MaxBadRows::Share(share)) = self.max_bad_rows
            && !(0.0..=1.0).contains(&share)
        {
            return Err(Error::parameter("max_bad_rows", "a count or a share in [0, 1]", share));
        }
        if self.max_cluster == 0 {
            return Err(Error::parameter("max_cluster", "at least 1", 0));
        }
        self.zone().map(drop)
    }

    /// The zone of times without one; none is UTC.
    pub(super) fn zone(&self) -> Result<Option<TimeZone>> {
        let Some(name) = &self.timezone else { return Ok(None) };
        let zone = TimeZone::get(name)
            .map_err(|_| Error::parameter("timezone", "an IANA time zone such as Europe/Vienna", name))?;
        Ok((zone != TimeZone::UTC).then_some(zone))
    }

    /// The moment that a text such as `2024-03-01` or `2024-03-01 09:00` means, in microseconds UTC.
    ///
    /// # Errors
    /// [`Error::Parameter`] under `name` for a text that is no time.
    pub fn moment(&self, name: &'static str, text: &str) -> Result<i64> {
        let clock = Clock { zone: self.zone()?, unit: self.time_unit };
        match clock.text(text) {
            Some(Moment::Micros(micros)) => Ok(micros),
            _ => Err(Error::parameter(
                name,
                "a time such as 2024-03-01 or 2024-03-01T09:00:00Z",
                format!("{text:?}"),
            )),
        }
    }

    /// Which of the columns of a source are read.
    ///
    /// # Errors
    /// [`Error::Schema`] for a column that is missing or doubled.
    pub fn wanted(&self, names: &[String]) -> Result<Vec<String>> {
        let layout = Layout::resolve(self, names, Path::new("frame"))?;
        Ok(layout.columns().map(|(_, at)| names[at].clone()).collect())
    }

    /// The kind that the name of a file gives to its rows.
    pub(super) fn kind_of_name(&self, file: &Path) -> Option<&String> {
        let name = file.file_name()?.to_string_lossy();
        let fitting = self.kind_from_name.iter().filter(|(part, _)| name.contains(part.as_str()));
        fitting.max_by_key(|(part, _)| part.len()).map(|(_, kind)| kind)
    }
}

/// At most 60 characters of a value, for people.
pub(super) fn shortened(value: &[u8]) -> String {
    let head = String::from_utf8_lossy(&value[..value.len().min(240)]);
    if value.len() <= 240 && head.chars().count() <= 60 {
        return head.into_owned();
    }
    let mut short: String = head.chars().take(57).collect();
    short.push_str("...");
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_counts_shares_and_percentages() {
        assert_eq!("5%".parse::<MaxBadRows>().unwrap(), MaxBadRows::Share(0.05));
        assert_eq!("7".parse::<MaxBadRows>().unwrap(), MaxBadRows::Count(7));
        assert_eq!("0.5".parse::<MaxBadRows>().unwrap(), MaxBadRows::Share(0.5));
        assert!("many".parse::<MaxBadRows>().is_err());
        assert_eq!(MaxBadRows::limit(None, 1_000_000), 10_000);
    }

    #[test]
    fn a_mapping_to_a_column_that_laud_does_not_know_is_refused() {
        let columns = Columns { map: BTreeMap::from([("user".into(), "x".into())]), ..Columns::default() };
        assert!(columns.check().unwrap_err().to_string().starts_with("column must be one of time, actor"));
    }
}
