//! `laud select`: whom to invite together.

use std::path::PathBuf;

use crate::advocates::{Method, Select as Params};
use crate::cli::messages::Messages;
use crate::cli::options::{Shared, numbers_by_id};
use crate::cli::output;
use crate::cli::progress::with_progress;
use crate::cli::rank::Judging;
use crate::error::Result;
use crate::influence::{Model, Probability};

const EXAMPLES: &str = "\
Examples:
  laud select cafe.csv --brand aurora -k 20                        whom to invite together
  laud select cafe.csv --brand aurora -k 20 --quota 3              at most three of a community
  laud select shop.parquet --brand acme --budget 500 --costs fees.csv -o invitations.csv
  laud select tweets.txt.gz --header actor,target,time,kind -k 50 --method ris";

/// Choose whom to invite together.
///
/// The first twenty of a ranking may all speak to the same people. This chooses a set that reaches many, one after the other,
/// always who adds most, and says what the first by score would have reached. Suspects are never chosen.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Select {
    #[command(flatten)]
    pub(super) shared: Shared,

    #[command(flatten)]
    judging: Judging,

    /// Where to write the set (.parquet, .csv, .json, .ndjson, .arrow); the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How many people to choose at most
    #[arg(short, default_value_t = Params::default().k, value_name = "N")]
    k: usize,

    /// How: greedy (what the set brings about), ris (the greatest cascade of attention, with a bound), degree (most listeners
    /// whom no other has) or score (the first by score)
    #[arg(long, default_value = Method::default().name(), value_name = "HOW")]
    method: Method,

    /// What an invitation costs: a table with the columns `id` and `cost`; 1 for everybody else
    #[arg(long, value_name = "FILE")]
    costs: Option<PathBuf>,

    /// What all invitations may cost together
    #[arg(long, value_name = "COST")]
    budget: Option<f64>,

    /// How many of one group may be chosen
    #[arg(long, value_name = "N")]
    quota: Option<usize>,

    /// The column of the accounts that holds the groups of the quota; the community unless given
    #[arg(long, value_name = "COLUMN", requires = "quota")]
    groups: Option<String>,

    /// How much it counts to choose from many communities
    #[arg(long, default_value_t = Params::default().diversity, value_name = "WEIGHT")]
    diversity: f64,

    /// For ris: how far the cascade may fall short of 1 - 1/e of the greatest, as a share of it
    #[arg(long, default_value_t = Params::default().epsilon, value_name = "SHARE")]
    epsilon: f64,

    /// For ris: how attention carries on: independent (each act for itself) or threshold (when enough is attended to)
    #[arg(long, default_value = "independent", value_name = "HOW")]
    model: Model,

    /// For ris: how likely it carries on: share (of somebody's attention), weight (of the tie, at most 1) or a number
    #[arg(long, default_value = "share", value_name = "CHANCE")]
    probability: Probability,

    /// How far ahead, such as 7d; a tenth of the log unless given, at most 30d
    #[arg(long, value_name = "TIME")]
    horizon: Option<String>,
}

/// Rows on a terminal.
const SHOWN: usize = 50;

impl Select {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let mut advocates = self.judging.advocates(&self.shared)?;
        advocates.horizon = self.horizon.clone().or(advocates.horizon);
        let params = Params {
            advocates,
            method: self.method,
            k: self.k,
            costs: numbers_by_id(self.costs.as_deref(), "cost")?,
            budget: self.budget,
            quota: self.quota,
            groups: self.groups.clone(),
            diversity: self.diversity,
            epsilon: self.epsilon,
            model: self.model,
            probability: self.probability,
        };
        let job = self.shared.job()?;
        let (found, network) = with_progress(messages, self.shared.running.threads, || job.select(&params))?;
        messages.receipt(&network.receipt);
        output::deliver(&found.picks, &found.picks, SHOWN, self.output.as_deref())?;
        found.notes.iter().for_each(|note| messages.note(note));
        Ok(())
    }
}
