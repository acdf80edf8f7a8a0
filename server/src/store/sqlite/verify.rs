//! Checking a whole database: its structure, and every row and snapshot against its checksum.
//!
//! Used before a backup is trusted, when it is made and when it is restored. One document at a time is held in memory.

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

/// Checks everything in a database: what is in order, and every row and snapshot that is not as it was written.
///
/// # Errors
/// [`StoreError::Corrupt`] when the database as such is damaged.
///
/// Cancel safety: reads only.
pub async fn verify(
    connection: &mut SqliteConnection,
) -> Result<(Verified, Vec<Corruption>), StoreError> {
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
    let (mut verified, mut damage) = (Verified::default(), Vec::new());
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
        let (sound, broken) = aside("check a document", move || {
            let mut broken = Vec::new();
            let mut count = |checked: Vec<Result<(), StoreError>>| {
                let all = checked.len();
                for error in checked.into_iter().filter_map(Result::err) {
                    match error {
                        StoreError::Corrupt(corruption) => broken.push(corruption),
                        other => return Err(other),
                    }
                }
                Ok(all)
            };
            let snapshots = count(
                snapshots
                    .into_iter()
                    .map(|snapshot| check_snapshot(&name, snapshot).map(|_| ()))
                    .collect(),
            )?;
            let rows = count(
                rows.into_iter()
                    .map(|row| check_row(doc, &name, row).map(|_| ()))
                    .collect(),
            )?;
            Ok(((snapshots, rows), broken))
        })
        .await?;
        let is_row = |found: &&Corruption| matches!(found, Corruption::JournalRow { .. });
        let broken_rows = broken.iter().filter(is_row).count();
        verified.snapshots += (sound.0 - (broken.len() - broken_rows)) as u64;
        verified.rows += (sound.1 - broken_rows) as u64;
        damage.extend(broken);
    }
    Ok((verified, damage))
}
