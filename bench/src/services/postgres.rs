//! A PostgreSQL with its own defaults, `fsync` among them, over a throw-away folder.
//!
//! It refuses to run as root, so as root it runs as the user `postgres`, or `nobody`.

use std::net::Ipv4Addr;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;
use tempfile::TempDir;

use super::Service;
use crate::peer::process::{free_port, scratch};

/// Where Debian puts its servers, one folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The line of a server's file that says how far it is.
const STATUS_LINE: usize = 7;

/// A running PostgreSQL.
pub(crate) struct Postgres {
    service: Service,
    port: u16,
}

impl Postgres {
    /// Makes a cluster, starts it, and waits until it takes connections. May block.
    pub(crate) fn start() -> Result<Self> {
        let port = free_port()?;
        let folder = scratch()?;
        let user = unprivileged();
        if let Some((_, uid)) = user {
            chown(folder.path(), Some(uid), None).context("give a folder away")?;
        }
        let data = data(&folder);
        let made = command(user, "initdb")
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--no-instructions", "-D"])
            .arg(&data)
            .output()
            .context("start postgresql: run `sudo apt-get install postgresql` (or your system's equivalent)")?;
        ensure!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut server = command(user, "postgres");
        server
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "unix_socket_directories="]);
        // SIGINT throws everybody out.
        let service = Service::start(server, "postgresql", folder, Signal::INT, is_ready)?;
        Ok(Self { service, port })
    }

    /// The address of its one database.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://postgres@{}:{}/postgres",
            Ipv4Addr::LOCALHOST,
            self.port
        )
    }

    pub(crate) fn pid(&self) -> u32 {
        self.service.pid()
    }
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

fn is_ready(folder: &TempDir) -> bool {
    let status = std::fs::read_to_string(data(folder).join("postmaster.pid")).unwrap_or_default();
    status
        .lines()
        .nth(STATUS_LINE)
        .is_some_and(|status| status.trim_end() == "ready")
}

/// Name and number of a user who may run it; None where this process is one.
fn unprivileged() -> Option<(&'static str, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    ["postgres", "nobody"].into_iter().find_map(|name| {
        let output = Command::new("id").args(["-u", name]).output().ok()?;
        let uid = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
        Some((name, uid))
    })
}

/// One of its programs: the newest of Debian's, else that of the path.
fn command(user: Option<(&str, u32)>, program: &str) -> Command {
    let program = newest(Path::new(DEBIAN), program).unwrap_or_else(|| program.into());
    let Some((name, _)) = user else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={name}"))
        .args(["--clear-groups", "--"])
        .arg(program)
        // It complains of a folder that it may not read.
        .current_dir("/");
    command
}

fn newest(versions: &Path, program: &str) -> Option<PathBuf> {
    std::fs::read_dir(versions)
        .ok()?
        .flatten()
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let program = version.path().join("bin").join(program);
            program.exists().then_some((number, program))
        })
        .max()
        .map(|(_, program)| program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_that_has_the_program_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17", "common"] {
            std::fs::create_dir_all(folder.path().join(version).join("bin")).unwrap();
        }
        assert_eq!(newest(folder.path(), "postgres"), None);
        for version in ["9", "15"] {
            std::fs::write(folder.path().join(version).join("bin/postgres"), "").unwrap();
        }
        assert_eq!(
            newest(folder.path(), "postgres"),
            Some(folder.path().join("15/bin/postgres"))
        );
    }
}
