//! The outcomes of a log: what each objective is after, one by one, with the person who is named for it.

use std::ops::Range;

use rayon::prelude::*;

use crate::advocates::objective::{Objective, Purpose};
use crate::advocates::{is_person, people_of};
use crate::events::{Event, Kinds, NONE, Role};
use crate::network::{DAY, Network};

/// How long somebody must have been silent to come back.
pub(super) const SILENCE: i64 = 30 * DAY;
/// How long after an answer the question must not be asked again, nor answered by staff; and until when somebody may be
/// named for a first purchase.
const SETTLED: i64 = 7 * DAY;

/// Something an advocate may have brought about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::advocates) struct Outcome {
    /// Whose outcome it is.
    pub(in crate::advocates) person: u32,
    /// Who is named for it, or [`NONE`].
    pub(in crate::advocates) named: u32,
    /// When.
    pub(in crate::advocates) time: i64,
    /// The event, a position in [`Network::events`].
    pub(in crate::advocates) event: u32,
    /// What it counts: 1, or the share of one that several are named for.
    pub(in crate::advocates) amount: f64,
}

/// Whether others see acts of a kind: those that are costly, but purchases.
pub(super) fn is_seen(kind: &str) -> bool {
    Kinds::is_costly(kind) && kind != "purchase"
}

/// Some events with their positions in [`Network::events`].
pub(super) fn placed(
    network: &Network,
    positions: Range<usize>,
) -> impl Iterator<Item = (u32, &Event)> + Clone + use<'_> {
    (positions.start as u32..).zip(&network.events()[positions])
}

/// The events of an actor with their positions.
fn acts(network: &Network, actor: u32) -> impl Iterator<Item = (u32, &Event)> + Clone + use<'_> {
    placed(network, network.positions_of(actor))
}

/// All outcomes of an objective, by person, then time.
pub(super) fn outcomes(
    network: &Network,
    objective: Objective,
    purpose: &Purpose,
    brand: Option<u32>,
    notes: &mut Vec<String>,
) -> Vec<Outcome> {
    let people: Vec<u32> = people_of(network).collect();
    let needs = purpose.needs(objective);
    let is_needed = |kind: &str| needs.iter().any(|own| own == kind);
    let each = |of: &(dyn Fn(u32) -> Vec<Outcome> + Sync)| -> Vec<Outcome> {
        people.par_iter().flat_map_iter(|&person| of(person)).collect()
    };
    let mut outcomes = match objective {
        Objective::Acquisition => {
            let arrives = network.kinds_that(|kind| kind != "referred_by" && is_needed(kind));
            let did = |node: u32| {
                let mut ties = network.ties(node).iter();
                ties.any(|tie| arrives[tie.kind as usize] && is_brand(network, brand, tie.target))
            };
            let tells = people.par_iter().any(|&person| did(person));
            let referral = network.kind("referred_by");
            let names = |node: u32| network.ties(node).iter().any(|tie| Some(tie.kind) == referral);
            let empty = people.par_iter().filter(|&&person| tells && names(person) && !did(person)).count();
            if empty > 0 {
                notes.push(format!(
                    "credit: {empty} people name who brought them but never came: they do not count"
                ));
            }
            each(&|person| arrival(network, person, brand, &arrives, tells))
        }
        Objective::Deflection => answers(network, &network.kinds_that(is_needed)),
        Objective::Retention => each(&|person| returns(network, person)),
        Objective::Awareness => {
            // Cheap acts are no outcomes, and an answer is one of who gives it.
            let counts =
                |kind: &&str| *kind != "answer" && Kinds::is_costly(kind) && network.kind(kind).is_some();
            let share = [purpose.outcome.as_str(), "share"].into_iter().find(counts);
            let counts =
                network.kinds_that(|kind| share.map_or_else(|| is_seen(kind), |share| share == kind));
            each(&|person| first_shares(network, person, &counts))
        }
    };
    outcomes.par_sort_unstable_by_key(|outcome| (outcome.person, outcome.time, outcome.event, outcome.named));
    outcomes
}

/// Whether somebody is the brand that is ranked for, or any brand or product where none is.
pub(in crate::advocates) fn is_brand(network: &Network, brand: Option<u32>, node: u32) -> bool {
    match brand {
        Some(brand) => node == brand,
        None => matches!(network.roles[node as usize], Role::Brand | Role::Product),
    }
}

/// The first purchase of a person, or the moment somebody was named for their coming, whichever is first. Who is named
/// is a person other than themselves, by the first `referred_by` there is. Where the log `tells` who bought, who never did has not
/// arrived: to name somebody costs nothing.
fn arrival(
    network: &Network,
    person: u32,
    brand: Option<u32>,
    arrives: &[bool],
    tells: bool,
) -> Vec<Outcome> {
    let kind = |event: &Event| network.kinds[event.kind as usize].as_str();
    let purchases = acts(network, person)
        .filter(|(_, event)| arrives[event.kind as usize] && is_brand(network, brand, event.target));
    let referrals = acts(network, person).filter(|(_, event)| {
        kind(event) == "referred_by" && !event.is_self() && is_person(network.roles[event.target as usize])
    });
    let first_purchase = purchases.min_by_key(|(at, event)| (event.time, *at));
    let first_referral = referrals.min_by_key(|(at, event)| (event.time, *at)).filter(|(_, referral)| {
        // Who is named long after the first purchase did not bring it about.
        first_purchase.is_none_or(|(_, bought)| referral.time <= bought.time.saturating_add(SETTLED))
    });
    if tells && first_purchase.is_none() {
        return Vec::new();
    }
    let named = first_referral.map_or(NONE, |(_, event)| event.target);
    let first = [first_purchase, first_referral].into_iter().flatten().min_by_key(|(_, event)| event.time);
    first
        .map(|(at, event)| Outcome { person, named, time: event.time, event: at, amount: 1.0 })
        .into_iter()
        .collect()
}

/// The first share a person made of each other person, and of each item of which nobody says whose it is; a share is an event of
/// the kinds that count.
fn first_shares(network: &Network, person: u32, counts: &[bool]) -> Vec<Outcome> {
    let mut firsts: Vec<(u32, u32, Outcome)> = acts(network, person)
        .filter(|(_, event)| counts[event.kind as usize] && !event.is_self())
        .filter_map(|(at, event)| {
            let named = source(network, at);
            let item = if named == NONE { item(network, at) } else { NONE };
            let outcome = Outcome { person, named, time: event.time, event: at, amount: 1.0 };
            (named != NONE || item != NONE).then_some((named, item, outcome))
        })
        .collect();
    firsts.sort_unstable_by_key(|(named, item, outcome)| (*named, *item, outcome.time, outcome.event));
    firsts.dedup_by_key(|(named, item, _)| (*named, *item));
    firsts.into_iter().map(|(.., outcome)| outcome).collect()
}

/// Whose it is that an event shares: of the person it is directed at; of what is directed at a brand, of the person whose event
/// it answers; [`NONE`] where that is nobody or themselves.
pub(super) fn source(network: &Network, at: u32) -> u32 {
    let log = network.events();
    let event = &log[at as usize];
    let person = |node: u32| if is_person(network.roles[node as usize]) { node } else { NONE };
    let directed = person(event.target);
    if directed != NONE {
        return directed;
    }
    let parent = network.parents().map_or(NONE, |parents| parents[at as usize]);
    let author = log.get(parent as usize).map_or(NONE, |parent| person(parent.actor));
    if author == event.actor { NONE } else { author }
}

/// The item an event is about, or [`NONE`].
pub(super) fn item(network: &Network, at: u32) -> u32 {
    network.items().and_then(|(_, item_of)| item_of.get(at as usize)).copied().unwrap_or(NONE)
}

/// Answers of people to people, unless staff answered the same person or the person asked again within seven days;
/// several answers to one question share it.
fn answers(network: &Network, counts: &[bool]) -> Vec<Outcome> {
    let question = network.kind("question");
    let parents = network.parents();
    let mut found: Vec<Outcome> = (0..network.ids.len() as u32)
        .into_par_iter()
        .flat_map_iter(|actor| {
            let mine =
                acts(network, actor).filter(|(_, event)| counts[event.kind as usize] && !event.is_self());
            mine.filter(|(_, event)| is_person(network.roles[event.target as usize])).map(
                move |(at, event)| Outcome {
                    person: event.target,
                    named: actor,
                    time: event.time,
                    event: at,
                    amount: 1.0,
                },
            )
        })
        .collect();
    let thread = |outcome: &Outcome| parents.map_or(NONE, |parents| parents[outcome.event as usize]);
    found.par_sort_unstable_by_key(|outcome| (outcome.person, thread(outcome), outcome.time, outcome.event));
    for answers in found.chunk_by_mut(|a, b| a.person == b.person) {
        let asker = answers[0].person;
        let mut asked: Vec<i64> = acts(network, asker)
            .filter(|(_, event)| Some(event.kind) == question)
            .map(|(_, event)| event.time)
            .collect();
        asked.sort_unstable();
        let by_staff: Vec<(u32, i64)> = answers
            .iter()
            .filter(|answer| !is_person(network.roles[answer.named as usize]))
            .map(|answer| (thread(answer), answer.time))
            .collect();
        for question in answers.chunk_by_mut(|a, b| thread(a) != NONE && thread(a) == thread(b)) {
            let people =
                question.iter().filter(|answer| is_person(network.roles[answer.named as usize])).count();
            for answer in question {
                let settled = answer.time.saturating_add(SETTLED);
                let next = asked.partition_point(|&time| time <= answer.time);
                let again = asked.get(next).is_some_and(|&time| time <= settled);
                let taken_over = by_staff.iter().any(|&(staff_thread, time)| {
                    time > answer.time
                        && time <= settled
                        && (staff_thread == NONE || staff_thread == thread(answer))
                });
                let is_mine = is_person(network.roles[answer.named as usize]);
                answer.amount = if is_mine && !again && !taken_over { 1.0 / people as f64 } else { 0.0 };
            }
        }
    }
    found.retain(|answer| answer.amount > 0.0);
    found
}

/// The first act of a person after each silence of 30 days.
fn returns(network: &Network, person: u32) -> Vec<Outcome> {
    let mut times: Vec<(i64, u32)> = acts(network, person)
        .filter(|(_, event)| !event.is_self() && network.kinds[event.kind as usize] != "follow")
        .map(|(at, event)| (event.time, at))
        .collect();
    times.sort_unstable();
    times
        .windows(2)
        .filter(|pair| pair[1].0 - pair[0].0 >= SILENCE)
        .map(|pair| Outcome { person, named: NONE, time: pair[1].0, event: pair[1].1, amount: 1.0 })
        .collect()
}
