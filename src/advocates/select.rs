//! Whom to invite together: a set of people who reach many others, and not all the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::advocates::evidence::Evidence;
use crate::advocates::objective::Objective;
use crate::advocates::scored::Scored;
use crate::advocates::{Advocates, Judged, judged, table};
use crate::error::{Error, Result};
use crate::influence::{self, Audience, Model, Pick, Probability, Ris, Selection, ris, selection};
use crate::network::{DAY, Network};
use crate::table::Table;

/// How a set is chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// One after the other, always who adds most to what the set is expected to bring about.
    #[default]
    Greedy,
    /// Reverse influence sampling: the greatest cascade that attention alone would carry, with a bound.
    Ris,
    /// One after the other, always who has most listeners whom nobody chosen has: what a set has to beat.
    Degree,
    /// The first by score: what a set has to beat.
    Score,
}

impl Method {
    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Method::Greedy => "greedy",
            Method::Ris => "ris",
            Method::Degree => "degree",
            Method::Score => "score",
        }
    }
}

impl std::str::FromStr for Method {
    type Err = Error;

    fn from_str(word: &str) -> Result<Method> {
        [Method::Greedy, Method::Ris, Method::Degree, Method::Score]
            .into_iter()
            .find(|method| method.name() == word)
            .ok_or_else(|| Error::parameter("method", "greedy, ris, degree or score", word))
    }
}

/// Whom to choose, and under which limits. `Default` chooses 20 people greedily.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Select {
    /// The ranking that is chosen from; its draws are left out.
    pub advocates: Advocates,
    /// How the set is chosen.
    pub method: Method,
    /// How many people at most, at least 1.
    pub k: usize,
    /// What an invitation costs by id, finite and above 0; 1 for those who are not named.
    pub costs: BTreeMap<String, f64>,
    /// What all invitations may cost together, at least 0.
    pub budget: Option<f64>,
    /// How many of one group may be chosen, at least 1.
    pub quota: Option<usize>,
    /// The column of the nodes that holds the groups, such as an attribute of the accounts; the community unless given.
    pub groups: Option<String>,
    /// The weight λ of choosing from many communities, finite and at least 0.
    pub diversity: f64,
    /// For `ris`: how far the cascade may fall short of 1 − 1/e of the greatest, as a share of it.
    pub epsilon: f64,
    /// For `ris`: how attention carries on.
    pub model: Model,
    /// For `ris`: how likely each act of attention carries on.
    pub probability: Probability,
}

impl Default for Select {
    fn default() -> Select {
        Select {
            advocates: Advocates::default(),
            method: Method::Greedy,
            k: 20,
            costs: BTreeMap::new(),
            budget: None,
            quota: None,
            groups: None,
            diversity: 0.1,
            epsilon: Ris::default().epsilon,
            model: Model::default(),
            probability: Probability::default(),
        }
    }
}

/// A set of people to invite.
#[derive(Debug, Clone)]
pub struct Selected {
    /// One row a pick, in their order: `pick, id, role, rank` (by score), `gain` (what this person adds to the set), `value` (of the
    /// set up to here), `share` (of what inviting everybody would be worth), `cost` (up to here), `community, communities` (how many
    /// up to here).
    pub picks: Table,
    /// What the set is worth.
    pub value: f64,
    /// What the first by score are worth under the same limits.
    pub value_of_first: f64,
    /// For `ris`: what share of the greatest cascade that of the set is at least, but for a chance of 1 %.
    pub bound: Option<f64>,
    /// Whole sentences for the reader.
    pub notes: Vec<String>,
}

/// Chooses a set of people to invite.
///
/// Two people who reach the same others are worth less together than apart. The worth of a set S is
///
/// ```text
/// F(S) = Σ v(j) (1 − Π (1 − p(i,j)))  +  λ Σ √(Σ r(i))          p(i,j) = 1 − e^(−c(i) a(i,j) / Σ a(i,h))
///        j        i in S                 c  i in S of community c                              h
/// ```
///
/// over the people j who act towards somebody in S. c(i) is what i is expected to bring about within the horizon: the credit of i
/// (see [`Credit`](crate::advocates::Credit)), drawn towards what would be expected of anybody by the prior of lift, at the rate of
/// its memory. It falls to those who attend to i as far as they do, a(i,j) = e / (e + 5) ln(1 + q(j) w(j,i)) with w the
/// weight of all acts and e those of j towards others than i. v(j) is 1, and 0 for suspects and, for acquisition, for those who are won; whom past credit used up is used up. r(i) is the first sum
/// for i alone.
///
/// **greedy** takes always who adds most: F is monotone and submodular, so the value is at least 1 − 1/e of the best possible (half
/// of it with a quota, (1 − 1/e) / 2 within a budget). **score** takes the first by score, who keep the limits: the difference is
/// what a ranking loses when it is taken for a set. **degree** looks at listeners alone, of those of whom anything is
/// expected, and takes always who has most whom nobody chosen has: adaptive degree. **ris** looks at attention alone: whoever attends to somebody chosen is
/// reached with the share of their attention unless another probability is named, and reaches others so
/// ([`ris`](crate::influence::ris())); the set has at least the bound of the greatest such cascade. It takes neither costs nor quotas; its picks are valued by F too.
///
/// Suspects are never chosen.
///
/// # Errors
/// As for [`rank`](crate::advocates::rank); a parameter outside its domain; a column of groups that there is not.
///
/// # Complexity
/// That of a ranking without draws, and for the choice O(arcs) and those looked at again.
///
/// # References
/// Nemhauser, Wolsey, Fisher, "An analysis of approximations for maximizing submodular set functions", Mathematical Programming 14,
/// 1978. Goyal, Bonchi, Lakshmanan, "A data-based approach to social influence maximization", PVLDB 5(1), 2011.
///
/// # Examples
/// ```
/// use laud::advocates::{Advocates, Select, select};
/// use laud::events::{Columns, Events};
/// use laud::network::{Network, Ties};
///
/// let network = Network::build(Events::read("data/cafe.csv", &Columns::default())?, &Ties::default())?;
/// let advocates = Advocates { brand: Some("aurora".into()), ..Advocates::default() };
/// let set = select(&network, &Select { advocates, k: 10, ..Select::default() })?;
/// assert_eq!(set.picks.num_rows(), 10);
/// assert!(set.value >= set.value_of_first);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn select(network: &Network, params: &Select) -> Result<Selected> {
    params.check(network)?;
    let advocates = Advocates { bootstrap: 0, limit: None, ..params.advocates.clone() };
    judged(network, &advocates, |Judged { evidence, scored, objective, mut notes }| {
        let reach = Reach::new(&evidence, &scored, objective, &advocates)?;
        let limits = params.limits(&evidence, &reach)?;
        let worth = reach.worth(params.diversity);
        let by_score: Vec<u32> =
            scored.order.iter().filter_map(|&row| reach.position(scored.people[row])).collect();
        let first = worth.in_order(&by_score, &limits)?;
        let value_of = |picks: &[Pick]| picks.last().map_or(0.0, |pick| pick.value);
        let value_of_first = value_of(&first);
        let mut bound = None;
        let picks = match params.method {
            Method::Greedy => selection(&worth, &limits)?,
            Method::Ris => {
                let (nodes, ratio) = cascade(&evidence, &reach, params)?;
                bound = Some(ratio);
                worth.in_order(&nodes, &limits)?
            }
            Method::Degree => {
                let order: Vec<u32> = reach.most_heard(&limits)?.iter().map(|pick| pick.candidate).collect();
                worth.in_order(&order, &limits)?
            }
            Method::Score => first,
        };
        let value = value_of(&picks);
        let everybody: Vec<u32> = (0..reach.candidates.len() as u32).collect();
        let most = worth.value(&everybody)?;

        let strangers = params.costs.keys().filter(|id| evidence.network.ids.find(id).is_none()).count();
        if strangers > 0 {
            notes.push(format!("{strangers} of {} ids in costs are not in the log", params.costs.len()));
        }
        if picks.len() < params.k.min(reach.candidates.len()) {
            notes.push(format!(
                "only {} of {} are chosen: nobody else adds anything within the limits",
                picks.len(),
                params.k
            ));
        }
        notes.push(format!(
            "together they are expected to bring about {value:.2} within {:.1} days, the first {} by score {value_of_first:.2}",
            reach.horizon as f64 / DAY as f64,
            picks.len()
        ));
        if let Some(bound) = bound {
            notes.push(format!(
                "by attention alone their cascade has at least {:.0} % of the greatest possible (but for a chance of 1 %)",
                100.0 * bound
            ));
        }
        let stamped =
            |table: Table| table::stamp(table, evidence.network, &advocates, objective, &scored, &notes);
        let picks = stamped(picked(&evidence, &scored, &reach, &picks, most))?;
        let text = serde_json::to_string(params).expect("parameters are plain values");
        let picks = picks.with_metadata("laud.select", text);
        Ok(Selected { picks, value, value_of_first, bound, notes })
    })
}

/// The sets that are chosen when nothing limits them, as nodes in the order of their choice: greedily, and by adaptive degree.
pub(super) fn sets(
    evidence: &Evidence,
    scored: &Scored,
    objective: Objective,
    advocates: &Advocates,
) -> Result<[Vec<u32>; 2]> {
    let reach = Reach::new(evidence, scored, objective, advocates)?;
    let limits = Selection { k: advocates.k, ..Selection::default() };
    let worth = reach.worth(Select::default().diversity);
    let nodes =
        |picks: Vec<Pick>| picks.iter().map(|pick| reach.candidates[pick.candidate as usize]).collect();
    Ok([nodes(selection(&worth, &limits)?), nodes(reach.most_heard(&limits)?)])
}

/// Whom each candidate reaches.
struct Reach {
    /// Nodes, ascending.
    candidates: Vec<u32>,
    /// Of each candidate.
    communities: Vec<u32>,
    audience: Audience,
    /// What each candidate alone is expected to bring about.
    alone: Vec<f64>,
    /// By node of the network.
    values: Vec<f64>,
    /// Microseconds.
    horizon: i64,
}

impl Reach {
    fn new(evidence: &Evidence, scored: &Scored, objective: Objective, params: &Advocates) -> Result<Reach> {
        let network = evidence.network;
        let horizon = params.horizon(network)?;
        let candidates: Vec<u32> = scored
            .people
            .iter()
            .copied()
            .filter(|&node| !evidence.is_suspect(node) && evidence.events(node) > 0)
            .collect();
        let once = objective == Objective::Acquisition;
        let values: Vec<f64> = (0..network.ids.len() as u32)
            .map(|node| {
                let counts = evidence.is_listener(node) && !(once && evidence.is_won(node));
                f64::from(u8::from(counts))
            })
            .collect();
        let memory = memory(evidence);
        let rows: Vec<Vec<(u32, f64)>> = candidates
            .par_iter()
            .map(|&node| {
                let expected = evidence.expected_credit(node) * horizon as f64 / memory;
                let row: Vec<(u32, f64)> = evidence
                    .attention_on(node)
                    .map(|(who, known, weight)| (who, known * libm::log1p(weight)))
                    .collect();
                let total: f64 = row.iter().map(|(_, weight)| weight).sum();
                let chance = |weight: f64| -libm::expm1(-expected * weight / total);
                row.into_iter().map(|(who, weight)| (who, chance(weight))).filter(|(_, p)| *p > 0.0).collect()
            })
            .collect();
        let mut audience = Audience { offsets: vec![0], ..Audience::default() };
        for row in rows {
            for (who, probability) in row {
                audience.people.push(who);
                audience.probabilities.push(probability);
            }
            audience.offsets.push(audience.people.len() as u64);
        }
        let alone = |candidate: u32| {
            let row = audience.row(candidate);
            row.map(|(who, probability)| values[who as usize] * probability).sum::<f64>()
        };
        let alone = (0..candidates.len() as u32).map(alone).collect();
        let communities = candidates.iter().map(|&node| evidence.community[node as usize]).collect();
        Ok(Reach { candidates, communities, audience, alone, values, horizon })
    }

    /// What a set is expected to bring about.
    fn worth(&self, diversity: f64) -> influence::Objective<'_> {
        influence::Objective {
            audience: &self.audience,
            values: &self.values,
            communities: &self.communities,
            reach: &self.alone,
            diversity,
        }
    }

    /// One after the other, always who has most listeners whom nobody chosen has.
    fn most_heard(&self, limits: &Selection) -> Result<Vec<Pick>> {
        let everybody = vec![1.0; self.audience.probabilities.len()];
        let audience = Audience { probabilities: everybody, ..self.audience.clone() };
        selection(&influence::Objective { audience: &audience, ..self.worth(0.0) }, limits)
    }

    fn position(&self, node: u32) -> Option<u32> {
        self.candidates.binary_search(&node).ok().map(|at| at as u32)
    }
}

/// How much time credit remembers, in microseconds: an outcome a day for ever adds to so many days.
fn memory(evidence: &Evidence) -> f64 {
    let network = evidence.network;
    let span = network.span().max(1);
    let Some(outcome) = evidence.ledger.outcomes.first() else { return span as f64 };
    let kind = network.events()[outcome.event as usize].kind;
    // Half of it is left after a half-life, all of it where nothing fades.
    let left = network.fade(kind, network.as_of - span);
    if left >= 1.0 {
        return span as f64;
    }
    let half_life = -(span as f64) / libm::log2(left);
    half_life / std::f64::consts::LN_2 * (1.0 - left)
}

/// The candidates with the greatest cascade, and how great it is for sure.
fn cascade(evidence: &Evidence, reach: &Reach, params: &Select) -> Result<(Vec<u32>, f64)> {
    let graph = evidence.attention_among(&reach.candidates);
    let found = ris(
        &graph,
        &Ris {
            k: params.k,
            epsilon: params.epsilon,
            seed: params.advocates.seed,
            model: params.model,
            probability: params.probability,
            ..Ris::default()
        },
    )?;
    Ok((found.nodes, found.ratio))
}

/// The picks as a table.
fn picked(evidence: &Evidence, scored: &Scored, reach: &Reach, picks: &[Pick], most: f64) -> Table {
    let network = evidence.network;
    let nodes: Vec<u32> = picks.iter().map(|pick| reach.candidates[pick.candidate as usize]).collect();
    let mut ranks = vec![0_u64; scored.people.len()];
    scored.order.iter().zip(1..).for_each(|(&row, rank)| ranks[row] = rank);
    let rank = |node: &u32| ranks[scored.people.binary_search(node).expect("candidates are ranked")];
    let floats = |value: fn(&Pick) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(picks.iter().map(value)))
    };
    let integers = |values: Vec<u64>| -> ArrayRef { Arc::new(UInt64Array::from(values)) };
    let share = picks.iter().map(|pick| if most > 0.0 { pick.value / most } else { 0.0 });
    let roles = nodes.iter().map(|&node| network.roles[node as usize].name());
    Table::new([
        ("pick", integers((1..=picks.len() as u64).collect())),
        ("id", network.ids.take(&nodes)),
        ("role", Arc::new(StringArray::from_iter_values(roles)) as ArrayRef),
        ("rank", integers(nodes.iter().map(rank).collect())),
        ("gain", floats(|pick| pick.gain)),
        ("value", floats(|pick| pick.value)),
        ("share", Arc::new(Float64Array::from_iter_values(share))),
        ("cost", floats(|pick| pick.cost)),
        ("community", table::communities(evidence, &nodes)),
        ("communities", integers(picks.iter().map(|pick| pick.communities as u64).collect())),
    ])
}

impl Select {
    fn check(&self, network: &Network) -> Result<()> {
        if self.k == 0 {
            return Err(Error::parameter("k", "at least 1", 0));
        }
        for (id, cost) in &self.costs {
            if !(*cost > 0.0 && cost.is_finite()) {
                return Err(Error::parameter("costs", "finite and above 0", format!("{cost} for {id:?}")));
            }
        }
        if !self.costs.is_empty() && self.costs.keys().all(|id| network.ids.find(id).is_none()) {
            return Err(Error::parameter(
                "costs",
                "of people in the log",
                format!("{} others", self.costs.len()),
            ));
        }
        let is_limited = !self.costs.is_empty() || self.budget.is_some() || self.quota.is_some();
        if self.method == Method::Ris && is_limited {
            return Err(Error::parameter(
                "method",
                "greedy, degree or score where there are costs, a budget or a quota",
                "ris",
            ));
        }
        if self.groups.is_some() && self.quota.is_none() {
            return Err(Error::parameter(
                "quota",
                "given with groups: how many of one group may be chosen",
                "none",
            ));
        }
        Ok(())
    }

    /// The limits by candidate.
    fn limits(&self, evidence: &Evidence, reach: &Reach) -> Result<Selection> {
        let network = evidence.network;
        let costs = if self.costs.is_empty() && self.budget.is_none() {
            Vec::new()
        } else {
            let cost = |&node: &u32| self.costs.get(&network.ids.text(node)).copied().unwrap_or(1.0);
            reach.candidates.iter().map(cost).collect()
        };
        let groups = match (&self.groups, self.quota) {
            (_, None) => Vec::new(),
            (Some(column), _) => network.groups_of(&reach.candidates, column)?,
            (None, _) => reach.candidates.iter().map(|&node| evidence.community[node as usize]).collect(),
        };
        Ok(Selection { k: self.k, costs, budget: self.budget, groups, quota: self.quota })
    }
}
