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

    /// Much memory was let go of: an allocator that keeps it may be asked to give it back.
    fn freed(&self) {}
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

    /// Tells that much memory was let go of.
    #[cfg(feature = "tables")]
    pub(crate) fn freed(&self) {
        if let Some(observer) = &self.0 {
            observer.freed();
        }
    }

    /// Runs `work` on a thread of the pool, if this is none: from outside, each of many small parallel loops would wait to be
    /// let in.
    pub(crate) fn in_pool<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        if rayon::current_thread_index().is_some() {
            return work();
        }
        let observer = self.0.clone();
        rayon::scope(|_| match observer {
            Some(observer) => observed(observer, work),
            None => work(),
        })
    }

    /// Runs `work`, one of several tasks of a loop and perhaps on another thread, so that it stops where the loop would;
    /// it reports nothing of its own.
    pub fn quietly<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(observer) => observed(Arc::new(Quiet(observer.clone())), work),
            None => work(),
        }
    }
}

/// Asks the same tasks to stop as another observer, whom it tells nothing.
struct Quiet(Arc<dyn Observer>);

impl Observer for Quiet {
    fn progress(&self, _: &'static str, _: u64, _: u64) {}

    fn cancelled(&self) -> bool {
        self.0.cancelled()
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

    #[test]
    fn an_observer_comes_along_into_the_pool() {
        let observer = Arc::new(StopAt(3, AtomicU64::new(3)));
        let is_inside =
            || (rayon::current_thread_index().is_some(), Watch::current().tick("task", 3, 0).is_err());
        let outside = observed(observer.clone(), || Watch::current().in_pool(is_inside));
        assert_eq!(outside, (true, true));
        assert_eq!(Watch::current().in_pool(|| Watch::current().in_pool(is_inside)), (true, false));
    }

    #[test]
    fn a_quiet_task_stops_with_its_loop_and_reports_nothing() {
        let observer = Arc::new(StopAt(3, AtomicU64::new(2)));
        let watch = observed(observer.clone(), Watch::current);
        let task = || Watch::current().tick("task", 7, 0);
        assert!(watch.quietly(task).is_ok());
        assert_eq!(observer.1.swap(3, Ordering::Relaxed), 2);
        assert!(watch.quietly(task).is_err());
        assert!(task().is_ok());
    }
}
