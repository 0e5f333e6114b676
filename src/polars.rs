//! Polars frames in and out. Columns cross by the Arrow C data interface: buffers are shared, not copied.

use ::polars::prelude::{
    ArrowField, Column as PolarsColumn, CompatLevel, DataFrame, IntoLazy, LazyFrame, PolarsError, Series,
};
use arrow::array::{Array, ArrayRef, RecordBatch, make_array};
use arrow::datatypes::{Field, Schema};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use polars_arrow::ffi;

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::events::{Columns, Events};
use crate::table::Table;

impl Events {
    /// Reads the events of a lazy frame; only the columns that are needed are collected.
    ///
    /// # Errors
    /// Whatever the plan of the frame and [`Events::from_batches`] refuse.
    ///
    /// # Examples
    /// ```
    /// use laud::events::{Columns, Events};
    /// use polars::prelude::{IntoLazy, df};
    ///
    /// let frame = df!["time" => [1_700_000_000i64, 1_700_000_060], "who" => ["bob", "carol"], "target" => ["ann", "ann"]]?;
    /// let columns = Columns { map: [("actor".into(), "who".into())].into(), ..Columns::default() };
    /// let events = Events::from_lazyframe(frame.lazy(), &columns)?;
    /// assert_eq!(events.rows.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_lazyframe(mut frame: LazyFrame, columns: &Columns) -> Result<Events> {
        let schema = frame.collect_schema().map_err(refused)?;
        let names: Vec<String> = schema.iter_names().map(|name| name.to_string()).collect();
        let wanted = columns.wanted(&names)?;
        let selected =
            frame.select(wanted.iter().map(|name| ::polars::prelude::col(name.as_str())).collect::<Vec<_>>());
        Events::from_dataframe(&selected.collect().map_err(refused)?, columns)
    }

    /// Reads the events of a frame.
    ///
    /// # Errors
    /// Whatever [`Events::from_batches`] refuses.
    pub fn from_dataframe(frame: &DataFrame, columns: &Columns) -> Result<Events> {
        Events::from_batches(batches(frame)?, columns)
    }
}

impl Table {
    /// The table as a Polars frame.
    ///
    /// # Errors
    /// A column of a type that Polars does not hold.
    pub fn to_dataframe(&self) -> Result<DataFrame> {
        let columns = self.batch().schema_ref().fields().iter().zip(self.batch().columns());
        let columns: Vec<PolarsColumn> = columns
            .map(|(field, array)| series(field.name(), array).map(PolarsColumn::from))
            .collect::<Result<_>>()?;
        DataFrame::new(self.num_rows(), columns).map_err(refused)
    }

    /// The table as a lazy Polars frame.
    ///
    /// # Errors
    /// As for [`Table::to_dataframe`].
    pub fn to_lazyframe(&self) -> Result<LazyFrame> {
        Ok(self.to_dataframe()?.lazy())
    }
}

fn refused(problem: PolarsError) -> Error {
    Error::Schema(problem.to_string())
}

/// The chunks of a frame as record batches.
fn batches(frame: &DataFrame) -> Result<Vec<RecordBatch>> {
    let mut aligned = frame.clone();
    aligned.align_chunks_par();
    let level = CompatLevel::newest();
    (0..aligned.first_col_n_chunks())
        .map(|chunk| {
            let mut fields = Vec::new();
            let mut arrays = Vec::new();
            for column in aligned.columns() {
                let series = column.as_materialized_series();
                let exported = series.to_arrow(chunk, level);
                let field = ArrowField::new(series.name().clone(), exported.dtype().clone(), true);
                let array = import(ffi::export_array_to_c(exported), &ffi::export_field_to_c(&field))?;
                fields.push(Field::new(series.name().as_str(), array.data_type().clone(), true));
                arrays.push(array);
            }
            RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
                .map_err(|e| Error::Schema(e.to_string()))
        })
        .collect()
}

/// Takes an array over from Polars.
fn import(array: ffi::ArrowArray, schema: &ffi::ArrowSchema) -> Result<ArrayRef> {
    const { assert!(size_of::<ffi::ArrowArray>() == size_of::<FFI_ArrowArray>()) };
    const { assert!(size_of::<ffi::ArrowSchema>() == size_of::<FFI_ArrowSchema>()) };
    // SAFETY: both pairs of types are the `#[repr(C)]` structs of the Arrow C data interface. The array moves into
    // its new owner, whose `drop` releases it; the schema is only read while `schema` keeps it alive.
    let data = unsafe {
        let array = std::mem::ManuallyDrop::new(array);
        let array = std::ptr::read((&raw const *array).cast::<FFI_ArrowArray>());
        from_ffi(array, &*std::ptr::from_ref(schema).cast::<FFI_ArrowSchema>())
    };
    data.map(make_array).map_err(|problem| Error::Schema(problem.to_string()))
}

/// Hands an array over to Polars.
fn series(name: &str, array: &ArrayRef) -> Result<Series> {
    let (array, schema) = to_ffi(&array.to_data()).map_err(|problem| Error::Schema(problem.to_string()))?;
    // SAFETY: as in `import`, in the other direction.
    let array = unsafe {
        let array = std::mem::ManuallyDrop::new(array);
        let array = std::ptr::read((&raw const *array).cast::<ffi::ArrowArray>());
        let field =
            ffi::import_field_from_c(&*(&raw const schema).cast::<ffi::ArrowSchema>()).map_err(refused)?;
        ffi::import_array_from_c(array, field.dtype).map_err(refused)?
    };
    Series::from_arrow(name.into(), array).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::polars::prelude::{DataType, df};
    use arrow::array::{AsArray, Float64Array, StringArray, UInt64Array};

    fn table() -> Table {
        Table::new([
            ("id", Arc::new(StringArray::from(vec!["a", "b"])) as ArrayRef),
            ("rank", Arc::new(UInt64Array::from(vec![1, 2]))),
            ("score", Arc::new(Float64Array::from(vec![Some(0.5), None]))),
        ])
    }

    #[test]
    fn polars_tables_go_out_with_types_and_nulls() {
        let frame = table().to_dataframe().unwrap();
        assert_eq!(frame.dtypes(), [DataType::String, DataType::UInt64, DataType::Float64]);
        assert_eq!(frame.column("score").unwrap().null_count(), 1);
    }

    #[test]
    fn polars_numbers_cross_without_a_copy() {
        let table = table();
        let values =
            table.column("rank").unwrap().as_primitive::<arrow::datatypes::UInt64Type>().values().as_ptr();
        let frame = table.to_dataframe().unwrap();
        let there = frame.column("rank").unwrap().u64().unwrap().cont_slice().unwrap().as_ptr();
        assert_eq!(there, values);
        let back = batches(&frame).unwrap();
        let here = back[0].column(1).as_primitive::<arrow::datatypes::UInt64Type>().values().as_ptr();
        assert_eq!(here, values);
    }

    #[test]
    fn polars_frames_and_record_batches_give_the_same_events() {
        let frame = df![
            "time" => ["2024-03-01", "2024-03-02T10:00:00", "2024-03-02T11:00:00"],
            "actor" => ["bob", "carol", "ann"],
            "target" => ["ann", "ann", "bob"],
            "kind" => ["reply", "like", "RT"],
        ]
        .unwrap();
        let direct = Events::from_dataframe(&frame, &Columns::default()).unwrap();
        let lazy = Events::from_lazyframe(frame.lazy(), &Columns::default()).unwrap();
        assert_eq!(direct.ids, lazy.ids);
        assert_eq!(
            direct.rows.iter().map(|row| row.key()).collect::<Vec<_>>(),
            lazy.rows.iter().map(|row| row.key()).collect::<Vec<_>>()
        );
        assert_eq!(direct.kinds, ["like", "reply", "share"]);
    }
}
