//! Times the graph and every measure at two sizes: `cargo bench --no-default-features --bench measures [-- WORD]`.
//! Without `--bench`, as the tests run it, each is computed once.

#[allow(dead_code)]
#[path = "../tests/common/generators.rs"]
mod generators;

use std::fmt;

use divan::Bencher;
use laud::graph::Graph;
use laud::measure::Measure;

fn main() {
    divan::main();
}

/// Measures whose work grows with the pairs of nodes, not with the edges.
const OF_PAIRS: [&str; 4] = ["betweenness", "closeness", "edge_betweenness", "harmonic"];

/// A measure on a graph of 16 rows a node.
struct Case {
    word: &'static str,
    node_count: usize,
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {} nodes", self.word, self.node_count)
    }
}

fn cases() -> impl Iterator<Item = Case> {
    Measure::NAMES.iter().flat_map(|word| {
        let sizes = if OF_PAIRS.contains(word) { [1 << 8, 1 << 11] } else { [1 << 11, 1 << 15] };
        sizes.map(|node_count| Case { word, node_count })
    })
}

#[divan::bench(args = [1 << 11, 1 << 15])]
fn from_edges(bencher: Bencher, node_count: usize) {
    let rows = generators::rmat(0, node_count, 16 * node_count, true);
    bencher.bench(|| rows.undirected());
}

#[divan::bench(args = cases())]
fn measure(bencher: Bencher, case: &Case) {
    let graph = generators::rmat(0, case.node_count, 16 * case.node_count, true).directed();
    graph.incoming();
    let mut measure = Measure::named(case.word).expect("a word of the list");
    if let Measure::PersonalizedPagerank(params) = &mut measure {
        params.seeds = (0..8).map(|seed| vec![(seed, 1.0)]).collect();
    }
    // What a graph keeps for the next measure must not be there already.
    let fresh = || -> Graph { graph.clone() };
    bencher.with_inputs(fresh).bench_refs(|graph| measure.compute(graph).expect("usual parameters"));
}
