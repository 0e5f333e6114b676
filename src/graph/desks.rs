//! Workspaces of threads.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A workspace for each thread, kept from one parallel loop to the next.
pub(crate) struct Desks<T>(Vec<Desk<T>>);

/// By itself in its cache lines, so that no thread waits for what another one writes.
#[derive(Default)]
#[repr(align(128))]
struct Desk<T>(Mutex<T>);

impl<T: Default> Desks<T> {
    pub(crate) fn new() -> Desks<T> {
        Desks((0..rayon::current_num_threads()).map(|_| Desk::default()).collect())
    }

    /// That of this thread.
    pub(crate) fn mine(&self) -> MutexGuard<'_, T> {
        let desk = rayon::current_thread_index().unwrap_or(0) % self.0.len();
        self.0[desk].0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
