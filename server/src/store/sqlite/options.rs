//! How every connection to a database file is opened. Durability is decided here and nowhere else.

use std::path::Path;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::store::limits::{SQLITE_BUSY_TIMEOUT, SQLITE_PAGE_BYTES, SQLITE_WAL_BYTES_KEPT};

/// Options for a database file of ours.
pub(crate) fn connect_options(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        // Of a new database; one that exists keeps its own.
        .page_size(SQLITE_PAGE_BYTES)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL syncs the log at every commit; NORMAL would lose acknowledged edits at a power cut.
        .synchronous(SqliteSynchronous::Full)
        // Only macOS heeds these: there a plain fsync leaves the data in the drive's cache.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        .pragma("journal_size_limit", SQLITE_WAL_BYTES_KEPT.to_string())
        .foreign_keys(true)
        .busy_timeout(SQLITE_BUSY_TIMEOUT)
        // Updates are text that people wrote: statements with their values stay out of the logs.
        .disable_statement_logging()
}
