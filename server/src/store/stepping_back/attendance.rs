//! Visits, the rule of a community, and the answer of whoever is asked.

use sqlx::Error;

use crate::community::act::Act;
use crate::community::inactivity::{Rule, day_of};
use crate::community::rules::Deed;
use crate::store::communities::rows::{admit, granted, lock, role_of, view};
use crate::store::communities::{Actor, Decided, Refusal, ledger};
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Statements, Value};

/// Nothing is written a second time on one day.
pub(super) async fn note(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO attendance (community, account, last_seen_day)
             SELECT community, account, CAST($3 AS BIGINT) FROM memberships
             WHERE community = $1 AND account = $2 AND (until_ms IS NULL OR until_ms > $4)
             ON CONFLICT (community, account) DO UPDATE SET last_seen_day = excluded.last_seen_day
             WHERE attendance.last_seen_day < excluded.last_seen_day",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(day_of(by.at_ms)),
                Value::Int(by.at_ms),
            ],
        )
        .await
        .map(|_| ())
}

pub(super) async fn set_rule(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    rule: Option<Rule>,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::ChangeMembers).await?);
    let before = granted!(view(&mut *statements, by, id).await?).inactivity;
    if before == rule {
        return Ok(Ok(()));
    }
    statements
        .run(
            "UPDATE communities SET ask_after_days = $2, step_back_after_days = $3 WHERE id = $1",
            &[
                Value::Bytes(id.as_bytes()),
                Value::MaybeInt(rule.map(|rule| rule.ask_after_days.into())),
                Value::MaybeInt(rule.map(|rule| rule.step_back_after_days.into())),
            ],
        )
        .await?;
    let act = Act::InactivityRuleChanged { rule };
    ledger::write(statements, by, id, &act).await.map(Ok)
}

pub(super) async fn say_present(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    let Some(role) = role_of(&mut *statements, id, by.account, by.at_ms).await? else {
        return Ok(Err(Refusal::NoSuchCommunity));
    };
    note(&mut *statements, by, id).await?;
    let values = [
        Value::Bytes(id.as_bytes()),
        Value::Bytes(by.account.as_bytes()),
    ];
    let was_away = statements
        .row(
            "SELECT 1 FROM attendance WHERE community = $1 AND account = $2 AND stepped_back_at_ms IS NOT NULL",
            &values,
        )
        .await?;
    statements
        .run(
            "UPDATE attendance SET asked_at_ms = NULL, stepped_back_at_ms = NULL WHERE community = $1 AND account = $2",
            &values,
        )
        .await?;
    if was_away.is_none() {
        return Ok(Ok(()));
    }
    ledger::write(statements, by, id, &Act::CameBack { role })
        .await
        .map(Ok)
}
