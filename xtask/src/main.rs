//! `cargo xtask`: every automation of the project, in one place and in Rust.
//!
//! Reading order: `run` (what a newcomer starts), `suite` (every test), `ci` (one piece of it alone), `need` (what a
//! piece needs first), then the tools these use. Nothing here is part of the product, and nothing of the product knows
//! about this crate.

mod api_fuzz;
mod arrows;
mod bench;
mod building;
mod ci;
mod counts;
mod digest;
mod fhir;
mod fuzz;
mod local_server;
mod need;
mod npm;
mod process;
mod processors;
mod progress;
mod python;
mod run;
mod rust_tests;
mod skew;
mod smoke;
mod stamp;
mod suite;
mod system;
mod tally;
mod tidy;
mod toolchain;
mod tools;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::ci::Piece;
use crate::workspace::Workspace;

/// Every automation of Consilium.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds everything and starts a demonstration server.
    Run {
        /// Arguments for `consilium demo`, for example `--listen 127.0.0.1:9000`.
        #[arg(last = true)]
        server_args: Vec<String>,
    },
    /// Runs every test of every kind, installing what it needs.
    Test,
    /// Runs one piece of `test` alone; without a name, lists the pieces.
    Ci {
        /// The piece to run.
        piece: Option<Piece>,
    },
    /// Fuzzes one decoder (needs the nightly toolchain and cargo-fuzz).
    Fuzz {
        /// The fuzz target; without a name, lists the targets.
        target: Option<String>,
        /// How long to search, in seconds.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Measures our server beside its peers.
    Bench(bench::BenchArgs),
    /// Builds the replica for the browser: `client-wasm/js/wasm`.
    Wasm,
}

fn main() -> ExitCode {
    match start(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(task: Task) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Run { server_args } => run::run(&workspace, &server_args)?,
        Task::Test => return Ok(suite::run(&workspace)),
        Task::Ci { piece: None } => ci::list(),
        Task::Ci { piece: Some(piece) } => return Ok(suite::run_one(&workspace, piece)),
        Task::Fuzz { target, seconds } => fuzz::run(&workspace, target.as_deref(), seconds)?,
        Task::Bench(args) => bench::run(&workspace, &args)?,
        Task::Wasm => run::wasm_only(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}
