//! Times the graph core: `cargo bench --no-default-features --bench core -- [NODES ARCS]`.

#[allow(dead_code)]
#[path = "../tests/common/generators.rs"]
mod generators;

use std::time::Instant;

use laud::centrality::{PageRank, PersonalizedPageRank, pagerank, personalized_pagerank};
use laud::structure::{Components, Core, components, core};

/// The best of `times` runs, in milliseconds, and what the last returned.
fn best<T>(what: &str, times: usize, mut run: impl FnMut() -> T) -> (f64, T) {
    let mut timed = || {
        let start = Instant::now();
        let result = run();
        (start.elapsed().as_secs_f64() * 1e3, result)
    };
    let (mut least, mut result) = timed();
    for _ in 1..times {
        let (time, again) = timed();
        (least, result) = (least.min(time), again);
    }
    println!("{what:<34} {least:9.1} ms");
    (least, result)
}

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let [node_count, arcs] = sizes.try_into().unwrap_or([1_000_000, 9_000_000]);
    let rows = generators::rmat(0, node_count, arcs, true);
    println!("rmat, {node_count} nodes, {arcs} rows, {} threads", rayon::current_num_threads());

    let (_, graph) = best("from_edges, weighted", 3, || rows.directed());
    println!("{:<34} {:9}", "arcs", graph.arc_count());
    let (_, _) = best("incoming, clone of the out-arcs too", 3, || {
        let fresh = laud::graph::Graph::from_adjacency(graph.out().clone());
        fresh.incoming();
        fresh
    });
    graph.incoming();
    for (what, weighted) in [("pagerank, weighted", true), ("pagerank, unweighted", false)] {
        let params = PageRank { weighted, ..PageRank::default() };
        let (time, scores) = best(what, 5, || pagerank(&graph, &params).unwrap());
        let end = scores.convergence.unwrap();
        println!("{:<34} {:9} sweeps, residual {:.2e}", "", end.iterations, end.residual);
        println!("{:<34} {:9.2} ms a sweep", "", time / f64::from(end.iterations));
        let exact = pagerank(&graph, &PageRank { tolerance: 1e-15, max_iterations: 1000, ..params }).unwrap();
        let error: f64 = scores.values().iter().zip(exact.values()).map(|(x, y)| (x - y).abs()).sum();
        println!("{:<34} {error:9.2e} L1 error", "");
    }
    let seeds = (0..8).map(|set| (0..10).map(|i| (set * 10 + i, 1.0)).collect()).collect();
    let params = PersonalizedPageRank { seeds, ..PersonalizedPageRank::default() };
    let (time, scores) =
        best("personalized_pagerank, eight sets", 3, || personalized_pagerank(&graph, &params).unwrap());
    println!("{:<34} {:9.2} ms a sweep", "", time / f64::from(scores.convergence.unwrap().iterations));
    best("components", 3, || components(&graph, &Components {}).unwrap());
    best("core", 3, || core(&graph, &Core::default()).unwrap());
    let undirected = rows.undirected();
    best("components, undirected", 3, || components(&undirected, &Components {}).unwrap());
    best("core, undirected", 3, || core(&undirected, &Core::default()).unwrap());
}
