//! Trust as a random walk from people who have shown themselves, over acts that cost something.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::advocates::features::people_graph;
use crate::advocates::{is_person, people_of};
use crate::centrality::{PersonalizedPageRank, personalized_pagerank};
use crate::error::Result;
use crate::events::{Event, Kinds};
use crate::network::Network;

/// The walk's share of each node times the number of people, with a sentence on where it starts; none where
/// nobody can be trusted before the others.
///
/// The walk follows acts worth at least a share (reply, share, answer, review, purchase, referral and unknown
/// kinds), from the one who acts to the one acted upon, and returns to the seeds from where it cannot go on.
/// Whatever a ring of accounts does among itself, it receives nothing unless somebody trusted acts towards it.
pub(super) fn walk(network: &Network, brand: Option<u32>) -> Result<(Option<Vec<f64>>, String)> {
    let Some((seeds, rule)) = seeds(network, brand) else {
        let note =
            "trust is left out: nobody is verified, bought anything, or exchanged costly acts on three days";
        return Ok((None, note.to_owned()));
    };
    let graph = people_graph(network, is_selective);
    let note = format!("trust starts at {} {rule}", seeds.len());
    let params = PersonalizedPageRank {
        seeds: vec![seeds.iter().map(|&seed| (seed, 1.0)).collect()],
        ..PersonalizedPageRank::default()
    };
    let scores = personalized_pagerank(&graph, &params)?;
    let people = people_of(network).count() as f64;
    Ok((Some(scores.values().iter().map(|share| share * people).collect()), note))
}

/// Acts that cost at least as much as a share.
fn is_selective(kind: &str) -> bool {
    Kinds::get(kind).is_none_or(|kind| kind.weight >= 1.0)
}

/// Where trust starts: verified people, else buyers (of the brand, where one is named), else people who
/// exchanged costly acts with somebody on at least three days.
fn seeds(network: &Network, brand: Option<u32>) -> Option<(Vec<u32>, &'static str)> {
    let verified = &network.accounts.verified;
    let is_verified = |node: &u32| verified.get(*node as usize).copied().unwrap_or(false);
    let bought = |node: &u32| {
        network.ties(*node).iter().any(|tie| {
            network.kinds[tie.kind as usize] == "purchase" && brand.is_none_or(|brand| brand == tie.target)
        })
    };
    let rules: [(&'static str, &dyn Fn() -> Vec<u32>); 3] = [
        ("verified people", &|| people_of(network).filter(is_verified).collect()),
        ("people who bought", &|| people_of(network).filter(bought).collect()),
        ("people in conversation on three days or more", &|| talk_on_three_days(network)),
    ];
    rules.into_iter().map(|(rule, find)| (find(), rule)).find(|(seeds, _)| !seeds.is_empty())
}

/// Who has a partner such that both acted and their acts fall on at least three days (UTC).
fn talk_on_three_days(network: &Network) -> Vec<u32> {
    const DAY: i64 = 24 * 3600 * 1_000_000;
    let selective: Vec<bool> = network.kinds.iter().map(|kind| is_selective(kind)).collect();
    let is_person = |node: u32| is_person(network.roles[node as usize]);
    let talking: Vec<AtomicBool> = network.roles.iter().map(|_| AtomicBool::new(false)).collect();
    (0..network.roles.len() as u32).into_par_iter().filter(|&person| is_person(person)).for_each(|person| {
        for given in network.events_of(person).chunk_by(|a, b| a.target == b.target) {
            let other = given[0].target;
            if other <= person || !is_person(other) {
                continue;
            }
            let days = |events: &[Event]| -> BTreeSet<i64> {
                let acts = events.iter().filter(|event| selective[event.kind as usize]);
                acts.map(|event| event.time.div_euclid(DAY)).collect()
            };
            let given = days(given);
            if given.is_empty() {
                continue;
            }
            let received = days(network.events_between(other, person));
            if !received.is_empty() && given.union(&received).count() >= 3 {
                talking[person as usize].store(true, Relaxed);
                talking[other as usize].store(true, Relaxed);
            }
        }
    });
    people_of(network).filter(|&person| talking[person as usize].load(Relaxed)).collect()
}
