//! How important is this node? One file a measure.

mod betweenness;
mod degree;
mod distance;
mod edge_betweenness;
mod hits;
mod katz;
mod pagerank;
mod personalized_pagerank;
mod power;
mod strength;
mod walk;

pub use betweenness::{Betweenness, betweenness};
pub use degree::{Degree, Direction, degree};
pub use distance::Distance;
pub use edge_betweenness::{EdgeBetweenness, edge_betweenness};
pub use hits::{Hits, hits};
pub use katz::{Katz, katz};
pub use pagerank::{PageRank, pagerank};
pub use personalized_pagerank::{PersonalizedPageRank, personalized_pagerank};
pub use strength::{Strength, strength};
