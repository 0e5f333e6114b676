//! The allocator of the command and of the Python package: memory in large pages, given back when a stage is over.

use std::ffi::{c_int, c_long};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The place of `mi_option_purge_delay` among the options of mimalloc 3; the bindings do not name it.
const PURGE_DELAY: c_int = 15;

/// What it is unless somebody sets it, in milliseconds.
const USUAL_DELAY: c_long = 1000;

/// Has unused memory given back after a tenth of a second instead of a whole one, in which a stage leaves hundreds of
/// megabytes behind. To be called before there are threads.
pub(crate) fn give_back_early() {
    // SAFETY: mimalloc reads and writes one of its own numbers; nothing else runs yet.
    unsafe {
        if libmimalloc_sys::mi_option_get(PURGE_DELAY) == USUAL_DELAY {
            libmimalloc_sys::mi_option_set(PURGE_DELAY, 100);
        }
    }
}
