//! Published graphs have their published values, where `LAUD_DATA` has them.

use std::path::PathBuf;

use laud::centrality::{Betweenness, betweenness};
use laud::structure::{Clustering, Diameter, clustering, diameter};

use crate::corners;
use crate::generators::Rows;

#[test]
fn ego_facebook_has_its_published_values() {
    let folder = std::env::var_os("LAUD_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let file = folder.join("ego-facebook/facebook_combined.txt");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: {} is missing", file.display());
        return;
    };
    let edge = |line: &str| {
        let (u, v) = line.split_once(' ').unwrap();
        (u.parse::<u32>().unwrap(), v.parse::<u32>().unwrap())
    };
    let graph = Rows::new(4039, text.lines().map(edge)).undirected();
    assert_eq!(graph.edge_count(), 88_234);
    assert_eq!(corners(&graph).iter().sum::<u64>(), 3 * 1_612_010);
    let shares = clustering(&graph, &Clustering {}).unwrap();
    let average = shares.values().iter().sum::<f64>() / 4039.0;
    assert!((average - 0.6055).abs() < 5e-5, "{average}");
    let scores = betweenness(&graph, &Betweenness::default()).unwrap();
    for (node, expected) in [(107, 0.48052), (1684, 0.33780), (3437, 0.23612), (1912, 0.22930)] {
        assert!((scores.values()[node] - expected).abs() < 5e-6, "node {node}: {}", scores.values()[node]);
    }
    assert_eq!(diameter(&graph, &Diameter {}).unwrap().values(), [8.0]);
}
