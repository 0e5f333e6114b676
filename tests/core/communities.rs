//! Communities: known networks, recovery of planted groups, slow oracles, and what every partition must satisfy.

use laud::community::{Leiden, Louvain, Objective, Partition, leiden, louvain};
use laud::graph::{Graph, generator};
use rand::RngExt;

use crate::generators::{Rows, florentine, gnm, karate, lfr, rmat, southern_women};

fn of(graph: &Graph, seed: u64) -> Partition {
    leiden(graph, &Leiden { seed, ..Leiden::default() }).unwrap()
}

/// Modularity of the undirected view from its definition, over all pairs of nodes. Simple by design.
pub(crate) fn modularity(graph: &Graph, labels: &[u32], resolution: f64) -> f64 {
    let view = graph.undirected();
    let double = 2.0 * view.total_weight();
    let nodes = 0..view.node_count() as u32;
    let pairs = nodes.clone().flat_map(|u| nodes.clone().map(move |v| (u, v)));
    let term = |(u, v): (u32, u32)| {
        let expected = resolution * view.out().strength(u) * view.out().strength(v) / double;
        (view.out().weight(u, v).unwrap_or(0.0) - expected) / double
    };
    pairs.filter(|&(u, v)| labels[u as usize] == labels[v as usize]).map(term).sum()
}

/// The objective of the directed or two-mode kind from its definition.
fn directed_modularity(graph: &Graph, labels: &[u32]) -> f64 {
    let weight = |u, v| if u == v { 0.0 } else { graph.out().weight(u, v).unwrap_or(0.0) };
    let nodes = 0..graph.node_count() as u32;
    let out = |u| nodes.clone().map(|v| weight(u, v)).sum::<f64>();
    let incoming = |v| nodes.clone().map(|u| weight(u, v)).sum::<f64>();
    let total: f64 = nodes.clone().map(out).sum();
    let pairs = nodes.clone().flat_map(|u| nodes.clone().map(move |v| (u, v)));
    let term = |(u, v)| (weight(u, v) - out(u) * incoming(v) / total) / total;
    pairs.filter(|&(u, v)| labels[u as usize] == labels[v as usize]).map(term).sum()
}

/// The largest value of `quality` over all partitions of a few nodes.
pub(crate) fn best(node_count: usize, quality: &dyn Fn(&[u32]) -> f64) -> f64 {
    fn extend(labels: &mut Vec<u32>, node_count: usize, quality: &dyn Fn(&[u32]) -> f64) -> f64 {
        if labels.len() == node_count {
            return quality(labels);
        }
        let next = labels.iter().max().map_or(0, |last| last + 1);
        let mut best = f64::NEG_INFINITY;
        for label in 0..=next {
            labels.push(label);
            best = best.max(extend(labels, node_count, quality));
            labels.pop();
        }
        best
    }
    extend(&mut Vec::new(), node_count, quality)
}

/// How many communities fall apart without the ties to others.
pub(crate) fn torn(graph: &Graph, labels: &[u32]) -> usize {
    let view = graph.undirected();
    let mut seen = vec![false; labels.len()];
    let mut pieces = 0;
    for first in 0..labels.len() as u32 {
        let mut queue = vec![first];
        pieces += usize::from(!seen[first as usize]);
        while let Some(u) = queue.pop() {
            if !std::mem::replace(&mut seen[u as usize], true) {
                let same = |v: &&u32| labels[**v as usize] == labels[u as usize];
                queue.extend(view.out().neighbors(u).iter().filter(same));
            }
        }
    }
    pieces - Partition::from_labels(labels).len()
}

/// `groups` groups of `size` nodes, tied within with probability `within`, and otherwise with probability `between`.
pub(crate) fn planted(seed: u64, groups: u32, size: u32, within: f64, between: f64) -> Rows {
    let mut random = generator(seed, "planted", 0);
    let n = groups * size;
    let pairs = (0..n).flat_map(|u| (u + 1..n).map(move |v| (u, v)));
    let is_tie =
        |&(u, v): &(u32, u32)| random.random::<f64>() < if u / size == v / size { within } else { between };
    Rows::new(n as usize, pairs.filter(is_tie).collect::<Vec<_>>())
}

#[test]
fn the_karate_club_falls_into_its_four_groups_whatever_the_seed() {
    let graph = karate().undirected();
    let groups: [&[u32]; 4] = [
        &[8, 9, 14, 15, 18, 20, 22, 26, 29, 30, 32, 33],
        &[0, 1, 2, 3, 7, 11, 12, 13, 17, 19, 21],
        &[23, 24, 25, 27, 28, 31],
        &[4, 5, 6, 10, 16],
    ];
    let found = (0..100).filter(|&seed| {
        let partition = of(&graph, seed);
        (partition.quality - 0.419789612097).abs() < 1e-11 && partition.members() == groups
    });
    let found = found.count();
    assert!(found >= 95, "{found} of 100");
}

#[test]
fn the_families_of_florence_reach_their_best_modularity() {
    let graph = florentine();
    let best = (0..10).map(|seed| of(&graph, seed).quality).fold(0.0, f64::max);
    assert!((best - 0.39875).abs() < 1e-9, "{best}");
}

#[test]
fn a_ring_of_cliques_shows_the_limit_of_resolution_and_what_is_free_of_it() {
    let clique = |c: u32| (0..5).flat_map(move |u| (u + 1..5).map(move |v| (5 * c + u, 5 * c + v)));
    let arcs = (0..30).flat_map(|c| clique(c).chain([(5 * c, 5 * ((c + 1) % 30) + 1)]));
    let graph = Rows::new(150, arcs.collect::<Vec<_>>()).undirected();
    for seed in 0..5 {
        let partition = of(&graph, seed);
        assert!(partition.len() < 30 && partition.quality >= 0.885, "{seed}: {}", partition.quality);
        let params = Leiden { objective: Objective::Cpm, resolution: Some(0.5), seed, ..Leiden::default() };
        let cliques = leiden(&graph, &params).unwrap();
        let expected: Vec<u32> = (0..150).map(|u| u / 5).collect();
        assert_eq!(cliques.labels, expected, "{seed}");
    }
}

#[test]
fn two_cliques_joined_by_an_edge_have_their_closed_form() {
    let clique = |c: u32| (0..5).flat_map(move |u| (u + 1..5).map(move |v| (5 * c + u, 5 * c + v)));
    let graph = Rows::new(10, clique(0).chain(clique(1)).chain([(0, 5)])).undirected();
    let partition = of(&graph, 0);
    assert!((partition.quality - (20.0 / 21.0 - 0.5)).abs() < 1e-12, "{}", partition.quality);
    assert_eq!(partition.labels, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
}

#[test]
fn planted_groups_are_found() {
    for seed in 0..5 {
        let graph = planted(seed, 10, 100, 0.2, 0.01).undirected();
        let partition = of(&graph, seed);
        let expected: Vec<u32> = (0..1000).map(|u| u / 100).collect();
        assert_eq!(partition.labels, expected, "{seed}");
    }
}

/// Normalized mutual information of two labelings, by the arithmetic mean of their entropies. Simple by design.
fn nmi(a: &[u32], b: &[u32]) -> f64 {
    let n = a.len() as f64;
    let entropy = |keys: Vec<(u32, u32)>| {
        let mut counts = std::collections::BTreeMap::new();
        keys.into_iter().for_each(|key| *counts.entry(key).or_insert(0.0) += 1.0);
        counts.values().map(|count: &f64| -count / n * (count / n).ln()).sum::<f64>()
    };
    let of = |labels: &[u32]| entropy(labels.iter().map(|&label| (label, 0)).collect());
    let (one, other) = (of(a), of(b));
    2.0 * (one + other - entropy(a.iter().copied().zip(b.iter().copied()).collect())) / (one + other)
}

#[test]
fn planted_communities_are_recovered_as_well_as_others_do() {
    for (mixing, least) in [(0.1, 0.999), (0.3, 0.98), (0.4, 0.96), (0.5, 0.88)] {
        let recovered = (0..5).map(|seed| {
            let (rows, truth) = lfr(seed, 2000, mixing);
            let graph = rows.undirected();
            let partition = of(&graph, seed);
            assert_eq!(torn(&graph, &partition.labels), 0);
            nmi(&partition.labels, &truth)
        });
        let mean = recovered.sum::<f64>() / 5.0;
        assert!(mean >= least, "mixing {mixing}: {mean}");
    }
    let (rows, _) = lfr(0, 2000, 0.6);
    let quality = of(&rows.undirected(), 0).quality;
    assert!(quality >= 0.3, "{quality}");
}

#[test]
fn groups_of_friends_with_many_ties_to_others_are_recovered() {
    for (between, least) in [(6.0, 0.93), (7.0, 0.82)] {
        let recovered = (0..20).map(|seed| {
            let rows = planted(seed, 4, 32, (16.0 - between) / 31.0, between / 96.0);
            let truth: Vec<u32> = (0..128).map(|u| u / 32).collect();
            nmi(&of(&rows.undirected(), seed).labels, &truth)
        });
        let mean = recovered.sum::<f64>() / 20.0;
        assert!(mean >= least, "{between} ties to others: {mean}");
    }
}

#[test]
fn a_large_graph_has_the_same_communities_at_any_number_of_threads() {
    let graph = rmat(5, 70_000, 400_000, true).undirected();
    let at = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| of(&graph, 3))
    };
    let alone = at(1);
    assert_eq!(torn(&graph, &alone.labels), 0);
    for threads in [2, 3, 8] {
        assert_eq!(at(threads), alone, "{threads} threads");
    }
}

#[test]
fn every_community_is_connected_and_the_modularity_is_what_it_says() {
    for seed in 0..1000 {
        let mut random = generator(seed, "graphs", 0);
        let node_count = random.random_range(1..60);
        let rows = gnm(seed, node_count, random.random_range(0..3 * node_count), seed % 3 == 0);
        let graph = if seed % 2 == 0 { rows.undirected() } else { rows.directed() };
        let partition = of(&graph, seed);
        assert_eq!(torn(&graph, &partition.labels), 0, "{seed}: {rows:?}");
        if graph.undirected().total_weight() > 0.0 {
            let expected = modularity(&graph, &partition.labels, 1.0);
            assert!((partition.quality - expected).abs() < 1e-6, "{seed}: {} {expected}", partition.quality);
        }
        for (finer, coarser) in partition.levels().iter().zip(partition.levels().iter().skip(1)) {
            let mut above = vec![None; finer.len()];
            for (&fine, &coarse) in finer.labels.iter().zip(&coarser.labels) {
                assert_eq!(*above[fine as usize].get_or_insert(coarse), coarse, "{seed}");
            }
        }
        let directed = Leiden { directed: true, seed, ..Leiden::default() };
        let partition = leiden(&graph, &directed).unwrap();
        assert_eq!(torn(&graph, &partition.labels), 0, "directed, {seed}");
    }
}

#[test]
fn small_graphs_reach_the_best_of_all_partitions() {
    let (mut reached, mut directed_reached, mut total) = (0, 0, 0);
    for seed in 0..60 {
        let rows = gnm(seed, 8, 14, seed % 2 == 0);
        let graph = rows.directed();
        if graph.undirected().total_weight() == 0.0 {
            continue;
        }
        total += 1;
        let highest = best(8, &|labels| modularity(&graph, labels, 1.0));
        let found = (0..5).map(|seed| of(&graph, seed).quality).fold(f64::NEG_INFINITY, f64::max);
        assert!(found <= highest + 1e-6, "{seed}: {found} above {highest}");
        reached += usize::from(found >= highest - 1e-6);
        let highest = best(8, &|labels| directed_modularity(&graph, labels));
        let directed = |seed| leiden(&graph, &Leiden { directed: true, seed, ..Leiden::default() }).unwrap();
        let found = (0..5).map(|seed| directed(seed).quality).fold(f64::NEG_INFINITY, f64::max);
        assert!(found <= highest + 1e-6, "directed, {seed}: {found} above {highest}");
        directed_reached += usize::from(found >= highest - 1e-6);
    }
    assert!(reached * 100 >= 95 * total, "{reached} of {total}");
    assert!(directed_reached * 100 >= 95 * total, "directed: {directed_reached} of {total}");
}

#[test]
fn two_modes_are_judged_by_their_own_modularity() {
    let rows = southern_women();
    let (graph, arcs) = (rows.undirected(), rows.directed());
    let params = |seed| Leiden { objective: Objective::Bipartite, seed, ..Leiden::default() };
    for seed in 0..5 {
        let partition = leiden(&graph, &params(seed)).unwrap();
        let expected = directed_modularity(&arcs, &partition.labels);
        assert!((partition.quality - expected).abs() < 1e-9, "{seed}: {} {expected}", partition.quality);
        assert!(partition.quality > 0.32, "{seed}: {}", partition.quality);
        assert_eq!(torn(&graph, &partition.labels), 0);
    }
    let error = leiden(&karate().undirected(), &params(0)).unwrap_err().to_string();
    assert!(error.starts_with("objective must be modularity or cpm where ties make an odd cycle"), "{error}");
}

#[test]
fn the_constant_potts_model_is_what_it_says() {
    let graph = karate().undirected();
    let params = Leiden { objective: Objective::Cpm, resolution: Some(0.1), ..Leiden::default() };
    let partition = leiden(&graph, &params).unwrap();
    let within = (0..34u32).flat_map(|u| graph.out().neighbors(u).iter().map(move |&v| (u, v)));
    let within =
        within.filter(|&(u, v)| u < v && partition.labels[u as usize] == partition.labels[v as usize]);
    let pairs: f64 = partition.sizes().iter().map(|&size| f64::from(size * (size - 1)) / 2.0).sum();
    assert!((partition.quality - (within.count() as f64 - 0.1 * pairs)).abs() < 1e-9);
}

#[test]
fn scaling_weights_changes_no_modularity_partition() {
    let rows = rmat(3, 300, 2000, true);
    let scaled = |factor: f64| {
        let weights = rows.weights.iter().flatten().map(|weight| weight * factor).collect();
        of(&Rows { weights: Some(weights), ..rows.clone() }.undirected(), 1)
    };
    let as_it_is = scaled(1.0);
    assert_eq!(scaled(8.0), as_it_is);
    let params = |factor: f64| Leiden {
        objective: Objective::Cpm,
        resolution: Some(0.01 * factor),
        ..Leiden::default()
    };
    let cpm = |factor: f64| {
        let weights = rows.weights.iter().flatten().map(|weight| weight * factor).collect();
        leiden(&Rows { weights: Some(weights), ..rows.clone() }.undirected(), &params(factor)).unwrap().labels
    };
    assert_eq!(cpm(4.0), cpm(1.0));
}

#[test]
fn a_start_is_where_it_begins_and_what_it_has_is_not_lost() {
    let graph = planted(1, 10, 100, 0.2, 0.01).undirected();
    let partition = of(&graph, 0);
    let again =
        Leiden { start: Some(partition.labels.clone()), max_iterations: 1, seed: 9, ..Leiden::default() };
    assert_eq!(leiden(&graph, &again).unwrap().labels, partition.labels);
    // Strangers in one community do not stay there.
    let all = Leiden { start: Some(vec![5; 6]), ..Leiden::default() };
    let pairs = Rows::new(6, [(0, 3), (1, 4)]).undirected();
    assert_eq!(leiden(&pairs, &all).unwrap().labels, [0, 1, 2, 0, 1, 3]);
}

#[test]
fn louvain_comes_near_and_leiden_is_no_worse_on_the_whole() {
    let (mut ours, mut theirs) = (0.0, 0.0);
    for seed in 0..20 {
        let graph = rmat(seed, 500, 3000, false).undirected();
        ours += of(&graph, seed).quality;
        theirs += louvain(&graph, &Louvain { seed, ..Louvain::default() }).unwrap().quality;
    }
    assert!(ours >= theirs, "{ours} {theirs}");
    assert!(theirs >= 0.95 * ours, "{ours} {theirs}");
}

#[test]
fn bad_parameters_are_refused() {
    let graph = karate().undirected();
    let refuse = |params: Leiden| leiden(&graph, &params).unwrap_err().to_string();
    let usual = Leiden::default;
    let cases = [
        (
            refuse(Leiden { resolution: Some(-1.0), ..usual() }),
            "resolution must be at least 0 and finite, got -1",
        ),
        (refuse(Leiden { max_iterations: 0, ..usual() }), "max_iterations must be at least 1, got 0"),
        (
            refuse(Leiden { start: Some(vec![0; 3]), ..usual() }),
            "start must be a label for each of 34 nodes, got 3 labels",
        ),
        (
            refuse(Leiden { directed: true, objective: Objective::Cpm, ..usual() }),
            "directed must be false unless the objective is modularity, got true",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
}
