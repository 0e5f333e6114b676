//! What the moments of a backtest add up to: a choice, a verdict, tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, TimestampMicrosecondArray, UInt64Array};

use crate::advocates::backtest::label::Label;
use crate::advocates::backtest::trial::{MEASURES, MOMENTA, Ranker, Trial};
use crate::advocates::backtest::{Backtest, Backtested};
use crate::advocates::objective::{ON_THIS_LOG, Objective, Tested};
use crate::advocates::signal::Count;
use crate::advocates::{Advocates, Objectives};
use crate::error::{Error, Result};
use crate::network::Network;
use crate::simulate::Dice;
use crate::table::Table;

const NDCG: usize = 0;
const CAPTURED: usize = 2;

/// A ranker may be chosen on the strength of so much of the resamples.
const SURE: f64 = 0.9;

pub(super) fn report(
    whole: &Network,
    trials: &[Trial],
    label: &Label,
    params: &Backtest,
    advocates: &Advocates,
    tested: impl Fn(&str, &str) -> Tested,
    notes: &mut Vec<String>,
) -> Result<Backtested> {
    let with_outcomes = trials.iter().filter(|trial| trial.outcomes > 0.0).count();
    if trials.len() < 3 || with_outcomes < 2 {
        return Err(Error::Empty(format!(
            "only {with_outcomes} of {} moments have people to rank and any outcome after them: take a longer horizon or another \
             outcome",
            params.origins
        )));
    }
    let (last, earlier) = trials.split_last().expect("at least 3 moments");
    let choice = Choice::of(earlier, params.samples, advocates.seed);
    let choice = if params.learn { choice.learned(last)? } else { choice };
    notes.push(choice.why.clone());
    let verdict = verdict(trials, &choice, label.name(), advocates.k, params.samples, advocates.seed);

    let objective = advocates.objective.expect("chosen before the trials");
    let mut objectives = Objectives { tested: None, ..advocates.objectives.clone() };
    objectives.purpose_mut(objective).weights = weights(&choice, last, &objectives, objective);
    objectives.tested = Some(tested(choice.ranker.name(), &verdict));

    let signed = |table: Table| {
        let parameters = serde_json::to_string(params).expect("parameters are plain values");
        whole
            .signed(table)
            .with_metadata("laud.backtest", parameters)
            .with_metadata("laud.seed", advocates.seed)
    };
    Ok(Backtested {
        rankers: signed(rankers(trials, params.samples, advocates.seed)),
        origins: signed(origins(trials)),
        calibration: signed(calibration(earlier, last, choice.ranker)),
        chosen: choice.ranker.name().to_owned(),
        verdict,
        objectives,
        notes: std::mem::take(notes),
    })
}

/// Which ranker the earlier moments speak for.
struct Choice {
    ranker: Ranker,
    why: String,
}

impl Choice {
    fn of(earlier: &[Trial], samples: u32, seed: u64) -> Choice {
        let singles = |ranker: &Ranker| matches!(ranker, Ranker::Feature(_) | Ranker::Count(_));
        // The learned blend has nothing to learn from at the first moment: all are compared on the others.
        let judged: Vec<&Trial> = earlier
            .iter()
            .skip(usize::from(earlier.len() > 1))
            .filter(|trial| trial.outcomes > 0.0)
            .collect();
        if judged.len() < 2 {
            let why = "too few moments with outcomes to choose by: the weights of the objective stay";
            return Choice { ranker: Ranker::Blend, why: why.to_owned() };
        }
        let values = |ranker: Ranker| -> Vec<f64> {
            let of = |trial: &&Trial| trial.of(ranker).map_or(f64::NAN, |result| result.measures[NDCG]);
            judged.iter().map(of).collect()
        };
        // Who tells people apart at some of the moments alone is no ranker: the mean of the others is not a number.
        let mean = |ranker: Ranker| values(ranker).iter().sum::<f64>() / judged.len() as f64;
        let best = |of: &dyn Fn(&Ranker) -> bool| {
            let rankers = judged.iter().flat_map(|trial| trial.results.iter().map(|result| result.ranker));
            let known = rankers.filter(of).filter(|&ranker| mean(ranker).is_finite());
            known.reduce(|best, ranker| if mean(ranker) > mean(best) { ranker } else { best })
        };
        let blend = best(&|ranker| matches!(ranker, Ranker::Blend | Ranker::Learned | Ranker::Momentum))
            .unwrap_or(Ranker::Blend);
        let Some(single) = best(&singles) else {
            return Choice {
                ranker: blend,
                why: "no single feature or count tells anybody apart".to_owned(),
            };
        };
        let (ours, theirs) = (values(blend), values(single));
        let pairs: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| a - b).collect();
        let mut dice = Dice::new(seed, "backtest choice", 0);
        let ahead =
            (0..samples).filter(|_| resampled(&pairs, &mut dice) > 0.0).count() as f64 / f64::from(samples);
        let (ranker, than) = if ahead >= SURE { (blend, single) } else { (single, blend) };
        let why = format!(
            "chosen on the earlier moments: {} (NDCG {:.3} against {:.3} of {}; the blend is ahead of the best single one in \
             {:.0} % of the resamples, {:.0} % are asked)",
            ranker.name(),
            mean(ranker),
            mean(than),
            than.name(),
            100.0 * ahead,
            100.0 * SURE
        );
        Choice { ranker, why }
    }

    /// The learned weights, whatever the choice was.
    fn learned(self, last: &Trial) -> Result<Choice> {
        if last.learned.is_none() {
            return Err(Error::parameter(
                "learn",
                "possible: no moment's outcomes were known at a later one; take a shorter horizon or embargo",
                true,
            ));
        }
        let why = format!("learned weights are taken, as asked; otherwise {}", self.why);
        Ok(Choice { ranker: Ranker::Learned, why })
    }
}

/// A measure of a ranker at each moment, NaN where there is none.
fn values(trials: &[Trial], ranker: Ranker, measure: usize) -> Vec<f64> {
    let of = |trial: &Trial| trial.of(ranker).map_or(f64::NAN, |result| result.measures[measure]);
    trials.iter().map(of).collect()
}

/// The mean over the moments that have a value.
fn mean(values: &[f64]) -> f64 {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    known.iter().sum::<f64>() / known.len() as f64
}

/// The mean of as many moments drawn with replacement.
fn resampled(values: &[f64], dice: &mut Dice) -> f64 {
    (0..values.len()).map(|_| values[dice.below(values.len())]).sum::<f64>() / values.len() as f64
}

/// The 90 % interval of the mean over moments.
fn interval(values: &[f64], samples: u32, dice: &mut Dice) -> (f64, f64) {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if known.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    let mut means: Vec<f64> = (0..samples).map(|_| resampled(&known, dice)).collect();
    means.sort_unstable_by(f64::total_cmp);
    let tail = means.len() / 20;
    (means[tail], means[means.len() - 1 - tail])
}

/// The share of what came after a moment that the first of a ranker have.
fn captured(trial: &Trial, ranker: Ranker) -> f64 {
    trial.of(ranker).map_or(f64::NAN, |result| result.measures[CAPTURED])
}

/// What the chosen ranker finds at the last moment and over all, beside likes and the best plain count.
fn verdict(trials: &[Trial], choice: &Choice, outcome: &str, k: usize, samples: u32, seed: u64) -> String {
    let last = trials.last().expect("at least 3 moments");
    let chosen = choice.ranker;
    // What most people count, and what they had better count.
    let counts =
        last.results.iter().map(|result| result.ranker).filter(|ranker| matches!(ranker, Ranker::Count(_)));
    let likes = Some(Ranker::Count(Count::Likes)).filter(|&likes| last.of(likes).is_some());
    let over_all = |ranker: Ranker| mean(&values(trials, ranker, CAPTURED));
    let counts = counts.filter(|&count| over_all(count).is_finite());
    let best = counts.max_by(|&a, &b| over_all(a).total_cmp(&over_all(b)));
    let rivals = likes.into_iter().chain(best.filter(|&best| Some(best) != likes));
    let share = 100.0 * captured(last, chosen);
    if !share.is_finite() {
        return format!("{ON_THIS_LOG}nothing came after the last moment ({outcome}): nothing is shown");
    }
    if let Ranker::Count(count) = chosen {
        return format!(
            "{ON_THIS_LOG}nothing is better than counting {} of the past: use that (its first {k} have {share:.1} % of \
             what came after the last moment, {outcome})",
            count.name()
        );
    }
    let what = match chosen {
        Ranker::Feature(feature) => format!("{} alone", feature.name()),
        Ranker::Learned => "the learned ranking".to_owned(),
        Ranker::Momentum => "the blend of momenta".to_owned(),
        _ => "the ranking".to_owned(),
    };
    let found =
        format!("the first {k} of {what} have {share:.1} % of what came after the last moment ({outcome})");
    let ratios: Vec<String> =
        rivals.filter_map(|rival| times(trials, chosen, rival, samples, seed)).collect();
    if ratios.is_empty() {
        return format!("{ON_THIS_LOG}{found}");
    }
    format!("{ON_THIS_LOG}{found}; over all moments that is {}", ratios.join(" and "))
}

/// How many times as much of the outcomes one ranker finds as another, with an interval.
fn times(trials: &[Trial], chosen: Ranker, rival: Ranker, samples: u32, seed: u64) -> Option<String> {
    // One block a moment: sums of both over the same moments, so that large moments count more.
    let pairs: Vec<(f64, f64)> = trials
        .iter()
        .map(|trial| (captured(trial, chosen) * trial.outcomes, captured(trial, rival) * trial.outcomes))
        .filter(|(ours, theirs)| ours.is_finite() && theirs.is_finite())
        .collect();
    let ratio = |pairs: &[(f64, f64)]| {
        let (ours, theirs) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        ours / theirs
    };
    let mut dice = Dice::new(seed, "backtest verdict", 0);
    let mut ratios: Vec<f64> = (0..samples)
        .map(|_| {
            let drawn: Vec<(f64, f64)> = (0..pairs.len()).map(|_| pairs[dice.below(pairs.len())]).collect();
            ratio(&drawn)
        })
        .filter(|ratio| !ratio.is_nan())
        .collect();
    ratios.sort_unstable_by(f64::total_cmp);
    if ratios.is_empty() || !ratio(&pairs).is_finite() {
        return None;
    }
    let tail = ratios.len() / 20;
    let high = match ratios[ratios.len() - 1 - tail] {
        high if high.is_finite() => format!("to {high:.2}"),
        _ => "upwards".to_owned(),
    };
    Some(format!(
        "{:.2} times what the counts of {} find, 90 % interval {:.2} {high}",
        ratio(&pairs),
        rival.name(),
        ratios[tail]
    ))
}

/// The weights of what was chosen.
fn weights(
    choice: &Choice,
    last: &Trial,
    objectives: &Objectives,
    objective: Objective,
) -> BTreeMap<String, f64> {
    match choice.ranker {
        Ranker::Learned => {
            let learned = last.learned.iter().flatten().filter(|(_, weight)| *weight > 0.0);
            learned.map(|(signal, weight)| (signal.name().to_owned(), *weight)).collect()
        }
        Ranker::Momentum => MOMENTA
            .into_iter()
            .map(|feature| (feature.name().to_owned(), 1.0 / MOMENTA.len() as f64))
            .collect(),
        Ranker::Feature(_) | Ranker::Count(_) => BTreeMap::from([(choice.ranker.name().to_owned(), 1.0)]),
        Ranker::Blend | Ranker::Selection | Ranker::AdaptiveDegree | Ranker::Random => {
            objectives.purpose(objective).weights.clone()
        }
    }
}

/// At how many moments a ranker told people apart and something came after.
fn moments(trials: &[Trial], ranker: Ranker) -> usize {
    values(trials, ranker, NDCG).iter().filter(|value| value.is_finite()).count()
}

/// All rankers there were, by mean NDCG, the best first; behind them those that knew nothing at more than one moment (nothing was
/// learned before the first).
fn ordered(trials: &[Trial]) -> Vec<Ranker> {
    let mut rankers: Vec<Ranker> = Vec::new();
    for result in trials.iter().flat_map(|trial| &trial.results) {
        if !rankers.contains(&result.ranker) {
            rankers.push(result.ranker);
        }
    }
    let all = rankers.iter().map(|&ranker| moments(trials, ranker)).max().unwrap_or(0);
    let of_all = |ranker: &Ranker| moments(trials, *ranker) + 1 >= all;
    let score = |ranker: &Ranker| mean(&values(trials, *ranker, NDCG));
    rankers.sort_by(|a, b| of_all(b).cmp(&of_all(a)).then(score(b).total_cmp(&score(a))));
    rankers
}

fn column(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter(values.into_iter().map(|value| value.is_finite().then_some(value))))
}

fn rankers(trials: &[Trial], samples: u32, seed: u64) -> Table {
    let rankers = ordered(trials);
    let last = &trials[trials.len() - 1..];
    let names = |name: fn(Ranker) -> &'static str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rankers.iter().map(|&ranker| name(ranker))))
    };
    let mut columns =
        vec![("ranker".to_owned(), names(Ranker::name)), ("kind".to_owned(), names(Ranker::kind))];
    let moments = rankers.iter().map(|&ranker| moments(trials, ranker) as u64);
    columns.push(("moments".to_owned(), Arc::new(UInt64Array::from_iter_values(moments))));
    for (measure, name) in MEASURES.iter().enumerate() {
        let means = rankers.iter().map(|&ranker| mean(&values(trials, ranker, measure)));
        columns.push(((*name).to_owned(), column(means)));
        if measure == NDCG {
            let mut dice = Dice::new(seed, "backtest intervals", 0);
            let intervals: Vec<(f64, f64)> = rankers
                .iter()
                .map(|&ranker| interval(&values(trials, ranker, measure), samples, &mut dice))
                .collect();
            columns.push(("ndcg_low".to_owned(), column(intervals.iter().map(|interval| interval.0))));
            columns.push(("ndcg_high".to_owned(), column(intervals.iter().map(|interval| interval.1))));
        }
    }
    for (name, measure) in [("ndcg_last", NDCG), ("captured_last", CAPTURED)] {
        let values = rankers.iter().map(|&ranker| values(last, ranker, measure)[0]);
        columns.push((name.to_owned(), column(values)));
    }
    Table::new(columns)
}

fn origins(trials: &[Trial]) -> Table {
    let rows: Vec<_> =
        trials.iter().flat_map(|trial| trial.results.iter().map(move |result| (trial, result))).collect();
    let mut columns: Vec<(String, ArrayRef)> = vec![
        (
            "origin".into(),
            Arc::new(
                TimestampMicrosecondArray::from_iter_values(rows.iter().map(|(trial, _)| trial.origin))
                    .with_timezone("UTC"),
            ),
        ),
        (
            "ranker".into(),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, result)| result.ranker.name()))),
        ),
        ("outcomes".into(), column(rows.iter().map(|(trial, _)| trial.outcomes))),
    ];
    for (measure, name) in MEASURES.iter().enumerate() {
        columns.push(((*name).to_owned(), column(rows.iter().map(|(_, result)| result.measures[measure]))));
    }
    Table::new(columns)
}

/// What each tenth of the people was expected to bring about, by the earlier moments, and did.
fn calibration(earlier: &[Trial], last: &Trial, ranker: Ranker) -> Table {
    let expected = |tenth: usize| {
        let values: Vec<f64> =
            earlier.iter().filter_map(|trial| trial.of(ranker)).map(|result| result.tenths[tenth]).collect();
        mean(&values)
    };
    let observed = |tenth: usize| last.of(ranker).map_or(f64::NAN, |result| result.tenths[tenth]);
    Table::new([
        ("tenth", Arc::new(UInt64Array::from_iter_values(1..=10)) as ArrayRef),
        ("expected", column((0..10).map(expected))),
        ("observed", column((0..10).map(observed))),
    ])
}
