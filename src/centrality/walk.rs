//! Where a random walk with jumps is found: what is behind both PageRanks.

use std::array;
use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::conjugate::Equations;
use super::power::{Limits, Matrix, by_node, by_readers, gather};
use crate::error::{Error, Result};
use crate::graph::{Adjacency, Convergence, Graph, sums};
use crate::progress::Watch;

/// The options both PageRanks share.
pub(super) struct Walk {
    pub(super) limits: Limits,
    pub(super) damping: f64,
    pub(super) weighted: bool,
}

/// Where `L` walks jump to; the shares of each walk add to 1.
pub(super) struct Jump<const L: usize> {
    /// The share of every node.
    pub(super) everywhere: f64,
    /// Further shares, by ascending node.
    pub(super) seeds: Vec<(u32, [f64; L])>,
}

impl<const L: usize> Jump<L> {
    /// The same by the places of `order`.
    fn renamed(&self, order: &[u32]) -> Jump<L> {
        let shares: BTreeMap<_, _> = self.seeds.iter().copied().collect();
        let seeds = order.iter().zip(0..).filter_map(|(u, place)| Some((place, *shares.get(u)?))).collect();
        Jump { everywhere: self.everywhere, seeds }
    }

    /// The share of each node.
    fn shares(&self, node_count: usize) -> Vec<[f64; L]> {
        let mut shares = vec![[self.everywhere; L]; node_count];
        for &(u, further) in &self.seeds {
            shares[u as usize].iter_mut().zip(further).for_each(|(share, further)| *share += further);
        }
        shares
    }
}

/// Blocks a sweep passes through in order, each of which sees the new values of those before it.
const BLOCKS: usize = 16;

/// Rows and arcs that one thread adds before its sums are handed on; fewer where that makes less than `BLOCKS`.
const TASK: u64 = 1 << 14;

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
        self.limits.check()
    }

    /// The values of `L` walks by node, each adding to 1, and how the slowest of them ended. A walk's values are taken
    /// as it gets there and do not depend on the walks beside it.
    pub(super) fn stationary<const L: usize>(
        &self,
        graph: &Graph,
        jump: &Jump<L>,
    ) -> Result<([Vec<f64>; L], Convergence)> {
        if graph.is_directed() { self.by_sweeps(graph, jump) } else { self.by_equations(graph, jump) }
    }

    /// On an undirected graph the solution of z = s + αA D⁻¹ z, with s the shares of the jumps and D the strengths, is
    /// in proportion to the walk's values.
    ///
    /// The start s / (1 − α) has the sum of the solution, as what is followed is not lost. So the residual r adds to 0,
    /// and it does so in all steps of conjugate gradients. With G the matrix of follow-or-jump, x = z / Σz has then
    /// G x − x = r / Σz, to the last node: one more step of the walk would move no more than the tolerance, and the
    /// error is at most 1 / (1 − α) times that.
    fn by_equations<const L: usize>(
        &self,
        graph: &Graph,
        jump: &Jump<L>,
    ) -> Result<([Vec<f64>; L], Convergence)> {
        let order = by_readers(graph);
        let arcs = Matrix::new(graph.out(), &order, self.weighted);
        let strengths: Vec<f64> = order.par_iter().map(|&u| self.strength(graph, u)).collect();
        let shares = jump.renamed(&order).shares(order.len());
        let start = |(shares, &strength): (&[f64; L], &f64)| match strength {
            0.0 => *shares,
            _ => shares.map(|share| share / ((1.0 - self.damping) * strength)),
        };
        let start = shares.par_iter().zip(&strengths).map(start).collect();
        // Where nothing leaves, nothing arrives, and any diagonal will do.
        let diagonal =
            strengths.into_iter().map(|strength| if strength > 0.0 { strength } else { 1.0 }).collect();
        let equations = Equations { arcs, diagonal, alpha: self.damping };
        let (values, convergence) = equations.solve(&shares, start, self.limits)?;
        let [totals] = sums(values.len(), |v| [values[v]]);
        let results = array::from_fn(|l| {
            by_node(&order, &values.par_iter().map(|value| value[l] / totals[l]).collect::<Vec<f64>>())
        });
        Ok((results, convergence))
    }

    /// The weight of the arcs that leave a node.
    fn strength(&self, graph: &Graph, u: u32) -> f64 {
        if self.weighted { graph.out().strength(u) } else { graph.out().degree(u) as f64 }
    }

    /// On a directed graph a sweep is block Gauss-Seidel. With G the stochastic matrix of follow-or-jump, x the values
    /// after a sweep and δ what it changed: jumps, and arcs that do not come from an earlier block, have used the old
    /// values, so
    ///
    /// ```text
    /// (G x − x)(v) = jump(v) ((1 − α) Σ δ(u) + α Σ δ(d))  +  α Σ δ(u) w(u,v) / W(u)
    ///                                 all u    d dangling     u → v, u not in an earlier block
    /// ```
    ///
    /// The L1 norm of this is at most that of δ. So when δ is within the tolerance, one more step of the walk would
    /// move no more than it either, and the error is at most 1 / (1 − α) times that.
    fn by_sweeps<const L: usize>(
        &self,
        graph: &Graph,
        jump: &Jump<L>,
    ) -> Result<([Vec<f64>; L], Convergence)> {
        let Limits { measure, tolerance, max_iterations, strict } = self.limits;
        let watch = Watch::current();
        let order = by_readers(graph);
        let mut readers = Readers::start(self, graph, jump, &order);
        let mut results = [const { Vec::new() }; L];
        let mut residuals = [f64::INFINITY; L];
        let mut iterations = 0;
        while iterations < max_iterations && residuals.iter().any(|&residual| residual > tolerance) {
            watch.tick(measure, u64::from(iterations), u64::from(max_iterations))?;
            // Within the pool, so that the small steps of a sweep need not be sent there one by one.
            rayon::scope(|_| readers.sweep(self));
            iterations += 1;
            for l in 0..L {
                if residuals[l] > tolerance {
                    let total = readers.mass.total[l].max(f64::MIN_POSITIVE); // a graph without nodes has none
                    residuals[l] = readers.mass.moved[l] / total;
                    if residuals[l] <= tolerance || iterations == max_iterations {
                        results[l] = vec![0.0; order.len()];
                        for (value, &u) in readers.values.iter().zip(&order) {
                            results[l][u as usize] = value[l] / total;
                        }
                    }
                }
            }
        }
        let residual = residuals.into_iter().fold(0.0, f64::max);
        let convergence = Convergence { converged: residual <= tolerance, iterations, residual };
        Ok((results, convergence.check(measure, strict)?))
    }
}

/// The walks between two sweeps; nodes go by their place in the order of [`by_readers`].
struct Readers<const L: usize> {
    arcs: Adjacency,
    /// Where to cut rows into tasks.
    tasks: Vec<usize>,
    jump: Jump<L>,
    /// α / W(u); 0 where u is dangling.
    follow: Vec<f64>,
    values: Vec<[f64; L]>,
    /// What each node hands to an arc of weight 1: value times follow.
    offers: Vec<[f64; L]>,
    mass: Mass<L>,
}

impl<const L: usize> Readers<L> {
    fn start(walk: &Walk, graph: &Graph, jump: &Jump<L>, order: &[u32]) -> Readers<L> {
        let arcs = graph.incoming().relabeled(order, walk.weighted);
        let load = (arcs.row_count() + arcs.arc_count()) as u64;
        let tasks = arcs.bounds(TASK.min(load.div_ceil(BLOCKS as u64)));
        let follow = |&u: &u32| match walk.strength(graph, u) {
            0.0 => 0.0,
            strength => walk.damping / strength,
        };
        let follow: Vec<f64> = order.par_iter().map(follow).collect();
        let jump = jump.renamed(order);
        let values = jump.shares(order.len());
        let mut offers = vec![[0.0; L]; order.len()];
        offer(&mut offers, &values, &follow);
        let mut mass = Mass::NONE;
        for (value, &follow) in values.iter().zip(&follow) {
            mass.count(value, value, follow);
        }
        Readers { arcs, tasks, jump, follow, values, offers, mass }
    }

    /// Takes every node to its new value, block by block, its tasks in parallel.
    fn sweep(&mut self, walk: &Walk) {
        let old = self.mass;
        let jumping =
            array::from_fn(|l| (1.0 - walk.damping) * old.total[l] + walk.damping * old.dangling[l]);
        self.mass = Mass::NONE;
        let last = self.tasks.len() - 1;
        for first in (0..last).step_by(last.div_ceil(BLOCKS)) {
            let bounds = &self.tasks[first..=(first + last.div_ceil(BLOCKS)).min(last)];
            let block = bounds[0]..bounds[bounds.len() - 1];
            let mut values = std::mem::take(&mut self.values);
            let mut rest = &mut values[block.clone()];
            let mut tasks = Vec::with_capacity(bounds.len());
            for rows in bounds.windows(2) {
                tasks.push((rows[0]..rows[1], rest.split_off_mut(..rows[1] - rows[0]).unwrap_or_default()));
            }
            let parts: Vec<Mass<L>> =
                tasks.into_par_iter().map(|(rows, values)| self.rows(rows, values, &jumping)).collect();
            parts.iter().for_each(|part| self.mass.add(part));
            offer(&mut self.offers[block.clone()], &values[block.clone()], &self.follow[block]);
            self.values = values;
        }
    }

    /// Takes a run of nodes to their new values.
    fn rows(&self, rows: Range<usize>, values: &mut [[f64; L]], jumping: &[f64; L]) -> Mass<L> {
        let everywhere = jumping.map(|jumping| jumping * self.jump.everywhere);
        let first = self.jump.seeds.partition_point(|seed| (seed.0 as usize) < rows.start);
        let mut seeds = self.jump.seeds[first..].iter().peekable();
        let mut mass = Mass::NONE;
        for (v, value) in rows.zip(values) {
            let mut new = gather(&self.offers, self.arcs.neighbors(v as u32), self.arcs.weights(v as u32));
            if let Some((_, shares)) = seeds.next_if(|seed| seed.0 as usize == v) {
                (0..L).for_each(|l| new[l] += jumping[l] * shares[l]);
            }
            (0..L).for_each(|l| new[l] += everywhere[l]);
            mass.count(&new, value, self.follow[v]);
            *value = new;
        }
        mass
    }
}

fn offer<const L: usize>(offers: &mut [[f64; L]], values: &[[f64; L]], follow: &[f64]) {
    offers.par_iter_mut().zip(values).zip(follow).with_min_len(4096).for_each(|((offer, value), follow)| {
        *offer = value.map(|value| value * follow);
    });
}
