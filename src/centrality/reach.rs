//! The arcs along which distances are measured, component by component and hubs first.

use std::cmp::Reverse;
use std::ops::Range;

use rayon::prelude::*;

use super::Direction;
use crate::error::Result;
use crate::graph::{Adjacency, Graph, filled};
use crate::progress::Watch;

/// A graph read in one direction, without isolates and loops, its nodes under new names: the nodes of a component
/// follow each other, those with most arcs first.
///
/// What is asked for a node v is its distance from others: `to` holds the arcs that lead to v, `from` those that lead
/// on from it.
pub(super) struct Reach {
    /// The node of the graph behind each name.
    pub(super) order: Vec<u32>,
    /// The names in each component, whatever the direction of arcs.
    pub(super) components: Vec<Range<u32>>,
    pub(super) to: Adjacency,
    /// Absent where it would be the same.
    from: Option<Adjacency>,
}

impl Reach {
    /// `direction` names the arcs of v on its paths: with `In` they lead to v, with `Out` they are walked back from
    /// their ends, with `All` both ways.
    pub(super) fn new(
        graph: &Graph,
        direction: Direction,
        weighted: bool,
        stage: &'static str,
    ) -> Result<Reach> {
        let graph = if direction == Direction::All { graph.undirected() } else { graph };
        let (to, from) = match direction {
            Direction::Out => (graph.out(), graph.incoming()),
            Direction::In | Direction::All => (graph.incoming(), graph.out()),
        };
        let (order, components) = order(to, from, stage)?;
        let mut names = filled(u32::MAX, graph.node_count());
        for (&u, name) in order.iter().zip(0..) {
            names[u as usize] = name;
        }
        let renamed = |arcs: &Adjacency, weighted: bool| {
            Adjacency::from_nodes(&order, weighted, |u, neighbors, weights| {
                let first = neighbors.len();
                if !weighted {
                    let others = arcs.neighbors(u).iter().filter(|&&v| v != u);
                    neighbors.extend(others.map(|&v| names[v as usize]));
                    neighbors[first..].sort_unstable();
                    return;
                }
                let others = arcs.arcs(u).filter(|&(v, _)| v != u);
                let mut row: Vec<(u32, f32)> = others.map(|(v, w)| (names[v as usize], w as f32)).collect();
                row.sort_unstable_by_key(|&(v, _)| v);
                neighbors.extend(row.iter().map(|&(v, _)| v));
                weights.extend(row.iter().map(|&(_, weight)| weight));
            })
        };
        let from = graph.is_directed().then(|| renamed(from, false));
        Ok(Reach { to: renamed(to, weighted && graph.is_weighted()), from, order, components })
    }

    /// The arcs that lead on from each node.
    pub(super) fn from(&self) -> &Adjacency {
        self.from.as_ref().unwrap_or(&self.to)
    }

    /// Whether the arcs that lead to a node are those that lead on from it.
    pub(super) fn is_undirected(&self) -> bool {
        self.from.is_none()
    }

    /// Values by name as values by node of a graph of `node_count` nodes, 0 for those without arcs.
    pub(super) fn by_node<T: Copy + Send + Sync>(
        &self,
        node_count: usize,
        values: &[T],
        value: impl Fn(T) -> f64,
    ) -> Vec<f64> {
        let mut by_node = filled(0.0, node_count);
        for (&u, &of) in self.order.iter().zip(values) {
            by_node[u as usize] = value(of);
        }
        by_node
    }
}

/// The nodes with arcs to others: by component, the one of the largest hub first, then by their number of arcs.
fn order(to: &Adjacency, from: &Adjacency, stage: &'static str) -> Result<(Vec<u32>, Vec<Range<u32>>)> {
    const UNSEEN: u32 = u32::MAX;
    let watch = Watch::current();
    let node_count = to.row_count() as u32;
    let arcs = |u: u32| to.degree(u).max(from.degree(u));
    let is_alone = |u: u32| [to, from].iter().all(|arcs| arcs.neighbors(u).iter().all(|&v| v == u));
    let mut hubs: Vec<u32> = (0..node_count).into_par_iter().filter(|&u| !is_alone(u)).collect();
    hubs.par_sort_by_key(|&u| Reverse(arcs(u)));

    let mut component = filled(UNSEEN, node_count as usize);
    let (mut queue, mut components) = (Vec::with_capacity(hubs.len()), Vec::<Range<u32>>::new());
    let mut next = 0;
    for &hub in &hubs {
        if component[hub as usize] != UNSEEN {
            continue;
        }
        let (label, first) = (components.len() as u32, queue.len() as u32);
        component[hub as usize] = label;
        queue.push(hub);
        while let Some(&u) = queue.get(next) {
            if next.is_multiple_of(1 << 12) {
                watch.tick(stage, 0, hubs.len() as u64)?;
            }
            next += 1;
            let rows = if std::ptr::eq(to, from) {
                [to.neighbors(u), &[]]
            } else {
                [to.neighbors(u), from.neighbors(u)]
            };
            for &v in rows.into_iter().flatten() {
                if component[v as usize] == UNSEEN {
                    component[v as usize] = label;
                    queue.push(v);
                }
            }
        }
        components.push(first..queue.len() as u32);
    }
    let mut ends: Vec<u32> = components.iter().map(|names| names.start).collect();
    for u in hubs {
        let end = &mut ends[component[u as usize] as usize];
        queue[*end as usize] = u;
        *end += 1;
    }
    Ok((queue, components))
}
