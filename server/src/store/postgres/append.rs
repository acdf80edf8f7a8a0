//! Appending a batch: two round trips, whatever its size.
//!
//! The first takes ids, because the checksum of a row covers its id. The second is one statement, and so one
//! transaction, that writes rows and claims and touches the documents; the server answers it after the commit. Nothing
//! in it waits for another node, except for one that claims the very same client id at the very same moment:
//!
//! - Rows have no foreign key. Checking one would lock the record of the document for every row; instead the statement
//!   looks for the documents and writes nothing at all when one is missing.
//! - `updated_at_ms` moves at most once in ten seconds, and a record that somebody else holds just now is passed over:
//!   whoever holds it is writing a time of the same moment.
//! - Claims go in sorted, so that two batches never wait for each other in a circle. A claim that is another's undoes the
//!   statement by an error of its own ([`CLAIM_TAKEN`]): whether the claim was there before or came in at the same
//!   moment, the batch then holds fewer claims than it made.

use std::collections::BTreeMap;

use consilium_protocol::ids::UserId;
use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::classify::within;
use super::links::Links;
use crate::store::limits::{POSTGRES_ANSWER_TIMEOUT, ROW_BYTES_MAX, TOUCH_GRANULARITY_MS};
use crate::store::record::{Append, DocId, RowId};
use crate::store::{StoreError, checksum};

/// Takes ids without waiting for the disk: they matter once the rows are committed, and that commit writes all of the
/// log before it. So they cannot come back after a crash, and cost no sync of their own.
const TAKE_IDS: &str = "
    SELECT nextval('journal_ids') AS id
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS lazily, generate_series(1, $1)";

const APPEND: &str = "
    WITH missing AS MATERIALIZED (
        SELECT named.doc FROM unnest($7::int8[]) AS named (doc)
        WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.id = named.doc)
    ), added AS (
        INSERT INTO journal (id, doc, at_ms, author, checksum, update_v1)
        SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::bytea[], $5::bytea[], $6::bytea[])
        WHERE NOT EXISTS (SELECT 1 FROM missing)
    ), claimed AS (
        INSERT INTO client_owners (doc, client, owner)
        SELECT * FROM unnest($9::int8[], $10::int8[], $11::bytea[])
        WHERE NOT EXISTS (SELECT 1 FROM missing)
        ON CONFLICT (doc, client) DO NOTHING
        RETURNING 1
    ), owned AS (
        SELECT 1 FROM unnest($9::int8[], $10::int8[], $11::bytea[]) AS named (doc, client, owner)
        JOIN client_owners USING (doc, client, owner)
    ), stale AS (
        SELECT documents.id, named.at_ms
        FROM unnest($7::int8[], $8::int8[]) AS named (doc, at_ms)
        JOIN documents ON documents.id = named.doc
        WHERE documents.updated_at_ms < named.at_ms - $12 AND NOT EXISTS (SELECT 1 FROM missing)
        FOR NO KEY UPDATE OF documents SKIP LOCKED
    ), touched AS (
        UPDATE documents SET updated_at_ms = stale.at_ms FROM stale WHERE documents.id = stale.id
    )
    SELECT min(doc) AS missing,
           CASE WHEN min(doc) IS NULL
                 AND (SELECT count(*) FROM claimed) + (SELECT count(*) FROM owned) < cardinality($9::int8[])
                THEN 1 / (count(*) - count(*))
           END AS taken
    FROM missing";

/// What PostgreSQL says of the division in [`APPEND`]: a client id is another member's.
const CLAIM_TAKEN: &str = "22012";

pub(super) async fn append(links: &Links, batch: &[Append]) -> Result<Vec<RowId>, StoreError> {
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
    let claims = claims(batch)?;
    let mut link = links.take().await?;
    let taken = within(
        POSTGRES_ANSWER_TIMEOUT,
        take_ids(link.connection()?, batch.len()),
    )
    .await;
    let ids = link.check(taken, "take row ids")?;
    let written = within(
        POSTGRES_ANSWER_TIMEOUT,
        write(link.connection()?, batch, &ids, &claims),
    )
    .await;
    let is_taken = matches!(
        &written,
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(CLAIM_TAKEN)
    );
    match link.check(written, "append rows") {
        Err(_) if is_taken => Err(StoreError::ClaimTaken),
        Ok(Some(missing)) => Err(StoreError::NotFound(missing)),
        Ok(None) => Ok(ids),
        Err(error) => Err(error),
    }
}

async fn take_ids(connection: &mut PgConnection, count: usize) -> Result<Vec<RowId>, sqlx::Error> {
    let mut ids: Vec<i64> = sqlx::query_scalar(TAKE_IDS)
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    ids.sort_unstable();
    Ok(ids.into_iter().map(RowId).collect())
}

/// Writes everything, or nothing and says which document does not exist.
async fn write(
    connection: &mut PgConnection,
    batch: &[Append],
    ids: &[RowId],
    claims: &BTreeMap<(i64, i64), &[u8]>,
) -> Result<Option<DocId>, sqlx::Error> {
    let rows = Rows::of(batch, ids);
    let touched = touched(batch);
    let row = sqlx::query(APPEND)
        .bind(rows.ids)
        .bind(rows.docs)
        .bind(rows.times_ms)
        .bind(rows.authors)
        .bind(rows.checksums)
        .bind(rows.updates)
        .bind(touched.keys().copied().collect::<Vec<_>>())
        .bind(touched.values().copied().collect::<Vec<_>>())
        .bind(claims.keys().map(|(doc, _)| *doc).collect::<Vec<_>>())
        .bind(claims.keys().map(|(_, client)| *client).collect::<Vec<_>>())
        .bind(claims.values().copied().collect::<Vec<_>>())
        .bind(TOUCH_GRANULARITY_MS)
        .fetch_one(connection)
        .await?;
    let missing: Option<i64> = row.try_get("missing")?;
    Ok(missing.map(DocId))
}

/// The rows of a batch, column by column.
#[derive(Default)]
struct Rows<'a> {
    ids: Vec<i64>,
    docs: Vec<i64>,
    times_ms: Vec<i64>,
    authors: Vec<Option<&'a [u8]>>,
    checksums: Vec<[u8; checksum::CHECKSUM_BYTES]>,
    updates: Vec<&'a [u8]>,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a [Append], ids: &[RowId]) -> Self {
        let mut rows = Self::default();
        for (entry, id) in batch.iter().zip(ids) {
            let author = entry.author.as_ref().map(UserId::as_str);
            let checksum =
                checksum::journal_row(entry.doc, *id, entry.at_ms, author, &entry.update);
            rows.ids.push(id.0);
            rows.docs.push(entry.doc.0);
            rows.times_ms.push(entry.at_ms);
            rows.authors.push(author.map(str::as_bytes));
            rows.checksums.push(checksum);
            rows.updates.push(&entry.update);
        }
        rows
    }
}

/// Each document once, with the time of its latest row.
fn touched(batch: &[Append]) -> BTreeMap<i64, i64> {
    let mut latest = BTreeMap::new();
    for entry in batch {
        let at_ms = latest.entry(entry.doc.0).or_insert(entry.at_ms);
        *at_ms = entry.at_ms.max(*at_ms);
    }
    latest
}

/// Each claimed client id once, sorted, with its author; an error when two authors claim one.
fn claims(batch: &[Append]) -> Result<BTreeMap<(i64, i64), &[u8]>, StoreError> {
    let mut claims = BTreeMap::new();
    for entry in batch {
        let Some(author) = &entry.author else {
            continue;
        };
        let author = author.as_str().as_bytes();
        for client in &entry.claims {
            let key = (entry.doc.0, client.cast_signed());
            if *claims.entry(key).or_insert(author) != author {
                return Err(StoreError::ClaimTaken);
            }
        }
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn entry(doc: i64, author: Option<&str>, claims: &[u64], at_ms: i64) -> Append {
        Append {
            doc: DocId(doc),
            update: Bytes::new(),
            author: author.map(UserId::new),
            claims: claims.to_vec(),
            at_ms,
        }
    }

    #[test]
    fn a_document_is_touched_once_with_its_latest_time() {
        let batch = [
            entry(2, None, &[], 5),
            entry(1, None, &[], 9),
            entry(2, None, &[], 7),
            entry(2, None, &[], 6),
        ];
        assert_eq!(touched(&batch), [(1, 9), (2, 7)].into_iter().collect());
    }

    #[test]
    fn claims_are_sorted_and_nobody_claims_what_another_does() {
        let mut batch = vec![
            entry(2, Some("ann"), &[9, u64::MAX], 0),
            entry(1, Some("ben"), &[9], 0),
            entry(2, Some("ann"), &[9], 0),
            entry(2, Some("ben"), &[3], 0),
            entry(2, None, &[4], 0),
        ];
        let found: Vec<_> = claims(&batch).unwrap().into_iter().collect();
        assert_eq!(
            found,
            [
                ((1, 9), b"ben".as_slice()),
                ((2, -1), b"ann"),
                ((2, 3), b"ben"),
                ((2, 9), b"ann"),
            ]
        );
        batch.push(entry(2, Some("ben"), &[9], 0));
        assert!(matches!(claims(&batch), Err(StoreError::ClaimTaken)));
    }
}
