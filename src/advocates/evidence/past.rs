//! Outcomes of the past, told by their kind: what momentum is made of.

use rayon::prelude::*;

use super::Part;
use crate::advocates::is_person;
use crate::events::{Event, Kinds};
use crate::network::Network;

/// Less than this much of an act counts as none: what has faded is equal.
const FLOOR: f64 = 0.5;

/// Which events are outcomes of whom, and how far ahead a ranking looks.
#[derive(Debug, Clone)]
pub(in crate::advocates) struct Past {
    /// By kind, whether such an event is an outcome.
    pub(super) counts: Vec<bool>,
    /// Whether an outcome is that of the one who acts; otherwise of the one acted on.
    pub(super) given: bool,
    /// Microseconds.
    horizon: i64,
}

impl Past {
    /// Outcomes are the events of one kind: an answer is that of the one who answers, any other that of the person it is
    /// directed at, unless such events are directed at brands and products. Of a log without that kind, all costly acts.
    pub(in crate::advocates) fn new(network: &Network, outcome: &str, horizon: i64) -> Past {
        let (counts, given) = counted(network, outcome);
        Past { counts, given, horizon }
    }

    /// The acts of which the momentum of somebody is made, with the people they are from: the last of each, but all answers.
    pub(super) fn acts(&self, network: &Network, node: u32, acts: &mut Vec<(u32, i64)>) {
        acts.clear();
        if self.given {
            let own = network.events_of(node).iter();
            let outcomes = own.filter(|event| self.counts[event.kind as usize] && !event.is_self());
            acts.extend(outcomes.map(|event| (event.target, event.time)));
            return;
        }
        for ties in network.incoming(node).chunk_by(|a, b| a.source == b.source) {
            let who = ties[0].source;
            if is_person(network.roles[who as usize]) && ties.iter().any(|tie| self.counts[tie.kind as usize])
            {
                let all = network.events_between(who, node).iter();
                let outcomes = all.filter(|event| self.counts[event.kind as usize]);
                acts.extend(outcomes.map(|event| event.time).max().map(|last| (who, last)));
            }
        }
    }

    /// What some acts add up to with a half-life, by the people they are from; what they give counts by `authenticity`.
    pub(super) fn parts<'a>(
        &self,
        network: &Network,
        acts: &'a [(u32, i64)],
        half_life: f64,
        authenticity: &'a [f64],
    ) -> impl Iterator<Item = Part> + use<'a> {
        let (now, given) = (network.as_of, self.given);
        let faded = move |time: i64| libm::exp2(-(now.saturating_sub(time) as f64) / half_life);
        acts.chunk_by(|a, b| a.0 == b.0).filter_map(move |run| {
            let (who, amount) = (run[0].0, run.iter().map(|&(_, time)| faded(time)).sum::<f64>());
            let share = if given { 1.0 } else { authenticity[who as usize] };
            (amount > 0.0).then_some(Part { who, amount: share * amount })
        })
    }

    /// The half-lives of short, middle and long momentum.
    pub(super) fn half_life(&self, times: f64) -> f64 {
        self.horizon as f64 * times
    }

    /// Outcomes within the last horizon.
    pub(super) fn within_horizon(&self, network: &Network) -> Vec<u32> {
        let since = network.as_of.saturating_sub(self.horizon);
        let counts =
            |event: &&Event| self.counts[event.kind as usize] && event.time > since && !event.is_self();
        let mut outcomes = vec![0; network.ids.len()];
        for event in network.events().iter().filter(counts) {
            outcomes[if self.given { event.actor } else { event.target } as usize] += 1;
        }
        outcomes
    }
}

/// What has faded below half an act counts as none.
pub(super) fn floored(sum: f64) -> f64 {
    if sum < FLOOR { 0.0 } else { sum }
}

/// By kind, whether an event is an outcome, and whether outcomes are those of who acts: answers, and what is mostly done
/// towards brands and products. Of a log without that kind, all costly acts count, for the one acted on.
pub(in crate::advocates) fn counted(network: &Network, outcome: &str) -> (Vec<bool>, bool) {
    if network.kind(outcome).is_none() {
        return (network.kinds_that(Kinds::is_costly), false);
    }
    let counts = network.kinds_that(|kind| kind == outcome);
    let outcomes =
        || network.events().par_iter().filter(|event| counts[event.kind as usize] && !event.is_self());
    let on_people = || outcomes().filter(|event| is_person(network.roles[event.target as usize])).count();
    let given = outcome == "answer" || 2 * on_people() < outcomes().count();
    (counts, given)
}
