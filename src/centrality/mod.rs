//! How important is this node? One file a measure.

mod closeness;
mod degree;
mod dijkstra;
mod distance;
mod harmonic;
mod hits;
mod hyperball;
mod katz;
mod lanes;
mod pagerank;
mod personalized_pagerank;
mod power;
mod pruned;
mod reach;
mod strength;
mod walk;

pub use closeness::{Closeness, closeness};
pub use degree::{Degree, Direction, degree};
pub use distance::Distance;
pub use harmonic::{Harmonic, harmonic};
pub use hits::{Hits, hits};
pub use katz::{Katz, katz};
pub use pagerank::{PageRank, pagerank};
pub use personalized_pagerank::{PersonalizedPageRank, personalized_pagerank};
pub use strength::{Strength, strength};
