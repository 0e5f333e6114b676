//! What a score is made of: the names of the columns and what each of them says.

use serde::{Deserialize, Serialize};

/// What is known of a person and may count. Likes and follows are no more than an audience: the cheap acts count
/// where somebody could be heard (reach, new reach, brokerage) and nowhere else.
///
/// In the formulas q(j) is the authenticity of j, w(j, i) the decayed weight of the costly acts (all but likes and
/// follows) of j towards i, and the audience of i everybody who acted towards i in any way. Of them a(j, i) = q(j) e / (e + 5)
/// counts, with the e acts of j towards others than i: whoever does nothing else may have been made for i.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Outcomes that i is credited with, faded by their age (see [`Credit`](crate::advocates::Credit)).
    Credit,
    /// Credit for each unit that would be expected if everybody convinced equally well, shrunk towards 1.
    Lift,
    /// Σ a(j, i) / voices(j) over the audience who are not won yet: those whom few others speak to count more.
    ReachNew,
    /// Σ a(j, i) (1 + people who did something costly towards j) over the audience.
    Reach,
    /// Σ ln(1 + q(j) w(j, i)): many people count more than many acts, costly acts more than cheap ones.
    Engagement,
    /// Σ ln(1 + min(q(j) w(j, i), q(i) w(i, j))) over the people who act both ways.
    Conversation,
    /// Decayed weight of what i did towards the brand, times 1 + tone: praise counts up to double, a complaint down
    /// to nothing, unless praise followed within 30 days. Only where a brand is named.
    Affinity,
    /// Σ a(j, i) (1 − share of j's community that is won) over the audience outside i's own community.
    Brokerage,
    /// Weeks (days, hours in a short log) in which i did something costly, less the burstiness of their acts.
    Consistency,
    /// Share of costly acts towards i that i answered, quick answers more, shrunk towards 0.
    Responsiveness,
    /// Share of a walk that restarts at trusted people and follows acts worth at least a share, times the number of
    /// people whom it reaches: 1 is their mean.
    Trust,
    /// What i received of the outcome's kind, or gave where the outcome is an answer: Σ q(j) 2^(−age / h) over the people j
    /// it is from, by the age of their last (of answers, all count), with h a quarter of the horizon; less than half an act counts as none.
    MomentumShort,
    /// The same with h the horizon.
    Momentum,
    /// The same with h four times the horizon.
    MomentumLong,
}

impl Feature {
    /// All features, in the order of the columns.
    pub const ALL: [Feature; 14] = [
        Feature::Credit,
        Feature::Lift,
        Feature::ReachNew,
        Feature::Reach,
        Feature::Engagement,
        Feature::Conversation,
        Feature::Affinity,
        Feature::Brokerage,
        Feature::Consistency,
        Feature::Responsiveness,
        Feature::Trust,
        Feature::MomentumShort,
        Feature::Momentum,
        Feature::MomentumLong,
    ];

    /// The word in the columns.
    pub fn name(self) -> &'static str {
        match self {
            Feature::Credit => "credit",
            Feature::Lift => "lift",
            Feature::ReachNew => "reach_new",
            Feature::Reach => "reach",
            Feature::Engagement => "engagement",
            Feature::Conversation => "conversation",
            Feature::Affinity => "affinity",
            Feature::Brokerage => "brokerage",
            Feature::Consistency => "consistency",
            Feature::Responsiveness => "responsiveness",
            Feature::Trust => "trust",
            Feature::MomentumShort => "momentum_short",
            Feature::Momentum => "momentum",
            Feature::MomentumLong => "momentum_long",
        }
    }

    /// The feature of that word.
    pub fn named(name: &str) -> Option<Feature> {
        Feature::ALL.into_iter().find(|feature| feature.name() == name)
    }
}
