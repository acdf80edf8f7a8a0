//! What several nodes need and nobody measures for itself: a bus and a database, started for one run.
//!
//! A service that is dropped has ended, and its folder is gone. What is not installed is an error with a sentence.

pub(crate) mod postgres;
pub(crate) mod redis;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long a start may take on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long an end may take.
const END_TIMEOUT: Duration = Duration::from_secs(10);

/// How often either is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// A running service.
struct Service {
    child: Child,
    /// How it is asked to end.
    farewell: Signal,
    folder: TempDir,
}

impl Service {
    /// Starts a program and waits until it is ready. `package` is what to install when there is no such program.
    fn start(
        mut command: Command,
        package: &str,
        folder: TempDir,
        farewell: Signal,
        is_ready: impl Fn(&TempDir) -> bool,
    ) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| {
                format!("start {package}: run `sudo apt-get install {package}` (or your system's equivalent)")
            })?;
        let mut service = Self {
            child,
            farewell,
            folder,
        };
        let begun = Instant::now();
        while !is_ready(&service.folder) {
            let ended = service.child.try_wait().context("look after a service")?;
            ensure!(ended.is_none(), "{package} ended ({ended:?})");
            ensure!(begun.elapsed() < START_TIMEOUT, "{package} does not start");
            std::thread::sleep(LOOK);
        }
        Ok(service)
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself, so errors say nothing.
        let _ = kill_process(Pid::from_child(&self.child), self.farewell);
        let begun = Instant::now();
        while begun.elapsed() < END_TIMEOUT {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(LOOK);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
