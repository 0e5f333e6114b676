//! Who leads whom, and whom to reach together? Credit read from logs, spread by simulation, selection of a set.
//!
//! Arcs are attention, as everywhere: v → u says that v follows, reads or answers u. Influence flows the other way, from
//! u to v, so everything in this chapter follows arcs against their direction, and a graph of who influences whom is
//! given reversed. The rows of [`Graph::out`](crate::graph::Graph::out) hold those who may influence a node, those of
//! [`Graph::incoming`](crate::graph::Graph::incoming) those whom it may influence.

mod credit_distribution;
mod credits;
mod model;
mod reverse;
mod ris;
mod selection;
mod spread;
mod structural_virality;

pub use credit_distribution::{Actions, CreditDistribution, Split, credit_distribution};
pub use credits::{Audience, Credits, Gain};
pub use model::{Model, Probability};
pub use ris::{Ris, RisSeeds, ris};
pub use selection::{Objective, Pick, Selection, selection};
pub use spread::{Spread, SpreadEstimate, spread};
pub use structural_virality::{Cascade, StructuralVirality, structural_virality};
