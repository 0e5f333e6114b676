//! `laud backtest`: does the ranking foretell anything?

use std::path::PathBuf;

use crate::advocates::{Advocates, Backtest as Params};
use crate::cli::messages::Messages;
use crate::cli::options::{Shared, numbers_by_id};
use crate::cli::output::{self, beside};
use crate::cli::progress::with_progress;
use crate::cli::rank::Judging;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  laud backtest cafe.csv --brand aurora
  laud backtest tweets.txt.gz --header actor,target,time,kind --outcome share --horizon 6h
  laud backtest shop.parquet --brand acme --save weights.toml && laud rank shop.parquet --brand acme --weights weights.toml";

/// Test on the past of the log whether the ranking foretells anything, against plain counts.
///
/// At several moments people are ranked by what was known then: by the weights of the objective, by weights learned from
/// earlier moments, by each feature and each plain count alone, by two sets. What they brought about afterwards tells who foretold
/// it best. All moments but the last choose, the last one judges the choice.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Backtest {
    #[command(flatten)]
    pub(super) shared: Shared,

    #[command(flatten)]
    judging: Judging,

    /// Where to write the rankers and how they did (.parquet, .csv, .json, .ndjson, .arrow), with FILE.origins and
    /// FILE.calibration beside it; the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Where to write the weights that were chosen, for `laud rank --weights`
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// The kind of event that counts as outcome; that of the objective unless given
    #[arg(long, value_name = "KIND")]
    outcome: Option<String>,

    /// Outcomes from elsewhere: a table with the columns `id` and `value`, the same at every moment
    #[arg(long, value_name = "FILE", conflicts_with = "outcome")]
    outcomes: Option<PathBuf>,

    /// How many moments of the past, at least 3
    #[arg(long, default_value_t = Params::default().origins, value_name = "N")]
    origins: u32,

    /// How long outcomes are counted after each moment, such as 30d; a tenth of the log unless given, at most 90d
    #[arg(long, value_name = "TIME")]
    horizon: Option<String>,

    /// How long after each moment nothing is counted
    #[arg(long, value_name = "TIME")]
    embargo: Option<String>,

    /// Choose the weights learned from the moments, whatever else foretold more; a note says what did
    #[arg(long)]
    learn: bool,

    /// How often moments are drawn anew for the intervals, at least 100
    #[arg(long, default_value_t = Params::default().samples, value_name = "N")]
    samples: u32,

    /// How many people at the top are looked at
    #[arg(short, default_value_t = Advocates::default().k, value_name = "N")]
    k: usize,
}

/// Rows on a terminal.
const SHOWN: usize = 30;

impl Backtest {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let params = Params {
            advocates: Advocates { k: self.k, ..self.judging.advocates(&self.shared)? },
            outcome: self.outcome.clone(),
            outcomes: numbers_by_id(self.outcomes.as_deref(), "value")?,
            origins: self.origins,
            horizon: self.horizon.clone(),
            embargo: self.embargo.clone(),
            learn: self.learn,
            samples: self.samples,
        };
        let job = self.shared.job()?;
        let (found, network) =
            with_progress(messages, self.shared.running.threads, || job.backtest(&params))?;
        messages.receipt(&network.receipt);
        if let Some(path) = &self.save {
            found.objectives.write(path)?;
        }
        output::deliver(&found.rankers, &found.rankers, SHOWN, self.output.as_deref())?;
        if let Some(path) = self.output.as_deref() {
            found.origins.write(beside(path, "origins"))?;
            found.calibration.write(beside(path, "calibration"))?;
        }
        found.notes.iter().chain([&found.verdict]).for_each(|note| messages.note(note));
        Ok(())
    }
}
