//! laud turns interaction logs into customer-influencer-brand networks and says who matters in them.

pub mod error;
#[cfg(feature = "tables")]
pub mod events;
pub mod graph;
#[cfg(feature = "tables")]
pub mod network;
pub mod progress;
#[cfg(feature = "tables")]
pub mod simulate;
#[cfg(feature = "tables")]
pub mod table;

pub use error::{Error, Result};
