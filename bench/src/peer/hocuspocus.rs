//! Hocuspocus with its SQLite extension, everything else as it comes.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::{Peer, node};
use crate::dialect::DialectName;

/// `@hocuspocus/server`.
pub(crate) struct Hocuspocus;

impl Peer for Hocuspocus {
    fn name(&self) -> &'static str {
        "hocuspocus"
    }

    fn durability(&self) -> &'static str {
        "Acknowledged and shown while in memory only; stored whole 2 s after the last edit, 10 s after the first at the latest."
    }

    fn settings(&self) -> &'static str {
        "its SQLite extension, its defaults"
    }

    fn version(&self) -> Result<String> {
        node::version("@hocuspocus/server")
    }

    fn dialects(&self) -> &'static [DialectName] {
        &[DialectName::Envelope]
    }

    fn stored_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(12))
    }

    fn command(&self, address: SocketAddr, folder: &Path) -> Result<Command> {
        let mut command = node::node(&node::folder()?.join("hocuspocus.mjs"))?;
        command
            .env("PORT", address.port().to_string())
            .env("DATABASE", folder.join("documents.sqlite"));
        Ok(command)
    }

    fn path(&self, _dialect: DialectName, _doc: &str) -> String {
        "/".to_owned()
    }
}
