//! Progress on standard error and Ctrl-C: a bar on a terminal, a line a minute elsewhere.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::messages::Messages;
use crate::error::Result;
use crate::progress::{Observer, observed};

/// Set by Ctrl-C; polled by every long loop.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How long a run may stay silent before it tells where it stands.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Runs `work` on `threads` threads (0: one a core) with progress shown and Ctrl-C heard.
pub(super) fn with_progress<T: Send>(
    messages: &Messages,
    threads: usize,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    // A second Ctrl-C ends the process at once. The handler can be set once; a later call in one process keeps it.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|problem| crate::Error::parameter("threads", "a number the system can start", problem))?;
    let observer = Arc::new(Teller::new(*messages));
    let outcome = pool.install(|| observed(observer.clone(), work));
    observer.state.lock().expect("no panic while telling").bar.finish_and_clear();
    outcome
}

struct Teller {
    messages: Messages,
    state: Mutex<State>,
}

struct State {
    bar: ProgressBar,
    began: Instant,
    told: Instant,
}

impl Teller {
    fn new(messages: Messages) -> Teller {
        let now = Instant::now();
        Teller { messages, state: Mutex::new(State { bar: ProgressBar::hidden(), began: now, told: now }) }
    }
}

impl Observer for Teller {
    fn progress(&self, stage: &'static str, done: u64, total: u64) {
        // Whoever finds the line busy has nothing new to say.
        let Ok(mut state) = self.state.try_lock() else { return };
        if state.began.elapsed() < PATIENCE {
            return;
        }
        if self.messages.wants_bar() {
            if state.bar.is_hidden() {
                let style = ProgressStyle::with_template("{msg:>10} {wide_bar} {percent:>3} %  {elapsed}");
                state.bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10))
                    .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            }
            state.bar.set_message(stage);
            state.bar.set_length(total.max(done).max(1));
            state.bar.set_position(done);
        } else if state.told.elapsed() >= Duration::from_secs(60) {
            state.told = Instant::now();
            let elapsed = state.began.elapsed().as_secs();
            let share =
                (done * 100).checked_div(total).map_or_else(String::new, |percent| format!(" {percent} %"));
            self.messages.progress(&format!("laud: {stage}{share} after {elapsed} s"));
        }
    }

    fn cancelled(&self) -> bool {
        INTERRUPTED.load(Ordering::Relaxed)
    }
}
