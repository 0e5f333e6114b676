//! A run as one serialisable value: the same for the command, a file and Python.

mod measures;

pub use measures::{Measured, Measures, PATIENCE, Precision};

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::advocates::{
    Advocates, Backtest, Backtested, Explain, Explanation, Ranking, Select, Selected, backtest, explain,
    rank, select,
};
use crate::communities::{Communities, Found, communities};
use crate::error::Result;
use crate::events::{Columns, Events, Input, Receipt};
use crate::network::{Network, Ties};
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
    pub fn rank(&self, params: &Advocates) -> Result<(Ranking, Receipt)> {
        let network = self.network()?;
        let receipt = network.receipt.clone();
        Ok((rank(network, params)?, receipt))
    }

    /// Explains the rank of one person.
    ///
    /// # Errors
    /// As for [`Job::network`] and [`explain`].
    pub fn explain(&self, id: &str, params: &Explain) -> Result<(Explanation, Network)> {
        let network = self.network()?;
        Ok((explain(&network, id, params)?, network))
    }

    /// Chooses whom to invite together.
    ///
    /// # Errors
    /// As for [`Job::network`] and [`select`].
    pub fn select(&self, params: &Select) -> Result<(Selected, Network)> {
        let network = self.network()?;
        Ok((select(&network, params)?, network))
    }

    /// Tests on the past of the log whether the ranking foretells anything.
    ///
    /// # Errors
    /// As for [`Job::network`] and [`backtest`].
    pub fn backtest(&self, params: &Backtest) -> Result<(Backtested, Network)> {
        let network = self.network()?;
        Ok((backtest(&network, params)?, network))
    }

    /// Computes measures on one layer.
    ///
    /// # Errors
    /// As for [`Job::network`] and [`Measures::compute`].
    pub fn measure(&self, measures: &Measures) -> Result<(Measured, Network)> {
        let network = self.network()?.without_events();
        Ok((measures.compute(&network)?, network))
    }

    /// Finds communities in one layer.
    ///
    /// # Errors
    /// As for [`Job::network`] and [`communities`].
    pub fn communities(&self, params: &Communities) -> Result<(Found, Network)> {
        let network = self.network()?;
        Ok((communities(&network, params)?, network))
    }

    /// What measures would take: `measure, bytes, seconds, class, note`.
    ///
    /// # Errors
    /// As for [`Job::network`]; an id that is not in the layer.
    pub fn estimate(&self, measures: &Measures) -> Result<Table> {
        measures.estimates(&self.network()?.without_events())
    }
}
