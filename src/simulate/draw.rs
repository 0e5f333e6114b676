//! Random numbers in closed form, so that the same seed gives the same bits on every machine.
//!
//! Each distribution is inverted or composed from uniform numbers with the portable functions of `libm`; samplers
//! that call the system's logarithm would let the last bit depend on where they run.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::graph::generator;

/// A stream of random numbers that is a function of seed, purpose and index.
pub(crate) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    pub(crate) fn new(seed: u64, purpose: &str, index: u64) -> Dice {
        Dice(generator(seed, purpose, index))
    }

    /// Uniform in [0, 1).
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// True with probability `p`.
    #[inline]
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Uniform in `low..high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in `0..n`, which is not empty.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// One of `choices`, or none where there are none.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        (!choices.is_empty()).then(|| choices[self.below(choices.len())])
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// Box and Muller's.
    pub(crate) fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        mean + deviation * radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    pub(crate) fn log_normal(&mut self, mean: f64, deviation: f64) -> f64 {
        libm::exp(self.normal(mean, deviation))
    }

    /// Pareto's with minimum 1.
    pub(crate) fn pareto(&mut self, shape: f64) -> f64 {
        libm::pow(1.0 - self.unit(), -1.0 / shape)
    }

    /// Beta(1, b).
    pub(crate) fn beta_1(&mut self, b: f64) -> f64 {
        1.0 - libm::pow(1.0 - self.unit(), 1.0 / b)
    }

    /// Beta(2, 2): the middle one of three uniform numbers.
    pub(crate) fn beta_2_2(&mut self) -> f64 {
        let mut three = [self.unit(), self.unit(), self.unit()];
        three.sort_by(f64::total_cmp);
        three[1]
    }

    /// Gamma(4, 1): the sum of four exponential numbers.
    pub(crate) fn gamma_4(&mut self) -> f64 {
        (0..4).map(|_| self.exponential(1.0)).sum()
    }

    /// Gamma(shape, 1), shape above 0. G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM
    /// Transactions on Mathematical Software 26(3), 2000.
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let power = libm::pow(1.0 - self.unit(), 1.0 / shape);
            return self.gamma(shape + 1.0) * power;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal(0.0, 1.0);
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && libm::log(1.0 - self.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v;
            }
        }
    }

    /// Knuth's, for means of a few events.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let limit = libm::exp(-mean);
        let mut product = self.unit();
        let mut count = 0;
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// Fisher and Yates's.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Positions drawn in proportion to their weights.
pub(crate) struct Wheel(Vec<f64>);

impl Wheel {
    /// Weights are positive.
    pub(crate) fn new(weights: impl Iterator<Item = f64>) -> Wheel {
        let running = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Wheel(running.collect())
    }

    /// None where there are no weights.
    pub(crate) fn spin(&self, dice: &mut Dice) -> Option<usize> {
        let at = dice.unit() * self.0.last()?;
        Some(self.0.partition_point(|&sum| sum <= at).min(self.0.len() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_have_their_means() {
        let mean = |draw: fn(&mut Dice) -> f64| {
            let mut dice = Dice::new(1, "test", 0);
            (0..100_000).map(|_| draw(&mut dice)).sum::<f64>() / 1e5
        };
        type Draw = fn(&mut Dice) -> f64;
        let expected: [(Draw, f64); 8] = [
            (|dice| dice.exponential(3.0), 3.0),
            (|dice| dice.normal(2.0, 1.0), 2.0),
            (|dice| dice.log_normal(0.0, 0.5), 1.1331),
            (|dice| dice.pareto(5.0), 1.25),
            (|dice| dice.beta_1(12.0), 1.0 / 13.0),
            (|dice| dice.beta_2_2(), 0.5),
            (|dice| dice.gamma_4(), 4.0),
            (|dice| f64::from(dice.poisson(0.7)), 0.7),
        ];
        for (index, (draw, expected)) in expected.into_iter().enumerate() {
            let got = mean(draw);
            assert!((got / expected - 1.0).abs() < 0.02, "{got} instead of {expected} ({index})");
        }
    }

    #[test]
    fn a_wheel_turns_up_weights_in_proportion() {
        let wheel = Wheel::new([1.0, 3.0].into_iter());
        let mut dice = Dice::new(1, "test", 0);
        let second = (0..10_000).filter(|_| wheel.spin(&mut dice) == Some(1)).count();
        assert!((7_300..7_700).contains(&second), "{second}");
        assert_eq!(Wheel::new(std::iter::empty()).spin(&mut dice), None);
    }
}
