//! A layer as it was between two moments.

use std::ops::Range;

use crate::graph::{Adjacency, Graph};
use crate::network::{Layer, Network};

impl Network {
    /// The graph of a layer made of the events of some time (microseconds UTC, the end is not in it) alone: the same
    /// nodes, and the weights that events have before they fade, since a window forgets by itself. The cap of a day
    /// does not count. Without events, as after [`Network::without_events`], it has no arcs.
    pub fn slice(&self, layer: Layer, time: Range<i64>) -> Graph {
        let nodes = &self.layer(layer).nodes;
        let place = |node: u32| nodes.binary_search(&node).ok().map(|place| place as u32);
        Graph::from_adjacency(Adjacency::from_nodes(nodes, true, |actor, neighbors, weights| {
            for arc in self.events_of(actor).chunk_by(|a, b| a.target == b.target) {
                let target = arc[0].target;
                let roles = (self.roles[actor as usize], self.roles[target as usize]);
                let is_here = Layer::of(roles.0, roles.1, &self.parameters) == Some(layer);
                if !is_here || target == actor {
                    continue;
                }
                let now = arc.iter().filter(|event| time.contains(&event.time));
                let weight: Option<f64> =
                    now.map(|event| self.rates.fresh(event)).reduce(|sum, weight| sum + weight);
                if let (Some(weight), Some(place)) = (weight, place(target)) {
                    neighbors.push(place);
                    weights.push((if self.parameters.log1p { libm::log1p(weight) } else { weight }) as f32);
                }
            }
        }))
    }
}
