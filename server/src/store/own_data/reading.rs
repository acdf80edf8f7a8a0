//! Memberships and acts of one person.

use sqlx::Error;

use super::OwnMembership;
use crate::community::ledger::Sealed;
use crate::community::rules::{Deed, may};
use crate::store::communities::rows::{community_id, role, role_of};
use crate::store::communities::{Actor, ledger};
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Statements, Value};

pub(super) async fn memberships(
    statements: &mut dyn Statements,
    by: Actor,
) -> Result<Vec<OwnMembership>, Error> {
    let rows = statements
        .rows(
            "SELECT c.id, c.name, m.role, m.since_ms, m.until_ms, t.last_seen_day, t.stepped_back_at_ms
             FROM memberships m JOIN communities c ON c.id = m.community
             LEFT JOIN attendance t ON t.community = m.community AND t.account = m.account
             WHERE m.account = $1 AND (m.until_ms IS NULL OR m.until_ms > $2) ORDER BY c.id",
            &[Value::Bytes(by.account.as_bytes()), Value::Int(by.at_ms)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(OwnMembership {
                community: community_id(row, 0)?,
                community_name: row.text(1)?,
                role: role(row, 2)?,
                since_ms: row.int(3)?,
                until_ms: row.maybe_int(4)?,
                last_seen_day: row.maybe_int(5)?,
                stepped_back_at_ms: row.maybe_int(6)?,
            })
        })
        .collect()
}

pub(super) async fn acts(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    after: u64,
    count: u32,
) -> Result<Vec<Sealed>, Error> {
    let role = role_of(&mut *statements, id, by.account, by.at_ms).await?;
    if !role.is_some_and(|role| may(role, Deed::ReadLedger)) {
        return Ok(Vec::new());
    }
    ledger::sealed_of_actor(statements, id, by.account, after, count).await
}
