//! How important is this node? One file a measure.

mod betweenness;
mod birank;
mod collective_influence;
mod degree;
mod distance;
mod edge_betweenness;
mod eigenvector;
mod hits;
mod katz;
mod pagerank;
mod personalized_pagerank;
mod power;
mod push;
mod seeds;
mod strength;
mod voterank;
mod walk;

pub use betweenness::{Betweenness, betweenness};
pub use birank::{BiRank, birank};
pub use collective_influence::{CollectiveInfluence, collective_influence};
pub use degree::{Degree, Direction, degree};
pub use distance::Distance;
pub use edge_betweenness::{EdgeBetweenness, edge_betweenness};
pub use eigenvector::{Eigenvector, eigenvector};
pub use hits::{Hits, hits};
pub use katz::{Katz, katz};
pub use pagerank::{PageRank, pagerank};
pub use personalized_pagerank::{PersonalizedPageRank, personalized_pagerank};
pub use strength::{Strength, strength};
pub use voterank::{VoteRank, voterank};
