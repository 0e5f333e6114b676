//! How is the network knit? Components, cores.

mod components;
mod core;

pub use components::{Components, components};
pub use core::{Core, core};
