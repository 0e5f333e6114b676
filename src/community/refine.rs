//! Refinement: each community is put together again from single nodes, and may fall into several parts.
//!
//! A part is connected by construction, and a node joins it only where both are well tied to their community. Nothing
//! crosses a community, so each is one task; its random choices are a function of the seed and of its first member.

use std::mem::take;

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::groups::Groups;
use super::moving::Level;
use super::null::Mass;
use super::tally::Tally;
use crate::error::Result;
use crate::graph::{Desks, generator};
use crate::progress::Watch;

/// Tasks that a graph makes at least, if they have as many nodes as are worth one, and nodes of a task at most, about.
const TASKS: usize = 1 << 6;
const WORTH: usize = 1 << 5;
const TASK: usize = 1 << 12;

/// A choice so many times less likely than the best one, as a power of e, is not considered.
const UNLIKELY: f64 = 36.0;

/// How freely nodes choose.
#[derive(Clone, Copy)]
pub(super) struct Chance {
    /// The odds of a choice are e^(gain / randomness).
    pub(super) randomness: f64,
    pub(super) seed: u64,
    pub(super) salt: u64,
}

/// What is known of a part while its community is refined, at the position of the member it began with.
#[derive(Clone, Copy)]
struct Part<M> {
    mass: M,
    /// Weight of the ties to the rest of the community.
    cut: f64,
    size: u32,
}

/// Where one thread refines: a community by itself, its members by their positions.
#[derive(Default)]
struct Desk {
    tally: Tally,
    order: Vec<u32>,
    choices: Vec<(u32, f64)>,
    ends: Vec<usize>,
    neighbors: Vec<u32>,
    weights: Vec<f32>,
    counts: Vec<u32>,
}

/// The parts of all communities, numbered by community and by first member there.
pub(super) fn refine<M: Mass>(level: &Level<M>, communities: Groups, chance: Chance) -> Result<Groups> {
    let watch = Watch::current();
    let node_count = level.node_count();
    let places = communities.places(node_count);
    let desks = Desks::<Desk>::new();
    let mut members = vec![0; node_count];
    let mut tasks = Vec::new();
    let (mut rest, mut first) = (members.as_mut_slice(), 0);
    let task = (node_count / TASKS).clamp(WORTH, TASK);
    for group in 0..communities.len() {
        let size = communities.range(first..group + 1).len();
        if size >= task || group + 1 == communities.len() {
            let (slice, others) = take(&mut rest).split_at_mut(size);
            tasks.push((first..group + 1, slice));
            (rest, first) = (others, group + 1);
        }
    }
    let sizes = tasks.into_par_iter().map(|(groups, mut members)| {
        watch.tick("refinement", communities.range(0..groups.start).len() as u64, node_count as u64)?;
        let mut desk = desks.mine();
        let mut sizes = Vec::new();
        for group in groups {
            let begin = communities.range(group..group + 1).start as u32;
            let community = Community { level, places: &places, begin, members: communities.members(group) };
            let (own, others) = take(&mut members).split_at_mut(community.members.len());
            members = others;
            community.refine(chance, &mut desk, own, &mut sizes);
        }
        Ok(sizes)
    });
    let sizes: Vec<Vec<u32>> = sizes.collect::<Result<_>>()?;
    Ok(Groups::of_sizes(sizes.into_iter().flatten(), members))
}

struct Community<'a, M> {
    level: &'a Level<'a, M>,
    /// Of every node of the level, among the members of all communities.
    places: &'a [u32],
    begin: u32,
    members: &'a [u32],
}

impl<M: Mass> Community<'_, M> {
    /// Appends the sizes of the parts, whose members come to `sorted` one part after the other.
    fn refine(&self, chance: Chance, desk: &mut Desk, sorted: &mut [u32], sizes: &mut Vec<u32>) {
        if let [only] = self.members {
            (sorted[0], _) = (*only, sizes.push(1));
            return;
        }
        let parts = self.merged(chance, desk);
        // Parts by their first member, and then members by part.
        let first = sizes.len();
        desk.counts.clear();
        desk.counts.resize(parts.len(), 0);
        let mut number_of = vec![u32::MAX; parts.len()];
        for &part in &parts {
            let number = &mut number_of[part as usize];
            if *number == u32::MAX {
                *number = (sizes.len() - first) as u32;
                sizes.push(0);
            }
            sizes[first + *number as usize] += 1;
        }
        let mut end = 0;
        for (count, size) in desk.counts.iter_mut().zip(&sizes[first..]) {
            (*count, end) = (end, end + size);
        }
        for (&u, &part) in self.members.iter().zip(&parts) {
            let next = &mut desk.counts[number_of[part as usize] as usize];
            sorted[*next as usize] = u;
            *next += 1;
        }
    }

    /// The part of each member, by the position of the member it began with.
    fn merged(&self, Chance { randomness, seed, salt }: Chance, desk: &mut Desk) -> Vec<u32> {
        let Level { masses, rate, .. } = *self.level;
        self.cut_out(desk);
        let rows = |position: usize| {
            let row = if position == 0 { 0 } else { desk.ends[position - 1] }..desk.ends[position];
            (&desk.neighbors[row.clone()], desk.weights.get(row))
        };
        let mut parts: Vec<Part<M>> = (self.members.iter().enumerate())
            .map(|(position, &u)| {
                let cut = match rows(position) {
                    (_, Some(weights)) => weights.iter().fold(0.0, |sum, &weight| sum + f64::from(weight)),
                    (neighbors, None) => neighbors.len() as f64,
                };
                Part { mass: masses[u as usize], cut, size: 1 }
            })
            .collect();
        let total = parts.iter().fold(M::default(), |total, part| total.plus(part.mass));
        let is_well_tied = |part: &Part<M>| part.cut >= rate * part.mass.times(total.minus(part.mass));

        let mut draw = generator(seed ^ salt, "refinement", u64::from(self.members[0]));
        let mut own: Vec<u32> = (0..parts.len() as u32).collect();
        desk.order.clone_from(&own);
        desk.order.shuffle(&mut draw);
        for &position in &desk.order {
            let part = parts[position as usize];
            if part.size != 1 || own[position as usize] != position || !is_well_tied(&part) {
                continue;
            }
            let (row, weights) = rows(position as usize);
            desk.tally.sum(row, weights, self.members.len(), |other| own[other as usize]);
            let choices = &mut desk.choices;
            // Staying alone gains nothing, and is a choice too.
            choices.clear();
            choices.push((position, 0.0));
            desk.tally.sums().for_each(|(other, weight)| {
                let gain = weight - rate * part.mass.times(parts[other as usize].mass);
                if gain >= 0.0 && is_well_tied(&parts[other as usize]) {
                    choices.push((other, gain));
                }
            });
            let chosen = choose(choices, randomness, &mut draw);
            if chosen != position {
                let joined = &mut parts[chosen as usize];
                joined.mass = joined.mass.plus(part.mass);
                joined.cut += part.cut - 2.0 * desk.tally.get(chosen);
                joined.size += 1;
                own[position as usize] = chosen;
            }
        }
        own
    }

    /// The ties within the community, by positions.
    fn cut_out(&self, desk: &mut Desk) {
        let Desk { ends, neighbors, weights, .. } = desk;
        ends.clear();
        neighbors.clear();
        weights.clear();
        let position = |v: u32| self.places[v as usize].wrapping_sub(self.begin);
        for &u in self.members {
            self.level.arcs.append_named(u, position, self.members.len() as u32, neighbors, weights);
            ends.push(neighbors.len());
        }
    }
}

/// One of several choices with their gains, by their odds.
fn choose(choices: &mut Vec<(u32, f64)>, randomness: f64, draw: &mut Xoshiro256PlusPlus) -> u32 {
    let best = choices.iter().fold(0.0, |best: f64, &(_, gain)| best.max(gain));
    choices.retain(|&(_, gain)| gain >= best - UNLIKELY * randomness);
    if let [(only, _)] = choices[..] {
        return only;
    }
    let odds = |gain: f64| if randomness > 0.0 { libm::exp((gain - best) / randomness) } else { 1.0 };
    let mut sum = 0.0;
    for (_, gain) in choices.iter_mut() {
        *gain = odds(*gain);
        sum += *gain;
    }
    let mut left = draw.random::<f64>() * sum;
    let chosen = choices.iter().find(|&&(_, odds)| {
        left -= odds;
        left < 0.0
    });
    chosen.unwrap_or(&choices[0]).0
}
