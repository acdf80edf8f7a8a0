//! Loading a document, as of one instant, every byte checked.
//!
//! All queries run in one read transaction: a compaction in between could otherwise delete rows before they are read
//! and write its snapshot after. Checking and decompressing happen outside it, off the async threads.

use std::collections::HashMap;

use consilium_protocol::ids::{DocName, UserId};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection, Row, SqlitePool};

use super::classify::Classify;
use super::documents::record_of;
use super::position;
use crate::store::StoreError;
use crate::store::raw::{RawRow, RawSnapshot, aside, check_row, check_snapshot};
use crate::store::record::{Cursor, DocId, DocumentRecord, RowId, StoredDocument};

struct RawDocument {
    record: DocumentRecord,
    snapshots: Vec<RawSnapshot>,
    tail: Vec<RawRow>,
    owners: HashMap<u64, UserId>,
    cursor: Cursor,
}

pub(super) async fn load(
    readers: &SqlitePool,
    name: &DocName,
) -> Result<Option<StoredDocument>, StoreError> {
    let mut connection = readers.acquire().await.classify("wait for a reader")?;
    let raw = match read(&mut connection, name).await {
        Ok(raw) => raw,
        Err(error) => {
            // Whatever state it is in, the next reader starts afresh.
            connection.close_on_drop();
            return Err(error);
        }
    };
    drop(connection);
    let Some(raw) = raw else { return Ok(None) };
    aside("check a document", move || check(raw).map(Some)).await
}

async fn read(
    connection: &mut SqliteConnection,
    name: &DocName,
) -> Result<Option<RawDocument>, StoreError> {
    let mut tx = connection.begin().await.classify("begin to load")?;
    let found = sqlx::query("SELECT * FROM documents WHERE name = ?1")
        .bind(name.as_str())
        .fetch_optional(&mut *tx)
        .await
        .classify("load a record")?;
    let Some(found) = found else { return Ok(None) };
    let record = record_of(&found)?;
    let snapshots = sqlx::query(
        "SELECT hash, state_bytes, state_zstd FROM snapshots WHERE doc = ?1 ORDER BY id",
    )
    .bind(record.id.0)
    .try_map(raw_snapshot)
    .fetch_all(&mut *tx)
    .await
    .classify("load snapshots")?;
    let tail = sqlx::query(
        "SELECT id, at_ms, author, checksum, update_v1 FROM journal WHERE doc = ?1 ORDER BY id",
    )
    .bind(record.id.0)
    .try_map(raw_row)
    .fetch_all(&mut *tx)
    .await
    .classify("load journal rows")?;
    let owners = owners(&mut tx, record.id).await?;
    let cursor = Cursor(position::last(&mut tx).await?);
    tx.commit().await.classify("end a load")?;
    Ok(Some(RawDocument {
        record,
        snapshots,
        tail,
        owners,
        cursor,
    }))
}

/// Who owns which CRDT client id of a document (D16).
pub(super) async fn owners(
    connection: &mut SqliteConnection,
    doc: DocId,
) -> Result<HashMap<u64, UserId>, StoreError> {
    let owners: Vec<(i64, String)> =
        sqlx::query_as("SELECT client, user FROM client_owners WHERE doc = ?1")
            .bind(doc.0)
            .fetch_all(connection)
            .await
            .classify("load owners")?;
    Ok(owners
        .into_iter()
        .map(|(client, user)| (client.cast_unsigned(), UserId::new(user)))
        .collect())
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "the signature that try_map asks for"
)]
pub(super) fn raw_row(row: SqliteRow) -> Result<RawRow, sqlx::Error> {
    Ok(RawRow {
        id: RowId(row.try_get("id")?),
        at_ms: row.try_get("at_ms")?,
        author: row.try_get("author")?,
        checksum: row.try_get("checksum")?,
        update: row.try_get("update_v1")?,
    })
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "the signature that try_map asks for"
)]
pub(super) fn raw_snapshot(row: SqliteRow) -> Result<RawSnapshot, sqlx::Error> {
    Ok(RawSnapshot {
        hash: row.try_get("hash")?,
        state_bytes: row.try_get("state_bytes")?,
        state_zstd: row.try_get("state_zstd")?,
    })
}

fn check(raw: RawDocument) -> Result<StoredDocument, StoreError> {
    let RawDocument {
        record,
        snapshots,
        tail,
        owners,
        cursor,
    } = raw;
    let snapshots = snapshots
        .into_iter()
        .map(|snapshot| check_snapshot(&record.name, snapshot))
        .collect::<Result<_, _>>()?;
    let tail = tail
        .into_iter()
        .map(|row| check_row(record.id, &record.name, row))
        .collect::<Result<_, _>>()?;
    Ok(StoredDocument {
        record,
        snapshots,
        tail,
        owners,
        cursor,
    })
}
