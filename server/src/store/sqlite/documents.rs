//! The records of documents: create, list, search, title, bin.

use consilium_protocol::ids::{DocName, Lineage};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};
use uuid::Uuid;

use super::classify::Classify;
use super::writer::Writer;
use crate::store::filter::fold;
use crate::store::limits::TITLE_BYTES_MAX;
use crate::store::record::{DocId, DocumentRecord, truncate};
use crate::store::{Corruption, DocumentFilter, Shelf, StoreError};

/// Creates a document with a fresh lineage; does nothing when somebody else was first.
pub(super) async fn create(writer: &Writer, name: &DocName, now_ms: i64) -> Result<(), StoreError> {
    let mut tx = writer.begin().await?;
    let outcome = sqlx::query(
        "INSERT INTO documents (name, lineage, created_at_ms, updated_at_ms) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT (name) DO NOTHING",
    )
    .bind(name.as_str())
    .bind(Uuid::now_v7().as_bytes().to_vec())
    .bind(now_ms)
    .execute(tx.connection()?)
    .await
    .classify("create a document");
    tx.finish(outcome).await.map(|_| ())
}

pub(super) async fn list(
    readers: &SqlitePool,
    filter: &DocumentFilter,
) -> Result<Vec<DocumentRecord>, StoreError> {
    let (condition, sort) = match filter.shelf {
        Shelf::Live => ("deleted_at_ms IS NULL", "updated_at_ms"),
        Shelf::Bin => ("deleted_at_ms IS NOT NULL", "deleted_at_ms"),
    };
    let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM documents WHERE ");
    query.push(condition);
    for word in filter.words() {
        query
            .push(" AND instr(title_folded, ")
            .push_bind(word)
            .push(") > 0");
    }
    if let Some(after) = filter.after {
        query
            .push(" AND (")
            .push(sort)
            .push(", id) < (")
            .push_bind(after.at_ms)
            .push(", ");
        query.push_bind(after.id.0).push(")");
    }
    query
        .push(" ORDER BY ")
        .push(sort)
        .push(" DESC, id DESC LIMIT ")
        .push_bind(i64::from(filter.page_size()));
    let rows = query
        .build()
        .fetch_all(readers)
        .await
        .classify("list documents")?;
    rows.iter().map(record_of).collect()
}

pub(super) async fn set_title(
    writer: &Writer,
    doc: DocId,
    title: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let title = truncate(title, TITLE_BYTES_MAX);
    let mut tx = writer.begin().await?;
    let outcome = sqlx::query(
        "UPDATE documents SET title = ?2, title_folded = ?3, updated_at_ms = max(updated_at_ms, ?4) WHERE id = ?1",
    )
    .bind(doc.0)
    .bind(title)
    .bind(fold(title))
    .bind(now_ms)
    .execute(tx.connection()?)
    .await
    .classify("set a title")
    .and_then(|done| if done.rows_affected() == 0 { Err(StoreError::NotFound(doc)) } else { Ok(()) });
    tx.finish(outcome).await
}

pub(super) async fn set_deleted(
    writer: &Writer,
    name: &DocName,
    deleted_at_ms: Option<i64>,
) -> Result<bool, StoreError> {
    let mut tx = writer.begin().await?;
    let outcome = sqlx::query("UPDATE documents SET deleted_at_ms = ?2 WHERE name = ?1")
        .bind(name.as_str())
        .bind(deleted_at_ms)
        .execute(tx.connection()?)
        .await
        .classify("move a document to or from the bin")
        .map(|done| done.rows_affected() > 0);
    tx.finish(outcome).await
}

/// Reads a record from a row of `documents`.
pub(super) fn record_of(row: &SqliteRow) -> Result<DocumentRecord, StoreError> {
    let id = DocId(row.try_get("id").classify("read a record")?);
    let corrupt = || StoreError::Corrupt(Corruption::Record { doc: id });
    let name: String = row.try_get("name").map_err(|_| corrupt())?;
    let lineage: Vec<u8> = row.try_get("lineage").map_err(|_| corrupt())?;
    Ok(DocumentRecord {
        id,
        name: DocName::parse(&name).map_err(|_| corrupt())?,
        lineage: Lineage::from_bytes(lineage.try_into().map_err(|_| corrupt())?),
        title: row.try_get("title").map_err(|_| corrupt())?,
        created_at_ms: row.try_get("created_at_ms").map_err(|_| corrupt())?,
        updated_at_ms: row.try_get("updated_at_ms").map_err(|_| corrupt())?,
        deleted_at_ms: row.try_get("deleted_at_ms").map_err(|_| corrupt())?,
    })
}
