//! A Redis that keeps nothing, and what it counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::Service;
use crate::peer::process::{free_port, scratch};

/// A running Redis.
pub(crate) struct Redis {
    service: Service,
    port: u16,
}

impl Redis {
    /// Starts one and waits until it takes connections. May block.
    pub(crate) fn start() -> Result<Self> {
        let port = free_port()?;
        let folder = scratch()?;
        let mut command = Command::new("redis-server");
        command
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .current_dir(folder.path());
        let service = Service::start(command, "redis-server", folder, Signal::TERM, |_| {
            info(port).is_ok()
        })?;
        Ok(Self { service, port })
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.service.pid()
    }

    /// How many messages were published, by its own count. May block.
    pub(crate) fn publishes(&self) -> Result<u64> {
        Ok(published(&info(self.port)?))
    }
}

/// What Redis says of the commands that it was given.
fn info(port: u16) -> Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("connect to Redis")?;
    stream
        .write_all(b"INFO commandstats\r\n")
        .context("ask Redis")?;
    let mut answer = BufReader::new(stream);
    let mut length = String::new();
    answer.read_line(&mut length).context("hear from Redis")?;
    let length: usize = length
        .trim()
        .strip_prefix('$')
        .and_then(|length| length.parse().ok())
        .with_context(|| format!("a length from Redis, not {length:?}"))?;
    let mut text = vec![0; length];
    answer.read_exact(&mut text).context("hear from Redis")?;
    String::from_utf8(text).context("a text from Redis")
}

/// Calls of both kinds of publishing.
fn published(info: &str) -> u64 {
    info.lines()
        .filter_map(|line| {
            let (command, figures) = line.split_once(':')?;
            ["cmdstat_publish", "cmdstat_spublish"]
                .contains(&command)
                .then(|| {
                    figures
                        .strip_prefix("calls=")?
                        .split_once(',')?
                        .0
                        .parse::<u64>()
                        .ok()
                })
                .flatten()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_publishing_are_counted_and_nothing_else() {
        let info = "# Commandstats\r\ncmdstat_ping:calls=9,usec=1,x=2\r\ncmdstat_publish:calls=3,usec=1\r\n\
                    cmdstat_spublish:calls=40,usec=1\r\ncmdstat_ssubscribe:calls=5,usec=1\r\n";
        assert_eq!(published(info), 43);
        assert_eq!(published("# Commandstats\r\n"), 0);
    }
}
