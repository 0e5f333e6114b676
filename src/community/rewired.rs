//! Rewired graphs: what would be if everybody had as many ties, but with anybody.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::objective::sides;
use crate::error::{Error, Result};
use crate::graph::{EdgeChunk, FromEdges, Graph, generator};
use crate::progress::Watch;

/// Parameters of [`rewired`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rewired {
    /// Swaps to try for each edge, at least 0.
    pub swaps: f64,
    /// What else than the number of ties everybody keeps.
    pub keep: Keep,
    /// Whether an edge swaps ends with edges of about its weight only, so that strengths hardly change.
    pub strengths: bool,
    /// What the swaps are a function of.
    pub seed: u64,
}

impl Default for Rewired {
    fn default() -> Rewired {
        Rewired { swaps: 10.0, keep: Keep::Degrees, strengths: false, seed: 0 }
    }
}

/// What [`rewired`] leaves as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// How many neighbors each node has in the undirected view.
    #[default]
    Degrees,
    /// How many arcs each node has out and in.
    Directions,
    /// How many neighbors each node has in the undirected view, and that all edges join two sides.
    Sides,
}

/// A random graph in which each node has as many neighbors as it has in `graph`.
///
/// Two edges that are drawn at random swap an end, again and again:
///
/// ```text
/// {a, b}, {c, d}  →  {a, d}, {c, b}
/// ```
///
/// A swap that would make a loop or an edge that there is already is not made, and counts as tried: so all graphs with these
/// degrees are equally likely in the end. Which ends are swapped is drawn as well, unless arcs keep their directions
/// or edges their two sides. Loops are left out.
///
/// An edge takes its weight along when its ends change: the weights of the graph stay, the strengths of its nodes do not. With
/// `strengths` they nearly do: the edges by weight are cut into classes, each of 32 edges or more and, if they are enough for
/// that, of weights less than twice the least of them, and only edges of one class swap ends. Then who has heavy ties has as
/// many, with others who have such.
///
/// The result is undirected unless directions are kept, and a function of the graph and the seed.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for swaps below 0 or not finite, and for two sides where ties make an odd
/// cycle; [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m) and O(1) for each swap, and O(m log m) with `strengths`; about 60 bytes an edge.
///
/// # References
///
/// Maslov, Sneppen, "Specificity and stability in topology of protein networks", Science 296, 2002. Fosdick, Larremore,
/// Nishimura, Ugander, "Configuring random graph models with fixed degree sequences", SIAM Review 60, 2018.
///
/// # Examples
///
/// ```
/// use laud::community::{Rewired, rewired};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 3], targets: &[1, 2, 3, 4], weights: None };
/// let graph = Graph::from_edges(5, &[rows], &FromEdges { directed: false, ..FromEdges::default() })?;
/// let random = rewired(&graph, &Rewired::default())?;
/// assert!((0..5).all(|u| random.out().degree(u) == graph.out().degree(u)));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn rewired(graph: &Graph, params: &Rewired) -> Result<Graph> {
    let Rewired { swaps, keep, strengths, seed } = *params;
    check(swaps)?;
    Edges::new(graph, keep, strengths)?.rewire(swaps, &mut generator(seed, "rewired", 0))
}

pub(super) fn check(swaps: f64) -> Result<()> {
    match swaps >= 0.0 && swaps.is_finite() {
        true => Ok(()),
        false => Err(Error::parameter("swaps", "at least 0 and finite", swaps)),
    }
}

/// The edges of a graph, each once, before they are rewired.
#[derive(Clone)]
pub(super) struct Edges {
    node_count: usize,
    keep: Keep,
    ends: Vec<(u32, u32)>,
    weights: Option<Vec<f64>>,
    /// Where the classes begin among the edges, and the number of edges.
    classes: Vec<usize>,
}

impl Edges {
    pub(super) fn new(graph: &Graph, keep: Keep, strengths: bool) -> Result<Edges> {
        let arcs = if keep == Keep::Directions { graph.out() } else { graph.undirected().out() };
        let sides = if keep == Keep::Sides { sides(arcs)? } else { Vec::new() };
        let is_one = |u: u32, v: u32| match keep {
            Keep::Degrees => u < v,
            Keep::Directions => u != v,
            Keep::Sides => sides[u as usize],
        };
        let ties = |u: u32| {
            arcs.arcs(u).filter(move |&(v, _)| is_one(u, v)).map(move |(v, weight)| ((u, v), weight))
        };
        let mut edges: Vec<((u32, u32), f64)> = (0..graph.node_count() as u32).flat_map(ties).collect();
        let by_class = strengths && arcs.is_weighted();
        if by_class {
            edges.sort_by(|a, b| a.1.total_cmp(&b.1));
        }
        let (ends, weights): (Vec<_>, Vec<f64>) = edges.into_iter().unzip();
        let classes = if by_class { classes_of(&weights) } else { vec![0, ends.len()] };
        let weights = arcs.is_weighted().then_some(weights);
        Ok(Edges { node_count: graph.node_count(), keep, ends, weights, classes })
    }

    /// The graph after so many tries for each edge.
    pub(super) fn rewire(mut self, swaps: f64, draw: &mut Xoshiro256PlusPlus) -> Result<Graph> {
        const STRIDE: u64 = 1 << 16;
        let watch = Watch::current();
        let either_way = self.keep == Keep::Degrees;
        let key = |u: u32, v: u32| {
            let (u, v) = if either_way { (u.min(v), u.max(v)) } else { (u, v) };
            u64::from(u) << 32 | u64::from(v)
        };
        let count = self.ends.len();
        let mut taken: HashSet<u64, BuildHasherDefault<PairHasher>> =
            self.ends.iter().map(|&(u, v)| key(u, v)).collect();
        let tries = if count > 1 { (swaps * count as f64) as u64 } else { 0 };
        for step in 0..tries {
            if step % STRIDE == 0 {
                watch.tick("rewired", step, tries)?;
            }
            let i = draw.random_range(0..count);
            let class = self.classes.partition_point(|&first| first <= i);
            let j = draw.random_range(self.classes[class - 1]..self.classes[class]);
            let (a, b) = self.ends[i];
            let (mut c, mut d) = self.ends[j];
            if either_way && draw.random::<bool>() {
                (c, d) = (d, c);
            }
            if a == d || c == b || taken.contains(&key(a, d)) || taken.contains(&key(c, b)) {
                continue;
            }
            taken.remove(&key(a, b));
            taken.remove(&key(c, d));
            taken.insert(key(a, d));
            taken.insert(key(c, b));
            (self.ends[i], self.ends[j]) = ((a, d), (c, b));
        }
        let (sources, targets): (Vec<u32>, Vec<u32>) = self.ends.into_iter().unzip();
        let chunk = EdgeChunk { sources: &sources, targets: &targets, weights: self.weights.as_deref() };
        let directed = self.keep == Keep::Directions;
        Graph::from_edges(self.node_count, &[chunk], &FromEdges { directed, ..FromEdges::default() })
    }
}

/// Where classes of ascending weights begin, and how many weights there are.
fn classes_of(weights: &[f64]) -> Vec<usize> {
    /// Weights of a class at least.
    const FEWEST: usize = 32;
    let mut classes = vec![0];
    for (at, &weight) in weights.iter().enumerate() {
        let first = classes[classes.len() - 1];
        let is_another = weight > weights[first] && weight >= 2.0 * weights[first];
        if is_another && at - first >= FEWEST && weights.len() - at >= FEWEST {
            classes.push(at);
        }
    }
    classes.push(weights.len());
    classes
}

/// Scatters pairs of nodes; nobody chooses them to meet.
#[derive(Default)]
struct PairHasher(u64);

impl Hasher for PairHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u64(&mut self, pair: u64) {
        let product = u128::from(self.0 ^ pair ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_of_like_weights_and_none_is_small() {
        let of = |counts: &[(usize, f64)]| {
            let weights: Vec<f64> = counts.iter().flat_map(|&(count, weight)| vec![weight; count]).collect();
            classes_of(&weights)
        };
        assert_eq!(of(&[]), [0, 0]);
        assert_eq!(of(&[(100, 0.0), (40, 1.0)]), [0, 100, 140]);
        assert_eq!(of(&[(50, 1.0), (50, 1.9), (50, 2.0)]), [0, 100, 150]);
        assert_eq!(of(&[(20, 1.0), (20, 2.0), (40, 4.0)]), [0, 32, 80]);
        assert_eq!(of(&[(40, 1.0), (31, 8.0)]), [0, 71]);
    }
}
