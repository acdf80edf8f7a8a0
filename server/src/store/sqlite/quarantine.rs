//! Updates that may not be applied, kept for review (D11), within bounds per author and per document.
//!
//! A client sends a refused update again at every reconnect, so an entry is kept once by the hash of its bytes.

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_protocol::limits::{QUARANTINE_BYTES_PER_AUTHOR_MAX, REASON_BYTES_MAX};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, SqlitePool};

use super::classify::{Classify, classify, is_missing_parent};
use super::documents::truncate;
use super::writer::Writer;
use crate::store::limits::{
    QUARANTINE_BYTES_PER_DOC_MAX, QUARANTINE_ROWS_PER_AUTHOR_MAX, ROW_BYTES_MAX,
};
use crate::store::record::{DocId, Quarantined, QuarantinedRow};
use crate::store::{Corruption, StoreError};

pub(super) async fn put(writer: &Writer, entry: &Quarantined) -> Result<(), StoreError> {
    let bytes = entry.update.len();
    if bytes > ROW_BYTES_MAX {
        return Err(StoreError::TooLarge {
            doc: entry.doc,
            bytes,
            bytes_max: ROW_BYTES_MAX,
        });
    }
    let mut tx = writer.begin().await?;
    let outcome = insert(tx.connection()?, entry).await;
    tx.finish(outcome).await
}

async fn insert(connection: &mut SqliteConnection, entry: &Quarantined) -> Result<(), StoreError> {
    let author = entry.author.as_ref().map_or("", |author| author.as_str());
    let hash = blake3::hash(&entry.update);
    let inserted = sqlx::query(
        "INSERT INTO quarantine (doc, author, at_ms, reason, hash, update_v1) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (doc, author, hash) DO NOTHING",
    )
    .bind(entry.doc.0)
    .bind(author)
    .bind(entry.at_ms)
    .bind(truncate(&entry.reason, REASON_BYTES_MAX))
    .bind(hash.as_bytes().to_vec())
    .bind(entry.update.to_vec())
    .execute(&mut *connection)
    .await;
    match inserted {
        Ok(done) if done.rows_affected() == 0 => return Ok(()),
        Ok(_) => {}
        Err(error) if is_missing_parent(&error) => return Err(StoreError::NotFound(entry.doc)),
        Err(error) => return Err(classify(&error, "quarantine an update")),
    }
    // Counted with the entry in place; an error from here undoes it.
    let (rows, author_bytes, doc_bytes): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE author = ?2),
                coalesce(sum(length(update_v1)) FILTER (WHERE author = ?2), 0),
                coalesce(sum(length(update_v1)), 0)
         FROM quarantine WHERE doc = ?1",
    )
    .bind(entry.doc.0)
    .bind(author)
    .fetch_one(&mut *connection)
    .await
    .classify("measure the quarantine")?;
    let exceeds = |used: i64, max: usize| usize::try_from(used).is_ok_and(|used| used > max);
    if exceeds(rows, QUARANTINE_ROWS_PER_AUTHOR_MAX)
        || exceeds(author_bytes, QUARANTINE_BYTES_PER_AUTHOR_MAX)
        || exceeds(doc_bytes, QUARANTINE_BYTES_PER_DOC_MAX)
    {
        return Err(StoreError::QuarantineFull(entry.doc));
    }
    Ok(())
}

pub(super) async fn list(
    readers: &SqlitePool,
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
