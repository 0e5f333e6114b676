//! What iterations on the matrix of arcs have in common.

use std::array;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::graph::{Adjacency, Convergence, Graph, filled, sum};
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

/// The arcs of a graph under new names, so that nodes whose values are read most lie side by side.
///
/// A row is added by one thread in its order, so no thread can change a bit.
pub(super) struct Matrix {
    arcs: Adjacency,
    /// Where to cut rows into tasks.
    tasks: Vec<usize>,
}

/// Rows and arcs of a task.
const TASK: u64 = 1 << 14;

impl Matrix {
    /// The rows of `arcs` in `order`, with weights if `weighted`.
    pub(super) fn new(arcs: &Adjacency, order: &[u32], weighted: bool) -> Matrix {
        let arcs = arcs.relabeled(order, weighted);
        let tasks = arcs.bounds(TASK);
        Matrix { arcs, tasks }
    }

    /// What `finish` makes of each row and of the values that its neighbors hand on, times the weights of the arcs.
    pub(super) fn pull<O>(&self, values: &[O], finish: impl Fn(usize, f64) -> f64 + Sync) -> Vec<f64>
    where
        O: Copy + Into<f64> + Sync,
    {
        let mut pulled = filled(0.0, values.len());
        let places = pulled.as_chunks_mut::<1>().0;
        self.pull_lanes(values.as_chunks::<1>().0, places, |v, [sum]| [finish(v, sum)]);
        pulled
    }

    /// As [`Matrix::pull`], `L` values a node, to where they are wanted.
    pub(super) fn pull_lanes<O: Copy + Into<f64> + Sync, const L: usize>(
        &self,
        values: &[[O; L]],
        mut pulled: &mut [[f64; L]],
        finish: impl Fn(usize, [f64; L]) -> [f64; L] + Sync,
    ) {
        let mut tasks = Vec::with_capacity(self.tasks.len());
        for rows in self.tasks.windows(2) {
            tasks.push((rows[0]..rows[1], pulled.split_off_mut(..rows[1] - rows[0]).unwrap_or_default()));
        }
        tasks.into_par_iter().for_each(|(rows, pulled)| {
            for (v, pulled) in rows.zip(pulled) {
                let sums = gather(values, self.arcs.neighbors(v as u32), self.arcs.weights(v as u32));
                *pulled = finish(v, sums);
            }
        });
    }
}

/// Nodes by how many read their offers: groups of like out-degree (within a factor of 2), the highest first, so
/// that what is read most lies together; within a group, nodes with in-arcs first, then by number.
///
/// Faldu, Diamond, Grot, "A closer look at lightweight graph reordering", IISWC 2019.
pub(super) fn by_readers(graph: &Graph) -> Vec<u32> {
    let mut groups = vec![Vec::new(); 2 * (u64::BITS as usize + 1)];
    for u in 0..graph.node_count() as u32 {
        let unread = graph.out().degree(u).leading_zeros() as usize;
        groups[2 * unread + usize::from(graph.incoming().degree(u) == 0)].push(u);
    }
    groups.concat()
}

/// What arrives over the arcs from `neighbors`, added in four turns that do not wait for one another.
#[inline]
pub(super) fn gather<O: Copy + Into<f64>, const L: usize>(
    offers: &[[O; L]],
    neighbors: &[u32],
    weights: Option<&[f32]>,
) -> [f64; L] {
    let mut turns = [[0.0; L]; 4];
    let mut add = |turn: usize, u: u32, weight: f32| {
        let offer = &offers[u as usize];
        (0..L).for_each(|l| turns[turn][l] += offer[l].into() * f64::from(weight));
    };
    let (fours, rest) = neighbors.as_chunks::<4>();
    match weights {
        Some(weights) => {
            let (weight_fours, weight_rest) = weights.as_chunks::<4>();
            for (four, weights) in fours.iter().zip(weight_fours) {
                (0..4).for_each(|turn| add(turn, four[turn], weights[turn]));
            }
            rest.iter().zip(weight_rest).for_each(|(&u, &weight)| add(0, u, weight));
        }
        None => {
            fours.iter().for_each(|four| (0..4).for_each(|turn| add(turn, four[turn], 1.0)));
            rest.iter().for_each(|&u| add(0, u, 1.0));
        }
    }
    array::from_fn(|l| (turns[0][l] + turns[1][l]) + (turns[2][l] + turns[3][l]))
}

/// Values by the places of `order`, by node.
pub(super) fn by_node(order: &[u32], values: &[f64]) -> Vec<f64> {
    let mut restored = vec![0.0; order.len()];
    order.iter().zip(values).for_each(|(&u, &value)| restored[u as usize] = value);
    restored
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
fn distance(a: &[f64], b: &[f64]) -> f64 {
    sum(a.len(), |i| (a[i] - b[i]).abs())
}

/// How far scores moved, as a share of their sum.
pub(super) fn moved(new: &[f64], old: &[f64]) -> f64 {
    let total = sum(new.len(), |v| new[v]);
    if total > 0.0 { distance(new, old) / total } else { 0.0 }
}

/// The length of a vector.
pub(super) fn length(values: &[f64]) -> f64 {
    sum(values.len(), |v| values[v] * values[v]).sqrt()
}

/// Takes a vector to length 1.
pub(super) fn normalize(values: &mut [f64]) {
    let length = length(values);
    values.par_iter_mut().for_each(|value| *value /= length);
}
