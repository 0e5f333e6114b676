//! Numbers of the graph as a whole.

use laud::Error;
use laud::measure::Measure;
use laud::structure::{Assortativity, DegreeDistribution, Degrees, Density, Reciprocity, Transitivity};
use pyo3::prelude::*;

use super::{Subject, compute, compute_number};
use crate::communities::Labels;
use crate::errors::exception;
use crate::progress::Progress;
use crate::tables::PyScores;

/// The share of the pairs of nodes that have an arc; of a directed graph, of the ordered pairs.
///
/// Self-loops do not count. 0 below two nodes.
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
///
/// Notes
/// -----
/// O(1). Wasserman, Faust, "Social network analysis", Cambridge University Press, 1994.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2], "target": [2, 1]})
/// >>> laud.density(laud.Graph.from_edges(frame))
/// 1.0
#[pyfunction]
#[pyo3(signature = (graph, *, progress=None))]
pub(crate) fn density(py: Python<'_>, graph: Subject<'_, '_>, progress: Option<Progress>) -> PyResult<f64> {
    compute_number(py, &graph, progress, |_| Ok(Measure::Density(Density {})))
}

/// The share of the connected triples that are closed, in the undirected view.
///
/// Three times the triangles over the pairs of neighbors; 0 where there are none. The average clustering is the mean of
/// the column of :func:`clustering`.
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
///
/// Notes
/// -----
/// O(m √m). Newman, Watts, Strogatz, "Random graph models of social networks", PNAS 99, 2002.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})
/// >>> laud.transitivity(laud.Graph.from_edges(frame))
/// 0.6
#[pyfunction]
#[pyo3(signature = (graph, *, progress=None))]
pub(crate) fn transitivity(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    progress: Option<Progress>,
) -> PyResult<f64> {
    compute_number(py, &graph, progress, |_| Ok(Measure::Transitivity(Transitivity {})))
}

/// The share of the arcs that have an arc back, and how far that is above what chance would give.
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
/// Scores
///     One row: ``reciprocity`` and ``reciprocity_rho``, which is 0 where arcs are drawn independently. Null without
///     arcs.
///
/// Notes
/// -----
/// O(n + m). Garlaschelli, Loffredo, "Patterns of link reciprocity in directed networks", Physical Review Letters 93,
/// 2004.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 2, 4], "target": [2, 1, 3, 3]})
/// >>> laud.reciprocity(laud.Graph.from_edges(frame)).to_polars().rows()
/// [(0.5, 0.25)]
#[pyfunction]
#[pyo3(signature = (graph, *, progress=None))]
pub(crate) fn reciprocity(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |_| Ok(Measure::Reciprocity(Reciprocity {})))
}

/// How far nodes are tied to their like, from -1 to 1, where 0 is chance.
///
/// By degree it is the correlation of the degrees at the two ends of the edges; by groups it is Newman's coefficient of
/// mixing over the arcs.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// degrees : {"undirected", "out_in", "out_out", "in_in", "in_out"}
///     Which degrees are compared: of neighbors in the undirected view, or of the source and the target of each arc.
/// groups : dict, Partition or str, optional
///     A label, a string or an integer, for the id of each node, to compare labels instead of degrees. Of a network
///     also the name of a column of its nodes, such as ``"role"``.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// float
///     ``nan`` where nothing varies.
///
/// Raises
/// ------
/// ValueError
///     For other ``degrees``, or a node without a label.
///
/// Notes
/// -----
/// O(n + m). Newman, "Mixing patterns in networks", Physical Review E 67, 2003.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 1], "target": [2, 3, 4]})
/// >>> laud.assortativity(laud.Graph.from_edges(frame))
/// -1.0
/// >>> pairs = polars.DataFrame({"source": [1, 3], "target": [2, 4]})
/// >>> laud.assortativity(laud.Graph.from_edges(pairs), groups={1: "a", 2: "a", 3: "b", 4: "b"})
/// 1.0
#[pyfunction]
#[pyo3(signature = (graph, *, degrees="undirected", groups=None, progress=None))]
pub(crate) fn assortativity(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    degrees: &str,
    groups: Option<Labels>,
    progress: Option<Progress>,
) -> PyResult<f64> {
    let degrees = degrees_named(degrees)?;
    compute_number(py, &graph, progress, |origin| {
        let groups = groups.map_or(Ok(Vec::new()), |groups| groups.of(origin))?;
        Ok(Measure::Assortativity(Assortativity { degrees, groups }))
    })
}

/// Describes the degrees of all nodes in one row, and the power law that their tail fits best.
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
/// Scores
///     ``degree_nodes, degree_mean, degree_median, degree_maximum, degree_gini, power_law_exponent,
///     power_law_exponent_error, power_law_minimum, power_law_ks, power_law_nodes``; the power law is null where no
///     tail has 50 nodes.
///
/// Notes
/// -----
/// O(n + k²) for k different degrees. Clauset, Shalizi, Newman, "Power-law distributions in empirical data", SIAM
/// Review 51, 2009.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 1], "target": [2, 3, 4]})
/// >>> laud.degree_distribution(laud.Graph.from_edges(frame))["degree_mean"]
/// [1.5]
#[pyfunction]
#[pyo3(signature = (graph, *, progress=None))]
pub(crate) fn degree_distribution(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |_| Ok(Measure::DegreeDistribution(DegreeDistribution {})))
}

fn degrees_named(word: &str) -> PyResult<Degrees> {
    match word {
        "undirected" => Ok(Degrees::Undirected),
        "out_in" => Ok(Degrees::OutIn),
        "out_out" => Ok(Degrees::OutOut),
        "in_in" => Ok(Degrees::InIn),
        "in_out" => Ok(Degrees::InOut),
        _ => {
            Err(exception(Error::parameter("degrees", "undirected, out_in, out_out, in_in or in_out", word)))
        }
    }
}
