//! Moving nodes between modules for as long as that shortens the code of a walk.
//!
//! As in local moving by modularity, the best move of each node of a block is found by all threads in the state before
//! the block, and the moves are made one by one, each only if it is a gain in the state it meets.

use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::flow::{Flow, Level};
use super::marks::Marks;
use super::tally::{Desks, NONE, Tally};
use crate::error::Result;
use crate::graph::generator;
use crate::progress::Watch;

/// Ties of a block at most, unless a single node has more.
const BLOCK: u64 = 1 << 16;

/// Blocks that a network is cut into at least, so that small ones are moved node by node.
const BLOCKS: u64 = 1 << 8;

/// Ties of a block from which on several threads look for moves.
const WORTH: u64 = 1 << 11;

/// Nodes that one thread looks at without asking for more.
const TASK: usize = 32;

/// Neighboring nodes that stay together when the order is drawn, at most.
const RANGE: usize = 1 << 8;

/// Bits below which a gain is taken for rounding.
const ROUNDING: f64 = 1e-12;

/// p log₂ p.
#[inline]
pub(super) fn plogp(p: f64) -> f64 {
    if p > 0.0 { p * libm::log2(p) } else { 0.0 }
}

/// What a module adds to the length of the code, beside the sum of all exits.
#[derive(Debug, Clone, Copy, Default)]
struct Module {
    flow: Flow,
    exit: f64,
    bits: f64,
}

impl Module {
    #[inline]
    fn new(level: &Level, flow: Flow) -> Module {
        let exit = level.exit(flow);
        Module { flow, exit, bits: plogp(exit + flow.visits) - 2.0 * plogp(exit) }
    }
}

/// The length of the code whose modules are the nodes of `modules`, where the visits of single nodes add `nodes` to it.
pub(super) fn codelength(modules: &Level, nodes: f64) -> f64 {
    let flows = &modules.flows;
    let exits = crate::graph::sum(flows.len(), |module| modules.exit(flows[module]));
    let bits = crate::graph::sum(flows.len(), |module| Module::new(modules, flows[module]).bits);
    plogp(exits) + bits + nodes
}

/// Stands for a module of one's own.
const ALONE: u32 = NONE - 1;

/// Where a node would go, and what goes between it and both modules then.
#[derive(Clone, Copy)]
struct Move {
    to: u32,
    away: f64,
    home: f64,
}

const STAY: Move = Move { to: NONE, away: 0.0, home: 0.0 };

/// Moves nodes between the modules of `labels`, which are numbered below the number of nodes, until no move is a gain or
/// a pass over the nodes gains less than `worth` bits. The order is a function of `seed` and `salt`.
pub(super) fn shorten(level: &Level, labels: &mut [u32], (seed, salt): (u64, u64), worth: f64) -> Result<()> {
    let mut moving = Moving::new(level, labels);
    let mut draw = generator(seed, "infomap", salt);
    let width = (level.node_count() / BLOCKS as usize).clamp(1, RANGE);
    let mut ranges: Vec<usize> = (0..level.node_count()).step_by(width).collect();
    while moving.pending > 0 {
        ranges.shuffle(&mut draw);
        moving.gained = 0.0;
        moving.round(&ranges, width)?;
        if moving.gained <= worth {
            break;
        }
    }
    Ok(())
}

struct Moving<'a> {
    level: &'a Level,
    labels: &'a mut [u32],
    modules: Vec<Module>,
    sizes: Vec<u32>,
    /// The sum of the exits of all modules.
    exits: f64,
    /// The block that last changed a module.
    changed: Vec<u32>,
    /// Where modules may be without members: those of which members went away.
    empty: Vec<u32>,
    /// Nodes that this round still comes to, and those that the next one begins with.
    now: Marks,
    next: Marks,
    pending: usize,
    block: u32,
    block_ties: u64,
    gained: f64,
    desks: Desks<Tally>,
}

impl<'a> Moving<'a> {
    fn new(level: &'a Level, labels: &'a mut [u32]) -> Moving<'a> {
        let node_count = level.node_count();
        let (mut flows, mut sizes) = (vec![Flow::default(); node_count], vec![0; node_count]);
        for (u, &label) in labels.iter().enumerate() {
            let flow = &mut flows[label as usize];
            // What goes between members is no part of the cut; a member at a time, it is in it once from either end.
            *flow = flow.with(level.flows[u], 0.0);
            let (row, between) = level.row(u as u32);
            let inside = row.iter().zip(between).filter(|&(&v, _)| labels[v as usize] == label);
            flow.cut -= inside.fold(0.0, |sum, (_, between)| sum + between);
            sizes[label as usize] += 1;
        }
        flows.iter_mut().for_each(|flow| flow.cut = flow.cut.max(0.0));
        let modules: Vec<Module> = flows.into_iter().map(|flow| Module::new(level, flow)).collect();
        let empty = (0..node_count as u32).rev().filter(|&label| sizes[label as usize] == 0).collect();
        Moving {
            level,
            labels,
            exits: modules.iter().map(|module| module.exit).sum(),
            modules,
            sizes,
            changed: vec![0; node_count],
            empty,
            now: Marks::all(node_count),
            next: Marks::none(node_count),
            pending: node_count,
            block: 0,
            block_ties: (level.tie_count() / BLOCKS).min(BLOCK),
            gained: 0.0,
            desks: Desks::new(),
        }
    }

    /// Comes to every pending node once.
    fn round(&mut self, ranges: &[usize], width: usize) -> Result<()> {
        let watch = Watch::current();
        let node_count = self.level.node_count();
        let (mut nodes, mut ties, mut moves, mut movers) = (Vec::new(), 0, Vec::new(), Vec::new());
        let mut done = 0;
        for &first in ranges {
            let range = first..(first + width).min(node_count);
            let mut rest = self.now.first(range.clone());
            while let Some(u) = rest {
                nodes.push(u as u32);
                ties += self.level.degree(u as u32);
                if ties > self.block_ties {
                    self.step(&nodes, ties, &mut moves, &mut movers);
                    done += nodes.len();
                    watch.tick("infomap", done as u64, self.pending as u64)?;
                    (ties, _) = (0, nodes.clear());
                }
                rest = self.now.first(u + 1..range.end);
            }
        }
        self.step(&nodes, ties, &mut moves, &mut movers);
        self.wake(&movers);
        // Nobody is left whom this round comes to.
        std::mem::swap(&mut self.now, &mut self.next);
        self.pending = self.now.count();
        Ok(())
    }

    /// Wakes the neighbors of those who moved in the block before, finds the moves of the nodes of this block, and
    /// makes them.
    fn step(&mut self, nodes: &[u32], ties: u64, moves: &mut Vec<Move>, movers: &mut Vec<u32>) {
        self.wake(movers);
        moves.clear();
        moves.resize(nodes.len(), STAY);
        let find = |(nodes, moves): (&[u32], &mut [Move])| {
            let mut tally = self.desks.mine();
            nodes.iter().zip(moves).for_each(|(&u, best)| *best = self.best(u, &mut tally));
        };
        if ties < WORTH {
            find((nodes, moves));
        } else {
            nodes.par_chunks(TASK).zip(moves.par_chunks_mut(TASK)).for_each(find);
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

    /// The module without `u`, to which so much goes from it and back.
    #[inline]
    fn left(&self, own: u32, u: u32, away: f64) -> Module {
        if self.sizes[own as usize] == 1 {
            return Module::default();
        }
        let flow = self.modules[own as usize].flow.without(self.level.flows[u as usize], away);
        Module::new(self.level, flow)
    }

    /// The module with `u`, to which so much goes from it and back.
    #[inline]
    fn joined(&self, to: Module, u: u32, home: f64) -> Module {
        Module::new(self.level, to.flow.with(self.level.flows[u as usize], home))
    }

    /// Bits that are saved when the first two modules become the others.
    #[inline]
    fn saved(&self, [own, to]: [Module; 2], [left, joined]: [Module; 2]) -> f64 {
        let exits = self.exits - own.exit - to.exit + left.exit + joined.exit;
        plogp(self.exits) - plogp(exits) + (own.bits + to.bits - left.bits - joined.bits)
    }

    /// The move of `u` that saves most; of several the one to the module of the first neighbor.
    fn best(&self, u: u32, tally: &mut Tally) -> Move {
        let own = self.labels[u as usize];
        let (row, between) = self.level.row(u);
        let rows = std::iter::once((row, Some(between)));
        tally.sum(rows, self.labels.len(), |v| self.labels[v as usize]);
        let away = tally.get(own);
        let (module, left) = (self.modules[own as usize], self.left(own, u, away));
        let (mut best, mut most) = (STAY, ROUNDING);
        for (to, home) in tally.sums().filter(|&(to, _)| to != own) {
            let other = self.modules[to as usize];
            let saved = self.saved([module, other], [left, self.joined(other, u, home)]);
            if saved > most {
                (best, most) = (Move { to, away, home }, saved);
            }
        }
        if self.sizes[own as usize] > 1 {
            let (none, alone) = (Module::default(), self.joined(Module::default(), u, 0.0));
            if self.saved([module, none], [left, alone]) > most {
                best = Move { to: ALONE, away, home: 0.0 };
            }
        }
        best
    }

    /// Moves `u` if that is a gain still.
    fn make(&mut self, u: u32, Move { to, mut away, mut home }: Move) -> bool {
        let (own, alone) = (self.labels[u as usize], to == ALONE);
        if alone && self.sizes[own as usize] == 1 {
            return false;
        }
        let is_stale =
            self.changed[own as usize] == self.block || (!alone && self.changed[to as usize] == self.block);
        if is_stale {
            (away, home) = (0.0, 0.0);
            let (row, between) = self.level.row(u);
            for (&v, &between) in row.iter().zip(between) {
                let label = self.labels[v as usize];
                away += if label == own { between } else { 0.0 };
                home += if label == to { between } else { 0.0 };
            }
        }
        let other = if alone { Module::default() } else { self.modules[to as usize] };
        let (left, joined) = (self.left(own, u, away), self.joined(other, u, home));
        let saved = self.saved([self.modules[own as usize], other], [left, joined]);
        if saved <= ROUNDING {
            // What has changed may have opened another way.
            if is_stale {
                self.next.set(u);
            }
            return false;
        }
        let to = if alone { self.vacancy() } else { to };
        self.gained += saved;
        self.exits += left.exit + joined.exit - self.modules[own as usize].exit - other.exit;
        self.modules[own as usize] = left;
        self.modules[to as usize] = joined;
        self.sizes[own as usize] -= 1;
        self.sizes[to as usize] += 1;
        if self.sizes[own as usize] == 0 {
            self.empty.push(own);
        }
        self.changed[own as usize] = self.block;
        self.changed[to as usize] = self.block;
        self.labels[u as usize] = to;
        true
    }

    /// A module without members: there is one, since `u` is not alone in its own.
    fn vacancy(&mut self) -> u32 {
        let sizes = &self.sizes;
        let empty = std::iter::from_fn(|| self.empty.pop()).find(|&label| sizes[label as usize] == 0);
        empty.expect("fewer modules than nodes")
    }

    /// Lets the next round begin with the neighbors of those who moved, but for who is in the new module too and for
    /// whom this round comes to anyway.
    fn wake(&self, movers: &[u32]) {
        let wake = |&u: &u32| {
            for &v in self.level.row(u).0 {
                if self.labels[v as usize] != self.labels[u as usize] && !self.now.has(v) {
                    self.next.set(v);
                }
            }
        };
        if movers.len() < TASK {
            movers.iter().for_each(wake);
        } else {
            movers.par_iter().with_min_len(TASK).for_each(wake);
        }
    }
}
