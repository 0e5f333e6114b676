//! `laud inspect`: what is in a log.

use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output::{deliver, to_stdout};
use crate::cli::progress::with_progress;
use crate::error::Result;
use crate::network::Network;
use crate::report;

const EXAMPLES: &str = "\
Examples:
  laud inspect shop.parquet
  laud inspect tweets.csv --column actor=name --column target=airline --column time=tweet_created";

/// Show what is in a log: columns found, kinds, span, people per role, and what happened to every row.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Inspect {
    #[command(flatten)]
    pub(super) shared: Shared,

    /// Where to write the receipt as a table; the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<std::path::PathBuf>,
}

impl Inspect {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        let job = self.shared.job()?;
        let network = with_progress(messages, self.shared.running.threads, || job.network())?;
        if self.output.is_none() && std::io::IsTerminal::is_terminal(&std::io::stdout()) {
            let page = page(&network);
            to_stdout(|out| std::io::Write::write_all(out, page.as_bytes()))?;
        } else {
            let receipt = network.receipt.table();
            deliver(&receipt, &receipt, usize::MAX, self.output.as_deref())?;
        }
        messages.receipt(&network.receipt);
        Ok(())
    }
}

/// What was found, and below it what each row became.
fn page(network: &Network) -> String {
    let facts = &network.receipt.facts;
    let width = facts.keys().map(|name| name.len()).max().unwrap_or(0);
    let mut page: String = facts.iter().map(|(name, fact)| format!("{name:width$}  {fact}\n")).collect();
    page.push('\n');
    page.push_str(&report::text(&network.receipt.table(), usize::MAX, comfy_table::Table::new().width()));
    page
}
