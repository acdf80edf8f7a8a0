//! Who was removed from a community and was not let in again since: they do not come back by themselves, where everybody
//! else does. They ask, like everybody where people ask, and those who lead decide.

use sqlx::Error;

use super::record::Actor;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value};

pub(super) async fn note(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO removals (community, account, at_ms) VALUES ($1, $2, $3)
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

/// When somebody was removed; `None` for everybody else.
pub(super) async fn of(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
) -> Result<Option<i64>, Error> {
    let found = statements
        .row(
            "SELECT at_ms FROM removals WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
            ],
        )
        .await?;
    found.map(|row| row.int(0)).transpose()
}

/// Somebody was let in again by those who lead.
pub(super) async fn forgive(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM removals WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
            ],
        )
        .await
        .map(|_| ())
}
