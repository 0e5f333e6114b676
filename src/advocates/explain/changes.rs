//! What would be otherwise: without some of a person's acts, and with more of what is in their hands.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};

use super::{Explain, Person, counted};
use crate::advocates::feature::Feature;
use crate::advocates::objective::Objective;
use crate::advocates::score::unshrunk;
use crate::advocates::signal::Signal;
use crate::advocates::{Advocates, Judged, judged};
use crate::error::{Error, Result};
use crate::events::{Event, Kinds};
use crate::table::Table;

/// One thing that would be otherwise.
struct Change {
    what: String,
    /// Events taken away.
    events: Option<u64>,
    /// The place; none for who would not be there at all.
    rank: Option<u64>,
    score: Option<f64>,
}

pub(super) fn changes(person: &Person, params: &Explain) -> Result<Table> {
    let mut changes = without(person, params)?;
    changes.extend(with(person, params));
    Ok(Table::new([
        (
            "change",
            Arc::new(StringArray::from_iter_values(changes.iter().map(|change| &change.what))) as ArrayRef,
        ),
        ("events", Arc::new(changes.iter().map(|change| change.events).collect::<UInt64Array>())),
        ("rank", Arc::new(changes.iter().map(|change| change.rank).collect::<UInt64Array>())),
        ("score", Arc::new(changes.iter().map(|change| change.score).collect::<Float64Array>())),
    ]))
}

/// What would be had the acts of one kind in one channel not been: of those that others hear, then of those that weigh most.
fn without(person: &Person, params: &Explain) -> Result<Vec<Change>> {
    let network = person.evidence.network;
    let mut groups: BTreeMap<(u8, u16), (u64, f64)> = BTreeMap::new();
    for event in network.events_of(person.node).iter().filter(|event| !event.is_self()) {
        let sum = groups.entry((event.kind, event.channel)).or_default();
        *sum = (sum.0 + 1, sum.1 + network.weight(event));
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    // What others hear first, then what they do not: a purchase weighs much and moves nobody.
    let is_heard = |kind: u8| {
        let kind = network.kinds[kind as usize].as_str();
        Kinds::is_costly(kind) && !matches!(kind, "purchase" | "referred_by")
    };
    groups.sort_by(|a, b| {
        let heard = is_heard(b.0.0).cmp(&is_heard(a.0.0));
        heard.then(b.1.1.total_cmp(&a.1.1)).then(a.0.cmp(&b.0))
    });
    groups.truncate(params.changes);
    let id = network.ids.text(person.node);
    // The same people for the same purpose, with the lengths of time that the whole log has.
    let advocates = Advocates {
        brand: None,
        objective: Some(person.objective),
        horizon: Some(crate::advocates::in_words(params.advocates.horizon(network)?)),
        bootstrap: 0,
        ..params.advocates.clone()
    };
    groups
        .into_iter()
        .map(|((kind, channel), (events, _))| {
            let is_out =
                |event: &Event| event.actor == person.node && (event.kind, event.channel) == (kind, channel);
            let rest = network.without(is_out)?;
            let brand = person.evidence.brand.map(|brand| network.ids.text(brand));
            // A brand of which nothing is left is nobody's.
            let brand = brand.filter(|brand| rest.ids.find(brand).is_some());
            let found = match rest.ids.find(&id) {
                Some(node) => {
                    judged(&rest, &Advocates { brand, ..advocates.clone() }, |Judged { scored, .. }| {
                        let Ok(row) = scored.people.binary_search(&node) else { return Ok(None) };
                        let place = scored.order.iter().position(|&other| other == row);
                        Ok(place.map(|place| (place as u64 + 1, scored.scores[row])))
                    })
                }
                None => Ok(None),
            };
            let found = match found {
                // The log without them has nothing to rank by.
                Err(Error::Empty(_) | Error::Parameter { .. } | Error::UnknownId { .. }) => None,
                found => found?,
            };
            Ok(Change {
                what: told(events, &network.kinds[kind as usize], &network.channels[channel as usize]),
                events: Some(events),
                rank: found.map(|found| found.0),
                score: found.map(|found| found.1),
            })
        })
        .collect()
}

/// Some acts in words.
fn told(events: u64, kind: &str, channel: &str) -> String {
    let place = if channel.is_empty() { String::new() } else { format!(" in {channel}") };
    format!("without {} of kind {kind}{place}", counted(events, "act", "acts"))
}

/// What it would take to climb: for each feature that is in somebody's hands the evidence that is missing, the least first.
fn with(person: &Person, params: &Explain) -> Vec<Change> {
    let Person { evidence, scored, node, row, place, .. } = *person;
    if evidence.is_suspect(node) || place == 0 {
        return Vec::new();
    }
    let goal = if place >= params.advocates.k { params.advocates.k } else { place.div_ceil(2) };
    let above = scored.scores[scored.order[goal - 1]];
    let missing = above - person.score();
    let events = evidence.telling(node);
    let mut found: Vec<(f64, Change)> = Vec::new();
    for (at, weighed) in scored.signals.iter().enumerate() {
        let (Signal::Feature(feature), Some(scale)) = (weighed.signal, weighed.scale) else { continue };
        let wanted = scored.contribution(at, row) / weighed.weight + missing / weighed.weight;
        let value = evidence.value(feature, node);
        let needed = scale.value_at(unshrunk(wanted, events));
        let Some(what) = told_more(person, feature, value, needed) else { continue };
        let effort = (needed - value) / (1.0 + value);
        let change = Change { what, events: None, rank: Some(goal as u64), score: Some(above) };
        found.push((effort, change));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().take(params.changes).map(|(_, change)| change).collect()
}

/// The step from one evidence to another in words; nothing where it is not in somebody's hands, or out of reach.
fn told_more(person: &Person, feature: Feature, value: f64, needed: f64) -> Option<String> {
    /// More than so many of anything is nobody's plan.
    const MOST: f64 = 1000.0;
    let evidence = person.evidence;
    let mut parts = Vec::new();
    evidence.parts(feature, person.node, &mut parts);
    let own =
        (!parts.is_empty()).then(|| parts.iter().map(|part| part.amount).sum::<f64>() / parts.len() as f64);
    // What one more person adds: as those there are, or as somebody who replies today.
    let each = own.filter(|&each| each > 0.0).unwrap_or_else(|| libm::log1p(1.5));
    let people = ((needed - value) / each).ceil();
    let more = |one: &str, many: &str| {
        (people.is_finite() && people <= MOST)
            .then(|| format!("with {}", counted(people.max(1.0) as u64, one, many)))
    };
    match feature {
        Feature::Credit => match person.objective {
            Objective::Acquisition => more("more newcomer like the others", "more newcomers like the others"),
            Objective::Deflection => more("more answered question", "more answered questions"),
            Objective::Retention => more("more person who comes back", "more people who come back"),
            Objective::Awareness => more("more person who shares them", "more people who share them"),
        },
        Feature::Engagement => more("more person who replies or shares", "more people who reply or share"),
        Feature::Conversation => {
            more("more conversation that goes both ways", "more conversations that go both ways")
        }
        Feature::ReachNew => more("more listener who is not won yet", "more listeners who are not won yet"),
        Feature::Brokerage => {
            more("more listener in another community", "more listeners in other communities")
        }
        Feature::Consistency => {
            let (_, unit) = evidence.unit();
            let units = (needed - value).ceil();
            (units <= 520.0).then(|| {
                format!(
                    "with {} of activity",
                    counted(units.max(1.0) as u64, &format!("more {unit}"), &format!("more {unit}s"))
                )
            })
        }
        Feature::Responsiveness => (needed < 0.95).then(|| {
            format!(
                "with {:.0} % of what is asked answered at once, up from {:.0} %",
                100.0 * needed,
                100.0 * value
            )
        }),
        _ => None,
    }
}
