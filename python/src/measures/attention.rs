//! Who is attended to: degrees and everything that follows arcs as a reader does.

use laud::Result;
use laud::centrality::{BiRank, Degree, Eigenvector, Hits, Katz, PageRank, PersonalizedPageRank, Strength};
use laud::measure::Measure;
use pyo3::prelude::*;

use super::{Subject, compute, direction as direction_of};
use crate::graph::Origin;
use crate::input::{Members, Seeds, Weighted};
use crate::progress::Progress;
use crate::tables::PyScores;

/// Counts the arcs of each node.
///
/// Parallel rows are one arc, whatever its weight.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// direction : {"all", "in", "out"}
///     Which arcs the column ``degree`` counts.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``degree_in``, ``degree_out`` and ``degree`` of a directed graph, ``degree`` of an undirected one.
///
/// Raises
/// ------
/// ValueError
///     For another direction.
///
/// Notes
/// -----
/// O(n + m). Freeman, "Centrality in social networks: conceptual clarification", Social Networks 1, 1978.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "ann"], "target": ["bob", "cleo"]})
/// >>> laud.degree(laud.Graph.from_edges(frame))["degree_out"]
/// [2, 0, 0]
#[pyfunction]
#[pyo3(signature = (graph, *, direction="all", progress=None))]
pub(crate) fn degree(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    direction: &str,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let params = Degree { direction: direction_of(direction)? };
    compute(py, &graph, progress, |_| Ok(Measure::Degree(params)))
}

/// Adds the weights of the arcs of each node.
///
/// Without a weight column each row counts 1; where none repeats, strength is degree.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// direction : {"all", "in", "out"}
///     Which arcs the column ``strength`` adds.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``strength_in``, ``strength_out`` and ``strength`` of a directed graph, ``strength`` of an undirected one.
///
/// Raises
/// ------
/// ValueError
///     For another direction.
///
/// Notes
/// -----
/// O(n + m). Barrat, Barthélemy, Pastor-Satorras, Vespignani, "The architecture of complex weighted networks",
/// PNAS 101, 2004.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1], "target": [2, 3], "weight": [0.5, 2.0]})
/// >>> laud.strength(laud.Graph.from_edges(frame, weight="weight"))["strength_out"]
/// [2.5, 0.0, 0.0]
#[pyfunction]
#[pyo3(signature = (graph, *, direction="all", progress=None))]
pub(crate) fn strength(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    direction: &str,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let params = Strength { direction: direction_of(direction)? };
    compute(py, &graph, progress, |_| Ok(Measure::Strength(params)))
}

/// Scores each node by how often a random reader is found there.
///
/// The reader follows a random out-arc with probability ``damping`` and otherwise jumps to any node; from a node
/// without out-arcs it always jumps. The scores are positive and sum to 1. An arc is attention: whoever is attended
/// to by many, and by those who are attended to themselves, scores high.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// damping : float
///     Probability of following an arc, in [0, 1).
/// tolerance : float
///     What one more step of the reader would change in all, at which to stop (L1, absolutely, not times n).
/// max_iterations : int
///     Iterations after which to stop in any case.
/// weighted : bool
///     Whether arcs are followed in proportion to their weights, or each alike.
/// strict : bool
///     Whether not converging is an error.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``pagerank``.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
/// ConvergenceWarning
///     Where ``max_iterations`` came first: a warning, an error with ``strict=True``.
///
/// Notes
/// -----
/// O(n + m) an iteration. Page, Brin, Motwani, Winograd, "The PageRank citation ranking: bringing order to the
/// web", Stanford, 1999.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["cleo", "cleo"]})
/// >>> [round(score, 4) for score in laud.pagerank(laud.Graph.from_edges(frame))["pagerank"]]
/// [0.2128, 0.2128, 0.5745]
#[pyfunction]
#[pyo3(signature = (graph, *, damping=0.85, tolerance=1e-9, max_iterations=200, weighted=true, strict=false,
                    progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn pagerank(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    damping: f64,
    tolerance: f64,
    max_iterations: u32,
    weighted: bool,
    strict: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let params = PageRank { damping, tolerance, max_iterations, weighted, strict };
    compute(py, &graph, progress, |_| Ok(Measure::Pagerank(params)))
}

/// Scores each node by how often a reader who starts from the seeds is found there.
///
/// As :func:`pagerank`, but the reader always jumps to a seed; nodes that no path from a seed reaches score 0.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// seeds : list, or dict
///     Ids; or ids with weights (``{"ann": 2, "bob": 1}``); or named sets of either (``{"north": ["ann", "bob"]}``),
///     which give a column each.
/// epsilon : float, optional
///     Answer from the neighborhood of the seeds, until no node holds more than ``epsilon`` for each of its out-arcs:
///     fast where the graph is large. Scores are then too low, by amounts that add to at most ``residual``.
/// damping, tolerance, max_iterations, weighted, strict, progress
///     As for :func:`pagerank`.
///
/// Returns
/// -------
/// Scores
///     ``personalized_pagerank``, or a column for each named set.
///
/// Raises
/// ------
/// KeyError
///     For a seed that is not in the graph.
/// ValueError
///     For a parameter outside its domain.
/// ConvergenceWarning
///     Where ``max_iterations`` came first: a warning, an error with ``strict=True``.
///
/// Notes
/// -----
/// O(n + m) an iteration for each eight sets; with ``epsilon`` O(1 / ((1 - damping) epsilon)) a set. Haveliwala,
/// "Topic-sensitive PageRank", WWW 2002; Andersen, Chung, Lang, "Local graph partitioning using PageRank vectors",
/// FOCS 2006.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["cleo", "cleo"]})
/// >>> scores = laud.personalized_pagerank(laud.Graph.from_edges(frame), seeds=["ann"])
/// >>> [round(score, 4) for score in scores["personalized_pagerank"]]
/// [0.5405, 0.0, 0.4595]
#[pyfunction]
#[pyo3(signature = (graph, *, seeds, epsilon=None, damping=0.85, tolerance=1e-9, max_iterations=200, weighted=true, strict=false,
                    progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn personalized_pagerank(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    seeds: Seeds,
    epsilon: Option<f64>,
    damping: f64,
    tolerance: f64,
    max_iterations: u32,
    weighted: bool,
    strict: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |origin| {
        let (names, sets): (Vec<_>, Vec<_>) = seeds.0.into_iter().unzip();
        let seeds = sets.into_iter().map(|set| numbered(origin, set)).collect::<Result<_>>()?;
        let names = names.into_iter().flatten().collect();
        Ok(Measure::PersonalizedPagerank(PersonalizedPageRank {
            seeds,
            names,
            epsilon,
            damping,
            tolerance,
            max_iterations,
            weighted,
            strict,
        }))
    })
}

/// The nodes of a set.
pub(super) fn numbered(origin: &Origin, set: Weighted) -> Result<Vec<(u32, f64)>> {
    set.into_iter().map(|(id, weight)| Ok((origin.find("seed", &id)?, weight))).collect()
}

/// Scores each node in proportion to the scores of those who attend to it.
///
/// Only the largest component has scores, everybody else is 0. The squares of the scores sum to 1.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// tolerance : float
///     How far one more sweep over the arcs may move the scores, as a share of their sum.
/// max_iterations : int
///     Iterations after which to stop in any case.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
/// strict : bool
///     Whether not converging is an error.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``eigenvector``.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
/// ConvergenceWarning
///     Where ``max_iterations`` came first: a warning, an error with ``strict=True``.
/// MeasureWarning
///     Where no arc is on a cycle, so that all scores are 0.
///
/// Notes
/// -----
/// O(n + m) an iteration. Bonacich, "Factoring and weighting approaches to status scores and clique identification",
/// Journal of Mathematical Sociology 2, 1972.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "ann"], "target": ["bob", "cleo"]})
/// >>> scores = laud.eigenvector(laud.Graph.from_edges(frame, directed=False))
/// >>> [round(score, 4) for score in scores["eigenvector"]]
/// [0.7071, 0.5, 0.5]
#[pyfunction]
#[pyo3(signature = (graph, *, tolerance=1e-9, max_iterations=1000, weighted=true, strict=false, progress=None))]
pub(crate) fn eigenvector(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    tolerance: f64,
    max_iterations: u32,
    weighted: bool,
    strict: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let params = Eigenvector { tolerance, max_iterations, weighted, strict };
    compute(py, &graph, progress, |_| Ok(Measure::Eigenvector(params)))
}

/// Scores each node as a hub, from whom arcs lead, and as an authority, to whom they lead, with a share of its own.
///
/// Made for networks of two sides, such as customers and brands: an arc counts less the more arcs its ends have, and
/// every component has scores.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer; ``net.graph(layer="brand")`` has the brands.
/// damping : float
///     What a score takes from the other side, in [0, 1).
/// seeds : list or dict, optional
///     Ids, or ids with weights, that alone have something of their own; everybody alike unless given.
/// tolerance : float
///     L1 distance between two iterates, as a share of their sum, at which to stop.
/// max_iterations : int
///     Iterations after which to stop in any case.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
/// strict : bool
///     Whether not converging is an error.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``birank_hub`` and ``birank_authority``.
///
/// Raises
/// ------
/// KeyError
///     For a seed that is not in the graph.
/// ValueError
///     For a parameter outside its domain.
/// ConvergenceWarning
///     Where ``max_iterations`` came first: a warning, an error with ``strict=True``.
///
/// Notes
/// -----
/// O(n + m) an iteration. He, Gao, Kan, Wang, "BiRank: towards ranking on bipartite graphs", IEEE Transactions on
/// Knowledge and Data Engineering 29, 2017.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["acme", "acme"]})
/// >>> [round(score, 4) for score in laud.birank(laud.Graph.from_edges(frame))["birank_authority"]]
/// [0.8654, 0.0, 0.0]
#[pyfunction]
#[pyo3(signature = (graph, *, damping=0.85, seeds=None, tolerance=1e-9, max_iterations=200, weighted=true,
                    strict=false, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn birank(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    damping: f64,
    seeds: Option<Members>,
    tolerance: f64,
    max_iterations: u32,
    weighted: bool,
    strict: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |origin| {
        let seeds = seeds.map_or(Ok(Vec::new()), |Members(set)| numbered(origin, set))?;
        Ok(Measure::Birank(BiRank { damping, seeds, tolerance, max_iterations, weighted, strict }))
    })
}

/// Scores each node as a hub, who attends to good authorities, and as an authority, whom good hubs attend to.
///
/// Both columns sum to 1. Where several groups of nodes are equally strong, the scores are what an even start leads
/// to; nodes outside the strongest group score 0.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// tolerance : float
///     L1 distance by which another round would move the authorities, at which to stop.
/// max_iterations : int
///     Iterations after which to stop in any case.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
/// strict : bool
///     Whether not converging is an error.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``hits_hub`` and ``hits_authority``.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
/// ConvergenceWarning
///     Where ``max_iterations`` came first: a warning, an error with ``strict=True``.
///
/// Notes
/// -----
/// O(n + m) an iteration. Kleinberg, "Authoritative sources in a hyperlinked environment", Journal of the ACM 46,
/// 1999.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["cleo", "cleo"]})
/// >>> laud.hits(laud.Graph.from_edges(frame))["hits_hub"]
/// [0.5, 0.5, 0.0]
#[pyfunction]
#[pyo3(signature = (graph, *, tolerance=1e-9, max_iterations=1000, weighted=true, strict=false, progress=None))]
pub(crate) fn hits(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    tolerance: f64,
    max_iterations: u32,
    weighted: bool,
    strict: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let params = Hits { tolerance, max_iterations, weighted, strict };
    compute(py, &graph, progress, |_| Ok(Measure::Hits(params)))
}

/// Scores each node by the attention that reaches it, directly and through others.
///
/// A path of length k counts ``alpha`` to the power k; attention is copied along arcs, not split among them. The
/// scores are those of NetworkX with ``normalized=False``.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// alpha : float, optional
///     What an arc of weight 1 passes on, below 1 / λ with λ the largest eigenvalue of the matrix of arcs. Unless
///     given, 0.9 / max(b, w): b is a bound on λ, w the average weight of an arc.
/// beta : float
///     What each node has of itself.
/// tolerance : float
///     L1 distance between two iterates, as a share of their sum, at which to stop.
/// max_iterations : int
///     Iterations after which to stop in any case.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
/// strict : bool
///     Whether not converging is an error.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``katz``.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
/// ConvergenceWarning
///     Where ``max_iterations`` came first: a warning, an error with ``strict=True``.
///
/// Notes
/// -----
/// O(n + m) an iteration. Katz, "A new status index derived from sociometric analysis", Psychometrika 18, 1953.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["bob", "cleo"]})
/// >>> laud.katz(laud.Graph.from_edges(frame), alpha=0.5)["katz"]
/// [1.0, 1.5, 1.75]
#[pyfunction]
#[pyo3(signature = (graph, *, alpha=None, beta=1.0, tolerance=1e-9, max_iterations=1000, weighted=true, strict=false,
                    progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn katz(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    alpha: Option<f64>,
    beta: f64,
    tolerance: f64,
    max_iterations: u32,
    weighted: bool,
    strict: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    let params = Katz { alpha, beta, tolerance, max_iterations, weighted, strict };
    compute(py, &graph, progress, |_| Ok(Measure::Katz(params)))
}
