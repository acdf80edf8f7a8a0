//! The `consilium` binary: reads the command line and hands over. What each command does is in `consilium_server::cli`.

use std::process::ExitCode;

use consilium_server::cli::Cli;

/// Thousands of connections come and go; this allocator gives their memory back.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    consilium_server::cli::run(Cli::read())
}
