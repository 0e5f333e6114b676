//! Values become rows: every worker checks what it reads and keeps the good rows in chunks.

use std::borrow::Cow;

use arrow::datatypes::DataType;
use rustc_hash::FxHashMap;

use super::NONE;
use super::intern::Interner;
use super::kinds::Kinds;
use super::schema::{Field, shortened};
use super::tally::{Fault, Spot, Tally};
use super::time::{self, Clock, Magnitudes, Moment};
use crate::error::{Error, Result};

/// One cell of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    /// Above the range of i64.
    Huge(u64),
    Float(f64),
    /// Text of a source without types, perhaps not UTF-8.
    Untyped(&'a [u8]),
    /// Text of a source with types.
    Text(&'a [u8]),
    /// Microseconds UTC; none where they are out of range.
    Time(Option<i64>),
    /// Something that fits no column.
    Other(&'static str),
}

/// The cells of a row by [`Field`].
pub(super) type Cells<'a> = [Value<'a>; 11];

/// What an id must be, worded to follow "must be".
const ID: &str = "a string or an integer, not empty and at most 64 KiB long";
const WEIGHT: &str = "a number from 0 to 2^32";
const SENTIMENT: &str = "a number in [-1, 1] or one of positive, neutral, negative";
const VALUE: &str = "a finite number";
const WORD: &str = "text of at most 64 KiB";

/// The longest text that is kept.
const LONGEST: usize = 1 << 16;

/// Most rows of a chunk.
const CHUNK: usize = 1 << 16;

/// Row-wise additions that most logs do not have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extra {
    pub(super) event_id: u32,
    pub(super) parent: u32,
    pub(super) item: u32,
    pub(super) value: f64,
}

impl Extra {
    pub(super) const NOTHING: Extra = Extra { event_id: NONE, parent: NONE, item: NONE, value: f64::NAN };
}

/// A column that is not kept before it holds something other than its default.
#[derive(Debug)]
pub(super) struct Sparse<T> {
    values: Vec<T>,
    default: T,
}

impl<T: Copy> Sparse<T> {
    fn new(default: T) -> Sparse<T> {
        Sparse { values: Vec::new(), default }
    }

    fn push(&mut self, row: usize, value: T, is_default: bool) {
        if is_default && self.values.is_empty() {
            return;
        }
        self.values.resize(row, self.default);
        self.values.push(value);
    }

    /// Whether every row has the default.
    pub(super) fn is_blank(&self) -> bool {
        self.values.is_empty()
    }

    #[inline]
    pub(super) fn get(&self, row: usize) -> T {
        self.values.get(row).copied().unwrap_or(self.default)
    }
}

/// Good rows, in the numbers of their worker.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) time: Vec<i64>,
    /// Whether the time still waits for its unit.
    pub(super) raw: Sparse<bool>,
    pub(super) actor: Vec<u32>,
    pub(super) target: Vec<u32>,
    pub(super) kind: Sparse<u8>,
    pub(super) channel: Sparse<u16>,
    pub(super) weight: Sparse<f64>,
    pub(super) sentiment: Sparse<f32>,
    pub(super) extra: Sparse<Extra>,
}

impl Chunk {
    fn new() -> Chunk {
        Chunk {
            time: Vec::with_capacity(CHUNK),
            raw: Sparse::new(false),
            actor: Vec::with_capacity(CHUNK),
            target: Vec::with_capacity(CHUNK),
            kind: Sparse::new(0),
            channel: Sparse::new(0),
            weight: Sparse::new(1.0),
            sentiment: Sparse::new(f32::NAN),
            extra: Sparse::new(Extra::NOTHING),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.time.len()
    }
}

/// Names as numbers; several spellings may be one name.
pub(super) struct Names {
    pub(super) names: Vec<String>,
    spellings: FxHashMap<Vec<u8>, (u32, bool)>,
    most: usize,
    column: &'static str,
}

impl Names {
    fn new(column: &'static str, default: &str, most: usize) -> Names {
        Names { names: vec![default.to_owned()], spellings: FxHashMap::default(), most, column }
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
        let number = match self.names.iter().position(|known| *known == name) {
            Some(number) => number,
            None => {
                self.names.push(name);
                check_names(&self.names, self.column, self.most)?;
                self.names.len() - 1
            }
        };
        self.spellings.insert(spelling.to_owned(), (number as u32, turned));
        Ok(Some((number as u32, turned)))
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
                let fault = Fault {
                    column: field.name().to_owned(),
                    rule: Cow::Borrowed(rule),
                    value: spelled(value),
                };
                self.tally.bad(&format!("bad {}", field.name()), spot, 1, fault);
                Ok(())
            }
        }
    }

    fn accept(&mut self, spot: Spot, cells: &Cells) -> std::result::Result<(), Refusal> {
        let cell = |field: Field| cells[field as usize];
        let time = self.clock.moment(cell(Field::Time)).ok_or(Refusal::Row(Field::Time, time::RULE))?;
        for field in [Field::Actor, Field::Target] {
            if !is_id(cell(field)) {
                return Err(Refusal::Row(field, ID));
            }
        }
        for field in [Field::EventId, Field::Parent, Field::Item] {
            if !is_id(cell(field)) && !is_null(cell(field)) {
                return Err(Refusal::Row(field, ID));
            }
        }
        let weight = weight(cell(Field::Weight)).ok_or(Refusal::Row(Field::Weight, WEIGHT))?;
        let sentiment = sentiment(cell(Field::Sentiment)).ok_or(Refusal::Row(Field::Sentiment, SENTIMENT))?;
        let value = value(cell(Field::Value)).ok_or(Refusal::Row(Field::Value, VALUE))?;
        let (kind, turned) = self.kinds.cell(cell(Field::Kind), Kinds::canonical, Field::Kind)?;
        let as_it_is = |spelling: &str| (spelling.trim().to_owned(), false);
        let (channel, _) = self.channels.cell(cell(Field::Channel), as_it_is, Field::Channel)?;

        let mut ends = (cell(Field::Actor), cell(Field::Target));
        if turned {
            ends = (ends.1, ends.0);
            self.tally.turned += 1;
        }
        let actor = number(&mut self.people, ends.0);
        let target = number(&mut self.people, ends.1);
        let extra = Extra {
            event_id: number(&mut self.event_ids, cell(Field::EventId)),
            parent: number(&mut self.event_ids, cell(Field::Parent)),
            item: number(&mut self.items, cell(Field::Item)),
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
        chunk.actor.push(actor);
        chunk.target.push(target);
        chunk.kind.push(row, kind as u8, kind == 0);
        chunk.channel.push(row, channel as u16, channel == 0);
        chunk.weight.push(row, weight, weight == 1.0);
        chunk.sentiment.push(row, sentiment, sentiment.is_nan());
        let nothing = (extra.event_id & extra.parent & extra.item) == NONE && value.is_nan();
        chunk.extra.push(row, extra, nothing);
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
        let refused = Refusal::Row(field, WORD);
        let number = match cell {
            Value::Null => return Ok((0, false)),
            Value::Untyped(text) | Value::Text(text) if text.len() <= LONGEST => {
                self.number(text, canonical)?
            }
            Value::Integer(value) => self.number(value.to_string().as_bytes(), canonical)?,
            Value::Float(value) => self.number(value.to_string().as_bytes(), canonical)?,
            _ => None,
        };
        number.ok_or(refused)
    }
}

/// The whole numbers that a float holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn is_id(cell: Value) -> bool {
    match cell {
        Value::Integer(_) | Value::Huge(_) => true,
        Value::Float(value) => value.fract() == 0.0 && value.abs() < EXACT,
        Value::Untyped(text) => {
            !text.is_empty() && text.len() <= LONGEST && simdutf8::basic::from_utf8(text).is_ok()
        }
        Value::Text(text) => !text.is_empty() && text.len() <= LONGEST,
        Value::Null | Value::Time(_) | Value::Other(_) => false,
    }
}

fn is_null(cell: Value) -> bool {
    match cell {
        Value::Null => true,
        Value::Untyped(text) | Value::Text(text) => text.is_empty(),
        Value::Float(value) => value.is_nan(),
        _ => false,
    }
}

/// The number of an id that [`is_id`]; [`NONE`] for what is none.
pub(super) fn number(interner: &mut Interner, cell: Value) -> u32 {
    match cell {
        Value::Integer(value) => interner.integer(value),
        Value::Huge(value) => interner.string(value.to_string().as_bytes()),
        Value::Float(value) if !value.is_nan() => interner.integer(value as i64),
        Value::Untyped(text) if !text.is_empty() => match canonical_decimal(text) {
            Some(value) => interner.integer(value),
            None => interner.string(text),
        },
        Value::Text(text) if !text.is_empty() => interner.string(text),
        _ => NONE,
    }
}

/// The integer that is written exactly so: no sign plus, no leading zero.
pub(super) fn canonical_decimal(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = match digits {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', ..] => digits.len() <= 19,
        _ => false,
    };
    if !plain {
        return None;
    }
    str::from_utf8(text).ok()?.parse().ok()
}

/// A number in a cell; NaN for nothing at all.
fn float(cell: Value, nothing: f64) -> Option<f64> {
    match cell {
        Value::Null => Some(nothing),
        Value::Integer(value) => Some(value as f64),
        Value::Huge(value) => Some(value as f64),
        Value::Float(value) => Some(value),
        Value::Untyped(text) | Value::Text(text) => match text.trim_ascii() {
            b"" => Some(nothing),
            text => str::from_utf8(text).ok()?.parse().ok(),
        },
        Value::Time(_) | Value::Other(_) => None,
    }
}

fn weight(cell: Value) -> Option<f64> {
    let weight = float(cell, 1.0)?;
    // Adding zero makes a negative zero positive.
    (0.0..=4_294_967_296.0).contains(&weight).then_some(weight + 0.0)
}

fn sentiment(cell: Value) -> Option<f32> {
    if let Value::Untyped(text) | Value::Text(text) = cell {
        let words = [(&b"positive"[..], 1.0), (b"neutral", 0.0), (b"negative", -1.0)];
        let word = text.trim_ascii();
        if let Some((_, tone)) = words.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) {
            return Some(tone);
        }
    }
    let tone = float(cell, f64::NAN)?;
    match tone.is_nan() {
        true => Some(f32::NAN),
        false => (-1.0..=1.0).contains(&tone).then_some(tone as f32 + 0.0),
    }
}

fn value(cell: Value) -> Option<f64> {
    if is_null(cell) && !matches!(cell, Value::Float(_)) {
        return Some(f64::NAN);
    }
    float(cell, f64::NAN).filter(|value| value.is_finite()).map(|value| value + 0.0)
}

/// A cell for people.
fn spelled(cell: &Value) -> String {
    match cell {
        Value::Null => "nothing".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Huge(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Untyped(text) | Value::Text(text) => shortened(text),
        Value::Time(Some(micros)) => time::iso(*micros),
        Value::Time(None) => "a time out of range".to_owned(),
        Value::Other(what) => (*what).to_owned(),
    }
}

/// The type in which integer ids come back: that of the sources where all agree.
pub(super) fn integer_type(types: impl IntoIterator<Item = DataType>) -> DataType {
    let mut types = types.into_iter().filter(DataType::is_integer);
    let Some(first) = types.next() else { return DataType::Int64 };
    if types.all(|other| other == first) { first } else { DataType::Int64 }
}
