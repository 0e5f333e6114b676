//! Events as they are drafted, and the log they become once they are in order.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, StringBuilder, TimestampMicrosecondArray};

use super::names::Names;
use super::{CHANNELS, Simulate};
use crate::table::Table;

/// What is done, in the words of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Follow,
    Like,
    Mention,
    Question,
    Share,
    Reply,
    Review,
    Answer,
    Purchase,
    ReferredBy,
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Act::Follow => "follow",
            Act::Like => "like",
            Act::Mention => "mention",
            Act::Question => "question",
            Act::Share => "share",
            Act::Reply => "reply",
            Act::Review => "review",
            Act::Answer => "answer",
            Act::Purchase => "purchase",
            Act::ReferredBy => "referred_by",
        }
    }
}

/// Where it is done: a position in [`CHANNELS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Forum,
    Shop,
    Social,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Item {
    Nothing,
    /// The thread that this draft began.
    Thread(u32),
    /// A product of the brand that is the target.
    Product(u8),
}

/// One event, before it has its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    pub(super) time: u32,
    pub(super) actor: u32,
    pub(super) target: u32,
    pub(super) parent: Option<u32>,
    pub(super) item: Item,
    /// NaN where unknown.
    pub(super) sentiment: f32,
    /// NaN where there is none.
    pub(super) value: f32,
    pub(super) act: Act,
    pub(super) channel: Channel,
}

impl Draft {
    pub(super) fn new(time: u32, actor: u32, act: Act, target: u32, channel: Channel) -> Draft {
        let (sentiment, value) = (f32::NAN, f32::NAN);
        Draft { time, actor, target, parent: None, item: Item::Nothing, sentiment, value, act, channel }
    }

    /// A reaction to the draft `parent`, in its channel and thread.
    pub(super) fn reaction(time: u32, actor: u32, act: Act, target: u32, parent: u32, to: &Draft) -> Draft {
        Draft { parent: Some(parent), item: to.item, ..Draft::new(time, actor, act, target, to.channel) }
    }

    pub(super) fn with_sentiment(self, sentiment: f32) -> Draft {
        Draft { sentiment, ..self }
    }
}

/// The log: rows by time, events numbered in that order.
pub(super) fn table(params: &Simulate, names: &Names, drafts: &[Draft]) -> Table {
    let mut order: Vec<u64> =
        drafts.iter().enumerate().map(|(index, draft)| u64::from(draft.time) << 32 | index as u64).collect();
    order.sort_unstable();
    let index = |key: u64| (key & u64::from(u32::MAX)) as usize;
    let mut number = vec![0u32; drafts.len()];
    for (place, &key) in order.iter().enumerate() {
        number[index(key)] = place as u32 + 1;
    }
    let rows = || order.iter().map(|&key| &drafts[index(key)]);
    let width = drafts.len().to_string().len();

    let times = rows().map(|draft| params.start + i64::from(draft.time) * 1_000_000);
    let times = TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC");
    let known = |value: f32| (!value.is_nan()).then(|| (f64::from(value) * 100.0).round() / 100.0);
    let event_ids = texts(drafts.len(), 0..drafts.len(), |place, text| {
        let _ = write!(text, "e{:0width$}", place + 1);
    });
    let parents = texts(drafts.len(), rows(), |draft, text| {
        if let Some(parent) = draft.parent {
            let _ = write!(text, "e{:0width$}", number[parent as usize]);
        }
    });
    let items = texts(drafts.len(), rows(), |draft, text| {
        let _ = match draft.item {
            Item::Nothing => Ok(()),
            Item::Thread(root) => write!(text, "t{:0width$}", number[root as usize]),
            Item::Product(product) => write!(text, "{}-{product}", names.get(draft.target)),
        };
    });
    Table::new([
        ("time", Arc::new(times) as ArrayRef),
        ("actor", Arc::new(StringArray::from_iter_values(rows().map(|draft| names.get(draft.actor))))),
        ("target", Arc::new(StringArray::from_iter_values(rows().map(|draft| names.get(draft.target))))),
        ("kind", Arc::new(StringArray::from_iter_values(rows().map(|draft| draft.act.name())))),
        (
            "channel",
            Arc::new(StringArray::from_iter_values(rows().map(|draft| CHANNELS[draft.channel as usize]))),
        ),
        ("sentiment", Arc::new(rows().map(|draft| known(draft.sentiment)).collect::<Float64Array>())),
        ("event_id", event_ids),
        ("parent", parents),
        ("item", items),
        ("value", Arc::new(rows().map(|draft| known(draft.value)).collect::<Float64Array>())),
    ])
}

/// A text for each row; an empty one is null.
fn texts<T>(count: usize, rows: impl Iterator<Item = T>, mut fill: impl FnMut(T, &mut String)) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(count, 0);
    let mut text = String::new();
    for row in rows {
        text.clear();
        fill(row, &mut text);
        builder.append_option((!text.is_empty()).then_some(text.as_str()));
    }
    Arc::new(builder.finish())
}
