//! A log of ten events whose network is known by hand.

use std::fs;

use laud::events::{Columns, Events, Input, Receipt, TimeUnit};
use laud::network::{HalfLife, Layer, Network, Ties};

use super::logs::{DAY, Row, arcs, bits, events, row};

/// What reading leaves of the ten rows: one duplicate is gone, al1ce is alice.
fn rows() -> Vec<Row> {
    vec![
        row(0.0, "alice", "mention", "BrandX"),
        row(0.0, "bob", "like", "alice"),
        row(30.0, "carol", "reply", "alice"),
        row(30.0, "alice", "reply", "carol"),
        row(45.0, "dave", "question", "BrandX"),
        row(45.5, "carol", "answer", "dave"),
        row(60.0, "bob", "referred_by", "alice"),
        row(60.0, "bob", "purchase", "BrandX"),
        row(60.0, "alice", "like", "alice"),
    ]
}

fn ties() -> Ties {
    Ties { half_life: HalfLife::All("30d".into()), brands: vec!["BrandX".into()], ..Ties::default() }
}

fn network_at(day: i64) -> Network {
    let mut events = events(&rows());
    let mut receipt = Receipt::default();
    receipt.add("duplicate events", 1);
    events.receipt = receipt;
    Network::build(events, &Ties { as_of: Some(day * DAY), ..ties() }).unwrap()
}

#[test]
fn the_micro_log_gives_the_known_network() {
    let network = network_at(60);
    assert_eq!(network.receipt.count("duplicate events"), 1);
    assert_eq!(network.receipt.count("self events"), 1);
    assert_eq!(network.receipt.count("nodes: customer"), 4);
    assert_eq!(network.receipt.count("nodes: brand"), 1);
    let expected = [
        ("bob", "alice", 6.025, 2),
        ("carol", "alice", 0.75, 1),
        ("alice", "carol", 0.75, 1),
        ("carol", "dave", 1.788_307_416, 1),
        ("alice", "BrandX", 0.125, 1),
        ("bob", "BrandX", 3.0, 1),
        ("dave", "BrandX", 0.353_553_391, 1),
    ];
    let arcs = arcs(&network);
    assert_eq!(arcs.len(), expected.len());
    for (source, target, weight, count) in expected {
        let arc = arcs[&(source.to_owned(), target.to_owned())];
        assert!((arc.0 - weight).abs() < 1e-9 && arc.1 == count, "{source} -> {target}: {arc:?}");
    }

    let people = network.layer(Layer::People);
    assert_eq!(people.nodes, [1, 2, 3, 4], "everybody but BrandX");
    assert_eq!((people.graph.node_count(), people.graph.arc_count()), (4, 4));
    let (out, alice, carol) = (people.graph.out(), 0, 2);
    assert_eq!(out.neighbors(carol), [alice, 3]);
    assert_eq!(out.weights(carol).unwrap(), [0.75_f32, 1.788_307_4]);
    let mutual = (0..4).flat_map(|u| out.neighbors(u).iter().map(move |&v| (u, v)));
    let mutual = mutual.filter(|&(u, v)| out.neighbors(v).contains(&u)).count();
    println!(
        "carol to alice and dave {:?}, reciprocity {}",
        out.weights(carol).unwrap(),
        mutual as f64 / 4.0
    );
    assert_eq!(mutual as f64 / people.graph.arc_count() as f64, 0.5, "reciprocity");

    let brand = network.layer(Layer::Brand);
    assert_eq!((brand.graph.node_count(), brand.graph.arc_count()), (5, 3));
    let towards_alice: Vec<_> = network.incoming(1).iter().map(|tie| (tie.source, tie.events)).collect();
    assert_eq!(towards_alice, [(2, 1), (2, 1), (3, 1)], "bob likes, bob was referred, carol replies");
}

#[test]
fn thirty_days_later_every_weight_is_exactly_half() {
    let (now, later) = (network_at(60), network_at(90));
    for (a, b) in bits(&now).into_iter().zip(bits(&later)) {
        assert_eq!(f64::from_bits(b.4), f64::from_bits(a.4) / 2.0);
    }
}

#[test]
fn a_single_event_counts_what_its_tie_adds_up() {
    let network = network_at(60);
    let [bob, alice] = ["bob", "alice"].map(|id| network.find(id).unwrap());
    let sum: f64 = network.events_between(bob, alice).iter().map(|event| network.weight(event)).sum();
    assert_eq!(sum, 6.025);
    assert!(network.events_between(alice, bob).is_empty());
}

/// The ten rows as somebody logged them, al1ce being alice.
const LOG: &str = "\
time,actor,kind,target,event_id,parent
0,alice,mention,BrandX,1,
0,bob,like,alice,2,
0,bob,like,alice,2,
2592000,carol,reply,alice,3,
2592000,al1ce,reply,carol,4,
3888000,dave,support-question,BrandX,5,
3931200,carol,answer,dave,6,5
5184000,bob,referred_by,alice,7,
5184000,bob,purchase,BrandX,8,
5184000,alice,like,al1ce,9,
";

#[test]
fn the_log_as_written_gives_the_network_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let read = |log: &str| {
        let links = file("links.csv", "account,other\nalice,al1ce\n");
        let input = Input { log: file("log.csv", log).into(), accounts: None, links: Some(links.into()) };
        let columns = Columns { time_unit: Some(TimeUnit::Seconds), ..Columns::default() };
        Network::build(Events::load(input, &columns).unwrap(), &ties()).unwrap()
    };
    let network = read(LOG);
    let name = |id: &str| if id == "al1ce" { "alice" } else { id }.to_owned();
    let read_arcs: Vec<_> = arcs(&network)
        .into_iter()
        .map(|((source, target), arc)| ((name(&source), name(&target)), arc))
        .collect();
    let mut by_hand: Vec<_> = arcs(&network_at(60)).into_iter().collect();
    by_hand.sort_by_key(|(pair, _)| read_arcs.iter().position(|(other, _)| other == pair));
    assert_eq!(read_arcs, by_hand);
    assert_eq!(network.receipt.count("duplicate events"), 1);
    assert_eq!(network.receipt.count("self events"), 1);
    assert_eq!(network.receipt.count("nodes: customer"), 4);

    let (header, rows) = LOG.split_once('\n').unwrap();
    let backwards: Vec<&str> = std::iter::once(header).chain(rows.lines().rev()).collect();
    let (again, other) = (folder.path().join("again"), folder.path().join("other"));
    network.save(&again).unwrap();
    read(&backwards.join("\n")).save(&other).unwrap();
    for name in ["nodes.parquet", "edges.parquet", "events.parquet", "network.json"] {
        assert!(fs::read(again.join(name)).unwrap() == fs::read(other.join(name)).unwrap(), "{name}");
    }
}
