//! Where a random walk with jumps is found: the iteration behind both PageRanks.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::graph::{Convergence, Graph};
use crate::progress::Watch;

/// The options both PageRanks share.
pub(super) struct Walk {
    pub(super) measure: &'static str,
    pub(super) damping: f64,
    pub(super) tolerance: f64,
    pub(super) max_iterations: u32,
    pub(super) weighted: bool,
    pub(super) strict: bool,
}

/// Where `L` walks jump to; the shares of each walk add to 1.
pub(super) struct Jump<const L: usize> {
    /// The share of every node.
    pub(super) everywhere: f64,
    /// Further shares, by ascending node.
    pub(super) seeds: Vec<(u32, [f64; L])>,
}

/// Rows and arcs that one thread adds before its sums are handed on.
const TASK: u64 = 1 << 14;

/// Blocks a sweep passes through in order, each of which sees the new values of those before it.
const BLOCKS: usize = 16;

/// What a task knows of its rows after a sweep, walk by walk.
#[derive(Clone, Copy)]
struct Mass<const L: usize> {
    /// The sum of the values.
    total: [f64; L],
    /// The part of it on nodes that nothing leaves.
    dangling: [f64; L],
    /// The sum of the absolute changes.
    moved: [f64; L],
}

impl<const L: usize> Mass<L> {
    const NONE: Mass<L> = Mass { total: [0.0; L], dangling: [0.0; L], moved: [0.0; L] };

    #[inline]
    fn count(&mut self, new: &[f64; L], old: &[f64; L], follow: f64) {
        for l in 0..L {
            self.total[l] += new[l];
            self.dangling[l] += if follow == 0.0 { new[l] } else { 0.0 };
            self.moved[l] += (new[l] - old[l]).abs();
        }
    }

    fn add(&mut self, part: &Mass<L>) {
        for l in 0..L {
            self.total[l] += part.total[l];
            self.dangling[l] += part.dangling[l];
            self.moved[l] += part.moved[l];
        }
    }
}

impl Walk {
    pub(super) fn check(&self) -> Result<()> {
        if !(0.0..1.0).contains(&self.damping) {
            return Err(Error::parameter("damping", "in [0, 1)", self.damping));
        }
        if !(self.tolerance > 0.0 && self.tolerance.is_finite()) {
            return Err(Error::parameter("tolerance", "positive and finite", self.tolerance));
        }
        if self.max_iterations == 0 {
            return Err(Error::parameter("max_iterations", "at least 1", self.max_iterations));
        }
        Ok(())
    }

    /// The values of `L` walks by node, each adding to 1, and how the slowest of them ended.
    ///
    /// A sweep is block Gauss-Seidel. With G the stochastic matrix of follow-or-jump, x the values after a sweep
    /// and δ what it changed: jumps, and arcs that do not come from an earlier block, have used the old values, so
    ///
    /// ```text
    /// (G x − x)(v) = jump(v) ((1 − α) Σ δ(u) + α Σ δ(d))  +  α Σ δ(u) w(u,v) / W(u)
    ///                                 all u    d dangling     u → v, u not in an earlier block
    /// ```
    ///
    /// The L1 norm of this is at most that of δ. So when δ is within the tolerance, one more step of the walk would
    /// move no more than it either, and the error is at most 1 / (1 − α) times that. A walk's values are taken as
    /// it gets there and do not depend on the walks beside it.
    pub(super) fn stationary<const L: usize>(
        &self,
        graph: &Graph,
        jump: &Jump<L>,
    ) -> Result<([Vec<f64>; L], Convergence)> {
        let watch = Watch::current();
        let node_count = graph.node_count();
        let follow = self.follow(graph);
        let tasks = graph.incoming().bounds(TASK);
        let per_block = (tasks.len() - 1).div_ceil(BLOCKS);

        let mut values = vec![[jump.everywhere; L]; node_count];
        for &(u, shares) in &jump.seeds {
            values[u as usize].iter_mut().zip(shares).for_each(|(value, share)| *value += share);
        }
        let mut offers = vec![[0.0; L]; node_count];
        offer(&mut offers, &values, &follow);
        let mut mass = Mass::NONE;
        for (value, &follow) in values.iter().zip(&follow) {
            mass.count(value, value, follow);
        }

        let mut results = [const { Vec::new() }; L];
        let mut residuals = [f64::INFINITY; L];
        let mut iterations = 0;
        while iterations < self.max_iterations && residuals.iter().any(|&residual| residual > self.tolerance)
        {
            watch.tick(self.measure, u64::from(iterations), u64::from(self.max_iterations))?;
            let jumping = std::array::from_fn(|l| {
                (1.0 - self.damping) * mass.total[l] + self.damping * mass.dangling[l]
            });
            mass = Mass::NONE;
            for first in (0..tasks.len() - 1).step_by(per_block) {
                let bounds = &tasks[first..=(first + per_block).min(tasks.len() - 1)];
                let rows = bounds[0]..bounds[bounds.len() - 1];
                let step =
                    Step { graph, weighted: self.weighted, jump, jumping, offers: &offers, follow: &follow };
                step.take(bounds, &mut values[rows.clone()]).iter().for_each(|part| mass.add(part));
                offer(&mut offers[rows.clone()], &values[rows.clone()], &follow[rows]);
            }
            iterations += 1;
            for l in 0..L {
                if residuals[l] > self.tolerance {
                    let total = mass.total[l].max(f64::MIN_POSITIVE); // a graph without nodes has none
                    residuals[l] = mass.moved[l] / total;
                    if residuals[l] <= self.tolerance || iterations == self.max_iterations {
                        results[l] = values.par_iter().map(|value| value[l] / total).collect();
                    }
                }
            }
        }
        let residual = residuals.into_iter().fold(0.0, f64::max);
        let convergence = Convergence { converged: residual <= self.tolerance, iterations, residual };
        Ok((results, convergence.check(self.measure, self.strict)?))
    }

    /// α / W(u) by node; 0 where u is dangling.
    fn follow(&self, graph: &Graph) -> Vec<f64> {
        let out = graph.out();
        let share = |u| {
            let strength = if self.weighted { out.strength(u) } else { out.degree(u) as f64 };
            if strength > 0.0 { self.damping / strength } else { 0.0 }
        };
        (0..graph.node_count() as u32).into_par_iter().map(share).collect()
    }
}

/// What each node hands to an arc of weight 1.
fn offer<const L: usize>(offers: &mut [[f64; L]], values: &[[f64; L]], follow: &[f64]) {
    offers.par_iter_mut().zip(values).zip(follow).with_min_len(4096).for_each(|((offer, value), follow)| {
        *offer = value.map(|value| value * follow);
    });
}

/// One block of a sweep: new values from what all nodes offer.
struct Step<'a, const L: usize> {
    graph: &'a Graph,
    weighted: bool,
    jump: &'a Jump<L>,
    jumping: [f64; L],
    offers: &'a [[f64; L]],
    follow: &'a [f64],
}

impl<const L: usize> Step<'_, L> {
    fn take(&self, bounds: &[usize], block: &mut [[f64; L]]) -> Vec<Mass<L>> {
        let mut rest = block;
        let mut tasks = Vec::with_capacity(bounds.len() - 1);
        for rows in bounds.windows(2) {
            let (values, others) = rest.split_at_mut(rows[1] - rows[0]);
            tasks.push((rows[0]..rows[1], values));
            rest = others;
        }
        tasks.into_par_iter().map(|(rows, values)| self.rows(rows, values)).collect()
    }

    fn rows(&self, rows: Range<usize>, values: &mut [[f64; L]]) -> Mass<L> {
        let arcs = self.graph.incoming();
        let everywhere = self.jumping.map(|jumping| jumping * self.jump.everywhere);
        let seeds = &self.jump.seeds;
        let mut seeds =
            seeds[seeds.partition_point(|seed| (seed.0 as usize) < rows.start)..].iter().peekable();
        let mut mass = Mass::NONE;
        for (v, value) in rows.zip(values) {
            let weights = arcs.weights(v as u32).filter(|_| self.weighted);
            let mut new = gather(self.offers, arcs.neighbors(v as u32), weights);
            if let Some((_, shares)) = seeds.next_if(|seed| seed.0 as usize == v) {
                (0..L).for_each(|l| new[l] += self.jumping[l] * shares[l]);
            }
            (0..L).for_each(|l| new[l] += everywhere[l]);
            mass.count(&new, value, self.follow[v]);
            *value = new;
        }
        mass
    }
}

/// What arrives over the arcs from `neighbors`, added in four turns that do not wait for one another.
#[inline]
fn gather<const L: usize>(offers: &[[f64; L]], neighbors: &[u32], weights: Option<&[f32]>) -> [f64; L] {
    let mut turns = [[0.0; L]; 4];
    match weights {
        Some(weights) => {
            let (fours, rest) = neighbors.as_chunks::<4>();
            let (weight_fours, weight_rest) = weights.as_chunks::<4>();
            for (four, weights) in fours.iter().zip(weight_fours) {
                for turn in 0..4 {
                    let offer = &offers[four[turn] as usize];
                    (0..L).for_each(|l| turns[turn][l] += offer[l] * f64::from(weights[turn]));
                }
            }
            for (&u, &weight) in rest.iter().zip(weight_rest) {
                (0..L).for_each(|l| turns[0][l] += offers[u as usize][l] * f64::from(weight));
            }
        }
        None => {
            let (fours, rest) = neighbors.as_chunks::<4>();
            for four in fours {
                for turn in 0..4 {
                    let offer = &offers[four[turn] as usize];
                    (0..L).for_each(|l| turns[turn][l] += offer[l]);
                }
            }
            for &u in rest {
                (0..L).for_each(|l| turns[0][l] += offers[u as usize][l]);
            }
        }
    }
    std::array::from_fn(|l| (turns[0][l] + turns[1][l]) + (turns[2][l] + turns[3][l]))
}
