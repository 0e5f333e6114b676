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

/// Truss numbers of pairs, the smaller first, by taking away, for each k, pairs in too few triangles.
pub(crate) fn truss(neighbors: &Neighbors) -> BTreeMap<(u32, u32), u64> {
    let mut left = neighbors.to_vec();
    let pairs = |left: &Neighbors| -> Vec<(u32, u32)> {
        (0..).zip(left).flat_map(|(u, row)| row.range(u + 1..).map(move |&v| (u, v))).collect()
    };
    let mut numbers: BTreeMap<(u32, u32), u64> = pairs(&left).into_iter().map(|pair| (pair, 2)).collect();
    for k in 3.. {
        let few = |&(u, v): &(u32, u32), left: &Neighbors| {
            left[u as usize].intersection(&left[v as usize]).count() < k - 2
        };
        while let Some((u, v)) = pairs(&left).into_iter().find(|pair| few(pair, &left)) {
            left[u as usize].remove(&v);
            left[v as usize].remove(&u);
        }
        let remaining = pairs(&left);
        if remaining.is_empty() {
            return numbers;
        }
        numbers.extend(remaining.into_iter().map(|pair| (pair, k as u64)));
    }
    numbers
}

/// For each node how many more components there are without it.
pub(crate) fn articulation(neighbors: &Neighbors) -> Vec<u64> {
    let count = |neighbors: &Neighbors| {
        crate::oracle::components(neighbors).into_iter().max().map_or(0, |most| most + 1)
    };
    let all = count(neighbors);
    let without = |u: usize| {
        let mut left = neighbors.to_vec();
        left[u].clear();
        left.iter_mut().for_each(|row| row.retain(|&v| v != u as u32));
        // The node is still there, alone.
        (count(&left) - 1).saturating_sub(all)
    };
    (0..neighbors.len()).map(without).collect()
}

/// The bridges, the smaller end first, and how many nodes are on their smaller side.
pub(crate) fn bridges(neighbors: &Neighbors) -> BTreeMap<(u32, u32), u64> {
    let mut bridges = BTreeMap::new();
    for u in 0..neighbors.len() as u32 {
        for &v in neighbors[u as usize].range(u + 1..) {
            let mut left = neighbors.to_vec();
            left[u as usize].remove(&v);
            left[v as usize].remove(&u);
            let labels = crate::oracle::components(&left);
            let side = |w: u32| labels.iter().filter(|&&label| label == labels[w as usize]).count() as u64;
            if labels[u as usize] != labels[v as usize] {
                bridges.insert((u, v), side(u).min(side(v)));
            }
        }
    }
    bridges
}

/// The correlation of two values over pairs.
pub(crate) fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), pair| (x + pair.0 / n, y + pair.1 / n));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let of_x = sum(&|pair| (pair.0 - x).powi(2));
    let of_y = sum(&|pair| (pair.1 - y).powi(2));
    if of_x < 1e-9 || of_y < 1e-9 {
        return f64::NAN;
    }
    sum(&|pair| (pair.0 - x) * (pair.1 - y)) / (of_x * of_y).sqrt()
}

/// The s-core of each node, by taking away the weakest.
pub(crate) fn cores_by_strength(neighbors: &Neighbors, weight: impl Fn(u32, u32) -> f64) -> Vec<f64> {
    let mut left: BTreeSet<u32> = (0..neighbors.len() as u32).collect();
    let (mut cores, mut level) = (vec![0.0; neighbors.len()], 0.0_f64);
    while !left.is_empty() {
        let strength = |u: u32| neighbors[u as usize].intersection(&left).map(|&v| weight(u, v)).sum::<f64>();
        let weakest = left.iter().copied().min_by(|&a, &b| strength(a).total_cmp(&strength(b))).unwrap();
        level = level.max(strength(weakest));
        cores[weakest as usize] = level;
        left.remove(&weakest);
    }
    cores
}

/// The order of election, with all votes counted anew for each.
pub(crate) fn voterank(neighbors: &Neighbors) -> Vec<u32> {
    let nodes = neighbors.len() as i64;
    let ends: i64 = neighbors.iter().map(|row| row.len() as i64).sum();
    let mut elected: Vec<u32> = Vec::new();
    loop {
        let heard = |u: u32| elected.iter().filter(|&v| neighbors[u as usize].contains(v)).count() as i64;
        let ability = |u: u32| if elected.contains(&u) { 0 } else { (ends - heard(u) * nodes).max(0) };
        let votes = |v: u32| match elected.contains(&v) {
            true => 0,
            false => neighbors[v as usize].iter().map(|&u| ability(u)).sum::<i64>(),
        };
        match (0..nodes as u32).rev().max_by_key(|&v| votes(v)) {
            Some(best) if votes(best) > 0 => elected.push(best),
            _ => return elected,
        }
    }
}

/// Collective influence, by the sets of those who are reached in one more step.
pub(crate) fn collective_influence(neighbors: &Neighbors, radius: u32) -> Vec<u64> {
    let degree = |u: u32| neighbors[u as usize].len() as u64;
    let of = |u: u32| {
        let (mut inside, mut surface) = (BTreeSet::from([u]), BTreeSet::from([u]));
        for _ in 0..radius {
            surface = surface.iter().flat_map(|&v| neighbors[v as usize].iter().copied()).collect();
            surface = surface.difference(&inside).copied().collect();
            inside.extend(&surface);
        }
        degree(u).saturating_sub(1) * surface.iter().map(|&v| degree(v) - 1).sum::<u64>()
    };
    (0..neighbors.len() as u32).map(of).collect()
}

/// The five roles of each node, by looking at all pairs.
pub(crate) fn brokerage(node_count: usize, arcs: &Arcs, groups: &[u32]) -> Vec<[u64; 5]> {
    let mut roles = vec![[0; 5]; node_count];
    for &(u, v) in arcs.keys() {
        for w in (0..node_count as u32).filter(|&w| arcs.contains_key(&(v, w))) {
            if u != v && v != w && u != w && !arcs.contains_key(&(u, w)) {
                let [a, b, c] = [u, v, w].map(|node| groups[node as usize]);
                let role = match (a == b, b == c, a == c) {
                    (true, true, _) => 0,
                    (false, _, true) => 1,
                    (false, true, _) => 2,
                    (true, false, _) => 3,
                    _ => 4,
                };
                roles[v as usize][role] += 1;
            }
        }
    }
    roles
}
