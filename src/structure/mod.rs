//! How is the network knit? Components, cores, triangles.

mod clustering;
mod components;
mod core;
mod diameter;
mod oriented;
mod strong_components;
mod triangles;

pub use clustering::{Clustering, clustering};
pub use components::{Components, components};
pub use core::{Core, core};
pub use diameter::{Diameter, diameter};
pub use strong_components::{StrongComponents, strong_components};
pub use triangles::{Triangles, triangles};
