//! The statements of [`super::HistoryStore`], for both databases.

use std::collections::{HashMap, HashSet};

use consilium_protocol::ids::{DocName, Lineage, UserId};
use sqlx::Error;

use super::{KeepOutcome, Naming, NewVersion, Past, Version};
use crate::history::sessions::{Piece, SLOT_MS};
use crate::history::thinning::superfluous;
use crate::store::limits::{NAMED_VERSIONS_BYTES_MAX, NAMED_VERSIONS_MAX};
use crate::store::portal_ids::{AccountId, VersionId};
use crate::store::raw::RawSnapshot;
use crate::store::record::{DocId, SnapshotHash};
use crate::store::statements::{Dialect, Row, Statements, Value, unreadable};

pub(super) async fn past_of(
    statements: &mut dyn Statements,
    name: &DocName,
) -> Result<Option<Past>, Error> {
    let found = statements
        .row(
            "SELECT id, lineage FROM documents WHERE name = $1",
            &[Value::Text(name.as_str())],
        )
        .await?;
    found
        .map(|row| {
            Ok(Past {
                doc: DocId(row.int(0)?),
                lineage: Lineage::from_bytes(row.bytes(1)?.try_into().map_err(|_| unreadable(1))?),
            })
        })
        .transpose()
}

pub(super) async fn pieces(
    statements: &mut dyn Statements,
    doc: DocId,
    before_ms: i64,
    count: u32,
) -> Result<Vec<Piece>, Error> {
    let author = match statements.dialect() {
        Dialect::Sqlite => "coalesce(CAST(author AS BLOB), x'')",
        Dialect::Postgres => "coalesce(author, ''::bytea)",
    };
    let sql = format!(
        "SELECT author, min(from_ms), max(until_ms), CAST(sum(edits) AS BIGINT) FROM (
             SELECT {author} AS author, at_ms / {SLOT_MS} AS slot, at_ms AS from_ms, at_ms AS until_ms,
                    CAST(1 AS BIGINT) AS edits
             FROM journal WHERE doc = $1 AND at_ms < $2
             UNION ALL
             SELECT author, slot, from_ms, until_ms, edits
             FROM contributions WHERE doc = $1 AND until_ms < $2
         ) AS pieces
         GROUP BY author, slot ORDER BY max(until_ms) DESC LIMIT $3"
    );
    let values = [
        Value::Int(doc.0),
        Value::Int(before_ms),
        Value::Int(i64::from(count)),
    ];
    let rows = statements.rows(&sql, &values).await?;
    rows.iter()
        .map(|row| {
            Ok(Piece {
                author: author_of(row.maybe_bytes(0)?)?,
                from_ms: row.int(1)?,
                until_ms: row.int(2)?,
                edits: row.int(3)?.unsigned_abs(),
            })
        })
        .collect()
}

pub(super) async fn merged_until(
    statements: &mut dyn Statements,
    doc: DocId,
) -> Result<Option<i64>, Error> {
    let sql = "SELECT max(until_ms) FROM contributions WHERE doc = $1";
    let found = statements.row(sql, &[Value::Int(doc.0)]).await?;
    found.map_or(Ok(None), |row| row.maybe_int(0))
}

/// Nobody is stored as nothing.
pub(in crate::store) fn author_of(bytes: Option<&[u8]>) -> Result<Option<UserId>, Error> {
    match bytes {
        None | Some([]) => Ok(None),
        Some(bytes) => std::str::from_utf8(bytes)
            .map(|text| Some(UserId::new(text)))
            .map_err(|_| unreadable(0)),
    }
}

const VERSIONS: &str = "
    SELECT v.id, v.at_ms, v.ends_session, v.hash, CAST(length(s.state_zstd) AS BIGINT), v.name, v.named_by
    FROM versions v JOIN version_states s ON s.doc = v.doc AND s.hash = v.hash
    WHERE v.doc = $1";

pub(in crate::store) async fn versions(
    statements: &mut dyn Statements,
    doc: DocId,
    from_ms: i64,
    before_ms: i64,
) -> Result<Vec<Version>, Error> {
    let sql =
        format!("{VERSIONS} AND v.at_ms >= $2 AND v.at_ms < $3 ORDER BY v.at_ms DESC, v.id DESC");
    let values = [
        Value::Int(doc.0),
        Value::Int(from_ms),
        Value::Int(before_ms),
    ];
    let rows = statements.rows(&sql, &values).await?;
    rows.iter().map(version_of).collect()
}

pub(super) async fn version(
    statements: &mut dyn Statements,
    doc: DocId,
    id: VersionId,
) -> Result<Option<Version>, Error> {
    let sql = format!("{VERSIONS} AND v.id = $2");
    let values = [Value::Int(doc.0), Value::Bytes(id.as_bytes())];
    let found = statements.row(&sql, &values).await?;
    found.as_ref().map(version_of).transpose()
}

fn version_of(row: &Row) -> Result<Version, Error> {
    Ok(Version {
        id: VersionId::from_bytes(row.bytes(0)?).map_err(|_| unreadable(0))?,
        at_ms: row.int(1)?,
        ends_session: row.int(2)? == 1,
        hash: SnapshotHash(row.bytes(3)?.try_into().map_err(|_| unreadable(3))?),
        bytes: usize::try_from(row.int(4)?).map_err(|_| unreadable(4))?,
        name: row.maybe_text(5)?,
        named_by: author_of(row.maybe_bytes(6)?)?,
    })
}

pub(super) async fn state(
    statements: &mut dyn Statements,
    doc: DocId,
    hash: SnapshotHash,
) -> Result<Option<RawSnapshot>, Error> {
    let found = statements
        .row(
            "SELECT state_bytes, state_zstd FROM version_states WHERE doc = $1 AND hash = $2",
            &[Value::Int(doc.0), Value::Bytes(&hash.0)],
        )
        .await?;
    found
        .map(|row| {
            Ok(RawSnapshot {
                hash: hash.0.to_vec(),
                state_bytes: row.int(0)?,
                state_zstd: row.bytes(1)?.to_vec(),
            })
        })
        .transpose()
}

/// Lets others who keep or name versions of this document wait. An append passes a record over that is held (ADR-0009).
async fn lock(statements: &mut dyn Statements, doc: DocId) -> Result<(), Error> {
    statements
        .run(
            "UPDATE documents SET created_at_ms = created_at_ms WHERE id = $1",
            &[Value::Int(doc.0)],
        )
        .await
        .map(|_| ())
}

pub(super) async fn keep(
    statements: &mut dyn Statements,
    doc: DocId,
    new: &[NewVersion],
    now_ms: i64,
) -> Result<KeepOutcome, Error> {
    lock(&mut *statements, doc).await?;
    let before = versions(&mut *statements, doc, 0, i64::MAX).await?;
    let named: Vec<&NewVersion> = new
        .iter()
        .filter(|version| version.naming.is_some())
        .collect();
    let more: usize = named.iter().map(|version| version.state.bytes()).sum();
    if !named.is_empty() && is_full(&before, named.len(), more) {
        return Ok(KeepOutcome::Full);
    }
    for version in new {
        insert(&mut *statements, doc, version).await?;
    }
    thin(statements, doc, now_ms).await?;
    Ok(KeepOutcome::Kept)
}

/// Whether a document may have no more named versions than these.
fn is_full(versions: &[Version], more: usize, more_bytes: usize) -> bool {
    let named = versions.iter().filter(|version| version.name.is_some());
    let (count, bytes) = named.fold((more, more_bytes), |(count, bytes), version| {
        (count + 1, bytes + version.bytes)
    });
    count > NAMED_VERSIONS_MAX || bytes > NAMED_VERSIONS_BYTES_MAX
}

async fn insert(
    statements: &mut dyn Statements,
    doc: DocId,
    version: &NewVersion,
) -> Result<(), Error> {
    let state = &version.state.0;
    statements
        .run(
            "INSERT INTO version_states (doc, hash, state_bytes, state_zstd) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            &[
                Value::Int(doc.0),
                Value::Bytes(&state.hash.0),
                Value::Int(state.state_bytes),
                Value::Bytes(&state.state_zstd),
            ],
        )
        .await?;
    let naming = version.naming.as_ref();
    let by = naming.and_then(|naming| naming.by.as_ref());
    statements
        .run(
            "INSERT INTO versions (doc, id, at_ms, ends_session, hash, name, named_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            &[
                Value::Int(doc.0),
                Value::Bytes(version.id.as_bytes()),
                Value::Int(version.at_ms),
                Value::Int(i64::from(version.ends_session)),
                Value::Bytes(&state.hash.0),
                Value::MaybeText(naming.map(|naming| naming.name.as_str())),
                Value::MaybeBytes(by.map(|by| by.as_str().as_bytes())),
            ],
        )
        .await
        .map(|_| ())
}

/// Lets those go that are superfluous, and texts that no version has any more.
async fn thin(statements: &mut dyn Statements, doc: DocId, now_ms: i64) -> Result<(), Error> {
    let kept = versions(&mut *statements, doc, 0, i64::MAX).await?;
    let unnamed: Vec<&Version> = kept
        .iter()
        .filter(|version| version.name.is_none())
        .collect();
    let gone: HashSet<i64> = superfluous(
        unnamed.iter().map(|version| version.unnamed()).collect(),
        now_ms,
    )
    .into_iter()
    .collect();
    for version in unnamed
        .iter()
        .filter(|version| gone.contains(&version.at_ms))
    {
        statements
            .run(
                "DELETE FROM versions WHERE doc = $1 AND id = $2",
                &[Value::Int(doc.0), Value::Bytes(version.id.as_bytes())],
            )
            .await?;
    }
    if gone.is_empty() {
        return Ok(());
    }
    statements
        .run(
            "DELETE FROM version_states WHERE doc = $1 AND NOT EXISTS (
                 SELECT 1 FROM versions v WHERE v.doc = version_states.doc AND v.hash = version_states.hash)",
            &[Value::Int(doc.0)],
        )
        .await
        .map(|_| ())
}

pub(super) async fn name(
    statements: &mut dyn Statements,
    doc: DocId,
    id: VersionId,
    naming: &Naming,
) -> Result<KeepOutcome, Error> {
    lock(&mut *statements, doc).await?;
    let Some(found) = version(&mut *statements, doc, id).await? else {
        return Ok(KeepOutcome::Missing);
    };
    if found.name.is_none() {
        let all = versions(&mut *statements, doc, 0, i64::MAX).await?;
        if is_full(&all, 1, found.bytes) {
            return Ok(KeepOutcome::Full);
        }
    }
    statements
        .run(
            "UPDATE versions SET name = $3, named_by = $4 WHERE doc = $1 AND id = $2",
            &[
                Value::Int(doc.0),
                Value::Bytes(id.as_bytes()),
                Value::Text(&naming.name),
                Value::MaybeBytes(naming.by.as_ref().map(|by| by.as_str().as_bytes())),
            ],
        )
        .await?;
    Ok(KeepOutcome::Kept)
}

pub(super) async fn names_of(
    statements: &mut dyn Statements,
    members: &[UserId],
) -> Result<HashMap<UserId, String>, Error> {
    let mut names = HashMap::new();
    for member in members {
        let Some(account) = AccountId::of_user(member) else {
            continue;
        };
        let found = statements
            .row(
                "SELECT name FROM accounts WHERE id = $1",
                &[Value::Bytes(account.as_bytes())],
            )
            .await?;
        if let Some(row) = found {
            names.insert(member.clone(), row.text(0)?);
        }
    }
    Ok(names)
}
