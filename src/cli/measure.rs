//! `laud measure`: who is important in a layer of the network, and how it is knit.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::messages::Messages;
use crate::cli::options::Shared;
use crate::cli::output;
use crate::cli::progress::with_progress;
use crate::error::{Error, Result};
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

    /// Ids at which personalized_pagerank restarts, and that birank starts from
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    seeds: Vec<String>,

    /// Ids from which the paths of betweenness start: who bridges these and the targets
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    sources: Vec<String>,

    /// Ids to which the paths of betweenness lead
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    targets: Vec<String>,

    /// The groups of brokerage and assortativity: role, or an attribute of the accounts
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

/// Rows on a terminal.
const SHOWN: usize = 20;

impl Measure {
    pub(super) fn run(&self, messages: &Messages) -> Result<()> {
        output::check(self.output.as_deref())?;
        let measures = Measures {
            measures: self.measures()?,
            layer: self.layer,
            seeds: self.seeds.clone(),
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
            let table = with_progress(messages, self.shared.threads, || job.estimate(&measures))?;
            return output::deliver(&table, &table, usize::MAX, self.output.as_deref());
        }
        let (measured, network) = with_progress(messages, self.shared.threads, || job.measure(&measures))?;
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
        let mut parameters: BTreeMap<&str, toml::Table> = BTreeMap::new();
        for setting in &self.set {
            let parts =
                setting.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
            let Some(((word, name), value)) = parts.filter(|((word, _), _)| words.contains(word)) else {
                let rule = "WORD.NAME=VALUE with the word of a measure that is asked for";
                return Err(Error::parameter("set", rule, setting));
            };
            parameters.entry(word).or_default().insert(name.to_owned(), value_of(value));
        }
        words
            .into_iter()
            .map(|word| with_parameters(word, parameters.remove(word).unwrap_or_default()))
            .collect()
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

/// `people.density.parquet` for `people.parquet`.
fn beside(path: &Path, word: &str) -> PathBuf {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_extension(format!("{word}.{ending}"))
}

/// A number, a truth value or a list where the text reads as one, otherwise the text.
fn value_of(text: &str) -> toml::Value {
    let parsed = toml::from_str::<toml::Table>(&format!("value = {text}"));
    parsed
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

/// The measure of that word; what is not set is as usual.
fn with_parameters(word: &str, mut parameters: toml::Table) -> Result<measure::Measure> {
    let usual = measure::Measure::named(word)?;
    if parameters.is_empty() {
        return Ok(usual);
    }
    let given =
        parameters.iter().map(|(name, value)| format!("{word}.{name}={value}")).collect::<Vec<_>>().join(" ");
    parameters.insert("measure".to_owned(), toml::Value::String(word.to_owned()));
    measure::Measure::deserialize(toml::Value::Table(parameters)).map_err(|error| {
        let rule = format!("parameters of {word} ({})", error.message());
        Error::parameter("set", rule, given)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_look_like() {
        assert_eq!(value_of("0.9"), toml::Value::Float(0.9));
        assert_eq!(value_of("true"), toml::Value::Boolean(true));
        assert_eq!(value_of("inverse"), toml::Value::String("inverse".to_owned()));
        assert_eq!(value_of("-log"), toml::Value::String("-log".to_owned()));
    }

    #[test]
    fn unknown_parameters_are_named() {
        let error = with_parameters("katz", [("alhpa".to_owned(), value_of("0.1"))].into_iter().collect());
        let error = error.unwrap_err().to_string();
        assert!(error.contains("unknown field `alhpa`, expected one of `alpha`"), "{error}");
    }

    #[test]
    fn other_tables_lie_beside_the_file() {
        assert_eq!(beside(Path::new("out/people.csv"), "density"), Path::new("out/people.density.csv"));
    }
}
