//! Telling how far long work has got, and stopping it.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Called after each step with the steps done and all steps, from any thread. [`ControlFlow::Break`] stops the work as
/// soon as the steps under way are finished.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) -> ControlFlow<()> + Sync);

/// For work that nobody watches.
pub fn no_progress(_done: usize, _all: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Counts the steps of work that runs on many threads.
pub(crate) struct Steps<'a> {
    progress: Progress<'a>,
    all: usize,
    done: AtomicUsize,
    stopped: AtomicBool,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(progress: Progress<'a>, all: usize) -> Self {
        Self { progress, all, done: AtomicUsize::new(0), stopped: AtomicBool::new(false) }
    }

    /// Does a step, unless the work was stopped.
    pub(crate) fn step<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        if self.stopped() {
            return None;
        }
        let result = work();
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if (self.progress)(done, self.all).is_break() {
            self.stopped.store(true, Ordering::Relaxed);
        }
        Some(result)
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
