//! y-sweet over a folder of files, everything else as it comes.
//!
//! A document is made, and a way in is asked for, over its REST interface; without keys the way is the same for all.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{Peer, node};
use crate::dialect::DialectName;
use crate::loopback;

/// How long an answer of its REST interface may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// y-sweet.
pub(crate) struct YSweet;

impl Peer for YSweet {
    fn name(&self) -> &'static str {
        "y-sweet"
    }

    fn durability(&self) -> &'static str {
        "No acknowledgement; an edit is shown at once, and the document is written over its file every 10 s, without fsync."
    }

    fn settings(&self) -> &'static str {
        "files, no keys, its defaults"
    }

    fn version(&self) -> Result<String> {
        let output = Command::new(binary()?)
            .arg("version")
            .output()
            .context("ask y-sweet's version")?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn dialects(&self) -> &'static [DialectName] {
        &[DialectName::Plain]
    }

    fn stored_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(12))
    }

    fn command(&self, address: SocketAddr, folder: &Path) -> Result<Command> {
        let mut command = Command::new(binary()?);
        command
            .arg("serve")
            .args(["--host", &address.ip().to_string()])
            .args(["--port", &address.port().to_string()])
            .arg(folder);
        Ok(command)
    }

    fn path(&self, _dialect: DialectName, doc: &str) -> String {
        format!("/d/{doc}/ws/{doc}")
    }

    fn make_documents(&self, server: SocketAddr, docs: &[String]) -> Result<()> {
        for doc in docs {
            post(server, "/doc/new", &format!(r#"{{"docId":"{doc}"}}"#))?;
            post(server, &format!("/doc/{doc}/auth"), "{}")?;
        }
        Ok(())
    }
}

fn binary() -> Result<PathBuf> {
    let path = node::peers_folder()?.join("bin/y-sweet");
    ensure!(
        path.exists(),
        "y-sweet is not installed: `cargo install --locked --root target/bench-peers y-sweet` does it (ten minutes)"
    );
    Ok(path)
}

fn post(server: SocketAddr, path: &str, body: &str) -> Result<()> {
    loopback::check(server)?;
    let mut stream = TcpStream::connect(server).context("connect to y-sweet")?;
    stream
        .set_read_timeout(Some(ANSWER_TIMEOUT))
        .context("bound the wait for an answer")?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .context("ask y-sweet")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).context("hear y-sweet")?;
    ensure!(
        answer.starts_with("HTTP/1.1 200"),
        "y-sweet on {path}: {}",
        answer.lines().next().unwrap_or_default()
    );
    Ok(())
}
