//! Canonical events and accounts as rows of a saved network, and back.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float32Array, Float64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Field, Float32Type, Float64Type, Int64Type, Schema, SchemaRef, TimeUnit,
    TimestampMicrosecondType, UInt64Type,
};
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::events::{Accounts, Event, Events, Ids, NONE, Role};
use crate::network::{Log, Network};
use crate::table::Table;

/// Rows written at a time.
const BATCH: usize = 1 << 18;

/// Turns events into batches: `actor, target, time, kind, channel, weight, sentiment`, and `parent` (a row, counted
/// from 0), `item`, `value` where the log has them. Null is what the log does not say.
pub(super) struct EventWriter<'a> {
    network: &'a Network,
    log: &'a Log,
}

impl<'a> EventWriter<'a> {
    /// None for a network without events.
    pub(super) fn new(network: &'a Network) -> Option<EventWriter<'a>> {
        Some(EventWriter { network, log: network.log.as_deref()? })
    }

    pub(super) fn schema(&self) -> SchemaRef {
        self.batch(0, 0).schema()
    }

    pub(super) fn batches(&self) -> impl Iterator<Item = RecordBatch> {
        let rows = self.log.rows.len();
        (0..rows).step_by(BATCH).map(move |start| self.batch(start, (start + BATCH).min(rows)))
    }

    fn batch(&self, start: usize, end: usize) -> RecordBatch {
        let (network, log) = (self.network, self.log);
        let rows = &log.rows[start..end];
        let nodes = |pick: fn(&Event) -> u32| network.ids.take(&rows.iter().map(pick).collect::<Vec<_>>());
        let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|row| row.time));
        let kinds = rows.iter().map(|row| &network.kinds[row.kind as usize]);
        let channels = rows
            .iter()
            .map(|row| Some(&network.channels[row.channel as usize]).filter(|name| !name.is_empty()));
        let tones = rows.iter().map(|row| (!row.sentiment.is_nan()).then_some(row.sentiment));
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("actor", nodes(|row| row.actor)),
            ("target", nodes(|row| row.target)),
            ("time", Arc::new(times.with_timezone("UTC"))),
            ("kind", Arc::new(StringArray::from_iter_values(kinds))),
            ("channel", Arc::new(StringArray::from_iter(channels))),
            ("weight", Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.weight)))),
            ("sentiment", Arc::new(Float32Array::from_iter(tones))),
        ];
        if let Some(parents) = &log.parents {
            let parents = parents[start..end].iter().map(|&row| (row != NONE).then_some(u64::from(row)));
            columns.push(("parent", Arc::new(UInt64Array::from_iter(parents))));
        }
        if let Some(item_of) = &log.item_of {
            columns.push(("item", items(&log.items, &item_of[start..end])));
        }
        if let Some(values) = &log.values {
            let values = values[start..end].iter().map(|value| (!value.is_nan()).then_some(*value));
            columns.push(("value", Arc::new(Float64Array::from_iter(values))));
        }
        network.signed(Table::new(columns)).batch().clone()
    }
}

/// The ids of items, null for [`NONE`], typed as they came.
fn items(ids: &Ids, item_of: &[u32]) -> ArrayRef {
    let places = item_of.iter().map(|&item| (item != NONE).then_some(item));
    let places = arrow::array::UInt32Array::from_iter(places);
    arrow::compute::take(&ids.to_array(), &places, None).expect("items within the ids")
}

/// Fills events from batches that [`EventWriter`] made.
pub(super) struct EventReader<'a> {
    nodes: Numbers<'a>,
    kinds: FxHashMap<&'a str, u8>,
    channels: FxHashMap<&'a str, u16>,
}

impl EventReader<'_> {
    /// Reads `batches` into the rows of `events`, whose ids, kinds and channels are already there.
    ///
    /// # Errors
    /// Those of the batches; what `damaged` makes of a missing or mistyped column or an unknown name.
    pub(super) fn read(
        batches: impl Iterator<Item = Result<RecordBatch>>,
        events: &mut Events,
        damaged: impl Fn(&str) -> Error,
    ) -> Result<()> {
        let names = (events.ids.clone(), events.kinds.clone(), events.channels.clone());
        let reader = EventReader {
            nodes: Numbers::new(&names.0),
            kinds: (0..).zip(&names.1).map(|(number, name)| (name.as_str(), number)).collect(),
            channels: (0..).zip(&names.2).map(|(number, name)| (name.as_str(), number)).collect(),
        };
        let mut item_columns = Vec::new();
        for batch in batches {
            let batch = batch?;
            reader
                .append(&batch, events)
                .ok_or_else(|| damaged("a column is missing, mistyped or names a stranger"))?;
            item_columns.extend(batch.column_by_name("item").cloned());
        }
        if !events.rows.is_sorted_by_key(Event::key) {
            return Err(damaged("the rows are not in canonical order"));
        }
        read_items(&item_columns, events).ok_or_else(|| damaged("column `item` is mistyped"))
    }

    fn append(&self, batch: &RecordBatch, events: &mut Events) -> Option<()> {
        let time_type = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let (actors, targets) =
            (self.nodes.of(batch.column_by_name("actor")?)?, self.nodes.of(batch.column_by_name("target")?)?);
        let times = typed(batch, "time", &time_type)?;
        let (kinds, channels) =
            (typed(batch, "kind", &DataType::Utf8)?, typed(batch, "channel", &DataType::Utf8)?);
        let (weights, tones) =
            (typed(batch, "weight", &DataType::Float64)?, typed(batch, "sentiment", &DataType::Float32)?);
        let (times, weights) =
            (times.as_primitive::<TimestampMicrosecondType>(), weights.as_primitive::<Float64Type>());
        let (kinds, channels) = (kinds.as_string::<i32>(), channels.as_string::<i32>());
        let tones = tones.as_primitive::<Float32Type>();
        for row in 0..batch.num_rows() {
            let channel = if channels.is_null(row) { "" } else { channels.value(row) };
            events.rows.push(Event {
                time: times.value(row),
                actor: actors[row]?,
                target: targets[row]?,
                weight: weights.value(row),
                sentiment: if tones.is_null(row) { f32::NAN } else { tones.value(row) },
                channel: *self.channels.get(channel)?,
                kind: *self.kinds.get(kinds.value(row))?,
            });
        }
        if batch.column_by_name("parent").is_some() {
            let parents = typed(batch, "parent", &DataType::UInt64)?;
            let parents =
                parents.as_primitive::<UInt64Type>().iter().map(|row| row.map_or(NONE, |row| row as u32));
            events.parents.get_or_insert_default().extend(parents);
        }
        if batch.column_by_name("value").is_some() {
            let values = typed(batch, "value", &DataType::Float64)?;
            let values = values.as_primitive::<Float64Type>().iter().map(|value| value.unwrap_or(f64::NAN));
            events.values.get_or_insert_default().extend(values);
        }
        Some(())
    }
}

fn typed(batch: &RecordBatch, name: &str, data_type: &DataType) -> Option<ArrayRef> {
    cast(batch.column_by_name(name)?, data_type).ok()
}

/// Finds the distinct items and numbers the events by them.
fn read_items(columns: &[ArrayRef], events: &mut Events) -> Option<()> {
    let Some(first) = columns.first() else { return Some(()) };
    let references: Vec<&dyn Array> = columns.iter().map(|column| column.as_ref()).collect();
    let column = arrow::compute::concat(&references).ok()?;
    let distinct: ArrayRef = if first.data_type().is_integer() {
        let values = cast(&column, &DataType::Int64).ok()?;
        let mut values: Vec<i64> = values.as_primitive::<Int64Type>().iter().flatten().collect();
        values.sort_unstable();
        values.dedup();
        cast(&arrow::array::Int64Array::from(values), first.data_type()).ok()?
    } else {
        let mut values: Vec<&str> = column.as_string_opt::<i32>()?.iter().flatten().collect();
        values.sort_unstable();
        values.dedup();
        Arc::new(StringArray::from(values))
    };
    events.items = Ids::from_sorted(&distinct)?;
    let numbers = Numbers::new(&events.items).of(&column)?;
    events.item_of = Some(numbers.into_iter().map(|number| number.unwrap_or(NONE)).collect());
    Some(())
}

/// The numbers of ids, looked up many at a time.
enum Numbers<'a> {
    Integers(FxHashMap<i64, u32>),
    Strings(FxHashMap<&'a str, u32>),
}

impl<'a> Numbers<'a> {
    fn new(ids: &'a Ids) -> Numbers<'a> {
        match ids {
            Ids::Integers(values, _) => {
                Numbers::Integers((0..).zip(values).map(|(number, &id)| (id, number)).collect())
            }
            Ids::Strings(values) => {
                Numbers::Strings((0..values.len()).map(|row| (values.value(row), row as u32)).collect())
            }
        }
    }

    /// The number of each id of a column; none for null and for strangers. None for a column of another type.
    fn of(&self, column: &ArrayRef) -> Option<Vec<Option<u32>>> {
        Some(match self {
            Numbers::Integers(numbers) => {
                let column = cast(column, &DataType::Int64).ok()?;
                let ids = column.as_primitive::<Int64Type>();
                ids.iter().map(|id| numbers.get(&id?).copied()).collect()
            }
            Numbers::Strings(numbers) => {
                let ids = column.as_string_opt::<i32>()?;
                ids.iter().map(|id| numbers.get(id?).copied()).collect()
            }
        })
    }
}

/// The accounts that a nodes table repeats; `attributes` are columns and their own names.
pub(super) fn accounts(nodes: &RecordBatch, attributes: &[(String, String)]) -> Option<Accounts> {
    let flags = |name: &str| -> Option<Vec<bool>> {
        let Some(column) = nodes.column_by_name(name) else { return Some(Vec::new()) };
        Some(column.as_boolean_opt()?.iter().map(|flag| flag == Some(true)).collect())
    };
    let attribute = |(column, name): &(String, String)| {
        let values = nodes.column_by_name(column)?;
        Some((Field::new(name, values.data_type().clone(), true), values.clone()))
    };
    let attributes = attributes.iter().map(attribute).collect::<Option<Vec<_>>>()?;
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = attributes.into_iter().unzip();
    let batch = (!fields.is_empty()).then(|| RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays));
    let (roles, reasons) = (nodes.column_by_name("role")?, nodes.column_by_name("reasons")?);
    let (roles, reasons) = (roles.as_string_opt::<i32>()?, reasons.as_string_opt::<i32>()?);
    let declared = flags("declared")?;
    let every_role = [Role::Customer, Role::Influencer, Role::Brand, Role::Product, Role::Staff];
    let role = |row| every_role.into_iter().find(|role| role.name() == roles.value(row));
    let declared_role = |row| role(row).filter(|_| reasons.value(row) == "declared");
    let with_accounts = if declared.is_empty() { 0 } else { nodes.num_rows() };
    Some(Accounts {
        roles: (0..with_accounts).map(declared_role).collect(),
        declared,
        verified: flags("verified")?,
        attributes: batch.transpose().ok()?,
    })
}
