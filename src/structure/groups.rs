//! Labels of nodes, as callers number them.

use crate::error::{Error, Result};

/// Labels as numbers from 0 on, in the order of the labels; all 0 where there are none.
pub(super) fn numbered(labels: &[u32], node_count: usize) -> Result<Vec<u32>> {
    if labels.is_empty() {
        return Ok(vec![0; node_count]);
    }
    if labels.len() != node_count {
        let rule = format!("empty or a label for each of {node_count} nodes");
        return Err(Error::parameter("groups", rule, format!("{} labels", labels.len())));
    }
    let mut distinct = labels.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    Ok(labels.iter().map(|label| distinct.partition_point(|other| other < label) as u32).collect())
}
