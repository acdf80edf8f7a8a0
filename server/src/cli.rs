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

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::options::{LogOptions, WrittenAddress};
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

impl Cli {
    /// Reads the command line and the environment. What cannot be meant ends the process, with the reason, as wrong usage.
    #[must_use]
    pub fn read() -> Self {
        let mut command = Self::command();
        let matches = command.get_matches_mut();
        if names_two_stores(&matches) {
            let error = command.error(ErrorKind::ArgumentConflict, TWO_STORES);
            error.exit();
        }
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// What is said to whoever names two stores.
const TWO_STORES: &str = "--data-dir names one store and CONSILIUM_DATABASE_URL (or --database-url) another, which would be \
                          taken: leave --data-dir out, or run this without the address (env -u CONSILIUM_DATABASE_URL)";

/// Whether a directory was written on the command line that an address makes meaningless. In the environment both may
/// stand, since an environment is written once for all commands.
fn names_two_stores(matches: &ArgMatches) -> bool {
    let address = matches.try_get_one::<WrittenAddress>("database_url");
    // An address of this kind says that the directory is meant.
    let is_elsewhere = matches!(address, Ok(Some(address)) if address.expose() != "sqlite:");
    let is_written = matches!(matches.try_contains_id("data_dir"), Ok(true))
        && matches.value_source("data_dir") == Some(ValueSource::CommandLine);
    let inner = matches.subcommand().map(|(_, inner)| inner);
    (is_elsewhere && is_written) || inner.is_some_and(names_two_stores)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn two_stores(arguments: &[&str]) -> bool {
        let all = std::iter::once("consilium").chain(arguments.iter().copied());
        names_two_stores(&Cli::command().try_get_matches_from(all).expect("read"))
    }

    #[test]
    fn a_directory_beside_an_address_is_a_mistake() {
        const URL: &str = "--database-url=postgres://h/d";
        for command in [
            &["serve"][..],
            &["doctor"],
            &["backup", "--to", "b.bak"],
            &["admin", "list"],
        ] {
            let with = |more: &[&'static str]| two_stores(&[command, more].concat());
            assert!(with(&["--data-dir", "d", URL]), "{command:?}");
            assert!(!with(&["--data-dir", "d"]), "{command:?}");
            assert!(!with(&[URL]), "{command:?}");
            assert!(
                !with(&["--data-dir", "d", "--database-url=sqlite:"]),
                "{command:?}"
            );
        }
        assert!(!two_stores(&[
            "restore",
            "--from",
            "b.bak",
            "--data-dir",
            "d"
        ]));
    }
}
