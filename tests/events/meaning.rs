//! What rows mean: times, duplicates, referrals, identity, accounts.

use std::fs;

use laud::events::{Columns, Events, Input, NONE, Role, Source, TimeUnit};

use crate::{all_of, mapped, read, read_with, told};

/// Microseconds of 2024-03-01.
const MARCH: i64 = 1_709_251_200_000_000;

#[test]
fn times_of_every_form_are_the_same_moment() {
    let cases = [
        "2024-03-01",
        "2024-03-01T00:00:00Z",
        "2024-03-01 00:00:00",
        "2024-02-29 16:00:00 -0800",
        "2024-03-01T01:00:00+01:00",
        "1709251200",
        "1709251200.0",
        "1709251200000",
        "1709251200000000",
        "1709251200000000000",
    ];
    for time in cases {
        let events = read(&format!("actor,target,time\na,b,{time}\n")).unwrap();
        assert_eq!(events.rows[0].time, MARCH, "{time}");
    }
    let vienna = Columns { timezone: Some("Europe/Vienna".into()), ..Columns::default() };
    let events = read_with("actor,target,time\na,b,2024-03-01\n", &vienna).unwrap();
    assert_eq!(events.rows[0].time, MARCH - 3_600_000_000);
    let days = Columns { time_unit: Some(TimeUnit::Seconds), ..Columns::default() };
    let events = read_with("actor,target,time\na,b,0\nb,c,86400\n", &days).unwrap();
    assert_eq!(events.rows.iter().map(|row| row.time).collect::<Vec<_>>(), [0, 86_400_000_000]);
}

#[test]
fn a_date_without_its_zone_is_utc_and_the_span_is_told() {
    let events = read("actor,target,time\na,b,1709251200\nb,a,1709251260\n").unwrap();
    let fact = |name: &str| events.receipt.facts[name].as_str();
    assert_eq!((fact("time unit"), fact("first event")), ("s", "2024-03-01T00:00:00Z"));
    assert_eq!(fact("last event"), "2024-03-01T00:01:00Z");
}

#[test]
fn an_event_counts_once_in_its_channel_and_conflicts_are_counted() {
    let text = "actor,target,time,event_id,channel,weight\n\
                a,b,2024-03-01,7,x,1\na,b,2024-03-01,7,x,1\na,b,2024-03-01,7,y,1\na,b,2024-03-01,8,x,2\na,b,2024-03-01,8,x,3\n";
    let events = read(text).unwrap();
    assert_eq!(events.rows.len(), 3);
    assert_eq!(events.receipt.count("duplicate events"), 2);
    assert_eq!(events.receipt.count("conflicting duplicates"), 1);
    assert_eq!(events.rows.iter().map(|row| row.weight).fold(0.0, f64::max), 2.0, "the least row wins");
}

#[test]
fn people_whom_only_dropped_rows_name_do_not_exist() {
    let text = "actor,target,time,event_id\na,b,1709251200,1\nz,b,1709251200,1\ny,b,0,2\na,a,1709251200,3\n";
    let events = read(text).unwrap();
    assert_eq!(events.ids.len(), 2);
    assert_eq!((events.receipt.count("bad time"), events.receipt.count("self events")), (1, 1));
    assert_eq!(told(&events), ["a interaction a", "a interaction b"]);
}

#[test]
fn a_parent_is_found_in_the_same_channel_first() {
    let text = "actor,target,time,event_id,parent,channel\n\
                a,b,2024-03-01,1,,x\nb,a,2024-03-01,1,,y\nc,b,2024-03-02,2,1,y\nd,c,2024-03-03,3,2,x\ne,a,2024-03-04,4,99,x\n";
    let events = read(text).unwrap();
    let parents = events.parents.as_ref().unwrap();
    assert_eq!(parents[2], 1, "same channel");
    assert_eq!(parents[3], 2, "the only one of another channel");
    assert_eq!((parents[0], parents[4]), (NONE, NONE));
    assert_eq!(events.receipt.count("unresolved parents"), 1);
}

#[test]
fn a_referral_is_told_from_the_other_side() {
    let events =
        read("actor,target,time,kind\nalice,bob,2024-03-01,referral\nbob,alice,2024-03-01,referred_by\n")
            .unwrap();
    assert_eq!(told(&events), ["bob referred_by alice", "bob referred_by alice"]);
    assert_eq!(events.receipt.count("referrals turned around"), 1);
}

#[test]
fn a_kind_comes_from_the_name_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["x-a2q.csv", "x-c2q.csv"] {
        fs::write(folder.path().join(name), "actor,target,time\na,b,2024-03-01\n").unwrap();
    }
    let kinds =
        [("a2q", "answer"), ("c2q", "comment")].map(|(part, kind)| (part.to_owned(), kind.to_owned()));
    let mut columns = Columns { kind_from_name: kinds.into(), ..Columns::default() };
    assert_eq!(Events::read(folder.path(), &columns).unwrap().kinds, ["answer", "reply"]);
    columns.kind_from_name.remove("c2q");
    let error = Events::read(folder.path(), &columns).unwrap_err().to_string();
    assert!(error.contains("x-c2q.csv: no part of `--kind-from-name` (a2q) occurs"), "{error}");
}

/// A log with its tables, all as text.
fn load(log: &str, accounts: Option<&str>, links: Option<&str>) -> laud::Result<Events> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Source::from(path)
    };
    let input = Input {
        log: file("log.csv", log),
        accounts: accounts.map(|text| file("accounts.csv", text)),
        links: links.map(|text| file("links.csv", text)),
    };
    Events::load(input, &Columns::default())
}

#[test]
fn linked_accounts_are_one_person_from_the_first_moment_of_the_link() {
    let log = "actor,target,time,kind\nal1ce,bob,2024-03-01,like\nal1ce,bob,2024-03-03,like\nalice,al1ce,2024-03-04,like\n";
    let events = load(log, None, Some("account,other,valid_from\nalice,al1ce,2024-03-02\n")).unwrap();
    // Before the link al1ce is somebody of their own; of the two ids the smaller stands for both.
    assert_eq!(told(&events), ["al1ce like al1ce", "al1ce like bob", "al1ce like bob"]);
    assert_eq!((events.ids.len(), events.receipt.count("self events")), (2, 1));
    let log = log.replace("al1ce", "zoe");
    let events = load(&log, None, Some("account,other,valid_from\nalice,zoe,2024-03-02\n")).unwrap();
    assert_eq!(told(&events), ["alice like alice", "alice like bob", "zoe like bob"]);
}

#[test]
fn accounts_declare_roles_and_attributes_and_make_people() {
    let log = "actor,target,time\nalice,acme,2024-03-01\n";
    let accounts =
        "id,role,verified,followers,person\nacme,Brand,true,10,\nlurker,,false,3,p1\nalice,staff,,,p2\n";
    let events = load(log, Some(accounts), None).unwrap();
    assert_eq!((0..3).map(|node| events.ids.text(node)).collect::<Vec<_>>(), ["acme", "alice", "lurker"]);
    assert_eq!(events.accounts.roles, [Some(Role::Brand), Some(Role::Staff), None]);
    assert_eq!(events.accounts.verified, [true, false, false]);
    let attributes = events.accounts.attributes.as_ref().unwrap();
    assert_eq!((attributes.num_rows(), attributes.num_columns()), (3, 1));
    let mut lines: Vec<&str> = accounts.lines().collect();
    lines[1..].reverse();
    let reversed = load(log, Some(&lines.join("\n")), None).unwrap();
    assert_eq!(all_of(&reversed), all_of(&events));
    let error = load(log, Some("id,role\nacme,king\n"), None).unwrap_err().to_string();
    assert!(error.contains("row 1: `role` must be customer"), "{error}");
}

#[test]
fn accounts_of_one_declared_person_are_one() {
    let log = "actor,target,time\na1,b,2024-03-01\na2,b,2024-03-01\n";
    let events = load(log, Some("id,person\na1,anna\na2,anna\n"), None).unwrap();
    assert_eq!(told(&events), ["a1 interaction b", "a1 interaction b"]);
    assert_eq!(events.ids.len(), 2);
}

#[test]
fn optional_columns_that_are_missing_have_their_defaults() {
    let events = read("actor,target,time,weight,sentiment\na,b,2024-03-01,,\n").unwrap();
    let row = events.rows[0];
    assert_eq!((row.weight, row.sentiment.is_nan(), events.kinds[0].as_str()), (1.0, true, "interaction"));
    assert!(events.parents.is_none() && events.values.is_none() && events.item_of.is_none());
    assert_eq!(events.channels, [""]);
    let events = read_with("actor,target,time\na,b,2024-03-01\n", &mapped(&[("item", "=spring")])).unwrap();
    assert_eq!((events.item_of.unwrap(), events.items.text(0)), (vec![0], "spring".to_owned()));
}
