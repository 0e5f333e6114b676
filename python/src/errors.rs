//! Errors of the crate as the exceptions a Python programmer expects.

use laud::Error;
use pyo3::exceptions::{
    PyKeyError, PyKeyboardInterrupt, PyOSError, PyRuntimeError, PyUserWarning, PyValueError,
};
use pyo3::prelude::*;

pyo3::create_exception!(
    laud,
    SchemaError,
    PyValueError,
    "A column is missing, doubled or of the wrong type: map it, or name another."
);
pyo3::create_exception!(
    laud,
    ConvergenceWarning,
    PyUserWarning,
    "An iteration stopped at ``max_iterations``; an error where ``strict=True`` asked for it."
);

pyo3::create_exception!(
    laud,
    MeasureWarning,
    PyUserWarning,
    "A measure is right but says little of this graph."
);

/// The exception that fits.
pub(crate) fn exception(error: Error) -> PyErr {
    let sentence = error.to_string();
    match error {
        Error::Schema(_) => SchemaError::new_err(sentence),
        Error::NotConverged { .. } => ConvergenceWarning::new_err(sentence),
        Error::UnknownId { .. } => PyKeyError::new_err(sentence),
        Error::Io { path, source } => match source.raw_os_error() {
            // With a number Python picks the subclass: FileNotFoundError, PermissionError, ...
            Some(number) => PyOSError::new_err((number, reason(&source), path.into_os_string())),
            None => PyOSError::new_err(sentence),
        },
        Error::File { .. } => PyOSError::new_err(sentence),
        Error::Cancelled => PyKeyboardInterrupt::new_err(()),
        Error::Parameter { .. } | Error::Record { .. } | Error::Empty(_) => PyValueError::new_err(sentence),
        _ => PyRuntimeError::new_err(sentence),
    }
}

/// The words of the operating system without the number that Rust appends.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// Issues a warning at the caller's line.
pub(crate) fn warn<C: pyo3::PyTypeInfo>(py: Python<'_>, sentence: &str) -> PyResult<()> {
    let sentence = std::ffi::CString::new(sentence.replace('\0', "\u{fffd}"))?;
    PyErr::warn(py, &py.get_type::<C>(), &sentence, 1)
}
