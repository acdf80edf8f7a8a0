//! Handing leadership over, in one act.

use consilium_model::access::Role;
use sqlx::Error;

use super::Afterwards;
use crate::community::act::Act;
use crate::community::rules::{Deed, may_take_over};
use crate::store::communities::members::{self, Term};
use crate::store::communities::rows::{admit, granted, lock, role_of};
use crate::store::communities::{Actor, Decided, Refusal, ledger};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value};

pub(super) async fn hand_over(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    to: AccountId,
    afterwards: Afterwards,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::ChangeMembers).await?);
    let Some(before) = role_of(&mut *statements, id, to, by.at_ms).await? else {
        return Ok(Err(Refusal::NoSuchMember));
    };
    // Whoever cannot sign in leads nobody.
    if to == by.account || !may_take_over(before) || is_locked(&mut *statements, to).await? {
        return Ok(Err(Refusal::CannotTakeOver));
    }
    let endless = |role: Role| Term {
        role,
        since_ms: by.at_ms,
        until_ms: None,
    };
    members::put(&mut *statements, id, to, endless(Role::Leader)).await?;
    let act = Act::LeadershipHandedOver {
        member: to,
        from: before,
        afterwards,
    };
    match afterwards {
        Afterwards::Deputy => {
            members::lower(&mut *statements, by, id, endless(Role::Deputy)).await?;
        }
        Afterwards::Member => {
            members::lower(&mut *statements, by, id, endless(Role::Member)).await?;
        }
        Afterwards::Gone => members::take_out(&mut *statements, by, id, by.account).await?,
    }
    ledger::write(&mut *statements, by, id, &act).await?;
    if afterwards == Afterwards::Gone {
        members::return_documents(statements, by, id, by.account).await?;
    }
    Ok(Ok(()))
}

async fn is_locked(statements: &mut dyn Statements, account: AccountId) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT 1 FROM accounts WHERE id = $1 AND locked_at_ms IS NULL",
            &[Value::Bytes(account.as_bytes())],
        )
        .await?;
    Ok(found.is_none())
}
