//! Our own server: one node over SQLite, durable acknowledgements on; anybody may write, or people have accounts ([`Portal`]).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{Cluster, Peer};
use crate::dialect::DialectName;

/// This project's server.
pub(crate) struct Consilium;

impl Peer for Consilium {
    fn name(&self) -> &'static str {
        "consilium"
    }

    fn durability(&self) -> &'static str {
        "An edit is on disk (SQLite, one transaction with fsync) before its author is told so and before anybody else sees it."
    }

    fn settings(&self) -> &'static str {
        "one node, SQLite, open mode, logs from warnings up; limits of new connections raised, because all members come from this machine"
    }

    fn version(&self) -> Result<String> {
        let output = Command::new(binary()?)
            .arg("--version")
            .output()
            .context("ask the server's version")?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn dialects(&self) -> &'static [DialectName] {
        &[
            DialectName::Extended,
            DialectName::Envelope,
            DialectName::Plain,
        ]
    }

    fn stored_after(&self) -> Option<Duration> {
        Some(Duration::ZERO)
    }

    fn command(&self, address: SocketAddr, folder: &Path) -> Result<Command> {
        let mut command = serve(address, folder)?;
        command.arg("--insecure-open");
        Ok(command)
    }

    fn cluster(&self) -> Option<&'static Cluster> {
        Some(&Cluster {
            arguments: |postgres, redis| {
                ["--database-url", postgres, "--redis-url", redis]
                    .map(str::to_owned)
                    .to_vec()
            },
            settings: "two nodes over one PostgreSQL (its defaults) and one Redis that keeps nothing, else as alone",
            durability: "An edit is committed in PostgreSQL (fsync) before its author is told so and before anybody sees it.",
        })
    }

    fn path(&self, dialect: DialectName, doc: &str) -> String {
        match dialect {
            DialectName::Extended | DialectName::Envelope => "/sync".to_owned(),
            DialectName::Plain => format!("/yjs/{doc}"),
        }
    }
}

/// The same server as a portal: people have accounts, roles and sessions, and meet.
pub(crate) struct Portal;

impl Peer for Portal {
    fn name(&self) -> &'static str {
        Consilium.name()
    }

    fn durability(&self) -> &'static str {
        Consilium.durability()
    }

    fn settings(&self) -> &'static str {
        "one node, SQLite, a portal with accounts and real access, else as in open mode"
    }

    fn version(&self) -> Result<String> {
        Consilium.version()
    }

    fn dialects(&self) -> &'static [DialectName] {
        &[DialectName::Extended]
    }

    fn stored_after(&self) -> Option<Duration> {
        Consilium.stored_after()
    }

    fn command(&self, address: SocketAddr, folder: &Path) -> Result<Command> {
        serve(address, folder)
    }

    fn path(&self, dialect: DialectName, doc: &str) -> String {
        Consilium.path(dialect, doc)
    }
}

/// What both are started with.
fn serve(address: SocketAddr, folder: &Path) -> Result<Command> {
    let mut command = Command::new(binary()?);
    command
        .args(["serve", "--listen", &address.to_string()])
        // Not on the command line: beside the address of a cluster's store, it is refused there.
        .env("CONSILIUM_DATA_DIR", folder)
        .args(["--log", "warn"])
        .args(["--connects-per-address-per-second", "100000"])
        .args(["--connects-per-second", "100000"])
        .args(["--connections-per-address-max", "50000"])
        .env_remove("CONSILIUM_JWT_SECRET");
    Ok(command)
}

/// `CONSILIUM_BIN`, else the server that was built with this generator.
pub(crate) fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CONSILIUM_BIN") {
        return Ok(path.into());
    }
    let own = std::env::current_exe().context("find this program")?;
    let path = own.with_file_name(format!("consilium{}", std::env::consts::EXE_SUFFIX));
    ensure!(
        path.exists(),
        "there is no {}: build it with `cargo build --release -p consilium-server`, or name one in CONSILIUM_BIN",
        path.display()
    );
    Ok(path)
}
