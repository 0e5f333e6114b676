//! Logs by hand and at random, and an oracle of what they weigh.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{AsArray, StringArray};
use arrow::datatypes::{Float64Type, UInt64Type};
use laud::events::{Accounts, Event, Events, Ids, Kinds, Receipt};
use laud::network::{Network, Ties};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// One UTC day in microseconds.
pub(crate) const DAY: i64 = 86_400_000_000;

/// A row of a log: time, actor, target, kind, channel, weight.
#[derive(Debug, Clone)]
pub(crate) struct Row(
    pub(crate) i64,
    pub(crate) String,
    pub(crate) String,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) f64,
);

/// A row of weight 1 without channel; the time in days.
pub(crate) fn row(days: f64, actor: &str, kind: &'static str, target: &str) -> Row {
    Row((days * DAY as f64) as i64, actor.to_owned(), target.to_owned(), kind, "", 1.0)
}

/// The canonical events of some rows and of people without any.
pub(crate) fn events_and_more(rows: &[Row], more: &[&str]) -> Events {
    let names = |pick: fn(&Row) -> &str| -> Vec<String> {
        rows.iter().map(pick).collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
    };
    let mut ids: BTreeSet<&str> = rows.iter().flat_map(|row| [row.1.as_str(), row.2.as_str()]).collect();
    ids.extend(more);
    let ids = Ids::Strings(StringArray::from_iter_values(ids));
    let (kinds, channels) = (names(|row| row.3), names(|row| row.4));
    let place = |names: &[String], name: &str| names.iter().position(|other| other == name).unwrap();
    let mut events: Vec<Event> = rows
        .iter()
        .map(|row| Event {
            time: row.0,
            actor: ids.find(&row.1).unwrap(),
            target: ids.find(&row.2).unwrap(),
            weight: row.5,
            sentiment: f32::NAN,
            channel: place(&channels, row.4) as u16,
            kind: place(&kinds, row.3) as u8,
        })
        .collect();
    events.sort_by_key(Event::key);
    Events {
        ids,
        rows: events,
        kinds,
        channels,
        parents: None,
        item_of: None,
        items: Ids::default(),
        values: None,
        accounts: Accounts::default(),
        receipt: Receipt::default(),
    }
}

/// The canonical events of some rows.
pub(crate) fn events(rows: &[Row]) -> Events {
    events_and_more(rows, &[])
}

/// The network of some rows.
pub(crate) fn network(rows: &[Row], ties: &Ties) -> Network {
    Network::build(events(rows), ties).unwrap()
}

/// A seeded log of `count` events of a few people, with ties that repeat, self events and two channels.
pub(crate) fn random_log(seed: u64, count: usize) -> Vec<Row> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let kinds = ["follow", "like", "purchase", "reply", "share"];
    let mut rows: Vec<Row> = (0..count)
        .map(|_| {
            let [actor, target] = [0; 2].map(|_: u32| format!("p{:02}", random.random_range(0..12)));
            let time = 19_000 * DAY + random.random_range(0..40 * DAY);
            let kind = kinds[random.random_range(0..kinds.len())];
            let channel = ["forum", "shop"][random.random_range(0..2)];
            Row(time, actor, target, kind, channel, random.random_range(0.0..3.0))
        })
        .collect();
    rows.shuffle(&mut random);
    rows
}

/// The arcs of a network: weight and events by (source, target).
pub(crate) fn arcs(network: &Network) -> BTreeMap<(String, String), (f64, u64)> {
    let table = network.arcs();
    let [sources, targets] = ["source", "target"].map(|name| table.column(name).unwrap().as_string::<i32>());
    let weights = table.column("weight").unwrap().as_primitive::<Float64Type>();
    let counts = table.column("events").unwrap().as_primitive::<UInt64Type>();
    (0..table.num_rows())
        .map(|row| {
            let pair = (sources.value(row).to_owned(), targets.value(row).to_owned());
            (pair, (weights.value(row), counts.value(row)))
        })
        .collect()
}

/// What the definition says of every arc, event by event. Simple by design.
pub(crate) fn oracle(
    rows: &[Row],
    ties: &Ties,
    half_life_days: &dyn Fn(&str) -> Option<f64>,
) -> BTreeMap<(String, String), f64> {
    let as_of = ties.as_of.unwrap_or_else(|| rows.iter().map(|row| row.0).max().unwrap());
    let fade = |kind: &str, time: i64| match half_life_days(kind) {
        Some(days) => (-((as_of - time) as f64) / (days * DAY as f64)).exp2(),
        None => 1.0,
    };
    let mut days = BTreeMap::<_, Vec<(i64, f64)>>::new();
    for Row(time, actor, target, kind, channel, weight) in rows.iter().filter(|row| row.1 != row.2) {
        let factor = ties.channel_weights.get(*channel).copied().unwrap_or(1.0);
        let weight = weight * factor * Kinds::weight(kind, &ties.kinds);
        days.entry((actor.as_str(), target.as_str(), *kind, time.div_euclid(DAY)))
            .or_default()
            .push((*time, weight));
    }
    let mut arcs = BTreeMap::new();
    for ((actor, target, kind, day), events) in days {
        let sum: f64 = events.iter().map(|(_, weight)| weight).sum();
        let weight = match ties.cap {
            Some(cap) if sum > cap => cap * fade(kind, ((day + 1) * DAY).min(as_of)),
            _ => events.iter().map(|&(time, weight)| weight * fade(kind, time)).sum(),
        };
        *arcs.entry((actor.to_owned(), target.to_owned())).or_insert(0.0) += weight;
    }
    if ties.log1p {
        arcs.values_mut().for_each(|weight| *weight = weight.ln_1p());
    }
    arcs
}

/// The half-lives of the table.
pub(crate) fn table_half_life(kind: &str) -> Option<f64> {
    Kinds::get(kind).unwrap().half_life_days
}

/// Every tie of a network in order, weights as bits.
pub(crate) fn bits(network: &Network) -> Vec<(u32, u32, u8, u32, u64)> {
    (0..network.ids.len() as u32)
        .flat_map(|actor| network.ties(actor).iter().map(move |tie| (actor, tie)))
        .map(|(actor, tie)| (actor, tie.target, tie.kind, tie.events, tie.weight.to_bits()))
        .collect()
}
