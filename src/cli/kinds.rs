//! `laud kinds`: the table of kinds.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};

use crate::cli::messages::Messages;
use crate::cli::output;
use crate::error::Result;
use crate::events;
use crate::table::Table;

/// Show the kinds of events: weights, half-lives, other spellings.
///
/// An unknown kind keeps its name and counts 1. `referral` is read as `referred_by` with the ends swapped.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  laud kinds\n  laud rank shop.csv --kinds 'like=0,share=2' --half-life 'review=60d'"
)]
pub(super) struct Kinds {
    /// Where to write the table; the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<std::path::PathBuf>,
}

impl Kinds {
    pub(super) fn run(&self, _: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let kinds = &events::Kinds::TABLE;
        let aliases = kinds.iter().map(|kind| kind.aliases.join(", "));
        let table = Table::new([
            ("kind", Arc::new(StringArray::from_iter_values(kinds.iter().map(|kind| kind.name))) as ArrayRef),
            ("weight", Arc::new(Float64Array::from_iter_values(kinds.iter().map(|kind| kind.weight)))),
            (
                "half_life_days",
                Arc::new(kinds.iter().map(|kind| kind.half_life_days).collect::<Float64Array>()),
            ),
            ("aliases", Arc::new(StringArray::from_iter_values(aliases))),
        ]);
        output::deliver(&table, &table, kinds.len(), self.output.as_deref())
    }
}
