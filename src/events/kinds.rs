//! What people do to each other: the kinds of events, their aliases, default weights and half-lives.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};

use crate::table::Table;

/// One kind of event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// The name in every output.
    pub name: &'static str,
    /// Other spellings that are read as this kind, lower case.
    pub aliases: &'static [&'static str],
    /// What one such event counts: a prior for what the act costs the one who does it.
    pub weight: f64,
    /// After how many days it counts half; none never fades.
    pub half_life_days: Option<f64>,
    /// Whether it takes more than a click. Only such acts make engagement, conversation and trust.
    pub costly: bool,
}

const fn kind(
    name: &'static str,
    weight: f64,
    half_life_days: Option<f64>,
    costly: bool,
    aliases: &'static [&'static str],
) -> Kind {
    Kind { name, aliases, weight, half_life_days, costly }
}

/// The kinds laud knows.
pub struct Kinds;

impl Kinds {
    /// By weight, then name.
    #[rustfmt::skip]
    pub const TABLE: [Kind; 11] = [
        kind("like", 0.1, Some(30.0), false,
            &["likes", "liked", "fav", "favs", "favorite", "favourite", "favorited", "upvote", "vote_up", "heart", "reaction", "+1"]),
        kind("follow", 0.3, None, false, &["follows", "followed", "subscribe", "subscription", "friend"]),
        kind("mention", 0.5, Some(30.0), true, &["mentions", "mentioned", "mt", "@", "at", "tag", "tagged"]),
        kind("question", 0.5, Some(30.0), true, &["questions", "ask", "asked", "support-question", "support_question", "ticket"]),
        kind("interaction", 1.0, Some(30.0), true, &["interact", "event"]),
        kind("share", 1.0, Some(30.0), true,
            &["shares", "shared", "rt", "retweet", "retweets", "repost", "reposts", "reshare", "reblog", "quote", "boost"]),
        kind("reply", 1.5, Some(30.0), true, &["replies", "replied", "re", "comment", "comments", "commented", "response"]),
        kind("review", 2.0, Some(30.0), true, &["reviews", "reviewed", "rating", "rate"]),
        kind("answer", 2.5, Some(30.0), true, &["answers", "answered", "support-answer", "support_answer", "solution"]),
        kind("purchase", 3.0, Some(90.0), true, &["purchases", "purchased", "buy", "bought", "order", "sale"]),
        kind("referred_by", 6.0, Some(90.0), true, &["referredby", "referred-by", "referred by", "invited_by", "invited-by"]),
    ];

    /// Spellings of `referral`: the actor recommended us to the target, so the target is `referred_by` the actor.
    pub const REFERRAL: [&'static str; 6] =
        ["referral", "referrals", "refer", "referred", "invite", "invited"];

    /// The kind an event without one has.
    pub const DEFAULT: &'static str = "interaction";

    /// The known kind of that name.
    pub fn get(name: &str) -> Option<&'static Kind> {
        Self::TABLE.iter().find(|kind| kind.name == name)
    }

    /// The canonical spelling and whether actor and target trade places. An unknown kind is kept as it is, trimmed.
    pub fn canonical(spelling: &str) -> (String, bool) {
        let spelling = spelling.trim();
        if spelling.is_empty() {
            return (Self::DEFAULT.to_owned(), false);
        }
        let lower = spelling.to_lowercase();
        if Self::REFERRAL.contains(&lower.as_str()) {
            return ("referred_by".to_owned(), true);
        }
        let known =
            Self::TABLE.iter().find(|kind| kind.name == lower || kind.aliases.contains(&lower.as_str()));
        (known.map_or_else(|| spelling.to_owned(), |kind| kind.name.to_owned()), false)
    }

    /// The weight of each kind: the table's, 1 for an unknown kind, unless `changes` says otherwise.
    pub fn weight(name: &str, changes: &BTreeMap<String, f64>) -> f64 {
        changes.get(name).copied().unwrap_or_else(|| Self::get(name).map_or(1.0, |kind| kind.weight))
    }

    /// The kinds as a table: `kind`, `weight`, `half_life_days` (null: never fades), `aliases`.
    pub fn table() -> Table {
        let kinds = || Self::TABLE.iter();
        let aliases = kinds().map(|kind| kind.aliases.join(", "));
        Table::new([
            ("kind", Arc::new(StringArray::from_iter_values(kinds().map(|kind| kind.name))) as ArrayRef),
            ("weight", Arc::new(Float64Array::from_iter_values(kinds().map(|kind| kind.weight)))),
            ("half_life_days", Arc::new(kinds().map(|kind| kind.half_life_days).collect::<Float64Array>())),
            ("aliases", Arc::new(StringArray::from_iter_values(aliases))),
        ])
    }

    /// Whether a kind takes more than a click; an unknown kind does.
    pub fn is_costly(name: &str) -> bool {
        Self::get(name).is_none_or(|kind| kind.costly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_belongs_to_two_kinds() {
        let mut seen = std::collections::BTreeSet::new();
        for spelling in Kinds::TABLE.iter().flat_map(|kind| kind.aliases.iter().chain([&kind.name])) {
            assert!(seen.insert(*spelling), "{spelling} is there twice");
        }
        assert!(Kinds::REFERRAL.iter().all(|spelling| seen.insert(spelling)));
    }

    #[test]
    fn aliases_ignore_case_and_a_referral_turns_around() {
        assert_eq!(Kinds::canonical(" RT "), ("share".to_owned(), false));
        assert_eq!(Kinds::canonical("Referral"), ("referred_by".to_owned(), true));
        assert_eq!(Kinds::canonical("Dance"), ("Dance".to_owned(), false));
        assert_eq!(Kinds::canonical(""), ("interaction".to_owned(), false));
    }
}
