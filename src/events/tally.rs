//! What happened to the rows while they were read: counts, examples, and the first bad row.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::receipt::{EXAMPLES, Example, Receipt};
use super::schema::{Field, MaxBadRows};
use super::time::{self, Magnitude};
use crate::error::{Error, Result};

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// A position in the list of files.
    pub(super) file: u32,
    /// Line or row, from 1.
    pub(super) line: u64,
}

impl Spot {
    /// Adds a value met here to the first few, by file and line.
    pub(super) fn keep_first<T>(self, kept: &mut Vec<(Spot, T)>, value: T) {
        let at = kept.partition_point(|(spot, _)| *spot <= self);
        if at < EXAMPLES {
            kept.insert(at, (self, value));
            kept.truncate(EXAMPLES);
        }
    }
}

/// Why a row is bad.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    /// The column, as laud names it.
    pub(super) column: String,
    /// The domain, worded to follow "must be".
    pub(super) rule: Cow<'static, str>,
    /// The value, shortened.
    pub(super) value: String,
    /// What else could be done about it.
    pub(super) hint: String,
}

impl Fault {
    /// A cell that breaks the rule of its column.
    pub(super) fn in_field(field: Field, rule: &'static str, value: String) -> Fault {
        let name = field.name();
        let ignore =
            if field.is_required() { String::new() } else { format!(" or ignore it (`--column {name}=`)") };
        let hint = format!(", map another column (`--column {name}=NAME`){ignore}");
        Fault { column: name.to_owned(), rule: Cow::Borrowed(rule), value, hint }
    }
}

/// The reason of a row whose time is bad.
const BAD_TIME: &str = "bad time";

/// Rows of one reason.
#[derive(Debug, Default)]
struct Reason {
    count: u64,
    examples: Vec<(Spot, String)>,
}

/// The account of one worker; merged, the account of the log.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Rows met, good or bad.
    pub(super) rows: u64,
    /// Referrals whose ends were swapped.
    pub(super) turned: u64,
    bad: BTreeMap<String, Reason>,
    first: Option<(Spot, Fault)>,
}

impl Tally {
    /// Counts `rows` bad rows of one reason, met at `spot`.
    pub(super) fn bad(&mut self, reason: &str, spot: Spot, rows: u64, fault: Fault) {
        if !self.bad.contains_key(reason) {
            self.bad.insert(reason.to_owned(), Reason::default());
        }
        let entry = self.bad.get_mut(reason).expect("inserted above");
        entry.count += rows;
        spot.keep_first(&mut entry.examples, fault.value.clone());
        if self.first.as_ref().is_none_or(|(first, _)| spot < *first) {
            self.first = Some((spot, fault));
        }
    }

    /// Counts times that are implausible in the unit of the log.
    pub(super) fn bad_times(&mut self, times: Magnitude) {
        let known = times.examples.len() as u64;
        for (spot, value) in times.examples {
            self.bad(BAD_TIME, spot, 1, Fault::in_field(Field::Time, time::INTEGER_RULE, value.to_string()));
        }
        if times.count > known {
            self.bad.entry(BAD_TIME.to_owned()).or_default().count += times.count - known;
        }
    }

    /// Takes over what another worker counted.
    pub(super) fn merge(&mut self, other: Tally) {
        self.rows += other.rows;
        self.turned += other.turned;
        for (reason, theirs) in other.bad {
            let mine = self.bad.entry(reason).or_default();
            mine.count += theirs.count;
            for (spot, value) in theirs.examples {
                spot.keep_first(&mut mine.examples, value);
            }
        }
        self.first = match (self.first.take(), other.first) {
            (Some(mine), Some(theirs)) => Some(if mine.0 <= theirs.0 { mine } else { theirs }),
            (mine, theirs) => mine.or(theirs),
        };
    }

    /// How many rows were bad.
    pub(super) fn bad_rows(&self) -> u64 {
        self.bad.values().map(|reason| reason.count).sum()
    }

    /// Refuses a log with more bad rows than the limit allows, or with no good one.
    pub(super) fn judge(&self, limit: Option<MaxBadRows>, files: &[PathBuf]) -> Result<()> {
        let bad = self.bad_rows();
        let limit = MaxBadRows::limit(limit, self.rows);
        let Some((spot, fault)) = &self.first else { return Ok(()) };
        if bad <= limit && bad < self.rows {
            return Ok(());
        }
        let more = match (bad, self.rows) {
            (1, 1) => "; it is the only row".to_owned(),
            (bad, rows) if bad >= rows => {
                format!("; all {rows} rows are bad: repair the log{}", fault.hint)
            }
            (bad, rows) => format!(
                "; {bad} of {rows} rows are bad, the limit is {limit}: repair the log{}, or raise `--max-bad-rows`",
                fault.hint
            ),
        };
        Err(Error::Record {
            file: files[spot.file as usize].clone(),
            line: spot.line,
            column: fault.column.clone(),
            rule: fault.rule.clone(),
            value: fault.value.clone(),
            more,
        })
    }

    /// Writes the counts into a receipt.
    pub(super) fn report(self, receipt: &mut Receipt, files: &[PathBuf]) {
        receipt.add("rows read", self.rows);
        receipt.add("referrals turned around", self.turned);
        for (reason, entry) in self.bad {
            receipt.add(&reason, entry.count);
            let examples = entry.examples.into_iter().map(|(spot, value)| Example {
                file: files[spot.file as usize].clone(),
                line: spot.line,
                value,
            });
            receipt.entries.entry(reason).or_default().examples.extend(examples);
        }
    }
}
