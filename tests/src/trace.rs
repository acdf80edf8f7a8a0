//! Recorded editing sessions in the concurrent format of the editing-traces collection (JSON, gzipped).
//!
//! Each transaction names its parents; positions count characters of the text as its author saw it there. With two
//! authors who each see their own work, a version is two counts: how many transactions of each author it holds.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;

/// A recorded session of two authors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// In an order in which parents come first.
    pub transactions: Vec<Transaction>,
    /// The text at the end.
    pub end_content: String,
}

/// One change by one author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// 0 or 1.
    pub author: usize,
    /// How many transactions of each author its author had seen.
    pub seen: [usize; 2],
    /// Position, characters removed, text inserted; one after the other.
    pub patches: Vec<(u32, u32, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    kind: String,
    num_agents: usize,
    end_content: String,
    txns: Vec<RecordedTransaction>,
}

#[derive(Deserialize)]
struct RecordedTransaction {
    parents: Vec<usize>,
    agent: usize,
    patches: Vec<(u32, u32, String)>,
}

impl Trace {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is no session of two authors who see their own work.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let file = std::fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
        let mut json = String::new();
        flate2::read::GzDecoder::new(file)
            .read_to_string(&mut json)
            .context("unpack the trace")?;
        Self::parse(&json)
    }

    fn parse(json: &str) -> anyhow::Result<Self> {
        let recorded: Recorded = serde_json::from_str(json).context("parse the trace")?;
        ensure!(
            recorded.kind == "concurrent" && recorded.num_agents == 2,
            "not a concurrent session of two authors"
        );
        let mut versions: Vec<[usize; 2]> = Vec::with_capacity(recorded.txns.len());
        let mut done = [0, 0];
        let mut transactions = Vec::with_capacity(recorded.txns.len());
        for transaction in recorded.txns {
            let author = transaction.agent;
            let mut seen = [0, 0];
            for parent in transaction.parents {
                let version = versions.get(parent).context("a parent that comes later")?;
                for agent in 0..2 {
                    seen[agent] = seen[agent].max(version[agent]);
                }
            }
            ensure!(
                done.get(author) == Some(&seen[author]),
                "an author who does not see their own work"
            );
            done[author] += 1;
            let mut version = seen;
            version[author] += 1;
            versions.push(version);
            transactions.push(Transaction {
                author,
                seen,
                patches: transaction.patches,
            });
        }
        Ok(Self {
            transactions,
            end_content: recorded.end_content,
        })
    }
}

/// The recorded session, where the data directory is next to the checkout or named by `CONSILIUM_TRACES`.
#[must_use]
pub fn friendsforever() -> Option<PathBuf> {
    let directory = match std::env::var_os("CONSILIUM_TRACES") {
        Some(directory) => PathBuf::from(directory),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/traces"),
    };
    Some(directory.join("friendsforever.json.gz")).filter(|path| path.exists())
}
