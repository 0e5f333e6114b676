//! What callers pass: frames of any library, paths, ids, moments.

use std::path::PathBuf;

use arrow::array::RecordBatchReader;
use laud::events::{Columns, Source};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString, PyTuple};
use pyo3_arrow::input::AnyRecordBatch;
use pyo3_arrow::{PyRecordBatch, PyRecordBatchReader};

use crate::errors::exception;

/// A frame of any library that speaks Arrow, read once.
pub(crate) struct Frame(pub(crate) Box<dyn RecordBatchReader + Send>);

impl FromPyObject<'_, '_> for Frame {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Frame> {
        let mut object = object.to_owned();
        if object.get_type().module()?.to_str()?.starts_with("polars.") {
            object = from_polars(object)?;
        }
        // A stream first: some libraries offer both, and an array is one chunk of what may be many.
        let frame = if object.hasattr("__arrow_c_stream__")? {
            AnyRecordBatch::Stream(object.extract::<PyRecordBatchReader>()?)
        } else if object.hasattr("__arrow_c_array__")? {
            AnyRecordBatch::RecordBatch(object.extract::<PyRecordBatch>()?)
        } else {
            return Err(PyTypeError::new_err(format!(
                "expected a frame that speaks Arrow (Polars, pandas 2.2 or later, pyarrow, DuckDB), got {}",
                object.get_type().name()?
            )));
        };
        Ok(Frame(frame.into_reader()?))
    }
}

/// Collects a lazy frame. A column of type Null is exported with a buffer it must not have: it crosses as strings.
fn from_polars(mut frame: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    if frame.hasattr("collect")? {
        frame = frame.call_method0("collect")?;
    }
    if !frame.hasattr("cast")? {
        return Ok(frame);
    }
    let polars = frame.py().import("polars")?;
    let types = PyDict::new(frame.py());
    types.set_item(polars.getattr("Null")?, polars.getattr("String")?)?;
    frame.call_method1("cast", (types,))
}

/// A table of input: a frame, or files to read.
pub(crate) struct Rows(pub(crate) Source);

impl FromPyObject<'_, '_> for Rows {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Rows> {
        if let Ok(path) = object.extract::<PathBuf>() {
            return Ok(Rows(path.into()));
        }
        // Only lists and tuples: a pandas frame is a sequence of the names of its columns.
        let several = object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>();
        if several && let Ok(paths) = object.extract::<Vec<PathBuf>>() {
            return Ok(Rows(paths.into()));
        }
        match object.extract::<Frame>() {
            Ok(Frame(reader)) => Ok(Rows(Source::Batches(reader))),
            Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => Err(PyTypeError::new_err(
                format!("{}; a path or a list of paths will do too", error.value(object.py())),
            )),
            Err(error) => Err(error),
        }
    }
}

/// An id as a text: a string or an integer.
pub(crate) struct Id(pub(crate) String);

impl FromPyObject<'_, '_> for Id {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Id> {
        if let Ok(text) = object.extract::<String>() {
            return Ok(Id(text));
        }
        if !object.is_instance_of::<PyBool>()
            && let Ok(number) = object.extract::<i64>()
        {
            return Ok(Id(number.to_string()));
        }
        Err(PyTypeError::new_err(format!("an id must be a str or an int, got {}", object.get_type().name()?)))
    }
}

/// Some ids; one alone will do.
#[derive(Default)]
pub(crate) struct Ids(pub(crate) Vec<String>);

impl FromPyObject<'_, '_> for Ids {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Ids> {
        if let Ok(Id(id)) = object.extract() {
            return Ok(Ids(vec![id]));
        }
        let ids = object.try_iter()?.map(|id| id?.extract().map(|Id(id)| id));
        ids.collect::<PyResult<_>>().map(Ids)
    }
}

/// A moment: a text, a date or datetime (with the log's zone where it names none), or microseconds since 1970.
pub(crate) enum Moment {
    Text(String),
    Microseconds(i64),
}

impl FromPyObject<'_, '_> for Moment {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Moment> {
        if object.is_instance_of::<PyString>() {
            return object.extract().map(Moment::Text);
        }
        if object.hasattr("isoformat")? {
            return object.call_method0("isoformat")?.extract().map(Moment::Text);
        }
        object.extract().map(Moment::Microseconds).map_err(|_| {
            PyTypeError::new_err(
                "a moment must be a str, a date, a datetime or an int of microseconds since 1970",
            )
        })
    }
}

impl Moment {
    /// Microseconds since 1970, UTC, read as a log with these columns is.
    pub(crate) fn resolve(self, name: &'static str, columns: &Columns) -> PyResult<i64> {
        match self {
            Moment::Text(text) => columns.moment(name, &text).map_err(exception),
            Moment::Microseconds(microseconds) => Ok(microseconds),
        }
    }
}

/// Which group everybody belongs to.
pub(crate) enum Groups {
    /// By a column of the nodes of a network.
    Column(String),
    /// By label: a text, or a number as text.
    Labels(Vec<(String, String)>),
}

impl FromPyObject<'_, '_> for Groups {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Groups> {
        if object.is_instance_of::<PyString>() {
            return object.extract().map(Groups::Column);
        }
        match object.extract::<Known>() {
            Ok(Known(labels)) => Ok(Groups::Labels(labels)),
            Err(_) => {
                Err(PyTypeError::new_err("groups must be a dict of id and label, or the name of a column"))
            }
        }
    }
}

/// Ids with the text of their labels.
pub(crate) struct Known(pub(crate) Vec<(String, String)>);

impl FromPyObject<'_, '_> for Known {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Known> {
        let Ok(labels) = object.cast::<PyDict>() else {
            return Err(PyTypeError::new_err("labels must be a dict of id and label"));
        };
        let label = |(id, label): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((id.extract::<Id>()?.0, label.str()?.extract()?))
        };
        labels.iter().map(label).collect::<PyResult<_>>().map(Known)
    }
}

/// Ids with their weights.
pub(crate) type Weighted = Vec<(String, f64)>;

/// Sets of seeds, with a name where the caller gave one.
pub(crate) struct Seeds(pub(crate) Vec<(Option<String>, Weighted)>);

impl FromPyObject<'_, '_> for Seeds {
    type Error = PyErr;

    /// Reads ids, ids with weights, or named sets of either.
    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Seeds> {
        let Ok(mapping) = object.cast::<PyDict>() else {
            return Ok(Seeds(vec![(None, members(&object)?)]));
        };
        if mapping.values().iter().all(|value| value.extract::<f64>().is_ok()) {
            return Ok(Seeds(vec![(None, members(&object)?)]));
        }
        let sets = mapping.iter().map(|(name, set)| Ok((Some(name.extract()?), members(&set)?)));
        sets.collect::<PyResult<_>>().map(Seeds)
    }
}

/// One set of ids, each with a weight, 1 unless the caller gave one.
pub(crate) struct Members(pub(crate) Weighted);

impl FromPyObject<'_, '_> for Members {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Members> {
        members(&object).map(Members)
    }
}

fn members(object: &Bound<'_, PyAny>) -> PyResult<Weighted> {
    if let Ok(weights) = object.cast::<PyDict>() {
        return weights.iter().map(|(id, weight)| Ok((id.extract::<Id>()?.0, weight.extract()?))).collect();
    }
    Ok(object.extract::<Ids>()?.0.into_iter().map(|id| (id, 1.0)).collect())
}
