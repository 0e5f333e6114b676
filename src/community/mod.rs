//! Who belongs together? One file a method.

mod aggregate;
mod groups;
mod leiden;
mod louvain;
mod marks;
mod moving;
mod null;
mod objective;
mod partition;
mod refine;
mod tally;
mod tracking;

pub use leiden::{Leiden, leiden};
pub use louvain::{Louvain, louvain};
pub use objective::Objective;
#[cfg(feature = "tables")]
pub(crate) use objective::is_bipartite;
pub use partition::Partition;
pub use tracking::{Change, Tracker, Tracking, Turn};
