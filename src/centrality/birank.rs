//! BiRank: on a network of two sides, such as customers and brands, each side scores the other.

use serde::{Deserialize, Serialize};

use super::power::{Limits, Matrix, by_node, by_readers, moved};
use super::seeds;
use crate::error::{Error, Result};
use crate::graph::{Adjacency, Column, Graph, Scores, sum};

/// Parameters of [`birank`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BiRank {
    /// What a score takes from the other side, the rest is a node's own: α in [0, 1).
    pub damping: f64,
    /// Nodes with weights that alone have something of their own, each on the sides it is on; empty for everybody
    /// alike.
    pub seeds: Vec<(u32, f64)>,
    /// L1 distance between two iterates, of hubs or of authorities, as a share of their sum, at which to stop,
    /// positive.
    pub tolerance: f64,
    /// Iterations after which to stop in any case, at least 1.
    pub max_iterations: u32,
    /// Whether arcs count by their weights, or each alike.
    pub weighted: bool,
    /// Whether not converging is an error.
    pub strict: bool,
}

impl Default for BiRank {
    fn default() -> BiRank {
        BiRank {
            damping: 0.85,
            seeds: Vec::new(),
            tolerance: 1e-9,
            max_iterations: 200,
            weighted: true,
            strict: false,
        }
    }
}

/// Scores each node as a hub, from whom arcs lead, and as an authority, to whom they lead, with a share of its own.
///
/// As [`hits`](super::hits()), but an arc counts less the more arcs its ends have, and each side keeps something of
/// its own, so that every component has scores and the answer does not depend on a start:
///
/// ```text
/// hub(u)       = (1 − α) p(u) + α Σ S(u,v) authority(v)
///                               u → v
/// authority(v) = (1 − α) q(v) + α Σ S(u,v) hub(u)          S(u,v) = w(u,v) / √(W_out(u) W_in(v))
///                               u → v
/// ```
///
/// p is even over the nodes that arcs lead from and sums to 1, q is even over those that arcs lead to. With seeds, p
/// and q are their weights, scaled to sum to 1 on each side that has one: scores then tell who is close to the seeds.
/// A node from which no arc of weight leads is 0 as a hub, one to which none leads is 0 as an authority.
///
/// Arcs are read as they are, each edge of an undirected graph both ways; a self-loop that was kept counts like any
/// arc. Multiplying all weights by a factor changes nothing. The scores are not normalised. NetworkX's
/// `bipartite.birank` is this with `alpha` and `beta` both α and both personalizations even, on arcs from the bottom to
/// the top.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, [`Error::NotConverged`] where `strict` asks for it.
///
/// # Complexity
///
/// O(n + m) an iteration; a copy of the arcs in both directions and 52 bytes a node beside the graph.
///
/// # References
///
/// He, Gao, Kan, Wang, "BiRank: towards ranking on bipartite graphs", IEEE Transactions on Knowledge and Data
/// Engineering 29, 2017.
///
/// # Examples
///
/// ```
/// use laud::centrality::{BiRank, birank};
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
///
/// let rows = EdgeChunk { sources: &[0, 1, 1], targets: &[2, 2, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// let scores = birank(&graph, &BiRank::default())?;
/// let Some(Values::Float(authority)) = scores.column("birank_authority") else { unreachable!() };
/// assert!(authority[2] > authority[3] && authority[0] == 0.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn birank(graph: &Graph, params: &BiRank) -> Result<Scores> {
    let BiRank { damping, tolerance, max_iterations, strict, .. } = *params;
    let limits = Limits { measure: "birank", tolerance, max_iterations, strict };
    limits.check()?;
    if !(0.0..1.0).contains(&damping) {
        return Err(Error::parameter("damping", "in [0, 1)", damping));
    }
    if !params.seeds.is_empty() {
        seeds::check(&params.seeds, graph.node_count(), "")?;
    }
    let order = by_readers(graph);
    let side = |arcs: &Adjacency| Side::new(arcs, &order, params);
    let (hubs, authorities) = (side(graph.out()), side(graph.incoming()));
    let mut hub = hubs.own.clone();
    let mut authority = authorities.own.clone();
    let convergence = limits.run(|| {
        let new_authority = authorities.pull(&hubs, &hub, damping);
        let new_hub = hubs.pull(&authorities, &new_authority, damping);
        let moved = moved(&new_authority, &authority).max(moved(&new_hub, &hub));
        (authority, hub) = (new_authority, new_hub);
        moved
    })?;
    let columns = vec![
        Column::float("birank_hub", by_node(&order, &hub)),
        Column::float("birank_authority", by_node(&order, &authority)),
    ];
    Ok(Scores::of_nodes("birank", columns).with_convergence(convergence))
}

/// The nodes as seen from one end of the arcs, in the order of the matrix.
struct Side {
    arcs: Matrix,
    /// 1 / √W of each node's arcs at this end; 0 where they weigh nothing.
    scale: Vec<f64>,
    /// What each node has of itself.
    own: Vec<f64>,
}

impl Side {
    fn new(arcs: &Adjacency, order: &[u32], params: &BiRank) -> Side {
        let strength = |u| if params.weighted { arcs.strength(u) } else { arcs.degree(u) as f64 };
        let scale: Vec<f64> = order
            .iter()
            .map(|&u| match strength(u) {
                0.0 => 0.0,
                strength => 1.0 / strength.sqrt(),
            })
            .collect();
        let mut weights = vec![if params.seeds.is_empty() { 1.0 } else { 0.0 }; order.len()];
        params.seeds.iter().for_each(|&(u, weight)| weights[u as usize] += weight);
        let is_on_side = |v: usize| f64::from(u8::from(scale[v] > 0.0));
        let mut own: Vec<f64> =
            order.iter().enumerate().map(|(v, &u)| weights[u as usize] * is_on_side(v)).collect();
        let total = sum(own.len(), |v| own[v]);
        if total > 0.0 {
            own.iter_mut().for_each(|own| *own /= total);
        }
        Side { arcs: Matrix::new(arcs, order, params.weighted), scale, own }
    }

    /// The scores of this side from those of the other.
    fn pull(&self, other: &Side, scores: &[f64], damping: f64) -> Vec<f64> {
        let offers: Vec<f64> = scores.iter().zip(&other.scale).map(|(score, scale)| score * scale).collect();
        self.arcs.pull(&offers, |v, sum| (1.0 - damping) * self.own[v] + damping * self.scale[v] * sum)
    }
}
