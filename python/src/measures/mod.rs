//! The measures as functions: keyword-only, defaults as in the crate, tables as results.

mod attention;
mod between;
mod structure;

pub(crate) use attention::*;
pub(crate) use between::*;
pub(crate) use structure::*;

use laud::centrality::Direction;
use laud::measure::Measure;
use laud::network::Layer;
use laud::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::errors::{ConvergenceWarning, exception, warn};
use crate::graph::{Origin, PyGraph};
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
