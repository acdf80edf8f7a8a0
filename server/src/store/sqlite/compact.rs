//! Swapping rows and snapshots for one snapshot that contains them (D3).
//!
//! Compression happens before the writer is asked for, so a large document does not hold up commits for longer than
//! its bytes take to write.

use super::classify::{Classify, classify, is_missing_parent};
use super::position;
use super::writer::Writer;
use crate::history::sessions::SLOT_MS;
use crate::store::StoreError;
use crate::store::raw::{PackedSnapshot, aside, pack_snapshot};
use crate::store::record::{Compaction, SnapshotHash};
use sqlx::sqlite::SqliteConnection;

const COUNT: &str = "
    INSERT INTO contributions (doc, author, slot, from_ms, until_ms, edits)
    SELECT doc, coalesce(CAST(author AS BLOB), x''), at_ms / ?3, min(at_ms), max(at_ms), count(*)
    FROM journal WHERE id IN (SELECT value FROM json_each(?2)) AND doc = ?1
    GROUP BY 1, 2, 3
    ON CONFLICT (doc, author, slot) DO UPDATE SET
        from_ms = min(from_ms, excluded.from_ms),
        until_ms = max(until_ms, excluded.until_ms),
        edits = edits + excluded.edits";

pub(super) async fn compact(
    writer: &Writer,
    compaction: &Compaction,
) -> Result<SnapshotHash, StoreError> {
    let doc = compaction.doc;
    let state = compaction.state.clone();
    let packed = aside("compress a snapshot", move || pack_snapshot(doc, &state)).await?;
    let hash = packed.hash;
    let mut tx = writer.begin().await?;
    let outcome = swap(tx.connection()?, compaction, packed).await;
    tx.finish(outcome).await?;
    Ok(hash)
}

async fn swap(
    connection: &mut SqliteConnection,
    compaction: &Compaction,
    packed: PackedSnapshot,
) -> Result<(), StoreError> {
    let (doc, hash) = (compaction.doc, packed.hash);
    let position = position::take_for_snapshot(connection).await?;
    // A snapshot that is there already moves on: whoever asks for changes since gets it in place of the rows.
    let inserted = sqlx::query(
        "INSERT INTO snapshots (id, doc, hash, state_bytes, state_zstd) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (doc, hash) DO UPDATE SET id = excluded.id",
    )
    .bind(position)
    .bind(doc.0)
    .bind(hash.0.to_vec())
    .bind(packed.state_bytes)
    .bind(packed.state_zstd)
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
    let rows = format!("[{}]", rows.join(","));
    // Who contributed is counted from what is deleted now, and from nothing else: no edit counts twice or never.
    sqlx::query(COUNT)
        .bind(doc.0)
        .bind(&rows)
        .bind(SLOT_MS)
        .execute(&mut *connection)
        .await
        .classify("count contributions")?;
    sqlx::query("DELETE FROM journal WHERE id IN (SELECT value FROM json_each(?2)) AND doc = ?1")
        .bind(doc.0)
        .bind(&rows)
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
