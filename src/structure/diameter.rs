//! Diameter: how far apart two nodes can be.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Components, components};
use crate::error::Result;
use crate::graph::{Adjacency, Bfs, Graph, Scores};
use crate::progress::Watch;

/// Parameters of [`diameter()`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Diameter {}

/// Measures the largest distance between two nodes that are connected.
///
/// A component is searched from a node c in its middle. Two nodes that are both within i of c are at most 2i apart, so
/// once the eccentricities of all nodes farther than i are known and one is 2i or more, the largest of them is the
/// diameter. Few nodes are farther than that in a network whose fringes are thin, and so few searches are needed.
///
/// ```text
/// diameter = max {d(u,v) : d(u,v) < ∞}
/// ```
///
/// Distances are those of the undirected view: arcs of length 1 in either direction, whatever the weight; loops do
/// not count. Of a graph in several components it is the largest diameter of any, not infinite. It is 0 without edges
/// and null without nodes.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(nm) at worst, a few searches of O(m) in most networks; 8 bytes a node for each thread, and the undirected view.
///
/// # References
///
/// Crescenzi, Grossi, Habib, Lanzi, Marino, "On computing the diameter of real-world undirected graphs", Theoretical
/// Computer Science 514, 2013.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Diameter, diameter};
///
/// let rows = EdgeChunk { sources: &[0, 1, 3], targets: &[1, 2, 4], weights: None };
/// let graph = Graph::from_edges(6, &[rows], &FromEdges::default())?;
/// assert_eq!(diameter(&graph, &Diameter {})?.values(), [2.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn diameter(graph: &Graph, _params: &Diameter) -> Result<Scores> {
    let node_count = graph.node_count();
    if node_count == 0 {
        return Ok(Scores::number("diameter", f64::NAN));
    }
    let labels = components(graph, &Components {})?;
    // Of each component the size and the node with most neighbors.
    let arcs = graph.undirected().out();
    let mut parts: Vec<(usize, u32)> = Vec::new();
    for (u, &label) in (0..).zip(labels.integers()) {
        if label as usize >= parts.len() {
            parts.resize(label as usize + 1, (0, u));
        }
        let (size, hub) = &mut parts[label as usize];
        *size += 1;
        if *size == 1 || arcs.degree(u) > arcs.degree(*hub) {
            *hub = u;
        }
    }
    let mut bfs = Bfs::new(node_count);
    let mut largest = 0;
    // The largest components come first; a smaller one has shorter paths than it has nodes.
    for (size, hub) in parts {
        if size <= largest as usize + 1 {
            break;
        }
        largest = of_component(arcs, hub, largest, &mut bfs)?;
    }
    Ok(Scores::number("diameter", largest.into()))
}

/// Searches by all threads at a time, after which it is decided whether others are needed.
const TASK: usize = 64;

/// The larger of `known` and the diameter of the component of `hub`.
fn of_component(arcs: &Adjacency, hub: u32, known: u32, bfs: &mut Bfs) -> Result<u32> {
    let watch = Watch::current();
    // Two double sweeps: each ends with a path that is long, from whose middle the next begins.
    let (mut center, mut largest) = (hub, known);
    for _ in 0..2 {
        bfs.from(arcs, center, || watch.tick("diameter", 0, 0))?;
        let (end, _) = bfs.farthest();
        bfs.from(arcs, end, || watch.tick("diameter", 0, 0))?;
        let (mut middle, length) = bfs.farthest();
        largest = largest.max(length);
        while bfs.distance(middle) > length / 2 {
            let nearer = |&v: &u32| bfs.distance(v) < bfs.distance(middle);
            middle = arcs.neighbors(middle).iter().copied().find(nearer).expect("a path leads there");
        }
        center = middle;
    }
    let fringe: Vec<u32> =
        bfs.from(arcs, center, || watch.tick("diameter", 0, 0))?.iter().rev().copied().collect();
    let total = fringe.len() as u64;
    let mut done = 0;
    for nodes in fringe.chunks(TASK) {
        // Those that remain are within this of the center.
        let radius = bfs.distance(nodes[0]);
        if largest >= 2 * radius {
            break;
        }
        let tick = || watch.tick("diameter", done, total);
        let eccentricity = |bfs: &mut Bfs, &u: &u32| -> Result<u32> {
            bfs.from(arcs, u, tick)?;
            Ok(bfs.farthest().1)
        };
        let found: Vec<u32> =
            nodes.par_iter().map_init(|| Bfs::new(arcs.row_count()), eccentricity).collect::<Result<_>>()?;
        largest = found.into_iter().fold(largest, u32::max);
        done += nodes.len() as u64;
    }
    Ok(largest)
}
