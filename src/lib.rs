//! laud turns interaction logs into customer-influencer-brand networks and says who matters in them.

#[cfg(feature = "tables")]
pub mod advocates;
pub mod centrality;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "tables")]
pub mod communities;
pub mod community;
pub mod error;
#[cfg(feature = "tables")]
pub mod events;
pub mod graph;
pub mod influence;
#[cfg(feature = "tables")]
pub mod job;
pub mod measure;
#[cfg(feature = "tables")]
pub mod network;
#[cfg(feature = "polars")]
mod polars;
pub mod progress;
#[cfg(feature = "tables")]
pub mod report;
#[cfg(feature = "tables")]
pub mod simulate;
pub mod structure;
#[cfg(feature = "tables")]
pub mod table;
#[cfg(test)]
mod tidy;

pub use error::{Error, Result};
