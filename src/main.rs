//! The `entail` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    entail::cli::run(std::env::args_os())
}
