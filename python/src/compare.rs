//! Two rankings: how alike they are, who moved, and why.

use std::path::PathBuf;

use arrow::array::ArrayRef;
use arrow::compute::concat_batches;
use laud::advocates::{self, Compare};
use laud::table::Table;
use laud::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::input::Frame;
use crate::progress::run;
use crate::tables::{PyTable, values};

/// What became of a ranking: a row for each person who moved, came or went.
///
/// Columns: ``id, rank_old, rank_new, moved`` (upwards), ``score_old, score_new, top`` ("entered", "left" or ``None``),
/// ``cause`` (in words), ``largest_change`` (the feature) and ``change_*`` (of each feature's contribution to the score).
#[pyclass(name = "Comparison", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyComparison {
    entrants: ArrayRef,
    leavers: ArrayRef,
    rank_biased_overlap: f64,
    kendall_tau_b: f64,
    spearman: f64,
    notes: Vec<String>,
}

#[pymethods]
impl PyComparison {
    /// Ids of those who entered the top, best first.
    #[getter]
    fn entrants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        values(py, &self.entrants)
    }

    /// Ids of those who left the top, who stood best first.
    #[getter]
    fn leavers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        values(py, &self.leavers)
    }

    /// How alike the rankings are where the top counts most, from 0 to 1 (the same).
    #[getter]
    fn rank_biased_overlap(&self) -> f64 {
        self.rank_biased_overlap
    }

    /// Kendall's tau-b of the people in both, from -1 to 1; NaN where it is not defined.
    #[getter]
    fn kendall_tau_b(&self) -> f64 {
        self.kendall_tau_b
    }

    /// Spearman's rank correlation of the people in both, from -1 to 1; NaN where it is not defined.
    #[getter]
    fn spearman(&self) -> f64 {
        self.spearman
    }

    /// What a reader must know, in whole sentences.
    #[getter]
    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

/// A ranking: a frame, or a file that holds one.
pub(crate) enum Given {
    Path(PathBuf),
    Frame(Frame),
}

impl FromPyObject<'_, '_> for Given {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Given> {
        if let Ok(path) = object.extract::<PathBuf>() {
            return Ok(Given::Path(path));
        }
        object.extract::<Frame>().map(Given::Frame).map_err(|error| {
            match error.is_instance_of::<PyTypeError>(object.py()) {
                true => PyTypeError::new_err(format!("{}; a path will do too", error.value(object.py()))),
                false => error,
            }
        })
    }
}

impl Given {
    fn table(self) -> Result<Table> {
        match self {
            Given::Path(path) => Table::read(path),
            Given::Frame(Frame(reader)) => {
                let unreadable = |problem: arrow::error::ArrowError| {
                    Error::Schema(format!("a frame cannot be read: {problem}"))
                };
                let schema = reader.schema();
                let batches: Vec<_> = reader.collect::<std::result::Result<_, _>>().map_err(unreadable)?;
                Ok(concat_batches(&schema, &batches).map_err(unreadable)?.into())
            }
        }
    }
}

/// Compares two rankings: how alike they are, who moved, and why.
///
/// There is a row for each person whose place changed, who crossed the border of the top, who is new or gone, by the better
/// of the two ranks. ``cause`` is "new", "gone", "new ties" (rose, and the evidence grew), "decay" (fell, because time
/// passed), "fewer ties" (fell, because events are no longer in the log), "others rose", "others fell", or "within
/// uncertainty" (the intervals of the ranks overlap, or the order is that within a tie group); ``None`` where the columns to
/// tell it are missing.
///
/// Parameters
/// ----------
/// old : Ranking, frame or path
///     The earlier ranking: what ``Network.rank`` gave, or any frame or file with the columns ``id``, ``rank``, ``score``.
/// new : Ranking, frame or path
///     The later one.
/// k : int
///     How many people are the top that is entered and left.
/// p : float
///     How far down a reader of the rankings goes, in (0, 1): the p of the rank-biased overlap.
///
/// Returns
/// -------
/// Comparison
///
/// Raises
/// ------
/// ValueError
///     For ``k`` below 1, and ``p`` outside (0, 1).
/// SchemaError
///     Where a column is missing or mistyped, an id stands twice, or ids are integers in one and strings in the other.
///
/// Notes
/// -----
/// O(n log n). Webber, Moffat, Zobel, "A similarity measure for indefinite rankings", ACM TOIS 28, 2010; Kendall, "The
/// treatment of ties in ranking problems", Biometrika 33, 1945.
///
/// Examples
/// --------
/// >>> import polars
/// >>> old = polars.DataFrame({"id": ["ann", "bob", "cleo"], "rank": [1, 2, 3], "score": [3.0, 2.0, 1.0]})
/// >>> new = polars.DataFrame({"id": ["bob", "ann", "dan"], "rank": [1, 2, 3], "score": [2.0, 1.0, 0.5]})
/// >>> comparison = laud.compare(old, new, k=1)
/// >>> comparison["id"], comparison["moved"], comparison["cause"][2:]
/// (['bob', 'ann', 'dan', 'cleo'], [1, -1, None, None], ['new', 'gone'])
/// >>> comparison.entrants, comparison.leavers, comparison.kendall_tau_b
/// (['bob'], ['ann'], -1.0)
#[pyfunction]
#[pyo3(signature = (old, new, *, k=100, p=0.98))]
pub(crate) fn compare(
    py: Python<'_>,
    old: Given,
    new: Given,
    k: usize,
    p: f64,
) -> PyResult<Py<PyComparison>> {
    let params = Compare { top: k, p };
    let named = |error| match error {
        Error::Parameter { name: "top", rule, value } => Error::Parameter { name: "k", rule, value },
        other => other,
    };
    let found = run(py, None, || advocates::compare(&old.table()?, &new.table()?, &params).map_err(named))?;
    let table = PyClassInitializer::from(PyTable::from(found.moves));
    let comparison = PyComparison {
        entrants: found.entrants,
        leavers: found.leavers,
        rank_biased_overlap: found.rank_biased_overlap,
        kendall_tau_b: found.kendall_tau_b,
        spearman: found.spearman,
        notes: found.notes,
    };
    Py::new(py, table.add_subclass(comparison))
}
