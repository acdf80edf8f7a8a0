//! What members say they are there for. Nothing else reads it: it opens nothing and closes nothing.

use std::collections::HashMap;

use sqlx::Error;

use super::record::ChosenRole;
use crate::community::rules::Deed;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{account_id, admit, granted, role_of, word};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value};

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<HashMap<AccountId, Vec<ChosenRole>>>, Error> {
    granted!(admit(&mut *statements, by, id, Deed::SeeMembers).await?);
    let rows = statements
        .rows(
            "SELECT account, role FROM chosen_roles WHERE community = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let mut chosen: HashMap<AccountId, Vec<ChosenRole>> = HashMap::new();
    for row in &rows {
        let role = word(row, 1, ChosenRole::from_word)?;
        chosen.entry(account_id(row, 0)?).or_default().push(role);
    }
    for roles in chosen.values_mut() {
        roles.sort_unstable();
    }
    Ok(Ok(chosen))
}

/// What one member chose.
pub(super) async fn of(
    statements: &mut dyn Statements,
    account: AccountId,
    id: CommunityId,
) -> Result<Vec<ChosenRole>, Error> {
    let rows = statements
        .rows(
            "SELECT role FROM chosen_roles WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
            ],
        )
        .await?;
    let mut roles = rows
        .iter()
        .map(|row| word(row, 0, ChosenRole::from_word))
        .collect::<Result<Vec<_>, _>>()?;
    roles.sort_unstable();
    Ok(roles)
}

pub(super) async fn choose(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    roles: &[ChosenRole],
) -> Result<Decided<()>, Error> {
    let role = role_of(&mut *statements, id, by.account, by.at_ms).await?;
    if role.is_none() {
        return Ok(Err(Refusal::NoSuchCommunity));
    }
    let (community, account) = (
        Value::Bytes(id.as_bytes()),
        Value::Bytes(by.account.as_bytes()),
    );
    statements
        .run(
            "DELETE FROM chosen_roles WHERE community = $1 AND account = $2",
            &[community, account],
        )
        .await?;
    for role in roles {
        statements
            .run(
                "INSERT INTO chosen_roles (community, account, role) VALUES ($1, $2, $3)
                 ON CONFLICT (community, account, role) DO NOTHING",
                &[community, account, Value::Text(role.word())],
            )
            .await?;
    }
    Ok(Ok(()))
}
