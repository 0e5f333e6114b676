//! A published log rebuilds the edge lists published with it, where `LAUD_DATA` has them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use laud::events::{Columns, Events};
use laud::graph::Scores;
use laud::network::{Layer, Network, Ties};
use laud::structure::{Components, StrongComponents, components, strong_components};

/// The published counts of a kind by (actor, target), and how many pairs were people with themselves.
fn published(path: &Path) -> (BTreeMap<(String, String), u32>, usize) {
    let mut selves = 0;
    let mut pairs = BTreeMap::new();
    for line in BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines() {
        let line = line.unwrap();
        let [actor, target, count] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        if actor == target {
            selves += 1;
        } else {
            pairs.insert((actor.to_owned(), target.to_owned()), count.parse().unwrap());
        }
    }
    (pairs, selves)
}

#[test]
fn the_higgs_log_rebuilds_its_three_edge_lists() {
    let folder = std::env::var_os("LAUD_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let folder = folder.join("higgs");
    if !folder.is_dir() {
        println!("skipped: {} is missing", folder.display());
        return;
    }
    let header = ["actor", "target", "time", "kind"].map(str::to_owned).to_vec();
    let columns = Columns { header: Some(header), ..Columns::default() };
    let events = Events::read(folder.join("higgs-activity_time.txt.gz"), &columns).unwrap();
    let network = Network::build(events, &Ties::default()).unwrap();
    assert_eq!(network.people().node_count(), 304_691);
    assert_eq!(network.people().arc_count(), 461_192);
    assert_eq!(network.layer(Layer::Brand).graph.arc_count(), 0);
    assert_eq!(network.receipt.count("self events"), 7_588);
    // Self pairs, and people in the largest component, weak and strong.
    for (kind, file, selves, weak, strong) in [
        ("share", "retweet", 0, 223_833, 984),
        ("mention", "mention", 5_353, 91_606, 1_801),
        ("reply", "reply", 343, 12_839, 322),
    ] {
        let (expected, self_pairs) = published(&folder.join(format!("higgs-{file}_network.edgelist.gz")));
        assert_eq!(self_pairs, selves, "{kind}");
        let number = network.kinds.iter().position(|name| name == kind).unwrap() as u8;
        let rebuilt: BTreeMap<(String, String), u32> = (0..network.ids.len() as u32)
            .flat_map(|actor| network.ties(actor).iter().map(move |tie| (actor, tie)))
            .filter(|(_, tie)| tie.kind == number)
            .map(|(actor, tie)| ((network.ids.text(actor), network.ids.text(tie.target)), tie.events))
            .collect();
        assert!(rebuilt == expected, "{kind}: {} pairs against {}", rebuilt.len(), expected.len());

        let graph =
            network.graph_of(|_, arc| arc.iter().find(|tie| tie.kind == number).map(|tie| tie.weight));
        let largest = |scores: Scores| scores.integers().iter().filter(|&&label| label == 0).count();
        assert_eq!(largest(components(&graph, &Components {}).unwrap()), weak, "{kind}");
        assert_eq!(largest(strong_components(&graph, &StrongComponents {}).unwrap()), strong, "{kind}");
    }
}
