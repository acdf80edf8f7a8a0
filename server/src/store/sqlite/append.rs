//! Appending a batch: one transaction, a handful of statements however many rows.
//!
//! Rows go in by statements of a few fixed sizes, so that their compiled form is found in the cache. Ids are taken
//! from SQLite's own AUTOINCREMENT counter beforehand, because the checksum of a row covers its id.

use consilium_protocol::ids::UserId;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

use super::classify::{Classify, classify, is_missing_parent};
use super::position;
use super::writer::Writer;
use crate::store::limits::{ROW_BYTES_MAX, TOUCH_GRANULARITY_MS};
use crate::store::record::{Append, DocId, RowId};
use crate::store::{StoreError, checksum};

/// Rows a statement. Few sizes, so that all of them stay compiled.
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
    let mut tx = writer.begin().await?;
    let outcome = insert(tx.connection()?, batch).await;
    tx.finish(outcome).await
}

async fn insert(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<Vec<RowId>, StoreError> {
    let last = position::last(connection).await?;
    let ids: Vec<RowId> = (last + 1..).take(batch.len()).map(RowId).collect();

    let rows: Vec<(&Append, RowId)> = batch.iter().zip(ids.iter().copied()).collect();
    for chunk in chunks(&rows) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO journal (id, doc, at_ms, author, checksum, update_v1) ",
        );
        insert.push_values(chunk, |mut values, (entry, id)| {
            let author = entry.author.as_ref().map(UserId::as_str);
            let checksum =
                checksum::journal_row(entry.doc, *id, entry.at_ms, author, &entry.update);
            values
                .push_bind(id.0)
                .push_bind(entry.doc.0)
                .push_bind(entry.at_ms)
                .push_bind(author.map(str::to_owned))
                .push_bind(checksum.to_vec())
                .push_bind(entry.update.to_vec());
        });
        if let Err(error) = insert.build().execute(&mut *connection).await {
            return Err(blame(connection, batch, &error).await);
        }
    }

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

    touch(connection, batch).await?;
    Ok(ids)
}

/// Moves `updated_at_ms` of the documents in the batch, but only where it is older than the granularity, so that most
/// batches write nothing here.
async fn touch(connection: &mut SqliteConnection, batch: &[Append]) -> Result<(), StoreError> {
    let mut latest: std::collections::HashMap<i64, i64> = std::collections::HashMap::new();
    for entry in batch {
        let at_ms = latest.entry(entry.doc.0).or_insert(entry.at_ms);
        *at_ms = (*at_ms).max(entry.at_ms);
    }
    let pairs: Vec<String> = latest
        .iter()
        .map(|(doc, at_ms)| format!("[{doc},{at_ms}]"))
        .collect();
    sqlx::query(
        "UPDATE documents SET updated_at_ms = touched.at_ms
         FROM (SELECT value ->> 0 AS doc, value ->> 1 AS at_ms FROM json_each(?1)) AS touched
         WHERE documents.id = touched.doc AND documents.updated_at_ms < touched.at_ms - ?2",
    )
    .bind(format!("[{}]", pairs.join(",")))
    .bind(TOUCH_GRANULARITY_MS)
    .execute(connection)
    .await
    .classify("touch documents")
    .map(|_| ())
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
