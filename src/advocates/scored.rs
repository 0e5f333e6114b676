//! From evidence to scores: which signals count how much, and what they make of each person.

use rayon::prelude::*;

use crate::advocates::evidence::Evidence;
use crate::advocates::feature::Feature;
use crate::advocates::objective::Objective;
use crate::advocates::score::{Scale, credible};
use crate::advocates::signal::Signal;
use crate::advocates::{Advocates, people_of};
use crate::error::{Error, Result};
use crate::network::Network;

/// People with their scores.
pub(super) struct Scored {
    /// Who is ranked, ascending.
    pub(super) people: Vec<u32>,
    /// What is weighed, in the order of the columns.
    pub(super) signals: Vec<Weighed>,
    /// The part of each person's score that each signal makes, by signal, then person; nothing is kept of signals that make
    /// none.
    contributions: Vec<Vec<f64>>,
    /// By person.
    pub(super) scores: Vec<f64>,
    /// Positions in `people`, the highest score first, ties by node.
    pub(super) order: Vec<usize>,
    /// Whole sentences for the reader.
    pub(super) notes: Vec<String>,
}

/// A signal with its weight and the scale that makes it comparable; none where it tells nobody apart or
/// weighs nothing.
pub(super) struct Weighed {
    pub(super) signal: Signal,
    pub(super) weight: f64,
    pub(super) scale: Option<Scale>,
}

impl Weighed {
    /// Whether the signal makes a part of any score.
    pub(super) fn counts(&self) -> bool {
        self.scale.is_some()
    }

    /// The contribution of a value of somebody with so many events and that gate.
    pub(super) fn contribution(&self, value: f64, events: f64, gate: f64) -> f64 {
        // Nothing times a negative number is −0.
        self.scale.map_or(0.0, |scale| self.weight * credible(scale.z(value), events, gate) + 0.0)
    }
}

impl Scored {
    pub(super) fn new(evidence: &Evidence, objective: Objective, params: &Advocates) -> Result<Scored> {
        let network = evidence.network;
        let people: Vec<u32> =
            people_of(network).filter(|&node| evidence.events(node) >= params.min_events).collect();
        if people.is_empty() {
            return Err(Error::Empty(nobody(network, params)));
        }
        let mut notes = Vec::new();
        let left_out = people_of(network).count() - people.len();
        if left_out > 0 {
            notes
                .push(format!("{left_out} people with fewer than {} events are left out", params.min_events));
        }
        let signals: Vec<Weighed> = weights(evidence, objective, params)
            .into_par_iter()
            .map(|(signal, weight)| {
                let scale = if weight > 0.0 { scale(evidence, &people, signal) } else { None };
                Weighed { signal, weight, scale }
            })
            .collect();
        for dropped in signals.iter().filter(|signal| signal.weight > 0.0 && signal.scale.is_none()) {
            notes.push(format!("{} tells nobody apart in this log and is dropped", dropped.signal.name()));
        }
        if !signals.iter().any(Weighed::counts) {
            notes.push(
                "nothing that has a weight tells anybody apart: people stand in the order of their ids"
                    .to_owned(),
            );
        }
        let contributions: Vec<Vec<f64>> = signals
            .iter()
            .map(|weighed| {
                if !weighed.counts() {
                    return Vec::new();
                }
                let of = |&node: &u32| {
                    let value = evidence.signal(weighed.signal, node);
                    weighed.contribution(value, evidence.telling(node), evidence.gate(node))
                };
                people.par_iter().map(of).collect()
            })
            .collect();
        let counted: Vec<&Vec<f64>> = contributions.iter().filter(|column| !column.is_empty()).collect();
        // The sum of nothing is −0.
        let score = |row: usize| counted.iter().map(|column| column[row]).sum::<f64>() + 0.0;
        let scores: Vec<f64> = (0..people.len()).into_par_iter().map(score).collect();
        let mut order: Vec<usize> = (0..people.len()).collect();
        order.par_sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        Ok(Scored { people, signals, contributions, scores, order, notes })
    }

    /// The part of somebody's score that a signal makes: positions in `signals` and `people`.
    pub(super) fn contribution(&self, signal: usize, row: usize) -> f64 {
        self.contributions[signal].get(row).copied().unwrap_or(0.0)
    }

    /// A signal at weight 1, whether or not it is part of the score.
    pub(super) fn alone(&self, evidence: &Evidence, signal: Signal) -> Weighed {
        Weighed { signal, weight: 1.0, scale: scale(evidence, &self.people, signal) }
    }
}

/// The scale of a signal over the people who are eligible: with events, and authentic.
fn scale(evidence: &Evidence, people: &[u32], signal: Signal) -> Option<Scale> {
    let is_eligible = |node: u32| evidence.events(node) > 0 && !evidence.is_suspect(node);
    let eligible = people.iter().filter(|&&node| is_eligible(node));
    let scale = Scale::of(eligible.map(|&node| evidence.signal(signal, node)))?;
    // What has faded to nothing hardly differs, nor do lifts, which are near 1 by their shrinkage: small differences are no
    // deviations.
    Some(scale.at_least(if signal == Signal::Feature(Feature::Lift) { 0.1 } else { 0.05 }))
}

/// All features a log has, and counts that weigh something: the weights of the objective scaled to add to 1, then those
/// given by hand.
fn weights(evidence: &Evidence, objective: Objective, params: &Advocates) -> Vec<(Signal, f64)> {
    let prior = &params.objectives.purpose(objective).weights;
    let of = |signal: Signal| prior.get(signal.name()).copied().unwrap_or(0.0);
    let has = |signal: &Signal| evidence.brand.is_some() || *signal != Signal::Feature(Feature::Affinity);
    let signals: Vec<Signal> = Signal::all().filter(has).collect();
    let total: f64 = signals.iter().map(|&signal| of(signal)).sum();
    let chosen = |signal: Signal| {
        let shipped = if total > 0.0 { of(signal) / total } else { 0.0 };
        params.weights.get(signal.name()).copied().unwrap_or(shipped)
    };
    let weighed = signals.into_iter().map(|signal| (signal, chosen(signal)));
    weighed.filter(|(signal, weight)| matches!(signal, Signal::Feature(_)) || *weight > 0.0).collect()
}

/// Why there is nobody to rank, and what helps.
fn nobody(network: &Network, params: &Advocates) -> String {
    if params.min_events > 0 {
        return format!("nobody has {} events or more: lower --min-events", params.min_events);
    }
    format!(
        "there is nobody to rank: all {} accounts are brands, products or staff; check --brand, --product and the roles \
         of the accounts",
        network.ids.len()
    )
}
