//! From events to networks: known answers, laws of decay, windows, roles, files, real logs.
#![cfg(feature = "tables")]

#[path = "network/decay.rs"]
mod decay;
#[path = "network/files.rs"]
mod files;
#[path = "network/logs.rs"]
mod logs;
#[path = "network/micro.rs"]
mod micro;
#[path = "network/roles.rs"]
mod roles;
#[path = "network/window.rs"]
mod window;
