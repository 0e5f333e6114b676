//! The graph core against closed forms, known graphs, slow oracles, laws and petgraph.

#[path = "../common/distances.rs"]
mod distances;
#[path = "../common/generators.rs"]
mod generators;
#[path = "../common/knit_oracle.rs"]
mod knit_oracle;
#[path = "../common/oracle.rs"]
mod oracle;
#[path = "../common/shortest.rs"]
mod shortest;

mod agreement;
mod betweenness;
mod classics;
mod closed_forms;
mod communities;
mod influence;
mod karate;
mod knit;
mod laws;
mod methods;
mod paths;
mod published;
mod quality;

use laud::centrality::{PageRank, PersonalizedPageRank, pagerank, personalized_pagerank};
use laud::graph::{Graph, Scores};
use laud::structure::{Components, Core, Triangles, components, core, triangles};

/// Precise enough to compare with a dense solution.
fn precise() -> PageRank {
    PageRank { tolerance: 1e-14, max_iterations: 2000, strict: true, ..PageRank::default() }
}

fn ranks(graph: &Graph) -> Vec<f64> {
    pagerank(graph, &precise()).unwrap().values().to_vec()
}

fn personalized(graph: &Graph, seeds: &[Vec<(u32, f64)>]) -> Scores {
    let PageRank { tolerance, max_iterations, strict, .. } = precise();
    let seeds = seeds.to_vec();
    let params = PersonalizedPageRank { seeds, tolerance, max_iterations, strict, ..Default::default() };
    personalized_pagerank(graph, &params).unwrap()
}

fn labels(graph: &Graph) -> Vec<u64> {
    components(graph, &Components {}).unwrap().integers().to_vec()
}

fn cores(graph: &Graph) -> Vec<u64> {
    core(graph, &Core::default()).unwrap().integers().to_vec()
}

fn corners(graph: &Graph) -> Vec<u64> {
    triangles(graph, &Triangles {}).unwrap().integers().to_vec()
}

/// The largest difference between two vectors of one length.
fn distance(actual: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(actual.len(), expected.len());
    actual.iter().zip(expected).map(|(a, e)| (a - e).abs()).fold(0.0, f64::max)
}
