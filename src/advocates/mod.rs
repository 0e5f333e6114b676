//! Whom to invite: an additive ranking of people by what others do towards them, not by likes or followers.
//!
//! A person's score adds the contributions of a few features (see [`Feature`]), each a robust z-score of the
//! logarithm of its evidence times a weight. Nothing is learned here and nothing is hidden: every row carries
//! its contributions, the evidence behind them, and the plain counts that the ranking is to beat.

mod features;
mod objective;
mod score;
mod trust;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use features::Feature;
pub use objective::Objective;

use crate::error::{Error, Result};
use crate::events::Role;
use crate::network::Network;
use crate::table::Table;
use features::Evidence;

/// How to rank advocates. `Default` ranks for nobody in particular with the weights of the log's own objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Advocates {
    /// The brand to rank for; its events tell affinity, its buyers are trusted.
    pub brand: Option<String>,
    /// What the advocates are for; none picks what the log can speak of (see [`Objective::of`]).
    pub objective: Option<Objective>,
    /// Weights that replace those of the objective, by feature; 0 leaves a feature out.
    pub weights: BTreeMap<String, f64>,
    /// How many invitations are to be given out, at least 1.
    pub k: usize,
    /// How many rows to return; none returns everybody.
    pub limit: Option<usize>,
    /// People who gave and received fewer events are left out; 0 keeps all.
    pub min_events: u64,
    /// The seed of everything random; this form of the ranking draws nothing.
    pub seed: u64,
}

impl Default for Advocates {
    fn default() -> Advocates {
        Advocates {
            brand: None,
            objective: None,
            weights: BTreeMap::new(),
            k: 100,
            limit: None,
            min_events: 0,
            seed: 0,
        }
    }
}

/// People in order, with the reasons for it.
#[derive(Debug, Clone)]
pub struct Ranking {
    table: Table,
    notes: Vec<String>,
    people: usize,
}

impl Ranking {
    /// One row a person: `rank, tie_group, id, role, score, contribution_*, evidence_*, baseline_*, flags`.
    ///
    /// `tie_group` is the rank of the first person with the same score: inside a group the order is that of
    /// the ids and means nothing. `flags` holds words separated by spaces (see [`rank`]).
    pub fn table(&self) -> &Table {
        &self.table
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

/// Ranks the customers and influencers of a network.
///
/// Each feature f becomes z(f) = max(−4, (ln(1 + f) − median) / scale), with median and scale taken over the
/// eligible people whose f is positive; f = 0 counts min(0, −median / scale). The score is
///
/// ```text
/// score(i) = Σ  α(f) z(f, i)        in the order of the columns
///            f
/// ```
///
/// **Eligible** is who is a customer or an influencer and gave or received at least one event of somebody else;
/// the others are ranked too (their features are 0) but do not move the median. **Scale** is the first that is
/// not zero of 1.4826 times the median absolute deviation and 1.2533 times the mean absolute deviation; a
/// feature without scale tells nobody apart, is dropped and named in the notes. **Likes and followers** are no
/// part of the score: they stand beside it as `baseline_likes` and `baseline_followers`. **Staff, brands and
/// products** are not ranked. **Flags**: `no_events` (nothing given or received), `only_receives` (never acts: perhaps
/// a brand that was not named), `few_engagers` (fewer than
/// three people), `one_week` (active in a single week of a log of several), `complaints` (what this person
/// tells the brand is more often blame than praise).
///
/// # Errors
/// A parameter out of its domain; a brand that is not in the log; an objective whose kinds the log lacks; a
/// network with nobody to rank; a network whose events were dropped.
///
/// # Complexity
/// O(events + ties log ties) and about 100 bytes a person.
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
pub fn rank(network: &Network, params: &Advocates) -> Result<Ranking> {
    params.check()?;
    let (network, brand) = for_brand(network, params.brand.as_deref())?;
    let network = network.as_ref();
    let objective = Objective::choose(network, params.objective)?;
    let evidence = Evidence::gather(network, brand)?;
    let mut notes = vec![
        objective.note(params.objective.is_some(), network),
        "not backtested: the weights are priors, nothing shows yet that this order foretells anything"
            .to_owned(),
        evidence.trust_note.clone(),
    ];

    let events = |node: u32| evidence.activity[node as usize] + evidence.received[node as usize];
    let people: Vec<u32> = people_of(network).filter(|&node| events(node) >= params.min_events).collect();
    if people.is_empty() {
        return Err(Error::Empty(nobody(network, params)));
    }
    let left_out = people_of(network).count() - people.len();
    if left_out > 0 {
        notes.push(format!("{left_out} people with fewer than {} events are left out", params.min_events));
    }

    let features: Vec<Feature> =
        Feature::ALL.into_iter().filter(|f| brand.is_some() || *f != Feature::Affinity).collect();
    let weights = objective.weights(&features, &params.weights);
    let z_scores: Vec<Option<Vec<f64>>> = features
        .par_iter()
        .map(|&feature| {
            let values: Vec<f64> = people.iter().map(|&node| evidence.value(feature, node)).collect();
            score::log_robust_z(&values, |row| events(people[row]) > 0)
        })
        .collect();
    for (feature, _) in features.iter().zip(&z_scores).filter(|(_, z)| z.is_none()) {
        notes.push(format!("{} tells nobody apart in this log and is dropped", feature.name()));
    }
    let contributions: Vec<Vec<f64>> = z_scores
        .into_iter()
        .zip(&weights)
        .map(|(z, weight)| z.map_or(vec![0.0; people.len()], |z| z.into_iter().map(|z| weight * z).collect()))
        .collect();
    let scores: Vec<f64> =
        (0..people.len()).map(|row| contributions.iter().map(|column| column[row]).sum()).collect();

    let mut order: Vec<usize> = (0..people.len()).collect();
    order.par_sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order.truncate(params.limit.unwrap_or(usize::MAX));
    let table = tabulate(network, &evidence, &features, &people, &contributions, &scores, &order);
    Ok(Ranking {
        table: stamp(table, network, params, objective, &weights, &features, &notes)?,
        notes,
        people: people.len(),
    })
}

impl Advocates {
    fn check(&self) -> Result<()> {
        if self.k == 0 {
            return Err(Error::parameter("k", "at least 1", self.k));
        }
        if self.limit == Some(0) {
            return Err(Error::parameter("limit", "at least 1", 0));
        }
        for (name, weight) in &self.weights {
            if Feature::named(name).is_none() {
                let known = Feature::ALL.map(Feature::name).join(", ");
                return Err(Error::parameter("weights", format!("by feature ({known})"), name));
            }
            if !weight.is_finite() || *weight < 0.0 {
                return Err(Error::parameter(
                    "weights",
                    "finite and at least 0",
                    format!("{weight} for {name}"),
                ));
            }
        }
        Ok(())
    }
}

/// The network in which the brand that is ranked for is a brand, and its node.
fn for_brand<'a>(network: &'a Network, brand: Option<&str>) -> Result<(Cow<'a, Network>, Option<u32>)> {
    let Some(name) = brand else { return Ok((Cow::Borrowed(network), None)) };
    let known = network.ids.find(name).filter(|&node| network.roles[node as usize] == Role::Brand);
    if known.is_some() {
        return Ok((Cow::Borrowed(network), known));
    }
    let network = network.with_brands(&[name.to_owned()])?;
    let node = network.find(name)?;
    Ok((Cow::Owned(network), Some(node)))
}

/// Why there is nobody to rank, and what helps.
fn nobody(network: &Network, params: &Advocates) -> String {
    if params.min_events > 0 {
        return format!("nobody has {} events or more: lower --min-events", params.min_events);
    }
    format!(
        "there is nobody to rank: all {} accounts are brands, products or staff; check --brand, --product and the roles \
         of the accounts",
        network.ids.len()
    )
}

fn tabulate(
    network: &Network,
    evidence: &Evidence,
    features: &[Feature],
    people: &[u32],
    contributions: &[Vec<f64>],
    scores: &[f64],
    order: &[usize],
) -> Table {
    let nodes: Vec<u32> = order.iter().map(|&row| people[row]).collect();
    let mut groups: Vec<u64> = Vec::with_capacity(order.len());
    for (at, &row) in order.iter().enumerate() {
        let tied = at > 0 && scores[order[at - 1]] == scores[row];
        groups.push(if tied { groups[at - 1] } else { at as u64 + 1 });
    }
    let counts = |column: &[u64]| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(nodes.iter().map(|&n| column[n as usize])))
    };
    let floats = |value: &dyn Fn(usize) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(order.iter().map(|&row| value(row))))
    };

    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("rank".into(), Arc::new(UInt64Array::from_iter_values(1..=order.len() as u64))),
        ("tie_group".into(), Arc::new(UInt64Array::from(groups))),
        ("id".into(), network.ids.take(&nodes)),
        (
            "role".into(),
            Arc::new(StringArray::from_iter_values(nodes.iter().map(|&n| network.roles[n as usize].name()))),
        ),
        ("score".into(), floats(&|row| scores[row])),
    ];
    for (feature, column) in features.iter().zip(contributions) {
        columns.push((format!("contribution_{}", feature.name()), floats(&|row| column[row])));
    }
    for &feature in features {
        columns.push((
            format!("evidence_{}", feature.name()),
            floats(&|row| evidence.value(feature, people[row])),
        ));
    }
    columns.push(("evidence_engagers".into(), counts(&evidence.engagers)));
    for (name, column) in &evidence.baselines {
        columns.push((format!("baseline_{name}"), counts(column)));
    }
    columns.push(("baseline_activity".into(), counts(&evidence.activity)));
    columns.push((
        "flags".into(),
        Arc::new(StringArray::from_iter_values(nodes.iter().map(|&node| evidence.flags(node)))),
    ));
    Table::new(columns)
}

/// Writes into the metadata what the ranking was made from and with.
fn stamp(
    table: Table,
    network: &Network,
    params: &Advocates,
    objective: Objective,
    weights: &[f64],
    features: &[Feature],
    notes: &[String],
) -> Result<Table> {
    let weights: BTreeMap<&str, f64> =
        features.iter().map(|f| f.name()).zip(weights.iter().copied()).collect();
    let text =
        |value: serde_json::Result<String>| value.map_err(|problem| Error::Schema(problem.to_string()));
    let parameters = text(serde_json::to_string(&serde_json::json!({
        "ties": network.parameters,
        "advocates": params,
        "objective": objective,
        "weights": weights,
    })))?;
    Ok(table
        .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
        .with_metadata("laud.input", &network.input)
        .with_metadata("laud.parameters", parameters)
        .with_metadata("laud.seed", params.seed)
        .with_metadata("laud.notes", text(serde_json::to_string(notes))?))
}

/// Everybody who can be an advocate, ascending.
fn people_of(network: &Network) -> impl Iterator<Item = u32> {
    (0..network.ids.len() as u32).filter(|&node| is_person(network.roles[node as usize]))
}

/// Whether somebody can be an advocate.
fn is_person(role: Role) -> bool {
    matches!(role, Role::Customer | Role::Influencer)
}
