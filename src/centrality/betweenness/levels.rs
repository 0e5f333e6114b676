//! Shortest paths by number of arcs, from several sources in one pass over the arcs.

use std::ops::Range;

use super::folded::Folded;
use super::totals::{Pairs, Pulse, Totals};
use crate::error::Result;

/// Sources that share a pass: their values of a node are one cache line.
pub(super) const LANES: usize = 8;

/// One bit a lane.
type Mask = u8;

/// One value a lane.
type Lanes = [f64; LANES];

/// Nodes between two looks at the clock.
const STEP: usize = 4096;

/// Path counts above this are scaled down, so that they stay finite however long the paths.
const LARGE: f64 = 1e200;

/// The state of one batch of sources; all zero between batches.
///
/// The values of a node in the lanes of all sources lie together, and levels are passed in step, so one look at an
/// arc serves every source. In a lane a node belongs to one level, and an arc leads at most one level down. So the
/// sum of `paths` over in-neighbors is, in the lanes in which a node is new, the sum over its predecessors: farther
/// nodes are still 0, and nearer in-neighbors there are none. Back from the deepest level, the sum of `shares` over
/// out-neighbors is that over its successors likewise. No lane asks for the level of a neighbor.
pub(super) struct Levels<'a> {
    folded: &'a Folded,
    /// Number of shortest paths from the source.
    paths: Vec<Lanes>,
    /// What ends here or beyond, by path.
    shares: Vec<Lanes>,
    sums: Vec<Lanes>,
    /// Lanes in which a node has been reached.
    seen: Vec<Mask>,
    /// Lanes in which a node is on the level that is read, and on the one that is written.
    here: Vec<Mask>,
    there: Vec<Mask>,
    /// The nodes of all levels, level by level, each with its lanes.
    reached: Vec<(u32, Mask)>,
    levels: Vec<Level>,
    /// Nodes not yet reached in all lanes.
    open: Vec<u32>,
}

/// A level of all lanes.
struct Level {
    begin: usize,
    out_arcs: u64,
    in_arcs: u64,
    /// By what paths to here were scaled in each lane.
    scale: Lanes,
}

impl<'a> Levels<'a> {
    pub(super) fn new(folded: &'a Folded) -> Levels<'a> {
        let lanes = || vec![[0.0; LANES]; folded.len()];
        let masks = || vec![0; folded.len()];
        Levels {
            folded,
            paths: lanes(),
            shares: lanes(),
            sums: lanes(),
            seen: masks(),
            here: masks(),
            there: masks(),
            reached: Vec::new(),
            levels: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Adds what nodes, and arcs where `totals` has them, are on between these sources and all targets.
    pub(super) fn add(
        &mut self,
        sources: &[u32],
        pairs: &Pairs<'_>,
        totals: &mut Totals,
        pulse: &Pulse<'_>,
    ) -> Result<()> {
        let mut begins = [0.0; LANES];
        sources.iter().zip(&mut begins).for_each(|(&s, begin)| *begin = pairs.begins[s as usize]);
        self.descend(sources, pulse)?;
        let mut counts = [0.0; LANES];
        for &(v, mask) in &self.reached[self.levels.get(1).map_or(0, |level| level.begin)..] {
            let end = pairs.ends[v as usize];
            let mut begin = 0.0;
            for lane in lanes(mask) {
                counts[lane] += end;
                begin += begins[lane];
            }
            totals.reaching[v as usize] += begin;
        }
        sources.iter().zip(counts).for_each(|(&s, count)| totals.reached[s as usize] = count);
        self.ascend(&begins, pairs.ends, totals, pulse)?;
        self.clear();
        Ok(())
    }

    /// From the sources to the deepest level.
    fn descend(&mut self, sources: &[u32], pulse: &Pulse<'_>) -> Result<()> {
        let Folded { out, components, .. } = self.folded;
        let (incoming, full) = (self.folded.incoming(), (Mask::MAX) >> (LANES - sources.len()));
        let first = sources.iter().map(|&s| components[s as usize].0).min().unwrap_or(0);
        let last = sources.iter().map(|&s| components[s as usize].1).max().unwrap_or(0);
        let mut open_arcs = incoming.range(last.max(1) - 1).end as u64 - incoming.range(first).start as u64;
        let mut is_open_known = false;
        for (lane, &s) in sources.iter().enumerate() {
            self.reached.push((s, 0));
            self.there[s as usize] = 1 << lane;
            self.sums[s as usize] = [0.0; LANES];
            self.sums[s as usize][lane] = 1.0;
        }
        let mut begin = 0;
        while begin < self.reached.len() {
            let end = self.reached.len();
            let mut level = Level { begin, out_arcs: 0, in_arcs: 0, scale: [1.0; LANES] };
            let mut large: Mask = 0;
            for (v, mask) in &mut self.reached[begin..end] {
                let (v, at) = (*v, *v as usize);
                *mask = std::mem::take(&mut self.there[at]);
                let sum = &self.sums[at];
                for lane in lanes(*mask) {
                    self.paths[at][lane] = sum[lane];
                    large |= Mask::from(sum[lane] > LARGE) << lane;
                }
                self.seen[at] |= *mask;
                self.here[at] = *mask;
                level.out_arcs += out.degree(v);
                level.in_arcs += incoming.degree(v);
                if self.seen[at] == full {
                    open_arcs -= incoming.degree(v);
                }
            }
            if large != 0 {
                lanes(large).for_each(|lane| level.scale[lane] = 1.0 / LARGE);
                for &(v, mask) in &self.reached[begin..end] {
                    for lane in lanes(large & mask) {
                        let paths = &mut self.paths[v as usize][lane];
                        *paths = (*paths / LARGE).max(1.0 / LARGE);
                    }
                }
            }
            if level.out_arcs < open_arcs {
                for at in (begin..end).step_by(STEP) {
                    pulse.beat()?;
                    self.push_paths(at..end.min(at + STEP), full);
                }
            } else {
                if !is_open_known {
                    self.open.extend(first..last);
                    is_open_known = true;
                }
                self.pull_paths(full, pulse)?;
            }
            for &(v, _) in &self.reached[begin..end] {
                self.here[v as usize] = 0;
            }
            self.levels.push(level);
            begin = end;
        }
        Ok(())
    }

    /// Carries paths from some nodes of the last level to their out-neighbors.
    #[inline]
    fn push_paths(&mut self, range: Range<usize>, full: Mask) {
        for at in range {
            let (u, mask) = self.reached[at];
            let paths = self.paths[u as usize];
            for &v in self.folded.out.neighbors(u) {
                let v_at = v as usize;
                let new = mask & full & !self.seen[v_at];
                if new == 0 {
                    continue;
                }
                if self.there[v_at] == 0 {
                    self.sums[v_at] = [0.0; LANES];
                    self.reached.push((v, 0));
                }
                self.there[v_at] |= new;
                add(&mut self.sums[v_at], &paths);
            }
        }
    }

    /// Fetches paths from the last level to the nodes that are not yet reached in all lanes.
    fn pull_paths(&mut self, full: Mask, pulse: &Pulse<'_>) -> Result<()> {
        let mut open = std::mem::take(&mut self.open);
        let seen = &self.seen;
        open.retain(|&v| seen[v as usize] != full);
        for nodes in open.chunks(STEP) {
            pulse.beat()?;
            for &v in nodes {
                let missing = full & !self.seen[v as usize];
                let (mut new, mut sum) = (0, [0.0; LANES]);
                for &u in self.folded.incoming().neighbors(v) {
                    let hit = self.here[u as usize] & missing;
                    if hit != 0 {
                        new |= hit;
                        add(&mut sum, &self.paths[u as usize]);
                    }
                }
                if new != 0 {
                    self.sums[v as usize] = sum;
                    self.there[v as usize] = new;
                    self.reached.push((v, 0));
                }
            }
        }
        self.open = open;
        Ok(())
    }

    /// From the deepest level back to the sources.
    fn ascend(&mut self, begins: &Lanes, ends: &[f64], totals: &mut Totals, pulse: &Pulse<'_>) -> Result<()> {
        let first = if totals.arcs.is_empty() { 2 } else { 1 };
        let mut end = self.reached.len();
        for &(v, _) in &self.reached[self.levels.last().map_or(0, |level| level.begin)..] {
            self.sums[v as usize] = [0.0; LANES];
        }
        for depth in (1..self.levels.len()).rev() {
            let begin = self.levels[depth].begin;
            for &(v, mask) in &self.reached[begin..end] {
                let at = v as usize;
                let mut through = 0.0;
                for lane in lanes(mask) {
                    let (paths, sum) = (self.paths[at][lane], self.sums[at][lane]);
                    through += begins[lane] * (paths * sum);
                    self.shares[at][lane] = ends[at] / paths + sum;
                }
                totals.nodes[at] += through;
                self.here[at] = mask;
            }
            if depth < first {
                break;
            }
            let above = self.levels[depth - 1].begin;
            let (level, scale) = (&self.levels[depth], self.levels[depth].scale);
            if !totals.arcs.is_empty() {
                self.pull_shares_along_arcs(above..begin, begins, &scale, &mut totals.arcs, pulse)?;
            } else if level.in_arcs < self.levels[depth - 1].out_arcs {
                self.push_shares(above..begin, begin..end, pulse)?;
            } else {
                self.pull_shares(above..begin, pulse)?;
            }
            for &(v, _) in &self.reached[begin..end] {
                self.here[v as usize] = 0;
            }
            if scale != [1.0; LANES] {
                for &(v, _) in &self.reached[above..begin] {
                    self.sums[v as usize].iter_mut().zip(&scale).for_each(|(sum, scale)| *sum *= scale);
                }
            }
            end = begin;
        }
        Ok(())
    }

    /// Fetches shares from the level below to these nodes.
    fn pull_shares(&mut self, nodes: Range<usize>, pulse: &Pulse<'_>) -> Result<()> {
        for nodes in self.reached[nodes].chunks(STEP) {
            pulse.beat()?;
            for &(v, mask) in nodes {
                let mut sum = [0.0; LANES];
                for &w in self.folded.out.neighbors(v) {
                    if self.here[w as usize] & mask != 0 {
                        add(&mut sum, &self.shares[w as usize]);
                    }
                }
                self.sums[v as usize] = sum;
            }
        }
        Ok(())
    }

    /// Carries shares from the nodes `from` to their in-neighbors among the nodes `to`, one level up.
    fn push_shares(&mut self, to: Range<usize>, from: Range<usize>, pulse: &Pulse<'_>) -> Result<()> {
        for &(v, mask) in &self.reached[to.clone()] {
            self.there[v as usize] = mask;
            self.sums[v as usize] = [0.0; LANES];
        }
        for nodes in self.reached[from].chunks(STEP) {
            pulse.beat()?;
            for &(w, mask) in nodes {
                let shares = self.shares[w as usize];
                for &v in self.folded.incoming().neighbors(w) {
                    if self.there[v as usize] & mask != 0 {
                        add(&mut self.sums[v as usize], &shares);
                    }
                }
            }
        }
        for &(v, _) in &self.reached[to] {
            self.there[v as usize] = 0;
        }
        Ok(())
    }

    /// As [`Levels::pull_shares`], and adds to each arc what it carries.
    fn pull_shares_along_arcs(
        &mut self,
        nodes: Range<usize>,
        begins: &Lanes,
        scale: &Lanes,
        arcs: &mut [f64],
        pulse: &Pulse<'_>,
    ) -> Result<()> {
        for nodes in self.reached[nodes].chunks(STEP) {
            pulse.beat()?;
            for &(v, mask) in nodes {
                let (mut sum, mut factors) = ([0.0; LANES], [0.0; LANES]);
                for lane in lanes(mask) {
                    factors[lane] = begins[lane] * self.paths[v as usize][lane] * scale[lane];
                }
                let row = self.folded.out.range(v);
                for (&w, arc) in self.folded.out.neighbors(v).iter().zip(&mut arcs[row]) {
                    if self.here[w as usize] & mask != 0 {
                        let shares = &self.shares[w as usize];
                        add(&mut sum, shares);
                        *arc +=
                            factors.iter().zip(shares).fold(0.0, |sum, (factor, share)| sum + factor * share);
                    }
                }
                self.sums[v as usize] = sum;
            }
        }
        Ok(())
    }

    fn clear(&mut self) {
        for &(v, _) in &self.reached {
            let at = v as usize;
            (self.paths[at], self.shares[at]) = ([0.0; LANES], [0.0; LANES]);
            (self.seen[at], self.here[at]) = (0, 0);
        }
        self.reached.clear();
        self.levels.clear();
        self.open.clear();
    }
}

#[inline(always)]
fn add(sum: &mut Lanes, more: &Lanes) {
    for lane in 0..LANES {
        sum[lane] += more[lane];
    }
}

/// The lanes of a mask, ascending.
#[inline(always)]
fn lanes(mut mask: Mask) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (lane < Mask::BITS as usize).then_some(lane)
    })
}
