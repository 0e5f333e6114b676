//! How long an arc is: by a named rule, from the strength of the tie.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::graph::Adjacency;

/// How the weight of an arc, which is strength, becomes its length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Distance {
    /// Each arc has length 1, whatever its weight.
    #[default]
    #[serde(rename = "unit")]
    Unit,
    /// An arc of weight w has length 1 / w: twice as strong is half as far. An arc of weight 0 leads nowhere.
    #[serde(rename = "inverse")]
    Inverse,
    /// An arc of weight w has length −ln w, so that the shortest path is the one of the largest product: for weights
    /// that are probabilities below 1. An arc of weight 0 leads nowhere.
    #[serde(rename = "-log")]
    Log,
}

impl Distance {
    /// The length of an arc of that weight; infinite where it leads nowhere.
    #[inline]
    pub fn length(self, weight: f64) -> f64 {
        match self {
            Distance::Unit => 1.0,
            Distance::Inverse => 1.0 / weight,
            Distance::Log => -weight.ln(),
        }
    }

    /// How parameters spell it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Distance::Unit => "unit",
            Distance::Inverse => "inverse",
            Distance::Log => "-log",
        }
    }

    /// Refuses weights that this rule gives no positive length.
    pub fn check(self, arcs: &Adjacency) -> Result<()> {
        if self == Distance::Log {
            for u in 0..arcs.row_count() as u32 {
                if let Some((_, weight)) = arcs.arcs(u).find(|&(_, weight)| weight >= 1.0) {
                    let rule = "unit or inverse where a weight is 1 or more (-log takes weights in [0, 1))";
                    return Err(Error::parameter(
                        "distance",
                        rule,
                        format!("-log and an arc of weight {weight}"),
                    ));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_the_tie_the_shorter_the_arc() {
        assert_eq!([0.5, 2.0, 0.0].map(|weight| Distance::Unit.length(weight)), [1.0; 3]);
        assert_eq!([0.5, 2.0, 0.0].map(|weight| Distance::Inverse.length(weight)), [2.0, 0.5, f64::INFINITY]);
        assert_eq!(
            [1.0_f64.exp().recip(), 0.0].map(|weight| Distance::Log.length(weight)),
            [1.0, f64::INFINITY]
        );
        assert!(Distance::Log.check(&Adjacency::from_rows(vec![0, 1], vec![0], None)).is_err());
    }
}
