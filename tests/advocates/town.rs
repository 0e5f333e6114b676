//! Planted advocates are found, with bots, without, and where persuasion is concentrated (seeds 0 to 2 of each).

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take;
use laud::advocates::agreement::{Gain, ndcg};
use laud::advocates::{Advocates, Ranking, rank};
use laud::events::Events;
use laud::graph::generator;
use laud::network::{Network, Ties};
use laud::simulate::{Scenario, Simulate, Simulation};
use laud::table::Table;
use rand::seq::SliceRandom;

use crate::{events, numbers, split, texts, town, truth};

fn ranked(params: &Simulate, events: Events) -> Ranking {
    let ties = Ties { as_of: Some(split(params) - 1), ..Ties::default() };
    let network = Network::build(events, &ties).unwrap();
    let advocates = Advocates { brand: Some("acme".into()), bootstrap: 0, ..Advocates::default() };
    rank(&network, &advocates).unwrap()
}

/// NDCG@50 of a column against the latent truth, and how many of its first fifty are bots.
fn found(simulation: &Simulation, table: &Table, column: &str) -> (f64, usize) {
    let truth = truth(simulation);
    let ids = texts(table, "id");
    let (scores, latent) = (numbers(table, column), ids.iter().map(|id| truth[id].0).collect::<Vec<f64>>());
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let bots = order.iter().take(50).filter(|&&row| truth[&ids[row]].1 == "bot").count();
    (ndcg(&scores, &latent, 50, Gain::Linear).unwrap(), bots)
}

/// Ranks the three towns of a scenario: NDCG of the ranking and of likes, worst and mean of the first.
fn three(scenario: Scenario) -> (f64, f64, f64) {
    let (mut ours, mut likes) = (Vec::new(), Vec::new());
    for seed in 0..3 {
        let (params, simulation) = town(scenario, seed);
        let ranking = ranked(&params, events(&simulation, &simulation.log));
        let (score, bots) = found(&simulation, ranking.table(), "score");
        let (like, liked_bots) = found(&simulation, ranking.table(), "baseline_likes");
        println!(
            "{scenario:?} {seed}: NDCG@50 {score:.3}, {bots} bots; likes {like:.3}, {liked_bots} bots; placebo {:?}",
            ranking.placebo()
        );
        assert_eq!(bots, 0, "seed {seed}: bots among the first fifty");
        assert!(ranking.placebo().unwrap() < 0.5, "{:?}", ranking.placebo());
        ours.push(score);
        likes.push(like);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / 3.0;
    (ours.iter().copied().fold(1.0, f64::min), mean(&ours), mean(&likes))
}

#[test]
fn with_bots_the_ranking_finds_three_times_what_likes_find() {
    let (worst, ours, likes) = three(Scenario::Attack);
    assert!(worst >= 0.60, "{worst}");
    assert!(ours >= 3.0 * likes, "{ours} against {likes}");
}

#[test]
fn in_a_calm_town_the_ranking_is_no_worse_than_likes() {
    let (_, ours, likes) = three(Scenario::Calm);
    assert!(ours >= likes, "{ours} against {likes}");
}

#[test]
fn where_persuasion_is_concentrated_the_ranking_finds_it_and_likes_do_not() {
    let (worst, ours, likes) = three(Scenario::Concentrated);
    assert!(worst >= 0.55, "{worst}");
    assert!(ours >= 1.4 * likes, "{ours} against {likes}");
}

#[test]
fn where_times_are_shuffled_exposures_after_outcomes_earn_as_much_as_those_before() {
    for seed in 0..3 {
        let (params, simulation) = town(Scenario::Calm, seed);
        let batch = simulation.log.batch();
        let times = batch.schema().index_of("time").unwrap();
        let mut order: Vec<u32> = (0..batch.num_rows() as u32).collect();
        order.shuffle(&mut generator(seed, "shuffled times", 0));
        let shuffled = take(batch.column(times), &UInt32Array::from(order), None).unwrap();
        let mut columns = batch.columns().to_vec();
        columns[times] = shuffled;
        let log = Table::from(RecordBatch::try_new(batch.schema(), columns).unwrap());
        let placebo = ranked(&params, events(&simulation, &log)).placebo().unwrap();
        println!("Calm {seed}, times shuffled: placebo {placebo:.2}");
        assert!((0.6..1.67).contains(&placebo), "{placebo}");
    }
}
