//! Exponential decay whose sums do not depend on the order of events.
//!
//! With a half-life h and a landmark L (1970) an event at time t stands in bucket ⌊(t − L)/h⌋ at the fraction
//! f = (t − L)/h − ⌊(t − L)/h⌋. Its weight at a later moment T is
//!
//! ```text
//! w 2^(−(T − t)/h)  =  w 2^f  ·  2^(bucket(t) − bucket(T))  ·  2^(−fraction(T))
//! ```
//!
//! The first factor does not know T: it is added up in fixed point, one sum per bucket, so any order gives the
//! same bits. The second is a power of two and the third one number for all events. So T later by k half-lives
//! multiplies every result by exactly 2^−k, and all times moved by k half-lives change nothing.
//!
//! G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu: *Forward Decay: A Practical Time Decay Model for Streaming
//! Systems*, ICDE 2009.

/// Binary digits behind the point: single weights from 2^-20 on are exact, and a bucket holds up to 2^56.
const POINT: i64 = 72;

/// The decay of one kind of event, seen from one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decay {
    half_life: Option<i64>,
    bucket_now: i64,
    fade_now: f64,
}

/// Fixed-point sums by bucket, oldest first.
#[derive(Debug, Default)]
pub(super) struct Sums(Vec<(i64, u128)>);

impl Decay {
    /// The decay with a half-life in microseconds (none: nothing fades) seen from `now`.
    pub(super) fn new(half_life: Option<i64>, now: i64) -> Decay {
        let (bucket_now, fraction) = split(half_life, now);
        Decay { half_life, bucket_now, fade_now: libm::exp2(-fraction) }
    }

    /// What a weight of 1 at `time` is now.
    pub(super) fn fade(&self, time: i64) -> f64 {
        let (bucket, fraction) = split(self.half_life, time);
        times_power_of_two(libm::exp2(fraction) * self.fade_now, bucket.saturating_sub(self.bucket_now))
    }

    /// Adds an event; times must not go backwards.
    #[inline]
    pub(super) fn add(&self, sums: &mut Sums, time: i64, weight: f64) {
        let (bucket, fraction) = split(self.half_life, time);
        let growth = if fraction == 0.0 { 1.0 } else { libm::exp2(fraction) };
        let amount = fixed(weight * growth);
        match sums.0.last_mut() {
            Some((last, sum)) if *last == bucket => *sum = sum.saturating_add(amount),
            _ => sums.0.push((bucket, amount)),
        }
    }

    /// What the events add up to now; infinite where they are too many to count.
    pub(super) fn total(&self, sums: &Sums) -> f64 {
        let Some(&(newest, _)) = sums.0.last() else { return 0.0 };
        let mut total = 0.0;
        for &(bucket, sum) in sums.0.iter().rev() {
            if sum == u128::MAX {
                return f64::INFINITY;
            }
            total += times_power_of_two(sum as f64, bucket - newest);
        }
        times_power_of_two(
            total * self.fade_now,
            newest.saturating_sub(self.bucket_now).saturating_sub(POINT),
        )
    }
}

impl Sums {
    /// Forgets everything, keeps the memory.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// A weight in fixed point; what does not fit becomes the largest sum.
pub(super) fn fixed(weight: f64) -> u128 {
    (weight * (1_u128 << POINT) as f64) as u128
}

/// The whole half-lives since 1970 and the fraction of the one begun.
fn split(half_life: Option<i64>, time: i64) -> (i64, f64) {
    half_life
        .map_or((0, 0.0), |length| (time.div_euclid(length), time.rem_euclid(length) as f64 / length as f64))
}

/// x 2^exponent; 0 where that is too small.
fn times_power_of_two(x: f64, exponent: i64) -> f64 {
    if exponent == 0 { x } else { libm::ldexp(x, exponent.max(-100_000) as i32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(half_life: Option<i64>, now: i64, events: &[(i64, f64)]) -> f64 {
        let (decay, mut sums) = (Decay::new(half_life, now), Sums::default());
        for &(time, weight) in events {
            decay.add(&mut sums, time, weight);
        }
        decay.total(&sums)
    }

    #[test]
    fn an_event_counts_half_after_each_half_life() {
        let events = [(-35, 3.0), (0, 1.0), (7, 0.1), (41, 5.0)];
        let oracle = |now: i64| -> f64 {
            events.iter().map(|&(time, weight)| weight * (-((now - time) as f64) / 10.0).exp2()).sum()
        };
        for now in [41, 55, 1000] {
            let value = total(Some(10), now, &events);
            assert!((value / oracle(now) - 1.0).abs() < 1e-14, "{value} at {now}");
            assert_eq!(total(Some(10), now + 70, &events), value / 128.0);
        }
        assert_eq!(total(None, 1 << 50, &events), 9.1);
        assert_eq!(total(Some(1), i64::MAX, &events), 0.0);
        assert_eq!(total(None, 0, &[(0, 2f64.powi(60))]), f64::INFINITY);
    }
}
