//! From events to networks: known answers, laws of decay, windows, roles, files.
#![cfg(feature = "tables")]

mod decay;
mod files;
mod logs;
mod micro;
mod roles;
mod window;
