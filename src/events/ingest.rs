//! Values become rows: every worker checks what it reads and keeps the good rows in chunks.

use rustc_hash::FxHashMap;

use super::NONE;
use super::block::{Block, Parsed, Refused};
use super::cell::{self, Value, is_id, is_null, number};
use super::chunk::{CHUNK, Chunk, Extra};
use super::intern::{Interner, Key};
use super::kinds::Kinds;
use super::schema::{Field, shortened};
use super::tally::{Fault, Tally};
use super::time::{self, Clock, Magnitudes, Moment};
use crate::error::{Error, Result};

/// Names as numbers; several spellings may be one name.
pub(super) struct Names {
    pub(super) names: Vec<String>,
    numbers: FxHashMap<String, u32>,
    spellings: FxHashMap<Vec<u8>, (u32, bool)>,
    most: usize,
    column: &'static str,
}

impl Names {
    fn new(column: &'static str, default: &str, most: usize) -> Names {
        Names {
            names: vec![default.to_owned()],
            numbers: FxHashMap::from_iter([(default.to_owned(), 0)]),
            spellings: FxHashMap::default(),
            most,
            column,
        }
    }

    /// The number of a spelling and whether it turns the event around.
    fn number(
        &mut self,
        spelling: &[u8],
        canonical: impl Fn(&str) -> (String, bool),
    ) -> Result<Option<(u32, bool)>> {
        if let Some(known) = self.spellings.get(spelling) {
            return Ok(Some(*known));
        }
        let Ok(text) = str::from_utf8(spelling) else { return Ok(None) };
        let (name, turned) = canonical(text);
        let number = match self.numbers.get(&name) {
            Some(number) => *number,
            None => {
                let number = self.names.len() as u32;
                self.names.push(name.clone());
                check_names(&self.names, self.column, self.most)?;
                self.numbers.insert(name, number);
                number
            }
        };
        self.spellings.insert(spelling.to_owned(), (number, turned));
        Ok(Some((number, turned)))
    }
}

/// Refuses more names than a column can hold.
pub(super) fn check_names(names: &[String], column: &'static str, most: usize) -> Result<()> {
    // One more for the name that rows without one have.
    if names.len() <= most + 1 {
        return Ok(());
    }
    let examples: Vec<String> =
        names[1..4].iter().map(|name| format!("{:?}", shortened(name.as_bytes()))).collect();
    Err(Error::Schema(format!(
        "column `{column}` holds more than {most} different values ({}, ...): is it the {column}? \
         Map another column (`--column {column}=NAME`) or ignore it (`--column {column}=`)",
        examples.join(", ")
    )))
}

/// Most kinds and channels of a log.
pub(super) const KINDS: usize = 255;
pub(super) const CHANNELS: usize = 65_535;

/// The fields that few logs have.
const EXTRAS: [Field; 4] = [Field::EventId, Field::Parent, Field::Item, Field::Value];

/// What one worker has read.
pub(super) struct Worker {
    pub(super) people: Interner,
    pub(super) event_ids: Interner,
    pub(super) items: Interner,
    pub(super) kinds: Names,
    pub(super) channels: Names,
    pub(super) magnitudes: Magnitudes,
    pub(super) tally: Tally,
    pub(super) chunks: Vec<Chunk>,
    /// Room for the actors and targets of a block, and for their numbers.
    ends: Vec<[Key; 2]>,
    numbers: Vec<u32>,
    pub(super) clock: Clock,
}

impl Worker {
    pub(super) fn new(clock: Clock) -> Worker {
        Worker {
            people: Interner::default(),
            event_ids: Interner::default(),
            items: Interner::default(),
            kinds: Names::new("kind", Kinds::DEFAULT, KINDS),
            channels: Names::new("channel", "", CHANNELS),
            magnitudes: Magnitudes::default(),
            tally: Tally::default(),
            chunks: Vec::new(),
            ends: Vec::with_capacity(Block::MOST),
            numbers: Vec::with_capacity(2 * Block::MOST),
            clock,
        }
    }

    /// Checks the rows of a block and keeps the good ones.
    pub(super) fn take(&mut self, block: &Block) -> Result<()> {
        if block.len() == 0 {
            return Ok(());
        }
        self.tally.rows += block.len() as u64;
        let mut refused = Refused::default();
        let clock = &self.clock;
        let moment = |cell| clock.moment(cell);
        let times = block.parse(Field::Time, time::RULE, Moment::Micros(0), &mut refused, moment);
        for field in [Field::Actor, Field::Target] {
            block.parse(field, cell::ID, (), &mut refused, |cell| is_id(cell).then_some(()));
        }
        for field in [Field::EventId, Field::Parent, Field::Item] {
            let fits = |cell| (is_null(cell) || is_id(cell)).then_some(());
            block.parse(field, cell::ID, (), &mut refused, fits);
        }
        let weights = block.parse(Field::Weight, cell::WEIGHT, 1.0, &mut refused, cell::weight);
        let sentiments =
            block.parse(Field::Sentiment, cell::SENTIMENT, f32::NAN, &mut refused, cell::sentiment);
        let values = block.parse(Field::Value, cell::VALUE, f64::NAN, &mut refused, cell::value);
        let mut failure = None;
        let kinds = block.parse(Field::Kind, cell::WORD, (0, false), &mut refused, |cell| {
            self.kinds.cell(cell, Kinds::canonical).unwrap_or_else(|error| {
                failure.get_or_insert(error);
                None
            })
        });
        let channels = block.parse(Field::Channel, cell::WORD, (0, false), &mut refused, |cell| {
            let as_it_is = |spelling: &str| (spelling.trim().to_owned(), false);
            self.channels.cell(cell, as_it_is).unwrap_or_else(|error| {
                failure.get_or_insert(error);
                None
            })
        });
        if let Some(error) = failure {
            return Err(error);
        }

        for (row, field, rule) in refused.iter() {
            let fault = Fault::in_field(field, rule, cell::spelled(&block.cell(field, row)));
            self.tally.bad(&format!("bad {}", field.name()), block.spot(row), 1, fault);
        }
        let good = || (0..block.len()).filter(|row| !refused.contains(*row));
        self.number_ends(block, &kinds, good());
        if self.chunks.last().is_none_or(|chunk| chunk.len() + block.len() > CHUNK) {
            self.chunks.push(Chunk::new());
        }
        let chunk = self.chunks.last_mut().expect("pushed above");
        let rows = (chunk.len()..).zip(good());
        let (pairs, _) = self.numbers.as_chunks::<2>();
        chunk.actor.extend(pairs.iter().map(|ends| ends[0]));
        chunk.target.extend(pairs.iter().map(|ends| ends[1]));
        for (at, row) in rows.clone() {
            let (time, is_raw) = match times.get(row) {
                Moment::Micros(micros) => (micros, false),
                Moment::Raw(raw) => {
                    self.magnitudes.add(raw, block.spot(row));
                    (raw, true)
                }
            };
            chunk.time.push(time);
            chunk.raw.push(at, is_raw, !is_raw);
        }
        chunk.kind.extend(rows.clone(), &kinds, |(kind, _)| (kind as u8, kind == 0));
        chunk.channel.extend(rows.clone(), &channels, |(channel, _)| (channel as u16, channel == 0));
        chunk.weight.extend(rows.clone(), &weights, |weight| (weight, weight == 1.0));
        chunk.sentiment.extend(rows.clone(), &sentiments, |sentiment| (sentiment, sentiment.is_nan()));
        if EXTRAS.iter().all(|field| block.lacks(*field)) {
            return Ok(());
        }
        for (at, row) in rows {
            let extra = Extra {
                event_id: number(&mut self.event_ids, block.cell(Field::EventId, row)),
                parent: number(&mut self.event_ids, block.cell(Field::Parent, row)),
                item: number(&mut self.items, block.cell(Field::Item, row)),
                value: values.get(row),
            };
            let nothing = (extra.event_id & extra.parent & extra.item) == NONE && extra.value.is_nan();
            chunk.extra.push(at, extra, nothing);
        }
        Ok(())
    }

    /// Finds the numbers of actors and targets, turned around where the kind says so.
    fn number_ends(&mut self, block: &Block, kinds: &Parsed<(u32, bool)>, rows: impl Iterator<Item = usize>) {
        self.ends.clear();
        for row in rows {
            let mut ends = [Field::Actor, Field::Target].map(|field| block.cell(field, row));
            if kinds.get(row).1 {
                ends.swap(0, 1);
                self.tally.turned += 1;
            }
            self.ends.push(ends.map(|end| cell::key(&mut self.people, end)));
        }
        self.numbers.clear();
        self.people.number_all(self.ends.as_flattened(), &mut self.numbers);
    }
}

impl Names {
    /// The number of the name in a cell, and whether it turns the event around; nothing for what is no name.
    fn cell(
        &mut self,
        cell: Value,
        canonical: impl Fn(&str) -> (String, bool),
    ) -> Result<Option<(u32, bool)>> {
        match cell {
            Value::Null => Ok(Some((0, false))),
            Value::Untyped(text) | Value::Text(text) if text.len() <= cell::LONGEST => {
                self.number(text, canonical)
            }
            Value::Integer(value) => self.number(value.to_string().as_bytes(), canonical),
            Value::Float(value) => self.number(value.to_string().as_bytes(), canonical),
            _ => Ok(None),
        }
    }
}
