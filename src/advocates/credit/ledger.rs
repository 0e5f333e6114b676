//! The ledger of credit: for each person, which outcomes they are credited with, how much, and why.

use std::ops::Range;

use rayon::prelude::*;

use super::Credit;
use super::exposure::{Exposures, Seen};
use super::organic::attributable;
use super::outcome::{Outcome, outcomes, source};
use crate::advocates::in_words;
use crate::advocates::objective::{Objective, Purpose};
use crate::advocates::people_of;
use crate::error::Result;
use crate::events::{Kinds, NONE};
use crate::network::Network;
use crate::progress::Watch;

/// Why somebody is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::advocates) enum How {
    /// The outcome names them.
    Named,
    /// The person had been exposed to them.
    Exposed,
    /// So many generations before the one credited.
    Upstream(u8),
}

/// A share of an outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::advocates) struct Entry {
    /// Whose credit.
    pub(in crate::advocates) to: u32,
    /// A position in [`Ledger::outcomes`].
    pub(in crate::advocates) outcome: u32,
    pub(in crate::advocates) how: How,
    /// How much, faded by the age of the outcome and the doubt about whose it is.
    pub(in crate::advocates) amount: f64,
}

/// All credit of a network for one objective.
pub(in crate::advocates) struct Ledger {
    pub(in crate::advocates) outcomes: Vec<Outcome>,
    entries: Vec<Entry>,
    offsets: Vec<usize>,
    /// Credit that would be expected if everybody convinced equally well.
    pub(in crate::advocates) expected: Vec<f64>,
    /// How much the expectation counts in the lift.
    pub(in crate::advocates) prior: f64,
    /// Credit for exposures after the outcome, as a share of the credit given; none where all credit is named.
    pub(in crate::advocates) placebo: Option<f64>,
    /// Whole sentences for the reader.
    pub(in crate::advocates) notes: Vec<String>,
}

/// What one outcome saw of one person.
struct Share {
    by: u32,
    /// The exposures, faded by their delay.
    weight: f64,
    /// The same by how well this person convinces.
    lifted: f64,
    /// The share of the outcome.
    credit: f64,
}

impl Ledger {
    /// The prior of a log in which nothing shows that some convince better than others.
    pub(in crate::advocates) const ALIKE: f64 = 100.0;

    /// One pass over the outcomes of an objective. `authenticity` weighs each outcome by whose it is, and each exposure by who
    /// caused it.
    pub(in crate::advocates) fn new(
        network: &Network,
        objective: Objective,
        purpose: &Purpose,
        brand: Option<u32>,
        params: &Credit,
        authenticity: &[f64],
        community: &[u32],
    ) -> Result<Ledger> {
        let watch = Watch::current();
        watch.tick("credit", 0, 5)?;
        let mut notes = Vec::new();
        let mut all = outcomes(network, objective, purpose, brand, &mut notes);
        for outcome in &mut all {
            let kind = network.events()[outcome.event as usize].kind;
            outcome.amount *=
                purpose.value * authenticity[outcome.person as usize] * network.fade(kind, outcome.time);
        }
        watch.tick("credit", 1, 5)?;
        let exposures = Exposures::new(network, objective, purpose, brand, &all);
        let units = units(network, &exposures, &all, authenticity);
        let (mut entries, placebo) = match &exposures {
            Exposures::Named => (named(&all), None),
            _ => {
                let people = (authenticity, community, units.as_slice());
                exposed(network, &exposures, &all, params, people, &watch, &mut notes)?
            }
        };
        watch.tick("credit", 3, 5)?;
        let nodes = network.ids.len();
        let direct = sums(&entries, nodes);
        let expected = expected(network, &units, &direct);
        upstream(network, objective, &all, params, &mut entries);
        watch.tick("credit", 4, 5)?;
        entries.par_sort_unstable_by_key(|entry| (entry.to, entry.outcome, entry.how));
        let offsets =
            (0..=nodes as u32).map(|node| entries.partition_point(|entry| entry.to < node)).collect();
        let prior = prior(&direct, &expected);
        watch.tick("credit", 5, 5)?;
        Ok(Ledger { outcomes: all, entries, offsets, expected, prior, placebo, notes })
    }

    /// What a person is credited with, by outcome.
    pub(in crate::advocates) fn of(&self, person: u32) -> &[Entry] {
        &self.entries[self.offsets[person as usize]..self.offsets[person as usize + 1]]
    }
}

/// The credit of outcomes that say themselves whose they are.
fn named(outcomes: &[Outcome]) -> Vec<Entry> {
    let entry = |(at, outcome): (usize, &Outcome)| Entry {
        to: outcome.named,
        outcome: at as u32,
        how: How::Named,
        amount: outcome.amount,
    };
    outcomes.iter().enumerate().filter(|(_, outcome)| outcome.named != NONE).map(entry).collect()
}

/// Credit where exposures share what nobody is named for, and the placebo ratio.
///
/// Whose posts convince is learned together with the credit: each round credits by what people convinced others of in the
/// round before (their lift, in which the outcome at hand has no part), and so finds the lift of the next.
fn exposed(
    network: &Network,
    exposures: &Exposures,
    all: &[Outcome],
    params: &Credit,
    (authenticity, community, units): (&[f64], &[u32], &[f64]),
    watch: &Watch,
    notes: &mut Vec<String>,
) -> Result<(Vec<Entry>, Option<f64>)> {
    let window = params.window()?;
    let delay = match params.delay()? {
        Some(delay) => delay,
        None => learned_delay(exposures, all, window),
    };
    let infl = influenceability(exposures, all, window);
    let kernel = |at: usize, age: i64| infl[at] * libm::exp(-(age as f64) / delay as f64);
    let seen_by = |outcome: &Outcome, time: Range<i64>, weight: &dyn Fn(i64) -> f64| {
        let mut seen = Vec::new();
        if outcome.named == NONE {
            exposures.seen(outcome.person, outcome.event, time, &mut seen);
        }
        shares(&seen, |by, time| authenticity[by as usize] * weight(time))
    };
    let mut before: Vec<Vec<Share>> = all
        .par_iter()
        .enumerate()
        .map(|(at, outcome)| {
            watch.tick("credit", 1, 5)?;
            let time = outcome.time.saturating_sub(window)..outcome.time;
            Ok(seen_by(outcome, time, &|time| kernel(at, outcome.time - time)))
        })
        .collect::<Result<_>>()?;
    watch.tick("credit", 2, 5)?;

    let people: Vec<u32> = people_of(network).collect();
    let of = |person: u32| {
        let from = all.partition_point(|outcome| outcome.person < person);
        from..from + all[from..].partition_point(|outcome| outcome.person == person)
    };
    let found = attributable(network, exposures, &people, of, all, community, window);
    let share = found.unwrap_or(0.5);
    notes.push(match found {
        Some(_) => format!(
            "credit: {:.0} % of the outcomes after an exposure exceed what people of the same communities did without one \
             (window {}, mean delay {}); only these are credited",
            100.0 * share,
            in_words(window),
            in_words(delay)
        ),
        None => "credit: too few outcomes with and without exposure to tell what would have happened anyway; half of those \
                 after an exposure are credited"
            .to_owned(),
    });

    let mut direct = sums(&named(all), units.len());
    let named_alone = direct.clone();
    for round in 0..=ROUNDS {
        let expected = expected(network, units, &direct);
        let prior = prior(&direct, &expected);
        let lift = |by: u32, own: f64| match round {
            0 => 1.0,
            _ => (direct[by as usize] - own + prior) / (expected[by as usize] + prior),
        };
        before.par_iter_mut().for_each(|shares| {
            shares.iter_mut().for_each(|share| share.lifted = share.weight * lift(share.by, share.credit));
        });
        let strength: Vec<f64> =
            before.iter().map(|shares| strength_of(shares)).filter(|&strength| strength > 0.0).collect();
        let organic = organic_hazard(&strength, share);
        let mut next = named_alone.clone();
        for (shares, outcome) in before.iter_mut().zip(all) {
            let whole = organic + strength_of(shares);
            for share in shares {
                share.credit = outcome.amount * share.lifted / whole;
                next[share.by as usize] += share.credit;
            }
        }
        direct = next;
    }
    let expected = expected(network, units, &direct);
    let prior = prior(&direct, &expected);
    let lift = |by: u32, own: f64| (direct[by as usize] - own + prior) / (expected[by as usize] + prior);

    let mut entries = named(all);
    for (at, shares) in before.iter().enumerate() {
        let smallest = params.smallest * strength_of(shares);
        entries.extend(shares.iter().filter(|share| share.lifted >= smallest && share.credit > 0.0).map(
            |share| Entry { to: share.by, outcome: at as u32, how: How::Exposed, amount: share.credit },
        ));
    }
    let placebo = placebo(network, exposures, all, window, delay, |at, by| {
        let own = before[at].iter().find(|share| share.by == by).map_or(0.0, |share| share.credit);
        authenticity[by as usize] * infl[at] * lift(by, own)
    });
    match placebo {
        Some(ratio) if ratio > 0.5 => notes.push(format!(
            "credit: association, not influence: exposures after the outcome would earn {ratio:.2} of the credit of those \
             before it (placebo ratio)"
        )),
        Some(ratio) => notes.push(format!(
            "credit: exposures after the outcome would earn {ratio:.2} of the credit of those before it (placebo ratio)"
        )),
        None => {}
    }
    Ok((entries, placebo))
}

/// How often lift and credit are found from each other.
const ROUNDS: u32 = 4;

/// What the shares of an outcome weigh together.
fn strength_of(shares: &[Share]) -> f64 {
    shares.iter().map(|share| share.lifted).sum()
}

/// Adds up what an outcome saw, by author; authors of no weight have no share.
fn shares(seen: &[Seen], weight: impl Fn(u32, i64) -> f64) -> Vec<Share> {
    let of = |run: &[Seen]| Share {
        by: run[0].by,
        weight: run.iter().map(|seen| weight(seen.by, seen.time)).sum(),
        lifted: 0.0,
        credit: 0.0,
    };
    seen.chunk_by(|a, b| a.by == b.by).map(of).filter(|share| share.weight > 0.0).collect()
}

/// The mean delay between exposure and outcome beyond what exposures after the outcome show, between a fiftieth and half
/// of the window; two sevenths of it where that cannot be told.
fn learned_delay(exposures: &Exposures, all: &[Outcome], window: i64) -> i64 {
    const BINS: usize = 56;
    let bin = |age: i64| ((age as i128 * BINS as i128 / window as i128) as usize).min(BINS - 1);
    let unnamed: Vec<&Outcome> = all.iter().filter(|outcome| outcome.named == NONE).collect();
    let counts: Vec<[i64; BINS]> = unnamed
        .par_chunks(1024)
        .map(|outcomes| {
            let mut excess = [0; BINS];
            let mut seen = Vec::new();
            for outcome in outcomes {
                let Outcome { person, event, time, .. } = **outcome;
                exposures.seen(person, event, time.saturating_sub(window)..time, &mut seen);
                seen.iter().for_each(|seen| excess[bin(time - seen.time)] += 1);
                exposures.seen(person, event, time + 1..time.saturating_add(window), &mut seen);
                seen.iter().for_each(|seen| excess[bin(seen.time - time)] -= 1);
            }
            excess
        })
        .collect();
    let excess: Vec<f64> =
        (0..BINS).map(|at| counts.iter().map(|counts| counts[at]).sum::<i64>().max(0) as f64).collect();
    let total: f64 = excess.iter().sum();
    if total < 30.0 {
        return window * 2 / 7;
    }
    let mean: f64 =
        excess.iter().enumerate().map(|(at, count)| count * (at as f64 + 0.5)).sum::<f64>() / total;
    ((mean / BINS as f64 * window as f64) as i64).clamp(window / 50, window / 2)
}

/// How often outcomes of each person follow an exposure, shrunk towards the mean of all; 1 for people with a single one.
fn influenceability(exposures: &Exposures, all: &[Outcome], window: i64) -> Vec<f64> {
    const PRIOR: f64 = 5.0;
    if all.windows(2).all(|pair| pair[0].person != pair[1].person) {
        return vec![1.0; all.len()];
    }
    let after: Vec<bool> = all
        .par_iter()
        .map(|outcome| {
            let Outcome { person, named, time, event, .. } = *outcome;
            let mut seen = Vec::new();
            if named == NONE {
                exposures.seen(person, event, time.saturating_sub(window)..time, &mut seen);
            }
            named != NONE || !seen.is_empty()
        })
        .collect();
    let count = |after: &[bool]| after.iter().filter(|&&after| after).count() as f64;
    let mean = count(&after) / all.len() as f64;
    let mut shares = Vec::with_capacity(all.len());
    for run in all.chunk_by(|a, b| a.person == b.person) {
        let own = count(&after[shares.len()..shares.len() + run.len()]);
        let share = (own + PRIOR * mean) / (run.len() as f64 + PRIOR);
        shares.extend(run.iter().map(|_| share));
    }
    shares
}

/// κ: credit for exposures adds up to `share` of the outcomes that have any. Bisection, since the sum falls with κ.
fn organic_hazard(strength: &[f64], share: f64) -> f64 {
    let Some(most) = strength.iter().copied().max_by(f64::total_cmp) else { return 1.0 };
    if share <= 0.0 {
        return f64::INFINITY;
    }
    let credited =
        |organic: f64| strength.iter().map(|s| s / (organic + s)).sum::<f64>() / strength.len() as f64;
    let (mut low, mut high) = (0.0, most * 2.0 / share);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if credited(middle) > share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The credit that exposures after the outcomes would earn, as a share of that of those before them, both beyond what authors
/// do at any time: without any effect they earn the same. Both sides count their standard error as well, so that where nothing
/// can be told the ratio is near 1. `weight` tells what an exposure of an outcome by somebody weighs but for its delay.
///
/// Outcomes are compared with their own authors at other times, as in M. Maclure, "The case-crossover design", American Journal
/// of Epidemiology 133, 1991; who begins to post, or is attended to, only shortly before an outcome compares with nothing.
fn placebo(
    network: &Network,
    exposures: &Exposures,
    all: &[Outcome],
    window: i64,
    delay: i64,
    weight: impl Fn(usize, u32) -> f64 + Sync,
) -> Option<f64> {
    /// More outcomes than this tell nothing more.
    const MOST: usize = 20_000;
    /// Fewer tell nothing.
    const FEWEST: usize = 30;
    let (first, last) = (network.begin()?, network.as_of);
    let inside = |time: i64| time.saturating_sub(first) >= window && last.saturating_sub(time) >= window;
    let compared: Vec<usize> =
        (0..all.len()).filter(|&at| all[at].named == NONE && inside(all[at].time)).collect();
    let kernel = |age: i64| libm::exp(-(age as f64) / delay as f64);
    // What a single exposure adds, wherever in the window it may lie.
    let whole = delay as f64 * (1.0 - kernel(window));
    let beyond: Vec<(f64, f64)> = compared
        .par_iter()
        .step_by(compared.len().div_ceil(MOST).max(1))
        .map_init(Vec::new, |seen, &at| {
            let Outcome { person, event, time, .. } = all[at];
            exposures.seen(person, event, first..last.saturating_add(1), seen);
            let mut sums = (0.0, 0.0);
            for run in seen.chunk_by(|a, b| a.by == b.by) {
                let since = run.iter().map(|seen| seen.since).min().unwrap_or(i64::MAX);
                if since >= time.saturating_sub(window) {
                    continue;
                }
                let later = run.iter().filter(|seen| seen.time > since).count();
                let usual = later as f64 / (last - since) as f64 * whole;
                let (mut before, mut after) = (0.0, 0.0);
                for seen in run {
                    match seen.time.saturating_sub(time) {
                        age if age < 0 && -age <= window => before += kernel(-age),
                        age if age > 0 && age <= window => after += kernel(age),
                        _ => {}
                    }
                }
                let weight = weight(at, run[0].by);
                sums.0 += weight * (before - usual);
                sums.1 += weight * (after - usual);
            }
            sums
        })
        .collect();
    if beyond.len() < FEWEST {
        return None;
    }
    let credited = |side: fn(&(f64, f64)) -> f64| {
        let n = beyond.len() as f64;
        let mean = beyond.iter().map(side).sum::<f64>() / n;
        let variance = beyond.iter().map(|sums| (side(sums) - mean).powi(2)).sum::<f64>() / (n - 1.0);
        mean.max(0.0) + (variance / n).sqrt()
    };
    let (before, after) = (credited(|sums| sums.0), credited(|sums| sums.1));
    (before > 0.0).then_some(after / before)
}

/// Credit by person.
fn sums(entries: &[Entry], nodes: usize) -> Vec<f64> {
    let mut sums = vec![0.0; nodes];
    entries.iter().for_each(|entry| sums[entry.to as usize] += entry.amount);
    sums
}

/// How much exposure each person caused, or how much they did where outcomes name somebody.
fn units(network: &Network, exposures: &Exposures, all: &[Outcome], authenticity: &[f64]) -> Vec<f64> {
    let nodes = network.ids.len();
    let costly = network.kinds_that(Kinds::is_costly);
    let caused: Vec<f64> = match exposures {
        Exposures::Posts(posts) => {
            let Some(kind) = all.first().map(|outcome| network.events()[outcome.event as usize].kind) else {
                return vec![0.0; nodes];
            };
            let end = |person: u32| {
                let at = all.partition_point(|outcome| outcome.person < person);
                all.get(at).filter(|outcome| outcome.person == person).map(|outcome| outcome.time)
            };
            posts.caused(end, kind)
        }
        _ => (0..nodes as u32)
            .into_par_iter()
            .map(|node| {
                network.ties(node).iter().filter(|tie| costly[tie.kind as usize]).map(|tie| tie.weight).sum()
            })
            .collect(),
    };
    caused.iter().zip(authenticity).map(|(caused, q)| caused * q).collect()
}

/// The credit of each person if every unit earned the same.
fn expected(network: &Network, units: &[f64], direct: &[f64]) -> Vec<f64> {
    let (earned, caused): (f64, f64) = people_of(network)
        .filter(|&node| units[node as usize] > 0.0)
        .fold((0.0, 0.0), |sum, node| (sum.0 + direct[node as usize], sum.1 + units[node as usize]));
    let each = if caused > 0.0 { earned / caused } else { 0.0 };
    units.iter().map(|units| units * each).collect()
}

/// The strength of a Gamma prior with mean 1 on what people convince relative to expectation, by the method of moments:
/// between a half and [`Ledger::ALIKE`]. Where all are alike, credit varies as Poisson's counts do, or less, since outcomes
/// are shared.
fn prior(direct: &[f64], expected: &[f64]) -> f64 {
    let (mut squares, mut excess) = (0.0, 0.0);
    for (&credit, &expected) in direct.iter().zip(expected).filter(|(_, expected)| **expected > 0.0) {
        squares += expected * expected;
        excess += (credit - expected) * (credit - expected) - expected;
    }
    if excess > 0.0 { (squares / excess).clamp(0.5, Ledger::ALIKE) } else { Ledger::ALIKE }
}

/// Adds what those get who had brought, or shared, the one credited.
fn upstream(
    network: &Network,
    objective: Objective,
    all: &[Outcome],
    params: &Credit,
    entries: &mut Vec<Entry>,
) {
    if params.depth == 0 || params.discount == 0.0 {
        return;
    }
    let more: Vec<Entry> = match objective {
        Objective::Acquisition => {
            let mut direct = entries.clone();
            direct.par_sort_unstable_by_key(|entry| all[entry.outcome as usize].person);
            let brought = |person: u32| {
                let from = direct.partition_point(|entry| all[entry.outcome as usize].person < person);
                let run = &direct[from..];
                &run[..run.partition_point(|entry| all[entry.outcome as usize].person == person)]
            };
            entries
                .par_iter()
                .flat_map_iter(|entry| {
                    let mut found = Vec::new();
                    let mut open = vec![(entry.to, all[entry.outcome as usize].time, 1.0, 1_u8)];
                    while let Some((person, time, share, generation)) = open.pop() {
                        for earlier in brought(person) {
                            let own = &all[earlier.outcome as usize];
                            let part = if own.amount > 0.0 { earlier.amount / own.amount } else { 0.0 };
                            let share = share * params.discount * part;
                            let is_new = own.time < time && earlier.to != all[entry.outcome as usize].person;
                            if share < params.smallest || !is_new {
                                continue;
                            }
                            let how = How::Upstream(generation);
                            let amount = entry.amount * share;
                            found.push(Entry { to: earlier.to, how, amount, ..*entry });
                            if generation < params.depth {
                                open.push((earlier.to, own.time, share, generation + 1));
                            }
                        }
                    }
                    found
                })
                .collect()
        }
        Objective::Awareness => entries
            .par_iter()
            .flat_map_iter(|entry| {
                let outcome = &all[entry.outcome as usize];
                let mut found: Vec<Entry> = Vec::new();
                let (mut event, mut sharer) = (outcome.event, outcome.named);
                let mut share = 1.0;
                for generation in 1..=params.depth {
                    share *= params.discount;
                    let Some((before, source)) = shared_before(network, event, sharer) else { break };
                    if share < params.smallest || source == outcome.person || source == outcome.named {
                        break;
                    }
                    let how = How::Upstream(generation);
                    found.push(Entry { to: source, how, amount: entry.amount * share, ..*entry });
                    (event, sharer) = (before, source);
                }
                found
            })
            .collect(),
        Objective::Deflection | Objective::Retention => Vec::new(),
    };
    entries.extend(more);
}

/// The share by which `sharer` got what they are shared for in `event`, and whose it was: its parent says so.
fn shared_before(network: &Network, event: u32, sharer: u32) -> Option<(u32, u32)> {
    let parent = network.parents()?[event as usize];
    let before = network.events().get(parent as usize)?;
    let is_share =
        network.kinds[before.kind as usize] == "share" && before.actor == sharer && !before.is_self();
    let whose = if is_share { source(network, parent) } else { NONE };
    (whose != NONE).then_some((parent, whose))
}
