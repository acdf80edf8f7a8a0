//! What was committed to a document since a position ([`super::position`]).
//!
//! Rows and snapshots draw their numbers from one counter and are committed in its order, so "since" is "with a larger
//! number", and a row that is gone is in a snapshot with a larger number still. Owners have no number: all of them are
//! given as soon as there is a row or a snapshot that may have claimed one.

use std::collections::HashMap;

use consilium_protocol::ids::{DocName, UserId};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, SqlitePool};

use super::classify::Classify;
use super::load::{raw_row, raw_snapshot};
use super::{load, position};
use crate::store::raw::{RawRow, RawSnapshot, aside, check_row, check_snapshot};
use crate::store::record::{Changes, Cursor, DocId};
use crate::store::{Corruption, StoreError};

struct RawChanges {
    name: DocName,
    snapshots: Vec<RawSnapshot>,
    rows: Vec<RawRow>,
    owners: HashMap<u64, UserId>,
    cursor: Cursor,
}

pub(super) async fn since(
    readers: &SqlitePool,
    doc: DocId,
    since: Cursor,
) -> Result<Changes, StoreError> {
    let mut connection = readers.acquire().await.classify("wait for a reader")?;
    let raw = match read(&mut connection, doc, since).await {
        Ok(raw) => raw,
        Err(error) => {
            // Whatever state it is in, the next reader starts afresh.
            connection.close_on_drop();
            return Err(error);
        }
    };
    drop(connection);
    aside("check changes", move || check(doc, raw)).await
}

async fn read(
    connection: &mut SqliteConnection,
    doc: DocId,
    since: Cursor,
) -> Result<RawChanges, StoreError> {
    let mut tx = connection.begin().await.classify("begin to read changes")?;
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM documents WHERE id = ?1")
        .bind(doc.0)
        .fetch_optional(&mut *tx)
        .await
        .classify("find a document")?;
    let name = DocName::parse(&name.ok_or(StoreError::NotFound(doc))?)
        .map_err(|_| StoreError::Corrupt(Corruption::Record { doc }))?;
    let cursor = Cursor(position::last(&mut tx).await?);
    let snapshots = sqlx::query(
        "SELECT hash, state_bytes, state_zstd FROM snapshots WHERE doc = ?1 AND id > ?2 ORDER BY id",
    )
    .bind(doc.0)
    .bind(since.0)
    .try_map(raw_snapshot)
    .fetch_all(&mut *tx)
    .await
    .classify("read snapshots since")?;
    let rows = sqlx::query(
        "SELECT id, at_ms, author, checksum, update_v1 FROM journal WHERE doc = ?1 AND id > ?2 ORDER BY id",
    )
    .bind(doc.0)
    .bind(since.0)
    .try_map(raw_row)
    .fetch_all(&mut *tx)
    .await
    .classify("read journal rows since")?;
    let owners = if snapshots.is_empty() && rows.is_empty() {
        HashMap::new()
    } else {
        load::owners(&mut tx, doc).await?
    };
    tx.commit().await.classify("end reading changes")?;
    Ok(RawChanges {
        name,
        snapshots,
        rows,
        owners,
        cursor,
    })
}

fn check(doc: DocId, raw: RawChanges) -> Result<Changes, StoreError> {
    let snapshots = raw
        .snapshots
        .into_iter()
        .map(|snapshot| check_snapshot(&raw.name, snapshot))
        .collect::<Result<_, _>>()?;
    let rows = raw
        .rows
        .into_iter()
        .map(|row| check_row(doc, &raw.name, row))
        .collect::<Result<_, _>>()?;
    Ok(Changes {
        snapshots,
        rows,
        owners: raw.owners,
        cursor: raw.cursor,
    })
}
