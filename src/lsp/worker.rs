//! A thread that does one piece of work after the other, so that the server itself never waits.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Sender, unbounded};

/// A piece of work.
type Task = Box<dyn FnOnce() + Send>;

/// A thread with work to do. It ends when this is dropped and all is done.
pub struct Worker {
    tasks: Sender<Task>,
}

impl Worker {
    /// Starts a thread of this name.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn start(name: &str) -> io::Result<Worker> {
        let (tasks, waiting) = unbounded::<Task>();
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            for task in waiting {
                // Tasks see to their results themselves; this keeps the thread for the next one.
                let _ = catch_unwind(AssertUnwindSafe(task));
            }
        })?;
        Ok(Worker { tasks })
    }

    /// Does this when everything before is done.
    pub fn run(&self, task: impl FnOnce() + Send + 'static) {
        // The thread ends only with this sender.
        let _ = self.tasks.send(Box::new(task));
    }
}
