//! The server: the real room over a modelled journal.

use std::collections::HashMap;

use consilium_protocol::ids::{DocName, Lineage, UserId};
use consilium_server::compaction;
use consilium_server::room::core::RoomCore;
use consilium_server::room::event::Loaded;
use consilium_server::room::loading;
use consilium_server::room::update_shape::BlockSpan;
use consilium_server::store::{
    Append, Cursor, DocId, DocumentRecord, JournalRow, Quarantined, RowId, SetAside, Snapshot,
    SnapshotHash, StoredDocument,
};
use uuid::Uuid;

use crate::check::{self, Coverage, View};

/// How a commit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Durable, and said so.
    Durable,
    /// Lost, and said so.
    Lost,
    /// Durable, but reported as lost.
    Ambiguous,
}

/// What survives everything: rows, snapshots, the quarantine.
pub struct Journal {
    name: DocName,
    next_row: i64,
    rows: Vec<JournalRow>,
    snapshots: Vec<Snapshot>,
    owners: HashMap<u64, UserId>,
    /// Updates set aside.
    pub quarantine: Vec<Quarantined>,
    /// What everything ever committed amounts to.
    pub truth: View,
    /// Which blocks were ever committed, those that wait for others included: what may be acknowledged and shown.
    covered: Coverage,
    /// Whether commits succeed now.
    pub available: bool,
    /// Rows ever committed.
    pub committed: usize,
}

impl Journal {
    /// An empty journal for one document.
    #[must_use]
    pub fn new(name: DocName) -> Self {
        Self {
            name,
            next_row: 0,
            rows: Vec::new(),
            snapshots: Vec::new(),
            owners: HashMap::new(),
            quarantine: Vec::new(),
            truth: View::new(1),
            covered: Coverage::default(),
            available: true,
            committed: 0,
        }
    }

    /// Makes a batch durable.
    pub fn commit(&mut self, batch: &[Append]) {
        for append in batch {
            self.next_row += 1;
            self.committed += 1;
            self.rows.push(JournalRow {
                id: RowId(self.next_row),
                update: append.update.clone(),
            });
            if let Some(author) = &append.author {
                for client in &append.claims {
                    self.owners.entry(*client).or_insert_with(|| author.clone());
                }
            }
            self.truth.apply(&append.update);
            for span in check::spans(&append.update) {
                self.covered.add(span);
            }
        }
    }

    /// Writes a snapshot of what is there and forgets what it merged, like the compactor: not at all when the merge
    /// would lose something.
    pub fn compact(&mut self) {
        let Ok(merged) = compaction::merge::merge(&self.stored()) else {
            return;
        };
        self.snapshots = vec![Snapshot {
            hash: SnapshotHash::of(&merged.state),
            state: merged.state,
        }];
        self.rows.retain(|row| !merged.rows.contains(&row.id));
    }

    fn stored(&self) -> StoredDocument {
        StoredDocument {
            record: DocumentRecord {
                id: DocId(1),
                name: self.name.clone(),
                lineage: Lineage(Uuid::nil()),
                title: String::new(),
                created_at_ms: 0,
                updated_at_ms: 0,
                deleted_at_ms: None,
            },
            snapshots: self.snapshots.clone(),
            tail: self.rows.clone(),
            owners: self.owners.clone(),
            cursor: Cursor(0),
        }
    }

    /// Loads the document as a starting room does.
    ///
    /// # Panics
    /// When what was committed cannot be loaded.
    #[must_use]
    pub fn build(&self) -> Loaded {
        let built = loading::build(&self.stored()).expect("the journal can be loaded");
        assert!(built.unreadable.is_empty(), "every row can be read");
        built.loaded
    }

    /// Keeps refused updates, unless the fault plan says otherwise.
    pub fn set_aside(&mut self, entries: Vec<Quarantined>) -> Vec<SetAside> {
        if !self.available {
            return Vec::new();
        }
        let outcomes = vec![SetAside::Kept; entries.len()];
        self.quarantine.extend(entries);
        outcomes
    }

    /// Whether everything acknowledged about these blocks is true (I1).
    #[must_use]
    pub fn has(&self, spans: &[BlockSpan]) -> bool {
        spans.iter().all(|span| self.covered.holds(*span))
    }

    /// Whether these blocks are set aside, durably.
    #[must_use]
    pub fn has_set_aside(&self, spans: &[BlockSpan]) -> bool {
        spans.iter().all(|wanted| {
            self.quarantine.iter().any(|entry| {
                check::spans(&entry.update).iter().any(|kept| {
                    kept.client == wanted.client
                        && kept.start <= wanted.start
                        && kept.end >= wanted.end
                })
            })
        })
    }
}

/// The process: dies and comes back, keeps nothing but the journal.
pub struct Hub {
    /// What survives.
    pub journal: Journal,
    /// The open room, while the process lives.
    pub core: Option<RoomCore>,
    /// Counts lives, so that what was meant for an earlier one is dropped.
    pub life: u64,
    /// The batch under way.
    pub in_flight: Option<Vec<Append>>,
    /// Whether the quarantine is at work.
    pub is_setting_aside: bool,
}

impl Hub {
    /// A server that is not running yet.
    #[must_use]
    pub fn new(name: DocName) -> Self {
        Self {
            journal: Journal::new(name),
            core: None,
            life: 0,
            in_flight: None,
            is_setting_aside: false,
        }
    }
}
