//! Betweenness of nodes and edges: known values, its definition, its laws.

use std::collections::BTreeMap;

use laud::centrality::{Betweenness, betweenness};
use laud::graph::{FromEdges, Graph, SelfLoops};
use proptest::prelude::*;

use crate::generators::{Rows, clique, cycle, gnm, karate, path, star};
use crate::{distance, oracle, shortest};

fn raw(graph: &Graph) -> Vec<f64> {
    betweenness(graph, &Betweenness { normalized: false, ..Betweenness::default() }).unwrap().values().to_vec()
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
    let known = [(0, 231.071428571), (33, 160.551587302), (32, 76.690476190), (2, 75.850793651), (31, 73.009523810)];
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
        assert_same(&raw(&clique(n.min(20)).undirected()), &vec![0.0; n.min(20) as usize], &format!("clique of {n}"));
    }
    for (n, expected) in [(5, 1.0), (8, 4.5), (101, 99.0 * 100.0 / 8.0 - 99.0 * 2.0 / 8.0)] {
        let expected = if n == 101 { (101.0 - 1.0) * (101.0 - 3.0) / 8.0 } else { expected };
        assert_same(&raw(&cycle(n).undirected()), &vec![expected; n as usize], &format!("cycle of {n}"));
    }
}

#[test]
fn small_composites_have_their_known_values() {
    let lollipop = Rows::new(7, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6)]);
    assert_same(&raw(&lollipop.undirected()), &[0.0, 0.0, 0.0, 9.0, 8.0, 5.0, 0.0], "lollipop");
    let grid = (0..9).flat_map(|u| [(u % 3 < 2).then_some((u, u + 1)), (u < 6).then_some((u, u + 3))]).flatten();
    let scores = raw(&Rows::new(9, grid).undirected());
    assert!((scores[4] - 32.0 / 3.0).abs() < 1e-12, "{scores:?}");
    let kite = [
        (0, 1), (0, 2), (0, 3), (0, 5), (1, 3), (1, 4), (1, 6), (2, 3), (2, 5), (3, 4), (3, 5), (3, 6), (4, 6),
        (5, 6), (5, 7), (6, 7), (7, 8), (8, 9),
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
