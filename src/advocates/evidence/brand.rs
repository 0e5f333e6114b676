//! What people say to the brand and about it.

use rayon::prelude::*;

use crate::advocates::is_person;
use crate::network::{DAY, Network};

/// How long after a complaint praise takes it back.
const RESOLVED_WITHIN: i64 = 30 * DAY;

/// What somebody did towards the brand, by decayed weight.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Bond {
    /// All costly acts.
    weight: f64,
    /// Tone of the positive ones; a missing tone is none.
    praise: f64,
    /// Tone of the negative ones that no praise followed.
    complaint: f64,
}

impl Bond {
    /// What the acts weigh, praise more and complaints less.
    pub(super) fn affinity(&self) -> f64 {
        (self.weight + self.praise - self.complaint).max(0.0)
    }

    /// Whether complaints outweigh praise.
    pub(super) fn complains(&self) -> bool {
        self.complaint > self.praise
    }

    /// Praise and complaints, by decayed weight times tone.
    pub(super) fn tones(&self) -> (f64, f64) {
        (self.praise, self.complaint)
    }
}

/// The bond of everybody with the brand; empty where none is named.
pub(super) fn bonds(network: &Network, costly: &[bool], brand: Option<u32>) -> Vec<Bond> {
    let Some(brand) = brand else { return Vec::new() };
    let bond = |person: u32| {
        let mut bond = Bond::default();
        if !is_person(network.roles[person as usize]) {
            return bond;
        }
        let acts = network.events_between(person, brand);
        let praised: Vec<i64> =
            acts.iter().filter(|event| event.sentiment > 0.0).map(|event| event.time).collect();
        for event in acts.iter().filter(|event| costly[event.kind as usize]) {
            let weight = network.weight(event);
            bond.weight += weight;
            let tone = f64::from(event.sentiment);
            if tone > 0.0 {
                bond.praise += weight * tone;
            } else if tone < 0.0 {
                let until = event.time.saturating_add(RESOLVED_WITHIN);
                if !praised.iter().any(|&time| time > event.time && time <= until) {
                    bond.complaint -= weight * tone;
                }
            }
        }
        bond
    };
    (0..network.ids.len() as u32).into_par_iter().map(bond).collect()
}
