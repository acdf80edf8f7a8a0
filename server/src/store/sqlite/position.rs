//! Positions in what has been committed: one counter for journal rows and snapshots together.
//!
//! It is SQLite's own AUTOINCREMENT counter of the journal, from which rows take their ids; a compaction takes the next
//! number for its snapshot. One connection writes, so numbers are committed in their order, and whoever has seen a
//! number has seen all that are smaller.

use sqlx::sqlite::SqliteConnection;

use super::classify::Classify;
use crate::store::StoreError;

/// The last position in use, as the connection's transaction sees it. 0 in a new store.
pub(super) async fn last(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let last: Option<i64> =
        sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'journal'")
            .fetch_optional(connection)
            .await
            .classify("read the last position")?;
    Ok(last.unwrap_or(0))
}

/// Takes a position for a snapshot: after all rows and after all snapshots, also those written when snapshots were
/// numbered on their own.
pub(super) async fn take_for_snapshot(
    connection: &mut SqliteConnection,
) -> Result<i64, StoreError> {
    let action = "take a position";
    let last_snapshot: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM snapshots")
        .fetch_one(&mut *connection)
        .await
        .classify(action)?;
    let position = last(connection).await?.max(last_snapshot.unwrap_or(0)) + 1;
    // The table has no key that could conflict.
    sqlx::query("DELETE FROM sqlite_sequence WHERE name = 'journal'")
        .execute(&mut *connection)
        .await
        .classify(action)?;
    sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ('journal', ?1)")
        .bind(position)
        .execute(connection)
        .await
        .classify(action)?;
    Ok(position)
}
