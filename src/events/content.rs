//! What a file holds, found by its content: compression first, then the format.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file of a known format.
pub(super) enum Content {
    Parquet(Binary),
    /// Arrow IPC with a footer (Feather 2).
    ArrowFile(Binary),
    ArrowStream(Text),
    /// One object a line.
    Json(Text),
    JsonArray(Text),
    Delimited(Text),
}

/// A file that is read at any place; unpacked first where it was compressed.
pub(super) struct Binary {
    pub(super) path: PathBuf,
    /// Keeps the unpacked copy while it is read.
    pub(super) _unpacked: Option<NamedTempFile>,
}

/// A stream of bytes that has been looked into.
pub(super) struct Text {
    /// The first bytes; all there are if fewer than [`SAMPLE`].
    pub(super) sample: Vec<u8>,
    /// The whole stream, sample included.
    pub(super) stream: Box<dyn Read + Send>,
}

/// How far a stream is looked into.
pub(super) const SAMPLE: usize = 1 << 18;

/// Counts the bytes of a file as they are read.
struct Counted {
    file: File,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Opens a file and finds out what it holds; `done` counts the bytes that are read. Also says the compression.
pub(super) fn open(path: &Path, done: &Arc<AtomicU64>) -> Result<(Content, &'static str)> {
    let file = File::open(path).map_err(|error| Error::io(path, error))?;
    let mut file = BufReader::with_capacity(1 << 16, Counted { file, done: done.clone() });
    let magic = take(&mut file, 6).map_err(|error| broken(path, error))?;
    let whole = Cursor::new(magic.clone()).chain(file);
    let (mut stream, compression): (Box<dyn Read + Send>, _) = match magic.as_slice() {
        [] => return Err(Error::file(path, "the file is empty; was it written to the end?")),
        [0x1f, 0x8b, ..] => (Box::new(MultiGzDecoder::new(whole)), "gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            (Box::new(zstd::Decoder::new(whole).map_err(|error| broken(path, error))?), "zstd")
        }
        _ => (Box::new(whole), ""),
    };
    let sample = take(&mut stream, SAMPLE).map_err(|error| broken(path, error))?;
    let problem = match sample.as_slice() {
        [] => "the file holds nothing once unpacked; was it written to the end?",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the text is UTF-16; save it as UTF-8",
        [b'P', b'K', 3, 4, ..] => "this is a zip archive or a spreadsheet; unpack it, or export it as CSV",
        [b'B', b'Z', b'h', ..] | [0xfd, b'7', b'z', b'X', b'Z', ..] => {
            "bzip2 and xz are not read; unpack the file, or pack it with gzip or zstd"
        }
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => "this is a database; export the table as Parquet or CSV",
        _ => "",
    };
    if !problem.is_empty() {
        return Err(Error::file(path, problem));
    }
    let text = Text { stream: Box::new(Cursor::new(sample.clone()).chain(stream)), sample };
    let content = match text.sample.as_slice() {
        [b'P', b'A', b'R', b'1', ..] => Content::Parquet(binary(path, text, compression)?),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Content::ArrowFile(binary(path, text, compression)?),
        [0xff, 0xff, 0xff, 0xff, ..] => Content::ArrowStream(text),
        _ => words(path, text)?,
    };
    Ok((content, compression))
}

/// Tells the formats apart that people can read.
fn words(path: &Path, text: Text) -> Result<Content> {
    let marked = text.sample.strip_prefix(b"\xef\xbb\xbf");
    match marked.unwrap_or(&text.sample).trim_ascii_start() {
        [] => Err(Error::file(path, "the file holds only blanks; was it written to the end?")),
        [b'{', ..] => Ok(Content::Json(text)),
        [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'{' | b']', ..]) => {
            Ok(Content::JsonArray(text))
        }
        _ => Ok(Content::Delimited(text)),
    }
}

/// The first bytes of a stream, or all.
fn take(stream: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn binary(path: &Path, mut text: Text, compression: &str) -> Result<Binary> {
    if compression.is_empty() {
        return Ok(Binary { path: path.to_owned(), _unpacked: None });
    }
    let mut unpacked = NamedTempFile::new().map_err(|error| Error::io(std::env::temp_dir(), error))?;
    io::copy(&mut text.stream, &mut unpacked).map_err(|error| broken(path, error))?;
    unpacked.flush().map_err(|error| Error::io(unpacked.path(), error))?;
    Ok(Binary { path: unpacked.path().to_owned(), _unpacked: Some(unpacked) })
}

/// The error for a file that cannot be read to its end.
pub(super) fn broken(path: &Path, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Error::file(path, "the file ends in the middle of its compressed data; copy or write it again")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => Error::file(
            path,
            format!("the compressed data is damaged ({error}); copy or write the file again"),
        ),
        _ => Error::io(path, error),
    }
}
