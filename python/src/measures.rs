//! The measures as functions: keyword-only, defaults as in the crate, tables as results.

use laud::centrality::{Degree, Direction, Hits, Katz, PageRank, PersonalizedPageRank, Strength};
use laud::measure::Measure;
use laud::network::Layer;
use laud::structure::{Clustering, Components, Core, StrongComponents, Triangles};
use laud::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::errors::{ConvergenceWarning, exception, warn};
use crate::graph::{Origin, PyGraph};
use crate::input::{Seeds, Weighted};
use crate::network::PyNetwork;
use crate::progress::{Progress, run};
use crate::tables::PyScores;

/// What a measure can be computed on; of a network it is the people layer.
pub(crate) enum Subject<'a, 'py> {
    Graph(Borrowed<'a, 'py, PyGraph>),
    Network(PyGraph),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Subject<'a, 'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Subject<'a, 'py>> {
        if let Ok(graph) = object.cast::<PyGraph>() {
            return Ok(Subject::Graph(graph));
        }
        match object.cast::<PyNetwork>() {
            Ok(network) => Ok(Subject::Network(network.get().layer(Layer::People, true))),
            Err(_) => {
                let name = object.get_type().name()?;
                Err(PyTypeError::new_err(format!("graph must be a laud.Graph or a laud.Network, got {name}")))
            }
        }
    }
}

impl Subject<'_, '_> {
    fn origin(&self) -> &Origin {
        match self {
            Subject::Graph(graph) => graph.get().origin(),
            Subject::Network(graph) => graph.origin(),
        }
    }
}

/// Computes a measure that is made from the graph it is for, and warns where it did not converge.
fn compute(
    py: Python<'_>,
    graph: &Subject<'_, '_>,
    progress: Option<Progress>,
    measure: impl FnOnce(&Origin) -> Result<Measure> + Send,
) -> PyResult<Py<PyScores>> {
    let origin = graph.origin();
    let (table, convergence) = run(py, progress, || {
        let measure = measure(origin)?;
        let scores = measure.compute(origin.graph())?;
        Ok((origin.table(&scores, &measure), scores.convergence.map(|end| (scores.measure, end))))
    })?;
    if let Some(Err(missed)) = convergence.map(|(measure, end)| end.check(measure, true)) {
        warn::<ConvergenceWarning>(py, &missed.to_string())?;
    }
    PyScores::new(py, table, convergence.map(|(_, end)| end))
}

fn direction(word: &str) -> PyResult<Direction> {
    match word {
        "in" => Ok(Direction::In),
        "out" => Ok(Direction::Out),
        "all" => Ok(Direction::All),
        _ => Err(exception(Error::parameter("direction", "in, out or all", word))),
    }
}

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
    let params = Degree { direction: self::direction(direction)? };
    compute(py, &graph, progress, |_| Ok(Measure::Degree(params)))
}

/// Adds the weights of the arcs of each node.
///
/// Without weights each arc counts 1, and strength is degree.
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
    let params = Strength { direction: self::direction(direction)? };
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
///     L1 distance between two iterates at which to stop (absolutely, not times n).
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
/// O(n + m) an iteration for each eight sets. Haveliwala, "Topic-sensitive PageRank", WWW 2002.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["cleo", "cleo"]})
/// >>> scores = laud.personalized_pagerank(laud.Graph.from_edges(frame), seeds=["ann"])
/// >>> [round(score, 4) for score in scores["personalized_pagerank"]]
/// [0.5405, 0.0, 0.4595]
#[pyfunction]
#[pyo3(signature = (graph, *, seeds, damping=0.85, tolerance=1e-9, max_iterations=200, weighted=true, strict=false,
                    progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn personalized_pagerank(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    seeds: Seeds,
    damping: f64,
    tolerance: f64,
    max_iterations: u32,
    weighted: bool,
    strict: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |origin| {
        let (names, sets): (Vec<_>, Vec<_>) = seeds.0.into_iter().unzip();
        let numbered = |set: Weighted| {
            set.into_iter()
                .map(|(id, weight)| Ok((origin.find("seed", &id)?, weight)))
                .collect::<Result<Vec<_>>>()
        };
        let seeds = sets.into_iter().map(numbered).collect::<Result<_>>()?;
        let names = names.into_iter().flatten().collect();
        Ok(Measure::PersonalizedPagerank(PersonalizedPageRank {
            seeds,
            names,
            damping,
            tolerance,
            max_iterations,
            weighted,
            strict,
        }))
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
///     L1 distance between two iterates at which to stop.
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

/// Declares measures without parameters: what each is, its notes and its examples.
macro_rules! plain_measures {
    ($($(#[$what:meta])* notes $(#[$notes:meta])* examples $(#[$examples:meta])* $name:ident, $params:ident;)*) => {
        $(
            $(#[$what])*
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
            ///     A column of the name of the measure.
            ///
            /// Notes
            /// -----
            $(#[$notes])*
            ///
            /// Examples
            /// --------
            $(#[$examples])*
            #[pyfunction]
            #[pyo3(signature = (graph, *, progress=None))]
            pub(crate) fn $name(
                py: Python<'_>,
                graph: Subject<'_, '_>,
                progress: Option<Progress>,
            ) -> PyResult<Py<PyScores>> {
                compute(py, &graph, progress, |_| Ok(Measure::$params($params {})))
            }
        )*
    };
}

plain_measures! {
    /// Labels the component of each node, whatever the direction of arcs: 0 is the largest, ties by smallest id.
    notes
    /// O(n + m) in practice. Tarjan, van Leeuwen, "Worst-case analysis of set union algorithms", Journal of the ACM 31,
    /// 1984.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 4, 5], "target": [2, 5, 6]})
    /// >>> laud.components(laud.Graph.from_edges(frame))["components"]
    /// [1, 1, 0, 0, 0]
    components, Components;

    /// Gives each node the largest k such that it has k neighbors within the k-core, in the undirected view.
    notes
    /// O(n + m). Seidman, "Network structure and minimum degree", Social Networks 5, 1983; Batagelj, Zaveršnik, "An
    /// O(m) algorithm for cores decomposition of networks", 2003.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 2, 3, 4], "target": [2, 3, 1, 1]})
    /// >>> laud.core(laud.Graph.from_edges(frame))["core"]
    /// [2, 2, 2, 1]
    core, Core;

    /// Labels the strongly connected component of each node: 0 is the largest, ties by smallest id.
    ///
    /// Two nodes have the same label just when arcs lead from each to the other.
    notes
    /// O(n + m), on one thread. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1,
    /// 1972.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 2, 3, 4], "target": [2, 3, 2, 1]})
    /// >>> laud.strong_components(laud.Graph.from_edges(frame))["strong_components"]
    /// [1, 0, 0, 2]
    strong_components, StrongComponents;

    /// Counts the triangles of which each node is a corner, in the undirected view.
    ///
    /// The counts add to three times the number of triangles.
    notes
    /// O(m √m). Latapy, "Main-memory triangle computations for very large (sparse (power-law)) graphs", Theoretical
    /// Computer Science 407, 2008.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})
    /// >>> laud.triangles(laud.Graph.from_edges(frame))["triangles"]
    /// [1, 1, 1, 0]
    triangles, Triangles;

    /// The share of the pairs of a node's neighbors that are neighbors themselves, in the undirected view.
    ///
    /// 0 below two neighbors, as in NetworkX.
    notes
    /// O(m √m). Watts, Strogatz, "Collective dynamics of 'small-world' networks", Nature 393, 1998.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})
    /// >>> [round(share, 4) for share in laud.clustering(laud.Graph.from_edges(frame))["clustering"]]
    /// [1.0, 1.0, 0.3333, 0.0]
    clustering, Clustering;
}
