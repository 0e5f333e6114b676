//! Where a node stands: between others, bound by them, or without whom they fall apart.

use laud::Error;
use laud::centrality::{CollectiveInfluence, VoteRank};
use laud::measure::Measure;
use laud::structure::{Articulation, Bridges, Brokerage, By, Constraint, EffectiveSize, Truss};
use pyo3::prelude::*;

use super::{Subject, compute, plain_measures};
use crate::communities::Labels;
use crate::errors::exception;
use crate::progress::Progress;
use crate::tables::PyScores;

/// Burt's constraint: how much a node depends on contacts who depend on one another.
///
/// Both directions are added. A node whose contacts do not know each other bridges structural holes and is little
/// constrained.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``constraint``; null for isolates and where all ties have weight 0.
///
/// Notes
/// -----
/// O(m √m). Burt, "Structural holes: the social structure of competition", Harvard University Press, 1992.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "ann"], "target": ["bob", "cleo"]})
/// >>> laud.constraint(laud.Graph.from_edges(frame))["constraint"]
/// [0.5, 1.0, 1.0]
#[pyfunction]
#[pyo3(signature = (graph, *, weighted=true, progress=None))]
pub(crate) fn constraint(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    weighted: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |_| Ok(Measure::Constraint(Constraint { weighted })))
}

/// The number of a node's contacts, less what they have in common.
///
/// Each alike, it is d − 2 t / d for d neighbors in the undirected view with t ties among them.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// weighted : bool
///     Whether ties count by their weights, as Burt has it, or each alike, as Borgatti has it.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``effective_size``; null for isolates.
///
/// Notes
/// -----
/// O(m √m). Borgatti, "Structural holes: unpacking Burt's redundancy measures", Connections 20, 1997.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "ann"], "target": ["bob", "cleo"]})
/// >>> laud.effective_size(laud.Graph.from_edges(frame))["effective_size"]
/// [2.0, 1.0, 1.0]
#[pyfunction]
#[pyo3(signature = (graph, *, weighted=false, progress=None))]
pub(crate) fn effective_size(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    weighted: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |_| Ok(Measure::EffectiveSize(EffectiveSize { weighted })))
}

/// Gives each node, or each edge, the largest k such that it is in the k-truss, in the undirected view.
///
/// The k-truss is what remains when edges in fewer than k − 2 remaining triangles are taken away.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// by : {"node", "edge"}
///     Whether to give a number to each node, or to each edge.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``truss`` by node, 0 for an isolate; or a table ``source, target, truss``, where an edge in no triangle has 2.
///
/// Raises
/// ------
/// ValueError
///     For another ``by``.
///
/// Notes
/// -----
/// O(m √m). Cohen, "Trusses: cohesive subgraphs for social network analysis", 2008; Wang, Cheng, "Truss decomposition
/// in massive networks", PVLDB 5, 2012.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})
/// >>> laud.truss(laud.Graph.from_edges(frame))["truss"]
/// [3, 3, 3, 2]
#[pyfunction]
#[pyo3(signature = (graph, *, by="node", progress=None))]
pub(crate) fn truss(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    by: &str,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let by = by_named(by)?;
    compute(py, &graph, progress, |_| Ok(Measure::Truss(Truss { by })))
}

plain_measures! {
    /// Counts, for each node, how many more components there would be without it, in the undirected view.
    ///
    /// Above 0 for articulation points.
    notes
    /// O(n + m), on one thread. Hopcroft, Tarjan, "Algorithm 447: efficient algorithms for graph manipulation",
    /// Communications of the ACM 16, 1973.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 1, 1], "target": [2, 3, 4]})
    /// >>> laud.articulation(laud.Graph.from_edges(frame))["articulation"]
    /// [2, 0, 0, 0]
    articulation, Articulation;
}

/// Counts the bridges that end at each node, or lists them, in the undirected view.
///
/// A bridge is an edge without which its ends are in different components.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// by : {"node", "edge"}
///     Whether to count the bridges of each node, or to list them.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``bridges`` by node; or a table ``source, target, bridges`` with the number of nodes on the smaller side of each.
///
/// Raises
/// ------
/// ValueError
///     For another ``by``.
///
/// Notes
/// -----
/// O(n + m), on one thread. Tarjan, "A note on finding the bridges of a graph", Information Processing Letters 2, 1974.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})
/// >>> graph = laud.Graph.from_edges(frame)
/// >>> laud.bridges(graph)["bridges"]
/// [0, 0, 1, 1]
/// >>> laud.bridges(graph, by="edge").to_polars().rows()
/// [(3, 4, 1)]
#[pyfunction]
#[pyo3(signature = (graph, *, by="node", progress=None))]
pub(crate) fn bridges(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    by: &str,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let by = by_named(by)?;
    compute(py, &graph, progress, |_| Ok(Measure::Bridges(Bridges { by })))
}

/// Elects spreaders one after the other: gives each the place at which it is elected, 1 first.
///
/// Everybody votes for its neighbors in the undirected view; who is elected votes no more, and its neighbors less.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// k : int, optional
///     How many to elect; as many as get a vote unless given.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``voterank``; null for those never elected.
///
/// Raises
/// ------
/// ValueError
///     For a ``k`` of 0.
///
/// Notes
/// -----
/// O(m ⟨d⟩ + m log n), on one thread. Zhang, Chen, Dong, Zhao, "Identifying a set of influential spreaders in complex
/// networks", Scientific Reports 6, 2016.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 4], "target": [2, 3, 5]})
/// >>> laud.voterank(laud.Graph.from_edges(frame))["voterank"]
/// [1, None, None, 2, None]
#[pyfunction]
#[pyo3(signature = (graph, *, k=None, progress=None))]
pub(crate) fn voterank(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    k: Option<u64>,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |_| Ok(Measure::Voterank(VoteRank { k })))
}

/// Scores each node by its degree and those of the nodes at a given distance, in the undirected view.
///
/// (d(v) − 1) times the sum of d(u) − 1 over the nodes u exactly ``radius`` steps from v.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// radius : int
///     How many steps away the others are, at least 1.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``collective_influence``.
///
/// Raises
/// ------
/// ValueError
///     For a radius of 0.
///
/// Notes
/// -----
/// O(Σ d(v)²) for radius 2. Morone, Makse, "Influence maximization in complex networks through optimal percolation",
/// Nature 524, 2015.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3, 4], "target": [2, 3, 4, 5]})
/// >>> laud.collective_influence(laud.Graph.from_edges(frame))["collective_influence"]
/// [0, 1, 0, 1, 0]
#[pyfunction]
#[pyo3(signature = (graph, *, radius=2, progress=None))]
pub(crate) fn collective_influence(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    radius: u32,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |_| Ok(Measure::CollectiveInfluence(CollectiveInfluence { radius })))
}

/// Counts, for each node and each of five roles, the ordered pairs it stands between.
///
/// v brokers between u and w where u → v → w and there is no arc u → w. With the group of the broker written B, it is
/// a coordinator (B → B → B), an itinerant (A → B → A), a gatekeeper (A → B → B), a representative (B → B → A) or a
/// liaison (A → B → C).
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// groups : dict, Partition or str, optional
///     A label, a string or an integer, for the id of each node; labels of ids that are not in the graph do no harm.
///     Of a network also the name of a column of its nodes, such as ``"role"``.
///     Without it all nodes are in one group.
/// permutations : int
///     How often labels are shuffled to learn what chance would give: 0 for never, else at least 2.
/// seed : int
///     Where the random numbers begin.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``brokerage_coordinator``, ``brokerage_itinerant``, ``brokerage_gatekeeper``, ``brokerage_representative``,
///     ``brokerage_liaison``; with permutations also each with ``_z``: how many standard deviations the count is above
///     the mean, null where it never varies.
///
/// Raises
/// ------
/// ValueError
///     For a node without a label, or a single permutation.
///
/// Notes
/// -----
/// O(n + m √m), and as much for each permutation. Gould, Fernandez, "Structures of mediation: a formal approach to
/// brokerage in transaction networks", Sociological Methodology 19, 1989.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["bob", "cleo"]})
/// >>> groups = {"ann": "north", "bob": "south", "cleo": "south"}
/// >>> laud.brokerage(laud.Graph.from_edges(frame), groups=groups)["brokerage_gatekeeper"]
/// [0, 1, 0]
#[pyfunction]
#[pyo3(signature = (graph, *, groups=None, permutations=0, seed=0, progress=None))]
pub(crate) fn brokerage(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    groups: Option<Labels>,
    permutations: u32,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |origin| {
        let groups = groups.map_or(Ok(Vec::new()), |groups| groups.of(origin))?;
        Ok(Measure::Brokerage(Brokerage { groups, permutations, seed }))
    })
}

fn by_named(word: &str) -> PyResult<By> {
    match word {
        "node" => Ok(By::Node),
        "edge" => Ok(By::Edge),
        _ => Err(exception(Error::parameter("by", "node or edge", word))),
    }
}
