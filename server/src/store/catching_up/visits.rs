//! When somebody was last in a community, and since when they have not seen what goes on there.

use sqlx::Error;

use super::record::{VISIT_GAP_MS, VISIT_GRANULARITY_MS};
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::role_of;
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Statements, Value};

/// A visit as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit {
    /// What happened since then is new.
    pub(super) since_ms: i64,
    /// When they were last there.
    pub(super) last_ms: i64,
}

impl Visit {
    /// The visit that goes on, or another that begins, now.
    pub(super) fn at(before: Option<Self>, now_ms: i64) -> Self {
        match before {
            // Whoever was never there has missed nothing.
            None => Self {
                since_ms: now_ms,
                last_ms: now_ms,
            },
            Some(visit) if now_ms - visit.last_ms >= VISIT_GAP_MS => Self {
                since_ms: visit.last_ms,
                last_ms: now_ms,
            },
            Some(visit) => Self {
                last_ms: now_ms.max(visit.last_ms),
                ..visit
            },
        }
    }
}

pub(super) async fn of(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Option<Visit>, Error> {
    let found = statements
        .row(
            "SELECT since_ms, last_ms FROM visits WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    found
        .map(|row| {
            Ok(Visit {
                since_ms: row.int(0)?,
                last_ms: row.int(1)?,
            })
        })
        .transpose()
}

/// Whether there is something to write down.
pub(super) async fn is_due(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<bool, Error> {
    let visit = of(statements, by, id).await?;
    Ok(visit.is_none_or(|visit| by.at_ms - visit.last_ms >= VISIT_GRANULARITY_MS))
}

pub(super) async fn note(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<(), Error> {
    let before = of(&mut *statements, by, id).await?;
    write(statements, by, id, Visit::at(before, by.at_ms)).await
}

pub(super) async fn catch_up(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<()>, Error> {
    let role = role_of(&mut *statements, id, by.account, by.at_ms).await?;
    if role.is_none() {
        return Ok(Err(Refusal::NoSuchCommunity));
    }
    let visit = Visit::at(None, by.at_ms);
    write(statements, by, id, visit).await.map(Ok)
}

async fn write(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    visit: Visit,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO visits (community, account, since_ms, last_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (community, account) DO UPDATE SET since_ms = excluded.since_ms, last_ms = excluded.last_ms",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(visit.since_ms),
                Value::Int(visit.last_ms),
            ],
        )
        .await
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_begins_anew_when_somebody_was_away() {
        let visit = |since_ms, last_ms| Visit { since_ms, last_ms };
        for (before, now_ms, expected) in [
            (None, 50, visit(50, 50)),
            (
                Some(visit(10, 20)),
                20 + VISIT_GAP_MS - 1,
                visit(10, 20 + VISIT_GAP_MS - 1),
            ),
            (
                Some(visit(10, 20)),
                20 + VISIT_GAP_MS,
                visit(20, 20 + VISIT_GAP_MS),
            ),
            // The clock of another node is a little behind.
            (Some(visit(10, 20)), 15, visit(10, 20)),
        ] {
            assert_eq!(Visit::at(before, now_ms), expected, "{before:?} {now_ms}");
        }
    }
}
