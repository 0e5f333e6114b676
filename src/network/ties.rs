//! The parameters of a network: how events become ties, who takes part, what roles people have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::events::Kinds;
use crate::network::HalfLife;

/// How events become ties. `Default` is the table of kinds with its half-lives, at the time of the newest event.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ties {
    /// Weights that replace those of the table, by kind; from 0 to 2^32.
    pub kinds: BTreeMap<String, f64>,
    /// Channels to keep; all where empty.
    pub channels: Vec<String>,
    /// Factors by channel, from 0 to 2^32; 1 where none is given.
    pub channel_weights: BTreeMap<String, f64>,
    /// After how long an event counts half.
    pub half_life: HalfLife,
    /// The moment the network speaks of (microseconds, UTC); the newest event where none.
    pub as_of: Option<i64>,
    /// Events before are left out (microseconds, UTC).
    pub since: Option<i64>,
    /// Events at or after are left out (microseconds, UTC).
    pub until: Option<i64>,
    /// The most that one (actor, target, kind, UTC day) may add up to before decay; positive.
    pub cap: Option<f64>,
    /// Whether a finished arc counts log(1 + weight).
    pub log1p: bool,
    /// Whether staff belong to the people layer; they do unless this is `false`.
    pub staff: Option<bool>,
    /// Ids that are brands.
    pub brands: Vec<String>,
    /// Ids that are products.
    pub products: Vec<String>,
    /// Ids that take no part, as if the log had never named them.
    pub exclude: Vec<String>,
    /// Who is an influencer by behaviour.
    pub influencers: Influencers,
}

/// The rule that finds influencers among the people nobody declared anything of.
///
/// The *audience* of a person is the number of distinct people who acted on them, their *contacts* the number
/// of distinct people they acted on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Influencers {
    /// The smallest audience.
    pub min_audience: u64,
    /// The smallest audience as a multiple of the contacts; not negative.
    pub min_ratio: f64,
    /// The share of the people with any audience whose audience is no larger, in [0, 1].
    pub quantile: f64,
}

impl Default for Influencers {
    fn default() -> Influencers {
        Influencers { min_audience: 10, min_ratio: 2.0, quantile: 0.95 }
    }
}

/// The largest weight of an event, a kind or a channel.
const LARGEST: f64 = (1_u64 << 32) as f64;

impl Ties {
    /// Whether every parameter lies in its domain.
    ///
    /// # Errors
    /// [`Error::Parameter`] for the first that does not.
    pub fn check(&self) -> Result<()> {
        for (name, weights) in [("kinds", &self.kinds), ("channel_weights", &self.channel_weights)] {
            if let Some((key, weight)) = weights.iter().find(|(_, weight)| !(0.0..=LARGEST).contains(*weight))
            {
                return Err(Error::parameter(
                    name,
                    "weights from 0 to 4294967296",
                    format!("{key} = {weight}"),
                ));
            }
        }
        self.half_life.of_kinds(&[])?;
        if let Some(cap) = self.cap.filter(|cap| !(*cap > 0.0 && cap.is_finite())) {
            return Err(Error::parameter("cap", "positive and finite", cap));
        }
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since >= until
        {
            return Err(Error::parameter(
                "until",
                format!("later than since, {}", time_text(since)),
                time_text(until),
            ));
        }
        if let (Some(since), Some(as_of)) = (self.since, self.as_of)
            && since > as_of
        {
            return Err(Error::parameter(
                "as_of",
                format!("no earlier than since, {}", time_text(since)),
                time_text(as_of),
            ));
        }
        let Influencers { min_ratio, quantile, .. } = self.influencers;
        if !(min_ratio >= 0.0 && min_ratio.is_finite()) {
            return Err(Error::parameter("influencers.min_ratio", "finite and not negative", min_ratio));
        }
        if !(0.0..=1.0).contains(&quantile) {
            return Err(Error::parameter("influencers.quantile", "in [0, 1]", quantile));
        }
        Ok(())
    }

    /// What one event of each of `kinds` weighs.
    pub(super) fn kind_weights(&self, kinds: &[String]) -> Vec<f64> {
        let changes = self.kinds.iter().map(|(kind, &weight)| (Kinds::canonical(kind).0, weight)).collect();
        kinds.iter().map(|kind| Kinds::weight(kind, &changes)).collect()
    }

    /// The changes to the table of kinds, with aliases resolved.
    pub(super) fn canonical_kinds(&self) -> BTreeMap<String, f64> {
        self.kinds.iter().map(|(kind, &weight)| (Kinds::canonical(kind).0, weight)).collect()
    }

    /// The factor of each of `channels`.
    pub(super) fn channel_factors(&self, channels: &[String]) -> Vec<f64> {
        channels.iter().map(|channel| self.channel_weights.get(channel).copied().unwrap_or(1.0)).collect()
    }

    /// Sentences about names that neither the table of kinds nor the log knows: spelling mistakes, mostly.
    pub(super) fn unknown_names(&self, kinds: &[String], channels: &[String]) -> Vec<String> {
        let known = |kind: &str| Kinds::get(kind).is_some() || kinds.iter().any(|known| known == kind);
        let kind_names = self.kinds.keys().map(|kind| ("kinds", kind));
        let half_lives = self.half_life.named_kinds().map(|kind| ("half_life", kind));
        let strangers = kind_names.chain(half_lives).filter(|(_, kind)| !known(&Kinds::canonical(kind).0));
        let lost = self.channel_weights.keys().filter(|channel| !channels.contains(channel));
        strangers
            .map(|(option, kind)| format!("{option} names {kind:?}, a kind that the log does not hold"))
            .chain(lost.map(|channel| {
                format!("channel_weights names {channel:?}, a channel that the log does not hold")
            }))
            .collect()
    }
}

/// A time as people write it.
pub(crate) fn time_text(microseconds: i64) -> String {
    jiff::Timestamp::from_microsecond(microseconds)
        .map_or_else(|_| format!("{microseconds} µs"), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_outside_their_domain_are_refused_by_name() {
        let refused = |ties: Ties, words: &str| {
            let sentence = ties.check().unwrap_err().to_string();
            assert!(sentence.contains(words), "{sentence}");
        };
        let weights = |weight| BTreeMap::from([("like".to_owned(), weight)]);
        refused(Ties { kinds: weights(-1.0), ..Ties::default() }, "kinds must be weights from 0");
        refused(Ties { channel_weights: weights(f64::NAN), ..Ties::default() }, "channel_weights must be");
        refused(Ties { half_life: HalfLife::All("month".into()), ..Ties::default() }, "half_life must be");
        refused(Ties { cap: Some(0.0), ..Ties::default() }, "cap must be positive");
        refused(Ties { since: Some(2), until: Some(2), ..Ties::default() }, "until must be later than since");
        refused(Ties { since: Some(2), as_of: Some(1), ..Ties::default() }, "as_of must be no earlier");
        let influencers = Influencers { quantile: 1.5, ..Influencers::default() };
        refused(Ties { influencers, ..Ties::default() }, "influencers.quantile must be in [0, 1], got 1.5");
        assert!(Ties::default().check().is_ok());
    }

    #[test]
    fn parameters_travel_through_json() {
        let ties = Ties {
            half_life: HalfLife::Kinds(BTreeMap::from([("like".into(), "1d".into())])),
            cap: Some(2.0),
            ..Ties::default()
        };
        let json = serde_json::to_string(&ties).unwrap();
        assert_eq!(serde_json::from_str::<Ties>(&json).unwrap(), ties);
        assert_eq!(serde_json::from_str::<Ties>("{\"half_life\":null}").unwrap(), Ties::default());
        assert!(serde_json::from_str::<Ties>("{\"halflife\":null}").is_err());
    }
}
