//! Conjugate gradients: where iterations on an undirected graph lead to, in fewer sweeps.

use std::array;

use rayon::prelude::*;

use super::power::{Limits, Matrix};
use crate::error::Result;
use crate::graph::{Convergence, filled, sums};
use crate::progress::Watch;

/// The equations (D − αA) y = b: A is the matrix of the arcs of an undirected graph, D a positive diagonal.
///
/// A is symmetric, as an edge is stored as two arcs and a loop as one, so where α is small enough for x = b + αA D⁻¹ x
/// to have a solution x = D y that is not negative, D − αA is positive definite. Conjugate gradients then find the
/// best of all y that as many sweeps over the arcs can reach (Hestenes, Stiefel, "Methods of conjugate gradients for
/// solving linear systems", Journal of Research of the National Bureau of Standards 49, 1952; here with D as
/// preconditioner).
///
/// What they make small is a norm of the error that tells a user little. So they stop by the residual
/// r = b − (D − αA) y, which is by how much one step of x = b + αA D⁻¹ x would move x.
pub(super) struct Equations {
    pub(super) arcs: Matrix,
    pub(super) diagonal: Vec<f64>,
    pub(super) alpha: f64,
}

/// Nodes that one thread takes at a time, at least.
const TASK: usize = 4096;

/// Steps after which the residual is computed anew: what it loses by rounding adds up.
const RENEWAL: u32 = 32;

/// How far `L` right sides are from their solutions.
struct Distance<const L: usize> {
    /// Σ r² / D.
    squares: [f64; L],
    /// Σ |r| / Σ |D y|.
    residuals: [f64; L],
}

impl Equations {
    /// The values x = D y for `L` right sides, from a start y, and how the slowest of them ended.
    ///
    /// Stops where no more than the tolerance is left of the L1 norm of r, as a share of that of x. A right side takes
    /// its values when it gets there, and they do not depend on the sides beside it. As x ≥ b, what an unfinished y
    /// lacks of that is made good.
    pub(super) fn solve<const L: usize>(
        &self,
        right: &[[f64; L]],
        mut y: Vec<[f64; L]>,
        limits: Limits,
    ) -> Result<(Vec<[f64; L]>, Convergence)> {
        let Limits { measure, tolerance, max_iterations, strict } = limits;
        let watch = Watch::current();
        let tick = |iterations: u32| watch.tick(measure, iterations.into(), max_iterations.into());
        tick(0)?;
        let mut rest = self.rest(right, &y);
        let mut directions = filled([0.0; L], y.len());
        self.turn(&mut directions, &rest, [0.0; L]);
        let Distance { mut squares, mut residuals } = self.distance(&rest, &y);
        let mut iterations = 1;
        while iterations < max_iterations && residuals.iter().any(|&residual| residual > tolerance) {
            tick(iterations)?;
            // Within the pool, so that the small parts of a step need not be sent there one by one.
            rayon::scope(|_| {
                let product = self.times(&directions);
                let along = |v: usize| array::from_fn(|l| directions[v][l] * product[v][l]);
                let [along]: [[f64; L]; 1] = sums(y.len(), |v| [along(v)]);
                let moving = residuals.map(|residual| residual > tolerance);
                let step = array::from_fn(|l| if moving[l] { squares[l] / along[l] } else { 0.0 });
                advance(&mut y, &directions, step);
                if iterations.is_multiple_of(RENEWAL) {
                    rest = self.rest(right, &y);
                } else {
                    advance(&mut rest, &product, step.map(|step| -step));
                }
                let now = self.distance(&rest, &y);
                let turn = array::from_fn(|l| if moving[l] { now.squares[l] / squares[l] } else { 0.0 });
                self.turn(&mut directions, &rest, turn);
                squares = now.squares;
                residuals = array::from_fn(|l| if moving[l] { now.residuals[l] } else { residuals[l] });
            });
            iterations += 1;
        }
        y.par_iter_mut().zip(right).zip(&self.diagonal).with_min_len(TASK).for_each(
            |((y, right), diagonal)| {
                (0..L).for_each(|l| y[l] = (y[l] * diagonal).max(right[l]));
            },
        );
        let residual = residuals.into_iter().fold(0.0, f64::max);
        let convergence = Convergence { converged: residual <= tolerance, iterations, residual };
        Ok((y, convergence.check(measure, strict)?))
    }

    /// (D − αA) y.
    fn times<const L: usize>(&self, y: &[[f64; L]]) -> Vec<[f64; L]> {
        let (diagonal, alpha) = (&self.diagonal, self.alpha);
        self.arcs.pull_lanes(y, |v, sums| array::from_fn(|l| diagonal[v] * y[v][l] - alpha * sums[l]))
    }

    /// r = b − (D − αA) y.
    fn rest<const L: usize>(&self, right: &[[f64; L]], y: &[[f64; L]]) -> Vec<[f64; L]> {
        let mut rest = self.times(y);
        rest.par_iter_mut().zip(right).with_min_len(TASK).for_each(|(rest, right)| {
            (0..L).for_each(|l| rest[l] = right[l] - rest[l]);
        });
        rest
    }

    fn distance<const L: usize>(&self, rest: &[[f64; L]], y: &[[f64; L]]) -> Distance<L> {
        let [squares, moves, totals] = sums(y.len(), |v| {
            let (diagonal, inverse) = (self.diagonal[v], 1.0 / self.diagonal[v]);
            [rest[v].map(|r| r * r * inverse), rest[v].map(f64::abs), y[v].map(|y| (y * diagonal).abs())]
        });
        // A graph without nodes has no total; double precision can tell no smaller residual.
        let residual = |l: usize| (moves[l] / totals[l].max(f64::MIN_POSITIVE)).max(f64::EPSILON);
        Distance { squares, residuals: array::from_fn(residual) }
    }

    /// Takes the directions to D⁻¹ r + `turn` times what they were.
    fn turn<const L: usize>(&self, directions: &mut [[f64; L]], rest: &[[f64; L]], turn: [f64; L]) {
        directions.par_iter_mut().zip(rest).zip(&self.diagonal).with_min_len(TASK).for_each(
            |((direction, rest), diagonal)| {
                let inverse = 1.0 / diagonal;
                (0..L).for_each(|l| direction[l] = rest[l] * inverse + turn[l] * direction[l]);
            },
        );
    }
}

/// Adds `step` times the directions.
fn advance<const L: usize>(values: &mut [[f64; L]], directions: &[[f64; L]], step: [f64; L]) {
    values.par_iter_mut().zip(directions).with_min_len(TASK).for_each(|(value, direction)| {
        (0..L).for_each(|l| value[l] += step[l] * direction[l]);
    });
}
