//! Simulated logs: repeatable, consistent, and true to what was planted. The café's log is the one that is shipped.
#![cfg(feature = "tables")]

use std::collections::{HashMap, HashSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, TimestampMicrosecondType, UInt64Type};
use laud::simulate::{Scenario, Simulate, Simulation, simulate};
use laud::table::{Format, Table};

fn town(scenario: Scenario, seed: u64) -> Simulation {
    simulate(&Simulate { scenario, people: 2_000, seed, ..Simulate::default() }).unwrap()
}

fn csv(table: &Table) -> Vec<u8> {
    let mut out = Vec::new();
    table.write_to(&mut out, Format::Csv).unwrap();
    out
}

/// The texts of a column; empty where null.
fn texts<'a>(table: &'a Table, column: &str) -> Vec<&'a str> {
    let column = table.column(column).unwrap().as_string::<i32>();
    (0..column.len()).map(|row| if column.is_null(row) { "" } else { column.value(row) }).collect()
}

fn times(table: &Table) -> &[i64] {
    table.column("time").unwrap().as_primitive::<TimestampMicrosecondType>().values()
}

fn roles(simulation: &Simulation) -> HashMap<&str, &str> {
    texts(&simulation.truth, "id").into_iter().zip(texts(&simulation.truth, "role")).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let params = Simulate { people: 300, days: 60, ..Simulate::default() };
    let (first, again) = (simulate(&params).unwrap(), simulate(&params).unwrap());
    assert_eq!(first, again);
    assert_eq!(csv(&first.log), csv(&again.log));
    let other = simulate(&Simulate { seed: 1, ..params }).unwrap();
    assert_ne!(csv(&first.log), csv(&other.log));
}

#[test]
fn rows_are_in_order_inside_the_log_and_after_their_parents() {
    let params = Simulate {
        scenario: Scenario::Attack,
        people: 500,
        days: 90,
        brands: vec!["acme".into(), "zeta".into()],
        ..Simulate::default()
    };
    let simulation = simulate(&params).unwrap();
    let times = times(&simulation.log);
    let end = params.start + i64::from(params.days) * 86_400_000_000;
    assert!(times.iter().all(|time| (params.start..end).contains(time)));
    let ids = texts(&simulation.log, "event_id");
    assert!(times.iter().zip(&ids).is_sorted());
    let time_of: HashMap<_, _> = ids.iter().zip(times).collect();
    assert_eq!(time_of.len(), ids.len(), "event ids are unique");
    let parents = texts(&simulation.log, "parent");
    assert!(parents.iter().any(|parent| !parent.is_empty()));
    for (row, parent) in parents.iter().enumerate().filter(|(_, parent)| !parent.is_empty()) {
        assert!(*time_of[parent] < times[row], "{} is not after {parent}", ids[row]);
    }
}

#[test]
fn kinds_hold_between_those_they_are_meant_for() {
    let simulation = town(Scenario::Attack, 3);
    let roles = roles(&simulation);
    let (actors, targets) = (texts(&simulation.log, "actor"), texts(&simulation.log, "target"));
    let mut kinds = HashSet::new();
    for ((kind, actor), target) in texts(&simulation.log, "kind").into_iter().zip(actors).zip(targets) {
        kinds.insert(kind);
        let (actor_role, target_role) = (roles[actor], roles[target]);
        assert_ne!(actor, target);
        match kind {
            "purchase" | "review" | "question" | "mention" => assert_eq!(target_role, "brand"),
            "referred_by" | "answer" => assert!(!matches!(target_role, "brand" | "staff" | "bot")),
            _ => {}
        }
        if matches!(kind, "purchase" | "question" | "answer" | "referred_by") {
            assert!(!matches!(actor_role, "bot" | "brand"), "{actor} {kind}");
        }
    }
    assert_eq!(kinds.len(), 10, "{kinds:?}");
}

#[test]
fn people_are_planted_in_the_shares_asked_for_and_advocates_persuade() {
    for scenario in [Scenario::Calm, Scenario::Attack, Scenario::Concentrated] {
        let simulation = town(scenario, 0);
        let conversions = simulation.truth.column("conversions").unwrap().as_primitive::<UInt64Type>();
        let latent = simulation.truth.column("latent").unwrap().as_primitive::<Float64Type>();
        let (mut people, mut caused, mut expected) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (row, role) in texts(&simulation.truth, "role").into_iter().enumerate() {
            *people.entry(role).or_insert(0u64) += 1;
            *caused.entry(role).or_insert(0) += conversions.value(row);
            *expected.entry(role).or_insert(0.0) += latent.value(row);
        }
        assert_eq!(people["advocate"], 60);
        assert_eq!(people.get("bot").copied(), (scenario == Scenario::Attack).then_some(60));
        let rate = |role| caused[role] as f64 / people[role] as f64;
        assert!(rate("advocate") > 10.0 * rate("customer"), "{scenario:?}: {caused:?}");
        assert_eq!((caused["fan"], caused["lurker"]), (0, 0));
        assert_eq!((expected["fan"], expected["lurker"]), (0.0, 0.0));
        assert!(expected["advocate"] > 0.0);
    }
}

#[test]
fn bots_top_the_likes_where_there_are_bots_and_fans_are_among_the_first_where_not() {
    for (scenario, role, least) in [(Scenario::Attack, "bot", 35), (Scenario::Calm, "fan", 10)] {
        let simulation = town(scenario, 1);
        let roles = roles(&simulation);
        let mut likes: HashMap<&str, u32> = HashMap::new();
        for (kind, target) in texts(&simulation.log, "kind").into_iter().zip(texts(&simulation.log, "target"))
        {
            if kind == "like" && roles[target] != "brand" {
                *likes.entry(target).or_default() += 1;
            }
        }
        let mut first: Vec<_> = likes.into_iter().collect();
        first.sort_by_key(|&(id, likes)| (std::cmp::Reverse(likes), id));
        let found = first[..50].iter().filter(|(id, _)| roles[id] == role).count();
        assert!(found >= least, "{found} of role {role} among the first 50");
    }
}

#[test]
fn referrals_name_who_persuaded() {
    let simulation = town(Scenario::Calm, 2);
    let causes: HashMap<_, _> =
        texts(&simulation.truth, "id").into_iter().zip(texts(&simulation.truth, "converted_by")).collect();
    let (actors, targets) = (texts(&simulation.log, "actor"), texts(&simulation.log, "target"));
    let mut named = 0;
    for (row, kind) in texts(&simulation.log, "kind").into_iter().enumerate() {
        if kind == "referred_by" {
            assert_eq!(causes[actors[row]], targets[row]);
            named += 1;
        }
    }
    let caused = causes.values().filter(|cause| !cause.is_empty()).count();
    let share = f64::from(named) / caused as f64;
    assert!((0.2..0.4).contains(&share), "{named} of {caused} are named");
}

#[test]
fn parameters_outside_their_domain_are_refused() {
    let params = Simulate::default;
    let cases = [
        (Simulate { people: 9, ..params() }, "people must be from 10 to 5000000, got 9"),
        (Simulate { communities: 0, ..params() }, "communities must be from 1 to 5000, got 0"),
        (Simulate { days: 6, ..params() }, "days must be from 7 to 3650, got 6"),
        (Simulate { advocates: 0.4, ..params() }, "advocates must be in [0, 0.3], got 0.4"),
        (Simulate { bots: Some(f64::NAN), ..params() }, "bots must be in [0, 0.3], got NaN"),
        (Simulate { activity: 0.0, ..params() }, "activity must be above 0, at most 10, got 0"),
        (Simulate { start: 1, ..params() }, "start must be a midnight (UTC) between 1970 and 2100, got 1"),
        (Simulate { brands: vec![], ..params() }, "brands must be 1 to 100 ids, got 0"),
        (
            Simulate { brands: vec!["a".into(), "a".into()], ..params() },
            "brands must be ids that differ, none empty, got a, a",
        ),
        (
            Simulate { brands: vec!["p0001".into()], ..params() },
            "brands must be ids that no person has, got p0001",
        ),
    ];
    for (params, message) in cases {
        assert_eq!(simulate(&params).unwrap_err().to_string(), message);
    }
}

/// Writes the files anew where `LAUD_BLESS` is set: `LAUD_BLESS=1 cargo test --test simulate cafe`.
#[test]
fn the_cafe_that_is_shipped_is_the_cafe_that_is_simulated() {
    let cafe = simulate(&Simulate::cafe()).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut size = 0;
    for (file, table) in
        [("cafe.csv", &cafe.log), ("cafe.truth.csv", &cafe.truth), ("cafe.accounts.csv", &cafe.accounts)]
    {
        let bytes = csv(table);
        size += bytes.len();
        let path = folder.join(file);
        if std::env::var_os("LAUD_BLESS").is_some() {
            std::fs::write(&path, &bytes).unwrap();
        }
        assert!(std::fs::read(&path).unwrap() == bytes, "{file} is not what Simulate::cafe() gives");
    }
    assert!(size < 1_000_000, "{size} bytes");
}
