//! Limits of the HTTP edge, each with its reason (I4). Those that clients meet on the wire are in
//! `consilium_protocol::limits`.

use std::time::Duration;

/// How long a body may take to arrive: 16 MiB over a slow uplink of 2 Mbit/s.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a body of JSON may take to arrive: 16 KiB over the worst ward's Wi-Fi.
pub const JSON_TIMEOUT: Duration = Duration::from_secs(15);

/// Bodies larger than one of JSON that are read at one time. At their largest they hold 256 MiB.
pub const BODIES_AT_ONCE_MAX: usize = 16;

/// While somebody waits for one of those places, whoever has one has to send so much in each window: a quarter of what a
/// slow uplink of 2 Mbit/s carries. Where nobody waits, slower ones are welcome.
pub const BODY_BYTES_PER_WINDOW_MIN: usize = 128 * 1024;
/// See [`BODY_BYTES_PER_WINDOW_MIN`].
pub const BODY_WINDOW: Duration = Duration::from_secs(2);

/// Whole documents read from the store at one time. Each may hold one of the largest in memory while it is encoded.
pub const READS_AT_ONCE_MAX: usize = 8;

/// How long a request waits for its turn.
pub const TURN_TIMEOUT: Duration = Duration::from_secs(10);

/// Documents in one answer: more than anybody scrolls through.
pub const LISTED_MAX: usize = 1_000;

/// Records looked at for one answer. A bearer who may see few of many gets a cursor to go on with.
pub const SCANNED_MAX: usize = 5_000;

/// A search text. Longer ones match nothing that has a title.
pub const QUERY_BYTES_MAX: usize = 1_024;

/// What a probe of storage found counts for this long, so that health checks cannot keep the disk busy.
pub const PROBE_FRESH: Duration = Duration::from_secs(2);

/// A probe that takes longer says that storage hangs.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// When to come back after storage was away.
pub const STORAGE_RETRY: Duration = Duration::from_secs(2);

/// How long a room may take to answer. A room that cannot read its document waits for storage; whoever asks over
/// HTTP is told sooner.
pub const ROOM_TIMEOUT: Duration = Duration::from_secs(10);

/// A body of JSON: some names, texts and a password, each at its largest.
pub const JSON_BYTES_MAX: usize = 16 * 1024;

/// What somebody hands in at once who lost a document: all that one branch of it takes.
pub const LEFT_BEHIND_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How often one account may come with it, a minute: a device brings the edits of a document together, and people have
/// few documents at once.
pub const LEFT_BEHIND_PER_MINUTE: u32 = 30;

/// An archive of a community that is brought: what a panel of dozens writes in some years.
pub const ARCHIVE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Archives written or read at one time. One that is read is in memory.
pub const ARCHIVES_AT_ONCE_MAX: usize = 2;

/// Pictures that are drawn anew at one time. Each may hold some 70 MiB of pixels.
pub const PICTURES_AT_ONCE_MAX: usize = 2;

/// Entries of a ledger that are read at one time for an archive.
pub const ARCHIVED_ENTRIES_AT_ONCE: u32 = 500;

/// How much of an archive is sent at a time.
pub const ARCHIVE_PIECE_BYTES: usize = 64 * 1024;

/// How long a term may be, in milliseconds: a hundred years.
pub const TERM_MAX_MS: i64 = 100 * 366 * 24 * 60 * 60 * 1_000;

/// For how many days an invitation may let people in.
pub const INVITATION_DAYS_MAX: u32 = 365;

/// How many people one invitation may let in, where it says a number: a large congress.
pub const INVITATION_USES_MAX: u32 = 10_000;

/// Sessions of work in one answer: some weeks of a document that is worked on daily.
pub const HISTORY_PAGE: usize = 50;

/// Documents that one invitation grants to guests: more than anybody is asked about at once, and within a body of JSON.
pub const INVITATION_DOCUMENTS_MAX: usize = 50;

/// Searches at one time: half of the connections for reading, so that opening documents never waits for them.
pub const SEARCHES_AT_ONCE_MAX: usize = 2;

/// Documents on one page of what is found: what somebody looks through before they say it better.
pub const SEARCH_PAGE: usize = 20;

/// Documents looked at for one page, where words must stand together and do not everywhere.
pub const SEARCHED_MAX: usize = 100;
