//! Well connected communities: those that do not fall apart when a few edges go.

use rayon::prelude::*;

use super::groups::{Groups, compact};
use super::partition::Partition;
use super::ties::ratio;
use crate::error::Result;
use crate::graph::{Adjacency, Graph};
use crate::progress::Watch;

/// Which communities are well connected: the result of [`well_connected`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WellConnected {
    /// By community; `None` for a single node, and where it would take too long to tell.
    pub communities: Vec<Option<bool>>,
    /// The share of those that were looked at which are well connected; NaN where none was.
    pub share: f64,
    /// The share of all nodes who are in them; NaN without nodes.
    pub coverage: f64,
}

/// Tells which communities are well connected: more than log₁₀ of their size of edges must go to cut them in two.
///
/// A community of 10 nodes or more that hangs together by one edge is not well connected, nor is one of 100 by two:
///
/// ```text
/// minimum cut of the edges within c > log₁₀ n(c)
/// ```
///
/// Edges are those of the undirected view, one a pair whatever its weight, 0 too. A single node is neither. Nodes that are
/// shown to be held together by enough edges are put together until a node is left that too few edges hold, or only one is
/// left. What is put together in a pass follows from one order of the nodes, each time the one most tied to those
/// before. On networks a few passes do; a community that would take more than some hundred, longer than 10⁸ steps, is not
/// decided.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a partition of another number of nodes;
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m log m) for each of a few passes; communities in parallel; about 100 bytes an edge of those that are looked at.
///
/// # References
///
/// Park et al., "Well-connectedness and community detection", PLOS Complex Systems 1, 2024. Nagamochi, Ibaraki, "Computing
/// edge-connectivity in multigraphs and capacitated graphs", SIAM Journal on Discrete Mathematics 5, 1992. Padberg,
/// Rinaldi, "An efficient algorithm for the minimum capacity cut problem", Mathematical Programming 47, 1990. Henzinger,
/// Noe, Schulz, Strash, "Practical minimum cut algorithms", Journal of Experimental Algorithmics 23, 2018.
///
/// # Examples
///
/// ```
/// use laud::community::{Partition, well_connected};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let path: Vec<u32> = (0..10).collect();
/// let rows = EdgeChunk { sources: &path[..9], targets: &path[1..], weights: None };
/// let graph = Graph::from_edges(10, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let whole = well_connected(&graph, &Partition::from_labels(&[0; 10]))?;
/// assert_eq!(whole.communities, [Some(false)]);
/// let halves = well_connected(&graph, &Partition::from_labels(&[0, 0, 0, 0, 0, 1, 1, 1, 1, 1]))?;
/// assert_eq!((halves.share, halves.coverage), (1.0, 1.0));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn well_connected(graph: &Graph, partition: &Partition) -> Result<WellConnected> {
    partition.check(graph.node_count())?;
    let cohesions = cohesions(graph, partition)?;
    let communities: Vec<Option<bool>> = cohesions.iter().map(|cohesion| cohesion.well_connected).collect();
    let looked_at = communities.iter().flatten().count();
    let well = communities.iter().filter(|&&well| well == Some(true)).count();
    let in_them: u32 = (communities.iter().zip(partition.sizes()))
        .filter_map(|(&well, size)| (well == Some(true)).then_some(size))
        .sum();
    Ok(WellConnected {
        communities,
        share: ratio(well as f64, looked_at as f64),
        coverage: ratio(in_them.into(), graph.node_count() as f64),
    })
}

/// How a community hangs together.
pub(crate) struct Cohesion {
    pub(crate) connected: bool,
    pub(crate) well_connected: Option<bool>,
    /// The share of all pairs of members that are tied; NaN for a single node.
    pub(crate) density: f64,
}

/// That of each community of a partition that was checked.
pub(super) fn cohesions(graph: &Graph, partition: &Partition) -> Result<Vec<Cohesion>> {
    cohesions_of(graph, &partition.groups())
}

/// That of groups of nodes, of which each is in one at most.
pub(crate) fn cohesions_of(graph: &Graph, groups: &Groups) -> Result<Vec<Cohesion>> {
    let watch = Watch::current();
    let arcs = graph.undirected().out();
    let places = groups.places(graph.node_count());
    let of = |community: usize| {
        watch.tick("well connected", groups.range(0..community).len() as u64, graph.node_count() as u64)?;
        let piece = Piece::new(arcs, groups, &places, community);
        let size = piece.node_count as f64;
        let density = ratio(2.0 * piece.edges.len() as f64, size * (size - 1.0));
        let connected = piece.clone().holds(1) == Some(true);
        let well_connected = match piece.node_count {
            0 | 1 => None,
            _ if !connected => Some(false),
            size => piece.holds(u64::from(size.ilog10()) + 1),
        };
        Ok(Cohesion { connected, well_connected, density })
    };
    (0..groups.len()).into_par_iter().map(of).collect()
}

/// Edges that a community may be looked at again and again before it is given up, beside `PASSES` times its own.
const STEPS: usize = 1 << 26;

const PASSES: usize = 128;

/// A graph whose nodes stand for one or more members of a community.
#[derive(Clone)]
struct Piece {
    node_count: usize,
    /// The smaller end, the larger one, and how many edges of the community join them.
    edges: Vec<(u32, u32, u64)>,
}

impl Piece {
    fn new(arcs: &Adjacency, groups: &Groups, places: &[u32], community: usize) -> Piece {
        let members = groups.members(community);
        let begin = groups.range(community..community + 1).start as u32;
        let is_here = |place: u32| (place as usize) < members.len();
        let mut edges = Vec::new();
        for (at, &u) in (0..).zip(members) {
            let others = arcs.neighbors(u).iter().map(|&v| places[v as usize].wrapping_sub(begin));
            edges.extend(others.filter(|&other| is_here(other) && at < other).map(|other| (at, other, 1)));
        }
        Piece { node_count: members.len(), edges }
    }

    /// Whether no cut has fewer than `k` edges, if that can be told in reasonable time.
    fn holds(mut self, k: u64) -> Option<bool> {
        let mut steps = STEPS + PASSES * self.edges.len();
        while self.node_count > 1 {
            steps = steps.checked_sub(self.edges.len())?;
            match self.held_together(k) {
                Some(roots) => self.contract(roots),
                None => return Some(false),
            }
        }
        Some(true)
    }

    /// Nodes that no cut of fewer than `k` edges tells apart, by the same root; none where there is such a cut.
    fn held_together(&self, k: u64) -> Option<Roots> {
        let rows = self.rows();
        let degrees: Vec<u64> =
            rows.iter().map(|row| row.iter().fold(0, |sum, &(_, count)| sum + count)).collect();
        if degrees.iter().any(|&degree| degree < k) {
            return None;
        }
        let mut roots = Roots((0..self.node_count as u32).collect());
        // A node goes with the neighbor that has half of its edges: on the other side of a cut it would add no less.
        let mut alone = vec![true; self.node_count];
        for u in 0..self.node_count {
            let most = rows[u].iter().find(|&&(_, count)| 2 * count >= degrees[u]);
            if let Some(&(v, _)) = most.filter(|_| alone[u]) {
                roots.unite(u as u32, v);
                (alone[u], alone[v as usize]) = (false, false);
            }
        }
        // Nodes in an order in which each has the most edges to those before; beyond k they count alike.
        let mut reached = vec![0; self.node_count];
        let mut is_done = vec![false; self.node_count];
        let mut queues = vec![Vec::new(); k as usize + 1];
        queues[0].push(0_u32);
        let (mut top, mut done, mut cut) = (0, 0, 0);
        loop {
            let Some(u) = queues[top].pop() else {
                if top == 0 {
                    break;
                }
                top -= 1;
                continue;
            };
            let at = u as usize;
            if std::mem::replace(&mut is_done[at], true) {
                continue;
            }
            done += 1;
            cut = cut + degrees[at] - 2 * reached[at];
            if done < self.node_count && cut < k {
                return None;
            }
            for &(v, count) in rows[at].iter().filter(|&&(v, _)| !is_done[v as usize]) {
                let reached = &mut reached[v as usize];
                if *reached < k {
                    if *reached + count >= k {
                        roots.unite(u, v);
                    }
                    let place = (*reached + count).min(k) as usize;
                    queues[place].push(v);
                    top = top.max(place);
                }
                *reached += count;
            }
        }
        Some(roots)
    }

    /// Neighbors and counts by node.
    fn rows(&self) -> Vec<Vec<(u32, u64)>> {
        let mut rows = vec![Vec::new(); self.node_count];
        for &(u, v, count) in &self.edges {
            rows[u as usize].push((v, count));
            rows[v as usize].push((u, count));
        }
        rows
    }

    /// Makes one node of those with the same root.
    fn contract(&mut self, mut roots: Roots) {
        let mut labels: Vec<u32> = (0..self.node_count as u32).map(|u| roots.find(u)).collect();
        self.node_count = compact(&mut labels, self.node_count);
        for edge in &mut self.edges {
            let (u, v) = (labels[edge.0 as usize], labels[edge.1 as usize]);
            (edge.0, edge.1) = (u.min(v), u.max(v));
        }
        self.edges.retain(|edge| edge.0 != edge.1);
        self.edges.sort_unstable();
        self.edges.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            kept.2 += if same { next.2 } else { 0 };
            same
        });
    }
}

/// A forest in which each tree is a set.
struct Roots(Vec<u32>);

impl Roots {
    fn find(&mut self, mut u: u32) -> u32 {
        while self.0[u as usize] != u {
            let parent = self.0[u as usize];
            self.0[u as usize] = self.0[parent as usize];
            u = parent;
        }
        u
    }

    fn unite(&mut self, u: u32, v: u32) {
        let (u, v) = (self.find(u), self.find(v));
        self.0[u.max(v) as usize] = u.min(v);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::generator;
    use rand::RngExt;

    /// The smallest cut of all, by trying each. Simple by design.
    fn smallest_cut(piece: &Piece) -> u64 {
        let sides = 1_u32..1 << (piece.node_count - 1);
        let crosses = |side: u32, edge: &&(u32, u32, u64)| (side >> edge.0 ^ side >> edge.1) & 1 == 1;
        let cut = |side| piece.edges.iter().filter(|edge| crosses(side, edge)).map(|edge| edge.2).sum();
        sides.map(cut).min().unwrap()
    }

    #[test]
    fn a_piece_holds_as_many_edges_as_its_smallest_cut_has() {
        for seed in 0..600 {
            let mut random = generator(seed, "pieces", 0);
            let node_count = random.random_range(2..11);
            let share = random.random::<f64>();
            let pairs = (0..node_count as u32).flat_map(|u| (0..u).map(move |v| (v, u, 1)));
            let edges = pairs.filter(|_| random.random::<f64>() < share).collect();
            let piece = Piece { node_count, edges };
            let smallest = smallest_cut(&piece);
            for k in 1..8 {
                assert_eq!(piece.clone().holds(k), Some(smallest >= k), "{seed}, {k}");
            }
        }
    }

    #[test]
    fn rings_take_few_passes() {
        let ring =
            |n: u32| Piece { node_count: n as usize, edges: (0..n).map(|u| (u, (u + 1) % n, 1)).collect() };
        assert_eq!(ring(200_000).holds(2), Some(true));
        assert_eq!(ring(200_000).holds(3), Some(false));
    }
}
