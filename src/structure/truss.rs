//! Truss numbers: how deep in closed triads a tie lies.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::progress::Watch;
use crate::structure::By;
use crate::structure::by::of_edges;
use crate::structure::contacts::Contacts;
use crate::structure::pieces::take_pieces;

/// Parameters of [`truss`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Truss {
    /// Whether to give a number to each node, or to each edge.
    pub by: By,
}

/// Gives each edge, or each node, the largest k such that it is in the k-truss.
///
/// The k-truss is what remains when edges in fewer than k − 2 remaining triangles are taken away for as long as there
/// are any: each of its ties is backed by k − 2 contacts whom both ends share. It lies within the (k − 1)-core.
///
/// ```text
/// truss(e) = max {k : e in a set of edges that each close k − 2 triangles with edges of the set}
/// truss(v) = max truss(e) over the edges e of v
/// ```
///
/// Edges are those of the undirected view: one a pair, whatever direction and weight, and no loops. An edge in no
/// triangle has truss 2, an isolate 0. Level by level, threads share the edges that have come down to the level; of a
/// triangle two of whose edges go together, the smaller takes one from the third.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(m √m) and a look at the remaining edges for each level. 52 bytes an edge beside the undirected view, and 8 a
/// node for each thread.
///
/// # References
///
/// Cohen, "Trusses: cohesive subgraphs for social network analysis", 2008. Wang, Cheng, "Truss decomposition in massive
/// networks", PVLDB 5, 2012; rounds of threads as in Kabir, Madduri, "Shared-memory graph truss decomposition",
/// HiPC 2017.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{By, Truss, truss};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 2], targets: &[1, 2, 0, 3], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges::default())?;
/// assert_eq!(truss(&graph, &Truss::default())?.integers(), [3, 3, 3, 2, 0]);
/// assert_eq!(truss(&graph, &Truss { by: By::Edge })?.integers(), [3, 3, 3, 2]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn truss(graph: &Graph, params: &Truss) -> Result<Scores> {
    let contacts = Contacts::new(graph.undirected(), false);
    let supports = contacts.shared("truss", |_| 1.0)?;
    let mut peeling = Peeling::new(&contacts, supports);
    peeling.run()?;
    let edges = peeling.ends.iter().zip(peeling.supports).map(|(&[v, u], support)| {
        let node = |place: u32| contacts.order[place as usize];
        (node(u), node(v), u64::from(support.into_inner()) + 2)
    });
    if params.by == By::Edge {
        return Ok(of_edges("truss", edges));
    }
    let mut largest = vec![0; graph.node_count()];
    for (u, v, truss) in edges {
        for node in [u, v] {
            largest[node as usize] = truss.max(largest[node as usize]);
        }
    }
    Ok(Scores::integer("truss", largest))
}

/// Where an edge stands.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Remains,
    /// Goes in this round.
    Goes,
    Gone,
}

/// What is left of a graph whose edges are taken away.
struct Peeling {
    /// The ends of each edge, by place: the later first, which edges are in order of.
    ends: Vec<[u32; 2]>,
    /// The triangles each edge is in; of one that is gone, the level at which it went.
    supports: Vec<AtomicU32>,
    stages: Vec<Stage>,
    /// By place, neighbors and the edges to them, but some that are gone.
    arcs: Vec<(u32, u32)>,
    offsets: Vec<usize>,
}

/// What a thread holds: for each node marked one more than the edge to it, and the edges that came down to the level.
type Scratch = (Vec<u32>, Vec<u32>);

/// Edges of one piece of work.
const PIECE: usize = 1 << 8;

impl Peeling {
    fn new(contacts: &Contacts, supports: Vec<f64>) -> Peeling {
        let (mut ends, mut arcs) = (Vec::with_capacity(supports.len()), Vec::new());
        let mut offsets = vec![0];
        for v in 0..contacts.order.len() as u32 {
            let (earlier, later) = contacts.edges(v);
            let edges = earlier.map(|edge| edge as u32).chain(later.iter().copied());
            arcs.extend(contacts.rows.neighbors(v).iter().copied().zip(edges));
            ends.extend(contacts.rows.neighbors(v).iter().take_while(|&&u| u < v).map(|&u| [v, u]));
            offsets.push(arcs.len());
        }
        let stages = vec![Stage::Remains; supports.len()];
        let supports = supports.into_iter().map(|support| AtomicU32::new(support as u32)).collect();
        Peeling { ends, supports, stages, arcs, offsets }
    }

    fn row(&self, v: u32) -> &[(u32, u32)] {
        &self.arcs[self.offsets[v as usize]..self.offsets[v as usize + 1]]
    }

    fn run(&mut self) -> Result<()> {
        let node_count = self.offsets.len() - 1;
        let mut scratches: Vec<Scratch> =
            (0..rayon::current_num_threads()).map(|_| (vec![0; node_count], Vec::new())).collect();
        let mut remaining: Vec<u32> = (0..self.ends.len() as u32).collect();
        let support = |supports: &[AtomicU32], edge: u32| supports[edge as usize].load(Relaxed);
        while let Some(level) = remaining.par_iter().map(|&edge| support(&self.supports, edge)).min() {
            if remaining.len() < self.arcs.len() / 4 {
                self.forget();
            }
            let at_level = |edge: &u32| support(&self.supports, *edge) == level;
            let mut going: Vec<u32> = remaining.par_iter().copied().filter(at_level).collect();
            while !going.is_empty() {
                going.iter().for_each(|&edge| self.stages[edge as usize] = Stage::Goes);
                self.round(&going, level, &mut scratches)?;
                going.iter().for_each(|&edge| self.stages[edge as usize] = Stage::Gone);
                going.clear();
                scratches.iter_mut().for_each(|(_, fallen)| going.append(fallen));
                going.par_sort_unstable();
            }
            remaining.retain(|&edge| support(&self.supports, edge) > level);
        }
        Ok(())
    }

    /// Takes from the other edges of each triangle of an edge that goes.
    fn round(&self, going: &[u32], level: u32, scratches: &mut [Scratch]) -> Result<()> {
        let watch = Watch::current();
        let total = self.ends.len() as u64;
        let pieces = going.len().div_ceil(PIECE);
        take_pieces(pieces, scratches, |scratch, piece| {
            let edges = &going[piece * PIECE..going.len().min((piece + 1) * PIECE)];
            watch.tick("truss", u64::from(edges[0]), total)?;
            for group in edges.chunk_by(|&a, &b| self.ends[a as usize][0] == self.ends[b as usize][0]) {
                self.take_away(group, level, scratch);
            }
            Ok(())
        })
    }

    /// Takes away edges of one later end, whose neighbors are marked where that costs less than to look them up.
    fn take_away(&self, group: &[u32], level: u32, (marks, fallen): &mut Scratch) {
        let v = self.ends[group[0] as usize][0];
        let row = self.row(v);
        let looks: usize = group.iter().map(|&edge| self.row(self.ends[edge as usize][1]).len()).sum();
        let is_marked = looks * row.len().ilog2() as usize > row.len();
        if is_marked {
            row.iter().for_each(|&(w, edge)| marks[w as usize] = edge + 1);
        }
        for &edge in group {
            for &(w, one) in self.row(self.ends[edge as usize][1]) {
                let other = match is_marked {
                    true => marks[w as usize].checked_sub(1),
                    false => row.binary_search_by_key(&w, |arc| arc.0).ok().map(|at| row[at].1),
                };
                if let Some(other) = other {
                    self.open(edge, one, other, level, fallen);
                }
            }
        }
        if is_marked {
            row.iter().for_each(|&(w, _)| marks[w as usize] = 0);
        }
    }

    /// Takes the triangle of an edge that goes and two others from those that remain.
    #[inline]
    fn open(&self, edge: u32, one: u32, other: u32, level: u32, fallen: &mut Vec<u32>) {
        let mut take = |from: u32| {
            if take_one(&self.supports[from as usize], level) {
                fallen.push(from);
            }
        };
        match (self.stages[one as usize], self.stages[other as usize]) {
            (Stage::Remains, Stage::Remains) => {
                take(one);
                take(other);
            }
            (Stage::Remains, Stage::Goes) if edge < other => take(one),
            (Stage::Goes, Stage::Remains) if edge < one => take(other),
            _ => {}
        }
    }

    /// Shortens the rows to the edges that remain.
    fn forget(&mut self) {
        let (mut kept, mut begin) = (0, 0);
        for v in 1..self.offsets.len() {
            let end = self.offsets[v];
            for at in begin..end {
                if self.stages[self.arcs[at].1 as usize] == Stage::Remains {
                    self.arcs[kept] = self.arcs[at];
                    kept += 1;
                }
            }
            (begin, self.offsets[v]) = (end, kept);
        }
        self.arcs.truncate(kept);
    }
}

/// Takes one from a number above `level`; true where it falls to the level, for one thread alone.
#[inline]
fn take_one(number: &AtomicU32, level: u32) -> bool {
    if number.load(Relaxed) <= level {
        return false;
    }
    let before = number.fetch_sub(1, Relaxed);
    if before <= level {
        // Another thread was quicker.
        number.fetch_add(1, Relaxed);
    }
    before == level + 1
}
