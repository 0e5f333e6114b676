//! Local moving: nodes go to the community of a neighbor for as long as that raises the objective.

use std::iter::once;

use super::blocks::{ALONE, Group, Move, Moving, Rule, STAY};
use super::null::Mass;
use super::tally::Tally;
use crate::error::Result;
use crate::graph::{Adjacency, generator};

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

/// Where one thread reckons.
#[derive(Default)]
pub(super) struct Desk {
    tally: Tally,
    gains: Vec<f64>,
}

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
    let mut masses = vec![M::default(); level.node_count()];
    for (&label, &mass) in labels.iter().zip(level.masses) {
        masses[label as usize] = masses[label as usize].plus(mass);
    }
    let mut moving = Moving::new(level, labels, masses, level.arcs.arc_count() as u64);
    let mut draw = generator(seed, "local moving", salt);
    for _ in 0..rounds {
        if moving.pending == 0 {
            break;
        }
        moving.round(&mut draw, stage)?;
    }
    Ok(moving.gained)
}

/// The objective rises by the ties to the new community beyond what is expected, less those to the old one. A group is
/// known by its mass.
impl<M: Mass> Rule for &Level<'_, M> {
    type State = M;
    type Desk = Desk;

    #[inline]
    fn neighbors(&self, u: u32) -> &[u32] {
        self.arcs.neighbors(u)
    }

    #[inline]
    fn each_tie(&self, u: u32, mut visit: impl FnMut(u32, f64)) {
        self.arcs.arcs(u).for_each(|(v, weight)| visit(v, weight));
    }

    fn best(&self, u: u32, labels: &[u32], groups: &[Group<M>], Desk { tally, gains }: &mut Desk) -> Move {
        let Level { arcs, masses, rate } = **self;
        let (mass, own) = (masses[u as usize], labels[u as usize]);
        tally.sum(once((arcs.neighbors(u), arcs.weights(u))), labels.len(), |v| labels[v as usize]);
        let away = tally.get(own);
        let expected = rate * mass.times(groups[own as usize].state.minus(mass));
        let stay = away - expected;
        gains.clear();
        gains.extend(
            tally.sums().map(|(community, home)| home - rate * mass.times(groups[community as usize].state)),
        );
        let (mut best, mut to) = (Move { away, ..STAY }, stay + ROUNDING * (away + expected.abs()));
        for ((community, home), &gain) in tally.sums().zip(&*gains) {
            if gain > to && community != own {
                (best, to) = (Move { to: community, away, home }, gain);
            }
        }
        // Who has no tie to the community goes even where nothing is expected of it, so that it is not two apart.
        if (to < 0.0 || (to <= 0.0 && away == 0.0)) && groups[own as usize].size > 1 {
            best = Move { to: ALONE, away, home: 0.0 };
        }
        best
    }

    #[inline]
    fn gain(&self, u: u32, [own, other]: [&Group<M>; 2], way: Move) -> Option<(f64, [M; 2])> {
        let (mass, rate, Move { to, away, home }) = (self.masses[u as usize], self.rate, way);
        let after = [own.state.minus(mass), other.state.plus(mass)];
        let left = rate * mass.times(after[0]);
        let gain = (home - rate * mass.times(other.state)) - (away - left);
        let is_apart = to == ALONE && away == 0.0 && gain >= 0.0 && own.size > 1;
        (gain > ROUNDING * (away + left.abs()) || is_apart).then_some((gain, after))
    }
}
