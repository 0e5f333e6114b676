//! `laud network`: the network as tables.

use std::path::PathBuf;

use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::progress::with_progress;
use crate::error::Result;

const EXAMPLES: &str = "\
Example:
  laud network shop.parquet --brand acme -o shop.network";

/// Write the network as tables: nodes, edges, events and how they were made.
///
/// The folder can be read back by the crate and by Python (`Network.load`) and gives the same ranking to the byte.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Network {
    #[command(flatten)]
    pub(super) shared: Shared,

    /// The folder to write nodes.parquet, edges.parquet, events.parquet and network.json into
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

impl Network {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        let job = self.shared.job()?;
        let network = with_progress(messages, self.shared.running.threads, || {
            let network = job.network()?;
            network.save(&self.output)?;
            Ok(network)
        })?;
        messages.receipt(&network.receipt);
        messages.note(&format!("wrote {} people and brands to {}", network.ids.len(), self.output.display()));
        Ok(())
    }
}
