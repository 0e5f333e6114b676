//! What is known of each person before anything is weighed: evidence by feature, plain counts, flags.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use ndarray::Array2;
use rayon::prelude::*;

use crate::advocates::{is_person, people_of, trust};
use crate::error::{Error, Result};
use crate::events::{Event, Kinds};
use crate::graph::Graph;
use crate::network::Network;
use crate::progress::Watch;

/// What a score is made of. Only acts that cost more than a click count (everything but likes and follows).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Sum over the people j who acted towards i of ln(1 + decayed weight of j's acts): many people count more
    /// than many acts, and costly acts more than cheap ones.
    Engagement,
    /// Sum over the people who act both ways of the smaller of the two ln(1 + decayed weight).
    Conversation,
    /// Share of a walk that restarts at trusted people and follows acts worth at least a share, times the
    /// number of people: 1 is what everybody would have if trust fell evenly.
    Trust,
    /// Distinct weeks, counted back from `as_of`, in which i acted or was acted upon.
    Consistency,
    /// Sum over the people who acted towards i of 1 + the number of people who acted towards them.
    Reach,
    /// Decayed weight of what i did towards the brand, times 1 + sentiment: praise counts up to double, blame
    /// down to nothing. Only where a brand is named.
    Affinity,
}

impl Feature {
    /// All features, in the order of the columns.
    pub const ALL: [Feature; 6] = [
        Feature::Engagement,
        Feature::Conversation,
        Feature::Trust,
        Feature::Consistency,
        Feature::Reach,
        Feature::Affinity,
    ];

    /// The word in the columns.
    pub fn name(self) -> &'static str {
        match self {
            Feature::Engagement => "engagement",
            Feature::Conversation => "conversation",
            Feature::Trust => "trust",
            Feature::Consistency => "consistency",
            Feature::Reach => "reach",
            Feature::Affinity => "affinity",
        }
    }

    /// The feature of that word.
    pub fn named(name: &str) -> Option<Feature> {
        Feature::ALL.into_iter().find(|feature| feature.name() == name)
    }
}

/// Events received that are counted and shown beside the score, by the kinds they add.
const BASELINES: [(&str, &[&str]); 5] = [
    ("likes", &["like"]),
    ("followers", &["follow"]),
    ("shares", &["share"]),
    ("replies", &["reply", "answer"]),
    ("mentions", &["mention"]),
];

/// Evidence by node of the network; rows of brands, products and staff are empty.
pub(super) struct Evidence {
    /// Nodes x features.
    features: Array2<f64>,
    /// Distinct people who acted towards each.
    pub(super) engagers: Vec<u64>,
    /// Counts to beat, by name.
    pub(super) baselines: Vec<(&'static str, Vec<u64>)>,
    /// Events given to others.
    pub(super) activity: Vec<u64>,
    /// Events received from others.
    pub(super) received: Vec<u64>,
    /// Events given to the brand that blame less than they praise.
    complaints: Vec<bool>,
    /// Weeks between the first event and `as_of`.
    weeks: u64,
    /// Who is trusted and why.
    pub(super) trust_note: String,
}

impl Evidence {
    /// Reads all there is about everybody, for `brand` or for nobody in particular.
    pub(super) fn gather(network: &Network, brand: Option<u32>) -> Result<Evidence> {
        if network.events().is_empty() {
            return Err(Error::Empty(
                "the network holds no events inside the window: nobody can be ranked".to_owned(),
            ));
        }
        let watch = Watch::current();
        let steps = 6;
        let n = network.ids.len();
        let mut features = Array2::zeros((n, Feature::ALL.len()));

        watch.tick("rank", 0, steps)?;
        let costly = people_graph(network, Kinds::is_costly);
        let engagers: Vec<u64> = (0..n as u32).into_par_iter().map(|i| costly.incoming().degree(i)).collect();
        watch.tick("rank", 1, steps)?;
        fill(&mut features, Feature::Engagement, |i| {
            received_weights(&costly, i).map(|w| libm::log1p(w.into())).sum()
        });
        fill(&mut features, Feature::Conversation, |i| conversation(&costly, i));
        fill(&mut features, Feature::Reach, |i| {
            costly.incoming().neighbors(i).iter().map(|&j| 1 + engagers[j as usize]).sum::<u64>() as f64
        });
        watch.tick("rank", 2, steps)?;
        let (walk, trust_note) = trust::walk(network, brand)?;
        if let Some(walk) = walk {
            fill(&mut features, Feature::Trust, |i| walk[i as usize]);
        }
        watch.tick("rank", 3, steps)?;
        let active = active_weeks(network);
        fill(&mut features, Feature::Consistency, |i| active[i as usize] as f64);
        watch.tick("rank", 4, steps)?;
        let mut complaints = vec![false; n];
        if let Some(brand) = brand {
            for node in people_of(network) {
                let (affinity, blame) = affinity(network, node, brand);
                features[(node as usize, Feature::Affinity as usize)] = affinity;
                complaints[node as usize] = blame;
            }
        }
        watch.tick("rank", 5, steps)?;
        let (activity, received, baselines) = counts(network);
        let first = network.events().par_iter().map(|event| event.time).min().unwrap_or(network.as_of);
        let weeks = week(network.as_of, first) + 1;
        watch.tick("rank", steps, steps)?;
        Ok(Evidence { features, engagers, baselines, activity, received, complaints, weeks, trust_note })
    }

    /// The evidence of one feature for one node.
    pub(super) fn value(&self, feature: Feature, node: u32) -> f64 {
        self.features[(node as usize, feature as usize)]
    }

    /// What a reader should know of a person before inviting them, words separated by spaces.
    pub(super) fn flags(&self, node: u32) -> String {
        let at = node as usize;
        let silent = self.activity[at] + self.received[at] == 0;
        let flags = [
            (silent, "no_events"),
            (!silent && self.activity[at] == 0, "only_receives"),
            (!silent && self.engagers[at] < 3, "few_engagers"),
            (!silent && self.weeks > 1 && self.value(Feature::Consistency, node) <= 1.0, "one_week"),
            (self.complaints[at], "complaints"),
        ];
        let raised: Vec<&str> =
            flags.into_iter().filter(|(raised, _)| *raised).map(|(_, name)| name).collect();
        raised.join(" ")
    }
}

/// Writes one feature of every node; each row is computed by one thread in a fixed order.
fn fill(features: &mut Array2<f64>, feature: Feature, value: impl Fn(u32) -> f64 + Sync + Send) {
    let values: Vec<f64> = (0..features.nrows() as u32).into_par_iter().map(value).collect();
    features.column_mut(feature as usize).assign(&ndarray::aview1(&values));
}

/// The ties between people of the kinds that `keep` names, over all nodes of the network.
pub(super) fn people_graph(network: &Network, keep: impl Fn(&str) -> bool) -> Graph {
    let keep: Vec<bool> = network.kinds.iter().map(|kind| keep(kind)).collect();
    let is_person = |node: u32| is_person(network.roles[node as usize]);
    network.graph_of(|actor, arc| {
        let mut kept = arc.iter().filter(|tie| keep[tie.kind as usize]).peekable();
        let counts = is_person(actor) && is_person(arc[0].target) && kept.peek().is_some();
        counts.then(|| kept.map(|tie| tie.weight).sum())
    })
}

fn received_weights(graph: &Graph, i: u32) -> impl Iterator<Item = f32> {
    graph.incoming().weights(i).unwrap_or(&[]).iter().copied()
}

/// The mutual part of what goes out from `i` and what comes in: both rows are sorted, one merge finds it.
fn conversation(graph: &Graph, i: u32) -> f64 {
    let (given, received) = (graph.out(), graph.incoming());
    let mut incoming = received.neighbors(i).iter().zip(received.weights(i).unwrap_or(&[])).peekable();
    let mut sum = 0.0;
    for (j, out) in given.neighbors(i).iter().zip(given.weights(i).unwrap_or(&[])) {
        while incoming.next_if(|(k, _)| *k < j).is_some() {}
        if let Some((_, back)) = incoming.next_if(|(k, _)| *k == j) {
            sum += libm::log1p(f64::from(out.min(*back)));
        }
    }
    sum
}

const WEEK: i64 = 7 * 24 * 3600 * 1_000_000;

/// How many whole weeks `time` lies before `as_of`.
fn week(as_of: i64, time: i64) -> u64 {
    as_of.saturating_sub(time).div_euclid(WEEK) as u64
}

/// Distinct weeks in which each person gave or received a costly act: 64 weeks at a time, one bit a week.
fn active_weeks(network: &Network) -> Vec<u64> {
    let costly: Vec<bool> = network.kinds.iter().map(|kind| Kinds::is_costly(kind)).collect();
    let counts = |event: &Event| costly[event.kind as usize] && !event.is_self();
    let acts = || network.events().par_iter().filter(|event| counts(event));
    let week = |event: &Event| week(network.as_of, event.time);
    let seen: Vec<AtomicU64> = network.roles.iter().map(|_| AtomicU64::new(0)).collect();
    let mut weeks = vec![0; seen.len()];
    let mut next = acts().map(week).min();
    while let Some(first) = next {
        let span = first..first + u64::from(u64::BITS);
        acts().filter(|event| span.contains(&week(event))).for_each(|event| {
            let bit = 1 << (week(event) - first);
            seen[event.actor as usize].fetch_or(bit, Relaxed);
            seen[event.target as usize].fetch_or(bit, Relaxed);
        });
        weeks.par_iter_mut().zip(&seen).for_each(|(weeks, seen)| {
            *weeks += u64::from(seen.swap(0, Relaxed).count_ones());
        });
        next = acts().map(week).filter(|week| *week >= span.end).min();
    }
    weeks
}

/// What a person did towards the brand, and whether it is more blame than praise.
fn affinity(network: &Network, person: u32, brand: u32) -> (f64, bool) {
    let (mut affinity, mut tone) = (0.0, 0.0);
    for event in network.events_between(person, brand) {
        if Kinds::is_costly(&network.kinds[event.kind as usize]) {
            let weight = network.weight(event);
            let sentiment = if event.sentiment.is_nan() { 0.0 } else { f64::from(event.sentiment) };
            affinity += weight * (1.0 + sentiment);
            tone += weight * sentiment;
        }
    }
    (affinity, tone < 0.0)
}

type Baselines = Vec<(&'static str, Vec<u64>)>;

/// Events given, events received, and events received by the kinds of each baseline.
fn counts(network: &Network) -> (Vec<u64>, Vec<u64>, Baselines) {
    let zeros = || network.roles.iter().map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
    let plain = |counts: Vec<AtomicU64>| counts.into_iter().map(AtomicU64::into_inner).collect::<Vec<u64>>();
    let (received, baselines) = (zeros(), BASELINES.map(|(name, _)| (name, zeros())));
    let baseline_of: Vec<Option<usize>> = network
        .kinds
        .iter()
        .map(|kind| BASELINES.iter().position(|(_, kinds)| kinds.contains(&kind.as_str())))
        .collect();
    let give = |actor: u32| {
        let mut given = 0;
        for tie in network.ties(actor) {
            let (target, events) = (tie.target as usize, u64::from(tie.events));
            given += events;
            received[target].fetch_add(events, Relaxed);
            if let Some(baseline) = baseline_of[tie.kind as usize] {
                baselines[baseline].1[target].fetch_add(events, Relaxed);
            }
        }
        given
    };
    let activity = (0..network.ids.len() as u32).into_par_iter().map(give).collect();
    let baselines = baselines.map(|(name, counts)| (name, plain(counts))).into();
    (activity, plain(received), baselines)
}
