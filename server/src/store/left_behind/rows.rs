//! The door in rows: who is noted, until when it is open, and whose branch is there.

use consilium_model::access::{BranchKind, BranchState};
use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::{DOOR_MS, Door, EARLIER_MAX};
use crate::store::branches::NewBranch;
use crate::store::branches::making::inherit;
use crate::store::branches::record::{OPEN_BRANCHES_MAX, PackedFork};
use crate::store::communities::record::Actor;
use crate::store::communities::rows::{account_id, lock, word};
use crate::store::communities::standing;
use crate::store::portal_ids::AccountId;
use crate::store::statements::{Row, Statements, Value, unreadable};

pub(super) async fn is_noted(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT 1 FROM writers WHERE doc = (SELECT id FROM documents WHERE name = $1) AND account = $2",
            &[
                Value::Text(document.as_str()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    Ok(found.is_some())
}

pub(super) async fn note(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO writers (doc, account, since_ms) SELECT id, $2, $3 FROM documents WHERE name = $1
             ON CONFLICT (doc, account) DO NOTHING",
            &[
                Value::Text(document.as_str()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
            ],
        )
        .await
        .map(|_| ())
}

/// Whether what somebody wrote may still come, by the note about them.
async fn is_open(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT w.since_ms, w.moved_at_ms, m.until_ms, g.until_ms
             FROM documents d JOIN document_policies p ON p.doc = d.id JOIN writers w ON w.doc = d.id AND w.account = $2
             LEFT JOIN memberships m ON m.community = p.community AND m.account = $2
             LEFT JOIN document_grants g ON g.doc = d.id AND g.account = $2
             WHERE d.name = $1",
            &[
                Value::Text(document.as_str()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    let Some(row) = found else {
        return Ok(false);
    };
    let mut ended = row.int(0)?.max(row.maybe_int(1)?.unwrap_or(i64::MIN));
    for column in [2, 3] {
        // A term that is not over has ended nothing.
        let term = row.maybe_int(column)?.filter(|until| *until <= by.at_ms);
        ended = ended.max(term.unwrap_or(i64::MIN));
    }
    Ok(by.at_ms - ended <= DOOR_MS)
}

pub(super) async fn door(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Option<Door>, Error> {
    let Some(standing) = standing::of(&mut *statements, by.account, document, by.at_ms).await?
    else {
        return Ok(None);
    };
    let is_there = !standing.is_binned && !standing.account_is_locked;
    let mut door = Door {
        access: standing.access(),
        is_open: is_there && is_open(&mut *statements, by, document).await?,
        branch: None,
        left_bytes: 0,
        earlier: Vec::new(),
        open_branches: 0,
    };
    let rows = statements
        .rows(
            "SELECT bd.name, b.kind, b.state, b.part_at_ms, b.left_bytes FROM branches b JOIN documents bd ON bd.id = b.doc
             WHERE b.parent = (SELECT id FROM documents WHERE name = $1) AND b.author = $2
             ORDER BY b.made_at_ms DESC, b.doc DESC",
            &[
                Value::Text(document.as_str()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    for row in &rows {
        note_branch(&mut door, row)?;
    }
    Ok(Some(door))
}

fn note_branch(door: &mut Door, row: &Row) -> Result<(), Error> {
    let state = word(row, 2, BranchState::from_word)?;
    let is_open = state == BranchState::Open;
    door.open_branches += i64::from(is_open);
    if word(row, 1, BranchKind::from_word)? != BranchKind::LeftBehind {
        return Ok(());
    }
    let name = DocName::parse(&row.text(0)?).map_err(|_| unreadable(0))?;
    // What was taken in part stands in the document under other ids, and would stand twice in a branch that is brought up
    // to it.
    let is_whole = row.maybe_int(3)?.is_none();
    if is_open && is_whole && door.branch.is_none() {
        door.branch = Some(name);
        door.left_bytes = row.int(4)?;
    } else if !(state == BranchState::Merged && is_whole) && door.earlier.len() < EARLIER_MAX {
        door.earlier.push(name);
    }
    Ok(())
}

pub(super) async fn begin(
    statements: &mut dyn Statements,
    by: Actor,
    branch: &NewBranch,
) -> Result<Option<DocName>, Error> {
    let Some(standing) =
        standing::of(&mut *statements, by.account, &branch.document, by.at_ms).await?
    else {
        return Ok(None);
    };
    lock(&mut *statements, standing.community).await?;
    // Now that nobody else can change it.
    let Some(door) = door(&mut *statements, by, &branch.document).await? else {
        return Ok(None);
    };
    if !door.takes() {
        return Ok(None);
    }
    if door.branch.is_some() {
        return Ok(door.branch);
    }
    if door.open_branches >= OPEN_BRANCHES_MAX {
        return Ok(None);
    }
    let parent = statements
        .row(
            "SELECT id FROM documents WHERE name = $1",
            &[Value::Text(branch.document.as_str())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?
        .int(0)?;
    inherit(&mut *statements, branch, parent).await?;
    statements
        .run(
            "INSERT INTO branches (doc, parent, author, kind, state, note, made_at_ms, fork_bytes, fork_zstd, left_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7)",
            &[
                Value::Int(branch.doc.0),
                Value::Int(parent),
                Value::Bytes(by.account.as_bytes()),
                Value::Text(BranchKind::LeftBehind.word()),
                Value::Text(BranchState::Open.word()),
                Value::Text(&branch.note),
                Value::Int(by.at_ms),
                Value::Int(branch.fork.bytes),
                Value::Bytes(&branch.fork.zstd),
            ],
        )
        .await?;
    Ok(Some(branch.name.clone()))
}

pub(super) async fn count(
    statements: &mut dyn Statements,
    by: Actor,
    branch: &DocName,
    bytes: i64,
) -> Result<bool, Error> {
    let counted = statements
        .run(
            "UPDATE branches SET left_bytes = left_bytes + $2, left_at_ms = $3
             WHERE doc = (SELECT id FROM documents WHERE name = $1) AND author = $4 AND state = $5",
            &[
                Value::Text(branch.as_str()),
                Value::Int(bytes),
                Value::Int(by.at_ms),
                Value::Bytes(by.account.as_bytes()),
                Value::Text(BranchState::Open.word()),
            ],
        )
        .await?;
    Ok(counted > 0)
}

pub(super) async fn fork_anew(
    statements: &mut dyn Statements,
    branch: &DocName,
    fork: &PackedFork,
) -> Result<(), Error> {
    statements
        .run(
            "UPDATE branches SET fork_bytes = $2, fork_zstd = $3
             WHERE doc = (SELECT id FROM documents WHERE name = $1) AND part_at_ms IS NULL",
            &[
                Value::Text(branch.as_str()),
                Value::Int(fork.bytes),
                Value::Bytes(&fork.zstd),
            ],
        )
        .await
        .map(|_| ())
}

pub(super) async fn writers(
    statements: &mut dyn Statements,
    document: &DocName,
) -> Result<Vec<AccountId>, Error> {
    let rows = statements
        .rows(
            "SELECT account FROM writers WHERE doc = (SELECT id FROM documents WHERE name = $1) ORDER BY account",
            &[Value::Text(document.as_str())],
        )
        .await?;
    rows.iter().map(|row| account_id(row, 0)).collect()
}
