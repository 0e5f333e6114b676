//! What the workers read becomes one log: ids ranked, names numbered, rows in canonical order, each event once.

use std::path::PathBuf;

use arrow::datatypes::DataType;
use rayon::prelude::*;

use super::accounts::Tables;
use super::chunk::{Chunk, Extra};
use super::duplicates::{self, Thread};
use super::feed::Reading;
use super::identity::Identity;
use super::ingest::{CHANNELS, KINDS, Names, Worker, check_names};
use super::intern::{Interner, integer_type, rank};
use super::order::{Part, Rows, Wide, ordered};
use super::schema::{Columns, Field, TimeUnit};
use super::tally::Tally;
use super::tell::Census;
use super::time::{self, Magnitudes};
use super::{Event, Events, NONE, Receipt};
use crate::error::{Error, Result};
use crate::progress::Watch;

/// Puts together what was read.
pub(super) fn finish(reading: Reading, tables: Tables, columns: &Columns) -> Result<Events> {
    let watch = Watch::current();
    let Reading { workers, heads, files } = reading;
    let mut parts = Parts::default();
    for worker in workers {
        parts.take(worker);
    }
    let unit = parts.judge(columns, &files)?;

    watch.tick("order", 0, 3)?;
    let mut receipt = Receipt::default();
    let id_types = heads.iter().flat_map(|head| head.id_types.iter().cloned());
    parts.people.push(tables.ids);
    let people = rank(parts.people, &integer_type(id_types))?;
    let of_tables = people.ranks.last().expect("pushed above");
    let event_ids = rank(parts.event_ids, &DataType::Int64)?;
    let items = rank(parts.items, &DataType::Int64)?;
    let (kinds, kind_of) = merged_names(parts.kinds, "kind", KINDS)?;
    let (channels, channel_of) = merged_names(parts.channels, "channel", CHANNELS)?;
    let identity = tables.declared.identity(of_tables, columns.max_cluster, &people.ids, &mut receipt);

    watch.tick("order", 1, 3)?;
    let translations: Vec<Translation> = (0..kind_of.len())
        .map(|worker| Translation {
            people: &people.ranks[worker],
            event_ids: &event_ids.ranks[worker],
            items: &items.ranks[worker],
            kinds: &kind_of[worker],
            channels: &channel_of[worker],
            identity: &identity,
            unit,
        })
        .collect();
    let shares = parts.chunks.into_iter().zip(&translations);
    let mut shares: Vec<Share> = shares
        .flat_map(|(chunks, translation)| chunks.into_iter().map(move |chunk| Share { chunk, translation }))
        .collect();
    shares.par_iter_mut().for_each(Share::resolve);
    let is_wide = shares.iter().any(|share| !share.chunk.extra.is_blank());
    let (rows, extras) = match is_wide {
        false => (ordered::<Event, _>(shares, people.ids.len()), None),
        true => {
            let rows = ordered::<Wide, _>(shares, people.ids.len());
            let (rows, thread) = duplicates::settle(rows, &mut receipt)?;
            (rows, Some(thread))
        }
    };
    if rows.len() >= NONE as usize {
        return Err(Error::Schema("the log holds more than 4 billion events; read it in parts".into()));
    }

    watch.tick("order", 2, 3)?;
    parts.tally.report(&mut receipt, &files);
    let mapped = |field: Field| heads.iter().any(|head| head.layout.source(field).is_some());
    let Thread { parents, item_of, values } = extras.unwrap_or_default();
    let count = rows.len();
    let nobody = |field: Field| mapped(field).then(|| vec![NONE; count]);
    let mut events = Events {
        ids: people.ids,
        parents: parents.or_else(|| nobody(Field::Parent)),
        item_of: item_of.or_else(|| nobody(Field::Item)),
        values: values.or_else(|| mapped(Field::Value).then(|| vec![f64::NAN; count])),
        rows,
        kinds,
        channels,
        items: items.ids,
        accounts: Default::default(),
        receipt,
    };
    let census = Census::of(&events);
    events.drop_unused_names(&census);
    events.declare(tables.declared, of_tables, &identity, &census)?;
    events.tell(&heads, unit, &census);
    Ok(events)
}

/// What all workers read, worker by worker.
#[derive(Default)]
struct Parts {
    tally: Tally,
    magnitudes: Magnitudes,
    people: Vec<Interner>,
    event_ids: Vec<Interner>,
    items: Vec<Interner>,
    kinds: Vec<Names>,
    channels: Vec<Names>,
    chunks: Vec<Vec<Chunk>>,
}

impl Parts {
    fn take(&mut self, worker: Worker) {
        self.tally.merge(worker.tally);
        self.magnitudes.merge(worker.magnitudes);
        self.people.push(worker.people);
        self.event_ids.push(worker.event_ids);
        self.items.push(worker.items);
        self.kinds.push(worker.kinds);
        self.channels.push(worker.channels);
        self.chunks.push(worker.chunks);
    }

    /// Finds the unit of integer times, counts the times that it makes bad, and refuses a log with too many bad
    /// rows or none at all.
    fn judge(&mut self, columns: &Columns, files: &[PathBuf]) -> Result<Option<TimeUnit>> {
        if self.tally.rows == 0 {
            return Err(Error::Empty(format!("{}: the log has columns but no rows", told(files))));
        }
        let mut unit = columns.time_unit;
        if unit.is_none() {
            unit = self.magnitudes.unit()?;
            for range in unit.iter().flat_map(|unit| std::mem::take(&mut self.magnitudes).implausible(*unit))
            {
                self.tally.bad_times(range);
            }
        }
        self.tally.judge(columns.max_bad_rows, files)?;
        Ok(unit)
    }
}

/// What the numbers of one worker mean in the whole log.
struct Translation<'a> {
    people: &'a [u32],
    event_ids: &'a [u32],
    items: &'a [u32],
    kinds: &'a [u32],
    channels: &'a [u32],
    identity: &'a Identity,
    unit: Option<TimeUnit>,
}

/// A chunk with its translation.
struct Share<'a> {
    chunk: Chunk,
    translation: &'a Translation<'a>,
}

impl Share<'_> {
    /// Puts the rank of whom they stand for in the place of actors and targets.
    fn resolve(&mut self) {
        for row in 0..self.chunk.len() {
            let Some(time) = self.time(row) else { continue };
            let Translation { people, identity, .. } = self.translation;
            for end in [&mut self.chunk.actor[row], &mut self.chunk.target[row]] {
                *end = identity.resolve(people[*end as usize], time);
            }
        }
    }

    /// The time of a row; none where it turned out to be implausible.
    #[inline]
    fn time(&self, row: usize) -> Option<i64> {
        match (self.chunk.raw.get(row), self.translation.unit) {
            (true, Some(unit)) => time::plausible(self.chunk.time[row], unit),
            _ => Some(self.chunk.time[row]),
        }
    }

    /// The event of a row that is resolved; none where its time is implausible.
    #[inline]
    fn event(&self, row: usize) -> Option<Event> {
        let (chunk, translation) = (&self.chunk, self.translation);
        Some(Event {
            time: self.time(row)?,
            actor: chunk.actor[row],
            target: chunk.target[row],
            weight: chunk.weight.get(row),
            sentiment: chunk.sentiment.get(row),
            channel: translation.channels[chunk.channel.get(row) as usize] as u16,
            kind: translation.kinds[chunk.kind.get(row) as usize] as u8,
        })
    }

    fn extra(&self, row: usize) -> Extra {
        let extra = self.chunk.extra.get(row);
        let translated =
            |ranks: &[u32], number: u32| if number == NONE { NONE } else { ranks[number as usize] };
        Extra {
            event_id: translated(self.translation.event_ids, extra.event_id),
            parent: translated(self.translation.event_ids, extra.parent),
            item: translated(self.translation.items, extra.item),
            value: extra.value,
        }
    }
}

impl Part for Share<'_> {
    fn most(&self) -> usize {
        self.chunk.len()
    }

    fn actors(&self, visit: impl FnMut(u32)) {
        let kept = (0..self.chunk.len()).filter(|row| self.time(*row).is_some());
        kept.map(|row| self.chunk.actor[row]).for_each(visit);
    }
}

impl Rows<Event> for Share<'_> {
    #[inline]
    fn each(&self, visit: impl FnMut(Event)) {
        (0..self.chunk.len()).filter_map(|row| self.event(row)).for_each(visit);
    }
}

impl Rows<Wide> for Share<'_> {
    fn each(&self, visit: impl FnMut(Wide)) {
        let wide = |row| Some(Wide { event: self.event(row)?, extra: self.extra(row) });
        (0..self.chunk.len()).filter_map(wide).for_each(visit);
    }
}

/// The names of all workers in bytewise order, and for each worker the place of each of its names.
fn merged_names(
    workers: Vec<Names>,
    column: &'static str,
    most: usize,
) -> Result<(Vec<String>, Vec<Vec<u32>>)> {
    let mut all: Vec<String> = workers.iter().flat_map(|worker| worker.names.iter().cloned()).collect();
    all.sort();
    all.dedup();
    check_names(&all, column, most)?;
    let place = |name: &String| all.binary_search(name).expect("collected above") as u32;
    let places = workers.iter().map(|worker| worker.names.iter().map(place).collect()).collect();
    Ok((all, places))
}

/// Files for people: the first, and how many more.
fn told(files: &[PathBuf]) -> String {
    match files {
        [only] => only.display().to_string(),
        [first, rest @ ..] => format!("{} and {} more files", first.display(), rest.len()),
        [] => "the log".to_owned(),
    }
}
