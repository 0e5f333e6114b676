//! Core numbers: how deep in the dense part of the network a node lies.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::progress::Watch;
use crate::structure::oriented::neighbor_counts;

/// Parameters of [`core()`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Core {
    /// Whether neighbors count by the weights of the ties to them, or each alike.
    pub weighted: bool,
}

/// Gives each node the largest k such that it has k neighbors within the k-core.
///
/// The k-core is what remains when nodes with fewer than k remaining neighbors are taken away for as long as there
/// are any. Level by level, a queue of the nodes of the level takes up the neighbors that fall to it as each goes, and
/// the list of those that remain is shortened, which costs the sum of all core numbers. One thread does it without a
/// branch that depends on a degree: that is quicker than several which must not take from one degree at a time.
///
/// ```text
/// core(v) = max {k : v in a set of nodes that each have k neighbors in the set}
/// ```
///
/// Neighbors are those of the undirected view: distinct, in either direction, whatever the weight; loops do not
/// count. An isolate has core 0.
///
/// By weights it is the s-core: the largest s such that the node is in a set of nodes whose ties to others of the set,
/// of weight w(u,v) + w(v,u), add to s or more for each. The column is then of real numbers. The node of the least
/// remaining strength goes first, so strengths fall by one subtraction after the other, and end in 0 at the lowest.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m) on one thread; 20 bytes a node beside the graph and its in-arcs. By weights O(m log n); 16 bytes an edge and
/// 24 a node beside the undirected view.
///
/// # References
///
/// Seidman, "Network structure and minimum degree", Social Networks 5, 1983. Batagelj, Zaveršnik, "An O(m) algorithm
/// for cores decomposition of networks", 2003; levels without buckets as in Kabir, Madduri, "Parallel k-core
/// decomposition on multicore platforms", IPDPS Workshops 2017. By weights: Eidsaa, Almaas, "s-core network
/// decomposition: a generalization of k-core analysis to weighted networks", Physical Review E 88, 2013.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Core, core};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 3], targets: &[1, 2, 0, 0], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges::default())?;
/// assert_eq!(core(&graph, &Core::default())?.integers(), [2, 2, 2, 1, 0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn core(graph: &Graph, params: &Core) -> Result<Scores> {
    if params.weighted {
        return Ok(Scores::float("core", by_strength(graph)?));
    }
    let cores = by_level(graph)?;
    Ok(Scores::integer("core", cores.into_par_iter().map(u64::from).collect()))
}

/// Nodes between two reports of progress.
const STRIDE: usize = 1 << 12;

/// The degree of each node when it goes.
fn by_level(graph: &Graph) -> Result<Vec<u32>> {
    let watch = Watch::current();
    let node_count = graph.node_count();
    let mut degrees = neighbor_counts(graph);
    let mut remaining: Vec<u32> = (0..node_count as u32).collect();
    // What is written behind the end of the queue or of `remaining` is not there until the end moves.
    let mut queue = vec![0; node_count + 1];
    let (mut head, mut end, mut level) = (0, 0, 0);
    while end < node_count {
        let (mut kept, mut next) = (0, u32::MAX);
        for i in 0..remaining.len() {
            let u = remaining[i];
            let degree = degrees[u as usize];
            remaining[kept] = u;
            kept += usize::from(degree > level);
            queue[end] = u;
            end += usize::from(degree == level);
            next = next.min(if degree > level { degree } else { u32::MAX });
        }
        remaining.truncate(kept);
        if head == end {
            level = next;
            continue;
        }
        while head < end {
            if head.is_multiple_of(STRIDE) {
                watch.tick("core", head as u64, node_count as u64)?;
            }
            let u = queue[head];
            head += 1;
            let mut take_one = |v: u32| {
                let degree = &mut degrees[v as usize];
                queue[end] = v;
                end += usize::from(*degree == level + 1);
                *degree -= u32::from(*degree > level);
            };
            if graph.is_directed() {
                graph.each_neighbor(u, take_one);
            } else {
                // A loop finds its node at the level and takes nothing.
                graph.out().neighbors(u).iter().for_each(|&v| take_one(v));
            }
        }
        level += 1;
    }
    Ok(degrees)
}

/// The s-core of each node: the largest of the least strengths met until it goes.
fn by_strength(graph: &Graph) -> Result<Vec<f64>> {
    let watch = Watch::current();
    let arcs = graph.undirected().out();
    let nodes = 0..arcs.row_count() as u32;
    let mut strengths: Vec<f64> = nodes.clone().map(|u| arcs.strength(u)).collect();
    let mut cores = vec![f64::NAN; strengths.len()];
    // The bits of numbers that are not negative are ordered as they are. Whoever lost strength is in the heap again.
    let entry = |strength: f64, u: u32| Reverse((strength.to_bits(), u));
    let mut heap: BinaryHeap<_> = nodes.map(|u| entry(strengths[u as usize], u)).collect();
    let (mut level, mut gone) = (0.0_f64, 0);
    while let Some(Reverse((bits, u))) = heap.pop() {
        let strength = strengths[u as usize];
        if !cores[u as usize].is_nan() || strength.to_bits() != bits {
            continue;
        }
        if gone % STRIDE == 0 {
            watch.tick("core", gone as u64, cores.len() as u64)?;
        }
        gone += 1;
        level = level.max(strength);
        cores[u as usize] = level;
        for (v, weight) in arcs.arcs(u) {
            if weight > 0.0 && cores[v as usize].is_nan() {
                let left = (strengths[v as usize] - weight).max(0.0);
                strengths[v as usize] = left;
                heap.push(entry(left, v));
            }
        }
    }
    Ok(cores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges, SelfLoops};

    #[test]
    fn arcs_both_ways_are_one_neighbor_and_loops_none() {
        let rows = EdgeChunk { sources: &[0, 1, 0, 2], targets: &[1, 0, 0, 1], weights: None };
        for directed in [true, false] {
            let params = FromEdges { directed, self_loops: SelfLoops::Keep };
            let graph = Graph::from_edges(4, &[rows], &params).unwrap();
            assert_eq!(
                core(&graph, &Core::default()).unwrap().integers(),
                [1, 1, 1, 0],
                "directed: {directed}"
            );
        }
    }

    #[test]
    fn a_graph_without_nodes_has_no_cores() {
        let graph = Graph::from_edges(0, &[], &FromEdges::default()).unwrap();
        assert!(core(&graph, &Core::default()).unwrap().integers().is_empty());
    }
}
