//! NDJSON: one object a line.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::block::Block;
use super::cell::Value;
use super::content::{Text, broken};
use super::feed::{Head, Opened, Piece, Pieces, Scratch};
use super::ingest::Worker;
use super::layout::{Layout, position};
use super::schema::{Columns, Field, shortened};
use super::tally::{Fault, Spot};
use crate::error::{Error, Result};

/// Bytes of a piece.
const BLOCK: usize = 1 << 18;

/// What a line must be, worded to follow "must be".
const RULE: &str = "one JSON object";

/// Lines of JSON.
struct Lines {
    reader: BufReader<Box<dyn Read + Send>>,
    path: PathBuf,
    line: u64,
}

impl Pieces for Lines {
    fn next(&mut self, scratch: &mut Scratch) -> Result<Option<Piece>> {
        scratch.block.clear();
        let first = self.line;
        while scratch.block.len() < BLOCK {
            let read = self.reader.read_until(b'\n', &mut scratch.block);
            if read.map_err(|error| broken(&self.path, error))? == 0 {
                break;
            }
            self.line += 1;
        }
        Ok((!scratch.block.is_empty()).then_some(Piece::Lines(first)))
    }
}

/// Opens a log of JSON objects; its columns are the keys of the first lines.
pub(super) fn open(text: Text, columns: &Columns, path: &Path) -> Result<Opened> {
    let mut names = keys(&text.sample);
    if names.is_empty() {
        return Err(Error::file(path, "no line is a JSON object; write one object a line (`jq -c .`)"));
    }
    // A key may come later for the first time: what the log may leave out is looked for in every row.
    let seen = names.len();
    for field in Field::ALL.into_iter().filter(|field| !field.is_required()) {
        let wanted = columns.map.get(field.name()).map_or(field.name(), String::as_str);
        if !wanted.is_empty() && !wanted.starts_with('=') && position(&names, wanted, path)?.is_none() {
            names.push(wanted.to_owned());
        }
    }
    let mut layout = Layout::resolve(columns, &names, path)?;
    layout.seen = seen;
    let reader = BufReader::with_capacity(1 << 17, text.stream);
    let pieces = Box::new(Lines { reader, path: path.to_owned(), line: 1 });
    Ok(Opened { layout, format: "ndjson", id_types: Vec::new(), pieces })
}

/// The keys of the objects in a sample, in the order in which they come.
fn keys(sample: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in sample.split(|byte| *byte == b'\n') {
        let Ok(object) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(unmarked(line))
        else {
            continue;
        };
        for (key, _) in object {
            if !names.contains(&key) {
                names.push(key);
            }
        }
    }
    names
}

/// A line without the byte order mark that may stand before the first.
pub(super) fn unmarked(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

/// Reads some lines; `first` is the number of the first.
pub(super) fn read(worker: &mut Worker, head: &Head, lines: &[u8], first: u64) -> Result<()> {
    let mapped: Vec<(usize, usize)> = head.layout.columns().collect();
    let wanted: Vec<&str> = mapped.iter().map(|(_, column)| head.layout.names[*column].as_str()).collect();
    let mut objects = Vec::new();
    for (line, text) in (first..).zip(lines.split(|byte| *byte == b'\n')) {
        let text = unmarked(text);
        if text.trim_ascii().is_empty() {
            continue;
        }
        match object(text, &wanted) {
            Ok(found) => objects.push((line, found)),
            Err(_) => {
                let fault = Fault {
                    column: "row".to_owned(),
                    rule: Cow::Borrowed(RULE),
                    value: shortened(text),
                    hint: String::new(),
                };
                worker.tally.rows += 1;
                worker.tally.bad("bad JSON", Spot { file: head.file, line }, 1, fault);
            }
        }
    }
    for objects in objects.chunks(Block::MOST) {
        let mut block = Block::new(head);
        for (line, cells) in objects {
            let cells = mapped.iter().zip(cells).map(|((field, _), cell)| (*field, cell.value()));
            block.push(*line, cells);
        }
        worker.take(&block)?;
    }
    Ok(())
}

/// A value that was asked for.
#[derive(Debug, Clone, PartialEq)]
enum Cell<'a> {
    Null,
    Integer(i64),
    Huge(u64),
    Float(f64),
    Text(Cow<'a, str>),
    Other(&'static str),
}

impl Cell<'_> {
    fn value(&self) -> Value<'_> {
        match self {
            Cell::Null => Value::Null,
            Cell::Integer(value) => Value::Integer(*value),
            Cell::Huge(value) => Value::Huge(*value),
            Cell::Float(value) => Value::Float(*value),
            Cell::Text(text) => Value::Text(text.as_bytes()),
            Cell::Other(what) => Value::Other(what),
        }
    }
}

/// The values of the wanted keys, the last where a key comes twice.
fn object<'a>(line: &'a [u8], wanted: &[&str]) -> serde_json::Result<Vec<Cell<'a>>> {
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let cells = Object { wanted }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(cells)
}

struct Object<'w> {
    wanted: &'w [&'w str],
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Vec<Cell<'de>>;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Vec<Cell<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(RULE)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let mut cells = vec![Cell::Null; self.wanted.len()];
        while let Some(Cell::Text(key)) = map.next_key_seed(Any)? {
            match self.wanted.iter().position(|wanted| *wanted == key) {
                Some(at) => cells[at] = map.next_value_seed(Any)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(cells)
    }
}

/// Any one value; what is nested is read over.
struct Any;

impl<'de> DeserializeSeed<'de> for Any {
    type Value = Cell<'de>;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any {
    type Value = Cell<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Cell<'de>, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Cell<'de>, E> {
        Ok(Cell::Other(if value { "true" } else { "false" }))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Cell<'de>, E> {
        Ok(Cell::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Cell<'de>, E> {
        Ok(i64::try_from(value).map_or(Cell::Huge(value), Cell::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Cell<'de>, E> {
        Ok(Cell::Float(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Cell<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Other("an object"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> std::result::Result<Cell<'de>, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cell::Other("a list"))
    }
}
