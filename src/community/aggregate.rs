//! The graph whose nodes are the parts of another.

use rayon::prelude::*;

use super::groups::Groups;
use super::moving::Level;
use super::null::Mass;
use super::tally::Tally;
use crate::error::Result;
use crate::graph::{Adjacency, Desks};
use crate::progress::Watch;

/// The arcs between parts, those of one pair added, and the masses of parts. Rows come in the order in which their
/// neighbors are met; what lies within a part is left out, as it goes wherever the part goes.
pub(super) fn aggregate<M: Mass>(
    level: &Level<M>,
    parts: &[u32],
    members: &Groups,
) -> Result<(Adjacency, Vec<M>)> {
    /// Parts after which one asks whether to go on.
    const TICK: u32 = 1 << 10;
    let watch = Watch::current();
    let part_count = members.len();
    let desks = Desks::<Tally>::new();
    let fill = |part: u32, neighbors: &mut Vec<u32>, weights: &mut Vec<f32>| {
        if part.is_multiple_of(TICK) {
            watch.tick("aggregation", part.into(), part_count as u64)?;
        }
        let members = members.members(part as usize);
        if members.iter().all(|&u| level.arcs.degree(u) == 0) {
            return Ok(());
        }
        let mut tally = desks.mine();
        let rows = members.iter().map(|&u| (level.arcs.neighbors(u), level.arcs.weights(u)));
        let (others, sums) = tally.sum_others(part, rows, part_count, |v| parts[v as usize]);
        neighbors.extend(others);
        weights.extend(sums.iter().map(|&sum| sum as f32));
        Ok(())
    };
    let nodes: Vec<u32> = (0..part_count as u32).collect();
    let arcs = Adjacency::within(level.arcs.arc_count(), &nodes, fill)?;
    let add = |total: M, &u: &u32| total.plus(level.masses[u as usize]);
    let mass = |part: usize| members.members(part).iter().fold(M::default(), add);
    let masses = (0..part_count).into_par_iter().with_min_len(TICK as usize).map(mass).collect();
    Ok((arcs, masses))
}
