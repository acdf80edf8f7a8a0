//! Swapping rows and snapshots for one snapshot that contains them (D3): one statement, one round trip.
//!
//! Two nodes that compact the same document at once do not wait for each other: what the other is deleting just now is
//! passed over. If the other comes to nothing, what it held stays beside a snapshot that contains it, and the next
//! compaction tidies up. The snapshot is written before anything is deleted, so a compaction that waits (for one that
//! writes the very same state) holds nothing that somebody else could be waiting for.
//!
//! Who contributed is counted from the rows that are deleted now, and from nothing else: no edit counts twice or never.
//! Counts are written in their order, so that two nodes that count the same author's edits of the same minutes wait for
//! each other's commit, but never in a circle.

use sqlx::Row;

use super::classify::within;
use super::links::Links;
use crate::history::sessions::SLOT_MS;
use crate::store::StoreError;
use crate::store::limits::POSTGRES_ANSWER_TIMEOUT;
use crate::store::raw::{aside, pack_snapshot};
use crate::store::record::{Compaction, SnapshotHash};

/// A snapshot that is there already gets the number of this transaction: whoever asks for changes since gets it in
/// place of the rows.
const SWAP: &str = "
    WITH written AS (
        INSERT INTO snapshots (doc, hash, state_bytes, state_zstd)
        SELECT id, $2, $3, $4 FROM documents WHERE id = $1
        ON CONFLICT (doc, hash) DO UPDATE SET xid = pg_current_xact_id()
        RETURNING doc
    ), rows AS (
        DELETE FROM journal WHERE id IN (
            SELECT journal.id FROM journal
            WHERE journal.id = ANY ($5) AND journal.doc = $1 AND EXISTS (SELECT 1 FROM written)
            FOR UPDATE SKIP LOCKED)
        RETURNING doc, author, at_ms
    ), counted AS (
        INSERT INTO contributions (doc, author, slot, from_ms, until_ms, edits)
        SELECT doc, coalesce(author, ''), at_ms / $7, min(at_ms), max(at_ms), count(*)
        FROM rows GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (doc, author, slot) DO UPDATE SET
            from_ms = least(contributions.from_ms, excluded.from_ms),
            until_ms = greatest(contributions.until_ms, excluded.until_ms),
            edits = contributions.edits + excluded.edits
    ), superseded AS (
        DELETE FROM snapshots WHERE id IN (
            SELECT snapshots.id FROM snapshots
            WHERE snapshots.doc = $1 AND snapshots.hash = ANY ($6) AND snapshots.hash <> $2
              AND EXISTS (SELECT 1 FROM written)
            FOR UPDATE SKIP LOCKED)
    )
    SELECT EXISTS (SELECT 1 FROM written) AS found";

pub(super) async fn compact(
    links: &Links,
    compaction: &Compaction,
) -> Result<SnapshotHash, StoreError> {
    let (doc, state) = (compaction.doc, compaction.state.clone());
    let packed = aside("compress a snapshot", move || pack_snapshot(doc, &state)).await?;
    let rows: Vec<i64> = compaction.rows.iter().map(|row| row.0).collect();
    let superseded: Vec<&[u8]> = compaction
        .snapshots
        .iter()
        .map(|old| old.0.as_slice())
        .collect();
    let mut link = links.take().await?;
    let swapped = within(
        POSTGRES_ANSWER_TIMEOUT,
        sqlx::query(SWAP)
            .bind(doc.0)
            .bind(packed.hash.0.as_slice())
            .bind(packed.state_bytes)
            .bind(packed.state_zstd)
            .bind(rows)
            .bind(superseded)
            .bind(SLOT_MS)
            .fetch_one(link.connection()?),
    )
    .await
    .and_then(|row| row.try_get("found"));
    if link.check(swapped, "compact a document")? {
        Ok(packed.hash)
    } else {
        Err(StoreError::NotFound(doc))
    }
}
