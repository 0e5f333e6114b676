//! How far two orders of the same people agree.

use rayon::prelude::*;

use super::{all, same_length};
use crate::error::{Error, Result};

/// Spearman's rank correlation: 1 where the orders are the same, −1 where one is the other reversed.
///
/// The correlation of the ranks r and s of the same people, where people with the same number share the mean of their ranks:
///
/// ```text
/// ρ = Σ (r − r̄)(s − s̄) / √(Σ (r − r̄)² Σ (s − s̄)²)
/// ```
///
/// Sums are of whole numbers, so how the people came does not matter. It is NaN where everybody has the same number in one of
/// the two, and with fewer than two people. Where most have nothing in both, what is left of the order among them decides:
/// look at the top with [`ndcg`](super::ndcg) too.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length or hold NaN.
///
/// # Complexity
///
/// O(n log n), 24 bytes a person.
///
/// # References
///
/// Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15, 1904.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::spearman;
///
/// assert_eq!(spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 80.0])?, 1.0);
/// assert!((spearman(&[1.0, 2.0, 3.0], &[5.0, 5.0, 2.0])? + 0.75_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn spearman(a: &[f64], b: &[f64]) -> Result<f64> {
    check(a, b)?;
    let (r, s) = (doubled_ranks(a), doubled_ranks(b));
    let mean = a.len() as i128 + 1;
    let (mut both, mut first, mut second) = (0_i128, 0_i128, 0_i128);
    for (r, s) in r.iter().zip(&s) {
        let (r, s) = (i128::from(*r) - mean, i128::from(*s) - mean);
        both += r * s;
        first += r * r;
        second += s * s;
    }
    Ok(both as f64 / (first as f64 * second as f64).sqrt())
}

/// Kendall's τ-b: how much more often two people stand in the same order than in opposite ones.
///
/// With C pairs in the same order in both, D in opposite orders, N = n (n − 1) / 2 pairs in all and T and U of them tied in the
/// first and in the second
///
/// ```text
/// τ = (C − D) / √((N − T)(N − U))
/// ```
///
/// Pairs are counted in whole numbers: sorted by the first, D is the number of exchanges that sorting by the second takes. It is
/// NaN where everybody has the same number in one of the two, and with fewer than two people.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length or hold NaN.
///
/// # Complexity
///
/// O(n log n), 40 bytes a person.
///
/// # References
///
/// Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945; Knight, "A computer method for calculating
/// Kendall's tau with ungrouped data", Journal of the American Statistical Association 61, 1966.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::kendall_tau_b;
///
/// assert_eq!(kendall_tau_b(&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0])?, 1.0 / 3.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn kendall_tau_b(a: &[f64], b: &[f64]) -> Result<f64> {
    check(a, b)?;
    let mut pairs: Vec<(u64, u64)> = doubled_ranks(a).into_iter().zip(doubled_ranks(b)).collect();
    pairs.par_sort_unstable();
    let pairs_in = |group: usize| group as i128 * (group as i128 - 1) / 2;
    let tied_in_both: i128 = pairs.chunk_by(|x, y| x == y).map(|group| pairs_in(group.len())).sum();
    let tied_in_first: i128 = pairs.chunk_by(|x, y| x.0 == y.0).map(|group| pairs_in(group.len())).sum();
    let mut second: Vec<u64> = pairs.into_iter().map(|(_, rank)| rank).collect();
    let opposite = i128::from(exchanges(&mut second));
    let tied_in_second: i128 = second.chunk_by(|x, y| x == y).map(|group| pairs_in(group.len())).sum();

    let all = pairs_in(a.len());
    let same = all - tied_in_first - tied_in_second + tied_in_both - opposite;
    let (first, second) = (all - tied_in_first, all - tied_in_second);
    Ok((same - opposite) as f64 / (first as f64 * second as f64).sqrt())
}

/// How alike two rankings are, the top counting most: 1 where they are the same, 0 where nobody is in both.
///
/// A reader goes down both rankings and stops after each place with probability 1 − p. What is read up to there agrees to the
/// share A of people who are in both; the number is the A that the reader finds on average. With X(d) people in both of the
/// first d places and S(d) and L(d) people there
///
/// ```text
/// A(d) = 2 X(d) / (S(d) + L(d))
///
/// RBO = (1 − p) Σ p^(d−1) A(d)  +  p^l A(l)
///              d ≤ l
/// ```
///
/// where l is the length of the longer ranking: below it the agreement is taken to stay what it is. A number for each person is
/// given, the highest at the top, NaN for those who are not in the ranking. **Ties**: people with the same number stand at the
/// place of the first of them, all at once. **Uneven lengths**: below the end s of the shorter ranking, S(d) = d and as large a
/// share of what is missing is taken to be in both as at s. It is 0 where one ranking is empty and NaN where both are. With
/// p = .98 the first 50 places have 85 % of the weight.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length, or p is not in (0, 1).
///
/// # Complexity
///
/// O(n log n), 32 bytes a person.
///
/// # References
///
/// Webber, Moffat, Zobel, "A similarity measure for indefinite rankings", ACM Transactions on Information Systems 28, 2010:
/// the extrapolated form for lists of different length, and their treatment of ties.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::rank_biased_overlap;
///
/// let (old, new) = ([3.0, 2.0, 1.0, f64::NAN], [3.0, 1.0, f64::NAN, 2.0]);
/// assert_eq!(rank_biased_overlap(&old, &old, 0.98)?, 1.0);
/// let overlap = rank_biased_overlap(&old, &new, 0.5)?;
/// // Half of the weight on the one they agree on, a quarter on 1 of 2, the rest on 2 of 3.
/// assert!((overlap - (0.5 + 0.25 / 2.0 + 0.25 * 2.0 / 3.0)).abs() < 1e-15);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn rank_biased_overlap(a: &[f64], b: &[f64], p: f64) -> Result<f64> {
    same_length(a, "b", b)?;
    if !(p > 0.0 && p < 1.0) {
        return Err(Error::parameter("p", "in (0, 1)", p));
    }
    let (first, second) = (places(a), places(b));
    let (a, b) = (Entries::new(&first), Entries::new(&second));
    if a.length.min(b.length) == 0 {
        return Ok(if a.length == b.length { f64::NAN } else { 0.0 });
    }
    // Who is in both enters the overlap at the later of the two places.
    let longest = a.length.max(b.length);
    let mut joining = vec![0_u64; longest + 1];
    for (&first, &second) in first.iter().zip(&second).filter(|(first, second)| **first > 0 && **second > 0) {
        joining[first.max(second)] += 1;
    }
    let shortest = a.length.min(b.length);
    let mut overlap = 0;
    let mut agreements: Vec<f64> = Vec::with_capacity(longest);
    for (depth, joining) in joining.into_iter().enumerate().skip(1) {
        overlap += joining;
        let beyond = depth.saturating_sub(shortest);
        let missing = if beyond > 0 { agreements[shortest - 1] * beyond as f64 } else { 0.0 };
        let there = |entries: &Entries| if depth > entries.length { depth } else { entries.by[depth] };
        agreements.push(2.0 * (overlap as f64 + missing) / (there(&a) + there(&b)) as f64);
    }
    // From the end: at each place the reader stops here, or goes on to what is below.
    let below = agreements[longest - 1];
    Ok(agreements.into_iter().rev().fold(below, |below, here| here + p * (below - here)))
}

fn check(a: &[f64], b: &[f64]) -> Result<()> {
    same_length(a, "b", b)?;
    all("a", a, "numbers", |value| !value.is_nan())?;
    all("b", b, "numbers", |value| !value.is_nan())
}

/// Positions in ascending order of their values.
fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.par_sort_unstable_by(|&i, &j| (values[i] + 0.0).total_cmp(&(values[j] + 0.0)));
    order
}

/// Twice the rank of each value, from 1 for the smallest; equal values share the mean of theirs.
fn doubled_ranks(values: &[f64]) -> Vec<u64> {
    let order = ascending(values);
    let mut ranks = vec![0; values.len()];
    let mut before = 0;
    for group in order.chunk_by(|&i, &j| values[i] == values[j]) {
        for &at in group {
            ranks[at] = (2 * before + group.len() + 1) as u64;
        }
        before += group.len();
    }
    ranks
}

/// The place of each value, 1 for the highest, that of the first for equal ones, 0 for NaN.
fn places(values: &[f64]) -> Vec<usize> {
    let mut order = ascending(values);
    order.retain(|&at| !values[at].is_nan());
    order.reverse();
    let mut places = vec![0; values.len()];
    let mut before = 0;
    for group in order.chunk_by(|&i, &j| values[i] == values[j]) {
        group.iter().for_each(|&at| places[at] = before + 1);
        before += group.len();
    }
    places
}

/// How many people stand at each place of a ranking or above it.
struct Entries {
    length: usize,
    by: Vec<usize>,
}

impl Entries {
    fn new(places: &[usize]) -> Entries {
        let length = places.iter().filter(|&&place| place > 0).count();
        let mut by = vec![0; length + 1];
        places.iter().filter(|&&place| place > 0).for_each(|&place| by[place] += 1);
        (1..=length).for_each(|place| by[place] += by[place - 1]);
        Entries { length, by }
    }
}

/// Sorts by merging and counts the pairs that stood in the wrong order.
fn exchanges(values: &mut [u64]) -> u64 {
    let (mut from, mut to) = (values.to_vec(), vec![0; values.len()]);
    let (mut width, mut exchanges) = (1, 0);
    while width < values.len() {
        for (runs, merged) in from.chunks(2 * width).zip(to.chunks_mut(2 * width)) {
            let (left, right) = runs.split_at(width.min(runs.len()));
            let (mut i, mut j) = (0, 0);
            for slot in merged {
                if j == right.len() || (i < left.len() && left[i] <= right[j]) {
                    *slot = left[i];
                    i += 1;
                } else {
                    *slot = right[j];
                    j += 1;
                    exchanges += (left.len() - i) as u64;
                }
            }
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    values.copy_from_slice(&from);
    exchanges
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// Two lists of numbers from a few, so that there are ties.
    fn drawn(seed: u64) -> (Vec<f64>, Vec<f64>) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let n = random.random_range(0..40);
        let values = random.random_range(1..12);
        let mut list = || (0..n).map(|_| f64::from(random.random_range(-values..=values))).collect();
        (list(), list())
    }

    fn close(found: f64, expected: f64, what: &str) {
        let same = (found - expected).abs() < 1e-12 || (found.is_nan() && expected.is_nan());
        assert!(same, "{what}: {found} and {expected}");
    }

    /// All pairs; simple by design.
    fn slow_tau(a: &[f64], b: &[f64]) -> f64 {
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for i in 0..a.len() {
            for j in 0..i {
                let sign = |x: f64, y: f64| if x == y { 0.0 } else { (x - y).signum() };
                let (x, y) = (sign(a[i], a[j]), sign(b[i], b[j]));
                sum += x * y;
                first += x * x;
                second += y * y;
            }
        }
        sum / f64::sqrt(first * second)
    }

    /// Ranks by counting who is below and beside, then the correlation; simple by design.
    fn slow_spearman(a: &[f64], b: &[f64]) -> f64 {
        let rank = |values: &[f64], x: f64| {
            let below = values.iter().filter(|y| **y < x).count() as f64;
            let beside = values.iter().filter(|y| **y == x).count() as f64;
            below + (beside + 1.0) / 2.0
        };
        let ranks = |values: &[f64]| values.iter().map(|&x| rank(values, x)).collect::<Vec<f64>>();
        let (r, s) = (ranks(a), ranks(b));
        let mean = (a.len() as f64 + 1.0) / 2.0;
        let moment =
            |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
        moment(&r, &s) / (moment(&r, &r) * moment(&s, &s)).sqrt()
    }

    /// Sets of the first people at each depth, without ties and for lists of the same length; simple by design.
    fn slow_overlap(a: &[usize], b: &[usize], p: f64) -> f64 {
        let agreement = |depth: usize| {
            a[..depth].iter().filter(|person| b[..depth].contains(person)).count() as f64 / depth as f64
        };
        let sum: f64 = (1..=a.len()).map(|depth| p.powi(depth as i32 - 1) * agreement(depth)).sum();
        (1.0 - p) * sum + p.powi(a.len() as i32) * agreement(a.len())
    }

    #[test]
    fn correlations_agree_with_counting_all_pairs() {
        for seed in 0..300 {
            let (a, b) = drawn(seed);
            close(kendall_tau_b(&a, &b).unwrap(), slow_tau(&a, &b), &format!("tau, seed {seed}"));
            close(spearman(&a, &b).unwrap(), slow_spearman(&a, &b), &format!("rho, seed {seed}"));
        }
    }

    #[test]
    fn an_order_agrees_with_itself_and_opposes_its_reverse() {
        for seed in 0..100 {
            let (a, _) = drawn(seed);
            if a.iter().all(|value| *value == a[0]) {
                continue;
            }
            let reversed: Vec<f64> = a.iter().map(|value| -value).collect();
            for measure in [spearman, kendall_tau_b] {
                assert_eq!(measure(&a, &a).unwrap(), 1.0, "seed {seed}");
                assert_eq!(measure(&a, &reversed).unwrap(), -1.0, "seed {seed}");
            }
            for p in [0.1, 0.5, 0.9, 0.98] {
                assert_eq!(rank_biased_overlap(&a, &a, p).unwrap(), 1.0, "seed {seed}, p {p}");
            }
        }
        assert!(kendall_tau_b(&[1.0, 1.0], &[1.0, 2.0]).unwrap().is_nan());
        assert!(spearman(&[0.0, -0.0], &[1.0, 2.0]).unwrap().is_nan(), "0 and −0 are one number");
        assert!(spearman(&[1.0, f64::NAN], &[1.0, 2.0]).is_err());
    }

    #[test]
    fn overlap_agrees_with_sets_at_every_depth() {
        use rand::seq::SliceRandom;
        for seed in 0..100 {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
            let (people, listed) = (30, random.random_range(1..30));
            let mut list = || {
                let mut list: Vec<usize> = (0..people).collect();
                list.shuffle(&mut random);
                list.truncate(listed);
                list
            };
            let (a, b) = (list(), list());
            let numbers = |list: &[usize]| {
                let mut numbers = vec![f64::NAN; people];
                list.iter().enumerate().for_each(|(at, &person)| numbers[person] = -(at as f64));
                numbers
            };
            for p in [0.3, 0.9, 0.98] {
                let found = rank_biased_overlap(&numbers(&a), &numbers(&b), p).unwrap();
                close(found, slow_overlap(&a, &b, p), &format!("seed {seed}, p {p}"));
            }
        }
    }

    #[test]
    fn overlap_of_uneven_lists_goes_on_as_the_shorter_one_began() {
        // The example of the equation: S = a b, L = a c b d, with X(2) = 1, X(4) = 2.
        let (s, l) = ([2.0, 1.0, f64::NAN, f64::NAN], [4.0, 2.0, 3.0, 1.0]);
        let p: f64 = 0.9;
        let sum = p + 0.5 * p.powi(2) + 2.0 / 3.0 * p.powi(3) + 2.0 / 4.0 * p.powi(4);
        let rest = (1.0 * 1.0 / (2.0 * 3.0)) * p.powi(3) + (1.0 * 2.0 / (2.0 * 4.0)) * p.powi(4);
        let by_hand = (1.0 - p) / p * (sum + rest) + ((2.0 - 1.0) / 4.0 + 1.0 / 2.0) * p.powi(4);
        close(rank_biased_overlap(&s, &l, p).unwrap(), by_hand, "uneven");
        close(rank_biased_overlap(&l, &s, p).unwrap(), by_hand, "the other way round");
        let prefix = [2.0, f64::NAN, 1.0, f64::NAN];
        close(rank_biased_overlap(&[4.0, 2.0, 3.0, 1.0], &prefix, p).unwrap(), 1.0, "a prefix");
    }

    #[test]
    fn people_tied_at_a_place_are_all_there() {
        // Nobody is told apart in the one, everybody in the other: A(d) = 2 d / (3 + d).
        let found = rank_biased_overlap(&[1.0, 1.0, 1.0], &[3.0, 2.0, 1.0], 0.5).unwrap();
        let by_hand = 0.5 * (2.0 / 4.0) + 0.25 * (4.0 / 5.0) + 0.25 * 1.0;
        close(found, by_hand, "ties");
    }

    #[test]
    fn overlap_with_nothing_is_0_and_of_nothing_no_number() {
        let nobody = [f64::NAN; 2];
        assert_eq!(rank_biased_overlap(&[1.0, 2.0], &nobody, 0.98).unwrap(), 0.0);
        assert_eq!(rank_biased_overlap(&[1.0, f64::NAN], &[f64::NAN, 1.0], 0.98).unwrap(), 0.0);
        assert!(rank_biased_overlap(&nobody, &nobody, 0.98).unwrap().is_nan());
        let error = rank_biased_overlap(&nobody, &nobody, 1.0).unwrap_err().to_string();
        assert_eq!(error, "p must be in (0, 1), got 1");
    }
}
