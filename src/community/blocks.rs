//! Nodes that move from group to group in blocks, by a rule that says what a move gains.
//!
//! The best move of each node of a block is found by all threads in the state before the block; then one thread makes the
//! moves in order, each only if it is a gain in the state it meets. So no move is a loss and nothing depends on the number
//! of threads; a block is an eighth of the graph at most, so most moves stand.

use std::mem::swap;

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::marks::Marks;
use super::tally::NONE;
use crate::error::Result;
use crate::graph::Desks;
use crate::progress::Watch;

/// Arcs of a block at most, unless a single node has more.
const BLOCK: u64 = 1 << 16;

/// Blocks that a graph is cut into at least if each is worth several threads: fewer would be large beside it.
const BLOCKS: u64 = 1 << 3;

/// And otherwise: small graphs are moved nearly node by node.
const SMALL_BLOCKS: u64 = 1 << 8;

/// Arcs of a block from which on several threads are worth their while.
pub(super) const WORTH: u64 = 1 << 12;

/// Nodes that one thread looks at without asking for more, at most.
const TASK: usize = 32;

/// Tasks of a block at least, if it has as many nodes.
const TASKS: usize = 16;

/// Neighboring nodes that stay together when the order is drawn, at most.
const RANGE: usize = 1 << 8;

/// In which order nodes are come to, and how many arcs a block has.
pub(super) struct Order {
    node_count: usize,
    width: usize,
    firsts: Vec<usize>,
    /// Arcs with which a block is full.
    pub(super) block: u64,
}

impl Order {
    pub(super) fn new(node_count: usize, arc_count: u64) -> Order {
        let width = (node_count / SMALL_BLOCKS as usize).clamp(1, RANGE);
        let firsts = (0..node_count).step_by(width).collect();
        let block = arc_count / if arc_count / BLOCKS < WORTH { SMALL_BLOCKS } else { BLOCKS };
        Order { node_count, width, firsts, block: block.min(BLOCK) }
    }

    pub(super) fn draw(&mut self, draw: &mut Xoshiro256PlusPlus) {
        self.firsts.shuffle(draw);
    }

    /// How many ranges of nodes there are.
    pub(super) fn len(&self) -> usize {
        self.firsts.len()
    }

    /// The nodes that are come to together.
    pub(super) fn range(&self, at: usize) -> std::ops::Range<usize> {
        let first = self.firsts[at];
        first..(first + self.width).min(self.node_count)
    }
}

/// What is known of a group.
#[derive(Clone, Copy, Default)]
pub(super) struct Group<S> {
    /// What the rule knows; the default where there are no members.
    pub(super) state: S,
    pub(super) size: u32,
}

/// What is known of each group: states by themselves, since those of many groups are looked up for each node.
pub(super) struct Table<S> {
    pub(super) states: Vec<S>,
    sizes: Vec<u32>,
}

impl<S: Copy> Table<S> {
    #[inline]
    pub(super) fn get(&self, label: u32) -> Group<S> {
        Group { state: self.states[label as usize], size: self.sizes[label as usize] }
    }

    #[inline]
    fn set(&mut self, label: u32, Group { state, size }: Group<S>) {
        (self.states[label as usize], self.sizes[label as usize]) = (state, size);
    }
}

/// Where a node would go, and what ties it to both groups then.
#[derive(Clone, Copy)]
pub(super) struct Move {
    pub(super) to: u32,
    pub(super) away: f64,
    pub(super) home: f64,
}

/// Stands for a group of one's own.
pub(super) const ALONE: u32 = NONE - 1;

pub(super) const STAY: Move = Move { to: NONE, away: 0.0, home: 0.0 };

/// What a move gains.
pub(super) trait Rule: Sync {
    /// What is known of a group.
    type State: Copy + Default + Send + Sync;
    /// Where one thread reckons.
    type Desk: Default + Send;

    fn neighbors(&self, u: u32) -> &[u32];

    /// Calls `visit` with each neighbor of `u` and what ties them.
    fn each_tie(&self, u: u32, visit: impl FnMut(u32, f64));

    /// The move of each of some nodes that gains most; of several the one to the group of the first neighbor.
    fn best(
        &self,
        nodes: &[u32],
        labels: &[u32],
        groups: &Table<Self::State>,
        desk: &mut Self::Desk,
        moves: &mut [Move],
    );

    /// What the move of `u` from one group to the other gains, and what is known of both after it; none where it is no gain.
    fn gain(&self, u: u32, groups: [&Group<Self::State>; 2], way: Move) -> Option<(f64, [Self::State; 2])>;

    /// Takes note that two groups have changed.
    fn changed(&mut self, _before: [Self::State; 2], _after: [Self::State; 2]) {}
}

/// Nodes in groups while they move.
pub(super) struct Moving<'a, R: Rule> {
    rule: R,
    /// The group of each node, below their number.
    labels: &'a mut [u32],
    groups: Table<R::State>,
    /// The block that last changed each group.
    changed: Vec<u32>,
    /// Where groups may be without members: those of which members went away.
    empty: Vec<u32>,
    /// Nodes that this round still comes to, and those that the next one begins with.
    pub(super) now: Marks,
    next: Marks,
    /// Nodes that the next round comes to.
    pub(super) pending: usize,
    /// What moves have gained.
    pub(super) gained: f64,
    block: u32,
    order: Order,
    desks: Desks<R::Desk>,
}

impl<'a, R: Rule> Moving<'a, R> {
    /// `states` are those of the groups of `labels`; the first round comes to the nodes of `pending`.
    pub(super) fn new(
        rule: R,
        labels: &'a mut [u32],
        states: Vec<R::State>,
        arc_count: u64,
        pending: Marks,
    ) -> Moving<'a, R> {
        let node_count = labels.len();
        let mut sizes = vec![0; node_count];
        labels.iter().for_each(|&label| sizes[label as usize] += 1);
        let empty = (0..node_count as u32).rev().filter(|&label| sizes[label as usize] == 0).collect();
        Moving {
            rule,
            labels,
            groups: Table { states, sizes },
            changed: vec![0; node_count],
            empty,
            pending: pending.count(),
            now: pending,
            next: Marks::none(node_count),
            gained: 0.0,
            block: 0,
            order: Order::new(node_count, arc_count),
            desks: Desks::new(),
        }
    }

    /// Comes to pending nodes so many times, or until there are none.
    pub(super) fn settle(
        &mut self,
        draw: &mut Xoshiro256PlusPlus,
        rounds: usize,
        stage: &'static str,
    ) -> Result<()> {
        for _ in 0..rounds {
            if self.pending == 0 {
                break;
            }
            self.round(draw, stage)?;
        }
        Ok(())
    }

    /// Lets the next round come to everybody.
    pub(super) fn ask_all(&mut self) {
        self.now = Marks::all(self.labels.len());
        self.pending = self.labels.len();
    }

    /// Comes to every pending node once, in an order that is drawn.
    pub(super) fn round(&mut self, draw: &mut Xoshiro256PlusPlus, stage: &'static str) -> Result<()> {
        let watch = Watch::current();
        self.order.draw(draw);
        let (mut nodes, mut arcs, mut moves, mut movers) = (Vec::new(), 0, Vec::new(), Vec::new());
        let mut done = 0;
        // As long as nearly everybody is alone, there is little to choose by: who was joined waits until groups have formed.
        let is_first = self.block == 0 && self.empty.is_empty();
        for at in 0..self.order.len() {
            let range = self.order.range(at);
            let mut rest = self.now.first(range.clone());
            while let Some(u) = rest {
                if is_first && self.groups.sizes[self.labels[u] as usize] > 1 {
                    self.put_off(u as u32);
                } else {
                    nodes.push(u as u32);
                    arcs += self.rule.neighbors(u as u32).len() as u64;
                }
                if arcs > self.order.block {
                    self.step(&nodes, arcs, &mut moves, &mut movers);
                    done += nodes.len();
                    watch.tick(stage, done as u64, self.pending as u64)?;
                    (arcs, _) = (0, nodes.clear());
                }
                rest = self.now.first(u + 1..range.end);
            }
        }
        self.step(&nodes, arcs, &mut moves, &mut movers);
        self.wake(&movers);
        // Nobody is left whom this round comes to.
        swap(&mut self.now, &mut self.next);
        self.pending = self.now.count();
        Ok(())
    }

    /// Leaves a node to the next round.
    fn put_off(&mut self, u: u32) {
        self.now.clear(u);
        self.next.set(u);
    }

    /// Wakes the neighbors of those who moved in the block before, finds the moves of the nodes of this block, and
    /// makes them.
    fn step(&mut self, nodes: &[u32], arcs: u64, moves: &mut Vec<Move>, movers: &mut Vec<u32>) {
        moves.clear();
        moves.resize(nodes.len(), STAY);
        let find = |(nodes, moves): (&[u32], &mut [Move])| {
            self.rule.best(nodes, self.labels, &self.groups, &mut self.desks.mine(), moves);
        };
        if arcs < WORTH {
            self.wake(movers);
            find((nodes, moves));
        } else {
            let task = (nodes.len() / TASKS).clamp(1, TASK);
            rayon::join(
                || movers.par_chunks(task).with_max_len(1).for_each(|movers| self.wake(movers)),
                || nodes.par_chunks(task).zip(moves.par_chunks_mut(task)).with_max_len(1).for_each(find),
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

    /// Moves `u` if that is a gain still.
    fn make(&mut self, u: u32, mut way: Move) -> bool {
        let own = self.labels[u as usize];
        let left = self.groups.get(own);
        let met = if way.to == ALONE { Group::default() } else { self.groups.get(way.to) };
        let has_changed = |label: u32| self.changed[label as usize] == self.block;
        let is_stale = has_changed(own) || (way.to != ALONE && has_changed(way.to));
        if is_stale {
            (way.away, way.home) = (0.0, 0.0);
            self.rule.each_tie(u, |v, tie| {
                let label = self.labels[v as usize];
                way.away += if label == own { tie } else { 0.0 };
                way.home += if label == way.to { tie } else { 0.0 };
            });
        }
        let Some((gain, after)) = self.rule.gain(u, [&left, &met], way) else {
            // What has changed may have opened another way.
            if is_stale {
                self.next.set(u);
            }
            return false;
        };
        self.gained += gain;
        self.rule.changed([left.state, met.state], after);
        let to = if way.to == ALONE { self.vacancy() } else { way.to };
        self.groups.set(own, Group { state: after[0], size: left.size - 1 });
        if left.size == 1 {
            self.groups.states[own as usize] = R::State::default();
            self.empty.push(own);
        }
        self.groups.set(to, Group { state: after[1], size: met.size + 1 });
        (self.changed[own as usize], self.changed[to as usize]) = (self.block, self.block);
        self.labels[u as usize] = to;
        true
    }

    /// A group without members: there is one, since `u` is not alone in its own.
    fn vacancy(&mut self) -> u32 {
        let sizes = &self.groups.sizes;
        let empty = std::iter::from_fn(|| self.empty.pop()).find(|&label| sizes[label as usize] == 0);
        empty.expect("fewer groups than nodes")
    }

    /// Lets the next round begin with the neighbors of those who moved, but for who is in the new group too and for whom
    /// this round comes to anyway.
    fn wake(&self, movers: &[u32]) {
        let nobody = self.next.nobody();
        for &u in movers {
            let own = self.labels[u as usize];
            for &v in self.rule.neighbors(u) {
                // One branch less: nobody can foresee whether it is so.
                let is_so = (self.labels[v as usize] != own) & !self.now.has(v);
                self.next.set(if is_so { v } else { nobody });
            }
        }
    }
}
