//! What advocates are for, and what each purpose looks at.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::advocates::signal::Signal;
use crate::error::{Error, Result};
use crate::network::Network;
use crate::table::write_atomically;

/// What advocates are to bring about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// People who come through them: first purchases, or referrals where nothing tells who bought.
    Acquisition,
    /// Questions they answer.
    Deflection,
    /// People who come back after they were spoken to.
    Retention,
    /// People who hear through them: first shares, and shares of shares.
    Awareness,
}

/// What an objective needs, counts and looks at: one entry of the table `laud objectives` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// The kind of event that a backtest counts as its outcome; `return` is a first act after 30 days of silence. That of
    /// awareness is what counts as a share.
    pub outcome: String,
    /// The kinds of which the log must have one; those that are shipped where the list is empty. Those of acquisition, but for
    /// `referred_by`, are by what people arrive, those of deflection what counts as an answer.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// What one outcome is worth, at least 0: credit is in its units.
    #[serde(default = "one")]
    pub value: f64,
    /// How much each feature counts, at least 0; those that are missing do not count.
    pub weights: BTreeMap<String, f64>,
}

fn one() -> f64 {
    1.0
}

impl Purpose {
    /// The kinds of which the log must have one, for the objective this is the entry of.
    pub(super) fn needs(&self, objective: Objective) -> &[String] {
        if self.kinds.is_empty() { &DEFAULT.purpose(objective).kinds } else { &self.kinds }
    }
}

/// What a backtest found, as it is written beside the weights it chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tested {
    /// For which objective the weights are.
    pub objective: Objective,
    /// What was chosen: `blend`, `learned`, `momentum_blend`, or the name of a single feature or count.
    pub chosen: String,
    /// The outcome it was tested on.
    pub outcome: String,
    /// How far ahead it looked, such as `7d`.
    pub horizon: String,
    /// The verdict in words.
    pub verdict: String,
    /// What it was tested on, as in the metadata `laud.input` of a table.
    #[serde(default)]
    pub input: String,
}

impl Tested {
    /// The verdict for those who rank a log: it holds for the one that was tested.
    pub(super) fn verdict_on(&self, input: &str) -> String {
        match self.verdict.strip_prefix(ON_THIS_LOG) {
            Some(rest) if self.input != input => {
                format!("backtested on another log, or on this one as it was: there {rest}")
            }
            _ => self.verdict.clone(),
        }
    }
}

/// How a verdict begins.
pub(super) const ON_THIS_LOG: &str = "backtested: on this log ";

/// The table of objectives, and what a backtest said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Objectives {
    /// People who come through them.
    pub acquisition: Purpose,
    /// Questions they answer.
    pub deflection: Purpose,
    /// People who come back.
    pub retention: Purpose,
    /// People who hear through them.
    pub awareness: Purpose,
    /// Present where a backtest chose the weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested: Option<Tested>,
}

/// The table as it is shipped.
const SHIPPED: &str = include_str!("objectives.toml");

static DEFAULT: LazyLock<Objectives> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct All {
        acquisition: Purpose,
        deflection: Purpose,
        retention: Purpose,
        awareness: Purpose,
    }
    let All { acquisition, deflection, retention, awareness } =
        toml::from_str(SHIPPED).expect("the shipped table is tested");
    Objectives { acquisition, deflection, retention, awareness, tested: None }
});

impl Default for Objectives {
    fn default() -> Objectives {
        DEFAULT.clone()
    }
}

impl Objectives {
    /// Reads a table of the form that `laud objectives` prints and `laud backtest --save` writes; objectives it does not
    /// name stay as they are shipped.
    ///
    /// # Errors
    /// A file that cannot be read or is no such table; a weight of an unknown feature, or one that is negative.
    pub fn read(path: &Path) -> Result<Objectives> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
        let table: Objectives = toml::from_str(&text)
            .map_err(|problem| Error::Schema(format!("{}: {problem}", path.display())))?;
        table.check()?;
        Ok(table)
    }

    /// Writes the table into a file that [`Objectives::read`] reads, whole or not at all.
    ///
    /// # Errors
    /// Whatever the operating system refuses.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(self).map_err(|problem| Error::Schema(problem.to_string()))?;
        write_atomically(path, |file| file.write_all(text.as_bytes()))
    }

    /// The shipped table, as text with its comments.
    pub fn shipped() -> &'static str {
        SHIPPED
    }

    /// The entry of an objective.
    pub fn purpose(&self, objective: Objective) -> &Purpose {
        match objective {
            Objective::Acquisition => &self.acquisition,
            Objective::Deflection => &self.deflection,
            Objective::Retention => &self.retention,
            Objective::Awareness => &self.awareness,
        }
    }

    /// The entry of an objective, to be changed.
    pub fn purpose_mut(&mut self, objective: Objective) -> &mut Purpose {
        match objective {
            Objective::Acquisition => &mut self.acquisition,
            Objective::Deflection => &mut self.deflection,
            Objective::Retention => &mut self.retention,
            Objective::Awareness => &mut self.awareness,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        for objective in Objective::ALL {
            let purpose = self.purpose(objective);
            check_weights(&purpose.weights)?;
            if !(purpose.value >= 0.0 && purpose.value.is_finite()) {
                return Err(Error::parameter("value", "finite and at least 0", purpose.value));
            }
        }
        Ok(())
    }
}

/// Whether weights name what there is and are at least 0.
pub(super) fn check_weights(weights: &BTreeMap<String, f64>) -> Result<()> {
    for (name, weight) in weights {
        if Signal::named(name).is_none() {
            let known: Vec<&str> = Signal::all().map(Signal::name).collect();
            return Err(Error::parameter("weights", format!("by feature ({})", known.join(", ")), name));
        }
        if !weight.is_finite() || *weight < 0.0 {
            return Err(Error::parameter("weights", "finite and at least 0", format!("{weight} for {name}")));
        }
    }
    Ok(())
}

impl Objective {
    /// All objectives.
    pub const ALL: [Objective; 4] =
        [Objective::Acquisition, Objective::Deflection, Objective::Retention, Objective::Awareness];

    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Objective::Acquisition => "acquisition",
            Objective::Deflection => "deflection",
            Objective::Retention => "retention",
            Objective::Awareness => "awareness",
        }
    }

    /// The objective a log can speak of: acquisition if it has purchases or referrals, else deflection if it
    /// has answers, else awareness.
    pub fn of(network: &Network) -> Objective {
        Objective::by(network, &DEFAULT)
    }

    /// The same by the kinds of a table.
    fn by(network: &Network, objectives: &Objectives) -> Objective {
        [Objective::Acquisition, Objective::Deflection]
            .into_iter()
            .find(|&objective| is_served(network, objectives.purpose(objective).needs(objective)))
            .unwrap_or(Objective::Awareness)
    }

    /// The objective asked for, refused if the log lacks its kinds; else that of tested weights, else the log's own. With
    /// it comes one sentence: which, and why.
    pub(super) fn choose(
        network: &Network,
        asked: Option<Objective>,
        objectives: &Objectives,
    ) -> Result<(Objective, String)> {
        if let Some(objective) = asked {
            let kinds = objectives.purpose(objective).needs(objective);
            if !is_served(network, kinds) {
                let rule = format!("one this log has events for (it has no {})", kinds.join(" and no "));
                return Err(Error::parameter("objective", rule, objective.name()));
            }
            return Ok((objective, format!("objective {} (as asked)", objective.name())));
        }
        if let Some(tested) = &objectives.tested {
            let objective = tested.objective;
            return Ok((objective, format!("objective {} (that of the weights)", objective.name())));
        }
        let objective = Objective::by(network, objectives);
        let kinds = objectives.purpose(objective).needs(objective);
        let found: Vec<&str> =
            network.kinds.iter().filter(|kind| kinds.contains(kind)).map(String::as_str).collect();
        let why = if found.is_empty() {
            let needed = [Objective::Acquisition, Objective::Deflection]
                .map(|objective| objectives.purpose(objective).needs(objective).join(", no "));
            format!("the log has no {}", needed.join(", no "))
        } else {
            format!("the log has {}", found.join(" and "))
        };
        Ok((objective, format!("objective {} ({why})", objective.name())))
    }
}

fn is_served(network: &Network, kinds: &[String]) -> bool {
    kinds.is_empty() || network.kinds.iter().any(|kind| kinds.contains(kind))
}

impl std::str::FromStr for Objective {
    type Err = Error;

    fn from_str(word: &str) -> Result<Objective> {
        let known = || Objective::ALL.map(Objective::name).join(", ");
        Objective::ALL
            .into_iter()
            .find(|objective| objective.name() == word)
            .ok_or_else(|| Error::parameter("objective", format!("one of {}", known()), word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_weights_name_features_and_add_to_one() {
        let objectives = Objectives::default();
        objectives.check().unwrap();
        for objective in Objective::ALL {
            let total: f64 = objectives.purpose(objective).weights.values().sum();
            assert!((total - 1.0).abs() < 1e-12, "{objective:?} adds to {total}");
        }
    }

    #[test]
    fn a_table_that_names_one_objective_leaves_the_others_alone() {
        let table: Objectives =
            toml::from_str("[awareness]\noutcome = \"share\"\nweights = { shares = 1.0 }").unwrap();
        assert_eq!(table.acquisition, Objectives::default().acquisition);
        assert_eq!(table.awareness.weights["shares"], 1.0);
        let again: Objectives = toml::from_str(&toml::to_string(&table).unwrap()).unwrap();
        assert_eq!(again, table);
        assert!(toml::from_str::<Objectives>("[fame]\noutcome = \"share\"").is_err());
    }
}
