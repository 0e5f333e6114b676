//! Measures of a layer: what is asked for, by id, and the tables that answer.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::graph::{Graph, Rows, Scores};
use crate::measure::{Estimate, Measure};
use crate::network::{Layer, Network};
use crate::progress::Watch;
use crate::table::Table;

/// What is measured where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Measures {
    /// The measures with their parameters.
    pub measures: Vec<Measure>,
    /// Whose ties.
    pub layer: Layer,
    /// Whether the measures see the undirected view of the ties: one edge a pair.
    pub undirected: bool,
    /// Sets of ids with their weights, at which [`Measure::PersonalizedPagerank`] restarts, each set by itself; in
    /// [`Measure::Birank`] all have something of their own.
    pub seeds: Vec<Vec<(String, f64)>>,
    /// Ids from which the paths of [`Measure::Betweenness`] start; everybody unless given.
    pub sources: Vec<String>,
    /// Ids to which the paths of [`Measure::Betweenness`] lead; everybody unless given.
    pub targets: Vec<String>,
    /// The column of the nodes whose values are the groups of [`Measure::Brokerage`] and [`Measure::Assortativity`]:
    /// `role`, or an attribute of the accounts; or the word of a method, `leiden`, whose communities are.
    pub groups: Option<String>,
    /// How exact measures of paths are to be.
    pub precision: Precision,
}

/// How exact those measures are to be that can be approximated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// As their parameters say; where these ask for the exact answer and it would take more than
    /// [`PATIENCE`] seconds by [`Measure::estimate`], approximate with the usual error.
    #[default]
    Estimated,
    /// Exact, however long it takes.
    Exact,
    /// With this error: of normalized betweenness the absolute one, of closeness and harmonic the relative one.
    Epsilon(f64),
}

/// Seconds that an exact answer may take before an approximate one is given in its place.
pub const PATIENCE: f64 = 120.0;

/// The answers.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The measures of nodes side by side: `id`, `role`, one column an output. Without any, one row a node.
    pub nodes: Table,
    /// By word, the measures of edges (`source`, `target`, one column an output) and of the graph (one row).
    pub others: Vec<(&'static str, Table)>,
    /// How it was computed where there was a choice, in whole sentences.
    pub notes: Vec<String>,
    /// What a reader of the tables must know, in whole sentences.
    pub warnings: Vec<String>,
}

impl Measures {
    /// Computes the measures one after the other; what one has built of the graph serves the next.
    ///
    /// # Errors
    /// Whatever the measures refuse; an id that is not in the layer; a measure that is asked for twice.
    pub fn compute(&self, network: &Network) -> Result<Measured> {
        let mut words = BTreeSet::new();
        if let Some(word) = self.measures.iter().map(Measure::name).find(|&word| !words.insert(word)) {
            return Err(Error::parameter("measure", "each word once", word));
        }
        let graph = self.graph(network);
        let watch = Watch::current();
        let table = |scores: &[Scores], measures: &[Measure]| {
            let parameters = serde_json::to_string(measures).expect("parameters are plain values");
            network.table_of(self.layer, scores).with_metadata("laud.measures", parameters)
        };
        let (mut of_nodes, mut computed, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let (mut notes, mut warnings) = (Vec::new(), Vec::new());
        for (done, measure) in self.measures.iter().enumerate() {
            watch.tick("measure", done as u64, self.measures.len() as u64)?;
            let measure = self.with_nodes(measure, network)?;
            let (measure, note) = self.precision.of(&measure, graph)?;
            notes.extend(note);
            let scores = measure.compute(graph)?;
            warnings.extend(warning(&scores));
            let measure = measure.into_owned();
            match scores.rows {
                Rows::Nodes => {
                    of_nodes.push(scores);
                    computed.push(measure);
                }
                Rows::Edges { .. } | Rows::Graph => {
                    others.push((scores.measure, table(&[scores], &[measure])));
                }
            }
        }
        Ok(Measured { nodes: table(&of_nodes, &computed), others, notes, warnings })
    }

    /// What each measure would take, as it would be computed: `measure, bytes, seconds, class, note`.
    ///
    /// # Errors
    /// An id that is not in the layer.
    pub fn estimates(&self, network: &Network) -> Result<Table> {
        let graph = self.graph(network);
        let (mut words, mut notes) = (Vec::new(), Vec::new());
        let mut estimates: Vec<Estimate> = Vec::new();
        for measure in &self.measures {
            let measure = self.with_nodes(measure, network)?;
            let (measure, note) = self.precision.of(&measure, graph)?;
            words.push(measure.name());
            notes.push(note);
            estimates.push(measure.estimate(graph));
        }
        let classes = estimates.iter().map(|estimate| estimate.class());
        let columns: [(&str, ArrayRef); 5] = [
            ("measure", Arc::new(StringArray::from_iter_values(words))),
            ("bytes", Arc::new(UInt64Array::from_iter_values(estimates.iter().map(|of| of.bytes)))),
            ("seconds", Arc::new(Float64Array::from_iter_values(estimates.iter().map(|of| of.seconds)))),
            ("class", Arc::new(StringArray::from_iter_values(classes))),
            ("note", Arc::new(StringArray::from_iter(notes))),
        ];
        Ok(Table::new(columns))
    }

    /// What is measured.
    fn graph<'a>(&self, network: &'a Network) -> &'a Graph {
        let graph = &network.layer(self.layer).graph;
        if self.undirected { graph.undirected() } else { graph }
    }

    /// The measure with the nodes that were named by id.
    fn with_nodes(&self, measure: &Measure, network: &Network) -> Result<Measure> {
        let places = |parameter, ids: &[String]| network.places(self.layer, parameter, ids);
        let seeds = || -> Result<Vec<Vec<(u32, f64)>>> {
            let set = |set: &Vec<(String, f64)>| {
                let (ids, weights): (Vec<_>, Vec<_>) = set.iter().cloned().unzip();
                Ok(places("seeds", &ids)?.into_iter().zip(weights).collect())
            };
            self.seeds.iter().map(set).collect()
        };
        let groups = || match &self.groups {
            Some(name) => {
                match Measure::named(name).ok().and_then(|method| method.partition(self.graph(network))) {
                    Some(communities) => Ok(communities?.labels),
                    None => network.groups(self.layer, name),
                }
            }
            None => Ok(Vec::new()),
        };
        let mut measure = measure.clone();
        match &mut measure {
            Measure::PersonalizedPagerank(params) if !self.seeds.is_empty() => {
                params.seeds = seeds()?;
            }
            Measure::Birank(params) => params.seeds.extend(seeds()?.into_iter().flatten()),
            Measure::Betweenness(params) => {
                params.sources.extend(places("sources", &self.sources)?);
                params.targets.extend(places("targets", &self.targets)?);
            }
            Measure::Brokerage(params) => params.groups.extend(groups()?),
            Measure::Assortativity(params) => params.groups.extend(groups()?),
            _ => {}
        }
        Ok(measure)
    }
}

impl Precision {
    /// The measure as it is to be computed, and what is to be said of it.
    fn of<'a>(self, measure: &'a Measure, graph: &Graph) -> Result<(Cow<'a, Measure>, Option<String>)> {
        let word = measure.name();
        let as_it_is = |note: Option<String>| Ok((Cow::Borrowed(measure), note));
        let choice = measure.epsilon();
        match self {
            Precision::Exact => match choice.flatten() {
                Some(own) => Err(Error::parameter("exact", format!("without an epsilon for {word}"), own)),
                None => as_it_is(None),
            },
            Precision::Epsilon(epsilon) if !(epsilon > 0.0 && epsilon < 1.0) => {
                Err(Error::parameter("epsilon", "in (0, 1)", epsilon))
            }
            Precision::Epsilon(epsilon) => match measure.approximate(Some(epsilon)) {
                Some(approximate) => Ok((Cow::Owned(approximate), None)),
                None if choice == Some(None) => as_it_is(Some(format!(
                    "{word} is exact: with these parameters it cannot be approximated to within {epsilon}"
                ))),
                None => as_it_is(None),
            },
            Precision::Estimated => {
                let Some(approximate) = measure.approximate(None) else { return as_it_is(None) };
                let exact = measure.estimate(graph);
                let class = exact.class();
                if exact.seconds <= PATIENCE {
                    return as_it_is(Some(format!("{word} is exact, which takes {class}")));
                }
                let note = format!(
                    "{word} is approximate: the exact one would take {class}; --exact and --epsilon decide otherwise"
                );
                Ok((Cow::Owned(approximate), Some(note)))
            }
        }
    }
}

/// What is to be said of scores that are not all they should be.
fn warning(scores: &Scores) -> Option<String> {
    let missed = scores.convergence.is_some_and(|end| !end.converged);
    let missed =
        missed.then(|| format!("{} did not converge: raise max_iterations or tolerance", scores.measure));
    missed.or_else(|| scores.warning.map(|warning| warning.to_string()))
}
