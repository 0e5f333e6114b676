//! One search in depth of the undirected view: what hangs together only through one node or one edge.

use crate::error::Result;
use crate::graph::Graph;
use crate::progress::Watch;

/// A forest of paths, one tree a component. Nodes go by the number of their visit, so a node comes after those on the
/// path to it, and its tree is a range.
pub(super) struct Lowpoint {
    /// The node of each visit.
    pub(super) nodes: Vec<u32>,
    /// The visit from which each was reached; of a root, its own.
    pub(super) parents: Vec<u32>,
    /// The earliest visit that an edge leads to from the tree of each, but for the one by which it was reached.
    pub(super) lowest: Vec<u32>,
    /// Nodes in the tree of each, with itself.
    pub(super) sizes: Vec<u32>,
}

/// Visits between two reports of progress.
const STRIDE: usize = 1 << 18;

const UNSEEN: u32 = u32::MAX;

impl Lowpoint {
    pub(super) fn new(graph: &Graph, stage: &'static str) -> Result<Lowpoint> {
        let arcs = graph.undirected().out();
        let node_count = arcs.row_count();
        let watch = Watch::current();
        let mut visits = vec![UNSEEN; node_count];
        let mut found = Lowpoint {
            nodes: Vec::with_capacity(node_count),
            parents: Vec::with_capacity(node_count),
            lowest: Vec::with_capacity(node_count),
            sizes: vec![1; node_count],
        };
        // Visits on the path, and how many of the node's edges were followed.
        let mut path: Vec<(u32, usize)> = Vec::new();
        let mut ticked = 0;
        for root in 0..node_count as u32 {
            if visits[root as usize] != UNSEEN {
                continue;
            }
            if found.nodes.len() >= ticked {
                watch.tick(stage, found.nodes.len() as u64, node_count as u64)?;
                ticked = found.nodes.len() + STRIDE;
            }
            path.push((found.visit(root, None, &mut visits), 0));
            while let Some((at, followed)) = path.last_mut() {
                let (at, parent) = (*at, found.parents[*at as usize]);
                if let Some(&v) = arcs.neighbors(found.nodes[at as usize]).get(*followed) {
                    *followed += 1;
                    match visits[v as usize] {
                        UNSEEN => {
                            if found.nodes.len() >= ticked {
                                watch.tick(stage, found.nodes.len() as u64, node_count as u64)?;
                                ticked = found.nodes.len() + STRIDE;
                            }
                            path.push((found.visit(v, Some(at), &mut visits), 0));
                        }
                        // There is one edge a pair, so this is the one that led here.
                        visit if visit == parent => {}
                        visit => found.lower(at, visit),
                    }
                } else {
                    path.pop();
                    if parent != at {
                        found.lower(parent, found.lowest[at as usize]);
                        found.sizes[parent as usize] += found.sizes[at as usize];
                    }
                }
            }
        }
        Ok(found)
    }

    fn visit(&mut self, u: u32, parent: Option<u32>, visits: &mut [u32]) -> u32 {
        let visit = self.nodes.len() as u32;
        visits[u as usize] = visit;
        self.nodes.push(u);
        self.parents.push(parent.unwrap_or(visit));
        self.lowest.push(visit);
        visit
    }

    fn lower(&mut self, visit: u32, to: u32) {
        let lowest = &mut self.lowest[visit as usize];
        *lowest = to.min(*lowest);
    }

    /// The visits that are no roots, each with the one it was reached from.
    pub(super) fn reached(&self) -> impl Iterator<Item = (usize, usize)> {
        self.parents
            .iter()
            .enumerate()
            .map(|(at, &parent)| (at, parent as usize))
            .filter(|(at, parent)| at != parent)
    }
}
