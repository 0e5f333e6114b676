//! Published graphs have their published values, where `LAUD_DATA` has them.

use std::path::PathBuf;

use laud::structure::{Clustering, Diameter, clustering, diameter};

use crate::corners;
use crate::generators::Rows;

#[test]
fn ego_facebook_has_its_triangles_its_clustering_and_its_diameter() {
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
    assert_eq!(diameter(&graph, &Diameter {}).unwrap().values(), [8.0]);
}
