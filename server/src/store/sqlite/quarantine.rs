//! Updates that may not be applied, kept for review (D11), within bounds per author and per document.
//!
//! A client sends a refused update again at every reconnect, so an entry is kept once by the hash of its bytes. What a
//! document's quarantine holds is measured once for a batch, however many entries there are: the measuring reads every
//! row of the document.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_protocol::limits::REASON_BYTES_MAX;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, SqliteExecutor};

use super::classify::Classify;
use super::writer::Writer;
use crate::store::allowance::Usage;
use crate::store::limits::ROW_BYTES_MAX;
use crate::store::record::{DocId, Quarantined, QuarantinedRow, SetAside, truncate};
use crate::store::{Corruption, StoreError};

pub(super) async fn put(
    writer: &Writer,
    entries: &[Quarantined],
) -> Result<Vec<SetAside>, StoreError> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = writer.begin().await?;
    let outcome = put_all(tx.connection()?, entries).await;
    tx.finish(outcome).await
}

async fn put_all(
    connection: &mut SqliteConnection,
    entries: &[Quarantined],
) -> Result<Vec<SetAside>, StoreError> {
    let mut used: HashMap<DocId, Usage> = HashMap::new();
    let mut outcomes = Vec::with_capacity(entries.len());
    for entry in entries {
        let used = match used.entry(entry.doc) {
            Entry::Occupied(used) => used.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(measure(connection, entry.doc).await?),
        };
        let bytes = entry.update.len();
        outcomes.push(if bytes > ROW_BYTES_MAX {
            SetAside::TooLarge
        } else if used.has_room_for(author_of(entry), bytes) {
            if insert(connection, entry).await? {
                used.add(author_of(entry), 1, bytes);
            }
            SetAside::Kept
        } else if is_kept(connection, entry).await? {
            SetAside::Kept
        } else {
            SetAside::Full
        });
    }
    Ok(outcomes)
}

async fn measure(connection: &mut SqliteConnection, doc: DocId) -> Result<Usage, StoreError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM documents WHERE id = ?1")
        .bind(doc.0)
        .fetch_optional(&mut *connection)
        .await
        .classify("find a document")?;
    if found.is_none() {
        return Err(StoreError::NotFound(doc));
    }
    let authors: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT author, count(*), sum(length(update_v1)) FROM quarantine WHERE doc = ?1 GROUP BY author",
    )
    .bind(doc.0)
    .fetch_all(connection)
    .await
    .classify("measure the quarantine")?;
    let mut usage = Usage::default();
    for (author, rows, bytes) in authors {
        let count = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        usage.add(&author, count(rows), count(bytes));
    }
    Ok(usage)
}

/// False when it was there already.
async fn insert(
    connection: &mut SqliteConnection,
    entry: &Quarantined,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO quarantine (doc, author, at_ms, reason, hash, update_v1) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (doc, author, hash) DO NOTHING",
    )
    .bind(entry.doc.0)
    .bind(author_of(entry))
    .bind(entry.at_ms)
    .bind(truncate(&entry.reason, REASON_BYTES_MAX))
    .bind(blake3::hash(&entry.update).as_bytes().to_vec())
    .bind(entry.update.to_vec())
    .execute(connection)
    .await
    .classify("quarantine an update")?;
    Ok(inserted.rows_affected() > 0)
}

async fn is_kept(
    connection: &mut SqliteConnection,
    entry: &Quarantined,
) -> Result<bool, StoreError> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM quarantine WHERE doc = ?1 AND author = ?2 AND hash = ?3")
            .bind(entry.doc.0)
            .bind(author_of(entry))
            .bind(blake3::hash(&entry.update).as_bytes().to_vec())
            .fetch_optional(connection)
            .await
            .classify("look for a quarantined update")?;
    Ok(found.is_some())
}

/// As the database has it: empty for an unknown author.
fn author_of(entry: &Quarantined) -> &str {
    entry.author.as_ref().map_or("", UserId::as_str)
}

pub(super) async fn list(
    readers: impl SqliteExecutor<'_>,
    name: &DocName,
) -> Result<Vec<QuarantinedRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT quarantine.* FROM quarantine JOIN documents ON documents.id = quarantine.doc
         WHERE documents.name = ?1 ORDER BY quarantine.id",
    )
    .bind(name.as_str())
    .fetch_all(readers)
    .await
    .classify("list the quarantine")?;
    rows.iter().map(|row| entry_of(name, row)).collect()
}

fn entry_of(name: &DocName, row: &SqliteRow) -> Result<QuarantinedRow, StoreError> {
    let action = "read a quarantined update";
    let id: i64 = row.try_get("id").classify(action)?;
    let author: String = row.try_get("author").classify(action)?;
    let hash: Vec<u8> = row.try_get("hash").classify(action)?;
    let update: Vec<u8> = row.try_get("update_v1").classify(action)?;
    if blake3::hash(&update).as_bytes().as_slice() != hash {
        return Err(StoreError::Corrupt(Corruption::Quarantine {
            doc: name.clone(),
            id,
        }));
    }
    Ok(QuarantinedRow {
        id,
        entry: Quarantined {
            doc: DocId(row.try_get("doc").classify(action)?),
            author: (!author.is_empty()).then(|| UserId::new(author)),
            reason: row.try_get("reason").classify(action)?,
            update: Bytes::from(update),
            at_ms: row.try_get("at_ms").classify(action)?,
        },
    })
}
