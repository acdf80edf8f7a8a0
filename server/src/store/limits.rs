//! The limits of storage that no client ever sees, each with the reason for its value (I4). Those that clients meet
//! are in `consilium_protocol::limits`.

use std::time::Duration;

use consilium_protocol::limits::{
    DOC_STATE_BYTES_MAX, FRAME_BYTES_MAX, QUARANTINE_BYTES_PER_AUTHOR_MAX,
};

/// One journal row. Nothing larger than a frame can arrive, and a frame carries a little besides.
pub const ROW_BYTES_MAX: usize = FRAME_BYTES_MAX;

/// One snapshot, uncompressed. A little above what the room counts as the state, because the room counts what was sent.
pub const SNAPSHOT_BYTES_MAX: usize = 2 * DOC_STATE_BYTES_MAX;

/// A title in lists. Ten lines of text; the whole title stays in the CRDT.
pub const TITLE_BYTES_MAX: usize = 1024;

/// Records on one page of documents: more than a screen shows, little enough to answer at once.
pub const DOCUMENTS_PAGE_MAX: u32 = 200;

/// Words in a search. Each costs one scan of the candidate titles.
pub const SEARCH_WORDS_MAX: usize = 8;

/// `updated_at_ms` moves at most this often for one document, so that typing does not rewrite its record and its
/// index entry with every commit.
pub const TOUCH_GRANULARITY_MS: i64 = 10_000;

/// Quarantined updates per document and author. An offline spell of a day, keystroke by keystroke.
pub const QUARANTINE_ROWS_PER_AUTHOR_MAX: usize = 20_000;

/// Quarantined bytes of one document: eight authors at their own limit. Keeps many accounts from filling the disk.
pub const QUARANTINE_BYTES_PER_DOC_MAX: usize = 8 * QUARANTINE_BYTES_PER_AUTHOR_MAX;

/// Connections for reading. A load is short; more than this only compete for the disk.
pub const SQLITE_READERS: u32 = 4;

/// How long SQLite waits for a lock that another process (a backup) holds.
pub const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a load waits for a free reader before storage counts as busy.
pub const SQLITE_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// The write-ahead log is cut back to this after a checkpoint, so that one burst does not keep the disk for ever.
pub const SQLITE_WAL_BYTES_KEPT: u64 = 64 * 1024 * 1024;

/// What a probe writes: as much as a busy batch, so that storage is not called available for a page and then refuses
/// the first real batch.
pub const PROBE_BYTES: usize = 128 * 1024;

/// Rows in one commit. Bounds how long a commit holds up the next; at 60 bytes a row the bytes bound comes later.
pub const COMMIT_ROWS_MAX: usize = 4_096;

/// Bytes in one commit. A disk of 100 MB/s writes it in under a tenth of a second.
pub const COMMIT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Updates that one room sets aside in one transaction. Commits wait for its end: a few hundredths of a second.
pub const SET_ASIDE_ROWS_MAX: usize = 256;

/// Bytes that one room sets aside in one transaction, for the same reason. A larger update still goes, alone.
pub const SET_ASIDE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes waiting for a commit on one node, overhead included. Several seconds of heavy typing on a slow disk; beyond
/// it rooms are told to wait.
pub const QUEUE_BYTES_MAX: usize = 128 * 1024 * 1024;

/// What a queued row costs besides its update, so that tiny updates cannot cost unbounded bookkeeping.
pub const QUEUE_ROW_OVERHEAD_BYTES: usize = 256;

/// The first wait before storage that failed is probed, and the bound to which it doubles.
pub const PROBE_DELAY_MIN: Duration = Duration::from_millis(200);
/// See [`PROBE_DELAY_MIN`]: two seconds is how long members may wait after the operator has made room.
pub const PROBE_DELAY_MAX: Duration = Duration::from_secs(2);

/// A commit that takes longer says that storage hangs, and members are told so.
pub const COMMIT_STALL: Duration = Duration::from_secs(5);

/// A tail of more rows is compacted: bounds how long opening a document takes.
pub const TAIL_ROWS_MAX: usize = 500;

/// A tail of more bytes is compacted, if it is also large next to the snapshot (see `compaction`).
pub const TAIL_BYTES_MAX: usize = 256 * 1024;

/// A tail of this many rows is compacted whatever the size of the snapshot.
pub const TAIL_ROWS_HARD_MAX: usize = 5_000;

/// A long tail is compacted when its bytes are at least one part in so many of the snapshot's. Bounds the bytes written
/// by compaction to about ten times those typed.
pub const TAIL_SNAPSHOT_SHARE: usize = 10;

/// Compactions at one time: one of two small cores; each may hold a large document in memory.
pub const COMPACTIONS_MAX: usize = 1;

/// Documents waiting for compaction. A request beyond it is dropped and comes again with the next edit.
pub const COMPACTION_QUEUE_MAX: usize = 10_000;

/// How long a document is left alone after its compaction failed.
pub const COMPACTION_RETRY: Duration = Duration::from_secs(600);

/// How long a document is left alone when its compaction failed because storage is away.
pub const COMPACTION_RETRY_STORAGE: Duration = Duration::from_secs(10);
