//! `laud simulate`: a log in which it is known who persuades whom.

use std::path::PathBuf;

use crate::cli::messages::Messages;
use crate::cli::options::Running;
use crate::cli::output;
use crate::cli::progress::with_progress;
use crate::error::Result;
use crate::report::count;
use crate::simulate::{self, Scenario};

const EXAMPLES: &str = "\
Examples:
  laud simulate -o town.parquet --truth truth.parquet
  laud simulate --scenario attack --people 2000 -o town.csv --truth truth.csv --accounts accounts.csv
  laud rank town.csv --accounts accounts.csv --brand acme";

/// Simulate a log with planted advocates, fans, lurkers and bots, and the truth about them.
///
/// It shows what a ranking can find, not what people are like: see the documentation of the crate for the mechanics.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Simulate {
    /// calm, attack (3 % bots) or concentrated (few persuade)
    #[arg(long, default_value = "calm", value_name = "NAME")]
    scenario: Scenario,

    /// How many people
    #[arg(long, default_value_t = simulate::Simulate::default().people, value_name = "N")]
    people: u32,

    /// How many communities they live in
    #[arg(long, default_value_t = simulate::Simulate::default().communities, value_name = "N")]
    communities: u32,

    /// Length of the log in days
    #[arg(long, default_value_t = simulate::Simulate::default().days, value_name = "N")]
    days: u32,

    /// Ids of the brands
    #[arg(long, default_value = "acme", value_delimiter = ',', value_name = "IDS")]
    brand: Vec<String>,

    /// Share of people who are planted as advocates, up to 0.3
    #[arg(long, default_value_t = simulate::Simulate::default().advocates, value_name = "SHARE")]
    advocates: f64,

    /// Share of people who are bots, up to 0.3; that of the scenario unless given
    #[arg(long, value_name = "SHARE")]
    bots: Option<f64>,

    /// How much people post, up to 10
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    activity: f64,

    /// Seed of everything random
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,

    /// Where to write the log (.parquet, .csv, .json, .ndjson, .arrow)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Where to write who is what, and how much they really persuade
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,

    /// Where to write the declared accounts
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,

    #[command(flatten)]
    pub(super) running: Running,
}

impl Simulate {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        let files = [Some(&self.output), self.truth.as_ref(), self.accounts.as_ref()];
        files.iter().try_for_each(|file| output::check(file.map(PathBuf::as_path)))?;
        let params = simulate::Simulate {
            scenario: self.scenario,
            people: self.people,
            communities: self.communities,
            days: self.days,
            brands: self.brand.clone(),
            advocates: self.advocates,
            bots: self.bots,
            activity: self.activity,
            seed: self.seed,
            ..simulate::Simulate::default()
        };
        let town = with_progress(messages, self.running.threads, || {
            let town = simulate::simulate(&params)?;
            for (table, file) in [&town.log, &town.truth, &town.accounts].into_iter().zip(files) {
                file.map_or(Ok(()), |file| table.write(file))?;
            }
            Ok(town)
        })?;
        let events = count(town.log.num_rows() as u64);
        messages.note(&format!(
            "wrote {events} events of {} people to {}",
            count(self.people.into()),
            self.output.display()
        ));
        Ok(())
    }
}
