//! Refinement: each community is put together again from single nodes, then from what came of it, and may fall into
//! several parts.
//!
//! A part is connected by construction, and a node joins it only where both are well tied to their community. Nothing
//! crosses a community, so each is one task; its random choices are a function of the seed and of its first member.

use std::mem::{replace, swap, take};

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::groups::{Groups, compact};
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

/// How communities are put together again.
#[derive(Clone, Copy)]
pub(super) struct Refinement {
    /// How often at most: first from single nodes, then from the parts that came of it.
    pub(super) passes: usize,
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

/// What is put together: the members of a community by themselves, or parts of them, by position.
#[derive(Default)]
struct Inside<M> {
    ends: Vec<usize>,
    neighbors: Vec<u32>,
    weights: Vec<f32>,
    masses: Vec<M>,
}

impl<M> Inside<M> {
    fn clear(&mut self) {
        self.ends.clear();
        self.neighbors.clear();
        self.weights.clear();
        self.masses.clear();
    }

    fn row(&self, position: u32) -> (&[u32], Option<&[f32]>) {
        let position = position as usize;
        let row = if position == 0 { 0 } else { self.ends[position - 1] }..self.ends[position];
        (&self.neighbors[row.clone()], self.weights.get(row))
    }
}

/// Where one thread refines.
#[derive(Default)]
struct Desk<M> {
    tally: Tally,
    order: Vec<u32>,
    choices: Vec<(u32, f64)>,
    inside: Inside<M>,
    folded: Inside<M>,
    counts: Vec<u32>,
}

/// The parts of all communities, numbered by community and by first member there.
pub(super) fn refine<M: Mass>(level: &Level<M>, communities: Groups, how: Refinement) -> Result<Groups> {
    let watch = Watch::current();
    let node_count = level.node_count();
    let places = communities.places(node_count);
    let desks = Desks::<Desk<M>>::new();
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
            community.refine(how, &mut desk, own, &mut sizes);
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
    fn refine(&self, how: Refinement, desk: &mut Desk<M>, sorted: &mut [u32], sizes: &mut Vec<u32>) {
        if let [only] = self.members {
            (sorted[0], _) = (*only, sizes.push(1));
            return;
        }
        self.cut_out(&mut desk.inside);
        let mut draw = generator(how.seed ^ how.salt, "refinement", u64::from(self.members[0]));
        let mut parts: Vec<u32> = (0..self.members.len() as u32).collect();
        let mut count = parts.len();
        for pass in 1..=how.passes {
            let mut step = desk.merged(self.level.rate, how.randomness, &mut draw);
            let before = count;
            count = compact(&mut step, before);
            parts.iter_mut().for_each(|part| *part = step[*part as usize]);
            if count == before || count == 1 || pass == how.passes {
                break;
            }
            desk.fold(&step, count);
        }
        // Parts come by their first member, and then members by part.
        let first = sizes.len();
        sizes.resize(first + count, 0);
        parts.iter().for_each(|&part| sizes[first + part as usize] += 1);
        desk.counts.clear();
        desk.counts.extend(sizes[first..].iter().scan(0, |end, size| Some(replace(end, *end + size))));
        for (&u, &part) in self.members.iter().zip(&parts) {
            let next = &mut desk.counts[part as usize];
            sorted[*next as usize] = u;
            *next += 1;
        }
    }

    /// The ties within the community, by positions.
    fn cut_out(&self, inside: &mut Inside<M>) {
        inside.clear();
        let Inside { ends, neighbors, weights, masses } = inside;
        let position = |v: u32| self.places[v as usize].wrapping_sub(self.begin);
        for &u in self.members {
            self.level.arcs.append_named(u, position, self.members.len() as u32, neighbors, weights);
            ends.push(neighbors.len());
            masses.push(self.level.masses[u as usize]);
        }
    }
}

impl<M: Mass> Desk<M> {
    /// Puts the parts in the place of what they are made of.
    fn fold(&mut self, parts: &[u32], count: usize) {
        let Desk { inside, folded, tally, .. } = self;
        let groups = Groups::new(parts, count);
        folded.clear();
        for part in 0..count as u32 {
            let members = groups.members(part as usize);
            let rows = members.iter().map(|&position| inside.row(position));
            let (others, sums) = tally.sum_others(part, rows, count, |other| parts[other as usize]);
            folded.neighbors.extend(others);
            folded.weights.extend(sums.iter().map(|&sum| sum as f32));
            folded.ends.push(folded.neighbors.len());
            let add = |total: M, &position: &u32| total.plus(inside.masses[position as usize]);
            folded.masses.push(members.iter().fold(M::default(), add));
        }
        swap(inside, folded);
    }

    /// What each becomes part of, by the position of the one that part began with.
    fn merged(&mut self, rate: f64, randomness: f64, draw: &mut Xoshiro256PlusPlus) -> Vec<u32> {
        let Desk { inside, tally, order, choices, .. } = self;
        let count = inside.masses.len();
        let mut parts: Vec<Part<M>> = (0..count as u32)
            .map(|position| {
                let cut = match inside.row(position) {
                    (_, Some(weights)) => weights.iter().fold(0.0, |sum, &weight| sum + f64::from(weight)),
                    (neighbors, None) => neighbors.len() as f64,
                };
                Part { mass: inside.masses[position as usize], cut, size: 1 }
            })
            .collect();
        let total = parts.iter().fold(M::default(), |total, part| total.plus(part.mass));
        let is_well_tied = |part: &Part<M>| part.cut >= rate * part.mass.times(total.minus(part.mass));

        let mut own: Vec<u32> = (0..count as u32).collect();
        order.clone_from(&own);
        order.shuffle(draw);
        for &position in &*order {
            let part = parts[position as usize];
            if part.size != 1 || own[position as usize] != position || !is_well_tied(&part) {
                continue;
            }
            let (row, weights) = inside.row(position);
            tally.sum(row, weights, count, |other| own[other as usize]);
            // Staying alone gains nothing, and is a choice too.
            choices.clear();
            choices.push((position, 0.0));
            tally.sums().for_each(|(other, weight)| {
                let gain = weight - rate * part.mass.times(parts[other as usize].mass);
                if gain >= 0.0 && is_well_tied(&parts[other as usize]) {
                    choices.push((other, gain));
                }
            });
            let chosen = choose(choices, randomness, draw);
            if chosen != position {
                let joined = &mut parts[chosen as usize];
                joined.mass = joined.mass.plus(part.mass);
                joined.cut += part.cut - 2.0 * tally.get(chosen);
                joined.size += 1;
                own[position as usize] = chosen;
            }
        }
        own
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges, Graph};

    /// The parts of a graph that is one community, when so much is expected.
    fn parts(sources: &[u32], targets: &[u32], rate: f64, passes: usize, seed: u64) -> Vec<Vec<u32>> {
        let rows = EdgeChunk { sources, targets, weights: None };
        let params = FromEdges { directed: false, ..FromEdges::default() };
        let graph = Graph::from_edges(12, &[rows], &params).unwrap();
        let masses: Vec<f64> = (0..12).map(|u| graph.out().strength(u)).collect();
        let level = Level { arcs: graph.out(), masses: &masses, rate };
        let how = Refinement { passes, randomness: 0.01, seed, salt: 0 };
        let found = refine(&level, Groups::new(&[0; 12], 1), how).unwrap();
        (0..found.len()).map(|part| found.members(part).to_vec()).collect()
    }

    #[test]
    fn a_community_of_two_cliques_falls_apart_into_them() {
        // A clique of 0 to 5, another of 6 to 11, and a tie between them.
        let ties = (0..12_u32).flat_map(|u| (0..u).map(move |v| (u, v)));
        let (sources, targets): (Vec<u32>, Vec<u32>) =
            ties.filter(|&(u, v)| (u < 6) == (v < 6) || (u, v) == (6, 0)).unzip();
        for seed in 0..20 {
            let found = parts(&sources, &targets, 0.2 / 62.0, usize::MAX, seed);
            assert_eq!(found, [(0..6).collect::<Vec<u32>>(), (6..12).collect()]);
        }
    }

    #[test]
    fn what_came_of_a_pass_is_put_together_in_the_next() {
        // Nothing is expected between the nodes of a circle, so all of them join in the end.
        let sources: Vec<u32> = (0..12).collect();
        let targets: Vec<u32> = sources.iter().map(|u| (u + 1) % 12).collect();
        let counts =
            |passes| (0..20).map(|seed| parts(&sources, &targets, 0.0, passes, seed).len()).sum::<usize>();
        let [once, twice, all] = [1, 2, usize::MAX].map(counts);
        assert!(once > twice && twice > all && all == 20, "{once}, {twice}, {all}");
    }

    #[test]
    fn a_choice_is_as_frequent_as_its_odds() {
        let mut draw = generator(0, "choices", 0);
        let mut chosen = [0; 4];
        for _ in 0..40_000 {
            let mut choices = vec![(0, 0.0), (1, 1.0), (2, 1.0 - 2.0_f64.ln()), (3, 1.0)];
            chosen[choose(&mut choices, 1.0, &mut draw) as usize] += 1;
        }
        // 1 / e, 1, 1 / 2 and 1, beside their sum.
        let sum = 2.5 + (-1.0_f64).exp();
        for (count, odds) in chosen.into_iter().zip([(-1.0_f64).exp(), 1.0, 0.5, 1.0]) {
            assert!((f64::from(count) / 40_000.0 - odds / sum).abs() < 0.01, "{chosen:?}");
        }
        assert_eq!(choose(&mut vec![(0, 0.0), (1, 1.0)], 0.0, &mut draw), 1);
    }
}
