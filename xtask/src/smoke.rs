//! The smoke check: the real binary starts, says where it listens, serves its probes and the app, and drains.
//!
//! Speaks HTTP over a bare socket: a client library would test itself. Everything is awaited with a deadline.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::process::Cmd;
use crate::workspace::Workspace;

/// A start takes well under a second; a loaded machine gets a minute.
const START_MAX: Duration = Duration::from_secs(60);

/// The drain that the server promises on SIGTERM, and a little for the machine.
const DRAIN_MAX: Duration = Duration::from_secs(15);

/// What the server prints before its address.
const LISTENING: &str = "listening on http://";

/// Starts the test build of the server, looks at it from outside, and ends it.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let cmd = Cmd::new(workspace.test_binary(), workspace.root()).args([
        "demo",
        "--listen",
        "127.0.0.1:0",
    ]);
    let mut server = Server(
        cmd.build()
            .stdout(Stdio::piped())
            .spawn()
            .context("start the server")?,
    );
    let address = server.address()?;
    println!("the demonstration listens on {address}");

    for path in ["/healthz", "/readyz", "/metrics"] {
        let (status, _) = get(&address, path)?;
        ensure!(status == 200, "GET {path} answered {status}");
    }
    let (status, page) = get(&address, "/")?;
    ensure!(
        status == 200 && page.contains("<div id=\"root\">"),
        "GET / answered {status} and not the app:\n{page}"
    );
    let (status, _) = get(&address, "/api/v1/no-such-thing")?;
    ensure!(status == 404, "an unknown API path answered {status}");

    let took = server.drain(workspace)?;
    println!("it drained within {} ms", took.as_millis());
    Ok(())
}

/// The running server; killed when the check ends early.
struct Server(Child);

impl Server {
    /// Waits for the line that says where it listens.
    fn address(&mut self) -> Result<String> {
        let output = self.0.stdout.take().context("read the server's output")?;
        let (lines, arrived) = mpsc::channel();
        // Reads on after the address: a full pipe would stop the server.
        thread::spawn(move || {
            BufReader::new(output)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| drop(lines.send(line)));
        });
        let deadline = Instant::now() + START_MAX;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = arrived
                .recv_timeout(left)
                .context("the server ended or said nothing about where it listens")?;
            if let Some((_, address)) = line.split_once(LISTENING) {
                return Ok(address
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .trim_end_matches('/')
                    .to_owned());
            }
        }
    }

    /// Asks it to end, and waits for a clean exit.
    fn drain(&mut self, workspace: &Workspace) -> Result<Duration> {
        let asked = Instant::now();
        Cmd::new("kill", workspace.root())
            .args(["-TERM", &self.0.id().to_string()])
            .text()?;
        while asked.elapsed() < DRAIN_MAX {
            if let Some(status) = self.0.try_wait().context("wait for the server")? {
                ensure!(
                    status.success(),
                    "after SIGTERM the server ended with {status}"
                );
                return Ok(asked.elapsed());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!(
            "the server did not end within {} s of SIGTERM",
            DRAIN_MAX.as_secs()
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has usually ended already; both calls then do nothing.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The status and the body of a GET.
fn get(address: &str, path: &str) -> Result<(u16, String)> {
    let mut stream =
        TcpStream::connect(address).with_context(|| format!("connect to {address}"))?;
    stream.set_read_timeout(Some(START_MAX))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .with_context(|| format!("read the answer to GET {path}"))?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Ok((
        status.with_context(|| format!("GET {path}: no status in {answer:?}"))?,
        answer.into_owned(),
    ))
}
