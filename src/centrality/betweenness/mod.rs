//! Betweenness: how often a node is on the shortest paths between others.

mod folded;
mod levels;
mod totals;

use serde::{Deserialize, Serialize};

pub(super) use folded::{Folded, Through};
pub(super) use totals::{Pairs, totals};

use super::distance::Distance;
use crate::error::Result;
use crate::graph::{Graph, Scores};

/// Parameters of [`betweenness`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Betweenness {
    /// Whether to divide by the number of pairs of other nodes, so that 1 is the most there can be.
    pub normalized: bool,
    /// How long an arc is.
    pub distance: Distance,
}

impl Default for Betweenness {
    fn default() -> Betweenness {
        Betweenness { normalized: true, distance: Distance::Unit }
    }
}

/// Betweenness.
pub fn betweenness(graph: &Graph, params: &Betweenness) -> Result<Scores> {
    let Through { mut nodes, .. } = exact(graph, params.distance, false, "betweenness")?;
    let n = graph.node_count() as f64;
    let pairs = if graph.is_directed() { (n - 1.0) * (n - 2.0) } else { (n - 1.0) * (n - 2.0) };
    let divisor = if params.normalized && n > 2.0 {
        pairs
    } else if graph.is_directed() {
        1.0
    } else {
        2.0
    };
    nodes.iter_mut().for_each(|value| *value /= divisor);
    Ok(Scores::float("betweenness", nodes))
}

/// What all ordered pairs add to nodes and arcs.
pub(super) fn exact(
    graph: &Graph,
    distance: Distance,
    with_arcs: bool,
    measure: &'static str,
) -> Result<Through> {
    distance.check(graph.out())?;
    let folded = Folded::new(graph, distance, true);
    let mut sources: Vec<u32> = (0..folded.len() as u32).filter(|&s| folded.out.degree(s) > 0).collect();
    sources.sort_by_key(|&s| (folded.components[s as usize], folded.out.neighbors(s)[0], s));
    let pairs = Pairs { sources: &sources, begins: &folded.sources, ends: &folded.targets };
    let totals = totals(&folded, &pairs, with_arcs, measure)?;
    Ok(folded.through(&totals))
}
