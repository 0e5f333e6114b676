//! Small networks of the literature, with the values that several libraries agree on.

use laud::graph::{Graph, Values};
use laud::measure::Measure;
use laud::structure::{Projection, projection};

use crate::corners;
use crate::generators::{florentine, gnm, southern_women};

/// The first column of a measure with usual parameters, but those that `set` changes.
fn of(word: &str, graph: &Graph, set: impl FnOnce(&mut Measure)) -> Vec<f64> {
    let mut measure = Measure::named(word).unwrap();
    set(&mut measure);
    match &measure.compute(graph).unwrap().columns[0].values {
        Values::Float(values) => values.clone(),
        Values::Integer(values) => values.iter().map(|&value| value as f64).collect(),
    }
}

fn usual(_: &mut Measure) {}

fn precise(measure: &mut Measure) {
    match measure {
        Measure::Eigenvector(params) => params.tolerance = 1e-14,
        Measure::Pagerank(params) => params.tolerance = 1e-14,
        _ => {}
    }
}

fn raw(measure: &mut Measure) {
    if let Measure::Betweenness(params) = measure {
        params.normalized = false;
    }
}

fn assert_near(actual: f64, expected: f64, what: &str) {
    assert!((actual - expected).abs() < 1e-9, "{what}: {actual}, not {expected}");
}

#[test]
fn the_medici_stand_between_the_florentine_families() {
    const ALBIZZI: usize = 1;
    const GUADAGNI: usize = 6;
    const MEDICI: usize = 8;
    const STROZZI: usize = 13;
    let graph = florentine();
    let betweenness = of("betweenness", &graph, usual);
    assert_near(betweenness[MEDICI], 0.521978021978, "betweenness");
    assert_near(betweenness[GUADAGNI], 0.254578754579, "betweenness");
    assert_near(betweenness[ALBIZZI], 0.212454212454, "betweenness");
    assert_near(of("closeness", &graph, usual)[MEDICI], 0.56, "closeness");
    assert_near(of("harmonic", &graph, usual)[MEDICI], 9.5, "harmonic");
    let eigenvector = of("eigenvector", &graph, precise);
    assert_near(eigenvector[MEDICI], 0.430308094041, "eigenvector");
    assert_near(eigenvector[STROZZI], 0.355980448411, "eigenvector");
    assert_near(of("pagerank", &graph, precise)[MEDICI], 0.145817204998, "pagerank");
    assert_eq!(corners(&graph).iter().sum::<u64>(), 3 * 3);
    assert_near(of("transitivity", &graph, usual)[0], 0.191489361702, "transitivity");
    let constraint = of("constraint", &graph, usual);
    let least = (0..15).min_by(|&a, &b| constraint[a].total_cmp(&constraint[b]));
    assert_eq!(least, Some(MEDICI));
    assert_near(constraint[MEDICI], 17.0 / 81.0, "constraint");
}

#[test]
fn the_events_of_southern_women_have_their_known_betweenness() {
    const NORA: usize = 13;
    let graph = southern_women().undirected();
    assert_eq!(graph.edge_count(), 89);
    let degrees: Vec<f64> = of("degree", &graph, usual);
    assert_eq!(degrees[18..], [3.0, 3.0, 6.0, 4.0, 8.0, 8.0, 10.0, 14.0, 12.0, 5.0, 4.0, 6.0, 3.0, 3.0]);
    let mut women = degrees[..18].to_vec();
    women.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(
        women,
        [8.0, 8.0, 8.0, 7.0, 7.0, 7.0, 6.0, 5.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 3.0, 2.0, 2.0, 2.0]
    );
    let betweenness = of("betweenness", &graph, raw);
    assert_near(betweenness[17 + 8], 110.206396982, "the eighth event");
    assert_near(betweenness[17 + 9], 101.932143481, "the ninth event");
    assert_near(betweenness[NORA], 50.490306109, "Nora");
}

#[test]
fn southern_women_are_tied_by_the_events_they_share() {
    let (evelyn, theresa) = (0, 2);
    let graph = southern_women().undirected();
    let of = |nodes: std::ops::Range<u32>| {
        projection(&graph, &nodes.collect::<Vec<u32>>(), &Projection::default()).unwrap()
    };
    let (women, events) = (of(0..18), of(18..32));
    assert_eq!((women.edge_count(), women.total_weight()), (139, 322.0));
    assert_eq!((events.edge_count(), events.total_weight()), (66, 214.0));
    let most = (0..18).flat_map(|u| women.out().arcs(u).map(move |(v, weight)| (weight, u, v)));
    let most = most.fold((0.0, 0, 0), |most, tie| if tie.0 > most.0 { tie } else { most });
    assert_eq!((most, women.out().weight(theresa, evelyn)), ((7.0, evelyn, theresa), Some(7.0)));
}

#[test]
fn a_projection_counts_the_neighbors_that_two_nodes_share() {
    for seed in 0..40 {
        let graph = gnm(seed, 24, 70, false).undirected();
        let n = graph.node_count() as u32;
        let nodes: Vec<u32> = (0..n).filter(|u| u % 3 != seed as u32 % 3).collect();
        let params = Projection { min_shared: 1 + seed as u32 % 3, max_degree: (seed % 2 == 0).then_some(4) };
        let found = projection(&graph, &nodes, &params).unwrap();
        let is_tied = |u: u32, v: u32| graph.out().weight(u, v).is_some();
        let counts = |v: &u32| {
            let ties = nodes.iter().filter(|&&u| is_tied(u, *v)).count();
            !nodes.contains(v) && params.max_degree.is_none_or(|most| ties <= most as usize)
        };
        for (a, &u) in (0..).zip(&nodes) {
            for (b, &w) in (0..).zip(&nodes) {
                let shared = (0..n).filter(counts).filter(|&v| is_tied(u, v) && is_tied(w, v)).count() as u32;
                let expected = (u != w && shared >= params.min_shared).then_some(f64::from(shared));
                assert_eq!(found.out().weight(a, b), expected, "{seed}: {u} and {w}");
            }
        }
    }
    let graph = southern_women().undirected();
    let refusal = |nodes: &[u32], min_shared| {
        projection(&graph, nodes, &Projection { min_shared, max_degree: None }).unwrap_err().to_string()
    };
    assert_eq!(refusal(&[0], 0), "min_shared must be at least 1, got 0");
    assert!(refusal(&[1, 0], 1).starts_with("nodes must be ascending"));
    assert!(refusal(&[32], 1).starts_with("nodes must be ascending"));
}
