//! From evidence to comparable numbers: robust z-scores of logarithms.

/// The lowest z there is; the head is not clipped, so it keeps its order.
const FLOOR: f64 = -4.0;

/// z of ln(1 + f) for each value, or nothing where the eligible positive values do not differ.
///
/// Median and scale are those of the eligible values above 0. The scale is 1.4826 times the median absolute
/// deviation, or 1.2533 times the mean absolute deviation where more than half of the values are equal; both
/// estimate the standard deviation of a normal sample. A value of 0 counts min(0, −median / scale).
pub(super) fn log_robust_z(values: &[f64], eligible: impl Fn(usize) -> bool) -> Option<Vec<f64>> {
    let positive: Vec<f64> = values
        .iter()
        .enumerate()
        .filter(|&(row, &value)| value > 0.0 && eligible(row))
        .map(|(_, &value)| libm::log1p(value))
        .collect();
    let median = median(&mut positive.clone())?;
    let deviations: Vec<f64> = positive.iter().map(|value| (value - median).abs()).collect();
    let mean = deviations.iter().sum::<f64>() / deviations.len() as f64;
    let scale = [1.4826 * self::median(&mut deviations.clone())?, 1.2533 * mean]
        .into_iter()
        .find(|&scale| scale > 0.0)?;
    let absent = (-median / scale).clamp(FLOOR, 0.0);
    let z =
        |&value: &f64| if value > 0.0 { ((libm::log1p(value) - median) / scale).max(FLOOR) } else { absent };
    Some(values.iter().map(z).collect())
}

/// The middle value, the mean of the two middle ones for an even number; nothing for an empty slice.
fn median(values: &mut [f64]) -> Option<f64> {
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

    #[test]
    fn z_is_the_distance_from_the_median_in_robust_deviations() {
        let values = [e(1.0), e(2.0), e(3.0), e(4.0), e(9.0), 0.0];
        let z = log_robust_z(&values, |_| true).unwrap();
        assert!((z[2]).abs() < 1e-12, "{z:?}");
        assert!((z[4] - 6.0 / 1.4826).abs() < 1e-12, "the head is not clipped: {z:?}");
        assert!((z[5] + 3.0 / 1.4826).abs() < 1e-12, "{z:?}");
    }

    #[test]
    fn equal_majorities_fall_back_to_the_mean_deviation() {
        let z = log_robust_z(&[e(1.0), e(1.0), e(1.0), e(2.0)], |_| true).unwrap();
        assert!((z[3] - 1.0 / (1.2533 * 0.25)).abs() < 1e-12, "{z:?}");
        assert_eq!(log_robust_z(&[2.0, 2.0, 0.0], |_| true), None);
        assert_eq!(log_robust_z(&[0.0, 0.0], |_| true), None);
    }

    #[test]
    fn who_is_not_eligible_does_not_move_the_scale() {
        let with = log_robust_z(&[e(1.0), e(2.0), e(4.0), e(50.0)], |row| row < 3).unwrap();
        let without = log_robust_z(&[e(1.0), e(2.0), e(4.0)], |_| true).unwrap();
        assert_eq!(with[..3], without[..]);
    }
}
