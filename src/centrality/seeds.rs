//! Sets of nodes with weights, from which attention starts.

use crate::error::{Error, Result};

/// Refuses a set with a node that there is not, a weight below 0, or nothing in all; `place` says which set, in words
/// that follow the value.
pub(super) fn check(set: &[(u32, f64)], node_count: usize, place: &str) -> Result<()> {
    if let Some((u, _)) = set.iter().find(|seed| seed.0 as usize >= node_count) {
        return Err(Error::parameter("seeds", format!("nodes below {node_count}"), format!("{u}{place}")));
    }
    if let Some((_, weight)) = set.iter().find(|seed| !(seed.1 >= 0.0 && seed.1.is_finite())) {
        return Err(Error::parameter("seeds", "of finite weight, at least 0", format!("{weight}{place}")));
    }
    if set.is_empty() {
        return Err(Error::parameter("seeds", "at least one node", format!("none{place}")));
    }
    let total = total(set);
    if !(total > 0.0 && total.is_finite()) {
        return Err(Error::parameter("seeds", "of finite positive weight in all", format!("{total}{place}")));
    }
    Ok(())
}

/// The weight of a set.
pub(super) fn total(set: &[(u32, f64)]) -> f64 {
    set.iter().fold(0.0, |sum, seed| sum + seed.1)
}
