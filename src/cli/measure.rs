//! `laud measure`: who is important in a layer of the network, and how it is knit.

use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};

use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output::{self, beside};
use crate::cli::progress::with_progress;
use crate::cli::settings::measure_of;
use crate::error::Result;
use crate::job::{Measured, Measures, Precision};
use crate::measure;
use crate::network::Layer;
use crate::table::Table;

const EXAMPLES: &str = "\
Examples:
  laud measure shop.parquet --measure pagerank,core -o people.parquet
  laud measure shop.parquet --measure strength --layer brand --brand acme
  laud measure shop.parquet --measure personalized_pagerank --seeds alice,bob
  laud measure shop.parquet --measure pagerank,katz --set pagerank.damping=0.9 --set katz.weighted=false";

/// Compute measures: one row a person, one column an output.
///
/// What a measure says of ties or of the network as a whole goes to a table of its own, `FILE.WORD.ENDING` beside FILE.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Measure {
    #[command(flatten)]
    pub(super) shared: Shared,

    /// The measures, separated by commas; pagerank unless given, on the brand layer birank. Of people: degree, strength,
    /// pagerank, personalized_pagerank, eigenvector, hits, birank, katz, closeness, harmonic, betweenness, voterank,
    /// collective_influence, components,
    /// strong_components, core, truss, triangles, clustering, constraint, effective_size, articulation, bridges,
    /// brokerage. Of ties: edge_betweenness. Of the network: density, reciprocity, transitivity, assortativity, diameter,
    /// degree_distribution
    #[arg(long, value_delimiter = ',', value_name = "WORDS")]
    measure: Vec<String>,

    /// A parameter of a measure: pagerank.damping=0.9; names and defaults are those of the documentation
    #[arg(long, value_name = "WORD.NAME=VALUE")]
    set: Vec<String>,

    /// Whose ties: people, or brand for those with brands and products
    #[arg(long, default_value = "people", value_name = "LAYER")]
    layer: Layer,

    /// Measure the undirected view: one edge a pair, both directions added
    #[arg(long)]
    undirected: bool,

    /// Ids at which personalized_pagerank restarts, and that birank starts from: ann,bob or, with weights, ann=2,bob=1.
    /// Given again, another set with a column of its own
    #[arg(long, value_name = "IDS", value_parser = seeds)]
    seeds: Vec<Set>,

    /// Ids from which the paths of betweenness start: who bridges these and the targets
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    sources: Vec<String>,

    /// Ids to which the paths of betweenness lead
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    targets: Vec<String>,

    /// The groups of brokerage and assortativity: role, an attribute of the accounts, or the communities of a method such
    /// as leiden
    #[arg(long, value_name = "COLUMN")]
    groups: Option<String>,

    /// Compute betweenness, closeness and harmonic exactly, however long it takes
    #[arg(long, conflicts_with = "epsilon")]
    exact: bool,

    /// Approximate them with this error: of betweenness absolute, of closeness and harmonic relative. Unless given, what
    /// would take minutes is approximated
    #[arg(long, value_name = "ERROR")]
    epsilon: Option<f64>,

    /// Say what each measure would take, in memory and time, and compute none
    #[arg(long)]
    estimate: bool,

    /// Where to write the tables (.parquet, .csv, .json, .ndjson, .arrow); the terminal unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Ids with their weights.
#[derive(Debug, Clone)]
struct Set(Vec<(String, f64)>);

/// Ids between commas, each with its weight behind `=`, 1 where what stands there is no number.
fn seeds(text: &str) -> std::result::Result<Set, String> {
    let seed = |id: &str| match id.rsplit_once('=').map(|(id, weight)| (id, weight.trim().parse())) {
        Some((id, Ok(weight))) => (id.to_owned(), weight),
        _ => (id.to_owned(), 1.0),
    };
    match text.split(',').all(|id| !id.is_empty()) {
        true => Ok(Set(text.split(',').map(seed).collect())),
        false => Err(format!("ids between commas, got {text:?}")),
    }
}

/// Rows on a terminal.
const SHOWN: usize = 20;

impl Measure {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let measures = Measures {
            measures: self.measures()?,
            layer: self.layer,
            undirected: self.undirected,
            seeds: self.seeds.iter().map(|Set(set)| set.clone()).collect(),
            sources: self.sources.clone(),
            targets: self.targets.clone(),
            groups: self.groups.clone(),
            precision: match self.epsilon {
                Some(epsilon) => Precision::Epsilon(epsilon),
                None if self.exact => Precision::Exact,
                None => Precision::Estimated,
            },
        };
        let job = self.shared.job()?;
        if self.estimate {
            let table = with_progress(messages, self.shared.running.threads, || job.estimate(&measures))?;
            return output::deliver(&table, &table, usize::MAX, self.output.as_deref());
        }
        let (measured, network) =
            with_progress(messages, self.shared.running.threads, || job.measure(&measures))?;
        messages.receipt(&network.receipt);
        measured.notes.iter().for_each(|sentence| messages.note(sentence));
        measured.warnings.iter().for_each(|sentence| messages.warning(sentence));
        self.deliver(&measured, measures.measures.len() > measured.others.len())
    }

    /// The measures with their parameters.
    fn measures(&self) -> Result<Vec<measure::Measure>> {
        let usual = match self.layer {
            Layer::People => "pagerank",
            Layer::Brand => "birank",
        };
        let mut words: Vec<&str> = self.measure.iter().map(String::as_str).collect();
        if words.is_empty() {
            words.push(usual);
        }
        measure_of(&words, &self.set)
    }

    /// People in the file that was named, all else beside it; without a file one after the other.
    fn deliver(&self, measured: &Measured, has_nodes: bool) -> Result<()> {
        let shown = |table: &Table, path: Option<&Path>| output::deliver(table, table, SHOWN, path);
        let path = self.output.as_deref();
        if has_nodes {
            shown(&measured.nodes, path)?;
        }
        let alone = !has_nodes && measured.others.len() == 1;
        for (word, table) in &measured.others {
            if path.is_none() && stdout().is_terminal() {
                output::to_stdout(|out| writeln!(out, "\n{word}"))?;
            }
            let beside = path.map(|path| if alone { path.to_owned() } else { beside(path, word) });
            shown(table, beside.as_deref())?;
        }
        Ok(())
    }
}
