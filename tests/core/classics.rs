//! Small networks of the literature, with the values that several libraries agree on.

use laud::graph::{Graph, Values};
use laud::measure::Measure;

use crate::corners;
use crate::generators::{florentine, southern_women};

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
