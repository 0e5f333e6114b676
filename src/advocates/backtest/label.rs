//! Outcomes to be foretold: what people brought about in some time.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::advocates::credit::Ledger;
use crate::advocates::evidence::counted;
use crate::advocates::objective::{Objective, Objectives, Purpose};
use crate::advocates::{Advocates, Backtest, is_person};
use crate::error::{Error, Result};
use crate::events::{Ids, Kinds};
use crate::network::{DAY, Network};

/// What counts as an outcome, found in the whole log.
pub(super) struct Label {
    name: String,
    /// By node of the whole network: when, and how much.
    outcomes: Vec<(u32, i64, f64)>,
    ids: Ids,
    /// Whether outcomes come from elsewhere and have no time.
    timeless: bool,
    note: String,
}

impl Label {
    pub(super) fn new(
        whole: &Network,
        objective: Objective,
        advocates: &Advocates,
        params: &Backtest,
        horizon: i64,
    ) -> Result<Label> {
        let ids = whole.ids.clone();
        if !params.outcomes.is_empty() {
            return Label::elsewhere(ids, &params.outcomes);
        }
        let wanted = params.outcome.as_ref().unwrap_or(&advocates.objectives.purpose(objective).outcome);
        let kind = Kinds::canonical(wanted).0;
        let known = whole.kind(&kind).is_some();
        if !known && params.outcome.is_some() {
            return Err(Error::parameter(
                "outcome",
                format!("a kind of this log ({})", whole.kinds.join(", ")),
                wanted,
            ));
        }
        let is_followed = |node: u32| is_person(whole.roles[node as usize]);
        if known || objective == Objective::Awareness {
            let (counts, given) = counted(whole, &kind);
            let outcomes = whole
                .events()
                .iter()
                .filter(|event| counts[event.kind as usize] && !event.is_self())
                .map(|event| (if given { event.actor } else { event.target }, event.time, 1.0))
                .filter(|(node, _, _)| is_followed(*node))
                .collect();
            let name = if known { kind } else { "costly acts".to_owned() };
            let note = format!("outcome: events of kind {name} {}", if given { "given" } else { "received" });
            return Ok(Label { name, outcomes, ids, timeless: false, note });
        }
        // Outcomes that name nobody: the credit they earn, by what the whole log knows.
        let nobody = vec![1.0; ids.len()];
        let brand = advocates.brand.as_deref().and_then(|brand| ids.find(brand));
        let together = vec![0; ids.len()];
        let purpose = Purpose { value: 1.0, ..advocates.objectives.purpose(objective).clone() };
        let ledger = Ledger::new(whole, objective, &purpose, brand, &advocates.credit, &nobody, &together)?;
        let outcomes = (0..ids.len() as u32)
            .flat_map(|node| ledger.of(node).iter().map(move |entry| (node, entry.outcome, entry.amount)))
            .map(|(node, outcome, amount)| {
                let outcome = &ledger.outcomes[outcome as usize];
                let fade = whole.fade(whole.events()[outcome.event as usize].kind, outcome.time);
                (node, outcome.time, if fade > 0.0 { amount / fade } else { 0.0 })
            })
            .collect();
        let name = format!("credit for {}", objective.name());
        let note = format!(
            "outcome: {name}, since the log has no {wanted} to count: what people are credited with in the {:.1} days after",
            horizon as f64 / DAY as f64
        );
        Ok(Label { name, outcomes, ids, timeless: false, note })
    }

    fn elsewhere(ids: Ids, values: &BTreeMap<String, f64>) -> Result<Label> {
        let outcomes: Vec<_> =
            values.iter().filter_map(|(id, &value)| Some((ids.find(id)?, 0, value))).collect();
        if outcomes.is_empty() {
            return Err(Error::parameter(
                "outcomes",
                "of people in the log",
                format!("{} others", values.len()),
            ));
        }
        let note = format!(
            "outcome: {} values from elsewhere, the same at every moment, so what is learned has seen them",
            outcomes.len()
        );
        Ok(Label { name: "outcomes".to_owned(), outcomes, ids, timeless: true, note })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn note(&self) -> String {
        self.note.clone()
    }

    /// Whether outcomes come from elsewhere and have no time.
    pub(super) fn is_timeless(&self) -> bool {
        self.timeless
    }

    /// The objectives with this outcome as that of `objective`, so that momentum is made of it.
    pub(super) fn objectives(&self, objectives: &Objectives, objective: Objective) -> Objectives {
        let mut objectives = Objectives { tested: None, ..objectives.clone() };
        if !self.timeless {
            objectives.purpose_mut(objective).outcome.clone_from(&self.name);
        }
        objectives
    }

    /// The outcomes of some people of an earlier network in some time.
    pub(super) fn of(&self, network: &Network, people: &[u32], time: &Range<i64>) -> Vec<f64> {
        let mut sums = vec![0.0; self.ids.len()];
        for &(node, when, amount) in &self.outcomes {
            if self.timeless || time.contains(&when) {
                sums[node as usize] += amount;
            }
        }
        let places = self.ids.places(&network.ids);
        people.iter().map(|&node| sums[places[node as usize] as usize]).collect()
    }
}
