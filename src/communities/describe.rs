//! What is to be said of each community: how large, how tied, who is at its core and who reaches out of it.

use rayon::prelude::*;

use crate::community::{Cohesion, Groups, Tracker, cohesions_of, share_that_leaves};
use crate::error::Result;
use crate::events::Role;
use crate::graph::Graph;
use crate::network::{Layer, Network};

/// One community.
pub(super) struct Row {
    pub(super) community: u32,
    pub(super) size: u32,
    pub(super) customers: u32,
    pub(super) influencers: u32,
    /// Weight of the ties between members, of the undirected view.
    pub(super) internal: f64,
    /// Weight of the ties to others.
    pub(super) external: f64,
    pub(super) cohesion: Cohesion,
    /// The share of the weight of members' ties that leads to others: cut over volume of the community or of all else,
    /// whichever is smaller; NaN where there are no ties.
    pub(super) conductance: f64,
    /// Places in the layer of the members with most weight inside.
    pub(super) core: Vec<u32>,
    /// Places of those who carry most weight to other communities, at least as much as they have here.
    pub(super) bridges: Vec<u32>,
}

/// How many members are named as core and as bridges.
const NAMED: usize = 5;

/// The communities of `labels`, ascending; the graph is of the layer.
pub(super) fn rows(network: &Network, layer: Layer, graph: &Graph, labels: &[u32]) -> Result<Vec<Row>> {
    let nodes = &network.layer(layer).nodes;
    let mut members: Vec<(u32, u32)> = labels.iter().copied().zip(0..).collect();
    members.retain(|&(label, _)| label != Tracker::NONE);
    members.sort_unstable();
    let arcs = graph.undirected().out();
    let total: f64 = 2.0 * graph.undirected().total_weight();
    let groups: Vec<&[(u32, u32)]> = members.chunk_by(|a, b| a.0 == b.0).collect();
    let sizes = groups.iter().map(|members| members.len() as u32);
    let everybody = members.iter().map(|&(_, place)| place).collect();
    let cohesions = cohesions_of(graph, &Groups::of_sizes(sizes, everybody))?;
    let row = |(members, cohesion): (&&[(u32, u32)], Cohesion)| {
        let community = members[0].0;
        let has_role = |role| {
            let is = |&&(_, place): &&(u32, u32)| network.roles[nodes[place as usize] as usize] == role;
            members.iter().filter(is).count() as u32
        };
        let (mut internal, mut external) = (0.0, 0.0);
        let (mut core, mut bridges) = (Vec::new(), Vec::new());
        for &(_, u) in *members {
            let (mut inside, mut outside) = (0.0, 0.0);
            for (v, weight) in arcs.arcs(u) {
                let is_here = labels[v as usize] == community;
                *(if is_here { &mut inside } else { &mut outside }) += weight;
            }
            core.push((inside, u));
            if outside >= inside {
                bridges.push((outside, u));
            }
            (internal, external) = (internal + inside, external + outside);
        }
        let volume = internal + external;
        Row {
            community,
            size: members.len() as u32,
            customers: has_role(Role::Customer),
            influencers: has_role(Role::Influencer),
            internal: internal / 2.0,
            external,
            cohesion,
            conductance: share_that_leaves(external, volume, total),
            core: most(core),
            bridges: most(bridges),
        }
    };
    Ok(groups.par_iter().zip(cohesions).map(row).collect())
}

/// Those with most of something, ties by place; nobody with nothing.
fn most(mut found: Vec<(f64, u32)>) -> Vec<u32> {
    found.retain(|&(weight, _)| weight > 0.0);
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().take(NAMED).map(|(_, place)| place).collect()
}
