//! What is said of partitions: slow oracles from the definitions, known values, recovery, null models, laws.

use std::collections::BTreeSet;
use std::sync::Arc;

use laud::community::{
    Communities, Conductance, Coverage, Cpm, Keep, Leiden, Modularity, NullModel, Objective, Partition,
    Quality, ResolutionProfile, Rewired, Significance, Stability, ari, conductance, coverage, cpm,
    element_centric, element_centric_by_node, leiden, matching, modularity, nmi, null_model, quality,
    resolution_profile, rewired, stability, vi, well_connected,
};
use laud::graph::{Graph, generator};
use laud::progress::{Observer, observed};
use rand::RngExt;

use crate::communities::planted;
use crate::generators::{Rows, clique, cycle, gnm, karate, path, rmat, southern_women, star};

/// Who stayed with the instructor when the karate club split, and who went with the officer.
const FACTIONS: [u32; 34] =
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

fn factions() -> Partition {
    Partition::from_labels(&FACTIONS)
}

/// Each node in one of so many communities, drawn.
fn random_partition(seed: u64, node_count: usize, communities: u32) -> Partition {
    let mut random = generator(seed, "partition", 0);
    let labels: Vec<u32> = (0..node_count).map(|_| random.random_range(0..communities)).collect();
    Partition::from_labels(&labels)
}

/// Small graphs of all kinds, each with a partition.
fn cases() -> impl Iterator<Item = (u64, Graph, Partition)> {
    (0..150).map(|seed| {
        let mut random = generator(seed, "cases", 0);
        let node_count = random.random_range(1..20);
        let rows = gnm(seed, node_count, random.random_range(0..4 * node_count), seed % 3 == 0);
        let graph = match seed % 4 {
            0 | 1 => rows.undirected(),
            2 => rows.directed(),
            _ => rows.directed_with_loops(),
        };
        let communities = random.random_range(1..5);
        (seed, graph, random_partition(seed, node_count, communities))
    })
}

/// The weight of each pair in the undirected view, 1 for all where weights do not count.
fn dense(graph: &Graph, weighted: bool) -> Vec<Vec<f64>> {
    let view = graph.undirected().out();
    let nodes = 0..graph.node_count() as u32;
    let weight = |u, v| view.weight(u, v).map_or(0.0, |weight| if weighted { weight } else { 1.0 });
    nodes.clone().map(|u| nodes.clone().map(|v| weight(u, v)).collect()).collect()
}

/// Alike, or both not defined.
fn assert_near(actual: f64, expected: f64, what: &str) {
    let near = (actual - expected).abs() <= 1e-6 * expected.abs().max(1.0);
    assert!(near || actual.is_nan() && expected.is_nan(), "{what}: {actual} for {expected}");
}

/// Nodes one can get to from the first of some within them.
fn reached(weights: &[Option<f64>], node_count: usize, members: &[u32]) -> usize {
    let mut seen = BTreeSet::from([members[0]]);
    let mut queue = vec![members[0]];
    while let Some(u) = queue.pop() {
        for &v in members {
            if weights[u as usize * node_count + v as usize].is_some() && seen.insert(v) {
                queue.push(v);
            }
        }
    }
    seen.len()
}

#[test]
fn the_karate_club_has_the_modularity_of_the_literature() {
    let graph = karate().undirected();
    let usual = Modularity::default();
    assert!((modularity(&graph, &factions(), &usual).unwrap() - 0.358234714004).abs() < 1e-12);
    let best = leiden(&graph, &Leiden::default()).unwrap();
    assert!((modularity(&graph, &best, &usual).unwrap() - 0.419789612097).abs() < 1e-12);
    assert_eq!(modularity(&graph, &best, &usual).unwrap(), best.quality);
    let of_all = Partition::from_labels(&[0; 34]);
    assert!(modularity(&graph, &of_all, &usual).unwrap().abs() < 1e-15);
    let table = quality(&graph, &factions(), &Quality::default()).unwrap();
    assert_eq!(table.sizes, [17, 17]);
    assert_eq!((table.internal_weights[0] + table.internal_weights[1], table.cuts[0]), (67.0, 11.0));
    assert!((table.modularity - 0.358234714004).abs() < 1e-12);
    assert_eq!((table.coverage, table.connected), (67.0 / 78.0, vec![true; 2]));
}

#[test]
fn what_is_said_of_communities_is_what_it_is_by_definition() {
    for (seed, graph, partition) in cases() {
        let weighted = seed % 5 != 0;
        let weights = dense(&graph, weighted);
        let table = quality(&graph, &partition, &Quality { weighted, ..Quality::default() }).unwrap();
        let all: f64 = weights.iter().flatten().sum();
        let n = graph.node_count();
        let view = graph.undirected().out();
        let edges: Vec<Option<f64>> =
            (0..n * n).map(|pair| view.weight((pair / n) as u32, (pair % n) as u32)).collect();
        for (c, members) in partition.members().iter().enumerate() {
            let is_in = |u: usize| partition.labels[u] == c as u32;
            let between = |from: &dyn Fn(usize) -> bool, to: &dyn Fn(usize) -> bool| -> f64 {
                let pairs = (0..n).filter(|&u| from(u)).flat_map(|u| (0..n).map(move |v| (u, v)));
                pairs.filter(|&(_, v)| to(v)).map(|(u, v)| weights[u][v]).sum()
            };
            let (double, cut) = (between(&is_in, &is_in), between(&is_in, &|v| !is_in(v)));
            let rest = between(&|u| !is_in(u), &|_| true);
            let size = members.len() as f64;
            let what = format!("{seed}, community {c}");
            let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { f64::NAN };
            assert_near(table.internal_weights[c], double / 2.0, &what);
            assert_near(table.cuts[c], cut, &what);
            let tied = |u: usize, v: usize| u != v && is_in(u) && is_in(v) && edges[u * n + v].is_some();
            let pairs = (0..n * n).filter(|pair| tied(pair / n, pair % n)).count() as f64;
            assert_near(table.densities[c], share(pairs, size * (size - 1.0)), &what);
            assert_near(table.conductances[c], share(cut, rest.min(double + cut)), &what);
            assert_near(table.mixings[c], share(cut, double + cut), &what);
            let gain = double / all - ((double + cut) / all).powi(2);
            assert_near(table.modularities[c], if all > 0.0 { gain } else { 0.0 }, &what);
            assert_eq!(table.connected[c], reached(&edges, n, members) == members.len(), "{what}");
        }
        let expected: Vec<f64> = table.conductances.clone();
        let actual = conductance(&graph, &partition, &Conductance { weighted }).unwrap();
        expected
            .iter()
            .zip(actual)
            .for_each(|(&expected, actual)| assert_near(actual, expected, "conductance"));
        let params = Modularity { weighted, ..Modularity::default() };
        assert_near(modularity(&graph, &partition, &params).unwrap(), table.modularity, "modularity");
        let covered = table.internal_weights.iter().sum::<f64>() / (all / 2.0);
        assert_near(coverage(&graph, &partition, &Coverage { weighted }).unwrap(), covered, "coverage");
        let pairs: f64 = table.sizes.iter().map(|&size| f64::from(size * (size - 1)) / 2.0).sum();
        let potts = table.internal_weights.iter().sum::<f64>() - 0.3 * pairs;
        let params = Cpm { resolution: Some(0.3), weighted };
        assert_near(cpm(&graph, &partition, &params).unwrap(), potts, "cpm");
    }
}

#[test]
fn directed_modularity_adds_up_by_community() {
    for (seed, graph, partition) in cases() {
        let params = Quality { directed: true, resolution: 0.7, ..Quality::default() };
        let table = quality(&graph, &partition, &params).unwrap();
        let params = Modularity { directed: true, resolution: 0.7, ..Modularity::default() };
        let expected = modularity(&graph, &partition, &params).unwrap();
        assert!((table.modularity - expected).abs() < 1e-12, "{seed}: {} {expected}", table.modularity);
    }
}

#[test]
fn means_pass_over_what_is_not_defined() {
    assert_eq!(Communities::mean(&[1.0, f64::NAN, 2.0]), 1.5);
    assert!(Communities::mean(&[f64::NAN]).is_nan() && Communities::mean(&[]).is_nan());
}

#[test]
fn a_disjoint_union_has_the_modularity_of_its_parts_by_their_ties() {
    let parts: Vec<Rows> = (0..3).map(|seed| gnm(seed, 10 + 5 * seed as usize, 40, false)).collect();
    let (mut union, mut labels) = (Rows::default(), Vec::new());
    let mut graphs = Vec::new();
    for (part, seed) in parts.iter().zip(0..) {
        let partition = random_partition(seed, part.node_count, 4);
        let begin = union.node_count as u32;
        union.sources.extend(part.sources.iter().map(|u| begin + u));
        union.targets.extend(part.targets.iter().map(|v| begin + v));
        union.node_count += part.node_count;
        labels.extend(partition.labels.iter().map(|label| 10 * seed as u32 + label));
        graphs.push((part.undirected(), partition));
    }
    let total: f64 = graphs.iter().map(|(graph, _)| graph.total_weight()).sum();
    let term = |(graph, partition): &(Graph, Partition)| {
        let share = graph.total_weight() / total;
        let covered = coverage(graph, partition, &Coverage::default()).unwrap();
        let strength = |members: &Vec<u32>| members.iter().map(|&u| graph.out().strength(u)).sum::<f64>();
        let double = 2.0 * graph.total_weight();
        let squares: f64 = partition.members().iter().map(|c| (strength(c) / double).powi(2)).sum();
        share * covered - share * share * squares
    };
    let expected: f64 = graphs.iter().map(term).sum();
    let actual = modularity(&union.undirected(), &Partition::from_labels(&labels), &Modularity::default());
    assert!((actual.unwrap() - expected).abs() < 1e-12);
}

/// For each node what a walker who returns to it with probability 1 - alpha sees, if communities are all it knows.
fn seen(partition: &Partition, alpha: f64) -> Vec<Vec<f64>> {
    let sizes = partition.sizes();
    let labels = &partition.labels;
    let jump = |v: usize, u: usize| {
        if labels[u] == labels[v] { alpha / f64::from(sizes[labels[v] as usize]) } else { 0.0 }
    };
    let home = |v, u| if u == v { 1.0 - alpha } else { 0.0 };
    (0..labels.len()).map(|v| (0..labels.len()).map(|u| jump(v, u) + home(v, u)).collect()).collect()
}

#[test]
fn comparisons_are_what_they_are_by_definition() {
    for seed in 0..200 {
        let mut random = generator(seed, "comparisons", 0);
        let n = random.random_range(1..30);
        let mut draw = |salt: u64| random_partition(2 * seed + salt, n, random.random_range(1..6));
        let (a, b) = (draw(0), draw(1));
        let count = |is_in: &dyn Fn(usize) -> bool| (0..n).filter(|&u| is_in(u)).count() as f64 / n as f64;
        let (mut information, mut first, mut second) = (0.0, 0.0, 0.0);
        for i in 0..a.len() as u32 {
            let p = count(&|u| a.labels[u] == i);
            first -= p * p.ln();
            for j in 0..b.len() as u32 {
                let (q, both) =
                    (count(&|u| b.labels[u] == j), count(&|u| a.labels[u] == i && b.labels[u] == j));
                information += if both > 0.0 { both * (both / (p * q)).ln() } else { 0.0 };
            }
        }
        for j in 0..b.len() as u32 {
            let q = count(&|u| b.labels[u] == j);
            second -= q * q.ln();
        }
        let mean = (first + second) / 2.0;
        let expected = if mean > 0.0 { information / mean } else { 1.0 };
        assert_near(nmi(&a, &b).unwrap(), expected, &format!("nmi, {seed}"));
        assert_near(vi(&a, &b).unwrap(), first + second - 2.0 * information, &format!("vi, {seed}"));

        let pairs = || (0..n).flat_map(|v| (0..v).map(move |u| (u, v)));
        let together = |labels: &[u32]| pairs().filter(|&(u, v)| labels[u] == labels[v]).count() as f64;
        let both = pairs().filter(|&(u, v)| a.labels[u] == a.labels[v] && b.labels[u] == b.labels[v]);
        let (of_a, of_b, all) = (together(&a.labels), together(&b.labels), pairs().count() as f64);
        let by_chance = if all > 0.0 { of_a * of_b / all } else { 0.0 };
        let most = (of_a + of_b) / 2.0 - by_chance;
        let expected = if most > 1e-9 { (both.count() as f64 - by_chance) / most } else { 1.0 };
        assert_near(ari(&a, &b).unwrap(), expected, &format!("ari, {seed}"));

        let alpha = 0.9;
        let difference = |(x, y): (&Vec<f64>, &Vec<f64>)| {
            1.0 - x.iter().zip(y).map(|(x, y)| (x - y).abs()).sum::<f64>() / (2.0 * alpha)
        };
        let by_node: Vec<f64> = seen(&a, alpha).iter().zip(&seen(&b, alpha)).map(difference).collect();
        let actual = element_centric_by_node(&a, &b).unwrap();
        by_node.iter().zip(actual).for_each(|(&expected, actual)| assert_near(actual, expected, "element"));
        let expected = by_node.iter().sum::<f64>() / n as f64;
        assert_near(element_centric(&a, &b).unwrap(), expected, &format!("element_centric, {seed}"));

        let table = matching(&a, &b).unwrap();
        assert_eq!(table.pairs.iter().map(|pair| pair.overlap as usize).sum::<usize>(), n);
        for (i, &best) in table.best_of_first.iter().enumerate() {
            let best = table.pairs[best];
            assert_eq!(best.first as usize, i);
            let highest = table.pairs.iter().filter(|pair| pair.first as usize == i);
            assert_eq!(best.jaccard, highest.map(|pair| pair.jaccard).fold(0.0, f64::max), "{seed}");
        }
    }
}

#[test]
fn comparisons_have_their_known_values() {
    // igraph 1.0.0, compare_communities.
    let a = Partition::from_labels(&[0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
    let b = Partition::from_labels(&[0, 0, 1, 1, 1, 2, 2, 2, 2, 0]);
    assert!((nmi(&a, &b).unwrap() - 0.44270128334604997).abs() < 1e-14);
    assert!((vi(&a, &b).unwrap() - 1.2136851176488221).abs() < 1e-14);
    assert!((ari(&a, &b).unwrap() - 0.2045454545454547).abs() < 1e-14);
    let shares = [2.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 0.25, 0.75, 0.75, 0.75, 0.25];
    assert!((element_centric(&a, &b).unwrap() - shares.iter().sum::<f64>() / 10.0).abs() < 1e-14);

    let (single, whole) = (Partition::from_labels(&[0, 1, 2, 3]), Partition::from_labels(&[0; 4]));
    for (x, y, expected) in [
        (&single, &single, [1.0, 1.0, 0.0, 1.0]),
        (&whole, &whole, [1.0, 1.0, 0.0, 1.0]),
        (&single, &whole, [0.0, 0.0, 4.0_f64.ln(), 0.25]),
        (&a, &a, [1.0, 1.0, 0.0, 1.0]),
    ] {
        let actual = [nmi(x, y), ari(x, y), vi(x, y), element_centric(x, y)].map(Result::unwrap);
        assert_eq!(actual, expected);
    }
    let none = Partition::from_labels(&[]);
    let actual = [nmi, ari, vi, element_centric].map(|compare| compare(&none, &none).unwrap());
    assert_eq!(actual, [1.0, 1.0, 0.0, 1.0]);
    let message = nmi(&a, &single).unwrap_err().to_string();
    assert_eq!(message, "partition must be a label for each of 10 nodes, got 4 labels");
}

#[test]
fn planted_groups_are_recovered_up_to_where_they_fade() {
    let mean = |groups: u32, size: u32, within: f64, between: f64, graphs: u64| {
        let truth: Vec<u32> = (0..groups * size).map(|u| u / size).collect();
        let truth = Partition::from_labels(&truth);
        let found = |seed| {
            let graph = planted(100 + seed, groups, size, within, between).undirected();
            nmi(&truth, &leiden(&graph, &Leiden { seed, ..Leiden::default() }).unwrap()).unwrap()
        };
        (0..graphs).map(found).sum::<f64>() / graphs as f64
    };
    let [large, six, seven] = [
        mean(10, 100, 0.2, 0.01, 5),
        mean(4, 32, 10.0 / 31.0, 6.0 / 96.0, 20),
        mean(4, 32, 9.0 / 31.0, 7.0 / 96.0, 20),
    ];
    println!("planted {large}, six ties out {six:.4}, seven {seven:.4}");
    assert_eq!(large, 1.0);
    assert!(six >= 0.93 && seven >= 0.82, "{six} {seven}");
}

#[test]
fn rewiring_keeps_the_degrees_and_no_edge_twice() {
    let sorted = |graph: &Graph| {
        let arcs = (0..graph.node_count() as u32).flat_map(|u| graph.out().arcs(u));
        let mut weights: Vec<u64> = arcs.map(|(_, weight)| weight.to_bits()).collect();
        weights.sort_unstable();
        weights
    };
    for seed in 0..30 {
        let rows = rmat(seed, 120, 700, seed % 2 == 0);
        let (graph, women) = (rows.directed_with_loops(), southern_women().undirected());
        for keep in [Keep::Degrees, Keep::Directions, Keep::Sides] {
            let graph = if keep == Keep::Sides { &women } else { &graph };
            let before = if keep == Keep::Directions { graph } else { graph.undirected() };
            let after = rewired(graph, &Rewired { keep, seed, ..Rewired::default() }).unwrap();
            assert_eq!(after.self_loops() + after.self_loops_dropped(), 0, "{seed}");
            assert_eq!(after.is_directed(), keep == Keep::Directions);
            let loops = |u: u32| u64::from(before.has_self_loop(u));
            for u in 0..before.node_count() as u32 {
                assert_eq!(after.out().degree(u), before.out().degree(u) - loops(u), "{seed}, {keep:?}");
                let incoming = before.incoming().degree(u) - loops(u);
                assert_eq!(after.incoming().degree(u), incoming, "{seed}, {keep:?}");
            }
            if before.self_loops() == 0 {
                assert_eq!(sorted(&after), sorted(before), "{seed}, {keep:?}");
            }
            let kept = (0..before.node_count() as u32)
                .flat_map(|u| before.out().neighbors(u).iter().map(move |&v| (u, v)))
                .filter(|&(u, v)| after.out().weight(u, v).is_some());
            assert!(kept.count() < 8 * before.arc_count() / 10, "{seed}, {keep:?}");
            if keep == Keep::Sides {
                let crosses = |u: u32| after.out().neighbors(u).iter().all(|&v| (u < 18) != (v < 18));
                assert!((0..32).all(crosses), "{seed}");
            }
        }
    }
    // Nothing else has the degrees of a star.
    let graph = star(9).undirected();
    let after = rewired(&graph, &Rewired::default()).unwrap();
    assert_eq!(after.out(), graph.out());
}

#[test]
fn rewiring_makes_each_graph_of_its_degrees_as_often() {
    // A path of four nodes is one of two graphs in which the first and the last have one neighbor.
    let graph = path(4).undirected();
    let same = |seed| rewired(&graph, &Rewired { seed, ..Rewired::default() }).unwrap().out() == graph.out();
    let count = (0..2000).filter(|&seed| same(seed)).count();
    assert!((900..1100).contains(&count), "{count}");
}

#[test]
fn the_karate_club_has_communities() {
    let graph = karate().undirected();
    let params = NullModel { samples: 200, ..NullModel::default() };
    let partition = leiden(&graph, &params.leiden).unwrap();
    let found = null_model(&graph, &partition, &params).unwrap();
    println!("mean {:.4}, deviation {:.4}, z {:.2}, p {:.4}", found.mean, found.deviation, found.z, found.p);
    assert!((found.mean - 0.299).abs() <= 0.01, "{}", found.mean);
    assert!((6.5..=10.5).contains(&found.z), "{}", found.z);
    assert!(found.significant && found.samples.len() == 200);
}

#[test]
fn random_graphs_have_none() {
    let of = |graph: &Graph, seed: u64| {
        let params = NullModel { seed, leiden: Leiden { seed, ..Leiden::default() }, ..NullModel::default() };
        null_model(graph, &leiden(graph, &params.leiden).unwrap(), &params).unwrap()
    };
    let found: Vec<_> = (0..20).map(|seed| of(&gnm(seed, 120, 480, false).undirected(), seed)).collect();
    let z: Vec<f64> = found.iter().map(|found| (100.0 * found.z).round() / 100.0).collect();
    println!("z of random graphs {z:?}");
    assert!(found.iter().filter(|found| found.z.abs() < 2.0).count() >= 18, "{z:?}");
    assert!(found.iter().filter(|found| !found.significant).count() >= 18, "{z:?}");
    for seed in 0..3 {
        let graph = rmat(seed, 512, 3000, false).undirected();
        let found = of(&graph, seed);
        let plain = Leiden { seed, weighted: false, ..Leiden::default() };
        let plain = NullModel { seed, leiden: plain, ..NullModel::default() };
        let alike = null_model(&graph, &leiden(&graph, &plain.leiden).unwrap(), &plain).unwrap();
        println!(
            "rmat {:.4} against {:.4}, z {:.2}; without weights {:.2}",
            found.quality, found.mean, found.z, alike.z
        );
        assert!(!found.significant && !alike.significant, "{seed}: {} {}", found.z, alike.z);
    }
    let star = of(&star(20).undirected(), 0);
    assert!(star.z.is_nan() && !star.significant);
}

/// Weights of which few are very large.
fn unequal(rows: &mut Rows, seed: u64) {
    let mut random = generator(seed, "weights", 0);
    rows.weights = Some(rows.sources.iter().map(|_| (1.0 - random.random::<f64>()).powf(-0.8)).collect());
}

#[test]
fn rewired_graphs_keep_strengths_if_asked() {
    let mut rows = planted(5, 3, 60, 0.3, 0.1);
    let mut random = generator(5, "weights", 0);
    rows.weights = Some(rows.sources.iter().map(|_| f64::from(1 << random.random_range(0..5))).collect());
    for keep in [Keep::Degrees, Keep::Directions] {
        let graph = if keep == Keep::Directions { rows.directed() } else { rows.undirected() };
        let strengths = |graph: &Graph| -> Vec<[f64; 2]> {
            (0..180).map(|u| [graph.out().strength(u), graph.incoming().strength(u)]).collect()
        };
        let [kept, plain] = [true, false]
            .map(|strengths| rewired(&graph, &Rewired { keep, strengths, ..Rewired::default() }).unwrap());
        // Weights that are twice one another are in classes of their own.
        assert_eq!(strengths(&kept), strengths(&graph), "{keep:?}");
        assert!(strengths(&plain) != strengths(&graph) && kept.out() != graph.out(), "{keep:?}");
    }
}

#[test]
fn unequal_weights_neither_make_communities_nor_hide_them() {
    let of = |mut rows: Rows, seed: u64| {
        unequal(&mut rows, seed);
        let graph = rows.undirected();
        let params = NullModel { seed, leiden: Leiden { seed, ..Leiden::default() }, ..NullModel::default() };
        null_model(&graph, &leiden(&graph, &params.leiden).unwrap(), &params).unwrap()
    };
    let z = |found: &[Significance]| found.iter().map(|found| found.z).collect::<Vec<f64>>();
    let random: Vec<_> = (0..20).map(|seed| of(gnm(seed, 120, 480, false), seed)).collect();
    println!("z of random graphs with unequal weights {:.1?}", z(&random));
    assert!(random.iter().filter(|found| !found.significant).count() >= 18, "{:?}", z(&random));
    let communities: Vec<_> = (0..5).map(|seed| of(planted(seed, 6, 30, 0.35, 0.03), seed)).collect();
    println!("z of planted communities with unequal weights {:.1?}", z(&communities));
    assert!(communities.iter().all(|found| found.significant), "{:?}", z(&communities));
}

#[test]
fn null_models_know_directions_and_sides() {
    let women = southern_women().undirected();
    let objective = |objective| Leiden { objective, ..Leiden::default() };
    let params = NullModel { leiden: objective(Objective::Bipartite), ..NullModel::default() };
    let found = null_model(&women, &leiden(&women, &params.leiden).unwrap(), &params).unwrap();
    assert!(found.significant, "{}", found.z);

    let arcs = planted(1, 4, 20, 0.4, 0.05).directed();
    let params = NullModel { leiden: Leiden { directed: true, ..Leiden::default() }, ..NullModel::default() };
    let found = null_model(&arcs, &leiden(&arcs, &params.leiden).unwrap(), &params).unwrap();
    assert!(found.significant, "{}", found.z);

    let params = NullModel { leiden: objective(Objective::Cpm), ..NullModel::default() };
    let found = null_model(&arcs, &leiden(&arcs, &params.leiden).unwrap(), &params).unwrap();
    assert!(found.significant, "{}", found.z);
}

#[test]
fn communities_are_well_connected_as_their_smallest_cuts_say() {
    for (seed, graph, partition) in cases() {
        let view = graph.undirected().out();
        let found = well_connected(&graph, &partition).unwrap();
        for (members, found) in partition.members().iter().zip(found.communities) {
            if members.len() > 11 {
                continue;
            }
            let cut = |side: u32| {
                let is_on = |place: usize| side >> place & 1 == 1;
                let pairs = (0..members.len()).flat_map(|v| (0..v).map(move |u| (u, v)));
                let edges = pairs
                    .filter(|&(u, v)| is_on(u) != is_on(v) && view.weight(members[u], members[v]).is_some());
                edges.count() as f64
            };
            let sides = 1..1_u32 << (members.len() - 1);
            let smallest = sides.map(cut).reduce(f64::min);
            assert_eq!(found, smallest.map(|cut| cut > (members.len() as f64).log10()), "{seed}");
        }
    }
}

#[test]
fn two_cliques_with_few_ties_between_are_not_well_connected() {
    let two = |ties: u32| {
        let cliques = clique(60).sources.into_iter().zip(clique(60).targets);
        let arcs =
            cliques.flat_map(|(u, v)| [(u, v), (60 + u, 60 + v)]).chain((0..ties).map(|u| (u, 60 + u)));
        let graph = Rows::new(120, arcs.collect::<Vec<_>>()).undirected();
        well_connected(&graph, &Partition::from_labels(&[0; 120])).unwrap().communities[0]
    };
    assert_eq!([0, 1, 2, 3, 60].map(two), [false, false, false, true, true].map(Some));
    let large = planted(5, 1, 1000, 0.03, 0.0);
    let mut torn = Rows { node_count: 1004, ..large.clone() };
    torn.sources.extend([1000, 1000, 1000, 1001, 1001, 1002, 1000, 1001, 1002]);
    torn.targets.extend([1001, 1002, 1003, 1002, 1003, 1003, 5, 6, 7]);
    let whole = |rows: &Rows| {
        let labels = vec![0; rows.node_count];
        well_connected(&rows.undirected(), &Partition::from_labels(&labels)).unwrap()
    };
    assert_eq!((whole(&large).share, whole(&large).coverage), (1.0, 1.0));
    assert_eq!((whole(&torn).share, whole(&torn).coverage), (0.0, 0.0));
    assert!(whole(&Rows::new(1, [])).share.is_nan());
}

#[test]
fn only_what_stands_between_communities_is_a_bridge() {
    let clique = |first: u32| (0..6).flat_map(move |u| (u + 1..6).map(move |v| (first + u, first + v)));
    let between = [(12, 0), (12, 1), (12, 6), (12, 7)];
    let graph = Rows::new(13, clique(0).chain(clique(6)).chain(between)).undirected();
    let found = stability(&graph, &Stability { runs: 40, threshold: 1.0, ..Stability::default() }).unwrap();
    println!("stability of the node between {}, agreement {:.3}", found.values[12], found.agreement);
    assert_eq!(found.values[..12], [1.0; 12]);
    assert!(found.bridges.is_empty() || found.bridges == [12], "{:?}", found.bridges);
    assert_eq!(found.agreement < 1.0, !found.bridges.is_empty());

    let graph = karate().undirected();
    let found = stability(&graph, &Stability::default()).unwrap();
    assert!((found.partition.quality - 0.419789612097).abs() < 1e-11);
    assert!(found.agreement > 0.8 && found.values.iter().all(|&value| value >= 0.1), "{}", found.agreement);
    let random = stability(&gnm(1, 300, 900, false).undirected(), &Stability::default()).unwrap();
    println!("random: agreement {:.3}, {} bridges of 300", random.agreement, random.bridges.len());
    assert!(random.agreement < 0.5 && random.bridges.len() > 60);
}

#[test]
fn groups_of_groups_last_over_two_ranges_of_resolution() {
    let mut random = generator(3, "groups of groups", 0);
    let pairs = (0..240u32).flat_map(|v| (0..v).map(move |u| (u, v)));
    let chance = |u: u32, v: u32| {
        if u / 20 == v / 20 {
            0.8
        } else if u / 80 == v / 80 {
            0.12
        } else {
            0.005
        }
    };
    let arcs: Vec<_> = pairs.filter(|&(u, v)| random.random::<f64>() < chance(u, v)).collect();
    let graph = Rows::new(240, arcs).undirected();
    let params = ResolutionProfile { threshold: 0.999, ..ResolutionProfile::default() };
    let profile = resolution_profile(&graph, &params).unwrap();
    let counts: Vec<_> = profile.steps.iter().map(|step| step.partition.len()).collect();
    println!("{counts:?}: {:?}", profile.ranges);
    assert!(profile.steps[0].nmi.is_nan() && profile.steps.len() == 21);
    assert!((profile.steps[10].resolution - 1.0).abs() < 1e-12);
    for communities in [3, 12] {
        let lasting = profile.ranges.iter().filter(|range| range.communities == (communities, communities));
        let width = lasting.map(|range| range.resolutions.1 / range.resolutions.0).fold(0.0, f64::max);
        assert!(width > 1.5, "{communities}: {:?}", profile.ranges);
    }
    for pair in profile.steps.windows(2) {
        assert_eq!(pair[1].nmi, nmi(&pair[0].partition, &pair[1].partition).unwrap());
    }
}

#[test]
fn the_number_of_threads_changes_nothing_that_is_said_of_partitions() {
    let graph = rmat(3, 300, 1500, true).undirected();
    let at = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let partition = leiden(&graph, &Leiden::default()).unwrap();
            let table = quality(&graph, &partition, &Quality::default()).unwrap();
            let null = null_model(&graph, &partition, &NullModel::default()).unwrap();
            let steady = stability(&graph, &Stability { runs: 5, ..Stability::default() }).unwrap();
            let steps = ResolutionProfile { steps: 5, ..ResolutionProfile::default() };
            let profile = resolution_profile(&graph, &steps).unwrap();
            format!("{table:?} {null:?} {steady:?} {profile:?}")
        })
    };
    let alone = at(1);
    for threads in [2, 3, 8] {
        assert!(at(threads) == alone, "{threads} threads");
    }
}

#[test]
fn who_asks_to_stop_is_heard_by_all_runs() {
    struct Stop;
    impl Observer for Stop {
        fn progress(&self, _: &'static str, _: u64, _: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let graph = cycle(50).undirected();
    let partition = leiden(&graph, &Leiden::default()).unwrap();
    observed(Arc::new(Stop), || {
        let messages = [
            null_model(&graph, &partition, &NullModel::default()).unwrap_err().to_string(),
            stability(&graph, &Stability::default()).unwrap_err().to_string(),
            resolution_profile(&graph, &ResolutionProfile::default()).unwrap_err().to_string(),
            rewired(&graph, &Rewired::default()).unwrap_err().to_string(),
            well_connected(&graph, &partition).unwrap_err().to_string(),
        ];
        assert!(messages.iter().all(|message| message == "interrupted"), "{messages:?}");
    });
}

#[test]
fn what_is_outside_its_domain_is_refused() {
    let graph = karate().undirected();
    let usual = factions();
    let modularity = |resolution, labels: &[u32]| {
        let params = Modularity { resolution, ..Modularity::default() };
        modularity(&graph, &Partition::from_labels(labels), &params).unwrap_err().to_string()
    };
    let null = |params: NullModel| null_model(&graph, &usual, &params).unwrap_err().to_string();
    let stability = |params: Stability| stability(&graph, &params).unwrap_err().to_string();
    let profile = |params: ResolutionProfile| resolution_profile(&graph, &params).unwrap_err().to_string();
    let steps = ResolutionProfile::default;
    let mut wrong = factions();
    wrong.labels[3] = 34;
    let cases = [
        (modularity(-1.0, &FACTIONS), "resolution must be at least 0 and finite, got -1"),
        (modularity(1.0, &[0; 3]), "partition must be a label for each of 34 nodes, got 3 labels"),
        (
            coverage(&graph, &wrong, &Coverage::default()).unwrap_err().to_string(),
            "partition must be labels below 34, got 34",
        ),
        (null(NullModel { samples: 18, ..NullModel::default() }), "samples must be at least 19, got 18"),
        (
            null(NullModel { swaps: -1.0, ..NullModel::default() }),
            "swaps must be at least 0 and finite, got -1",
        ),
        (
            null(NullModel {
                leiden: Leiden { objective: Objective::Bipartite, ..Leiden::default() },
                ..NullModel::default()
            }),
            "objective must be modularity or cpm where ties make an odd cycle, got bipartite, though nodes",
        ),
        (stability(Stability { runs: 1, ..Stability::default() }), "runs must be at least 2, got 1"),
        (
            stability(Stability { threshold: 1.5, ..Stability::default() }),
            "threshold must be in [0, 1], got 1.5",
        ),
        (profile(ResolutionProfile { from: 0.0, ..steps() }), "from must be above 0 and finite, got 0"),
        (profile(ResolutionProfile { to: 0.1, ..steps() }), "to must be above 0.1 and finite, got 0.1"),
        (profile(ResolutionProfile { steps: 1, ..steps() }), "steps must be at least 2, got 1"),
        (profile(ResolutionProfile { threshold: -0.5, ..steps() }), "threshold must be in [0, 1], got -0.5"),
    ];
    for (message, expected) in cases {
        assert!(message.starts_with(expected), "{message}");
    }
}
