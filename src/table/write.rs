//! Tables to files: Parquet, CSV, JSON, NDJSON, Arrow IPC, by the file's ending; whole or not at all.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int64Type, SchemaRef, TimeUnit, TimestampMicrosecondType, UInt64Type,
};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::compute_leaves;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::table::Table;

/// The formats a table can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Apache Parquet, zstd.
    Parquet,
    /// Comma separated with a header, RFC 4180.
    Csv,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// Arrow IPC file (Feather 2).
    Arrow,
}

impl Format {
    /// The format of a path, by its ending.
    pub fn of(path: &Path) -> Result<Format> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
        Ok(match ending.as_str() {
            "parquet" | "pq" => Format::Parquet,
            "csv" => Format::Csv,
            "json" => Format::Json,
            "ndjson" | "jsonl" => Format::Ndjson,
            "arrow" | "feather" | "ipc" => Format::Arrow,
            _ => {
                return Err(Error::file(
                    path,
                    "the ending names the format: use .parquet, .csv, .json, .ndjson or .arrow",
                ));
            }
        })
    }

    /// Whether the format has no place for metadata, which then goes to a file beside it.
    fn needs_companion(self) -> bool {
        matches!(self, Format::Csv | Format::Json | Format::Ndjson)
    }
}

impl Table {
    /// Writes the table in the format of the ending; the file appears whole or not at all.
    ///
    /// CSV and JSON have no place for metadata: it goes to `FILE.meta.json` beside the file.
    ///
    /// # Errors
    /// An ending that names no format; whatever the operating system refuses.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let format = Format::of(path)?;
        if format.needs_companion() && !self.batch.schema_ref().metadata.is_empty() {
            let metadata: BTreeMap<_, _> = self.batch.schema_ref().metadata.iter().collect();
            write_atomically(&companion(path), |file| {
                serde_json::to_writer_pretty(&mut *file, &metadata)?;
                file.write_all(b"\n")
            })?;
        }
        write_atomically(path, |file| self.write_to(file, format))
    }

    /// Writes the table to an open stream, without its metadata where the format has no place for it.
    ///
    /// # Errors
    /// Whatever the stream refuses.
    pub fn write_to(&self, out: &mut (impl Write + Send), format: Format) -> io::Result<()> {
        match format {
            Format::Parquet => write_parquet(self.batch.schema(), [self.batch.clone()], out),
            Format::Arrow => {
                let mut writer = arrow::ipc::writer::FileWriter::try_new(out, self.batch.schema_ref())
                    .map_err(io::Error::other)?;
                writer.write(&self.batch).and_then(|()| writer.finish()).map_err(io::Error::other)
            }
            Format::Csv => write_csv(&self.batch, out),
            Format::Json => {
                out.write_all(b"[")?;
                write_objects(&self.batch, out, "\n", ",\n")?;
                out.write_all(b"\n]\n")
            }
            Format::Ndjson => {
                write_objects(&self.batch, out, "", "\n")?;
                if self.num_rows() > 0 { out.write_all(b"\n") } else { Ok(()) }
            }
        }
    }
}

/// `ranking.csv` -> `ranking.csv.meta.json`.
pub(crate) fn companion(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".meta.json");
    name.into()
}

/// Lets `fill` write a temporary file in the same folder and renames it to `path` once it is complete.
///
/// # Errors
/// [`Error::Io`] with `path` if the folder cannot be written, the disk is full, or `fill` fails.
pub fn write_atomically(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&std::fs::File>) -> io::Result<()>,
) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let temporary =
            tempfile::Builder::new().prefix(".laud-").permissions(readable()).tempfile_in(folder)?;
        let mut out = BufWriter::with_capacity(1 << 20, temporary.as_file());
        fill(&mut out)?;
        out.flush()?;
        drop(out);
        temporary.as_file().sync_all()?;
        temporary.persist(path)?;
        Ok(())
    };
    write().map_err(|source| Error::io(path, source))
}

/// Temporary files are private by default; results are for everybody the umask allows.
fn readable() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(0o666)
}

/// Most rows of a row group.
const ROW_GROUP: usize = 1 << 20;

/// Writes batches of one schema as one Parquet file, one after the other: each in row groups of its own, whose
/// columns are encoded in parallel.
pub(crate) fn write_parquet(
    schema: SchemaRef,
    batches: impl IntoIterator<Item = RecordBatch>,
    out: &mut (impl Write + Send),
) -> io::Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_created_by(format!("laud {}", env!("CARGO_PKG_VERSION")))
        .build();
    let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))?;
    let (mut writer, columns) = writer.into_serialized_writer()?;
    let mut groups = 0;
    for batch in batches {
        for first in (0..batch.num_rows()).step_by(ROW_GROUP) {
            let rows = batch.slice(first, ROW_GROUP.min(batch.num_rows() - first));
            let chunks = columns
                .create_column_writers(groups)?
                .into_par_iter()
                .zip(schema.fields().par_iter().zip(rows.columns()))
                .map(|(mut column, (field, values))| {
                    for leaf in compute_leaves(field, values)? {
                        column.write(&leaf)?;
                    }
                    column.close()
                })
                .collect::<parquet::errors::Result<Vec<_>>>()?;
            let mut group = writer.next_row_group()?;
            for chunk in chunks {
                chunk.append_to_row_group(&mut group)?;
            }
            group.close()?;
            groups += 1;
        }
    }
    writer.close()?;
    Ok(())
}

fn write_csv(batch: &RecordBatch, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(batch.schema_ref().fields().iter().map(|field| field.name()))?;
    let cells: Vec<_> = batch.columns().iter().map(Cells::of).collect();
    for row in 0..batch.num_rows() {
        for cell in &cells {
            writer.write_field(cell.text(row))?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

fn write_objects(batch: &RecordBatch, out: &mut impl Write, first: &str, between: &str) -> io::Result<()> {
    let names: Vec<String> = batch
        .schema_ref()
        .fields()
        .iter()
        .map(|field| serde_json::to_string(field.name()))
        .collect::<serde_json::Result<_>>()?;
    let cells: Vec<_> = batch.columns().iter().map(Cells::of).collect();
    for row in 0..batch.num_rows() {
        out.write_all(if row == 0 { first } else { between }.as_bytes())?;
        for (index, (name, cell)) in names.iter().zip(&cells).enumerate() {
            out.write_all(if index == 0 { b"{" } else { b"," })?;
            write!(out, "{name}:{}", cell.json(row)?)?;
        }
        out.write_all(b"}")?;
    }
    Ok(())
}

/// The values of a column as text: numbers shortest that reads back the same, times in ISO 8601 UTC.
pub(crate) struct Cells<'a> {
    array: &'a ArrayRef,
    other: Option<arrow::util::display::ArrayFormatter<'a>>,
}

impl<'a> Cells<'a> {
    pub(crate) fn of(array: &'a ArrayRef) -> Cells<'a> {
        let typed = matches!(
            array.data_type(),
            DataType::Float64 | DataType::Float32 | DataType::Int64 | DataType::UInt64 | DataType::Utf8
        );
        let options = arrow::util::display::FormatOptions::default();
        let other = (!typed)
            .then(|| arrow::util::display::ArrayFormatter::try_new(array.as_ref(), &options).ok())
            .flatten();
        Cells { array, other }
    }

    /// Empty for null.
    pub(crate) fn text(&self, row: usize) -> String {
        if self.array.is_null(row) {
            return String::new();
        }
        match self.array.data_type() {
            DataType::Float64 => self.array.as_primitive::<Float64Type>().value(row).to_string(),
            DataType::Float32 => self.array.as_primitive::<Float32Type>().value(row).to_string(),
            DataType::Int64 => self.array.as_primitive::<Int64Type>().value(row).to_string(),
            DataType::UInt64 => self.array.as_primitive::<UInt64Type>().value(row).to_string(),
            DataType::Utf8 => self.array.as_string::<i32>().value(row).to_owned(),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                let micros = self.array.as_primitive::<TimestampMicrosecondType>().value(row);
                jiff::Timestamp::from_microsecond(micros)
                    .map_or_else(|_| micros.to_string(), |time| time.to_string())
            }
            _ => self.other.as_ref().map_or_else(String::new, |other| other.value(row).to_string()),
        }
    }

    fn json(&self, row: usize) -> io::Result<String> {
        if self.array.is_null(row) {
            return Ok("null".to_owned());
        }
        Ok(match self.array.data_type() {
            DataType::Float64 => serde_json::to_string(&self.array.as_primitive::<Float64Type>().value(row))?,
            DataType::Float32 => serde_json::to_string(&self.array.as_primitive::<Float32Type>().value(row))?,
            DataType::Boolean => self.array.as_boolean().value(row).to_string(),
            data_type if data_type.is_integer() => self.text(row),
            _ => serde_json::to_string(&self.text(row))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float64Array, StringArray, UInt64Array};
    use std::sync::Arc;

    fn sample() -> Table {
        Table::new([
            ("id", Arc::new(StringArray::from(vec!["a,\"b\"", "c\nd"])) as ArrayRef),
            ("score", Arc::new(Float64Array::from(vec![Some(0.1), None]))),
            ("count", Arc::new(UInt64Array::from(vec![1, u64::MAX]))),
        ])
        .with_metadata("laud.version", "1")
    }

    fn text(format: Format) -> String {
        let mut out = Vec::new();
        sample().write_to(&mut out, format).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_formats_quote_and_keep_nulls() {
        assert_eq!(
            text(Format::Csv),
            "id,score,count\n\"a,\"\"b\"\"\",0.1,1\n\"c\nd\",,18446744073709551615\n"
        );
        assert_eq!(
            text(Format::Ndjson),
            "{\"id\":\"a,\\\"b\\\"\",\"score\":0.1,\"count\":1}\n{\"id\":\"c\\nd\",\"score\":null,\"count\":18446744073709551615}\n"
        );
        assert!(serde_json::from_str::<serde_json::Value>(&text(Format::Json)).unwrap().is_array());
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        let error = write_atomically(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(error.unwrap_err().to_string().contains("disk full"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        sample().write(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the table and its metadata");
        assert!(sample().write(folder.path().join("t.xyz")).is_err());
    }
}
