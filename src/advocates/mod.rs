//! Whom to invite: an additive ranking of people by what they bring about and what others do towards them.
//!
//! A person's score adds the contributions of a few features (see [`Feature`]), each a robust z-score of the
//! logarithm of its evidence times a weight that the objective gives it. Nothing is hidden: every row carries its
//! contributions, the evidence behind them, how sure the rank is, and the plain counts that the ranking is to beat.

pub mod agreement;
mod backtest;
mod certainty;
mod compare;
mod credit;
mod evidence;
mod explain;
mod feature;
mod integrity;
mod objective;
mod score;
mod scored;
mod segments;
mod select;
mod signal;
mod table;
mod trust;

use std::borrow::Cow;
use std::collections::BTreeMap;

use arrow::buffer::ScalarBuffer;
use ndarray::{ArrayView2, ShapeBuilder};
use serde::{Deserialize, Serialize};

pub use backtest::{Backtest, Backtested, backtest};
pub use compare::{Compare, Comparison, compare};
pub use credit::Credit;
pub use explain::{Explain, Explanation, Sure, explain};
pub use feature::Feature;
pub use integrity::{
    CoAction, Code, Duplicates, FanOut, Findings, Integrity, Ramp, Reason, Rhythm, Ring, SelfReferral,
    integrity,
};
pub use objective::{Objective, Objectives, Purpose, Tested};
pub use select::{Method, Select, Selected, select};
pub use trust::{Trust, trust};

use crate::error::{Error, Result};
use crate::events::Role;
use crate::network::{DAY, LENGTH, Network, length};
use crate::table::Table;
use evidence::Evidence;
use scored::Scored;
use segments::Segments;

/// The farthest a ranking looks ahead unless told otherwise: 30 days.
const LONGEST: i64 = 30 * DAY;

/// How to rank advocates. `Default` ranks for nobody in particular with the weights of the log's own objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Advocates {
    /// The brand to rank for; its events tell affinity, its buyers are trusted.
    pub brand: Option<String>,
    /// What the advocates are for; none picks what the log can speak of (see [`Objective::of`]).
    pub objective: Option<Objective>,
    /// What each objective counts and looks at; a backtest chooses one for a log.
    #[serde(skip_serializing_if = "is_shipped")]
    pub objectives: Objectives,
    /// Weights that replace those of the objective, by feature; 0 leaves a feature out.
    pub weights: BTreeMap<String, f64>,
    /// How outcomes are credited to people.
    pub credit: Credit,
    /// How accounts that are not what they seem are found; what they give counts less.
    pub integrity: Integrity,
    /// How far ahead the ranking looks, such as `7d`: what momentum fades by. A tenth of the log unless given, at most 30
    /// days; that of the backtest where one chose the weights.
    pub horizon: Option<String>,
    /// How many invitations are to be given out, at least 1: the k of `p_top_k`.
    pub k: usize,
    /// How many rows to return; none returns everybody.
    pub limit: Option<usize>,
    /// People who gave and received fewer events are left out; 0 keeps all.
    pub min_events: u64,
    /// How often the ranking is drawn anew to tell how sure it is; 0 leaves that out, otherwise at least 20.
    pub bootstrap: u32,
    /// How many people are drawn one by one, those with the highest scores, at least 1; the spread of the others is
    /// computed.
    pub candidates: usize,
    /// The seed of everything random.
    pub seed: u64,
}

fn is_shipped(objectives: &Objectives) -> bool {
    *objectives == Objectives::default()
}

impl Default for Advocates {
    fn default() -> Advocates {
        Advocates {
            brand: None,
            objective: None,
            objectives: Objectives::default(),
            weights: BTreeMap::new(),
            credit: Credit::default(),
            integrity: Integrity::default(),
            horizon: None,
            k: 100,
            limit: None,
            min_events: 0,
            bootstrap: 200,
            candidates: 5_000,
            seed: 0,
        }
    }
}

/// People in order, with the reasons for it.
#[derive(Debug, Clone)]
pub struct Ranking {
    table: Table,
    suppressed: Table,
    segments: Table,
    /// Those of the people in the table, feature after feature: the table has the same.
    features: ScalarBuffer<f64>,
    placebo: Option<f64>,
    notes: Vec<String>,
    people: usize,
}

impl Ranking {
    /// One row a person: `rank, tie_group, id, role, score, rank_low, rank_high, p_top_k, tier, community, segment,
    /// contribution_*, evidence_*, baseline_*, flags`.
    ///
    /// `tie_group` is the rank of the first person who cannot be told apart from this one (in fewer than nine of ten
    /// draws the first is ahead); `rank_low` to `rank_high` is the 90 % interval of the rank, `p_top_k` the share of
    /// draws in which somebody is among the first k, `tier` A from .9 of them, B from .5, C otherwise. `flags` holds
    /// words separated by spaces (see [`rank`]). Without draws the interval, `p_top_k` and `tier` are left out and a
    /// tie group has one score.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Accounts that something speaks against, and what: `id, role, authenticity, code, strength, evidence, with`.
    pub fn suppressed(&self) -> &Table {
        &self.suppressed
    }

    /// Who is worth what, as a customer and as an advocate: `segment, people, spent, credit`, one row each for the champions, who
    /// spent much and are credited with much, the affluents, who spent, the advocates, who are credited, and the misers, who did a
    /// little of either. Much is what is not below the median of those who have any; suspects are left out.
    ///
    /// After Kumar, Petersen, Leone, "How valuable is word of mouth?", Harvard Business Review 85, 2007, who found the customers
    /// who spend most to be others than those who bring most.
    pub fn segments(&self) -> &Table {
        &self.segments
    }

    /// Evidence of the people in the table, in its order: people x [`Feature::ALL`].
    pub fn features(&self) -> ArrayView2<'_, f64> {
        let shape = (self.table.num_rows(), Feature::ALL.len()).f();
        ArrayView2::from_shape(shape, &self.features).expect("one value a person and feature")
    }

    /// What exposures after the outcomes would be credited with beyond what their authors do at any time, as a share of what those
    /// before them are: near 1 credit is association, not influence. None where outcomes name somebody, and where fewer than 30
    /// have a window of log on either side.
    pub fn placebo(&self) -> Option<f64> {
        self.placebo
    }

    /// What a reader must know of this ranking, in whole sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How many people were ranked, whatever the limit.
    pub fn people(&self) -> usize {
        self.people
    }
}

/// Ranks the customers and influencers of a network. One that is given away, not lent, lets go of its events and ties before
/// the table is made, so that they are not in memory together.
///
/// Each feature f becomes z(f) = max(−4, (ln(1 + f) − median) / scale), with median and scale taken over the
/// eligible people whose f is positive; f = 0 counts min(0, −median / scale). The score is
///
/// ```text
/// score(i) = Σ  α(f) [ g(i) c(z(f, i)) + (1 − g(i)) (−4) ]        in the order of the columns
///            f
/// ```
///
/// where c(z) = z n / (n + 20) for z above 0 and the n events that tell of i (of likes and follows received
/// as far as [whom they are from](Feature) does something else, too): of two events an eleventh of the good news is believed, of
/// twenty half. The
/// **gate** g(i) is 1, and 0 for a suspect, whose features all count the least there is. **Eligible** is who is a
/// customer or an influencer with an authenticity of at least .5 and gave or received at least one event of somebody else;
/// the others are ranked too but do not move the median. **Scale** is the first that is
/// not zero of 1.4826 times the median absolute deviation and 1.2533 times the mean absolute deviation; a
/// feature without scale tells nobody apart, is dropped and named in the notes; a scale is at least .05, that of lift .1. **Likes and followers** are
/// audience, which counts in reach alone; they stand beside the score as `baseline_likes` and `baseline_followers`.
/// **Staff, brands and products** are not ranked. **Flags**: `suspect` (authenticity below .5),
/// `no_events` (nothing given or received), `only_receives` (never acts: perhaps
/// a brand that was not named), `few_engagers` (fewer than
/// three people), `one_week`, `one_day` or `one_hour` (all in a single one, of a log of several), `complaints` (what this person
/// tells the brand is more often blame than praise).
///
/// **How sure**: the ranking is drawn anew [`Advocates::bootstrap`] times. Whoever engages counts 0, 1, 2, … times in
/// all they did (Poisson with mean 1, an actor's events together); for a feature that comes from fewer than thirty
/// people their number is drawn from its Gamma posterior instead, under a prior fitted to everybody; the weights are drawn around
/// their values (Dirichlet); people with equal draws are put in random order.
///
/// # Errors
/// A parameter out of its domain; a brand that is not in the log; an objective whose kinds the log lacks; a
/// network with nobody to rank; a network whose events were dropped.
///
/// # Complexity
/// O(events log events) and about 400 bytes a person and 16 a tie; the draws take 200 times the people behind the features of
/// the first [`Advocates::candidates`].
///
/// # Examples
/// ```
/// use laud::advocates::{Advocates, rank};
/// use laud::events::{Columns, Events};
/// use laud::network::{Network, Ties};
///
/// let events = Events::read("data/cafe.csv", &Columns::default())?;
/// let network = Network::build(events, &Ties::default())?;
/// let ranking = rank(&network, &Advocates { brand: Some("aurora".into()), ..Advocates::default() })?;
/// assert_eq!(ranking.table().num_rows(), ranking.people());
/// # Ok::<(), laud::Error>(())
/// ```
pub fn rank<'a>(network: impl Into<Cow<'a, Network>>, params: &Advocates) -> Result<Ranking> {
    params.check()?;
    let (network, brand) = for_brand(network, params.brand.as_deref())?;
    let Judged { evidence, scored, objective, notes } = judge(&network, brand, params)?;
    let certainty = certainty::certainty(&evidence, &scored, params)?;
    let (placebo, mut facts) = (evidence.ledger.placebo, evidence.into_facts());
    let segments = Segments::new(&network, brand, &facts, &scored.people);
    // Events and ties have said what they had to say: where nobody else needs them the table has their room.
    let network = match network {
        Cow::Owned(network) => Cow::Owned(network.without_ties()),
        borrowed => borrowed,
    };
    let shown = scored.order.iter().take(params.limit.unwrap_or(usize::MAX));
    let shown: Vec<u32> = shown.map(|&row| scored.people[row]).collect();
    let features = ScalarBuffer::from(facts.take_features(&shown));
    let table = table::ranking(&network, &facts, &scored, certainty.as_ref(), &segments, &shown, &features);
    let stamped = |table| table::stamp(table, &network, params, objective, &scored, &notes);
    Ok(Ranking {
        table: stamped(table)?,
        suppressed: stamped(facts.findings.table(&network))?,
        segments: stamped(segments.table())?,
        features,
        people: scored.people.len(),
        placebo,
        notes,
    })
}

/// A network with everybody's evidence and score.
struct Judged<'a> {
    evidence: Evidence<'a>,
    scored: Scored,
    objective: Objective,
    /// Whole sentences for the reader.
    notes: Vec<String>,
}

/// Judges everybody in a network, and reads something off it.
fn judged<T>(network: &Network, params: &Advocates, read: impl FnOnce(Judged<'_>) -> Result<T>) -> Result<T> {
    params.check()?;
    let (network, brand) = for_brand(network, params.brand.as_deref())?;
    read(judge(&network, brand, params)?)
}

/// Judges everybody in a network in which the brand is a brand.
fn judge<'a>(network: &'a Network, brand: Option<u32>, params: &Advocates) -> Result<Judged<'a>> {
    let (objective, note) = Objective::choose(network, params.objective, &params.objectives)?;
    let evidence = Evidence::gather(network, objective, brand, params, false)?;
    let scored = Scored::new(&evidence, objective, params)?;
    let mut notes = vec![note];
    notes.push(match &params.objectives.tested {
        Some(tested) if tested.objective == objective && params.weights.is_empty() => {
            tested.verdict_on(&network.input)
        }
        _ => "not backtested: the weights are priors, nothing shows yet that this order foretells anything"
            .to_owned(),
    });
    notes.extend(evidence.notes.iter().chain(&scored.notes).cloned());
    let suspects = scored.people.iter().filter(|&&node| evidence.is_suspect(node)).count();
    if suspects > 0 {
        notes
            .push(format!("{suspects} accounts are suspect: what they give counts less, and they come last"));
    }
    Ok(Judged { evidence, scored, objective, notes })
}

impl Advocates {
    /// How far ahead the ranking looks, in microseconds.
    fn horizon(&self, network: &Network) -> Result<i64> {
        let tested = self.objectives.tested.as_ref().map(|tested| &tested.horizon);
        if let Some(text) = self.horizon.as_ref().or(tested) {
            return length(text).ok_or_else(|| Error::parameter("horizon", LENGTH, format!("{text:?}")));
        }
        Ok((network.span() / 10).clamp(1, LONGEST))
    }

    fn check(&self) -> Result<()> {
        if self.k == 0 {
            return Err(Error::parameter("k", "at least 1", self.k));
        }
        if self.limit == Some(0) {
            return Err(Error::parameter("limit", "at least 1", 0));
        }
        if (1..20).contains(&self.bootstrap) {
            return Err(Error::parameter("bootstrap", "0 or at least 20", self.bootstrap));
        }
        if self.candidates == 0 {
            return Err(Error::parameter("candidates", "at least 1", self.candidates));
        }
        self.objectives.check()?;
        self.credit.check()?;
        self.integrity.check()?;
        objective::check_weights(&self.weights)
    }
}

/// The network in which the brand that is ranked for is a brand, and its node.
fn for_brand<'a>(
    network: impl Into<Cow<'a, Network>>,
    brand: Option<&str>,
) -> Result<(Cow<'a, Network>, Option<u32>)> {
    let network = network.into();
    let Some(name) = brand else { return Ok((network, None)) };
    let known = network.ids.find(name).filter(|&node| network.roles[node as usize] == Role::Brand);
    if known.is_some() {
        return Ok((network, known));
    }
    let network = network.with_brands(&[name.to_owned()])?;
    let node = network.find(name)?;
    Ok((Cow::Owned(network), Some(node)))
}

/// Everybody who can be an advocate, ascending.
fn people_of(network: &Network) -> impl Iterator<Item = u32> {
    (0..network.ids.len() as u32).filter(|&node| is_person(network.roles[node as usize]))
}

/// Whether somebody bought (from the brand, where one is named).
fn bought(network: &Network, node: u32, brand: Option<u32>) -> bool {
    network.ties(node).iter().any(|tie| {
        network.kinds[tie.kind as usize] == "purchase" && brand.is_none_or(|brand| brand == tie.target)
    })
}

/// Whether somebody can be an advocate.
fn is_person(role: Role) -> bool {
    matches!(role, Role::Customer | Role::Influencer)
}

/// A length of time in the longest unit that loses nothing worth a thousandth.
fn in_words(time: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(DAY, "d"), (DAY / 24, "h"), (60_000_000, "min"), (1_000_000, "s")];
    let (unit, word) = UNITS.into_iter().find(|(unit, _)| time >= *unit).unwrap_or((1_000_000, "s"));
    let number = (time as f64 / unit as f64 * 1000.0).round() / 1000.0;
    format!("{number}{word}")
}
