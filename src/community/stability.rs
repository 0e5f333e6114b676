//! Stability: which nodes are with the same others whatever the seed, and which stand between communities.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::comparison::ari;
use super::contingency::{Cell, Contingency};
use super::leiden::{Leiden, leiden};
use super::partition::Partition;
use crate::error::{Error, Result};
use crate::graph::{Graph, Scores};
use crate::progress::Watch;

/// Parameters of [`stability`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stability {
    /// Runs, at least 2.
    pub runs: u32,
    /// Nodes below it are bridges; from 0 to 1.
    pub threshold: f64,
    /// How communities are found; the runs have its seed and those after it.
    pub leiden: Leiden,
}

impl Default for Stability {
    fn default() -> Stability {
        Stability { runs: 10, threshold: 0.6, leiden: Leiden::default() }
    }
}

/// What several runs have in common: the result of [`stability`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stabilities {
    /// The partition of the highest quality.
    pub partition: Partition,
    /// The seed that led to it.
    pub seed: u64,
    /// By node, the share of the runs in which it is in its community of this partition; above 0.
    pub values: Vec<f64>,
    /// Nodes whose stability is below the threshold, ascending.
    pub bridges: Vec<u32>,
    /// The mean adjusted Rand index of pairs of runs.
    pub agreement: f64,
}

impl Stabilities {
    /// The values as a measure.
    pub fn scores(&self) -> Scores {
        Scores::float("stability", self.values.clone())
    }
}

/// Finds communities with several seeds and says how often each node is with its community.
///
/// The run of the highest quality is the reference, ties going to the first seed. In each other run communities take
/// the names of those of the reference that they share most nodes with, one each: pairs are matched by overlap, the
/// largest first, ties by the number in the reference and then in the run. What remains has no name.
///
/// ```text
/// stability(v) = |{runs in which the community of v has the name of v's community}| / runs
/// ```
///
/// The reference is a run like the others. Of a community that is split only the larger half keeps its name, of two that
/// merge the larger gives it. A node below the threshold is a bridge between communities rather than a member of one.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain and as of [`leiden()`](super::leiden()); [`Error::Cancelled`] where
/// the observer asked to stop.
///
/// # Complexity
///
/// A run of Leiden for each seed, several at a time, and O(n) for each pair of runs; 4 bytes a node and run beside these.
///
/// # References
///
/// Lancichinetti, Fortunato, "Consensus clustering in complex networks", Scientific Reports 2, 2012.
///
/// # Examples
///
/// ```
/// use laud::community::{Stability, stability};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let found = stability(&graph, &Stability::default())?;
/// assert_eq!((found.values, found.agreement), (vec![1.0; 6], 1.0));
/// assert!(found.bridges.is_empty());
/// # Ok::<(), laud::Error>(())
/// ```
pub fn stability(graph: &Graph, params: &Stability) -> Result<Stabilities> {
    params.check()?;
    let watch = Watch::current();
    // Built before the threads ask for it.
    graph.undirected();
    let seed = |run: u32| params.leiden.seed.wrapping_add(run.into());
    let run = |run: u32| {
        watch.tick("stability", run.into(), params.runs.into())?;
        watch.quietly(|| leiden(graph, &Leiden { seed: seed(run), ..params.leiden.clone() }))
    };
    let mut runs: Vec<Partition> = (0..params.runs).into_par_iter().map(run).collect::<Result<_>>()?;
    let best =
        (1..runs.len()).fold(0, |best, run| if runs[run].quality > runs[best].quality { run } else { best });
    let names: Vec<Vec<u32>> = runs.par_iter().map(|run| named(&runs[best], run)).collect::<Result<_>>()?;
    let is_home = |u: usize, run: usize| names[run][runs[run].labels[u] as usize] == runs[best].labels[u];
    let share = |u: usize| (0..runs.len()).filter(|&run| is_home(u, run)).count() as f64 / runs.len() as f64;
    let values: Vec<f64> = (0..graph.node_count()).into_par_iter().map(share).collect();
    let bridges =
        (0..).zip(&values).filter(|&(_, &value)| value < params.threshold).map(|(u, _)| u).collect();
    let pairs: Vec<(usize, usize)> =
        (0..runs.len()).flat_map(|later| (0..later).map(move |run| (run, later))).collect();
    let agreements: Vec<f64> = pairs
        .par_iter()
        .map(|&(run, later)| watch.quietly(|| ari(&runs[run], &runs[later])))
        .collect::<Result<_>>()?;
    let agreement = agreements.iter().sum::<f64>() / agreements.len() as f64;
    Ok(Stabilities { partition: runs.swap_remove(best), seed: seed(best as u32), values, bridges, agreement })
}

impl Stability {
    fn check(&self) -> Result<()> {
        if self.runs < 2 {
            return Err(Error::parameter("runs", "at least 2", self.runs));
        }
        match (0.0..=1.0).contains(&self.threshold) {
            true => Ok(()),
            false => Err(Error::parameter("threshold", "in [0, 1]", self.threshold)),
        }
    }
}

/// Stands for no community of the reference.
const NAMELESS: u32 = u32::MAX;

/// For each community of a run, that of the reference whose name it has.
fn named(reference: &Partition, run: &Partition) -> Result<Vec<u32>> {
    let mut cells = Contingency::new(reference, run)?.cells;
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.count));
    let mut names = vec![NAMELESS; run.len()];
    let mut given = vec![false; reference.len()];
    for Cell { first, second, .. } in cells {
        if !given[first as usize] && names[second as usize] == NAMELESS {
            (given[first as usize], names[second as usize]) = (true, first);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once_and_to_the_larger_part() {
        let reference = Partition::from_labels(&[0, 0, 0, 0, 0, 1, 1, 1]);
        let split = Partition::from_labels(&[0, 0, 0, 1, 1, 2, 2, 2]);
        assert_eq!(split.labels, [0, 0, 0, 2, 2, 1, 1, 1]);
        assert_eq!(named(&reference, &split).unwrap(), [0, 1, NAMELESS]);
        assert_eq!(named(&split, &reference).unwrap(), [0, 1]);
    }
}
