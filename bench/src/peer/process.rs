//! A peer's server as a process: started on a free port over a throw-away folder, and ended by its id.
//!
//! Dropping a [`Server`] ends the process, also when the generator panics. Its log is shown when it does not start.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::Peer;
use crate::loopback;

/// How long a start may take on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a server may take to end when asked to.
const END_TIMEOUT: Duration = Duration::from_secs(20);

/// How often something that takes a while is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Outside of the ports that the system gives to clients: a look at a port that nobody serves could meet itself there.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Lines of a log that an error shows.
const LOG_LINES: usize = 20;

/// A running server.
pub(crate) struct Server {
    peer: &'static dyn Peer,
    address: SocketAddr,
    /// What it is started with besides what the peer says.
    arguments: Vec<String>,
    scratch: TempDir,
    child: Option<Child>,
}

impl Server {
    /// Starts a server and waits until it takes connections.
    pub(crate) fn start(peer: &'static dyn Peer) -> Result<Self> {
        Self::start_with(peer, Vec::new())
    }

    /// As [`Server::start`], with more arguments.
    pub(crate) fn start_with(peer: &'static dyn Peer, arguments: Vec<String>) -> Result<Self> {
        let mut server = Self {
            peer,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?)),
            arguments,
            scratch: scratch()?,
            child: None,
        };
        server.start_again()?;
        Ok(server)
    }

    /// Starts it again over the same folder and port.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        loopback::check(self.address)?;
        let data = self.folder();
        std::fs::create_dir_all(&data).context("make the data folder")?;
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .context("open the server's log")?;
        let mut command = self.peer.command(self.address, &data)?;
        command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("share the log")?)
            .stderr(log);
        let child = command
            .spawn()
            .with_context(|| format!("start {}", self.peer.name()))?;
        let child = self.child.insert(child);
        let begun = Instant::now();
        loop {
            if TcpStream::connect(self.address).is_ok() {
                return Ok(());
            }
            if let Some(status) = child.try_wait().context("look after the server")? {
                self.child = None;
                bail!("{} ended ({status}); {}", self.peer.name(), self.log_tail());
            }
            if begun.elapsed() > START_TIMEOUT {
                bail!("{} does not listen; {}", self.peer.name(), self.log_tail());
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it keeps what it keeps.
    pub(crate) fn folder(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.child
            .as_ref()
            .map(Child::id)
            .context("the server was ended")
    }

    /// Asks it to end, waits, and kills it when it does not.
    pub(crate) fn end(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        kill_process(Pid::from_child(&child), Signal::TERM).context("ask the server to end")?;
        let begun = Instant::now();
        while begun.elapsed() < END_TIMEOUT {
            if child.try_wait().context("wait for the server")?.is_some() {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
        end_now(&mut child);
        Ok(())
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server was ended")?;
        child.kill().context("kill the server")?;
        child.wait().context("wait for the server's end")?;
        Ok(())
    }

    /// The end of its log, for an error.
    pub(crate) fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = &lines[lines.len().saturating_sub(LOG_LINES)..];
        format!("its log ends:\n{}", tail.join("\n"))
    }

    fn log_path(&self) -> PathBuf {
        self.scratch.path().join("server.log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            end_now(child);
        }
    }
}

/// It may have ended by itself, so errors say nothing.
fn end_now(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// A throw-away folder.
pub(crate) fn scratch() -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix("consilium-bench-")
        .tempdir()
        .context("make a throw-away folder")
}

/// A port that nobody serves.
pub(crate) fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let width = PORTS.end - PORTS.start;
    // Generators run side by side: each begins elsewhere.
    let first = (std::process::id() as u16).wrapping_mul(37) % width;
    for _ in 0..width {
        let offset = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + (first + offset % width) % width;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port")
}
