//! Making branches.

use consilium_model::access::{BranchKind, BranchState};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::reading;
use super::record::{BranchView, NewBranch, OPEN_BRANCHES_MAX};
use crate::interests;
use crate::store::catching_up::telling;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{granted, lock};
use crate::store::communities::standing;
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Dialect, Statements, Value, unreadable};

/// The document of which the actor may make a branch, and its community.
pub(super) struct Admitted {
    parent: i64,
    community: CommunityId,
}

/// Whether the actor may make one more branch of a document.
pub(super) async fn admit(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<Admitted>, Error> {
    let found = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
    let Some(found) = found.filter(|found| found.access() >= Access::Read) else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    // Whoever reads it in the library of the portal has no say in it.
    if found.role.is_none() {
        return Ok(Err(Refusal::MembersOnly));
    }
    if found.access_for_own_branches() < Access::Read {
        return Ok(Err(Refusal::Interests(interests::Refusal::NotFullPart)));
    }
    let row = statements
        .row(
            "SELECT d.id, (SELECT count(*) FROM branches b WHERE b.parent = d.id AND b.author = $2 AND b.state = $3)
             FROM documents d WHERE d.name = $1",
            &[
                Value::Text(document.as_str()),
                Value::Bytes(by.account.as_bytes()),
                Value::Text(BranchState::Open.word()),
            ],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    if row.int(1)? >= OPEN_BRANCHES_MAX {
        return Ok(Err(Refusal::TooManyBranches));
    }
    Ok(Ok(Admitted {
        parent: row.int(0)?,
        community: found.community,
    }))
}

pub(super) async fn make(
    statements: &mut dyn Statements,
    by: Actor,
    branch: &NewBranch,
) -> Result<Decided<BranchView>, Error> {
    let found = granted!(admit(&mut *statements, by, &branch.document).await?);
    lock(&mut *statements, found.community).await?;
    // Again, now that nobody else can change it.
    let parent = granted!(admit(&mut *statements, by, &branch.document).await?).parent;
    inherit(&mut *statements, branch, parent).await?;
    statements
        .run(
            "INSERT INTO branches (doc, parent, author, kind, state, note, made_at_ms, fork_bytes, fork_zstd)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                Value::Int(branch.doc.0),
                Value::Int(parent),
                Value::Bytes(by.account.as_bytes()),
                Value::Text(branch.kind.word()),
                Value::Text(BranchState::Open.word()),
                Value::Text(&branch.note),
                Value::Int(by.at_ms),
                Value::Int(branch.fork.bytes),
                Value::Bytes(&branch.fork.zstd),
            ],
        )
        .await?;
    let made = granted!(reading::one(&mut *statements, by, &branch.name).await?);
    if branch.kind == BranchKind::Suggestion {
        telling::suggestion_made(statements, by, &made).await?;
    }
    Ok(Ok(made))
}

/// What a branch has of its document besides the text. Owners are read after the text was: whoever has a block in it is
/// among them.
pub(in crate::store) async fn inherit(
    statements: &mut dyn Statements,
    branch: &NewBranch,
    parent: i64,
) -> Result<(), Error> {
    let owners = match statements.dialect() {
        Dialect::Sqlite => {
            "INSERT INTO client_owners (doc, client, user) SELECT $1, client, user FROM client_owners WHERE doc = $2"
        }
        Dialect::Postgres => {
            "INSERT INTO client_owners (doc, client, owner) SELECT $1, client, owner FROM client_owners WHERE doc = $2"
        }
    };
    let both = [Value::Int(branch.doc.0), Value::Int(parent)];
    statements.run(owners, &both).await?;
    statements
        .run(
            "UPDATE documents SET title = (SELECT title FROM documents WHERE id = $2),
                                  title_folded = (SELECT title_folded FROM documents WHERE id = $2)
             WHERE id = $1",
            &both,
        )
        .await
        .map(|_| ())
}
