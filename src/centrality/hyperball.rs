//! HyperBall: how many nodes are within each distance, estimated for all nodes at once.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rand::Rng;
use rayon::prelude::*;

use super::Distance;
use super::reach::Reach;
use crate::error::{Error, Result};
use crate::graph::{filled, generator};
use crate::progress::Watch;

/// How large a counter is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Accuracy {
    /// The binary logarithm of the number of registers.
    bits: u32,
}

/// The relative standard error of the largest counter.
pub(crate) const SMALLEST_ERROR: f64 = 0.01625;

impl Accuracy {
    /// The smallest counter whose relative standard error is at most `epsilon`.
    pub(super) fn new(epsilon: f64, distance: Distance) -> Result<Accuracy> {
        if distance != Distance::Unit {
            return Err(Error::parameter("distance", "unit where epsilon is given", distance.name()));
        }
        let fits = |accuracy: &Accuracy| accuracy.error() <= epsilon * (1.0 + 1e-12);
        let accuracy = (4..=12).map(|bits| Accuracy { bits }).find(fits).filter(|_| epsilon < 1.0);
        accuracy.ok_or_else(|| Error::parameter("epsilon", format!("in [{SMALLEST_ERROR}, 1)"), epsilon))
    }

    fn registers(self) -> usize {
        1 << self.bits
    }

    /// The relative standard error of an estimate.
    pub(super) fn error(self) -> f64 {
        1.04 / (self.registers() as f64).sqrt()
    }
}

/// What is known of the nodes that reach one node, within the distances looked at so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Balls {
    /// Nodes at distance 1: their number is exact.
    neighbors: f64,
    /// Nodes within the distance, the node itself too.
    size: f64,
    /// The greatest distance.
    farthest: f64,
    total: f64,
    harmonic: f64,
}

impl Balls {
    fn new(neighbors: f64) -> Balls {
        let farthest = f64::from(u8::from(neighbors > 0.0));
        Balls { neighbors, size: 1.0 + neighbors, farthest, total: neighbors, harmonic: neighbors }
    }

    /// Within `level` there are `size` nodes.
    fn grow(&mut self, level: u32, size: f64) {
        if size > self.size {
            let (level, more) = (f64::from(level), size - self.size);
            self.size = size;
            self.farthest = level;
            self.total += level * more;
            self.harmonic += more / level;
        }
    }

    pub(super) fn reached(&self) -> f64 {
        self.size - 1.0
    }

    pub(super) fn total(&self) -> f64 {
        self.total
    }

    pub(super) fn harmonic(&self) -> f64 {
        self.harmonic
    }

    /// The estimated sizes as they are weighted in the harmonic sum, added.
    pub(super) fn harmonic_spread(&self) -> f64 {
        if self.farthest > 1.0 { self.harmonic + (1.0 - self.neighbors) / 2.0 } else { 0.0 }
    }

    /// The estimated sizes by how much they weigh in the closeness, relative to it, added.
    pub(super) fn closeness_spread(&self) -> f64 {
        if self.farthest <= 1.0 {
            return 0.0;
        }
        let inner = self.farthest * self.size - self.total - 2.0 - self.neighbors;
        (2.0 / self.reached() - self.farthest / self.total).abs() * self.size + inner / self.total
    }
}

/// Nodes that a thread takes at a time.
const TASK: usize = 256;

/// Estimates the balls around every node, by their names in `reach`.
///
/// Round by round each node takes the maximum of its registers and those of the neighbors that changed in the round
/// before, until no register changes. Whoever has no such neighbor is not looked at where few nodes changed.
pub(super) fn balls(reach: &Reach, accuracy: Accuracy, seed: u64, stage: &'static str) -> Result<Vec<Balls>> {
    let (watch, node_count, width) = (Watch::current(), reach.order.len(), accuracy.registers());
    let mut balls: Vec<Balls> =
        (0..node_count as u32).into_par_iter().map(|u| Balls::new(reach.to.degree(u) as f64)).collect();
    let most: Vec<f64> =
        reach.components.iter().flat_map(|names| names.clone().map(|_| names.len() as f64)).collect();
    // Taken from the system as they are written: between two ticks it clears little.
    let mut registers = vec![0_u8; node_count * width];
    registers.par_chunks_mut(width).zip(&reach.order).enumerate().try_for_each(|(at, (registers, &u))| {
        if at.is_multiple_of(TASK) {
            watch.tick(stage, 0, node_count as u64)?;
        }
        let hash = generator(seed, "hyperball", u.into()).next_u64();
        let (register, rest) = (hash >> (64 - accuracy.bits), hash << accuracy.bits);
        registers[register as usize] = 1 + rest.leading_zeros().min(64 - accuracy.bits) as u8;
        Ok(())
    })?;
    let mut has_changed = filled(true, node_count);
    let mut changed: Vec<u32> = (0..node_count as u32).collect();
    for level in 1.. {
        let done = AtomicU64::new(0);
        let ahead: u64 = changed.par_iter().map(|&u| reach.from().degree(u)).sum();
        let nodes = if ahead < reach.from().arc_count() as u64 / 8 {
            let mut nodes: Vec<u32> =
                changed.iter().flat_map(|&u| reach.from().neighbors(u)).copied().collect();
            nodes.par_sort_unstable();
            nodes.dedup();
            nodes
        } else {
            (0..node_count as u32).collect()
        };
        let take = |nodes: &[u32]| -> Result<(Vec<u32>, Vec<u8>, Vec<f64>)> {
            watch.tick(
                stage,
                done.fetch_add(TASK as u64, Relaxed).min(nodes.len() as u64),
                nodes.len() as u64,
            )?;
            let (mut grown, mut new, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
            let own = |u: u32| &registers[u as usize * width..][..width];
            let mut sum = vec![0; width];
            for &v in nodes {
                sum.copy_from_slice(own(v));
                let neighbors = reach.to.neighbors(v).iter().filter(|&&u| has_changed[u as usize]);
                neighbors.for_each(|&u| {
                    sum.iter_mut().zip(own(u)).for_each(|(mine, theirs)| *mine = (*mine).max(*theirs))
                });
                if sum != own(v) {
                    grown.push(v);
                    new.extend_from_slice(&sum);
                    sizes.push(size(&sum));
                }
            }
            Ok((grown, new, sizes))
        };
        let tasks: Vec<_> = nodes.par_chunks(TASK).map(take).collect::<Result<_>>()?;
        changed.drain(..).for_each(|u| has_changed[u as usize] = false);
        for (grown, new, sizes) in tasks {
            watch.tick(stage, nodes.len() as u64, nodes.len() as u64)?;
            for ((&v, new), size) in grown.iter().zip(new.chunks(width)).zip(sizes) {
                registers[v as usize * width..][..width].copy_from_slice(new);
                has_changed[v as usize] = true;
                if level > 1 {
                    balls[v as usize].grow(level, size.min(most[v as usize]));
                }
            }
            changed.extend(grown);
        }
        if changed.is_empty() {
            break;
        }
    }
    Ok(balls)
}

/// How many distinct nodes a counter has seen, by the improved raw estimate of Ertl, "New cardinality estimation
/// algorithms for HyperLogLog sketches", 2017, which needs no correction for small or large counts.
fn size(registers: &[u8]) -> f64 {
    let count = registers.len() as f64;
    let largest = 64 - registers.len().trailing_zeros() as usize;
    let mut of_rank = [0_u32; 64];
    registers.iter().for_each(|&rank| of_rank[rank as usize] += 1);
    let mut sum = count * tau(1.0 - f64::from(of_rank[largest + 1]) / count);
    for &registers in of_rank[1..=largest].iter().rev() {
        sum = 0.5 * (sum + f64::from(registers));
    }
    sum += count * sigma(f64::from(of_rank[0]) / count);
    count * count / (2.0 * std::f64::consts::LN_2 * sum)
}

/// x + Σ x^(2^k) 2^(k−1)
fn sigma(mut x: f64) -> f64 {
    let (mut power, mut sum, mut before) = (1.0, x, f64::NAN);
    while sum != before && sum.is_finite() {
        x *= x;
        before = sum;
        sum += x * power;
        power += power;
    }
    sum
}

/// (1 − x − Σ (1 − x^(2^−k))² 2^−k) / 3
fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut power, mut sum, mut before) = (1.0, 1.0 - x, f64::NAN);
    while sum != before {
        x = x.sqrt();
        before = sum;
        power *= 0.5;
        sum -= (1.0 - x) * (1.0 - x) * power;
    }
    sum / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_is_the_smallest_that_is_accurate_enough() {
        let registers = |epsilon| Accuracy::new(epsilon, Distance::Unit).map(Accuracy::registers).ok();
        let expected =
            [(0.9, Some(16)), (0.26, Some(16)), (0.259, Some(32)), (0.065, Some(256)), (0.01625, Some(4096))];
        for (epsilon, expected) in
            expected.into_iter().chain([(0.016, None), (1.0, None), (-1.0, None), (f64::NAN, None)])
        {
            assert_eq!(registers(epsilon), expected, "{epsilon}");
        }
    }

    #[test]
    fn counters_count_within_their_error() {
        for count in [0, 1, 10, 1000, 100_000] {
            let mut registers = [0; 4096];
            for i in 0..count {
                let hash = generator(0, "size", i).next_u64();
                let rank = &mut registers[(hash >> 52) as usize];
                *rank = (*rank).max(1 + (hash << 12).leading_zeros().min(52) as u8);
            }
            let size = size(&registers);
            assert!((size - count as f64).abs() <= 0.05 * count as f64, "{count}: {size}");
        }
    }
}
