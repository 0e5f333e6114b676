//! Where a random walker is found, and what it carries from node to node and from module to module.

use rayon::prelude::*;

use super::groups::Groups;
use super::tally::Tally;
use crate::error::Result;
use crate::graph::{Desks, Graph, sum};
use crate::progress::Watch;

/// What the walk has to do with a node; that of a module is put together from its nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Flow {
    /// How often the walker is here.
    pub(super) visits: f64,
    /// How often it goes over the ties to others, in both directions.
    pub(super) cut: f64,
    /// How often it leaps from here.
    pub(super) leaps: f64,
    /// The share of leaps that end here.
    pub(super) landings: f64,
}

impl Flow {
    /// With another, between whom and which so much goes over ties, in both directions.
    #[inline]
    pub(super) fn with(self, other: Flow, between: f64) -> Flow {
        Flow {
            visits: self.visits + other.visits,
            cut: (self.cut + other.cut - 2.0 * between).max(0.0),
            leaps: self.leaps + other.leaps,
            landings: self.landings + other.landings,
        }
    }

    /// Without a part, between which and the rest so much goes over ties, in both directions.
    #[inline]
    pub(super) fn without(self, part: Flow, between: f64) -> Flow {
        Flow {
            visits: (self.visits - part.visits).max(0.0),
            cut: (self.cut - part.cut + 2.0 * between).max(0.0),
            leaps: (self.leaps - part.leaps).max(0.0),
            landings: (self.landings - part.landings).max(0.0),
        }
    }
}

/// A network of flows between nodes, or between modules of another.
pub(super) struct Level {
    offsets: Vec<u64>,
    /// Both ways; rows need not be sorted.
    neighbors: Vec<u32>,
    /// What goes over each tie, in both directions.
    between: Vec<f64>,
    pub(super) flows: Vec<Flow>,
    /// How often the walker leaps at all.
    leaps: f64,
}

/// Rows that one thread puts together at a time.
const PIECE: usize = 1 << 10;

/// What one more step changes in all, at which the visits are taken for settled, and the steps until then at most.
const SETTLED: f64 = 1e-13;
const STEPS: u32 = 1000;

impl Level {
    /// The walk on a graph: of a directed one it leaps with probability `teleportation`.
    pub(super) fn of(graph: &Graph, weighted: bool, teleportation: Option<f64>) -> Result<Level> {
        match teleportation {
            Some(teleportation) if graph.is_directed() => Level::of_arcs(graph, weighted, teleportation),
            _ => Ok(Level::of_edges(graph, weighted)),
        }
    }

    /// The walk along the edges of the undirected view: it is everywhere in proportion to strength.
    fn of_edges(graph: &Graph, weighted: bool) -> Level {
        let arcs = graph.undirected().out();
        let node_count = arcs.row_count();
        let counted = |weight: f64| if weighted { weight } else { 1.0 };
        let strength = |u: u32| if weighted { arcs.strength(u) } else { arcs.degree(u) as f64 };
        let total = sum(node_count, |u| strength(u as u32));
        let per_total = |weight: f64| if total > 0.0 { weight / total } else { 0.0 };
        let flow = |u: u32| {
            let visits = per_total(strength(u));
            Flow { visits, cut: 2.0 * visits, ..Flow::default() }
        };
        let flows = (0..node_count as u32).into_par_iter().map(flow).collect();
        Level::from_rows(flows, 0.0, |u, neighbors, between| {
            for (v, weight) in arcs.arcs(u).filter(|&(_, weight)| counted(weight) > 0.0) {
                neighbors.push(v);
                between.push(2.0 * per_total(counted(weight)));
            }
        })
    }

    /// The walk along arcs, which leaps to nodes in proportion to the strength of their out-arcs.
    fn of_arcs(graph: &Graph, weighted: bool, teleportation: f64) -> Result<Level> {
        let (out, incoming) = (graph.out(), graph.incoming());
        let node_count = graph.node_count();
        let counted = |weight: f64| if weighted { weight } else { 1.0 };
        let strength = |u: u32| {
            let others = out.arcs(u).filter(|&(v, _)| v != u);
            others.fold(0.0, |sum, (_, weight)| sum + counted(weight))
        };
        let strengths: Vec<f64> = (0..node_count as u32).into_par_iter().map(strength).collect();
        let total = sum(node_count, |u| strengths[u]);
        let landings: Vec<f64> =
            strengths.iter().map(|strength| if total > 0.0 { strength / total } else { 0.0 }).collect();
        let follows = |u: usize| strengths[u] > 0.0;

        let watch = Watch::current();
        let mut visits = landings.clone();
        let mut rates = vec![0.0; node_count];
        for step in 0..STEPS {
            watch.tick("infomap", u64::from(step), 0)?;
            rates = (0..node_count)
                .into_par_iter()
                .map(|u| if follows(u) { (1.0 - teleportation) * visits[u] / strengths[u] } else { 0.0 })
                .collect();
            let leaping = sum(node_count, |u| visits[u] * if follows(u) { teleportation } else { 1.0 });
            let arriving = |v: u32| {
                let others = incoming.arcs(v).filter(|&(u, _)| u != v);
                let arriving = others.fold(0.0, |sum, (u, weight)| sum + rates[u as usize] * counted(weight));
                arriving + leaping * landings[v as usize]
            };
            let next: Vec<f64> = (0..node_count as u32).into_par_iter().map(arriving).collect();
            let moved = sum(node_count, |u| (next[u] - visits[u]).abs());
            visits = next;
            if moved <= SETTLED {
                break;
            }
        }

        let leap = |u: usize| visits[u] * if follows(u) { teleportation } else { 1.0 };
        let flows = (0..node_count)
            .map(|u| Flow { visits: visits[u], cut: 0.0, leaps: leap(u), landings: landings[u] })
            .collect();
        let mut level = Level::from_rows(flows, sum(node_count, leap), |u, neighbors, between| {
            let there = out.arcs(u).map(|(v, weight)| (v, rates[u as usize] * counted(weight)));
            let back = incoming.arcs(u).map(|(v, weight)| (v, rates[v as usize] * counted(weight)));
            for (v, flow) in merged(there, back).filter(|&(v, flow)| v != u && flow > 0.0) {
                neighbors.push(v);
                between.push(flow);
            }
        });
        for u in 0..node_count {
            level.flows[u].cut = level.row(u as u32).1.iter().sum();
        }
        Ok(level)
    }

    fn from_rows(
        flows: Vec<Flow>,
        leaps: f64,
        fill: impl Fn(u32, &mut Vec<u32>, &mut Vec<f64>) + Sync,
    ) -> Level {
        let nodes = flows.len();
        let piece = |first: usize| {
            let (mut ends, mut neighbors, mut between) = (Vec::new(), Vec::new(), Vec::new());
            for u in first..nodes.min(first + PIECE) {
                fill(u as u32, &mut neighbors, &mut between);
                ends.push(neighbors.len() as u64);
            }
            (ends, neighbors, between)
        };
        let pieces: Vec<_> = (0..nodes.div_ceil(PIECE)).into_par_iter().map(|at| piece(at * PIECE)).collect();
        let count = pieces.iter().map(|(_, neighbors, _)| neighbors.len()).sum();
        let (mut offsets, mut neighbors) = (Vec::with_capacity(nodes + 1), Vec::with_capacity(count));
        let mut between = Vec::with_capacity(count);
        offsets.push(0);
        for (ends, of_piece, between_of_piece) in pieces {
            let begin = neighbors.len() as u64;
            offsets.extend(ends.iter().map(|end| begin + end));
            neighbors.extend(of_piece);
            between.extend(between_of_piece);
        }
        Level { offsets, neighbors, between, flows, leaps }
    }

    pub(super) fn node_count(&self) -> usize {
        self.flows.len()
    }

    pub(super) fn tie_count(&self) -> u64 {
        self.neighbors.len() as u64
    }

    /// The neighbors of `u`, and what goes between.
    #[inline]
    pub(super) fn row(&self, u: u32) -> (&[u32], &[f64]) {
        let range = self.offsets[u as usize] as usize..self.offsets[u as usize + 1] as usize;
        (&self.neighbors[range.clone()], &self.between[range])
    }

    /// How often the walker leaves a module; as often it comes, so the mean of both is taken.
    #[inline]
    pub(super) fn exit(&self, Flow { cut, leaps, landings, .. }: Flow) -> f64 {
        let leaping = leaps * (1.0 - landings).max(0.0) + (self.leaps - leaps).max(0.0) * landings;
        0.5 * (cut + leaping)
    }

    /// The flows of modules, and between them.
    pub(super) fn aggregate(&self, labels: &[u32], count: usize) -> Level {
        let modules = Groups::new(labels, count);
        let desks = Desks::<Tally>::new();
        let flow = |module: usize| {
            let members = modules.members(module).iter().map(|&u| self.flows[u as usize]);
            members.fold(Flow::default(), |sum, flow| sum.with(Flow { cut: 0.0, ..flow }, 0.0))
        };
        let flows = (0..count).into_par_iter().map(flow).collect();
        let mut level = Level::from_rows(flows, self.leaps, |module, neighbors, between| {
            let mut tally = desks.mine();
            let members = modules.members(module as usize).iter();
            let rows = members.map(|&u| self.row(u)).map(|(row, between)| (row, Some(between)));
            let (others, sums) = tally.sum_others(module, rows, count, |v| labels[v as usize]);
            neighbors.extend(others);
            between.extend(sums);
        });
        for module in 0..count {
            level.flows[module].cut = level.row(module as u32).1.iter().sum();
        }
        level
    }

    /// The same flows of nodes, but ties only within modules, so that no walk along them leaves one.
    pub(super) fn within(&self, labels: &[u32]) -> Level {
        Level::from_rows(self.flows.clone(), self.leaps, |u, neighbors, between| {
            let (row, flows) = self.row(u);
            for (&v, &flow) in row.iter().zip(flows) {
                if labels[v as usize] == labels[u as usize] {
                    neighbors.push(v);
                    between.push(flow);
                }
            }
        })
    }
}

/// Two rows by ascending neighbor as one, with the sums where both have one.
fn merged(
    one: impl Iterator<Item = (u32, f64)>,
    other: impl Iterator<Item = (u32, f64)>,
) -> impl Iterator<Item = (u32, f64)> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || {
        let next = match (one.peek(), other.peek()) {
            (Some(&(u, _)), Some(&(v, _))) => u.min(v),
            (Some(&(u, _)), None) | (None, Some(&(u, _))) => u,
            (None, None) => return None,
        };
        let mut take = |(_, flow)| flow;
        let there = one.next_if(|&(u, _)| u == next).map_or(0.0, &mut take);
        let back = other.next_if(|&(u, _)| u == next).map_or(0.0, &mut take);
        Some((next, there + back))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    #[test]
    fn who_comes_to_a_module_leaves_it() {
        let rows = EdgeChunk { sources: &[0, 1, 2, 2, 4], targets: &[1, 2, 0, 3, 2], weights: None };
        let graph = Graph::from_edges(6, &[rows], &FromEdges::default()).unwrap();
        let level = Level::of(&graph, true, Some(0.15)).unwrap();
        assert!((sum(6, |u| level.flows[u].visits) - 1.0).abs() < 1e-12);
        for u in 0..5 {
            // Alone, a node is left whenever the walker is there, but for leaps that end where they began.
            let Flow { visits, leaps, landings, .. } = level.flows[u];
            let left = visits - leaps * landings;
            assert!((level.exit(level.flows[u]) - left).abs() < 1e-12, "{u}");
        }
        assert_eq!(level.flows[5], Flow::default());
        let all = level.aggregate(&[0; 6], 1);
        assert!(all.exit(all.flows[0]).abs() < 1e-12);
    }
}
