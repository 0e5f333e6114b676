//! A set is worth at least what the first by score are worth, keeps its limits, and holds no suspects.

use std::collections::{BTreeMap, BTreeSet};

use laud::advocates::{Advocates, Method, Select, Selected, rank, select};
use laud::network::{Network, Ties};
use laud::simulate::Scenario;

use crate::{events, numbers, split, texts, town};

fn at_split(scenario: Scenario, seed: u64) -> Network {
    let (params, simulation) = town(scenario, seed);
    let as_of = Some(split(&params) - 1);
    Network::build(events(&simulation, &simulation.log), &Ties { as_of, ..Ties::default() }).unwrap()
}

fn params(k: usize) -> Select {
    let advocates = Advocates { brand: Some("acme".into()), bootstrap: 0, ..Advocates::default() };
    Select { advocates, k, ..Select::default() }
}

/// What is expected of a set, and what the others say of it.
fn told(selected: &Selected) -> f64 {
    *numbers(&selected.picks, "value").last().unwrap()
}

#[test]
fn the_greedy_set_is_worth_at_least_the_first_by_score() {
    for (scenario, name) in
        [(Scenario::Calm, "calm"), (Scenario::Attack, "attack"), (Scenario::Concentrated, "concentrated")]
    {
        let network = at_split(scenario, 0);
        let greedy = select(&network, &params(50)).unwrap();
        let first = select(&network, &Select { method: Method::Score, ..params(50) }).unwrap();
        let cascade = select(&network, &Select { method: Method::Ris, ..params(50) }).unwrap();
        let degree = select(&network, &Select { method: Method::Degree, ..params(50) }).unwrap();
        println!(
            "{name}: greedy {:.2}, first by score {:.2}, adaptive degree {:.2}, cascade of attention {:.2} (bound {:.2})",
            greedy.value,
            first.value,
            degree.value,
            cascade.value,
            cascade.bound.unwrap()
        );
        assert!(greedy.value >= first.value && greedy.value >= cascade.value && greedy.value >= degree.value);
        assert_eq!(greedy.value_of_first, first.value);
        assert_eq!(told(&greedy), greedy.value);
        assert!(cascade.bound.unwrap() >= 1.0 - 1.0 / std::f64::consts::E - 0.1);
        // The first by score are the first of the ranking who are no suspects.
        let ranking = rank(&network, &params(50).advocates).unwrap();
        assert_eq!(texts(&first.picks, "id"), texts(ranking.table(), "id")[..50]);
        let suspects: BTreeSet<String> = texts(ranking.table(), "id")
            .into_iter()
            .zip(texts(ranking.table(), "flags"))
            .filter(|(_, flags)| flags.contains("suspect"))
            .map(|(id, _)| id)
            .collect();
        for set in [&greedy, &cascade] {
            assert!(texts(&set.picks, "id").iter().all(|id| !suspects.contains(id)));
        }
        let gains = numbers(&greedy.picks, "gain");
        assert!(gains.windows(2).all(|pair| pair[0] >= pair[1] - 1e-12), "gains only fall: {gains:?}");
    }
}

#[test]
fn limits_are_kept() {
    let network = at_split(Scenario::Calm, 1);
    let free = select(&network, &params(30)).unwrap();
    let quota = select(&network, &Select { quota: Some(2), ..params(30) }).unwrap();
    let mut of_community: BTreeMap<u64, usize> = BTreeMap::new();
    for community in numbers(&quota.picks, "community") {
        *of_community.entry(community as u64).or_default() += 1;
    }
    assert!(of_community.values().all(|&count| count <= 2), "{of_community:?}");
    assert!(quota.value <= free.value);

    let first = texts(&free.picks, "id")[0].clone();
    let costs = BTreeMap::from([(first.clone(), 9.0)]);
    let paid = select(&network, &Select { costs, budget: Some(8.0), ..params(30) }).unwrap();
    assert!(!texts(&paid.picks, "id").contains(&first), "nobody pays 9 of 8");
    assert_eq!(numbers(&paid.picks, "cost").last(), Some(&8.0));
    assert!(paid.notes.iter().any(|note| note.contains("only 8 of 30")), "{:?}", paid.notes);

    let wide = select(&network, &Select { diversity: 10.0, ..params(12) }).unwrap();
    let narrow = select(&network, &Select { diversity: 0.0, ..params(12) }).unwrap();
    let last = |set: &Selected| *numbers(&set.picks, "communities").last().unwrap();
    assert!(last(&wide) > last(&narrow), "{} {}", last(&wide), last(&narrow));
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let network = at_split(Scenario::Calm, 1);
    let refused = |params: Select, words: &str| {
        let sentence = select(&network, &params).unwrap_err().to_string();
        assert!(sentence.contains(words), "{sentence}");
    };
    refused(params(0), "k must be at least 1");
    refused(Select { costs: BTreeMap::from([("x".into(), -1.0)]), ..params(3) }, "costs must be finite");
    refused(Select { costs: BTreeMap::from([("x".into(), 1.0)]), ..params(3) }, "of people in the log");
    refused(
        Select { quota: Some(1), method: Method::Ris, ..params(3) },
        "method must be greedy, degree or score",
    );
    refused(Select { groups: Some("region".into()), ..params(3) }, "quota must be given with groups");
    refused(Select { groups: Some("region".into()), quota: Some(1), ..params(3) }, "a column of the nodes");
    refused(Select { diversity: f64::NAN, ..params(3) }, "diversity must be finite");
}
