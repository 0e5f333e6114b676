//! Label propagation: each node takes the label that most of its ties lead to.

use rand::Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::blocks::{Order, WORTH};
use super::leiden::connected;
use super::marks::Marks;
use super::partition::{Partition, numbered};
use super::tally::{NONE, Tally};
use crate::error::{Error, Result};
use crate::graph::{Adjacency, Convergence, Desks, Graph, generator, mix};
use crate::progress::Watch;

/// Parameters of [`label_propagation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelPropagation {
    /// For each node its label where that is known: it never changes, and no other labels there are. Each node begins
    /// with a label of its own where there are none.
    pub labels: Option<Vec<Option<u32>>>,
    /// Whether ties count by their weights, or each alike.
    pub weighted: bool,
    /// Rounds after which to stop in any case, at least 1.
    pub max_iterations: u32,
    /// The share of nodes that change their label in a round, at which to stop, in [0, 1].
    pub tolerance: f64,
    /// What the order of nodes and the choice among labels that are as good are a function of.
    pub seed: u64,
}

impl Default for LabelPropagation {
    fn default() -> LabelPropagation {
        LabelPropagation { labels: None, weighted: true, max_iterations: 100, tolerance: 1e-5, seed: 0 }
    }
}

/// Gives each node the label that most of its ties lead to, until few labels change.
///
/// With the weights w of the undirected view and the labels l of the moment, a node takes
///
/// ```text
/// l(u) = the c for which  Σ w(u,v)  is largest
///                        l(v) = c
/// ```
///
/// It is fast and its communities are a rough draft: it has no objective (the quality is NaN), on networks without clear
/// groups one label takes nearly all nodes, and planted groups are missed that [`leiden()`](super::leiden()) finds. Take
/// it to spread labels that are known, or to compare with others.
///
/// A node that is as well off with its own label keeps it; among others that are as good, and for the order of nodes, the
/// choice is a function of seed, round and node. Loops do not count; ties of weight 0 carry nothing, and a node without
/// other ties is alone. The nodes of a block choose at once by the labels before it, so nothing depends on the number
/// of threads; a block is small beside the graph and is taken in two halves, drawn anew each round, so that nobody swaps
/// labels forever.
///
/// Without `labels` each node begins with its own, and communities that the ties do not hold together are split at the
/// end. With `labels`, two nodes of one known label are in one community, however far apart, and those of different ones
/// never; a node without a label is heard of from the round on in which it takes one. Those whom no label reaches are
/// communities by their components.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, and for labels of another length than the graph;
/// [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(m) a round and less as fewer nodes change, some 5 to 20 rounds in practice; 20 bytes a node beside the undirected
/// view.
///
/// # References
///
/// Raghavan, Albert, Kumara, "Near linear time algorithm to detect community structures in large-scale networks",
/// Physical Review E 76, 2007. Cordasco, Gargano, "Community detection via semi-synchronous label propagation
/// algorithms", BASNA 2010; departing from it, nodes choose at once by blocks, not by colors. Zhu, Ghahramani, "Learning
/// from labeled and unlabeled data with label propagation", Carnegie Mellon University, 2002, for labels that are known.
///
/// # Examples
///
/// ```
/// use laud::community::{LabelPropagation, label_propagation};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let mut labels = vec![None; 6];
/// (labels[1], labels[4]) = (Some(7), Some(3));
/// let spread = LabelPropagation { labels: Some(labels), ..LabelPropagation::default() };
/// assert_eq!(label_propagation(&graph, &spread)?.labels, [0, 0, 0, 1, 1, 1]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn label_propagation(graph: &Graph, params: &LabelPropagation) -> Result<Partition> {
    let node_count = graph.node_count();
    params.check(node_count)?;
    let arcs = &*graph.undirected().out().counted(params.weighted);
    let mut labels: Vec<u32> = (0..node_count as u32).collect();
    let (mut waiting, mut fixed) = (Marks::all(node_count), None);
    if let Some(known) = &params.labels {
        labels = by_first(known);
        let marks = Marks::none(node_count);
        for u in (0..node_count as u32).filter(|&u| known[u as usize].is_some()) {
            waiting.clear(u);
            marks.set(u);
        }
        fixed = Some(marks);
    }
    let spreading = Spreading {
        arcs,
        fixed,
        labels,
        now: waiting,
        next: Marks::none(node_count),
        reached: false,
        worth: WORTH,
    };
    let few = params.tolerance * node_count as f64;
    let settle = || spreading.settle(params.seed, few, params.max_iterations);
    let (mut labels, convergence) = Watch::current().in_pool(settle)?;
    if params.labels.is_none() {
        labels = connected(arcs, &labels);
    } else if labels.contains(&NONE) {
        let pieces = connected(arcs, &labels);
        for (label, piece) in labels.iter_mut().zip(pieces) {
            // Labels are the first nodes that have them, and so are pieces, of others.
            *label = if *label == NONE { piece } else { *label };
        }
    }
    Ok(Partition {
        method: "label_propagation",
        labels: numbered(&labels),
        quality: f64::NAN,
        convergence: Some(convergence),
        ..Partition::default()
    })
}

impl LabelPropagation {
    fn check(&self, node_count: usize) -> Result<()> {
        if self.max_iterations == 0 {
            return Err(Error::parameter("max_iterations", "at least 1", self.max_iterations));
        }
        if !(0.0..=1.0).contains(&self.tolerance) {
            return Err(Error::parameter("tolerance", "in [0, 1]", self.tolerance));
        }
        match self.labels.as_ref().map(Vec::len) {
            Some(len) if len != node_count => Err(Error::parameter(
                "labels",
                format!("one for each of {node_count} nodes, where it is known"),
                format!("{len} labels"),
            )),
            _ => Ok(()),
        }
    }
}

/// Known labels by the first node that has each; no label is [`NONE`].
fn by_first(known: &[Option<u32>]) -> Vec<u32> {
    let nodes = known.iter().zip(0_u32..).filter_map(|(label, u)| label.map(|label| (label, u)));
    let mut first: Vec<(u32, u32)> = nodes.collect();
    first.sort_unstable();
    first.dedup_by_key(|&mut (label, _)| label);
    let find = |label: u32| first[first.partition_point(|&(other, _)| other < label)].1;
    known.iter().map(|label| label.map_or(NONE, find)).collect()
}

/// The labels of a small graph by one thread: where a whole graph is done so for each node of another.
pub(super) fn settled(arcs: &Adjacency, seed: u64) -> Vec<u32> {
    let node_count = arcs.row_count();
    let spreading = Spreading {
        arcs,
        fixed: None,
        labels: (0..node_count as u32).collect(),
        now: Marks::all(node_count),
        next: Marks::none(node_count),
        reached: false,
        worth: u64::MAX,
    };
    let LabelPropagation { max_iterations, .. } = LabelPropagation::default();
    let end = spreading.settle(seed, 0.0, max_iterations);
    connected(arcs, &end.map_or_else(|_| (0..node_count as u32).collect(), |(labels, _)| labels))
}

/// Nodes that one thread looks at without asking for more.
const TASK: usize = 64;

struct Spreading<'a> {
    arcs: &'a Adjacency,
    /// Those whose labels never change, where there are any.
    fixed: Option<Marks>,
    /// The smallest node that began with the label, or [`NONE`].
    labels: Vec<u32>,
    /// Nodes that this round still comes to, and those that the next one begins with.
    now: Marks,
    next: Marks,
    /// Whether a node took its first label in this round.
    reached: bool,
    /// Arcs of a block from which on several threads look for labels.
    worth: u64,
}

impl Spreading<'_> {
    /// Comes to the nodes in rounds until no more than a few change.
    fn settle(mut self, seed: u64, few: f64, max_iterations: u32) -> Result<(Vec<u32>, Convergence)> {
        let watch = Watch::current();
        let node_count = self.labels.len();
        let mut order = Order::new(node_count, self.arcs.arc_count() as u64);
        let desks = Desks::new();
        let mut convergence = Convergence { converged: false, iterations: 0, residual: f64::INFINITY };
        while !convergence.converged && convergence.iterations < max_iterations {
            let mut draw = generator(seed, "label propagation", u64::from(convergence.iterations));
            order.draw(&mut draw);
            let round = draw.next_u64();
            self.reached = false;
            let (mut halves, mut arcs, mut changed, mut done) = ([vec![], vec![]], 0, 0, 0_u64);
            for range in (0..order.len()).map(|at| order.range(at)) {
                let mut rest = self.now.first(range.clone());
                while let Some(u) = rest {
                    halves[(mixed(round, u) & 1) as usize].push(u as u32);
                    arcs += self.arcs.degree(u as u32);
                    done += 1;
                    if arcs > order.block {
                        changed += self.block(&mut halves, arcs, round, &desks);
                        watch.tick("label_propagation", done, node_count as u64)?;
                        arcs = 0;
                    }
                    rest = self.now.first(u + 1..range.end);
                }
            }
            changed += self.block(&mut halves, arcs, round, &desks);
            watch.tick("label_propagation", done, node_count as u64)?;
            std::mem::swap(&mut self.now, &mut self.next);
            convergence.iterations += 1;
            // As long as labels come to nodes without one, few changes are no end; that nobody is left is one.
            let is_left = self.now.count() > 0;
            convergence.residual = if is_left { changed as f64 / node_count as f64 } else { 0.0 };
            convergence.converged = !is_left || (changed as f64 <= few && !self.reached);
        }
        Ok((self.labels, convergence))
    }

    /// Lets the nodes of a block choose, one half after the other, and tells how many have changed.
    fn block(&mut self, halves: &mut [Vec<u32>; 2], arcs: u64, round: u64, desks: &Desks<Tally>) -> usize {
        let mut changed = 0;
        for nodes in halves {
            let mut choices = vec![NONE; nodes.len()];
            let choose = |(nodes, choices): (&[u32], &mut [u32])| {
                let mut tally = desks.mine();
                nodes
                    .iter()
                    .zip(choices)
                    .for_each(|(&u, choice)| *choice = self.choice(u, round, &mut tally));
            };
            if arcs < self.worth {
                choose((nodes, &mut choices));
            } else {
                nodes.par_chunks(TASK).zip(choices.par_chunks_mut(TASK)).for_each(choose);
            }
            nodes.iter().for_each(|&u| self.now.clear(u));
            let mut choices = choices.into_iter();
            nodes.retain(|&u| {
                let label = choices.next().unwrap_or(NONE);
                let before = std::mem::replace(&mut self.labels[u as usize], label);
                self.reached |= before == NONE && label != NONE;
                before != label
            });
            changed += nodes.len();
            nodes.drain(..).for_each(|u| self.wake(u));
        }
        changed
    }

    /// The label that most of the ties of `u` lead to.
    fn choice(&self, u: u32, round: u64, tally: &mut Tally) -> u32 {
        let (row, own) = (self.arcs.neighbors(u), self.labels[u as usize]);
        // Neighbors without a label have the label that stands for none.
        let label = |v: u32| self.labels[v as usize].wrapping_add(1);
        let bound = self.labels.len() + 1;
        tally.sum(row, self.arcs.weights(u), bound, label);
        let heaviest =
            tally.sums().filter(|&(key, _)| key != 0).fold(0.0, |most: f64, (_, sum)| most.max(sum));
        if heaviest <= 0.0 || (own != NONE && tally.get(own + 1) >= heaviest) {
            return own;
        }
        let best = tally.sums().filter(|&(key, sum)| key != 0 && sum >= heaviest).map(|(key, _)| key - 1);
        let lot = mixed(round, u as usize);
        best.max_by_key(|&label| (mixed(lot, label as usize), label)).unwrap_or(own)
    }

    /// Lets the neighbors of `u` choose again.
    fn wake(&self, u: u32) {
        for &v in self.arcs.neighbors(u) {
            let is_fixed = self.fixed.as_ref().is_some_and(|fixed| fixed.has(v));
            if !is_fixed && !self.now.has(v) && self.labels[v as usize] != self.labels[u as usize] {
                self.next.set(v);
            }
        }
    }
}

/// A number that is a function of two others and looks like chance.
fn mixed(state: u64, word: usize) -> u64 {
    mix(state ^ (word as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    fn pairs() -> Graph {
        let rows = EdgeChunk { sources: &[0, 2, 4], targets: &[1, 3, 5], weights: Some(&[1.0, 2.0, 0.0]) };
        Graph::from_edges(7, &[rows], &FromEdges { directed: false, ..FromEdges::default() }).unwrap()
    }

    #[test]
    fn two_who_have_only_each_other_agree() {
        for seed in 0..20 {
            let params = LabelPropagation { seed, ..LabelPropagation::default() };
            let partition = label_propagation(&pairs(), &params).unwrap();
            assert_eq!(partition.labels, [0, 0, 1, 1, 2, 3, 4], "{seed}");
            assert!(partition.convergence.unwrap().converged, "{seed}");
        }
    }

    #[test]
    fn known_labels_stay_and_those_whom_none_reaches_are_communities_by_component() {
        let known = vec![Some(9), None, None, None, Some(9), None, Some(2)];
        let params = LabelPropagation { labels: Some(known), ..LabelPropagation::default() };
        assert_eq!(label_propagation(&pairs(), &params).unwrap().labels, [0, 0, 1, 1, 0, 2, 3]);
    }

    #[test]
    fn bad_parameters_are_refused() {
        let refusal = |params| label_propagation(&pairs(), &params).unwrap_err().to_string();
        let usual = LabelPropagation::default;
        let cases = [
            (LabelPropagation { max_iterations: 0, ..usual() }, "max_iterations must be at least 1, got 0"),
            (LabelPropagation { tolerance: 1.5, ..usual() }, "tolerance must be in [0, 1], got 1.5"),
            (
                LabelPropagation { labels: Some(vec![None; 2]), ..usual() },
                "labels must be one for each of 7 nodes, where it is known, got 2 labels",
            ),
        ];
        for (params, expected) in cases {
            assert_eq!(refusal(params), expected);
        }
    }
}
