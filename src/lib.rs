//! laud turns interaction logs into customer-influencer-brand networks and says who matters in them.

pub mod centrality;
pub mod error;
#[cfg(feature = "tables")]
pub mod events;
pub mod graph;
pub mod measure;
#[cfg(feature = "tables")]
pub mod network;
pub mod progress;
pub mod structure;
#[cfg(feature = "tables")]
pub mod table;

pub use error::{Error, Result};
