//! VoteRank: spreaders elected one after the other, far from one another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::graph::{Graph, Scores, Values};
use crate::progress::Watch;

/// Parameters of [`voterank`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoteRank {
    /// How many to elect, at least 1; as many as get a vote unless given.
    pub k: Option<u64>,
}

/// Gives each node the place at which it is elected, 1 first.
///
/// Each node votes for all its neighbors with its ability, 1 at first. Who has most votes is elected and votes no more;
/// its neighbors have been heard and lose ability:
///
/// ```text
/// votes(v) = Σ ability(u)     ability(u) = max(0, 1 − (elected neighbors of u) / ⟨d⟩)
///            u neighbor of v
/// ```
///
/// ⟨d⟩ is the mean degree. The election ends with `k` nodes, or when nobody left gets a vote; those never elected have
/// no place ([`Values::NONE`]). Ties go to the smallest node; votes are counted in whole multiples of 1 / 2m, so ties
/// are exact.
///
/// Neighbors are those of the undirected view: distinct, in either direction, whatever the weight; loops do not
/// count. (NetworkX lets the nodes of a directed graph vote for those who point at them.)
///
/// # Errors
///
/// [`Error::Parameter`] for a `k` of 0, [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(m ⟨d⟩ + m log n) at worst, since nobody's ability falls more than ⟨d⟩ + 1 times, and on one thread. 40 bytes a
/// node beside the undirected view.
///
/// # References
///
/// Zhang, Chen, Dong, Zhao, "Identifying a set of influential spreaders in complex networks", Scientific Reports 6,
/// 2016.
///
/// # Examples
///
/// ```
/// use laud::centrality::{VoteRank, voterank};
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
///
/// let rows = EdgeChunk { sources: &[0, 0, 3], targets: &[1, 2, 4], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges::default())?;
/// let places = voterank(&graph, &VoteRank::default())?;
/// assert_eq!(places.integers(), [1, Values::NONE, Values::NONE, 2, Values::NONE]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn voterank(graph: &Graph, params: &VoteRank) -> Result<Scores> {
    let most = match params.k {
        Some(0) => return Err(Error::parameter("k", "at least 1", 0)),
        Some(k) => k.min(graph.node_count() as u64),
        None => graph.node_count() as u64,
    };
    let mut election = Election::new(graph);
    let mut places = vec![Values::NONE; graph.node_count()];
    let watch = Watch::current();
    let mut ticked = 0;
    for place in 1..=most {
        if place == 1 || election.work - ticked > STRIDE {
            watch.tick("voterank", place - 1, most)?;
            ticked = election.work;
        }
        let Some(elected) = election.winner() else { break };
        places[elected as usize] = place;
        election.elect(elected);
    }
    Ok(Scores::integer("voterank", places))
}

/// Votes changed between two reports of progress.
const STRIDE: u64 = 1 << 20;

struct Election<'a> {
    view: &'a Graph,
    /// What each has to give, times 2m.
    abilities: Vec<u64>,
    /// What each is given, times 2m.
    votes: Vec<u64>,
    /// Votes only fall: what is here may be more than a node has now, never less. The smallest node is the greatest of
    /// equals.
    heap: BinaryHeap<(u64, Reverse<u32>)>,
    work: u64,
}

impl Election<'_> {
    fn new(graph: &Graph) -> Election<'_> {
        let view = graph.undirected();
        let nodes = 0..view.node_count() as u32;
        let whole = view.arc_count() as u64;
        let votes: Vec<u64> = nodes.clone().map(|u| view.out().degree(u) * whole).collect();
        let heap = nodes.zip(&votes).map(|(u, &votes)| (votes, Reverse(u))).collect();
        Election { view, abilities: vec![whole; votes.len()], votes, heap, work: 0 }
    }

    /// Who has most votes; none where nobody has any.
    fn winner(&mut self) -> Option<u32> {
        while let Some((votes, Reverse(u))) = self.heap.pop() {
            let now = self.votes[u as usize];
            if votes == now {
                return Some(u).filter(|_| now > 0);
            }
            self.work += 1;
            self.heap.push((now, Reverse(u)));
        }
        None
    }

    fn elect(&mut self, elected: u32) {
        // The nodes over the mean degree, which is 2m / n, times 2m.
        let loss = self.votes.len() as u64;
        self.weaken(elected, u64::MAX);
        for &u in self.view.out().neighbors(elected) {
            self.weaken(u, loss);
        }
    }

    fn weaken(&mut self, voter: u32, loss: u64) {
        let loss = loss.min(self.abilities[voter as usize]);
        if loss > 0 {
            self.abilities[voter as usize] -= loss;
            let neighbors = self.view.out().neighbors(voter);
            neighbors.iter().for_each(|&v| self.votes[v as usize] -= loss);
            self.work += neighbors.len() as u64;
        }
    }
}
