//! What advocates are for, and what each purpose looks at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::advocates::features::Feature;
use crate::error::{Error, Result};
use crate::network::Network;

/// What advocates are to bring about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// People who come through them.
    Acquisition,
    /// Questions they answer.
    Deflection,
    /// People who stay because of them.
    Retention,
    /// People who hear through them.
    Awareness,
}

impl Objective {
    /// All objectives.
    pub const ALL: [Objective; 4] =
        [Objective::Acquisition, Objective::Deflection, Objective::Retention, Objective::Awareness];

    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Objective::Acquisition => "acquisition",
            Objective::Deflection => "deflection",
            Objective::Retention => "retention",
            Objective::Awareness => "awareness",
        }
    }

    /// The objective a log can speak of: acquisition if it has purchases or referrals, else deflection if it
    /// has answers, else awareness.
    pub fn of(network: &Network) -> Objective {
        [Objective::Acquisition, Objective::Deflection]
            .into_iter()
            .find(|objective| objective.is_served_by(network))
            .unwrap_or(Objective::Awareness)
    }

    /// The objective asked for, refused if the log lacks its kinds, or the log's own.
    pub(super) fn choose(network: &Network, asked: Option<Objective>) -> Result<Objective> {
        let Some(objective) = asked else { return Ok(Objective::of(network)) };
        if !objective.is_served_by(network) {
            let rule =
                format!("one this log has events for (it has no {})", objective.kinds().join(" and no "));
            return Err(Error::parameter("objective", rule, objective.name()));
        }
        Ok(objective)
    }

    /// The kinds without which an objective has no outcome.
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Objective::Acquisition => &["purchase", "referred_by"],
            Objective::Deflection => &["answer"],
            Objective::Retention | Objective::Awareness => &[],
        }
    }

    fn is_served_by(self, network: &Network) -> bool {
        let kinds = self.kinds();
        kinds.is_empty() || network.kinds.iter().any(|kind| kinds.contains(&kind.as_str()))
    }

    /// One sentence: which objective, and why.
    pub(super) fn note(self, asked: bool, network: &Network) -> String {
        let why = if asked {
            "as asked".to_owned()
        } else if self.kinds().is_empty() {
            "the log has no purchase, referral or answer".to_owned()
        } else {
            let found: Vec<_> =
                network.kinds.iter().filter(|kind| self.kinds().contains(&kind.as_str())).cloned().collect();
            format!("the log has {}", found.join(" and "))
        };
        format!("objective {} ({why})", self.name())
    }

    /// Prior weights in the order of `features`, scaled to add to 1, then those given by hand.
    pub(super) fn weights(self, features: &[Feature], given: &BTreeMap<String, f64>) -> Vec<f64> {
        let prior: Vec<f64> = features.iter().map(|&feature| self.prior(feature)).collect();
        let total: f64 = prior.iter().sum();
        let chosen =
            |(feature, prior): (&Feature, f64)| given.get(feature.name()).copied().unwrap_or(prior / total);
        features.iter().zip(prior).map(chosen).collect()
    }

    /// Judgement, not measurement: what a feature should count before any log has spoken.
    #[rustfmt::skip]
    fn prior(self, feature: Feature) -> f64 {
        match (self, feature) {
            (Objective::Acquisition, Feature::Engagement)   => 0.35,
            (Objective::Acquisition, Feature::Conversation) => 0.15,
            (Objective::Acquisition, Feature::Trust)        => 0.20,
            (Objective::Acquisition, Feature::Consistency)  => 0.10,
            (Objective::Acquisition, Feature::Reach)        => 0.10,
            (Objective::Acquisition, Feature::Affinity)     => 0.10,

            (Objective::Deflection,  Feature::Engagement)   => 0.30,
            (Objective::Deflection,  Feature::Conversation) => 0.25,
            (Objective::Deflection,  Feature::Trust)        => 0.15,
            (Objective::Deflection,  Feature::Consistency)  => 0.20,
            (Objective::Deflection,  Feature::Reach)        => 0.05,
            (Objective::Deflection,  Feature::Affinity)     => 0.05,

            (Objective::Retention,   Feature::Engagement)   => 0.20,
            (Objective::Retention,   Feature::Conversation) => 0.35,
            (Objective::Retention,   Feature::Trust)        => 0.15,
            (Objective::Retention,   Feature::Consistency)  => 0.10,
            (Objective::Retention,   Feature::Reach)        => 0.05,
            (Objective::Retention,   Feature::Affinity)     => 0.15,

            (Objective::Awareness,   Feature::Engagement)   => 0.35,
            (Objective::Awareness,   Feature::Conversation) => 0.05,
            (Objective::Awareness,   Feature::Trust)        => 0.20,
            (Objective::Awareness,   Feature::Consistency)  => 0.05,
            (Objective::Awareness,   Feature::Reach)        => 0.30,
            (Objective::Awareness,   Feature::Affinity)     => 0.05,
        }
    }
}

impl std::str::FromStr for Objective {
    type Err = Error;

    fn from_str(word: &str) -> Result<Objective> {
        let known = || Objective::ALL.map(Objective::name).join(", ");
        Objective::ALL
            .into_iter()
            .find(|objective| objective.name() == word)
            .ok_or_else(|| Error::parameter("objective", format!("one of {}", known()), word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priors_add_to_one_with_and_without_a_brand() {
        for objective in Objective::ALL {
            let total: f64 = Feature::ALL.iter().map(|&feature| objective.prior(feature)).sum();
            assert!((total - 1.0).abs() < 1e-12, "{objective:?} adds to {total}");
            let weights = objective.weights(&Feature::ALL[..5], &BTreeMap::new());
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{weights:?}");
        }
    }
}
