//! Strong components by one search in depth.

use super::Adjacency;
use crate::error::Result;
use crate::progress::Watch;

/// Nodes between two reports of progress.
const STRIDE: u32 = 1 << 18;

/// The strong components in an order in which each comes after all that it reaches.
pub(crate) struct Closed {
    /// The smallest node of the component of each node.
    pub(crate) representatives: Vec<u32>,
    /// The nodes, component by component.
    pub(crate) order: Vec<u32>,
}

/// The strong components of the nodes of some rows.
pub(crate) fn closed_components(rows: &Adjacency, stage: &'static str) -> Result<Closed> {
    let watch = Watch::current();
    let node_count = rows.row_count() as u32;
    let mut search = Search::new(rows, stage);
    for root in 0..node_count {
        if root % STRIDE == 0 {
            watch.tick(stage, u64::from(root), u64::from(node_count))?;
        }
        if search.lowest[root as usize] == UNSEEN {
            search.from(root, &watch)?;
        }
    }
    Ok(search.closed)
}

/// Stands where a node was not visited.
const UNSEEN: u32 = u32::MAX;

/// Stands where a node's component is closed.
const CLOSED: u32 = u32::MAX - 1;

struct Search<'a> {
    rows: &'a Adjacency,
    stage: &'static str,
    /// The number of each node's visit, or of the earliest visit on the path that it reaches.
    lowest: Vec<u32>,
    closed: Closed,
    /// Nodes whose component is open, by their visit.
    open: Vec<u32>,
    visits: u32,
}

impl Search<'_> {
    fn new<'a>(rows: &'a Adjacency, stage: &'static str) -> Search<'a> {
        let node_count = rows.row_count();
        let closed = Closed { representatives: vec![0; node_count], order: Vec::with_capacity(node_count) };
        Search { rows, stage, lowest: vec![UNSEEN; node_count], closed, open: Vec::new(), visits: 0 }
    }

    /// Visits everybody whom `root` reaches and nobody before it did.
    fn from(&mut self, root: u32, watch: &Watch) -> Result<()> {
        // A node of the path, the number of its visit, and how many of its arcs were followed.
        let mut path = vec![(root, self.visit(root), 0)];
        while let Some(&mut (u, visit, ref mut followed)) = path.last_mut() {
            let Some(&v) = self.rows.neighbors(u).get(*followed) else {
                path.pop();
                if self.lowest[u as usize] == visit {
                    self.close(u);
                } else if let Some((before, ..)) = path.last() {
                    let before = *before as usize;
                    self.lowest[before] = self.lowest[before].min(self.lowest[u as usize]);
                }
                continue;
            };
            *followed += 1;
            match self.lowest[v as usize] {
                UNSEEN => {
                    if self.visits.is_multiple_of(STRIDE) {
                        watch.tick(self.stage, u64::from(self.visits), self.lowest.len() as u64)?;
                    }
                    path.push((v, self.visit(v), 0));
                }
                CLOSED => {}
                lowest => self.lowest[u as usize] = self.lowest[u as usize].min(lowest),
            }
        }
        Ok(())
    }

    fn visit(&mut self, u: u32) -> u32 {
        self.lowest[u as usize] = self.visits;
        self.open.push(u);
        self.visits += 1;
        self.visits - 1
    }

    /// Closes the component of `u`: those that are open and were visited since.
    fn close(&mut self, u: u32) {
        let start = self.open.iter().rposition(|&v| v == u).expect("it is open");
        let smallest = self.open[start..].iter().copied().min().expect("it has a member");
        for v in self.open.drain(start..) {
            self.lowest[v as usize] = CLOSED;
            self.closed.representatives[v as usize] = smallest;
            self.closed.order.push(v);
        }
    }
}
