//! Reading a document, or what came to it since a position: one statement, so one instant and one round trip.
//!
//! Record, snapshots, rows and owners come as parts of one result, each row saying which part it belongs to. A
//! statement sees one snapshot of the database, and says which ([`super::position`]): a compaction cannot delete rows
//! between two parts. Checking and decompressing happen outside, off the async threads.

use std::collections::HashMap;

use consilium_protocol::ids::{DocName, Lineage, UserId};
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

use super::classify::within;
use super::links::Links;
use super::position::{Epoch, Position};
use crate::store::limits::POSTGRES_ANSWER_TIMEOUT;
use crate::store::raw::{RawRow, RawSnapshot, aside, check_row, check_snapshot};
use crate::store::record::{Changes, Cursor, DocId, DocumentRecord, RowId, StoredDocument};
use crate::store::{Corruption, StoreError};

/// One statement for a document that is found by `$found`, with `$since` of what hangs on it.
macro_rules! reading {
    ($found:literal, $since:literal) => {
        concat!(
            "WITH found AS MATERIALIZED (SELECT * FROM documents WHERE ",
            $found,
            ")
            SELECT 'record' AS part, id AS number, created_at_ms AS amount, lineage AS a, title AS b, NULL::bytea AS c,
                   name, updated_at_ms, deleted_at_ms,
                   pg_snapshot_xmin(pg_current_snapshot())::text AS xid
            FROM found
            UNION ALL
            SELECT 'snapshot', s.id, s.state_bytes, s.hash, s.state_zstd, NULL, NULL, NULL, NULL, NULL
            FROM found JOIN snapshots s ON s.doc = found.id ",
            $since,
            "
            UNION ALL
            SELECT 'row', s.id, s.at_ms, s.author, s.checksum, s.update_v1, NULL, NULL, NULL, NULL
            FROM found JOIN journal s ON s.doc = found.id ",
            $since,
            "
            UNION ALL
            SELECT 'owner', s.client, NULL, s.owner, NULL, NULL, NULL, NULL, NULL, NULL
            FROM found JOIN client_owners s ON s.doc = found.id ",
            $since
        )
    };
}

const LOAD: &str = reading!("name = $1", "");

/// An id that the server has not given out yet came from elsewhere, with a restored dump, before anybody read here.
const CHANGES: &str = reading!(
    "id = $1",
    "WHERE s.xid >= $2::text::xid8 AND s.xid < pg_snapshot_xmax(pg_current_snapshot())"
);

const ALL: &str = reading!("id = $1", "");

/// A document as it lies in the database.
#[derive(Debug)]
pub(super) struct RawDocument {
    pub(super) record: DocumentRecord,
    pub(super) snapshots: Vec<RawSnapshot>,
    pub(super) rows: Vec<RawRow>,
    pub(super) owners: HashMap<u64, UserId>,
    /// The oldest transaction that was still running.
    xid: u64,
}

pub(super) async fn load(
    links: &Links,
    name: &DocName,
) -> Result<Option<StoredDocument>, StoreError> {
    let mut link = links.take().await?;
    let read = within(POSTGRES_ANSWER_TIMEOUT, fetch(link.connection()?, name)).await;
    let parts = link.check(read, "load a document")?;
    let epoch = link.epoch();
    drop(link);
    let Some(raw) = RawDocument::of(parts)? else {
        return Ok(None);
    };
    aside("check a document", move || check(raw, epoch).map(Some)).await
}

/// The parts of a document, unchecked.
pub(super) async fn fetch(
    connection: &mut PgConnection,
    name: &DocName,
) -> Result<Vec<PgRow>, sqlx::Error> {
    sqlx::query(LOAD)
        .bind(name.as_str())
        .fetch_all(connection)
        .await
}

pub(super) async fn changes_since(
    links: &Links,
    doc: DocId,
    since: Cursor,
) -> Result<Changes, StoreError> {
    let mut link = links.take().await?;
    let epoch = link.epoch();
    let query = match Position::xid_of(since, epoch) {
        Some(xid) => sqlx::query(CHANGES).bind(doc.0).bind(xid.to_string()),
        // From another run of the server, or from nowhere.
        None => sqlx::query(ALL).bind(doc.0),
    };
    let read = within(POSTGRES_ANSWER_TIMEOUT, query.fetch_all(link.connection()?)).await;
    let parts = link.check(read, "read changes")?;
    drop(link);
    let raw = RawDocument::of(parts)?.ok_or(StoreError::NotFound(doc))?;
    let document = aside("check changes", move || check(raw, epoch)).await?;
    Ok(Changes {
        snapshots: document.snapshots,
        rows: document.tail,
        owners: document.owners,
        cursor: document.cursor,
    })
}

impl RawDocument {
    /// Puts the parts together. `None` when there is no such document.
    pub(super) fn of(parts: Vec<PgRow>) -> Result<Option<Self>, StoreError> {
        let Some(mut document) = record_in(&parts)? else {
            return Ok(None);
        };
        let doc = document.record.id;
        // Each part is let go as soon as it is copied: a document may be large.
        for part in parts {
            document.add(&part).map_err(|_| corrupt(doc))?;
        }
        document.snapshots.sort_unstable_by_key(|(id, _)| *id);
        document.rows.sort_unstable_by_key(|row| row.id);
        Ok(Some(Self {
            record: document.record,
            snapshots: document
                .snapshots
                .into_iter()
                .map(|(_, snapshot)| snapshot)
                .collect(),
            rows: document.rows,
            owners: document.owners,
            xid: document.xid,
        }))
    }
}

/// A document that is being put together.
struct Parts {
    record: DocumentRecord,
    xid: u64,
    snapshots: Vec<(i64, RawSnapshot)>,
    rows: Vec<RawRow>,
    owners: HashMap<u64, UserId>,
}

impl Parts {
    fn add(&mut self, part: &PgRow) -> Result<(), sqlx::Error> {
        match part.try_get("part")? {
            "snapshot" => {
                let snapshot = RawSnapshot {
                    hash: part.try_get("a")?,
                    state_bytes: part.try_get("amount")?,
                    state_zstd: part.try_get("b")?,
                };
                self.snapshots.push((part.try_get("number")?, snapshot));
            }
            "row" => self.rows.push(RawRow {
                id: RowId(part.try_get("number")?),
                at_ms: part.try_get("amount")?,
                author: part
                    .try_get::<Option<Vec<u8>>, _>("a")?
                    .map(text)
                    .transpose()?,
                checksum: part.try_get("b")?,
                update: part.try_get("c")?,
            }),
            "owner" => {
                let client: i64 = part.try_get("number")?;
                let owner = UserId::new(text(part.try_get("a")?)?);
                self.owners.insert(client.cast_unsigned(), owner);
            }
            _ => {}
        }
        Ok(())
    }
}

fn record_in(parts: &[PgRow]) -> Result<Option<Parts>, StoreError> {
    for part in parts {
        let rejected =
            |error: sqlx::Error| StoreError::Rejected(format!("read a record: {error}").into());
        if part.try_get::<&str, _>("part").map_err(rejected)? == "record" {
            let id = DocId(part.try_get("number").map_err(rejected)?);
            let read = || {
                let xid: &str = part.try_get("xid")?;
                let record = RecordColumns {
                    id,
                    name: part.try_get("name")?,
                    lineage: part.try_get("a")?,
                    title: part.try_get("b")?,
                    created_at_ms: part.try_get("amount")?,
                    updated_at_ms: part.try_get("updated_at_ms")?,
                    deleted_at_ms: part.try_get("deleted_at_ms")?,
                };
                Ok::<_, sqlx::Error>((record, xid.parse().map_err(decode)?))
            };
            let (record, xid) = read().map_err(|_| corrupt(id))?;
            return Ok(Some(Parts {
                record: record.check()?,
                xid,
                snapshots: Vec::new(),
                rows: Vec::new(),
                owners: HashMap::new(),
            }));
        }
    }
    Ok(None)
}

/// The columns of `documents`.
#[derive(Debug)]
pub(super) struct RecordColumns {
    pub(super) id: DocId,
    pub(super) name: String,
    pub(super) lineage: Vec<u8>,
    pub(super) title: Vec<u8>,
    pub(super) created_at_ms: i64,
    pub(super) updated_at_ms: i64,
    pub(super) deleted_at_ms: Option<i64>,
}

impl RecordColumns {
    pub(super) fn check(self) -> Result<DocumentRecord, StoreError> {
        let corrupt = || corrupt(self.id);
        Ok(DocumentRecord {
            id: self.id,
            name: DocName::parse(&self.name).map_err(|_| corrupt())?,
            lineage: Lineage::from_bytes(self.lineage.try_into().map_err(|_| corrupt())?),
            title: String::from_utf8(self.title).map_err(|_| corrupt())?,
            created_at_ms: self.created_at_ms,
            updated_at_ms: self.updated_at_ms,
            deleted_at_ms: self.deleted_at_ms,
        })
    }
}

/// A text that people chose.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, sqlx::Error> {
    String::from_utf8(bytes).map_err(decode)
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

fn corrupt(doc: DocId) -> StoreError {
    StoreError::Corrupt(Corruption::Record { doc })
}

fn check(raw: RawDocument, epoch: Epoch) -> Result<StoredDocument, StoreError> {
    let RawDocument {
        record,
        snapshots,
        rows,
        owners,
        xid,
    } = raw;
    let snapshots = snapshots
        .into_iter()
        .map(|snapshot| check_snapshot(&record.name, snapshot))
        .collect::<Result<_, _>>()?;
    let tail = rows
        .into_iter()
        .map(|row| check_row(record.id, &record.name, row))
        .collect::<Result<_, _>>()?;
    Ok(StoredDocument {
        record,
        snapshots,
        tail,
        owners,
        cursor: Position { epoch, xid }.cursor(),
    })
}
