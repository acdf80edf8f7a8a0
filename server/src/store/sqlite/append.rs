//! Appending a batch: most often one statement, which is a transaction of its own.
//!
//! What a few people type is committed edit by edit, and each statement is a trip to the connection's thread and back
//! that costs more than the work. So rows go in by one statement, in a few fixed sizes whose compiled form is found in
//! the cache, and everything else is left out where it is known not to be needed ([`super::known`]). Larger batches,
//! and those that claim client ids or move a document's time of change, are transactions of a handful of statements.
//! Ids are taken from SQLite's own AUTOINCREMENT counter beforehand, because the checksum of a row covers its id.

use std::collections::HashMap;

use consilium_protocol::ids::UserId;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

use super::classify::{Classify, classify, is_missing_parent};
use super::known::Known;
use super::position;
use super::writer::Writer;
use crate::store::limits::{ROW_BYTES_MAX, TOUCH_GRANULARITY_MS};
use crate::store::record::{Append, DocId, RowId};
use crate::store::{StoreError, checksum};

/// Rows in one statement at most.
const STATEMENT_ROWS_MAX: usize = 128;

/// Sizes of the statements that claim client ids. Few, so that all of them stay compiled.
const CHUNKS: [usize; 3] = [128, 16, 1];

pub(super) async fn append(writer: &Writer, batch: &[Append]) -> Result<Vec<RowId>, StoreError> {
    for entry in batch {
        if entry.update.len() > ROW_BYTES_MAX {
            return Err(StoreError::TooLarge {
                doc: entry.doc,
                bytes: entry.update.len(),
                bytes_max: ROW_BYTES_MAX,
            });
        }
    }
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let (mut turn, mut known) = writer.turn().await?;
    let is_one_statement = batch.len() <= STATEMENT_ROWS_MAX
        && batch.iter().all(|entry| entry.claims.is_empty())
        && known.leaves_documents_alone(batch);
    if let (true, Some(last)) = (is_one_statement, known.last) {
        let outcome = insert_rows(turn.connection()?, batch, last).await;
        return turn.finish(outcome.map(|ids| {
            known.last = Some(last + ids.len() as i64);
            (ids, known)
        }));
    }
    let mut tx = turn.begin().await?;
    let outcome = append_in_transaction(tx.connection()?, batch, &mut known).await;
    tx.finish_knowing(outcome.map(|ids| (ids, known))).await
}

async fn append_in_transaction(
    connection: &mut SqliteConnection,
    batch: &[Append],
    known: &mut Known,
) -> Result<Vec<RowId>, StoreError> {
    let last = match known.last {
        Some(last) => last,
        None => position::last(connection).await?,
    };
    let ids = insert_rows(connection, batch, last).await?;
    known.last = Some(last + ids.len() as i64);
    claim(connection, batch).await?;
    if !known.leaves_documents_alone(batch) {
        touch(connection, batch, known).await?;
    }
    Ok(ids)
}

/// Writes the rows under the ids after `last`.
async fn insert_rows(
    connection: &mut SqliteConnection,
    batch: &[Append],
    last: i64,
) -> Result<Vec<RowId>, StoreError> {
    let ids: Vec<RowId> = (last + 1..).take(batch.len()).map(RowId).collect();
    let rows: Vec<(&Append, RowId)> = batch.iter().zip(ids.iter().copied()).collect();
    for chunk in rows.chunks(STATEMENT_ROWS_MAX) {
        // Rows of NULLs make up the next size.
        let padding = chunk.len().next_power_of_two() - chunk.len();
        let padded = chunk
            .iter()
            .map(Some)
            .chain(std::iter::repeat_n(None, padding));
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO journal (id, doc, at_ms, author, checksum, update_v1) SELECT * FROM (",
        );
        insert.push_values(padded, |mut values, row| {
            let author = row.and_then(|(entry, _)| entry.author.as_ref().map(UserId::as_str));
            let checksum = row.map(|(entry, id)| {
                checksum::journal_row(entry.doc, *id, entry.at_ms, author, &entry.update).to_vec()
            });
            values
                .push_bind(row.map(|(_, id)| id.0))
                .push_bind(row.map(|(entry, _)| entry.doc.0))
                .push_bind(row.map(|(entry, _)| entry.at_ms))
                .push_bind(author.map(str::to_owned))
                .push_bind(checksum)
                .push_bind(row.map(|(entry, _)| entry.update.to_vec()));
        });
        insert.push(") WHERE column1 IS NOT NULL");
        if let Err(error) = insert.build().execute(&mut *connection).await {
            return Err(blame(connection, batch, &error).await);
        }
    }
    Ok(ids)
}

/// Writes down whose the client ids are that appear for the first time.
async fn claim(connection: &mut SqliteConnection, batch: &[Append]) -> Result<(), StoreError> {
    let claims: Vec<(DocId, u64, &str)> = batch
        .iter()
        .filter_map(|entry| Some((entry, entry.author.as_ref()?)))
        .flat_map(|(entry, author)| {
            entry
                .claims
                .iter()
                .map(move |client| (entry.doc, *client, author.as_str()))
        })
        .collect();
    for chunk in chunks(&claims) {
        let mut insert =
            QueryBuilder::<Sqlite>::new("INSERT INTO client_owners (doc, client, user) ");
        insert.push_values(chunk, |mut values, (doc, client, user)| {
            values
                .push_bind(doc.0)
                .push_bind(client.cast_signed())
                .push_bind((*user).to_owned());
        });
        insert.push(" ON CONFLICT (doc, client) DO NOTHING");
        insert
            .build()
            .execute(&mut *connection)
            .await
            .classify("claim client ids")?;
    }

    for (doc, client, user) in claims {
        let taken: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM client_owners WHERE doc = ?1 AND client = ?2 AND user <> ?3",
        )
        .bind(doc.0)
        .bind(client.cast_signed())
        .bind(user)
        .fetch_optional(&mut *connection)
        .await
        .classify("look for the owner of a client id")?;
        if taken.is_some() {
            return Err(StoreError::ClaimTaken);
        }
    }
    Ok(())
}

/// Moves `updated_at_ms` of the documents in the batch, but only where it is older than the granularity.
async fn touch(
    connection: &mut SqliteConnection,
    batch: &[Append],
    known: &mut Known,
) -> Result<(), StoreError> {
    let mut latest: HashMap<DocId, i64> = HashMap::new();
    for entry in batch {
        let at_ms = latest.entry(entry.doc).or_insert(entry.at_ms);
        *at_ms = (*at_ms).max(entry.at_ms);
    }
    let pairs: Vec<String> = latest
        .iter()
        .map(|(doc, at_ms)| format!("[{},{at_ms}]", doc.0))
        .collect();
    let touched = format!("[{}]", pairs.join(","));
    sqlx::query(
        "UPDATE documents SET updated_at_ms = touched.at_ms
         FROM (SELECT value ->> 0 AS doc, value ->> 1 AS at_ms FROM json_each(?1)) AS touched
         WHERE documents.id = touched.doc AND documents.updated_at_ms < touched.at_ms - ?2",
    )
    .bind(&touched)
    .bind(TOUCH_GRANULARITY_MS)
    .execute(&mut *connection)
    .await
    .classify("touch documents")?;
    let updated: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT id, updated_at_ms FROM documents WHERE id IN (SELECT value ->> 0 FROM json_each(?1))",
    )
    .bind(&touched)
    .fetch_all(connection)
    .await
    .classify("read when documents changed")?;
    for (doc, updated_at_ms) in updated {
        known.learn(DocId(doc), updated_at_ms);
    }
    Ok(())
}

/// Finds the document that does not exist, if that is what went wrong. A failed statement leaves the transaction open.
async fn blame(
    connection: &mut SqliteConnection,
    batch: &[Append],
    error: &sqlx::Error,
) -> StoreError {
    if is_missing_parent(error) {
        for entry in batch {
            let found: Result<Option<i64>, _> =
                sqlx::query_scalar("SELECT 1 FROM documents WHERE id = ?1")
                    .bind(entry.doc.0)
                    .fetch_optional(&mut *connection)
                    .await;
            if matches!(found, Ok(None)) {
                return StoreError::NotFound(entry.doc);
            }
        }
    }
    classify(error, "append rows")
}

/// Cuts a list into pieces of the fixed sizes, largest first.
fn chunks<T>(mut rest: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = CHUNKS.into_iter().find(|size| *size <= rest.len())?;
        let (chunk, tail) = rest.split_at(size);
        rest = tail;
        Some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_a_list_in_order_by_few_sizes() {
        for len in [0, 1, 15, 16, 17, 127, 128, 129, 300] {
            let list: Vec<usize> = (0..len).collect();
            let pieces: Vec<&[usize]> = chunks(&list).collect();
            assert!(
                pieces.iter().all(|piece| CHUNKS.contains(&piece.len())),
                "length {len}"
            );
            assert_eq!(pieces.concat(), list);
        }
    }
}
