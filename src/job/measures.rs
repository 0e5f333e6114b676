//! Measures of a layer: what is asked for, by id, and the tables that answer.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Rows, Scores};
use crate::measure::Measure;
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
    /// Ids at which [`Measure::PersonalizedPagerank`] restarts, and those that have something of their own in
    /// [`Measure::Birank`].
    pub seeds: Vec<String>,
}

/// The answers.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The measures of nodes side by side: `id`, `role`, one column an output. Without any, one row a node.
    pub nodes: Table,
    /// By word, the measures of edges (`source`, `target`, one column an output) and of the graph (one row).
    pub others: Vec<(&'static str, Table)>,
    /// What a reader of the tables must know, in whole sentences.
    pub warnings: Vec<String>,
}

impl Measures {
    /// Computes the measures one after the other; what one has built of the graph serves the next.
    ///
    /// # Errors
    /// Whatever the measures refuse; an id that is not in the layer.
    pub fn compute(&self, network: &Network) -> Result<Measured> {
        let graph = &network.layer(self.layer).graph;
        let watch = Watch::current();
        let (mut of_nodes, mut others, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        for (done, measure) in self.measures.iter().enumerate() {
            watch.tick("measure", done as u64, self.measures.len() as u64)?;
            let scores = self.with_nodes(measure, network)?.compute(graph)?;
            warnings.extend(warning(&scores));
            match scores.rows {
                Rows::Nodes => of_nodes.push(scores),
                Rows::Edges { .. } | Rows::Graph => {
                    others.push((scores.measure, network.table_of(self.layer, &[scores])));
                }
            }
        }
        Ok(Measured { nodes: network.table_of(self.layer, &of_nodes), others, warnings })
    }

    /// The measure with the nodes that were named by id.
    fn with_nodes(&self, measure: &Measure, network: &Network) -> Result<Measure> {
        let seeds = || -> Result<Vec<(u32, f64)>> {
            Ok(network.seeds(self.layer, &self.seeds)?.into_iter().map(|seed| (seed, 1.0)).collect())
        };
        let mut measure = measure.clone();
        match &mut measure {
            Measure::PersonalizedPagerank(params) if !self.seeds.is_empty() => params.seeds = vec![seeds()?],
            Measure::Birank(params) => params.seeds.extend(seeds()?),
            _ => {}
        }
        Ok(measure)
    }
}

/// What is to be said of scores that are not all they should be.
fn warning(scores: &Scores) -> Option<String> {
    let missed = scores.convergence.is_some_and(|end| !end.converged);
    let missed =
        missed.then(|| format!("{} did not converge: raise max_iterations or tolerance", scores.measure));
    missed.or_else(|| scores.warning.map(|warning| warning.to_string()))
}
