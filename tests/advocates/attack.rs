//! Attacks, leaks and erasure leave the ranking of others alone.

use std::fmt::Write;

use laud::advocates::{Advocates, rank};
use laud::network::{Network, Ties};
use laud::simulate::{Scenario, Simulate, simulate};
use laud::table::{Format, Table};

use crate::{read, texts};

/// A small town's log as lines of CSV without the header.
fn lines() -> Vec<String> {
    let town = Simulate { scenario: Scenario::Calm, people: 600, days: 120, seed: 3, ..Simulate::default() };
    let mut out = Vec::new();
    simulate(&town).unwrap().log.write_to(&mut out, Format::Csv).unwrap();
    String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect()
}

const HEADER: &str = "time,actor,target,kind,channel,sentiment,event_id,parent,item,value\n";

fn ranked(lines: &[String], ties: &Ties) -> Table {
    let network = Network::build(read(&format!("{HEADER}{}", lines.join("\n"))), ties).unwrap();
    let advocates = Advocates { brand: Some("acme".into()), bootstrap: 40, ..Advocates::default() };
    rank(&network, &advocates).unwrap().table().clone()
}

fn first(table: &Table, count: usize) -> Vec<String> {
    texts(table, "id").into_iter().filter(|id| !id.starts_with("sybil")).take(count).collect()
}

/// A thousand accounts that like, share and answer one another, all of them new.
fn sybils() -> Vec<String> {
    let mut lines = Vec::new();
    for at in 0..1_000 {
        for (step, kind) in [(1, "share"), (2, "reply"), (7, "share"), (31, "like"), (63, "reply")] {
            let mut line = String::new();
            let (day, second) = (1 + (at + step) % 28, (at * 7 + step * 13) % 60);
            let other = (at + step) % 1_000;
            write!(line, "2025-02-{day:02}T10:00:{second:02}Z,sybil{at:04},sybil{other:04},{kind},social,,s{at}-{step},,,")
                .unwrap();
            lines.push(line);
        }
    }
    lines
}

#[test]
fn sybils_among_themselves_move_nobody_of_the_first_twenty() {
    let honest = lines();
    let before = ranked(&honest, &Ties::default());
    let after = ranked(&[honest, sybils()].concat(), &Ties::default());
    assert_eq!(first(&after, 20), first(&before, 20));
    assert!(texts(&after, "id").iter().take(200).all(|id| !id.starts_with("sybil")));
}

/// What each sybil does to five honest people: follows them all, and likes them.
fn flattery(honest: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for at in 0..1_000 {
        for step in 0..5 {
            let target = &honest[(at * 31 + step * 173) % honest.len()];
            let (day, minute) = (1 + (at * 3 + step) % 28, (at * 11 + step * 17) % 60);
            for kind in ["follow", "like"] {
                let mut line = String::new();
                let letter = &kind[..1];
                write!(
                    line,
                    "2025-03-{day:02}T11:{minute:02}:00Z,sybil{at:04},{target},{kind},social,,{letter}{at}-{step},,,"
                )
                .unwrap();
                lines.push(line);
            }
        }
    }
    lines
}

#[test]
fn sybils_that_follow_and_like_the_honest_move_the_first_twenty_by_two_places_at_most() {
    let honest = lines();
    let before = ranked(&honest, &Ties::default());
    let people = first(&before, usize::MAX);
    let after = ranked(&[honest, sybils(), flattery(&people)].concat(), &Ties::default());
    let now = first(&after, usize::MAX);
    let moves: Vec<i64> = people[..20]
        .iter()
        .zip(0..)
        .map(|(id, place)| now.iter().position(|other| other == id).unwrap() as i64 - place)
        .collect();
    println!("places moved by flattery: {moves:?}");
    assert!(moves.iter().all(|moved| moved.abs() <= 2), "{moves:?}");
    assert!(texts(&after, "id").iter().take(200).all(|id| !id.starts_with("sybil")));
}

/// What each of some new accounts does, once: to the same person, and to nobody else.
fn throwaways(count: usize, kinds: &[&str], target: &str) -> Vec<String> {
    let line = |at: usize, kind: &str| {
        let (day, hour, minute) = (1 + at % 28, at * 5 % 24, at * 11 % 60);
        let letter = &kind[..1];
        format!(
            "2025-03-{day:02}T{hour:02}:{minute:02}:00Z,throwaway{at:04},{target},{kind},social,,{letter}{at},,,"
        )
    };
    (0..count).flat_map(|at| kinds.iter().map(move |kind| line(at, kind))).collect()
}

#[test]
fn bought_likes_lift_nobody_and_bought_acts_only_so_far() {
    let honest = lines();
    let before = first(&ranked(&honest, &Ties::default()), usize::MAX);
    for place in [40, 150, 300] {
        // What costs something makes somebody better known, which lets their good news count in full, and no more.
        let bought: [(&[&str], usize); 4] = [
            (&["like"], 0),
            (&["follow", "like"], 0),
            (&["referred_by", "like", "follow"], place / 2),
            (&["reply"], place / 2),
        ];
        for (kinds, most) in bought {
            let target = before[place].clone();
            let all = [honest.clone(), throwaways(200, kinds, &target)].concat();
            let after = texts(&ranked(&all, &Ties::default()), "id");
            let after: Vec<&String> = after.iter().filter(|id| !id.starts_with("throwaway")).collect();
            let now = after.iter().position(|id| **id == target).unwrap();
            println!("{kinds:?} of 200 throwaways take number {place} to {now}");
            assert!(now + most >= place, "{kinds:?} of 200 throwaways take number {place} to {now}");
        }
    }
}

#[test]
fn what_happens_after_the_moment_changes_no_byte() {
    let all = lines();
    let moment = "2025-04-01";
    let as_of = 1_743_465_600_000_000 - 1;
    let ties = Ties { as_of: Some(as_of), ..Ties::default() };
    let (past, future): (Vec<String>, Vec<String>) = all.into_iter().partition(|line| line.as_str() < moment);
    assert!(!future.is_empty());
    let edited: Vec<String> = future
        .iter()
        .skip(future.len() / 2)
        .cloned()
        .chain(["2025-04-20T00:00:00Z,stranger,p1,share,social,,x1,,,".to_owned()])
        .collect();
    let whole = ranked(&[past.clone(), future].concat(), &ties);
    let other = ranked(&[past, edited].concat(), &ties);
    assert_eq!(whole.batch().columns(), other.batch().columns());
}

#[test]
fn a_person_who_is_left_out_leaves_the_log_as_if_never_there() {
    let all = lines();
    let gone = first(&ranked(&all, &Ties::default()), 1).remove(0);
    let names = |line: &String| line.split(',').skip(1).take(2).any(|id| *id == gone);
    let without: Vec<String> = all.iter().filter(|line| !names(line)).cloned().collect();
    let excluded = ranked(&all, &Ties { exclude: vec![gone.clone()], ..Ties::default() });
    let never = ranked(&without, &Ties::default());
    assert_eq!(excluded.batch().columns(), never.batch().columns());
    assert!(!texts(&never, "id").contains(&gone));
}
