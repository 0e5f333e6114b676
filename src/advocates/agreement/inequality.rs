//! Inequality: of shares among people, and of the times between events.

use super::all;
use crate::error::Result;

/// Gini's coefficient: 0 where everybody has the same, towards 1 where one has everything.
///
/// With the values in ascending order x(1) to x(n)
///
/// ```text
/// G = Σ (2 i − n − 1) x(i) / (n Σ x(i))
///     i                        i
/// ```
///
/// One of n who has everything gives 1 − 1/n: nothing is added for small n. The order of the values does not matter, ties
/// neither. Where there is nothing to share it is NaN.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) for a value that is negative or not finite.
///
/// # Complexity
///
/// O(n log n).
///
/// # References
///
/// Gini, "Variabilità e mutabilità", 1912; in this form Sen, "On Economic Inequality", 1973.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::gini;
///
/// assert_eq!(gini(&[1.0, 2.0, 3.0, 4.0])?, 0.25);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn gini(values: &[f64]) -> Result<f64> {
    all("values", values, "finite and at least 0", |value| value.is_finite() && value >= 0.0)?;
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let (mut weighted, mut total) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        weighted += (2.0 * at as f64 + 1.0 - n) * value;
        total += value;
    }
    Ok(weighted / (n * total))
}

/// How bursty events are: −1 where they come at equal distances, 0 at random, towards 1 in few bursts.
///
/// With the mean μ and the standard deviation σ of the times between one event and the next
///
/// ```text
/// B = (σ − μ) / (σ + μ)
/// ```
///
/// Times may come in any order and unit. σ is that of the times between all events, not an estimate for others. With n events
/// it is at most (√(n−2) − 1) / (√(n−2) + 1): people with few events cannot be bursty, so do not compare them with people
/// with many. It is NaN with fewer than three events, and where all come at once.
///
/// # Complexity
///
/// O(n log n).
///
/// # References
///
/// Goh, Barabási, "Burstiness and memory in complex systems", Europhysics Letters 81, 2008.
///
/// # Examples
///
/// ```
/// use laud::advocates::agreement::burstiness;
///
/// assert_eq!(burstiness(&[0, 10, 20, 30]), -1.0);
/// assert!(burstiness(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 1000]) > 0.4);
/// ```
pub fn burstiness(times: &[i64]) -> f64 {
    if times.len() < 3 {
        return f64::NAN;
    }
    let mut times = times.to_vec();
    times.sort_unstable();
    // Between the ends of i64 there is more than an i64 holds.
    let gaps = || times.windows(2).map(|pair| (i128::from(pair[1]) - i128::from(pair[0])) as f64);
    let count = (times.len() - 1) as f64;
    let mean = gaps().sum::<f64>() / count;
    let deviation = (gaps().map(|gap| (gap - mean) * (gap - mean)).sum::<f64>() / count).sqrt();
    (deviation - mean) / (deviation + mean)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::{Distribution, Exp};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    #[test]
    fn gini_has_the_values_of_the_textbook() {
        let nine_in_a_hundred = [vec![0.0; 90], vec![1.0; 9], vec![91.0]].concat();
        for (values, expected) in [
            (&[0.0, 0.0, 0.0, 10.0][..], 0.75),
            (&[1.0; 4], 0.0),
            (&[4.0, 2.0, 3.0, 1.0], 0.25),
            (&nine_in_a_hundred, 0.981),
        ] {
            let gini = gini(values).unwrap();
            println!("Gini {gini} for {expected}");
            assert!((gini - expected).abs() < 1e-15, "{gini} for {expected}");
        }
        assert!(gini(&[0.0, 0.0]).unwrap().is_nan() && gini(&[]).unwrap().is_nan());
        let error = gini(&[1.0, -2.0]).unwrap_err().to_string();
        assert_eq!(error, "values must be finite and at least 0, got -2");
    }

    #[test]
    fn burstiness_tells_a_clock_from_chance_and_from_bursts() {
        let clock: Vec<i64> = (0..1000).rev().map(|tick| tick * 3_600_000_000).collect();
        assert_eq!(burstiness(&clock), -1.0);

        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let gaps = Exp::new(1e-6).unwrap();
        let mut now = 0.0;
        let mut at_random = || {
            now += gaps.sample(&mut random);
            now as i64
        };
        let poisson: Vec<i64> = (0..100_000).map(|_| at_random()).collect();
        let poisson = burstiness(&poisson);
        println!("burstiness of a clock {}, of chance {poisson:.4}", burstiness(&clock));
        assert!(poisson.abs() < 0.05, "{poisson}");

        let one_burst = [(0..99).collect::<Vec<i64>>(), vec![1_000_000]].concat();
        let most = (98.0_f64.sqrt() - 1.0) / (98.0_f64.sqrt() + 1.0);
        let bursty = burstiness(&one_burst);
        assert!(bursty < most && bursty > most - 1e-3, "{bursty}, at most {most}");
        assert!(burstiness(&[1, 2]).is_nan() && burstiness(&[5, 5, 5]).is_nan());
        assert_eq!(burstiness(&[i64::MIN, 0, i64::MAX]), -1.0);
    }
}
