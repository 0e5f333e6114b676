//! Collective influence: hubs around whom, at some distance, there are more hubs.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::graph::{Adjacency, Graph, Scores};
use crate::progress::Watch;

/// Parameters of [`collective_influence`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CollectiveInfluence {
    /// How many steps away the others are, at least 1.
    pub radius: u32,
}

impl Default for CollectiveInfluence {
    fn default() -> CollectiveInfluence {
        CollectiveInfluence { radius: 2 }
    }
}

/// Scores each node by its own degree and those of the nodes at a given distance.
///
/// ```text
/// CI(v) = (d(v) − 1) Σ (d(u) − 1)     over the nodes u exactly `radius` steps from v
/// ```
///
/// The sum grows with the number of paths on which v passes something on. It is the score of the whole graph: nobody is
/// taken away before the next is scored, as a search for the smallest set that breaks a network does.
///
/// Degrees and steps are those of the undirected view: distinct neighbors, in either direction, whatever the weight;
/// loops do not count. A node with one neighbor or none scores 0.
///
/// # Errors
///
/// [`Error::Parameter`] for a radius of 0, [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// The edges within the radius of each node, up to O(n m); of the last step, rows of hubs are added 64 nodes at a time,
/// which makes O(Σ d(v)²) for radius 2 up to 64 times less. 16 bytes an edge, 16 a node and 8 for each thread.
///
/// # References
///
/// Morone, Makse, "Influence maximization in complex networks through optimal percolation", Nature 524, 2015.
///
/// # Examples
///
/// ```
/// use laud::centrality::{CollectiveInfluence, collective_influence};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 3], targets: &[1, 2, 3, 4], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges::default())?;
/// let scores = collective_influence(&graph, &CollectiveInfluence::default())?;
/// assert_eq!(scores.integers(), [0, 1, 0, 1, 0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn collective_influence(graph: &Graph, params: &CollectiveInfluence) -> Result<Scores> {
    if params.radius == 0 {
        return Err(Error::parameter("radius", "at least 1", 0));
    }
    let watch = Watch::current();
    let space = Space::new(graph.undirected().out());
    let node_count = space.places.len();
    let done = AtomicU64::new(0);
    let score = |ball: &mut Ball, &place: &u32| -> Result<u64> {
        ball.nodes += 1;
        if ball.work + ball.nodes > STRIDE {
            let before = done.fetch_add(ball.nodes, Relaxed);
            watch.tick("collective_influence", before, node_count as u64)?;
            (ball.work, ball.nodes) = (0, 0);
        }
        match space.arcs.degree(place) {
            0 | 1 => Ok(0),
            degree => Ok((degree - 1) * ball.surface(&space, place, params.radius)),
        }
    };
    let scores = space.places.par_iter().map_init(|| Ball::new(&space), score).collect::<Result<_>>()?;
    Ok(Scores::integer("collective_influence", scores))
}

/// Nodes met between two reports of progress.
const STRIDE: u64 = 1 << 20;

/// Bits of a word.
const WORD: usize = 64;

/// A graph whose nodes go by their place in the order of degrees.
struct Space {
    /// The place of each node.
    places: Vec<u32>,
    arcs: Adjacency,
    /// The first place with more neighbors than a set of all nodes has words, twice over: a hub.
    first_hub: usize,
    /// The neighbors of each hub as a set of bits.
    hubs: Vec<Vec<u64>>,
}

impl Space {
    fn new(arcs: &Adjacency) -> Space {
        let mut order: Vec<u32> = (0..arcs.row_count() as u32).collect();
        order.par_sort_unstable_by_key(|&u| (arcs.degree(u), u));
        let mut places = vec![0; order.len()];
        order.iter().zip(0..).for_each(|(&u, place)| places[u as usize] = place);
        let words = order.len().div_ceil(WORD);
        let first_hub = order.partition_point(|&u| arcs.degree(u) <= 2 * words as u64);
        let arcs = arcs.relabeled(&order, false);
        let bits = |hub: usize| {
            let mut bits = vec![0; words];
            arcs.neighbors(hub as u32).iter().for_each(|&v| insert(&mut bits, v));
            bits
        };
        let hubs = (first_hub..order.len()).into_par_iter().map(bits).collect();
        Space { places, arcs, first_hub, hubs }
    }
}

#[inline]
fn insert(bits: &mut [u64], v: u32) {
    bits[v as usize / WORD] |= 1 << (v as usize % WORD);
}

/// The nodes around one.
struct Ball {
    /// The center for which each was last seen.
    seen: Vec<u32>,
    /// Those seen before the last step, step by step.
    inside: Vec<u32>,
    /// Those at the last step, as a set of bits.
    last: Vec<u64>,
    /// Since the last report: arcs followed, and centers. The first is told at once.
    work: u64,
    nodes: u64,
}

impl Ball {
    fn new(space: &Space) -> Ball {
        let node_count = space.places.len();
        let last = vec![0; node_count.div_ceil(WORD)];
        Ball { seen: vec![u32::MAX; node_count], inside: Vec::new(), last, work: STRIDE, nodes: 0 }
    }

    /// The sum of the degrees less 1 of the nodes at that distance.
    fn surface(&mut self, space: &Space, center: u32, radius: u32) -> u64 {
        self.inside.clear();
        self.inside.push(center);
        self.seen[center as usize] = center;
        let mut begin = 0;
        for _ in 1..radius {
            let end = self.inside.len();
            for at in begin..end {
                self.work += space.arcs.degree(self.inside[at]);
                for &v in space.arcs.neighbors(self.inside[at]) {
                    if self.seen[v as usize] != center {
                        self.seen[v as usize] = center;
                        self.inside.push(v);
                    }
                }
            }
            begin = end;
            if begin == self.inside.len() {
                return 0;
            }
        }
        let steps: u64 = self.inside[begin..].iter().map(|&u| space.arcs.degree(u)).sum();
        if steps > 4 * self.last.len() as u64 {
            return self.many(space, begin);
        }
        self.work += steps;
        let mut sum = 0;
        for &u in &self.inside[begin..] {
            for &v in space.arcs.neighbors(u) {
                if self.seen[v as usize] != center {
                    self.seen[v as usize] = center;
                    sum += space.arcs.degree(v) - 1;
                }
            }
        }
        sum
    }

    /// The same sum, where the last step reaches many, from those inside who are counted from `begin`.
    fn many(&mut self, space: &Space, begin: usize) -> u64 {
        self.last.fill(0);
        for &u in &self.inside[begin..] {
            if let Some(hub) = (u as usize).checked_sub(space.first_hub) {
                self.work += self.last.len() as u64;
                self.last.iter_mut().zip(&space.hubs[hub]).for_each(|(word, bits)| *word |= bits);
            } else {
                self.work += space.arcs.degree(u);
                space.arcs.neighbors(u).iter().for_each(|&v| insert(&mut self.last, v));
            }
        }
        for &u in &self.inside {
            self.last[u as usize / WORD] &= !(1 << (u as usize % WORD));
        }
        let degree = |place: usize| space.arcs.degree(place as u32);
        let weight = |(at, &word): (usize, &u64)| {
            let (first, end) = (at * WORD, space.places.len().min((at + 1) * WORD));
            if word == 0 || degree(first) == degree(end - 1) {
                // Nobody there, or all of one degree: most words, since places are in the order of degrees.
                return u64::from(word.count_ones()) * degree(first).saturating_sub(1);
            }
            (first..end).filter(|place| word >> (place - first) & 1 == 1).map(|place| degree(place) - 1).sum()
        };
        self.last.iter().enumerate().map(weight).sum()
    }
}
