//! The fast ones equal the slow ones, and petgraph's, on seeded random graphs.

use std::collections::BTreeMap;

use laud::centrality::{
    BiRank, Degree, Eigenvector, Hits, Katz, PersonalizedPageRank, Strength, birank, degree, eigenvector,
    hits, katz, personalized_pagerank, strength,
};
use laud::graph::{FromEdges, Graph, SelfLoops, Values};
use laud::structure::{Clustering, StrongComponents, clustering, strong_components};

use crate::generators::{Rows, clique, gnm};
use crate::{cores, corners, distance, labels, oracle, personalized, ranks};

/// A graph, the rows it came from, and its arcs by the oracle.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) rows: Rows,
    pub(crate) params: FromEdges,
    pub(crate) graph: Graph,
    pub(crate) arcs: BTreeMap<(u32, u32), f64>,
}

/// 50 graphs: of 1 to 40 nodes, sparse to dense, directed or not, weighted or not (zeros too), with and without
/// loops, with parallel rows, mostly disconnected.
pub(crate) fn samples() -> impl Iterator<Item = Sample> {
    (0..50).map(|seed| {
        let node_count = [1, 2, 5, 13, 40][seed as usize % 5];
        let rows = gnm(seed, node_count, node_count * (seed as usize % 7) / 2, seed % 3 == 0);
        let self_loops = if seed % 4 < 2 { SelfLoops::Drop } else { SelfLoops::Keep };
        let params = FromEdges { directed: seed % 2 == 0, self_loops };
        let arcs = oracle::arcs(&rows, params.directed, self_loops);
        Sample { name: format!("seed {seed}, {params:?}"), graph: rows.graph(&params), rows, params, arcs }
    })
}

#[test]
fn rows_become_the_arcs_they_add_up_to() {
    for Sample { name, graph, arcs, .. } in samples() {
        let read = |adjacency: &laud::graph::Adjacency| -> Vec<((u32, u32), f64)> {
            let nodes = 0..graph.node_count() as u32;
            nodes.flat_map(|u| adjacency.arcs(u).map(|(v, w)| ((u, v), w)).collect::<Vec<_>>()).collect()
        };
        assert_eq!(read(graph.out()), arcs.clone().into_iter().collect::<Vec<_>>(), "{name}");
        let reversed: BTreeMap<_, _> = arcs.iter().map(|(&(u, v), &w)| ((v, u), w)).collect();
        assert_eq!(read(graph.incoming()), reversed.into_iter().collect::<Vec<_>>(), "{name}");
        let loops = arcs.keys().filter(|(u, v)| u == v).count() as u64;
        assert_eq!(graph.self_loops(), loops, "{name}");
    }
}

#[test]
fn the_undirected_view_has_the_pairs_and_their_added_weights() {
    for Sample { name, graph, arcs, .. } in samples() {
        let view = graph.undirected();
        let weight = |u, v| arcs.get(&(u, v)).copied();
        for u in 0..graph.node_count() as u32 {
            for v in 0..graph.node_count() as u32 {
                let both = [weight(u, v), weight(v, u).filter(|_| graph.is_directed())];
                let expected = both.into_iter().flatten().reduce(|a, b| a + b).filter(|_| u != v);
                assert_eq!(view.out().weight(u, v), expected, "{name}: {u} {v}");
            }
        }
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        assert_eq!(view.edge_count(), neighbors.iter().map(|row| row.len()).sum::<usize>() / 2, "{name}");
    }
}

#[test]
fn degrees_and_strengths_are_sums_over_the_arcs() {
    for Sample { name, graph, arcs, .. } in samples() {
        let n = graph.node_count();
        let ends = |end: fn(&(u32, u32)) -> u32| {
            let mut sums = vec![(0u64, 0.0); n];
            for (arc, weight) in &arcs {
                sums[end(arc) as usize].0 += 1;
                sums[end(arc) as usize].1 += weight;
            }
            sums
        };
        let (out, incoming) = (ends(|arc| arc.0), ends(|arc| arc.1));
        let both = |u: usize| match graph.is_directed() {
            true => (out[u].0 + incoming[u].0, out[u].1 + incoming[u].1),
            false => {
                let own = arcs.get(&(u as u32, u as u32));
                (out[u].0 + u64::from(own.is_some()), out[u].1 + own.unwrap_or(&0.0))
            }
        };
        let degrees = (0..n).map(|u| both(u).0).collect();
        let strengths = (0..n).map(|u| both(u).1).collect();
        let actual = degree(&graph, &Degree::default()).unwrap();
        assert_eq!(actual.column("degree"), Some(&Values::Integer(degrees)), "{name}");
        let actual = strength(&graph, &Strength::default()).unwrap();
        assert_eq!(actual.column("strength"), Some(&Values::Float(strengths)), "{name}");
    }
}

#[test]
fn pagerank_is_the_solution_of_its_equation() {
    for Sample { name, graph, arcs, .. } in samples() {
        let n = graph.node_count();
        let expected = oracle::pagerank(&arcs, &vec![1.0 / n as f64; n], 0.85);
        assert!(distance(&ranks(&graph), &expected) < 1e-12, "{name}");
    }
}

#[test]
fn unweighted_pagerank_follows_each_arc_alike() {
    for Sample { name, graph, mut arcs, .. } in samples() {
        arcs.values_mut().for_each(|weight| *weight = 1.0);
        let n = graph.node_count();
        let expected = oracle::pagerank(&arcs, &vec![1.0 / n as f64; n], 0.5);
        let params = laud::centrality::PageRank { weighted: false, damping: 0.5, ..crate::precise() };
        let scores = laud::centrality::pagerank(&graph, &params).unwrap();
        assert!(distance(scores.values(), &expected) < 1e-12, "{name}");
    }
}

#[test]
fn personalized_pagerank_is_the_solution_for_each_of_many_seed_sets() {
    for Sample { name, graph, arcs, .. } in samples() {
        let n = graph.node_count() as u32;
        let sets: Vec<Vec<(u32, f64)>> = (0..11).map(|i| vec![(i % n, 1.0), (i * 7 % n, 2.0)]).collect();
        let together = personalized(&graph, &sets);
        for (set, column) in sets.iter().zip(&together.columns) {
            let mut jump = vec![0.0; n as usize];
            set.iter().for_each(|&(u, weight)| jump[u as usize] += weight / 3.0);
            let alone = personalized(&graph, std::slice::from_ref(set));
            assert!(
                distance(alone.values(), &oracle::pagerank(&arcs, &jump, 0.85)) < 1e-12,
                "{name}: {set:?}"
            );
            assert_eq!(column.values, alone.columns[0].values, "{name}: {set:?}");
        }
    }
}

#[test]
fn katz_is_the_solution_of_its_equation_and_a_larger_alpha_is_refused() {
    for Sample { name, graph, arcs, .. } in samples() {
        let most = (0..graph.node_count() as u32).map(|v| graph.incoming().strength(v)).fold(0.0, f64::max);
        let alpha = 0.8 / (most + 1.0);
        let params = Katz { alpha: Some(alpha), tolerance: 1e-15, ..Katz::default() };
        let scores = katz(&graph, &params).unwrap();
        let error = distance(scores.values(), &oracle::katz(graph.node_count(), &arcs, alpha));
        assert!(error < 1e-12, "{name}: {error:e}");
        assert!(katz(&graph, &Katz::default()).unwrap().convergence.unwrap().converged, "{name}");
    }
    let error = katz(&clique(5).undirected(), &Katz { alpha: Some(0.25), ..Katz::default() }).unwrap_err();
    assert_eq!(error.to_string(), "alpha must be positive and below 0.25, got 0.25");
}

#[test]
fn hubs_and_authorities_make_each_other() {
    for Sample { name, graph, .. } in samples() {
        let scores =
            hits(&graph, &Hits { tolerance: 1e-14, max_iterations: 100_000, ..Hits::default() }).unwrap();
        let Some(Values::Float(hubs)) = scores.column("hits_hub") else { panic!("{name}") };
        let Some(Values::Float(authorities)) = scores.column("hits_authority") else { panic!("{name}") };
        for (arcs, from, to) in [(graph.incoming(), hubs, authorities), (graph.out(), authorities, hubs)] {
            let handed = |u: u32| arcs.arcs(u).map(|(v, weight)| weight * from[v as usize]).sum::<f64>();
            let handed: Vec<f64> = (0..graph.node_count() as u32).map(handed).collect();
            let total: f64 = handed.iter().sum();
            let shares: Vec<f64> = handed.iter().map(|x| if total > 0.0 { x / total } else { 0.0 }).collect();
            assert!(distance(to, &shares) < 1e-12, "{name}");
        }
    }
}

/// Whether a graph has eigenvector scores; if so they are not negative and hand on what is in proportion to them, which
/// within the largest component no others do.
fn has_eigenvector(name: &str, graph: &Graph) -> bool {
    let scores = eigenvector(graph, &Eigenvector { tolerance: 1e-14, ..Eigenvector::default() }).unwrap();
    let labels = labels(graph);
    let x = scores.values();
    assert!(x.iter().zip(&labels).all(|(&x, &label)| x >= 0.0 && (label == 0 || x == 0.0)), "{name}");
    if scores.warning.is_some() {
        assert!(x.iter().all(|&x| x == 0.0), "{name}");
        return false;
    }
    assert!(scores.convergence.unwrap().converged, "{name}: {:?}", scores.convergence);
    let handed = |v: u32| graph.out().arcs(v).map(|(u, weight)| weight * x[u as usize]).sum::<f64>();
    let handed: Vec<f64> = (0..x.len() as u32).map(handed).collect();
    let lambda = handed.iter().map(|x| x * x).sum::<f64>().sqrt();
    let expected: Vec<f64> =
        handed.iter().zip(&labels).map(|(x, &label)| if label == 0 { x / lambda } else { 0.0 }).collect();
    assert!(distance(x, &expected) < 1e-9, "{name}: {:e}", distance(x, &expected));
    true
}

#[test]
fn eigenvector_is_in_proportion_to_what_it_hands_on() {
    let undirected = samples().filter(|sample| !sample.graph.is_directed());
    let compared = undirected.filter(|sample| has_eigenvector(&sample.name, &sample.graph)).count();
    assert!(compared > 10, "{compared}");
}

#[test]
fn eigenvector_does_not_swing_between_two_sides() {
    for seed in 0..30 {
        let side = [1, 2, 7, 30][seed as usize % 4];
        let mut rows = gnm(seed, side, 3 * side, seed % 3 == 0);
        rows.node_count += side;
        rows.targets.iter_mut().for_each(|target| *target += side as u32);
        assert!(has_eigenvector(&format!("seed {seed}"), &rows.undirected()), "seed {seed}");
    }
}

#[test]
fn birank_is_the_solution_of_its_equations() {
    for Sample { name, graph, arcs, .. } in samples() {
        let n = graph.node_count();
        for seeds in [vec![], vec![(0, 1.0), (n as u32 - 1, 2.0)]] {
            let params = BiRank { tolerance: 1e-15, seeds, ..BiRank::default() };
            let scores = birank(&graph, &params).unwrap();
            let actual: Vec<f64> = scores
                .columns
                .into_iter()
                .flat_map(|column| match column.values {
                    Values::Float(values) => values,
                    Values::Integer(_) => panic!("{name}"),
                })
                .collect();
            let expected = oracle::birank(n, &arcs, &params.seeds, 0.85);
            assert!(distance(&actual, &expected) < 1e-12, "{name}: {params:?}");
        }
    }
}

#[test]
fn pushed_scores_fall_short_by_no_more_than_the_residual() {
    for Sample { name, graph, .. } in samples() {
        let sets = [vec![(0, 1.0)], vec![(0, 1.0), (graph.node_count() as u32 - 1, 2.0)]];
        let exact = personalized(&graph, &sets);
        for epsilon in [1e-2, 1e-3, 1e-6] {
            let params = PersonalizedPageRank {
                seeds: sets.to_vec(),
                epsilon: Some(epsilon),
                ..PersonalizedPageRank::default()
            };
            let pushed = personalized_pagerank(&graph, &params).unwrap();
            let bound = pushed.convergence.unwrap().residual;
            let loads = graph.node_count() + graph.arc_count();
            assert!(bound <= epsilon * loads as f64 + 1e-15, "{name}, {epsilon}: {bound}");
            for (pushed, exact) in pushed.columns.iter().zip(&exact.columns) {
                let (Values::Float(pushed), Values::Float(exact)) = (&pushed.values, &exact.values) else {
                    panic!("{name}")
                };
                let missing: Vec<f64> =
                    exact.iter().zip(pushed).map(|(exact, pushed)| exact - pushed).collect();
                assert!(missing.iter().all(|&missing| missing > -1e-12), "{name}, {epsilon}: {missing:?}");
                assert!(missing.iter().sum::<f64>() <= bound + 1e-12, "{name}, {epsilon}: {missing:?}");
            }
        }
    }
}

#[test]
fn components_are_what_a_search_finds() {
    for Sample { name, graph, arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        assert_eq!(labels(&graph), oracle::components(&neighbors), "{name}");
    }
}

#[test]
fn cores_are_what_peeling_leaves() {
    for Sample { name, graph, arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        assert_eq!(cores(&graph), oracle::cores(&neighbors), "{name}");
    }
}

#[test]
fn triangles_are_pairs_of_neighbors_that_are_neighbors() {
    for Sample { name, graph, arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        let expected = oracle::triangles(&neighbors);
        assert_eq!(corners(&graph), expected, "{name}");
        let shares: Vec<f64> = expected
            .iter()
            .zip(&neighbors)
            .map(|(&triangles, neighbors)| match neighbors.len() as u64 {
                0 | 1 => 0.0,
                degree => triangles as f64 / (degree * (degree - 1) / 2) as f64,
            })
            .collect();
        assert_eq!(clustering(&graph, &Clustering {}).unwrap().values(), shares, "{name}");
    }
}

#[test]
fn strong_components_are_those_of_petgraph() {
    for Sample { name, graph, .. } in samples() {
        let labels = strong_components(&graph, &StrongComponents {}).unwrap();
        let mut parts = petgraph::algo::tarjan_scc(&graph);
        parts.iter_mut().for_each(|part| part.sort_unstable());
        parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0]));
        let mut expected = vec![0; graph.node_count()];
        for (label, part) in parts.iter().enumerate() {
            part.iter().for_each(|&u| expected[u as usize] = label as u64);
        }
        assert_eq!(labels.integers(), expected, "{name}");
    }
}

#[test]
fn petgraph_counts_the_same_components() {
    for Sample { name, graph, .. } in samples() {
        let count = labels(&graph).into_iter().max().map_or(0, |label| label as usize + 1);
        assert_eq!(count, petgraph::algo::connected_components(&graph), "{name}");
    }
}

#[test]
fn petgraph_runs_on_our_graph_as_on_its_own() {
    use petgraph::visit::EdgeRef;
    for Sample { name, graph, rows, arcs, .. } in samples() {
        let mut theirs = petgraph::graph::DiGraph::<(), f32, u32>::default();
        let nodes: Vec<_> = (0..rows.node_count).map(|_| theirs.add_node(())).collect();
        for (&(u, v), &weight) in &arcs {
            theirs.add_edge(nodes[u as usize], nodes[v as usize], weight as f32);
        }
        let ours = petgraph::algo::dijkstra(&graph, 0, None, |arc| *arc.weight());
        let expected = petgraph::algo::dijkstra(&theirs, nodes[0], None, |arc| *arc.weight());
        let expected = expected.into_iter().map(|(u, length)| (u.index() as u32, length));
        assert_eq!(ours.into_iter().collect::<BTreeMap<_, _>>(), expected.collect(), "{name}");

        let sorted = |parts: Vec<Vec<u32>>| {
            let mut parts: Vec<Vec<u32>> = parts;
            parts.iter_mut().for_each(|part| part.sort_unstable());
            parts.sort_unstable();
            parts
        };
        let expected = petgraph::algo::tarjan_scc(&theirs);
        let expected = expected.into_iter().map(|part| part.into_iter().map(|u| u.index() as u32).collect());
        assert_eq!(sorted(petgraph::algo::tarjan_scc(&graph)), sorted(expected.collect()), "{name}");
        let expected = petgraph::algo::kosaraju_scc(&theirs);
        let expected = expected.into_iter().map(|part| part.into_iter().map(|u| u.index() as u32).collect());
        assert_eq!(sorted(petgraph::algo::kosaraju_scc(&graph)), sorted(expected.collect()), "{name}");
    }
}
