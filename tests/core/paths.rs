//! Closeness, harmonic centrality and diameter against closed forms, known graphs, slow twins and their own estimates.

use laud::centrality::{Closeness, Direction, Distance, Harmonic, closeness, harmonic};
use laud::graph::{Adjacency, Graph, Scores, Values};
use laud::measure::Measure;
use laud::structure::{Diameter, diameter};

use crate::agreement::{Sample, samples};
use crate::generators::{Rows, cycle, gnm, karate, path, rmat, star};
use crate::{distance, distances, oracle};

const DIRECTIONS: [Direction; 3] = [Direction::In, Direction::Out, Direction::All];

fn harmonics(graph: &Graph) -> Vec<f64> {
    harmonic(graph, &Harmonic::default()).unwrap().values().to_vec()
}

fn closenesses(graph: &Graph) -> Vec<f64> {
    closeness(graph, &Closeness::default()).unwrap().values().to_vec()
}

fn width(graph: &Graph) -> f64 {
    diameter(graph, &Diameter {}).unwrap().values()[0]
}

/// Columns as bits, so that NaN equals itself.
fn bits(scores: &Scores) -> Vec<Vec<u64>> {
    let column = |values: &Values| match values {
        Values::Float(values) => values.iter().map(|value| value.to_bits()).collect(),
        Values::Integer(values) => values.clone(),
    };
    scores.columns.iter().map(|of| column(&of.values)).collect()
}

#[test]
fn distances_are_those_of_all_pairs() {
    for Sample { name, mut rows, params, .. } in samples() {
        // Weights that are below 1 even where parallel rows add, for lengths by -log.
        rows.weights.iter_mut().flatten().for_each(|weight| *weight /= 64.0);
        let arcs = oracle::arcs(&rows, params.directed, params.self_loops);
        let graph = rows.graph(&params);
        for direction in DIRECTIONS {
            for rule in [Distance::Unit, Distance::Inverse, Distance::Log] {
                if rule == Distance::Log && rows.weights.is_none() {
                    continue;
                }
                let lengths = distances::all_pairs(rows.node_count, &arcs, params.directed, direction, rule);
                let params = Harmonic { direction, distance: rule, ..Harmonic::default() };
                let actual = harmonic(&graph, &params).unwrap();
                let expected = distances::harmonic(&lengths);
                let error = distance(actual.values(), &expected);
                assert!(
                    error < 1e-12 * (1.0 + expected.iter().sum::<f64>()),
                    "{name}, {params:?}: {error:e}"
                );
                let params = Closeness { direction, distance: rule, ..Closeness::default() };
                let actual = closeness(&graph, &params).unwrap();
                let error = distance(actual.values(), &distances::closeness(&lengths));
                assert!(error < 1e-12, "{name}, {params:?}: {error:e}");
            }
        }
    }
}

#[test]
fn more_sources_than_lanes_make_no_difference() {
    for (seed, arcs) in [(1, 3000), (2, 20_000)] {
        let rows = rmat(seed, 2000, arcs, false);
        for graph in [rows.directed_with_loops(), rows.undirected()] {
            for direction in DIRECTIONS {
                let (expected, close) = distances::by_queue(&graph, direction);
                let name = format!("seed {seed}, {direction:?}");
                let actual = harmonic(&graph, &Harmonic { direction, ..Harmonic::default() }).unwrap();
                assert!(distance(actual.values(), &expected) < 1e-9, "{name}");
                let actual = closeness(&graph, &Closeness { direction, ..Closeness::default() }).unwrap();
                assert!(distance(actual.values(), &close) < 1e-12, "{name}");
            }
        }
    }
}

#[test]
fn many_components_and_long_paths_share_their_lanes() {
    let cliques = (0..700_u32).flat_map(|first| {
        let size = first % 4 + 2;
        (0..size).flat_map(move |u| (u + 1..size).map(move |v| (6 * first + u, 6 * first + v)))
    });
    let graph = Rows::new(4200, cliques).undirected();
    let expected = (0..4200).map(|u| if u % 6 < u / 6 % 4 + 2 { f64::from(u / 6 % 4 + 1) } else { 0.0 });
    assert_eq!(harmonics(&graph), expected.collect::<Vec<_>>());
    let graph = path(1500).undirected();
    assert!(distance(&harmonics(&graph), &distances::by_queue(&graph, Direction::In).0) < 1e-12);
    assert_eq!(width(&graph), 1499.0);
}

#[test]
fn the_best_are_those_of_all_and_have_the_same_bits() {
    for Sample { name, graph, .. } in samples() {
        for direction in DIRECTIONS {
            let params = Harmonic { direction, ..Harmonic::default() };
            let all = harmonic(&graph, &params).unwrap();
            let mut order: Vec<usize> = (0..graph.node_count()).collect();
            order.sort_by(|&u, &v| all.values()[v].total_cmp(&all.values()[u]));
            for k in [1, 3, 10, 50] {
                let mut expected = vec![f64::NAN; graph.node_count()];
                order.iter().take(k).for_each(|&u| expected[u] = all.values()[u]);
                let best = harmonic(&graph, &Harmonic { k: Some(k), ..params.clone() }).unwrap();
                let expected = Scores::float("harmonic", expected);
                assert_eq!(bits(&best), bits(&expected), "{name}, {direction:?}, k = {k}");
            }
        }
    }
}

#[test]
fn the_best_of_a_large_graph_are_those_of_all() {
    for graph in [rmat(3, 3000, 20_000, false).undirected(), rmat(3, 3000, 20_000, false).directed()] {
        let all = harmonics(&graph);
        let best = harmonic(&graph, &Harmonic { k: Some(20), ..Harmonic::default() }).unwrap();
        let mut sorted = all.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let scored: Vec<usize> = (0..all.len()).filter(|&u| !best.values()[u].is_nan()).collect();
        assert_eq!(scored.len(), 20);
        for u in scored {
            assert!(best.values()[u] == all[u] && all[u] >= sorted[19], "node {u}: {}", best.values()[u]);
        }
    }
}

/// The relative errors of the estimates, and their ratios to the errors they claim, where these are not 0.
fn misses(exact: &[f64], estimate: &Scores) -> (Vec<f64>, Vec<f64>) {
    let Values::Float(errors) = &estimate.columns[1].values else { panic!("{:?}", estimate.columns[1]) };
    let of = |u: usize| (estimate.values()[u] - exact[u]).abs();
    let scored = |&u: &usize| exact[u] > 0.0;
    let relative = (0..exact.len()).filter(scored).map(|u| of(u) / exact[u]).collect();
    let claimed = (0..exact.len()).filter(|&u| errors[u] > 0.0).map(|u| of(u) / errors[u]).collect();
    (relative, claimed)
}

#[test]
fn estimates_from_256_registers_are_within_6_percent_and_know_their_error() {
    let graph = rmat(5, 2000, 12_000, false).undirected();
    let (exact, close) = (harmonics(&graph), closenesses(&graph));
    let (mut of_harmonic, mut of_closeness) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for seed in 0..10 {
        let params = Harmonic { epsilon: Some(0.065), seed, ..Harmonic::default() };
        let (relative, claimed) = misses(&exact, &harmonic(&graph, &params).unwrap());
        of_harmonic.0.extend(relative);
        of_harmonic.1.extend(claimed);
        let params = Closeness { epsilon: Some(0.065), seed, ..Closeness::default() };
        let (relative, claimed) = misses(&close, &closeness(&graph, &params).unwrap());
        of_closeness.0.extend(relative);
        of_closeness.1.extend(claimed);
    }
    for (word, (mut relative, claimed)) in [("harmonic", of_harmonic), ("closeness", of_closeness)] {
        relative.sort_by(f64::total_cmp);
        let median = relative[relative.len() / 2];
        let square = claimed.iter().map(|ratio| ratio * ratio).sum::<f64>() / claimed.len() as f64;
        let covered = claimed.iter().filter(|&&ratio| ratio <= 3.0).count() as f64 / claimed.len() as f64;
        println!(
            "{word}: median {median:.4}, error against claim {:.3}, {covered:.4} within 3",
            square.sqrt()
        );
        assert!(median <= 0.06, "{word}: {median}");
        assert!(square.sqrt() < 1.2, "{word}: {}", square.sqrt());
        assert!(covered >= 0.95, "{word}: {covered}");
    }
}

#[test]
fn estimates_of_small_balls_are_nearly_exact_on_every_sample() {
    for direction in DIRECTIONS {
        let (mut missed, mut total) = (0.0, 0.0);
        for (seed, Sample { name, graph, .. }) in (0..).zip(samples()) {
            let params = Harmonic { direction, seed, ..Harmonic::default() };
            let exact = harmonic(&graph, &params).unwrap();
            let estimate = harmonic(&graph, &Harmonic { epsilon: Some(0.01625), ..params }).unwrap();
            for (u, (x, y)) in estimate.values().iter().zip(exact.values()).enumerate() {
                // Two nodes that share a register are counted as one.
                assert!((x - y).abs() <= 0.25 * y, "{name}, {direction:?}, node {u}: {x} against {y}");
                (missed, total) = (missed + (x - y).abs(), total + y);
            }
        }
        assert!(missed <= 0.02 * total, "{direction:?}: {missed} of {total}");
    }
}

#[test]
fn no_thread_changes_a_bit_of_any_variant() {
    let rows = rmat(9, 1000, 5000, true);
    let graph = rows.directed();
    let harmonic = |params| Measure::Harmonic(params);
    let all = Harmonic { direction: Direction::All, ..Harmonic::default() };
    let measures = [
        harmonic(Harmonic { distance: Distance::Inverse, ..Harmonic::default() }),
        harmonic(Harmonic { epsilon: Some(0.1), ..all.clone() }),
        harmonic(Harmonic { k: Some(7), ..all }),
        Measure::Closeness(Closeness { distance: Distance::Inverse, ..Closeness::default() }),
    ];
    for measure in measures {
        let at = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bits(&measure.compute(&graph).unwrap()))
        };
        let one = at(1);
        for threads in [2, 3, 8] {
            assert!(at(threads) == one, "{measure:?} at {threads} threads");
        }
    }
}

#[test]
fn bad_parameters_are_refused_with_the_rule() {
    let graph = path(3).directed();
    let refused = |params: Harmonic| harmonic(&graph, &params).unwrap_err().to_string();
    let epsilon = Some(0.1);
    for (params, sentence) in [
        (Harmonic { epsilon: Some(0.01), ..Default::default() }, "epsilon must be in [0.01625, 1), got 0.01"),
        (
            Harmonic { epsilon, distance: Distance::Inverse, ..Default::default() },
            "distance must be unit where epsilon is given, got inverse",
        ),
        (
            Harmonic { k: Some(1), distance: Distance::Inverse, ..Default::default() },
            "distance must be unit where k is given, got inverse",
        ),
        (
            Harmonic { k: Some(1), epsilon, ..Default::default() },
            "k must be absent where epsilon is given, got 1",
        ),
        (Harmonic { k: Some(0), ..Default::default() }, "k must be at least 1, got 0"),
    ] {
        assert_eq!(refused(params), sentence);
    }
    let error = closeness(&graph, &Closeness { distance: Distance::Log, ..Default::default() }).unwrap_err();
    assert!(error.to_string().starts_with("distance must be"), "{error}");
}

#[test]
fn the_diameter_is_the_largest_finite_distance() {
    for Sample { name, graph, arcs, .. } in samples() {
        let lengths = distances::all_pairs(
            graph.node_count(),
            &arcs,
            graph.is_directed(),
            Direction::All,
            Distance::Unit,
        );
        let expected = lengths.into_iter().flatten().filter(|length| length.is_finite()).fold(0.0, f64::max);
        assert_eq!(width(&graph), expected, "{name}");
    }
    for (seed, arcs) in [(1, 700), (2, 1500), (3, 4000)] {
        let graph = gnm(seed, 1000, arcs, false).directed();
        let arcs = graph.undirected().out();
        let expected = (0..1000).map(|u| eccentricity(arcs, u)).max().unwrap();
        assert_eq!(width(&graph), f64::from(expected), "seed {seed}");
    }
    assert!(width(&Rows::new(0, []).directed()).is_nan());
    assert_eq!(width(&Rows::new(3, []).directed()), 0.0);
}

fn eccentricity(arcs: &Adjacency, source: u32) -> u32 {
    let mut seen = vec![false; arcs.row_count()];
    seen[source as usize] = true;
    let (mut level, mut nodes) = (0, vec![source]);
    loop {
        let next: Vec<u32> = nodes
            .iter()
            .flat_map(|&u| arcs.neighbors(u))
            .copied()
            .filter(|&v| !std::mem::replace(&mut seen[v as usize], true))
            .collect();
        if next.is_empty() {
            return level;
        }
        (level, nodes) = (level + 1, next);
    }
}

#[test]
fn shapes_have_their_closed_forms() {
    for n in [2, 5, 100] {
        let graph = star(n).undirected();
        let (harmonic, closeness, n) = (harmonics(&graph), closenesses(&graph), f64::from(n));
        assert!((closeness[0] - 1.0).abs() < 1e-15 && harmonic[0] == n - 1.0, "{}", harmonic[0]);
        assert!((closeness[1] - (n - 1.0) / (2.0 * n - 3.0)).abs() < 1e-15, "{}", closeness[1]);
        assert_eq!(harmonic[1], 1.0 + (n - 2.0) / 2.0);
    }
    assert_eq!((width(&star(9).undirected()), width(&path(9).directed())), (2.0, 8.0));
    assert_eq!((width(&cycle(9).directed()), width(&cycle(10).undirected())), (4.0, 5.0));
    assert_eq!(harmonics(&cycle(5).undirected()), [3.0; 5]);
    // A path of three beside a pair.
    let graph = Rows::new(5, [(0, 1), (1, 2), (3, 4)]).undirected();
    assert_eq!(harmonics(&graph), [1.5, 2.0, 1.5, 1.0, 1.0]);
    assert!(distance(&closenesses(&graph), &[1.0 / 3.0, 0.5, 1.0 / 3.0, 0.25, 0.25]) < 1e-15);
    assert_eq!(width(&graph), 2.0);
}

#[test]
fn the_karate_club_has_its_known_distances() {
    let graph = karate().undirected();
    let (harmonic, closeness) = (harmonics(&graph), closenesses(&graph));
    for (node, expected) in [(33, 23.25), (0, 23.166666666667), (2, 21.0), (32, 20.916666666667)] {
        assert!((harmonic[node] - expected).abs() < 1e-12, "node {node}: {}", harmonic[node]);
    }
    let total = harmonic.iter().sum::<f64>();
    assert!((total - 552.033333333333).abs() < 1e-11, "{total}");
    for (node, expected) in [(0, 0.568965517241), (2, 0.559322033898), (33, 0.55), (31, 0.540983606557)] {
        assert!((closeness[node] - expected).abs() < 1e-12, "node {node}: {}", closeness[node]);
    }
    assert_eq!(width(&graph), 5.0);
}

#[test]
fn two_nodes_of_the_kite_are_nearest_to_all() {
    let arcs =
        [(0, 1), (0, 2), (0, 3), (0, 5), (1, 3), (1, 4), (1, 6), (2, 3), (2, 5), (3, 4), (3, 5), (3, 6)];
    let tail = [(4, 6), (5, 6), (5, 7), (6, 7), (7, 8), (8, 9)];
    let closeness = closenesses(&Rows::new(10, arcs.into_iter().chain(tail)).undirected());
    let most = closeness.iter().copied().fold(0.0, f64::max);
    assert!((most - 0.642857142857).abs() < 1e-12, "{most}");
    assert_eq!((0..10).filter(|&u| closeness[u] == most).collect::<Vec<_>>(), [5, 6]);
}

#[test]
fn the_medici_are_nearest_to_the_families_of_florence() {
    // Acciaiuoli, Medici, Castellani, Peruzzi, Strozzi, Barbadori, Ridolfi, Tornabuoni, Albizzi, Salviati, Pazzi,
    // Bischeri, Guadagni, Ginori, Lamberteschi: Padgett, Ansell, American Journal of Sociology 98, 1993.
    let marriages = [(0, 1), (2, 3), (2, 4), (2, 5), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (9, 10)];
    let more = [(3, 4), (3, 11), (4, 6), (4, 11), (6, 7), (7, 12), (8, 13), (8, 12), (11, 12), (12, 14)];
    let graph = Rows::new(15, marriages.into_iter().chain(more)).undirected();
    let (harmonic, closeness) = (harmonics(&graph), closenesses(&graph));
    assert!((harmonic[1] - 9.5).abs() < 1e-12, "{}", harmonic[1]);
    assert!((closeness[1] - 0.56).abs() < 1e-12, "{}", closeness[1]);
    assert!((0..15).all(|u| harmonic[u] <= harmonic[1] && closeness[u] <= closeness[1]));
}
