//! Selection: whom to invite together, so that they reach many and not all the same.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::credits::Audience;
use crate::error::{Error, Result};
use crate::progress::Watch;

/// Whom candidates reach, and what that is worth.
#[derive(Debug, Clone, Copy)]
pub struct Objective<'a> {
    /// Whom each candidate reaches, with what probability: see [`Credits::audience`](super::Credits::audience).
    pub audience: &'a Audience,
    /// What each person is worth once reached, finite and at least 0: 0 for one who need not be.
    pub values: &'a [f64],
    /// The community of each candidate, by any numbers; empty where `diversity` is 0.
    pub communities: &'a [u32],
    /// How much each candidate counts in its community, finite and at least 0; empty for 1 each.
    pub reach: &'a [f64],
    /// The weight λ of having many communities among the chosen, finite and at least 0.
    pub diversity: f64,
}

/// Parameters of [`selection`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// How many to choose at most, at least 1.
    pub k: usize,
    /// What each candidate costs, finite and above 0; empty for 1 each.
    pub costs: Vec<f64>,
    /// What the chosen may cost in all, at least 0. Unless given, anything.
    pub budget: Option<f64>,
    /// The group of each candidate, by any numbers; empty for none.
    pub groups: Vec<u32>,
    /// How many of a group may be chosen, at least 1. Unless given, any number.
    pub quota: Option<usize>,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection { k: 20, costs: Vec::new(), budget: None, groups: Vec::new(), quota: None }
    }
}

/// A candidate chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pick {
    /// Who was chosen.
    pub candidate: u32,
    /// By how much the value of the chosen grew.
    pub gain: f64,
    /// The value of all chosen up to here.
    pub value: f64,
    /// What they cost.
    pub cost: f64,
    /// How many communities they are from; 0 without communities.
    pub communities: usize,
}

/// Chooses candidates one after the other, each time who adds most to the value of those chosen.
///
/// ```text
/// F(S) = Σ v(j) (1 − Π (1 − p(i,j)))  +  λ Σ √(Σ r(i))
///        j        i in S                 c  i in S of community c
/// ```
///
/// The first sum is the worth of the people reached by anybody chosen, as far as they are; the second grows fastest in
/// communities of which few are chosen. F is monotone and submodular, so the value is at least 1 − 1/e of the best
/// possible of k candidates, 1/2 of the best possible with a quota, and (1 − 1/e) / 2 of the best possible within a
/// budget.
///
/// With a budget, candidates are chosen twice, by gain and by gain for each unit of cost, among those who still can be
/// paid, and the choice of the greater value counts, the first of equals. Gains only fall, so a candidate is looked at
/// again only when its last gain is the largest; the choice is that of looking at all of them. Of equals the candidate
/// with the smallest number is chosen. Who adds nothing is not chosen, so there may be fewer than k.
///
/// [`Objective::value`] tells the value of any other set, to compare.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain or a column of a wrong length; [`Error::Cancelled`] where the
/// observer asked to stop.
///
/// # Complexity
///
/// O(a) for a entries of the audience, and the entries of those looked at again; 8 bytes a person and 32 a candidate.
///
/// # References
///
/// Nemhauser, Wolsey, Fisher, "An analysis of approximations for maximizing submodular set functions", Mathematical
/// Programming 14, 1978. Leskovec et al., "Cost-effective outbreak detection in networks", KDD 2007.
///
/// # Examples
///
/// ```
/// use laud::influence::{Audience, Objective, Selection, selection};
///
/// // 0 and 1 reach the same two people, 2 another one.
/// let audience = Audience {
///     offsets: vec![0, 2, 4, 5],
///     people: vec![0, 1, 0, 1, 2],
///     probabilities: vec![0.5, 0.5, 0.5, 0.5, 0.75],
/// };
/// let values = [1.0; 3];
/// let objective =
///     Objective { audience: &audience, values: &values, communities: &[], reach: &[], diversity: 0.0 };
/// let picks = selection(&objective, &Selection { k: 2, ..Selection::default() })?;
/// assert_eq!(picks.iter().map(|pick| (pick.candidate, pick.gain)).collect::<Vec<_>>(), [(0, 1.0), (2, 0.75)]);
/// assert_eq!(objective.value(&[0, 1])?, 1.5);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn selection(objective: &Objective<'_>, params: &Selection) -> Result<Vec<Pick>> {
    objective.check()?;
    let candidates = objective.audience.candidate_count();
    params.check(candidates)?;
    let groups = params.group_numbers();
    let communities = numbers(objective.communities);
    let by_gain = greedy(objective, params, &communities, &groups, |gain, _| gain)?;
    if params.budget.is_none() || params.costs.is_empty() {
        return Ok(by_gain);
    }
    let by_ratio = greedy(objective, params, &communities, &groups, |gain, cost| gain / cost)?;
    let value = |picks: &[Pick]| picks.last().map_or(0.0, |pick| pick.value);
    Ok(if value(&by_ratio) > value(&by_gain) { by_ratio } else { by_gain })
}

/// Candidates whose gains one thread computes at a time, at least.
const PIECE: usize = 1 << 8;

/// Chooses by gain and cost until nobody is left who may be chosen and adds something.
fn greedy(
    objective: &Objective<'_>,
    params: &Selection,
    communities: &[usize],
    groups: &[usize],
    merit: impl Fn(f64, f64) -> f64 + Sync,
) -> Result<Vec<Pick>> {
    let watch = Watch::current();
    let candidates = objective.audience.candidate_count();
    let mut chosen = Chosen::new(objective, communities);
    let mut limits = Limits::new(params, groups);
    // Floats that are not negative are ordered as their bits are.
    let look = |chosen: &Chosen<'_>, i: u32| (merit(chosen.gain(i), params.cost(i)).to_bits(), Reverse(i));
    let looks: Vec<(u64, Reverse<u32>)> =
        (0..candidates as u32).into_par_iter().with_min_len(PIECE).map(|i| look(&chosen, i)).collect();
    let mut heap = BinaryHeap::from(looks);
    let mut picks = Vec::new();
    while let Some((last, Reverse(i))) = heap.pop().filter(|look| look.0 > 0 && picks.len() < params.k) {
        // What is spent and chosen only grows: who may not be chosen now will not be later.
        if !limits.allow(i) {
            continue;
        }
        let now = look(&chosen, i);
        if now.0 < last {
            heap.push(now);
            continue;
        }
        watch.tick("selection", picks.len() as u64, params.k as u64)?;
        picks.push(limits.pick(&mut chosen, i));
    }
    Ok(picks)
}

/// What may still be chosen: within the budget, and of each group as many as its quota.
struct Limits<'a> {
    params: &'a Selection,
    /// The number of the group of each candidate.
    groups: &'a [usize],
    of_group: Vec<usize>,
    spent: f64,
    value: f64,
}

impl Limits<'_> {
    fn new<'a>(params: &'a Selection, groups: &'a [usize]) -> Limits<'a> {
        Limits { params, groups, of_group: vec![0; groups.len()], spent: 0.0, value: 0.0 }
    }

    fn allow(&self, i: u32) -> bool {
        let is_full = |group: &usize| self.params.quota.is_some_and(|quota| self.of_group[*group] >= quota);
        self.params.budget.is_none_or(|budget| self.spent + self.params.cost(i) <= budget)
            && !self.groups.get(i as usize).is_some_and(is_full)
    }

    /// Chooses a candidate.
    fn pick(&mut self, chosen: &mut Chosen<'_>, i: u32) -> Pick {
        let gain = chosen.gain(i);
        chosen.add(i);
        self.groups.get(i as usize).into_iter().for_each(|&group| self.of_group[group] += 1);
        self.value += gain;
        self.spent += self.params.cost(i);
        Pick { candidate: i, gain, value: self.value, cost: self.spent, communities: chosen.covered }
    }
}

/// A growing set of candidates.
struct Chosen<'a> {
    objective: &'a Objective<'a>,
    /// The number of the community of each candidate.
    communities: &'a [usize],
    /// The probability that nobody chosen reaches each person.
    missed: Vec<f64>,
    /// For each community how many are chosen and how much they count.
    counts: Vec<(usize, f64)>,
    /// How many communities have somebody chosen.
    covered: usize,
}

impl Chosen<'_> {
    fn new<'a>(objective: &'a Objective<'a>, communities: &'a [usize]) -> Chosen<'a> {
        let missed = vec![1.0; objective.values.len()];
        Chosen { objective, communities, missed, counts: vec![(0, 0.0); communities.len()], covered: 0 }
    }

    /// What a candidate would add. Rounded as it is, it never grows as others are chosen.
    fn gain(&self, i: u32) -> f64 {
        let row = self.objective.audience.row(i);
        let reached = row.fold(0.0, |sum, (j, probability)| {
            sum + self.objective.values[j as usize] * (self.missed[j as usize] * probability)
        });
        let reach = self.objective.reach(i);
        match self.communities.get(i as usize) {
            // √(a + r) − √a, but for its rounding.
            Some(&community) if reach > 0.0 => {
                let counted = self.counts[community].1;
                reached + self.objective.diversity * (reach / ((counted + reach).sqrt() + counted.sqrt()))
            }
            _ => reached,
        }
    }

    fn add(&mut self, i: u32) {
        for (j, probability) in self.objective.audience.row(i) {
            self.missed[j as usize] *= 1.0 - probability;
        }
        if let Some(&community) = self.communities.get(i as usize) {
            let (count, counted) = &mut self.counts[community];
            self.covered += usize::from(*count == 0);
            *count += 1;
            *counted += self.objective.reach(i);
        }
    }
}

/// Labels numbered from 0.
fn numbers(labels: &[u32]) -> Vec<usize> {
    let mut distinct = labels.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    labels.iter().map(|label| distinct.partition_point(|other| other < label)).collect()
}

impl Objective<'_> {
    /// The value F(S) of a set of candidates; one that is given twice counts once.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a candidate that there is not, and for an objective that [`selection`] refuses.
    pub fn value(&self, set: &[u32]) -> Result<f64> {
        self.check()?;
        let candidates = self.audience.candidate_count();
        if let Some(i) = set.iter().find(|i| **i as usize >= candidates) {
            return Err(Error::parameter("set", format!("of candidates below {candidates}"), i));
        }
        let mut set = set.to_vec();
        set.sort_unstable();
        set.dedup();
        let communities = numbers(self.communities);
        let mut chosen = Chosen::new(self, &communities);
        set.iter().for_each(|&i| chosen.add(i));
        let reached =
            self.values.iter().zip(&chosen.missed).fold(0.0, |sum, (v, missed)| sum + v * (1.0 - missed));
        Ok(chosen.counts.iter().fold(reached, |sum, counts| sum + self.diversity * counts.1.sqrt()))
    }

    /// The first `k` of an order of candidates, each given once, who keep the limits, with what each adds.
    ///
    /// # Errors
    ///
    /// As for [`selection`]; [`Error::Parameter`] for a candidate that there is not.
    pub fn in_order(&self, order: &[u32], params: &Selection) -> Result<Vec<Pick>> {
        self.check()?;
        let candidates = self.audience.candidate_count();
        params.check(candidates)?;
        if let Some(i) = order.iter().find(|i| **i as usize >= candidates) {
            return Err(Error::parameter("order", format!("of candidates below {candidates}"), i));
        }
        let (communities, groups) = (numbers(self.communities), params.group_numbers());
        let (mut chosen, mut limits) = (Chosen::new(self, &communities), Limits::new(params, &groups));
        let mut picks = Vec::new();
        for &i in order {
            if picks.len() == params.k {
                break;
            }
            if limits.allow(i) {
                picks.push(limits.pick(&mut chosen, i));
            }
        }
        Ok(picks)
    }

    fn reach(&self, i: u32) -> f64 {
        self.reach.get(i as usize).copied().unwrap_or(1.0)
    }

    fn check(&self) -> Result<()> {
        let Audience { offsets, people, probabilities } = self.audience;
        let is_sorted = offsets.first().is_none_or(|&first| first == 0) && offsets.is_sorted();
        if !is_sorted || offsets.last().map_or(0, |&last| last as usize) != people.len() {
            let rule = format!("from 0 to the number of people ({})", people.len());
            return Err(Error::parameter("offsets", rule, format!("{:?} at the end", offsets.last())));
        }
        check_length("probabilities", "people", people.len(), probabilities.len())?;
        if let Some(j) = people.iter().find(|j| **j as usize >= self.values.len()) {
            return Err(Error::parameter("people", format!("below {}", self.values.len()), j));
        }
        if let Some(probability) = probabilities.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Err(Error::parameter("probabilities", "in [0, 1]", probability));
        }
        let candidates = self.audience.candidate_count();
        check_column("communities", self.communities.len(), candidates, self.diversity == 0.0)?;
        check_column("reach", self.reach.len(), candidates, true)?;
        let diversity = [self.diversity];
        for (name, column) in [("values", self.values), ("reach", self.reach), ("diversity", &diversity)] {
            if let Some(value) = column.iter().find(|value| !(**value >= 0.0 && value.is_finite())) {
                return Err(Error::parameter(name, "finite and at least 0", value));
            }
        }
        Ok(())
    }
}

impl Selection {
    fn cost(&self, i: u32) -> f64 {
        self.costs.get(i as usize).copied().unwrap_or(1.0)
    }

    /// The number of the group of each candidate, where groups count.
    fn group_numbers(&self) -> Vec<usize> {
        numbers(if self.quota.is_some() { &self.groups } else { &[] })
    }

    fn check(&self, candidates: usize) -> Result<()> {
        if self.k == 0 {
            return Err(Error::parameter("k", "at least 1", 0));
        }
        check_column("costs", self.costs.len(), candidates, true)?;
        if let Some(cost) = self.costs.iter().find(|cost| !(**cost > 0.0 && cost.is_finite())) {
            return Err(Error::parameter("costs", "finite and above 0", cost));
        }
        if let Some(budget) = self.budget.filter(|budget| budget.is_nan() || *budget < 0.0) {
            return Err(Error::parameter("budget", "at least 0", budget));
        }
        if self.quota == Some(0) {
            return Err(Error::parameter("quota", "at least 1", 0));
        }
        check_column("groups", self.groups.len(), candidates, self.quota.is_none())
    }
}

/// A column a candidate, or, where that `may_be_empty`, none.
fn check_column(name: &'static str, length: usize, candidates: usize, may_be_empty: bool) -> Result<()> {
    if length == 0 && may_be_empty { Ok(()) } else { check_length(name, "candidates", candidates, length) }
}

fn check_length(name: &'static str, of: &str, expected: usize, length: usize) -> Result<()> {
    if length == expected {
        return Ok(());
    }
    Err(Error::parameter(name, format!("as many as {of} ({expected})"), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_parameters_and_columns_are_refused() {
        let audience = Audience { offsets: vec![0, 1], people: vec![0], probabilities: vec![0.5] };
        let good =
            Objective { audience: &audience, values: &[1.0], communities: &[], reach: &[], diversity: 0.0 };
        let certain = Audience { probabilities: vec![1.5], ..audience.clone() };
        let longer = Audience { offsets: vec![0, 2], ..audience.clone() };
        let objectives = [
            (Objective { values: &[], ..good }, "people must be below 0, got 0"),
            (Objective { values: &[-1.0], ..good }, "values must be finite and at least 0, got -1"),
            (Objective { audience: &certain, ..good }, "probabilities must be in [0, 1], got 1.5"),
            (
                Objective { audience: &longer, ..good },
                "offsets must be from 0 to the number of people (1), got Some(2) at the end",
            ),
            (Objective { diversity: 1.0, ..good }, "communities must be as many as candidates (1), got 0"),
            (Objective { reach: &[1.0, 1.0], ..good }, "reach must be as many as candidates (1), got 2"),
        ];
        for (objective, message) in objectives {
            assert_eq!(selection(&objective, &Selection::default()).unwrap_err().to_string(), message);
            assert_eq!(objective.value(&[0]).unwrap_err().to_string(), message);
        }
        let plain = Selection::default;
        let params = [
            (Selection { k: 0, ..plain() }, "k must be at least 1, got 0"),
            (Selection { costs: vec![0.0], ..plain() }, "costs must be finite and above 0, got 0"),
            (Selection { budget: Some(f64::NAN), ..plain() }, "budget must be at least 0, got NaN"),
            (Selection { quota: Some(0), ..plain() }, "quota must be at least 1, got 0"),
            (Selection { quota: Some(1), ..plain() }, "groups must be as many as candidates (1), got 0"),
        ];
        for (params, message) in params {
            assert_eq!(selection(&good, &params).unwrap_err().to_string(), message);
        }
        assert_eq!(good.value(&[1]).unwrap_err().to_string(), "set must be of candidates below 1, got 1");
    }
}
