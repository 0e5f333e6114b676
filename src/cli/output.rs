//! Where results go: a file, a drawn table on a terminal, NDJSON into a pipe.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::report;
use crate::table::{Format, Table};

/// Writes `full` to `path`, or `full` to a pipe, or draws `shown` on a terminal.
pub(super) fn deliver(full: &Table, shown: &Table, rows: usize, path: Option<&Path>) -> Result<()> {
    if let Some(path) = path {
        return full.write(path);
    }
    if io::stdout().is_terminal() {
        let width = comfy_table::Table::new().width();
        return to_stdout(|out| out.write_all(report::text(shown, rows, width).as_bytes()));
    }
    to_stdout(|out| full.write_to(out, Format::Ndjson))
}

/// Refuses an output path before hours are spent on what could not be written.
pub(super) fn check(path: Option<&Path>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    Format::of(path)?;
    check_folder(path)
}

/// Refuses a path whose folder is not there, or that is a folder.
pub(super) fn check_folder(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Error::file(
            path,
            format!("the folder {} does not exist: make it first", folder.display()),
        ));
    }
    if path.is_dir() {
        return Err(Error::file(path, "this is a folder: name a file in it"));
    }
    Ok(())
}

/// Writes to standard output; a reader that went away (`| head`) is no failure.
pub(super) fn to_stdout(fill: impl FnOnce(&mut BufWriter<io::Stdout>) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::new(io::stdout());
    match fill(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::io("standard output", error)),
        _ => {
            // What is still buffered belongs to a reader that is gone.
            let _ = out.into_parts();
            Ok(())
        }
    }
}

/// `people.density.parquet` for `people.parquet`.
pub(super) fn beside(path: &Path, word: &str) -> PathBuf {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_extension(format!("{word}.{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_tables_lie_beside_the_file() {
        assert_eq!(beside(Path::new("out/people.csv"), "density"), Path::new("out/people.density.csv"));
    }
}
