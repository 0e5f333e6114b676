//! Ego splitting: communities that overlap, since each node is split by the circles it moves in.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::label_propagation::settled;
use super::leiden::{Leiden, leiden};
use super::partition::Partition;
use super::tally::NONE;
use crate::error::{Error, Result};
use crate::graph::{Adjacency, Desks, Graph, Scores};
use crate::progress::Watch;

/// How the neighbors of a node fall into circles, by the ties among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EgoClusters {
    /// By connected components.
    #[default]
    Components,
    /// By label propagation: also where a few ties join two circles.
    LabelPropagation,
}

/// Parameters of [`ego_splitting`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EgoSplitting {
    /// How the neighbors of a node fall into circles.
    pub clusters: EgoClusters,
    /// How dense a community of personas must be, as of [`Leiden::resolution`]: by modularity, 1 by default.
    pub resolution: Option<f64>,
    /// Whether ties count by their weights, or each alike.
    pub weighted: bool,
    /// What the order of nodes and their choices are a function of.
    pub seed: u64,
}

impl Default for EgoSplitting {
    fn default() -> EgoSplitting {
        EgoSplitting { clusters: EgoClusters::Components, resolution: None, weighted: true, seed: 0 }
    }
}

/// That a node is in a community.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Membership {
    /// The node.
    pub node: u32,
    /// The community.
    pub community: u32,
    /// The share of the weight of the node's ties that its personas in this community have; of their number where all
    /// weigh 0. The shares of a node add to 1.
    pub share: f64,
}

/// Every node in one community or more.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overlapping {
    /// The word of the method.
    pub method: &'static str,
    /// By node, then by community.
    pub memberships: Vec<Membership>,
    /// The node of each persona, ascending.
    pub personas: Vec<u32>,
    /// The communities of the personas, numbered by how many personas they have.
    pub partition: Partition,
    /// Where the memberships of each node begin, and where the last end.
    offsets: Vec<usize>,
}

impl Overlapping {
    /// How many communities there are.
    pub fn len(&self) -> usize {
        self.partition.len()
    }

    /// Whether there is no community, since there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.memberships.is_empty()
    }

    /// The memberships of a node, by community.
    pub fn of(&self, node: u32) -> &[Membership] {
        &self.memberships[self.offsets[node as usize]..self.offsets[node as usize + 1]]
    }

    /// The nodes of each community, ascending.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.len()];
        self.memberships.iter().for_each(|row| members[row.community as usize].push(row.node));
        members
    }

    /// For each node the community where it has most of its ties; of several the smaller.
    pub fn main(&self) -> Vec<u32> {
        let most = |rows: &[Membership]| {
            let first = rows[0];
            rows.iter().fold(first, |best, &row| if row.share > best.share { row } else { best }).community
        };
        self.offsets.windows(2).map(|rows| most(&self.memberships[rows[0]..rows[1]])).collect()
    }

    /// The community where each node has most of its ties, as a measure, under the word of the method.
    pub fn scores(&self) -> Scores {
        let scores = Scores::integer(self.method, self.main().into_iter().map(u64::from).collect());
        Scores { convergence: self.partition.convergence, ..scores }
    }
}

/// Puts each node into one community or more, by splitting it into a persona for each circle it moves in.
///
/// The neighbors of a node fall into circles by the ties among them, the node itself left out: one who knows family and
/// colleagues has two. Each circle is a persona of the node, and a tie joins just one persona of either end:
///
/// ```text
/// u – v   becomes   (u, the circle of u that holds v) – (v, the circle of v that holds u)
/// ```
///
/// of the same weight. The personas are put into communities by [`leiden()`](super::leiden()), with modularity, and
/// a node is in those of its personas.
///
/// Ties are those of the undirected view; ties of weight 0 are ties, and join neighbors into one circle. With
/// [`EgoClusters::Components`] weights count among personas only, with [`EgoClusters::LabelPropagation`] also within
/// circles. A node without ties has one persona, alone. A tie in no triangle is a circle of one at both ends: where two
/// nodes have nothing but such ties, they are a community of two for each of them, and trees fall apart into their ties.
/// The circles of a node are found by one thread and ordered by their smallest member, so nothing depends on the number
/// of threads.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, and for a graph with 2³² personas or more;
/// [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(m √m log n) at worst for the circles, less where a few ties show that a node has but one, and what Leiden takes;
/// about 20 bytes for each edge both ways, 4 for each node and thread, and what Leiden takes for the personas, which are
/// as many as nodes and edges at most, usually two or three a node.
///
/// # References
///
/// Epasto, Lattanzi, Paes Leme, "Ego-splitting framework: from non-overlapping to overlapping clusters", KDD 2017.
///
/// # Examples
///
/// ```
/// use laud::community::{EgoSplitting, ego_splitting};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// // Two triangles that share node 2.
/// let rows = EdgeChunk { sources: &[0, 0, 1, 2, 2, 3], targets: &[1, 2, 2, 3, 4, 4], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let overlapping = ego_splitting(&graph, &EgoSplitting::default())?;
/// assert_eq!(overlapping.members(), [[0, 1, 2], [2, 3, 4]]);
/// assert_eq!(overlapping.of(2).iter().map(|row| row.share).collect::<Vec<_>>(), [0.5, 0.5]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn ego_splitting(graph: &Graph, params: &EgoSplitting) -> Result<Overlapping> {
    let EgoSplitting { clusters, resolution, weighted, seed } = *params;
    let by_personas = Leiden { resolution, seed, ..Leiden::default() };
    by_personas.check(0)?;
    let arcs = &*graph.undirected().out().counted(weighted);
    let circles = Circles::new(arcs, clusters, seed)?;
    let owners = circles.owners();
    let partition = leiden(&Graph::from_symmetric(circles.personas(arcs, &owners)), &by_personas)?;
    let mut memberships = Vec::with_capacity(owners.len());
    let mut offsets = vec![0];
    for u in 0..arcs.row_count() as u32 {
        circles.memberships(arcs, u, &partition.labels, &mut memberships);
        offsets.push(memberships.len());
    }
    let partition = Partition { method: "ego_splitting", ..partition };
    Ok(Overlapping { method: "ego_splitting", memberships, personas: owners, partition, offsets })
}

/// Nodes and arcs of one piece of work.
const PIECE: u64 = 1 << 12;

/// So many times more neighbors than the ego has, and they are not looked through but looked up.
const SKEWED: u64 = 8;

/// The circles of all nodes.
struct Circles {
    /// By arc, the circle of its source that holds its target; circles of a node count from 0.
    of_arc: Vec<u32>,
    /// The first persona of each node, and how many there are in all.
    first: Vec<u32>,
}

impl Circles {
    fn new(arcs: &Adjacency, clusters: EgoClusters, seed: u64) -> Result<Circles> {
        let watch = Watch::current();
        let bounds = arcs.bounds(PIECE);
        let desks = Desks::<Desk>::new();
        let piece = |nodes: &[usize]| {
            watch.tick("ego_splitting", nodes[0] as u64, arcs.row_count() as u64)?;
            let mut desk = desks.mine();
            let (mut of_arc, mut counts) = (Vec::new(), Vec::with_capacity(nodes[1] - nodes[0]));
            for u in nodes[0] as u32..nodes[1] as u32 {
                counts.push(desk.circles(arcs, u, clusters, seed, &mut of_arc));
            }
            Ok((of_arc, counts))
        };
        let pieces: Vec<(Vec<u32>, Vec<u32>)> = bounds.par_windows(2).map(piece).collect::<Result<_>>()?;
        let mut of_arc = Vec::with_capacity(arcs.arc_count());
        let mut first = Vec::with_capacity(arcs.row_count() + 1);
        let mut personas = 0_u64;
        first.push(0);
        for (of_piece, counts) in pieces {
            of_arc.extend(of_piece);
            for count in counts {
                personas += u64::from(count.max(1));
                first.push(personas as u32);
            }
        }
        if personas >= u64::from(NONE) {
            return Err(Error::parameter("graph", "one of fewer than 2^32 - 1 personas", personas));
        }
        Ok(Circles { of_arc, first })
    }

    /// The node of each persona.
    fn owners(&self) -> Vec<u32> {
        let personas = self.first.windows(2).zip(0..);
        personas.flat_map(|(range, u)| (range[0]..range[1]).map(move |_| u)).collect()
    }

    /// The ties among personas. As these are numbered by node, the rows of one node's personas lie where its own did.
    fn personas(&self, arcs: &Adjacency, owners: &[u32]) -> Adjacency {
        let (mut ends, mut places) = (vec![0_u64; owners.len() + 1], vec![0_u32; self.of_arc.len()]);
        for u in 0..arcs.row_count() as u32 {
            self.persona_of(arcs, u).for_each(|persona| ends[persona as usize + 1] += 1);
        }
        for persona in 0..owners.len() {
            ends[persona + 1] += ends[persona];
        }
        let mut next = ends.clone();
        for u in 0..arcs.row_count() as u32 {
            for (persona, place) in self.persona_of(arcs, u).zip(0..) {
                places[next[persona as usize] as usize] = place;
                next[persona as usize] += 1;
            }
        }
        drop(next);
        let all: Vec<u32> = (0..owners.len() as u32).collect();
        Adjacency::from_nodes(&all, arcs.is_weighted(), |persona, neighbors, weights| {
            let u = owners[persona as usize];
            let (row, row_weights) = (arcs.neighbors(u), arcs.weights(u));
            for &place in &places[ends[persona as usize] as usize..ends[persona as usize + 1] as usize] {
                let v = row[place as usize];
                let back = arcs.neighbors(v).partition_point(|&other| other < u);
                neighbors.push(self.first[v as usize] + self.of_arc[arcs.range(v).start + back]);
                weights.extend(row_weights.map(|weights| weights[place as usize]));
            }
        })
    }

    /// For each arc of `u` the persona of `u` that has it.
    fn persona_of(&self, arcs: &Adjacency, u: u32) -> impl Iterator<Item = u32> {
        self.of_arc[arcs.range(u)].iter().map(move |circle| self.first[u as usize] + circle)
    }

    /// Appends the memberships of `u`, given the communities of personas.
    fn memberships(&self, arcs: &Adjacency, u: u32, communities: &[u32], rows: &mut Vec<Membership>) {
        let strength = arcs.strength(u);
        let degree = arcs.degree(u) as f64;
        let share = |weight: f64| if strength > 0.0 { weight / strength } else { 1.0 / degree };
        let ties = self.persona_of(arcs, u).zip(arcs.arcs(u));
        let mut own: Vec<(u32, f64)> = match degree {
            0.0 => vec![(communities[self.first[u as usize] as usize], 1.0)],
            _ => ties.map(|(persona, (_, weight))| (communities[persona as usize], share(weight))).collect(),
        };
        // The sort keeps the order of ties, and so that of the additions.
        own.sort_by_key(|&(community, _)| community);
        rows.extend(own.chunk_by(|one, other| one.0 == other.0).map(|same| Membership {
            node: u,
            community: same[0].0,
            share: same.iter().fold(0.0, |sum, &(_, share)| sum + share),
        }));
    }
}

/// Where one thread finds the circles of a node.
#[derive(Default)]
struct Desk {
    /// The place of each neighbor in the row of the ego, [`NONE`] for others.
    places: Vec<u32>,
    parents: Vec<u32>,
}

impl Desk {
    /// Appends the circle of each neighbor of `u`, and tells how many there are.
    fn circles(
        &mut self,
        arcs: &Adjacency,
        u: u32,
        clusters: EgoClusters,
        seed: u64,
        of_arc: &mut Vec<u32>,
    ) -> u32 {
        let row = arcs.neighbors(u);
        self.places.resize(arcs.row_count(), NONE);
        row.iter().zip(0..).for_each(|(&v, place)| self.places[v as usize] = place);
        let begin = of_arc.len();
        match clusters {
            EgoClusters::Components => self.components(arcs, u, of_arc),
            EgoClusters::LabelPropagation => of_arc.extend(settled(&self.net(arcs, u), seed ^ u64::from(u))),
        }
        row.iter().for_each(|&v| self.places[v as usize] = NONE);
        // Both name a circle by its smallest member, who comes first.
        let mut count = 0;
        for place in 0..row.len() {
            let smallest = of_arc[begin + place] as usize;
            of_arc[begin + place] = if smallest == place { count } else { of_arc[begin + smallest] };
            count += u32::from(smallest == place);
        }
        count
    }

    /// Appends the smallest place of the component of each neighbor of `u`.
    fn components(&mut self, arcs: &Adjacency, u: u32, of_arc: &mut Vec<u32>) {
        let Desk { places, parents } = self;
        let row = arcs.neighbors(u);
        parents.clear();
        parents.extend(0..row.len() as u32);
        let mut apart = row.len();
        for (&v, place) in row.iter().zip(0..) {
            if apart <= 1 {
                break;
            }
            let mut join = |other: u32| {
                let (one, other) = (root(parents, place), root(parents, other));
                parents[one.max(other) as usize] = one.min(other);
                apart -= usize::from(one != other);
            };
            each_later(arcs, row, places, v, |place, _| join(place));
        }
        of_arc.extend((0..row.len() as u32).map(|place| root(parents, place)));
    }

    /// The ties among the neighbors of `u`, by their places.
    fn net(&self, arcs: &Adjacency, u: u32) -> Adjacency {
        let row = arcs.neighbors(u);
        let mut rows = vec![Vec::new(); row.len()];
        for (&v, place) in row.iter().zip(0_u32..) {
            each_later(arcs, row, &self.places, v, |other, weight| {
                rows[place as usize].push((other, weight as f32));
                rows[other as usize].push((place, weight as f32));
            });
        }
        let (mut offsets, mut neighbors, mut weights) = (vec![0], Vec::new(), Vec::new());
        for mut row in rows {
            row.sort_unstable_by_key(|&(other, _)| other);
            neighbors.extend(row.iter().map(|&(other, _)| other));
            weights.extend(row.iter().map(|&(_, weight)| weight));
            offsets.push(neighbors.len() as u64);
        }
        Adjacency::from_rows(offsets, neighbors, arcs.is_weighted().then_some(weights))
    }
}

/// Calls `visit` with the places of those neighbors of an ego, later than `v` in its row, whom `v` has ties to, and with
/// the weights of these: from the end with fewer neighbors.
fn each_later(arcs: &Adjacency, row: &[u32], places: &[u32], v: u32, mut visit: impl FnMut(u32, f64)) {
    let theirs = arcs.neighbors(v);
    let begin = theirs.partition_point(|&other| other <= v);
    let weight = |at: usize| arcs.weights(v).map_or(1.0, |weights| f64::from(weights[at]));
    let own = places[v as usize] as usize + 1;
    if theirs.len() as u64 <= SKEWED * row.len() as u64 {
        for (at, &other) in theirs.iter().enumerate().skip(begin) {
            if places[other as usize] != NONE {
                visit(places[other as usize], weight(at));
            }
        }
    } else {
        for (&other, place) in row[own..].iter().zip(own as u32..) {
            if let Ok(at) = theirs[begin..].binary_search(&other) {
                visit(place, weight(begin + at));
            }
        }
    }
}

/// The root above a place, halving the path to it.
fn root(parents: &mut [u32], mut place: u32) -> u32 {
    while parents[place as usize] != place {
        parents[place as usize] = parents[parents[place as usize] as usize];
        place = parents[place as usize];
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    #[test]
    fn a_path_falls_apart_into_its_ties_and_an_isolate_is_alone() {
        let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 2], weights: Some(&[1.0, 3.0]) };
        let graph = Graph::from_edges(4, &[rows], &FromEdges::default()).unwrap();
        let overlapping = ego_splitting(&graph, &EgoSplitting::default()).unwrap();
        assert_eq!(overlapping.personas, [0, 1, 1, 2, 3]);
        assert_eq!(overlapping.members(), [vec![0, 1], vec![1, 2], vec![3]]);
        assert_eq!(overlapping.main(), [0, 1, 1, 2]);
        let rows: Vec<_> = overlapping.of(1).iter().map(|row| (row.community, row.share)).collect();
        assert_eq!(rows, [(0, 0.25), (1, 0.75)]);
    }

    #[test]
    fn bad_parameters_are_refused() {
        let graph = Graph::from_adjacency(Adjacency::default());
        let params = EgoSplitting { resolution: Some(-1.0), ..EgoSplitting::default() };
        let error = ego_splitting(&graph, &params).unwrap_err().to_string();
        assert_eq!(error, "resolution must be at least 0 and finite, got -1");
        assert!(ego_splitting(&graph, &EgoSplitting::default()).unwrap().is_empty());
    }
}
