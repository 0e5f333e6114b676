//! Slow twins, simple by design: do not benchmark.

use std::collections::{BTreeMap, BTreeSet};

use laud::graph::SelfLoops;

use crate::generators::Rows;

/// Arcs and their added weights, straight from the rows.
pub(crate) fn arcs(rows: &Rows, directed: bool, self_loops: SelfLoops) -> BTreeMap<(u32, u32), f64> {
    let mut arcs = BTreeMap::new();
    for (i, (&u, &v)) in rows.sources.iter().zip(&rows.targets).enumerate() {
        let weight = rows.weights.as_ref().map_or(1.0, |weights| weights[i]);
        if u != v || self_loops == SelfLoops::Keep {
            *arcs.entry((u, v)).or_insert(0.0) += weight;
        }
        if u != v && !directed {
            *arcs.entry((v, u)).or_insert(0.0) += weight;
        }
    }
    arcs
}

/// The distinct neighbors of each node in either direction, loops left out.
pub(crate) fn neighbors(node_count: usize, arcs: &BTreeMap<(u32, u32), f64>) -> Vec<BTreeSet<u32>> {
    let mut neighbors = vec![BTreeSet::new(); node_count];
    for &(u, v) in arcs.keys().filter(|(u, v)| u != v) {
        neighbors[u as usize].insert(v);
        neighbors[v as usize].insert(u);
    }
    neighbors
}

/// PageRank with the given jumps, by elimination on x = jump (1 - a + a dangling x) + a P x.
pub(crate) fn pagerank(arcs: &BTreeMap<(u32, u32), f64>, jump: &[f64], damping: f64) -> Vec<f64> {
    let n = jump.len();
    let mut strength = vec![0.0; n];
    arcs.iter().for_each(|(&(u, _), weight)| strength[u as usize] += weight);
    let mut system = vec![vec![0.0; n + 1]; n];
    for v in 0..n {
        system[v][v] += 1.0;
        system[v][n] = (1.0 - damping) * jump[v];
        for u in (0..n).filter(|&u| strength[u] == 0.0) {
            system[v][u] -= damping * jump[v];
        }
    }
    for (&(u, v), weight) in arcs.iter().filter(|(arc, _)| strength[arc.0 as usize] > 0.0) {
        system[v as usize][u as usize] -= damping * weight / strength[u as usize];
    }
    solve(system)
}

/// BiRank by elimination: hubs, then authorities.
pub(crate) fn birank(
    n: usize,
    arcs: &BTreeMap<(u32, u32), f64>,
    seeds: &[(u32, f64)],
    damping: f64,
) -> Vec<f64> {
    let (mut strength, mut own) = (vec![0.0; 2 * n], vec![f64::from(u8::from(seeds.is_empty())); 2 * n]);
    for (&(u, v), weight) in arcs {
        strength[u as usize] += weight;
        strength[n + v as usize] += weight;
    }
    for &(u, weight) in seeds {
        own[u as usize] += weight;
        own[n + u as usize] += weight;
    }
    (0..2 * n).filter(|&i| strength[i] == 0.0).for_each(|i| own[i] = 0.0);
    let mut system = vec![vec![0.0; 2 * n + 1]; 2 * n];
    for side in [0..n, n..2 * n] {
        let total: f64 = own[side.clone()].iter().sum();
        for i in side {
            system[i][i] = 1.0;
            system[i][2 * n] = if total > 0.0 { (1.0 - damping) * own[i] / total } else { 0.0 };
        }
    }
    for (&(u, v), weight) in arcs.iter().filter(|(_, weight)| **weight > 0.0) {
        let (u, v) = (u as usize, n + v as usize);
        let share = damping * weight / (strength[u] * strength[v]).sqrt();
        system[u][v] -= share;
        system[v][u] -= share;
    }
    solve(system)
}

/// Katz centrality by elimination on x = 1 + alpha A' x.
pub(crate) fn katz(node_count: usize, arcs: &BTreeMap<(u32, u32), f64>, alpha: f64) -> Vec<f64> {
    let mut system = vec![vec![0.0; node_count + 1]; node_count];
    for (v, row) in system.iter_mut().enumerate() {
        (row[v], row[node_count]) = (1.0, 1.0);
    }
    arcs.iter().for_each(|(&(u, v), weight)| system[v as usize][u as usize] -= alpha * weight);
    solve(system)
}

/// Gauss-Jordan elimination with partial pivoting.
fn solve(mut system: Vec<Vec<f64>>) -> Vec<f64> {
    let n = system.len();
    for column in 0..n {
        let pivot =
            (column..n).max_by(|&a, &b| system[a][column].abs().total_cmp(&system[b][column].abs())).unwrap();
        system.swap(column, pivot);
        let head = system[column].clone();
        for (_, row) in system.iter_mut().enumerate().filter(|(i, _)| *i != column) {
            let factor = row[column] / head[column];
            row.iter_mut().zip(&head).for_each(|(cell, head)| *cell -= factor * head);
        }
    }
    (0..n).map(|i| system[i][n] / system[i][i]).collect()
}

/// Core numbers by taking away, for each k, nodes of too few neighbors until none is left to take.
pub(crate) fn cores(neighbors: &[BTreeSet<u32>]) -> Vec<u64> {
    let mut cores = vec![0; neighbors.len()];
    let mut remaining: BTreeSet<u32> = (0..neighbors.len() as u32).collect();
    for k in 1.. {
        while let Some(&u) =
            remaining.iter().find(|&&u| neighbors[u as usize].intersection(&remaining).count() < k)
        {
            remaining.remove(&u);
        }
        if remaining.is_empty() {
            return cores;
        }
        remaining.iter().for_each(|&u| cores[u as usize] = k as u64);
    }
    cores
}

/// Component labels by breadth-first search, numbered by size, then smallest node.
pub(crate) fn components(neighbors: &[BTreeSet<u32>]) -> Vec<u64> {
    let mut members: Vec<Vec<u32>> = Vec::new();
    let mut seen = BTreeSet::new();
    for u in 0..neighbors.len() as u32 {
        let mut part = Vec::from_iter(seen.insert(u).then_some(u));
        let mut next = 0;
        while let Some(&v) = part.get(next) {
            part.extend(neighbors[v as usize].iter().filter(|&&w| seen.insert(w)));
            next += 1;
        }
        members.extend((!part.is_empty()).then_some(part));
    }
    members.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let mut labels = vec![0; neighbors.len()];
    for (label, part) in members.iter().enumerate() {
        part.iter().for_each(|&u| labels[u as usize] = label as u64);
    }
    labels
}

/// For each node how many pairs of its neighbors are neighbors.
pub(crate) fn triangles(neighbors: &[BTreeSet<u32>]) -> Vec<u64> {
    let knows = |u: u32, v: u32| neighbors[u as usize].contains(&v);
    let pairs = |own: &BTreeSet<u32>| {
        own.iter().flat_map(|&u| own.range(u + 1..).filter(move |&&v| knows(u, v))).count() as u64
    };
    neighbors.iter().map(pairs).collect()
}
