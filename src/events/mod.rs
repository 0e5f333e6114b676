//! Files and frames become clean events: who did what to whom, when, with every dropped row accounted for.

mod accounts;
mod block;
mod cell;
mod chunk;
mod content;
mod delimited;
mod duplicates;
mod edges;
mod feed;
mod finish;
mod frame;
mod identity;
mod ids;
mod ingest;
mod intern;
mod json;
mod kinds;
mod layout;
mod number;
mod order;
mod piece;
mod receipt;
mod schema;
mod shards;
mod source;
mod tally;
mod tell;
mod time;
mod whole;

pub use edges::EdgeColumns;
pub use ids::Ids;
pub use kinds::{Kind, Kinds};
pub use receipt::{Entry, Example, Receipt};
pub use schema::{Columns, MaxBadRows, TimeUnit};
pub use source::{Input, Paths, Source};

use arrow::array::RecordBatch;
use bytemuck::Zeroable;

use crate::error::Result;

/// One accepted row of a log: 32 bytes.
#[derive(Debug, Clone, Copy, Zeroable)]
#[repr(C)]
pub struct Event {
    /// Microseconds since 1970, UTC.
    pub time: i64,
    /// Who acted: a position in [`Events::ids`].
    pub actor: u32,
    /// On whom.
    pub target: u32,
    /// Strength given by the source, 0 to 2^32; 1 unless given.
    pub weight: f64,
    /// Tone towards the target in [-1, 1]; NaN where the log does not say.
    pub sentiment: f32,
    /// A position in [`Events::channels`].
    pub channel: u16,
    /// A position in [`Events::kinds`].
    pub kind: u8,
}

impl Event {
    /// The order in which events are kept, total even over NaN: actor, target, kind, time, channel, weight, sentiment.
    pub fn key(&self) -> (u32, u32, u8, i64, u16, u64, u32) {
        let (weight, sentiment) = (self.weight.to_bits(), self.sentiment.to_bits());
        (self.actor, self.target, self.kind, self.time, self.channel, weight, sentiment)
    }

    /// Whether somebody acted on themselves.
    pub fn is_self(&self) -> bool {
        self.actor == self.target
    }
}

/// Marks an event without parent or item.
pub const NONE: u32 = u32::MAX;

/// The clean events of a log, in one canonical order ([`Event::key`]) that does not depend on the order of rows.
#[derive(Debug, Clone)]
pub struct Events {
    /// Everybody the log or the accounts name, by rank of their id; links and `person` are already resolved.
    pub ids: Ids,
    /// The events by [`Event::key`].
    pub rows: Vec<Event>,
    /// Names of kinds after aliases, bytewise ascending.
    pub kinds: Vec<String>,
    /// Names of channels, bytewise ascending; one empty name where the log has none.
    pub channels: Vec<String>,
    /// Position in `rows` of the event answered or reshared, or [`NONE`]; present where `parent` was mapped.
    pub parents: Option<Vec<u32>>,
    /// Position in `items`, or [`NONE`]; present where `item` was mapped.
    pub item_of: Option<Vec<u32>>,
    /// The items that `item_of` speaks of.
    pub items: Ids,
    /// Money, NaN where the log does not say; present where `value` was mapped.
    pub values: Option<Vec<f64>>,
    /// What was declared of the people.
    pub accounts: Accounts,
    /// What was found, dropped, merged, swapped.
    pub receipt: Receipt,
}

impl Events {
    /// Reads a log from files: one path or many, each a file, a glob or a folder.
    ///
    /// Parquet, CSV and its kin, NDJSON and Arrow IPC, plain or packed with gzip or zstd, are found by content.
    ///
    /// # Errors
    /// A file that cannot be read; a column that is missing or of the wrong type; more bad rows than
    /// [`Columns::max_bad_rows`]; a log without rows.
    ///
    /// # Examples
    /// ```no_run
    /// use laud::events::{Columns, Events};
    ///
    /// let events = Events::read("events.parquet", &Columns::default())?;
    /// let events = Events::read(["2024/*.csv.gz", "2025"], &Columns::default())?;
    /// # Ok::<(), laud::Error>(())
    /// ```
    pub fn read(paths: impl Into<Paths>, columns: &Columns) -> Result<Events> {
        Events::load(Input { log: Source::Paths(paths.into()), accounts: None, links: None }, columns)
    }

    /// Reads a log from record batches of one schema.
    ///
    /// # Errors
    /// As [`Events::read`].
    pub fn from_batches(
        batches: impl IntoIterator<Item = RecordBatch, IntoIter: Send + 'static>,
        columns: &Columns,
    ) -> Result<Events> {
        Events::load(Input { log: Source::batches(batches), accounts: None, links: None }, columns)
    }

    /// Reads a log together with what is declared of its accounts.
    ///
    /// # Errors
    /// As [`Events::read`], for any of the tables.
    pub fn load(input: Input, columns: &Columns) -> Result<Events> {
        columns.check()?;
        let clock = time::Clock { zone: columns.zone()?, unit: columns.time_unit };
        let tables = accounts::Tables::read(input.accounts, input.links, &clock)?;
        let feeds = match input.log {
            Source::Paths(paths) => feed::Feeds::files(source::files(&paths)?, columns),
            Source::Batches(frame) => feed::Feeds::frame(frame, columns),
        };
        finish::finish(feeds.read(&clock)?, tables, columns)
    }
}

/// What the accounts table declares, by position in [`Events::ids`].
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// The declared role; an empty vector where no accounts were given.
    pub roles: Vec<Option<Role>>,
    /// Whether a row of the accounts names this id; an empty vector where no accounts were given.
    pub declared: Vec<bool>,
    /// Verified people; an empty vector where the accounts do not say.
    pub verified: Vec<bool>,
    /// Any other columns, one row an id (nulls where nothing was declared), for joining to outputs.
    pub attributes: Option<RecordBatch>,
}

/// What somebody is to a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everybody who is nothing else.
    Customer,
    /// Declared, or found by behaviour.
    Influencer,
    /// A company or its account.
    Brand,
    /// Something sold.
    Product,
    /// Who works for a brand.
    Staff,
}

impl Role {
    /// The word used in tables and files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::Influencer => "influencer",
            Role::Brand => "brand",
            Role::Product => "product",
            Role::Staff => "staff",
        }
    }
}
