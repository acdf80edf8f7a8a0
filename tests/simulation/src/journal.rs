//! The modelled store: what survives everything.
//!
//! Rows, snapshots, owners and the quarantine, read by the server's own loading and merged by its own compaction; and
//! beside them the truth that the checks ask for: what was ever committed. All nodes share one. As in a real database,
//! a transaction draws its row ids when it begins and its rows are seen when it ends, so rows of different nodes become
//! visible out of the order of their ids.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use bytes::Bytes;
use consilium_protocol::ids::{DocName, Lineage, UserId};
use consilium_protocol::update_shape::BlockSpan;
use consilium_server::compaction;
use consilium_server::left_behind::placing::Known;
use consilium_server::room::event::Loaded;
use consilium_server::room::loading;
use consilium_server::store::{
    Append, Changes, Compaction, Cursor, DocId, DocumentRecord, JournalRow, Quarantined, RowId,
    SetAside, Snapshot, SnapshotHash, StoredDocument,
};
use uuid::Uuid;

use crate::check::{self, Coverage, View};

/// A batch on its way to durability.
#[derive(Debug)]
pub struct Transaction {
    batch: Vec<Append>,
    rows: Vec<RowId>,
}

impl Transaction {
    /// What it makes durable.
    #[must_use]
    pub fn updates(&self) -> Vec<Bytes> {
        let updates = self.batch.iter().map(|append| append.update.clone());
        updates.collect()
    }
}

/// What somebody has read: everything that was committed until then.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Position {
    /// Rows that were not visible then have this id at least.
    unseen_from: RowId,
    snapshots: BTreeSet<SnapshotHash>,
}

/// What survives everything: rows, snapshots, the quarantine.
pub struct Journal {
    name: DocName,
    next_row: i64,
    rows: BTreeMap<RowId, Bytes>,
    /// Row ids of transactions that have begun and not ended.
    open: BTreeSet<RowId>,
    snapshots: Vec<Snapshot>,
    owners: HashMap<u64, UserId>,
    /// What the cursors stand for that were handed out, each at its number.
    positions: RefCell<Vec<Position>>,
    /// Updates set aside.
    pub quarantine: Vec<Quarantined>,
    /// What everything ever committed amounts to.
    pub truth: View,
    /// Which blocks were ever committed, those that wait for others included: what may be acknowledged and shown.
    covered: Coverage,
    /// Rows ever committed.
    pub committed: usize,
}

impl Journal {
    /// An empty journal for one document.
    #[must_use]
    pub fn new(name: DocName) -> Self {
        Self {
            name,
            next_row: 1,
            rows: BTreeMap::new(),
            open: BTreeSet::new(),
            snapshots: Vec::new(),
            owners: HashMap::new(),
            positions: RefCell::default(),
            quarantine: Vec::new(),
            truth: View::new(1),
            covered: Coverage::default(),
            committed: 0,
        }
    }

    /// A journal of another document, which begins with all that is committed here.
    #[must_use]
    pub fn fork(&self, name: DocName) -> Self {
        let state = self.whole();
        let mut fork = Self::new(name);
        fork.owners = self.owners.clone();
        fork.truth.apply(&state);
        for span in check::spans(&state) {
            fork.covered.add(span);
        }
        fork.snapshots.push(Snapshot {
            hash: SnapshotHash::of(&state),
            state,
        });
        fork
    }

    /// All that is committed, as one update.
    ///
    /// # Panics
    /// When what was committed cannot be loaded.
    #[must_use]
    pub fn whole(&self) -> Bytes {
        let whole = self.build().replica.whole();
        whole.expect("the journal can be encoded")
    }

    /// Who owns which CRDT client id.
    #[must_use]
    pub fn owners(&self) -> HashMap<u64, UserId> {
        self.owners.clone()
    }

    /// Up to where each client's blocks have come.
    #[must_use]
    pub fn known(&self) -> Known {
        Known::of(&self.truth.doc)
    }

    /// Which blocks were ever committed.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.covered.clone()
    }

    /// Breaks the rules: puts something into the document that no room has judged.
    pub fn force(&mut self, update: &Bytes, author: &UserId) {
        let append = Append {
            doc: DocId(1),
            update: update.clone(),
            author: Some(author.clone()),
            claims: Vec::new(),
            at_ms: 0,
        };
        let transaction = self.begin(vec![append]);
        self.commit(transaction);
    }

    /// Begins to make a batch durable.
    pub fn begin(&mut self, batch: Vec<Append>) -> Transaction {
        let rows: Vec<RowId> = (self.next_row..).map(RowId).take(batch.len()).collect();
        self.next_row += rows.len() as i64;
        self.open.extend(rows.iter().copied());
        Transaction { batch, rows }
    }

    /// The batch is durable, and everybody sees it.
    pub fn commit(&mut self, transaction: Transaction) {
        for (row, append) in transaction.rows.into_iter().zip(transaction.batch) {
            self.open.remove(&row);
            self.committed += 1;
            if let Some(author) = &append.author {
                for client in &append.claims {
                    self.owners.entry(*client).or_insert_with(|| author.clone());
                }
            }
            self.truth.apply(&append.update);
            for span in check::spans(&append.update) {
                self.covered.add(span);
            }
            self.rows.insert(row, append.update);
        }
    }

    /// The batch is lost. Its row ids are not used again.
    pub fn roll_back(&mut self, transaction: &Transaction) {
        for row in &transaction.rows {
            self.open.remove(row);
        }
    }

    /// What there is now counts as read.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        let next = RowId(self.next_row);
        let mut positions = self.positions.borrow_mut();
        positions.push(Position {
            unseen_from: self.open.first().copied().unwrap_or(next),
            snapshots: self.snapshots.iter().map(|each| each.hash).collect(),
        });
        Cursor(positions.len() as i64 - 1)
    }

    /// Everything committed since, and perhaps more. A compaction in between loses nothing: its snapshot comes instead
    /// of the rows that it has merged.
    #[must_use]
    ///
    /// # Panics
    /// When the cursor is not one that was handed out.
    pub fn changes_since(&self, cursor: Cursor) -> Changes {
        let read = usize::try_from(cursor.0)
            .ok()
            .and_then(|number| self.positions.borrow().get(number).cloned())
            .expect("a cursor of this journal");
        let snapshots = self.snapshots.iter();
        Changes {
            snapshots: snapshots
                .filter(|snapshot| !read.snapshots.contains(&snapshot.hash))
                .cloned()
                .collect(),
            rows: self
                .rows
                .range(read.unseen_from..)
                .map(|(id, update)| JournalRow {
                    id: *id,
                    at_ms: 0,
                    update: update.clone(),
                })
                .collect(),
            owners: self.owners.clone(),
            cursor: self.cursor(),
        }
    }

    /// Merges what is there into a snapshot, like the compactor: not at all when the merge would lose something.
    #[must_use]
    pub fn merge(&self) -> Option<Compaction> {
        let merged = compaction::merge::merge(&self.stored()).ok()?;
        Some(Compaction {
            doc: DocId(1),
            state: merged.state,
            rows: merged.rows,
            snapshots: self.snapshots.iter().map(|each| each.hash).collect(),
        })
    }

    /// Stores a merged snapshot and forgets what it replaces. What was committed since the merge stays.
    pub fn compact(&mut self, compaction: &Compaction) {
        let hash = SnapshotHash::of(&compaction.state);
        self.snapshots
            .retain(|each| each.hash != hash && !compaction.snapshots.contains(&each.hash));
        self.snapshots.push(Snapshot {
            hash,
            state: compaction.state.clone(),
        });
        self.rows.retain(|row, _| !compaction.rows.contains(row));
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
            tail: self
                .rows
                .iter()
                .map(|(id, update)| JournalRow {
                    id: *id,
                    at_ms: 0,
                    update: update.clone(),
                })
                .collect(),
            owners: self.owners.clone(),
            cursor: self.cursor(),
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

    /// Keeps refused updates, unless the store does not work for who brings them.
    pub fn set_aside(&mut self, entries: Vec<Quarantined>, works: bool) -> Vec<SetAside> {
        if !works {
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

#[cfg(test)]
mod tests {
    use yrs::{Text, Transact};

    use super::*;

    fn journal() -> Journal {
        Journal::new(DocName::parse("d").unwrap())
    }

    fn edit_of(client: u64) -> Append {
        let view = View::new(client);
        let text = view.doc.get_or_insert_text(check::ROOT);
        let mut txn = view.doc.transact_mut();
        text.insert(&mut txn, 0, "x");
        Append {
            doc: DocId(1),
            update: txn.encode_update_v1().into(),
            author: Some(UserId::new("somebody")),
            claims: vec![client],
            at_ms: 0,
        }
    }

    #[test]
    fn a_transaction_that_began_before_the_cursor_and_ended_after_it_is_among_the_changes() {
        let mut journal = journal();
        let (first, second) = (edit_of(11), edit_of(12));
        let early = journal.begin(vec![first.clone()]);
        let late = journal.begin(vec![second]);
        journal.commit(late);
        let cursor = journal.cursor();
        journal.commit(early);
        let changes = journal.changes_since(cursor);
        assert!(changes.rows.iter().any(|row| row.update == first.update));
        assert!(journal.changes_since(changes.cursor).rows.is_empty());
    }

    #[test]
    fn a_lost_transaction_holds_no_cursor_up() {
        let mut journal = journal();
        let lost = journal.begin(vec![edit_of(11)]);
        journal.roll_back(&lost);
        let kept = journal.begin(vec![edit_of(12)]);
        journal.commit(kept);
        let cursor = journal.cursor();
        assert!(journal.changes_since(cursor).rows.is_empty());
    }

    #[test]
    fn two_compactions_of_the_same_rows_lose_nothing_that_was_committed_meanwhile() {
        let mut journal = journal();
        for client in [11, 12] {
            let transaction = journal.begin(vec![edit_of(client)]);
            journal.commit(transaction);
        }
        let cursor = journal.cursor();
        let one = journal.merge().unwrap();
        let transaction = journal.begin(vec![edit_of(13)]);
        journal.commit(transaction);
        let other = journal.merge().unwrap();
        journal.compact(&other);
        journal.compact(&one);
        let loaded = journal.build();
        assert_eq!(check::text(loaded.replica.doc()), journal.truth.text());
        let mut view = View::new(20);
        let changes = journal.changes_since(cursor);
        for snapshot in changes.snapshots {
            view.apply(&snapshot.state);
        }
        for row in changes.rows {
            view.apply(&row.update);
        }
        assert_eq!(view.clock_of(13), 1);
    }
}
