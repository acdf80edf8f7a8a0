//! `consilium-bench`: how fast is our server, measured from outside and beside its peers?
//!
//! Reading order: `run` (one run, one line), `workload` (what is measured), `exchange` (members who write and count),
//! `dialect` and `peer` (who is spoken to, and how), `services` (what several nodes need), `report` (lines become tables
//! and charts). It knows the wire and the command
//! lines, and nothing of what a server does inside. It loads loopback addresses only.

mod dialect;
mod exchange;
mod histogram;
mod http;
mod large_document;
mod limit_server;
mod line;
mod loopback;
mod machine;
mod marker;
mod peer;
mod portal;
mod procfs;
mod report;
mod run;
mod schedule;
mod services;
mod updates;
mod websocket;
mod workload;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Measures our server beside its peers.
#[derive(Debug, Parser)]
#[command(name = "consilium-bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Does one run and prints one line of JSON.
    Run(Box<run::Parameters>),
    /// Makes the tables of docs/benchmarks.md from lines.
    Report {
        /// Files of lines, one run each.
        lines: Vec<PathBuf>,
        /// The page, between whose two marks the tables stand; printed instead when not given.
        #[arg(long)]
        into: Option<PathBuf>,
    },
    /// Serves the ceiling: broadcasts, keeps nothing.
    LimitServer {
        /// Where; loopback only.
        #[arg(long)]
        listen: SocketAddr,
    },
}

fn main() -> ExitCode {
    match start(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(command: Command) -> Result<()> {
    match command {
        Command::Run(parameters) => {
            let line = run::run(&parameters)?;
            println!(
                "{}",
                serde_json::to_string(&line).context("write the line")?
            );
            Ok(())
        }
        Command::Report { lines, into } => report::write(&lines, into.as_deref()),
        Command::LimitServer { listen } => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("start the runtime")?
            .block_on(limit_server::serve(listen)),
    }
}
