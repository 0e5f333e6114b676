//! `laud communities`: who belongs together, what is typical of each community, and what becomes of it.

use std::io::{IsTerminal, Write, stdout};
use std::path::PathBuf;

use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output::{self, beside};
use crate::cli::progress::with_progress;
use crate::cli::settings::measure_of;
use crate::communities::{Communities as Params, Found};
use crate::community::Tracking;
use crate::error::{Error, Result};
use crate::network::Layer;

const EXAMPLES: &str = "\
Examples:
  laud communities shop.parquet -o members.parquet
  laud communities tweets.txt.gz --header actor,target,time,kind --rolling 1d -o days.csv
  laud communities shop.parquet --set leiden.resolution=2 --set leiden.seed=7
  laud communities shop.parquet --layer brand --brand acme,zenith";

/// Find communities: who belongs together, and what is typical of each.
///
/// Members go to FILE; what is said of each community to FILE.communities.ENDING, the kinds, channels and brands that
/// its members have more to do with than others to FILE.traits.ENDING and, with windows, what became of it to
/// FILE.events.ENDING. Without FILE the communities are shown.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Communities {
    #[command(flatten)]
    pub(super) shared: Shared,

    /// How to find them: leiden, louvain, label_propagation, infomap
    #[arg(long, default_value = "leiden", value_name = "WORD")]
    method: String,

    /// A parameter of the method: leiden.resolution=2; names and defaults are those of the documentation
    #[arg(long, value_name = "WORD.NAME=VALUE")]
    set: Vec<String>,

    /// Whose ties: people, or brand for those with brands and products
    #[arg(long, default_value = "people", value_name = "LAYER")]
    layer: Layer,

    /// Cut time into windows, one beginning every so often (1d) and, after a comma, of that length (1d,7d). Communities
    /// keep their numbers from window to window
    #[arg(long, value_delimiter = ',', value_name = "EVERY,LENGTH")]
    rolling: Vec<String>,

    /// Groups of fewer members are no communities
    #[arg(long, default_value_t = Tracking::default().min_size, value_name = "N")]
    min_size: u32,

    /// Random graphs of the same degrees to compare with: 0 for none, at least 19 otherwise; 20 unless that takes long
    #[arg(long, value_name = "N")]
    samples: Option<u32>,

    /// Runs with other seeds, which tell how sure each membership is: 0 for none, at least 2 otherwise; 10 unless that
    /// takes long
    #[arg(long, value_name = "N")]
    runs: Option<u32>,

    /// Where to write the tables (.parquet, .csv, .json, .ndjson, .arrow); the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Rows on a terminal.
const SHOWN: usize = 20;

impl Communities {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let [method] =
            measure_of(&[self.method.as_str()], &self.set)?.try_into().expect("one word, one measure");
        if self.rolling.len() > 2 {
            return Err(Error::parameter("rolling", "EVERY or EVERY,LENGTH", self.rolling.join(",")));
        }
        let params = Params {
            layer: self.layer,
            method,
            tracking: Tracking { min_size: self.min_size, ..Tracking::default() },
            every: self.rolling.first().cloned(),
            length: self.rolling.get(1).cloned(),
            samples: self.samples,
            runs: self.runs,
        };
        let job = self.shared.job()?;
        let (found, network) =
            with_progress(messages, self.shared.running.threads, || job.communities(&params))?;
        messages.receipt(&network.receipt);
        found.notes.iter().for_each(|sentence| messages.note(sentence));
        self.deliver(&found)
    }

    fn deliver(&self, found: &Found) -> Result<()> {
        let Found { members, communities, traits, turns, .. } = found;
        let Some(path) = self.output.as_deref() else {
            output::deliver(communities, communities, SHOWN, None)?;
            if let Some(turns) = turns.as_ref().filter(|_| stdout().is_terminal()) {
                output::to_stdout(|out| writeln!(out, "\nevents"))?;
                output::deliver(turns, turns, SHOWN, None)?;
            }
            return Ok(());
        };
        members.write(path)?;
        communities.write(beside(path, "communities"))?;
        match turns {
            Some(turns) => turns.write(beside(path, "events")),
            None => traits.write(beside(path, "traits")),
        }
    }
}
