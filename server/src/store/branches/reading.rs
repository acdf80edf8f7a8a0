//! Seeing branches.

use consilium_model::access::{BranchKind, BranchState};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::record::{BranchStanding, BranchView, LISTED_MAX, PackedFork};
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{granted, maybe_named, named, word};
use crate::store::communities::standing;
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Row, Statements, Value, unreadable};

/// The branches that account `$1` might see as of `$2`, and how it stands to their documents.
fn query(condition: &str) -> String {
    format!(
        "SELECT bd.name, d.name, d.title, b.author, ba.name, b.note, b.made_at_ms, b.closed_at_ms, b.closed_by, bc.name,
                CASE WHEN b.part_at_ms IS NULL THEN 0 ELSE 1 END, b.kind, b.state,
                CASE WHEN b.author = $1 THEN 1 ELSE 0 END, b.left_at_ms, b.left_bytes, {}
         FROM branches b
         JOIN documents bd ON bd.id = b.doc
         JOIN documents d ON d.id = b.parent
         JOIN document_policies p ON p.doc = b.parent
         JOIN accounts ba ON ba.id = b.author
         LEFT JOIN accounts bc ON bc.id = b.closed_by
         {}
         WHERE {condition}",
        standing::COLUMNS,
        standing::JOINS
    )
}

fn view_of(row: &Row) -> Result<BranchView, Error> {
    let doc_name =
        |column: usize| DocName::parse(&row.text(column)?).map_err(|_| unreadable(column));
    let closed = match (row.maybe_int(7)?, maybe_named(row, 8, 9)?) {
        (Some(at_ms), Some(by)) => Some((at_ms, by)),
        _ => None,
    };
    Ok(BranchView {
        name: doc_name(0)?,
        document: doc_name(1)?,
        document_title: row.text(2)?,
        author: named(row, 3, 4)?,
        note: row.text(5)?,
        made_at_ms: row.int(6)?,
        closed,
        is_taken_in_part: row.int(10)? == 1,
        left_at_ms: row.maybe_int(14)?,
        left_bytes: row.int(15)?,
        standing: BranchStanding {
            kind: word(row, 11, BranchKind::from_word)?,
            state: word(row, 12, BranchState::from_word)?,
            is_author: row.int(13)? == 1,
            document: standing::read(row, 16)?,
        },
    })
}

async fn find(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Option<BranchView>, Error> {
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Text(name.as_str()),
    ];
    let found = statements.row(&query("bd.name = $3"), &values).await?;
    found.map(|row| view_of(&row)).transpose()
}

pub(super) async fn standing(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Option<BranchStanding>, Error> {
    Ok(find(statements, by, name).await?.map(|view| view.standing))
}

pub(super) async fn one(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<BranchView>, Error> {
    Ok(find(statements, by, name)
        .await?
        .filter(|view| view.standing.access() >= Access::Read)
        .ok_or(Refusal::NoSuchBranch))
}

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<Vec<BranchView>>, Error> {
    let standing = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
    if standing.is_none_or(|standing| standing.access() < Access::Read) {
        return Ok(Err(Refusal::NoSuchDocument));
    }
    let sql = format!(
        "{} ORDER BY CASE WHEN b.state = 'open' THEN 0 ELSE 1 END, b.made_at_ms DESC, b.doc DESC LIMIT $4",
        query("d.name = $3 AND (b.kind <> 'draft' OR b.author = $1)")
    );
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Text(document.as_str()),
        Value::Int(i64::from(LISTED_MAX)),
    ];
    let rows = statements.rows(&sql, &values).await?;
    let mut views = rows.iter().map(view_of).collect::<Result<Vec<_>, _>>()?;
    views.retain(|view| view.standing.access() >= Access::Read);
    Ok(Ok(views))
}

/// Suggestions to the documents of a community that are open, or were closed after a moment: the latest first, at most
/// [`LISTED_MAX`].
pub(in crate::store) async fn of_community(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    since_ms: i64,
) -> Result<Vec<BranchView>, Error> {
    let sql = format!(
        "{} ORDER BY b.made_at_ms DESC, b.doc DESC LIMIT $5",
        query(
            "p.community = $3 AND b.kind = 'suggestion' AND d.deleted_at_ms IS NULL
               AND (b.state = 'open' OR b.closed_at_ms > $4)"
        )
    );
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
        Value::Int(since_ms),
        Value::Int(i64::from(LISTED_MAX)),
    ];
    let rows = statements.rows(&sql, &values).await?;
    let mut views = rows.iter().map(view_of).collect::<Result<Vec<_>, _>>()?;
    views.retain(|view| view.standing.access() >= Access::Read);
    Ok(views)
}

pub(super) async fn fork(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<PackedFork>, Error> {
    granted!(one(&mut *statements, by, name).await?);
    let row = statements
        .row(
            "SELECT fork_bytes, fork_zstd FROM branches WHERE doc = (SELECT id FROM documents WHERE name = $1)",
            &[Value::Text(name.as_str())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(Ok(PackedFork {
        bytes: row.int(0)?,
        zstd: row.bytes(1)?.to_vec(),
    }))
}
