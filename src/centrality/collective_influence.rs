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
/// The sum of the edges within the radius of each node: O(Σ d(v)²) for radius 2, nearly O(n m) where the radius reaches
/// most of the graph. 12 bytes a node for each thread.
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
    let arcs = graph.undirected().out();
    let node_count = arcs.row_count();
    let done = AtomicU64::new(0);
    let score = |ball: &mut Ball, u: u32| -> Result<u64> {
        ball.nodes += 1;
        if ball.work + ball.nodes > STRIDE {
            let before = done.fetch_add(ball.nodes, Relaxed);
            watch.tick("collective_influence", before, node_count as u64)?;
            (ball.work, ball.nodes) = (0, 0);
        }
        match arcs.degree(u) {
            0 | 1 => Ok(0),
            degree => Ok((degree - 1) * ball.surface(arcs, u, params.radius)),
        }
    };
    let nodes = (0..node_count as u32).into_par_iter();
    let scores = nodes.map_init(|| Ball::new(node_count), score).collect::<Result<_>>()?;
    Ok(Scores::integer("collective_influence", scores))
}

/// Nodes met between two reports of progress.
const STRIDE: u64 = 1 << 20;

/// The nodes around one.
struct Ball {
    /// The center for which each was last seen.
    seen: Vec<u32>,
    surface: Vec<u32>,
    next: Vec<u32>,
    /// Since the last report: arcs followed, and centers. The first is told at once.
    work: u64,
    nodes: u64,
}

impl Ball {
    fn new(node_count: usize) -> Ball {
        Ball {
            seen: vec![u32::MAX; node_count],
            surface: Vec::new(),
            next: Vec::new(),
            work: STRIDE,
            nodes: 0,
        }
    }

    /// The sum of the degrees less 1 of the nodes at that distance.
    fn surface(&mut self, arcs: &Adjacency, center: u32, radius: u32) -> u64 {
        self.surface.clear();
        self.surface.push(center);
        self.seen[center as usize] = center;
        for _ in 0..radius {
            for &u in &self.surface {
                self.work += arcs.degree(u);
                for &v in arcs.neighbors(u) {
                    if self.seen[v as usize] != center {
                        self.seen[v as usize] = center;
                        self.next.push(v);
                    }
                }
            }
            std::mem::swap(&mut self.surface, &mut self.next);
            self.next.clear();
        }
        self.surface.iter().map(|&u| arcs.degree(u) - 1).sum()
    }
}
