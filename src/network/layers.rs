//! The graphs of a network: people among themselves, and people with brands.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::events::{NONE, Role};
use crate::graph::{Adjacency, Graph};
use crate::network::accumulate::TieRows;
use crate::network::roles::is_brand_side;
use crate::network::{Tie, Ties};

/// Which people and ties a graph holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Both ends are customers, influencers or staff.
    #[default]
    People,
    /// At least one end is a brand or a product; anybody may be the other.
    Brand,
}

/// The graph of a layer and which node of the network each of its nodes is.
#[derive(Debug, Clone)]
pub struct LayerGraph {
    /// Arcs of attention, actor to target.
    pub graph: Graph,
    /// The node of the network, ascending.
    pub nodes: Vec<u32>,
}

impl FromStr for Layer {
    type Err = Error;

    fn from_str(word: &str) -> Result<Layer> {
        [Layer::People, Layer::Brand]
            .into_iter()
            .find(|layer| layer.name() == word)
            .ok_or_else(|| Error::parameter("layer", "people or brand", word))
    }
}

impl Layer {
    /// The word used in tables and options.
    pub fn name(self) -> &'static str {
        match self {
            Layer::People => "people",
            Layer::Brand => "brand",
        }
    }

    /// Whether the layer has a place for that role.
    pub(super) fn holds(self, role: Role, ties: &Ties) -> bool {
        match self {
            Layer::People => !is_brand_side(role) && (role != Role::Staff || ties.staff != Some(false)),
            Layer::Brand => true,
        }
    }

    /// The layer of an arc between two roles; none for staff that were left out.
    pub(super) fn of(source: Role, target: Role, ties: &Ties) -> Option<Layer> {
        if is_brand_side(source) || is_brand_side(target) {
            return Some(Layer::Brand);
        }
        let both = Layer::People.holds(source, ties) && Layer::People.holds(target, ties);
        both.then_some(Layer::People)
    }
}

/// The weight of an arc from its ties, in the order of kinds.
pub(super) fn arc_weight(arc: &[Tie], ties: &Ties) -> f64 {
    let sum = arc.iter().map(|tie| tie.weight).sum();
    if ties.log1p { libm::log1p(sum) } else { sum }
}

/// The graph of a layer: every role it has a place for, the arcs that belong to it.
pub(super) fn layer_graph(layer: Layer, rows: &TieRows, roles: &[Role], ties: &Ties) -> LayerGraph {
    let nodes: Vec<u32> =
        (0..roles.len() as u32).filter(|&node| layer.holds(roles[node as usize], ties)).collect();
    let weight = |actor: u32, arc: &[Tie]| {
        let of = Layer::of(roles[actor as usize], roles[arc[0].target as usize], ties);
        (of == Some(layer)).then(|| arc_weight(arc, ties))
    };
    LayerGraph { graph: graph_among(&nodes, rows, weight), nodes }
}

/// The graph of some nodes, ascending, numbered in their order, and of those arcs among them to which `weight` gives one.
pub(super) fn graph_among(
    nodes: &[u32],
    rows: &TieRows,
    weight: impl Fn(u32, &[Tie]) -> Option<f64> + Sync,
) -> Graph {
    let mut numbers = vec![NONE; rows.offsets.len() - 1];
    nodes.iter().zip(0..).for_each(|(&node, number)| numbers[node as usize] = number);
    let arcs = Adjacency::from_nodes(nodes, true, |actor, neighbors, weights| {
        for arc in rows.of(actor).chunk_by(|a, b| a.target == b.target) {
            let number = numbers[arc[0].target as usize];
            if number == NONE {
                continue;
            }
            if let Some(weight) = weight(actor, arc) {
                neighbors.push(number);
                weights.push(weight as f32);
            }
        }
    });
    Graph::from_adjacency(arcs)
}
