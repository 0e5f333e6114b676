//! Brokerage: between whom a node stands, by the groups of the three.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::graph::{Column, Graph, Scores, generator};
use crate::progress::Watch;
use crate::structure::groups::numbered;
use crate::structure::pieces::{by_pieces, take_pieces};
use crate::structure::triads::Triads;

/// Parameters of [`brokerage`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brokerage {
    /// A label a node, of any numbers; none, for one group of all.
    pub groups: Vec<u32>,
    /// How often labels are shuffled to learn what chance would give: 0 for never, else at least 2.
    pub permutations: u32,
    /// Where the random numbers begin.
    pub seed: u64,
}

/// The roles, in the order of the columns.
const ROLES: [&str; 5] = ["coordinator", "itinerant", "gatekeeper", "representative", "liaison"];

/// Counts, for each node and each of five roles, the pairs it stands between.
///
/// v brokers between u and w where u → v → w and there is no arc u → w. Its role goes by the groups of the three, the
/// broker's own written B:
///
/// ```text
/// coordinator     B → B → B    among its own
/// itinerant       A → B → A    among others, of one group
/// gatekeeper      A → B → B    decides who gets in
/// representative  B → B → A    speaks for its own
/// liaison         A → B → C    between two other groups
/// ```
///
/// Arcs are read as they are: the pair is ordered, and an arc w → u does not close it. An undirected edge is an arc both
/// ways, so each open pair counts twice. u and w are different nodes; self-loops and weights do not count.
///
/// Counts follow degree. With `permutations`, the columns `brokerage_coordinator_z` and so on say by how many standard
/// deviations a count is above the mean under shuffled labels, the graph as it is; NaN where the count never varies.
///
/// All pairs are counted from how many arcs each node has from and to each group; those that are one node or tied are
/// taken away, the latter by finding each triangle once.
///
/// # Errors
///
/// [`Error::Parameter`] unless `groups` is empty or has a label for each node and `permutations` is not 1.
///
/// # Complexity
///
/// O(n + m √m), and as much for each permutation, in parallel. 8 bytes an edge; 40 bytes a node for each thread, 200
/// with permutations.
///
/// # References
///
/// Gould, Fernandez, "Structures of mediation: a formal approach to brokerage in transaction networks", Sociological
/// Methodology 19, 1989.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph, Values};
/// use laud::structure::{Brokerage, brokerage};
///
/// let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 2], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// let scores = brokerage(&graph, &Brokerage { groups: vec![7, 9, 9], ..Brokerage::default() })?;
/// assert_eq!(scores.column("brokerage_gatekeeper"), Some(&Values::Integer(vec![0, 1, 0])));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn brokerage(graph: &Graph, params: &Brokerage) -> Result<Scores> {
    let node_count = graph.node_count();
    if params.permutations == 1 {
        return Err(Error::parameter("permutations", "0 or at least 2", 1));
    }
    let groups = numbered(&params.groups, node_count)?;
    let triads = Triads::new(graph);
    let counts = counts(graph, &triads, &groups)?;
    let column = |role: usize| counts.iter().map(|counts| counts[role]).collect();
    let name = |role: usize| format!("brokerage_{}", ROLES[role]);
    let mut columns: Vec<Column> = (0..5).map(|role| Column::integer(name(role), column(role))).collect();
    if params.permutations > 0 {
        let chance = Chance::new(graph, &triads, &groups, params)?;
        let z = |role: usize| {
            (0..node_count).map(|u| chance.z(u, role, counts[u][role], params.permutations)).collect()
        };
        columns.extend((0..5).map(|role| Column::float(format!("{}_z", name(role)), z(role))));
    }
    Ok(Scores::of_nodes("brokerage", columns))
}

/// The role of a broker between two others.
#[inline]
fn role(from: u32, own: u32, to: u32) -> usize {
    match (from == own, own == to) {
        (true, true) => 0,
        (false, false) if from == to => 1,
        (false, true) => 2,
        (true, false) => 3,
        (false, false) => 4,
    }
}

/// The roles of all nodes, by all threads.
fn counts(graph: &Graph, triads: &Triads, groups: &[u32]) -> Result<Vec<[u64; 5]>> {
    let group_count = groups.iter().max().map_or(0, |&most| most as usize + 1);
    let mut counts: Vec<[u64; 5]> = (0..groups.len() as u32)
        .into_par_iter()
        .map_init(|| vec![0; group_count], |heads, v| pairs(graph, groups, v, heads))
        .collect();
    let scratch = || (triads.marks(), vec![[0_u64; 5]; groups.len()]);
    let work = |(marks, closed): &mut (Vec<u8>, Vec<[u64; 5]>), piece: usize| {
        triads.each(piece, marks, |u, v, w| {
            closed[v as usize][role(groups[u as usize], groups[v as usize], groups[w as usize])] += 1;
        });
    };
    for (_, closed) in by_pieces("brokerage", triads.pieces(), scratch, work)? {
        for (counts, closed) in counts.iter_mut().zip(closed) {
            counts.iter_mut().zip(closed).for_each(|(count, closed)| *count -= closed);
        }
    }
    Ok(counts)
}

/// How many pairs of different nodes v stands between in each role, tied or not; `heads` are zeros, one a group.
fn pairs(graph: &Graph, groups: &[u32], v: u32, heads: &mut [u64]) -> [u64; 5] {
    let own = groups[v as usize] as usize;
    let group = |u: &u32| groups[*u as usize] as usize;
    let incoming = || graph.incoming().neighbors(v).iter().filter(|&&u| u != v);
    let out = || graph.out().neighbors(v).iter().filter(|&&w| w != v);
    incoming().for_each(|u| heads[group(u)] += 1);
    let (sources, mine) = (incoming().count() as u64, heads[own]);
    let (mut targets, mut to_mine, mut among_others) = (0, 0, 0);
    for w in out() {
        targets += 1;
        if group(w) == own {
            to_mine += 1;
        } else {
            among_others += heads[group(w)];
        }
    }
    incoming().for_each(|u| heads[group(u)] = 0);
    let (others, to_others) = (sources - mine, targets - to_mine);
    let mut counts =
        [mine * to_mine, among_others, others * to_mine, mine * to_others, others * to_others - among_others];
    let mut sources = incoming().peekable();
    for w in out() {
        while sources.next_if(|&u| u < w).is_some() {}
        if sources.peek() == Some(&w) {
            counts[if group(w) == own { 0 } else { 1 }] -= 1;
        }
    }
    counts
}

/// What shuffled labels give: for each node and role the sum of the counts and that of their squares.
struct Chance(Vec<[(u64, u128); 5]>);

impl Chance {
    /// Threads share the permutations; what they add are whole numbers.
    fn new(graph: &Graph, triads: &Triads, groups: &[u32], params: &Brokerage) -> Result<Chance> {
        let watch = Watch::current();
        let (node_count, total) = (groups.len(), u64::from(params.permutations) * triads.pieces() as u64);
        let group_count = groups.iter().max().map_or(0, |&most| most as usize + 1);
        let mut scratches: Vec<_> = (0..rayon::current_num_threads().min(params.permutations as usize))
            .map(|_| (vec![[(0_u64, 0_u128); 5]; node_count], triads.marks(), vec![0; group_count]))
            .collect();
        take_pieces(params.permutations as usize, &mut scratches, |(sums, marks, heads), index| {
            let groups = shuffled(groups, params.seed, index as u64);
            let mut counts: Vec<[u64; 5]> = Vec::with_capacity(node_count);
            for v in 0..node_count as u32 {
                counts.push(pairs(graph, &groups, v, heads));
            }
            for piece in 0..triads.pieces() {
                watch.tick("brokerage", (index * triads.pieces() + piece) as u64, total)?;
                triads.each(piece, marks, |u, v, w| {
                    let role = role(groups[u as usize], groups[v as usize], groups[w as usize]);
                    counts[v as usize][role] -= 1;
                });
            }
            for (sums, counts) in sums.iter_mut().zip(counts) {
                for ((sum, squares), count) in sums.iter_mut().zip(counts) {
                    *sum += count;
                    *squares += u128::from(count) * u128::from(count);
                }
            }
            Ok(())
        })?;
        let mut all = vec![[(0, 0); 5]; node_count];
        for (sums, ..) in scratches {
            for (all, sums) in all.iter_mut().zip(sums) {
                all.iter_mut().zip(sums).for_each(|(all, sum)| *all = (all.0 + sum.0, all.1 + sum.1));
            }
        }
        Ok(Chance(all))
    }

    fn z(&self, u: usize, role: usize, count: u64, permutations: u32) -> f64 {
        let (sum, squares) = self.0[u][role];
        let n = u128::from(permutations);
        let spread = n * squares - u128::from(sum) * u128::from(sum);
        if spread == 0 {
            return f64::NAN;
        }
        let deviation = (spread as f64 / (n as f64 * (n as f64 - 1.0))).sqrt();
        (count as f64 - sum as f64 / n as f64) / deviation
    }
}

/// The labels in another order, that of the index.
fn shuffled(groups: &[u32], seed: u64, index: u64) -> Vec<u32> {
    use rand::RngExt;

    let (mut random, mut shuffled) = (generator(seed, "brokerage", index), groups.to_vec());
    for i in (1..shuffled.len()).rev() {
        shuffled.swap(i, random.random_range(0..=i));
    }
    shuffled
}
