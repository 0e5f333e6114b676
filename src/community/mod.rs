//! Who belongs together? One file a method, one a measure of what a method found.

mod aggregate;
mod blocks;
mod coding;
mod comparison;
mod conductance;
mod contingency;
mod ego_splitting;
mod flow;
mod groups;
mod infomap;
mod label_propagation;
mod leaves;
mod leiden;
mod louvain;
mod marks;
mod modularity;
mod moving;
mod null;
mod null_model;
mod objective;
mod partition;
mod quality;
mod refine;
mod resolution_profile;
mod rewired;
mod stability;
mod tally;
mod ties;
mod tracking;
mod well_connected;

pub use comparison::{Match, Matching, ari, element_centric, element_centric_by_node, matching, nmi, vi};
pub use conductance::{Conductance, Coverage, conductance, coverage};
pub use ego_splitting::{EgoClusters, EgoSplitting, Membership, Overlapping, ego_splitting};
pub use infomap::{Infomap, infomap, map_equation};
pub use label_propagation::{LabelPropagation, label_propagation};
pub use leiden::{Leiden, leiden};
#[cfg(feature = "tables")]
pub(crate) use louvain::hasty_louvain;
pub use louvain::{Louvain, louvain};
pub use modularity::{Cpm, Modularity, cpm, modularity};
pub use null_model::{NullModel, Significance, null_model};
pub use objective::Objective;
#[cfg(feature = "tables")]
pub(crate) use objective::is_bipartite;
pub use partition::Partition;
#[cfg(feature = "tables")]
pub(crate) use partition::numbered;
pub use quality::{Communities, Quality, quality};
pub use resolution_profile::{Profile, Range, ResolutionProfile, Step, resolution_profile};
pub use rewired::{Keep, Rewired, rewired};
pub use stability::{Stabilities, Stability, stability};
#[cfg(feature = "tables")]
pub(crate) use ties::share_that_leaves;
pub use tracking::{Change, Tracker, Tracking, Turn};
pub use well_connected::{WellConnected, well_connected};
#[cfg(feature = "tables")]
pub(crate) use {
    groups::Groups,
    well_connected::{Cohesion, cohesions_of},
};
