//! Who does what towards whom among people, by how far those who act can be believed.

use rayon::prelude::*;

use crate::advocates::{is_person, people_of};
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
}

impl<'a> Exchange<'a> {
    pub(super) fn new(network: &'a Network, giving: Vec<f64>, is_costly: Vec<bool>) -> Exchange<'a> {
        Exchange { network, giving, is_costly }
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
