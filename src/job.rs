//! A run as one serialisable value: the same for the command, a file and Python.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::advocates::{Advocates, Ranking, rank};
use crate::centrality::PersonalizedPageRank;
use crate::error::Result;
use crate::events::{Columns, Events, Input};
use crate::measure::Measure;
use crate::network::{Layer, Network, Ties};
use crate::progress::Watch;
use crate::table::Table;

/// What to read and how to tie it together; the methods are the tasks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Job {
    /// Files, globs and folders that make up the log.
    pub log: Vec<PathBuf>,
    /// A table of accounts.
    pub accounts: Option<PathBuf>,
    /// A table of links between accounts of one person.
    pub links: Option<PathBuf>,
    /// Which source column is which.
    pub columns: Columns,
    /// How events become ties.
    pub ties: Ties,
}

impl Job {
    /// Reads the log.
    ///
    /// # Errors
    /// Whatever [`Events::load`] refuses.
    pub fn events(&self) -> Result<Events> {
        let input = Input {
            log: self.log.clone().into(),
            accounts: self.accounts.clone().map(Into::into),
            links: self.links.clone().map(Into::into),
        };
        Events::load(input, &self.columns)
    }

    /// Reads the log and ties it together.
    ///
    /// # Errors
    /// Whatever [`Events::load`] and [`Network::build`] refuse.
    pub fn network(&self) -> Result<Network> {
        Network::build(self.events()?, &self.ties)
    }

    /// Ranks advocates; the brand, if one is named, is a brand in the network too.
    ///
    /// # Errors
    /// As for [`Job::network`] and [`rank`].
    pub fn rank(&self, params: &Advocates) -> Result<(Ranking, Network)> {
        let network = self.network()?;
        Ok((rank(&network, params)?, network))
    }

    /// Computes measures on one layer and puts them side by side: `id`, `role`, one column an output.
    ///
    /// `seeds` are ids where [`Measure::PersonalizedPagerank`] restarts.
    ///
    /// # Errors
    /// As for [`Job::network`] and the measures; a seed that is not in the layer.
    pub fn measure(&self, measures: &[Measure], layer: Layer, seeds: &[String]) -> Result<(Table, Network)> {
        let network = self.network()?.without_events();
        let table = measure(&network, measures, layer, seeds)?;
        Ok((table, network))
    }
}

/// Computes measures on a layer of a network that is already there.
///
/// # Errors
/// Whatever the measures refuse; a seed that is not in the layer.
pub fn measure(network: &Network, measures: &[Measure], layer: Layer, seeds: &[String]) -> Result<Table> {
    let graph = &network.layer(layer).graph;
    let watch = Watch::current();
    let mut scores = Vec::with_capacity(measures.len());
    for (done, measure) in measures.iter().enumerate() {
        watch.tick("measure", done as u64, measures.len() as u64)?;
        let measure = match measure {
            Measure::PersonalizedPagerank(params) if !seeds.is_empty() => {
                let seeds = network.seeds(layer, seeds)?.into_iter().map(|seed| (seed, 1.0)).collect();
                Measure::PersonalizedPagerank(PersonalizedPageRank { seeds: vec![seeds], ..params.clone() })
            }
            other => other.clone(),
        };
        scores.push(measure.compute(graph)?);
    }
    Ok(network.table_of(layer, &scores))
}
