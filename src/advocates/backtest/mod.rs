//! Does a ranking foretell anything? The same ranking at moments of the past, against what came after and against plain
//! counts.

mod label;
mod learn;
mod report;
mod trial;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::advocates::objective::{Objective, Tested};
use crate::advocates::{Advocates, Objectives, in_words};
use crate::error::{Error, Result};
use crate::network::{DAY, LENGTH, Network, Ties, length};
use crate::progress::Watch;
use crate::table::Table;
use label::Label;
use trial::Trial;

/// How to test a ranking. `Default` looks at five moments of the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backtest {
    /// The ranking that is tested; its draws are left out, and its `k` is the number of people who are looked at.
    pub advocates: Advocates,
    /// The kind of event that counts as outcome; that of the objective unless given.
    pub outcome: Option<String>,
    /// Outcomes from elsewhere, by id, that count at every moment in place of events.
    pub outcomes: BTreeMap<String, f64>,
    /// How many moments, from 3 to 1000; the last is kept for the report, the others choose and teach.
    pub origins: u32,
    /// How long outcomes are counted after each moment, such as `30d`; a tenth of the log unless given, at most 90 days.
    pub horizon: Option<String>,
    /// How long after each moment nothing is counted. For acquisition and retention the attribution window, at most half the
    /// horizon, unless given; otherwise nothing.
    pub embargo: Option<String>,
    /// Whether to choose the weights learned from the moments, whatever else foretold more.
    pub learn: bool,
    /// How often moments are drawn anew for the intervals, at least 100.
    pub samples: u32,
}

impl Default for Backtest {
    fn default() -> Backtest {
        Backtest {
            advocates: Advocates::default(),
            outcome: None,
            outcomes: BTreeMap::new(),
            origins: 5,
            horizon: None,
            embargo: None,
            learn: false,
            samples: 2_000,
        }
    }
}

/// What a backtest found.
#[derive(Debug, Clone)]
pub struct Backtested {
    /// One row a ranker, the best first: `ranker, kind` (ranking, feature, count, set or random), `moments` (at how many it told people
    /// apart and something came after; who did at fewer than all but one comes last), the means over these of
    /// `ndcg, precision, captured, lift, spearman, kendall_tau_b, rank_biased_overlap` with the 90 % interval of the first
    /// (`ndcg_low, ndcg_high`), and `ndcg_last, captured_last` at the moment that was kept for the report.
    pub rankers: Table,
    /// One row a ranker and moment: the same measures with `origin`.
    pub origins: Table,
    /// One row a tenth of the people: what the chosen ranker promised of them at the last moment and what came of it.
    pub calibration: Table,
    /// What was chosen: `blend`, `learned`, `momentum_blend`, or the name of a feature or count.
    pub chosen: String,
    /// What the test shows, in words.
    pub verdict: String,
    /// The table of objectives with the weights that were chosen, for `rank`.
    pub objectives: Objectives,
    /// Whole sentences for the reader.
    pub notes: Vec<String>,
}

/// Tests a ranking on the past of its own log.
///
/// At each of several moments T the network is built of the events before T alone, links and communities included, and
/// people are ranked by several rankers: the **blend** of the objective's weights, a **learned** blend, a blend of
/// the three momenta in equal parts (`momentum_blend`), each feature and each plain count by itself, two sets of k people (the
/// one that [`select`](crate::advocates::select()) chooses greedily, and adaptive degree), and chance. What each person brings
/// about in [T + embargo, T + embargo + horizon) is the outcome.
///
/// The learned blend has the non-negative weights that put first, by NDCG, who brought most about after earlier moments whose
/// outcomes were known by then: from the best of several starts (the other blends, each signal alone, non-negative least
/// squares), one step of one weight after the other. Likes and followers are never learned from. All moments but the last **choose**: the best of the three blends, if it is ahead of the best
/// single feature or count in nine of ten resamples of the moments; otherwise that. [`Backtest::learn`] chooses the learned one
/// instead. What was chosen is judged at the
/// last moment, which had no part in it.
///
/// # Errors
/// As for [`Network::build`] and [`rank`](crate::advocates::rank); a log too short for the moments; an outcome that the log
/// does not have.
///
/// # Complexity
/// One ranking without draws for each moment.
///
/// # Examples
/// ```
/// use laud::advocates::{Advocates, Backtest, backtest};
/// use laud::events::{Columns, Events};
/// use laud::network::{Network, Ties};
///
/// let network = Network::build(Events::read("data/cafe.csv", &Columns::default())?, &Ties::default())?;
/// let advocates = Advocates { brand: Some("aurora".into()), k: 20, ..Advocates::default() };
/// let found = backtest(&network, &Backtest { advocates, ..Backtest::default() })?;
/// assert!(found.verdict.starts_with("backtested: on this log"));
/// # Ok::<(), laud::Error>(())
/// ```
///
/// # References
/// Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002.
pub fn backtest(network: &Network, params: &Backtest) -> Result<Backtested> {
    params.check()?;
    let advocates = Advocates { bootstrap: 0, limit: None, ..params.advocates.clone() };
    let (named, _) = crate::advocates::for_brand(network, advocates.brand.as_deref())?;
    let (objective, note) = Objective::choose(&named, advocates.objective, &advocates.objectives)?;
    let plan = params.plan(&named, &advocates, objective)?;
    let label = Label::new(&named, objective, &advocates, params, plan.horizon)?;
    let advocates = Advocates {
        objective: Some(objective),
        horizon: Some(in_words(plan.horizon)),
        objectives: label.objectives(&advocates.objectives, objective),
        ..advocates
    };
    let watch = Watch::current();
    let mut notes = vec![note, label.note(), plan.note()];
    let mut trials: Vec<Trial> = Vec::with_capacity(plan.origins.len());
    for (at, &origin) in plan.origins.iter().enumerate() {
        watch.tick("backtest", at as u64, plan.origins.len() as u64)?;
        let ties = Ties { as_of: Some(origin - 1), ..network.parameters.clone() };
        let before = Network::build(network.log()?, &ties)?;
        let from = origin + plan.embargo;
        let time = from..from + plan.horizon;
        match Trial::new(&before, origin, objective, &advocates, &label, time, &trials) {
            Ok(trial) => trials.push(trial),
            Err(problem @ (Error::UnknownId { .. } | Error::Empty(_))) => {
                notes.push(format!("the moment {} is left out: {problem}", moment(origin)));
            }
            Err(problem) => return Err(problem),
        }
    }
    watch.tick("backtest", plan.origins.len() as u64, plan.origins.len() as u64)?;
    let tested = |chosen: &str, verdict: &str| Tested {
        objective,
        chosen: chosen.to_owned(),
        outcome: label.name().to_owned(),
        horizon: in_words(plan.horizon),
        verdict: verdict.to_owned(),
        input: network.input.clone(),
    };
    report::report(network, &trials, &label, params, &advocates, tested, &mut notes)
}

/// Each moment ranks everybody anew.
const MOST_ORIGINS: u32 = 1000;

/// The moments and how long is looked ahead.
struct Plan {
    origins: Vec<i64>,
    horizon: i64,
    embargo: i64,
}

impl Backtest {
    fn check(&self) -> Result<()> {
        if !(3..=MOST_ORIGINS).contains(&self.origins) {
            return Err(Error::parameter("origins", format!("from 3 to {MOST_ORIGINS}"), self.origins));
        }
        if self.samples < 100 {
            return Err(Error::parameter("samples", "at least 100", self.samples));
        }
        if let Some((id, value)) =
            self.outcomes.iter().find(|(_, value)| !(value.is_finite() && **value >= 0.0))
        {
            return Err(Error::parameter("outcomes", "finite and at least 0", format!("{value} for {id}")));
        }
        self.advocates.check()
    }

    fn plan(&self, network: &Network, advocates: &Advocates, objective: Objective) -> Result<Plan> {
        let read = |name: &'static str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) if text == "0" => Ok(Some(0_i64)),
            Some(text) => {
                length(text).map(Some).ok_or_else(|| Error::parameter(name, LENGTH, format!("{text:?}")))
            }
        };
        let first = network.begin().unwrap_or(network.as_of);
        let span = network.as_of.saturating_sub(first);
        let horizon = read("horizon", &self.horizon)?.unwrap_or((span / 10).min(90 * DAY));
        if horizon == 0 {
            return Err(Error::parameter("horizon", LENGTH, 0));
        }
        let attributed =
            self.outcome.is_none() && matches!(objective, Objective::Acquisition | Objective::Retention);
        let window = if attributed { advocates.credit.window()?.min(horizon / 2) } else { 0 };
        let embargo = read("embargo", &self.embargo)?.unwrap_or(window);
        // The first moment has two fifths of the log behind it, the last one just its outcomes before it.
        let begin = first + span / 5 * 2;
        let end = if self.outcomes.is_empty() { network.as_of - horizon - embargo } else { network.as_of };
        let steps = i64::from(self.origins) - 1;
        if end <= begin || (end - begin) / steps == 0 {
            return Err(Error::parameter(
                "horizon",
                format!("short enough for {} moments in a log of {}", self.origins, in_words(span)),
                in_words(horizon + embargo),
            ));
        }
        let origins = (0..=steps).map(|step| begin + (end - begin) / steps * step).collect();
        Ok(Plan { origins, horizon, embargo })
    }
}

/// A moment as text.
fn moment(time: i64) -> String {
    jiff::Timestamp::from_microsecond(time).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}

impl Plan {
    fn note(&self) -> String {
        let embargo = match self.embargo {
            0 => String::new(),
            embargo => format!(" after an embargo of {}", in_words(embargo)),
        };
        format!(
            "{} moments from {} to {}, outcomes of the {} after each{embargo}",
            self.origins.len(),
            moment(self.origins[0]),
            moment(self.origins[self.origins.len() - 1]),
            in_words(self.horizon)
        )
    }
}
