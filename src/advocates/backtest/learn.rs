//! Weights learned from the past: least squares without negative weights.

use ndarray::{Array1, Array2};

/// What of the mean variance of a column is added to each, so that columns that say the same share a weight.
const RIDGE: f64 = 0.01;

/// The non-negative weights w that make Σ (y − X w)² smallest, with a little ridge; by coordinate descent, which ends
/// since the problem is convex. Sums of `x` and `y` must be around 0.
///
/// C. L. Lawson, R. J. Hanson, *Solving Least Squares Problems*, 1974. J. Friedman, T. Hastie, R. Tibshirani,
/// "Regularization paths for generalized linear models via coordinate descent", Journal of Statistical Software 33, 2010.
pub(super) fn non_negative(gram: &Array2<f64>, moments: &Array1<f64>) -> Vec<f64> {
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
pub(super) fn products(columns: &[Vec<f64>], outcomes: &[f64]) -> (Array2<f64>, Array1<f64>) {
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
