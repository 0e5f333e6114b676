//! Betweenness of nodes and edges: known values, its definition, its laws.

use std::collections::BTreeMap;

use laud::Error;
use laud::centrality::{Betweenness, Distance, EdgeBetweenness, betweenness, edge_betweenness};
use laud::graph::{FromEdges, Graph, Rows as Of, Scores, SelfLoops, Values, generator};
use proptest::prelude::*;
use rand::RngExt;

use crate::generators::{Rows, clique, cycle, florentine, gnm, karate, path, rmat, southern_women, star};
use crate::{distance, oracle, shortest};

fn raw(graph: &Graph) -> Vec<f64> {
    betweenness(graph, &Betweenness { normalized: false, ..Betweenness::default() })
        .unwrap()
        .values()
        .to_vec()
}

fn normalized(graph: &Graph) -> Vec<f64> {
    betweenness(graph, &Betweenness::default()).unwrap().values().to_vec()
}

/// Fails with the largest difference and the values where they are not the same up to rounding.
#[track_caller]
fn assert_same(actual: &[f64], expected: &[f64], name: &str) {
    let largest = expected.iter().fold(1.0, |most: f64, value| most.max(*value));
    let error = distance(actual, expected) / largest;
    assert!(error < 1e-10, "{name}: {error:e}\nactual   {actual:?}\nexpected {expected:?}");
}

#[test]
fn the_karate_club_has_its_known_values() {
    let graph = karate().undirected();
    let scores = raw(&graph);
    let known =
        [(0, 231.071428571), (33, 160.551587302), (32, 76.690476190), (2, 75.850793651), (31, 73.009523810)];
    for (node, expected) in known {
        assert!((scores[node] - expected).abs() < 1e-8, "node {node}: {}", scores[node]);
    }
    assert!((scores.iter().sum::<f64>() - 790.0).abs() < 1e-9, "{}", scores.iter().sum::<f64>());
    let shares = normalized(&graph);
    for (node, expected) in [(0, 0.437635281385), (33, 0.304074975950)] {
        assert!((shares[node] - expected).abs() < 1e-11, "node {node}: {}", shares[node]);
    }
}

#[test]
fn shapes_have_their_closed_forms() {
    for n in [1, 2, 3, 10, 200] {
        let inner = f64::from(n - 1) * f64::from(n.max(2) - 2) / 2.0;
        let expected: Vec<f64> = (0..n).map(|v| if v == 0 { inner } else { 0.0 }).collect();
        assert_same(&raw(&star(n).undirected()), &expected, &format!("star of {n}"));
        let expected: Vec<f64> = (0..n).map(|v| f64::from(v) * f64::from(n - 1 - v)).collect();
        assert_same(&raw(&path(n).undirected()), &expected, &format!("path of {n}"));
        assert_same(&raw(&path(n).directed()), &expected, &format!("directed path of {n}"));
        assert_same(
            &raw(&clique(n.min(20)).undirected()),
            &vec![0.0; n.min(20) as usize],
            &format!("clique of {n}"),
        );
    }
    for (n, expected) in [(5, 1.0), (8, 4.5), (101, 100.0 * 98.0 / 8.0)] {
        assert_same(&raw(&cycle(n).undirected()), &vec![expected; n as usize], &format!("cycle of {n}"));
    }
}

#[test]
fn small_composites_have_their_known_values() {
    let lollipop = Rows::new(7, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6)]);
    assert_same(&raw(&lollipop.undirected()), &[0.0, 0.0, 0.0, 9.0, 8.0, 5.0, 0.0], "lollipop");
    let grid =
        (0..9).flat_map(|u| [(u % 3 < 2).then_some((u, u + 1)), (u < 6).then_some((u, u + 3))]).flatten();
    let scores = raw(&Rows::new(9, grid).undirected());
    assert!((scores[4] - 32.0 / 3.0).abs() < 1e-12, "{scores:?}");
    let kite = [
        (0, 1),
        (0, 2),
        (0, 3),
        (0, 5),
        (1, 3),
        (1, 4),
        (1, 6),
        (2, 3),
        (2, 5),
        (3, 4),
        (3, 5),
        (3, 6),
        (4, 6),
        (5, 6),
        (5, 7),
        (6, 7),
        (7, 8),
        (8, 9),
    ];
    assert!((raw(&Rows::new(10, kite).undirected())[7] - 14.0).abs() < 1e-12);
    let windmill = (0..4).flat_map(|i| [(0, 2 * i + 1), (0, 2 * i + 2), (2 * i + 1, 2 * i + 2)]);
    assert!((raw(&Rows::new(9, windmill).undirected())[0] - 24.0).abs() < 1e-12);
    let arm = |first: u32| (first..first + 5).flat_map(move |u| (u + 1..first + 5).map(move |v| (u, v)));
    let barbell = Rows::new(11, arm(0).chain(arm(6)).chain([(4, 5), (5, 6)]));
    assert!((raw(&barbell.undirected())[5] - 25.0).abs() < 1e-12);
}

/// 60 graphs: sparse to dense, directed or not, weighted or not (zeros too), with and without loops.
fn samples() -> impl Iterator<Item = (String, Graph, BTreeMap<(u32, u32), f64>)> {
    (0..60).map(|seed| {
        let node_count = [1, 2, 5, 13, 40][seed as usize % 5];
        let rows = gnm(seed, node_count, node_count * (seed as usize % 7) / 2, seed % 3 == 0);
        let self_loops = if seed % 4 < 2 { SelfLoops::Drop } else { SelfLoops::Keep };
        let params = FromEdges { directed: seed % 2 == 0, self_loops };
        let arcs = oracle::arcs(&rows, params.directed, self_loops);
        (format!("seed {seed}, {params:?}"), rows.graph(&params), arcs)
    })
}

#[test]
fn betweenness_is_the_sum_of_its_definition() {
    for (name, graph, mut arcs) in samples() {
        let n = graph.node_count();
        arcs.values_mut().for_each(|length| *length = 1.0);
        let half = if graph.is_directed() { 1.0 } else { 0.5 };
        let (expected, _) = shortest::through(n, &arcs, |_, _| half);
        assert_same(&raw(&graph), &expected, &name);
        let pairs = ((n as f64 - 1.0) * (n as f64 - 2.0) * half).max(1.0);
        let expected: Vec<f64> = expected.iter().map(|value| value / pairs).collect();
        assert_same(&normalized(&graph), &expected, &name);
    }
}

/// Edge betweenness by edge.
fn of_edges(graph: &Graph, params: &EdgeBetweenness) -> BTreeMap<(u32, u32), f64> {
    let scores = edge_betweenness(graph, params).unwrap();
    let Of::Edges { sources, targets } = &scores.rows else { panic!("{:?}", scores.rows) };
    let edges: Vec<(u32, u32)> = sources.iter().copied().zip(targets.iter().copied()).collect();
    assert!(edges.is_sorted(), "{edges:?}");
    assert_eq!(edges.len(), graph.edge_count());
    edges.into_iter().zip(scores.values().iter().copied()).collect()
}

#[test]
fn the_edges_of_the_karate_club_have_their_known_values() {
    let edges =
        of_edges(&karate().undirected(), &EdgeBetweenness { normalized: false, ..Default::default() });
    let (first, value) = edges.iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    assert_eq!(*first, (0, 31));
    assert!((value - 71.392857143).abs() < 1e-9, "{value}");
    let share = of_edges(&karate().undirected(), &EdgeBetweenness::default())[&(0, 31)];
    assert!((share - 71.392857143 / 561.0).abs() < 1e-11, "{share}");
}

#[test]
fn edge_betweenness_is_the_sum_of_its_definition() {
    for (name, graph, arcs) in samples() {
        for distance in [Distance::Unit, Distance::Inverse] {
            let n = graph.node_count();
            let lengths = lengths(&arcs, distance);
            let directed = graph.is_directed();
            let (_, through) = shortest::through(n, &lengths, |_, _| if directed { 1.0 } else { 0.5 });
            let mut expected: BTreeMap<(u32, u32), f64> =
                arcs.keys().filter(|(u, v)| directed || u <= v).map(|&edge| (edge, 0.0)).collect();
            for ((u, v), value) in through {
                let edge = if directed { (u, v) } else { (u.min(v), u.max(v)) };
                *expected.get_mut(&edge).unwrap() += value;
            }
            let actual = of_edges(&graph, &EdgeBetweenness { normalized: false, distance });
            assert_eq!(actual.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}");
            let (actual, expected): (Vec<f64>, Vec<f64>) =
                actual.into_values().zip(expected.into_values()).unzip();
            assert_same(&actual, &expected, &format!("{name}, {distance:?}"));
        }
    }
}

fn lengths(arcs: &BTreeMap<(u32, u32), f64>, distance: Distance) -> BTreeMap<(u32, u32), f64> {
    arcs.iter().map(|(&arc, &weight)| (arc, distance.length(weight))).collect()
}

#[test]
fn betweenness_by_length_is_the_sum_of_its_definition() {
    for (name, graph, arcs) in samples() {
        let half = if graph.is_directed() { 1.0 } else { 0.5 };
        let lengths = lengths(&arcs, Distance::Inverse);
        let (expected, _) = shortest::through(graph.node_count(), &lengths, |_, _| half);
        let params = Betweenness { normalized: false, distance: Distance::Inverse, ..Betweenness::default() };
        assert_same(betweenness(&graph, &params).unwrap().values(), &expected, &name);
    }
}

#[test]
fn equal_lengths_are_ties_though_their_reciprocals_and_logarithms_are_rounded() {
    for seed in 0..20 {
        let mut rows = gnm(seed, 30, 80, false);
        let mut random = generator(seed, "lengths", 0);
        let steps: Vec<f64> = (0..80).map(|_| f64::from(random.random_range(1..6u8))).collect();
        // Without parallel rows, so that weights are not added.
        let mut seen = std::collections::BTreeSet::new();
        let keep: Vec<usize> = (0..80)
            .filter(|&i| {
                rows.sources[i] != rows.targets[i] && seen.insert((rows.sources[i], rows.targets[i]))
            })
            .collect();
        rows = Rows::new(30, keep.iter().map(|&i| (rows.sources[i], rows.targets[i])));
        let steps: Vec<f64> = keep.iter().map(|&i| steps[i]).collect();
        let arcs = rows
            .sources
            .iter()
            .copied()
            .zip(rows.targets.iter().copied())
            .zip(steps.iter().copied())
            .collect();
        let (expected, _) = shortest::through(30, &arcs, |_, _| 1.0);
        for (distance, weight) in [
            (Distance::Inverse, (|step| 1.0 / step) as fn(f64) -> f64),
            (Distance::Log, |step| (-step / 7.0).exp()),
        ] {
            rows.weights = Some(steps.iter().map(|&step| weight(step)).collect());
            let params = Betweenness { normalized: false, distance, ..Betweenness::default() };
            let scores = betweenness(&rows.directed(), &params).unwrap();
            assert_same(scores.values(), &expected, &format!("seed {seed}, {distance:?}"));
        }
    }
}

#[test]
fn given_ends_restrict_the_pairs() {
    for (name, graph, mut arcs) in samples() {
        arcs.values_mut().for_each(|length| *length = 1.0);
        let n = graph.node_count() as u32;
        let sources: Vec<u32> = (0..n).filter(|u| u % 3 != 1).collect();
        let targets: Vec<u32> = (0..n).filter(|u| u % 4 < 2).rev().chain([0]).collect();
        let is_pair = |s: u32, t: u32| sources.contains(&s) && targets.contains(&t) && s != t;
        // An undirected pair counts once, from its smaller node, if it qualifies either way round.
        let weight = |s: u32, t: u32| match graph.is_directed() {
            true => f64::from(u8::from(is_pair(s, t))),
            false => f64::from(u8::from(s < t && (is_pair(s, t) || is_pair(t, s)))),
        };
        let (expected, _) = shortest::through(n as usize, &arcs, weight);
        let mut params =
            Betweenness { sources: sources.clone(), targets: targets.clone(), ..Default::default() };
        params.normalized = false;
        assert_same(betweenness(&graph, &params).unwrap().values(), &expected, &name);
        params.normalized = true;
        let pairs = |v: u32| -> f64 {
            let others = || (0..n).filter(move |&u| u != v);
            others().flat_map(|s| others().map(move |t| (s, t))).map(|(s, t)| weight(s, t)).sum()
        };
        let expected: Vec<f64> = (0..n).map(|v| expected[v as usize] / pairs(v).max(1.0)).collect();
        assert_same(betweenness(&graph, &params).unwrap().values(), &expected, &name);
        let everybody = Betweenness { sources: (0..n).collect(), ..Betweenness::default() };
        assert_eq!(
            betweenness(&graph, &everybody).unwrap(),
            betweenness(&graph, &Default::default()).unwrap(),
            "{name}"
        );
    }
}

/// Scores and errors of a sample.
fn sampled(graph: &Graph, params: &Betweenness) -> (Vec<f64>, Vec<f64>) {
    let scores = betweenness(graph, params).unwrap();
    let Some(Values::Float(errors)) = scores.column("betweenness_error") else { panic!("no errors") };
    (scores.values().to_vec(), errors.clone())
}

/// In how many of the runs a score is farther from the exact one than its error, which is at most epsilon.
fn misses(graph: &Graph, params: &Betweenness, seeds: std::ops::Range<u64>) -> usize {
    let exact = Betweenness { epsilon: None, k: None, ..params.clone() };
    let exact = betweenness(graph, &exact).unwrap().values().to_vec();
    seeds
        .filter(|&seed| {
            let (scores, errors) = sampled(graph, &Betweenness { seed, ..params.clone() });
            let most = errors.iter().fold(0.0, |most: f64, error| most.max(*error));
            assert!(params.k.is_some() || most <= params.epsilon.unwrap() * 1.000001, "seed {seed}: {most}");
            (0..exact.len()).any(|v| (scores[v] - exact[v]).abs() > errors[v] + 1e-12)
        })
        .count()
}

#[test]
fn sampled_scores_are_within_their_errors() {
    let graphs = [rmat(5, 2000, 12_000, false), gnm(1, 300, 500, false), path(40), star(30)];
    for (i, rows) in graphs.iter().enumerate() {
        for directed in [false, true] {
            let graph = rows.graph(&FromEdges { directed, ..FromEdges::default() });
            for epsilon in [0.03, 0.1] {
                let params = Betweenness { epsilon: Some(epsilon), ..Betweenness::default() };
                let misses = misses(&graph, &params, 0..6);
                assert!(
                    misses <= 1,
                    "graph {i}, directed: {directed}, epsilon {epsilon}: {misses} of 6 missed"
                );
            }
        }
    }
}

/// T22: the largest of all errors is within epsilon in as many runs as delta says.
#[test]
fn of_100_samples_hardly_one_misses_its_error() {
    let graph = rmat(5, 2000, 12_000, false).undirected();
    for epsilon in [0.01, 0.03] {
        let params = Betweenness { epsilon: Some(epsilon), ..Betweenness::default() };
        let allowed = (params.delta * 100.0).round() as usize + 3;
        let misses = misses(&graph, &params, 0..100);
        assert!(misses <= allowed, "epsilon {epsilon}: {misses} of 100 missed");
    }
}

#[test]
fn sampled_scores_between_given_ends_are_within_their_errors() {
    let graph = rmat(6, 500, 2500, false).undirected();
    for (sources, targets) in
        [((0..40).collect(), (100..160).collect()), ((0..60).collect::<Vec<u32>>(), (30..90).collect())]
    {
        let params = Betweenness { epsilon: Some(0.05), sources, targets, ..Betweenness::default() };
        assert_eq!(misses(&graph, &params, 0..5), 0);
    }
}

#[test]
fn the_first_are_told_apart_with_fewer_samples() {
    let graph = rmat(5, 2000, 12_000, false).undirected();
    let exact = betweenness(&graph, &Betweenness::default()).unwrap().values().to_vec();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|&u, &v| exact[v].total_cmp(&exact[u]));
    let params = Betweenness { epsilon: Some(0.002), k: Some(1), ..Betweenness::default() };
    let (scores, errors) = sampled(&graph, &params);
    let mut found: Vec<usize> = (0..scores.len()).collect();
    found.sort_by(|&u, &v| scores[v].total_cmp(&scores[u]));
    assert_eq!(found[0], order[0]);
    assert!(errors.iter().any(|&error| error > 0.002), "as many samples as for all");
    assert_eq!(misses(&graph, &params, 0..3), 0);
}

#[test]
fn samples_are_a_function_of_the_seed() {
    let graph = rmat(7, 400, 2000, false).directed();
    let at = |seed, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let params = Betweenness { epsilon: Some(0.05), seed, ..Betweenness::default() };
        pool.install(|| betweenness(&graph, &params).unwrap())
    };
    for threads in [2, 3, 8] {
        assert_eq!(at(1, threads), at(1, 1), "{threads} threads");
    }
    assert_ne!(at(2, 1).values(), at(1, 1).values());
}

#[test]
fn no_thread_changes_a_bit_of_exact_scores() {
    let rows = rmat(8, 600, 4000, true);
    let at = |threads, directed, distance| {
        let graph = rows.graph(&FromEdges { directed, ..FromEdges::default() });
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let nodes = betweenness(&graph, &Betweenness { distance, ..Betweenness::default() }).unwrap();
            (
                nodes,
                edge_betweenness(&graph, &EdgeBetweenness { distance, ..EdgeBetweenness::default() })
                    .unwrap(),
            )
        })
    };
    for (directed, distance) in [(true, Distance::Unit), (false, Distance::Unit), (false, Distance::Inverse)]
    {
        for threads in [2, 3, 8] {
            let (one, many) = (at(1, directed, distance), at(threads, directed, distance));
            assert!(many == one, "{threads} threads, directed: {directed}, {distance:?}");
        }
    }
}

#[test]
fn a_million_million_paths_and_more_stay_finite() {
    // A chain of 2500 diamonds: 2^2500 shortest paths.
    let diamonds = 2500;
    let arcs = (0..diamonds).flat_map(|i| {
        let u = 3 * i;
        [(u, u + 1), (u, u + 2), (u + 1, u + 3), (u + 2, u + 3)]
    });
    let rows = Rows::new(3 * diamonds as usize + 1, arcs);
    let graph = rows.directed();
    let sources = vec![0];
    let params = Betweenness { normalized: false, sources, ..Betweenness::default() };
    let scores = betweenness(&graph, &params).unwrap().values().to_vec();
    let beyond = |v: u32| f64::from(3 * diamonds - v);
    for v in [3, 3000, 6000, 7497] {
        assert!((scores[v as usize] - beyond(v)).abs() < 1e-6, "node {v}: {}", scores[v as usize]);
        assert!((scores[v as usize + 1] - beyond(v + 2) / 2.0).abs() < 1e-6, "node {}", v + 1);
    }
}

#[test]
fn parameters_outside_their_domain_are_refused() {
    let graph = path(3).undirected();
    let refused =
        |params: Betweenness| betweenness(&graph, &params).map(|_: Scores| ()).unwrap_err().to_string();
    let usual = Betweenness::default;
    let cases = [
        (Betweenness { epsilon: Some(0.0), ..usual() }, "epsilon must be in (0, 1), got 0"),
        (Betweenness { delta: 1.0, ..usual() }, "delta must be in (0, 1), got 1"),
        (Betweenness { k: Some(0), ..usual() }, "k must be at least 1, got 0"),
        (
            Betweenness { k: Some(3), ..usual() },
            "k must be given together with epsilon, which bounds the sampling, got 3",
        ),
        (Betweenness { sources: vec![3], ..usual() }, "sources must be nodes below 3, got 3"),
        (
            Betweenness { epsilon: Some(0.1), distance: Distance::Inverse, ..usual() },
            "distance must be unit with epsilon: scores by length are exact, got another",
        ),
    ];
    for (params, message) in cases {
        assert_eq!(refused(params), message);
    }
    let log = Betweenness { distance: Distance::Log, ..usual() };
    assert!(matches!(betweenness(&graph, &log), Err(Error::Parameter { name: "distance", .. })));
}

#[test]
fn the_florentine_families_have_their_known_values() {
    let scores = normalized(&florentine());
    for (family, expected) in [(8, 0.521978021978), (6, 0.254578754579), (1, 0.212454212454)] {
        assert!((scores[family] - expected).abs() < 1e-11, "family {family}: {}", scores[family]);
    }
}

#[test]
fn the_southern_women_and_their_events_have_their_known_values() {
    let scores = raw(&southern_women().undirected());
    for (node, expected) in [(17 + 8, 110.206396982), (17 + 9, 101.932143481), (13, 50.490306109)] {
        assert!((scores[node] - expected).abs() < 1e-8, "node {node}: {}", scores[node]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_scores_add_to_the_inner_nodes_of_all_pairs(
        node_count in 1usize..60, arcs in 0usize..150, seed: u64, directed: bool,
    ) {
        let rows = gnm(seed, node_count, arcs, false);
        let graph = rows.graph(&FromEdges { directed, ..FromEdges::default() });
        let pairs = oracle::arcs(&rows, directed, SelfLoops::Drop).into_keys();
        let expected = shortest::inner_steps(node_count, pairs) / if directed { 1.0 } else { 2.0 };
        let total = raw(&graph).iter().sum::<f64>();
        prop_assert!((total - expected).abs() < 1e-9 * expected.max(1.0), "{} {}", total, expected);
    }

    #[test]
    fn reversing_all_arcs_and_adding_isolates_change_nothing(
        node_count in 1usize..40, arcs in 0usize..100, seed: u64,
    ) {
        let rows = gnm(seed, node_count, arcs, false);
        let reversed = Rows { sources: rows.targets.clone(), targets: rows.sources.clone(), ..rows.clone() };
        assert_same(&raw(&reversed.directed()), &raw(&rows.directed()), "reversed");
        let more = Rows { node_count: node_count + 1, ..rows.clone() };
        let expected = [raw(&rows.undirected()), vec![0.0]].concat();
        assert_same(&raw(&more.undirected()), &expected, "with an isolate");
    }
}
