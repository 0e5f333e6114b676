//! Events become a network: typed, weighted, decayed ties between people and brands, in layers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::events::{Accounts, Event, Events, Ids, Receipt, Role};
use crate::graph::Graph;

/// How events become ties. `Default` is the table of kinds with its half-lives, at the time of the newest event.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ties {
    /// Weights that replace those of the table, by kind.
    pub kinds: BTreeMap<String, f64>,
    /// Channels to keep; all where empty.
    pub channels: Vec<String>,
    /// Factors by channel; 1 where none is given.
    pub channel_weights: BTreeMap<String, f64>,
    /// After how long an event counts half.
    pub half_life: HalfLife,
    /// The moment the network speaks of (microseconds, UTC); the newest event where none.
    pub as_of: Option<i64>,
    /// Events before are left out (microseconds, UTC).
    pub since: Option<i64>,
    /// Events at or after are left out (microseconds, UTC).
    pub until: Option<i64>,
    /// The most that one (actor, target, kind, UTC day) may add up to before decay.
    pub cap: Option<f64>,
    /// Whether a finished arc counts log(1 + weight).
    pub log1p: bool,
    /// Whether staff belong to the people layer.
    pub staff: Option<bool>,
    /// Ids that are brands.
    pub brands: Vec<String>,
    /// Ids that are products.
    pub products: Vec<String>,
    /// Ids that take no part, as if the log had never named them.
    pub exclude: Vec<String>,
}

/// After how long an event counts half: the table's, one for all kinds, or the table with changes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HalfLife {
    /// 30 days, 90 for purchase and referred_by, none for follow.
    #[default]
    Table,
    /// The same for every kind, in words such as `30d`, `12h`, `none`.
    All(String),
    /// Changes to the table, by kind.
    Kinds(BTreeMap<String, String>),
}

/// What an arc adds up from one kind of event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// Towards whom: a node of the network.
    pub target: u32,
    /// A position in [`Network::kinds`].
    pub kind: u8,
    /// How many events.
    pub events: u32,
    /// Their decayed weight, kind and channel weights included.
    pub weight: f64,
}

/// Which people and ties a graph holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Both ends are customers, influencers or staff.
    #[default]
    People,
    /// At least one end is a brand or a product.
    Brand,
}

/// The graph of a layer and which node of the network each of its nodes is.
#[derive(Debug, Clone)]
pub struct LayerGraph {
    /// Arcs of attention, actor to target.
    pub graph: Graph,
    /// The node of the network, ascending.
    pub nodes: Vec<u32>,
}

/// People, brands and the ties between them at one moment.
#[derive(Debug, Clone)]
pub struct Network {
    /// Everybody, by rank of their id.
    pub ids: Ids,
    /// What each is.
    pub roles: Vec<Role>,
    /// Why each has that role: `declared`, `named`, or the rule that found an influencer; empty for customers.
    pub reasons: Vec<String>,
    /// What was declared of them, by node.
    pub accounts: Accounts,
    /// Names of kinds, by [`Tie::kind`] and [`Event::kind`].
    pub kinds: Vec<String>,
    /// Names of channels, by [`Event::channel`].
    pub channels: Vec<String>,
    /// The moment the ties speak of, microseconds UTC.
    pub as_of: i64,
    /// How they were made.
    pub parameters: Ties,
    /// What was found, dropped, merged, left out.
    pub receipt: Receipt,
    /// Hash of the canonical events, 32 hexadecimal digits.
    pub input: String,
}

impl Network {
    /// Builds the network of `events` at `ties.as_of`.
    pub fn build(events: Events, ties: &Ties) -> Result<Network> {
        let _ = (events, ties);
        Err(crate::Error::Empty(String::new()))
    }

    /// The canonical events inside the window, by [`Event::key`] with network nodes as actor and target.
    pub fn events(&self) -> &[Event] {
        &[]
    }

    /// The ties of an actor, by target, then kind; no ties to oneself.
    pub fn ties(&self, _actor: u32) -> &[Tie] {
        &[]
    }
}
