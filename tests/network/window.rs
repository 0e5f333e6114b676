//! Which events and people a network is made of.

use laud::events::{Accounts, Ids, NONE, Role};
use laud::network::{Layer, Network, Ties};

use super::logs::{DAY, Row, arcs, bits, events, events_and_more, network, random_log, row};

fn same(a: &Network, b: &Network) {
    assert_eq!(bits(a), bits(b));
    assert_eq!(a.input, b.input);
    assert_eq!(a.ids, b.ids);
    assert_eq!((&a.kinds, &a.channels), (&b.kinds, &b.channels));
}

#[test]
fn a_window_gives_the_network_of_the_rows_inside() {
    let rows = random_log(11, 400);
    let (since, until, as_of) = (19_010 * DAY, 19_020 * DAY, 19_015 * DAY);
    let ties = Ties { since: Some(since), until: Some(until), as_of: Some(as_of), ..Ties::default() };
    let inside: Vec<Row> = rows.iter().filter(|row| (since..=as_of).contains(&row.0)).cloned().collect();
    let windowed = network(&rows, &ties);
    same(&windowed, &network(&inside, &Ties { as_of: Some(as_of), ..Ties::default() }));
    let left_out = ["events before since", "events at or after until", "events after as_of"];
    let left_out = left_out.map(|reason| windowed.receipt.count(reason));
    assert!(left_out.iter().all(|&count| count > 0));
    assert_eq!(left_out.iter().sum::<u64>() as usize, rows.len() - inside.len());
}

#[test]
fn the_ends_of_a_window_are_closed_open_and_closed() {
    let rows: Vec<Row> = (1..=4).map(|day| row(f64::from(day), "a", "share", "b")).collect();
    let count = |since: i64, until: Option<i64>, as_of: Option<i64>| {
        let ties =
            Ties { since: Some(since * DAY), until: until.map(|day| day * DAY), as_of, ..Ties::default() };
        network(&rows, &ties).events().len()
    };
    assert_eq!(count(2, None, None), 3);
    assert_eq!(count(2, Some(4), None), 2);
    assert_eq!(count(2, None, Some(3 * DAY)), 2);
    assert_eq!(count(2, None, Some(3 * DAY - 1)), 1);
    let until = network(&rows, &Ties { until: Some(4 * DAY), ..Ties::default() });
    assert_eq!(until.as_of, 3 * DAY, "the newest event inside");
    assert_eq!(until.parameters.as_of, Some(3 * DAY));
}

#[test]
fn excluded_ids_take_no_part() {
    let rows = random_log(12, 400);
    let without: Vec<Row> = rows.iter().filter(|row| row.1 != "p05" && row.2 != "p05").cloned().collect();
    let ties = Ties { exclude: vec!["p05".into(), "nobody".into()], ..Ties::default() };
    let network_without = network(&rows, &ties);
    let expected = network(&without, &Ties::default());
    same(&network_without, &expected);
    assert_eq!(network_without.parameters, expected.parameters, "no result repeats who is excluded");
    assert_eq!(network_without.receipt.count("excluded ids"), 1);
    let count = network_without.receipt.count("events of excluded ids");
    assert_eq!(count as usize, rows.len() - without.len());
}

#[test]
fn only_the_channels_asked_for_count() {
    let rows = random_log(13, 400);
    let shop: Vec<Row> = rows.iter().filter(|row| row.4 == "shop").cloned().collect();
    let ties = Ties { channels: vec!["shop".into()], ..Ties::default() };
    same(&network(&rows, &ties), &network(&shop, &Ties::default()));
    let ties = Ties { channels: vec!["Shp".into()], ..Ties::default() };
    let error = Network::build(events(&rows), &ties).unwrap_err().to_string();
    assert_eq!(error, "channel \"Shp\" is not known; did you mean \"shop\"?");
}

#[test]
fn an_event_from_the_far_future_asks_for_as_of() {
    let mut rows: Vec<Row> = (0..2000).map(|i| row(f64::from(i) / 1000.0, "a", "share", "b")).collect();
    rows.push(row(9.5, "b", "share", "a"));
    let error = Network::build(events(&rows), &Ties::default()).unwrap_err().to_string();
    for words in ["as_of must be given (--as-of", "as_of=", "1970-01-10T12:00:00Z", "1970-01-02T23:57:07.2Z"]
    {
        assert!(error.contains(words), "{words}: {error}");
    }
    assert_eq!(network(&rows, &Ties { as_of: Some(3 * DAY), ..Ties::default() }).events().len(), 2000);
    assert_eq!(network(&rows, &Ties { until: Some(3 * DAY), ..Ties::default() }).events().len(), 2000);
    rows.last_mut().unwrap().0 = 8 * DAY;
    assert_eq!(network(&rows, &Ties::default()).as_of, 8 * DAY, "six days later is no surprise");
}

#[test]
fn whoever_an_account_or_a_self_event_names_is_there() {
    let rows =
        [row(0.0, "a", "share", "b"), row(1.0, "solo", "share", "solo"), row(9.0, "late", "share", "a")];
    let mut events = events_and_more(&rows, &["account", "nobody"]);
    let declared: Vec<bool> =
        (0..events.ids.len() as u32).map(|id| events.ids.text(id) == "account").collect();
    let roles = declared.iter().map(|&declared| declared.then_some(Role::Staff)).collect();
    events.accounts = Accounts { roles, declared, ..Accounts::default() };
    let network = Network::build(events, &Ties { as_of: Some(2 * DAY), ..Ties::default() }).unwrap();
    let ids: Vec<String> = (0..network.ids.len() as u32).map(|node| network.ids.text(node)).collect();
    assert_eq!(ids, ["a", "account", "b", "solo"]);
    assert_eq!(network.people().node_count(), 4, "isolates included");
    assert_eq!(network.people().arc_count(), 1);
    assert_eq!(network.accounts.declared, [false, true, false, false]);
    assert_eq!(arcs(&network).len(), 1);
}

#[test]
fn what_goes_with_events_moves_with_them() {
    let rows = [row(0.0, "a", "share", "b"), row(1.0, "b", "reply", "a"), row(2.0, "c", "reply", "b")];
    let mut events = events(&rows);
    events.parents = Some(vec![NONE, 0, 1]);
    events.items = Ids::Strings(vec!["x", "y", "z"].into());
    events.item_of = Some(vec![0, NONE, 2]);
    events.values = Some(vec![1.0, f64::NAN, 3.0]);
    let network = Network::build(events, &Ties { since: Some(DAY), ..Ties::default() }).unwrap();
    assert_eq!(network.parents(), Some(&[NONE, 0][..]), "the first event is gone");
    let (items, item_of) = network.items().unwrap();
    assert_eq!((items.text(0).as_str(), items.len(), item_of), ("z", 1, &[NONE, 0][..]));
    assert_eq!(network.values().unwrap()[1], 3.0);
}

#[test]
fn an_empty_log_is_a_network_that_says_why() {
    let network = network(&[], &Ties::default());
    assert_eq!(network.people().node_count(), 0);
    assert!(network.receipt.warnings[0].contains("no event between two people"));
    assert_eq!(network.arcs().num_rows(), 0);
    assert_eq!(network.layer(Layer::Brand).graph.node_count(), 0);
}
