//! What iterations on the matrix of arcs have in common.

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::graph::{Adjacency, Convergence, sum};
use crate::progress::Watch;

/// When an iteration stops.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) measure: &'static str,
    pub(super) tolerance: f64,
    pub(super) max_iterations: u32,
    pub(super) strict: bool,
}

impl Limits {
    pub(super) fn check(&self) -> Result<()> {
        if !(self.tolerance > 0.0 && self.tolerance.is_finite()) {
            return Err(Error::parameter("tolerance", "positive and finite", self.tolerance));
        }
        if self.max_iterations == 0 {
            return Err(Error::parameter("max_iterations", "at least 1", self.max_iterations));
        }
        Ok(())
    }

    /// Repeats a step, which answers how far it moved, until it moves no further than the tolerance.
    pub(super) fn run(&self, mut step: impl FnMut() -> f64) -> Result<Convergence> {
        let watch = Watch::current();
        let (mut iterations, mut residual) = (0, f64::INFINITY);
        while residual > self.tolerance && iterations < self.max_iterations {
            watch.tick(self.measure, iterations.into(), self.max_iterations.into())?;
            residual = step();
            iterations += 1;
        }
        Convergence { converged: residual <= self.tolerance, iterations, residual }
            .check(self.measure, self.strict)
    }
}

/// What the neighbors in each row of `arcs` hand on: their value times the weight of the arc, or 1.
///
/// A row is added by one thread in its order, so no thread can change a bit.
pub(super) fn pull(arcs: &Adjacency, weighted: bool, values: &[f64]) -> Vec<f64> {
    let value = |v: u32| values[v as usize];
    let row = |u: u32| match weighted {
        true => arcs.arcs(u).fold(0.0, |sum, (v, weight)| sum + weight * value(v)),
        false => arcs.neighbors(u).iter().fold(0.0, |sum, &v| sum + value(v)),
    };
    (0..arcs.row_count() as u32).into_par_iter().with_min_len(1 << 10).map(row).collect()
}

/// The same values in proportion, adding to 1; as they are where they add to nothing.
pub(super) fn shares(mut values: Vec<f64>) -> Vec<f64> {
    let total = sum(values.len(), |i| values[i]);
    if total > 0.0 {
        values.par_iter_mut().for_each(|value| *value /= total);
    }
    values
}

/// The sum of the absolute differences.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    sum(a.len(), |i| (a[i] - b[i]).abs())
}
