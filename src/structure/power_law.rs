//! Discrete power laws, fitted to the tails of counts.

/// Values from a minimum on.
pub(super) struct Tail<'a> {
    /// The different values, ascending, and how often each occurs.
    counts: &'a [(u64, u64)],
    /// How many there are in all.
    total: u64,
    /// The mean of their logarithms.
    mean_log: f64,
}

impl Tail<'_> {
    /// The tails of at least `fewest` values, of which two differ, from the longest to the shortest.
    pub(super) fn all(counts: &[(u64, u64)], fewest: u64) -> Vec<Tail<'_>> {
        let mut tails = Vec::new();
        let (mut total, mut logs) = (0, 0.0);
        for (at, &(value, count)) in counts.iter().enumerate().rev() {
            total += count;
            logs += count as f64 * (value as f64).ln();
            if total >= fewest && at + 1 < counts.len() {
                tails.push(Tail { counts: &counts[at..], total, mean_log: logs / total as f64 });
            }
        }
        tails.reverse();
        tails
    }
}

/// p(d) = d^−exponent / ζ(exponent, minimum) for d from `minimum` on.
pub(super) struct PowerLaw {
    pub(super) exponent: f64,
    pub(super) error: f64,
    pub(super) minimum: u64,
    /// The largest difference between the cumulative distributions of the law and of the values.
    pub(super) distance: f64,
    pub(super) nodes: u64,
}

impl PowerLaw {
    /// The law under which the tail is likeliest.
    pub(super) fn of(tail: &Tail<'_>) -> PowerLaw {
        let minimum = tail.counts[0].0 as f64;
        let exponent = likeliest(minimum, tail.mean_log);
        let log = |s: f64| zeta(s, minimum).ln();
        // The curvature of the likelihood, by differences.
        let step = 1e-3 * (exponent - 1.0).min(1.0);
        let curvature = (log(exponent + step) - 2.0 * log(exponent) + log(exponent - step)) / (step * step);
        let error = 1.0 / (tail.total as f64 * curvature).sqrt();
        let (whole, mut below, mut distance) = (zeta(exponent, minimum), 0, 0.0_f64);
        for &(value, count) in tail.counts {
            let expected = 1.0 - zeta(exponent, value as f64) / whole;
            distance = distance.max((below as f64 / tail.total as f64 - expected).abs());
            below += count;
            let expected = 1.0 - zeta(exponent, value as f64 + 1.0) / whole;
            distance = distance.max((below as f64 / tail.total as f64 - expected).abs());
        }
        PowerLaw { exponent, error, minimum: tail.counts[0].0, distance, nodes: tail.total }
    }
}

/// The exponent for which the mean logarithm under the law, −ζ′/ζ, is that of the values, by bisection: it falls as the
/// exponent grows.
fn likeliest(minimum: f64, mean_log: f64) -> f64 {
    let (mut low, mut high) = (1.0_f64 + 1e-6, 64.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let step = 1e-5 * (middle - 1.0).min(1.0);
        let expected = (zeta(middle - step, minimum) / zeta(middle + step, minimum)).ln() / (2.0 * step);
        if expected > mean_log {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Hurwitz' zeta function, Σ (k + q)^−s over k from 0 on, for s > 1 and q ≥ 1: the first terms, and the rest by the
/// formula of Euler and Maclaurin.
fn zeta(s: f64, q: f64) -> f64 {
    // The terms of the formula fall while (s + 2j)² < (2π a)².
    let start = s.max(12.0);
    let mut a = q;
    let mut sum = 0.0;
    while a < start {
        sum += a.powf(-s);
        a += 1.0;
    }
    let power = a.powf(-s);
    let mut rest = power * (a / (s - 1.0) + 0.5);
    // B(2j) / (2j)!
    const BERNOULLI: [f64; 6] = [
        1.0 / 12.0,
        -1.0 / 720.0,
        1.0 / 30_240.0,
        -1.0 / 1_209_600.0,
        1.0 / 47_900_160.0,
        -691.0 / 1_307_674_368_000.0,
    ];
    let mut term = power * s / a;
    for (j, factor) in BERNOULLI.iter().enumerate() {
        rest += factor * term;
        let next = s + 2.0 * j as f64;
        term *= (next + 1.0) * (next + 2.0) / (a * a);
    }
    sum + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeta_has_its_known_values() {
        let known = [
            (2.0, 1.0, 1.6449340668482264),
            (1.5, 1.0, 2.612375348685488),
            (3.0, 1.0, 1.2020569031595942),
            (2.5, 10.0, 0.0227286991945345),
            (1.01, 1.0, 100.57794333849687),
        ];
        for (s, q, expected) in known {
            assert!((zeta(s, q) / expected - 1.0).abs() < 1e-9, "ζ({s}, {q}) = {}", zeta(s, q));
        }
    }

    #[test]
    fn a_law_is_found_again_in_its_own_counts() {
        let whole = zeta(2.5, 3.0);
        let count = |d: u64| (1e9 * (d as f64).powf(-2.5) / whole).round() as u64;
        let counts: Vec<(u64, u64)> =
            (3..100_000).map(|d| (d, count(d))).filter(|&(_, count)| count > 0).collect();
        let law = PowerLaw::of(&Tail::all(&counts, 50)[0]);
        assert!((law.exponent - 2.5).abs() < 1e-3, "{}", law.exponent);
        assert!(law.distance < 1e-4, "{}", law.distance);
        assert!((law.error * 1e9_f64.sqrt() - 1.5).abs() < 0.3, "{}", law.error);
    }
}
