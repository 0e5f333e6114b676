//! The null model: whether a graph has communities at all, or only what any graph with its degrees has.

use rand::RngExt;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::leiden::{Leiden, leiden};
use super::modularity::value;
use super::objective::Objective;
use super::partition::Partition;
use super::rewired::{Edges, Keep, check};
use crate::error::{Error, Result};
use crate::graph::{Graph, generator};
use crate::progress::Watch;

/// Parameters of [`null_model`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NullModel {
    /// Random graphs, at least 19: with fewer even the best of all would not be rare.
    pub samples: u32,
    /// Swaps to try for each edge of each of them, at least 0.
    pub swaps: f64,
    /// What the random graphs, and the order in which Leiden takes their nodes, are a function of.
    pub seed: u64,
    /// What the partition is judged by, and how communities of the random graphs are found; `start` and `seed` are those
    /// of no random graph.
    pub leiden: Leiden,
}

impl Default for NullModel {
    fn default() -> NullModel {
        NullModel { samples: 20, swaps: 10.0, seed: 0, leiden: Leiden::default() }
    }
}

/// How far a partition is better than chance would have it: the result of [`null_model`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Significance {
    /// What the partition is worth by the objective.
    pub quality: f64,
    /// What the best partitions of the random graphs are worth, by sample.
    pub samples: Vec<f64>,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, by the number of samples less one.
    pub deviation: f64,
    /// How many standard deviations the partition is above the mean; NaN where they are all the same.
    pub z: f64,
    /// How often a graph without communities would do as well, at most: (1 + samples as good) / (1 + samples).
    pub p: f64,
    /// Whether z is at least 2 and p at most 0.05.
    pub significant: bool,
}

/// Compares what a partition is worth with what Leiden finds in random graphs with the same degrees.
///
/// Every graph has partitions of high modularity, the more so the sparser it is: what counts is how far it is above that of
/// graphs in which only the degrees are the same, as [`rewired()`](super::rewired()) makes them:
///
/// ```text
/// z = (Q − ⟨Q'⟩) / σ(Q')
/// ```
///
/// Communities are called significant where z is at least 2 and no more than one in 20 of all the graphs, this one among
/// them, is as good. Take the partition of [`leiden()`](super::leiden()) with the same parameters; that of a lesser method is
/// judged too strictly.
///
/// Neighbors are kept as in the undirected view, or, as the objective has it, arcs out and in, or neighbors on the other
/// side. Edges take their weights along, and swap ends with edges of about the same weight only, so that strengths hardly
/// change. Of graphs that can hardly be rewired, such as stars, nothing is learned: z is NaN and nothing significant.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, for a partition of another number of nodes, and as of
/// [`leiden()`](super::leiden()); [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// For each sample a rewiring and a run of Leiden, several samples at a time; about 100 bytes an edge for each of these.
///
/// # References
///
/// Guimerà, Sales-Pardo, Amaral, "Modularity from fluctuations in random graphs and complex networks", Physical Review E 70,
/// 2004. Reichardt, Bornholdt, "When are networks truly modular?", Physica D 224, 2006. North, Curtis, Sham, "A note on
/// the calculation of empirical P values from Monte Carlo procedures", American Journal of Human Genetics 71, 2002.
///
/// # Examples
///
/// ```
/// use laud::community::{NullModel, leiden, null_model};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// // Four cliques of five.
/// let pairs = (0..20u32).flat_map(|u| (u + 1..20).map(move |v| (u, v)));
/// let (sources, targets): (Vec<u32>, Vec<u32>) = pairs.filter(|(u, v)| u / 5 == v / 5).unzip();
/// let rows = EdgeChunk { sources: &sources, targets: &targets, weights: None };
/// let graph = Graph::from_edges(20, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
///
/// let params = NullModel::default();
/// let found = null_model(&graph, &leiden(&graph, &params.leiden)?, &params)?;
/// assert_eq!(found.quality, 0.75);
/// assert!(found.mean < 0.5 && found.significant);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn null_model(graph: &Graph, partition: &Partition, params: &NullModel) -> Result<Significance> {
    /// Fewest samples of which the best has a p of at most 0.05.
    const FEWEST: u32 = 19;
    if params.samples < FEWEST {
        return Err(Error::parameter("samples", format!("at least {FEWEST}"), params.samples));
    }
    check(params.swaps)?;
    let quality = value(graph, partition, &params.leiden)?;
    let usual = Leiden { start: None, ..params.leiden.clone() };
    let keep = match usual.objective {
        Objective::Bipartite => Keep::Sides,
        _ if usual.directed && graph.is_directed() => Keep::Directions,
        _ => Keep::Degrees,
    };
    let edges = Edges::new(graph, keep, usual.weighted)?;
    let watch = Watch::current();
    let best = |index: u32| {
        watch.tick("null model", index.into(), params.samples.into())?;
        let mut draw = generator(params.seed, "null model", index.into());
        let random = watch.quietly(|| edges.clone().rewire(params.swaps, &mut draw))?;
        Ok(watch.quietly(|| leiden(&random, &Leiden { seed: draw.random(), ..usual.clone() }))?.quality)
    };
    let samples: Vec<f64> = (0..params.samples).into_par_iter().map(best).collect::<Result<_>>()?;
    Ok(Significance::of(quality, samples))
}

impl Significance {
    fn of(quality: f64, samples: Vec<f64>) -> Significance {
        /// Differences below this part of what they are made of are taken for rounding.
        const ROUNDING: f64 = 1e-12;
        let count = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / count;
        let squares = samples.iter().fold(0.0, |sum, sample| sum + (sample - mean) * (sample - mean));
        let deviation = (squares / (count - 1.0)).sqrt();
        let scale = samples.iter().fold(quality.abs(), |most, sample| most.max(sample.abs()));
        let z = if deviation > ROUNDING * scale { (quality - mean) / deviation } else { f64::NAN };
        let as_good = samples.iter().filter(|&&sample| sample >= quality - ROUNDING * scale).count();
        let p = (1.0 + as_good as f64) / (1.0 + count);
        Significance { quality, samples, mean, deviation, z, p, significant: z >= 2.0 && p <= 0.05 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rare_and_far_above_is_significant() {
        let samples: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
        let far = Significance::of(2.0, samples.clone());
        assert_eq!((far.mean, far.p, far.significant), (0.5, 1.0 / 21.0, true));
        assert!((far.deviation - (5.0_f64 / 19.0).sqrt()).abs() < 1e-15);
        assert!(!Significance::of(1.0, samples).significant);
        let same = Significance::of(0.3, vec![0.1; 20]);
        assert!(same.z.is_nan() && !same.significant);
    }
}
