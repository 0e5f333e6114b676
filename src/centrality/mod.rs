//! How important is this node? One file a measure.

mod degree;
mod pagerank;
mod personalized_pagerank;
mod strength;
mod walk;

pub use degree::{Degree, Direction, degree};
pub use pagerank::{PageRank, pagerank};
pub use personalized_pagerank::{PersonalizedPageRank, personalized_pagerank};
pub use strength::{Strength, strength};
