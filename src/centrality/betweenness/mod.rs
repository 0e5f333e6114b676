//! Betweenness: how often a node is on the shortest paths between others.

mod ends;
mod folded;
mod lengths;
mod levels;
mod queue;
mod route;
mod sampled;
mod totals;

use serde::{Deserialize, Serialize};

use self::ends::Ends;
use self::folded::{Folded, Through};
use self::sampled::{Sampled, sampled};
use self::totals::{Pairs, Totals, totals};
use super::distance::Distance;
use crate::error::{Error, Result};
use crate::graph::{Column, Graph, Scores};

/// Parameters of [`betweenness`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Betweenness {
    /// Whether to divide by the number of pairs of which the node is no end, so that 1 is the most there can be.
    pub normalized: bool,
    /// How long an arc is.
    pub distance: Distance,
    /// How far a normalized score may be from the exact one, in (0, 1); exact unless given.
    pub epsilon: Option<f64>,
    /// Probability with which some score may be farther than that, in (0, 1).
    pub delta: f64,
    /// Seed of the samples.
    pub seed: u64,
    /// How many of the first nodes are to be told apart, at least 1: sampling stops when they are, or their errors
    /// and those of the nodes that could be among them are at most epsilon. All nodes alike unless given.
    pub k: Option<usize>,
    /// Nodes at which paths begin; all unless given.
    pub sources: Vec<u32>,
    /// Nodes at which paths end; all unless given.
    pub targets: Vec<u32>,
}

impl Default for Betweenness {
    fn default() -> Betweenness {
        Betweenness {
            normalized: true,
            distance: Distance::Unit,
            epsilon: None,
            delta: 0.1,
            seed: 0,
            k: None,
            sources: Vec::new(),
            targets: Vec::new(),
        }
    }
}

/// Scores each node by the share of the pairs of others that it is between.
///
/// A pair counts for a node by the share of the pair's shortest paths that lead through the node. Exact scores come
/// from a search from every source that counts paths on the way out and adds up shares on the way back; with
/// `epsilon`, one random shortest path is drawn for each of as many random pairs as the error asks for.
///
/// ```text
/// betweenness(v) =  Σ  σ(s,t|v) / σ(s,t)  /  P(v)         over pairs of s in sources, t in targets, s ≠ v ≠ t
/// σ(s,t)   number of shortest paths from s to t;  σ(s,t|v)  those through v
/// P(v)     number of these pairs, joined or not;  1 unless normalized
/// ```
///
/// Arcs are followed as they are. Pairs of a directed graph are ordered and P(v) = (n−1)(n−2); pairs of an undirected
/// graph are unordered and P(v) = (n−1)(n−2)/2, as in NetworkX. Given sources or targets restrict the pairs: a pair
/// that qualifies either way round still counts once, a node named twice counts once, and P(v) counts the pairs that
/// remain, so naming all nodes changes nothing. Where P(v) is 0 the score is 0.
///
/// Weights matter where `distance` makes lengths of them. Paths are equally long where their lengths differ by less
/// than 2⁻²² of the length (of 1, with `-log`), the precision to which weights are kept. An arc of weight 0 is an arc
/// of length 1 with `unit`, and leads nowhere otherwise. Parallel arcs have been added up, so they are one path.
/// Self-loops are on no shortest path, ends are not between, pairs that no path joins count 0, isolates score 0.
///
/// With `epsilon` each |score − exact| is at most its `betweenness_error`, itself at most epsilon, for all nodes at
/// once with probability 1 − δ; with `k` errors are what they are when the first k are known. Errors are scaled as
/// scores are. At most
///
/// ```text
/// 0.5/ε² (⌊log₂(D − 2)⌋ + 1 + ln(2/δ))
/// ```
///
/// pairs are drawn, with D a bound on the nodes of a shortest path: in an undirected component 1 + twice the distance
/// of the node farthest from the one of most edges, in a directed one its number of nodes. Sample i is a function of
/// the seed and i, and stopping is decided after fixed numbers of samples.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, `epsilon` with another distance than `unit`, `k` without
/// `epsilon`, or weights that `distance` gives no length; [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// Exact: O(n m), by length O(n (m + n log n)), in which n and m are without trees that hang on the graph; 24 bytes
/// an arc, 350 a node and 220 a node for each thread. Sampled: for each pair a small part of the arcs where the graph
/// is a small world, O(m) at worst; 4 bytes an arc and 50 a node, and 24 a node for each thread.
///
/// # References
///
/// Freeman, "A set of measures of centrality based on betweenness", Sociometry 40, 1977. Brandes, "A faster algorithm
/// for betweenness centrality", Journal of Mathematical Sociology 25, 2001. Baglioni, Geraci, Pellegrini, Lastres,
/// "Fast exact computation of betweenness centrality in social networks", ASONAM 2012, whose folding is here carried
/// over to arcs. Sarıyüce, Saule, Kaya, Çatalyürek, "Regularizing graph centrality computations", Journal of Parallel
/// and Distributed Computing 76, 2015. Riondato, Kornaropoulos, "Fast approximation of betweenness centrality through
/// sampling", Data Mining and Knowledge Discovery 30, 2016. Borassi, Natale, "KADABRA is an adaptive algorithm for
/// betweenness via random approximation", ESA 2016.
///
/// # Examples
///
/// ```
/// use laud::centrality::{Betweenness, betweenness};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2], targets: &[1, 2, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let scores = betweenness(&graph, &Betweenness { normalized: false, ..Betweenness::default() })?;
/// assert_eq!(scores.values(), [0.0, 2.0, 2.0, 0.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn betweenness(graph: &Graph, params: &Betweenness) -> Result<Scores> {
    params.check()?;
    params.distance.check(graph.out())?;
    let ends = Ends::new(graph.node_count(), graph.is_directed(), &params.sources, &params.targets)?;
    let pairs = |v: usize| ends.pairs_without(v as u32);
    if let Some(epsilon) = params.epsilon {
        let Sampled { mut values, mut errors } = sampled(graph, params, &ends, epsilon)?;
        if !params.normalized {
            let scale = |(v, value): (usize, &mut f64)| *value *= pairs(v);
            values.iter_mut().enumerate().for_each(scale);
            errors.iter_mut().enumerate().for_each(scale);
        }
        let columns = [("betweenness", values), ("betweenness_error", errors)];
        let columns = columns.map(|(name, values)| Column::float(name, values));
        return Ok(Scores::of_nodes("betweenness", columns.into()));
    }
    let mut values = if ends.is_everybody() {
        let mut values = everybody(graph, params.distance, false, "betweenness")?.nodes;
        if !graph.is_directed() {
            values.iter_mut().for_each(|value| *value /= 2.0);
        }
        values
    } else {
        between(graph, params.distance, &ends)?
    };
    if params.normalized {
        values.iter_mut().enumerate().for_each(|(v, value)| *value /= pairs(v).max(1.0));
    }
    Ok(Scores::float("betweenness", values))
}

impl Betweenness {
    fn check(&self) -> Result<()> {
        if let Some(epsilon) = self.epsilon.filter(|&epsilon| !(epsilon > 0.0 && epsilon < 1.0)) {
            return Err(Error::parameter("epsilon", "in (0, 1)", epsilon));
        }
        if !(self.delta > 0.0 && self.delta < 1.0) {
            return Err(Error::parameter("delta", "in (0, 1)", self.delta));
        }
        if self.k == Some(0) {
            return Err(Error::parameter("k", "at least 1", 0));
        }
        if let Some(k) = self.k.filter(|_| self.epsilon.is_none()) {
            return Err(Error::parameter("k", "given together with epsilon, which bounds the sampling", k));
        }
        if self.epsilon.is_some() && self.distance != Distance::Unit {
            return Err(Error::parameter(
                "distance",
                "unit with epsilon: scores by length are exact",
                "another",
            ));
        }
        Ok(())
    }
}

/// What all ordered pairs add to nodes and arcs.
pub(super) fn everybody(
    graph: &Graph,
    distance: Distance,
    with_arcs: bool,
    measure: &'static str,
) -> Result<Through> {
    let folded = Folded::new(graph, distance, true);
    let pairs = Pairs {
        sources: &together(&folded, 0..folded.len() as u32),
        begins: &folded.sources,
        ends: &folded.targets,
    };
    let totals = totals(&folded, &pairs, with_arcs, measure)?;
    Ok(folded.through(&totals))
}

/// What given pairs, each once, add to nodes.
fn between(graph: &Graph, distance: Distance, ends: &Ends) -> Result<Vec<f64>> {
    let folded = Folded::new(graph, distance, false);
    let mut sum = Totals::new(&folded, false);
    // Pairs that an undirected graph has both ways round count half each way.
    for both in [false, true] {
        let worth = |u: u32| {
            let half = if both && !graph.is_directed() && ends.is_both(u) { 0.5 } else { 1.0 };
            if ends.is_target(u) { half } else { 0.0 }
        };
        let named = 0..folded.len() as u32;
        let sources = named.filter(|&name| {
            let u = folded.nodes[name as usize];
            ends.is_source(u) && ends.is_both(u) == both
        });
        let weights: Vec<f64> = folded.nodes.iter().map(|&u| worth(u)).collect();
        let pairs = Pairs { sources: &together(&folded, sources), begins: &folded.sources, ends: &weights };
        sum.add(&totals(&folded, &pairs, false, "betweenness")?);
    }
    Ok(folded.through(&sum).nodes)
}

/// Those sources from which arcs lead on, such that neighbors of the same node follow each other: their searches
/// reach most nodes at the same depth, and share the look at them.
fn together(folded: &Folded, sources: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut sources: Vec<u32> = sources.filter(|&s| folded.out.degree(s) > 0).collect();
    sources.sort_by_key(|&s| (folded.components[s as usize], folded.out.neighbors(s)[0], s));
    sources
}
