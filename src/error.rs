//! What can go wrong, one variant for each thing a caller could do about it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The result of everything in laud that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure, told in one sentence that names the parameter, file, line or column, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter is outside its domain: pass another value.
    #[error("{name} must be {rule}, got {value}")]
    Parameter {
        /// The parameter, as the caller spells it.
        name: &'static str,
        /// The domain, worded to follow "must be".
        rule: Cow<'static, str>,
        /// The value that was given.
        value: String,
    },

    /// An iteration reached its limit where `strict` asked for convergence: raise the limit or the tolerance.
    #[error(
        "{measure} did not converge: residual {residual:.3e} after {iterations} iterations; \
         raise max_iterations or tolerance"
    )]
    NotConverged {
        /// The measure that was computed.
        measure: &'static str,
        /// Iterations done.
        iterations: u32,
        /// L1 norm of what an iteration still changes.
        residual: f64,
    },

    /// A column is missing, doubled, ambiguous or of the wrong type: map it, or name another.
    #[error("{0}")]
    Schema(String),

    /// A row of a log breaks a rule, and too many did: repair the log or raise `max_bad_rows`.
    #[error("{}:{line}: column `{column}` must be {rule}, got {value:?}{more}", file.display())]
    Record {
        /// The file, or the name of the frame.
        file: PathBuf,
        /// Line in the file, counted from 1; a row number where the format has no lines.
        line: u64,
        /// The column, as laud names it.
        column: String,
        /// The domain, worded to follow "must be".
        rule: Cow<'static, str>,
        /// The value, shortened.
        value: String,
        /// How many rows are bad and what to do; empty or beginning with `; `.
        more: String,
    },

    /// A file is not what it should be: name another, or repair it.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },

    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Its reason.
        source: std::io::Error,
    },

    /// An id is not in the network or graph: check its spelling.
    #[error("{what} {id:?} is not known{}", nearest.as_ref().map(|n| format!("; did you mean {n:?}?")).unwrap_or_default())]
    UnknownId {
        /// What the id was to be: "id", "brand", "product", "seed".
        what: &'static str,
        /// The id that was asked for.
        id: String,
        /// The closest id there is.
        nearest: Option<String>,
    },

    /// There is nothing to compute on: the sentence says why and which options help.
    #[error("{0}")]
    Empty(String),

    /// The caller asked to stop.
    #[error("interrupted")]
    Cancelled,
}

impl Error {
    /// A parameter outside its domain; `rule` follows "must be".
    pub fn parameter(name: &'static str, rule: impl Into<Cow<'static, str>>, value: impl ToString) -> Error {
        Error::Parameter { name, rule: rule.into(), value: value.to_string() }
    }

    /// An input or output failure on `path`.
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Error {
        Error::Io { path: path.as_ref().to_owned(), source }
    }

    /// A file that is not what it should be.
    pub fn file(path: impl AsRef<Path>, problem: impl Into<String>) -> Error {
        Error::File { path: path.as_ref().to_owned(), problem: problem.into() }
    }
}
