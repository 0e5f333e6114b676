//! `laud measure`: who is important in a layer of the network.

use std::path::PathBuf;

use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output;
use crate::cli::progress::with_progress;
use crate::error::Result;
use crate::measure;
use crate::network::Layer;

const EXAMPLES: &str = "\
Examples:
  laud measure shop.parquet --measure pagerank,core -o people.parquet
  laud measure shop.parquet --measure strength --layer brand --brand acme
  laud measure shop.parquet --measure personalized_pagerank --seeds alice,bob";

/// Compute measures of everybody: one row a person, one column an output.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Measure {
    #[command(flatten)]
    pub(super) shared: Shared,

    /// The measures, separated by commas: degree, strength, pagerank, personalized_pagerank, hits,
    /// katz, betweenness, edge_betweenness, components, strong_components, core, triangles, clustering
    #[arg(long, required = true, value_delimiter = ',', value_name = "WORDS")]
    measure: Vec<String>,

    /// Whose ties: people, or brand for those with brands and products
    #[arg(long, default_value = "people", value_name = "LAYER")]
    layer: Layer,

    /// Ids at which personalized_pagerank restarts
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    seeds: Vec<String>,

    /// Where to write the table (.parquet, .csv, .json, .ndjson, .arrow); the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Rows on a terminal.
const SHOWN: usize = 20;

impl Measure {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let measures: Vec<measure::Measure> =
            self.measure.iter().map(|word| measure::Measure::named(word)).collect::<Result<_>>()?;
        let job = self.shared.job()?;
        let (table, network) =
            with_progress(messages, self.shared.threads, || job.measure(&measures, self.layer, &self.seeds))?;
        messages.receipt(&network.receipt);
        for measure in &measures {
            if table
                .metadata(&format!("laud.converged.{}", measure.name()))
                .is_some_and(|word| word == "false")
            {
                messages.warning(&format!(
                    "{} did not converge: raise max_iterations or tolerance",
                    measure.name()
                ));
            }
        }
        output::deliver(&table, &table, SHOWN, self.output.as_deref())
    }
}
