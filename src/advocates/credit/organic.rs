//! What would have happened anyway: outcomes at times of exposure against those of the same community without.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::exposure::Exposures;
use super::outcome::Outcome;
use crate::events::NONE;
use crate::network::Network;

/// People looked at: enough for any rate, however many the log has.
const SAMPLE: usize = 100_000;
/// Outcomes on either side below which nothing can be said.
const FEWEST: f64 = 10.0;
/// How many outcomes the rate of everybody counts in the rate of a community.
const PRIOR: f64 = 10.0;

/// Time and outcomes of a community, exposed and not.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    time: [f64; 2],
    outcomes: [f64; 2],
}

/// The share of outcomes after an exposure that exceeds what people of the same communities did without one; none
/// where there are too few outcomes with or without exposure to tell.
pub(super) fn attributable(
    network: &Network,
    exposures: &Exposures,
    people: &[u32],
    outcomes_of: impl Fn(u32) -> Range<usize> + Sync,
    outcomes: &[Outcome],
    community: &[u32],
    window: i64,
) -> Option<f64> {
    let start = network.begin()?.saturating_add(window);
    let stride = people.len().div_ceil(SAMPLE).max(1);
    let cells: BTreeMap<u32, Cell> = people
        .par_iter()
        .step_by(stride)
        .map(|&person| {
            let mut cell = Cell::default();
            let mut seen = Vec::new();
            for (risk, ends_so) in exposures.at_risk(network, person, &outcomes[outcomes_of(person)], start) {
                if risk.start >= risk.end || risk.start < start {
                    continue;
                }
                exposures.seen(person, NONE, risk.start.saturating_sub(window)..risk.end, &mut seen);
                let mut times: Vec<i64> = seen.iter().map(|seen| seen.time).collect();
                times.sort_unstable();
                let (mut exposed, mut covered) = (0, risk.start);
                for &time in &times {
                    let end = time.saturating_add(window).min(risk.end);
                    exposed += (end - time.max(covered)).max(0);
                    covered = covered.max(end);
                }
                cell.time[1] += exposed as f64;
                cell.time[0] += (risk.end - risk.start - exposed) as f64;
                if ends_so {
                    let recent = times.last().is_some_and(|&last| last >= risk.end.saturating_sub(window));
                    cell.outcomes[usize::from(recent)] += 1.0;
                }
            }
            (community[person as usize], cell)
        })
        .collect::<Vec<_>>()
        .into_iter()
        .fold(BTreeMap::new(), |mut cells, (community, cell)| {
            let sum: &mut Cell = cells.entry(community).or_default();
            for side in 0..2 {
                sum.time[side] += cell.time[side];
                sum.outcomes[side] += cell.outcomes[side];
            }
            cells
        });
    let total = |value: fn(&Cell) -> f64| cells.values().map(value).sum::<f64>();
    let (with, without) = (total(|cell| cell.outcomes[1]), total(|cell| cell.outcomes[0]));
    let time_without = total(|cell| cell.time[0]);
    if with < FEWEST || without < FEWEST || time_without <= 0.0 {
        return None;
    }
    let rate = without / time_without;
    let expected: f64 = cells
        .values()
        .map(|cell| cell.time[1] * (cell.outcomes[0] + PRIOR) / (cell.time[0] + PRIOR / rate))
        .sum();
    Some((1.0 - expected / with).clamp(0.0, 0.95))
}
