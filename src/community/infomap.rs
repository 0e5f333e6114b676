//! Infomap: the modules by which the path of a random walker is told in the fewest bits.

use serde::{Deserialize, Serialize};

use super::coding::{codelength, plogp, shorten};
use super::flow::Level;
use super::groups::compact;
use super::partition::{Partition, numbered};
use crate::error::{Error, Result};
use crate::graph::{Convergence, Graph, sum};
use crate::progress::Watch;

/// Parameters of [`infomap`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Infomap {
    /// Whether the walker follows arcs, where the graph has a direction, or goes along ties either way.
    pub directed: bool,
    /// Whether ties are followed in proportion to their weights, or each alike.
    pub weighted: bool,
    /// Probability of leaping to another node instead of following an arc, in (0, 1).
    pub teleportation: f64,
    /// How often to begin anew, in another order; the shortest code is taken. At least 1.
    pub trials: u32,
    /// Iterations of a trial after which to stop in any case, at least 1; each begins with the modules of the one before.
    pub max_iterations: u32,
    /// The share of the code that an iteration saves, at which to stop, at least 0.
    pub tolerance: f64,
    /// What the order of nodes is a function of.
    pub seed: u64,
}

impl Default for Infomap {
    fn default() -> Infomap {
        Infomap {
            directed: true,
            weighted: true,
            teleportation: 0.15,
            trials: 1,
            max_iterations: 10,
            tolerance: 1e-5,
            seed: 0,
        }
    }
}

/// Puts each node into a module such that the path of a random walker is told in few bits.
///
/// Nodes are named by code words that are short for nodes visited often, and may be used again in another module; that
/// the walker leaves a module, and which one it comes to, takes words too. With the visits p(u) of a node and p(c) of a
/// module, whose sum is 1, and with how often the walker leaves a module, q(c), and any module, q, a step takes
///
/// ```text
/// L  =  q H(q(c) / q)  +  Σ (q(c) + p(c)) H(q(c), p(u) for u in c)
///                         c
///    =  q log q  −  2 Σ q(c) log q(c)  −  Σ p(u) log p(u)  +  Σ (q(c) + p(c)) log (q(c) + p(c))
/// ```
///
/// bits: H is the entropy of shares, logarithms are to base 2. The quality of the partition is L: *lower* is better, and
/// it is never above that of a single module, which is what comes out where no modules save anything.
///
/// Along edges, or where `directed` is off, the walker is at each node in proportion to its strength in the undirected
/// view. Along arcs it follows an out-arc, and with probability τ, or always where nothing leaves a node, leaps to
/// a node in proportion to the weight of the arcs that leave that; a leap is a step like any other, and is told
/// ("recorded teleportation"), so that q(c) counts leaps between modules. Self-loops do not count. A node without ties,
/// or with ties of weight 0 only, is never visited; it is alone and takes no bits.
///
/// Each node moves to the module of a neighbor, or to one of its own, for as long as that saves bits; modules are the
/// nodes of a smaller network, where the same is done. Then nodes are moved anew from the modules found, and so are
/// parts of modules: those that nodes make which may only move within. Modules are joined along ties only.
/// The same seed gives the same modules at any number of threads: the moves of a block of nodes are found in parallel
/// and made one by one.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain; [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m) for each pass over the nodes, some tens a trial in practice, and as much for each step until the visits
/// along arcs have settled; 12 bytes for each tie in both directions, as much again while parts are moved, and about
/// 150 a node.
///
/// # References
///
/// Rosvall, Bergstrom, "Maps of random walks on complex networks reveal community structure", PNAS 105, 2008, also for
/// moving nodes and parts anew. Rosvall, Axelsson, Bergstrom, "The map equation", European Physical Journal Special
/// Topics 178, 2009. Lambiotte, Rosvall, "Ranking and clustering of nodes in networks with smart teleportation",
/// Physical Review E 85, 2012, for where leaps end; departing from the first, that is not anywhere alike.
///
/// # Examples
///
/// ```
/// use laud::community::{Infomap, infomap};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 3, 3, 4], targets: &[1, 2, 2, 3, 4, 5, 5], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let partition = infomap(&graph, &Infomap::default())?;
/// assert_eq!(partition.labels, [0, 0, 0, 1, 1, 1]);
/// assert!((partition.quality - 2.3207).abs() < 1e-4);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn infomap(graph: &Graph, params: &Infomap) -> Result<Partition> {
    params.check()?;
    let level = Level::of(graph, params.weighted, params.teleportation())?;
    let nodes = of_nodes(&level);
    let mut found: Option<(Vec<u32>, f64, Convergence)> = None;
    for trial in 0..params.trials {
        let end = Watch::current().in_pool(|| search(&level, nodes, params, trial))?;
        if found.as_ref().is_none_or(|(_, least, _)| end.1 < *least) {
            found = Some(end);
        }
    }
    let (mut labels, mut quality, convergence) = found.expect("there is a trial");
    if quality >= nodes {
        // One module is as good: then there is but one, of all who are visited.
        let is_visited = |u: usize| level.flows[u].visits > 0.0;
        let first = (0..labels.len()).find(|&u| is_visited(u)).unwrap_or(0) as u32;
        labels = (0..labels.len()).map(|u| if is_visited(u) { first } else { u as u32 }).collect();
        quality = nodes;
    }
    Ok(Partition {
        method: "infomap",
        labels: numbered(&labels),
        quality,
        convergence: Some(convergence),
        ..Partition::default()
    })
}

/// The bits that a step of a random walker takes, told by the modules of a partition: the map equation.
///
/// Of the parameters those count that describe the walk: `directed`, `weighted` and `teleportation`. See [`infomap`] for
/// the equation and what is read of the graph. All nodes in one module take the entropy of the visits.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain and for a partition of another length than the graph;
/// [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m), and as much for each step until the visits along arcs have settled; 12 bytes for each tie in both
/// directions and about 50 a node.
///
/// # References
///
/// Rosvall, Bergstrom, "Maps of random walks on complex networks reveal community structure", PNAS 105, 2008.
///
/// # Examples
///
/// ```
/// use laud::community::{Infomap, Partition, map_equation};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 3], targets: &[1, 2, 3, 0], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let bits = |labels: &[u32]| map_equation(&graph, &Partition::from_labels(labels), &Infomap::default());
/// assert_eq!(bits(&[0, 0, 0, 0])?, 2.0);
/// assert!(bits(&[0, 0, 1, 1])? > 2.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn map_equation(graph: &Graph, partition: &Partition, params: &Infomap) -> Result<f64> {
    params.check()?;
    partition.check(graph.node_count())?;
    let level = Level::of(graph, params.weighted, params.teleportation())?;
    let mut labels = numbered(&partition.labels);
    let bound = labels.len();
    let count = compact(&mut labels, bound);
    Ok(codelength(&level.aggregate(&labels, count), of_nodes(&level)))
}

impl Infomap {
    fn check(&self) -> Result<()> {
        if !(self.teleportation > 0.0 && self.teleportation < 1.0) {
            return Err(Error::parameter("teleportation", "in (0, 1)", self.teleportation));
        }
        if self.trials == 0 {
            return Err(Error::parameter("trials", "at least 1", self.trials));
        }
        if self.max_iterations == 0 {
            return Err(Error::parameter("max_iterations", "at least 1", self.max_iterations));
        }
        if !(self.tolerance >= 0.0 && self.tolerance.is_finite()) {
            return Err(Error::parameter("tolerance", "at least 0 and finite", self.tolerance));
        }
        Ok(())
    }

    fn teleportation(&self) -> Option<f64> {
        self.directed.then_some(self.teleportation)
    }
}

/// What the visits of single nodes add to the length of the code: their entropy, which is the code of one module.
fn of_nodes(level: &Level) -> f64 {
    -sum(level.node_count(), |u| plogp(level.flows[u].visits))
}

/// One trial: labels below the number of nodes, the length of their code, and how the search ended.
fn search(level: &Level, nodes: f64, params: &Infomap, trial: u32) -> Result<(Vec<u32>, f64, Convergence)> {
    let mut labels: Vec<u32> = (0..level.node_count() as u32).collect();
    let mut bits = f64::INFINITY;
    let mut salt = u64::from(trial) << 32;
    let mut draw = || {
        salt += 1 << 8;
        (params.seed, salt)
    };
    // A pass that saves less does not bring the end of an iteration closer.
    let worth = params.tolerance * 0.1 * nodes;
    let mut convergence = Convergence { converged: false, iterations: 0, residual: f64::INFINITY };
    while !convergence.converged && convergence.iterations < params.max_iterations {
        let modules = climb(level, &mut labels, draw(), worth)?;
        let modules = move_parts(level, modules, &mut labels, draw(), worth)?;
        let now = codelength(&modules, nodes);
        convergence.iterations += 1;
        convergence.residual = if nodes > 0.0 { (bits - now).max(0.0) / nodes } else { 0.0 };
        convergence.converged = convergence.residual <= params.tolerance;
        bits = now;
    }
    Ok((labels, bits, convergence))
}

/// Moves nodes from the modules they are in, then modules, then modules of those, and answers the last as nodes.
fn climb(level: &Level, labels: &mut [u32], (seed, salt): (u64, u64), worth: f64) -> Result<Level> {
    shorten(level, labels, (seed, salt), worth)?;
    let mut count = compact(labels, level.node_count());
    let mut above = level.aggregate(labels, count);
    for height in 1.. {
        let mut own: Vec<u32> = (0..count as u32).collect();
        shorten(&above, &mut own, (seed, salt + height), worth)?;
        let fewer = compact(&mut own, count);
        if fewer == count {
            break;
        }
        above = above.aggregate(&own, fewer);
        labels.iter_mut().for_each(|label| *label = own[*label as usize]);
        count = fewer;
    }
    Ok(above)
}

/// Moves parts of modules, each made by nodes that may only move within their module, and then climbs.
fn move_parts(
    level: &Level,
    modules: Level,
    labels: &mut [u32],
    (seed, salt): (u64, u64),
    worth: f64,
) -> Result<Level> {
    let mut parts: Vec<u32> = (0..level.node_count() as u32).collect();
    shorten(&level.within(labels), &mut parts, (seed, salt), worth)?;
    let count = compact(&mut parts, level.node_count());
    if count == modules.node_count() {
        return Ok(modules);
    }
    let mut of_part = vec![0; count];
    parts.iter().zip(&*labels).for_each(|(&part, &label)| of_part[part as usize] = label);
    let modules = climb(&level.aggregate(&parts, count), &mut of_part, (seed, salt + 1), worth)?;
    labels.iter_mut().zip(&parts).for_each(|(label, &part)| *label = of_part[part as usize]);
    Ok(modules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    #[test]
    fn the_least_networks_take_the_least_bits() {
        let graph = |node_count, sources: &[u32], targets: &[u32]| {
            let rows = EdgeChunk { sources, targets, weights: None };
            Graph::from_edges(node_count, &[rows], &FromEdges::default()).unwrap()
        };
        let of = |graph: &Graph| {
            let partition = infomap(graph, &Infomap::default()).unwrap();
            (partition.labels, partition.quality)
        };
        assert_eq!(of(&graph(0, &[], &[])), (vec![], 0.0));
        assert_eq!(of(&graph(2, &[], &[])), (vec![0, 1], 0.0));
        let (labels, bits) = of(&graph(3, &[0, 2], &[2, 0]));
        assert_eq!((labels, (bits - 1.0).abs() < 1e-12), (vec![0, 1, 0], true));
    }

    #[test]
    fn bad_parameters_are_refused() {
        let graph = Graph::from_adjacency(Default::default());
        let refusal = |params| infomap(&graph, &params).unwrap_err().to_string();
        let usual = Infomap::default;
        assert_eq!(
            refusal(Infomap { teleportation: 0.0, ..usual() }),
            "teleportation must be in (0, 1), got 0"
        );
        assert_eq!(refusal(Infomap { trials: 0, ..usual() }), "trials must be at least 1, got 0");
        assert_eq!(
            refusal(Infomap { max_iterations: 0, ..usual() }),
            "max_iterations must be at least 1, got 0"
        );
        assert_eq!(
            refusal(Infomap { tolerance: -1.0, ..usual() }),
            "tolerance must be at least 0 and finite, got -1"
        );
        let one = Partition::from_labels(&[0]);
        let error = map_equation(&graph, &one, &usual()).unwrap_err().to_string();
        assert_eq!(error, "partition must be a label for each of 0 nodes, got 1 labels");
    }
}
