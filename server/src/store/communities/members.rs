//! Who is in a community, and what changes that. It is never without a leader whose term has no end.

use consilium_model::access::Role;
use sqlx::Error;

use super::documents;
use super::ledger;
use super::record::{Actor, Decided, MemberChange, MemberView, Refusal};
use super::removals;
use super::rows::{admit, granted, lock, named, role, role_of};
use crate::community::act::Act;
use crate::community::rules::{Deed, may, stays_led};
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Row, Statements, Value};

/// What somebody is, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Term {
    pub(in crate::store) role: Role,
    pub(in crate::store) since_ms: i64,
    pub(in crate::store) until_ms: Option<i64>,
}

/// Puts somebody in, or changes what they are.
pub(in crate::store) async fn put(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
    term: Term,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO memberships (community, account, role, since_ms, until_ms) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (community, account)
             DO UPDATE SET role = excluded.role, since_ms = excluded.since_ms, until_ms = excluded.until_ms",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Text(term.role.word()),
                Value::Int(term.since_ms),
                Value::MaybeInt(term.until_ms),
            ],
        )
        .await
        .map(|_| ())
}

/// Takes away what somebody has in a community besides being in it: grants, sub-groups, having asked to join, what they
/// chose to be there for, and when they were last here. It must not come back when they do.
pub(super) async fn forget(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
) -> Result<(), Error> {
    let values = [
        Value::Bytes(id.as_bytes()),
        Value::Bytes(account.as_bytes()),
    ];
    for sql in [
        "DELETE FROM document_grants
         WHERE doc IN (SELECT doc FROM document_policies WHERE community = $1) AND account = $2",
        "DELETE FROM sub_group_members
         WHERE sub_group IN (SELECT id FROM sub_groups WHERE community = $1) AND account = $2",
        "DELETE FROM join_requests WHERE community = $1 AND account = $2",
        "DELETE FROM chosen_roles WHERE community = $1 AND account = $2",
        "DELETE FROM attendance WHERE community = $1 AND account = $2",
    ] {
        statements.run(sql, &values).await?;
    }
    Ok(())
}

/// Members of community `$1` as of `$2`.
const MEMBERS: &str = "
    SELECT m.account, a.name, a.email, m.role, m.since_ms, m.until_ms, t.stepped_back_at_ms
    FROM memberships m JOIN accounts a ON a.id = m.account
    LEFT JOIN attendance t ON t.community = m.community AND t.account = m.account
    WHERE m.community = $1 AND (m.until_ms IS NULL OR m.until_ms > $2)";

fn member_of(row: &Row, viewer: Role) -> Result<MemberView, Error> {
    Ok(MemberView {
        account: named(row, 0, 1)?,
        email: may(viewer, Deed::SeeEmails)
            .then(|| row.text(2))
            .transpose()?,
        role: role(row, 3)?,
        since_ms: row.int(4)?,
        until_ms: row.maybe_int(5)?,
        stepped_back_at_ms: row.maybe_int(6)?,
    })
}

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Vec<MemberView>>, Error> {
    let viewer = granted!(admit(&mut *statements, by, id, Deed::SeeMembers).await?);
    let values = [Value::Bytes(id.as_bytes()), Value::Int(by.at_ms)];
    let rows = statements.rows(MEMBERS, &values).await?;
    let mut members = rows
        .iter()
        .map(|row| member_of(row, viewer))
        .collect::<Result<Vec<_>, _>>()?;
    members.sort_by_cached_key(|member| {
        (
            member.role,
            member.account.name.to_lowercase(),
            member.account.id,
        )
    });
    Ok(Ok(members))
}

async fn member(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
    viewer: Role,
) -> Result<Decided<MemberView>, Error> {
    let sql = format!("{MEMBERS} AND m.account = $3");
    let values = [
        Value::Bytes(id.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(account.as_bytes()),
    ];
    match statements.row(&sql, &values).await? {
        Some(row) => member_of(&row, viewer).map(Ok),
        None => Ok(Err(Refusal::NoSuchMember)),
    }
}

pub(super) async fn change(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
    change: MemberChange,
) -> Result<Decided<MemberView>, Error> {
    lock(&mut *statements, id).await?;
    let viewer = granted!(admit(&mut *statements, by, id, Deed::ChangeMembers).await?);
    let before = granted!(member(&mut *statements, by, id, account, viewer).await?);
    let role = change.role.unwrap_or(before.role);
    let until_ms = change.until_ms.unwrap_or(before.until_ms);
    if (role, until_ms) == (before.role, before.until_ms) {
        return Ok(Ok(before));
    }
    let others = other_leaders(&mut *statements, id, account).await?;
    if !stays_led(others, Some((role, until_ms))) {
        return Ok(Err(Refusal::LastLeader));
    }
    let since_ms = if role == before.role {
        before.since_ms
    } else {
        by.at_ms
    };
    let term = Term {
        role,
        since_ms,
        until_ms,
    };
    put(&mut *statements, id, account, term).await?;
    // The most trusted role comes first.
    if role > before.role {
        note_lowering(&mut *statements, by, id, account).await?;
    }
    let act = Act::RoleChanged {
        member: account,
        from: before.role,
        to: role,
        until_ms,
    };
    ledger::write(&mut *statements, by, id, &act).await?;
    let note = Note {
        word: Some(role.word()),
        until_ms,
        ..Note::new(by, Kind::RoleChanged, id)
    };
    telling::tell(&mut *statements, account, &note).await?;
    // The actor may have changed their own role, and the answer is still theirs to see.
    Ok(Ok(MemberView {
        role,
        since_ms,
        until_ms,
        ..before
    }))
}

pub(super) async fn remove(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    let leaves = account == by.account;
    if !leaves {
        granted!(admit(&mut *statements, by, id, Deed::ChangeMembers).await?);
    }
    let Some(role) = role_of(&mut *statements, id, account, by.at_ms).await? else {
        return Ok(Err(if leaves {
            Refusal::NoSuchCommunity
        } else {
            Refusal::NoSuchMember
        }));
    };
    let others = other_leaders(&mut *statements, id, account).await?;
    if !stays_led(others, None) {
        return Ok(Err(Refusal::LastLeader));
    }
    take_out(&mut *statements, by, id, account).await?;
    if !leaves {
        removals::note(&mut *statements, by, id, account).await?;
    }
    let act = if leaves {
        Act::MemberLeft { role }
    } else {
        Act::MemberRemoved {
            member: account,
            role,
        }
    };
    ledger::write(&mut *statements, by, id, &act).await?;
    documents::return_from(statements, by, id, account)
        .await
        .map(Ok)
}

/// Takes somebody out, with what they have besides being in it. Does not ask who leads then.
pub(in crate::store) async fn take_out(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM memberships WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
            ],
        )
        .await?;
    forget(&mut *statements, id, account).await?;
    note_lowering(statements, by, id, account).await
}

/// Makes the actor less than they were. Does not ask who leads then.
pub(in crate::store) async fn lower(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    term: Term,
) -> Result<(), Error> {
    put(&mut *statements, id, by.account, term).await?;
    note_lowering(statements, by, id, by.account).await
}

/// Gives the community what was its own, when somebody has gone.
pub(in crate::store) async fn return_documents(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    maker: AccountId,
) -> Result<(), Error> {
    documents::return_from(statements, by, id, maker).await
}

/// Somebody is less than they were, as of now.
async fn note_lowering(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO lowerings (community, account, at_ms) VALUES ($1, $2, $3)
             ON CONFLICT (community, account) DO UPDATE SET at_ms = excluded.at_ms",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Int(by.at_ms),
            ],
        )
        .await
        .map(|_| ())
}

/// When somebody was last made less than they were: lowered, removed, gone by themselves, or their term was over.
pub(super) async fn last_lowered_ms(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
    now_ms: i64,
) -> Result<Option<i64>, Error> {
    let found = statements
        .row(
            "SELECT max(at_ms) FROM (
                 SELECT at_ms FROM lowerings WHERE community = $1 AND account = $2
                 UNION ALL
                 SELECT until_ms FROM memberships WHERE community = $1 AND account = $2 AND until_ms <= $3) AS times",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Int(now_ms),
            ],
        )
        .await?;
    found.map_or(Ok(None), |row| row.maybe_int(0))
}

/// How many leaders besides this one have a term without end and an account that is not locked: whoever cannot sign in
/// leads nobody.
pub(in crate::store) async fn other_leaders(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
) -> Result<u64, Error> {
    let counted = statements
        .row(
            "SELECT count(*) FROM memberships m JOIN accounts a ON a.id = m.account
             WHERE m.community = $1 AND m.account <> $2 AND m.role = $3 AND m.until_ms IS NULL
               AND a.locked_at_ms IS NULL",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Text(Role::Leader.word()),
            ],
        )
        .await?;
    Ok(counted.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}
