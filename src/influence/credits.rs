//! What credit distribution found: the credit of nodes, sets and pairs, and the set with most of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use rayon::prelude::*;

use super::credit_distribution::{CreditDistribution, Led};
use crate::error::{Error, Result};
use crate::progress::Watch;

/// The credit that nodes have for the actions of others. Made by
/// [`credit_distribution`](super::credit_distribution()).
///
/// A *deed* is a node that did an action; those of an action follow each other, first come first.
#[derive(Debug, Clone)]
pub struct Credits {
    node_count: usize,
    /// The first deed of each action, and the number of deeds.
    actions: Vec<u32>,
    /// Who did it.
    nodes: Vec<u32>,
    /// The first lead of each deed, and the number of leads.
    offsets: Vec<u64>,
    /// The earlier deeds that led to a deed, and the direct credit of each.
    leads: Vec<u32>,
    shares: Vec<f64>,
    /// The first of the deeds of each node among those by node, and the number of deeds.
    by_node: Vec<u32>,
    deeds: Vec<u32>,
    truncation: f64,
}

/// A node chosen, and what it added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Who was chosen.
    pub node: u32,
    /// By how much the credit of the set grew.
    pub gain: f64,
}

/// Whom each of some candidates reaches, as sparse rows: candidate `i` reaches `people[offsets[i]..offsets[i + 1]]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Audience {
    /// Where the rows begin, and the number of entries.
    pub offsets: Vec<u64>,
    /// Whom a candidate reaches, ascending in each row.
    pub people: Vec<u32>,
    /// With what probability, in [0, 1].
    pub probabilities: Vec<f64>,
}

impl Audience {
    /// Number of candidates.
    pub fn candidate_count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whom a candidate reaches, each with its probability.
    pub fn row(&self, candidate: u32) -> impl Iterator<Item = (u32, f64)> {
        let row = self.offsets[candidate as usize] as usize..self.offsets[candidate as usize + 1] as usize;
        self.people[row.clone()].iter().copied().zip(self.probabilities[row].iter().copied())
    }
}

/// Deeds between two reports of progress.
const STRIDE: usize = 1 << 16;

/// Nodes whose pairs one thread looks for at a time.
const PIECE: usize = 1 << 8;

impl Credits {
    pub(super) fn new(
        node_count: usize,
        actions: impl Iterator<Item = Led>,
        params: &CreditDistribution,
    ) -> Credits {
        let mut credits = Credits {
            node_count,
            actions: vec![0],
            nodes: Vec::new(),
            offsets: vec![0],
            leads: Vec::new(),
            shares: Vec::new(),
            by_node: vec![0; node_count + 1],
            deeds: Vec::new(),
            truncation: params.truncation,
        };
        let mut led = vec![0_u32; node_count];
        for action in actions {
            let (first, begin) = (credits.nodes.len() as u32, credits.leads.len() as u64);
            credits.leads.extend(action.leads.iter().map(|place| first + place));
            credits.shares.extend(action.shares);
            credits.offsets.extend(action.ends.iter().map(|&end| begin + end as u64));
            for (&node, is_led) in action.nodes.iter().zip(action.is_led) {
                credits.by_node[node as usize + 1] += 1;
                led[node as usize] += u32::from(is_led);
            }
            credits.nodes.extend(action.nodes);
            credits.actions.push(credits.nodes.len() as u32);
        }
        for u in 0..node_count {
            credits.by_node[u + 1] += credits.by_node[u];
        }
        let mut next = credits.by_node.clone();
        credits.deeds = vec![0; credits.nodes.len()];
        for (&node, deed) in credits.nodes.iter().zip(0..) {
            credits.deeds[next[node as usize] as usize] = deed;
            next[node as usize] += 1;
        }
        if params.influenceability {
            for (deed, &node) in credits.nodes.iter().enumerate() {
                let influenceability = f64::from(led[node as usize]) / f64::from(credits.action_count(node));
                let leads = credits.offsets[deed] as usize..credits.offsets[deed + 1] as usize;
                credits.shares[leads].iter_mut().for_each(|share| *share *= influenceability);
            }
        }
        credits
    }

    /// How many different actions a node did.
    pub fn action_count(&self, u: u32) -> u32 {
        self.by_node[u as usize + 1] - self.by_node[u as usize]
    }

    /// The credit σ({u}) of each node u by itself, its own actions included: 1 for who acts and is followed by nobody,
    /// 0 for who does not act.
    pub fn scores(&self) -> Vec<f64> {
        let state = State::new(self);
        (0..self.node_count as u32).into_par_iter().map(|u| state.gain(u)).collect()
    }

    /// The credit σ(S) of a set of nodes together.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a node that is not in the graph.
    pub fn credit(&self, set: &[u32]) -> Result<f64> {
        if let Some(u) = set.iter().find(|u| **u as usize >= self.node_count) {
            let rule = format!("of nodes below {}", self.node_count);
            return Err(Error::parameter("set", rule, u));
        }
        let mut members = vec![false; self.node_count];
        set.iter().for_each(|&u| members[u as usize] = true);
        let mut actions: Vec<usize> = set.iter().flat_map(|&u| self.actions_of(u)).collect();
        actions.sort_unstable();
        actions.dedup();
        let mut reached = vec![0.0; self.nodes.len()];
        let mut credit = 0.0;
        for action in actions {
            self.forward(action, &members, &mut reached);
            for deed in self.deeds_of(action) {
                credit += reached[deed] / f64::from(self.action_count(self.nodes[deed]));
            }
        }
        Ok(credit)
    }

    /// The `k` nodes whose credit together is greatest, chosen one after the other: each time who adds most, of equals
    /// the smallest node. Only who acts is chosen, so there may be fewer; who adds nothing is chosen last, with gain 0.
    ///
    /// A node's gain is looked at again only when its last one is the largest. Each choice costs two passes over the
    /// actions of the chosen.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] where the observer asked to stop.
    pub fn seeds(&self, k: usize) -> Result<Vec<Gain>> {
        let watch = Watch::current();
        let mut state = State::new(self);
        let acting = (0..self.node_count as u32).filter(|&u| self.action_count(u) > 0);
        let mut heap: BinaryHeap<(u64, Reverse<u32>)> =
            acting.map(|u| (state.gain(u).to_bits(), Reverse(u))).collect();
        let mut seeds = Vec::with_capacity(k.min(heap.len()));
        // Floats that are not negative are ordered as their bits are.
        while let Some((last, Reverse(node))) = heap.pop().filter(|_| seeds.len() < k) {
            let gain = state.gain(node);
            if gain.to_bits() != last {
                heap.push((gain.to_bits(), Reverse(node)));
                continue;
            }
            state.add(node, || watch.tick("credit_distribution", seeds.len() as u64, k as u64))?;
            seeds.push(Gain { node, gain });
        }
        Ok(seeds)
    }

    /// The credit of each node for each other, averaged over the other's actions, as the probability with which the one
    /// leads the other; and 1 for itself where it acts.
    ///
    /// Credit for a single action that is below the truncation is left out and not passed on, so the sum of a row is at
    /// most the node's [`score`](Credits::scores), and equal to it without truncation.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] where the observer asked to stop.
    pub fn audience(&self) -> Result<Audience> {
        let watch = Watch::current();
        let followers = Followers::new(self);
        let nodes: Vec<u32> = (0..self.node_count as u32).collect();
        let piece = |nodes: &[u32]| {
            watch.tick("credit_distribution", u64::from(nodes[0]), self.node_count as u64)?;
            let (mut ends, mut entries) = (Vec::with_capacity(nodes.len()), Vec::new());
            for &u in nodes {
                followers.row(self, u, &mut entries);
                ends.push(entries.len() as u64);
            }
            Ok((ends, entries))
        };
        type Piece = (Vec<u64>, Vec<(u32, f64)>);
        let pieces: Vec<Piece> = nodes.par_chunks(PIECE).map(piece).collect::<Result<_>>()?;
        let mut audience = Audience { offsets: vec![0], ..Audience::default() };
        for (ends, entries) in pieces {
            let begin = audience.people.len() as u64;
            audience.offsets.extend(ends.iter().map(|end| begin + end));
            audience.people.extend(entries.iter().map(|entry| entry.0));
            audience.probabilities.extend(entries.iter().map(|entry| entry.1));
        }
        Ok(audience)
    }

    /// The actions of a node, ascending.
    fn actions_of(&self, u: u32) -> impl Iterator<Item = usize> {
        self.deeds_by(u).iter().map(|deed| self.actions.partition_point(|first| first <= deed) - 1)
    }

    /// The deeds of a node, ascending.
    fn deeds_by(&self, u: u32) -> &[u32] {
        &self.deeds[self.by_node[u as usize] as usize..self.by_node[u as usize + 1] as usize]
    }

    fn deeds_of(&self, action: usize) -> Range<usize> {
        self.actions[action] as usize..self.actions[action + 1] as usize
    }

    /// The earlier deeds that led to a deed, each with its direct credit.
    fn leads(&self, deed: usize) -> impl Iterator<Item = (usize, f64)> {
        let leads = self.offsets[deed] as usize..self.offsets[deed + 1] as usize;
        self.leads[leads.clone()].iter().map(|&lead| lead as usize).zip(self.shares[leads].iter().copied())
    }

    /// The credit of a set for the deeds of an action.
    fn forward(&self, action: usize, members: &[bool], reached: &mut [f64]) {
        for deed in self.deeds_of(action) {
            reached[deed] = match members[self.nodes[deed] as usize] {
                true => 1.0,
                false => self.leads(deed).fold(0.0, |sum, (lead, share)| sum + share * reached[lead]),
            };
        }
    }

    /// What each deed of an action would be worth to a set if its node joined: the credit it would have for deeds, over
    /// leads that do not pass through the set.
    fn backward(&self, action: usize, members: &[bool], worth: &mut [f64]) {
        for deed in self.deeds_of(action) {
            worth[deed] = 1.0 / f64::from(self.action_count(self.nodes[deed]));
        }
        for deed in self.deeds_of(action).rev() {
            if !members[self.nodes[deed] as usize] {
                self.leads(deed).for_each(|(lead, share)| worth[lead] += share * worth[deed]);
            }
        }
    }
}

/// A growing set, and what each deed would add to it.
struct State<'a> {
    credits: &'a Credits,
    members: Vec<bool>,
    reached: Vec<f64>,
    worth: Vec<f64>,
}

impl State<'_> {
    fn new(credits: &Credits) -> State<'_> {
        let nothing = vec![0.0; credits.nodes.len()];
        let members = vec![false; credits.node_count];
        let mut state = State { credits, members, reached: nothing.clone(), worth: nothing };
        for action in 0..credits.actions.len() - 1 {
            credits.backward(action, &state.members, &mut state.worth);
        }
        state
    }

    /// By how much the credit of the set would grow with `u`: what u's deeds are worth, as far as the set does not have
    /// credit for them already.
    fn gain(&self, u: u32) -> f64 {
        let deeds = self.credits.deeds_by(u).iter().map(|&deed| deed as usize);
        deeds.fold(0.0, |sum, deed| sum + (1.0 - self.reached[deed]).max(0.0) * self.worth[deed])
    }

    fn add(&mut self, u: u32, tick: impl Fn() -> Result<()>) -> Result<()> {
        self.members[u as usize] = true;
        let mut deeds = STRIDE;
        for action in self.credits.actions_of(u) {
            if deeds >= STRIDE {
                tick()?;
                deeds = 0;
            }
            self.credits.forward(action, &self.members, &mut self.reached);
            self.credits.backward(action, &self.members, &mut self.worth);
            deeds += self.credits.deeds_of(action).len();
        }
        Ok(())
    }
}

/// The leads the other way round: the later deeds that each led to.
struct Followers {
    offsets: Vec<u64>,
    followers: Vec<(u32, f64)>,
}

impl Followers {
    fn new(credits: &Credits) -> Followers {
        let mut offsets = vec![0_u64; credits.nodes.len() + 1];
        credits.leads.iter().for_each(|&lead| offsets[lead as usize + 1] += 1);
        for deed in 0..credits.nodes.len() {
            offsets[deed + 1] += offsets[deed];
        }
        let (mut next, mut followers) = (offsets.clone(), vec![(0, 0.0); credits.leads.len()]);
        for deed in 0..credits.nodes.len() {
            for (lead, share) in credits.leads(deed) {
                followers[next[lead] as usize] = (deed as u32, share);
                next[lead] += 1;
            }
        }
        Followers { offsets, followers }
    }

    /// Appends whom `u` led, itself included, with the credit averaged over their actions.
    fn row(&self, credits: &Credits, u: u32, entries: &mut Vec<(u32, f64)>) {
        let mut found: Vec<(u32, f64)> = Vec::new();
        // Parts of the credit for a deed, the earliest deed first; parts of one deed are added by size.
        let mut heap = BinaryHeap::new();
        for &deed in credits.deeds_by(u) {
            heap.push(Reverse((deed, 1.0_f64.to_bits())));
            while let Some(Reverse((deed, first))) = heap.pop() {
                let mut credit = f64::from_bits(first);
                while let Some(&Reverse((_, next))) = heap.peek().filter(|part| part.0.0 == deed) {
                    credit += f64::from_bits(next);
                    heap.pop();
                }
                if credit < credits.truncation {
                    continue;
                }
                let node = credits.nodes[deed as usize];
                found.push((node, credit));
                let range = self.offsets[deed as usize] as usize..self.offsets[deed as usize + 1] as usize;
                let followers = self.followers[range].iter();
                heap.extend(followers.map(|&(later, share)| Reverse((later, (credit * share).to_bits()))));
            }
        }
        // The sort keeps the order of actions, and so that of the additions.
        found.sort_by_key(|entry| entry.0);
        entries.extend(found.chunk_by(|one, other| one.0 == other.0).map(|same| {
            let sum = same.iter().fold(0.0, |sum, entry| sum + entry.1);
            (same[0].0, (sum / f64::from(credits.action_count(same[0].0))).min(1.0))
        }));
    }
}
