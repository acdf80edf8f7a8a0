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

/// One page of a new database. A commit of keystrokes changes a page of the journal and one of its index for each
/// document, a few dozen bytes in each, and writes all of them whole: of pages of 4 KiB it writes twice as much. Smaller ones
/// still would make trees deep and large documents slow to read.
pub const SQLITE_PAGE_BYTES: u32 = 1024;

/// Bytes of the write-ahead log after which a commit carries its pages over to the database.
pub const SQLITE_CHECKPOINT_BYTES: i64 = 4 * 1024 * 1024;

/// The write-ahead log is cut back to this after a checkpoint, so that one burst does not keep the disk for ever.
pub const SQLITE_WAL_BYTES_KEPT: u64 = 64 * 1024 * 1024;

/// Sessions with PostgreSQL for reading and for writing, on one node. A load and an append are short; the two kinds are
/// apart, so that a crowd that opens documents does not hold up commits. Eight a node, and one for a backup: a server with
/// PostgreSQL's default of 100 carries ten nodes.
pub const POSTGRES_READERS: u32 = 4;
/// See [`POSTGRES_READERS`]. The journal uses one, compaction one, the rest is titles, new documents and quarantine.
pub const POSTGRES_WRITERS: u32 = 4;

/// How long a call waits for a free session before storage counts as busy.
pub const POSTGRES_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a move waits for the sessions of nodes that have just ended: the server notices a lost client at once when
/// it is idle, and after its statement when it is not.
pub const POSTGRES_ALONE_PATIENCE: Duration = Duration::from_secs(5);

/// The wait between two looks.
pub const POSTGRES_ALONE_RETRY: Duration = Duration::from_millis(50);

/// How long connecting may take, TLS and password included. As long as a commit may take before storage counts as
/// hanging.
pub const POSTGRES_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A statement that runs longer is cancelled by the server. Reading or writing the largest document over 100 Mbit/s.
pub const POSTGRES_STATEMENT_TIMEOUT: Duration = Duration::from_secs(20);

/// An answer that takes longer is not waited for, and its session is given up. Longer than the server's own limit, so
/// that a server that is merely slow says so itself and the outcome is known.
pub const POSTGRES_ANSWER_TIMEOUT: Duration = Duration::from_secs(25);

/// How long a statement waits for a lock of somebody else (an operator's `ALTER TABLE`, another node's claim of the same
/// client id).
pub const POSTGRES_LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// A transaction that a node leaves open, because it was paused in the middle, is undone after this: while it is open,
/// changes are read from its beginning by everybody.
pub const POSTGRES_IDLE_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(30);

/// A session that rested longer is asked whether it is still there before it is used. Busy ones never are: that would
/// be one more round trip for each commit.
pub const POSTGRES_PING_AFTER: Duration = Duration::from_secs(1);
/// How long such an answer may take.
pub const POSTGRES_PING_TIMEOUT: Duration = Duration::from_secs(2);

/// A node on a bus whose sessions asked for nothing for so long does not serve any more: its machine lost its power, or its
/// process hangs. One that lives asks at the very least who else serves, whatever its members do: every two seconds, and
/// every twenty in a cluster of a thousand nodes ([`crate::cluster`]).
pub const POSTGRES_SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// When PostgreSQL looks whether a silent node is still there, how often again, and how many times. A node whose machine
/// lost power is forgotten within a minute, and with it whatever it held.
pub const POSTGRES_KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// See [`POSTGRES_KEEPALIVE_IDLE`].
pub const POSTGRES_KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
/// See [`POSTGRES_KEEPALIVE_IDLE`].
pub const POSTGRES_KEEPALIVE_PROBES: u32 = 3;

/// How long one node waits for another that is bringing the schema up to date.
pub const POSTGRES_MIGRATION_WAIT: Duration = Duration::from_secs(120);

/// One statement of a backup or of a move. It may hold one whole document, on a disk that is busy with everything else.
pub const POSTGRES_MOVE_TIMEOUT: Duration = Duration::from_secs(600);
/// How long its answer is waited for.
pub const POSTGRES_MOVE_ANSWER_TIMEOUT: Duration = Duration::from_secs(630);

/// Bytes of journal rows or quarantined updates in one statement of a move. Bounds what is in memory twice.
pub const MOVE_STATEMENT_BYTES: usize = 8 * 1024 * 1024;

/// Names in one step through a store that is being moved.
pub const MOVE_NAMES: u32 = 500;

/// What a probe writes: as much as a busy batch, so that storage is not called available for a page and then refuses
/// the first real batch.
pub const PROBE_BYTES: usize = 128 * 1024;

/// Rows in one commit. Bounds how long a commit holds up the next; at 60 bytes a row the bytes bound comes later.
pub const COMMIT_ROWS_MAX: usize = 4_096;

/// A commit begins no sooner than this after the one before. Where somebody types alone it begins at once; where many do,
/// a commit and the waking of all who wait for it is shared by those who typed in these milliseconds, which nobody sees.
pub const COMMIT_PACE: Duration = Duration::from_millis(3);

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

/// A tail of more bytes is compacted, if it is also large next to the snapshot (see `compaction`): so much is opened from
/// rows in a millisecond or two.
pub const TAIL_BYTES_MAX: usize = 128 * 1024;

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

/// Entries of a ledger in one page: each is a few hundred bytes, and a page is what somebody reads in one go.
pub const LEDGER_PAGE: u32 = 100;

/// Accounts on one page of a list.
pub const ACCOUNTS_PAGE_MAX: u32 = 200;

/// Sessions of one account at one time: more browsers than anybody has, few enough to look through.
pub const SESSIONS_PER_ACCOUNT_MAX: u32 = 50;

/// Mails that wait to be sent, or rest: a server for mail that is away for a day, and no flood.
pub const MAILS_WAITING_MAX: i64 = 2_000;

/// Pieces of a document's past in one answer of the store: several weeks of a busy document, a megabyte.
pub const PIECES_MAX: u32 = 4_096;

/// Named versions of one document: a name each week for four years.
pub const NAMED_VERSIONS_MAX: usize = 200;

/// Their bytes, compressed. As many as those of versions without a name.
pub const NAMED_VERSIONS_BYTES_MAX: usize = crate::history::thinning::UNNAMED_BYTES_MAX;

/// Grants by name for one document at one time. More outsiders than this are a community of their own.
pub const GRANTS_PER_DOCUMENT_MAX: u64 = 200;

/// Sub-groups of one community: they are listed whole.
pub const SUB_GROUPS_MAX: u64 = 200;

/// Members of one sub-group: they are listed whole, and a larger one is the community.
pub const SUB_GROUP_MEMBERS_MAX: usize = 500;

/// Communities that one account leads. Whoever leads more of them leads none.
pub const COMMUNITIES_LED_MAX: i64 = 50;

/// Open invitations of one community: they are listed whole. One lets any number of people in.
pub const INVITATIONS_MAX: i64 = 500;

/// Open invitations to one community that one account made: a link for each of the guests of a guideline.
pub const INVITATIONS_BY_ACCOUNT_MAX: i64 = 200;

/// People who wait to be let into one community; more than its leaders can read is a flood.
pub const JOIN_REQUESTS_MAX: i64 = 1_000;

/// Communities that one account asks at one time.
pub const JOIN_REQUESTS_BY_ACCOUNT_MAX: i64 = 20;

/// How long nobody asks again after they were declined: leaders are not to be pestered, and minds change.
pub const DECLINED_FOR_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
