//! Sources shared among threads in a fixed way, and what each share adds up.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::folded::Folded;
use super::lengths::Lengths;
use super::levels::{LANES, Levels};
use crate::error::Result;
use crate::progress::Watch;

/// Between whom paths are counted: how many of them begin and end at each name.
pub(super) struct Pairs<'a> {
    pub(super) sources: &'a [u32],
    pub(super) begins: &'a [f64],
    pub(super) ends: &'a [f64],
}

/// What was added up by name and by arc, over ordered pairs.
#[derive(Default)]
pub(super) struct Totals {
    /// Paths that lead through a node, not those of nodes folded into it.
    pub(super) nodes: Vec<f64>,
    /// Paths along each arc; empty where only nodes are asked for.
    pub(super) arcs: Vec<f64>,
    /// How many ends each source reaches beyond itself.
    pub(super) reached: Vec<f64>,
    /// How many sources reach a node from elsewhere.
    pub(super) reaching: Vec<f64>,
}

impl Totals {
    pub(super) fn new(folded: &Folded, with_arcs: bool) -> Totals {
        let zeros = || vec![0.0; folded.len()];
        let arcs = vec![0.0; if with_arcs { folded.out.arc_count() } else { 0 }];
        Totals { nodes: zeros(), arcs, reached: zeros(), reaching: zeros() }
    }

    pub(super) fn add(&mut self, other: &Totals) {
        let add = |to: &mut [f64], from: &[f64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        add(&mut self.nodes, &other.nodes);
        add(&mut self.arcs, &other.arcs);
        add(&mut self.reached, &other.reached);
        add(&mut self.reaching, &other.reaching);
    }
}

/// Tells how many sources are done, and whether to stop.
pub(super) struct Pulse<'a> {
    watch: Watch,
    measure: &'static str,
    done: &'a AtomicU64,
    total: u64,
}

impl Pulse<'_> {
    #[inline]
    pub(super) fn beat(&self) -> Result<()> {
        self.watch.tick(self.measure, self.done.load(Relaxed), self.total)
    }
}

/// Parts into which the sources are cut, whatever the number of threads: each is added up by one thread in its order,
/// and then the parts in theirs.
const PARTS: usize = 16;

/// What the shortest paths between these pairs add up to.
pub(super) fn totals(
    folded: &Folded,
    pairs: &Pairs<'_>,
    with_arcs: bool,
    measure: &'static str,
) -> Result<Totals> {
    let batches: Vec<&[u32]> = pairs.sources.chunks(LANES).collect();
    let done = AtomicU64::new(0);
    let pulse = Pulse { watch: Watch::current(), measure, done: &done, total: pairs.sources.len() as u64 };
    pulse.beat()?;
    let part = |part: usize| {
        let mut totals = Totals::new(folded, with_arcs);
        let batches = batches.iter().skip(part).step_by(PARTS);
        let finish = |batch: &[u32]| done.fetch_add(batch.len() as u64, Relaxed);
        if folded.lengths.are_unit() {
            let mut levels = Levels::new(folded);
            for batch in batches {
                levels.add(batch, pairs, &mut totals, &pulse)?;
                finish(batch);
            }
        } else {
            let mut lengths = Lengths::new(folded);
            for batch in batches {
                batch.iter().try_for_each(|&s| lengths.add(s, pairs, &mut totals, &pulse))?;
                finish(batch);
            }
        }
        Ok(totals)
    };
    let parts = (0..PARTS.min(batches.len())).into_par_iter().with_max_len(1).map(part);
    let mut totals = Totals::new(folded, with_arcs);
    parts.collect::<Result<Vec<_>>>()?.iter().for_each(|part| totals.add(part));
    Ok(totals)
}
