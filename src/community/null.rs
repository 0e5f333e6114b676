//! What weight a community would have if ties were made at random: the term that objectives subtract.

use std::fmt::Debug;

/// What a node brings to the expected weight of its community; that of a community is the sum of its nodes.
pub(super) trait Mass: Copy + Debug + Default + PartialEq + Send + Sync {
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    /// What is expected between two disjoint sets, before it is multiplied by the rate.
    fn times(self, other: Self) -> f64;
}

/// Strength, or 1 for each node.
impl Mass for f64 {
    #[inline]
    fn plus(self, other: f64) -> f64 {
        self + other
    }
    #[inline]
    fn minus(self, other: f64) -> f64 {
        self - other
    }
    #[inline]
    fn times(self, other: f64) -> f64 {
        self * other
    }
}

/// Two strengths that attract each other: out and in, or those of the two modes.
impl Mass for [f64; 2] {
    #[inline]
    fn plus(self, other: [f64; 2]) -> [f64; 2] {
        [self[0] + other[0], self[1] + other[1]]
    }
    #[inline]
    fn minus(self, other: [f64; 2]) -> [f64; 2] {
        [self[0] - other[0], self[1] - other[1]]
    }
    #[inline]
    fn times(self, other: [f64; 2]) -> f64 {
        self[0] * other[1] + self[1] * other[0]
    }
}
