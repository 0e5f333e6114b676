//! Results as Arrow tables that know how they were made and write themselves whole or not at all.

mod write;

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, UInt64Array};
use arrow::datatypes::{Field, Schema};

use crate::graph::{Rows, Scores, Values};

pub(crate) use write::{Cells, companion, write_parquet};
pub use write::{Format, write_atomically};

/// An Arrow record batch whose schema metadata tells how it came about.
///
/// The metadata keys are `laud.version`, `laud.input`, `laud.parameters`, `laud.seed` and, for measures that
/// iterate, `laud.converged.<measure>`, `laud.iterations.<measure>`, `laud.residual.<measure>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    batch: RecordBatch,
}

impl Table {
    /// A table of named columns of equal length; every column may hold nulls.
    ///
    /// # Panics
    /// If the columns differ in length: a mistake in laud, not in its input.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = (N, ArrayRef)>) -> Table {
        let (fields, arrays): (Vec<_>, Vec<_>) = columns
            .into_iter()
            .map(|(name, array)| (Field::new(name.into(), array.data_type().clone(), true), array))
            .unzip();
        let batch =
            RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("columns of equal length");
        Table { batch }
    }

    /// What the rows of a measure are about: the columns `nodes` of its nodes, `source` and `target` of its edges by
    /// `ids`, nothing for the graph as a whole, whose one row its scores bring.
    pub fn about(
        rows: &Rows,
        nodes: impl FnOnce() -> Vec<(&'static str, ArrayRef)>,
        ids: impl Fn(&[u32]) -> ArrayRef,
    ) -> Table {
        match rows {
            Rows::Nodes => Table::new(nodes()),
            Rows::Edges { sources, targets } => {
                Table::new([("source", ids(sources)), ("target", ids(targets))])
            }
            Rows::Graph => Table { batch: RecordBatch::new_empty(Arc::new(Schema::empty())) },
        }
    }

    /// The same rows with one more entry of metadata.
    pub fn with_metadata(self, key: &str, value: impl ToString) -> Table {
        let mut schema = self.batch.schema().as_ref().clone();
        schema.metadata.insert(key.to_owned(), value.to_string());
        let batch = self.batch.with_schema(Arc::new(schema)).expect("the same fields");
        Table { batch }
    }

    /// The same rows with the columns of a measure, null where it is not defined, and how its iteration ended.
    ///
    /// # Panics
    /// If the measure is of another number of nodes.
    pub fn with_scores(self, scores: &Scores) -> Table {
        let (mut fields, mut arrays) = (self.batch.schema().fields().to_vec(), self.batch.columns().to_vec());
        for column in &scores.columns {
            let values: ArrayRef = match &column.values {
                Values::Float(values) => {
                    Arc::new(Float64Array::from_iter(values.iter().map(|x| (!x.is_nan()).then_some(*x))))
                }
                Values::Integer(values) => Arc::new(UInt64Array::from_iter(
                    values.iter().map(|x| (*x != Values::NONE).then_some(*x)),
                )),
            };
            fields.push(Arc::new(Field::new(&column.name, values.data_type().clone(), true)));
            arrays.push(values);
        }
        let schema = Schema::new_with_metadata(fields, self.batch.schema_ref().metadata.clone());
        let batch = RecordBatch::try_new(Arc::new(schema), arrays).expect("columns of equal length");
        let Some(end) = scores.convergence else { return Table { batch } };
        Table { batch }
            .with_metadata(&format!("laud.converged.{}", scores.measure), end.converged)
            .with_metadata(&format!("laud.iterations.{}", scores.measure), end.iterations)
            .with_metadata(&format!("laud.residual.{}", scores.measure), end.residual)
    }

    /// The entry of metadata of that name.
    pub fn metadata(&self, key: &str) -> Option<String> {
        self.batch.schema_ref().metadata.get(key).cloned()
    }

    /// The rows as Arrow.
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// Number of rows.
    pub fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.batch.column_by_name(name)
    }

    /// The columns whose names are kept, without a copy.
    pub fn select(&self, keep: impl Fn(&str) -> bool) -> Table {
        let fields = self.batch.schema_ref().fields().iter().enumerate();
        let kept: Vec<usize> = fields.filter(|(_, field)| keep(field.name())).map(|(at, _)| at).collect();
        Table { batch: self.batch.project(&kept).expect("columns of the table") }
    }

    /// The first `rows` rows, without a copy.
    pub fn head(&self, rows: usize) -> Table {
        Table { batch: self.batch.slice(0, rows.min(self.num_rows())) }
    }
}

impl From<RecordBatch> for Table {
    fn from(batch: RecordBatch) -> Table {
        Table { batch }
    }
}
