//! Signing up by an invitation: an account, its first session and its membership, in one transaction.

use sqlx::Error;

use super::invitations::{find, join};
use super::names::is_taken;
use super::record::{Actor, CommunityView, Decided, Refusal};
use super::rows::lock;
use crate::store::identities::{NewIdentity, insert_with_account};
use crate::store::people::accounts::{self, insert as insert_account};
use crate::store::people::sessions::insert as insert_session;
use crate::store::people::{NewAccount, NewSession, SecretHash};
use crate::store::statements::Statements;

/// The account has the identity, where one is given. Nothing is written when it is refused: all refusals come before the first row.
pub(in crate::store) async fn join_new(
    statements: &mut dyn Statements,
    account: &NewAccount,
    identity: Option<&NewIdentity>,
    session: &NewSession,
    secret: &SecretHash,
) -> Result<Decided<CommunityView>, Error> {
    let by = Actor {
        account: account.id,
        at_ms: account.created_at_ms,
    };
    let Some(found) = find(&mut *statements, secret, by.at_ms).await? else {
        return Ok(Err(Refusal::NoSuchLink));
    };
    // From here on nobody else can use it up. Again, for whoever did meanwhile.
    lock(&mut *statements, found.community).await?;
    if find(&mut *statements, secret, by.at_ms).await?.is_none() {
        return Ok(Err(Refusal::NoSuchLink));
    }
    if accounts::by_email(&mut *statements, &account.email)
        .await?
        .is_some()
    {
        return Ok(Err(Refusal::EmailTaken));
    }
    if is_taken(
        &mut *statements,
        found.community,
        account.id,
        &account.name,
        by.at_ms,
    )
    .await?
    {
        return Ok(Err(Refusal::NameReadsAlike));
    }
    let made = match identity {
        None => insert_account(&mut *statements, account).await?,
        Some(identity) => insert_with_account(&mut *statements, account, identity).await?,
    };
    if !made {
        return Ok(Err(Refusal::EmailTaken));
    }
    insert_session(&mut *statements, session).await?;
    join(statements, by, secret).await
}
