//! `laud kinds`: the table of kinds.

use crate::cli::messages::Messages;
use crate::cli::output;
use crate::error::Result;
use crate::events;

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
        let table = events::Kinds::table();
        output::deliver(&table, &table, table.num_rows(), self.output.as_deref())
    }
}
