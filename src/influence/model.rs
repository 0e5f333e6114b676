//! How influence spreads: the model, and the probability of each arc.

use std::str::FromStr;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::graph::Graph;

/// How those who are influenced influence others. In both, a node stays influenced, and an arc v → u gives u one chance
/// to influence v.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Independent cascade: each arc leads on with its probability, whatever the others do.
    #[default]
    Independent,
    /// Linear threshold: v is influenced once the probabilities of its arcs to influenced nodes add to a threshold drawn
    /// uniformly from [0, 1). As each v has one at most of its arcs lead on, chosen by their probabilities, it is the
    /// same distribution.
    Threshold,
}

/// The probability that u influences v over the arc v → u.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probability {
    /// The share of v's attention, w(v,u) / W(v) with W(v) the weight of v's arcs but a loop: 1 / d(v) without weights,
    /// which is called weighted cascade. Who attends to many is led by each of them a little.
    #[default]
    Share,
    /// The weight of the arc, in [0, 1].
    Weight,
    /// The same for all arcs, in [0, 1].
    Constant(f64),
}

impl FromStr for Model {
    type Err = Error;

    /// `independent` or `threshold`.
    fn from_str(word: &str) -> Result<Model> {
        match word {
            "independent" => Ok(Model::Independent),
            "threshold" => Ok(Model::Threshold),
            _ => Err(Error::parameter("model", "independent or threshold", word)),
        }
    }
}

impl FromStr for Probability {
    type Err = Error;

    /// `share`, `weight` or a number.
    fn from_str(word: &str) -> Result<Probability> {
        match word {
            "share" => Ok(Probability::Share),
            "weight" => Ok(Probability::Weight),
            number => number.parse().map(Probability::Constant).map_err(|_| {
                Error::parameter("probability", "share, weight or a number in [0, 1]", format!("{word:?}"))
            }),
        }
    }
}

/// Sums of probabilities, which must not exceed 1, may do so by as much as the weights of arcs are rounded.
const SLACK: f64 = 1e-5;

/// The probabilities of the arcs of a graph.
pub(super) struct Chances<'a> {
    pub(super) graph: &'a Graph,
    probability: Probability,
    /// W(v) of a graph with weights for [`Probability::Share`], otherwise empty.
    strengths: Vec<f64>,
}

impl Chances<'_> {
    /// Checks the graph and the probabilities for a model.
    pub(super) fn new(graph: &Graph, model: Model, probability: Probability) -> Result<Chances<'_>> {
        let nodes = 0..graph.node_count() as u32;
        if let Probability::Constant(constant) = probability
            && !(0.0..=1.0).contains(&constant)
        {
            return Err(Error::parameter("probability", "in [0, 1]", constant));
        }
        let strengths = match probability {
            Probability::Share if graph.is_weighted() => {
                let strength = |v: u32| {
                    let others = graph.out().arcs(v).filter(|&(u, _)| u != v);
                    others.fold(0.0, |sum, (_, weight)| sum + weight)
                };
                nodes.clone().into_par_iter().map(strength).collect()
            }
            _ => Vec::new(),
        };
        let chances = Chances { graph, probability, strengths };
        if let Probability::Weight = probability {
            let heaviest = |v: u32| graph.out().arcs(v).fold(0.0, |most: f64, (_, weight)| most.max(weight));
            if let Some(v) = nodes.clone().into_par_iter().find_first(|&v| heaviest(v) > 1.0) {
                let value = format!("{} at node {v}", heaviest(v));
                return Err(Error::parameter("weight", "in [0, 1] to be a probability", value));
            }
        }
        if model == Model::Threshold && probability != Probability::Share {
            let sum = |v: u32| {
                let others = graph.out().arcs(v).filter(|&(u, _)| u != v);
                others.fold(0.0, |sum, (_, weight)| sum + chances.of(v, weight))
            };
            if let Some(v) = nodes.into_par_iter().find_first(|&v| sum(v) > 1.0 + SLACK) {
                let rule = "such that those of a node's arcs add to at most 1";
                return Err(Error::parameter("probability", rule, format!("{} at node {v}", sum(v))));
            }
        }
        Ok(chances)
    }

    /// The probability of an arc of `v` with a weight.
    #[inline]
    pub(super) fn of(&self, v: u32, weight: f64) -> f64 {
        match self.probability {
            Probability::Share if weight == 0.0 => 0.0,
            // A loop, which W does not count, may weigh more than W.
            Probability::Share => (weight / self.strength(v)).min(1.0),
            Probability::Weight => weight,
            Probability::Constant(constant) => constant,
        }
    }

    /// W(v): what the arcs of a node but a loop weigh.
    #[inline]
    fn strength(&self, v: u32) -> f64 {
        let of_degree = || (self.graph.out().degree(v) - u64::from(self.graph.has_self_loop(v))) as f64;
        self.strengths.get(v as usize).copied().unwrap_or_else(of_degree)
    }

    /// Where the number of a node's arcs but a loop tells the probability of each: that of an arc of a node with 0, 1,
    /// 2 and so on of them, the last for all that have more.
    pub(super) fn by_degree(&self) -> Option<Vec<f64>> {
        match self.probability {
            Probability::Constant(constant) => Some(vec![constant]),
            _ if self.graph.is_weighted() => None,
            Probability::Weight => Some(vec![1.0]),
            Probability::Share => {
                let out = self.graph.out();
                let most = (0..out.row_count() as u32).into_par_iter().map(|v| out.degree(v)).max();
                Some((0..=most.unwrap_or(0)).map(|degree| 1.0 / degree.max(1) as f64).collect())
            }
        }
    }
}
