//! The resolution profile: how many communities there are at which resolution, and which of them last.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::comparison::{ari, nmi};
use super::leiden::{Leiden, leiden};
use super::partition::Partition;
use crate::error::{Error, Result};
use crate::graph::{Column, Graph};
use crate::progress::Watch;

/// Parameters of [`resolution_profile`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResolutionProfile {
    /// The first resolution, above 0.
    pub from: f64,
    /// The last one, above the first.
    pub to: f64,
    /// How many there are, both included, each by the same factor above the one before; at least 2.
    pub steps: u32,
    /// The normalized mutual information from which on two partitions are taken for the same; from 0 to 1.
    pub threshold: f64,
    /// How communities are found; its resolution is that of no step.
    pub leiden: Leiden,
}

impl Default for ResolutionProfile {
    fn default() -> ResolutionProfile {
        ResolutionProfile { from: 0.1, to: 10.0, steps: 21, threshold: 0.95, leiden: Leiden::default() }
    }
}

/// What was found at each resolution: the result of [`resolution_profile`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// By resolution, ascending.
    pub steps: Vec<Step>,
    /// Where the partition stays about the same, ascending.
    pub ranges: Vec<Range>,
}

/// What was found at one resolution.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// The resolution.
    pub resolution: f64,
    /// The communities; their quality is that of the objective at this resolution.
    pub partition: Partition,
    /// The normalized mutual information with the partition of the step before; NaN at the first.
    pub nmi: f64,
    /// The adjusted Rand index with the partition of the step before; NaN at the first.
    pub ari: f64,
}

/// Resolutions, two or more in sequence, at which the partition is about the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The first and the last step.
    pub steps: (usize, usize),
    /// The first and the last resolution.
    pub resolutions: (f64, f64),
    /// The fewest and the most communities on the way.
    pub communities: (usize, usize),
}

impl Profile {
    /// The table, a row a resolution.
    pub fn columns(&self) -> Vec<Column> {
        let number =
            |name: &str, of: fn(&Step) -> f64| Column::float(name, self.steps.iter().map(of).collect());
        vec![
            number("resolution", |step| step.resolution),
            Column::integer(
                "communities",
                self.steps.iter().map(|step| step.partition.len() as u64).collect(),
            ),
            number("quality", |step| step.partition.quality),
            number("nmi", |step| step.nmi),
            number("ari", |step| step.ari),
        ]
    }
}

/// Finds communities at several resolutions and says over which of them they stay.
///
/// No single resolution is right. Communities that are found over a wide range of them are there; those that are found at
/// one alone are made by it. The resolutions are
///
/// ```text
/// γ(i) = from (to / from)^(i / (steps − 1))      i = 0, ..., steps − 1
/// ```
///
/// and a range goes on for as long as the normalized mutual information of one step with the next is at least the
/// threshold. What is trivial lasts too: at a low resolution everybody is in one community, at a high one alone.
/// Partitions are found anew at each step, with the same seed.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain and as of [`leiden()`](super::leiden()); [`Error::Cancelled`] where
/// the observer asked to stop.
///
/// # Complexity
///
/// A run of Leiden and O(n) for each resolution, several at a time; 4 bytes a node and step beside these, and what the levels
/// of partitions take.
///
/// # References
///
/// Lambiotte, Delvenne, Barahona, "Random walks, Markov processes and the multiscale modular organization of complex
/// networks", IEEE Transactions on Network Science and Engineering 1, 2014. Fortunato, Barthélemy, "Resolution limit in
/// community detection", PNAS 104, 2007.
///
/// # Examples
///
/// ```
/// use laud::community::{ResolutionProfile, resolution_profile};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let profile = resolution_profile(&graph, &ResolutionProfile { steps: 9, ..ResolutionProfile::default() })?;
/// let counts: Vec<usize> = profile.steps.iter().map(|step| step.partition.len()).collect();
/// assert_eq!(counts[..6], [1, 1, 2, 2, 2, 2]);
/// assert_eq!(profile.ranges[1].communities, (2, 2));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn resolution_profile(graph: &Graph, params: &ResolutionProfile) -> Result<Profile> {
    params.check()?;
    let watch = Watch::current();
    // Built before the threads ask for it.
    graph.undirected();
    let found = |step: u32| {
        watch.tick("resolution profile", step.into(), params.steps.into())?;
        let resolution = params.resolution(step);
        let leiden_params = Leiden { resolution: Some(resolution), ..params.leiden.clone() };
        let partition = watch.quietly(|| leiden(graph, &leiden_params))?;
        Ok(Step { resolution, partition, nmi: f64::NAN, ari: f64::NAN })
    };
    let mut steps: Vec<Step> = (0..params.steps).into_par_iter().map(found).collect::<Result<_>>()?;
    for step in 1..steps.len() {
        let (before, after) = steps.split_at_mut(step);
        let (before, after) = (&before[step - 1].partition, &mut after[0]);
        (after.nmi, after.ari) = (nmi(before, &after.partition)?, ari(before, &after.partition)?);
    }
    let ranges = ranges(&steps, params.threshold);
    Ok(Profile { steps, ranges })
}

impl ResolutionProfile {
    fn check(&self) -> Result<()> {
        let ResolutionProfile { from, to, steps, threshold, .. } = *self;
        if !(from > 0.0 && from.is_finite()) {
            return Err(Error::parameter("from", "above 0 and finite", from));
        }
        if !(to > from && to.is_finite()) {
            return Err(Error::parameter("to", format!("above {from} and finite"), to));
        }
        if steps < 2 {
            return Err(Error::parameter("steps", "at least 2", steps));
        }
        match (0.0..=1.0).contains(&threshold) {
            true => Ok(()),
            false => Err(Error::parameter("threshold", "in [0, 1]", threshold)),
        }
    }

    fn resolution(&self, step: u32) -> f64 {
        let last = self.steps - 1;
        match step {
            0 => self.from,
            _ if step == last => self.to,
            _ => self.from * libm::pow(self.to / self.from, f64::from(step) / f64::from(last)),
        }
    }
}

/// Sequences of steps that are each like the one before.
fn ranges(steps: &[Step], threshold: f64) -> Vec<Range> {
    let mut first = 0;
    let mut ranges = Vec::new();
    for same in steps.chunk_by(|_, next| next.nmi >= threshold) {
        let last = first + same.len() - 1;
        if last > first {
            let counts = || same.iter().map(|step| step.partition.len());
            ranges.push(Range {
                steps: (first, last),
                resolutions: (steps[first].resolution, steps[last].resolution),
                communities: (counts().min().unwrap_or(0), counts().max().unwrap_or(0)),
            });
        }
        first = last + 1;
    }
    ranges
}
