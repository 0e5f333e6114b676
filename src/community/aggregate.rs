//! The graph whose nodes are the parts of another.

use super::groups::Groups;
use super::moving::Level;
use super::null::Mass;
use super::tally::{Desks, Tally};
use crate::graph::Adjacency;

/// The arcs between parts, those of one pair added, and the masses of parts. Rows come in the order in which their
/// neighbors are met; what lies within a part is left out, as it goes wherever the part goes.
pub(super) fn aggregate<M: Mass>(level: &Level<M>, parts: &[u32], members: &Groups) -> (Adjacency, Vec<M>) {
    let part_count = members.len();
    let desks = Desks::<Tally>::new();
    let fill = |part: u32, neighbors: &mut Vec<u32>, weights: &mut Vec<f32>| {
        let members = members.members(part as usize);
        let mut tally = desks.mine();
        let rows = members.iter().map(|&u| (level.arcs.neighbors(u), level.arcs.weights(u)));
        tally.sum(rows, part_count, |v| parts[v as usize]);
        for (other, weight) in tally.sums().filter(|&(other, _)| other != part) {
            neighbors.push(other);
            weights.push(weight as f32);
        }
    };
    let nodes: Vec<u32> = (0..part_count as u32).collect();
    let arcs = Adjacency::from_nodes(&nodes, true, fill);
    let add = |total: M, &u: &u32| total.plus(level.masses[u as usize]);
    let masses = (0..part_count).map(|part| members.members(part).iter().fold(M::default(), add)).collect();
    (arcs, masses)
}
