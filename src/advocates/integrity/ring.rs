//! Rings: groups knit among themselves into which no trust flows from outside.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Found;
use crate::advocates::{bought, is_person};
use crate::error::{Error, Result};
use crate::graph::{Graph, component_roots};
use crate::network::Network;
use crate::structure::{Core, core};

/// When the company an account keeps speaks against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ring {
    /// What a ring can take from authenticity, in [0, 1].
    pub weight: f64,
    /// Trust (1 is the mean of those whom it reaches) up to which somebody is not trusted, at least 0.
    pub trust: f64,
    /// Share of what a member receives that comes from people who are not trusted, at least; in [0, 1].
    pub closed: f64,
    /// Accounts that are a ring, at least 2.
    pub min_group: u32,
    /// Partners that its members have in it on average, at least.
    pub min_degree: f64,
    /// Partners in it who have as many in turn (its core): the least for a member who acts on others too.
    pub min_core: u64,
    /// Share of its members that bought, from which on it is a group of customers and not a ring; in (0, 1].
    pub buyers: f64,
}

impl Default for Ring {
    fn default() -> Ring {
        Ring {
            weight: 0.9,
            trust: 0.0,
            closed: 0.95,
            min_group: 10,
            min_degree: 3.0,
            min_core: 3,
            buyers: 0.05,
        }
    }
}

impl Ring {
    pub(super) fn check(&self) -> Result<()> {
        if !(self.trust >= 0.0 && self.trust.is_finite()) {
            return Err(Error::parameter("ring.trust", "finite and at least 0", self.trust));
        }
        if !(0.0..=1.0).contains(&self.closed) {
            return Err(Error::parameter("ring.closed", "in [0, 1]", self.closed));
        }
        if self.min_group < 2 {
            return Err(Error::parameter("ring.min_group", "at least 2", self.min_group));
        }
        if !(self.min_degree >= 0.0 && self.min_degree.is_finite()) {
            return Err(Error::parameter("ring.min_degree", "finite and at least 0", self.min_degree));
        }
        if !(self.buyers > 0.0 && self.buyers <= 1.0) {
            return Err(Error::parameter("ring.buyers", "in (0, 1]", self.buyers));
        }
        Ok(())
    }
}

/// Groups of people whom nobody trusted acted upon.
///
/// Who is not trusted and receives hardly anything but from others like that is *closed in* (who receives nothing at
/// all: who gives to hardly anybody else). Components of the closed-in are groups; a group of enough accounts, dense
/// enough, of whom hardly anybody ever bought, is a ring. Its members are those who keep to themselves and those in its
/// core: a newcomer whom one member of a ring greeted is neither.
pub(super) fn rings(
    network: &Network,
    brand: Option<u32>,
    trust: &[f64],
    params: &Ring,
) -> Result<Vec<(u32, Found)>> {
    let nodes = || (0..network.ids.len() as u32).into_par_iter();
    let is_person = |node: u32| is_person(network.roles[node as usize]);
    let company = nodes().map(|node| {
        Company::of(network, node, |node| is_person(node).then(|| trust[node as usize] <= params.trust))
    });
    let company: Vec<Company> = company.collect();
    let is_closed = |node: u32| {
        let suspect = is_person(node) && trust[node as usize] <= params.trust;
        suspect && company[node as usize].is_closed(params.closed)
    };
    let inside: Graph =
        network.graph_of(|actor, arc| (is_closed(actor) && is_closed(arc[0].target)).then_some(1.0));
    let cores = core(&inside, &Core::default())?;
    let (roots, cores) = (component_roots(&inside)?, cores.integers());
    let partners: Vec<Vec<u32>> = nodes()
        .map(|u| {
            let mut partners = Vec::new();
            inside.each_neighbor(u, |v| partners.push(v));
            partners.sort_unstable();
            partners
        })
        .collect();
    let mut groups = vec![Group::default(); network.ids.len()];
    for (u, partners) in partners.iter().enumerate() {
        let group = &mut groups[roots[u] as usize];
        group.size += 1;
        group.ends += partners.len();
        group.buyers += usize::from(!partners.is_empty() && bought(network, u as u32, brand));
    }
    let member = |u: u32| {
        let group = &groups[roots[u as usize] as usize];
        let (size, degree) = (f64::from(group.size), group.ends as f64 / f64::from(group.size));
        let is_ring = group.size >= params.min_group
            && degree >= params.min_degree
            && (group.buyers as f64) < params.buyers * size;
        let is_member = company[u as usize].is_apart() || cores[u as usize] >= params.min_core;
        let found = Found::new(f64::from(is_ring && is_member), || {
            format!(
                "one of {size} accounts with {degree:.1} partners each among themselves, \
                 into which no trust flows from outside"
            )
        })?;
        Some((u, found.with(partners[u as usize].iter().copied())))
    };
    Ok(nodes().filter_map(member).collect())
}

/// Acts given to people and received from them, and how many of them with people who are not trusted.
#[derive(Clone, Copy, Default)]
struct Company {
    given: u64,
    given_inside: u64,
    received: u64,
    received_inside: u64,
}

impl Company {
    /// `suspect` says of a person whether they are not trusted, and nothing of others.
    fn of(network: &Network, node: u32, suspect: impl Fn(u32) -> Option<bool>) -> Company {
        let mut company = Company::default();
        for tie in network.ties(node) {
            if let Some(inside) = suspect(tie.target) {
                company.given += u64::from(tie.events);
                company.given_inside += u64::from(inside) * u64::from(tie.events);
            }
        }
        for tie in network.incoming(node) {
            if let Some(inside) = suspect(tie.source) {
                company.received += u64::from(tie.events);
                company.received_inside += u64::from(inside) * u64::from(tie.events);
            }
        }
        company
    }

    fn is_closed(&self, least: f64) -> bool {
        match self.received {
            0 => self.given > 0 && self.given_inside as f64 >= least * self.given as f64,
            received => self.received_inside as f64 >= least * received as f64,
        }
    }

    fn is_apart(&self) -> bool {
        self.given == self.given_inside && self.received == self.received_inside
    }
}

/// Accounts, their partners among each other counted from both ends, and how many bought.
#[derive(Clone, Default)]
struct Group {
    size: u32,
    ends: usize,
    buyers: usize,
}
