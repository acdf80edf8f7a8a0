//! Sub-groups: members of a community who do something among themselves. Any member makes one; the community sees that it
//! is there and who is in it; whoever is in it takes others in, and leaves. A sub-group that nobody is left in, while
//! documents are open to it, is in the hands of the leaders, so that no text is ever beyond reach.

use consilium_model::access::Role;
use sqlx::Error;

use super::ledger;
use super::record::{Actor, Decided, NamedAccount, Refusal};
use super::rows::{admit, granted, lock, maybe_named, named, role_of, sub_group_id};
use crate::community::act::Act;
use crate::community::rules::Deed;
use crate::store::catching_up::telling;
use crate::store::joining::{NewSubGroup, SubGroupView};
use crate::store::limits::{SUB_GROUP_MEMBERS_MAX, SUB_GROUPS_MAX};
use crate::store::portal_ids::{AccountId, CommunityId, SubGroupId};
use crate::store::statements::{Row, Statements, Value};

/// Behind members `x` of a sub-group `s`: those who belong to its community as of `$2`.
const LIVE: &str = "
    JOIN memberships m ON m.community = s.community AND m.account = x.account
     AND m.role IN ('leader', 'deputy', 'member') AND (m.until_ms IS NULL OR m.until_ms > $2)";

async fn name_of(
    statements: &mut dyn Statements,
    id: CommunityId,
    group: SubGroupId,
) -> Result<Option<String>, Error> {
    let found = statements
        .row(
            "SELECT name FROM sub_groups WHERE id = $1 AND community = $2",
            &[Value::Bytes(group.as_bytes()), Value::Bytes(id.as_bytes())],
        )
        .await?;
    found.map(|row| row.text(0)).transpose()
}

async fn is_in(
    statements: &mut dyn Statements,
    group: SubGroupId,
    account: AccountId,
) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT 1 FROM sub_group_members WHERE sub_group = $1 AND account = $2",
            &[
                Value::Bytes(group.as_bytes()),
                Value::Bytes(account.as_bytes()),
            ],
        )
        .await?;
    Ok(found.is_some())
}

/// Refuses those who are not in the sub-group, and one that is not of this community.
pub(super) async fn insist_on_being_in(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    group: SubGroupId,
) -> Result<Decided<()>, Error> {
    if name_of(&mut *statements, id, group).await?.is_none() {
        return Ok(Err(Refusal::NoSuchSubGroup));
    }
    Ok(if is_in(statements, group, by.account).await? {
        Ok(())
    } else {
        Err(Refusal::SubGroupOnly)
    })
}

async fn put(
    statements: &mut dyn Statements,
    group: SubGroupId,
    account: AccountId,
    since_ms: i64,
) -> Result<bool, Error> {
    let added = statements
        .run(
            "INSERT INTO sub_group_members (sub_group, account, since_ms) VALUES ($1, $2, $3)
             ON CONFLICT (sub_group, account) DO NOTHING",
            &[
                Value::Bytes(group.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Int(since_ms),
            ],
        )
        .await?;
    Ok(added > 0)
}

/// The columns that [`view_of`] reads, for account `$1` as of `$2`.
fn views() -> String {
    format!(
        "SELECT s.id, s.name, a.id, a.name, s.created_at_ms,
                (SELECT count(*) FROM sub_group_members x {LIVE} WHERE x.sub_group = s.id),
                (SELECT count(*) FROM sub_group_members y WHERE y.sub_group = s.id AND y.account = $1)
         FROM sub_groups s LEFT JOIN accounts a ON a.id = s.created_by
         WHERE s.community = $3"
    )
}

fn view_of(row: &Row) -> Result<SubGroupView, Error> {
    Ok(SubGroupView {
        id: sub_group_id(row, 0)?,
        name: row.text(1)?,
        created_by: maybe_named(row, 2, 3)?,
        created_at_ms: row.int(4)?,
        member_count: row.int(5)?.unsigned_abs(),
        is_in: row.int(6)? > 0,
    })
}

/// By name.
pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Vec<SubGroupView>>, Error> {
    granted!(admit(&mut *statements, by, id, Deed::UseSubGroups).await?);
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
    ];
    let rows = statements.rows(&views(), &values).await?;
    let mut groups = rows.iter().map(view_of).collect::<Result<Vec<_>, _>>()?;
    groups.sort_by_cached_key(|group| (group.name.to_lowercase(), group.id));
    Ok(Ok(groups))
}

/// Who is in a sub-group, by name.
pub(super) async fn members(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    group: SubGroupId,
) -> Result<Decided<Vec<NamedAccount>>, Error> {
    granted!(admit(&mut *statements, by, id, Deed::UseSubGroups).await?);
    if name_of(&mut *statements, id, group).await?.is_none() {
        return Ok(Err(Refusal::NoSuchSubGroup));
    }
    let sql = format!(
        "SELECT a.id, a.name FROM sub_groups s JOIN sub_group_members x ON x.sub_group = s.id {LIVE}
         JOIN accounts a ON a.id = x.account WHERE s.id = $1"
    );
    let values = [Value::Bytes(group.as_bytes()), Value::Int(by.at_ms)];
    let rows = statements.rows(&sql, &values).await?;
    let mut members = rows
        .iter()
        .map(|row| named(row, 0, 1))
        .collect::<Result<Vec<_>, _>>()?;
    members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.id));
    Ok(Ok(members))
}

/// Makes one, with the actor and others who belong to the community in it.
pub(super) async fn make(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    group: &NewSubGroup,
) -> Result<Decided<SubGroupView>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::UseSubGroups).await?);
    let counted = statements
        .row(
            "SELECT count(*) FROM sub_groups WHERE community = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let count = counted.map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
    if count >= SUB_GROUPS_MAX || group.members.len() >= SUB_GROUP_MEMBERS_MAX {
        return Ok(Err(Refusal::TooMany));
    }
    for member in &group.members {
        let role = role_of(&mut *statements, id, *member, by.at_ms).await?;
        if !role.is_some_and(Role::belongs) {
            return Ok(Err(Refusal::NoSuchMember));
        }
    }
    statements
        .run(
            "INSERT INTO sub_groups (id, community, name, created_by, created_at_ms) VALUES ($1, $2, $3, $4, $5)",
            &[
                Value::Bytes(group.id.as_bytes()),
                Value::Bytes(id.as_bytes()),
                Value::Text(&group.name),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    let mut members = 0;
    for member in [by.account].iter().chain(&group.members) {
        members += i64::from(put(&mut *statements, group.id, *member, by.at_ms).await?);
    }
    let act = Act::SubGroupMade {
        sub_group: group.id,
        name: group.name.clone(),
        members,
    };
    ledger::write(&mut *statements, by, id, &act).await?;
    for member in &group.members {
        telling::sub_group_joined(&mut *statements, by, id, group.id, *member).await?;
    }
    let sql = format!("{} AND s.id = $4", views());
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
        Value::Bytes(group.id.as_bytes()),
    ];
    match statements.row(&sql, &values).await? {
        Some(row) => view_of(&row).map(Ok),
        None => Ok(Err(Refusal::NoSuchSubGroup)),
    }
}

/// Takes a member in. For those who are in it; for leaders once nobody is.
pub(super) async fn add(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    group: SubGroupId,
    member: AccountId,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    let role = granted!(admit(&mut *statements, by, id, Deed::UseSubGroups).await?);
    let Some(name) = name_of(&mut *statements, id, group).await? else {
        return Ok(Err(Refusal::NoSuchSubGroup));
    };
    let others = granted!(members(&mut *statements, by, id, group).await?);
    let is_orphaned = others.is_empty() && role == Role::Leader;
    if !is_orphaned && !others.iter().any(|other| other.id == by.account) {
        return Ok(Err(Refusal::SubGroupOnly));
    }
    let taken = role_of(&mut *statements, id, member, by.at_ms).await?;
    if !taken.is_some_and(Role::belongs) {
        return Ok(Err(Refusal::NoSuchMember));
    }
    if others.len() >= SUB_GROUP_MEMBERS_MAX {
        return Ok(Err(Refusal::TooMany));
    }
    if put(&mut *statements, group, member, by.at_ms).await? {
        let act = Act::SubGroupJoined {
            sub_group: group,
            name,
            member,
        };
        ledger::write(&mut *statements, by, id, &act).await?;
        telling::sub_group_joined(statements, by, id, group, member).await?;
    }
    Ok(Ok(()))
}

/// Leaves it. One that nobody is in goes with the last, unless documents are open to it.
pub(super) async fn leave(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    group: SubGroupId,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::UseSubGroups).await?);
    let Some(name) = name_of(&mut *statements, id, group).await? else {
        return Ok(Err(Refusal::NoSuchSubGroup));
    };
    let left = statements
        .run(
            "DELETE FROM sub_group_members WHERE sub_group = $1 AND account = $2",
            &[
                Value::Bytes(group.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    if left == 0 {
        return Ok(Err(Refusal::SubGroupOnly));
    }
    let act = Act::SubGroupLeft {
        sub_group: group,
        name,
    };
    ledger::write(&mut *statements, by, id, &act).await?;
    statements
        .run(
            "DELETE FROM sub_groups WHERE id = $1
               AND NOT EXISTS (SELECT 1 FROM sub_group_members WHERE sub_group = $1)
               AND NOT EXISTS (SELECT 1 FROM document_policies WHERE sub_group = $1)",
            &[Value::Bytes(group.as_bytes())],
        )
        .await?;
    Ok(Ok(()))
}
