//! Self-referral: referrals that come back to where they began, or that bring nobody who ever does anything else.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Found, Ramp, ramp};
use crate::advocates::is_person;
use crate::error::Result;
use crate::events::Event;
use crate::network::Network;
use crate::structure::{StrongComponents, strong_components};

/// When referrals speak against an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelfReferral {
    /// What self-referral can take from authenticity, in [0, 1].
    pub weight: f64,
    /// How strong it is that two people referred each other, in [0, 1]; longer circles and oneself count 1.
    pub mutual: f64,
    /// People referred, where none of them ever did anything else.
    pub ghosts: Ramp,
}

impl Default for SelfReferral {
    fn default() -> SelfReferral {
        SelfReferral { weight: 0.6, mutual: 0.6, ghosts: [2.0, 8.0] }
    }
}

/// Circles of referrals, and referrers of nobody but accounts without any other event.
///
/// The latter is judged only where most people have events other than referrals: a log of referrals knows no others.
pub(super) fn self_referral(network: &Network, params: &SelfReferral) -> Result<Vec<(u32, Found)>> {
    let Some(kind) = network.kind("referred_by") else {
        return Ok(Vec::new());
    };
    let is_referral = |event: &&Event| event.kind == kind;
    let is_person = |node: u32| is_person(network.roles[node as usize]);
    let referrals = network.graph_of(|actor, arc| {
        let people = is_person(actor) && is_person(arc[0].target);
        (people && arc.iter().any(|tie| tie.kind == kind)).then_some(1.0)
    });
    let labels = strong_components(&referrals, &StrongComponents {})?;
    let labels = labels.integers();
    let mut circles: Vec<(u64, u32)> = labels.iter().copied().zip(0..).collect();
    circles.par_sort_unstable();
    let mut found: Vec<(u32, Found)> = Vec::new();
    for circle in circles.chunk_by(|a, b| a.0 == b.0).filter(|circle| circle.len() > 1) {
        let strength = if circle.len() == 2 { params.mutual } else { 1.0 };
        for &(_, node) in circle {
            let others = circle.iter().map(|other| other.1).filter(|&other| other != node);
            let reason = Found::new(strength, || match circle.len() {
                2 => "referred the one by whom it was referred".to_owned(),
                size => format!("one of {size} accounts whose referrals lead back to themselves"),
            });
            found.extend(reason.map(|reason| (node, reason.with(others))));
        }
    }
    for event in network.events().iter().filter(is_referral).filter(|event| event.is_self()) {
        if is_person(event.actor) {
            found
                .extend(Found::new(1.0, || "referred itself".to_owned()).map(|reason| (event.actor, reason)));
        }
    }

    let mut busy = vec![false; network.ids.len()];
    for event in network.events().iter().filter(|event| !is_referral(event)) {
        busy[event.actor as usize] = true;
        busy[event.target as usize] = true;
    }
    let people = || (0..network.ids.len() as u32).filter(|&node| is_person(node));
    if 2 * people().filter(|&node| busy[node as usize]).count() <= people().count() {
        return Ok(found);
    }
    for referrer in people() {
        let brought = referrals.incoming().neighbors(referrer);
        // Whoever was brought and brought others did something.
        let is_ghost = |node: &u32| !busy[*node as usize] && referrals.incoming().degree(*node) == 0;
        if !brought.is_empty() && brought.iter().all(is_ghost) {
            let reason = Found::new(ramp(brought.len() as f64, params.ghosts), || {
                format!("referred {} accounts, none of which ever did anything else", brought.len())
            });
            found.extend(reason.map(|reason| (referrer, reason.with(brought.iter().copied()))));
        }
    }
    Ok(found)
}
