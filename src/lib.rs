//! laud turns interaction logs into customer-influencer-brand networks and says who matters in them.

pub mod centrality;
pub mod error;
pub mod graph;
pub mod measure;
pub mod progress;
pub mod structure;

pub use error::{Error, Result};
