//! Slow twins of what says how a network is knit, simple by design: do not benchmark.

use std::collections::{BTreeMap, BTreeSet};

/// Arcs and their weights.
pub(crate) type Arcs = BTreeMap<(u32, u32), f64>;

/// Neighbors by node.
pub(crate) type Neighbors = [BTreeSet<u32>];

/// The weight of a pair in both directions; an undirected edge has two arcs and so counts twice.
fn both(arcs: &Arcs, u: u32, v: u32) -> f64 {
    arcs.get(&(u, v)).unwrap_or(&0.0) + arcs.get(&(v, u)).unwrap_or(&0.0)
}

/// Burt's constraint, by its definition.
pub(crate) fn constraint(neighbors: &Neighbors, arcs: &Arcs) -> Vec<f64> {
    let nodes = 0..neighbors.len() as u32;
    let total = |i: u32| neighbors[i as usize].iter().map(|&k| both(arcs, i, k)).sum::<f64>();
    let p = |i: u32, j: u32| if total(i) > 0.0 && i != j { both(arcs, i, j) / total(i) } else { 0.0 };
    let bound = |i, j| p(i, j) + nodes.clone().map(|q| p(i, q) * p(q, j)).sum::<f64>();
    let of = |i: u32| match total(i) > 0.0 {
        true => neighbors[i as usize].iter().map(|&j| bound(i, j).powi(2)).sum(),
        false => f64::NAN,
    };
    nodes.clone().map(of).collect()
}

/// Burt's effective size, by its definition.
pub(crate) fn effective_size(neighbors: &Neighbors, arcs: &Arcs) -> Vec<f64> {
    let row = |i: u32| neighbors[i as usize].iter().map(move |&k| both(arcs, i, k));
    let of = |i: u32| {
        let total: f64 = row(i).sum();
        let kept = |&j: &u32| {
            let most = row(j).fold(0.0, f64::max);
            let q = neighbors[i as usize].intersection(&neighbors[j as usize]);
            let most = if most > 0.0 { most } else { 1.0 };
            1.0 - q.map(|&q| both(arcs, i, q) / total * (both(arcs, j, q) / most)).sum::<f64>()
        };
        if total > 0.0 { neighbors[i as usize].iter().map(kept).sum() } else { f64::NAN }
    };
    (0..neighbors.len() as u32).map(of).collect()
}
