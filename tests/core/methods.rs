//! Label propagation, the map equation and ego splitting: slow oracles, known networks, planted groups.

use std::collections::{BTreeMap, BTreeSet};

use laud::community::{
    EgoClusters, EgoSplitting, Infomap, LabelPropagation, Overlapping, Partition, ego_splitting, infomap,
    label_propagation, map_equation,
};
use laud::graph::{FromEdges, Graph, SelfLoops, generator};
use rand::RngExt;

use crate::communities::{best, modularity, planted, torn};
use crate::generators::{Rows, clique, gnm, karate, path, rmat};

/// A random walk as a matrix: how often the walker is at each node, and where it goes from there.
struct Walk {
    visits: Vec<f64>,
    steps: Vec<Vec<f64>>,
}

impl Walk {
    /// From the definition, by many steps where arcs have a direction. Simple by design.
    fn new(graph: &Graph, directed: bool, teleportation: f64) -> Walk {
        let n = graph.node_count();
        let directed = directed && graph.is_directed();
        let arcs = if directed { graph.out() } else { graph.undirected().out() };
        let weight =
            |u: usize, v: usize| if u == v { 0.0 } else { arcs.weight(u as u32, v as u32).unwrap_or(0.0) };
        let out: Vec<f64> = (0..n).map(|u| (0..n).map(|v| weight(u, v)).sum()).collect();
        let total: f64 = out.iter().sum();
        let leap = |v: usize| if total > 0.0 { out[v] / total } else { 0.0 };
        let step = |u: usize, v: usize| {
            let leaps = if out[u] == 0.0 { 1.0 } else { teleportation };
            let follows = if out[u] > 0.0 { weight(u, v) / out[u] } else { 0.0 };
            if directed { leaps * leap(v) + (1.0 - leaps) * follows } else { follows }
        };
        let steps: Vec<Vec<f64>> = (0..n).map(|u| (0..n).map(|v| step(u, v)).collect()).collect();
        let mut visits: Vec<f64> = (0..n).map(leap).collect();
        for _ in 0..if directed { 400 } else { 0 } {
            visits = (0..n).map(|v| (0..n).map(|u| visits[u] * steps[u][v]).sum()).collect();
        }
        Walk { visits, steps }
    }

    /// The map equation from its definition, as code books and how often each is used.
    fn bits(&self, labels: &[u32]) -> f64 {
        let entropy = |rates: &[f64]| {
            let total: f64 = rates.iter().sum();
            let term = |&rate: &f64| if rate > 0.0 { rate / total * (rate / total).log2() } else { 0.0 };
            -rates.iter().map(term).sum::<f64>()
        };
        let nodes = 0..labels.len();
        let (mut bits, mut exits) = (0.0, Vec::new());
        for module in 0..labels.iter().max().map_or(0, |last| last + 1) {
            let members: Vec<usize> = nodes.clone().filter(|&u| labels[u] == module).collect();
            let outside = |u: usize| {
                nodes.clone().filter(|&v| labels[v] != module).map(|v| self.steps[u][v]).sum::<f64>()
            };
            let exit: f64 = members.iter().map(|&u| self.visits[u] * outside(u)).sum();
            let mut book: Vec<f64> = members.iter().map(|&u| self.visits[u]).collect();
            book.push(exit);
            bits += book.iter().sum::<f64>() * entropy(&book);
            exits.push(exit);
        }
        bits + exits.iter().sum::<f64>() * entropy(&exits)
    }
}

/// Graphs of every kind, up to 24 nodes.
fn small(seed: u64) -> Graph {
    let mut random = generator(seed, "small", 0);
    let node_count = random.random_range(1..24);
    let rows = gnm(seed, node_count, random.random_range(0..3 * node_count), seed.is_multiple_of(3));
    rows.graph(&FromEdges { directed: seed.is_multiple_of(2), self_loops: SelfLoops::Keep })
}

fn modules(graph: &Graph, seed: u64) -> Partition {
    infomap(graph, &Infomap { seed, ..Infomap::default() }).unwrap()
}

#[test]
fn the_map_equation_is_its_definition() {
    let mut largest: f64 = 0.0;
    for seed in 0..200 {
        let graph = small(seed);
        let mut random = generator(seed, "labels", 0);
        let labels: Vec<u32> = (0..graph.node_count()).map(|_| random.random_range(0..5)).collect();
        for params in [
            Infomap::default(),
            Infomap { teleportation: 0.4, ..Infomap::default() },
            Infomap { directed: false, ..Infomap::default() },
        ] {
            let walk = Walk::new(&graph, params.directed, params.teleportation);
            let bits = map_equation(&graph, &Partition::from_labels(&labels), &params).unwrap();
            largest = largest.max((bits - walk.bits(&labels)).abs());
            let found = infomap(&graph, &params).unwrap();
            largest = largest.max((found.quality - walk.bits(&found.labels)).abs());
            let one_level = walk.bits(&vec![0; labels.len()]);
            assert!(found.quality <= one_level + 1e-9, "{seed}: {} {one_level}", found.quality);
        }
    }
    println!("largest difference from the definition: {largest:e} bits");
    assert!(largest < 1e-9, "{largest}");
}

#[test]
fn the_karate_club_takes_as_few_bits_as_published() {
    let graph = karate().undirected();
    let found = (0..100).filter(|&seed| {
        let partition = modules(&graph, seed);
        (partition.quality - 4.311792646).abs() < 1e-9 && partition.len() == 3
    });
    let found = found.count();
    println!("karate: {found} of 100 seeds");
    assert!(found >= 90, "{found} of 100");
    let bits =
        |labels: &[u32]| map_equation(&graph, &Partition::from_labels(labels), &Infomap::default()).unwrap();
    assert!((bits(&[0; 34]) - 4.704422599).abs() < 1e-9, "{}", bits(&[0; 34]));
    let best = infomap(&graph, &Infomap { trials: 5, ..Infomap::default() }).unwrap();
    assert!((best.quality - bits(&best.labels)).abs() < 1e-12);
}

#[test]
fn small_networks_reach_the_shortest_of_all_codes() {
    for directed in [false, true] {
        let (mut once, mut reached, mut total) = (0, 0, 0);
        for seed in 0..60 {
            let graph = gnm(seed, 8, 14, seed.is_multiple_of(2)).directed();
            let walk = Walk::new(&graph, directed, 0.15);
            let shortest = -best(8, &|labels| -walk.bits(labels));
            let bits = |trials| {
                infomap(&graph, &Infomap { trials, directed, seed, ..Infomap::default() }).unwrap().quality
            };
            total += 1;
            once += usize::from(bits(1) <= shortest + 1e-9);
            reached += usize::from(bits(5) <= shortest + 1e-9);
            assert!(bits(5) >= shortest - 1e-9, "{seed}: {} {shortest}", bits(5));
        }
        println!("directed {directed}: shortest code in 1 trial {once}, in 5 {reached} of {total}");
        assert!(reached * 10 >= 9 * total, "directed {directed}: {reached} of {total}");
    }
}

#[test]
fn planted_groups_are_modules_and_circles_and_mostly_labels() {
    let (mut labeled, mut spread_right) = (0, 0);
    for seed in 0..5 {
        let graph = planted(seed, 10, 100, 0.2, 0.01).undirected();
        let expected: Vec<u32> = (0..1000).map(|u| u / 100).collect();
        assert_eq!(modules(&graph, seed).labels, expected, "{seed}");
        let clear = planted(seed, 20, 40, 0.5, 0.005).undirected();
        let expected: Vec<u32> = (0..800).map(|u| u / 40).collect();
        let params = LabelPropagation { seed, ..LabelPropagation::default() };
        labeled += usize::from(label_propagation(&clear, &params).unwrap().labels == expected);
        // Some of each group have their known label.
        let known = (0..800).map(|u| (u % 40 < 8).then_some(900 - u / 40)).collect();
        let spread = LabelPropagation { labels: Some(known), ..params };
        let labels = label_propagation(&clear, &spread).unwrap().labels;
        spread_right += (0..800).filter(|&u| labels[u] == labels[u / 40 * 40]).count();
        let circles = EgoSplitting { clusters: EgoClusters::LabelPropagation, seed, ..Default::default() };
        let main = ego_splitting(&clear, &circles).unwrap().main();
        assert_eq!(Partition::from_labels(&main).labels, expected, "{seed}");
    }
    println!(
        "label propagation: {labeled} of 5 planted partitions; {spread_right} of 4000 from known labels"
    );
    assert!(labeled >= 3, "{labeled} of 5");
    assert!(spread_right >= 3900, "{spread_right} of 4000");
}

#[test]
fn arcs_that_go_round_make_a_module_where_edges_do_not() {
    // Four rings of four whose walker seldom leaves: the example of Rosvall and Bergstrom, 2008, in short.
    let ring = |c: u32| (0..4).map(move |u| (4 * c + u, 4 * c + (u + 1) % 4));
    let arcs = (0..4).flat_map(|c| ring(c).chain([(4 * c, (4 * c + 5) % 16), (4 * c + 2, (4 * c + 7) % 16)]));
    let rows = Rows {
        weights: Some((0..24).map(|i| if i % 6 < 4 { 1.0 } else { 0.1 }).collect()),
        ..Rows::new(16, arcs)
    };
    let expected: Vec<u32> = (0..16).map(|u| u / 4).collect();
    assert_eq!(modules(&rows.directed(), 0).labels, expected);
}

#[test]
fn labels_end_where_each_node_has_most_of_its_ties() {
    for seed in 0..200 {
        let graph = small(seed);
        let params = LabelPropagation { tolerance: 0.0, seed, ..LabelPropagation::default() };
        let partition = label_propagation(&graph, &params).unwrap();
        assert!(partition.convergence.unwrap().converged, "{seed}");
        assert_eq!(torn(&graph, &partition.labels), 0, "{seed}");
        for u in 0..graph.node_count() {
            let mut ties = BTreeMap::new();
            for (v, weight) in graph.undirected().out().arcs(u as u32) {
                *ties.entry(partition.labels[v as usize]).or_insert(0.0) += weight;
            }
            let own = ties.get(&partition.labels[u]).copied().unwrap_or(0.0);
            let most = ties.into_values().fold(0.0, f64::max);
            assert!(own >= most, "{seed}, {u}: {own} {most}");
        }
    }
}

#[test]
fn known_labels_are_kept_and_reach_all_who_are_tied_to_them() {
    for seed in 0..200 {
        let graph = small(seed);
        let mut random = generator(seed, "known", 0);
        let known: Vec<Option<u32>> = (0..graph.node_count())
            .map(|_| random.random_bool(0.2).then(|| random.random_range(u32::MAX - 2..=u32::MAX)))
            .collect();
        let params = LabelPropagation { labels: Some(known.clone()), seed, ..LabelPropagation::default() };
        let labels = label_propagation(&graph, &params).unwrap().labels;
        let of = |label: u32| known.iter().position(|&other| other == Some(label)).map(|u| labels[u]);
        for (u, label) in known.iter().enumerate() {
            assert!(label.is_none_or(|label| of(label) == Some(labels[u])), "{seed}, {u}");
        }
        let used: BTreeSet<u32> = known.iter().flatten().filter_map(|&label| of(label)).collect();
        assert_eq!(used.len(), known.iter().flatten().collect::<BTreeSet<_>>().len(), "{seed}");
        // Whoever has a tie that weighs something to one with a known label has such a label.
        for u in 0..graph.node_count() as u32 {
            for (v, weight) in graph.undirected().out().arcs(u) {
                let (own, theirs) = (labels[u as usize], labels[v as usize]);
                assert!(weight == 0.0 || used.contains(&own) == used.contains(&theirs), "{seed}: {u}, {v}");
            }
        }
    }
    // A label walks along a path however long, though few change at a time.
    let known = (0..500).map(|u| (u == 0).then_some(1)).collect();
    let params = LabelPropagation { labels: Some(known), max_iterations: 500, ..Default::default() };
    assert_eq!(label_propagation(&path(500).undirected(), &params).unwrap().len(), 1);
}

/// The personas of each node, as the sets of neighbors they have, from the definition.
fn circles(graph: &Graph) -> Vec<Vec<BTreeSet<u32>>> {
    let view = graph.undirected().out();
    let of = |u: u32| {
        let mut circles: Vec<BTreeSet<u32>> = Vec::new();
        for &v in view.neighbors(u) {
            let is_tied =
                |circle: &BTreeSet<u32>| circle.iter().any(|&other| view.weight(v, other).is_some());
            let (tied, mut apart): (Vec<_>, Vec<_>) = circles.into_iter().partition(is_tied);
            apart.push(tied.into_iter().flatten().chain([v]).collect());
            circles = apart;
        }
        circles.sort();
        if circles.is_empty() { vec![BTreeSet::new()] } else { circles }
    };
    (0..graph.node_count() as u32).map(of).collect()
}

#[test]
fn personas_and_their_ties_are_those_of_the_definition() {
    let hub = Rows::new(60, (1..60).map(|u| (0, u)).chain((1..58).step_by(3).map(|u| (u, u + 1)))).directed();
    let graphs = (0..100).map(small).chain([hub, rmat(1, 100, 600, true).directed()]);
    for (sample, graph) in graphs.enumerate() {
        let circles = circles(&graph);
        let owners: Vec<u32> =
            (0..).zip(&circles).flat_map(|(u, circles)| circles.iter().map(move |_| u)).collect();
        let overlapping = ego_splitting(&graph, &EgoSplitting::default()).unwrap();
        assert_eq!(overlapping.personas, owners, "{sample}");
        let persona = |u: u32, v: u32| {
            let first = owners.partition_point(|&owner| owner < u);
            (first + circles[u as usize].iter().position(|circle| circle.contains(&v)).unwrap()) as u32
        };
        let view = graph.undirected().out();
        let ties = (0..graph.node_count() as u32).flat_map(|u| view.arcs(u).map(move |(v, w)| (u, v, w)));
        let ties: Vec<_> = ties.filter(|&(u, v, _)| u < v).collect();
        let mut rows = Rows::new(owners.len(), ties.iter().map(|&(u, v, _)| (persona(u, v), persona(v, u))));
        rows.weights = Some(ties.iter().map(|&(.., weight)| weight).collect());
        let labels = &overlapping.partition.labels;
        if graph.undirected().total_weight() > 0.0 {
            let expected = modularity(&rows.undirected(), labels, 1.0);
            let quality = overlapping.partition.quality;
            assert!((quality - expected).abs() < 1e-6, "{sample}: {quality} {expected}");
        }
        let pairs: BTreeSet<(u32, u32)> = owners.iter().copied().zip(labels.iter().copied()).collect();
        let rows = overlapping.memberships.iter().map(|row| (row.node, row.community));
        assert!(rows.eq(pairs), "{sample}");
        for u in 0..graph.node_count() as u32 {
            let shares: f64 = overlapping.of(u).iter().map(|row| row.share).sum();
            assert!((shares - 1.0).abs() < 1e-6, "{sample}, {u}: {shares}");
        }
    }
}

#[test]
fn who_is_in_two_cliques_is_in_two_communities() {
    let (one, other) = (clique(6), clique(6));
    let both = |more: &[(u32, u32)]| {
        let arcs = |rows: &Rows, shift: u32| -> Vec<(u32, u32)> {
            rows.sources.iter().zip(&rows.targets).map(|(&u, &v)| (u + shift, v + shift)).collect()
        };
        Rows::new(11, [arcs(&one, 0), arcs(&other, 5), more.to_vec()].concat()).undirected()
    };
    let counts =
        |overlapping: &Overlapping| -> Vec<usize> { (0..11).map(|u| overlapping.of(u).len()).collect() };
    let overlapping = ego_splitting(&both(&[]), &EgoSplitting::default()).unwrap();
    assert_eq!(counts(&overlapping), [1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1]);
    assert_eq!(overlapping.members(), [[0, 1, 2, 3, 4, 5], [5, 6, 7, 8, 9, 10]]);
    assert_eq!(overlapping.main(), [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    // One tie between the cliques joins the circles of their common member, but for those who look at labels.
    let bridged = both(&[(0, 10)]);
    let overlapping = ego_splitting(&bridged, &EgoSplitting::default()).unwrap();
    assert_eq!(overlapping.of(5).len(), 1);
    let by_labels = EgoSplitting { clusters: EgoClusters::LabelPropagation, ..EgoSplitting::default() };
    assert_eq!(ego_splitting(&bridged, &by_labels).unwrap().of(5).len(), 2);
}

#[test]
fn nodes_without_ties_are_alone_in_every_method() {
    let rows = Rows { weights: Some(vec![1.0, 0.0]), ..Rows::new(6, [(1, 4), (2, 3)]) };
    for graph in [rows.directed(), rows.undirected()] {
        assert_eq!(modules(&graph, 0).labels, [1, 0, 2, 3, 0, 4]);
        let labels = label_propagation(&graph, &LabelPropagation::default()).unwrap().labels;
        assert_eq!(labels, [1, 0, 2, 3, 0, 4]);
        let overlapping = ego_splitting(&graph, &EgoSplitting::default()).unwrap();
        assert_eq!(overlapping.main()[0], 1);
        assert_eq!(overlapping.personas, [0, 1, 2, 3, 4, 5]);
    }
    for node_count in [0, 1] {
        let graph = Rows::new(node_count, []).directed();
        assert_eq!(modules(&graph, 0).labels, vec![0; node_count]);
        assert_eq!(modules(&graph, 0).quality, 0.0);
        assert_eq!(ego_splitting(&graph, &EgoSplitting::default()).unwrap().main(), vec![0; node_count]);
    }
}

#[test]
fn methods_do_not_depend_on_the_number_of_threads_on_a_large_graph() {
    let rows = rmat(7, 70_000, 90_000, true);
    let groups = planted(3, 20, 40, 0.5, 0.005).undirected();
    let overlapping = |graph: &Graph, clusters| {
        let params = EgoSplitting { clusters, ..EgoSplitting::default() };
        let Overlapping { memberships, partition, .. } = ego_splitting(graph, &params).unwrap();
        let shares = memberships.iter().map(|row| (row.node, row.community, row.share.to_bits()));
        (shares.collect::<Vec<_>>(), partition.labels, partition.quality.to_bits())
    };
    let at = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let graph = rows.directed();
            let modules = infomap(&graph, &Infomap { max_iterations: 1, ..Infomap::default() }).unwrap();
            let labels = label_propagation(&graph, &LabelPropagation::default()).unwrap();
            let known = (0..70_000).map(|u| (u % 700 == 0).then_some(u % 11)).collect();
            let known = LabelPropagation { labels: Some(known), ..LabelPropagation::default() };
            let known = label_propagation(&graph, &known).unwrap();
            let circles = overlapping(&graph, EgoClusters::Components);
            let by_labels = overlapping(&groups, EgoClusters::LabelPropagation);
            (modules.labels, modules.quality.to_bits(), labels.labels, known.labels, circles, by_labels)
        })
    };
    let one = at(1);
    for threads in [2, 3, 8] {
        assert!(at(threads) == one, "{threads} threads");
    }
}
