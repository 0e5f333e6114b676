//! Events become a network: typed, weighted, decayed ties between people and brands, in layers.

mod accumulate;
mod decay;
mod files;
mod fingerprint;
mod half_life;
mod incoming;
mod layers;
mod roles;
mod rows;
mod slice;
mod tables;
mod ties;
mod window;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytemuck::Zeroable;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::events::{Accounts, Event, Events, Ids, Receipt, Role};
use crate::graph::{Graph, kept};

pub use half_life::HalfLife;
pub(crate) use half_life::{DAY, LENGTH, length};
pub use incoming::Incoming;
pub use layers::{Layer, LayerGraph};
pub(crate) use ties::time_text;
pub use ties::{Influencers, Ties};

use accumulate::{Rates, TieRows, accumulate};
use decay::{Decay, Sums};
use incoming::IncomingRows;

/// What an arc adds up from one kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Zeroable)]
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

/// People, brands and the ties between them at one moment.
///
/// Copies are cheap: events, ties and graphs that exist are shared.
#[derive(Debug, Clone)]
pub struct Network {
    /// Everybody an event inside the window or an account names, by rank of their id.
    pub ids: Ids,
    /// What each is.
    pub roles: Vec<Role>,
    /// Why each has that role: `declared`, `named`, or the rule that found an influencer; empty for the others.
    pub reasons: Vec<String>,
    /// What was declared of them, by node.
    pub accounts: Accounts,
    /// Names of kinds, by [`Tie::kind`] and [`Event::kind`].
    pub kinds: Vec<String>,
    /// Names of channels, by [`Event::channel`].
    pub channels: Vec<String>,
    /// The moment the ties speak of, microseconds UTC.
    pub as_of: i64,
    /// How they were made: `as_of` is filled in, `exclude` emptied so that no result repeats who opted out.
    pub parameters: Ties,
    /// What was found, dropped, merged, left out.
    pub receipt: Receipt,
    /// Hash of the canonical events, 32 hexadecimal digits.
    pub input: String,
    log: Option<Arc<Log>>,
    rates: Arc<Rates>,
    ties: Arc<TieRows>,
    incoming: OnceLock<Arc<IncomingRows>>,
    people: OnceLock<Arc<LayerGraph>>,
    brand: OnceLock<Arc<LayerGraph>>,
}

/// The canonical events and what goes with some of them.
#[derive(Debug)]
struct Log {
    rows: Vec<Event>,
    /// Where the rows of each actor begin and the last end.
    actors: OnceLock<Vec<usize>>,
    parents: Option<Vec<u32>>,
    item_of: Option<Vec<u32>>,
    items: Ids,
    values: Option<Vec<f64>>,
}

impl<'a> From<&'a Network> for Cow<'a, Network> {
    fn from(network: &'a Network) -> Cow<'a, Network> {
        Cow::Borrowed(network)
    }
}

impl From<Network> for Cow<'_, Network> {
    fn from(network: Network) -> Self {
        Cow::Owned(network)
    }
}

impl Network {
    /// Builds the network of `events` at `ties.as_of`.
    ///
    /// Events outside the window, of other channels or of excluded ids are left out and counted, and whoever no
    /// remaining event and no account names is not in the network: it is the same as that of a log without them.
    ///
    /// # Errors
    /// A parameter outside its domain; a channel that the log does not hold; a brand or product that is never a
    /// target; no `as_of` where the newest event lies more than 7 days after 99.9 % of the others.
    pub fn build(events: Events, ties: &Ties) -> Result<Network> {
        ties.check()?;
        roles::check_named(&events, ties)?;
        let unknown = ties.unknown_names(&events.kinds, &events.channels);
        let (events, as_of) = window::select(events, ties)?;
        let parameters =
            Ties { as_of: Some(as_of), exclude: Vec::new(), kinds: ties.canonical_kinds(), ..ties.clone() };
        let mut network = Network::assemble(events, as_of, parameters)?;
        unknown.into_iter().for_each(|sentence| network.receipt.warn(sentence));
        for name in ties.brands.iter().chain(&ties.products).filter(|name| network.ids.find(name).is_none()) {
            network.receipt.warn(format!("{name:?} has no event inside the window"));
        }
        network.describe();
        Ok(network)
    }

    /// The network of events that are all inside the window.
    fn assemble(events: Events, as_of: i64, parameters: Ties) -> Result<Network> {
        let input = fingerprint::fingerprint(&events);
        let half_lives = parameters.half_life.of_kinds(&events.kinds)?;
        let rates = Rates {
            as_of,
            kind_weights: parameters.kind_weights(&events.kinds),
            channel_factors: parameters.channel_factors(&events.channels),
            decays: half_lives.into_iter().map(|half_life| Decay::new(half_life, as_of)).collect(),
            cap: parameters.cap,
        };
        let ties = accumulate(&events.rows, events.ids.len(), &rates)?;
        let (roles, reasons) = roles::roles(&events.ids, &events.accounts, &ties, &parameters);
        let Events { ids, rows, kinds, channels, parents, item_of, items, values, accounts, receipt } =
            events;
        Ok(Network {
            ids,
            roles,
            reasons,
            accounts,
            kinds,
            channels,
            as_of,
            parameters,
            receipt,
            input,
            log: Some(Arc::new(Log { rows, actors: OnceLock::new(), parents, item_of, items, values })),
            rates: Arc::new(rates),
            ties: Arc::new(ties),
            incoming: OnceLock::new(),
            people: OnceLock::new(),
            brand: OnceLock::new(),
        })
    }

    /// The same network in which some more ids are brands.
    ///
    /// # Errors
    /// [`Error::UnknownId`] with the nearest target for a brand that is never a target; [`Error::Parameter`] for
    /// somebody the accounts declare to be a person.
    pub fn with_brands(&self, brands: &[String]) -> Result<Network> {
        let mut network = self.clone();
        let mut is_target = vec![false; self.ids.len()];
        self.ties.ties.iter().for_each(|tie| is_target[tie.target as usize] = true);
        for brand in brands {
            roles::check_target("brand", brand, &self.ids, &self.accounts, |id| is_target[id as usize])?;
        }
        network.parameters.brands.extend_from_slice(brands);
        (network.roles, network.reasons) =
            roles::roles(&self.ids, &self.accounts, &self.ties, &network.parameters);
        (network.people, network.brand) = (OnceLock::new(), OnceLock::new());
        network.describe();
        Ok(network)
    }

    /// The same network without its events, for measures alone: they are most of the memory. Times and counts are
    /// null in its tables, and it cannot be saved.
    pub fn without_events(self) -> Network {
        Network { log: None, ..self }
    }

    /// Who the nodes are, without events and ties.
    pub(crate) fn without_ties(self) -> Network {
        Network {
            log: None,
            ties: Arc::default(),
            incoming: OnceLock::new(),
            people: OnceLock::new(),
            brand: OnceLock::new(),
            ..self
        }
    }

    /// The events inside the window as they came in, to build another network of: at an earlier moment, with other weights.
    ///
    /// # Errors
    /// [`Error::Empty`] after [`Network::without_events`].
    pub fn log(&self) -> Result<Events> {
        let Some(log) = &self.log else {
            return Err(Error::Empty(
                "the network holds no events: build it anew to look at its past".to_owned(),
            ));
        };
        Ok(Events {
            ids: self.ids.clone(),
            rows: log.rows.clone(),
            kinds: self.kinds.clone(),
            channels: self.channels.clone(),
            parents: log.parents.clone(),
            item_of: log.item_of.clone(),
            items: log.items.clone(),
            values: log.values.clone(),
            accounts: self.accounts.clone(),
            receipt: Receipt::default(),
        })
    }

    /// The same network had some events never happened: seen from the same moment, under the same parameters. Whoever is named
    /// by no other event, nor by an account, is not in it.
    ///
    /// # Errors
    /// [`Error::Empty`] after [`Network::without_events`].
    pub fn without(&self, is_out: impl Fn(&Event) -> bool + Sync) -> Result<Network> {
        let events = window::drop(self.log()?, is_out);
        let mut network = Network::assemble(events, self.as_of, self.parameters.clone())?;
        network.describe();
        Ok(network)
    }

    /// The canonical events inside the window, by [`Event::key`] with network nodes as actor and target; none
    /// after [`Network::without_events`].
    pub fn events(&self) -> &[Event] {
        self.log.as_ref().map_or(&[], |log| &log.rows)
    }

    /// The events of an actor, by target, then kind, then time; their own on themselves among them.
    pub fn events_of(&self, actor: u32) -> &[Event] {
        &self.events()[self.positions_of(actor)]
    }

    /// The events of an actor on a target, by kind, then time.
    pub fn events_between(&self, actor: u32, target: u32) -> &[Event] {
        &self.events()[self.positions_between(actor, target)]
    }

    /// Where the events of an actor stand in [`Network::events`].
    pub(crate) fn positions_of(&self, actor: u32) -> Range<usize> {
        let Some(log) = &self.log else { return 0..0 };
        let actors = kept(&log.actors, || {
            let begin = |actor| log.rows.partition_point(|event| event.actor < actor);
            (0..=self.ids.len() as u32).into_par_iter().map(begin).collect()
        });
        actors[actor as usize]..actors[actor as usize + 1]
    }

    /// Where the events of an actor on a target stand in [`Network::events`].
    pub(crate) fn positions_between(&self, actor: u32, target: u32) -> Range<usize> {
        let all = self.positions_of(actor);
        let events = &self.events()[all.clone()];
        let start = events.partition_point(|event| event.target < target);
        let count = events[start..].partition_point(|event| event.target == target);
        all.start + start..all.start + start + count
    }

    /// The time of the oldest event; none where there are none.
    pub(crate) fn begin(&self) -> Option<i64> {
        self.events().par_iter().map(|event| event.time).min()
    }

    /// How much time lies between the oldest event and the moment the ties speak of, in microseconds.
    pub(crate) fn span(&self) -> i64 {
        self.as_of.saturating_sub(self.begin().unwrap_or(self.as_of))
    }

    /// The position in [`Network::kinds`] of a kind, if the log has it.
    pub(crate) fn kind(&self, name: &str) -> Option<u8> {
        self.kinds.iter().position(|kind| kind == name).map(|kind| kind as u8)
    }

    /// By position in [`Network::kinds`], whether something holds of a kind.
    pub(crate) fn kinds_that(&self, holds: impl Fn(&str) -> bool) -> Vec<bool> {
        self.kinds.iter().map(|kind| holds(kind)).collect()
    }

    /// What a single event weighs at [`Network::as_of`], were it the only one of its tie.
    pub fn weight(&self, event: &Event) -> f64 {
        self.rates.weight(std::slice::from_ref(event), &mut Sums::default())
    }

    /// By how much an event of that kind has faded since: 1 at [`Network::as_of`], half a half-life before.
    pub fn fade(&self, kind: u8, time: i64) -> f64 {
        self.rates.decays[kind as usize].fade(time)
    }

    /// Position in [`Network::events`] of the event that each answers or reshares, or
    /// [`NONE`](crate::events::NONE); present where the log has it.
    pub fn parents(&self) -> Option<&[u32]> {
        self.log.as_ref()?.parents.as_deref()
    }

    /// The items events are about, and the item of each event or [`NONE`](crate::events::NONE); present where
    /// the log has it.
    pub fn items(&self) -> Option<(&Ids, &[u32])> {
        let log = self.log.as_ref()?;
        Some((&log.items, log.item_of.as_deref()?))
    }

    /// The money of each event, NaN where the log does not say; present where the log has it.
    pub fn values(&self) -> Option<&[f64]> {
        self.log.as_ref()?.values.as_deref()
    }

    /// The ties of an actor, by target, then kind; no ties to oneself.
    pub fn ties(&self, actor: u32) -> &[Tie] {
        self.ties.of(actor)
    }

    /// The ties towards a target, by source, then kind.
    pub fn incoming(&self, target: u32) -> &[Incoming] {
        kept(&self.incoming, || Arc::new(IncomingRows::new(&self.ties))).of(target)
    }

    /// The graph of the people layer.
    pub fn people(&self) -> &Graph {
        &self.layer(Layer::People).graph
    }

    /// A layer, built when first asked for.
    pub fn layer(&self, layer: Layer) -> &LayerGraph {
        let slot = match layer {
            Layer::People => &self.people,
            Layer::Brand => &self.brand,
        };
        let build = || Arc::new(layers::layer_graph(layer, &self.ties, &self.roles, &self.parameters));
        kept(slot, build).as_ref()
    }

    /// A graph of all nodes and of those arcs to which `weight` gives one: it is shown the actor and the ties of an
    /// arc.
    pub fn graph_of(&self, weight: impl Fn(u32, &[Tie]) -> Option<f64> + Sync) -> Graph {
        let nodes: Vec<u32> = (0..self.ids.len() as u32).collect();
        self.graph_among(&nodes, weight)
    }

    /// The graph of some nodes, ascending, and of those arcs among them to which `weight` gives one; they are numbered in
    /// their order.
    pub(crate) fn graph_among(
        &self,
        nodes: &[u32],
        weight: impl Fn(u32, &[Tie]) -> Option<f64> + Sync,
    ) -> Graph {
        layers::graph_among(nodes, &self.ties, weight)
    }

    /// The node of an id given as text.
    ///
    /// # Errors
    /// [`Error::UnknownId`] with the nearest id there is.
    pub fn find(&self, id: &str) -> Result<u32> {
        self.ids.find(id).ok_or_else(|| Error::UnknownId {
            what: "id",
            id: id.to_owned(),
            nearest: self.ids.nearest(id, 0..self.ids.len() as u32),
        })
    }

    /// The nodes of the graph of a layer that some ids are, which a parameter names.
    ///
    /// # Errors
    /// [`Error::UnknownId`] with the nearest id; [`Error::Parameter`] for somebody of another layer.
    pub fn places(&self, layer: Layer, parameter: &'static str, ids: &[String]) -> Result<Vec<u32>> {
        let nodes = &self.layer(layer).nodes;
        ids.iter()
            .map(|id| {
                let place = nodes.binary_search(&self.find(id)?);
                let elsewhere = |_| Error::parameter(parameter, format!("in the {} layer", layer.name()), id);
                place.map(|place| place as u32).map_err(elsewhere)
            })
            .collect()
    }

    /// Writes what the network is into its receipt, in place of what an earlier call wrote.
    fn describe(&mut self) {
        let (arcs, kinds) = self.count_ties();
        let role_counts = [Role::Customer, Role::Influencer, Role::Staff, Role::Brand, Role::Product]
            .map(|role| (format!("nodes: {}", role.name()), self.count(role)));
        let counts = role_counts
            .into_iter()
            .chain([
                ("arcs between people".to_owned(), arcs[Layer::People as usize]),
                ("arcs with brands".to_owned(), arcs[Layer::Brand as usize]),
            ])
            .chain(self.kinds.iter().zip(kinds).map(|(kind, count)| (format!("ties: {kind}"), count)))
            .chain(self.log.iter().map(|log| {
                let selves = log.rows.par_iter().filter(|event| event.is_self()).count();
                ("self events".to_owned(), selves as u64)
            }));
        for (reason, count) in counts {
            self.receipt.entries.entry(reason).or_default().count = count;
        }
        self.receipt.entries.retain(|_, entry| entry.count > 0);
        self.receipt.warnings.retain(|sentence| sentence != NO_PEOPLE_TIE);
        if arcs[Layer::People as usize] == 0 {
            self.receipt.warn(NO_PEOPLE_TIE);
        }
    }

    /// The arcs of each layer and the ties of each kind.
    fn count_ties(&self) -> ([u64; 2], Vec<u64>) {
        let nothing = || ([0; 2], vec![0; self.kinds.len()]);
        let add = |(mut arcs, mut kinds): ([u64; 2], Vec<u64>), actor: u32| {
            for arc in self.ties.of(actor).chunk_by(|a, b| a.target == b.target) {
                let (source, target) = (self.roles[actor as usize], self.roles[arc[0].target as usize]);
                if let Some(layer) = Layer::of(source, target, &self.parameters) {
                    arcs[layer as usize] += 1;
                }
                arc.iter().for_each(|tie| kinds[tie.kind as usize] += 1);
            }
            (arcs, kinds)
        };
        let plus = |mut a: ([u64; 2], Vec<u64>), b: ([u64; 2], Vec<u64>)| {
            a.0.iter_mut().zip(b.0).for_each(|(sum, count)| *sum += count);
            a.1.iter_mut().zip(b.1).for_each(|(sum, count)| *sum += count);
            a
        };
        (0..self.ids.len() as u32).into_par_iter().fold(nothing, add).reduce(nothing, plus)
    }

    /// How many nodes have a role.
    fn count(&self, role: Role) -> u64 {
        self.roles.iter().filter(|&&other| other == role).count() as u64
    }
}

/// What is wrong with an empty people layer and what helps.
const NO_PEOPLE_TIE: &str = "the log holds no event between two people inside the window: a ranking of people needs \
                             kinds such as mention, reply or share between them; widen since, until or channels, \
                             map `target` to another column, or ask for the brand layer";
