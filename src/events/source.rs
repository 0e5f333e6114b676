//! Where rows come from: files, globs, folders, frames.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow::datatypes::Schema;

use crate::error::{Error, Result};

/// One path or many; each a file, a glob or a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths(pub Vec<PathBuf>);

macro_rules! one_path {
    ($($path:ty),*) => {$(
        impl From<$path> for Paths {
            fn from(path: $path) -> Paths {
                Paths(vec![path.into()])
            }
        }
    )*};
}
one_path!(&str, String, &String, &Path, PathBuf, &PathBuf);

impl<P: AsRef<Path>> From<&[P]> for Paths {
    fn from(paths: &[P]) -> Paths {
        Paths(paths.iter().map(|path| path.as_ref().to_owned()).collect())
    }
}

impl<P: AsRef<Path>> From<Vec<P>> for Paths {
    fn from(paths: Vec<P>) -> Paths {
        Paths::from(&paths[..])
    }
}

impl<P: AsRef<Path>> From<&Vec<P>> for Paths {
    fn from(paths: &Vec<P>) -> Paths {
        Paths::from(&paths[..])
    }
}

impl<P: AsRef<Path>, const N: usize> From<[P; N]> for Paths {
    fn from(paths: [P; N]) -> Paths {
        Paths::from(&paths[..])
    }
}

/// One table of input: files, or record batches.
pub enum Source {
    /// Files, globs and folders, of any mix of formats.
    Paths(Paths),
    /// Record batches, read once, as they come.
    Batches(Box<dyn RecordBatchReader + Send>),
}

impl Source {
    /// Batches of one schema, that of the first.
    pub fn batches(batches: impl IntoIterator<Item = RecordBatch, IntoIter: Send + 'static>) -> Source {
        let mut batches = batches.into_iter().peekable();
        let schema = batches.peek().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        Source::Batches(Box::new(RecordBatchIterator::new(batches.map(Ok), schema)))
    }
}

impl<P: Into<Paths>> From<P> for Source {
    fn from(paths: P) -> Source {
        Source::Paths(paths.into())
    }
}

/// Everything that events are read from.
pub struct Input {
    /// The log.
    pub log: Source,
    /// What is declared of the accounts: `id`, `role`, `brand`, `person`, `verified`, and any attribute.
    pub accounts: Option<Source>,
    /// Which accounts are of one person: `account`, `other`, `valid_from`.
    pub links: Option<Source>,
}

/// The files that paths mean, sorted, each once.
pub(super) fn files(paths: &Paths) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in &paths.0 {
        let before = found.len();
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => walk(path, &mut found)?,
            Ok(_) => found.push(path.clone()),
            Err(error) if !is_glob(path) => return Err(Error::io(path, error)),
            Err(_) => expand(path, &mut found)?,
        }
        if found.len() == before {
            return Err(Error::file(
                path,
                "holds no file to read; name a file, a folder or a glob that matches",
            ));
        }
    }
    found.sort();
    found.dedup();
    match found.is_empty() {
        true => Err(Error::parameter("log", "at least one file, glob or folder", "none")),
        false => Ok(found),
    }
}

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

fn expand(pattern: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let matches = glob::glob(&pattern.to_string_lossy())
        .map_err(|error| Error::file(pattern, format!("is no file and no glob: {error}")))?;
    for path in matches {
        let path = path.map_err(|error| {
            let path = error.path().to_owned();
            Error::io(path, error.into())
        })?;
        match path.is_dir() {
            true => walk(&path, found)?,
            false => found.push(path),
        }
    }
    Ok(())
}

/// All files below a folder, without hidden ones and without what tools keep beside data (`_SUCCESS`,
/// `FILE.meta.json`).
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| Error::io(folder, error))? {
        let entry = entry.map_err(|error| Error::io(folder, error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(['.', '_']) || name.ends_with(".meta.json") {
            continue;
        }
        let path = entry.path();
        // A link to a folder is not followed: it may lead back here.
        match entry.file_type().map_err(|error| Error::io(&path, error))?.is_dir() {
            true => walk(&path, found)?,
            false if path.is_file() => found.push(path),
            false => {}
        }
    }
    Ok(())
}
