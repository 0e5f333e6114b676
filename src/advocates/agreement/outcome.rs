//! How far an order agrees with what came after: who is at the top, and how much of it they brought.

use serde::{Deserialize, Serialize};

use super::{all, same_length};
use crate::error::{Error, Result};

/// What an outcome is worth in [`ndcg`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gain {
    /// ln(1 + y), for counts whose largest would drown the others.
    #[default]
    Log1p,
    /// y itself, for grades and money.
    Linear,
    /// 2^y − 1, for grades where the best are what is looked for.
    Exponential,
}

impl Gain {
    fn of(self, outcome: f64) -> f64 {
        match self {
            Gain::Log1p => libm::log1p(outcome),
            Gain::Linear => outcome,
            Gain::Exponential => libm::exp2(outcome) - 1.0,
        }
    }
}

/// The share of the `k` with the highest scores who have an outcome above 0.
///
/// ```text
/// P@k = |{i in the top k: y(i) > 0}| / min(k, n)
/// ```
///
/// People with the same score have no order: each place they share counts as the share of them who have an outcome, which is
/// the mean over all orders. It is NaN without people.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length, a score is NaN, an outcome is negative or not finite, or `k` is 0.
///
/// # Complexity
///
/// O(n log n).
///
/// # References
///
/// Of ties: McSherry, Najork, "Computing information retrieval performance measures efficiently in the presence of tied
/// scores", ECIR 2008.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::precision_at;
///
/// assert_eq!(precision_at(&[4.0, 3.0, 2.0, 1.0], &[9.0, 0.0, 1.0, 1.0], 2)?, 0.5);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn precision_at(scores: &[f64], outcomes: &[f64], k: usize) -> Result<f64> {
    let order = Order::new(scores, outcomes, k)?;
    let hits = order.sum(k, |outcome| if outcome > 0.0 { 1.0 } else { 0.0 }, |_| 1.0);
    Ok(hits / order.places(k))
}

/// The discounted gain of the `k` with the highest scores, over the most that any order could reach: 1 for the best.
///
/// ```text
/// NDCG@k = DCG of the scores / DCG of the outcomes      DCG = Σ gain(y(i)) / log2(1 + i)
///                                                           i ≤ k
/// ```
///
/// where y(i) is the outcome of who stands at place i. People with the same score have no order: each place they share
/// brings the mean gain of all of them, which is the mean over all orders. Fewer than `k` people are all looked at. It is NaN
/// where nobody has an outcome: there was nothing to foretell.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length, a score is NaN, an outcome is negative or not finite, or `k` is 0.
///
/// # Complexity
///
/// O(n log n).
///
/// # References
///
/// Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20, 2002 (linear); Burges et al.,
/// "Learning to rank using gradient descent", ICML 2005 (exponential). Of ties: McSherry, Najork, ECIR 2008.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::{Gain, ndcg};
///
/// let (scores, grades) = ([6.0, 5.0, 4.0, 3.0, 2.0, 1.0], [3.0, 2.0, 3.0, 0.0, 1.0, 2.0]);
/// assert!((ndcg(&scores, &grades, 6, Gain::Linear)? - 0.960808194).abs() < 1e-9);
/// assert!((ndcg(&scores, &grades, 6, Gain::Exponential)? - 0.948810749).abs() < 1e-9);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn ndcg(scores: &[f64], outcomes: &[f64], k: usize, gain: Gain) -> Result<f64> {
    let gain = |outcome| gain.of(outcome);
    let discount = |place: usize| 1.0 / libm::log2(place as f64 + 1.0);
    let reached = Order::new(scores, outcomes, k)?.sum(k, gain, discount);
    Ok(reached / Order::new(outcomes, outcomes, k)?.sum(k, gain, discount))
}

/// The share of all outcomes that the `k` with the highest scores have.
///
/// ```text
/// captured@k = Σ y(i) / Σ y(i)
///             i ≤ k     i
/// ```
///
/// People with the same score have no order: each place they share brings the mean of their outcomes. It is NaN where nobody
/// has an outcome.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length, a score is NaN, an outcome is negative or not finite, or `k` is 0.
///
/// # Complexity
///
/// O(n log n).
///
/// # References
///
/// The ordinate of a cumulative gains chart: Ling, Li, "Data mining for direct marketing: problems and solutions", KDD 1998.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::captured_share;
///
/// assert_eq!(captured_share(&[3.0, 2.0, 1.0], &[6.0, 0.0, 2.0], 1)?, 0.75);
/// // The two at the top cannot be told apart: one of them has 3 on average.
/// assert_eq!(captured_share(&[3.0, 3.0, 1.0], &[6.0, 0.0, 2.0], 1)?, 0.375);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn captured_share(scores: &[f64], outcomes: &[f64], k: usize) -> Result<f64> {
    let order = Order::new(scores, outcomes, k)?;
    let captured = |k| order.sum(k, |outcome| outcome, |_| 1.0);
    Ok(captured(k) / captured(usize::MAX))
}

/// How many times the outcome of a random person one of the `k` with the highest scores has.
///
/// ```text
/// lift@k = captured@k · n / min(k, n)
/// ```
///
/// An order at random has 1. Ties are those of [`captured_share`]; it is NaN where nobody has an outcome.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length, a score is NaN, an outcome is negative or not finite, or `k` is 0.
///
/// # Complexity
///
/// O(n log n).
///
/// # References
///
/// Ling, Li, "Data mining for direct marketing: problems and solutions", KDD 1998.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::lift;
///
/// assert_eq!(lift(&[4.0, 3.0, 2.0, 1.0], &[6.0, 0.0, 1.0, 1.0], 1)?, 3.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn lift(scores: &[f64], outcomes: &[f64], k: usize) -> Result<f64> {
    Ok(captured_share(scores, outcomes, k)? * scores.len() as f64 / k.min(scores.len()) as f64)
}

/// How far counts lie from what was expected of them: 0 where every forecast is exact.
///
/// ```text
/// D = 2/n Σ (y ln(y/μ) − y + μ)      with y ln(y/μ) = 0 where y = 0
///         i
/// ```
///
/// It is the mean over the people, so logs of different size compare, and infinite where 0 was expected of somebody who has an
/// outcome. It is NaN without people.
///
/// # Errors
///
/// [`Error::Parameter`] where the slices differ in length or a number is negative or not finite.
///
/// # Complexity
///
/// O(n).
///
/// # References
///
/// McCullagh, Nelder, "Generalized Linear Models", 2nd edition, 1989.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::poisson_deviance;
///
/// assert_eq!(poisson_deviance(&[0.0, 2.0, 1.0], &[0.0, 2.0, 1.0])?, 0.0);
/// assert_eq!(poisson_deviance(&[0.0, 0.0], &[0.5, 0.5])?, 1.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn poisson_deviance(outcomes: &[f64], expected: &[f64]) -> Result<f64> {
    same_length(outcomes, "expected", expected)?;
    let is_count = |value: f64| value.is_finite() && value >= 0.0;
    all("outcomes", outcomes, "finite and at least 0", is_count)?;
    all("expected", expected, "finite and at least 0", is_count)?;
    let deviance = |(&y, &mu): (&f64, &f64)| {
        let surprise = if y > 0.0 { y * libm::log(y / mu) } else { 0.0 };
        surprise - (y - mu)
    };
    let sum: f64 = outcomes.iter().zip(expected).map(deviance).sum();
    Ok(2.0 * sum / outcomes.len() as f64)
}

/// Outcomes in the order of their scores, best first, in groups of the same score.
struct Order {
    /// Scores and outcomes; within a group by outcome, so that sums do not depend on how the people came.
    people: Vec<(f64, f64)>,
}

impl Order {
    fn new(scores: &[f64], outcomes: &[f64], k: usize) -> Result<Order> {
        same_length(scores, "outcomes", outcomes)?;
        all("scores", scores, "numbers", |score| !score.is_nan())?;
        all("outcomes", outcomes, "finite and at least 0", |outcome| outcome.is_finite() && outcome >= 0.0)?;
        if k == 0 {
            return Err(Error::parameter("k", "at least 1", k));
        }
        // Adding 0 makes −0 a 0.
        let mut people: Vec<(f64, f64)> =
            scores.iter().zip(outcomes).map(|(score, outcome)| (score + 0.0, *outcome)).collect();
        people.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
        Ok(Order { people })
    }

    /// How many places there are among the first `k`.
    fn places(&self, k: usize) -> f64 {
        k.min(self.people.len()) as f64
    }

    /// The sum of `gain` times `discount` over the first `k` places, counted from 1; a place of a group has its mean gain.
    fn sum(&self, k: usize, gain: impl Fn(f64) -> f64, discount: impl Fn(usize) -> f64) -> f64 {
        let (mut sum, mut place) = (0.0, 0);
        for group in self.people.chunk_by(|a, b| a.0 == b.0) {
            if place >= k {
                break;
            }
            let within = group.len().min(k - place);
            let mean = group.iter().map(|(_, outcome)| gain(*outcome)).sum::<f64>() / group.len() as f64;
            sum += mean * (1..=within).map(|at| discount(place + at)).sum::<f64>();
            place += within;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All orders of a few people.
    fn orders(n: usize) -> Vec<Vec<usize>> {
        if n == 0 {
            return vec![Vec::new()];
        }
        let with = |order: &Vec<usize>, at: usize| [&order[..at], &[n - 1], &order[at..]].concat();
        orders(n - 1).iter().flat_map(|order| (0..n).map(|at| with(order, at)).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn ties_count_as_the_mean_over_all_their_orders() {
        let (scores, outcomes) = ([2.0, 2.0, 5.0, 2.0, 1.0, -0.0, 0.0], [3.0, 0.0, 1.0, 7.0, 0.0, 2.0, 0.0]);
        type Measure = fn(&[f64], &[f64], usize) -> Result<f64>;
        let measures: [(&str, Measure); 4] = [
            ("precision", precision_at),
            ("captured", captured_share),
            ("lift", lift),
            ("ndcg", |scores, outcomes, k| ndcg(scores, outcomes, k, Gain::Log1p)),
        ];
        for k in 1..=8 {
            for (name, measure) in measures {
                let broken = orders(7).into_iter().map(|order| {
                    let nudged: Vec<f64> =
                        scores.iter().zip(&order).map(|(score, at)| score + 1e-6 * *at as f64).collect();
                    measure(&nudged, &outcomes, k).unwrap()
                });
                let (count, sum) = broken.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
                let found = measure(&scores, &outcomes, k).unwrap();
                assert!((found - sum / count).abs() < 1e-12, "{name}@{k}: {found} and {}", sum / count);
            }
        }
    }

    #[test]
    fn numbers_do_not_depend_on_how_the_people_came() {
        let scores = [1.0, 1.0, 1.0, 0.5];
        let outcomes = [0.1, 0.2, 0.3, 0.7];
        for order in orders(4) {
            let shuffled = |values: &[f64]| order.iter().map(|&at| values[at]).collect::<Vec<f64>>();
            let (scores, outcomes) = (shuffled(&scores), shuffled(&outcomes));
            let bits = ndcg(&scores, &outcomes, 2, Gain::Log1p).unwrap().to_bits();
            assert_eq!(
                bits,
                ndcg(&[1.0, 1.0, 1.0, 0.5], &[0.1, 0.2, 0.3, 0.7], 2, Gain::Log1p).unwrap().to_bits()
            );
        }
    }

    #[test]
    fn the_best_order_has_1_and_no_outcome_no_number() {
        let outcomes = [0.0, 4.0, 2.0, 2.0];
        for gain in [Gain::Log1p, Gain::Linear, Gain::Exponential] {
            assert_eq!(ndcg(&outcomes, &outcomes, 3, gain).unwrap(), 1.0);
            assert!(ndcg(&outcomes, &[0.0; 4], 3, gain).unwrap().is_nan());
        }
        assert!(captured_share(&[], &[], 5).unwrap().is_nan() && precision_at(&[], &[], 5).unwrap().is_nan());
        assert_eq!(lift(&outcomes, &outcomes, 9).unwrap(), 1.0);
    }

    #[test]
    fn what_is_no_score_and_no_outcome_is_refused() {
        let refused = |result: Result<f64>, words: &str| {
            let error = result.unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        refused(precision_at(&[1.0], &[1.0, 2.0], 1), "outcomes must be 1 numbers, one a person, got 2");
        refused(lift(&[f64::NAN], &[1.0], 1), "scores must be numbers, got NaN");
        refused(captured_share(&[1.0], &[-1.0], 1), "outcomes must be finite and at least 0, got -1");
        refused(ndcg(&[1.0], &[1.0], 0, Gain::Linear), "k must be at least 1, got 0");
        refused(poisson_deviance(&[1.0], &[f64::INFINITY]), "expected must be finite");
    }

    #[test]
    fn deviance_is_least_at_the_mean_and_infinite_where_nothing_was_expected() {
        let outcomes = [0.0, 1.0, 2.0, 5.0];
        let of = |expected: f64| poisson_deviance(&outcomes, &[expected; 4]).unwrap();
        assert!(of(2.0) < of(1.9) && of(2.0) < of(2.1), "{} {} {}", of(1.9), of(2.0), of(2.1));
        // Mean of 2 (y ln(y/2) − y + 2) over the four.
        let by_hand = 2.0 * (2.0 + (1.0 - 2.0_f64.ln()) + 0.0 + (5.0 * 2.5_f64.ln() - 3.0)) / 4.0;
        assert!((of(2.0) - by_hand).abs() < 1e-15, "{}", of(2.0));
        assert_eq!(of(0.0), f64::INFINITY);
    }
}
