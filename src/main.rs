//! The newslint command: parse, run, exit status.

use std::process::ExitCode;

mod cli;

/// Linting makes and drops many small findings; this allocator does that in half the time of the
/// system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
