//! How long loops tell where they stand and learn that they should stop.
//!
//! An [`Observer`] is installed for the length of one call with [`observed`]; inside, every loop that may run
//! longer than a fraction of a second takes the [`Watch`] of its thread and ticks it. Without an observer a
//! tick is one comparison.

use std::cell::RefCell;
use std::sync::Arc;

use crate::error::{Error, Result};

/// Somebody who wants to know how far a computation is and may ask it to stop. Called from any thread.
pub trait Observer: Send + Sync {
    /// `done` of `total` steps of `stage` are behind us; `total` is 0 where it is not known.
    fn progress(&self, stage: &'static str, done: u64, total: u64);

    /// Whether the computation should stop with [`Error::Cancelled`].
    fn cancelled(&self) -> bool {
        false
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<dyn Observer>>> = const { RefCell::new(None) };
}

/// Runs `work` with `observer` listening on this thread, and restores the one before.
pub fn observed<T>(observer: Arc<dyn Observer>, work: impl FnOnce() -> T) -> T {
    struct Restore(Option<Arc<dyn Observer>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.with(|current| *current.borrow_mut() = self.0.take());
        }
    }
    let _restore = Restore(CURRENT.with(|current| current.borrow_mut().replace(observer)));
    work()
}

/// The handle a loop holds: take it once before the loop, share it with the threads of the loop.
#[derive(Clone)]
pub struct Watch(Option<Arc<dyn Observer>>);

impl Watch {
    /// The observer of this thread, or none.
    pub fn current() -> Watch {
        Watch(CURRENT.with(|current| current.borrow().clone()))
    }

    /// Reports progress and stops with [`Error::Cancelled`] where that was asked for.
    #[inline]
    pub fn tick(&self, stage: &'static str, done: u64, total: u64) -> Result<()> {
        let Some(observer) = &self.0 else { return Ok(()) };
        observer.progress(stage, done, total);
        if observer.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct StopAt(u64, AtomicU64);
    impl Observer for StopAt {
        fn progress(&self, _: &'static str, done: u64, _: u64) {
            self.1.store(done, Ordering::Relaxed);
        }
        fn cancelled(&self) -> bool {
            self.1.load(Ordering::Relaxed) >= self.0
        }
    }

    #[test]
    fn a_loop_stops_when_its_observer_asks() {
        let observer = Arc::new(StopAt(3, AtomicU64::new(0)));
        let steps = observed(observer, || {
            let watch = Watch::current();
            (1..).find(|&step| watch.tick("count", step, 0).is_err())
        });
        assert_eq!(steps, Some(3));
        assert!(Watch::current().tick("count", 9, 0).is_ok(), "the observer outlived its call");
    }
}
