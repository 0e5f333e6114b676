//! What happened to every row: counts by reason, with examples a person can look up.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, UInt64Array};
use serde::{Deserialize, Serialize};

use crate::table::Table;

/// Where a reason was met first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Example {
    /// The file, or the name of the frame.
    pub file: PathBuf,
    /// Line in the file (row where the format has no lines), counted from 1.
    pub line: u64,
    /// The value, shortened to 60 characters.
    pub value: String,
}

/// One reason and how many rows it met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Rows, or whatever the reason counts.
    pub count: u64,
    /// The first few, by file and line.
    pub examples: Vec<Example>,
}

/// Counts by reason, and facts about how the log was read.
///
/// Reasons are short lower-case phrases: `rows read`, `events accepted`, `bad time`, `duplicate events`,
/// `conflicting duplicates`, `self events`, `referrals turned around`, `events after as_of`, ...
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Facts in words: which columns were found, the unit of time, the span, formats.
    pub facts: BTreeMap<String, String>,
    /// Counts by reason.
    pub entries: BTreeMap<String, Entry>,
    /// Things the user should know, in whole sentences.
    pub warnings: Vec<String>,
}

/// How many examples an entry keeps.
pub(super) const EXAMPLES: usize = 3;

impl Receipt {
    /// Adds to the count of a reason.
    pub fn add(&mut self, reason: &str, count: u64) {
        if count > 0 {
            self.entries.entry(reason.to_owned()).or_default().count += count;
        }
    }

    /// Adds one row with the place where it was met; the first places by file and line are kept.
    pub fn add_example(&mut self, reason: &str, example: Example) {
        let entry = self.entries.entry(reason.to_owned()).or_default();
        entry.count += 1;
        let at = entry.examples.partition_point(|kept| *kept <= example);
        entry.examples.insert(at, example);
        entry.examples.truncate(EXAMPLES);
    }

    /// How often a reason was met.
    pub fn count(&self, reason: &str) -> u64 {
        self.entries.get(reason).map_or(0, |entry| entry.count)
    }

    /// States a fact.
    pub fn fact(&mut self, name: &str, text: impl Into<String>) {
        self.facts.insert(name.to_owned(), text.into());
    }

    /// Adds a sentence the user should read.
    pub fn warn(&mut self, sentence: impl Into<String>) {
        self.warnings.push(sentence.into());
    }

    /// Takes over what another receipt counted.
    pub fn merge(&mut self, other: Receipt) {
        self.facts.extend(other.facts);
        self.warnings.extend(other.warnings);
        for (reason, entry) in other.entries {
            let kept = self.entries.entry(reason).or_default();
            kept.count += entry.count;
            kept.examples.extend(entry.examples);
            kept.examples.sort();
            kept.examples.truncate(EXAMPLES);
        }
    }

    /// One row a reason: `reason`, `count`, `example`.
    pub fn table(&self) -> Table {
        let reasons = StringArray::from_iter_values(self.entries.keys());
        let counts = UInt64Array::from_iter_values(self.entries.values().map(|entry| entry.count));
        let examples: StringArray = self
            .entries
            .values()
            .map(|entry| {
                let first = entry.examples.first()?;
                Some(format!("{}:{} {:?}", first.file.display(), first.line, first.value))
            })
            .collect();
        Table::new([
            ("reason", Arc::new(reasons) as ArrayRef),
            ("count", Arc::new(counts)),
            ("example", Arc::new(examples)),
        ])
    }
}
