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

pub use leiden::{Leiden, leiden};
pub use louvain::{Louvain, louvain};
pub use objective::Objective;
pub use partition::Partition;
