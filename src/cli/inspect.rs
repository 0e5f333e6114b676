//! `laud inspect`: what is in a log.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, UInt64Array};

use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output::{deliver, to_stdout};
use crate::cli::progress::with_progress;
use crate::error::Result;
use crate::network::Network;
use crate::report;
use crate::table::Table;

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
        let network = with_progress(messages, self.shared.threads, || job.network())?;
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

/// Facts, kinds, roles and the receipt, one below the other.
fn page(network: &Network) -> String {
    let mut page = String::new();
    let width = network.receipt.facts.keys().map(|name| name.len()).max().unwrap_or(0);
    for (name, fact) in &network.receipt.facts {
        page.push_str(&format!("{name:width$}  {fact}\n"));
    }
    for table in [kinds(network), roles(network), network.receipt.table()] {
        page.push('\n');
        page.push_str(&report::text(&table, usize::MAX, comfy_table::Table::new().width()));
    }
    page
}

fn kinds(network: &Network) -> Table {
    let mut counts = vec![0u64; network.kinds.len()];
    for event in network.events() {
        counts[event.kind as usize] += 1;
    }
    let weights =
        network.kinds.iter().map(|kind| crate::events::Kinds::weight(kind, &network.parameters.kinds));
    Table::new([
        ("kind", Arc::new(StringArray::from_iter_values(&network.kinds)) as ArrayRef),
        ("events", Arc::new(UInt64Array::from(counts))),
        ("weight", Arc::new(arrow::array::Float64Array::from_iter_values(weights))),
    ])
}

fn roles(network: &Network) -> Table {
    let mut counts = BTreeMap::new();
    for role in &network.roles {
        *counts.entry(*role).or_insert(0u64) += 1;
    }
    Table::new([
        ("role", Arc::new(StringArray::from_iter_values(counts.keys().map(|role| role.name()))) as ArrayRef),
        ("people", Arc::new(UInt64Array::from_iter_values(counts.into_values()))),
    ])
}
