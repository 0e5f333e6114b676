//! Exposures: who could have moved a person, and when.

use std::cmp::Ordering;
use std::ops::Range;

use rayon::prelude::*;

use super::outcome::{Outcome, SILENCE, is_brand, is_seen, item, placed};
use crate::advocates::objective::{Objective, Purpose};
use crate::advocates::{is_person, people_of};
use crate::events::{Event, NONE};
use crate::network::Network;

/// That somebody could have been moved by somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    /// By whom.
    pub(super) by: u32,
    /// When.
    pub(super) time: i64,
    /// Since when there could have been exposures: from the first post of the author, and the follow.
    pub(super) since: i64,
}

/// What moves people, by objective.
pub(super) enum Exposures<'a> {
    /// Posts about the brand, seen by those who follow the author or react to them.
    Posts(Posts<'a>),
    /// Acts of others towards the person.
    Contacts(&'a Network),
    /// Acts about the same item by those whom the person attends to.
    Items(Items<'a>),
    /// Outcomes name who brought them about.
    Named,
}

impl<'a> Exposures<'a> {
    pub(super) fn new(
        network: &'a Network,
        objective: Objective,
        purpose: &Purpose,
        brand: Option<u32>,
        outcomes: &[Outcome],
    ) -> Exposures<'a> {
        let all_named = || outcomes.iter().all(|outcome| outcome.named != NONE);
        match objective {
            Objective::Acquisition => Exposures::Posts(Posts::new(network, purpose.needs(objective), brand)),
            Objective::Retention => Exposures::Contacts(network),
            Objective::Awareness if !all_named() => Exposures::Items(Items::new(network)),
            Objective::Deflection | Objective::Awareness => Exposures::Named,
        }
    }

    /// What a person was exposed to during some time, by author, then time; of an outcome that is about an item, what is about
    /// the same.
    pub(super) fn seen(&self, person: u32, event: u32, time: Range<i64>, seen: &mut Vec<Seen>) {
        seen.clear();
        match self {
            Exposures::Posts(posts) => posts.seen(person, &time, seen),
            Exposures::Contacts(network) => contacts(network, person, &time, seen),
            Exposures::Items(items) => items.seen(person, event, &time, seen),
            Exposures::Named => {}
        }
        seen.sort_unstable_by_key(|seen| (seen.by, seen.time));
    }

    /// The times at which an outcome of a person could have come about, each with whether it did at its end.
    pub(super) fn at_risk(
        &self,
        network: &Network,
        person: u32,
        outcomes: &[Outcome],
        from: i64,
    ) -> Vec<(Range<i64>, bool)> {
        let own = || network.events_of(person).iter().filter(|event| !event.is_self());
        match self {
            Exposures::Posts(_) => {
                let Some(first) = own().map(|event| event.time).min() else { return Vec::new() };
                let (end, ends_so) =
                    outcomes.first().map_or((network.as_of, false), |outcome| (outcome.time, true));
                vec![(first.max(from)..end, ends_so)]
            }
            Exposures::Contacts(..) => {
                let follow = |event: &&Event| network.kinds[event.kind as usize] != "follow";
                let mut times: Vec<i64> = own().filter(follow).map(|event| event.time).collect();
                times.sort_unstable();
                let silence = |from: i64, to: i64, back: bool| (from.saturating_add(SILENCE)..to, back);
                let between = times.windows(2).map(|pair| silence(pair[0], pair[1], true));
                let last = times.last().map(|&last| silence(last, network.as_of, false));
                between.chain(last).filter(|(range, _)| !range.is_empty()).collect()
            }
            // When somebody could have shared an item, and did not, no log says.
            Exposures::Items(_) | Exposures::Named => Vec::new(),
        }
    }
}

/// What people do towards a person, other than to follow them.
fn contacts(network: &Network, person: u32, time: &Range<i64>, seen: &mut Vec<Seen>) {
    for ties in network.incoming(person).chunk_by(|a, b| a.source == b.source) {
        let by = ties[0].source;
        if is_person(network.roles[by as usize]) {
            let since = network.events_of(by).iter().map(|event| event.time).min().unwrap_or(i64::MAX);
            let here = network
                .events_between(by, person)
                .iter()
                .filter(|event| time.contains(&event.time) && network.kinds[event.kind as usize] != "follow");
            seen.extend(here.map(|event| Seen { by, time: event.time, since }));
        }
    }
}

/// Costly acts of people about items, by item, author, then time.
pub(super) struct Items<'a> {
    network: &'a Network,
    acts: Vec<(u32, u32, i64)>,
}

impl<'a> Items<'a> {
    fn new(network: &'a Network) -> Items<'a> {
        let speaks = network.kinds_that(is_seen);
        let act = |(at, event): (u32, &Event)| {
            let item = item(network, at);
            let counts =
                item != NONE && speaks[event.kind as usize] && is_person(network.roles[event.actor as usize]);
            counts.then_some((item, event.actor, event.time))
        };
        let mut acts: Vec<(u32, u32, i64)> =
            placed(network, 0..network.events().len()).filter_map(act).collect();
        acts.par_sort_unstable();
        Items { network, acts }
    }

    /// What those whom a person attends to, from then on, did about the item of an event.
    fn seen(&self, person: u32, event: u32, time: &Range<i64>, seen: &mut Vec<Seen>) {
        let network = self.network;
        let item = item(network, event);
        if item == NONE {
            return;
        }
        let run = run_of(&self.acts, |act| act.0.cmp(&item));
        let mut look = |by: u32, acts: &[(u32, u32, i64)]| {
            let attention = network.events_between(person, by).iter().map(|event| event.time).min();
            let Some(since) = attention.filter(|_| by != person) else { return };
            let here = acts.iter().map(|act| act.2).filter(|at| time.contains(at) && *at >= since);
            seen.extend(here.map(|time| Seen { by, time, since }));
        };
        let ties = network.ties(person);
        // Whichever are fewer are looked up among the others.
        if run.len() < ties.len() {
            run.chunk_by(|a, b| a.1 == b.1).for_each(|acts| look(acts[0].1, acts));
        } else {
            for ties in ties.chunk_by(|a, b| a.target == b.target) {
                let by = ties[0].target;
                look(by, run_of(run, |act| act.1.cmp(&by)));
            }
        }
    }
}

/// The run of entries of a sorted slice that compare as equal.
fn run_of<T>(sorted: &[T], compare: impl Fn(&T) -> Ordering) -> &[T] {
    let rest = &sorted[sorted.partition_point(|entry| compare(entry).is_lt())..];
    &rest[..rest.partition_point(|entry| compare(entry).is_eq())]
}

/// Costly acts of people towards the brand, by author, then time.
pub(super) struct Posts<'a> {
    network: &'a Network,
    follow: Option<u8>,
    brand: Option<u32>,
    offsets: Vec<usize>,
    /// Their times.
    posts: Vec<i64>,
}

impl<'a> Posts<'a> {
    /// Acts but those by which people arrive.
    fn new(network: &'a Network, arrive: &[String], brand: Option<u32>) -> Posts<'a> {
        let speaks = network.kinds_that(|kind| is_seen(kind) && !arrive.iter().any(|own| own == kind));
        let of = |person: u32| {
            let acts = network.events_of(person).iter();
            let posts =
                acts.filter(|event| speaks[event.kind as usize] && is_brand(network, brand, event.target));
            let mut posts: Vec<i64> = posts.map(|event| event.time).collect();
            posts.sort_unstable();
            posts
        };
        let mut offsets = vec![0];
        let mut posts = Vec::new();
        let rows: Vec<Vec<i64>> = (0..network.ids.len() as u32)
            .into_par_iter()
            .map(|node| if is_person(network.roles[node as usize]) { of(node) } else { Vec::new() })
            .collect();
        for row in rows {
            posts.extend(row);
            offsets.push(posts.len());
        }
        let follow = network.kind("follow");
        Posts { network, follow, brand, offsets, posts }
    }

    /// The posts of a person.
    fn of(&self, author: u32) -> &[i64] {
        &self.posts[self.offsets[author as usize]..self.offsets[author as usize + 1]]
    }

    /// Where the posts of a person in some time stand among those of all.
    fn within(&self, author: u32, time: &Range<i64>) -> Range<usize> {
        let (base, posts) = (self.offsets[author as usize], self.of(author));
        let from = posts.partition_point(|&post| post < time.start);
        let to = posts.partition_point(|&post| post < time.end);
        base + from..base + to.max(from)
    }

    /// Whom a person attends to, since when as a follower, and their acts before that.
    fn attention(
        &self,
        person: u32,
    ) -> impl Iterator<Item = (u32, Option<i64>, impl Iterator<Item = (u32, &'a Event)> + use<'a>)> {
        let network = self.network;
        let events = network.events_of(person);
        let authors = events.chunk_by(|a, b| a.target == b.target).map(|run| run[0].target);
        let follow = self.follow;
        let is_author = move |&author: &u32| author != person && !self.of(author).is_empty();
        authors.filter(is_author).map(move |author| {
            let run = placed(network, network.positions_between(person, author));
            let since =
                run.clone().filter(|(_, act)| Some(act.kind) == follow).map(|(_, act)| act.time).min();
            let before = since.unwrap_or(i64::MAX);
            (author, since, run.filter(move |(_, act)| Some(act.kind) != follow && act.time < before))
        })
    }

    fn seen(&self, person: u32, time: &Range<i64>, seen: &mut Vec<Seen>) {
        for (by, follow, reactions) in self.attention(person) {
            let first = self.of(by).first().copied().unwrap_or(i64::MAX);
            if let Some(follow) = follow {
                let since = follow.max(first);
                let time = follow.max(time.start)..time.end;
                seen.extend(self.posts[self.within(by, &time)].iter().map(|&time| Seen { by, time, since }));
            }
            let here = reactions.filter(|(at, act)| time.contains(&act.time) && self.is_reaction(*at, by));
            seen.extend(here.map(|(_, act)| Seen { by, time: act.time, since: first }));
        }
    }

    /// Whether an act towards an author is about a post: where the log knows what acts answer, it must say so.
    fn is_reaction(&self, at: u32, author: u32) -> bool {
        let Some(parents) = self.network.parents() else { return true };
        let parent = parents[at as usize];
        if parent == NONE {
            return false;
        }
        let post = &self.network.events()[parent as usize];
        post.actor == author && is_brand(self.network, self.brand, post.target)
    }

    /// How many units of exposure each author caused in people before their outcome, faded like outcomes of `kind`.
    pub(super) fn caused(&self, outcomes_of: impl Fn(u32) -> Option<i64> + Sync, kind: u8) -> Vec<f64> {
        let network = self.network;
        // Sums of the faded posts of each author, so that those of a stretch of time are one difference.
        let mut sums = Vec::with_capacity(self.posts.len() + 1);
        let mut sum = 0.0;
        sums.push(sum);
        for &time in &self.posts {
            sum += network.fade(kind, time);
            sums.push(sum);
        }
        let stretch = |author: u32, time: Range<i64>| {
            let here = self.within(author, &time);
            sums[here.end] - sums[here.start]
        };
        let people: Vec<u32> = people_of(network).collect();
        let parts: Vec<(u32, f64)> = people
            .par_iter()
            .flat_map_iter(|&person| {
                let end = outcomes_of(person).unwrap_or(i64::MAX);
                let units = self.attention(person).map(move |(author, since, reactions)| {
                    let followed = since.map_or(0.0, |since| stretch(author, since..end));
                    let reacted: f64 = reactions
                        .filter(|(at, act)| act.time < end && self.is_reaction(*at, author))
                        .map(|(_, act)| network.fade(kind, act.time))
                        .sum();
                    (author, followed + reacted)
                });
                units.collect::<Vec<_>>()
            })
            .collect();
        let mut caused = vec![0.0; network.ids.len()];
        parts.into_iter().for_each(|(author, units)| caused[author as usize] += units);
        caused
    }
}
