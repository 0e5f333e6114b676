//! Local moving: nodes go to the community of a neighbor for as long as that raises the objective.
//!
//! The nodes are taken in blocks. The best move of each node of a block is found by all threads in the state before the
//! block; then one thread makes the moves in order, each only if it is a gain in the state it meets. So the objective
//! never falls and nothing depends on the number of threads; a block is small beside the graph, so few moves meet.

use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::marks::Marks;
use super::null::Mass;
use super::tally::{Desks, NONE, Tally};
use crate::error::Result;
use crate::graph::{Adjacency, generator};
use crate::progress::Watch;

/// Arcs of a block at most, unless a single node has more.
const BLOCK: u64 = 1 << 16;

/// Blocks that a graph is cut into at least, so that small ones are moved node by node.
const BLOCKS: u64 = 1 << 8;

/// Arcs of a block from which on several threads look for moves.
const WORTH: u64 = 1 << 12;

/// Nodes that one thread looks at without asking for more.
const TASK: usize = 32;

/// Neighboring nodes that stay together when the order is drawn, at most.
const RANGE: usize = 1 << 8;

/// Gains below this part of the weights they are made of are taken for rounding.
const ROUNDING: f64 = 1e-12;

/// A graph whose nodes are to be put into communities.
pub(super) struct Level<'a, M> {
    /// Both ways; rows need not be sorted.
    pub(super) arcs: &'a Adjacency,
    pub(super) masses: &'a [M],
    /// What is expected between two sets is this times the product of their masses.
    pub(super) rate: f64,
}

impl<M: Mass> Level<'_, M> {
    pub(super) fn node_count(&self) -> usize {
        self.arcs.row_count()
    }
}

/// What is known of a community, side by side since it is looked up at random.
#[derive(Clone, Copy, Default)]
struct Community<M> {
    mass: M,
    size: u32,
    /// The block that last changed it.
    changed: u32,
}

/// Stands for a community of one's own.
const ALONE: u32 = NONE - 1;

/// Where one thread reckons.
#[derive(Default)]
struct Desk {
    tally: Tally,
    gains: Vec<f64>,
}

/// Where a node would go, and the weights of its ties to both communities then.
#[derive(Clone, Copy)]
struct Move {
    to: u32,
    away: f64,
    home: f64,
}

const STAY: Move = Move { to: NONE, away: 0.0, home: 0.0 };

/// Moves nodes between the communities of `labels`, which are numbered below the number of nodes, until no move is a
/// gain or all have been come to so many times, and answers what was gained in all. The order is a function of `seed`
/// and `salt`.
pub(super) fn local_moving<M: Mass>(
    level: &Level<M>,
    labels: &mut [u32],
    (seed, salt): (u64, u64),
    rounds: usize,
    stage: &'static str,
) -> Result<f64> {
    let mut moving = Moving::new(level, labels);
    let mut draw = generator(seed, "local moving", salt);
    let width = (level.node_count() / BLOCKS as usize).clamp(1, RANGE);
    let mut ranges: Vec<usize> = (0..level.node_count()).step_by(width).collect();
    for _ in 0..rounds {
        if moving.pending == 0 {
            break;
        }
        ranges.shuffle(&mut draw);
        moving.round(&ranges, width, stage)?;
    }
    Ok(moving.gained)
}

struct Moving<'a, M> {
    level: &'a Level<'a, M>,
    labels: &'a mut [u32],
    communities: Vec<Community<M>>,
    /// Where communities may be without members: those of which members went away.
    empty: Vec<u32>,
    /// Nodes that this round still comes to, and those that the next one begins with.
    now: Marks,
    next: Marks,
    pending: usize,
    block: u32,
    block_arcs: u64,
    gained: f64,
    desks: Desks<Desk>,
}

impl<'a, M: Mass> Moving<'a, M> {
    fn new(level: &'a Level<'a, M>, labels: &'a mut [u32]) -> Moving<'a, M> {
        let node_count = level.node_count();
        let mut communities = vec![Community::<M>::default(); node_count];
        for (&label, &mass) in labels.iter().zip(level.masses) {
            let community = &mut communities[label as usize];
            (community.mass, community.size) = (community.mass.plus(mass), community.size + 1);
        }
        let empty =
            (0..node_count as u32).rev().filter(|&label| communities[label as usize].size == 0).collect();
        Moving {
            level,
            labels,
            communities,
            empty,
            now: Marks::all(node_count),
            next: Marks::none(node_count),
            pending: node_count,
            block: 0,
            block_arcs: (level.arcs.arc_count() as u64 / BLOCKS).min(BLOCK),
            gained: 0.0,
            desks: Desks::new(),
        }
    }

    /// Comes to every pending node once.
    fn round(&mut self, ranges: &[usize], width: usize, stage: &'static str) -> Result<()> {
        let watch = Watch::current();
        let node_count = self.level.node_count();
        let (mut nodes, mut arcs, mut moves, mut movers) = (Vec::new(), 0, Vec::new(), Vec::new());
        let mut done = 0;
        for &first in ranges {
            let range = first..(first + width).min(node_count);
            let mut rest = self.now.first(range.clone());
            while let Some(u) = rest {
                nodes.push(u as u32);
                arcs += self.level.arcs.degree(u as u32);
                if arcs > self.block_arcs {
                    self.step(&nodes, arcs, &mut moves, &mut movers);
                    done += nodes.len();
                    watch.tick(stage, done as u64, self.pending as u64)?;
                    (arcs, _) = (0, nodes.clear());
                }
                rest = self.now.first(u + 1..range.end);
            }
        }
        self.step(&nodes, arcs, &mut moves, &mut movers);
        self.wake(&movers, self.level.arcs.arc_count() as u64);
        // Nobody is left whom this round comes to.
        std::mem::swap(&mut self.now, &mut self.next);
        self.pending = self.now.count();
        Ok(())
    }

    /// Wakes the neighbors of those who moved in the block before, finds the moves of the nodes of this block, and
    /// makes them.
    fn step(&mut self, nodes: &[u32], arcs: u64, moves: &mut Vec<Move>, movers: &mut Vec<u32>) {
        moves.clear();
        moves.resize(nodes.len(), STAY);
        let find = |(nodes, moves): (&[u32], &mut [Move])| {
            let mut desk = self.desks.mine();
            nodes.iter().zip(moves).for_each(|(&u, best)| *best = self.best(u, &mut desk));
        };
        if arcs < WORTH {
            self.wake(movers, arcs);
            find((nodes, moves));
        } else {
            rayon::join(
                || self.wake(movers, arcs),
                || nodes.par_chunks(TASK).zip(moves.par_chunks_mut(TASK)).for_each(find),
            );
        }
        movers.clear();
        self.block += 1;
        for (&u, &best) in nodes.iter().zip(&*moves) {
            self.now.clear(u);
            if best.to != NONE && self.make(u, best) {
                movers.push(u);
            }
        }
    }

    /// The move of `u` that gains most; of several the one to the community of the first neighbor.
    fn best(&self, u: u32, Desk { tally, gains }: &mut Desk) -> Move {
        let Level { arcs, masses, rate } = *self.level;
        let (mass, own) = (masses[u as usize], self.labels[u as usize]);
        let row = arcs.neighbors(u);
        tally.sum(std::iter::once((row, arcs.weights(u))), self.labels.len(), |v| self.labels[v as usize]);
        let away = tally.get(own);
        let expected = rate * mass.times(self.communities[own as usize].mass.minus(mass));
        let stay = away - expected;
        gains.clear();
        gains.extend(
            tally
                .sums()
                .map(|(community, home)| home - rate * mass.times(self.communities[community as usize].mass)),
        );
        let (mut best, mut to) = (Move { away, ..STAY }, stay + ROUNDING * (away + expected.abs()));
        for ((community, home), &gain) in tally.sums().zip(&*gains) {
            if gain > to && community != own {
                (best, to) = (Move { to: community, away, home }, gain);
            }
        }
        // Who has no tie to the community goes even where nothing is expected of it, so that it is not two apart.
        if (to < 0.0 || (to <= 0.0 && away == 0.0)) && self.communities[own as usize].size > 1 {
            best = Move { to: ALONE, away, home: 0.0 };
        }
        best
    }

    /// Moves `u` if that is a gain still.
    fn make(&mut self, u: u32, Move { to, mut away, mut home }: Move) -> bool {
        let (mass, rate, own) = (self.level.masses[u as usize], self.level.rate, self.labels[u as usize]);
        let alone = to == ALONE;
        let is_stale = self.communities[own as usize].changed == self.block
            || (!alone && self.communities[to as usize].changed == self.block);
        if is_stale {
            (away, home) = (0.0, 0.0);
            for (v, weight) in self.level.arcs.arcs(u) {
                let label = self.labels[v as usize];
                away += if label == own { weight } else { 0.0 };
                home += if label == to { weight } else { 0.0 };
            }
        }
        let left = rate * mass.times(self.communities[own as usize].mass.minus(mass));
        let met = if alone { 0.0 } else { rate * mass.times(self.communities[to as usize].mass) };
        let gain = (home - met) - (away - left);
        let is_apart = alone && away == 0.0 && gain >= 0.0 && self.communities[own as usize].size > 1;
        if gain <= ROUNDING * (away + left.abs()) && !is_apart {
            // What has changed may have opened another way.
            if is_stale {
                self.next.set(u);
            }
            return false;
        }
        self.gained += gain;
        let to = if alone { self.vacancy() } else { to };
        let left = &mut self.communities[own as usize];
        *left = Community { mass: left.mass.minus(mass), size: left.size - 1, changed: self.block };
        if left.size == 0 {
            left.mass = M::default();
            self.empty.push(own);
        }
        let met = &mut self.communities[to as usize];
        *met = Community { mass: met.mass.plus(mass), size: met.size + 1, changed: self.block };
        self.labels[u as usize] = to;
        true
    }

    /// A community without members: there is one, since `u` is not alone in its own.
    fn vacancy(&mut self) -> u32 {
        let communities = &self.communities;
        let empty =
            std::iter::from_fn(|| self.empty.pop()).find(|&label| communities[label as usize].size == 0);
        empty.expect("fewer communities than nodes")
    }

    /// Lets the next round begin with the neighbors of those who moved, but for who is in the new community too and for
    /// whom this round comes to anyway.
    fn wake(&self, movers: &[u32], arcs: u64) {
        let wake = |&u: &u32| {
            let own = self.labels[u as usize];
            for &v in self.level.arcs.neighbors(u) {
                if self.labels[v as usize] != own && !self.now.has(v) {
                    self.next.set(v);
                }
            }
        };
        if arcs < WORTH {
            movers.iter().for_each(wake);
        } else {
            movers.par_iter().with_min_len(TASK).for_each(wake);
        }
    }
}
