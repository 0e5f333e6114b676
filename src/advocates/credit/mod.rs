//! Credit: which outcomes people brought about, and how much of each is theirs.

mod exposure;
mod ledger;
mod organic;
mod outcome;

pub(in crate::advocates) use ledger::{How, Ledger};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::network::{LENGTH, length};

/// How outcomes are credited to people.
///
/// An outcome is what an [`Objective`](crate::advocates::Objective) is after: a person's first purchase, an answered
/// question, a return after silence, a first share. If it names somebody (a referral, the one who answered, the one
/// who was shared), that person is credited with all of it. Otherwise the people i to whom the person j was exposed
/// in the window before share it,
///
/// ```text
/// γ(i) = a(i) / (κ + Σ a(h))        a(h) = lift(h) infl(j) Σ e^(−(t − s) / τ)
///                    h                                  s of h
/// ```
///
/// where s are the times of the exposures, τ the mean delay, infl(j) how often acts of j follow an exposure at all
/// (1 where people have a single outcome), lift(h) how much more than others h is credited with for each exposure, which is
/// found together with the credit in a few rounds and without the outcome at hand, and κ stands for what would have happened
/// anyway. κ is such that credit for
/// exposure adds up to the outcomes in excess of those of people of the same community at times when they were not
/// exposed. The ones before the one credited, who had brought or shared them, get a share for each generation.
///
/// References: Goyal, Bonchi, Lakshmanan, "A data-based approach to social influence maximization", PVLDB 5(1), 2011.
/// Aral, Muchnik, Sundararajan, "Distinguishing influence-based contagion from homophily-driven diffusion in dynamic
/// networks", PNAS 106(51), 2009.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credit {
    /// How long before an outcome an exposure may lie, such as `14d`.
    pub window: String,
    /// τ; learned from the log where none is given: the mean delay of exposures before an outcome beyond those as
    /// long after it.
    pub delay: Option<String>,
    /// What each generation before the one credited gets of the credit of the next, 0 to 1.
    pub discount: f64,
    /// How many generations before the one credited are, 0 to 10.
    pub depth: u8,
    /// Smaller shares of an outcome are dropped, 0 to .1.
    pub smallest: f64,
}

impl Default for Credit {
    fn default() -> Credit {
        Credit { window: "14d".to_owned(), delay: None, discount: 0.5, depth: 3, smallest: 1e-3 }
    }
}

impl Credit {
    pub(in crate::advocates) fn check(&self) -> Result<()> {
        self.window()?;
        self.delay()?;
        if !(0.0..=1.0).contains(&self.discount) {
            return Err(Error::parameter("discount", "in [0, 1]", self.discount));
        }
        if self.depth > 10 {
            return Err(Error::parameter("depth", "at most 10", self.depth));
        }
        if !(0.0..=0.1).contains(&self.smallest) {
            return Err(Error::parameter("smallest", "in [0, 0.1]", self.smallest));
        }
        Ok(())
    }

    /// The window in microseconds.
    pub(in crate::advocates) fn window(&self) -> Result<i64> {
        length(&self.window).ok_or_else(|| Error::parameter("window", LENGTH, format!("{:?}", self.window)))
    }

    fn delay(&self) -> Result<Option<i64>> {
        let Some(text) = &self.delay else { return Ok(None) };
        length(text).map(Some).ok_or_else(|| Error::parameter("delay", LENGTH, format!("{text:?}")))
    }
}
