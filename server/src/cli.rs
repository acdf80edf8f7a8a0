//! The commands of the `consilium` binary. The only modules that know which store is real.
//!
//! Standard output carries results only (an address, a token, a report); logs and complaints go to standard error.
//! Exit codes: 0 done, 1 failed, 2 wrong usage.

pub mod admin;
pub mod backup;
mod buses;
pub mod demo;
pub mod doctor;
pub mod ledger;
pub mod migrate_store;
pub mod restore;
pub mod serve;
mod stores;
pub mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::options::LogOptions;
use crate::telemetry;

/// Deleting nested types recurses inside the document library: 1,344 bytes a level in development builds, 288 in
/// release builds, at most 256 levels. The default of 2 MiB suffices fivefold; only pages that are touched cost memory.
const THREAD_STACK_BYTES: usize = 8 * 1024 * 1024;

/// A collaboration server for communities that write binding texts together.
#[derive(Debug, Parser)]
#[command(name = "consilium", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    log: LogOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(Box<crate::config::ServeOptions>),
    /// Run a throw-away portal with a demonstration community, for this machine only.
    Demo(demo::DemoOptions),
    /// Mint a token with the secret in CONSILIUM_JWT_SECRET.
    Token(token::TokenOptions),
    /// Make, list and lock accounts, beside a running server or without one.
    Admin(admin::AdminOptions),
    /// Check configuration, storage, clock and ports, and say what to do.
    Doctor(Box<crate::config::ServeOptions>),
    /// Copy all data to one file, while the server runs or not.
    Backup(backup::BackupOptions),
    /// Verify the ledger of a community.
    Ledger(ledger::LedgerOptions),
    /// Put a backup into an empty data directory. Every document gets a new lineage.
    Restore(restore::RestoreOptions),
    /// Move everything from one store into another: from one machine to a cluster, or back. Nobody may serve either
    /// meanwhile. After an interruption, run it again.
    MigrateStore(migrate_store::MigrateStoreOptions),
}

/// Runs one command to its end.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    if let Err(error) = telemetry::logs::start(&cli.log) {
        return failed(&error.into());
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(THREAD_STACK_BYTES)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::new(error).context("start the runtime")),
    };
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Serve(options) => serve::run(*options).await,
            Command::Demo(options) => demo::run(options).await,
            Command::Token(options) => token::run(options),
            Command::Admin(options) => admin::run(options).await,
            Command::Doctor(options) => doctor::run(*options).await,
            Command::Backup(options) => backup::run(options).await,
            Command::Ledger(options) => ledger::run(options).await,
            Command::Restore(options) => restore::run(options).await,
            Command::MigrateStore(options) => migrate_store::run(options).await,
        }
    });
    // Blocking work that hangs (a dead network disk) must not keep the process.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("consilium: {error:#}");
    ExitCode::FAILURE
}
