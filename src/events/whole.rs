//! Tables read whole: accounts, links and results, of any format a log may have, or one JSON array.

use std::collections::HashMap;
use std::fmt;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchOptions,
    RecordBatchReader, StringArray, StringBuilder,
};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema, SchemaRef};
use csv::ByteRecord;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::cell::canonical_decimal;
use super::content::{self, Content, Text, broken};
use super::delimited::Delimited;
use super::frame;
use super::json;
use super::schema::Columns;
use super::source::{self, Source};
use crate::error::{Error, Result};
use crate::table::{Table, companion};

impl Table {
    /// Reads a table from a file: Parquet, CSV and its kin, JSON, NDJSON or Arrow, plain, gzip or zstd, found by content.
    ///
    /// What [`Table::write`] wrote comes back with its metadata, which of CSV, JSON and NDJSON lie in `FILE.meta.json`. Those
    /// three do not tell the types of columns: a column comes back as 64-bit integers, floats or booleans if every cell is one,
    /// otherwise as strings; what JSON quotes stays a string.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or holds no table.
    ///
    /// # Examples
    /// ```
    /// use laud::table::Table;
    ///
    /// let accounts = Table::read("data/cafe.accounts.csv")?;
    /// assert!(accounts.column("id").is_some());
    /// # Ok::<(), laud::Error>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Table> {
        let path = path.as_ref();
        let mut batch = read_file(path, Quoted::Text)?;
        let beside = companion(path);
        match std::fs::read(&beside) {
            Ok(text) => {
                let metadata: HashMap<String, String> = serde_json::from_slice(&text).map_err(|error| {
                    Error::file(&beside, format!("is no JSON object of texts ({error}); repair or remove it"))
                })?;
                let schema = batch.schema().as_ref().clone().with_metadata(metadata);
                batch = batch.with_schema(Arc::new(schema)).expect("the same fields");
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(beside, error)),
        }
        Ok(batch.into())
    }
}

/// Whether a number in quotation marks is one.
#[derive(Clone, Copy, PartialEq)]
enum Quoted {
    Number,
    Text,
}

/// Reads a table whole; `what` names it where it has no file.
pub(super) fn read(source: Source, what: &str) -> Result<(RecordBatch, PathBuf)> {
    let paths = match source {
        Source::Batches(reader) => {
            let path = PathBuf::from(what);
            return Ok((collect(reader.schema(), reader, &path)?, path));
        }
        Source::Paths(paths) => source::files(&paths)?,
    };
    let tables: Vec<RecordBatch> =
        paths.iter().map(|path| read_file(path, Quoted::Number)).collect::<Result<_>>()?;
    let schema = tables[0].schema();
    if let Some(at) = tables.iter().position(|table| table.schema().fields() != schema.fields()) {
        let first = paths[0].display();
        return Err(Error::file(
            &paths[at],
            format!("the columns differ from those of {first}; give both the same"),
        ));
    }
    let table =
        concat_batches(&schema, &tables).map_err(|error| Error::file(&paths[0], error.to_string()))?;
    Ok((table, paths[0].clone()))
}

fn read_file(path: &Path, quoted: Quoted) -> Result<RecordBatch> {
    let (content, _) = content::open(path, &Arc::new(AtomicU64::new(0)))?;
    match content {
        Content::Parquet(file) => {
            let open = std::fs::File::open(&file.path).map_err(|error| Error::io(path, error))?;
            // The reader's own schema has lost the metadata of the file.
            let open = || {
                let builder = ParquetRecordBatchReaderBuilder::try_new(open)?;
                Ok::<_, ParquetError>((builder.schema().clone(), builder.build()?))
            };
            let (schema, reader) = frame::decoded(path, "Parquet", open)?;
            collect(schema, Box::new(reader), path)
        }
        Content::ArrowFile(file) => {
            let reader = frame::file_reader(&file, path)?;
            collect(reader.schema(), reader, path)
        }
        Content::ArrowStream(text) => {
            let reader = frame::stream_reader(text, path)?;
            collect(reader.schema(), reader, path)
        }
        Content::Json(text) => lines(text, path)?.finish(quoted, path),
        Content::JsonArray(text) => array(text, path)?.finish(quoted, path),
        Content::Delimited(text) => records(text, path)?.finish(quoted, path),
    }
}

fn collect(schema: SchemaRef, reader: Box<dyn RecordBatchReader + Send>, path: &Path) -> Result<RecordBatch> {
    frame::decoded(path, "Arrow", || {
        let batches: Vec<RecordBatch> = reader.collect::<std::result::Result<_, _>>()?;
        concat_batches(&schema, &batches)
    })
}

/// Rows of a format without types, as texts by column.
#[derive(Default)]
struct Texts {
    rows: usize,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    cells: StringBuilder,
    /// Whether a cell was in quotation marks.
    quoted: bool,
}

type Object = serde_json::Map<String, serde_json::Value>;

impl Texts {
    /// The column of that name, at the end where it is new; rows before are null.
    fn column(&mut self, name: &str) -> &mut Column {
        let at = self.columns.iter().position(|column| column.name == name).unwrap_or_else(|| {
            let mut cells = StringBuilder::new();
            cells.append_nulls(self.rows);
            self.columns.push(Column { name: name.to_owned(), cells, quoted: false });
            self.columns.len() - 1
        });
        &mut self.columns[at]
    }

    fn add(&mut self, object: Object) {
        for (name, value) in object {
            let column = self.column(&name);
            match value {
                serde_json::Value::Null => column.cells.append_null(),
                serde_json::Value::String(text) => {
                    column.quoted = true;
                    column.cells.append_value(text);
                }
                other => column.cells.append_value(other.to_string()),
            }
        }
        self.rows += 1;
        let rows = self.rows;
        for column in self.columns.iter_mut().filter(|column| column.cells.len() < rows) {
            column.cells.append_null();
        }
    }

    fn finish(self, quoted: Quoted, path: &Path) -> Result<RecordBatch> {
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = self
            .columns
            .into_iter()
            .map(|mut column| {
                let cells = column.cells.finish();
                let is_text = column.quoted && quoted == Quoted::Text;
                let array = if is_text { Arc::new(cells) } else { typed(cells) };
                (Field::new(column.name, array.data_type().clone(), true), array)
            })
            .unzip();
        let rows = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &rows)
            .map_err(|error| Error::file(path, error.to_string()))
    }
}

/// The records of a delimited text; all must be as long as the header.
fn records(text: Text, path: &Path) -> Result<Texts> {
    let mut file = Delimited::open(text, &Columns::default(), path)?;
    let of = |name: &String| Column { name: name.clone(), cells: StringBuilder::new(), quoted: false };
    let mut columns: Vec<Column> = file.names.iter().map(of).collect();
    let (mut rows, mut record) = (0, ByteRecord::new());
    while file.next(&mut record)? {
        if record.len() != columns.len() {
            let line = record.position().map_or(0, csv::Position::line);
            let (wanted, found) = (columns.len(), record.len());
            return Err(Error::file(
                path,
                format!("line {line} has {found} fields, the header {wanted}; repair it"),
            ));
        }
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.cells.append_option((!cell.is_empty()).then(|| String::from_utf8_lossy(cell)));
        }
        rows += 1;
    }
    Ok(Texts { rows, columns })
}

/// The objects of NDJSON; a key that an object does not have is null there.
fn lines(text: Text, path: &Path) -> Result<Texts> {
    let bytes = bytes(text, path)?;
    let mut texts = Texts::default();
    for (at, line) in
        bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty())
    {
        texts.add(serde_json::from_slice(json::unmarked(line)).map_err(|error| {
            Error::file(path, format!("line {} is no JSON object ({error}); repair it", at + 1))
        })?);
    }
    Ok(texts)
}

/// The objects of one JSON array, taken over one by one.
fn array(text: Text, path: &Path) -> Result<Texts> {
    struct Objects;
    impl<'de> Visitor<'de> for Objects {
        type Value = Texts;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            formatter.write_str("an array of objects")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut objects: A) -> std::result::Result<Texts, A::Error> {
            let mut texts = Texts::default();
            while let Some(object) = objects.next_element::<Object>()? {
                texts.add(object);
            }
            Ok(texts)
        }
    }
    let bytes = bytes(text, path)?;
    let mut deserializer = serde_json::Deserializer::from_slice(json::unmarked(&bytes));
    deserializer
        .deserialize_seq(Objects)
        .and_then(|texts| deserializer.end().map(|()| texts))
        .map_err(|error| Error::file(path, format!("is no JSON array of objects ({error}); repair it")))
}

fn bytes(mut text: Text, path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    text.stream.read_to_end(&mut bytes).map_err(|error| broken(path, error))?;
    Ok(bytes)
}

/// Integers, numbers or booleans if every cell is one, otherwise text.
fn typed(cells: StringArray) -> ArrayRef {
    fn all<T>(cells: &StringArray, read: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
        cells.iter().map(|cell| cell.map(&read).map_or(Some(None), |read| read.map(Some))).collect()
    }
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let truth = |text: &str| text.to_ascii_lowercase().parse::<bool>().ok();
    if let Some(integers) = all(&cells, |text| canonical_decimal(text.as_bytes())) {
        Arc::new(Int64Array::from(integers))
    } else if let Some(numbers) = all(&cells, number) {
        Arc::new(Float64Array::from(numbers))
    } else if let Some(truths) = all(&cells, truth) {
        Arc::new(BooleanArray::from(truths))
    } else {
        Arc::new(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::UInt64Array;

    fn sample() -> Table {
        Table::new([
            ("id", Arc::new(StringArray::from(vec!["12", "a,\"b\"\nc"])) as ArrayRef),
            ("score", Arc::new(Float64Array::from(vec![Some(-0.1), None]))),
            ("rank", Arc::new(UInt64Array::from(vec![1, 2]))),
            ("is_brand", Arc::new(BooleanArray::from(vec![Some(true), None]))),
            ("flags", Arc::new(StringArray::from(vec![Some("few \u{fc}"), None]))),
        ])
        .with_metadata("laud.version", "1")
    }

    #[test]
    fn a_table_comes_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        for ending in ["parquet", "arrow", "csv", "json", "ndjson"] {
            let path = folder.path().join(format!("table.{ending}"));
            sample().write(&path).unwrap();
            let read = Table::read(&path).unwrap();
            assert_eq!(read.metadata("laud.version").as_deref(), Some("1"), "{ending}");
            for field in sample().batch().schema().fields() {
                let name = field.name();
                let (written, read) =
                    (sample().column(name).unwrap().clone(), read.column(name).unwrap().clone());
                match (ending, name.as_str()) {
                    ("csv" | "json" | "ndjson", "rank") => {
                        let back = arrow::compute::cast(&read, &arrow::datatypes::DataType::UInt64).unwrap();
                        assert_eq!(&back, &written, "{ending}");
                    }
                    _ => assert_eq!(&read, &written, "{name} of {ending}"),
                }
            }
        }
    }

    #[test]
    fn keys_that_come_late_and_empty_arrays_are_tables_too() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Table::read(&path)
        };
        let table =
            read("late.json", "\u{feff} [{\"a\": 1}, {\"b\": \"2\"}, {\"a\": 2.5, \"b\": null}]").unwrap();
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None, Some(2.5)]));
        let texts: ArrayRef = Arc::new(StringArray::from(vec![None, Some("2"), None]));
        assert_eq!((table.column("a"), table.column("b")), (Some(&floats), Some(&texts)));
        assert_eq!(read("empty.json", "[]").unwrap().num_rows(), 0);
        let refused = |name: &str, text: &str, words: &str| {
            let error = read(name, text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        refused("half.json", "[{\"a\": 1},", "half.json: is no JSON array of objects (EOF");
        refused("more.json", "[{\"a\": 1}] 7", "trailing characters");
        refused("lines.ndjson", "{\"a\": 1}\n[2]\n", "line 2 is no JSON object");
        refused("ragged.csv", "a,b\n1,2\n3\n", "line 3 has 1 fields, the header 2");
        std::fs::write(folder.path().join("table.csv.meta.json"), "[1]").unwrap();
        refused("table.csv", "a\n1\n", "table.csv.meta.json: is no JSON object of texts");
    }
}
