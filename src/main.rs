//! The newslint command: parse, run, exit status.

use std::process::ExitCode;

mod cli;

/// Linting makes and drops many small findings; this allocator does that in half the time of the
/// system's. It spreads its memory, so huge pages would be a third empty, and filling them with zeros takes
/// longer than the faults of small ones: its feature `no_thp` asks for none.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
