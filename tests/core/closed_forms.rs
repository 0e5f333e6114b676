//! Shapes whose values can be written down.

use laud::centrality::{Eigenvector, eigenvector};
use laud::graph::{FromEdges, Graph};
use laud::structure::{StrongComponents, strong_components};

use crate::generators::{Rows, clique, cycle, path, star};
use crate::{cores, corners, distance, labels, personalized, ranks};

#[test]
fn one_arc_gives_its_target_the_larger_share() {
    let x = ranks(&path(2).directed());
    assert!(distance(&x, &[1.0 / 2.85, 1.85 / 2.85]) < 1e-12, "{x:?}");
}

#[test]
fn the_center_of_an_undirected_star_has_its_closed_form() {
    for n in [3, 5, 100] {
        let x = ranks(&star(n).undirected());
        let (d, n) = (0.85, f64::from(n));
        assert!((x[0] - (1.0 + d * (n - 1.0)) / (n * (1.0 + d))).abs() < 1e-12, "n = {n}: {}", x[0]);
    }
}

#[test]
fn leaves_that_point_to_a_dangling_center_share_its_mass() {
    for n in [2, 5, 50] {
        let rows = Rows::new(n, (1..n as u32).map(|leaf| (leaf, 0)));
        let x = ranks(&rows.directed());
        let (d, n) = (0.85, n as f64);
        let mut expected = vec![1.0 / (n + d * (n - 1.0)); n as usize];
        expected[0] *= 1.0 + d * (n - 1.0);
        assert!(distance(&x, &expected) < 1e-12, "n = {n}: {x:?}");
    }
}

#[test]
fn a_directed_graph_with_a_cycle_and_a_tail_has_its_known_scores() {
    let x = ranks(&Rows::new(5, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]).directed());
    let expected = [0.169032410693, 0.209250059144, 0.243435060326, 0.169032410693, 0.209250059144];
    assert!(distance(&x, &expected) < 1e-12, "{x:?}");
}

#[test]
fn pagerank_is_uniform_where_all_nodes_are_alike() {
    for graph in [cycle(7).directed(), cycle(8).undirected(), clique(6).undirected()] {
        let x = ranks(&graph);
        assert!(distance(&x, &vec![1.0 / x.len() as f64; x.len()]) < 1e-15, "{x:?}");
    }
}

#[test]
fn two_arcs_among_5000_nodes_are_not_lost_in_the_uniform_mass() {
    let graph = Rows::new(5000, [(0, 1), (1, 2)]).directed();
    let scores = laud::centrality::pagerank(&graph, &Default::default()).unwrap();
    let x: Vec<f64> = scores.values()[..3].iter().map(|x| x * 5000.0).collect();
    assert!(distance(&x, &[0.9995, 1.8491, 2.5713]) < 5e-5, "{x:?}");
}

#[test]
fn personalized_mass_stays_where_the_seeds_reach() {
    let graph = Rows::new(6, [(0, 1), (1, 0), (1, 2), (3, 1), (3, 4), (4, 3)]).directed();
    let scores = personalized(&graph, &[vec![(0, 1.0)]]);
    assert_eq!(scores.values()[3..], [0.0, 0.0, 0.0]);
    assert!((scores.values().iter().sum::<f64>() - 1.0).abs() < 1e-14);
}

#[test]
fn the_eigenvector_of_a_path_is_half_a_wave_and_half_that_of_a_star_is_its_center() {
    let of = |graph: &Graph| {
        let scores = eigenvector(graph, &Eigenvector { tolerance: 1e-14, ..Eigenvector::default() }).unwrap();
        assert!(scores.convergence.unwrap().converged, "{:?}", scores.convergence);
        scores.values().to_vec()
    };
    for n in [2, 3, 4, 10, 100] {
        let wave = |k: u32| (f64::from(k + 1) * std::f64::consts::PI / f64::from(n + 1)).sin();
        let expected: Vec<f64> = (0..n).map(|k| wave(k) * (2.0 / f64::from(n + 1)).sqrt()).collect();
        let x = of(&path(n).undirected());
        assert!(distance(&x, &expected) < 1e-10, "path of {n}: {:e}", distance(&x, &expected));
        let mut expected = vec![(0.5 / f64::from(n - 1)).sqrt(); n as usize];
        expected[0] = 0.5_f64.sqrt();
        let x = of(&star(n).undirected());
        assert!(distance(&x, &expected) < 1e-12, "star of {n}: {:e}", distance(&x, &expected));
    }
}

#[test]
fn cores_of_shapes_are_their_least_degrees() {
    assert_eq!(cores(&star(6).undirected()), [1; 6]);
    assert_eq!(cores(&path(5).directed()), [1; 5]);
    assert_eq!(cores(&cycle(5).directed()), [2; 5]);
    assert_eq!(cores(&clique(7).undirected()), [6; 7]);
    assert_eq!(cores(&Rows::new(3, []).directed()), [0; 3]);
}

#[test]
fn a_barbell_is_two_cores_and_one_component() {
    let arm = |first: u32| {
        clique(5).sources.into_iter().zip(clique(5).targets).map(move |(u, v)| (u + first, v + first))
    };
    let rows = Rows::new(12, arm(0).chain(arm(6)).chain([(4, 5), (5, 6)]));
    let graph = rows.graph(&FromEdges::default());
    assert_eq!(cores(&graph), [4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 0]);
    assert_eq!(labels(&graph), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn a_clique_has_all_its_triangles_and_a_star_none() {
    assert_eq!(corners(&clique(8).directed()), [21; 8]);
    assert_eq!(corners(&star(8).directed()), [0; 8]);
    assert!(corners(&clique(0).directed()).is_empty());
}

#[test]
fn a_cycle_is_one_strong_component_and_a_path_has_none_larger_than_a_node() {
    let labels = |graph: &Graph| strong_components(graph, &StrongComponents {}).unwrap().integers().to_vec();
    // Long enough that a search by recursion would run out of stack.
    assert_eq!(labels(&cycle(300_000).directed()), vec![0; 300_000]);
    assert_eq!(labels(&path(300_000).directed()), Vec::from_iter(0..300_000));
}
