//! Credit where outcomes name nobody: what is shared of a brand, by its parents and its items.

use std::collections::HashMap;

use laud::advocates::{Advocates, Objective, rank};
use laud::network::{HalfLife, Network, Ties};

use crate::{numbers, read, texts};

/// What everybody is credited with for acme, where nothing fades.
fn credits(objective: Objective, log: &str) -> HashMap<String, f64> {
    let ties =
        Ties { brands: vec!["acme".into()], half_life: HalfLife::All("none".into()), ..Ties::default() };
    let network = Network::build(read(log), &ties).unwrap();
    let advocates = Advocates {
        brand: Some("acme".into()),
        objective: Some(objective),
        bootstrap: 0,
        ..Advocates::default()
    };
    let table = rank(&network, &advocates).unwrap().table().clone();
    texts(&table, "id").into_iter().zip(numbers(&table, "evidence_credit")).collect()
}

#[test]
fn a_share_of_a_brand_credits_whose_event_it_answers() {
    let credit = credits(
        Objective::Awareness,
        "time,actor,target,kind,event_id,parent\n\
         2025-03-01,ann,acme,mention,1,\n\
         2025-03-02,bob,acme,share,2,1\n\
         2025-03-03,cleo,acme,share,3,2\n\
         2025-03-04,dan,acme,share,4,\n",
    );
    // Bob shared ann, cleo shared bob, who had it from ann; nobody says whom dan shared.
    assert_eq!((credit["ann"], credit["bob"], credit["cleo"], credit["dan"]), (1.5, 1.0, 0.0, 0.0));
}

#[test]
fn a_share_of_an_item_credits_whom_one_attends_to() {
    let credit = credits(
        Objective::Awareness,
        "time,actor,target,kind,item\n\
         2025-03-01,cleo,ann,follow,\n\
         2025-03-01,cleo,bob,follow,\n\
         2025-03-02,ann,acme,mention,x\n\
         2025-03-02,bob,acme,mention,y\n\
         2025-03-02,dan,acme,mention,x\n\
         2025-03-03,cleo,acme,share,x\n",
    );
    // Of those who spoke of x, cleo attends to ann alone; with so little to go by, half is credited.
    assert!((credit["ann"] - 0.5).abs() < 1e-12, "{}", credit["ann"]);
    assert_eq!((credit["bob"], credit["dan"]), (0.0, 0.0));
}

#[test]
fn where_people_buy_who_never_bought_did_not_come_through_anybody() {
    let log = "time,actor,target,kind\n\
               2025-03-01,bob,ann,referred_by\n\
               2025-03-01,cleo,dan,referred_by\n\
               2025-03-02,cleo,ann,like\n";
    let arrivals = |log: &str| {
        let credit = credits(Objective::Acquisition, log);
        (credit["ann"], credit["dan"])
    };
    assert_eq!(arrivals(&format!("{log}2025-03-02,eve,acme,mention\n")), (1.0, 1.0));
    assert_eq!(arrivals(&format!("{log}2025-03-02,bob,acme,purchase\n")), (1.0, 0.0));
}
