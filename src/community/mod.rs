//! Who belongs together? One file a method.

mod aggregate;
mod coding;
mod ego_splitting;
mod flow;
mod groups;
mod infomap;
mod label_propagation;
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

pub use ego_splitting::{EgoClusters, EgoSplitting, Membership, Overlapping, ego_splitting};
pub use infomap::{Infomap, infomap, map_equation};
pub use label_propagation::{LabelPropagation, label_propagation};
pub use leiden::{Leiden, leiden};
pub use louvain::{Louvain, louvain};
pub use objective::Objective;
#[cfg(feature = "tables")]
pub(crate) use objective::is_bipartite;
pub use partition::Partition;
pub use tracking::{Change, Tracker, Tracking, Turn};
