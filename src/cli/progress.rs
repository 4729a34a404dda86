//! The progress bar of a long run on a terminal.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use newslint::config::Resolver;
use newslint::input::{Found, WalkOptions, walk};

/// A run shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two looks at the counts.
const TICK: Duration = Duration::from_millis(100);

/// Shown while nobody knows how much there is to do.
const OPEN_STYLE: &str = "{spinner} {bytes}, {msg}, {binary_bytes_per_sec}, {elapsed}";

/// Shown once the files have been counted.
const STYLE: &str = "{bar:20} {bytes} of {total_bytes}, {msg}, {binary_bytes_per_sec}, {eta} left";

/// Shows bytes, documents, rate and time left on standard error, once the run takes longer than a
/// second.
pub struct Progress {
    bar: ProgressBar,
    counts: Arc<Counts>,
    bytes_read: Arc<AtomicU64>,
}

#[derive(Default)]
struct Counts {
    documents: AtomicU64,
    shown: AtomicBool,
    over: AtomicBool,
}

impl Progress {
    /// A bar that is not shown yet, and never when standard error is no terminal that somebody watches.
    pub fn new(quiet: bool, paths: &[PathBuf], options: &WalkOptions, resolver: &Arc<Resolver>) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let (counts, bytes_read) = (Arc::<Counts>::default(), Arc::<AtomicU64>::default());
        // pre-commit collects the output of a hook through a terminal, for its colours, and prints it afterwards.
        let is_watched = std::io::stderr().is_terminal() && std::env::var_os("PRE_COMMIT").is_none();
        if !quiet && is_watched {
            let (shared, resolver) = (Arc::clone(&counts), Arc::clone(resolver));
            let (paths, options) = (paths.to_vec(), options.clone());
            let total = move || total_bytes(&paths, &options, &resolver, &shared.over);
            let shower = Shower { bar: bar.clone(), counts: Arc::clone(&counts), bytes_read: Arc::clone(&bytes_read) };
            // Threads of their own, because a single large file can take all the time, and so can
            // counting the files.
            thread::spawn(move || shower.run(total));
        }
        Progress { bar, counts, bytes_read }
    }

    /// Where the bytes read are counted, as they lie on the disk.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// So many more documents are done.
    pub fn advance(&self, documents: u64) {
        self.counts.documents.fetch_add(documents, Ordering::Relaxed);
    }

    /// Runs something that writes to the terminal, with the bar out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.counts.shown.load(Ordering::SeqCst) { self.bar.suspend(write) } else { write() }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.counts.over.store(true, Ordering::SeqCst);
        self.bar.finish_and_clear();
    }
}

/// What draws the bar.
struct Shower {
    bar: ProgressBar,
    counts: Arc<Counts>,
    bytes_read: Arc<AtomicU64>,
}

impl Shower {
    fn run(&self, total: impl FnOnce() -> Option<u64> + Send + 'static) {
        thread::sleep(PATIENCE);
        if self.counts.over.load(Ordering::SeqCst) {
            return;
        }
        let bar = self.bar.clone();
        thread::spawn(move || {
            if let Some(total) = total() {
                bar.set_style(style(STYLE));
                bar.set_length(total);
            }
        });
        self.bar.set_style(style(OPEN_STYLE));
        self.show_counts();
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.counts.shown.store(true, Ordering::SeqCst);
        while !self.counts.over.load(Ordering::SeqCst) {
            self.show_counts();
            thread::sleep(TICK);
        }
    }

    fn show_counts(&self) {
        let documents = self.counts.documents.load(Ordering::Relaxed);
        let plural = if documents == 1 { "" } else { "s" };
        self.bar.set_message(format!("{} document{plural}", HumanCount(documents)));
        self.bar.set_position(self.bytes_read.load(Ordering::Relaxed));
        self.bar.tick();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The bytes of all files on the disk; `None` when standard input is among them, or the run is over.
fn total_bytes(paths: &[PathBuf], options: &WalkOptions, resolver: &Arc<Resolver>, over: &AtomicBool) -> Option<u64> {
    if paths.iter().any(|path| path == Path::new("-")) {
        return None;
    }
    let mut total = 0;
    for found in walk(paths, options, resolver) {
        if over.load(Ordering::Relaxed) {
            return None;
        }
        if let Found::File { path, .. } = found {
            total += path.metadata().map_or(0, |metadata| metadata.len());
        }
    }
    Some(total)
}
