//! Laws of the weights: order, scale, time, threads, cap and logarithm against the definition.

use std::collections::BTreeMap;

use laud::network::{HalfLife, Layer, Ties};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::logs::{DAY, Row, arcs, bits, network, oracle, random_log, table_half_life};

fn assert_close(rows: &[Row], ties: &Ties, half_life_days: &dyn Fn(&str) -> Option<f64>) {
    let (fast, slow) = (arcs(&network(rows, ties)), oracle(rows, ties, half_life_days));
    assert_eq!(fast.len(), slow.len());
    for (pair, expected) in slow {
        let weight = fast[&pair].0;
        assert!(
            (weight - expected).abs() <= 1e-12 * expected,
            "{pair:?}: {weight} against {expected}, {ties:?}"
        );
    }
}

#[test]
fn arcs_weigh_what_the_definition_says() {
    let channel_weights = BTreeMap::from([("shop".to_owned(), 0.3)]);
    let kinds = BTreeMap::from([("like".to_owned(), 0.7), ("share".to_owned(), 0.0)]);
    for seed in 0..20 {
        let rows = random_log(seed, 600);
        for (cap, log1p) in [(None, false), (Some(1.3), false), (None, true), (Some(0.2), true)] {
            let ties = Ties { cap, log1p, ..Ties::default() };
            assert_close(&rows, &ties, &table_half_life);
            let ties = Ties { channel_weights: channel_weights.clone(), kinds: kinds.clone(), ..ties };
            assert_close(&rows, &ties, &table_half_life);
            assert_close(&rows, &Ties { half_life: HalfLife::All("7h".into()), ..ties.clone() }, &|_| {
                Some(7.0 / 24.0)
            });
            assert_close(&rows, &Ties { half_life: HalfLife::All("none".into()), ..ties.clone() }, &|_| None);
            assert_close(&rows, &Ties { as_of: Some(19_090 * DAY + 12_345), ..ties }, &table_half_life);
        }
    }
}

#[test]
fn a_capped_day_never_counts_more_than_the_cap() {
    let at = |hour: i64, weight| Row(hour * DAY / 24, "a".into(), "b".into(), "share", "", weight);
    let ties = Ties { cap: Some(1.0), half_life: HalfLife::All("1d".into()), ..Ties::default() };
    let weight = |rows: &[Row], ties: &Ties| arcs(&network(rows, ties))[&("a".to_owned(), "b".to_owned())].0;
    assert_eq!(weight(&[at(1, 5.0), at(20, 5.0)], &ties), 1.0, "the day is not over");
    assert_eq!(
        weight(&[at(1, 5.0), at(20, 5.0), at(48, 1.0)], &ties),
        1.5,
        "a day after its end, and one more"
    );
    assert_eq!(weight(&[at(0, 0.5), at(24, 0.5)], &ties), 0.75, "no day reaches the cap");
}

#[test]
fn the_order_of_rows_and_the_number_of_threads_change_no_bit() {
    let mut rows = random_log(7, 150_000);
    let ties = Ties { cap: Some(2.0), ..Ties::default() };
    let expected = network(&rows, &ties);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    for threads in [1, 2, 3, 8] {
        rows.shuffle(&mut random);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let network = network(&rows, &ties);
            assert_eq!(bits(&network), bits(&expected), "{threads} threads");
            assert_eq!(network.input, expected.input);
            assert_eq!(network.receipt, expected.receipt);
            assert_eq!(network.people().out(), expected.people().out());
        });
    }
}

#[test]
fn powers_of_two_scale_weights_exactly_and_others_closely() {
    let rows = random_log(3, 2000);
    let scaled = |factor: f64| -> Vec<Row> {
        rows.iter().cloned().map(|row| Row(row.0, row.1, row.2, row.3, row.4, row.5 * factor)).collect()
    };
    let base = network(&rows, &Ties::default());
    for factor in [0.125, 2.0, 1024.0, 3.7] {
        let other = network(&scaled(factor), &Ties::default());
        for (a, b) in bits(&base).into_iter().zip(bits(&other)) {
            let (expected, weight) = (f64::from_bits(a.4) * factor, f64::from_bits(b.4));
            let tolerance = if factor == 3.7 { 1e-9 * expected } else { 0.0 };
            assert!((weight - expected).abs() <= tolerance, "{weight} against {expected} times {factor}");
        }
    }
}

#[test]
fn half_lives_later_every_weight_is_that_power_of_two_smaller() {
    let rows = random_log(4, 2000);
    let at = |moved: i64| {
        let (as_of, half_life) = (Some(19_040 * DAY + 777 + moved), HalfLife::All("36h".into()));
        bits(&network(&rows, &Ties { as_of, half_life, ..Ties::default() }))
    };
    for k in [1, 5, 100] {
        for (now, later) in at(0).into_iter().zip(at(k * 3 * DAY / 2)) {
            assert_eq!(f64::from_bits(later.4), f64::from_bits(now.4) * 0.5_f64.powi(k as i32));
        }
    }
}

#[test]
fn a_log_moved_in_time_weighs_the_same() {
    let rows = random_log(5, 2000);
    let moved = |by: i64| -> Vec<Row> {
        rows.iter().cloned().map(|row| Row(row.0 + by, row.1, row.2, row.3, row.4, row.5)).collect()
    };
    for cap in [None, Some(1.5)] {
        let ties = Ties { cap, ..Ties::default() };
        let expected = bits(&network(&rows, &ties));
        for days in [90, 900, -90_000] {
            assert_eq!(bits(&network(&moved(days * DAY), &ties)), expected, "{days} days");
        }
        for (a, b) in expected.iter().zip(bits(&network(&moved(DAY), &ties))) {
            let (a, b) = (f64::from_bits(a.4), f64::from_bits(b.4));
            assert!((a - b).abs() <= 1e-12 * a, "{a} against {b}");
        }
    }
}

#[test]
fn a_log_told_twice_weighs_double() {
    let rows = random_log(6, 2000);
    let twice: Vec<Row> = rows.iter().chain(&rows).cloned().collect();
    let (once, twice) = (network(&rows, &Ties::default()), network(&twice, &Ties::default()));
    for (a, b) in bits(&once).into_iter().zip(bits(&twice)) {
        assert_eq!((f64::from_bits(a.4) * 2.0, a.3 * 2), (f64::from_bits(b.4), b.3));
    }
}

#[test]
fn graphs_hold_the_sums_of_their_ties() {
    let network = network(&random_log(8, 3000), &Ties { brands: vec!["p03".into()], ..Ties::default() });
    let people = network.layer(Layer::People);
    for (place, &node) in people.nodes.iter().enumerate() {
        let arcs = network.ties(node).chunk_by(|a, b| a.target == b.target).filter(|arc| arc[0].target != 3);
        let expected: Vec<(u32, f32)> =
            arcs.map(|arc| (arc[0].target, arc.iter().map(|tie| tie.weight).sum::<f64>() as f32)).collect();
        let out = people.graph.out();
        let neighbors = out.neighbors(place as u32).iter().map(|&v| people.nodes[v as usize]);
        let weights = out.weights(place as u32).unwrap().iter().copied();
        assert_eq!(neighbors.zip(weights).collect::<Vec<_>>(), expected);
    }
}
