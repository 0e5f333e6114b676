//! How networks are knit: known values, closed forms, and the slow ones on the samples.

use laud::graph::Graph;
use laud::measure::Measure;
use laud::structure::{Constraint, EffectiveSize, constraint, effective_size};

use crate::agreement::{Sample, samples};
use crate::generators::{Rows, clique, cycle, karate, star};
use crate::{knit_oracle, oracle};

fn of(name: &str, graph: &Graph) -> Vec<f64> {
    Measure::named(name).unwrap().compute(graph).unwrap().values().to_vec()
}

/// Four triangles that share node 0.
fn windmill() -> Rows {
    Rows::new(9, (0..4).flat_map(|i| [(0, 2 * i + 1), (0, 2 * i + 2), (2 * i + 1, 2 * i + 2)]))
}

/// That the values are those expected to 1e-12, not defined where they are not.
#[track_caller]
fn assert_close(actual: &[f64], expected: &[f64], name: &str) {
    assert_eq!(actual.len(), expected.len(), "{name}");
    for (u, (&a, &e)) in actual.iter().zip(expected).enumerate() {
        let close = (a - e).abs() <= 1e-12 * e.abs().max(1.0) || (a.is_nan() && e.is_nan());
        assert!(close, "{name}: {a} instead of {e} at {u}");
    }
}

/// The weights of the Florentine families' graph are all 1: marriages between 0 Acciaiuoli, 1 Albizzi, 2 Barbadori,
/// 3 Bischeri, 4 Castellani, 5 Ginori, 6 Guadagni, 7 Lamberteschi, 8 Medici, 9 Pazzi, 10 Peruzzi, 11 Ridolfi,
/// 12 Salviati, 13 Strozzi, 14 Tornabuoni. Padgett, Ansell, "Robust action and the rise of the Medici", 1993.
fn florentine() -> Graph {
    let marriages = [
        (0, 8),
        (1, 5),
        (1, 6),
        (1, 8),
        (2, 4),
        (2, 8),
        (3, 6),
        (3, 10),
        (3, 13),
        (4, 10),
        (4, 13),
        (6, 7),
        (6, 14),
        (8, 11),
        (8, 12),
        (8, 14),
        (9, 12),
        (10, 13),
        (11, 13),
        (11, 14),
    ];
    Rows::new(15, marriages).undirected()
}

#[test]
fn constraint_and_effective_size_have_their_known_values() {
    let graph = karate().undirected();
    let constraints = of("constraint", &graph);
    let known = [(0, 0.155423297647), (33, 0.156418685121), (2, 0.185176639660), (16, 0.78125), (11, 1.0)];
    for (node, expected) in known {
        assert!((constraints[node] - expected).abs() < 1e-12, "node {node}: {}", constraints[node]);
    }
    let sizes = of("effective_size", &graph);
    assert_close(&[sizes[0], sizes[33], sizes[2]], &[13.75, 17.0 - 30.0 / 17.0, 7.8], "karate");
    let constraints = of("constraint", &florentine());
    assert!((constraints[8] - 17.0 / 81.0).abs() < 1e-15, "Medici {}", constraints[8]);
    assert_eq!((0..15).min_by(|&a, &b| constraints[a].total_cmp(&constraints[b])), Some(8));
}

#[test]
fn constraint_and_effective_size_have_closed_forms() {
    for n in [3, 5, 40] {
        let others = f64::from(n) - 1.0;
        let mut expected = vec![1.0; n as usize];
        expected[0] = 1.0 / others;
        assert_close(&of("constraint", &star(n).undirected()), &expected, "star");
        expected[0] = others;
        assert_close(&of("effective_size", &star(n).directed()), &expected, "star");
    }
    for n in [5, 8] {
        assert_close(&of("constraint", &cycle(n).directed()), &vec![0.5; n as usize], "cycle");
        let others = f64::from(n) - 1.0;
        let bound = 1.0 / others + (others - 1.0) / (others * others);
        assert_close(
            &of("constraint", &clique(n).directed()),
            &vec![others * bound * bound; n as usize],
            "clique",
        );
        assert_close(&of("effective_size", &clique(n).undirected()), &vec![1.0; n as usize], "clique");
    }
    let windmill = windmill().undirected();
    assert_close(
        &[of("constraint", &windmill)[0], of("effective_size", &windmill)[0]],
        &[0.28125, 7.0],
        "windmill",
    );
}

#[test]
fn constraint_and_effective_size_are_their_definitions() {
    for Sample { name, graph, mut arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        assert_close(&of("constraint", &graph), &knit_oracle::constraint(&neighbors, &arcs), &name);
        let sizes = effective_size(&graph, &EffectiveSize { weighted: true }).unwrap();
        assert_close(sizes.values(), &knit_oracle::effective_size(&neighbors, &arcs), &name);
        arcs.values_mut().for_each(|weight| *weight = 1.0);
        let alike = constraint(&graph, &Constraint { weighted: false }).unwrap();
        assert_close(alike.values(), &knit_oracle::constraint(&neighbors, &arcs), &name);
        for u in 0..graph.node_count() as u32 {
            for v in 0..u {
                if arcs.contains_key(&(u, v)) || arcs.contains_key(&(v, u)) {
                    arcs.insert((u, v), 1.0);
                    arcs.insert((v, u), 1.0);
                }
            }
        }
        assert_close(&of("effective_size", &graph), &knit_oracle::effective_size(&neighbors, &arcs), &name);
    }
}
