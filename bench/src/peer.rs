//! Who is measured: one trait, one file a peer.
//!
//! A peer knows how its server is started from public parts, with which settings, what its acknowledgement is worth,
//! and where a document is found. [`process`] starts and ends it.

pub(crate) mod consilium;
pub(crate) mod hocuspocus;
pub(crate) mod limit;
pub(crate) mod node;
pub(crate) mod process;
pub(crate) mod y_sweet;
pub(crate) mod y_websocket;

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use crate::dialect::{Dialect, DialectName};

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PeerName {
    /// This project's server.
    Consilium,
    /// A broadcaster without CRDT and without storage: the ceiling.
    Limit,
    /// y-sweet.
    YSweet,
    /// `@y/websocket-server`.
    YWebsocket,
    /// `@hocuspocus/server`.
    Hocuspocus,
}

impl PeerName {
    pub(crate) fn peer(self) -> &'static dyn Peer {
        match self {
            Self::Consilium => &consilium::Consilium,
            Self::Limit => &limit::Limit,
            Self::YSweet => &y_sweet::YSweet,
            Self::YWebsocket => &y_websocket::YWebsocket,
            Self::Hocuspocus => &hocuspocus::Hocuspocus,
        }
    }
}

/// One server.
pub(crate) trait Peer: Send + Sync {
    /// Its name in lines and tables.
    fn name(&self) -> &'static str;

    /// What its acknowledgement is worth, in a sentence.
    fn durability(&self) -> &'static str;

    /// What it is started with that is not its default, in words.
    fn settings(&self) -> &'static str;

    /// Its version, and that of what it runs on.
    fn version(&self) -> Result<String>;

    /// What it speaks; the first is spoken unless the run says otherwise.
    fn dialects(&self) -> &'static [DialectName];

    /// Whether an author is ever told that an edit arrived.
    fn acknowledges(&self) -> bool {
        true
    }

    /// How long after an edit its storage has it at the latest; None when it has no storage.
    fn stored_after(&self) -> Option<Duration>;

    /// The command that serves on `address` and keeps everything in `folder`.
    fn command(&self, address: SocketAddr, folder: &Path) -> Result<Command>;

    /// Where a document is found.
    fn path(&self, dialect: DialectName, doc: &str) -> String;

    /// How several nodes of it are run as one; None when they are not.
    fn cluster(&self) -> Option<&'static Cluster> {
        None
    }

    /// Makes documents that do not come to be by themselves. May block.
    fn make_documents(&self, _server: SocketAddr, _docs: &[String]) -> Result<()> {
        Ok(())
    }
}

/// How several nodes are run as one.
pub(crate) struct Cluster {
    /// What each is started with, given the addresses of a PostgreSQL and of a Redis.
    pub(crate) arguments: fn(&str, &str) -> Vec<String>,
    /// In words.
    pub(crate) settings: &'static str,
    /// What its acknowledgement is worth then.
    pub(crate) durability: &'static str,
}

/// Who is spoken to, and how.
#[derive(Clone, Copy)]
pub(crate) struct Spoken {
    pub(crate) peer: &'static dyn Peer,
    pub(crate) dialect: DialectName,
}

impl Spoken {
    pub(crate) fn dialect(self) -> &'static dyn Dialect {
        self.dialect.dialect()
    }
}
