//! Zachary's karate club, with the values NetworkX, igraph and NetworKit agree on.

use laud::centrality::{Eigenvector, Hits, Katz, eigenvector, hits, katz};
use laud::structure::{Clustering, clustering};

use crate::generators::karate;
use crate::{cores, corners, personalized, ranks};

#[test]
fn pagerank_is_the_exact_solution() {
    let x = ranks(&karate().undirected());
    let known = [(33, 0.100919182333), (0, 0.096997285388), (32, 0.071693226006), (2, 0.057078509488)];
    for (node, expected) in known.into_iter().chain([(11, 0.009564745492)]) {
        assert!((x[node] - expected).abs() < 1e-12, "node {node}: {}", x[node]);
    }
    assert_eq!((0..34).min_by(|&a, &b| x[a].total_cmp(&x[b])), Some(11));
}

#[test]
fn the_defaults_are_within_1e_9_of_the_exact_solution() {
    let graph = karate().undirected();
    let scores = laud::centrality::pagerank(&graph, &Default::default()).unwrap();
    let error: f64 = scores.values().iter().zip(ranks(&graph)).map(|(x, exact)| (x - exact).abs()).sum();
    assert!(error < 1e-9, "{error:e}");
}

#[test]
fn personalized_pagerank_from_the_instructor_is_the_exact_solution() {
    let scores = personalized(&karate().undirected(), &[vec![(0, 1.0)]]);
    for (node, expected) in
        [(0, 0.266373603148), (1, 0.064887907987), (2, 0.054947753513), (33, 0.051199989203)]
    {
        assert!((scores.values()[node] - expected).abs() < 1e-12, "node {node}: {}", scores.values()[node]);
    }
}

#[test]
fn the_eigenvector_has_its_known_values() {
    let graph = karate().undirected();
    let scores = eigenvector(&graph, &Eigenvector { tolerance: 1e-15, ..Eigenvector::default() }).unwrap();
    let x = scores.values();
    assert!((x[33] - 0.373363470291).abs() < 1e-11, "{}", x[33]);
    assert!((x[0] - 0.355491444525).abs() < 1e-11, "{}", x[0]);
    let lambda = graph.out().neighbors(33).iter().map(|&u| x[u as usize]).sum::<f64>() / x[33];
    assert!((lambda - 6.725697727632).abs() < 1e-9, "{lambda}");
}

#[test]
fn the_cores_have_their_known_sizes_and_members() {
    let cores = cores(&karate().undirected());
    let size = |k| cores.iter().filter(|&&core| core == k).count();
    assert_eq!([1, 2, 3, 4].map(size), [1, 11, 12, 10]);
    let innermost: Vec<usize> = (0..34).filter(|&u| cores[u] == 4).collect();
    assert_eq!(innermost, [0, 1, 2, 3, 7, 8, 13, 30, 32, 33]);
}

#[test]
fn the_triangles_and_their_share_are_known() {
    let graph = karate().undirected();
    assert_eq!(corners(&graph).iter().sum::<u64>(), 3 * 45);
    let shares = clustering(&graph, &Clustering {}).unwrap();
    let average = shares.values().iter().sum::<f64>() / 34.0;
    assert!((average - 0.570638478208).abs() < 1e-12, "{average}");
}

#[test]
fn katz_and_hits_have_their_known_values() {
    let graph = karate().undirected();
    let scores = katz(&graph, &Katz { alpha: Some(0.05), tolerance: 1e-15, ..Katz::default() }).unwrap();
    for (node, expected) in [(33, 2.1281047592), (0, 2.0807016861), (32, 1.8446769791)] {
        assert!((scores.values()[node] - expected).abs() < 1e-10, "node {node}: {}", scores.values()[node]);
    }
    let scores = hits(&graph, &Hits { tolerance: 1e-14, ..Hits::default() }).unwrap();
    assert!((scores.values()[33] - 0.075002942157).abs() < 1e-12, "{}", scores.values()[33]);
}
