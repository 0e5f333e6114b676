//! Why somebody stands where they stand: the parts of a score, what is behind each, and what would be otherwise without it.

mod acts;
mod changes;
mod meaning;

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use serde::{Deserialize, Serialize};

use crate::advocates::certainty::certainty;
use crate::advocates::evidence::Evidence;
use crate::advocates::feature::Feature;
use crate::advocates::objective::Objective;
use crate::advocates::scored::Scored;
use crate::advocates::signal::Signal;
use crate::advocates::{Advocates, Judged, judged, table};
use crate::error::{Error, Result};
use crate::events::Role;
use crate::network::Network;
use crate::table::Table;

/// How to explain. `Default` tells the ten largest sources of each feature and tries three changes of each sort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Explain {
    /// The ranking that is explained; its `k` are the invitations that `p_top_k` speaks of.
    pub advocates: Advocates,
    /// How many people, kinds, items and times behind each feature are told one by one, at least 1; the others are added up.
    pub sources: usize,
    /// How many changes are tried that take something away, and how many that add something. Each of the first ranks everybody
    /// anew.
    pub changes: usize,
}

impl Default for Explain {
    fn default() -> Explain {
        Explain { advocates: Advocates::default(), sources: 10, changes: 3 }
    }
}

/// Why one person stands where they stand.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Who.
    pub id: String,
    /// Their role.
    pub role: Role,
    /// What the advocates are for.
    pub objective: Objective,
    /// The brand that is ranked for.
    pub brand: Option<String>,
    /// Their place.
    pub rank: u64,
    /// How many people were ranked.
    pub people: u64,
    /// The 90 % interval of the place, and how likely they are among the first `k`; none without draws.
    pub certainty: Option<Sure>,
    /// The number of invitations.
    pub k: u64,
    /// The sum of the contributions.
    pub score: f64,
    /// How likely the account is what it seems, in [0, 1]; below .5 the gate is shut and the account comes last.
    pub authenticity: f64,
    /// What speaks against the account, by code, with sentences that name nobody.
    pub reasons: Vec<(String, String)>,
    /// Words to read before inviting, as in the ranking.
    pub flags: String,
    /// One row a feature, the largest contribution first: `feature, weight, evidence, meaning` (the evidence in words, which
    /// name nobody), `contribution, rank_without` (the place if this evidence were none; null where it weighs nothing).
    pub parts: Table,
    /// What is behind each feature: `feature, by` (`person`, `kind`, `channel`, `item`, `how`, and `week`, `day` or `hour`), `what`
    /// (null for all others together), `events, amount, share` of the feature.
    pub sources: Table,
    /// What would be otherwise: `change, events, rank, score`. First what if some of their own acts had not been, by which everybody
    /// is ranked anew; then what it would take to climb, where only they change.
    pub changes: Table,
    /// Whole sentences for the reader.
    pub notes: Vec<String>,
}

/// How sure a place is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sure {
    /// Lower and upper end of the 90 % interval of the rank.
    pub interval: (u64, u64),
    /// Share of the draws in which they are among the first k.
    pub p_top_k: f64,
    /// A, B or C, as in the ranking.
    pub tier: &'static str,
}

/// Explains the rank of one person.
///
/// The **parts** are the contributions that add up to the score, each with its evidence, the evidence in words, and the
/// place that would be theirs were this evidence none. The **sources** take the evidence apart, by the people, kinds, channels, items
/// and times behind it: credit by its outcomes, all else by the events between the two, in proportion to what they weigh.
/// The **changes** answer two questions. What if the acts of one kind in one channel had not been: the network is built without them
/// and everybody is ranked anew. And what would it take to reach the invitations (or, for those who have one, the upper half of
/// their place): for each feature that is in their hands the evidence that is missing, others staying as they are.
///
/// The words in [`Explanation::parts`], [`Explanation::changes`] and [`Explanation::reasons`] name no other person, so they can be
/// shown to whom they are about; the sources are for whoever may read the log.
///
/// # Errors
/// As for [`rank`](crate::advocates::rank); [`Error::UnknownId`] for somebody who is not in the network or is not ranked.
///
/// # Complexity
/// That of a ranking, and one without draws for each kind of act that is taken away.
///
/// # Examples
/// ```
/// use laud::advocates::{Advocates, Explain, explain};
/// use laud::events::{Columns, Events};
/// use laud::network::{Network, Ties};
///
/// let network = Network::build(Events::read("data/cafe.csv", &Columns::default())?, &Ties::default())?;
/// let advocates = Advocates { brand: Some("aurora".into()), ..Advocates::default() };
/// let why = explain(&network, "luca4", &Explain { advocates, ..Explain::default() })?;
/// assert!(why.rank <= why.people);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn explain(network: &Network, id: &str, params: &Explain) -> Result<Explanation> {
    if params.sources == 0 {
        return Err(Error::parameter("sources", "at least 1", 0));
    }
    let node = network.find(id)?;
    let advocates = &params.advocates;
    judged(network, advocates, |Judged { evidence, scored, objective, notes }| {
        let Ok(row) = scored.people.binary_search(&node) else {
            return Err(unranked(&evidence, node, advocates));
        };
        let place = scored.order.iter().position(|&other| other == row).expect("everybody has a place");
        let certainty = certainty(&evidence, &scored, advocates)?;
        let person = Person { evidence: &evidence, scored: &scored, objective, node, row, place };
        let changes = changes::changes(&person, params)?;
        let signed =
            |table: Table| table::stamp(table, evidence.network, advocates, objective, &scored, &notes);
        let brand = evidence.brand.map(|brand| network.ids.text(brand));
        Ok(Explanation {
            id: network.ids.text(node),
            role: evidence.network.roles[node as usize],
            objective,
            brand,
            rank: place as u64 + 1,
            people: scored.people.len() as u64,
            certainty: certainty.map(|certainty| Sure {
                interval: (certainty.low[place], certainty.high[place]),
                p_top_k: certainty.p_top_k[place],
                tier: table::tier(certainty.p_top_k[place]),
            }),
            k: advocates.k as u64,
            score: scored.scores[row],
            authenticity: evidence.authenticity(node),
            reasons: evidence
                .findings
                .reasons
                .iter()
                .filter(|reason| reason.node == node)
                .map(|reason| (reason.code.name().to_owned(), reason.evidence.clone()))
                .collect(),
            flags: evidence.flags(node),
            parts: signed(person.parts())?,
            sources: signed(acts::sources(&person, params.sources))?,
            changes: signed(changes)?,
            notes,
        })
    })
}

/// Why somebody in the network has no place.
fn unranked(evidence: &Evidence, node: u32, params: &Advocates) -> Error {
    let role = evidence.network.roles[node as usize];
    let id = evidence.network.ids.text(node);
    if crate::advocates::is_person(role) {
        let rule = format!("of somebody with at least {} events (min_events)", params.min_events);
        return Error::parameter("id", rule, format!("{id:?}, who has {}", evidence.events(node)));
    }
    Error::parameter(
        "id",
        "of a customer or an influencer: others are not ranked",
        format!("{id:?}, a {}", role.name()),
    )
}

/// Whom it is about.
struct Person<'a> {
    evidence: &'a Evidence<'a>,
    scored: &'a Scored,
    objective: Objective,
    node: u32,
    /// Their row in the people who are ranked.
    row: usize,
    /// Their place, from 0.
    place: usize,
}

impl Person<'_> {
    fn score(&self) -> f64 {
        self.scored.scores[self.row]
    }

    /// The place, from 1, that some score would have, others staying as they are.
    fn rank_of(&self, score: f64) -> u64 {
        let order = &self.scored.order;
        let ahead = order.partition_point(|&row| self.scored.scores[row] > score);
        // They are among those ahead of any lower score.
        (ahead - usize::from(score < self.score()) + 1) as u64
    }

    fn parts(&self) -> Table {
        let Person { evidence, scored, node, row, .. } = *self;
        let (events, gate) = (evidence.telling(node), evidence.gate(node));
        let mut order: Vec<usize> = (0..scored.signals.len()).collect();
        let contribution = |at: usize| scored.contribution(at, row);
        order.sort_by(|&a, &b| contribution(b).total_cmp(&contribution(a)).then(a.cmp(&b)));
        let signals = || order.iter().map(|&at| &scored.signals[at]);
        let floats = |values: Vec<f64>| -> ArrayRef { Arc::new(Float64Array::from(values)) };
        let without = order.iter().map(|&at| {
            let weighed = &scored.signals[at];
            let rest = self.score() - contribution(at) + weighed.contribution(0.0, events, gate);
            weighed.counts().then(|| self.rank_of(rest))
        });
        let meaning = signals().map(|weighed| match weighed.signal {
            Signal::Feature(feature) => meaning::meaning(self, feature),
            Signal::Count(count) => format!("{} {}", evidence.counts.value(count, node), count.name()),
        });
        Table::new([
            (
                "feature",
                Arc::new(StringArray::from_iter_values(signals().map(|w| w.signal.name()))) as ArrayRef,
            ),
            ("weight", floats(signals().map(|weighed| weighed.weight).collect())),
            ("evidence", floats(signals().map(|weighed| evidence.signal(weighed.signal, node)).collect())),
            ("meaning", Arc::new(StringArray::from_iter_values(meaning))),
            ("contribution", floats(order.iter().map(|&at| contribution(at)).collect())),
            ("rank_without", Arc::new(without.collect::<UInt64Array>())),
        ])
    }

    /// The features that weigh something here.
    fn weighed(&self) -> impl Iterator<Item = Feature> {
        self.scored.signals.iter().filter(|weighed| weighed.counts()).filter_map(|weighed| {
            match weighed.signal {
                Signal::Feature(feature) => Some(feature),
                Signal::Count(_) => None,
            }
        })
    }
}

/// A count and its noun.
fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
