//! Weights learned from the past: from least squares without negative weights, and other starts, step by step to a better head.

use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// What a moment teaches once its outcomes are known.
pub(super) struct Lesson {
    /// When that is, in microseconds.
    pub(super) known: i64,
    gram: Array2<f64>,
    moments: Array1<f64>,
    /// Signals x people of the pool: all whom any signal puts near the top. Others never get there.
    columns: Vec<Vec<f64>>,
    /// ln(1 + outcome) of the people of the pool.
    gains: Vec<f64>,
    /// The discounted gain of the best order there is.
    ideal: f64,
    k: usize,
}

/// So many times k people are taken into the pool by each signal.
const POOL: usize = 3;

impl Lesson {
    pub(super) fn new(columns: &[Vec<f64>], outcomes: &[f64], k: usize, known: i64) -> Lesson {
        let gains: Vec<f64> = outcomes.iter().map(|&outcome| libm::log1p(outcome)).collect();
        let (gram, moments) = products(columns, &gains);
        let mut is_in = vec![false; gains.len()];
        for column in columns {
            first(column, POOL * k).into_iter().for_each(|row| is_in[row] = true);
        }
        let pool: Vec<usize> = (0..gains.len()).filter(|&row| is_in[row]).collect();
        let of_pool = |values: &[f64]| -> Vec<f64> { pool.iter().map(|&row| values[row]).collect() };
        Lesson {
            known,
            gram,
            moments,
            columns: columns.iter().map(|column| of_pool(column)).collect(),
            ideal: discounted(&gains, &first(&gains, k)),
            gains: of_pool(&gains),
            k,
        }
    }

    /// The NDCG of the pool in the order of some scores.
    fn judge(&self, scores: &[f64]) -> f64 {
        if self.ideal > 0.0 { discounted(&self.gains, &first(scores, self.k)) / self.ideal } else { 0.0 }
    }

    /// The weighted sums of the columns.
    fn scores(&self, weights: &[f64]) -> Vec<f64> {
        let mut scores = vec![0.0; self.gains.len()];
        for (column, &weight) in self.columns.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
            scores.iter_mut().zip(column).for_each(|(score, value)| *score += weight * value);
        }
        scores
    }
}

/// The rows of the largest values, the largest first, ties by row.
fn first(values: &[f64], count: usize) -> Vec<usize> {
    let by_value = |a: &usize, b: &usize| values[*b].total_cmp(&values[*a]).then(a.cmp(b));
    let mut rows: Vec<usize> = (0..values.len()).collect();
    if count < rows.len() {
        rows.select_nth_unstable_by(count, by_value);
        rows.truncate(count);
    }
    rows.sort_unstable_by(by_value);
    rows
}

/// The gains of some rows, less the farther down.
fn discounted(gains: &[f64], rows: &[usize]) -> f64 {
    rows.iter().zip(2_u32..).map(|(&row, place)| gains[row] / libm::log2(f64::from(place))).sum()
}

/// The weights, which add to 1 and of which none is negative, that put the people first who brought most about, by the mean NDCG
/// over some lessons: from the best of several starts, least squares among them, always the one step of a single weight that
/// gains most, until none gains a thousandth. Only signals that are `allowed` weigh anything.
///
/// D. Metzler, W. B. Croft, "Linear feature-based models for information retrieval", Information Retrieval 10, 2007.
pub(super) fn learned(lessons: &[&Lesson], allowed: &[bool], starts: &[Vec<f64>]) -> Vec<f64> {
    /// Steps, in shares of all weights.
    const STEPS: [f64; 10] = [0.5, -0.5, 0.2, -0.2, 0.1, -0.1, 0.05, -0.05, 0.02, -0.02];
    const GAIN: f64 = 1e-3;
    const MOST: usize = 50;
    let n = allowed.len();
    let mean = |of: &dyn Fn(&Lesson) -> f64| {
        lessons.iter().map(|lesson| of(lesson)).sum::<f64>() / lessons.len() as f64
    };
    let squares = {
        let (mut gram, mut moments) = (Array2::zeros((n, n)), Array1::zeros(n));
        for lesson in lessons {
            gram += &lesson.gram;
            moments += &lesson.moments;
        }
        for at in (0..n).filter(|&at| !allowed[at]) {
            moments[at] = f64::NEG_INFINITY;
        }
        non_negative(&gram, &moments)
    };
    let alone = (0..n)
        .filter(|&at| allowed[at])
        .map(|at| (0..n).map(|other| f64::from(u8::from(other == at))).collect());
    let starts: Vec<Vec<f64>> = starts.iter().cloned().chain([squares]).chain(alone).map(scaled).collect();
    let judged: Vec<f64> =
        starts.par_iter().map(|weights| mean(&|lesson| lesson.judge(&lesson.scores(weights)))).collect();
    let mut best = (0..starts.len())
        .reduce(|best, at| if judged[at] > judged[best] { at } else { best })
        .map_or_else(|| (vec![0.0; n], 0.0), |at| (starts[at].clone(), judged[at]));
    for _ in 0..MOST {
        let scores: Vec<Vec<f64>> = lessons.iter().map(|lesson| lesson.scores(&best.0)).collect();
        let steps: Vec<(usize, f64)> = (0..n)
            .filter(|&at| allowed[at])
            .flat_map(|at| STEPS.map(|step| (at, step.max(-best.0[at]))))
            .filter(|(_, step)| *step != 0.0)
            .collect();
        let gained: Vec<f64> = steps
            .par_iter()
            .map(|&(at, step)| {
                let judge = |(lesson, scores): (&&Lesson, &Vec<f64>)| {
                    let moved =
                        scores.iter().zip(&lesson.columns[at]).map(|(score, value)| score + step * value);
                    lesson.judge(&moved.collect::<Vec<f64>>())
                };
                lessons.iter().zip(&scores).map(judge).sum::<f64>() / lessons.len() as f64
            })
            .collect();
        let Some(at) = (0..steps.len()).reduce(|best, at| if gained[at] > gained[best] { at } else { best })
        else {
            break;
        };
        if gained[at] < best.1 + GAIN {
            break;
        }
        best.0[steps[at].0] += steps[at].1;
        best = (scaled(best.0), gained[at]);
    }
    best.0
}

/// Weights that add to 1, where there are any.
fn scaled(weights: Vec<f64>) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| if total > 0.0 { weight / total } else { 0.0 }).collect()
}

/// What of the mean variance of a column is added to each, so that columns that say the same share a weight.
const RIDGE: f64 = 0.01;

/// The non-negative weights w that make Σ (y − X w)² smallest, with a little ridge; by coordinate descent, which ends
/// since the problem is convex. Sums of `x` and `y` must be around 0.
///
/// C. L. Lawson, R. J. Hanson, *Solving Least Squares Problems*, 1974. J. Friedman, T. Hastie, R. Tibshirani,
/// "Regularization paths for generalized linear models via coordinate descent", Journal of Statistical Software 33, 2010.
fn non_negative(gram: &Array2<f64>, moments: &Array1<f64>) -> Vec<f64> {
    let n = moments.len();
    let trace: f64 = gram.diag().sum();
    let ridge = RIDGE * trace / n.max(1) as f64;
    let mut weights = vec![0.0; n];
    for _ in 0..10_000 {
        let mut moved: f64 = 0.0;
        for at in 0..n {
            let own = gram[(at, at)];
            if own <= 0.0 {
                continue;
            }
            let others: f64 =
                (0..n).map(|other| gram[(at, other)] * weights[other]).sum::<f64>() - own * weights[at];
            let weight = ((moments[at] - others) / (own + ridge)).max(0.0);
            moved = moved.max((weight - weights[at]).abs() * own.sqrt());
            weights[at] = weight;
        }
        if moved <= 1e-10 * trace.sqrt() {
            break;
        }
    }
    weights
}

/// What least squares needs of some people: sums of products of centered columns, and of columns and outcomes.
fn products(columns: &[Vec<f64>], outcomes: &[f64]) -> (Array2<f64>, Array1<f64>) {
    let centered = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        values.iter().map(|value| value - mean).collect::<Vec<f64>>()
    };
    let columns: Vec<Vec<f64>> = columns.iter().map(|column| centered(column)).collect();
    let outcomes = centered(outcomes);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let n = columns.len();
    let gram = Array2::from_shape_fn((n, n), |(row, column)| dot(&columns[row], &columns[column]));
    let moments = Array1::from_shape_fn(n, |row| dot(&columns[row], &outcomes));
    (gram, moments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_find_the_blend_that_no_signal_is_alone() {
        // The outcome is the sum of two signals; the third is noise, the fourth not allowed.
        let signal =
            |speed: f64| -> Vec<f64> { (0..400).map(|i| (f64::from(i) * speed).sin() + 1.0).collect() };
        let columns = [signal(0.7), signal(1.3), signal(2.9), (0..400).map(f64::from).collect()];
        let outcomes: Vec<f64> = columns[0].iter().zip(&columns[1]).map(|(a, b)| (a + b).powi(4)).collect();
        let lesson = Lesson::new(&columns, &outcomes, 20, 0);
        let weights = learned(&[&lesson], &[true, true, true, false], &[]);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{weights:?}");
        assert_eq!(weights[3], 0.0);
        let judged = lesson.judge(&lesson.scores(&weights));
        let alone = lesson.judge(&lesson.columns[0]);
        assert!(judged > 0.97 && judged > alone + 0.1, "{judged} {alone} {weights:?}");
    }

    #[test]
    fn weights_are_found_and_never_negative() {
        let first: Vec<f64> = (0..100).map(|i| (i as f64 * 0.7).sin()).collect();
        let second: Vec<f64> = (0..100).map(|i| (i as f64 * 1.3).cos()).collect();
        let outcome: Vec<f64> = first.iter().zip(&second).map(|(a, b)| 2.0 * a - 3.0 * b).collect();
        let (gram, moments) = products(&[first.clone(), second], &outcome);
        let weights = non_negative(&gram, &moments);
        assert!((weights[0] - 2.0).abs() < 0.3, "{weights:?}");
        assert_eq!(weights[1], 0.0);
        let (gram, moments) = products(&[first.clone(), first.clone()], &first);
        let twins = non_negative(&gram, &moments);
        assert!((twins[0] + twins[1] - 1.0).abs() < 0.02, "{twins:?}");
    }
}
