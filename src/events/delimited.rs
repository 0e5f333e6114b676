//! CSV and its kin: any separator, with or without a header.

use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::block::Block;
use super::cell::Value;
use super::content::{SAMPLE, Text, broken};
use super::feed::{Head, Opened, Piece, Pieces, Scratch};
use super::ingest::Worker;
use super::layout::Layout;
use super::schema::{Columns, shortened};
use super::tally::{Fault, Spot};
use crate::error::{Error, Result};

/// Records of a piece.
const RECORDS: usize = 1 << 13;

/// A delimited text behind its header.
pub(super) struct Delimited {
    reader: Reader<Box<dyn Read + Send>>,
    path: PathBuf,
    /// The names in the header, or those given.
    pub(super) names: Vec<String>,
}

impl Delimited {
    /// Finds the separator and the names of the columns.
    pub(super) fn open(text: Text, columns: &Columns, path: &Path) -> Result<Delimited> {
        let separator = match columns.separator {
            Some(separator) => separator as u8,
            None => separator(&text.sample, columns.header.as_ref().map(Vec::len)),
        };
        let mut reader = builder(separator).from_reader(text.stream);
        let names = match &columns.header {
            Some(names) => {
                let fields = first_record(&text.sample, separator).len();
                if fields != names.len() {
                    return Err(Error::Schema(format!(
                        "{}: `--header` names {} columns, but the first row has {fields} fields; \
                         name each column, or give the `--separator`",
                        path.display(),
                        names.len()
                    )));
                }
                names.clone()
            }
            None => {
                let mut header = ByteRecord::new();
                reader.read_byte_record(&mut header).map_err(|error| unreadable(path, error))?;
                header.iter().map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect()
            }
        };
        Ok(Delimited { reader, path: path.to_owned(), names })
    }

    /// Reads the next record; false at the end.
    pub(super) fn next(&mut self, record: &mut ByteRecord) -> Result<bool> {
        self.reader.read_byte_record(record).map_err(|error| unreadable(&self.path, error))
    }
}

/// Opens a delimited log.
pub(super) fn open(text: Text, columns: &Columns, path: &Path) -> Result<Opened> {
    let file = Delimited::open(text, columns, path)?;
    let layout = Layout::resolve(columns, &file.names, path)?;
    Ok(Opened { layout, format: "csv", id_types: Vec::new(), pieces: Box::new(file) })
}

impl Pieces for Delimited {
    fn next(&mut self, scratch: &mut Scratch) -> Result<Option<Piece>> {
        scratch.records.resize_with(RECORDS, ByteRecord::new);
        let mut count = 0;
        while count < RECORDS && Delimited::next(self, &mut scratch.records[count])? {
            count += 1;
        }
        Ok((count > 0).then(|| Piece::Records(count, self.reader.position().line())))
    }
}

fn builder(separator: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(separator).has_headers(false).flexible(true).buffer_capacity(1 << 17);
    builder
}

fn unreadable(path: &Path, error: csv::Error) -> Error {
    match error.into_kind() {
        ErrorKind::Io(error) => broken(path, error),
        other => Error::file(path, format!("the text cannot be read: {other:?}")),
    }
}

fn first_record(sample: &[u8], separator: u8) -> ByteRecord {
    let mut record = ByteRecord::new();
    // Memory does not fail to be read.
    let _ = builder(separator).from_reader(sample).read_byte_record(&mut record);
    record
}

/// The separator that gives the most rows as many fields as the first (`wanted`, if that is known); blanks only
/// if no other gives more than one.
fn separator(sample: &[u8], wanted: Option<usize>) -> u8 {
    let fit = |separator: u8| {
        let mut reader = builder(separator).from_reader(sample);
        let rows: Vec<usize> =
            reader.byte_records().take(50).filter_map(|row| Some(row.ok()?.len())).collect();
        // The last row of a sample may be cut.
        let rows = if sample.len() < SAMPLE || rows.len() < 2 { &rows[..] } else { &rows[..rows.len() - 1] };
        let fields = rows.first().copied().unwrap_or(0);
        let alike = rows.iter().filter(|row| **row == fields).count();
        (fields > 1).then_some((wanted == Some(fields), alike * 100 / rows.len().max(1), fields))
    };
    let best = |separators: &[u8]| {
        separators
            .iter()
            .rev()
            .filter_map(|separator| Some((fit(*separator)?, *separator)))
            .max_by_key(|(fit, _)| *fit)
    };
    match (best(b",\t;|"), best(b" ")) {
        (Some((fit, _)), Some((blank, separator))) if blank.0 && !fit.0 => separator,
        (Some((_, separator)), _) | (None, Some((_, separator))) => separator,
        (None, None) => b',',
    }
}

/// Reads records; `end` is the line behind the last.
pub(super) fn read(worker: &mut Worker, head: &Head, records: &[ByteRecord], end: u64) -> Result<()> {
    let line_of = |record: &ByteRecord| record.position().map_or(0, csv::Position::line);
    let width = head.layout.names.len();
    let mapped: Vec<(usize, usize)> = head.layout.columns().collect();
    let mut block = Block::new(head);
    for (at, record) in records.iter().enumerate() {
        let line = line_of(record);
        if record.len() != width {
            let next = records.get(at + 1).map_or(end, line_of);
            let spot = Spot { file: head.file, line };
            ragged(worker, head, record, spot, next.saturating_sub(line).max(1));
            continue;
        }
        let cell = |(field, column): &(usize, usize)| match &record[*column] {
            b"" => (*field, Value::Null),
            text => (*field, Value::Untyped(text)),
        };
        block.push(line, mapped.iter().map(cell));
        if block.len() == Block::MOST {
            worker.take(&block)?;
            block.clear();
        }
    }
    worker.take(&block)
}

/// Counts a row of the wrong length as bad; as so many as it has lines, for an open quote swallows rows.
fn ragged(worker: &mut Worker, head: &Head, record: &ByteRecord, spot: Spot, lines: u64) {
    let names = &head.layout.names;
    let (column, rule) = match names.get(record.len()) {
        Some(missing) => (missing, "there"),
        None => (&names[names.len() - 1], "the last"),
    };
    let rule = format!("{rule}: the header has {} fields, this row {}", names.len(), record.len());
    let value = shortened(record.iter().collect::<Vec<_>>().join(&b' ').as_slice());
    worker.tally.rows += lines;
    worker.tally.bad(
        "ragged rows",
        spot,
        lines,
        Fault { column: column.clone(), rule: Cow::Owned(rule), value, hint: String::new() },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found_by_content() {
        let cases: [(&str, Option<usize>, u8); 8] = [
            ("actor,target,time\na,b,2015-02-24 11:35:52 -0800\n", None, b','),
            ("actor\ttarget\ttime\na\tb\t2015-02-24 11:35:52\n", None, b'\t'),
            ("actor;target;weight\na;b;1,5\n", None, b';'),
            ("1;2;1,5\n3;4;1,5\n", None, b';'),
            ("223789 213163 1341100972 MT\n1 2 3 RE\n", None, b' '),
            ("1|2|3\n", None, b'|'),
            ("id,name\n1,John Paul Smith\n", None, b','),
            ("a 1,5 3\nb 1,5 3\n", Some(3), b' '),
        ];
        for (text, wanted, expected) in cases {
            assert_eq!(separator(text.as_bytes(), wanted) as char, expected as char, "{text}");
        }
    }
}
