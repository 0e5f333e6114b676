//! What is known of each person before anything is weighed: evidence by feature and the people behind it, plain counts, flags.

mod activity;
mod brand;
mod counts;
mod exchange;
mod facts;
mod past;

use rayon::prelude::*;
use std::ops::Deref;

use crate::advocates::credit::{How, Ledger};
use crate::advocates::feature::Feature;
use crate::advocates::integrity::integrity;
use crate::advocates::objective::Objective;
use crate::advocates::score::known;
use crate::advocates::signal::Count;
use crate::advocates::trust::{Ground, Trust};
use crate::advocates::{Advocates, bought, is_person};
use crate::community::{hasty_louvain, numbered};
use crate::error::{Error, Result};
use crate::events::{Kinds, NONE};
use crate::graph::Graph;
use crate::network::Network;
use crate::progress::Watch;
use counts::Counts;
use exchange::{Acts, Exchange};
pub(super) use facts::Facts;
use past::floored;
pub(super) use past::{Past, counted};

/// People whose features one thread finds at a time.
const PIECE: usize = 1 << 12;

/// A part of a feature: how much of it comes from whom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    /// A person, or the one it is about for what they did themselves.
    pub(super) who: u32,
    pub(super) amount: f64,
}

/// Evidence by node of the network; brands, products and staff have none.
pub(super) struct Evidence<'a> {
    pub(super) network: &'a Network,
    pub(super) brand: Option<u32>,
    facts: Facts,
    /// Who is credited with what.
    pub(super) ledger: Ledger,
    /// What people do towards each other.
    exchange: Exchange<'a>,
    /// How many people somebody attends to who speak.
    voices: Vec<u32>,
    /// Whether somebody is won already.
    won: Vec<bool>,
    /// Share of each community that is won.
    penetration: Vec<f64>,
    trust: Option<Vec<f64>>,
    past: Past,
    /// Whole sentences for the reader.
    pub(super) notes: Vec<String>,
}

impl<'a> Evidence<'a> {
    /// Reads all there is about everybody, for `brand` or for nobody in particular.
    pub(super) fn gather(
        network: &'a Network,
        objective: Objective,
        brand: Option<u32>,
        params: &Advocates,
        measures: bool,
    ) -> Result<Evidence<'a>> {
        if network.events().is_empty() {
            return Err(Error::Empty(
                "the network holds no events inside the window: nobody can be ranked".to_owned(),
            ));
        }
        let watch = Watch::current();
        let step = |done| watch.tick("evidence", done, 7);
        let purpose = params.objectives.purpose(objective);
        let is_costly = network.kinds_that(Kinds::is_costly);
        let mut notes = Vec::new();

        step(0)?;
        let ground = Ground::new(network, brand)?;
        // Rings are of people whom no trust reaches, unless they may have some.
        let unquestioned = match params.integrity.ring.trust {
            0.0 => ground.reached(),
            _ => ground.trust(None)?.shares,
        };
        let findings = integrity(network, brand, unquestioned.as_deref(), &params.integrity)?;
        // What a suspect gives counts nothing.
        let giving: Vec<f64> =
            findings.authenticity.iter().map(|&q| if is_suspect(q) { 0.0 } else { q }).collect();
        step(1)?;
        let Trust { shares: trust, note } = ground.trust(Some(&giving))?;
        drop(ground);
        notes.push(note);
        step(2)?;
        let exchange = Exchange::new(network, giving, is_costly);
        let idols = exchange.idols();
        let community = communities(&exchange, &idols, params.seed)?;
        step(3)?;
        let giving = &exchange.giving;
        let ledger = Ledger::new(network, objective, purpose, brand, &params.credit, giving, &community)?;
        notes.extend(ledger.notes.iter().cloned());
        step(4)?;
        let is_costly = &exchange.is_costly;
        let won = won(network, is_costly, brand);
        let penetration = penetration(&community, &won, &idols);
        let speaks = speaks(network, is_costly, brand);
        let voices = exchange
            .by_node(|j| exchange.given(j, Acts::Any).filter(|(i, _)| speaks[*i as usize]).count() as u32);
        step(5)?;
        let weights = [&params.weights, &purpose.weights];
        let weighs =
            |count: Count| weights.iter().any(|weights| weights.get(count.name()).is_some_and(|&w| w > 0.0));
        let measures = measures || weighs(Count::Pagerank) || weighs(Count::Core);
        let past = Past::new(network, &purpose.outcome, params.horizon(network)?);
        let rhythm = activity::rhythm(network, is_costly);
        let bonds = brand::bonds(network, is_costly, brand);
        let (events, telling) = exchange.events();
        let facts = Facts {
            features: Vec::new(),
            findings,
            community,
            counts: Counts::new(network, &past, measures)?,
            engagers: exchange.by_node(|i| exchange.received(i, Acts::Costly).count() as u32),
            events,
            telling,
            rhythm,
            single: activity::single(network),
            bonds,
        };
        let mut evidence = Evidence {
            network,
            brand,
            facts,
            ledger,
            exchange,
            voices,
            won,
            penetration,
            trust,
            past,
            notes,
        };
        step(6)?;
        evidence.facts.features = evidence.all_features();
        step(7)?;
        Ok(evidence)
    }

    /// Every feature of everybody, by feature.
    fn all_features(&self) -> Vec<Vec<f64>> {
        let n = self.network.ids.len();
        let mut features: Vec<Vec<f64>> = Feature::ALL.iter().map(|_| vec![0.0; n]).collect();
        let mut pieces: Vec<Vec<&mut [f64]>> = (0..n.div_ceil(PIECE)).map(|_| Vec::new()).collect();
        for feature in &mut features {
            pieces.iter_mut().zip(feature.chunks_mut(PIECE)).for_each(|(piece, values)| piece.push(values));
        }
        pieces.into_par_iter().enumerate().for_each_init(
            || (Vec::new(), Vec::new()),
            |(parts, acts), (piece, mut features)| {
                for node in (piece * PIECE..n).take(PIECE) {
                    if is_person(self.network.roles[node]) {
                        self.past.acts(self.network, node as u32, acts);
                        for (values, feature) in features.iter_mut().zip(Feature::ALL) {
                            values[node - piece * PIECE] = self.of_acts(feature, node as u32, acts, parts);
                        }
                    }
                }
            },
        );
        features
    }

    /// A feature of somebody of whose acts the past tells these; `parts` is room to work in.
    fn of_acts(&self, feature: Feature, node: u32, acts: &[(u32, i64)], parts: &mut Vec<Part>) -> f64 {
        let sum = match horizons(feature) {
            Some(times) => self.momentum(times, acts).map(|part| part.amount).sum(),
            None => {
                self.parts(feature, node, parts);
                parts.iter().map(|part| part.amount).sum()
            }
        };
        self.of_parts(feature, node, sum)
    }

    /// What is known of everybody, without what tells whom it comes from.
    pub(super) fn into_facts(self) -> Facts {
        self.facts
    }

    /// Whom a feature of somebody comes from, ascending; the same person may stand there more than once.
    pub(super) fn parts(&self, feature: Feature, i: u32, parts: &mut Vec<Part>) {
        parts.clear();
        let own = |amount: f64| (amount > 0.0).then_some(Part { who: i, amount });
        match feature {
            Feature::Credit => parts.extend(self.credit_parts(i, true)),
            Feature::Lift => parts.extend(self.credit_parts(i, false)),
            Feature::ReachNew => {
                parts.extend(self.exchange.audience(i).filter(|(j, _)| !self.won[*j as usize]).map(
                    |(who, share)| Part { who, amount: share / f64::from(self.voices[who as usize].max(1)) },
                ));
            }
            Feature::Reach => parts.extend(
                self.exchange
                    .audience(i)
                    .map(|(who, share)| Part { who, amount: share * (1 + self.engagers(who)) as f64 }),
            ),
            Feature::Engagement => parts.extend(
                self.exchange
                    .received(i, Acts::Costly)
                    .map(|(who, weight)| Part { who, amount: libm::log1p(weight) }),
            ),
            Feature::Conversation => self.conversation(i, parts),
            Feature::Affinity => parts.extend(own(self.bond(i).affinity())),
            Feature::Brokerage => {
                let home = self.community[i as usize];
                parts.extend(self.exchange.audience(i).filter_map(|(who, share)| {
                    let there = self.community[who as usize];
                    let untouched = 1.0 - self.penetration.get(there as usize).copied().unwrap_or(0.0);
                    (there != home && there != NONE).then_some(Part { who, amount: share * untouched })
                }));
            }
            Feature::Consistency => parts.extend(own(self.rhythm[i as usize].consistency())),
            Feature::Responsiveness => {
                activity::responses(self.network, &self.exchange.is_costly, i, parts);
            }
            Feature::MomentumShort | Feature::Momentum | Feature::MomentumLong => {
                let mut acts = Vec::new();
                self.past.acts(self.network, i, &mut acts);
                parts.extend(horizons(feature).into_iter().flat_map(|times| self.momentum(times, &acts)));
            }
            Feature::Trust => parts.extend(self.trust.as_ref().and_then(|trust| own(trust[i as usize]))),
        }
    }

    /// The events, as positions in those of the network, through which `who` is a part of a feature of `i`; none where no single
    /// ones are. Credit has outcomes instead.
    pub(super) fn behind(&self, feature: Feature, i: u32, who: u32) -> Vec<usize> {
        let network = self.network;
        let is_costly = |at: &usize| self.exchange.is_costly[network.events()[*at].kind as usize];
        let of = |actor: u32, target: u32| network.positions_between(actor, target);
        match feature {
            Feature::Reach | Feature::ReachNew | Feature::Brokerage => of(who, i).collect(),
            Feature::Engagement => of(who, i).filter(is_costly).collect(),
            Feature::Conversation | Feature::Responsiveness => {
                of(who, i).chain(of(i, who)).filter(is_costly).collect()
            }
            Feature::Affinity => self.brand.map_or(0..0, |brand| of(i, brand)).filter(is_costly).collect(),
            Feature::Consistency => {
                let others = |at: &usize| !network.events()[*at].is_self();
                network.positions_of(i).filter(is_costly).filter(others).collect()
            }
            Feature::MomentumShort | Feature::Momentum | Feature::MomentumLong => {
                let events = if self.past.given { of(i, who) } else { of(who, i) };
                events.filter(|&at| self.past.counts[network.events()[at].kind as usize]).collect()
            }
            Feature::Credit | Feature::Lift | Feature::Trust => Vec::new(),
        }
    }

    /// The unit of time in which activity is counted: its length and its word.
    pub(super) fn unit(&self) -> (i64, &'static str) {
        activity::unit(self.network)
    }

    /// Units of time in which somebody did something costly.
    pub(super) fn active(&self, node: u32) -> u32 {
        self.rhythm[node as usize].active
    }

    /// How many costly acts waited for an answer of somebody, and how many of them they answered.
    pub(super) fn answers(&self, node: u32) -> (u64, u64) {
        let mut parts = Vec::new();
        let answered = activity::responses(self.network, &self.exchange.is_costly, node, &mut parts);
        (answered, activity::contacts(self.network, &self.exchange.is_costly, node))
    }

    /// Whether an outcome is that of the one who acts.
    pub(super) fn is_outcome_given(&self) -> bool {
        self.past.given
    }

    /// What somebody is expected to be credited with: their credit, drawn towards what would be expected of anybody.
    pub(super) fn expected_credit(&self, node: u32) -> f64 {
        let expected = self.ledger.expected[node as usize];
        if expected > 0.0 {
            return self.value(Feature::Lift, node) * expected;
        }
        // Without exposures that are known, what is credited is all there is.
        self.value(Feature::Credit, node) * known(self.telling(node))
    }

    /// The audience of somebody, with what is known of each by their acts towards others and the weight of all they did, discounted
    /// by authenticity.
    pub(super) fn attention_on(&self, i: u32) -> impl Iterator<Item = (u32, f64, f64)> {
        self.exchange.attention(i)
    }

    /// The graph of any acts among some people, ascending, discounted by authenticity; they are numbered in their order.
    pub(super) fn attention_among(&self, people: &[u32]) -> Graph {
        self.exchange.among(people)
    }

    /// Whether somebody is won already.
    pub(super) fn is_won(&self, node: u32) -> bool {
        self.won[node as usize]
    }

    /// Whether somebody is a person who is what they seem.
    pub(super) fn is_listener(&self, node: u32) -> bool {
        is_person(self.network.roles[node as usize]) && !self.is_suspect(node)
    }

    /// Whether the parts of a feature can tell anything of somebody: a lift of whom nothing is expected and who has no credit
    /// cannot.
    pub(super) fn is_known(&self, feature: Feature, node: u32) -> bool {
        feature != Feature::Lift || self.value(feature, node) != 0.0
    }

    /// The value of a feature whose parts add up to `sum`.
    pub(super) fn of_parts(&self, feature: Feature, i: u32, sum: f64) -> f64 {
        // The sum of nothing is −0.
        let sum = sum + 0.0;
        match feature {
            Feature::Lift => {
                let (expected, prior) = (self.ledger.expected[i as usize], self.ledger.prior);
                // Nothing shows that some convince better than others.
                if prior >= Ledger::ALIKE {
                    return 1.0;
                }
                // Without credit and without expectation nothing is known, which is not the same as average.
                if expected == 0.0 && sum == 0.0 { 0.0 } else { (sum + prior) / (expected + prior) }
            }
            Feature::MomentumShort | Feature::Momentum | Feature::MomentumLong => floored(sum),
            Feature::Responsiveness => {
                activity::shrunk(sum, activity::contacts(self.network, &self.exchange.is_costly, i))
            }
            _ => sum,
        }
    }

    /// The parts of momentum by acts, with a half-life of so many horizons.
    fn momentum<'b>(&'b self, times: f64, acts: &'b [(u32, i64)]) -> impl Iterator<Item = Part> + use<'b> {
        self.past.parts(self.network, acts, self.past.half_life(times), &self.exchange.giving)
    }

    fn credit_parts(&self, i: u32, upstream: bool) -> impl Iterator<Item = Part> {
        let entries = self.ledger.of(i).iter();
        entries.filter(move |entry| upstream || !matches!(entry.how, How::Upstream(_))).map(|entry| Part {
            who: self.ledger.outcomes[entry.outcome as usize].person,
            amount: entry.amount,
        })
    }

    /// The mutual part of what goes out from `i` and what comes in: both rows are sorted, one merge finds it.
    fn conversation(&self, i: u32, parts: &mut Vec<Part>) {
        let mut incoming = self.exchange.received(i, Acts::Costly).peekable();
        for (who, given) in self.exchange.given(i, Acts::Costly) {
            while incoming.next_if(|(j, _)| *j < who).is_some() {}
            if let Some((_, received)) = incoming.next_if(|(j, _)| *j == who) {
                parts.push(Part { who, amount: libm::log1p(given.min(received)) });
            }
        }
    }
}

impl Deref for Evidence<'_> {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

/// The half-life of a momentum in horizons; none of other features.
fn horizons(feature: Feature) -> Option<f64> {
    match feature {
        Feature::MomentumShort => Some(0.25),
        Feature::Momentum => Some(1.0),
        Feature::MomentumLong => Some(4.0),
        _ => None,
    }
}

/// Whether so little authenticity makes a suspect.
fn is_suspect(authenticity: f64) -> bool {
    authenticity < 0.5
}

/// Communities of people by what those do who are authentic, by node of the network: suspects are in none, and what they
/// do joins nobody. Who has an idol is where that is, and moves nobody else, however many there are.
fn communities(exchange: &Exchange, idols: &[u32], seed: u64) -> Result<Vec<u32>> {
    let mut community = vec![NONE; idols.len()];
    let people = exchange.believed();
    let has_idol = |node: &u32| idols[*node as usize] != NONE;
    let core: Vec<u32> = people.iter().copied().filter(|node| !has_idol(node)).collect();
    if core.is_empty() {
        return Ok(community);
    }
    let found = hasty_louvain(&exchange.among(&core).into_undirected(), seed)?;
    core.iter().zip(found.labels).for_each(|(&node, label)| community[node as usize] = label);
    for &node in people.iter().filter(|node| has_idol(node)) {
        community[node as usize] = community[idols[node as usize] as usize];
    }
    let labels: Vec<u32> = people.iter().map(|&node| community[node as usize]).collect();
    people.iter().zip(numbered(&labels)).for_each(|(&node, label)| community[node as usize] = label);
    Ok(community)
}

/// Who bought (from the brand, where one is named); in a log without purchases, who did anything costly towards the
/// brand that is named.
fn won(network: &Network, costly: &[bool], brand: Option<u32>) -> Vec<bool> {
    let nodes = (0..network.ids.len() as u32).into_par_iter();
    match brand {
        _ if network.kind("purchase").is_some() => nodes.map(|node| bought(network, node, brand)).collect(),
        Some(_) => speaks(network, costly, brand),
        None => vec![false; network.ids.len()],
    }
}

/// Whose voice counts: who did something costly towards the brand; anybody where none is named.
fn speaks(network: &Network, costly: &[bool], brand: Option<u32>) -> Vec<bool> {
    let speaks = |node: u32| {
        let Some(brand) = brand else { return true };
        network.ties(node).iter().any(|tie| tie.target == brand && costly[tie.kind as usize])
    };
    (0..network.ids.len() as u32).into_par_iter().map(speaks).collect()
}

/// The share of each community that is won, of those who have no idol.
fn penetration(community: &[u32], won: &[bool], idols: &[u32]) -> Vec<f64> {
    let count = community.iter().filter(|&&label| label != NONE).max().map_or(0, |&last| last as usize + 1);
    let (mut members, mut winners) = (vec![0_u32; count], vec![0_u32; count]);
    let of_all = community.iter().zip(won).zip(idols);
    for ((&label, &won), _) in of_all.filter(|((label, _), idol)| **label != NONE && **idol == NONE) {
        members[label as usize] += 1;
        winners[label as usize] += u32::from(won);
    }
    members.iter().zip(winners).map(|(&members, won)| f64::from(won) / f64::from(members.max(1))).collect()
}
