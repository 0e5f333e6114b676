//! Communities through time: which of a later window is which of an earlier one, and what became of each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Parameters of [`Tracker`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tracking {
    /// Groups of fewer members are no communities; at least 1.
    pub min_size: u32,
    /// The Jaccard index from which on two groups are the same community, in (0, 1].
    pub overlap: f64,
    /// The share by which a community must change its size to have grown or shrunk, at least 0.
    pub change: f64,
}

impl Default for Tracking {
    fn default() -> Tracking {
        Tracking { min_size: 3, overlap: 0.3, change: 0.25 }
    }
}

/// What became of a community from one window to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There was nothing like it.
    Born,
    /// It is there, about as large as before.
    Continued,
    /// It is there, and larger.
    Grew,
    /// It is there, and smaller.
    Shrank,
    /// Most of those who are still there are in another community that went on.
    Merged,
    /// Most of those who were there before come from another community that went on.
    Split,
    /// It is there no more.
    Died,
}

impl Change {
    /// The word used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Change::Born => "born",
            Change::Continued => "continued",
            Change::Grew => "grew",
            Change::Shrank => "shrank",
            Change::Merged => "merged",
            Change::Split => "split",
            Change::Died => "died",
        }
    }
}

/// One line of the story of a community.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// Its lasting number.
    pub community: u32,
    /// What became of it.
    pub change: Change,
    /// Members now; 0 where it merged or died.
    pub size: u32,
    /// Members before; 0 where it was born or split off.
    pub previous: u32,
    /// The community it merged into or split off from.
    pub other: Option<u32>,
    /// How alike it is to what it was, as the Jaccard index of those who were there both times; 0 where it was not there
    /// one of the times.
    pub overlap: f64,
}

/// Gives the communities of one window after the other numbers that last.
///
/// Two groups are compared by those who were in a community both times, since most people of a log come and go: with
/// the members A of the one and B of the other among them, the Jaccard index is |A ∩ B| / |A ∪ B|. Pairs are joined
/// from the most alike on (ties by lasting number, then by label), each group in one pair at most.
///
/// # Complexity
///
/// O(n log n) a window; 8 bytes a node are kept.
///
/// # References
///
/// Greene, Doyle, Cunningham, "Tracking the evolution of communities in dynamic social networks", ASONAM 2010. Palla,
/// Barabási, Vicsek, "Quantifying social group evolution", Nature 446, 2007.
///
/// # Examples
///
/// ```
/// use laud::community::{Change, Tracker, Tracking};
///
/// let mut tracker = Tracker::new(&Tracking::default())?;
/// let (first, _) = tracker.next(&[0, 0, 0, 1, 1, 1, 1]);
/// let (second, turns) = tracker.next(&[1, 1, 1, 0, 0, 0, 0]);
/// assert_eq!(first, second);
/// assert!(turns.iter().all(|turn| turn.change == Change::Continued));
/// # Ok::<(), laud::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tracker {
    params: Tracking,
    last: Vec<u32>,
    next: u32,
}

impl Tracker {
    /// Stands for the community of somebody who is in none.
    pub const NONE: u32 = u32::MAX;

    /// A tracker that has seen no window.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a parameter outside its domain.
    pub fn new(params: &Tracking) -> Result<Tracker> {
        let Tracking { min_size, overlap, change } = *params;
        if min_size == 0 {
            return Err(Error::parameter("min_size", "at least 1", min_size));
        }
        if !(overlap > 0.0 && overlap <= 1.0) {
            return Err(Error::parameter("overlap", "in (0, 1]", overlap));
        }
        if !(change >= 0.0 && change.is_finite()) {
            return Err(Error::parameter("change", "at least 0 and finite", change));
        }
        Ok(Tracker { params: params.clone(), last: Vec::new(), next: 0 })
    }

    /// The lasting number of the community of each node, [`Tracker::NONE`] for who is in none, and what became of each
    /// community; `labels` are any labels, [`Tracker::NONE`] for nodes that take no part.
    pub fn next(&mut self, labels: &[u32]) -> (Vec<u32>, Vec<Turn>) {
        let mut sizes = counts(labels);
        sizes.retain(|_, size| *size >= self.params.min_size);
        let labels: Vec<u32> = labels
            .iter()
            .map(|label| if sizes.contains_key(label) { *label } else { Tracker::NONE })
            .collect();
        self.last.resize(labels.len(), Tracker::NONE);
        let previous = counts(&self.last);
        let both =
            || self.last.iter().zip(&labels).filter(|&(&a, &b)| a != Tracker::NONE && b != Tracker::NONE);
        let left = counts_of(both().map(|(&old, _)| old));
        let known = counts_of(both().map(|(_, &label)| label));
        let shared = counts_of(both().map(|(&old, &label)| (old, label)));
        let alike = |&(old, label): &(u32, u32)| {
            let shared = shared[&(old, label)];
            f64::from(shared) / f64::from(left[&old] + known[&label] - shared)
        };

        let mut pairs: Vec<(u32, u32)> = shared.keys().copied().collect();
        pairs.retain(|pair| alike(pair) >= self.params.overlap);
        pairs.sort_by(|a, b| alike(b).total_cmp(&alike(a)).then(a.cmp(b)));
        let (mut number_of, mut label_of) = (BTreeMap::new(), BTreeMap::new());
        for (old, label) in pairs {
            if !label_of.contains_key(&old) && !number_of.contains_key(&label) {
                number_of.insert(label, old);
                label_of.insert(old, label);
            }
        }
        let mut turns = Vec::new();
        for (&old, &label) in &label_of {
            let (size, before) = (sizes[&label], previous[&old]);
            let ratio = f64::from(size) / f64::from(before);
            let change = if ratio >= 1.0 + self.params.change {
                Change::Grew
            } else if ratio <= 1.0 / (1.0 + self.params.change) {
                Change::Shrank
            } else {
                Change::Continued
            };
            let overlap = alike(&(old, label));
            turns.push(Turn { community: old, change, size, previous: before, other: None, overlap });
        }
        // The larger of the new ones have the lower numbers.
        let mut new: Vec<u32> =
            sizes.keys().copied().filter(|label| !number_of.contains_key(label)).collect();
        new.sort_by_key(|label| (Reverse(sizes[label]), *label));
        for label in new {
            let most = shared
                .iter()
                .filter(|((_, to), _)| *to == label)
                .max_by_key(|((old, _), count)| (**count, Reverse(*old)));
            let from = most.filter(|(_, count)| 2 * **count > known[&label]).map(|((old, _), _)| *old);
            let from = from.filter(|old| label_of.contains_key(old));
            let change = if from.is_some() { Change::Split } else { Change::Born };
            turns.push(Turn {
                community: self.next,
                change,
                size: sizes[&label],
                previous: 0,
                other: from,
                overlap: 0.0,
            });
            number_of.insert(label, self.next);
            self.next += 1;
        }
        for (&old, &before) in previous.iter().filter(|(old, _)| !label_of.contains_key(old)) {
            let most = shared
                .range((old, 0)..=(old, Tracker::NONE))
                .max_by_key(|((_, label), count)| (**count, Reverse(*label)));
            let into = most.filter(|(_, count)| 2 * **count > left[&old]).map(|((_, label), _)| *label);
            let into = into
                .filter(|label| label_of.values().any(|other| other == label))
                .map(|label| number_of[&label]);
            let change = if into.is_some() { Change::Merged } else { Change::Died };
            turns.push(Turn { community: old, change, size: 0, previous: before, other: into, overlap: 0.0 });
        }
        turns.sort_by_key(|turn| turn.community);
        self.last =
            labels.iter().map(|label| number_of.get(label).copied().unwrap_or(Tracker::NONE)).collect();
        (self.last.clone(), turns)
    }
}

/// How many nodes have each label.
fn counts(labels: &[u32]) -> BTreeMap<u32, u32> {
    counts_of(labels.iter().copied().filter(|&label| label != Tracker::NONE))
}

fn counts_of<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, u32> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_insert(0) += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: u32 = Tracker::NONE;

    fn told(turns: &[Turn]) -> Vec<(u32, Change, Option<u32>)> {
        turns.iter().map(|turn| (turn.community, turn.change, turn.other)).collect()
    }

    #[test]
    fn communities_keep_their_numbers_while_people_come_and_go() {
        let mut tracker = Tracker::new(&Tracking::default()).unwrap();
        let (labels, turns) = tracker.next(&[5, 5, 5, 5, 2, 2, 2, 8, 8, NONE]);
        assert_eq!(labels, [0, 0, 0, 0, 1, 1, 1, NONE, NONE, NONE]);
        assert_eq!(told(&turns), [(0, Change::Born, None), (1, Change::Born, None)]);
        // Somebody new comes to the second, a third is new, the first loses two who are not there.
        let (labels, turns) = tracker.next(&[3, 3, NONE, NONE, 3, 0, 0, 9, 9, 9, 0]);
        assert_eq!(labels, [0, 0, NONE, NONE, 0, 1, 1, 2, 2, 2, 1]);
        assert_eq!(
            told(&turns),
            [(0, Change::Shrank, None), (1, Change::Continued, None), (2, Change::Born, None)]
        );
    }

    #[test]
    fn communities_split_merge_and_die() {
        let mut tracker = Tracker::new(&Tracking::default()).unwrap();
        tracker.next(&[0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
        let (labels, turns) = tracker.next(&[0, 0, 0, 0, 7, 7, 7, 1, 1, 1]);
        assert_eq!(labels, [0, 0, 0, 0, 2, 2, 2, 1, 1, 1]);
        assert_eq!(
            told(&turns),
            [(0, Change::Shrank, None), (1, Change::Continued, None), (2, Change::Split, Some(0))]
        );
        let (labels, turns) = tracker.next(&[0, 0, 0, 0, 0, 0, 0, NONE, NONE, NONE]);
        assert_eq!(labels[..7], [0; 7]);
        assert_eq!(
            told(&turns),
            [(0, Change::Grew, None), (1, Change::Died, None), (2, Change::Merged, Some(0))]
        );
    }

    #[test]
    fn bad_parameters_are_refused() {
        let refuse = |params: Tracking| Tracker::new(&params).unwrap_err().to_string();
        assert_eq!(
            refuse(Tracking { min_size: 0, ..Tracking::default() }),
            "min_size must be at least 1, got 0"
        );
        assert_eq!(
            refuse(Tracking { overlap: 0.0, ..Tracking::default() }),
            "overlap must be in (0, 1], got 0"
        );
    }
}
