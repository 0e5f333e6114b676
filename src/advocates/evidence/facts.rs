//! What is known of everybody, apart from whom it comes from: all that a table of people needs.

use std::mem::take;

use rayon::prelude::*;

use super::activity::Rhythm;
use super::brand::Bond;
use super::counts::Counts;
use super::is_suspect;
use crate::advocates::feature::Feature;
use crate::advocates::integrity::Findings;
use crate::advocates::signal::{Count, Signal};

/// Facts by node of the network.
pub(in crate::advocates) struct Facts {
    /// By feature, then node.
    pub(super) features: Vec<Vec<f64>>,
    /// Whether accounts are what they seem.
    pub(in crate::advocates) findings: Findings,
    /// The community of each node, [`NONE`](crate::events::NONE) for who is in none.
    pub(in crate::advocates) community: Vec<u32>,
    pub(in crate::advocates) counts: Counts,
    /// How many people did something costly towards somebody.
    pub(super) engagers: Vec<u32>,
    /// Events given, and received from others than suspects.
    pub(super) events: Vec<u64>,
    /// Of these, how many tell of somebody.
    pub(super) telling: Vec<f64>,
    pub(super) rhythm: Vec<Rhythm>,
    /// The flag of those whose acts fall into a single unit of time.
    pub(super) single: Option<&'static str>,
    /// Empty where no brand is named.
    pub(super) bonds: Vec<Bond>,
}

impl Facts {
    /// The evidence of one feature for one node.
    pub(in crate::advocates) fn value(&self, feature: Feature, node: u32) -> f64 {
        self.features[feature as usize][node as usize]
    }

    /// The evidence of some nodes, feature after feature; here it is gone from then on.
    pub(in crate::advocates) fn take_features(&mut self, nodes: &[u32]) -> Vec<f64> {
        let mut values = Vec::with_capacity(nodes.len() * Feature::ALL.len());
        for feature in take(&mut self.features) {
            values.par_extend(nodes.par_iter().map(|&node| feature[node as usize]));
        }
        values
    }

    /// The value of a signal for one node.
    pub(in crate::advocates) fn signal(&self, signal: Signal, node: u32) -> f64 {
        match signal {
            Signal::Feature(feature) => self.value(feature, node),
            Signal::Count(count) => self.counts.value(count, node),
        }
    }

    /// Whether an account is probably not what it seems.
    pub(in crate::advocates) fn is_suspect(&self, node: u32) -> bool {
        is_suspect(self.authenticity(node))
    }

    /// Whether somebody may stand where their features put them (1) or is a suspect (0).
    pub(in crate::advocates) fn gate(&self, node: u32) -> f64 {
        f64::from(u8::from(!self.is_suspect(node)))
    }

    /// How likely an account is what it seems.
    pub(in crate::advocates) fn authenticity(&self, node: u32) -> f64 {
        self.findings.authenticity[node as usize]
    }

    /// Events given, and received from others than suspects.
    pub(in crate::advocates) fn events(&self, node: u32) -> u64 {
        self.events[node as usize]
    }

    /// How many events tell of somebody: likes and follows received count as far as whom they are from does something else, too.
    pub(in crate::advocates) fn telling(&self, node: u32) -> f64 {
        self.telling[node as usize]
    }

    /// Distinct people who did something costly towards somebody.
    pub(in crate::advocates) fn engagers(&self, node: u32) -> u64 {
        u64::from(self.engagers[node as usize])
    }

    /// What somebody did towards the brand; nothing where none is named.
    pub(super) fn bond(&self, node: u32) -> Bond {
        self.bonds.get(node as usize).copied().unwrap_or_default()
    }

    /// Praise and complaints of a person about the brand, by decayed weight times tone.
    pub(in crate::advocates) fn tones(&self, node: u32) -> (f64, f64) {
        self.bond(node).tones()
    }

    /// What a reader should know of a person before inviting them, words separated by spaces.
    pub(in crate::advocates) fn flags(&self, node: u32) -> String {
        let silent = self.events(node) == 0;
        let is_single = self.single.is_some() && self.rhythm[node as usize].is_single();
        let flags = [
            (self.is_suspect(node), "suspect"),
            (silent, "no_events"),
            (!silent && self.counts.value(Count::Activity, node) == 0.0, "only_receives"),
            (!silent && self.engagers(node) < 3, "few_engagers"),
            (!silent && is_single, self.single.unwrap_or_default()),
            (self.bond(node).complains(), "complaints"),
        ];
        let raised: Vec<&str> =
            flags.into_iter().filter(|(raised, _)| *raised).map(|(_, name)| name).collect();
        raised.join(" ")
    }
}
