//! Duplicate content: the same act on the same thing again and again, or the same acts in the same order as others.

use std::hash::{Hash, Hasher};

use rayon::prelude::*;
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use super::acts::{Act, Acts};
use super::{Found, Ramp, ramp};
use crate::events::NONE;

/// When repetition speaks against an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Duplicates {
    /// What repetition can take from authenticity, in [0, 1].
    pub weight: f64,
    /// Repetitions from which on they are judged, at least 1.
    pub min_repeats: usize,
    /// Share of the acts of an account that repeat an earlier one.
    pub repeats: Ramp,
    /// Acts from which on the order of acts is compared with that of others, at least 1.
    pub min_acts: usize,
    /// Different targets among them, where at least two others have the same acts in the same order.
    pub targets: Ramp,
}

impl Default for Duplicates {
    fn default() -> Duplicates {
        Duplicates { weight: 0.8, min_repeats: 10, repeats: [0.2, 0.6], min_acts: 8, targets: [4.0, 8.0] }
    }
}

/// Acts that say nothing the second time.
const ONCE: [&str; 3] = ["follow", "like", "share"];

/// Follows of somebody already followed, likes and shares of what was already liked and shared, messages to the same
/// three people or more. Without items, only follows and messages can be known to repeat.
pub(super) fn repeats(log: &Acts, acts: &[Act], params: &Duplicates) -> Option<Found> {
    if acts.len() <= params.min_repeats {
        return None;
    }
    let is_once = |act: &&Act| {
        let kind = log.network.kinds[act.kind as usize].as_str();
        ONCE.contains(&kind) && (act.item != NONE || kind == "follow")
    };
    let mut things: Vec<_> =
        acts.iter().filter(is_once).map(|act| (act.kind, act.target, act.item)).collect();
    things.sort_unstable();
    let again = things.len() - things.chunk_by(|a, b| a == b).count();

    let messages =
        acts.chunk_by(|a, b| (a.time, a.kind) == (b.time, b.kind)).filter(|message| message.len() > 2);
    let mut audiences: Vec<Vec<u32>> =
        messages.map(|message| message.iter().map(|act| act.target).collect()).collect();
    audiences.sort_unstable();
    let named_again: usize =
        audiences.chunk_by(|a, b| a == b).map(|same| (same.len() - 1) * same[0].len()).sum();

    let repeated = again + named_again;
    if repeated < params.min_repeats {
        return None;
    }
    Found::new(ramp(repeated as f64 / acts.len() as f64, params.repeats), || {
        format!(
            "{repeated} of {} acts repeat an earlier one on the same thing or to the same people",
            acts.len()
        )
    })
}

/// A hash of whom somebody acted upon and how, in order, and how many different targets that were; follows do not
/// count, since whoever is new is shown the same people to follow.
pub(super) fn sequence(log: &Acts, acts: &[Act], params: &Duplicates) -> Option<(u64, usize)> {
    if acts.len() < params.min_acts {
        return None;
    }
    let (mut hasher, mut targets) = (FxHasher::default(), Vec::new());
    for act in acts.iter().filter(|act| log.network.kinds[act.kind as usize] != "follow") {
        (act.target, act.kind, act.item).hash(&mut hasher);
        targets.push(act.target);
    }
    if targets.len() < params.min_acts {
        return None;
    }
    targets.len().hash(&mut hasher);
    targets.sort_unstable();
    targets.dedup();
    (ramp(targets.len() as f64, params.targets) > 0.0).then(|| (hasher.finish(), targets.len()))
}

/// Accounts that did the same as two others or more, in the same order.
///
/// Two are a coincidence, or one person with two accounts whom nobody linked.
pub(super) fn same_sequences(sequences: Vec<(u32, (u64, usize))>, params: &Duplicates) -> Vec<(u32, Found)> {
    let mut by_hash: Vec<(u64, u32, usize)> =
        sequences.into_iter().map(|(node, (hash, targets))| (hash, node, targets)).collect();
    by_hash.par_sort_unstable();
    let groups = by_hash.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 2);
    let mut found = Vec::new();
    for group in groups {
        for &(_, node, targets) in group {
            let others = group.iter().map(|other| other.1).filter(|&other| other != node);
            let reason = Found::new(ramp(targets as f64, params.targets), || {
                format!(
                    "the same acts towards {targets} accounts in the same order as {} others",
                    group.len() - 1
                )
            });
            found.extend(reason.map(|reason| (node, reason.with(others))));
        }
    }
    found
}
