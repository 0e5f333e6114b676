//! A backtest finds what foretells, says so, and falls back where the blend does not.

use std::collections::BTreeMap;
use std::fmt::Write;

use laud::advocates::{Advocates, Backtest, backtest, rank};
use laud::events::Events;
use laud::graph::generator;
use laud::network::{Network, Ties};
use laud::simulate::Scenario;
use rand::RngExt;

use crate::{events, numbers, read, texts, town};

fn network(events: Events) -> Network {
    Network::build(events, &Ties::default()).unwrap()
}

/// People who are shared as often in each of forty days as their number says, and likes that mean nothing.
fn steady() -> String {
    let mut random = generator(1, "steady", 0);
    let mut log = "time,actor,target,kind\n".to_owned();
    for day in 0..40_i64 {
        for person in 0..60 {
            for _ in 0..random.random_range(0..=person / 10) {
                let fan = random.random_range(0..400);
                writeln!(
                    log,
                    "{},fan{fan},p{person:02},share",
                    1_735_689_600 + day * 86_400 + i64::from(fan)
                )
                .unwrap();
            }
            if random.random_bool(0.5) {
                let fan = random.random_range(0..400);
                writeln!(log, "{},fan{fan},p{person:02},like", 1_735_689_600 + day * 86_400 + 900).unwrap();
            }
        }
    }
    log
}

#[test]
fn shares_foretell_shares_and_likes_do_not() {
    let params = Backtest {
        outcome: Some("share".into()),
        advocates: Advocates { k: 10, ..Advocates::default() },
        ..Backtest::default()
    };
    let found = backtest(&network(read(&steady())), &params).unwrap();
    let ndcg: BTreeMap<String, f64> =
        texts(&found.rankers, "ranker").into_iter().zip(numbers(&found.rankers, "ndcg")).collect();
    println!("{}; {ndcg:.3?}", found.verdict);
    assert!(ndcg["shares"] > 0.85, "{ndcg:?}");
    assert!(ndcg["likes"] < 0.8 && ndcg["random"] < 0.6, "{ndcg:?}");
    assert!(ndcg[found.chosen.as_str()] > 0.85, "{} was chosen", found.chosen);
    assert_eq!(
        found.objectives.tested.as_ref().map(|tested| tested.chosen.as_str()),
        Some(found.chosen.as_str())
    );
    let expected = numbers(&found.calibration, "expected");
    assert!(expected[0] > 3.0 * expected[9], "{expected:?}");
    assert!(ndcg["selection"] > ndcg["random"] && ndcg["adaptive_degree"] > 0.0, "{ndcg:?}");

    let learned = backtest(&network(read(&steady())), &Backtest { learn: true, ..params }).unwrap();
    assert_eq!(learned.chosen, "learned");
    let weights = &learned.objectives.awareness.weights;
    assert!(!weights.is_empty() && weights.values().all(|&weight| weight > 0.0), "{weights:?}");
    assert!(
        learned.notes.iter().any(|note| note.starts_with("learned weights are taken, as asked; otherwise"))
    );
}

#[test]
fn outcomes_from_elsewhere_choose_what_tells_of_them() {
    // Somebody bought as much as their name says: only how often people were shared tells of it.
    let outcomes = (0..60).map(|person| (format!("p{person:02}"), f64::from(person / 10))).collect();
    let advocates = Advocates { k: 10, ..Advocates::default() };
    let params = Backtest { outcomes, advocates, ..Backtest::default() };
    let found = backtest(&network(read(&steady())), &params).unwrap();
    let ndcg: BTreeMap<String, f64> =
        texts(&found.rankers, "ranker").into_iter().zip(numbers(&found.rankers, "ndcg")).collect();
    assert!(ndcg[found.chosen.as_str()] > 0.85, "{} of {ndcg:?}", found.chosen);
}

#[test]
fn a_town_is_foretold_better_than_by_likes_and_the_verdict_says_so() {
    let (_, simulation) = town(Scenario::Attack, 0);
    let params = Backtest {
        advocates: Advocates { brand: Some("acme".into()), k: 50, ..Advocates::default() },
        ..Backtest::default()
    };
    let found = backtest(&network(events(&simulation, &simulation.log)), &params).unwrap();
    let ndcg: BTreeMap<String, f64> =
        texts(&found.rankers, "ranker").into_iter().zip(numbers(&found.rankers, "ndcg")).collect();
    println!("{}; {ndcg:.3?}", found.verdict);
    assert!(ndcg[found.chosen.as_str()] > 2.0 * ndcg["likes"], "{ndcg:?}");
    assert!(found.verdict.starts_with("backtested: on this log"), "{}", found.verdict);
    // Likes are named, and so is the count that does best: likes are easily beaten.
    assert!(found.verdict.contains("times what the counts of likes find"), "{}", found.verdict);
    assert_eq!(found.verdict.matches("times what the counts of").count(), 2, "{}", found.verdict);

    // The verdict is of that log, whoever takes the weights along.
    let told = |seed: u64| {
        let (_, simulation) = town(Scenario::Attack, seed);
        let advocates = Advocates {
            brand: Some("acme".into()),
            objectives: found.objectives.clone(),
            bootstrap: 0,
            ..Advocates::default()
        };
        let ranking = rank(network(events(&simulation, &simulation.log)), &advocates).unwrap();
        ranking.notes().iter().find(|note| note.starts_with("backtested")).unwrap().clone()
    };
    assert_eq!(told(0), found.verdict);
    assert!(told(1).starts_with("backtested on another log, or on this one as it was: there the first 50"));
}

#[test]
fn a_log_too_short_for_its_moments_is_refused() {
    let params = Backtest { horizon: Some("39d".into()), ..Backtest::default() };
    let error = backtest(&network(read(&steady())), &params).unwrap_err().to_string();
    assert!(error.starts_with("horizon must be short enough for 5 moments"), "{error}");
}
