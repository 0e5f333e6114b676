//! Forward push: personalized PageRank near the seeds, without a look at the rest of the graph.

use std::collections::VecDeque;

use super::seeds::total;
use super::walk::Walk;
use crate::error::Result;
use crate::graph::Graph;
use crate::progress::Watch;

/// Pushes between two looks at whether to stop.
const STRIDE: u64 = 1 << 12;

/// Scores that fall short of those of the walk by `rest` in all, and the number of pushes.
pub(super) struct Pushed {
    pub(super) scores: Vec<f64>,
    pub(super) rest: f64,
    pub(super) pushes: u64,
}

/// Lets what the seeds hold flow along the arcs until no node holds more than `epsilon` for each of its out-arcs.
///
/// What is held at `u` is split: a share 1 − α stays as its score, the rest goes on. With p the scores, r what is held
/// and π_u the walk from u, after every push the walk from the seeds is
///
/// ```text
/// π(v) = p(v) + Σ r(u) π_u(v)
/// ```
///
/// so p is below π everywhere and the differences add to Σ r (Andersen, Chung, Lang, "Local graph partitioning using
/// PageRank vectors", FOCS 2006).
pub(super) fn push(graph: &Graph, set: &[(u32, f64)], walk: &Walk, epsilon: f64) -> Result<Pushed> {
    let watch = Watch::current();
    let arcs = graph.out();
    let mut scores = vec![0.0; graph.node_count()];
    let mut held = vec![0.0; graph.node_count()];
    let mut queue = VecDeque::new();
    let limit = |u: u32| epsilon * arcs.degree(u).max(1) as f64;
    let all = total(set);
    let give = |held: &mut Vec<f64>, queue: &mut VecDeque<u32>, v: u32, amount: f64| {
        let before = held[v as usize];
        held[v as usize] = before + amount;
        if before <= limit(v) && held[v as usize] > limit(v) {
            queue.push_back(v);
        }
    };
    for &(u, weight) in set {
        give(&mut held, &mut queue, u, weight / all);
    }
    let mut pushes = 0;
    while let Some(u) = queue.pop_front() {
        if pushes % STRIDE == 0 {
            watch.tick(walk.limits.measure, pushes, 0)?;
        }
        pushes += 1;
        let amount = std::mem::take(&mut held[u as usize]);
        scores[u as usize] += (1.0 - walk.damping) * amount;
        let onward = walk.damping * amount;
        let strength = if walk.weighted { arcs.strength(u) } else { arcs.degree(u) as f64 };
        if strength == 0.0 {
            set.iter().for_each(|&(seed, weight)| give(&mut held, &mut queue, seed, onward * weight / all));
            continue;
        }
        for (v, weight) in arcs.arcs(u) {
            let weight = if walk.weighted { weight } else { 1.0 };
            give(&mut held, &mut queue, v, onward * weight / strength);
        }
    }
    Ok(Pushed { scores, rest: held.into_iter().fold(0.0, |sum, held| sum + held), pushes })
}
