//! Random numbers that are a function of seed, algorithm and index.

use rand::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256PlusPlus};

/// The generator of the sample `index` of `algorithm` under `seed`: the same on every machine, whichever thread
/// asks and in whatever order.
///
/// ```
/// use rand::RngExt;
///
/// let mut first = laud::graph::generator(7, "leiden", 0);
/// let mut again = laud::graph::generator(7, "leiden", 0);
/// assert_eq!(first.random::<u64>(), again.random::<u64>());
/// ```
pub fn generator(seed: u64, algorithm: &str, index: u64) -> Xoshiro256PlusPlus {
    let state = algorithm.bytes().fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)));
    Xoshiro256PlusPlus::seed_from_u64(mix(state ^ index))
}

/// A number that is a function of another, looks like chance and tells apart whatever that does.
#[inline]
pub(crate) fn mix(word: u64) -> u64 {
    SplitMix64::seed_from_u64(word).next_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_algorithm_and_index_each_matter_and_values_never_change() {
        let draw = |seed, algorithm, index| generator(seed, algorithm, index).next_u64();
        let draws = [draw(0, "a", 0), draw(1, "a", 0), draw(0, "b", 0), draw(0, "a", 1), draw(0, "", 0)];
        assert_eq!(
            draws,
            [
                1347886231117718267,
                6340699872900094415,
                2286442162078438165,
                2665503087642626626,
                4526510421850589242,
            ]
        );
    }
}
