//! The ceiling of this machine: our own broadcaster, which keeps nothing and understands nothing.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Peer;
use crate::dialect::DialectName;

/// The limit server.
pub(crate) struct Limit;

impl Peer for Limit {
    fn name(&self) -> &'static str {
        "limit"
    }

    fn durability(&self) -> &'static str {
        "None: it keeps nothing and acknowledges nothing. It shows what sockets alone cost here."
    }

    fn settings(&self) -> &'static str {
        "shared frames, coalesced vectored writes, TCP_NODELAY, no CRDT, no storage"
    }

    fn version(&self) -> Result<String> {
        Ok(env!("CARGO_PKG_VERSION").to_owned())
    }

    fn dialects(&self) -> &'static [DialectName] {
        &[DialectName::Plain]
    }

    fn acknowledges(&self) -> bool {
        false
    }

    fn stored_after(&self) -> Option<Duration> {
        None
    }

    fn command(&self, address: SocketAddr, _folder: &Path) -> Result<Command> {
        let own = std::env::current_exe().context("find this program")?;
        let mut command = Command::new(own);
        command.args(["limit-server", "--listen", &address.to_string()]);
        Ok(command)
    }

    fn path(&self, _dialect: DialectName, doc: &str) -> String {
        format!("/{doc}")
    }
}
