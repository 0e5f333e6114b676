//! `laud objectives`: what each objective needs, counts and looks at.

use std::io::Write;

use crate::advocates::Objectives;
use crate::cli::output;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  laud objectives > weights.toml                       change a weight there,
  laud rank cafe.csv --brand aurora --weights weights.toml   and rank by it";

/// Print the table of objectives: the events each needs, the outcome it is after and the weights of its features.
///
/// The table is what `--weights` reads and what `laud backtest --save` writes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShowObjectives {}

impl ShowObjectives {
    pub(super) fn run(&self) -> Result<()> {
        output::to_stdout(|out| out.write_all(Objectives::shipped().as_bytes()))
    }
}
