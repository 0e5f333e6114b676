//! PageRank: how often a random reader is found at a node.

use serde::{Deserialize, Serialize};

use super::power::Limits;
use super::walk::{Jump, Walk};
use crate::error::Result;
use crate::graph::{Graph, Scores};

/// Parameters of [`pagerank`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageRank {
    /// Probability α of following an arc, in [0, 1).
    pub damping: f64,
    /// What one more step of the reader would change in all, at which to stop, positive.
    pub tolerance: f64,
    /// Iterations after which to stop in any case, at least 1.
    pub max_iterations: u32,
    /// Whether arcs are followed in proportion to their weights, or each alike.
    pub weighted: bool,
    /// Whether not converging is an error.
    pub strict: bool,
}

impl Default for PageRank {
    fn default() -> PageRank {
        PageRank { damping: 0.85, tolerance: 1e-9, max_iterations: 200, weighted: true, strict: false }
    }
}

/// Scores each node by how often a random reader is found there.
///
/// The reader follows a random out-arc with probability α and otherwise jumps to any node; from a dangling
/// node, whose out-arcs weigh nothing, it always jumps. The scores are the fixed point of
///
/// ```text
/// x(v) = (1 − α + α Σ x(d)) / n  +  α Σ x(u) w(u,v) / W(u)
///                 d dangling          u → v
/// ```
///
/// so they are positive and sum to 1. W(u) is the weight of all arcs that leave u.
///
/// Arcs are read as they are, each edge of an undirected graph both ways; without weights, or with
/// `weighted: false`, each counts 1. An arc of weight 0 carries nothing. A self-loop that was kept is followed like
/// any arc. Parts that are not connected share the jumps alone.
///
/// The values, which sum to 1, are found where one more step of the reader would change them by at most `tolerance`
/// in all (absolutely, not times n). They are then within tolerance / (1 − α) of the fixed point.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a parameter outside its domain,
/// [`Error::NotConverged`](crate::Error::NotConverged) where `strict` asks for it.
///
/// # Complexity
///
/// O(n + m) an iteration; a copy of the in-arcs and 60 bytes a node beside the graph. An undirected graph takes some
/// 20 iterations by conjugate gradients. A directed one takes about half as many by block Gauss-Seidel as by powers of
/// the matrix.
///
/// # References
///
/// Page, Brin, Motwani, Winograd, "The PageRank citation ranking: bringing order to the web", Stanford, 1999.
/// Hestenes, Stiefel, "Methods of conjugate gradients for solving linear systems", Journal of Research of the National
/// Bureau of Standards 49, 1952. Arasu, Novak, Tomkins, Tomlin, "PageRank computation and the structure of the web:
/// experiments and algorithms", WWW 2002, for Gauss-Seidel; departing from it, arcs within one of 16 blocks use old
/// values, so that threads cannot change a bit.
///
/// # Examples
///
/// ```
/// use laud::centrality::{PageRank, pagerank};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0], targets: &[1], weights: None };
/// let graph = Graph::from_edges(2, &[rows], &FromEdges::default())?;
/// let scores = pagerank(&graph, &PageRank::default())?;
/// assert!((scores.values()[1] - 1.85 / 2.85).abs() < 1e-9);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn pagerank(graph: &Graph, params: &PageRank) -> Result<Scores> {
    let PageRank { damping, tolerance, max_iterations, weighted, strict } = *params;
    let limits = Limits { measure: "pagerank", tolerance, max_iterations, strict };
    let walk = Walk { limits, damping, weighted };
    walk.check()?;
    let jump = Jump { everywhere: 1.0 / graph.node_count() as f64, seeds: Vec::new() };
    let ([values], convergence) = walk.stationary::<1>(graph, &jump)?;
    Ok(Scores::float("pagerank", values).with_convergence(convergence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    fn one_arc() -> Graph {
        let rows = EdgeChunk { sources: &[0], targets: &[1], weights: None };
        Graph::from_edges(2, &[rows], &FromEdges::default()).unwrap()
    }

    #[test]
    fn bad_parameters_are_refused() {
        let refusal = |params| pagerank(&one_arc(), &params).unwrap_err().to_string();
        let damping = refusal(PageRank { damping: 1.0, ..PageRank::default() });
        assert_eq!(damping, "damping must be in [0, 1), got 1");
        let tolerance = refusal(PageRank { tolerance: 0.0, ..PageRank::default() });
        assert_eq!(tolerance, "tolerance must be positive and finite, got 0");
        let max_iterations = refusal(PageRank { max_iterations: 0, ..PageRank::default() });
        assert_eq!(max_iterations, "max_iterations must be at least 1, got 0");
    }

    #[test]
    fn too_few_iterations_are_told_and_an_error_where_strict() {
        let hasty = PageRank { max_iterations: 1, ..PageRank::default() };
        let scores = pagerank(&one_arc(), &hasty).unwrap();
        let convergence = scores.convergence.unwrap();
        assert_eq!((convergence.converged, convergence.iterations), (false, 1));
        assert!((scores.values().iter().sum::<f64>() - 1.0).abs() < 1e-15);
        let error = pagerank(&one_arc(), &PageRank { strict: true, ..hasty }).unwrap_err();
        assert!(error.to_string().starts_with("pagerank did not converge"), "{error}");
    }

    #[test]
    fn a_graph_without_nodes_has_no_scores_and_converges() {
        let graph = Graph::from_edges(0, &[], &FromEdges::default()).unwrap();
        let scores = pagerank(&graph, &PageRank::default()).unwrap();
        assert_eq!((scores.values(), scores.convergence.unwrap().converged), ([].as_slice(), true));
    }
}
