//! Half-lives in words: `30d`, `12h`, `2w`, `none`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::events::Kinds;

/// After how long an event counts half: the table's, one for all kinds, or the table with changes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HalfLife {
    /// 30 days, 90 for purchase and referred_by, none for follow.
    #[default]
    Table,
    /// The same for every kind, in words such as `30d`, `12h`, `none`.
    All(String),
    /// Changes to the table, by kind.
    Kinds(BTreeMap<String, String>),
}

/// One UTC day in microseconds.
pub(crate) const DAY: i64 = 86_400_000_000;

/// The half-life in days of a kind that the table does not know.
const UNKNOWN_KIND: f64 = 30.0;

impl HalfLife {
    /// The half-life of each of `kinds` in microseconds; none where events never fade.
    pub(super) fn of_kinds(&self, kinds: &[String]) -> Result<Vec<Option<i64>>> {
        let table = |kind: &String| {
            let days = Kinds::get(kind).map_or(Some(UNKNOWN_KIND), |kind| kind.half_life_days);
            days.map(|days| (days * DAY as f64) as i64)
        };
        Ok(match self {
            HalfLife::Table => kinds.iter().map(table).collect(),
            HalfLife::All(text) => vec![microseconds(text)?; kinds.len()],
            HalfLife::Kinds(changes) => {
                let changes: BTreeMap<String, Option<i64>> = changes
                    .iter()
                    .map(|(kind, text)| Ok((Kinds::canonical(kind).0, microseconds(text)?)))
                    .collect::<Result<_>>()?;
                kinds.iter().map(|kind| changes.get(kind).copied().unwrap_or_else(|| table(kind))).collect()
            }
        })
    }

    /// The kinds that are named one by one.
    pub(super) fn named_kinds(&self) -> impl Iterator<Item = &String> {
        match self {
            HalfLife::Kinds(changes) => Some(changes.keys()),
            HalfLife::Table | HalfLife::All(_) => None,
        }
        .into_iter()
        .flatten()
    }
}

/// Reads a half-life: a length of time, or `none`.
fn microseconds(text: &str) -> Result<Option<i64>> {
    match text.trim() {
        "none" => Ok(None),
        other => match length(other) {
            Some(length) => Ok(Some(length)),
            None => Err(Error::parameter("half_life", format!("`none` or {LENGTH}"), format!("{text:?}"))),
        },
    }
}

/// What a length of time must be.
pub(crate) const LENGTH: &str = "a positive number with one of the units s, min, h, d, w, such as `30d`";

/// Reads a length of time such as `30d` (units `s`, `min`, `h`, `d`, `w`) in microseconds.
pub(crate) fn length(text: &str) -> Option<i64> {
    let trimmed = text.trim();
    let end = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(end);
    let unit = match unit.trim_start() {
        "s" => Some(1_000_000),
        "min" => Some(60_000_000),
        "h" => Some(3_600_000_000),
        "d" => Some(DAY),
        "w" => Some(7 * DAY),
        _ => None,
    };
    let length = number.parse::<f64>().ok().zip(unit).map(|(number, unit)| (number * unit as f64).round())?;
    (length >= 1.0 && length < (1_i64 << 60) as f64).then_some(length as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_lives_are_read_in_words() {
        for (text, expected) in [
            ("30d", Some(30 * DAY)),
            (" 12 h ", Some(DAY / 2)),
            ("2w", Some(14 * DAY)),
            ("1.5min", Some(90_000_000)),
            ("none", None),
        ] {
            assert_eq!(microseconds(text).unwrap(), expected, "{text}");
        }
        for text in ["", "30", "d", "-1d", "0d", "1e9w", "3 months", "1..2d"] {
            assert!(microseconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn changes_leave_the_rest_of_the_table_alone() {
        let changes = BTreeMap::from([("RT".to_owned(), "1d".to_owned())]);
        let kinds = ["follow", "purchase", "share", "wave"].map(str::to_owned);
        let days = HalfLife::Kinds(changes).of_kinds(&kinds).unwrap();
        assert_eq!(days, [None, Some(90 * DAY), Some(DAY), Some(30 * DAY)]);
    }
}
