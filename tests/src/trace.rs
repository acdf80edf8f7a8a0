//! Recorded editing sessions in the concurrent format of the editing-traces collection (JSON, gzipped).
//!
//! Each transaction names its parents; positions count characters of the text as its author saw it there. With two
//! authors who each see their own work, a version is two counts: how many transactions of each author it holds.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, Text, Transact, Update};

/// The CRDT client ids under which the two authors of a generated session wrote: they decide ties.
pub const AUTHORS: [u64; 2] = [1001, 2002];

/// Transactions of a generated session: as many as in the recorded one.
const GENERATED_TRANSACTIONS: usize = 26_000;

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

/// A session of the same shape as the recorded one, for checkouts without recordings: two authors who write, delete,
/// and see each other's work from time to time.
///
/// # Panics
/// Never: the library merges its own updates.
#[must_use]
pub fn generated() -> Trace {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let docs = AUTHORS.map(Doc::with_client_id);
    let texts = [0, 1].map(|author: usize| docs[author].get_or_insert_text("text"));
    let mut written = [0, 0];
    let mut seen = [0, 0];
    let mut transactions = Vec::with_capacity(GENERATED_TRANSACTIONS);
    let merge = |from: usize, into: usize| {
        let known = docs[into].transact().state_vector();
        let news = docs[from].transact().encode_state_as_update_v1(&known);
        docs[into]
            .transact_mut()
            .apply_update(Update::decode_v1(&news).expect("an update"))
            .expect("an update that fits");
    };
    let mut author = 0;
    for _ in 0..GENERATED_TRANSACTIONS {
        if rng.random_ratio(1, 20) {
            author = 1 - author;
        }
        if rng.random_ratio(1, 40) {
            merge(1 - author, author);
            seen[author] = written[1 - author];
        }
        let mut txn = docs[author].transact_mut();
        let length = texts[author].len(&txn);
        let at = rng.random_range(0..=length);
        let removed = if rng.random_ratio(1, 4) {
            (length - at).min(3)
        } else {
            0
        };
        let inserted = char::from(rng.random_range(b'a'..=b'z')).to_string();
        texts[author].remove_range(&mut txn, at, removed);
        texts[author].insert(&mut txn, at, &inserted);
        drop(txn);
        let mut version = [0, 0];
        version[author] = written[author];
        version[1 - author] = seen[author];
        written[author] += 1;
        transactions.push(Transaction {
            author,
            seen: version,
            patches: vec![(at, removed, inserted)],
        });
    }
    merge(1, 0);
    Trace {
        transactions,
        end_content: texts[0].get_string(&docs[0].transact()),
    }
}
