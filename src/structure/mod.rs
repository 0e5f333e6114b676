//! How is the network knit? Components, cores, triangles.

mod clustering;
mod components;
mod constraint;
mod contacts;
mod core;
mod effective_size;
mod oriented;
mod pieces;
mod strong_components;
mod triangles;

pub use clustering::{Clustering, clustering};
pub use components::{Components, components};
pub use constraint::{Constraint, constraint};
pub use core::{Core, core};
pub use effective_size::{EffectiveSize, effective_size};
pub use strong_components::{StrongComponents, strong_components};
pub use triangles::{Triangles, triangles};
