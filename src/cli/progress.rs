//! The progress bar of a long run on a terminal.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts files on standard error, once the run takes longer than a second.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    wanted: bool,
    shown: bool,
}

impl Progress {
    /// A bar that is not shown yet, and never when standard error is no terminal.
    pub fn new(quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let wanted = !quiet && std::io::stderr().is_terminal();
        Progress { bar, started: Instant::now(), wanted, shown: false }
    }

    /// One more file is done.
    pub fn advance(&mut self) {
        self.bar.inc(1);
        if self.wanted && !self.shown && self.started.elapsed() >= PATIENCE {
            self.shown = true;
            let style = ProgressStyle::with_template("{spinner} {human_pos} files, {per_sec}, {elapsed}");
            self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Runs something that writes to the terminal, with the bar out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.shown { self.bar.suspend(write) } else { write() }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
