//! Burst and regularity: acts that come faster, more evenly or more around the clock than people can or do act.

use serde::{Deserialize, Serialize};

use super::acts::{Act, Acts, DAY, HOUR, MINUTE, moments};
use super::{Found, Ramp, ramp};

/// When the rhythm of an account speaks against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rhythm {
    /// What a burst can take from authenticity, in [0, 1].
    pub burst_weight: f64,
    /// Acts within one minute, those of the same instant counted once.
    pub burst: Ramp,
    /// What regularity can take from authenticity, in [0, 1].
    pub regularity_weight: f64,
    /// Acts from which on the evenness of their intervals is judged, at least 3.
    pub min_acts: usize,
    /// (μ − σ) / (μ + σ) of the intervals between acts: 1 is a clock, 0 is chance.
    pub evenness: Ramp,
    /// Acts, on at least 14 days, from which on the hours of the day are judged, at least 1.
    pub min_acts_by_hour: usize,
    /// Share of the acts in the six hours of the day (in a row) with fewest: people sleep, .25 is an even spread.
    pub sleepless: Ramp,
}

impl Default for Rhythm {
    fn default() -> Rhythm {
        Rhythm {
            burst_weight: 0.4,
            burst: [15.0, 40.0],
            regularity_weight: 0.4,
            min_acts: 20,
            evenness: [0.6, 0.95],
            min_acts_by_hour: 100,
            sleepless: [0.14, 0.22],
        }
    }
}

/// Days on which somebody must have acted before their hours tell anything.
const DAYS: usize = 14;

/// Many acts within a minute.
pub(super) fn burst(log: &Acts, acts: &[Act], params: &Rhythm) -> Option<Found> {
    if log.resolution >= MINUTE || (acts.len() as f64) < params.burst[0] {
        return None;
    }
    let times = moments(acts);
    let (mut most, mut first) = (0, 0);
    for (last, time) in times.iter().enumerate() {
        while times[first] + MINUTE <= *time {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    Found::new(ramp(most as f64, params.burst), || format!("{most} acts within one minute"))
}

/// Intervals as even as those of a clock, or acts at all hours; the stronger of the two.
///
/// Evenness is the burstiness of Goh and Barabási, "Burstiness and memory in complex systems", EPL 81, 2008, with the
/// sign turned.
pub(super) fn regularity(log: &Acts, acts: &[Act], params: &Rhythm) -> Option<Found> {
    if log.resolution >= HOUR || acts.len() < params.min_acts.min(params.min_acts_by_hour) {
        return None;
    }
    let times = moments(acts);
    let (even, sleepless) = (evenness(log, &times, params), sleepless(&times, params));
    match (even, sleepless) {
        (Some(a), Some(b)) => Some(if a.strength >= b.strength { a } else { b }),
        (a, b) => a.or(b),
    }
}

fn evenness(log: &Acts, times: &[i64], params: &Rhythm) -> Option<Found> {
    if times.len() < params.min_acts {
        return None;
    }
    let gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let variance = gaps.iter().map(|gap| (gap - mean) * (gap - mean)).sum::<f64>() / gaps.len() as f64;
    let deviation = variance.sqrt();
    // Whoever acts every few ticks of the clock of the log acts evenly by its coarseness.
    if mean < 10.0 * log.resolution as f64 {
        return None;
    }
    let evenness = (mean - deviation) / (mean + deviation);
    Found::new(ramp(evenness, params.evenness), || {
        let minutes = |gap: f64| gap / MINUTE as f64;
        format!(
            "{} acts at even intervals: {:.1} minutes, give or take {:.1}",
            times.len(),
            minutes(mean),
            minutes(deviation)
        )
    })
}

fn sleepless(times: &[i64], params: &Rhythm) -> Option<Found> {
    let days = times.chunk_by(|a, b| a.div_euclid(DAY) == b.div_euclid(DAY)).count();
    if times.len() < params.min_acts_by_hour || days < DAYS {
        return None;
    }
    let mut hours = [0_usize; 24];
    times.iter().for_each(|time| hours[(time.rem_euclid(DAY) / HOUR) as usize] += 1);
    let six = |first: usize| (first..first + 6).map(|hour| hours[hour % 24]).sum::<usize>();
    let quiet = (0..24).map(six).min().unwrap_or(0) as f64 / times.len() as f64;
    Found::new(ramp(quiet, params.sleepless), || {
        format!(
            "acts around the clock: {:.0} % of {} acts fall into its six quietest hours",
            100.0 * quiet,
            times.len()
        )
    })
}
