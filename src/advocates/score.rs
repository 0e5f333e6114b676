//! From evidence to comparable numbers: robust z-scores of logarithms.

/// The lowest z there is; the head is not clipped, so it keeps its order.
pub(super) const FLOOR: f64 = -4.0;

/// How far the logarithms of a feature lie from one another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    median: f64,
    scale: f64,
}

impl Scale {
    /// The scale of a feature, or nothing where its positive values do not differ.
    ///
    /// Median and scale are those of the values above 0. The scale is 1.4826 times the median absolute deviation, or
    /// 1.2533 times the mean absolute deviation where more than half of the values are equal; both estimate the
    /// standard deviation of a normal sample.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Option<Scale> {
        let positive: Vec<f64> = values.filter(|&value| value > 0.0).map(libm::log1p).collect();
        let median = median(&mut positive.clone())?;
        let mut deviations: Vec<f64> = positive.iter().map(|value| (value - median).abs()).collect();
        let mean = deviations.iter().sum::<f64>() / deviations.len() as f64;
        let scale = [1.4826 * self::median(&mut deviations)?, 1.2533 * mean];
        let scale = scale.into_iter().find(|&scale| scale > 0.0)?;
        Some(Scale { median, scale })
    }

    /// The same with a scale of at least so much.
    pub(super) fn at_least(self, least: f64) -> Scale {
        Scale { scale: self.scale.max(least), ..self }
    }

    /// z of ln(1 + f): a value of 0 counts min(0, −median / scale).
    pub(super) fn z(&self, value: f64) -> f64 {
        if value > 0.0 {
            ((libm::log1p(value) - self.median) / self.scale).max(FLOOR)
        } else {
            (-self.median / self.scale).clamp(FLOOR, 0.0)
        }
    }

    /// The value whose z is so much, where that is above what 0 counts.
    pub(super) fn value_at(&self, z: f64) -> f64 {
        libm::expm1(self.median + z * self.scale)
    }

    /// By how much z changes with the value, at a value.
    pub(super) fn slope(&self, value: f64) -> f64 {
        1.0 / ((1.0 + value) * self.scale)
    }
}

/// What a z counts of somebody of whom `events` are known: good news is taken for what the number of events makes of
/// it, and of a suspect (gate 0) the worst is assumed.
pub(super) fn credible(z: f64, events: f64, gate: f64) -> f64 {
    let z = if z > 0.0 { z * known(events) } else { z };
    gate * z + (1.0 - gate) * FLOOR
}

/// The z that counts so much of somebody who is no suspect: what [`credible`] undoes.
pub(super) fn unshrunk(counted: f64, events: f64) -> f64 {
    if counted > 0.0 { counted / known(events) } else { counted }
}

/// How much of good news is believed of somebody of whom so many events are known.
pub(super) fn known(events: f64) -> f64 {
    /// How many it takes until it counts half.
    const FEW: f64 = 20.0;
    events / (events + FEW)
}

/// The middle value, the mean of the two middle ones for an even number; nothing for an empty slice.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let (middle, odd) = (values.len() / 2, values.len() % 2 == 1);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(lower + (upper - lower) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e(x: f64) -> f64 {
        x.exp_m1()
    }

    fn z_of(values: &[f64]) -> Option<Vec<f64>> {
        let scale = Scale::of(values.iter().copied())?;
        Some(values.iter().map(|&value| scale.z(value)).collect())
    }

    #[test]
    fn z_is_the_distance_from_the_median_in_robust_deviations() {
        let z = z_of(&[e(1.0), e(2.0), e(3.0), e(4.0), e(9.0), 0.0]).unwrap();
        assert!((z[2]).abs() < 1e-12, "{z:?}");
        assert!((z[4] - 6.0 / 1.4826).abs() < 1e-12, "the head is not clipped: {z:?}");
        assert!((z[5] + 3.0 / 1.4826).abs() < 1e-12, "{z:?}");
    }

    #[test]
    fn equal_majorities_fall_back_to_the_mean_deviation() {
        let z = z_of(&[e(1.0), e(1.0), e(1.0), e(2.0)]).unwrap();
        assert!((z[3] - 1.0 / (1.2533 * 0.25)).abs() < 1e-12, "{z:?}");
        assert_eq!(z_of(&[2.0, 2.0, 0.0]), None);
        assert_eq!(z_of(&[0.0, 0.0]), None);
    }

    #[test]
    fn what_has_faded_is_no_deviation() {
        let faded = Scale::of([1e-12, 3e-12, 8e-12, 5.0].into_iter()).unwrap();
        assert!(faded.z(5.0) > 1e9, "without a least scale");
        let z = faded.at_least(0.05).z(5.0);
        assert!((z - libm::log1p(5.0) / 0.05).abs() < 1e-6, "{z}");
    }

    #[test]
    fn few_events_count_little_and_a_suspect_counts_least() {
        assert_eq!(credible(11.0, 2.0, 1.0), 1.0);
        assert_eq!(credible(6.0, 20.0, 1.0), 3.0);
        assert_eq!(credible(-1.0, 2.0, 1.0), -1.0);
        assert_eq!(credible(6.0, 1000.0, 0.0), FLOOR);
    }
}
