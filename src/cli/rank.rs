//! `laud rank`: whom to invite.

use std::path::PathBuf;

use crate::advocates::{Advocates, Credit, Integrity, Objective, Objectives, Ranking};
use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output;
use crate::cli::progress::with_progress;
use crate::cli::settings::with_settings;
use crate::error::Result;
use crate::table::Table;

const EXAMPLES: &str = "\
Examples:
  laud rank cafe.csv --brand aurora                        a table on the terminal
  laud rank cafe.csv --brand aurora -o advocates.parquet   everybody, into a file
  laud rank tweets.txt.gz --header actor,target,time,kind -k 20
  laud rank shop.csv --column actor=user --column target==Acme --brand Acme";

/// Rank advocates of a brand, or of nobody in particular.
///
/// The order comes from what others do towards a person: who answers, shares, replies and buys through them, how
/// regularly, and whether trusted people are among them. Likes and followers stand beside the score and are no
/// part of it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Rank {
    #[command(flatten)]
    pub(super) shared: Shared,

    #[command(flatten)]
    judging: Judging,

    /// Where to write the ranking (.parquet, .csv, .json, .ndjson, .arrow); the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How many invitations there are, and how many rows to write
    #[arg(short, value_name = "N")]
    k: Option<usize>,

    #[command(flatten)]
    drawing: Drawing,

    /// Where to write which accounts are suspect, and why
    #[arg(long, value_name = "FILE")]
    suppressed: Option<PathBuf>,

    /// Where to write how many spend much, bring many others, or both
    #[arg(long, value_name = "FILE")]
    segments: Option<PathBuf>,
}

/// How far a ranking looks, whom it leaves out, and how sure it is.
#[derive(clap::Args)]
pub(super) struct Drawing {
    /// How far ahead the ranking looks, such as 7d: what momentum fades by. A tenth of the log unless given, at most 30d
    #[arg(long, value_name = "TIME")]
    horizon: Option<String>,

    /// How often the ranking is drawn anew to tell how sure it is; 0 leaves ranges and tiers out
    #[arg(long, default_value_t = Advocates::default().bootstrap, value_name = "N")]
    bootstrap: u32,

    /// Leave out people who gave and received fewer events
    #[arg(long, default_value_t = 0, value_name = "N")]
    min_events: u64,
}

impl Drawing {
    /// The parameters with what these options say.
    pub(super) fn apply(&self, params: Advocates) -> Advocates {
        Advocates {
            horizon: self.horizon.clone().or(params.horizon),
            bootstrap: self.bootstrap,
            min_events: self.min_events,
            ..params
        }
    }
}

/// What a ranking and its test have in common.
#[derive(clap::Args)]
pub(super) struct Judging {
    /// What the advocates are for: acquisition, deflection, retention or awareness
    #[arg(long, value_name = "WHAT")]
    objective: Option<Objective>,

    /// Table of objectives and their weights, as `laud objectives` prints it and `laud backtest --save` writes it
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,

    /// How long before an outcome somebody must have been seen to be credited with it
    #[arg(long, default_value_t = Credit::default().window, value_name = "TIME")]
    window: String,

    /// Take every account for what it seems: for a look at before and after
    #[arg(long)]
    no_integrity: bool,

    /// Any other parameter of the ranking: credit.depth=2, integrity.ring.smallest=9, weights.credit=0.5, candidates=2000
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,

    /// Seed of everything random
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

impl Judging {
    /// The parameters they make, for the first brand that is named.
    pub(super) fn advocates(&self, shared: &Shared) -> Result<Advocates> {
        let params = Advocates {
            brand: shared.brand.first().cloned(),
            objective: self.objective,
            objectives: self.weights.as_deref().map(Objectives::read).transpose()?.unwrap_or_default(),
            credit: Credit { window: self.window.clone(), ..Credit::default() },
            integrity: Integrity { enabled: !self.no_integrity, ..Integrity::default() },
            seed: self.seed,
            ..Advocates::default()
        };
        with_settings(params, &self.set)
    }
}

/// Rows on a terminal where no number was asked for.
const SHOWN: usize = 20;

impl Rank {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        output::check(self.suppressed.as_deref())?;
        output::check(self.segments.as_deref())?;
        let params = self.drawing.apply(self.judging.advocates(&self.shared)?);
        let params = Advocates { k: self.k.unwrap_or(params.k), limit: self.k, ..params };
        let job = self.shared.job()?;
        let (ranking, receipt) = with_progress(messages, self.shared.running.threads, || job.rank(&params))?;
        messages.receipt(&receipt);
        if let Some(path) = &self.suppressed {
            ranking.suppressed().write(path)?;
        }
        if let Some(path) = &self.segments {
            ranking.segments().write(path)?;
        }
        output::deliver(
            ranking.table(),
            &readable(&ranking),
            self.k.unwrap_or(SHOWN),
            self.output.as_deref(),
        )?;
        ranking.notes().iter().for_each(|note| messages.note(note));
        Ok(())
    }
}

/// The columns that fit a terminal: who, how high, which part of the score came from what, and the counts beside it.
fn readable(ranking: &Ranking) -> Table {
    let table = ranking.table();
    let shown = |name: &str| {
        let plain = [
            "rank",
            "id",
            "role",
            "score",
            "rank_low",
            "rank_high",
            "tier",
            "evidence_engagers",
            "baseline_likes",
            "baseline_followers",
            "flags",
        ];
        plain.contains(&name) || name.starts_with("contribution_")
    };
    let short = |name: &str| {
        let short =
            ["contribution_", "evidence_", "baseline_"].iter().find_map(|prefix| name.strip_prefix(prefix));
        short.unwrap_or(name).to_owned()
    };
    let schema = table.batch().schema();
    let columns = schema.fields().iter().zip(table.batch().columns());
    Table::new(
        columns
            .filter(|(field, _)| shown(field.name()))
            .map(|(field, column)| (short(field.name()), column.clone())),
    )
}
