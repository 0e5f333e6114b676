//! `laud compare`: what became of a ranking.

use std::path::PathBuf;

use crate::advocates::{self, Comparison};
use crate::cli::messages::Messages;
use crate::cli::options::Running;
use crate::cli::output;
use crate::cli::progress::with_progress;
use crate::error::{Error, Result};
use crate::table::Table;

const EXAMPLES: &str = "\
Examples:
  laud rank shop.parquet --brand acme --as-of 2025-05-01 -o may.parquet
  laud rank shop.parquet --brand acme --as-of 2025-06-01 -o june.parquet
  laud compare may.parquet june.parquet                    who moved, on the terminal
  laud compare may.parquet june.parquet -k 20 -o moved.csv";

/// Compare two rankings: who moved, and why.
///
/// OLD and NEW are what `laud rank` wrote, or tables with the columns id, rank and score. There is a row for each person who
/// moved, came or went: ranks, scores, what changed most, and the cause in words (new ties, decay, others rose, within
/// uncertainty, ...). How alike the rankings are is said beside it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Compare {
    /// The earlier ranking (.parquet, .csv, .json, .ndjson, .arrow)
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The later ranking
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// Where to write who moved (.parquet, .csv, .json, .ndjson, .arrow); the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How many people are the top that is entered and left
    #[arg(short, default_value_t = advocates::Compare::default().top, value_name = "N")]
    k: usize,

    /// How far down a reader of the rankings goes, in (0, 1): the p of the rank-biased overlap
    #[arg(short, default_value_t = advocates::Compare::default().p, value_name = "P")]
    p: f64,

    #[command(flatten)]
    pub(super) running: Running,
}

/// Rows on a terminal.
const SHOWN: usize = 20;

impl Compare {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let params = advocates::Compare { top: self.k, p: self.p };
        let comparison = with_progress(messages, self.running.threads, || {
            let (old, new) = (Table::read(&self.old)?, Table::read(&self.new)?);
            advocates::compare(&old, &new, &params).map_err(|error| self.named(error))
        })?;
        output::deliver(
            &comparison.moves,
            &Comparison::readable(&comparison.moves),
            SHOWN,
            self.output.as_deref(),
        )?;
        comparison.notes.iter().for_each(|note| messages.note(note));
        Ok(())
    }

    /// The error with the names of the files that it is about, and of the option that it is about.
    fn named(&self, error: Error) -> Error {
        match error {
            Error::Schema(sentence) => {
                Error::Schema(format!("{} and {}: {sentence}", self.old.display(), self.new.display()))
            }
            Error::Parameter { name: "top", rule, value } => Error::Parameter { name: "k", rule, value },
            other => other,
        }
    }
}
