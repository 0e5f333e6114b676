//! Betweenness by its definition, simple by design: do not benchmark.

use std::collections::BTreeMap;

/// Lengths within this share of each other are equal.
const TIE: f64 = 1e-6;

/// Distances and numbers of shortest paths between all nodes.
struct Paths {
    distance: Vec<Vec<f64>>,
    count: Vec<Vec<f64>>,
}

fn is_tie(a: f64, b: f64) -> bool {
    a.is_finite() && b.is_finite() && (a - b).abs() <= TIE * a.max(b)
}

fn paths(node_count: usize, lengths: &BTreeMap<(u32, u32), f64>) -> Paths {
    let mut distance = vec![vec![f64::INFINITY; node_count]; node_count];
    for (u, row) in distance.iter_mut().enumerate() {
        row[u] = 0.0;
    }
    let direct = |u: usize, v: usize| lengths.get(&(u as u32, v as u32)).copied().filter(|_| u != v);
    for (s, row) in distance.iter_mut().enumerate() {
        for _ in 0..node_count {
            for (&(u, v), length) in lengths {
                row[v as usize] = row[v as usize].min(row[u as usize] + length);
            }
        }
        assert_eq!(row[s], 0.0);
    }
    let mut count = vec![vec![0.0; node_count]; node_count];
    for s in 0..node_count {
        let mut order: Vec<usize> = (0..node_count).filter(|&v| distance[s][v].is_finite()).collect();
        order.sort_by(|&u, &v| distance[s][u].total_cmp(&distance[s][v]));
        count[s][s] = 1.0;
        for (i, &v) in order.iter().enumerate().skip(1) {
            count[s][v] = order[..i]
                .iter()
                .filter(|&&u| {
                    direct(u, v).is_some_and(|length| is_tie(distance[s][u] + length, distance[s][v]))
                })
                .map(|&u| count[s][u])
                .sum();
        }
    }
    Paths { distance, count }
}

/// For each node, and each arc, the sum over all ordered pairs of the weight of the pair times the share of its
/// shortest paths through the node (not as an end), or the arc.
pub(crate) fn through(
    node_count: usize,
    lengths: &BTreeMap<(u32, u32), f64>,
    weight: impl Fn(u32, u32) -> f64,
) -> (Vec<f64>, BTreeMap<(u32, u32), f64>) {
    let lengths: BTreeMap<_, _> = lengths
        .iter()
        .filter(|((u, v), length)| u != v && length.is_finite())
        .map(|(&k, &l)| (k, l))
        .collect();
    let Paths { distance, count } = paths(node_count, &lengths);
    let mut nodes = vec![0.0; node_count];
    let mut arcs: BTreeMap<(u32, u32), f64> = lengths.keys().map(|&arc| (arc, 0.0)).collect();
    for s in 0..node_count {
        for t in (0..node_count).filter(|&t| t != s && distance[s][t].is_finite()) {
            let weight = weight(s as u32, t as u32) / count[s][t];
            for v in (0..node_count).filter(|&v| v != s && v != t) {
                if is_tie(distance[s][v] + distance[v][t], distance[s][t]) {
                    nodes[v] += weight * count[s][v] * count[v][t];
                }
            }
            for (&(u, v), length) in &lengths {
                if is_tie(distance[s][u as usize] + length + distance[v as usize][t], distance[s][t]) {
                    *arcs.get_mut(&(u, v)).unwrap() += weight * count[s][u as usize] * count[v as usize][t];
                }
            }
        }
    }
    (nodes, arcs)
}

/// The number of arcs on shortest paths over all ordered pairs that are joined, less one for each pair.
pub(crate) fn inner_steps(node_count: usize, arcs: impl Iterator<Item = (u32, u32)>) -> f64 {
    let lengths = arcs.map(|arc| (arc, 1.0)).collect();
    let distances = paths(node_count, &lengths).distance.into_iter().flatten();
    distances.filter(|&d| d > 0.0 && d.is_finite()).map(|d| d - 1.0).sum()
}
