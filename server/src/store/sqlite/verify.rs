//! Checking a whole database: its structure, and every row and snapshot against its checksum.
//!
//! Used before a backup is trusted. One document at a time is held in memory.

use consilium_protocol::ids::DocName;
use sqlx::SqliteConnection;

use super::classify::Classify;
use super::load::{raw_row, raw_snapshot};
use crate::store::raw::{aside, check_row, check_snapshot};
use crate::store::record::DocId;
use crate::store::{Corruption, StoreError};

/// What was found to be in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    /// Documents, the bin included.
    pub documents: u64,
    /// Journal rows.
    pub rows: u64,
    /// Snapshots.
    pub snapshots: u64,
}

/// Checks everything in a database.
///
/// # Errors
/// [`StoreError::Corrupt`] with the first thing that is not as it was written.
///
/// Cancel safety: reads only.
pub async fn verify(connection: &mut SqliteConnection) -> Result<Verified, StoreError> {
    let structure: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(10)")
        .fetch_all(&mut *connection)
        .await
        .classify("check the structure")?;
    if structure != ["ok"] {
        return Err(StoreError::Corrupt(Corruption::Database {
            detail: structure.join("; ").into(),
        }));
    }
    let orphans = sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(&mut *connection)
        .await
        .classify("check references")?;
    if !orphans.is_empty() {
        let detail = format!("{} rows belong to no document", orphans.len()).into();
        return Err(StoreError::Corrupt(Corruption::Database { detail }));
    }
    let documents: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, name FROM documents ORDER BY id")
            .fetch_all(&mut *connection)
            .await
            .classify("list documents")?;
    let mut verified = Verified::default();
    for (id, name) in documents {
        let doc = DocId(id);
        let name =
            DocName::parse(&name).map_err(|_| StoreError::Corrupt(Corruption::Record { doc }))?;
        let snapshots =
            sqlx::query("SELECT hash, state_bytes, state_zstd FROM snapshots WHERE doc = ?1")
                .bind(id)
                .try_map(raw_snapshot)
                .fetch_all(&mut *connection)
                .await
                .classify("read snapshots")?;
        let rows = sqlx::query(
            "SELECT id, at_ms, author, checksum, update_v1 FROM journal WHERE doc = ?1",
        )
        .bind(id)
        .try_map(raw_row)
        .fetch_all(&mut *connection)
        .await
        .classify("read journal rows")?;
        verified.documents += 1;
        verified.snapshots += snapshots.len() as u64;
        verified.rows += rows.len() as u64;
        aside("check a document", move || {
            snapshots
                .into_iter()
                .try_for_each(|snapshot| check_snapshot(&name, snapshot).map(|_| ()))?;
            rows.into_iter()
                .try_for_each(|row| check_row(doc, &name, row).map(|_| ()))
        })
        .await?;
    }
    Ok(verified)
}
