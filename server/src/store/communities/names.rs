//! Names within a community: nobody takes one that reads like another member's.
//!
//! Asked when somebody comes in and when somebody in it takes another name; both hold the row of each community, so two
//! cannot slip past each other. Who is in with such a name already stays so. The ledger says that somebody has another name,
//! and not which: it names people by their ids (ADR-0014).

use sqlx::Error;

use super::ledger;
use super::record::{Actor, Decided, Refusal};
use super::rows::{community_id, lock};
use crate::community::act::Act;
use crate::people::likeness::TakenNames;
use crate::store::people::accounts;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value};

/// Whether this name reads like that of somebody in the community besides `account`.
pub(in crate::store) async fn is_taken(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
    name: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    let rows = statements
        .rows(
            "SELECT a.name FROM memberships m JOIN accounts a ON a.id = m.account
             WHERE m.community = $1 AND m.account <> $2 AND (m.until_ms IS NULL OR m.until_ms > $3)",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Int(now_ms),
            ],
        )
        .await?;
    let names = rows
        .iter()
        .map(|row| row.text(0))
        .collect::<Result<Vec<_>, _>>()?;
    let taken: TakenNames = names.into_iter().collect();
    Ok(taken.has_like(name))
}

/// Whether somebody may come in under the name that they have.
pub(super) async fn may_come_in(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
    now_ms: i64,
) -> Result<bool, Error> {
    let name = statements
        .row(
            "SELECT name FROM accounts WHERE id = $1",
            &[Value::Bytes(account.as_bytes())],
        )
        .await?
        .map(|row| row.text(0))
        .transpose()?
        .unwrap_or_default();
    Ok(!is_taken(statements, id, account, &name, now_ms).await?)
}

/// Gives the actor another name. False when there is no such account.
pub(in crate::store) async fn rename(
    statements: &mut dyn Statements,
    by: Actor,
    name: &str,
) -> Result<Decided<bool>, Error> {
    let Some(account) = accounts::by_id(&mut *statements, by.account).await? else {
        return Ok(Ok(false));
    };
    if account.name == name {
        return Ok(Ok(true));
    }
    // In one order, so that two who rename themselves do not wait for each other.
    let rows = statements
        .rows(
            "SELECT community FROM memberships WHERE account = $1 AND (until_ms IS NULL OR until_ms > $2)
             ORDER BY community",
            &[Value::Bytes(by.account.as_bytes()), Value::Int(by.at_ms)],
        )
        .await?;
    let communities = rows
        .iter()
        .map(|row| community_id(row, 0))
        .collect::<Result<Vec<_>, _>>()?;
    for id in &communities {
        lock(&mut *statements, *id).await?;
        if is_taken(&mut *statements, *id, by.account, name, by.at_ms).await? {
            return Ok(Err(Refusal::NameReadsAlike));
        }
    }
    accounts::rename(&mut *statements, by.account, name).await?;
    for id in communities {
        ledger::write(&mut *statements, by, id, &Act::MemberRenamed).await?;
    }
    Ok(Ok(true))
}
