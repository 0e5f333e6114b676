//! Who is what, and which layer holds them.

use laud::Error;
use laud::events::{Accounts, Events, Role};
use laud::network::{Influencers, Layer, Network, Ties};

use super::logs::{DAY, Row, events, network, row};

/// Twelve fans act on `star`, who answers three of them; everybody buys from `acme`.
fn fans() -> Vec<Row> {
    let fan = |i: i32| format!("fan{i:02}");
    let mut rows: Vec<Row> = (0..12)
        .flat_map(|i| {
            [row(f64::from(i), &fan(i), "share", "star"), row(f64::from(i), &fan(i), "purchase", "acme")]
        })
        .collect();
    rows.extend((0..3).map(|i| row(12.0, "star", "reply", &fan(i))));
    rows
}

fn declare(events: &mut Events, declared: &[(&str, Role)]) {
    let n = events.ids.len();
    events.accounts = Accounts { roles: vec![None; n], declared: vec![false; n], ..Accounts::default() };
    for (id, role) in declared {
        let id = events.ids.find(id).unwrap() as usize;
        (events.accounts.roles[id], events.accounts.declared[id]) = (Some(*role), true);
    }
}

fn role(network: &Network, id: &str) -> (Role, String) {
    let node = network.find(id).unwrap() as usize;
    (network.roles[node], network.reasons[node].clone())
}

#[test]
fn influencers_are_found_by_behavior_and_brands_by_name() {
    let ties = Ties { brands: vec!["acme".into()], ..Ties::default() };
    let network = network(&fans(), &ties);
    let reason = "12 people engaged, 4 times as many as engaged with";
    assert_eq!(role(&network, "star"), (Role::Influencer, reason.to_owned()));
    assert_eq!(role(&network, "acme"), (Role::Brand, "named".to_owned()));
    assert_eq!(role(&network, "fan00"), (Role::Customer, String::new()));
    let strict = |influencers| self::network(&fans(), &Ties { influencers, ..ties.clone() });
    let rule = Influencers::default();
    for influencers in [Influencers { min_audience: 13, ..rule }, Influencers { min_ratio: 4.1, ..rule }] {
        assert_eq!(role(&strict(influencers), "star").0, Role::Customer);
    }
}

#[test]
fn declared_roles_win() {
    let mut log = events(&fans());
    declare(&mut log, &[("star", Role::Staff), ("acme", Role::Product)]);
    let ties = Ties { brands: vec!["acme".into()], ..Ties::default() };
    let network = Network::build(log.clone(), &ties).unwrap();
    assert_eq!(role(&network, "star"), (Role::Staff, "declared".to_owned()));
    assert_eq!(role(&network, "acme"), (Role::Product, "declared".to_owned()));
    assert_eq!(network.people().node_count(), 13);
    let without_staff = Network::build(log, &Ties { staff: Some(false), ..ties }).unwrap();
    assert_eq!(without_staff.people().node_count(), 12);
    assert_eq!(without_staff.people().arc_count(), 0);
    assert_eq!(without_staff.layer(Layer::Brand).graph.arc_count(), 12);
    let layers = without_staff.arcs();
    assert_eq!(layers.column("layer").unwrap().null_count(), 15, "arcs of staff are in no layer");
}

#[test]
fn a_brand_that_is_never_a_target_is_an_error_with_the_nearest() {
    let build = |brand: &str| {
        Network::build(events(&fans()), &Ties { brands: vec![brand.into()], ..Ties::default() })
    };
    let Err(Error::UnknownId { what: "brand", nearest: Some(nearest), .. }) = build("ACME") else { panic!() };
    assert_eq!(nearest, "acme");
    let error = build("fan11").unwrap_err().to_string();
    assert!(error.starts_with("brand \"fan11\" is not known"), "{error}");
    let network = network(&fans(), &Ties::default());
    let error = network.with_brands(&["acne".into()]).unwrap_err().to_string();
    assert_eq!(error, "brand \"acne\" is not known; did you mean \"acme\"?");
    assert!(network.find("stra").unwrap_err().to_string().contains("did you mean \"star\"?"));
    let mut log = events(&fans());
    declare(&mut log, &[("star", Role::Customer)]);
    let error = Network::build(log, &Ties { brands: vec!["star".into()], ..Ties::default() }).unwrap_err();
    assert!(error.to_string().contains("declared customer"), "{error}");
}

#[test]
fn a_brand_of_one_call_has_the_roles_of_a_named_one() {
    let unnamed = network(&fans(), &Ties::default());
    let named = network(&fans(), &Ties { brands: vec!["acme".into()], ..Ties::default() });
    assert_eq!(role(&unnamed, "acme").0, Role::Influencer, "it looks like one");
    let called = unnamed.with_brands(&["acme".into()]).unwrap();
    assert_eq!((&called.roles, &called.reasons), (&named.roles, &named.reasons));
    assert_eq!((&called.parameters, &called.receipt), (&named.parameters, &named.receipt));
    assert_eq!(called.people().out(), named.people().out());
    let later = Ties { brands: vec!["acme".into()], since: Some(12 * DAY), ..Ties::default() };
    assert!(
        network(&fans(), &later)
            .receipt
            .warnings
            .contains(&"\"acme\" has no event inside the window".to_owned())
    );
}

#[test]
fn seeds_are_places_in_their_layer() {
    let network = network(&fans(), &Ties { brands: vec!["acme".into()], ..Ties::default() });
    let seeds = |layer, id: &str| network.places(layer, "seeds", &[id.to_owned()]);
    assert_eq!(seeds(Layer::People, "fan00").unwrap(), [0]);
    assert_eq!(seeds(Layer::Brand, "fan00").unwrap(), [1]);
    assert_eq!(
        seeds(Layer::People, "acme").unwrap_err().to_string(),
        "seeds must be in the people layer, got acme"
    );
    assert_eq!("brand".parse::<Layer>().unwrap(), Layer::Brand);
    assert!("brands".parse::<Layer>().is_err());
}
