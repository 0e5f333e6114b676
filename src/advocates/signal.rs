//! What a score may weigh: a feature, or a plain count where nothing better was found.

use crate::advocates::feature::Feature;

/// A column that a weight can be given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Signal {
    Feature(Feature),
    Count(Count),
}

/// A plain count of a person, or what a standard measure says of them: what a ranking has to beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Count {
    Likes,
    Followers,
    Shares,
    Replies,
    Mentions,
    Referrals,
    Answers,
    Activity,
    PastOutcomes,
    Pagerank,
    Core,
}

impl Count {
    pub(super) const ALL: [Count; 11] = [
        Count::Likes,
        Count::Followers,
        Count::Shares,
        Count::Replies,
        Count::Mentions,
        Count::Referrals,
        Count::Answers,
        Count::Activity,
        Count::PastOutcomes,
        Count::Pagerank,
        Count::Core,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Count::Likes => "likes",
            Count::Followers => "followers",
            Count::Shares => "shares",
            Count::Replies => "replies",
            Count::Mentions => "mentions",
            Count::Referrals => "referrals",
            Count::Answers => "answers",
            Count::Activity => "activity",
            Count::PastOutcomes => "past_outcomes",
            Count::Pagerank => "pagerank",
            Count::Core => "core",
        }
    }
}

impl Signal {
    pub(super) fn all() -> impl Iterator<Item = Signal> {
        Feature::ALL.into_iter().map(Signal::Feature).chain(Count::ALL.into_iter().map(Signal::Count))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Signal::Feature(feature) => feature.name(),
            Signal::Count(count) => count.name(),
        }
    }

    /// Whether it counts attention, which costs nothing and is easily bought: a count to beat, not to learn from.
    pub(super) fn is_attention(self) -> bool {
        matches!(self, Signal::Count(Count::Likes | Count::Followers))
    }

    pub(super) fn named(name: &str) -> Option<Signal> {
        Signal::all().find(|signal| signal.name() == name)
    }
}
