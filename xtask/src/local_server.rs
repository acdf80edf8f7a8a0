//! A real server on loopback for a piece of the suite: started, asked, drained, and ended in any case.
//!
//! Speaks HTTP over a bare socket, one request a connection: a client library would test itself, and bring as much as the
//! rest of xtask. Everything is awaited with a deadline. Knows no endpoint.

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

/// The running server; killed when the check ends early.
pub(crate) struct LocalServer {
    child: Child,
    address: String,
}

/// What a request was answered with.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, as they came.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The cookie that the answer sets, as a request sends it.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_it = name.eq_ignore_ascii_case("set-cookie");
            is_it.then(|| value.split(';').next().unwrap_or_default().trim())
        })
    }
}

impl LocalServer {
    /// Starts the test build with these arguments, and waits until it says where it listens.
    pub(crate) fn start(workspace: &Workspace, args: &[&str]) -> Result<Self> {
        let cmd = Cmd::new(workspace.test_binary(), workspace.root()).args(args);
        let child = cmd
            .build()
            .stdout(Stdio::piped())
            .spawn()
            .context("start the server")?;
        let mut server = Self {
            child,
            address: String::new(),
        };
        server.address = server.listening()?;
        Ok(server)
    }

    /// Where it listens, as `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> Result<bool> {
        let ended = self.child.try_wait().context("look at the server")?;
        Ok(ended.is_none())
    }

    fn listening(&mut self) -> Result<String> {
        let output = self
            .child
            .stdout
            .take()
            .context("read the server's output")?;
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
    pub(crate) fn drain(&mut self, workspace: &Workspace) -> Result<Duration> {
        let asked = Instant::now();
        Cmd::new("kill", workspace.root())
            .args(["-TERM", &self.child.id().to_string()])
            .text()?;
        while asked.elapsed() < DRAIN_MAX {
            if let Some(status) = self.child.try_wait().context("wait for the server")? {
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

    /// Asks for a page.
    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        self.ask(&format!("GET {path}"), "", b"")
    }

    /// The same, as whoever the cookie says.
    pub(crate) fn get_as(&self, path: &str, cookie: &str) -> Result<Answer> {
        self.ask(&format!("GET {path}"), &cookie_header(cookie), b"")
    }

    /// Sends JSON, as whoever the cookie says.
    pub(crate) fn post(&self, path: &str, json: &str, cookie: Option<&str>) -> Result<Answer> {
        let headers = cookie.map_or_else(String::new, cookie_header);
        let headers = format!("Content-Type: application/json\r\n{headers}");
        self.ask(&format!("POST {path}"), &headers, json.as_bytes())
    }

    /// Sends a file, as whoever the cookie says.
    pub(crate) fn put(&self, path: &str, bytes: &[u8], cookie: &str) -> Result<Answer> {
        let headers = format!(
            "Content-Type: application/octet-stream\r\n{}",
            cookie_header(cookie)
        );
        self.ask(&format!("PUT {path}"), &headers, bytes)
    }

    fn ask(&self, what: &str, headers: &str, body: &[u8]) -> Result<Answer> {
        let Self { address, .. } = self;
        let mut stream =
            TcpStream::connect(address).with_context(|| format!("connect to {address}"))?;
        stream.set_read_timeout(Some(START_MAX))?;
        write!(
            stream,
            "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}"
        )?;
        if !body.is_empty() {
            write!(stream, "Content-Length: {}\r\n", body.len())?;
        }
        stream.write_all(b"\r\n")?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream
            .read_to_end(&mut answer)
            .with_context(|| format!("read the answer to {what}"))?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Ok(Answer {
            status: status.with_context(|| format!("{what}: no status in {head:?}"))?,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }
}

fn cookie_header(cookie: &str) -> String {
    format!("Cookie: {cookie}\r\n")
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        // It has usually ended already; both calls then do nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
