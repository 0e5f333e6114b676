//! Values become rows: every worker checks what it reads and keeps the good rows in chunks.

use rustc_hash::FxHashMap;

use super::NONE;
use super::cell::{self, Cells, Value, is_id, is_null, number};
use super::chunk::{CHUNK, Chunk, Extra};
use super::intern::{Interner, Key};
use super::kinds::Kinds;
use super::schema::{Field, shortened};
use super::tally::{Fault, Spot, Tally};
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

/// How many rows get their numbers together; a chunk holds a multiple.
const TOGETHER: usize = 1 << 10;

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
    /// Actors and targets of the last rows of the last chunk, not numbered yet.
    ends: Vec<[Key; 2]>,
    /// Room for their numbers.
    numbers: Vec<u32>,
    pub(super) clock: Clock,
}

/// Why a row is not kept: a column and its rule, or the end of reading.
enum Refusal {
    Row(Field, &'static str),
    Log(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Log(error)
    }
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
            ends: Vec::with_capacity(TOGETHER),
            numbers: Vec::with_capacity(2 * TOGETHER),
            clock,
        }
    }

    /// Checks one row and keeps it if it is good.
    pub(super) fn row(&mut self, spot: Spot, cells: &Cells) -> Result<()> {
        self.tally.rows += 1;
        match self.accept(spot, cells) {
            Ok(()) => Ok(()),
            Err(Refusal::Log(error)) => Err(error),
            Err(Refusal::Row(field, rule)) => {
                let value = &cells[field as usize];
                let fault = Fault::in_field(field, rule, cell::spelled(value));
                self.tally.bad(&format!("bad {}", field.name()), spot, 1, fault);
                Ok(())
            }
        }
    }

    /// Gives the rows of the last chunk that wait for it the numbers of their actors and targets.
    pub(super) fn number_ends(&mut self) {
        let Some(chunk) = self.chunks.last_mut() else { return };
        self.numbers.clear();
        self.people.number_all(self.ends.as_flattened(), &mut self.numbers);
        self.ends.clear();
        let (pairs, _) = self.numbers.as_chunks::<2>();
        chunk.actor.extend(pairs.iter().map(|ends| ends[0]));
        chunk.target.extend(pairs.iter().map(|ends| ends[1]));
    }

    fn accept(&mut self, spot: Spot, cells: &Cells) -> std::result::Result<(), Refusal> {
        let of = |field: Field| cells[field as usize];
        let time = self.clock.moment(of(Field::Time)).ok_or(Refusal::Row(Field::Time, time::RULE))?;
        for field in [Field::Actor, Field::Target] {
            if !is_id(of(field)) {
                return Err(Refusal::Row(field, cell::ID));
            }
        }
        for field in [Field::EventId, Field::Parent, Field::Item] {
            if !is_id(of(field)) && !is_null(of(field)) {
                return Err(Refusal::Row(field, cell::ID));
            }
        }
        let weight = cell::weight(of(Field::Weight)).ok_or(Refusal::Row(Field::Weight, cell::WEIGHT))?;
        let sentiment =
            cell::sentiment(of(Field::Sentiment)).ok_or(Refusal::Row(Field::Sentiment, cell::SENTIMENT))?;
        let value = cell::value(of(Field::Value)).ok_or(Refusal::Row(Field::Value, cell::VALUE))?;
        let (kind, turned) = self.kinds.cell(of(Field::Kind), Kinds::canonical, Field::Kind)?;
        let as_it_is = |spelling: &str| (spelling.trim().to_owned(), false);
        let (channel, _) = self.channels.cell(of(Field::Channel), as_it_is, Field::Channel)?;

        let mut ends = (of(Field::Actor), of(Field::Target));
        if turned {
            ends = (ends.1, ends.0);
            self.tally.turned += 1;
        }
        self.ends.push([cell::key(&mut self.people, ends.0), cell::key(&mut self.people, ends.1)]);
        let extra = Extra {
            event_id: number(&mut self.event_ids, of(Field::EventId)),
            parent: number(&mut self.event_ids, of(Field::Parent)),
            item: number(&mut self.items, of(Field::Item)),
            value,
        };
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Chunk::new());
        }
        let chunk = self.chunks.last_mut().expect("pushed above");
        let row = chunk.len();
        let (time, is_raw) = match time {
            Moment::Micros(micros) => (micros, false),
            Moment::Raw(raw) => {
                self.magnitudes.add(raw, spot);
                (raw, true)
            }
        };
        chunk.time.push(time);
        chunk.raw.push(row, is_raw, !is_raw);
        chunk.kind.push(row, kind as u8, kind == 0);
        chunk.channel.push(row, channel as u16, channel == 0);
        chunk.weight.push(row, weight, weight == 1.0);
        chunk.sentiment.push(row, sentiment, sentiment.is_nan());
        let nothing = (extra.event_id & extra.parent & extra.item) == NONE && value.is_nan();
        chunk.extra.push(row, extra, nothing);
        if self.ends.len() == TOGETHER {
            self.number_ends();
        }
        Ok(())
    }
}

impl Names {
    fn cell(
        &mut self,
        cell: Value,
        canonical: impl Fn(&str) -> (String, bool),
        field: Field,
    ) -> std::result::Result<(u32, bool), Refusal> {
        let refused = Refusal::Row(field, cell::WORD);
        let number = match cell {
            Value::Null => return Ok((0, false)),
            Value::Untyped(text) | Value::Text(text) if text.len() <= cell::LONGEST => {
                self.number(text, canonical)?
            }
            Value::Integer(value) => self.number(value.to_string().as_bytes(), canonical)?,
            Value::Float(value) => self.number(value.to_string().as_bytes(), canonical)?,
            _ => None,
        };
        number.ok_or(refused)
    }
}
