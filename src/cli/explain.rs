//! `laud explain`: why somebody stands where they stand.

use std::path::PathBuf;

use crate::advocates::{Advocates, Explain as Params};
use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output::{self, beside};
use crate::cli::progress::with_progress;
use crate::cli::rank::{Drawing, Judging};
use crate::error::Result;
use crate::report::{card_html, card_text};
use crate::table::write_atomically;

const EXAMPLES: &str = "\
Examples:
  laud explain luca4 cafe.csv --brand aurora                      the card, on the terminal
  laud explain luca4 cafe.csv --brand aurora -o luca4.html        the card, as a page to send
  laud explain luca4 cafe.csv --brand aurora -o luca4.csv         the parts of the score, with luca4.sources.csv and luca4.changes.csv";

/// Explain why a person stands where they stand in the ranking.
///
/// The card says the place and how sure it is, what speaks for it, what holds it back, what would be otherwise without some of
/// the person's acts, and what it would take to climb. It names nobody else, so it can be shown to whom it is about. Give the
/// options of the ranking that is to be explained.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// Whom to explain
    #[arg(value_name = "ID")]
    id: String,

    #[command(flatten)]
    pub(super) shared: Shared,

    #[command(flatten)]
    judging: Judging,

    #[command(flatten)]
    drawing: Drawing,

    /// Where to write the card (.html, .txt), or the parts of the score (.parquet, .csv, .json, .ndjson, .arrow) with
    /// FILE.sources and FILE.changes beside them; the card on the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How many invitations there are
    #[arg(short, default_value_t = Advocates::default().k, value_name = "N")]
    k: usize,

    /// How many people, kinds, items and times behind each feature are told one by one
    #[arg(long, default_value_t = Params::default().sources, value_name = "N")]
    sources: usize,

    /// How many changes are tried that take something away, and how many that add something
    #[arg(long, default_value_t = Params::default().changes, value_name = "N")]
    changes: usize,
}

impl Explain {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        let ending =
            self.output.as_deref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
        let card = match ending {
            Some("html") => Some(card_html as fn(&_) -> String),
            Some("txt") => Some(card_text as fn(&_) -> String),
            _ => None,
        };
        match (&self.output, card) {
            (Some(path), Some(_)) => output::check_folder(path)?,
            (path, _) => output::check(path.as_deref())?,
        }
        let advocates = self.drawing.apply(self.judging.advocates(&self.shared)?);
        let params = Params {
            advocates: Advocates { k: self.k, ..advocates },
            sources: self.sources,
            changes: self.changes,
        };
        let job = self.shared.job()?;
        let (found, network) =
            with_progress(messages, self.shared.running.threads, || job.explain(&self.id, &params))?;
        messages.receipt(&network.receipt);
        match (self.output.as_deref(), card) {
            (None, _) => {
                output::to_stdout(|out| std::io::Write::write_all(out, card_text(&found).as_bytes()))?
            }
            (Some(path), Some(card)) => {
                write_atomically(path, |file| std::io::Write::write_all(file, card(&found).as_bytes()))?;
            }
            (Some(path), None) => {
                found.parts.write(path)?;
                found.sources.write(beside(path, "sources"))?;
                found.changes.write(beside(path, "changes"))?;
            }
        }
        found.notes.iter().for_each(|note| messages.note(note));
        Ok(())
    }
}
