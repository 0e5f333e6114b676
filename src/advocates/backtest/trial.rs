//! One moment of a backtest: everybody ranked by what was known, judged by what came after.

use std::ops::Range;

use rayon::prelude::*;

use crate::advocates::agreement::{
    Gain, captured_share, kendall_tau_b, lift, ndcg, precision_at, rank_biased_overlap, spearman,
};
use crate::advocates::backtest::label::Label;
use crate::advocates::backtest::learn::{Lesson, learned};
use crate::advocates::evidence::Evidence;
use crate::advocates::feature::Feature;
use crate::advocates::objective::Objective;
use crate::advocates::scored::Scored;
use crate::advocates::select::sets;
use crate::advocates::signal::{Count, Signal};
use crate::advocates::{Advocates, for_brand};
use crate::error::Result;
use crate::network::Network;
use crate::simulate::Dice;

/// Somebody's way to put people in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ranker {
    /// The weights of the objective.
    Blend,
    /// Weights learned from earlier moments.
    Learned,
    /// The three momenta in equal parts.
    Momentum,
    /// One feature as the ranking takes it.
    Feature(Feature),
    /// One count, plain.
    Count(Count),
    /// The set that is worth most together.
    Selection,
    /// The set that most people listen to.
    AdaptiveDegree,
    /// By lot.
    Random,
}

impl Ranker {
    pub(super) fn name(self) -> &'static str {
        match self {
            Ranker::Blend => "blend",
            Ranker::Learned => "learned",
            Ranker::Momentum => "momentum_blend",
            Ranker::Feature(feature) => feature.name(),
            Ranker::Count(count) => count.name(),
            Ranker::Selection => "selection",
            Ranker::AdaptiveDegree => "adaptive_degree",
            Ranker::Random => "random",
        }
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Ranker::Blend | Ranker::Learned | Ranker::Momentum => "ranking",
            Ranker::Feature(_) => "feature",
            Ranker::Count(_) => "count",
            Ranker::Selection | Ranker::AdaptiveDegree => "set",
            Ranker::Random => "random",
        }
    }
}

/// What the momentum blend is made of.
pub(super) const MOMENTA: [Feature; 3] = [Feature::MomentumShort, Feature::Momentum, Feature::MomentumLong];

/// The measures of a ranker at a moment, in the order of [`MEASURES`]; NaN where nothing was there to be foretold.
pub(super) type Measures = [f64; 7];

/// Their names.
pub(super) const MEASURES: [&str; 7] =
    ["ndcg", "precision", "captured", "lift", "spearman", "kendall_tau_b", "rank_biased_overlap"];

/// How a ranker did.
pub(super) struct Judged {
    pub(super) ranker: Ranker,
    pub(super) measures: Measures,
    /// The mean outcome of each tenth of the people, the first at the top.
    pub(super) tenths: Vec<f64>,
}

/// A moment and all rankers.
pub(super) struct Trial {
    pub(super) origin: i64,
    /// Outcomes there were.
    pub(super) outcomes: f64,
    pub(super) results: Vec<Judged>,
    pub(super) lesson: Lesson,
    /// The weights that earlier moments taught, by signal.
    pub(super) learned: Option<Vec<(Signal, f64)>>,
}

impl Trial {
    pub(super) fn new(
        network: &Network,
        origin: i64,
        objective: Objective,
        params: &Advocates,
        label: &Label,
        time: Range<i64>,
        earlier: &[Trial],
    ) -> Result<Trial> {
        let (network, brand) = for_brand(network, params.brand.as_deref())?;
        let evidence = Evidence::gather(&network, objective, brand, params, true)?;
        let scored = Scored::new(&evidence, objective, params)?;
        let outcomes = label.of(&network, &scored.people, &time);
        let signals: Vec<Signal> = Signal::all().collect();
        let columns: Vec<Vec<f64>> =
            signals.par_iter().map(|&signal| column(&evidence, &scored, signal)).collect();
        // What was not known at this moment teaches nothing.
        let lessons: Vec<&Lesson> =
            earlier.iter().map(|trial| &trial.lesson).filter(|lesson| lesson.known <= origin).collect();
        let learned = (!lessons.is_empty()).then(|| {
            let allowed: Vec<bool> = signals.iter().map(|signal| !signal.is_attention()).collect();
            let prior = &params.objectives.purpose(objective).weights;
            let blend =
                signals.iter().map(|signal| prior.get(signal.name()).copied().unwrap_or(0.0)).collect();
            let is_momentum =
                |signal: &Signal| MOMENTA.iter().any(|&feature| *signal == Signal::Feature(feature));
            let momenta = signals.iter().map(|signal| f64::from(u8::from(is_momentum(signal)))).collect();
            let weights = learned(&lessons, &allowed, &[blend, momenta]);
            signals.iter().copied().zip(weights).collect::<Vec<_>>()
        });
        let known = if label.is_timeless() { origin } else { time.end };
        let lesson = Lesson::new(&columns, &outcomes, params.k, known);

        let mut orders: Vec<(Ranker, Vec<f64>)> = vec![(Ranker::Blend, scored.scores.clone())];
        if let Some(learned) = &learned {
            let sum = |row: usize| learned.iter().zip(&columns).map(|((_, w), column)| w * column[row]).sum();
            orders.push((Ranker::Learned, (0..scored.people.len()).map(sum).collect()));
        }
        let momenta = MOMENTA.map(|feature| &columns[feature as usize]);
        let sum = |row: usize| momenta.iter().map(|column| column[row]).sum();
        orders.push((Ranker::Momentum, (0..scored.people.len()).map(sum).collect()));
        for (&signal, column) in signals.iter().zip(&columns) {
            orders.push(match signal {
                Signal::Feature(feature) => (Ranker::Feature(feature), column.clone()),
                Signal::Count(count) => {
                    let plain = scored.people.iter().map(|&node| evidence.counts.value(count, node));
                    (Ranker::Count(count), plain.collect())
                }
            });
        }
        let [together, heard] = sets(&evidence, &scored, objective, params)?;
        for (ranker, picks) in [(Ranker::Selection, together), (Ranker::AdaptiveDegree, heard)] {
            let mut places = vec![0.0; scored.people.len()];
            for (node, place) in picks.iter().rev().zip(1..) {
                let row = scored.people.binary_search(node).expect("picks are ranked");
                places[row] = f64::from(place);
            }
            orders.push((ranker, places));
        }
        let mut dice = Dice::new(params.seed, "backtest", origin as u64);
        orders.push((Ranker::Random, scored.people.iter().map(|_| dice.unit()).collect()));
        let varies = |scores: &[f64]| scores.iter().any(|&score| score != scores[0]);
        let results = orders
            .into_par_iter()
            .filter(|(ranker, scores)| varies(scores) || *ranker == Ranker::Learned)
            .map(|(ranker, scores)| {
                Ok(Judged {
                    ranker,
                    measures: measures(&scores, &outcomes, params.k)?,
                    tenths: tenths(&scores, &outcomes),
                })
            })
            .collect::<Result<_>>()?;
        Ok(Trial { origin, outcomes: outcomes.iter().sum(), results, lesson, learned })
    }

    /// How a ranker did; nothing where it told nobody apart.
    pub(super) fn of(&self, ranker: Ranker) -> Option<&Judged> {
        self.results.iter().find(|result| result.ranker == ranker)
    }
}

/// What a signal contributes to everybody's score at weight 1; nothing to anybody where it tells nobody apart.
fn column(evidence: &Evidence, scored: &Scored, signal: Signal) -> Vec<f64> {
    let weighed = scored.alone(evidence, signal);
    let of = |&node: &u32| {
        weighed.contribution(evidence.signal(signal, node), evidence.telling(node), evidence.gate(node))
    };
    scored.people.iter().map(of).collect()
}

fn measures(scores: &[f64], outcomes: &[f64], k: usize) -> Result<Measures> {
    if outcomes.iter().all(|&outcome| outcome == 0.0) {
        return Ok([f64::NAN; MEASURES.len()]);
    }
    Ok([
        ndcg(scores, outcomes, k, Gain::Log1p)?,
        precision_at(scores, outcomes, k)?,
        captured_share(scores, outcomes, k)?,
        lift(scores, outcomes, k)?,
        spearman(scores, outcomes)?,
        kendall_tau_b(scores, outcomes)?,
        rank_biased_overlap(scores, outcomes, 0.98)?,
    ])
}

/// The mean outcome of each tenth of the people, by descending score; people with equal scores in the order of their ids.
fn tenths(scores: &[f64], outcomes: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let bound = |tenth: usize| order.len() * tenth / 10;
    (0..10)
        .map(|tenth| {
            let rows = &order[bound(tenth)..bound(tenth + 1)];
            rows.iter().map(|&row| outcomes[row]).sum::<f64>() / rows.len().max(1) as f64
        })
        .collect()
}
