//! Updates that may not be applied, kept for review (D11), within bounds per author and per document.
//!
//! Bounds that are counted need one counter at a time, so quarantining into one document is serialised over all nodes
//! by a lock that ends with the transaction. This is not the write path: what goes here was refused.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_protocol::limits::REASON_BYTES_MAX;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Connection, Row};

use super::classify::within;
use super::links::Links;
use super::read::text;
use crate::store::allowance::Usage;
use crate::store::limits::{POSTGRES_ANSWER_TIMEOUT, ROW_BYTES_MAX};
use crate::store::record::{DocId, Quarantined, QuarantinedRow, SetAside, truncate};
use crate::store::{Corruption, StoreError};

/// The first half of the locks' keys; the second is the document, of which two may share one without harm.
const LOCK_CLASS: i32 = i32::from_be_bytes(*b"quar");

/// In the order of the documents, so that two batches never wait for each other in a circle.
const LOCK: &str = "
    SELECT pg_advisory_xact_lock($1, (doc % 2147483647)::int4)
    FROM (SELECT doc FROM unnest($2::int8[]) AS named (doc) ORDER BY (doc % 2147483647)) AS ordered";

const MISSING: &str = "
    SELECT min(doc) FROM unnest($1::int8[]) AS named (doc)
    WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.id = named.doc)";

const MEASURE: &str = "
    SELECT doc, author, count(*) AS entries, sum(octet_length(update_v1))::int8 AS bytes
    FROM quarantine WHERE doc = ANY ($1) GROUP BY doc, author";

const KEPT: &str = "
    SELECT quarantine.doc, quarantine.author, quarantine.hash
    FROM unnest($1::int8[], $2::bytea[], $3::bytea[]) AS named (doc, author, hash)
    JOIN quarantine USING (doc, author, hash)";

const PUT: &str = "
    INSERT INTO quarantine (doc, author, at_ms, reason, hash, update_v1)
    SELECT doc, author, at_ms, reason, hash, update_v1
    FROM unnest($1::int8[], $2::bytea[], $3::int8[], $4::bytea[], $5::bytea[], $6::bytea[])
         WITH ORDINALITY AS entry (doc, author, at_ms, reason, hash, update_v1, place)
    ORDER BY place";

/// What tells two entries apart.
type Identity = (i64, Vec<u8>, Vec<u8>);

pub(super) async fn put(
    links: &Links,
    entries: &[Quarantined],
) -> Result<Vec<SetAside>, StoreError> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let mut link = links.take().await?;
    let put = within(
        POSTGRES_ANSWER_TIMEOUT,
        put_all(link.connection()?, entries),
    )
    .await;
    link.check_transaction(put, "quarantine updates")?
        .map_err(StoreError::NotFound)
}

/// The outcomes, or the document that does not exist.
async fn put_all(
    connection: &mut PgConnection,
    entries: &[Quarantined],
) -> Result<Result<Vec<SetAside>, DocId>, sqlx::Error> {
    let mut docs: Vec<i64> = entries.iter().map(|entry| entry.doc.0).collect();
    docs.sort_unstable();
    docs.dedup();
    let mut tx = connection.begin().await?;
    sqlx::query(LOCK)
        .bind(LOCK_CLASS)
        .bind(&docs)
        .execute(&mut *tx)
        .await?;
    let missing: Option<i64> = sqlx::query_scalar(MISSING)
        .bind(&docs)
        .fetch_one(&mut *tx)
        .await?;
    if let Some(missing) = missing {
        tx.rollback().await?;
        return Ok(Err(DocId(missing)));
    }
    let used = measure(&mut tx, &docs).await?;
    let identities: Vec<Identity> = entries.iter().map(identity).collect();
    let kept = kept(&mut tx, &identities).await?;
    let (outcomes, new) = decide(entries, &identities, used, kept);
    if !new.is_empty() {
        insert(&mut tx, &new).await?;
    }
    tx.commit().await?;
    Ok(Ok(outcomes))
}

/// What becomes of each entry, and those that are to be written.
fn decide<'a>(
    entries: &'a [Quarantined],
    identities: &'a [Identity],
    mut used: BTreeMap<i64, Usage>,
    mut kept: HashSet<Identity>,
) -> (Vec<SetAside>, Vec<(&'a Quarantined, &'a Identity)>) {
    let mut outcomes = Vec::with_capacity(entries.len());
    let mut new = Vec::new();
    for (entry, identity) in entries.iter().zip(identities) {
        let bytes = entry.update.len();
        let used = used.entry(entry.doc.0).or_default();
        outcomes.push(if bytes > ROW_BYTES_MAX {
            SetAside::TooLarge
        } else if kept.contains(identity) {
            SetAside::Kept
        } else if used.has_room_for(author_of(entry), bytes) {
            used.add(author_of(entry), 1, bytes);
            kept.insert(identity.clone());
            new.push((entry, identity));
            SetAside::Kept
        } else {
            SetAside::Full
        });
    }
    (outcomes, new)
}

fn identity(entry: &Quarantined) -> Identity {
    let hash = blake3::hash(&entry.update).as_bytes().to_vec();
    (entry.doc.0, author_of(entry).as_bytes().to_vec(), hash)
}

/// As the database has it: empty for an unknown author.
fn author_of(entry: &Quarantined) -> &str {
    entry.author.as_ref().map_or("", UserId::as_str)
}

async fn measure(
    connection: &mut PgConnection,
    docs: &[i64],
) -> Result<BTreeMap<i64, Usage>, sqlx::Error> {
    let mut used: BTreeMap<i64, Usage> = BTreeMap::new();
    for row in sqlx::query(MEASURE)
        .bind(docs)
        .fetch_all(connection)
        .await?
    {
        let count = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        used.entry(row.try_get("doc")?).or_default().add(
            &text(row.try_get("author")?)?,
            count(row.try_get("entries")?),
            count(row.try_get("bytes")?),
        );
    }
    Ok(used)
}

/// Which of these are in quarantine.
async fn kept(
    connection: &mut PgConnection,
    identities: &[Identity],
) -> Result<HashSet<Identity>, sqlx::Error> {
    let docs: Vec<i64> = identities.iter().map(|(doc, ..)| *doc).collect();
    let authors: Vec<&[u8]> = identities.iter().map(|(_, author, _)| &**author).collect();
    let hashes: Vec<&[u8]> = identities.iter().map(|(.., hash)| &**hash).collect();
    sqlx::query(KEPT)
        .bind(docs)
        .bind(authors)
        .bind(hashes)
        .try_map(|row: PgRow| {
            Ok((
                row.try_get("doc")?,
                row.try_get("author")?,
                row.try_get("hash")?,
            ))
        })
        .fetch_all(connection)
        .await
        .map(|kept| kept.into_iter().collect())
}

async fn insert(
    connection: &mut PgConnection,
    entries: &[(&Quarantined, &Identity)],
) -> Result<(), sqlx::Error> {
    let docs: Vec<i64> = entries.iter().map(|(entry, _)| entry.doc.0).collect();
    let authors: Vec<&[u8]> = entries
        .iter()
        .map(|(_, (_, author, _))| &**author)
        .collect();
    let times_ms: Vec<i64> = entries.iter().map(|(entry, _)| entry.at_ms).collect();
    let reasons: Vec<&[u8]> = entries
        .iter()
        .map(|(entry, _)| truncate(&entry.reason, REASON_BYTES_MAX).as_bytes())
        .collect();
    let hashes: Vec<&[u8]> = entries.iter().map(|(_, (.., hash))| &**hash).collect();
    let updates: Vec<&[u8]> = entries.iter().map(|(entry, _)| &*entry.update).collect();
    sqlx::query(PUT)
        .bind(docs)
        .bind(authors)
        .bind(times_ms)
        .bind(reasons)
        .bind(hashes)
        .bind(updates)
        .execute(connection)
        .await
        .map(|_| ())
}

pub(super) async fn list(links: &Links, name: &DocName) -> Result<Vec<QuarantinedRow>, StoreError> {
    let mut link = links.take().await?;
    let listed = within(POSTGRES_ANSWER_TIMEOUT, fetch(link.connection()?, name)).await;
    let rows = link.check(listed, "list the quarantine")?;
    drop(link);
    rows.iter().map(|row| entry_of(name, row)).collect()
}

/// The quarantine of a document, oldest first, unchecked.
pub(super) async fn fetch(
    connection: &mut PgConnection,
    name: &DocName,
) -> Result<Vec<PgRow>, sqlx::Error> {
    sqlx::query(
        "SELECT quarantine.id, doc, author, at_ms, reason, hash, update_v1
         FROM quarantine JOIN documents ON documents.id = quarantine.doc WHERE documents.name = $1 ORDER BY quarantine.id",
    )
    .bind(name.as_str())
    .fetch_all(connection)
    .await
}

/// Checks an entry against the hash of its bytes.
pub(super) fn entry_of(name: &DocName, row: &PgRow) -> Result<QuarantinedRow, StoreError> {
    let read = || {
        let author = text(row.try_get("author")?)?;
        let update: Vec<u8> = row.try_get("update_v1")?;
        let hash: Vec<u8> = row.try_get("hash")?;
        let is_intact = blake3::hash(&update).as_bytes().as_slice() == hash;
        let found = QuarantinedRow {
            id: row.try_get("id")?,
            entry: Quarantined {
                doc: DocId(row.try_get("doc")?),
                author: (!author.is_empty()).then(|| UserId::new(author)),
                reason: text(row.try_get("reason")?)?,
                update: Bytes::from(update),
                at_ms: row.try_get("at_ms")?,
            },
        };
        Ok::<_, sqlx::Error>(is_intact.then_some(found))
    };
    let id = row.try_get("id").unwrap_or_default();
    let corrupt = || {
        StoreError::Corrupt(Corruption::Quarantine {
            doc: name.clone(),
            id,
        })
    };
    read().map_err(|_| corrupt())?.ok_or_else(corrupt)
}
