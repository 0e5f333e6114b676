//! From events to networks: known answers, laws of decay, windows, roles, files, a real log.
#![cfg(feature = "tables")]

mod decay;
mod files;
mod higgs;
mod logs;
mod micro;
mod roles;
mod window;
