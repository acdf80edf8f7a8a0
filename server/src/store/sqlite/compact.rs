//! Swapping rows and snapshots for one snapshot that contains them (D3).
//!
//! Compression happens before the writer is asked for, so a large document does not hold up commits for longer than
//! its bytes take to write.

use super::classify::{Classify, classify, is_missing_parent};
use super::position;
use super::writer::Writer;
use crate::store::StoreError;
use crate::store::limits::SNAPSHOT_BYTES_MAX;
use crate::store::record::{Compaction, SnapshotHash};
use sqlx::sqlite::SqliteConnection;

/// zstd's default level: on prose it gains within a few percent of higher ones at several times their speed.
const ZSTD_LEVEL: i32 = 3;

pub(super) async fn compact(
    writer: &Writer,
    compaction: &Compaction,
) -> Result<SnapshotHash, StoreError> {
    let doc = compaction.doc;
    let state = compaction.state.clone();
    let state_bytes = state.len();
    if state_bytes > SNAPSHOT_BYTES_MAX {
        return Err(StoreError::TooLarge {
            doc,
            bytes: state_bytes,
            bytes_max: SNAPSHOT_BYTES_MAX,
        });
    }
    let (hash, state_zstd) = tokio::task::spawn_blocking(move || {
        zstd::bulk::compress(&state, ZSTD_LEVEL)
            .map(|compressed| (SnapshotHash::of(&state), compressed))
    })
    .await
    .map_err(|error| StoreError::Rejected(format!("compress a snapshot: {error}").into()))?
    .map_err(|error| StoreError::Rejected(format!("compress a snapshot: {error}").into()))?;

    let mut tx = writer.begin().await?;
    let outcome = swap(tx.connection()?, compaction, hash, state_bytes, state_zstd).await;
    tx.finish(outcome).await?;
    Ok(hash)
}

async fn swap(
    connection: &mut SqliteConnection,
    compaction: &Compaction,
    hash: SnapshotHash,
    state_bytes: usize,
    state_zstd: Vec<u8>,
) -> Result<(), StoreError> {
    let doc = compaction.doc;
    let position = position::take_for_snapshot(connection).await?;
    // A snapshot that is there already moves on: whoever asks for changes since gets it in place of the rows.
    let inserted = sqlx::query(
        "INSERT INTO snapshots (id, doc, hash, state_bytes, state_zstd) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (doc, hash) DO UPDATE SET id = excluded.id",
    )
    .bind(position)
    .bind(doc.0)
    .bind(hash.0.to_vec())
    .bind(i64::try_from(state_bytes).unwrap_or(i64::MAX))
    .bind(state_zstd)
    .execute(&mut *connection)
    .await;
    if let Err(error) = inserted {
        let missing = is_missing_parent(&error);
        return Err(if missing {
            StoreError::NotFound(doc)
        } else {
            classify(&error, "write a snapshot")
        });
    }
    let rows: Vec<String> = compaction.rows.iter().map(ToString::to_string).collect();
    sqlx::query("DELETE FROM journal WHERE id IN (SELECT value FROM json_each(?2)) AND doc = ?1")
        .bind(doc.0)
        .bind(format!("[{}]", rows.join(",")))
        .execute(&mut *connection)
        .await
        .classify("delete compacted rows")?;
    for old in compaction.snapshots.iter().filter(|old| **old != hash) {
        sqlx::query("DELETE FROM snapshots WHERE doc = ?1 AND hash = ?2")
            .bind(doc.0)
            .bind(old.0.to_vec())
            .execute(&mut *connection)
            .await
            .classify("delete a compacted snapshot")?;
    }
    Ok(())
}
