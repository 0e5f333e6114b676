//! Slow twins of the measures of distance, simple by design: do not benchmark.

use std::collections::{BTreeMap, VecDeque};

use laud::centrality::{Direction, Distance};
use laud::graph::Graph;

/// The distance from each node (row) to each other (column), by Floyd and Warshall.
pub(crate) fn all_pairs(
    node_count: usize,
    arcs: &BTreeMap<(u32, u32), f64>,
    directed: bool,
    direction: Direction,
    distance: Distance,
) -> Vec<Vec<f64>> {
    let mut lengths = vec![vec![f64::INFINITY; node_count]; node_count];
    for (&(u, v), &weight) in arcs {
        let (u, v) = if direction == Direction::Out { (v, u) } else { (u, v) };
        let back = arcs.get(&(v, u)).filter(|_| directed && direction == Direction::All);
        let weight = weight + back.unwrap_or(&0.0);
        let length = match distance {
            Distance::Unit => 1.0,
            Distance::Inverse => 1.0 / weight,
            Distance::Log => -weight.ln(),
        };
        lengths[u as usize][v as usize] = length;
        if direction == Direction::All {
            lengths[v as usize][u as usize] = length;
        }
    }
    lengths.iter_mut().enumerate().for_each(|(u, row)| row[u] = 0.0);
    for w in 0..node_count {
        for u in 0..node_count {
            for v in 0..node_count {
                lengths[u][v] = lengths[u][v].min(lengths[u][w] + lengths[w][v]);
            }
        }
    }
    lengths
}

/// The distances of others to `v`, where finite.
fn to(lengths: &[Vec<f64>], v: usize) -> impl Iterator<Item = f64> {
    (0..lengths.len())
        .filter(move |&u| u != v)
        .map(move |u| lengths[u][v])
        .filter(|length| length.is_finite())
}

pub(crate) fn harmonic(lengths: &[Vec<f64>]) -> Vec<f64> {
    (0..lengths.len()).map(|v| to(lengths, v).map(f64::recip).sum()).collect()
}

pub(crate) fn closeness(lengths: &[Vec<f64>]) -> Vec<f64> {
    let others = lengths.len() as f64 - 1.0;
    let score = |v| match to(lengths, v).sum::<f64>() {
        0.0 => 0.0,
        total => (to(lengths, v).count() as f64).powi(2) / (others * total),
    };
    (0..lengths.len()).map(score).collect()
}

/// The same two by a queue from each node, for graphs that are too large for all pairs.
pub(crate) fn by_queue(graph: &Graph, direction: Direction) -> (Vec<f64>, Vec<f64>) {
    let n = graph.node_count();
    let arcs = match direction {
        Direction::In => graph.incoming(),
        Direction::Out => graph.out(),
        Direction::All => graph.undirected().out(),
    };
    let score = |v: u32| {
        let mut distances = vec![None; n];
        distances[v as usize] = Some(0);
        let mut queue = VecDeque::from([v]);
        while let Some(u) = queue.pop_front() {
            for &w in arcs.neighbors(u) {
                if distances[w as usize].is_none() {
                    distances[w as usize] = distances[u as usize].map(|distance: u32| distance + 1);
                    queue.push_back(w);
                }
            }
        }
        let found: Vec<f64> = distances.into_iter().flatten().filter(|&d| d > 0).map(f64::from).collect();
        let (reached, total) = (found.len() as f64, found.iter().sum::<f64>());
        let closeness = if total > 0.0 { reached * reached / ((n - 1) as f64 * total) } else { 0.0 };
        (found.into_iter().map(f64::recip).sum::<f64>(), closeness)
    };
    (0..n as u32).map(score).unzip()
}
