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

/// Nodes that one thread takes at a time, whose terms it adds before its sums are handed on.
const CHUNK: usize = 4096;

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
        let [mut rest, mut directions, mut products] = [(); 3].map(|()| filled([0.0; L], y.len()));
        self.rest(right, &y, &mut rest);
        let start = self.advance([0.0; L], &mut y, &directions, &mut rest, &products);
        let Distance { mut squares, mut residuals } = start;
        self.turn(&mut directions, &rest, [0.0; L]);
        let mut iterations = 1;
        while iterations < max_iterations && residuals.iter().any(|&residual| residual > tolerance) {
            tick(iterations)?;
            // Within the pool, so that the small parts of a step need not be sent there one by one.
            rayon::scope(|_| {
                self.times(&directions, &mut products);
                let along = |v: usize| array::from_fn(|l| directions[v][l] * products[v][l]);
                let [along]: [[f64; L]; 1] = sums(y.len(), |v| [along(v)]);
                let moving = residuals.map(|residual| residual > tolerance);
                let step = array::from_fn(|l| if moving[l] { squares[l] / along[l] } else { 0.0 });
                let mut now = self.advance(step, &mut y, &directions, &mut rest, &products);
                if iterations.is_multiple_of(RENEWAL) {
                    self.rest(right, &y, &mut rest);
                    now = self.advance([0.0; L], &mut y, &directions, &mut rest, &products);
                }
                let turn = array::from_fn(|l| if moving[l] { now.squares[l] / squares[l] } else { 0.0 });
                self.turn(&mut directions, &rest, turn);
                squares = now.squares;
                residuals = array::from_fn(|l| if moving[l] { now.residuals[l] } else { residuals[l] });
            });
            iterations += 1;
        }
        y.par_iter_mut().zip(right).zip(&self.diagonal).with_min_len(CHUNK).for_each(
            |((y, right), diagonal)| {
                (0..L).for_each(|l| y[l] = (y[l] * diagonal).max(right[l]));
            },
        );
        let residual = residuals.into_iter().fold(0.0, f64::max);
        let convergence = Convergence { converged: residual <= tolerance, iterations, residual };
        Ok((y, convergence.check(measure, strict)?))
    }

    /// (D − αA) y.
    fn times<const L: usize>(&self, y: &[[f64; L]], products: &mut [[f64; L]]) {
        let (diagonal, alpha) = (&self.diagonal, self.alpha);
        let finish = |v: usize, sums: [f64; L]| array::from_fn(|l| diagonal[v] * y[v][l] - alpha * sums[l]);
        self.arcs.pull_lanes(y, products, finish);
    }

    /// r = b − (D − αA) y.
    fn rest<const L: usize>(&self, right: &[[f64; L]], y: &[[f64; L]], rest: &mut [[f64; L]]) {
        self.times(y, rest);
        rest.par_iter_mut().zip(right).with_min_len(CHUNK).for_each(|(rest, right)| {
            (0..L).for_each(|l| rest[l] = right[l] - rest[l]);
        });
    }

    /// Moves y by `step` times the directions, the residual accordingly, and measures how far it is then.
    fn advance<const L: usize>(
        &self,
        step: [f64; L],
        y: &mut [[f64; L]],
        directions: &[[f64; L]],
        rest: &mut [[f64; L]],
        products: &[[f64; L]],
    ) -> Distance<L> {
        let changed = y.par_chunks_mut(CHUNK).zip(rest.par_chunks_mut(CHUNK));
        let read = directions.par_chunks(CHUNK).zip(products.par_chunks(CHUNK));
        let parts: Vec<_> = changed
            .zip(read)
            .zip(self.diagonal.par_chunks(CHUNK))
            .map(|(((y, rest), (directions, products)), diagonal)| {
                let (mut squares, mut moves, mut totals) = ([0.0; L], [0.0; L], [0.0; L]);
                for (v, &diagonal) in diagonal.iter().enumerate() {
                    let inverse = 1.0 / diagonal;
                    for l in 0..L {
                        y[v][l] += step[l] * directions[v][l];
                        rest[v][l] -= step[l] * products[v][l];
                        squares[l] += rest[v][l] * rest[v][l] * inverse;
                        moves[l] += rest[v][l].abs();
                        totals[l] += (y[v][l] * diagonal).abs();
                    }
                }
                [squares, moves, totals]
            })
            .collect();
        let add = |sums: [[f64; L]; 3], part: &[[f64; L]; 3]| {
            array::from_fn(|k| array::from_fn(|l| sums[k][l] + part[k][l]))
        };
        let [squares, moves, totals] = parts.iter().fold([[0.0; L]; 3], add);
        // A graph without nodes has no total; double precision can tell no smaller residual.
        let residual = |l: usize| (moves[l] / totals[l].max(f64::MIN_POSITIVE)).max(f64::EPSILON);
        Distance { squares, residuals: array::from_fn(residual) }
    }

    /// Takes the directions to D⁻¹ r + `turn` times what they were.
    fn turn<const L: usize>(&self, directions: &mut [[f64; L]], rest: &[[f64; L]], turn: [f64; L]) {
        directions.par_iter_mut().zip(rest).zip(&self.diagonal).with_min_len(CHUNK).for_each(
            |((direction, rest), diagonal)| {
                let inverse = 1.0 / diagonal;
                (0..L).for_each(|l| direction[l] = rest[l] * inverse + turn[l] * direction[l]);
            },
        );
    }
}
