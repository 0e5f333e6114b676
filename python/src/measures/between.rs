//! Who is between others, and which ties are.

use laud::centrality::{Betweenness, EdgeBetweenness};
use laud::measure::Measure;
use pyo3::prelude::*;

use super::{Subject, compute, distance as distance_of};
use crate::graph::Origin;
use crate::input::Ids;
use crate::progress::Progress;
use crate::tables::PyScores;

/// Scores each node by the share of the pairs of others that it is between.
///
/// A pair counts for a node by the share of the pair's shortest paths that lead through the node. Exact unless
/// ``epsilon`` is given.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// normalized : bool
///     Whether to divide by the number of pairs of which the node is no end, so that 1 is the most there can be.
/// distance : {"unit", "inverse", "-log"}
///     How long an arc of weight w is: 1, 1 / w or -ln w. With the last two an arc of weight 0 leads nowhere.
/// epsilon : float, optional
///     How far a normalized score may be from the exact one, in (0, 1): then paths between random pairs are sampled.
/// delta : float
///     Probability with which some score may be farther than its error.
/// seed : int
///     Seed of the samples.
/// k : int, optional
///     How many of the first nodes are to be told apart; sampling then stops when they are, or where that takes
///     errors below ``epsilon``.
/// sources : ids, optional
///     Nodes at which paths begin; all unless given.
/// targets : ids, optional
///     Nodes at which paths end; all unless given.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``betweenness``, and ``betweenness_error`` with ``epsilon``.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain, and for ``epsilon`` with another distance than "unit".
/// KeyError
///     For a source or target that is not in the graph.
///
/// Notes
/// -----
/// Exact scores cost O(n m), by length O(n (m + n log n)), without trees that hang on the graph. Brandes, "A faster
/// algorithm for betweenness centrality", Journal of Mathematical Sociology 25, 2001. Borassi, Natale, "KADABRA is an
/// adaptive algorithm for betweenness via random approximation", ESA 2016.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob", "cleo"], "target": ["bob", "cleo", "dan"]})
/// >>> path = laud.Graph.from_edges(frame, directed=False)
/// >>> laud.betweenness(path, normalized=False)["betweenness"]
/// [0.0, 2.0, 2.0, 0.0]
/// >>> laud.betweenness(path, sources=["ann"], targets=["cleo"])["betweenness"]
/// [0.0, 1.0, 0.0, 0.0]
#[pyfunction]
#[pyo3(signature = (graph, *, normalized=true, distance="unit", epsilon=None, delta=0.1, seed=0, k=None, sources=None,
                    targets=None, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn betweenness(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    normalized: bool,
    distance: &str,
    epsilon: Option<f64>,
    delta: f64,
    seed: u64,
    k: Option<usize>,
    sources: Option<Ids>,
    targets: Option<Ids>,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let distance = distance_of(distance)?;
    compute(py, &graph, progress, |origin| {
        let sources = places(origin, "source", sources.unwrap_or_default())?;
        let targets = places(origin, "target", targets.unwrap_or_default())?;
        Ok(Measure::Betweenness(Betweenness {
            normalized,
            distance,
            epsilon,
            delta,
            seed,
            k,
            sources,
            targets,
        }))
    })
}

/// The nodes of some ids.
pub(super) fn places(origin: &Origin, what: &'static str, ids: Ids) -> laud::Result<Vec<u32>> {
    ids.0.iter().map(|id| origin.find(what, id)).collect()
}

/// Scores each edge by the share of the pairs of nodes that it joins.
///
/// A pair counts by the share of its shortest paths that lead along the edge.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// normalized : bool
///     Whether to divide by the number of pairs, so that 1 is the most there can be.
/// distance : {"unit", "inverse", "-log"}
///     How long an arc of weight w is: 1, 1 / w or -ln w. With the last two an arc of weight 0 leads nowhere.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``source``, ``target`` and ``edge_betweenness``: a row an arc, or an edge of an undirected graph.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
///
/// Notes
/// -----
/// O(n m), by length O(n (m + n log n)), without trees that hang on the graph. Girvan, Newman, "Community structure in
/// social and biological networks", PNAS 99, 2002.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob", "cleo"], "target": ["bob", "cleo", "dan"]})
/// >>> path = laud.Graph.from_edges(frame, directed=False)
/// >>> laud.edge_betweenness(path, normalized=False)["edge_betweenness"]
/// [3.0, 4.0, 3.0]
#[pyfunction]
#[pyo3(signature = (graph, *, normalized=true, distance="unit", progress=None))]
pub(crate) fn edge_betweenness(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    normalized: bool,
    distance: &str,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let params = EdgeBetweenness { normalized, distance: distance_of(distance)? };
    compute(py, &graph, progress, |_| Ok(Measure::EdgeBetweenness(params)))
}
