//! Fan-out: acts towards ever more people of whom hardly anybody acts back.

use serde::{Deserialize, Serialize};

use super::acts::{Act, Acts, DAY};
use super::{Found, Ramp, ramp};
use crate::advocates::is_person;

/// When the audience of an account speaks against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FanOut {
    /// What fan-out can take from authenticity, in [0, 1].
    pub weight: f64,
    /// Different people acted upon from which on it is judged, at least 1.
    pub min_targets: usize,
    /// Different people acted upon for each day with acts.
    pub targets_per_day: Ramp,
    /// Share of them who do not act back.
    pub silent: Ramp,
}

impl Default for FanOut {
    fn default() -> FanOut {
        FanOut { weight: 0.4, min_targets: 100, targets_per_day: [20.0, 60.0], silent: [0.9, 0.98] }
    }
}

/// Many people a day on several days, few of whom act back.
///
/// Whom somebody follows on the first day says nothing: three days with acts are the least.
pub(super) fn fan_out(log: &Acts, person: u32, acts: &[Act], params: &FanOut) -> Option<Found> {
    if acts.len() < params.min_targets {
        return None;
    }
    let days = acts.chunk_by(|a, b| a.time.div_euclid(DAY) == b.time.div_euclid(DAY)).count();
    let is_person = |target: &u32| is_person(log.network.roles[*target as usize]);
    let mut targets: Vec<u32> = acts.iter().map(|act| act.target).filter(is_person).collect();
    targets.sort_unstable();
    targets.dedup();
    if targets.len() < params.min_targets || days < 3 {
        return None;
    }
    let per_day = ramp(targets.len() as f64 / days as f64, params.targets_per_day);
    if per_day == 0.0 {
        return None;
    }
    let acts_back = |target: &&u32| !log.network.events_between(**target, person).is_empty();
    let back = targets.iter().filter(acts_back).count();
    let silent = ramp(1.0 - back as f64 / targets.len() as f64, params.silent);
    Found::new(per_day * silent, || {
        format!("acted upon {} people on {days} days, {back} of whom ever acted back", targets.len())
    })
}
