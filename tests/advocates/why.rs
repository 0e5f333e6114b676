//! An explanation adds up, tells what is so, and names nobody to whom it is not about.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::UInt64Type;
use laud::advocates::{Advocates, Explain, Explanation, Objective, explain, rank};
use laud::network::{Network, Ties};
use laud::report::{card_html, card_text};
use laud::simulate::{Scenario, Simulate, simulate};

use crate::{events, numbers, read, texts, town};

const LOG: &str = include_str!("../../data/cafe.csv");

fn cafe() -> Network {
    Network::build(read(LOG), &Ties::default()).unwrap()
}

fn params() -> Explain {
    let advocates = Advocates { brand: Some("aurora".into()), k: 10, bootstrap: 40, ..Advocates::default() };
    Explain { advocates, ..Explain::default() }
}

/// The place of a person in a ranking without draws.
fn place(network: &Network, id: &str) -> u64 {
    let ranking = rank(network, &Advocates { bootstrap: 0, ..params().advocates }).unwrap();
    texts(ranking.table(), "id").iter().position(|other| other == id).unwrap() as u64 + 1
}

#[test]
fn parts_add_up_to_the_score_and_agree_with_the_ranking() {
    let network = cafe();
    let ranking = rank(&network, &params().advocates).unwrap();
    let ids = texts(ranking.table(), "id");
    for row in [0, 1, 7, ids.len() / 2, ids.len() - 1] {
        let why = explain(&network, &ids[row], &params()).unwrap();
        assert_eq!((why.rank, why.people), (row as u64 + 1, ids.len() as u64));
        assert_eq!(why.score, numbers(ranking.table(), "score")[row]);
        assert!((numbers(&why.parts, "contribution").iter().sum::<f64>() - why.score).abs() < 1e-12);
        let sure = why.certainty.unwrap();
        let interval = |name| numbers(ranking.table(), name)[row] as u64;
        assert_eq!(sure.interval, (interval("rank_low"), interval("rank_high")));
        assert_eq!(sure.p_top_k, numbers(ranking.table(), "p_top_k")[row]);
        for (feature, evidence) in texts(&why.parts, "feature").iter().zip(numbers(&why.parts, "evidence")) {
            assert_eq!(evidence, numbers(ranking.table(), &format!("evidence_{feature}"))[row], "{feature}");
        }
    }
}

#[test]
fn sources_add_up_to_the_evidence_however_they_are_looked_at() {
    let network = cafe();
    let best = texts(rank(&network, &params().advocates).unwrap().table(), "id")[0].clone();
    let why = explain(&network, &best, &params()).unwrap();
    let evidence: BTreeMap<String, f64> =
        texts(&why.parts, "feature").into_iter().zip(numbers(&why.parts, "evidence")).collect();
    let mut sums: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
    let (features, by) = (texts(&why.sources, "feature"), texts(&why.sources, "by"));
    let (amounts, shares) = (numbers(&why.sources, "amount"), numbers(&why.sources, "share"));
    for row in 0..features.len() {
        let sum = sums.entry((features[row].clone(), by[row].clone())).or_default();
        *sum = (sum.0 + amounts[row], sum.1 + shares[row]);
    }
    for feature in ["credit", "conversation", "reach_new", "brokerage"] {
        for by in ["person", "kind"] {
            let Some((amount, share)) = sums.get(&(feature.into(), by.into())) else { continue };
            assert!((amount / evidence[feature] - 1.0).abs() < 1e-9, "{feature} by {by}: {amount}");
            assert!((share - 1.0).abs() < 1e-9, "{feature} by {by}: {share}");
        }
        assert!(sums.contains_key(&(feature.into(), "person".into())), "{feature} comes from nobody");
    }
    let weeks: Vec<&String> = by.iter().filter(|by| ["week", "day", "hour"].contains(&by.as_str())).collect();
    assert!(!weeks.is_empty() && weeks.iter().all(|unit| *unit == weeks[0]));
}

#[test]
fn what_would_be_without_some_acts_is_what_a_log_without_them_says() {
    let network = cafe();
    let ids = texts(rank(&network, &params().advocates).unwrap().table(), "id");
    let mut compared = 0;
    for id in [&ids[0], &ids[5], &ids[20]] {
        let why = explain(&network, id, &params()).unwrap();
        let changes = texts(&why.changes, "change");
        let ranks = why.changes.column("rank").unwrap().as_primitive::<UInt64Type>();
        let events = why.changes.column("events").unwrap().as_primitive::<UInt64Type>();
        for row in (0..changes.len()).filter(|&row| events.is_valid(row)) {
            let words: Vec<&str> = changes[row].split_whitespace().collect();
            let at = words.iter().position(|word| *word == "kind").unwrap();
            let (kind, channel) = (words[at + 1], words.get(at + 3).copied());
            let kept: Vec<&str> = LOG
                .lines()
                .filter(|line| {
                    let cells: Vec<&str> = line.split(',').collect();
                    let of =
                        |name: &str| LOG.lines().next().unwrap().split(',').position(|column| column == name);
                    let is = |name: &str, value: &str| of(name).is_some_and(|column| cells[column] == value);
                    !(is("actor", id)
                        && is("kind", kind)
                        && channel.is_none_or(|channel| is("channel", channel)))
                })
                .collect();
            let gone = (LOG.lines().count() - kept.len()) as u64;
            assert_eq!(events.value(row), gone, "{}", changes[row]);
            let as_of = Some(network.as_of);
            let rest = Network::build(read(&kept.join("\n")), &Ties { as_of, ..Ties::default() }).unwrap();
            assert_eq!(ranks.value(row), place(&rest, id), "{}", changes[row]);
            compared += 1;
        }
    }
    assert!(compared >= 5, "{compared} changes were compared");
}

#[test]
fn a_card_names_nobody_else_and_smuggles_no_markup() {
    let network = cafe();
    let ids = texts(rank(&network, &params().advocates).unwrap().table(), "id");
    for id in [&ids[0], &ids[30], &ids[ids.len() - 1]] {
        let why = explain(&network, id, &params()).unwrap();
        for card in [card_text(&why), card_html(&why)] {
            assert!(card.contains(id.as_str()));
            let words: Vec<&str> = card.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            for other in ids.iter().filter(|other| *other != id) {
                assert!(!words.contains(&other.as_str()), "{other} is on the card of {id}:\n{card}");
            }
        }
    }
    let why = explain(&network, &ids[0], &params()).unwrap();
    let evil = Explanation { id: "<script>\u{1b}[2J".into(), ..why };
    assert!(!card_html(&evil).contains("<script>") && !card_text(&evil).contains('\u{1b}'));
}

#[test]
fn a_bot_is_told_what_was_noticed_and_stands_last() {
    let (_, simulation) = town(Scenario::Attack, 0);
    let network = Network::build(events(&simulation, &simulation.log), &Ties::default()).unwrap();
    let advocates = Advocates { brand: Some("acme".into()), bootstrap: 0, ..Advocates::default() };
    let ranking = rank(&network, &advocates).unwrap();
    let suspect = texts(ranking.table(), "flags").iter().position(|flags| flags.contains("suspect")).unwrap();
    let id = texts(ranking.table(), "id")[suspect].clone();
    let why = explain(&network, &id, &Explain { advocates, changes: 0, ..Explain::default() }).unwrap();
    assert!(why.authenticity < 0.5 && !why.reasons.is_empty());
    assert!(why.rank > why.people / 2, "{} of {}", why.rank, why.people);
    let card = card_text(&why);
    assert!(card.contains("may not be what it seems") && card.contains(&why.reasons[0].1), "{card}");
    println!("{card}");
}

#[test]
fn who_is_not_there_or_not_ranked_is_an_error_that_says_so() {
    let small = simulate(&Simulate { people: 60, days: 60, ..Simulate::default() }).unwrap();
    let network = Network::build(events(&small, &small.log), &Ties::default()).unwrap();
    let of = |id: &str, advocates: Advocates| {
        explain(&network, id, &Explain { advocates, ..Explain::default() }).unwrap_err().to_string()
    };
    let anybody =
        || Advocates { objective: Some(Objective::Awareness), bootstrap: 0, ..Advocates::default() };
    assert!(of("nobody-at-all", anybody()).contains("nobody-at-all"));
    let brand = of("acme", Advocates { brand: Some("acme".into()), ..anybody() });
    assert!(brand.contains("customer or an influencer") && brand.contains("a brand"), "{brand}");
    let quiet = of(&network.ids.text(1), Advocates { min_events: u64::MAX / 2, ..anybody() });
    assert!(quiet.contains("min_events") || quiet.contains("--min-events"), "{quiet}");
}
