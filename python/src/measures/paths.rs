//! How near the others are.

use laud::centrality::{Closeness, Harmonic};
use laud::measure::Measure;
use laud::structure::Diameter;
use pyo3::prelude::*;

use super::{Subject, compute, compute_number, direction as direction_of, distance as distance_of};
use crate::progress::Progress;
use crate::tables::PyScores;

/// Scores each node by the sum of the reciprocals of its distances from the others.
///
/// Nodes out of reach add nothing, so the scores need no connected graph. The sum is not divided by n - 1.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// direction : {"in", "out", "all"}
///     Whether paths lead to a node along its in-arcs, from it along its out-arcs, or either way.
/// distance : {"unit", "inverse", "-log"}
///     How long an arc is: 1; the reciprocal of its weight; or minus the logarithm of its weight, which must be below 1.
/// epsilon : float, optional
///     The relative standard error wanted of the number of nodes within any distance, in [0.01625, 1): the scores are
///     estimates then. Unless given, they are exact.
/// seed : int
///     Of the estimates.
/// k : int, optional
///     How many of the best nodes to score; the others are null. Unless given, all.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``harmonic``; with ``epsilon`` also ``harmonic_error``, a bound on the standard error of each score.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain, and for ``epsilon`` or ``k`` with lengths other than unit or with each other.
///
/// Notes
/// -----
/// O(nm / 512) at worst. Boldi, Vigna, "Axioms for centrality", Internet Mathematics 10, 2014; Then et al., "The more
/// the merrier: efficient multi-source graph traversal", PVLDB 8, 2014.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["bob", "cleo"]})
/// >>> laud.harmonic(laud.Graph.from_edges(frame))["harmonic"]
/// [0.0, 1.0, 1.5]
#[pyfunction]
#[pyo3(signature = (graph, *, direction="in", distance="unit", epsilon=None, seed=0, k=None, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn harmonic(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    direction: &str,
    distance: &str,
    epsilon: Option<f64>,
    seed: u64,
    k: Option<usize>,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let (direction, distance) = (direction_of(direction)?, distance_of(distance)?);
    let params = Harmonic { direction, distance, epsilon, seed, k };
    compute(py, &graph, progress, |_| Ok(Measure::Harmonic(params)))
}

/// Scores each node by the reciprocal of its average distance from those that reach it, times their share of the others.
///
/// This is the form of Wasserman and Faust; whoever is not reached by anybody scores 0.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// direction : {"in", "out", "all"}
///     Whether paths lead to a node along its in-arcs, from it along its out-arcs, or either way.
/// distance : {"unit", "inverse", "-log"}
///     How long an arc is: 1; the reciprocal of its weight; or minus the logarithm of its weight, which must be below 1.
/// epsilon : float, optional
///     The relative standard error wanted of the number of nodes within any distance, in [0.01625, 1): the scores are
///     estimates then. Unless given, they are exact.
/// seed : int
///     Of the estimates.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``closeness``; with ``epsilon`` also ``closeness_error``, a bound on the standard error of each score.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain, and for ``epsilon`` with lengths other than unit.
///
/// Notes
/// -----
/// O(nm / 512) at worst. Wasserman, Faust, "Social network analysis", Cambridge University Press, 1994.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "cleo"], "target": ["bob", "bob"]})
/// >>> laud.closeness(laud.Graph.from_edges(frame))["closeness"]
/// [0.0, 1.0, 0.0]
#[pyfunction]
#[pyo3(signature = (graph, *, direction="in", distance="unit", epsilon=None, seed=0, progress=None))]
pub(crate) fn closeness(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    direction: &str,
    distance: &str,
    epsilon: Option<f64>,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let (direction, distance) = (direction_of(direction)?, distance_of(distance)?);
    let params = Closeness { direction, distance, epsilon, seed };
    compute(py, &graph, progress, |_| Ok(Measure::Closeness(params)))
}

/// Measures the largest distance between two nodes that are connected, in arcs of the undirected view.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// float
///     Of a graph in several components the largest diameter of any; 0 without edges, NaN without nodes.
///
/// Notes
/// -----
/// O(nm) at worst, a few searches of O(m) in most networks. Crescenzi, Grossi, Habib, Lanzi, Marino, "On computing the
/// diameter of real-world undirected graphs", Theoretical Computer Science 514, 2013.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 4], "target": [2, 3, 5]})
/// >>> laud.diameter(laud.Graph.from_edges(frame))
/// 2.0
#[pyfunction]
#[pyo3(signature = (graph, *, progress=None))]
pub(crate) fn diameter(py: Python<'_>, graph: Subject<'_, '_>, progress: Option<Progress>) -> PyResult<f64> {
    compute_number(py, &graph, progress, |_| Ok(Measure::Diameter(Diameter {})))
}
