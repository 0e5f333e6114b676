//! How networks are knit: known values, closed forms, and the slow ones on the samples.

use std::collections::BTreeMap;

use laud::centrality::{CollectiveInfluence, VoteRank, collective_influence, voterank};
use laud::graph::{FromEdges, Graph, Rows as Table, Scores, SelfLoops, Values};
use laud::measure::Measure;
use laud::structure::{
    Assortativity, Bridges, Brokerage, By, Constraint, Core, Degrees, EffectiveSize, Truss, assortativity,
    bridges, brokerage, constraint, core, effective_size, truss,
};

use crate::agreement::{Sample, samples};
use crate::generators::{Rows, clique, cycle, florentine, karate, path, rmat, star};
use crate::{knit_oracle, oracle};

fn of(name: &str, graph: &Graph) -> Vec<f64> {
    Measure::named(name).unwrap().compute(graph).unwrap().values().to_vec()
}

fn counts(name: &str, graph: &Graph) -> Vec<u64> {
    Measure::named(name).unwrap().compute(graph).unwrap().integers().to_vec()
}

fn column(scores: &Scores, name: &str) -> f64 {
    match scores.column(name) {
        Some(Values::Float(values)) => values[0],
        Some(Values::Integer(values)) if values[0] != Values::NONE => values[0] as f64,
        Some(Values::Integer(_)) => f64::NAN,
        None => panic!("no column {name}"),
    }
}

/// A table of edges as a map.
fn by_edge(scores: &Scores) -> BTreeMap<(u32, u32), u64> {
    let Table::Edges { sources, targets } = &scores.rows else { panic!("{:?}", scores.rows) };
    let pairs: Vec<(u32, u32)> = sources.iter().copied().zip(targets.iter().copied()).collect();
    assert!(pairs.is_sorted(), "{pairs:?}");
    pairs.into_iter().zip(scores.integers().iter().copied()).collect()
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

#[test]
fn trusses_of_the_karate_club_have_their_known_sizes() {
    let graph = karate().undirected();
    let (nodes, edges) = (counts("truss", &graph), by_edge(&truss(&graph, &Truss { by: By::Edge }).unwrap()));
    for (k, expected) in [(2, (34, 78)), (3, (32, 67)), (4, (12, 25)), (5, (6, 14)), (6, (0, 0))] {
        let sizes = [
            nodes.iter().filter(|&&truss| truss >= k).count(),
            edges.values().filter(|&&truss| truss >= k).count(),
        ];
        assert_eq!((sizes[0], sizes[1]), expected, "k = {k}");
    }
    let innermost: Vec<usize> = (0..34).filter(|&u| nodes[u] == 5).collect();
    assert_eq!(innermost, [0, 1, 2, 3, 7, 13]);
    assert_eq!(counts("truss", &clique(8).directed()), [8; 8]);
    assert_eq!(counts("truss", &star(4).directed()), [2; 4]);
    assert_eq!(counts("truss", &Rows::new(2, []).directed()), [0; 2]);
}

#[test]
fn trusses_are_what_peeling_leaves() {
    let larger = (0..4).map(|seed| (format!("rmat {seed}"), rmat(seed, 60, 500, false).directed()));
    for (name, graph) in samples().map(|sample| (sample.name, sample.graph)).chain(larger) {
        let view = graph.undirected().out();
        let neighbors: Vec<_> =
            (0..graph.node_count() as u32).map(|u| view.neighbors(u).iter().copied().collect()).collect();
        let expected = knit_oracle::truss(&neighbors);
        let edges = by_edge(&truss(&graph, &Truss { by: By::Edge }).unwrap());
        assert_eq!(edges, expected, "{name}");
        let mut nodes = vec![0; graph.node_count()];
        for (&(u, v), &truss) in &expected {
            for end in [u, v] {
                nodes[end as usize] = truss.max(nodes[end as usize]);
            }
        }
        assert_eq!(counts("truss", &graph), nodes, "{name}");
    }
}

#[test]
fn what_holds_a_network_together_is_what_it_falls_apart_without() {
    for Sample { name, graph, arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        assert_eq!(counts("articulation", &graph), knit_oracle::articulation(&neighbors), "{name}");
        let expected = knit_oracle::bridges(&neighbors);
        let edges = by_edge(&bridges(&graph, &Bridges { by: By::Edge }).unwrap());
        assert_eq!(edges, expected, "{name}");
        let of = |u: u32| expected.keys().filter(|&&(v, w)| u == v || u == w).count() as u64;
        let ends: Vec<u64> = (0..graph.node_count() as u32).map(of).collect();
        assert_eq!(counts("bridges", &graph), ends, "{name}");
    }
}

#[test]
fn articulation_points_and_bridges_have_their_known_values() {
    let club = karate().undirected();
    let points = counts("articulation", &club);
    assert_eq!((0..34).filter(|&u| points[u] > 0).collect::<Vec<_>>(), [0]);
    assert_eq!(by_edge(&bridges(&club, &Bridges { by: By::Edge }).unwrap()), BTreeMap::from([((0, 11), 1)]));
    let points = counts("articulation", &florentine());
    assert_eq!((0..15).filter(|&u| points[u] > 0).collect::<Vec<_>>(), [1, 6, 8, 12]);
    assert_eq!(counts("articulation", &star(5).directed()), [3, 0, 0, 0, 0]);
    assert_eq!(counts("bridges", &star(5).directed()), [4, 1, 1, 1, 1]);
    // Long enough that a search by recursion would run out of stack.
    let long = path(300_000).directed();
    assert_eq!(counts("articulation", &long).iter().sum::<u64>(), 299_998);
    assert_eq!(counts("bridges", &long)[..3], [1, 2, 2]);
}

#[test]
fn the_numbers_of_known_graphs() {
    let club = karate().undirected();
    let known = [
        ("transitivity", 0.255681818182),
        ("density", 0.139037433155),
        ("assortativity", -0.475613097685),
        ("reciprocity", 1.0),
    ];
    for (name, expected) in known {
        assert!((of(name, &club)[0] - expected).abs() < 1e-12, "{name}: {}", of(name, &club)[0]);
    }
    let families = florentine();
    assert!((of("transitivity", &families)[0] - 0.191489361702).abs() < 1e-12);
    assert_eq!(counts("triangles", &families).iter().sum::<u64>(), 9);
    assert!((of("transitivity", &windmill().undirected())[0] - 1.0 / 3.0).abs() < 1e-15);
    assert_eq!(of("density", &clique(6).undirected()), [1.0]);
    assert!(of("assortativity", &cycle(6).undirected())[0].is_nan());
    let answered = Rows::new(4, [(0, 1), (1, 0), (1, 2), (3, 2)]).directed_with_loops();
    let scores = Measure::named("reciprocity").unwrap().compute(&answered).unwrap();
    assert_eq!([column(&scores, "reciprocity"), column(&scores, "reciprocity_rho")], [0.5, 0.25]);
}

#[test]
fn the_numbers_are_their_definitions() {
    for Sample { name, graph, arcs, .. } in samples() {
        let n = graph.node_count();
        let proper: Vec<(u32, u32)> = arcs.keys().copied().filter(|(u, v)| u != v).collect();
        let answered = proper.iter().filter(|&&(u, v)| arcs.contains_key(&(v, u))).count() as f64;
        let (m, possible) = (proper.len() as f64, (n * (n - 1)) as f64);
        assert_close(&of("density", &graph), &[if n < 2 { 0.0 } else { m / possible }], &name);
        let scores = Measure::named("reciprocity").unwrap().compute(&graph).unwrap();
        assert_close(&[column(&scores, "reciprocity")], &[answered / m], &name);
        let (r, a) = (answered / m, m / possible);
        let rho = if a == 1.0 && graph.is_directed() { f64::NAN } else { (r - a) / (1.0 - a) };
        let rho = if r == 1.0 && !graph.is_directed() { 1.0 } else { rho };
        assert_close(&[column(&scores, "reciprocity_rho")], &[rho], &name);

        let neighbors = oracle::neighbors(n, &arcs);
        let closed = oracle::triangles(&neighbors).iter().sum::<u64>() as f64;
        let triples = neighbors.iter().map(|row| row.len() * row.len().saturating_sub(1) / 2).sum::<usize>();
        assert_close(&of("transitivity", &graph), &[closed / (triples as f64).max(1.0)], &name);

        let degree = |u: u32| neighbors[u as usize].len() as f64;
        let edges = |u: u32| neighbors[u as usize].iter().map(move |&v| (degree(u), degree(v)));
        let pairs: Vec<(f64, f64)> = (0..n as u32).flat_map(edges).collect();
        assert_close(&of("assortativity", &graph), &[knit_oracle::correlation(&pairs)], &name);
        let out = |u: u32| arcs.keys().filter(|arc| arc.0 == u).count() as f64;
        let incoming = |u: u32| arcs.keys().filter(|arc| arc.1 == u).count() as f64;
        let ends = [
            (Degrees::OutIn, &out as &dyn Fn(u32) -> f64, &incoming as &dyn Fn(u32) -> f64),
            (Degrees::OutOut, &out, &out),
            (Degrees::InIn, &incoming, &incoming),
            (Degrees::InOut, &incoming, &out),
        ];
        for (degrees, source, target) in ends {
            let pairs: Vec<(f64, f64)> = arcs.keys().map(|&(u, v)| (source(u), target(v))).collect();
            let r = assortativity(&graph, &Assortativity { degrees, groups: vec![] }).unwrap();
            assert_close(r.values(), &[knit_oracle::correlation(&pairs)], &format!("{name} {degrees:?}"));
        }
        let groups: Vec<u32> = (0..n as u32).map(|u| u * 7 % 3 * 100).collect();
        let share = |of: &dyn Fn(u32, u32) -> bool| {
            arcs.keys().filter(|&&(u, v)| of(groups[u as usize], groups[v as usize])).count() as f64
                / arcs.len() as f64
        };
        let chance: f64 = [0, 100, 200].map(|g| share(&|u, _| u == g) * share(&|_, v| v == g)).iter().sum();
        let expected = (share(&|u, v| u == v) - chance) / (1.0 - chance);
        let expected = if (1.0 - chance).abs() < 1e-12 { f64::NAN } else { expected };
        let r = assortativity(&graph, &Assortativity { groups, ..Default::default() }).unwrap();
        assert_close(r.values(), &[expected], &name);
    }
    let short = Assortativity { groups: vec![1], ..Default::default() };
    let error = assortativity(&path(3).directed(), &short).unwrap_err().to_string();
    assert_eq!(error, "groups must be empty or a label for each of 3 nodes, got 1 labels");
}

#[test]
fn the_distribution_of_degrees_is_described() {
    let describe = |graph: &Graph| Measure::named("degree_distribution").unwrap().compute(graph).unwrap();
    let scores = describe(&star(5).directed());
    for (name, expected) in [
        ("degree_nodes", 5.0),
        ("degree_mean", 1.6),
        ("degree_median", 1.0),
        ("degree_maximum", 4.0),
        ("degree_gini", 0.3),
        ("power_law_nodes", f64::NAN),
        ("power_law_exponent", f64::NAN),
    ] {
        assert_close(&[column(&scores, name)], &[expected], name);
    }
    // Loops count twice.
    let params = FromEdges { directed: false, self_loops: SelfLoops::Keep };
    let loops = describe(&Rows::new(2, [(0, 0), (0, 1)]).graph(&params));
    assert_eq!(column(&loops, "degree_maximum"), 3.0);
    // Stars whose sizes follow d^-2.5: the tail is long enough to be recognised.
    let mut arcs = Vec::new();
    let mut next = 0;
    for d in 10..400_u32 {
        for _ in 0..(3e6 * f64::from(d).powf(-2.5)) as u32 {
            arcs.extend((1..=d).map(|leaf| (next, next + leaf)));
            next += d + 1;
        }
    }
    let scores = describe(&Rows::new(next as usize, arcs).undirected());
    let exponent = column(&scores, "power_law_exponent");
    assert!((exponent - 2.5).abs() < 0.1, "{exponent}");
    assert!(column(&scores, "power_law_minimum") >= 9.0, "{}", column(&scores, "power_law_minimum"));
}

#[test]
fn cores_by_strength_are_what_is_left_of_the_weakest() {
    let by_strength = |graph: &Graph| core(graph, &Core { weighted: true }).unwrap().values().to_vec();
    for Sample { name, graph, arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        let view = graph.undirected().out();
        let expected = knit_oracle::cores_by_strength(&neighbors, |u, v| view.weight(u, v).unwrap());
        assert_close(&by_strength(&graph), &expected, &name);
    }
    let club = karate().undirected();
    let unweighted: Vec<f64> = crate::cores(&club).into_iter().map(|core| core as f64).collect();
    assert_eq!(by_strength(&club), unweighted);
}

#[test]
fn voterank_elects_those_with_most_votes() {
    let elected = |graph: &Graph, k| {
        let scores = voterank(graph, &VoteRank { k }).unwrap();
        let mut places: Vec<(u64, u32)> = scores.integers().iter().copied().zip(0..).collect();
        places.retain(|&(place, _)| place != Values::NONE);
        places.sort_unstable();
        assert!(places.iter().map(|&(place, _)| place).eq(1..=places.len() as u64), "{places:?}");
        places.into_iter().map(|(_, u)| u).collect::<Vec<_>>()
    };
    let club = karate().undirected();
    assert_eq!(elected(&club, None)[..10], [33, 0, 32, 2, 1, 5, 31, 23, 6, 3]);
    assert_eq!(elected(&club, None).len(), 14);
    assert_eq!(elected(&club, Some(3)), [33, 0, 32]);
    assert!(voterank(&club, &VoteRank { k: Some(0) }).is_err());
    for Sample { name, graph, arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        assert_eq!(elected(&graph, None), knit_oracle::voterank(&neighbors), "{name}");
    }
}

#[test]
fn collective_influence_is_its_definition() {
    let at = |graph: &Graph, radius| {
        collective_influence(graph, &CollectiveInfluence { radius }).unwrap().integers().to_vec()
    };
    let club = karate().undirected();
    let (one, two) = (at(&club, 1), at(&club, 2));
    assert_eq!([one[0], one[33], one[32]], [795, 768, 539]);
    assert_eq!([two[33], two[0], two[32]], [656, 615, 528]);
    for Sample { name, graph, arcs, .. } in samples() {
        let neighbors = oracle::neighbors(graph.node_count(), &arcs);
        for radius in 1..4 {
            let expected = knit_oracle::collective_influence(&neighbors, radius);
            assert_eq!(at(&graph, radius), expected, "{name}, radius {radius}");
        }
    }
    let larger = rmat(5, 300, 1500, false).undirected();
    let neighbors: Vec<_> = (0..300).map(|u| larger.out().neighbors(u).iter().copied().collect()).collect();
    for radius in [1, 2, 3] {
        let expected = knit_oracle::collective_influence(&neighbors, radius);
        assert_eq!(at(&larger, radius), expected, "radius {radius}");
    }
    assert_eq!(at(&larger, u32::MAX), [0; 300]);
}

fn roles(scores: &Scores) -> Vec<[u64; 5]> {
    let columns: Vec<&[u64]> = scores.columns[..5]
        .iter()
        .map(|column| match &column.values {
            Values::Integer(values) => values.as_slice(),
            Values::Float(_) => panic!("{}", column.name),
        })
        .collect();
    (0..columns[0].len()).map(|u| [0, 1, 2, 3, 4].map(|role| columns[role][u])).collect()
}

#[test]
fn brokers_have_the_roles_of_gould_and_fernandez() {
    let arcs = [(1, 2), (2, 3), (2, 4), (5, 2), (4, 2), (1, 3)];
    let graph = Rows::new(6, arcs).directed();
    let params = Brokerage { groups: vec![0, 0, 0, 0, 1, 2], ..Brokerage::default() };
    assert_eq!(roles(&brokerage(&graph, &params).unwrap())[2], [0, 0, 2, 1, 1]);
    for Sample { name, graph, arcs, .. } in samples() {
        let n = graph.node_count() as u32;
        for kinds in [1, 2, 5] {
            let groups: Vec<u32> = (0..n).map(|u| u * u % kinds * 10).collect();
            let expected = knit_oracle::brokerage(graph.node_count(), &arcs, &groups);
            let actual = brokerage(&graph, &Brokerage { groups, ..Brokerage::default() }).unwrap();
            assert_eq!(roles(&actual), expected, "{name}, {kinds} kinds");
        }
    }
}

#[test]
fn brokerage_is_compared_with_shuffled_labels() {
    // Two cliques of one group each, joined by node 0: nobody else speaks for its group.
    let pair = |first: u32| (first..first + 6).flat_map(move |u| (u + 1..first + 6).map(move |v| (u, v)));
    let graph = Rows::new(13, pair(1).chain(pair(7)).chain([(0, 1), (0, 7)])).undirected();
    let groups: Vec<u32> = (0..13).map(|u| u32::from(u > 6)).collect();
    let params = Brokerage { groups, permutations: 200, seed: 3 };
    let scores = brokerage(&graph, &params).unwrap();
    let z = |role: &str, u: usize| match scores.column(&format!("brokerage_{role}_z")) {
        Some(Values::Float(values)) => values[u],
        other => panic!("{other:?}"),
    };
    assert!(z("coordinator", 1) > 1.0, "{}", z("coordinator", 1));
    assert!(z("liaison", 1).is_nan(), "two groups have no liaison: {}", z("liaison", 1));
    let at = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        format!("{:?}", pool.install(|| brokerage(&graph, &params).unwrap()))
    };
    assert_eq!(at(1), at(3));
    let once = Brokerage { permutations: 1, ..Brokerage::default() };
    assert_eq!(
        brokerage(&graph, &once).unwrap_err().to_string(),
        "permutations must be 0 or at least 2, got 1"
    );
}

/// The columns of a measure by node, as numbers.
fn columns(word: &str, graph: &Graph) -> Vec<Vec<f64>> {
    let value = |&value: &u64| if value == Values::NONE { f64::NAN } else { value as f64 };
    let scores = Measure::named(word).unwrap().compute(graph).unwrap();
    let read = |values: Values| match values {
        Values::Float(values) => values,
        Values::Integer(values) => values.iter().map(value).collect(),
    };
    scores.columns.into_iter().map(|column| read(column.values)).collect()
}

/// What the neighborhood of a node or its component decides.
const LOCAL: [&str; 8] = [
    "constraint",
    "effective_size",
    "truss",
    "articulation",
    "bridges",
    "collective_influence",
    "brokerage",
    "triangles",
];

#[test]
fn names_and_strangers_do_not_matter() {
    for Sample { name, graph, rows, .. } in samples() {
        let params = FromEdges { directed: graph.is_directed(), self_loops: SelfLoops::Keep };
        let n = rows.node_count as u32;
        // Everybody under the opposite name, and twice: the second time beside the first, with two isolates.
        let mirrored = |shift: u32| {
            rows.sources.iter().zip(&rows.targets).map(move |(&u, &v)| (n - 1 - u + shift, n - 1 - v + shift))
        };
        let mut double = Rows::new(2 * rows.node_count + 2, mirrored(0).chain(mirrored(n + 1)));
        double.weights = rows.weights.as_ref().map(|weights| weights.repeat(2));
        let (graph, double) = (rows.graph(&params), double.graph(&params));
        for word in LOCAL {
            for (expected, actual) in columns(word, &graph).into_iter().zip(columns(word, &double)) {
                let mut first: Vec<f64> = actual[..n as usize].to_vec();
                let mut second: Vec<f64> = actual[n as usize + 1..2 * n as usize + 1].to_vec();
                first.reverse();
                second.reverse();
                assert_close(&first, &expected, &format!("{word}, {name}"));
                assert_close(&second, &expected, &format!("{word}, {name}, second"));
            }
        }
    }
}

#[test]
fn neither_twice_the_weights_nor_the_opposite_direction_matter() {
    for Sample { name, rows, .. } in samples() {
        let mut heavy = Rows { sources: rows.targets.clone(), targets: rows.sources.clone(), ..rows.clone() };
        heavy.weights.iter_mut().flatten().for_each(|weight| *weight *= 4.0);
        let (graph, heavy) = (rows.directed(), heavy.directed());
        for word in ["constraint", "effective_size", "truss", "articulation", "bridges", "voterank"] {
            let bits = |graph: &Graph| -> Vec<u64> {
                columns(word, graph).iter().flatten().map(|value| value.to_bits()).collect()
            };
            assert_eq!(bits(&heavy), bits(&graph), "{word}, {name}");
        }
    }
}
