//! Sources cut into pieces that workers take in turn; what they read does not depend on who took what.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::DataType;
use csv::ByteRecord;
use rayon::prelude::*;

use super::content::{self, Content};
use super::ingest::Worker;
use super::layout::Layout;
use super::schema::Columns;
use super::time::Clock;
use super::{delimited, frame, json};
use crate::error::{Error, Result};
use crate::progress::Watch;

/// What is known of a source once it is open.
pub(super) struct Head {
    /// A position in the list of files.
    pub(super) file: u32,
    pub(super) path: PathBuf,
    pub(super) layout: Layout,
    /// Such as `csv gzip`.
    pub(super) format: String,
    /// Types of the columns that hold ids, where the format has types.
    pub(super) id_types: Vec<DataType>,
}

/// A part of a source that one worker reads.
pub(super) enum Piece {
    /// Rows of a frame; the row number of the first, from 1.
    Batch(RecordBatch, u64),
    /// A row group of a Parquet file.
    RowGroup(Arc<frame::Parquet>, usize),
    /// So many records, lying in [`Scratch::records`]; the line behind the last.
    Records(usize, u64),
    /// Lines, lying in [`Scratch::block`]; the number of the first.
    Lines(u64),
}

/// Buffers that a worker lends for text.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) records: Vec<ByteRecord>,
    pub(super) block: Vec<u8>,
}

/// A source that is cut into pieces.
pub(super) trait Pieces: Send {
    /// The next piece, or none at the end.
    fn next(&mut self, scratch: &mut Scratch) -> Result<Option<Piece>>;
}

/// A source and how far it has been read.
enum State {
    File,
    Frame(Box<dyn RecordBatchReader + Send>),
    Open(Arc<Head>, Box<dyn Pieces>, u64),
    Done,
}

/// The sources of a log.
pub(super) struct Feeds<'a> {
    columns: &'a Columns,
    files: Vec<PathBuf>,
    states: Vec<Mutex<State>>,
    heads: Vec<Mutex<Option<Arc<Head>>>>,
    /// The first error by source and piece.
    failure: Mutex<Option<((usize, u64), Error)>>,
    done: Arc<AtomicU64>,
    total: u64,
    watch: Watch,
}

/// What all workers have read, and of what.
pub(super) struct Reading {
    pub(super) workers: Vec<Worker>,
    pub(super) heads: Vec<Arc<Head>>,
    pub(super) files: Vec<PathBuf>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Feeds<'a> {
    /// Files that will be opened when they are reached.
    pub(super) fn files(files: Vec<PathBuf>, columns: &'a Columns) -> Feeds<'a> {
        let total = files.iter().filter_map(|path| path.metadata().ok()).map(|metadata| metadata.len()).sum();
        let states = files.iter().map(|_| State::File).collect();
        Feeds::new(files, states, total, columns)
    }

    /// A stream of record batches.
    pub(super) fn frame(frame: Box<dyn RecordBatchReader + Send>, columns: &'a Columns) -> Feeds<'a> {
        Feeds::new(vec![PathBuf::from("frame")], vec![State::Frame(frame)], 0, columns)
    }

    fn new(files: Vec<PathBuf>, states: Vec<State>, total: u64, columns: &'a Columns) -> Feeds<'a> {
        Feeds {
            columns,
            heads: files.iter().map(|_| Mutex::new(None)).collect(),
            files,
            states: states.into_iter().map(Mutex::new).collect(),
            failure: Mutex::new(None),
            done: Arc::new(AtomicU64::new(0)),
            total,
            watch: Watch::current(),
        }
    }

    /// Reads everything with as many workers as there are threads.
    ///
    /// # Errors
    /// The first by source and piece, whoever met it.
    pub(super) fn read(self, clock: &Clock) -> Result<Reading> {
        let threads = rayon::current_num_threads();
        let workers = (0..threads).into_par_iter().map(|at| self.work(at, clock)).collect();
        if let Some((_, error)) = self.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let heads = self.heads.into_iter().filter_map(|head| head.into_inner().ok().flatten()).collect();
        Ok(Reading { workers, heads, files: self.files })
    }

    fn work(&self, at: usize, clock: &Clock) -> Worker {
        let mut worker = Worker::new(clock.clone());
        let mut scratch = Scratch::default();
        let count = self.states.len();
        // Each worker begins with sources that nobody else reads, then helps where some are left.
        for round in 0..2 {
            for feed in (0..count).map(|feed| (feed + at * count / rayon::current_num_threads()) % count) {
                loop {
                    let state = match round {
                        0 => self.states[feed].try_lock().ok(),
                        _ => Some(lock(&self.states[feed])),
                    };
                    let Some(state) = state else { break };
                    if !self.step(feed, state, &mut worker, &mut scratch) {
                        break;
                    }
                }
            }
        }
        worker
    }

    /// Reads one piece; false at the end of the source.
    fn step(
        &self,
        feed: usize,
        mut state: MutexGuard<State>,
        worker: &mut Worker,
        scratch: &mut Scratch,
    ) -> bool {
        if self.has_failed_before(feed) {
            return false;
        }
        let taken = self.take(feed, &mut state, scratch);
        let number = if let State::Open(_, _, number) = &*state { *number } else { 0 };
        drop(state);
        let outcome = taken.and_then(|taken| {
            let Some((head, piece)) = taken else { return Ok(false) };
            match piece {
                Piece::Batch(batch, first) => frame::read_batch(worker, &head, &batch, first)?,
                Piece::RowGroup(file, group) => {
                    let bytes = file.read_group(worker, &head, group)?;
                    self.done.fetch_add(bytes, Ordering::Relaxed);
                }
                Piece::Records(count, end) => delimited::read(worker, &head, &scratch.records[..count], end)?,
                Piece::Lines(first) => json::read(worker, &head, &scratch.block, first)?,
            }
            self.watch.tick("read", self.done.load(Ordering::Relaxed).min(self.total), self.total)?;
            Ok(true)
        });
        outcome.unwrap_or_else(|error| {
            self.fail((feed, number), error);
            false
        })
    }

    fn take(
        &self,
        feed: usize,
        state: &mut State,
        scratch: &mut Scratch,
    ) -> Result<Option<(Arc<Head>, Piece)>> {
        if matches!(state, State::File | State::Frame(_)) {
            let (head, pieces) = self.open(feed, std::mem::replace(state, State::Done))?;
            let head = Arc::new(head);
            *lock(&self.heads[feed]) = Some(head.clone());
            *state = State::Open(head, pieces, 0);
        }
        let State::Open(head, pieces, number) = state else { return Ok(None) };
        *number += 1;
        match pieces.next(scratch)? {
            Some(piece) => Ok(Some((head.clone(), piece))),
            None => {
                *state = State::Done;
                Ok(None)
            }
        }
    }

    fn open(&self, feed: usize, state: State) -> Result<(Head, Box<dyn Pieces>)> {
        let path = &self.files[feed];
        let (parts, compression) = match state {
            State::Frame(frame) => (frame::open_frame(frame, self.columns, path, "frame")?, ""),
            _ => {
                let (content, compression) = content::open(path, &self.done)?;
                (open_content(content, self.columns, path)?, compression)
            }
        };
        let format = format!("{} {compression}", parts.format).trim_end().to_owned();
        let head = Head {
            file: feed as u32,
            path: path.clone(),
            layout: parts.layout,
            format,
            id_types: parts.id_types,
        };
        Ok((head, parts.pieces))
    }

    fn has_failed_before(&self, feed: usize) -> bool {
        lock(&self.failure)
            .as_ref()
            .is_some_and(|((failed, _), error)| *failed <= feed || matches!(error, Error::Cancelled))
    }

    fn fail(&self, at: (usize, u64), error: Error) {
        let mut failure = lock(&self.failure);
        let is_first = failure.as_ref().is_none_or(|(first, _)| at < *first);
        if is_first || matches!(error, Error::Cancelled) {
            *failure = Some((at, error));
        }
    }
}

/// What a format tells when it is opened.
pub(super) struct Opened {
    pub(super) layout: Layout,
    pub(super) format: &'static str,
    pub(super) id_types: Vec<DataType>,
    pub(super) pieces: Box<dyn Pieces>,
}

fn open_content(content: Content, columns: &Columns, path: &Path) -> Result<Opened> {
    match content {
        Content::Parquet(file) => frame::open_parquet(file, columns, path),
        Content::ArrowFile(file) => {
            frame::open_frame(frame::file_reader(&file, path)?, columns, path, "arrow")
        }
        Content::ArrowStream(text) => {
            frame::open_frame(frame::stream_reader(text, path)?, columns, path, "arrow stream")
        }
        Content::Json(text) => json::open(text, columns, path),
        Content::JsonArray(_) => {
            Err(Error::file(path, "this is one JSON array; write one object a line (`jq -c '.[]'`)"))
        }
        Content::Delimited(text) => delimited::open(text, columns, path),
    }
}
