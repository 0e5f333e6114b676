//! Sums whose order is fixed, whatever the number of threads.

use std::array;

use rayon::prelude::*;

/// Terms that one thread adds before its part is handed on.
const CHUNK: usize = 8192;

/// The sum of `term(0)` to `term(len - 1)`: chunks of 8192 terms are added in parallel, their sums in order.
///
/// ```
/// assert_eq!(laud::graph::sum(10_001, |i| i as f64), 50_005_000.0);
/// ```
pub fn sum(len: usize, term: impl Fn(usize) -> f64 + Sync) -> f64 {
    let [[sum]] = sums(len, |i| [[term(i)]]);
    sum
}

/// As [`sum`], several sums of several lanes in one pass.
pub(crate) fn sums<const K: usize, const L: usize>(
    len: usize,
    term: impl Fn(usize) -> [[f64; L]; K] + Sync,
) -> [[f64; L]; K] {
    let add = |a: [[f64; L]; K], b: [[f64; L]; K]| array::from_fn(|k| array::from_fn(|l| a[k][l] + b[k][l]));
    let none = [[0.0; L]; K];
    let chunk = |i: usize| (i * CHUNK..len.min((i + 1) * CHUNK)).map(&term).fold(none, add);
    let parts: Vec<_> = (0..len.div_ceil(CHUNK)).into_par_iter().map(chunk).collect();
    parts.into_iter().fold(none, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threads_do_not_change_a_bit() {
        let at = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sum(100_003, |i| 1.0 / (i + 1) as f64)).to_bits()
        };
        assert_eq!([2, 3, 8].map(at), [at(1); 3]);
        assert_eq!(sum(0, |_| 1.0), 0.0);
    }
}
