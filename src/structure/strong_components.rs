//! Strong components: which nodes reach each other along arcs.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::progress::Watch;
use crate::structure::components::labeled;

/// Parameters of [`strong_components`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StrongComponents {}

/// Nodes between two reports of progress.
const STRIDE: u32 = 1 << 18;

/// Labels the strongly connected component of each node: 0 is the largest, ties by their smallest node.
///
/// Two nodes have the same label just when arcs lead from each to the other. Arcs of weight 0 are arcs. In an
/// undirected graph these are the components.
///
/// One search in depth, without recursion: a node carries the number of its visit, lowered to that of the earliest
/// node on the path that it still reaches; one that cannot go below its own number closes a component.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m), on one thread; 8 bytes a node, and 16 for each node on the path.
///
/// # References
///
/// Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, 1972. Pearce, "A
/// space-efficient algorithm for finding strongly connected components", Information Processing Letters 116, 2016.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{StrongComponents, strong_components};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 3], targets: &[1, 2, 1, 0], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(strong_components(&graph, &StrongComponents {})?.integers(), [1, 0, 0, 2]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn strong_components(graph: &Graph, _params: &StrongComponents) -> Result<Scores> {
    let watch = Watch::current();
    let node_count = graph.node_count() as u32;
    let mut search = Search::new(graph);
    for root in 0..node_count {
        if root % STRIDE == 0 {
            watch.tick("strong_components", u64::from(root), u64::from(node_count))?;
        }
        if search.lowest[root as usize] == UNSEEN {
            search.from(root, &watch)?;
        }
    }
    Ok(Scores::integer("strong_components", labeled(&search.representatives)))
}

/// Stands where a node was not visited.
const UNSEEN: u32 = u32::MAX;

/// Stands where a node's component is closed.
const CLOSED: u32 = u32::MAX - 1;

struct Search<'a> {
    graph: &'a Graph,
    /// The number of each node's visit, or of the earliest visit on the path that it reaches.
    lowest: Vec<u32>,
    /// The smallest node of each component that is closed.
    representatives: Vec<u32>,
    /// Nodes whose component is open, by their visit.
    open: Vec<u32>,
    visits: u32,
}

impl Search<'_> {
    fn new(graph: &Graph) -> Search<'_> {
        let node_count = graph.node_count();
        Search {
            graph,
            lowest: vec![UNSEEN; node_count],
            representatives: vec![0; node_count],
            open: Vec::new(),
            visits: 0,
        }
    }

    /// Visits everybody whom `root` reaches and nobody before it did.
    fn from(&mut self, root: u32, watch: &Watch) -> Result<()> {
        // A node of the path, the number of its visit, and how many of its arcs were followed.
        let mut path = vec![(root, self.visit(root), 0)];
        while let Some(&mut (u, visit, ref mut followed)) = path.last_mut() {
            let Some(&v) = self.graph.out().neighbors(u).get(*followed) else {
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
                        watch.tick("strong_components", u64::from(self.visits), self.lowest.len() as u64)?;
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
            self.representatives[v as usize] = smallest;
        }
    }
}
