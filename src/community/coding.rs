//! Moving nodes between modules for as long as that shortens the code of a walk.

use super::blocks::{ALONE, Group, Move, Moving, Rule, STAY, Table};
use super::flow::{Flow, Level};
use super::marks::Marks;
use super::tally::Tally;
use crate::error::Result;
use crate::graph::generator;

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

/// Moves nodes between the modules of `labels`, which are numbered below the number of nodes, until no move is a gain or
/// a pass over the nodes gains less than `worth` bits. The order is a function of `seed` and `salt`.
pub(super) fn shorten(level: &Level, labels: &mut [u32], (seed, salt): (u64, u64), worth: f64) -> Result<()> {
    let modules = modules(level, labels);
    let exits = modules.iter().map(|module| module.exit).sum();
    let pending = Marks::all(labels.len());
    let mut moving = Moving::new(Code { level, exits }, labels, modules, level.tie_count(), pending);
    let mut draw = generator(seed, "infomap", salt);
    while moving.pending > 0 {
        moving.gained = 0.0;
        moving.round(&mut draw, "infomap")?;
        if moving.gained <= worth {
            break;
        }
    }
    Ok(())
}

/// The modules of `labels`.
fn modules(level: &Level, labels: &[u32]) -> Vec<Module> {
    let mut flows = vec![Flow::default(); labels.len()];
    for (u, &label) in labels.iter().enumerate() {
        let flow = &mut flows[label as usize];
        // What goes between members is no part of the cut; a member at a time, it is in it once from either end.
        *flow = flow.with(level.flows[u], 0.0);
        let (row, between) = level.row(u as u32);
        let inside = row.iter().zip(between).filter(|&(&v, _)| labels[v as usize] == label);
        flow.cut -= inside.fold(0.0, |sum, (_, between)| sum + between);
    }
    flows.iter_mut().for_each(|flow| flow.cut = flow.cut.max(0.0));
    flows.into_iter().map(|flow| Module::new(level, flow)).collect()
}

/// The code, which moves are to shorten.
struct Code<'a> {
    level: &'a Level,
    /// The sum of the exits of all modules.
    exits: f64,
}

impl Code<'_> {
    /// The module without `u`, to which so much goes from it and back.
    #[inline]
    fn left(&self, own: &Group<Module>, u: u32, away: f64) -> Module {
        if own.size == 1 {
            return Module::default();
        }
        Module::new(self.level, own.state.flow.without(self.level.flows[u as usize], away))
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

    /// The move of `u` that saves most.
    fn best_of(&self, u: u32, labels: &[u32], groups: &Table<Module>, tally: &mut Tally) -> Move {
        let own = labels[u as usize];
        let (row, between) = self.level.row(u);
        tally.sum(row, Some(between), labels.len(), |v| labels[v as usize]);
        let away = tally.get(own);
        let group = groups.get(own);
        let left = self.left(&group, u, away);
        let (mut best, mut most) = (STAY, ROUNDING);
        for (to, home) in tally.sums().filter(|&(to, _)| to != own) {
            let other = groups.states[to as usize];
            let saved = self.saved([group.state, other], [left, self.joined(other, u, home)]);
            if saved > most {
                (best, most) = (Move { to, away, home }, saved);
            }
        }
        if group.size > 1 {
            let (none, alone) = (Module::default(), self.joined(Module::default(), u, 0.0));
            if self.saved([group.state, none], [left, alone]) > most {
                best = Move { to: ALONE, away, home: 0.0 };
            }
        }
        best
    }
}

impl Rule for Code<'_> {
    type State = Module;
    type Desk = Tally;

    #[inline]
    fn neighbors(&self, u: u32) -> &[u32] {
        self.level.row(u).0
    }

    #[inline]
    fn each_tie(&self, u: u32, mut visit: impl FnMut(u32, f64)) {
        let (row, between) = self.level.row(u);
        row.iter().zip(between).for_each(|(&v, &between)| visit(v, between));
    }

    fn best(
        &self,
        nodes: &[u32],
        labels: &[u32],
        groups: &Table<Module>,
        tally: &mut Tally,
        moves: &mut [Move],
    ) {
        moves.iter_mut().zip(nodes).for_each(|(way, &u)| *way = self.best_of(u, labels, groups, tally));
    }

    #[inline]
    fn gain(&self, u: u32, [own, other]: [&Group<Module>; 2], way: Move) -> Option<(f64, [Module; 2])> {
        // Whoever is left alone by others is alone already.
        if way.to == ALONE && own.size == 1 {
            return None;
        }
        let after = [self.left(own, u, way.away), self.joined(other.state, u, way.home)];
        let saved = self.saved([own.state, other.state], after);
        (saved > ROUNDING).then_some((saved, after))
    }

    fn changed(&mut self, [own, other]: [Module; 2], [left, joined]: [Module; 2]) {
        self.exits += left.exit + joined.exit - own.exit - other.exit;
    }
}
