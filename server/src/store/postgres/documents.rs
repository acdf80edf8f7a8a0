//! The records of documents: create, list, search, title, bin. Each is one statement and its own transaction.

use consilium_protocol::ids::DocName;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

use super::classify::within;
use super::links::Links;
use super::read::RecordColumns;
use crate::store::filter::fold;
use crate::store::limits::{POSTGRES_ANSWER_TIMEOUT, TITLE_BYTES_MAX};
use crate::store::record::{DocId, DocumentRecord, truncate};
use crate::store::{Corruption, DocumentFilter, Shelf, StoreError};

/// Creates a document with a fresh lineage; does nothing when somebody else was first.
pub(super) async fn create(links: &Links, name: &DocName, now_ms: i64) -> Result<(), StoreError> {
    let mut link = links.take().await?;
    let created = within(
        POSTGRES_ANSWER_TIMEOUT,
        sqlx::query(
            "INSERT INTO documents (name, lineage, created_at_ms, updated_at_ms) VALUES ($1, $2, $3, $3)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(name.as_str())
        .bind(Uuid::now_v7().as_bytes().as_slice())
        .bind(now_ms)
        .execute(link.connection()?),
    )
    .await;
    link.check(created, "create a document").map(|_| ())
}

pub(super) async fn list(
    links: &Links,
    filter: &DocumentFilter,
) -> Result<Vec<DocumentRecord>, StoreError> {
    let mut link = links.take().await?;
    let mut query = listing(filter);
    let listed = within(
        POSTGRES_ANSWER_TIMEOUT,
        query.build().fetch_all(link.connection()?),
    )
    .await;
    let rows = link.check(listed, "list documents")?;
    rows.iter().map(record_of).collect()
}

fn listing(filter: &DocumentFilter) -> QueryBuilder<Postgres> {
    let (condition, sort) = match filter.shelf {
        Shelf::Live => ("deleted_at_ms IS NULL", "updated_at_ms"),
        Shelf::Bin => ("deleted_at_ms IS NOT NULL", "deleted_at_ms"),
    };
    // By name: a newer node may add columns while this one has the statement prepared.
    let mut query = QueryBuilder::new(
        "SELECT id, name, lineage, title, created_at_ms, updated_at_ms, deleted_at_ms FROM documents WHERE ",
    );
    query.push(condition);
    for word in filter.words() {
        query
            .push(" AND position(")
            .push_bind(word.into_bytes())
            .push(" IN title_folded) > 0");
    }
    if let Some(after) = filter.after {
        query
            .push(" AND (")
            .push(sort)
            .push(", id) < (")
            .push_bind(after.at_ms)
            .push(", ")
            .push_bind(after.id.0)
            .push(")");
    }
    query
        .push(" ORDER BY ")
        .push(sort)
        .push(" DESC, id DESC LIMIT ")
        .push_bind(i64::from(filter.page_size()));
    query
}

pub(super) async fn set_title(
    links: &Links,
    doc: DocId,
    title: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let title = truncate(title, TITLE_BYTES_MAX);
    let mut link = links.take().await?;
    let set = within(
        POSTGRES_ANSWER_TIMEOUT,
        sqlx::query(
            "UPDATE documents SET title = $2, title_folded = $3, updated_at_ms = greatest(updated_at_ms, $4)
             WHERE id = $1",
        )
        .bind(doc.0)
        .bind(title.as_bytes())
        .bind(fold(title).into_bytes())
        .bind(now_ms)
        .execute(link.connection()?),
    )
    .await;
    match link.check(set, "set a title")?.rows_affected() {
        0 => Err(StoreError::NotFound(doc)),
        _ => Ok(()),
    }
}

pub(super) async fn set_deleted(
    links: &Links,
    name: &DocName,
    deleted_at_ms: Option<i64>,
) -> Result<bool, StoreError> {
    let mut link = links.take().await?;
    let moved = within(
        POSTGRES_ANSWER_TIMEOUT,
        sqlx::query("UPDATE documents SET deleted_at_ms = $2 WHERE name = $1")
            .bind(name.as_str())
            .bind(deleted_at_ms)
            .execute(link.connection()?),
    )
    .await;
    let moved = link.check(moved, "move a document to or from the bin")?;
    Ok(moved.rows_affected() > 0)
}

/// Reads a record from a row of `documents`.
fn record_of(row: &PgRow) -> Result<DocumentRecord, StoreError> {
    let id: i64 = row
        .try_get("id")
        .map_err(|error| StoreError::Rejected(format!("read a record: {error}").into()))?;
    let read = || {
        Ok::<_, sqlx::Error>(RecordColumns {
            id: DocId(id),
            name: row.try_get("name")?,
            lineage: row.try_get("lineage")?,
            title: row.try_get("title")?,
            created_at_ms: row.try_get("created_at_ms")?,
            updated_at_ms: row.try_get("updated_at_ms")?,
            deleted_at_ms: row.try_get("deleted_at_ms")?,
        })
    };
    read()
        .map_err(|_| StoreError::Corrupt(Corruption::Record { doc: DocId(id) }))?
        .check()
}
