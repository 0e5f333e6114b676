//! Small tables read whole: accounts and links, of any format a log may have.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchReader, StringArray,
};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema, SchemaRef};
use csv::ByteRecord;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::cell::canonical_decimal;
use super::content::{self, Content, Text, broken};
use super::delimited::Delimited;
use super::frame;
use super::json;
use super::schema::Columns;
use super::source::{self, Source};
use crate::error::{Error, Result};

/// Reads a table whole; `what` names it where it has no file.
pub(super) fn read(source: Source, what: &str) -> Result<(RecordBatch, PathBuf)> {
    let paths = match source {
        Source::Batches(reader) => {
            let path = PathBuf::from(what);
            return Ok((collect(reader.schema(), reader, &path)?, path));
        }
        Source::Paths(paths) => source::files(&paths)?,
    };
    let tables: Vec<RecordBatch> = paths.iter().map(|path| read_file(path)).collect::<Result<_>>()?;
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

fn read_file(path: &Path) -> Result<RecordBatch> {
    let (content, _) = content::open(path, &Arc::new(AtomicU64::new(0)))?;
    match content {
        Content::Parquet(file) => {
            let open = std::fs::File::open(&file.path).map_err(|error| Error::io(path, error))?;
            let open = || ParquetRecordBatchReaderBuilder::try_new(open)?.build();
            let reader = frame::decoded(path, "Parquet", open)?;
            collect(reader.schema(), Box::new(reader), path)
        }
        Content::ArrowFile(file) => {
            let reader = frame::file_reader(&file, path)?;
            collect(reader.schema(), reader, path)
        }
        Content::ArrowStream(text) => {
            let reader = frame::stream_reader(text, path)?;
            collect(reader.schema(), reader, path)
        }
        Content::Json(text) => objects(text, path),
        Content::Delimited(text) => records(text, path),
    }
}

fn collect(schema: SchemaRef, reader: Box<dyn RecordBatchReader + Send>, path: &Path) -> Result<RecordBatch> {
    frame::decoded(path, "Arrow", || {
        let batches: Vec<RecordBatch> = reader.collect::<std::result::Result<_, _>>()?;
        concat_batches(&schema, &batches)
    })
}

/// The records of a delimited text; all must be as long as the header.
fn records(text: Text, path: &Path) -> Result<RecordBatch> {
    let mut file = Delimited::open(text, &Columns::default(), path)?;
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); file.names.len()];
    let mut record = ByteRecord::new();
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
            column.push((!cell.is_empty()).then(|| String::from_utf8_lossy(cell).into_owned()));
        }
    }
    table(&file.names, columns, path)
}

/// The objects of NDJSON; a key that an object does not have is null there.
fn objects(mut text: Text, path: &Path) -> Result<RecordBatch> {
    let mut bytes = Vec::new();
    text.stream.read_to_end(&mut bytes).map_err(|error| broken(path, error))?;
    let names = json::keys(&bytes);
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); names.len()];
    for (at, line) in
        bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty())
    {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(json::unmarked(line))
            .map_err(|error| {
                Error::file(path, format!("line {} is no JSON object ({error}); repair it", at + 1))
            })?;
        for (column, name) in columns.iter_mut().zip(&names) {
            column.push(match object.get(name) {
                None | Some(serde_json::Value::Null) => None,
                Some(serde_json::Value::String(text)) => Some(text.clone()),
                Some(other) => Some(other.to_string()),
            });
        }
    }
    table(&names, columns, path)
}

fn table(names: &[String], columns: Vec<Vec<Option<String>>>, path: &Path) -> Result<RecordBatch> {
    let arrays: Vec<ArrayRef> = columns.into_iter().map(typed).collect();
    let fields: Vec<Field> = names
        .iter()
        .zip(&arrays)
        .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .map_err(|error| Error::file(path, error.to_string()))
}

/// Integers, numbers or booleans if every cell is one, otherwise text.
fn typed(cells: Vec<Option<String>>) -> ArrayRef {
    fn all<T>(cells: &[Option<String>], read: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
        cells
            .iter()
            .map(|cell| cell.as_deref().map(&read).map_or(Some(None), |read| read.map(Some)))
            .collect()
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
        Arc::new(StringArray::from(cells))
    }
}
