//! Who does what towards whom among people, by how far those who act can be believed.

use rayon::prelude::*;

use crate::advocates::{is_person, people_of};
use crate::events::NONE;
use crate::graph::Graph;
use crate::network::Network;

/// Which acts count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acts {
    /// Any, the cheap ones too.
    Any,
    /// All but likes and follows.
    Costly,
}

/// The ties between people.
pub(super) struct Exchange<'a> {
    network: &'a Network,
    /// How much what somebody gives counts: their authenticity, and nothing of a suspect.
    pub(super) giving: Vec<f64>,
    /// By kind, whether it is costly.
    pub(super) is_costly: Vec<bool>,
    /// By node, how many acts towards others the log has.
    acts: Vec<u32>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(network: &'a Network, giving: Vec<f64>, is_costly: Vec<bool>) -> Exchange<'a> {
        let acts = |node: u32| network.ties(node).iter().map(|tie| tie.events).sum();
        let acts = (0..network.ids.len() as u32).into_par_iter().map(acts).collect();
        Exchange { network, giving, is_costly, acts }
    }

    fn is_person(&self, node: u32) -> bool {
        is_person(self.network.roles[node as usize])
    }

    fn counts(&self, acts: Acts, kind: u8) -> bool {
        acts == Acts::Any || self.is_costly[kind as usize]
    }

    /// Everybody who acted towards a person, ascending, with the weight of it, discounted by their authenticity.
    pub(super) fn received(&self, person: u32, acts: Acts) -> impl Iterator<Item = (u32, f64)> {
        let ties = if self.is_person(person) { self.network.incoming(person) } else { &[] };
        ties.chunk_by(|a, b| a.source == b.source).filter_map(move |ties| {
            let who = ties[0].source;
            let share = self.giving[who as usize];
            let mut counted = ties.iter().filter(|tie| self.counts(acts, tie.kind)).peekable();
            let counts = share > 0.0 && self.is_person(who) && counted.peek().is_some();
            counts.then(|| (who, counted.map(|tie| f64::from(tie.weight)).sum::<f64>() * share))
        })
    }

    /// Everybody who acted towards a person in any way, ascending, with how far they are an audience: their authenticity,
    /// times what is known of them by their acts towards others. Who does nothing else may be there for this person alone.
    pub(super) fn audience(&self, person: u32) -> impl Iterator<Item = (u32, f64)> {
        self.attention(person).map(|(who, known, _)| (who, self.giving[who as usize] * known))
    }

    /// The same people with what is known of them, from 0 to 1, and the weight of all they did, discounted by their authenticity.
    pub(super) fn attention(&self, person: u32) -> impl Iterator<Item = (u32, f64, f64)> {
        let ties = if self.is_person(person) { self.network.incoming(person) } else { &[] };
        ties.chunk_by(|a, b| a.source == b.source).filter_map(move |ties| {
            let who = ties[0].source;
            let known = self.known_elsewhere(who, ties.iter().map(|tie| tie.events).sum());
            let share = self.giving[who as usize];
            let weight = || ties.iter().map(|tie| f64::from(tie.weight)).sum::<f64>() * share;
            (share > 0.0 && known > 0.0 && self.is_person(who)).then(|| (who, known, weight()))
        })
    }

    /// What is known of somebody by their acts towards others than the one of whom there are so many, from 0 to 1.
    fn known_elsewhere(&self, who: u32, here: u32) -> f64 {
        /// How many acts towards others it takes to count half.
        const FEW: f64 = 5.0;
        let elsewhere = f64::from(self.acts[who as usize] - here);
        elsewhere / (elsewhere + FEW)
    }

    /// By node how many events it gave, and received from no suspects; and how many of these tell of it: cheap ones received count
    /// as far as whom they are from is an audience.
    pub(super) fn events(&self) -> (Vec<u64>, Vec<f64>) {
        let of = |node: u32| {
            let given = self.acts[node as usize];
            let (mut all, mut telling) = (u64::from(given), 0.0);
            for ties in self.network.incoming(node).chunk_by(|a, b| a.source == b.source) {
                let who = ties[0].source;
                if self.giving[who as usize] > 0.0 {
                    let here: u32 = ties.iter().map(|tie| tie.events).sum();
                    let costly = ties.iter().filter(|tie| self.is_costly[tie.kind as usize]);
                    let costly: u32 = costly.map(|tie| tie.events).sum();
                    all += u64::from(here);
                    telling += f64::from(costly) + f64::from(here - costly) * self.known_elsewhere(who, here);
                }
            }
            (all, f64::from(given) + telling)
        };
        (0..self.acts.len() as u32).into_par_iter().map(of).unzip()
    }

    /// Everybody a person acted towards, ascending, with the weight of it, discounted by the authenticity of the person.
    pub(super) fn given(&self, person: u32, acts: Acts) -> impl Iterator<Item = (u32, f64)> {
        let share = if self.is_person(person) { self.giving[person as usize] } else { 0.0 };
        let ties = if share > 0.0 { self.network.ties(person) } else { &[] };
        ties.chunk_by(|a, b| a.target == b.target).filter_map(move |ties| {
            let whom = ties[0].target;
            let mut counted = ties.iter().filter(|tie| self.counts(acts, tie.kind)).peekable();
            let counts = self.is_person(whom) && counted.peek().is_some();
            counts.then(|| (whom, counted.map(|tie| tie.weight).sum::<f64>() * share))
        })
    }

    /// Something about every node of the network, found by all threads.
    pub(super) fn by_node<T: Send>(&self, find: impl Fn(u32) -> T + Sync + Send) -> Vec<T> {
        (0..self.network.ids.len() as u32).into_par_iter().map(find).collect()
    }

    /// By node whom somebody to whom nobody turns turns to more than to all others together; [`NONE`] for everybody else. Such
    /// accounts are easily made, and tell of nobody but their idol.
    pub(super) fn idols(&self) -> Vec<u32> {
        self.by_node(|node| {
            if self.received(node, Acts::Any).next().is_some() {
                return NONE;
            }
            let (mut most, mut sum) = ((NONE, 0.0), 0.0);
            for (whom, weight) in self.given(node, Acts::Any) {
                sum += weight;
                if weight > most.1 && self.giving[whom as usize] > 0.0 {
                    most = (whom, weight);
                }
            }
            if 2.0 * most.1 > sum { most.0 } else { NONE }
        })
    }

    /// The people who are no suspects, ascending.
    pub(super) fn believed(&self) -> Vec<u32> {
        people_of(self.network).filter(|&node| self.giving[node as usize] > 0.0).collect()
    }

    /// The graph of any acts among some of them, ascending; they are numbered in their order.
    pub(super) fn among(&self, believed: &[u32]) -> Graph {
        self.network.graph_among(believed, |actor, ties| {
            Some(ties.iter().map(|tie| tie.weight).sum::<f64>() * self.giving[actor as usize])
        })
    }
}
