//! What a ranking says of its own certainty holds.

use std::collections::BTreeMap;
use std::fmt::Write;

use laud::advocates::{Advocates, Integrity, Objectives, rank};
use laud::graph::generator;
use laud::network::{HalfLife, Network, Ties};
use rand_distr::{Distribution, Gamma, Poisson};

use crate::{numbers, read, texts};

/// 500 people whose true rates are Gamma of shape one half, each engaged by as many others as Poisson says.
fn coverage(mean: f64, seed: u64) -> f64 {
    let mut random = generator(seed, "coverage", mean as u64);
    let rates = Gamma::new(0.5, mean / 0.5).unwrap();
    let people = 500;
    let truth: Vec<f64> = (0..people).map(|_| rates.sample(&mut random)).collect();
    let mut log = "time,actor,target,kind\n".to_owned();
    let mut fan = 0;
    for (person, &rate) in truth.iter().enumerate() {
        // Everybody is in the log with two events, engaged or not; those who engage have one and are left out.
        writeln!(log, "2025-01-01,p{person:03},brand,like\n2025-01-02,p{person:03},brand,like").unwrap();
        let count = if rate > 0.0 { Poisson::new(rate).unwrap().sample(&mut random) } else { 0.0 } as u64;
        for _ in 0..count {
            fan += 1;
            writeln!(log, "2025-01-01,fan{fan:06},p{person:03},share").unwrap();
        }
    }
    let ties =
        Ties { half_life: HalfLife::All("none".into()), brands: vec!["brand".into()], ..Ties::default() };
    let network = Network::build(read(&log), &ties).unwrap();
    // Engagement alone counts: its number of people is what the rates are of.
    let features = Objectives::default().awareness.weights;
    let mut only: BTreeMap<String, f64> = features.into_keys().map(|feature| (feature, 0.0)).collect();
    only.insert("engagement".to_owned(), 1.0);
    let advocates = Advocates {
        weights: only,
        integrity: Integrity { enabled: false, ..Integrity::default() },
        min_events: 2,
        seed,
        candidates: 100_000,
        ..Advocates::default()
    };
    let ranking = rank(&network, &advocates).unwrap();
    let table = ranking.table();
    let (ids, low, high) = (texts(table, "id"), numbers(table, "rank_low"), numbers(table, "rank_high"));
    assert_eq!(ids.len(), people);
    let rank_of = |rate: f64| 1 + truth.iter().filter(|&&other| other > rate).count();
    let covers = |((id, low), high): ((&String, &f64), &f64)| {
        let rank = rank_of(truth[id[1..].parse::<usize>().unwrap()]) as f64;
        (*low..=*high).contains(&rank)
    };
    let covered = ids.iter().zip(&low).zip(&high).filter(|&row| covers(row)).count();
    covered as f64 / people as f64
}

#[test]
fn intervals_of_ninety_percent_hold_the_true_rank_as_often() {
    for mean in [1.0, 5.0, 30.0] {
        let shares: Vec<f64> = (0..4).map(|seed| coverage(mean, seed)).collect();
        let share = shares.iter().sum::<f64>() / shares.len() as f64;
        println!("mean {mean}: {share:.3} of the true ranks are inside ({shares:.3?})");
        assert!((0.85..=0.95).contains(&share), "mean {mean}: {share}");
    }
}
