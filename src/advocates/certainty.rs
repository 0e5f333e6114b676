//! How sure a ranking is: the same ranking drawn anew many times.

use rayon::prelude::*;

use crate::advocates::Advocates;
use crate::advocates::evidence::{Evidence, Part};
use crate::advocates::feature::Feature;
use crate::advocates::score::{credible, known};
use crate::advocates::scored::{Scored, Weighed};
use crate::advocates::signal::Signal;
use crate::error::Result;
use crate::graph::mix;
use crate::progress::Watch;
use crate::simulate::Dice;

/// How sure each place is, in the order of the ranking.
pub(super) struct Certainty {
    /// The lower end of the 90 % interval of the rank.
    pub(super) low: Vec<u64>,
    /// The upper end.
    pub(super) high: Vec<u64>,
    /// Share of draws among the first k.
    pub(super) p_top_k: Vec<f64>,
    /// The first place that cannot be told apart.
    pub(super) groups: Vec<u64>,
}

/// People behind a feature below which their number is drawn from its posterior.
const FEW: usize = 30;
/// The ends of a 90 % interval of a normal distribution, and the point that 90 % lie below.
const NINETY: f64 = 1.644_853_626_951_472_7;
const NINE_OF_TEN: f64 = 1.281_551_565_544_600_4;
/// How firmly weights are held: the sum of the parameters of their Dirichlet distribution.
const FIRMNESS: f64 = 50.0;

/// How many people stand behind a feature, as a Gamma distribution, and what each adds on average: over everybody, or
/// drawn for a person in place of the people one by one where they are few.
#[derive(Debug, Clone, Copy)]
struct Crowd {
    shape: f64,
    rate: f64,
    each: f64,
}

/// Draws the ranking anew; nothing where no draws were asked for.
pub(super) fn certainty(
    evidence: &Evidence,
    scored: &Scored,
    params: &Advocates,
) -> Result<Option<Certainty>> {
    if params.bootstrap == 0 {
        return Ok(None);
    }
    let watch = Watch::current();
    let draws = params.bootstrap as usize;
    let count = scored.order.len().min(params.candidates);
    let crowds = crowds(evidence, scored);
    let weights = drawn_weights(scored, draws, params.seed);
    let candidates = &scored.order[..count];
    let drawn: Vec<Vec<f32>> = candidates
        .par_iter()
        .enumerate()
        .map(|(place, &row)| {
            watch.tick("certainty", place as u64, count as u64)?;
            Ok(drawn_scores(evidence, scored, &crowds, &weights, row, params.seed))
        })
        .collect::<Result<_>>()?;

    // Scores from the lowest: where a drawn score falls among those who are not drawn.
    let rest: Vec<f64> = scored.order[count..].iter().rev().map(|&row| scored.scores[row]).collect();
    let ranks: Vec<Vec<u32>> = (0..draws)
        .into_par_iter()
        .map(|draw| {
            let mut dice = Dice::new(params.seed, "rank ties", draw as u64);
            let chance: Vec<f64> = (0..count).map(|_| dice.unit()).collect();
            let mut order: Vec<usize> = (0..count).collect();
            order.sort_unstable_by(|&a, &b| {
                drawn[b][draw].total_cmp(&drawn[a][draw]).then(chance[a].total_cmp(&chance[b]))
            });
            let mut ranks = vec![0; count];
            for (place, &candidate) in order.iter().enumerate() {
                let below = rest.partition_point(|&score| score <= f64::from(drawn[candidate][draw]));
                ranks[candidate] = (place + 1 + rest.len() - below) as u32;
            }
            ranks
        })
        .collect();

    let total = scored.order.len();
    let mut certainty = Certainty {
        low: Vec::with_capacity(total),
        high: Vec::with_capacity(total),
        p_top_k: Vec::with_capacity(total),
        groups: Vec::with_capacity(total),
    };
    let tail = draws / 20;
    for place in 0..count {
        let mut own: Vec<u32> = ranks.iter().map(|ranks| ranks[place]).collect();
        own.sort_unstable();
        let rank = place as u32 + 1;
        certainty.low.push(own[tail].min(rank).into());
        certainty.high.push(own[draws - 1 - tail].max(rank).into());
        let within = own.partition_point(|&rank| rank as usize <= params.k);
        certainty.p_top_k.push(within as f64 / draws as f64);
    }
    spread_of_rest(evidence, scored, &crowds, params, &mut certainty);
    groups(&drawn, scored, &mut certainty);
    Ok(Some(certainty))
}

/// People to whom a prior is fitted, at most: of more, every second, third, ...
const CROWD: usize = 1 << 18;

/// The signals that come from people one can count, by position among the signals.
fn crowds(evidence: &Evidence, scored: &Scored) -> Vec<Option<Crowd>> {
    let of = |weighed: &Weighed| {
        let Signal::Feature(feature) = weighed.signal else { return None };
        if !is_drawn(feature) || !weighed.counts() {
            return None;
        }
        let every = scored.people.len().div_ceil(CROWD);
        let (count, numbers, squares, sum) = scored
            .people
            .par_chunks(4096 * every)
            .map_init(Vec::new, |parts, people| {
                let mut total = (0.0, 0.0, 0.0, 0.0);
                for &node in people.iter().step_by(every).filter(|&&node| evidence.events(node) > 0) {
                    evidence.parts(feature, node, parts);
                    let people = distinct(parts) as f64;
                    total.0 += 1.0;
                    total.1 += people;
                    total.2 += people * people;
                    total.3 += parts.iter().map(|part| part.amount).sum::<f64>();
                }
                total
            })
            .collect::<Vec<_>>()
            .into_iter()
            .fold((0.0, 0.0, 0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2, a.3 + b.3));
        if numbers == 0.0 {
            return None;
        }
        let mean = numbers / count;
        let variance = squares / count - mean * mean;
        // Counts that vary no more than Poisson's tell nothing of people: their prior is as firm as a thousand people.
        let rate = if variance > mean { mean / (variance - mean) } else { 1000.0 / mean };
        Some(Crowd { shape: mean * rate, rate, each: sum / numbers })
    };
    scored.signals.iter().map(of).collect()
}

/// Whether a feature adds up over people, who may have acted or not.
fn is_drawn(feature: Feature) -> bool {
    !matches!(feature, Feature::Affinity | Feature::Consistency | Feature::Trust)
}

/// How many people parts name, which stand together.
fn distinct(parts: &[Part]) -> usize {
    parts.chunk_by(|a, b| a.who == b.who).count()
}

impl Crowd {
    /// The posterior of somebody with so many people behind them, who add `sum`.
    fn few(&self, people: usize, sum: f64) -> Crowd {
        let people = people as f64;
        Crowd { shape: self.shape + people, rate: self.rate + 1.0, each: (sum + self.each) / (people + 1.0) }
    }
}

/// Weights of each draw, by draw, then signal.
fn drawn_weights(scored: &Scored, draws: usize, seed: u64) -> Vec<Vec<f64>> {
    let total: f64 = scored.signals.iter().map(|weighed| weighed.weight).sum();
    let draw = |draw: usize| {
        let mut dice = Dice::new(seed, "rank weights", draw as u64);
        let drawn: Vec<f64> = scored
            .signals
            .iter()
            .map(|weighed| match weighed.weight {
                weight if weight > 0.0 => dice.gamma(FIRMNESS * weight / total),
                _ => 0.0,
            })
            .collect();
        let sum: f64 = drawn.iter().sum();
        drawn.into_iter().map(|weight| if sum > 0.0 { weight * total / sum } else { 0.0 }).collect()
    };
    (0..draws).map(draw).collect()
}

/// The score of a person in each draw.
fn drawn_scores(
    evidence: &Evidence,
    scored: &Scored,
    crowds: &[Option<Crowd>],
    weights: &[Vec<f64>],
    row: usize,
    seed: u64,
) -> Vec<f32> {
    let (node, draws) = (scored.people[row], weights.len());
    let (events, gate) = (evidence.telling(node), evidence.gate(node));
    let mut sums: Vec<Vec<f64>> = Vec::new();
    let mut of_people: Vec<(u32, usize, f64)> = Vec::new();
    let mut parts = Vec::new();
    for (at, (weighed, crowd)) in scored.signals.iter().zip(crowds).enumerate() {
        let mut drawn = Vec::new();
        if let (Signal::Feature(feature), Some(crowd)) = (weighed.signal, crowd) {
            evidence.parts(feature, node, &mut parts);
            let people = distinct(&parts);
            drawn = vec![0.0; draws];
            if !evidence.is_known(feature, node) {
                // There is nothing to draw.
            } else if people >= FEW {
                of_people.extend(parts.iter().map(|part| (part.who, at, part.amount)));
            } else {
                let few = crowd.few(people, parts.iter().map(|part| part.amount).sum());
                let mut dice = Dice::new(seed, feature.name(), u64::from(node));
                drawn.fill_with(|| dice.gamma(few.shape) / few.rate * few.each);
            }
        }
        sums.push(drawn);
    }
    of_people.sort_unstable_by_key(|&(who, at, _)| (who, at));
    let mut times = vec![0.0; draws];
    for run in of_people.chunk_by(|a, b| a.0 == b.0) {
        poisson(seed, run[0].0, &mut times);
        for &(_, at, amount) in run {
            sums[at].iter_mut().zip(&times).for_each(|(sum, times)| *sum += amount * times);
        }
    }
    (0..draws)
        .map(|draw| {
            let contribution = |(at, weighed): (usize, &Weighed)| {
                let Some(scale) = weighed.scale else { return 0.0 };
                let value = match (weighed.signal, sums[at].get(draw)) {
                    (Signal::Feature(feature), Some(&sum)) => evidence.of_parts(feature, node, sum),
                    (signal, _) => evidence.signal(signal, node),
                };
                weights[draw][at] * credible(scale.z(value), events, gate)
            };
            scored.signals.iter().enumerate().map(contribution).sum::<f64>() as f32
        })
        .collect()
}

/// How often somebody counts in each draw: Poisson with mean 1, by inversion of 16 random bits, which are a function of the
/// seed, the person and the draw.
fn poisson(seed: u64, who: u32, times: &mut [f64]) {
    /// P(X ≤ x) in units of 2^-16, for x from 0.
    const CUMULATIVE: [u16; 7] = [24109, 48219, 60273, 64292, 65296, 65497, 65530];
    for (at, four) in times.chunks_mut(4).enumerate() {
        let bits = mix(seed ^ mix((u64::from(who) << 32) | at as u64));
        for (lane, times) in four.iter_mut().enumerate() {
            let bits = (bits >> (16 * lane)) as u16;
            *times = CUMULATIVE.iter().filter(|&&below| bits >= below).count() as f64;
        }
    }
}

/// Those who are not drawn: the spread of their scores to the first order, and what ranks it reaches.
fn spread_of_rest(
    evidence: &Evidence,
    scored: &Scored,
    crowds: &[Option<Crowd>],
    params: &Advocates,
    certainty: &mut Certainty,
) {
    let count = certainty.low.len();
    let scores: Vec<f64> = scored.order.iter().map(|&row| scored.scores[row]).collect();
    let bar = scores[params.k.min(scores.len()) - 1];
    // Scores fall: as many people lie above a score as the position where it would stand.
    let rank_of = |score: f64| scores.partition_point(|&other| other > score) as u64 + 1;
    let mut is_candidate = vec![false; scored.people.len()];
    scored.order[..count].iter().for_each(|&row| is_candidate[row] = true);
    // One after the other as they lie in memory, not as they are ranked.
    let spreads: Vec<f64> = is_candidate
        .par_iter()
        .enumerate()
        .map_init(Vec::new, |parts, (row, &is_candidate)| match is_candidate {
            true => 0.0,
            false => deviation(evidence, scored, crowds, row, parts),
        })
        .collect();
    let rest = scored.order[count..].par_iter().enumerate().map(|(place, &row)| {
        let (score, spread) = (scored.scores[row], spreads[row]);
        let rank = (count + place) as u64 + 1;
        let p = if params.k >= scores.len() { 1.0 } else { above(score - bar, spread) };
        let low = rank_of(score + NINETY * spread).min(rank);
        let high = rank_of(score - NINETY * spread).max(rank);
        (low, high.min(scores.len() as u64), p)
    });
    for (low, high, p) in rest.collect::<Vec<(u64, u64, f64)>>() {
        certainty.low.push(low);
        certainty.high.push(high);
        certainty.p_top_k.push(p);
    }
}

/// The probability that a normal variable around `mean` is above 0.
fn above(mean: f64, deviation: f64) -> f64 {
    if deviation > 0.0 {
        0.5 * libm::erfc(-mean / (deviation * std::f64::consts::SQRT_2))
    } else {
        f64::from(u8::from(mean > 0.0))
    }
}

/// The standard deviation of a person's score, as far as it comes from who engages.
fn deviation(
    evidence: &Evidence,
    scored: &Scored,
    crowds: &[Option<Crowd>],
    row: usize,
    parts: &mut Vec<Part>,
) -> f64 {
    let node = scored.people[row];
    let events = evidence.telling(node);
    let mut variance = 0.0;
    for (weighed, crowd) in scored.signals.iter().zip(crowds) {
        let (Signal::Feature(feature), Some(crowd), Some(scale)) = (weighed.signal, crowd, weighed.scale)
        else {
            continue;
        };
        if !evidence.is_known(feature, node) {
            continue;
        }
        evidence.parts(feature, node, parts);
        let sum: f64 = parts.iter().map(|part| part.amount).sum();
        let few = crowd.few(distinct(parts), sum);
        let deviation = few.shape.sqrt() / few.rate * few.each;
        let value = evidence.of_parts(feature, node, sum);
        let moved = (evidence.of_parts(feature, node, sum + deviation) - value) * scale.slope(value);
        variance += (weighed.weight * evidence.gate(node) * known(events) * moved).powi(2);
    }
    variance.sqrt()
}

/// Puts into one group, from the top, all who are not behind its first in nine of ten draws.
fn groups(drawn: &[Vec<f32>], scored: &Scored, certainty: &mut Certainty) {
    // Beyond the candidates the spread of the draws of the last of them stands for everybody's.
    let last = drawn.last().map_or(&[][..], Vec::as_slice);
    let n = last.len().max(1) as f64;
    let mean = last.iter().copied().map(f64::from).sum::<f64>() / n;
    let square = last.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n;
    let apart = NINE_OF_TEN * (2.0 * square).sqrt();
    let score = |place: usize| scored.scores[scored.order[place]];
    let is_tied = |first: usize, place: usize| match (drawn.get(first), drawn.get(place)) {
        (Some(first), Some(other)) => {
            let behind = first.iter().zip(other).filter(|(first, other)| other < first).count();
            behind * 10 < first.len() * 9
        }
        _ => score(first) - score(place) <= apart,
    };
    let mut first = 0;
    for place in 0..scored.order.len() {
        if place > 0 && !is_tied(first, place) {
            first = place;
        }
        certainty.groups.push(first as u64 + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_draws_have_mean_and_variance_one() {
        let mut times = vec![0.0; 200];
        let all: Vec<f64> = (0..2_000)
            .flat_map(|who| {
                poisson(7, who, &mut times);
                times.clone()
            })
            .collect();
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.01, "{variance}");
    }
}
