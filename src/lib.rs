//! laud turns interaction logs into customer-influencer-brand networks and says who matters in them.

pub mod error;
pub mod graph;
pub mod progress;

pub use error::{Error, Result};
