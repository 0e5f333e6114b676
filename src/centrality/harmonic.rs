//! Harmonic centrality: how near the others are, those out of reach being infinitely far.

use serde::{Deserialize, Serialize};

use super::hyperball::{Accuracy, balls};
use super::pruned::best;
use super::reach::Reach;
use super::{Direction, Distance, dijkstra, lanes};
use crate::error::{Error, Result};
use crate::graph::{Column, Graph, Scores};

/// Parameters of [`harmonic`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Harmonic {
    /// Whether paths lead to a node along its in-arcs, from it along its out-arcs, or either way.
    pub direction: Direction,
    /// How long an arc is.
    pub distance: Distance,
    /// The relative standard error wanted of the number of nodes within any distance, in [0.01625, 1): the scores are
    /// estimates then. Unless given, they are exact.
    pub epsilon: Option<f64>,
    /// Of the estimates.
    pub seed: u64,
    /// How many of the best nodes to score, at least 1; the others have none. Unless given, all.
    pub k: Option<usize>,
}

impl Default for Harmonic {
    fn default() -> Harmonic {
        Harmonic { direction: Direction::In, distance: Distance::Unit, epsilon: None, seed: 0, k: None }
    }
}

/// Scores each node by the sum of the reciprocals of its distances from the others.
///
/// ```text
/// harmonic(v) = Σ 1 / d(u,v)      u ≠ v, 1 / ∞ = 0
/// ```
///
/// The sum is not divided by n − 1. Nodes that do not reach v add nothing, so the scores need no connected graph;
/// an isolate scores 0, and adding one changes nothing.
///
/// With `direction` `In`, as in NetworkX, d(u,v) is the length of a shortest path that arrives at v; `Out` measures
/// those that start from v, `All` those of the undirected view. With `distance` `Unit` all arcs have length 1, those of
/// weight 0 too, and the searches of 512 sources run at once, a bit each: nodes ask their neighbors, the largest hubs
/// first, which sources have reached them, until all have. The counts are integers, the reciprocals multiples of 2^-64.
/// With other distances there is a search by Dijkstra's algorithm for each node, and arcs of weight 0 lead nowhere.
/// Parallel arcs are one, of their added weight. Loops do not count.
///
/// With `epsilon` the numbers of nodes within 2, 3, ... arcs are estimated by HyperLogLog counters, which neighbors
/// hand to each other; those at distance 1 are counted. A counter has p registers, the smallest power of two from 16 to
/// 4096 such that 1.04 / √p, the relative standard error η of an estimate, is at most `epsilon`. The column
/// `harmonic_error` bounds the standard error of a score: as
///
/// ```text
/// harmonic(v) = |B(T)| / T + Σ |B(t)| / t(t+1) − 1      t < T, |B(t)| nodes within t
/// ```
///
/// has no negative weights, it is at most η times the part of the sum that is estimated, which it reaches where the
/// errors at all distances agree.
///
/// With `k` only the k best are scored, exactly, and the others are null; of equal scores at the k-th place the
/// smallest nodes are taken. A search from a node ends as soon as it cannot become one of them even if all arcs to come
/// led to new nodes; in a directed graph no more of these than may arrive at it, which is counted over the strong
/// components.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, for `epsilon` or `k` with another distance than `Unit` or
/// with each other, and for a weight of 1 or more with [`Distance::Log`].
///
/// # Complexity
///
/// Exact: O(nm / 512), in practice far less where distances are short; a copy of the graph and about 250 bytes a node
/// for each thread. Other distances: O(n (m + n) log n). Estimates: O(pm) for each round of which a shortest path may
/// need one an arc, though only nodes next to a change take part; 2p bytes a node. The k best: O(nm) at worst.
///
/// # References
///
/// Marchiori, Latora, "Harmony in the small-world", Physica A 285, 2000. Boldi, Vigna, "Axioms for centrality", Internet
/// Mathematics 10, 2014. Then et al., "The more the merrier: efficient multi-source graph traversal", PVLDB 8, 2014.
/// Boldi, Vigna, "In-core computation of geometric centralities with HyperBall", ICDM Workshops 2013. Bergamini,
/// Borassi, Crescenzi, Marino, Meyerhenke, "Computing top-k closeness centrality faster in unweighted graphs", ACM
/// Transactions on Knowledge Discovery from Data 13, 2019.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Harmonic, harmonic};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// assert_eq!(harmonic(&graph, &Harmonic::default())?.values(), [0.0, 1.0, 1.5]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn harmonic(graph: &Graph, params: &Harmonic) -> Result<Scores> {
    const WORD: &str = "harmonic";
    let Harmonic { direction, distance, epsilon, seed, k } = *params;
    let (node_count, is_unit) = (graph.node_count(), distance == Distance::Unit);
    let accuracy = epsilon.map(|epsilon| Accuracy::new(epsilon, distance)).transpose()?;
    if k.is_some() && !is_unit {
        return Err(Error::parameter("distance", "unit where k is given", distance.name()));
    }
    if let (Some(_), Some(k)) = (epsilon, k) {
        return Err(Error::parameter("k", "absent where epsilon is given", k));
    }
    if k == Some(0) {
        return Err(Error::parameter("k", "at least 1", 0));
    }
    let reach = Reach::new(graph, direction, !is_unit, WORD)?;
    if let Some(accuracy) = accuracy {
        let balls = balls(&reach, accuracy, seed, WORD)?;
        let scores = reach.by_node(node_count, &balls, |of| of.harmonic());
        let errors = reach.by_node(node_count, &balls, |of| accuracy.error() * of.harmonic_spread());
        let columns = vec![Column::float(WORD, scores), Column::float("harmonic_error", errors)];
        return Ok(Scores::of_nodes(WORD, columns));
    }
    let scores = match k {
        Some(k) => best(&reach, node_count, k, WORD)?,
        None if is_unit => reach.by_node(node_count, &lanes::distances(&reach, WORD)?, |of| of.harmonic()),
        None => reach.by_node(node_count, &dijkstra::distances(&reach, distance, WORD)?, |of| of.harmonic),
    };
    Ok(Scores::float(WORD, scores))
}
