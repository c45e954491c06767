//! The `entail` command.

use std::process::ExitCode;

/// Judging a large estate takes and gives back much memory in small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    entail::cli::run(std::env::args_os())
}
