//! What is behind the evidence: by people, kinds, channels, items and times.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};

use super::Person;
use crate::advocates::credit::How;
use crate::advocates::feature::Feature;
use crate::events::NONE;
use crate::network::time_text;
use crate::table::Table;

/// A share of a feature that an event, or a person without one, has.
struct Source {
    who: u32,
    /// A position in the events; none where no single event is behind it.
    event: Option<usize>,
    amount: f64,
    how: Option<How>,
}

/// What is told of a source: how many events, and how much.
type Sum = (u64, f64);

/// The sources of all features that weigh something, the largest `most` by each.
pub(super) fn sources(person: &Person, most: usize) -> Table {
    let (mut features, mut by, mut what) = (Vec::new(), Vec::new(), Vec::new());
    let (mut events, mut amounts, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for feature in person.weighed() {
        let sources = of(person, feature);
        let total: f64 = sources.iter().map(|source| source.amount).sum();
        if total <= 0.0 {
            continue;
        }
        for (name, sums) in groups(person, &sources) {
            let mut rows: Vec<(Option<String>, Sum)> =
                sums.into_iter().map(|(what, sum)| (Some(what), sum)).collect();
            rows.sort_by(|a, b| b.1.1.total_cmp(&a.1.1).then_with(|| a.0.cmp(&b.0)));
            let rest = rows.split_off(most.min(rows.len()));
            if !rest.is_empty() {
                rows.push((None, rest.iter().fold((0, 0.0), |sum, row| (sum.0 + row.1.0, sum.1 + row.1.1))));
            }
            for (label, (count, amount)) in rows {
                features.push(feature.name());
                by.push(name);
                what.push(label);
                events.push(count);
                amounts.push(amount);
                shares.push(amount / total);
            }
        }
    }
    Table::new([
        ("feature", Arc::new(StringArray::from(features)) as ArrayRef),
        ("by", Arc::new(StringArray::from(by))),
        ("what", Arc::new(StringArray::from(what))),
        ("events", Arc::new(UInt64Array::from(events))),
        ("amount", Arc::new(Float64Array::from(amounts))),
        ("share", Arc::new(Float64Array::from(shares))),
    ])
}

/// The evidence of a feature event by event: a part shared by some events is divided by what they weigh, or evenly where they
/// have all faded.
fn of(person: &Person, feature: Feature) -> Vec<Source> {
    let (evidence, node) = (person.evidence, person.node);
    let network = evidence.network;
    if matches!(feature, Feature::Credit | Feature::Lift) {
        let entries = evidence.ledger.of(node).iter();
        let counts = |how: How| feature == Feature::Credit || !matches!(how, How::Upstream(_));
        return entries
            .filter(|entry| counts(entry.how))
            .map(|entry| {
                let outcome = &evidence.ledger.outcomes[entry.outcome as usize];
                Source {
                    who: outcome.person,
                    event: Some(outcome.event as usize),
                    amount: entry.amount,
                    how: Some(entry.how),
                }
            })
            .collect();
    }
    let mut parts = Vec::new();
    evidence.parts(feature, node, &mut parts);
    let mut sources = Vec::new();
    for part in parts {
        let behind = evidence.behind(feature, node, part.who);
        let weights: Vec<f64> = behind.iter().map(|&at| network.weight(&network.events()[at])).collect();
        let total: f64 = weights.iter().sum();
        if behind.is_empty() {
            sources.push(Source { who: part.who, event: None, amount: part.amount, how: None });
        }
        for (&at, weight) in behind.iter().zip(&weights) {
            let share = if total > 0.0 { weight / total } else { 1.0 / behind.len() as f64 };
            // What somebody did themselves is about the one they did it to.
            let who = if part.who == node { network.events()[at].target } else { part.who };
            sources.push(Source { who, event: Some(at), amount: part.amount * share, how: None });
        }
    }
    sources
}

/// The sums of some sources by each of the ways to look at them that says something.
fn groups(person: &Person, sources: &[Source]) -> Vec<(&'static str, BTreeMap<String, Sum>)> {
    let network = person.evidence.network;
    let (unit, unit_name) = person.evidence.unit();
    let event_of = |source: &Source| source.event.map(|at| &network.events()[at]);
    let group = |name: &'static str, key: &dyn Fn(&Source) -> Option<String>| {
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        for source in sources {
            if let Some(what) = key(source) {
                let sum = sums.entry(what).or_default();
                sum.0 += u64::from(source.event.is_some());
                sum.1 += source.amount;
            }
        }
        (name, sums)
    };
    let has_channels = network.channels.iter().any(|channel| !channel.is_empty());
    let groups = [
        group("person", &|source| (source.who != person.node).then(|| network.ids.text(source.who))),
        group("kind", &|source| Some(network.kinds[event_of(source)?.kind as usize].clone())),
        group("channel", &|source| {
            let channel = &network.channels[event_of(source)?.channel as usize];
            has_channels.then(|| channel.clone())
        }),
        group("item", &|source| {
            let (items, item_of) = network.items()?;
            let item = item_of[source.event?];
            (item != NONE).then(|| items.text(item))
        }),
        group("how", &|source| {
            Some(match source.how? {
                How::Named => "named".to_owned(),
                How::Exposed => "exposed".to_owned(),
                How::Upstream(generation) => format!("generation {generation}"),
            })
        }),
        group(unit_name, &|source| Some(begin_of(event_of(source)?.time, unit))),
    ];
    groups.into_iter().filter(|(_, sums)| !sums.is_empty()).collect()
}

/// The Monday, the midnight or the hour in which a time lies.
fn begin_of(time: i64, unit: i64) -> String {
    use crate::network::DAY;
    // The first day of 1970 was a Thursday.
    let monday = if unit == 7 * DAY { 4 * DAY } else { 0 };
    let begin = (time - monday).div_euclid(unit) * unit + monday;
    let text = time_text(begin);
    let digits = if unit < DAY { "2025-01-06T00:00".len() } else { "2025-01-06".len() };
    text.get(..digits).map_or(text.clone(), str::to_owned)
}
