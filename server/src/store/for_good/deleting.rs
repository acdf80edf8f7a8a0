//! Deleting a document for good, and who may know that it was.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::Tombstone;
use super::erasing::{Known, erase, keep_writers_out};
use crate::community::act::Act;
use crate::community::rules::{Opener, may_delete_for_good};
use crate::store::communities::rows::{community_id, granted, lock, named, role_of};
use crate::store::communities::{Actor, Decided, DocumentStanding, Refusal};
use crate::store::communities::{ledger, standing};
use crate::store::statements::{Statements, Value, unreadable};

pub(super) async fn delete(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    reason: &str,
) -> Result<Decided<()>, Error> {
    // Asked before anybody has to wait for it.
    granted!(admit(&mut *statements, by, name).await?);
    keep_writers_out(&mut *statements).await?;
    let found = granted!(admit(&mut *statements, by, name).await?).0;
    lock(&mut *statements, found.community).await?;
    // Again, now that nobody else can change it.
    let (found, known) = granted!(admit(&mut *statements, by, name).await?);
    erase(&mut *statements, by, found.community, name, known).await?;
    if known == Known::ToItsMaker {
        return Ok(Ok(()));
    }
    let act = Act::DocumentDeletedForGood {
        document: name.clone(),
        reason: reason.to_owned(),
    };
    ledger::write(statements, by, found.community, &act)
        .await
        .map(Ok)
}

/// Whether the actor may delete it now; how they stand to it, and who knows of it.
async fn admit(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<(DocumentStanding, Known)>, Error> {
    let standing = standing::of(&mut *statements, by.account, name, by.at_ms).await?;
    let Some(standing) = standing.filter(|standing| standing.access() >= Access::Read) else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    let found = statements
        .row(
            "SELECT p.was_open FROM document_policies p JOIN documents d ON d.id = p.doc WHERE d.name = $1",
            &[Value::Text(name.as_str())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    let was_open = found.int(0)? == 1 || standing.privacy != Privacy::Private;
    let who = Opener {
        role: standing.role,
        is_creator: standing.is_creator,
    };
    if !may_delete_for_good(who, standing.privacy, was_open) {
        return Ok(Err(Refusal::LeadersOnly));
    }
    if !standing.is_binned {
        return Ok(Err(Refusal::NotInTheBin));
    }
    let known = if was_open {
        Known::ToTheCommunity
    } else {
        Known::ToItsMaker
    };
    Ok(Ok((standing, known)))
}

pub(super) async fn tombstone(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<Tombstone>, Error> {
    let found = statements
        .row(
            "SELECT t.community, t.deleted_by, a.name, t.at_ms, t.was_open
             FROM tombstones t JOIN accounts a ON a.id = t.deleted_by WHERE t.name = $1",
            &[Value::Text(name.as_str())],
        )
        .await?;
    let Some(row) = found else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    let stone = Tombstone {
        community: community_id(&row, 0)?,
        deleted_by: named(&row, 1, 2)?,
        at_ms: row.int(3)?,
    };
    let was_open = row.int(4)? == 1;
    let role = role_of(statements, stone.community, by.account, by.at_ms).await?;
    let may_know = if was_open {
        role.is_some_and(Role::belongs)
    } else {
        stone.deleted_by.id == by.account
    };
    Ok(may_know.then_some(stone).ok_or(Refusal::NoSuchDocument))
}
