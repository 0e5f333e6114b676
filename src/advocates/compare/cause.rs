//! Why a person stands elsewhere than before, in words.

use super::side::{Named, Side};

/// A person who came.
pub(super) const NEW: &str = "new";
/// A person who is no longer ranked.
pub(super) const GONE: &str = "gone";

/// The changes of each feature's contribution to the score of who stands at these rows; a feature that one ranking lacks
/// added nothing there.
pub(super) fn changes(features: &[String], old: (&Side, usize), new: (&Side, usize)) -> Vec<f64> {
    let of =
        |feature: &str, (side, row): (&Side, usize)| value(&side.contributions, feature, row).unwrap_or(0.0);
    features.iter().map(|feature| of(feature, new) - of(feature, old) + 0.0).collect()
}

/// The feature whose change is the largest; the first of equal ones, nothing where none changed.
pub(super) fn largest<'a>(features: &'a [String], changes: &[f64]) -> Option<&'a str> {
    greatest(features, changes.iter().map(|change| change.abs()))
}

/// The cause of a move from a row of the old ranking to one of the new (see [`compare`](super::compare)).
pub(super) fn cause(
    features: &[String],
    changes: &[f64],
    old: (&Side, usize),
    new: (&Side, usize),
) -> Option<&'static str> {
    if are_one_group(old, new) || may_be_chance(old, new) {
        return Some("within uncertainty");
    }
    let score = new.0.scores[new.1] - old.0.scores[old.1];
    let has_risen = new.0.place(new.1) < old.0.place(old.1);
    if has_risen && score <= 0.0 {
        return Some("others fell");
    }
    if !has_risen && score >= 0.0 {
        return Some("others rose");
    }
    let towards = if has_risen { 1.0 } else { -1.0 };
    let feature = greatest(features, changes.iter().map(|change| change * towards))?;
    let before = value(&old.0.evidence, feature, old.1)?;
    let now = value(&new.0.evidence, feature, new.1)?;
    Some(match has_risen {
        true if now > before => "new ties",
        true => "others fell",
        false if now >= before => "others rose",
        false if has_lost_events(old, new) => "fewer ties",
        false => "decay",
    })
}

/// Whether the order of a group that cannot be told apart is all that changed.
fn are_one_group(old: (&Side, usize), new: (&Side, usize)) -> bool {
    let group = |(side, row): (&Side, usize)| side.groups.as_ref().map(|groups| groups[row]);
    group(old).is_some() && group(old) == group(new)
}

/// Whether a rank lies in the intervals of both.
fn may_be_chance(old: (&Side, usize), new: (&Side, usize)) -> bool {
    let interval = |(side, row): (&Side, usize)| side.intervals.as_ref().map(|intervals| intervals[row]);
    let (Some((old_low, old_high)), Some((new_low, new_high))) = (interval(old), interval(new)) else {
        return false;
    };
    old_low <= new_high && new_low <= old_high
}

/// Whether a plain count, which never fades, is less than it was.
fn has_lost_events(old: (&Side, usize), new: (&Side, usize)) -> bool {
    let has_shrunk = |(name, _): &Named| {
        let count = |(side, row): (&Side, usize)| value(&side.baselines, name, row);
        count(old).zip(count(new)).is_some_and(|(before, now)| now < before)
    };
    old.0.baselines.iter().any(has_shrunk)
}

fn value(columns: &[Named], name: &str, row: usize) -> Option<f64> {
    columns.iter().find(|(known, _)| known == name).map(|(_, values)| values[row])
}

fn greatest(features: &[String], values: impl Iterator<Item = f64>) -> Option<&str> {
    let best = features.iter().zip(values).filter(|(_, value)| *value > 0.0);
    best.reduce(|best, other| if other.1 > best.1 { other } else { best })
        .map(|(feature, _)| feature.as_str())
}
