//! Comparison: how far two partitions of the same nodes agree.

use super::contingency::Contingency;
use super::partition::Partition;
use crate::error::Result;

/// The normalized mutual information of two partitions: 1 where they are the same, 0 where one says nothing of the other.
///
/// With the share p(i) of the nodes in community i of the one, p(j) of the other and p(i,j) in both
///
/// ```text
/// NMI = 2 I / (H + H')      I = Σ p(i,j) ln(p(i,j) / (p(i) p(j)))      H = − Σ p(i) ln p(i)
///                              i,j                                          i
/// ```
///
/// The mutual information I is divided by the arithmetic mean of the entropies H and H'. Two partitions of one community are
/// the same, and so is nothing: 1. Nothing is taken off for chance, so many small communities agree with anything: take
/// [`ari`] where their number differs.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) where the partitions have different numbers of nodes.
///
/// # Complexity
///
/// O(n), 20 bytes a node and 12 for each pair of communities with a node in common.
///
/// # References
///
/// Danon, Díaz-Guilera, Duch, Arenas, "Comparing community structure identification", Journal of Statistical Mechanics
/// P09008, 2005.
///
/// # Examples
///
/// ```
/// use laud::community::{Partition, nmi};
///
/// let halves = Partition::from_labels(&[0, 0, 1, 1]);
/// assert_eq!(nmi(&halves, &Partition::from_labels(&[7, 7, 3, 3]))?, 1.0);
/// assert_eq!(nmi(&halves, &Partition::from_labels(&[0, 1, 0, 1]))?, 0.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn nmi(a: &Partition, b: &Partition) -> Result<f64> {
    let Entropies { first, second, both } = Entropies::new(a, b)?;
    let mean = (first + second) / 2.0;
    Ok(if mean > 0.0 { ((first + second - both) / mean).clamp(0.0, 1.0) } else { 1.0 })
}

/// The variation of information between two partitions, in nats: what each says that the other does not.
///
/// With the entropies H and H' of the partitions and H'' of both together, of natural logarithms,
///
/// ```text
/// VI = H(a|b) + H(b|a) = 2 H'' − H − H'
/// ```
///
/// It is a metric, 0 where the partitions are the same and at most ln n.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) where the partitions have different numbers of nodes.
///
/// # Complexity
///
/// O(n), 20 bytes a node and 12 for each pair of communities with a node in common.
///
/// # References
///
/// Meilă, "Comparing clusterings: an information based distance", Journal of Multivariate Analysis 98, 2007.
///
/// # Examples
///
/// ```
/// use laud::community::{Partition, vi};
///
/// let (halves, whole) = (Partition::from_labels(&[0, 0, 1, 1]), Partition::from_labels(&[0; 4]));
/// assert_eq!(vi(&halves, &whole)?, std::f64::consts::LN_2);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn vi(a: &Partition, b: &Partition) -> Result<f64> {
    let Entropies { first, second, both } = Entropies::new(a, b)?;
    Ok(((both - first) + (both - second)).max(0.0))
}

/// Entropies of two partitions and of both together, in nats.
struct Entropies {
    first: f64,
    second: f64,
    both: f64,
}

impl Entropies {
    fn new(a: &Partition, b: &Partition) -> Result<Entropies> {
        let table = Contingency::new(a, b)?;
        let all = f64::from(table.node_count);
        // Of one community it is 0, not −0.
        let entropy = |counts: &mut dyn Iterator<Item = u32>| {
            counts.map(f64::from).fold(0.0, |sum, count| sum + count / all * libm::log(all / count))
        };
        Ok(Entropies {
            first: entropy(&mut table.first.iter().copied()),
            second: entropy(&mut table.second.iter().copied()),
            both: entropy(&mut table.cells.iter().map(|cell| cell.count)),
        })
    }
}

/// The adjusted Rand index of two partitions: 1 where they are the same, 0 on average where one is shuffled.
///
/// Of the pairs of nodes S are together in the one partition, S' in the other, S'' in both, and N there are:
///
/// ```text
/// ARI = (S'' − S S' / N) / ((S + S') / 2 − S S' / N)
/// ```
///
/// It may be below 0. Where nothing can vary, both partitions one community or both single nodes, it is 1. Pairs are
/// counted in whole numbers.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) where the partitions have different numbers of nodes.
///
/// # Complexity
///
/// O(n), 20 bytes a node and 12 for each pair of communities with a node in common.
///
/// # References
///
/// Hubert, Arabie, "Comparing partitions", Journal of Classification 2, 1985.
///
/// # Examples
///
/// ```
/// use laud::community::{Partition, ari};
///
/// let halves = Partition::from_labels(&[0, 0, 1, 1]);
/// assert_eq!(ari(&halves, &Partition::from_labels(&[0, 1, 0, 1]))?, -0.5);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn ari(a: &Partition, b: &Partition) -> Result<f64> {
    let table = Contingency::new(a, b)?;
    let pairs = |count: u32| i128::from(count) * (i128::from(count) - 1) / 2;
    let all = pairs(table.node_count);
    let first: i128 = table.first.iter().copied().map(pairs).sum();
    let second: i128 = table.second.iter().copied().map(pairs).sum();
    let both: i128 = table.cells.iter().map(|cell| pairs(cell.count)).sum();
    let by_chance = first * second;
    // Twice the fraction on either side, so that it stays one of whole numbers.
    let (above, most) = (2 * (all * both - by_chance), all * (first + second) - 2 * by_chance);
    Ok(if most == 0 { 1.0 } else { above as f64 / most as f64 })
}

/// The element-centric similarity of two partitions, from 0 to 1: the mean over the nodes of how far each sees the same
/// others.
///
/// A node sees the members of its community alike, as a random walker does who jumps there; for partitions the comparison of
/// what it sees in both has a closed form in which the walker's chance to return cancels: with the communities A and B of
/// node v
///
/// ```text
/// s(v) = |A ∩ B| / max(|A|, |B|)
/// ```
///
/// Without nodes it is 1. [`element_centric_by_node`] has each node's own.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) where the partitions have different numbers of nodes.
///
/// # Complexity
///
/// O(n), 20 bytes a node and 12 for each pair of communities with a node in common.
///
/// # References
///
/// Gates, Wood, Hetrick, Ahn, "Element-centric clustering comparison unifies overlaps and hierarchy", Scientific Reports 9,
/// 2019.
///
/// # Examples
///
/// ```
/// use laud::community::{Partition, element_centric};
///
/// let (halves, whole) = (Partition::from_labels(&[0, 0, 1, 1]), Partition::from_labels(&[0; 4]));
/// assert_eq!(element_centric(&halves, &whole)?, 0.5);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn element_centric(a: &Partition, b: &Partition) -> Result<f64> {
    let table = Contingency::new(a, b)?;
    // Each node of a cell has the same value.
    let sum = table.cells.iter().fold(0.0, |sum, cell| {
        let most = table.first[cell.first as usize].max(table.second[cell.second as usize]);
        sum + f64::from(cell.count) * (f64::from(cell.count) / f64::from(most))
    });
    Ok(if table.node_count > 0 { sum / f64::from(table.node_count) } else { 1.0 })
}

/// The terms of [`element_centric`] by node: who is seen among the same others in both partitions, and who is not.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) where the partitions have different numbers of nodes.
pub fn element_centric_by_node(a: &Partition, b: &Partition) -> Result<Vec<f64>> {
    let table = Contingency::new(a, b)?;
    let value = |(&first, &second): (&u32, &u32)| {
        let at = table.cells.binary_search_by_key(&(first, second), |cell| (cell.first, cell.second));
        let most = table.first[first as usize].max(table.second[second as usize]);
        at.map_or(0.0, |at| f64::from(table.cells[at].count) / f64::from(most))
    };
    Ok(a.labels.iter().zip(&b.labels).map(value).collect())
}

/// The communities of two partitions that have nodes in common: the result of [`matching`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matching {
    /// By community of the first partition, then of the second.
    pub pairs: Vec<Match>,
    /// For each community of the first the position of its best match among the pairs.
    pub best_of_first: Vec<usize>,
    /// For each community of the second the position of its best match among the pairs.
    pub best_of_second: Vec<usize>,
}

/// Two communities with nodes in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The community of the first partition.
    pub first: u32,
    /// The community of the second.
    pub second: u32,
    /// Nodes in both, at least 1.
    pub overlap: u32,
    /// The share of the nodes in either that are in both.
    pub jaccard: f64,
}

/// Pairs the communities of two partitions that have nodes in common, and says which match best.
///
/// ```text
/// jaccard(A, B) = |A ∩ B| / |A ∪ B|
/// ```
///
/// The best match of a community is the one with the largest Jaccard index; ties go to the larger overlap, then to the smaller
/// number. It need not be mutual: where two merge, both have the same best match, and it has one of them.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) where the partitions have different numbers of nodes.
///
/// # Complexity
///
/// O(n), 20 bytes a node and 36 for each pair of communities with a node in common.
///
/// # References
///
/// Greene, Doyle, Cunningham, "Tracking the evolution of communities in dynamic social networks", ASONAM 2010.
///
/// # Examples
///
/// ```
/// use laud::community::{Partition, matching};
///
/// let (old, new) = (Partition::from_labels(&[0, 0, 0, 1, 1]), Partition::from_labels(&[0, 0, 1, 1, 1]));
/// let matching = matching(&old, &new)?;
/// let best = matching.pairs[matching.best_of_first[0]];
/// assert_eq!((best.second, best.overlap, best.jaccard), (1, 2, 2.0 / 3.0));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn matching(a: &Partition, b: &Partition) -> Result<Matching> {
    let table = Contingency::new(a, b)?;
    let pair = |cell: &super::contingency::Cell| {
        let (first, second) = (table.first[cell.first as usize], table.second[cell.second as usize]);
        let either = u64::from(first) + u64::from(second) - u64::from(cell.count);
        let jaccard = f64::from(cell.count) / either as f64;
        Match { first: cell.first, second: cell.second, overlap: cell.count, jaccard }
    };
    let pairs: Vec<Match> = table.cells.iter().map(pair).collect();
    let best = |count: usize, community: fn(&Match) -> u32| {
        let mut best = vec![usize::MAX; count];
        for (at, pair) in pairs.iter().enumerate() {
            let held = &mut best[community(pair) as usize];
            let is_better = |other: &Match| (pair.jaccard, pair.overlap) > (other.jaccard, other.overlap);
            if pairs.get(*held).is_none_or(is_better) {
                *held = at;
            }
        }
        best
    };
    Ok(Matching {
        best_of_first: best(table.first.len(), |pair| pair.first),
        best_of_second: best(table.second.len(), |pair| pair.second),
        pairs,
    })
}
