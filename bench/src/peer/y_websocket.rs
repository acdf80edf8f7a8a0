//! `@y/websocket-server` with its LevelDB persistence, everything else as it comes.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::{Peer, node};
use crate::dialect::DialectName;

/// `@y/websocket-server`, the last version that has a persistence.
pub(crate) struct YWebsocket;

impl Peer for YWebsocket {
    fn name(&self) -> &'static str {
        "y-websocket"
    }

    fn durability(&self) -> &'static str {
        "No acknowledgement; an edit is shown at once and written to LevelDB by a queue without back-pressure and without fsync."
    }

    fn settings(&self) -> &'static str {
        "YPERSISTENCE (LevelDB), its defaults"
    }

    fn version(&self) -> Result<String> {
        node::version("@y/websocket-server")
    }

    fn dialects(&self) -> &'static [DialectName] {
        &[DialectName::Plain]
    }

    fn stored_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(5))
    }

    fn command(&self, address: SocketAddr, folder: &Path) -> Result<Command> {
        let script = node::folder()?.join("node_modules/@y/websocket-server/src/server.js");
        let mut command = node::node(&script)?;
        command
            .env("HOST", address.ip().to_string())
            .env("PORT", address.port().to_string())
            .env("YPERSISTENCE", folder);
        Ok(command)
    }

    fn path(&self, _dialect: DialectName, doc: &str) -> String {
        format!("/{doc}")
    }
}
