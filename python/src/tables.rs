//! Results as Arrow tables that any frame library takes over without a copy.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, TimestampMicrosecondType, UInt64Type};
use laud::advocates::Comparison;
use laud::graph::Convergence;
use laud::report;
use laud::table::Table;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDelta, PyDict, PyList};
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};

use crate::advocates::PyRanking;
use crate::compare::PyComparison;
use crate::progress::run;

/// Rows that a terminal and a notebook show.
const SHOWN: usize = 10;

/// A table of results.
///
/// Any library that speaks Arrow takes it as it is (``polars.DataFrame(table)``, ``pyarrow.table(table)``,
/// ``duckdb.from_arrow(table)``); columns of numbers are shared, not copied.
///
/// Examples
/// --------
/// >>> kinds = laud.kinds()
/// >>> kinds.columns
/// ['kind', 'weight', 'half_life_days', 'aliases']
/// >>> kinds["kind"][:2], len(kinds.head(3))
/// (['like', 'follow'], 3)
#[pyclass(name = "Table", module = "laud", frozen, subclass)]
pub(crate) struct PyTable {
    table: Table,
}

impl From<Table> for PyTable {
    fn from(table: Table) -> PyTable {
        PyTable { table }
    }
}

#[pymethods]
impl PyTable {
    /// Names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.table.batch().schema_ref().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How the table came about: ``laud.version``, ``laud.input``, ``laud.parameters`` (JSON), ...
    #[getter]
    fn metadata(&self) -> BTreeMap<String, String> {
        self.table.batch().schema_ref().metadata.clone().into_iter().collect()
    }

    /// The first ``n`` rows, without a copy.
    #[pyo3(signature = (n=10))]
    fn head(&self, n: usize) -> PyTable {
        self.table.head(n).into()
    }

    /// The table as a Polars frame; needs ``polars``.
    fn to_polars<'py>(slf: Bound<'py, PyTable>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.call_method1("DataFrame", (slf,))
    }

    /// The table as a pandas frame; needs ``pandas`` and ``pyarrow``.
    fn to_pandas<'py>(slf: Bound<'py, PyTable>) -> PyResult<Bound<'py, PyAny>> {
        PyTable::to_arrow(slf)?.call_method0("to_pandas")
    }

    /// The table as a ``pyarrow.Table``; needs ``pyarrow``.
    fn to_arrow<'py>(slf: Bound<'py, PyTable>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// Writes the table in the format of the ending: .parquet, .csv, .json, .ndjson, .arrow.
    ///
    /// The file appears whole or not at all. Metadata goes to ``FILE.meta.json`` where the format has no place for
    /// it.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For another ending, or whatever the operating system refuses.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        run(py, None, || self.table.write(path))
    }

    fn __len__(&self) -> usize {
        self.table.num_rows()
    }

    /// The values of a column as a list.
    fn __getitem__<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Bound<'py, PyList>> {
        let array = self.table.column(column).ok_or_else(|| {
            PyKeyError::new_err(format!(
                "no column {column:?}; the columns are {}",
                self.columns().join(", ")
            ))
        })?;
        values(py, array)
    }

    fn __repr__(slf: Bound<'_, PyTable>) -> PyResult<String> {
        let shown = report::text(&readable(&slf).0, SHOWN, None);
        Ok(format!("{}\n{}", slf.get_type().name()?, shown.trim_end()))
    }

    fn _repr_html_(slf: Bound<'_, PyTable>) -> PyResult<String> {
        let (shown, notes) = readable(&slf);
        Ok(report::html(&shown, slf.get_type().name()?.to_str()?, SHOWN, &notes))
    }

    /// The rows by the Arrow PyCapsule interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = self.table.batch().clone();
        let schema = batch.schema();
        let field =
            Field::new_struct("", schema.fields().clone(), false).with_metadata(schema.metadata.clone());
        let rows: ArrayRef = Arc::new(StructArray::from(batch));
        let rows = ArrayIterator::new([Ok(rows)], Arc::new(field));
        Ok(to_stream_pycapsule(py, Box::new(rows), requested_schema)?)
    }

    /// The schema by the Arrow PyCapsule interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.table.batch().schema_ref().as_ref())?)
    }
}

/// What is shown of a table, and the notes below it: of a ranking who, how high, and what the score is made of; of a
/// comparison all but the change of each feature.
fn readable(table: &Bound<'_, PyTable>) -> (Table, Vec<String>) {
    let whole = &table.get().table;
    if let Ok(comparison) = table.cast::<PyComparison>() {
        return (Comparison::readable(whole), comparison.get().notes());
    }
    let Ok(ranking) = table.cast::<PyRanking>() else { return (whole.clone(), Vec::new()) };
    let shown = |name: &str| {
        let plain = ["rank", "id", "role", "score", "evidence_engagers", "baseline_likes", "flags"];
        plain.contains(&name) || name.starts_with("contribution_")
    };
    let short = |name: &str| name.split_once('_').map_or(name, |(_, rest)| rest).to_owned();
    let schema = whole.batch().schema();
    let columns =
        schema.fields().iter().zip(whole.batch().columns()).filter(|(field, _)| shown(field.name()));
    let shown = Table::new(columns.map(|(field, column)| (short(field.name()), column.clone())));
    (shown, ranking.get().notes())
}

/// The values of an array as Python objects.
pub(crate) fn values<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    match array.data_type() {
        DataType::Float64 => PyList::new(py, array.as_primitive::<Float64Type>()),
        DataType::UInt64 => PyList::new(py, array.as_primitive::<UInt64Type>()),
        DataType::Utf8 => PyList::new(py, array.as_string::<i32>()),
        DataType::Boolean => PyList::new(py, array.as_boolean()),
        DataType::Timestamp(..) => {
            let times = array.as_primitive::<TimestampMicrosecondType>().iter();
            PyList::new(
                py,
                times
                    .map(|time| time.map(|time| moment(py, time)).transpose())
                    .collect::<PyResult<Vec<_>>>()?,
            )
        }
        other if other.is_integer() => {
            let wide = arrow::compute::cast(array, &DataType::Int64);
            PyList::new(
                py,
                wide.map_err(|error| PyTypeError::new_err(error.to_string()))?.as_primitive::<Int64Type>(),
            )
        }
        other => Err(PyTypeError::new_err(format!("a column of {other} has no list form: use to_arrow()"))),
    }
}

/// Microseconds since 1970 as a datetime with the zone UTC.
pub(crate) fn moment(py: Python<'_>, microseconds: i64) -> PyResult<Bound<'_, PyAny>> {
    const DAY: i64 = 86_400_000_000;
    let (days, rest) = (microseconds.div_euclid(DAY), microseconds.rem_euclid(DAY));
    let since = PyDelta::new(py, days as i32, (rest / 1_000_000) as i32, (rest % 1_000_000) as i32, false)?;
    let epoch = py
        .import("datetime")?
        .getattr("datetime")?
        .call_method1("fromisoformat", ("1970-01-01T00:00+00:00",))?;
    epoch.call_method1("__add__", (since,))
}

/// What a measure says of every node: ``id``, ``role`` where the graph is of a network, one column an output.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": ["ann", "bob"], "target": ["bob", "cleo"]})
/// >>> graph = laud.Graph.from_edges(frame)
/// >>> scores = laud.pagerank(graph)
/// >>> scores["id"], scores.converged
/// (['ann', 'bob', 'cleo'], True)
#[pyclass(name = "Scores", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyScores {
    convergence: Option<Convergence>,
}

impl PyScores {
    pub(crate) fn new(
        py: Python<'_>,
        table: Table,
        convergence: Option<Convergence>,
    ) -> PyResult<Py<PyScores>> {
        Py::new(py, PyClassInitializer::from(PyTable { table }).add_subclass(PyScores { convergence }))
    }
}

#[pymethods]
impl PyScores {
    /// Whether the residual fell to the tolerance; true where the measure does not iterate.
    #[getter]
    fn converged(&self) -> bool {
        self.convergence.is_none_or(|convergence| convergence.converged)
    }

    /// Iterations done; ``None`` where the measure does not iterate.
    #[getter]
    fn iterations(&self) -> Option<u32> {
        self.convergence.map(|convergence| convergence.iterations)
    }

    /// L1 norm of what an iteration still changes; ``None`` where the measure does not iterate.
    #[getter]
    fn residual(&self) -> Option<f64> {
        self.convergence.map(|convergence| convergence.residual)
    }
}

/// What happened to every row of a log: ``reason``, ``count``, ``example``.
#[pyclass(name = "Receipt", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyReceipt {
    receipt: laud::events::Receipt,
}

impl PyReceipt {
    pub(crate) fn new(py: Python<'_>, receipt: laud::events::Receipt) -> PyResult<Py<PyReceipt>> {
        let table = receipt.table();
        Py::new(py, PyClassInitializer::from(PyTable { table }).add_subclass(PyReceipt { receipt }))
    }
}

#[pymethods]
impl PyReceipt {
    /// How many rows met a reason; 0 for one that none did.
    fn count(&self, reason: &str) -> u64 {
        self.receipt.count(reason)
    }

    /// How the log was read, in words: columns found, span, formats.
    #[getter]
    fn facts(&self) -> BTreeMap<String, String> {
        self.receipt.facts.clone()
    }

    /// What the reader of a result should know, in whole sentences.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.receipt.warnings.clone()
    }

    /// Facts, counts with examples, and warnings as plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let text = serde_json::to_string(&self.receipt).expect("a receipt is plain values");
        Ok(py.import("json")?.call_method1("loads", (text,))?.cast_into()?)
    }

    fn __repr__(&self) -> String {
        format!("Receipt\n{}", report::text(&self.receipt.table(), usize::MAX, None).trim_end())
    }

    fn _repr_html_(&self) -> String {
        let facts = self.receipt.facts.iter().map(|(name, fact)| format!("{name}: {fact}"));
        let notes: Vec<String> = facts.chain(self.receipt.warnings.iter().cloned()).collect();
        report::html(&self.receipt.table(), "Receipt", usize::MAX, &notes)
    }
}
