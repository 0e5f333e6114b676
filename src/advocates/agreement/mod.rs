//! How far orders agree with each other and with what came after, and how unequal shares are: plain slices in, one number out.

mod inequality;
mod orders;
mod outcome;

pub use inequality::{burstiness, gini};
pub use orders::{kendall_tau_b, rank_biased_overlap, spearman};
pub use outcome::{Gain, captured_share, lift, ndcg, poisson_deviance, precision_at};

use crate::error::{Error, Result};

/// Refuses two slices that do not speak of the same people.
fn same_length(first: &[f64], name: &'static str, second: &[f64]) -> Result<()> {
    match first.len() == second.len() {
        true => Ok(()),
        false => Err(Error::parameter(name, format!("{} numbers, one a person", first.len()), second.len())),
    }
}

/// Refuses numbers outside a domain; `rule` follows "must be".
fn all(name: &'static str, values: &[f64], rule: &'static str, is: impl Fn(f64) -> bool) -> Result<()> {
    values.iter().find(|&&value| !is(value)).map_or(Ok(()), |value| Err(Error::parameter(name, rule, value)))
}
