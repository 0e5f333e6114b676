//! Which nodes hang together when direction is ignored: union-find by all threads.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::Graph;
use crate::error::Result;
use crate::progress::Watch;

/// Nodes whose arcs one thread follows at a time.
const PIECE: usize = 1 << 12;

/// Arcs of each node that are followed first: they join nearly everybody who belongs together.
const FIRST: usize = 2;

/// The smallest node of the weakly connected component of each node.
///
/// Trees of nodes are hung below one another, the larger root below the smaller, so that the root of a component is
/// its smallest node, whoever was quicker. A few arcs of every node join most of the largest component; of an
/// undirected graph, whose arcs are met from both ends, its nodes are then left alone (Sutton, Ben-Nun, Barak,
/// "Optimizing parallel graph connectivity computation via subgraph sampling", IPDPS 2018).
pub(crate) fn component_roots(graph: &Graph) -> Result<Vec<u32>> {
    let watch = Watch::current();
    let node_count = graph.node_count();
    let parents: Vec<AtomicU32> = (0..node_count as u32).into_par_iter().map(AtomicU32::new).collect();
    let pieces = node_count.div_ceil(PIECE);
    let each = |stage: usize, work: &(dyn Fn(u32) + Sync)| {
        (0..pieces).into_par_iter().try_for_each(|piece| {
            watch.tick("components", (stage * pieces + piece) as u64, 3 * pieces as u64)?;
            (piece * PIECE..node_count.min((piece + 1) * PIECE)).for_each(|u| work(u as u32));
            Ok(())
        })
    };
    each(0, &|u| graph.out().neighbors(u).iter().take(FIRST).for_each(|&v| join(&parents, u, v)))?;
    each(1, &|u| parents[u as usize].store(root(&parents, u), Relaxed))?;
    let largest = if graph.is_directed() { None } else { most_frequent(&parents) };
    each(2, &|u| {
        if largest.is_none_or(|largest| root(&parents, u) != root(&parents, largest)) {
            graph.out().neighbors(u).iter().skip(FIRST).for_each(|&v| join(&parents, u, v));
        }
    })?;
    Ok((0..node_count as u32).into_par_iter().map(|u| root(&parents, u)).collect())
}

/// The root above `u`, halving the path to it.
#[inline]
fn root(parents: &[AtomicU32], mut u: u32) -> u32 {
    loop {
        let above = parents[u as usize].load(Relaxed);
        if above == u {
            return u;
        }
        // Another thread may have moved `above` since; what is written is above `u` in any case.
        let further = parents[above as usize].load(Relaxed);
        parents[u as usize].store(further, Relaxed);
        u = further;
    }
}

/// Puts two nodes into one tree.
#[inline]
fn join(parents: &[AtomicU32], u: u32, v: u32) {
    let (mut u, mut v) = (u, v);
    loop {
        (u, v) = (root(parents, u), root(parents, v));
        if u == v {
            return;
        }
        let (high, low) = (u.max(v), u.min(v));
        if parents[high as usize].compare_exchange(high, low, Relaxed, Relaxed).is_ok() {
            return;
        }
    }
}

/// The root of most nodes, by a sample; any answer is right, this one saves work.
fn most_frequent(parents: &[AtomicU32]) -> Option<u32> {
    const SAMPLE: usize = 1024;
    let mut roots: Vec<u32> =
        parents.iter().step_by((parents.len() / SAMPLE).max(1)).map(|parent| parent.load(Relaxed)).collect();
    roots.sort_unstable();
    roots.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).map(|same| same[0])
}
