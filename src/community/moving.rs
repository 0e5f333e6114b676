//! Local moving: nodes go to the community of a neighbor for as long as that raises the objective.

use super::blocks::{ALONE, Group, Move, Moving, Rule, STAY, Table};
use super::marks::Marks;
use super::null::Mass;
use super::tally::Tally;
use crate::graph::Adjacency;

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

impl<'a, M: Mass> Level<'a, M> {
    /// What stands in place of the graph, if there is anything.
    pub(super) fn or(&self, copy: &'a Option<(Adjacency, Vec<M>)>) -> Level<'a, M> {
        let (arcs, masses) = copy.as_ref().map_or((self.arcs, self.masses), |(arcs, masses)| (arcs, masses));
        Level { arcs, masses, rate: self.rate }
    }

    pub(super) fn node_count(&self) -> usize {
        self.arcs.row_count()
    }
}

/// Where one thread reckons.
#[derive(Default)]
pub(super) struct Desk<M> {
    tally: Tally,
    /// The communities of the neighbors of some nodes.
    keys: Vec<u32>,
    nodes: Vec<Known>,
    /// The masses of the communities found.
    states: Vec<M>,
}

/// What is known of a node that is come to.
struct Known {
    own: u32,
    /// The weight of its ties to its own community, and what is expected of it.
    away: f64,
    expected: f64,
    is_alone: bool,
    /// How many of the neighbors' communities there are to be added up, and then how many of those found are for this node.
    count: usize,
}

/// The weight of the ties of a row to a community, and to others.
#[inline]
fn split(row: &[u32], weights: Option<&[f32]>, own: u32) -> (f64, f64) {
    match weights {
        None => {
            // A sum of small numbers is quicker than a count of large ones.
            let home: u32 = row.iter().map(|&label| u32::from(label == own)).sum();
            (f64::from(home), (row.len() - home as usize) as f64)
        }
        Some(weights) => row.iter().zip(weights).fold((0.0, 0.0), |(home, away), (&label, &weight)| {
            let weight = f64::from(weight);
            if label == own { (home + weight, away) } else { (home, away + weight) }
        }),
    }
}

impl<'a, M: Mass> Level<'a, M> {
    /// Nodes that are to move between the communities of `labels`, which are numbered below the number of nodes.
    pub(super) fn moving<'b>(
        &'b self,
        labels: &'b mut [u32],
        pending: Marks,
    ) -> Moving<'b, &'b Level<'a, M>> {
        let mut masses = vec![M::default(); self.node_count()];
        for (&label, &mass) in labels.iter().zip(self.masses) {
            masses[label as usize] = masses[label as usize].plus(mass);
        }
        Moving::new(self, labels, masses, self.arcs.arc_count() as u64, pending)
    }
}

/// The objective rises by the ties to the new community beyond what is expected, less those to the old one. A group is
/// known by its mass.
impl<M: Mass> Rule for &Level<'_, M> {
    type State = M;
    type Desk = Desk<M>;

    #[inline]
    fn neighbors(&self, u: u32) -> &[u32] {
        self.arcs.neighbors(u)
    }

    #[inline]
    fn each_tie(&self, u: u32, mut visit: impl FnMut(u32, f64)) {
        self.arcs.arcs(u).for_each(|(v, weight)| visit(v, weight));
    }

    /// Each step is taken for all of the nodes before the next: labels and groups are far away, and many are fetched at
    /// once.
    fn best(&self, nodes: &[u32], labels: &[u32], groups: &Table<M>, desk: &mut Desk<M>, moves: &mut [Move]) {
        let Level { arcs, masses, rate } = **self;
        let Desk { tally, keys, nodes: known, states } = desk;
        tally.clear();
        keys.clear();
        known.clear();
        for &u in nodes {
            let (own, mass) = (labels[u as usize], masses[u as usize]);
            let (row, first) = (arcs.neighbors(u), keys.len());
            keys.extend(row.iter().map(|&v| labels[v as usize]));
            let (away, elsewhere) = split(&keys[first..], arcs.weights(u), own);
            let group = groups.get(own);
            let expected = rate * mass.times(group.state.minus(mass));
            // No other community has more than all ties that lead elsewhere.
            let is_torn = away - expected < elsewhere || away == 0.0;
            if !is_torn {
                keys.truncate(first);
            }
            known.push(Known { own, away, expected, is_alone: group.size == 1, count: keys.len() - first });
        }
        let mut rest = keys.as_slice();
        for (&u, known) in nodes.iter().zip(known.iter_mut()) {
            let (row, others) = rest.split_at(known.count);
            (rest, known.count) = (others, 0);
            if !row.is_empty() {
                // The own community comes first, where it is passed over.
                tally.begin_with(known.own, labels.len());
                tally.add(row, arcs.weights(u));
                tally.finish();
                known.count = tally.len();
            }
        }
        let (mut found, mut sums) = tally.all();
        states.clear();
        states.extend(found.iter().map(|&key| groups.states[key as usize]));
        let mut states = states.as_slice();
        for ((&u, known), way) in nodes.iter().zip(&*known).zip(moves) {
            let &Known { away, expected, is_alone, count, .. } = known;
            let mass = masses[u as usize];
            let stay = away - expected;
            let mut to = stay + ROUNDING * (away + expected.abs());
            let mut chosen = 0;
            let (mine, ties, of_mine);
            (mine, found) = found.split_at(count);
            (ties, sums) = sums.split_at(count);
            (of_mine, states) = states.split_at(count);
            for (at, (tie, &state)) in ties.iter().zip(of_mine).enumerate().skip(1) {
                let gain = tie - rate * mass.times(state);
                chosen = if gain > to { at } else { chosen };
                to = if gain > to { gain } else { to };
            }
            *way = match chosen {
                // Who has no tie to the community goes even where nothing is expected of it, so that it is not two apart.
                _ if (to < 0.0 || (to <= 0.0 && away == 0.0)) && !is_alone => {
                    Move { to: ALONE, away, home: 0.0 }
                }
                0 => Move { away, ..STAY },
                at => Move { to: mine[at], away, home: ties[at] },
            };
        }
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
