//! Arrow record batches, Arrow IPC and Parquet.

use std::fs::File;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, Float64Array, Int64Array, RecordBatch, RecordBatchReader,
    StringViewArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Field as ArrowField, Int64Type, Schema, TimeUnit as ArrowUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow::ipc::reader::{FileReader, StreamReader};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::block::Block;
use super::cell::Value;
use super::content::{Binary, Text};
use super::feed::{Head, Opened, Piece, Pieces, Scratch};
use super::ingest::Worker;
use super::layout::{Layout, Place};
use super::schema::{Columns, Field, TimeUnit};
use super::time;
use crate::error::{Error, Result};

/// Rows of a piece of a batch.
const SLICE: usize = 1 << 17;

/// Rows that Parquet decodes at a time.
const DECODE: usize = 1 << 14;

/// Opens anything that yields record batches.
pub(super) fn open_frame(
    reader: Box<dyn RecordBatchReader + Send>,
    columns: &Columns,
    path: &Path,
    format: &'static str,
) -> Result<Opened> {
    let schema = reader.schema();
    let layout = layout(&schema, columns, path)?;
    let id_types = id_types(&schema, &layout);
    let pieces = Box::new(Batches { reader, path: path.to_owned(), row: 1, rest: None });
    Ok(Opened { layout, format, id_types, pieces })
}

/// The batches of an IPC file with a footer.
pub(super) fn file_reader(file: &Binary, path: &Path) -> Result<Box<dyn RecordBatchReader + Send>> {
    let open = File::open(&file.path).map_err(|error| Error::io(path, error))?;
    Ok(Box::new(decoded(path, "Arrow", || FileReader::try_new_buffered(open, None))?))
}

/// The batches of an IPC stream.
pub(super) fn stream_reader(text: Text, path: &Path) -> Result<Box<dyn RecordBatchReader + Send>> {
    Ok(Box::new(decoded(path, "Arrow", || StreamReader::try_new_buffered(text.stream, None))?))
}

fn damaged(path: &Path, format: &str, error: impl std::fmt::Display) -> Error {
    Error::file(path, format!("the {format} data is incomplete or damaged ({error}); copy or write it again"))
}

/// Runs a decoder, which may panic on bytes that were tampered with.
pub(super) fn decoded<T, E: std::fmt::Display>(
    path: &Path,
    format: &str,
    decode: impl FnOnce() -> std::result::Result<T, E>,
) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(outcome) => outcome.map_err(|error| damaged(path, format, error)),
        Err(_) => Err(damaged(path, format, "it contradicts itself")),
    }
}

/// A stream of batches, cut to slices.
struct Batches {
    reader: Box<dyn RecordBatchReader + Send>,
    path: PathBuf,
    row: u64,
    rest: Option<RecordBatch>,
}

impl Pieces for Batches {
    fn next(&mut self, _: &mut Scratch) -> Result<Option<Piece>> {
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match decoded(&self.path, "Arrow", || self.reader.next().transpose())? {
                None => return Ok(None),
                Some(batch) => batch,
            },
        };
        let rows = batch.num_rows().min(SLICE);
        if rows < batch.num_rows() {
            self.rest = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        let first = self.row;
        self.row += rows as u64;
        Ok(Some(Piece::Batch(batch.slice(0, rows), first)))
    }
}

/// A Parquet file whose row groups are read by whoever is free.
pub(super) struct Parquet {
    file: Binary,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    /// The row number of the first row of each group, from 1.
    first_rows: Vec<u64>,
}

/// The row groups of a file, in order.
struct RowGroups {
    file: Arc<Parquet>,
    next: usize,
}

impl Pieces for RowGroups {
    fn next(&mut self, _: &mut Scratch) -> Result<Option<Piece>> {
        self.next += 1;
        Ok((self.next <= self.file.first_rows.len())
            .then(|| Piece::RowGroup(self.file.clone(), self.next - 1)))
    }
}

/// Opens a Parquet file: only the columns that are mapped will be read, texts as views.
pub(super) fn open_parquet(file: Binary, columns: &Columns, path: &Path) -> Result<Opened> {
    let open = File::open(&file.path).map_err(|error| Error::io(path, error))?;
    let found = decoded(path, "Parquet", || ArrowReaderMetadata::load(&open, ArrowReaderOptions::new()))?;
    let layout = layout(found.schema(), columns, path)?;
    let id_types = id_types(found.schema(), &layout);
    let views = ArrowReaderOptions::new().with_schema(Arc::new(with_views(found.schema())));
    let metadata = ArrowReaderMetadata::try_new(found.metadata().clone(), views).unwrap_or(found);
    let mask = ProjectionMask::roots(metadata.parquet_schema(), layout.columns().map(|(_, column)| column));
    let mut row = 1;
    let first_rows = metadata
        .metadata()
        .row_groups()
        .iter()
        .map(|group| {
            let first = row;
            row += group.num_rows().max(0) as u64;
            first
        })
        .collect();
    let file = Arc::new(Parquet { file, metadata, mask, first_rows });
    Ok(Opened { layout, format: "parquet", id_types, pieces: Box::new(RowGroups { file, next: 0 }) })
}

/// The same fields with texts as views, which are decoded without copying them together.
fn with_views(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => {
            Arc::new(ArrowField::clone(field).with_data_type(DataType::Utf8View))
        }
        _ => field.clone(),
    });
    Schema::new(fields.collect::<Vec<_>>())
}

impl Parquet {
    /// Reads one row group; answers how many bytes of the file it took.
    pub(super) fn read_group(&self, worker: &mut Worker, head: &Head, group: usize) -> Result<u64> {
        let open = File::open(&self.file.path).map_err(|error| Error::io(&head.path, error))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(open, self.metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(self.mask.clone())
            .with_batch_size(DECODE);
        let mut reader = decoded(&head.path, "Parquet", || builder.build())?;
        let mut first = self.first_rows[group];
        while let Some(batch) = decoded(&head.path, "Parquet", || reader.next().transpose())? {
            read_batch(worker, head, &batch, first)?;
            first += batch.num_rows() as u64;
        }
        Ok(self.metadata.metadata().row_group(group).compressed_size().max(0) as u64)
    }
}

/// Finds the columns and checks that their types fit.
fn layout(schema: &Schema, columns: &Columns, path: &Path) -> Result<Layout> {
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    if names.is_empty() {
        return Err(Error::Empty(format!("{}: the frame has no columns and no rows", path.display())));
    }
    let layout = Layout::resolve(columns, &names, path)?;
    for field in Field::ALL {
        let Place::Column(at) = layout.places[field as usize] else { continue };
        let data_type = schema.field(at).data_type();
        if !fits(field, data_type) {
            let ignore = match field.is_required() {
                true => String::new(),
                false => format!(", or ignore it (`--column {}=`)", field.name()),
            };
            return Err(Error::Schema(format!(
                "{}: column `{}` is read as `{}`, which must be {}, but it holds {data_type}; \
                 map another column (`--column {}=NAME`){ignore}",
                path.display(),
                names[at],
                field.name(),
                wanted(field),
                field.name(),
            )));
        }
    }
    Ok(layout)
}

fn wanted(field: Field) -> &'static str {
    match field {
        Field::Time => "timestamps, dates, integers, or text in ISO 8601",
        Field::Weight | Field::Value => "numbers",
        Field::Sentiment => "numbers in [-1, 1] or the words positive, neutral, negative",
        Field::Kind | Field::Channel => "text",
        Field::Actor | Field::Target | Field::EventId | Field::Parent | Field::Item => "strings or integers",
    }
}

fn fits(field: Field, data_type: &DataType) -> bool {
    use DataType::*;
    let is_text = matches!(data_type, Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView);
    match data_type {
        Null => true,
        Dictionary(_, values) => fits(field, values),
        Timestamp(..) | Date32 | Date64 => field == Field::Time,
        Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => {
            matches!(field, Field::Weight | Field::Value | Field::Sentiment)
        }
        _ => is_text || data_type.is_integer() || data_type.is_floating(),
    }
}

/// The types of the columns that name people.
fn id_types(schema: &Schema, layout: &Layout) -> Vec<DataType> {
    let of = |field: Field| match layout.places[field as usize] {
        Place::Column(at) => Some(schema.field(at).data_type().clone()),
        _ => None,
    };
    [Field::Actor, Field::Target].into_iter().filter_map(of).collect()
}

/// A column in one of the few shapes that cells are read from.
pub(super) enum Column {
    Null,
    Integer(Int64Array),
    Unsigned(UInt64Array),
    Float(Float64Array),
    Text(StringViewArray),
    Bytes(BinaryViewArray),
    /// Ticks since 1970, and whether they name an instant (rather than what a clock showed).
    Time(Int64Array, TimeUnit, bool),
}

impl Column {
    /// The column of an array, cast where its type is not among the few.
    pub(super) fn new(array: &ArrayRef) -> Result<Column> {
        let to = |data_type: &DataType| {
            cast(array, data_type).map_err(|error| Error::Schema(format!("a column cannot be read: {error}")))
        };
        Ok(match array.data_type() {
            DataType::Null => Column::Null,
            DataType::UInt64 => Column::Unsigned(array.as_primitive().clone()),
            DataType::Timestamp(unit, zone) => {
                let (ticks, unit) = match unit {
                    ArrowUnit::Second => {
                        (array.as_primitive::<TimestampSecondType>().reinterpret_cast(), TimeUnit::Seconds)
                    }
                    ArrowUnit::Millisecond => (
                        array.as_primitive::<TimestampMillisecondType>().reinterpret_cast(),
                        TimeUnit::Milliseconds,
                    ),
                    ArrowUnit::Microsecond => (
                        array.as_primitive::<TimestampMicrosecondType>().reinterpret_cast(),
                        TimeUnit::Microseconds,
                    ),
                    ArrowUnit::Nanosecond => (
                        array.as_primitive::<TimestampNanosecondType>().reinterpret_cast(),
                        TimeUnit::Nanoseconds,
                    ),
                };
                Column::Time(ticks, unit, zone.is_some())
            }
            DataType::Date32 => {
                let seconds =
                    array.as_primitive::<Date32Type>().unary::<_, Int64Type>(|days| i64::from(days) * 86_400);
                Column::Time(seconds, TimeUnit::Seconds, false)
            }
            DataType::Date64 => {
                Column::Time(to(&DataType::Int64)?.as_primitive().clone(), TimeUnit::Milliseconds, false)
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                Column::Text(to(&DataType::Utf8View)?.as_string_view().clone())
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                Column::Bytes(to(&DataType::BinaryView)?.as_binary_view().clone())
            }
            DataType::Dictionary(_, values) => Column::new(&to(&dense(values))?)?,
            integer if integer.is_integer() => Column::Integer(to(&DataType::Int64)?.as_primitive().clone()),
            _ => Column::Float(to(&DataType::Float64)?.as_primitive().clone()),
        })
    }

    /// The cells of some rows.
    pub(super) fn cells(&self, rows: Range<usize>, clock: &time::Clock) -> Vec<Value<'_>> {
        fn each<'a>(
            array: &'a dyn Array,
            rows: Range<usize>,
            value: impl Fn(usize) -> Value<'a>,
        ) -> Vec<Value<'a>> {
            match array.nulls() {
                None => rows.map(value).collect(),
                Some(nulls) => {
                    rows.map(|row| if nulls.is_null(row) { Value::Null } else { value(row) }).collect()
                }
            }
        }
        match self {
            Column::Null => vec![Value::Null; rows.len()],
            Column::Integer(array) => each(array, rows, |row| Value::Integer(array.value(row))),
            Column::Unsigned(array) => each(array, rows, |row| {
                let value = array.value(row);
                i64::try_from(value).map_or(Value::Huge(value), Value::Integer)
            }),
            Column::Float(array) => each(array, rows, |row| Value::Float(array.value(row))),
            Column::Text(array) => each(array, rows, |row| Value::Text(array.value(row).as_bytes())),
            Column::Bytes(array) => each(array, rows, |row| Value::Untyped(array.value(row))),
            Column::Time(array, unit, is_instant) => each(array, rows, |row| {
                let micros = time::micros(array.value(row), *unit);
                Value::Time(if *is_instant { micros } else { micros.and_then(|micros| clock.civil(micros)) })
            }),
        }
    }
}

/// What a dictionary is spelled out as.
fn dense(values: &DataType) -> DataType {
    match values {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        other => other.clone(),
    }
}

/// Reads the rows of a batch; `first` is the number of its first row.
pub(super) fn read_batch(worker: &mut Worker, head: &Head, batch: &RecordBatch, first: u64) -> Result<()> {
    let mut columns = Vec::new();
    for field in Field::ALL {
        if let Place::Column(at) = head.layout.places[field as usize] {
            // A projection keeps only the mapped columns, under their names.
            let array = match batch.num_columns() == head.layout.names.len() {
                true => batch.column(at),
                false => batch.column_by_name(&head.layout.names[at]).expect("projected above"),
            };
            columns.push((field, Column::new(array)?));
        }
    }
    let clock = worker.clock.clone();
    for start in (0..batch.num_rows()).step_by(Block::MOST) {
        let rows = start..batch.num_rows().min(start + Block::MOST);
        let cells = columns.iter().map(|(field, column)| (*field, column.cells(rows.clone(), &clock)));
        let mut block = Block::new(head);
        block.extend(first + start as u64, rows.len(), cells.collect());
        worker.take(&block)?;
    }
    Ok(())
}
