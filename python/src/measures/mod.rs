//! The measures as functions: keyword-only, defaults as in the crate, tables as results.

mod attention;
mod between;
mod numbers;
mod paths;
mod positions;
mod structure;

pub(crate) use attention::*;
pub(crate) use between::*;
pub(crate) use numbers::*;
pub(crate) use paths::*;
pub(crate) use positions::*;
pub(crate) use structure::*;

use laud::centrality::{Direction, Distance};
use laud::graph::Scores;
use laud::measure::Measure;
use laud::network::Layer;
use laud::{Error, Result};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::communities::Labels;
use crate::errors::{ConvergenceWarning, MeasureWarning, exception, warn};
use crate::graph::{Origin, PyGraph};
use crate::input::Seeds;
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

    /// The graph as an object that a result can hold on to.
    pub(crate) fn into_graph(self, py: Python<'_>) -> PyResult<Py<PyGraph>> {
        match self {
            Subject::Graph(graph) => Ok(graph.to_owned().unbind()),
            Subject::Network(graph) => Py::new(py, graph),
        }
    }
}

/// Computes a measure that is made from the graph it is for, and warns where it did not converge or says little.
fn compute(
    py: Python<'_>,
    graph: &Subject<'_, '_>,
    progress: Option<Progress>,
    measure: impl FnOnce(&Origin) -> Result<Measure> + Send,
) -> PyResult<Py<PyScores>> {
    let origin = graph.origin();
    let (table, scores) = run(py, progress, || {
        let measure = measure(origin)?;
        let scores = measure.compute(origin.graph())?;
        Ok((origin.table(&scores, Some(&measure)), Scores { columns: Vec::new(), ..scores }))
    })?;
    warn_of(py, &scores)?;
    PyScores::new(py, table, scores.convergence)
}

/// Computes a measure whose output is a number.
fn compute_number(
    py: Python<'_>,
    graph: &Subject<'_, '_>,
    progress: Option<Progress>,
    measure: impl FnOnce(&Origin) -> Result<Measure> + Send,
) -> PyResult<f64> {
    let origin = graph.origin();
    let scores = run(py, progress, || measure(origin)?.compute(origin.graph()))?;
    warn_of(py, &scores)?;
    Ok(scores.values()[0])
}

/// Issues the warnings that belong to scores.
fn warn_of(py: Python<'_>, scores: &Scores) -> PyResult<()> {
    if let Some(Err(missed)) = scores.convergence.map(|end| end.check(scores.measure, true)) {
        warn::<ConvergenceWarning>(py, &missed.to_string())?;
    }
    if let Some(warning) = scores.warning {
        warn::<MeasureWarning>(py, &warning.to_string())?;
    }
    Ok(())
}

fn direction(word: &str) -> PyResult<Direction> {
    match word {
        "in" => Ok(Direction::In),
        "out" => Ok(Direction::Out),
        "all" => Ok(Direction::All),
        _ => Err(exception(Error::parameter("direction", "in, out or all", word))),
    }
}

fn distance(word: &str) -> PyResult<Distance> {
    match word {
        "unit" => Ok(Distance::Unit),
        "inverse" => Ok(Distance::Inverse),
        "-log" => Ok(Distance::Log),
        _ => Err(exception(Error::parameter("distance", "unit, inverse or -log", word))),
    }
}

/// Tells what a measure would take, without computing it.
///
/// Parameters
/// ----------
/// measure : str
///     Its word, such as ``"betweenness"``.
/// graph : Graph or Network
///     Of a network, its people layer.
/// **parameters
///     Those of the measure, as its function takes them; lists of nodes cannot be told.
///
/// Returns
/// -------
/// dict
///     ``measure``, ``bytes`` beside the graph, ``seconds`` by the order of magnitude, ``class`` (``"under a second"``,
///     ``"seconds"``, ``"minutes"``, ``"hours"``, ``"days"``) and ``advice`` (``None`` where there is none).
///
/// Raises
/// ------
/// ValueError
///     For an unknown measure or parameter.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3], "target": [2, 3, 1]})
/// >>> laud.estimate("betweenness", laud.Graph.from_edges(frame))["class"]
/// 'under a second'
#[pyfunction]
#[pyo3(signature = (measure, graph, **parameters))]
pub(crate) fn estimate<'py>(
    py: Python<'py>,
    measure: &str,
    graph: Subject<'_, 'py>,
    parameters: Option<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let computed = with_ids(py, measure, graph.origin(), parameters)?;
    let graph = graph.origin().graph();
    let estimate = computed.estimate(graph);
    let faster = computed.approximate(None).filter(|_| estimate.seconds > laud::job::PATIENCE);
    let advice = faster.map(|faster| {
        format!("with epsilon it takes {}, see the page of the measure", faster.estimate(graph).class())
    });
    let told = PyDict::new(py);
    told.set_item("measure", measure)?;
    told.set_item("bytes", estimate.bytes)?;
    told.set_item("seconds", estimate.seconds)?;
    told.set_item("class", estimate.class())?;
    told.set_item("advice", advice)?;
    Ok(told)
}

/// The measure of that word with the parameters that a caller gave by name, nodes by id.
fn with_ids(
    py: Python<'_>,
    word: &str,
    origin: &Origin,
    parameters: Option<Bound<'_, PyDict>>,
) -> PyResult<Measure> {
    let parameters = parameters.map_or_else(|| Ok(PyDict::new(py)), |parameters| parameters.copy())?;
    let take = |name: &str| -> PyResult<Option<Bound<'_, PyAny>>> {
        let value = parameters.get_item(name)?;
        if value.is_some() {
            parameters.del_item(name)?;
        }
        Ok(value)
    };
    let nodes = |name: &str, what| match take(name)? {
        Some(ids) => places(origin, what, ids.extract()?).map_err(exception),
        None => Ok(Vec::new()),
    };
    let groups = || match take("groups")? {
        Some(groups) => groups.extract::<Labels>()?.of(origin).map_err(exception),
        None => Ok(Vec::new()),
    };
    let usual = Measure::named(word).map_err(exception)?;
    let (mut seeds, mut sources, mut targets, mut labels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    match usual {
        Measure::PersonalizedPagerank(_) | Measure::Birank(_) => {
            if let Some(given) = take("seeds")? {
                let sets =
                    given.extract::<Seeds>()?.0.into_iter().map(|(_, members)| numbered(origin, members));
                seeds = sets.collect::<Result<_>>().map_err(exception)?;
            }
        }
        Measure::Betweenness(_) => {
            (sources, targets) = (nodes("sources", "source")?, nodes("targets", "target")?)
        }
        Measure::Brokerage(_) | Measure::Assortativity(_) => labels = groups()?,
        _ => {}
    }
    let mut measure = measure_of(py, word, Some(parameters))?;
    match &mut measure {
        Measure::PersonalizedPagerank(params) => params.seeds = seeds,
        Measure::Birank(params) => params.seeds = seeds.concat(),
        Measure::Betweenness(params) => (params.sources, params.targets) = (sources, targets),
        Measure::Brokerage(params) => params.groups = labels,
        Measure::Assortativity(params) => params.groups = labels,
        _ => {}
    }
    Ok(measure)
}

/// The measure of that word with the parameters that a caller gave by name.
pub(crate) fn measure_of(
    py: Python<'_>,
    word: &str,
    parameters: Option<Bound<'_, PyDict>>,
) -> PyResult<Measure> {
    let refused = |error: serde_json::Error| PyValueError::new_err(format!("{word}: {error}"));
    Measure::named(word).map_err(exception)?;
    let mut fields = serde_json::Map::new();
    if let Some(parameters) = parameters {
        let text: String = py.import("json")?.call_method1("dumps", (parameters,))?.extract()?;
        fields = serde_json::from_str(&text).map_err(refused)?;
    }
    fields.insert("measure".to_owned(), word.into());
    serde_json::from_value(fields.into()).map_err(refused)
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

use plain_measures;
