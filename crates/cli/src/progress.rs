//! Progress bars on standard error, and a clean stop at the first interrupt.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

/// A flag that the first interrupt sets; a second one ends the program.
pub(crate) fn stop_flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // Without a handler an interrupt still loses nothing; with one there is a summary too.
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("stopping after what is in hand; again to stop at once");
    });
    stop
}

/// A bar over `unit`s of work.
pub(crate) fn bar(unit: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let template = format!("{{bar:32}} {{pos}}/{{len}} {unit}  {{elapsed}} (about {{eta}} left)  {{wide_msg}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// Watches work that tells its steps.
pub(crate) struct Watch {
    bar: ProgressBar,
    stop: Arc<AtomicBool>,
}

impl Watch {
    pub(crate) fn new(unit: &str) -> Self {
        Self { bar: bar(unit), stop: stop_flag() }
    }

    pub(crate) fn step(&self, done: usize, all: usize) -> ControlFlow<()> {
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
        if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
