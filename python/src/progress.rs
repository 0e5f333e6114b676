//! Runs work away from the interpreter: the caller's thread waits, hears Ctrl-C and tells how far the work is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use laud::progress::{Observer, observed};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use rayon::ThreadPool;

use crate::errors::exception;

/// How often the waiting thread looks for signals and news.
const PULSE: Duration = Duration::from_millis(50);

/// Who wants to know how far a call is.
pub(crate) enum Progress {
    Nobody,
    Bar,
    Callable(Py<PyAny>),
}

impl FromPyObject<'_, '_> for Progress {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Progress> {
        match object.extract::<bool>() {
            Ok(true) => Ok(Progress::Bar),
            Ok(false) => Ok(Progress::Nobody),
            Err(_) if object.is_callable() => Ok(Progress::Callable(object.to_owned().unbind())),
            Err(_) => Err(PyTypeError::new_err(format!(
                "progress must be a bool or a callable of (stage, done, total), got {}",
                object.get_type().name()?
            ))),
        }
    }
}

/// Where the work is: stage, steps done, steps in all (0 where nobody knows).
type Place = (&'static str, u64, u64);

#[derive(Default)]
struct Listener {
    place: Mutex<Option<Place>>,
    cancelled: AtomicBool,
}

impl Observer for Listener {
    fn progress(&self, stage: &'static str, done: u64, total: u64) {
        // Whoever finds the slot busy has nothing new to say.
        if let Ok(mut place) = self.place.try_lock() {
            *place = Some((stage, done, total));
        }
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn freed(&self) {
        give_back();
    }
}

/// Does `work` on laud's threads without the interpreter's lock.
///
/// Every pulse the calling thread lets Python handle its signals and passes news on. An exception there, such as
/// KeyboardInterrupt, asks the work to stop, and is raised once it has.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    progress: Option<Progress>,
    work: impl FnOnce() -> laud::Result<T> + Send,
) -> PyResult<T> {
    let pool = pool().map_err(exception)?;
    let progress = progress.unwrap_or(Progress::Nobody);
    let listener = Arc::new(Listener::default());
    let (outcome, raised) = py.detach(|| {
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            let observer = listener.clone();
            let worker = scope.spawn(move || {
                // The receiver waits as long as the sender lives.
                let _ = sender.send(pool.install(|| observed(observer, work)));
            });
            let mut raised = None;
            loop {
                match receiver.recv_timeout(PULSE) {
                    Ok(outcome) => return (outcome, raised),
                    Err(RecvTimeoutError::Disconnected) => match worker.join() {
                        Err(panic) => std::panic::resume_unwind(panic),
                        Ok(()) => unreachable!("work that ended without a panic has sent its outcome"),
                    },
                    Err(RecvTimeoutError::Timeout) if raised.is_none() => {
                        raised = Python::attach(|py| {
                            py.check_signals().and_then(|()| progress.tell(py, &listener))
                        })
                        .err();
                        listener.cancelled.store(raised.is_some(), Ordering::Relaxed);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                }
            }
        })
    });
    used();
    let told = raised.map_or_else(|| progress.tell(py, &listener), Err);
    progress.end(py)?;
    told?;
    outcome.map_err(exception)
}

impl Progress {
    fn tell(&self, py: Python<'_>, listener: &Listener) -> PyResult<()> {
        let place = listener.place.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((stage, done, total)) = place else { return Ok(()) };
        match self {
            Progress::Nobody => Ok(()),
            Progress::Callable(callable) => callable.call1(py, (stage, done, total)).map(drop),
            Progress::Bar => write(py, &format!("\r{}", bar(stage, done, total))),
        }
    }

    fn end(&self, py: Python<'_>) -> PyResult<()> {
        match self {
            Progress::Bar => write(py, &format!("\r{:WIDTH$}\r", "")),
            Progress::Nobody | Progress::Callable(_) => Ok(()),
        }
    }
}

/// Columns of a line of progress.
const WIDTH: usize = 60;

fn bar(stage: &str, done: u64, total: u64) -> String {
    const STEPS: u64 = 30;
    if total == 0 {
        return format!("{:WIDTH$}", format!("{stage} {done}"));
    }
    let filled = (u128::from(done.min(total)) * u128::from(STEPS) / u128::from(total)) as usize;
    let percent = u128::from(done.min(total)) * 100 / u128::from(total);
    let drawn = format!("{:░<width$}", "█".repeat(filled), width = STEPS as usize);
    format!("{:WIDTH$}", format!("{stage:>20} {drawn} {percent:>3} %"))
}

/// Writes to Python's standard error, which a notebook shows too.
fn write(py: Python<'_>, text: &str) -> PyResult<()> {
    let stderr = py.import("sys")?.getattr("stderr")?;
    if stderr.is_none() {
        return Ok(());
    }
    stderr.call_method1("write", (text,))?;
    stderr.call_method0("flush").map(drop)
}

/// Where calls are computed.
struct Threads {
    /// The process they live in: a forked child has none of its parent's.
    process: u32,
    pool: Arc<ThreadPool>,
    /// How many were asked for; 0 for one on every core.
    count: usize,
    /// When the last call ended.
    used: Instant,
}

static THREADS: Mutex<Option<Threads>> = Mutex::new(None);

/// How long threads may have had nothing to do. A thread that was asleep is often woken on the core of who wakes it, and both
/// share it for milliseconds, whatever is idle; a new one, which costs some ten microseconds, begins on an idle core.
const REST: Duration = Duration::from_millis(5);

fn pool() -> laud::Result<Arc<ThreadPool>> {
    let mut slot = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let count = match slot.take() {
        Some(threads) if threads.process != std::process::id() => {
            // Dropping it would wait for threads that are not there.
            std::mem::forget(threads.pool);
            threads.count
        }
        Some(threads) if threads.used.elapsed() < REST || Arc::strong_count(&threads.pool) > 1 => {
            return Ok(slot.insert(threads).pool.clone());
        }
        Some(threads) => threads.count,
        None => match std::env::var("LAUD_THREADS") {
            Ok(text) => {
                text.trim().parse().map_err(|_| laud::Error::parameter("LAUD_THREADS", "a number", text))?
            }
            Err(_) => 0,
        },
    };
    Ok(slot.insert(Threads::new(count)?).pool.clone())
}

/// Notes that a call has ended.
fn used() {
    if let Some(threads) = &mut *THREADS.lock().unwrap_or_else(PoisonError::into_inner) {
        threads.used = Instant::now();
    }
}

/// Has each thread give back the memory that it no longer needs, which is much after a graph was built. Nobody waits for it.
pub(crate) fn give_back() {
    if let Ok(pool) = pool() {
        // SAFETY: mimalloc looks after the heap of the thread that calls it.
        pool.spawn_broadcast(|_| unsafe { libmimalloc_sys::mi_collect(true) });
    }
}

impl Threads {
    fn new(count: usize) -> laud::Result<Threads> {
        let name = |at| format!("laud-{at}");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).thread_name(name).build();
        let pool = pool
            .map_err(|problem| laud::Error::parameter("threads", "a number the system can start", problem))?;
        Ok(Threads { process: std::process::id(), pool: Arc::new(pool), count, used: Instant::now() })
    }
}

/// Sets how many threads laud computes with.
///
/// Results are the same to the bit for any number. Without this call the environment variable
/// ``LAUD_THREADS`` counts, otherwise every core has one.
///
/// Parameters
/// ----------
/// threads : int
///     At least 1.
///
/// Raises
/// ------
/// ValueError
///     For less than 1.
///
/// Examples
/// --------
/// >>> laud.set_threads(2)
#[pyfunction]
pub(crate) fn set_threads(threads: usize) -> PyResult<()> {
    if threads == 0 {
        return Err(PyValueError::new_err("threads must be at least 1, got 0"));
    }
    let threads = Threads::new(threads).map_err(exception)?;
    *THREADS.lock().unwrap_or_else(PoisonError::into_inner) = Some(threads);
    Ok(())
}
