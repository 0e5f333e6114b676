//! What a measure will cost, told before it is computed.

use crate::centrality::{Betweenness, Closeness, Distance, EdgeBetweenness, Harmonic, SMALLEST_ERROR};
use crate::graph::Graph;
use crate::measure::Measure;

/// What computing a measure on a graph takes, by the order of magnitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Memory beside the graph.
    pub bytes: u64,
    /// Time on two cores of a present-day machine. It depends on the graph alone, so that what is chosen by it is the
    /// same everywhere.
    pub seconds: f64,
}

impl Estimate {
    /// The time in words: `under a second`, `seconds`, `minutes`, `hours`, `days`.
    ///
    /// ```
    /// # use laud::measure::Estimate;
    /// assert_eq!(Estimate { bytes: 0, seconds: 90.0 }.class(), "minutes");
    /// ```
    pub fn class(&self) -> &'static str {
        match self.seconds {
            ..1.0 => "under a second",
            ..60.0 => "seconds",
            ..3600.0 => "minutes",
            ..86_400.0 => "hours",
            _ => "days",
        }
    }
}

/// Sizes of a graph that the work of measures grows with.
struct Sizes {
    /// Nodes.
    n: f64,
    /// Arcs.
    m: f64,
    /// A bound on the looks that finding all triangles takes.
    wedges: f64,
    /// Bytes of an arc.
    arc: f64,
}

impl Sizes {
    fn of(graph: &Graph) -> Sizes {
        let (n, m) = (graph.node_count() as f64, graph.arc_count() as f64);
        // From the end with fewer neighbors no node has more than √(2m) of them.
        let most = (2.0 * m).sqrt();
        let mut degrees: Vec<f64> =
            (0..graph.node_count() as u32).map(|u| graph.out().degree(u) as f64).collect();
        if graph.is_directed() {
            let rows = 0..graph.node_count() as u32;
            rows.for_each(|u| graph.out().neighbors(u).iter().for_each(|&v| degrees[v as usize] += 1.0));
        }
        let wedges = degrees.iter().map(|degree| degree * degree.min(most) / 4.0).sum();
        Sizes { n, m, wedges, arc: if graph.is_weighted() { 8.0 } else { 4.0 } }
    }
}

/// Nanoseconds of two cores, as measured on RMAT graphs.
mod cost {
    /// One arc in a sweep of an iteration.
    pub(super) const SWEEP: f64 = 1.2;
    /// One look for the third corner of a triangle.
    pub(super) const LOOK: f64 = 0.5;
    /// One arc in a search from one source, when hundreds of searches share a pass.
    pub(super) const SHARED_SEARCH: f64 = 0.015;
    /// One arc in a search from one source that counts paths.
    pub(super) const COUNTED_SEARCH: f64 = 0.5;
    /// One arc in a search by length from one source.
    pub(super) const SEARCH_BY_LENGTH: f64 = 4.0;
    /// One arc where every node or edge is touched in an order of its own.
    pub(super) const STEP: f64 = 8.0;
    /// One tie where a node looks for the module whose code it would shorten most.
    pub(super) const CODE: f64 = 30.0;
    /// One counter of a node in a pass of HyperBall.
    pub(super) const COUNTER: f64 = 0.1;
}

/// Sweeps until an iteration stops.
const SWEEPS: f64 = 40.0;

/// Looks at every arc until communities hardly change.
const MOVES: f64 = 12.0;

/// Looks at every arc until few labels change.
const LABELINGS: f64 = 5.0;

/// Looks at every arc until the code of a walk is hardly shorter.
const CODINGS: f64 = 30.0;

/// Passes of HyperBall: a little more than the diameter of most networks.
const PASSES: f64 = 12.0;

impl Measure {
    /// What computing this on `graph` takes, by the order of magnitude.
    ///
    /// # Complexity
    ///
    /// O(n), of a directed graph O(n + m).
    pub fn estimate(&self, graph: &Graph) -> Estimate {
        let sizes = Sizes::of(graph);
        let Sizes { n, m, wedges, arc } = sizes;
        let sweeps = |count: f64| count * m * cost::SWEEP;
        let matrix = arc * m + 48.0 * n;
        let (bytes, nanoseconds) = match self {
            Measure::Degree(_)
            | Measure::Strength(_)
            | Measure::Density(_)
            | Measure::DegreeDistribution(_) => (24.0 * n, n + m),
            Measure::Pagerank(_) | Measure::Eigenvector(_) | Measure::Katz(_) => (matrix, sweeps(SWEEPS)),
            Measure::Hits(_) | Measure::Birank(_) => (2.0 * matrix, sweeps(2.0 * SWEEPS)),
            Measure::PersonalizedPagerank(params) => {
                let batches = params.seeds.len().div_ceil(8).max(1) as f64;
                (matrix + 140.0 * n, sweeps(3.0 * SWEEPS * batches))
            }
            Measure::Leiden(_) | Measure::Louvain(_) => (12.0 * m + 64.0 * n, MOVES * m * cost::STEP),
            Measure::LabelPropagation(_) => (20.0 * n, LABELINGS * m * cost::STEP),
            Measure::Infomap(params) => {
                let moves = CODINGS * f64::from(params.trials) * m * cost::CODE;
                (48.0 * m + 150.0 * n, sweeps(SWEEPS) + moves)
            }
            Measure::EgoSplitting(_) => {
                let circles = 4.0 * wedges * cost::LOOK;
                (40.0 * m + 100.0 * n, circles + 2.0 * MOVES * m * cost::STEP)
            }
            Measure::Components(_) | Measure::Reciprocity(_) => (16.0 * n, n + m),
            Measure::StrongComponents(_)
            | Measure::Core(_)
            | Measure::Articulation(_)
            | Measure::Bridges(_)
            | Measure::Voterank(_)
            | Measure::Diameter(_) => (24.0 * n, cost::STEP * (n + m)),
            Measure::Triangles(_)
            | Measure::Clustering(_)
            | Measure::Transitivity(_)
            | Measure::Assortativity(_) => (2.0 * m + 48.0 * n, wedges * cost::LOOK),
            Measure::Constraint(_) | Measure::EffectiveSize(_) => {
                (12.0 * m + 48.0 * n, 4.0 * wedges * cost::LOOK)
            }
            Measure::Brokerage(params) => {
                let labelings = 1.0 + f64::from(params.permutations);
                (12.0 * m + 48.0 * n, 4.0 * wedges * cost::LOOK * labelings)
            }
            Measure::CollectiveInfluence(params) => {
                // From neighbors to theirs there are so many times as many, until they are all.
                let growth = if m > 0.0 { (4.0 * wedges / m).max(1.0) } else { 1.0 };
                let ball = (m / n.max(1.0) * growth.powi(params.radius as i32 - 1)).min(m);
                (12.0 * m + 48.0 * n, 2.0 * n * ball * cost::LOOK)
            }
            Measure::Truss(_) => (16.0 * m + 48.0 * n, 8.0 * wedges * cost::LOOK + cost::STEP * m),
            Measure::Closeness(Closeness { distance, epsilon, .. })
            | Measure::Harmonic(Harmonic { distance, epsilon, .. }) => match (distance, epsilon) {
                (_, Some(epsilon)) => {
                    let counters = (1.04 / epsilon).powi(2).clamp(16.0, 4096.0);
                    (2.0 * counters * n, PASSES * counters * m * cost::COUNTER)
                }
                (Distance::Unit, None) => (200.0 * n, n * m * cost::SHARED_SEARCH),
                (_, None) => (64.0 * n, n * m * cost::SEARCH_BY_LENGTH),
            },
            Measure::Betweenness(Betweenness { distance, epsilon, delta, sources, .. }) => {
                match (distance, epsilon) {
                    (_, Some(epsilon)) => {
                        let samples = 0.5 / (epsilon * epsilon) * (4.0 - delta.ln());
                        (16.0 * n, samples * m.sqrt() * 4.0 * cost::STEP + cost::STEP * m)
                    }
                    (distance, None) => {
                        let starts = if sources.is_empty() { n } else { sources.len() as f64 };
                        (400.0 * n, starts * m * of_searches(*distance))
                    }
                }
            }
            Measure::EdgeBetweenness(EdgeBetweenness { distance, .. }) => {
                (100.0 * m, 2.0 * n * m * of_searches(*distance))
            }
        };
        Estimate { bytes: bytes as u64, seconds: nanoseconds * 1e-9 }
    }

    /// The error that the parameters allow, none where the answer is exact; nothing at all for a measure that knows no other.
    #[cfg(feature = "tables")]
    pub(crate) fn epsilon(&self) -> Option<Option<f64>> {
        match self {
            Measure::Betweenness(params) => Some(params.epsilon),
            Measure::Closeness(params) => Some(params.epsilon),
            Measure::Harmonic(params) => Some(params.epsilon),
            _ => None,
        }
    }

    /// The same measure with an error of at most `epsilon`, or the usual one; none where it is not one that can be
    /// approximated, already is, or cannot be approximated as closely.
    pub fn approximate(&self, epsilon: Option<f64>) -> Option<Measure> {
        let relative = epsilon.unwrap_or(USUAL_RELATIVE_ERROR);
        let is_exact = |distance: Distance, given: Option<f64>| distance == Distance::Unit && given.is_none();
        match self.clone() {
            Measure::Betweenness(params) if is_exact(params.distance, params.epsilon) => {
                let epsilon = Some(epsilon.unwrap_or(0.01));
                Some(Measure::Betweenness(Betweenness { epsilon, ..params }))
            }
            Measure::Closeness(params)
                if is_exact(params.distance, params.epsilon) && relative >= SMALLEST_ERROR =>
            {
                Some(Measure::Closeness(Closeness { epsilon: Some(relative), ..params }))
            }
            Measure::Harmonic(params)
                if is_exact(params.distance, params.epsilon)
                    && params.k.is_none()
                    && relative >= SMALLEST_ERROR =>
            {
                Some(Measure::Harmonic(Harmonic { epsilon: Some(relative), ..params }))
            }
            _ => None,
        }
    }
}

/// The relative standard error of 256 counters.
const USUAL_RELATIVE_ERROR: f64 = 0.065;

fn of_searches(distance: Distance) -> f64 {
    match distance {
        Distance::Unit => cost::COUNTED_SEARCH,
        Distance::Inverse | Distance::Log => cost::SEARCH_BY_LENGTH,
    }
}
