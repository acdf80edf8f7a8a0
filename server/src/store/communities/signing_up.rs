//! Signing up by an invitation: an account, its first session and its membership, in one transaction.

use sqlx::Error;

use super::invitations::{find, join};
use super::record::{Actor, CommunityView, Decided, Refusal};
use super::rows::lock;
use crate::store::people::{NewAccount, NewSession, PasswordHash, SecretHash};
use crate::store::statements::{Statements, Value};

/// Nothing is written when it is refused: both refusals come before the first row.
pub(super) async fn join_new(
    statements: &mut dyn Statements,
    account: &NewAccount,
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
    let made = statements
        .run(
            "INSERT INTO accounts (id, email, email_folded, name, password, created_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email_folded) DO NOTHING",
            &[
                Value::Bytes(account.id.as_bytes()),
                Value::Text(&account.email.written),
                Value::Text(&account.email.folded),
                Value::Text(&account.name),
                Value::MaybeText(account.password.as_ref().map(PasswordHash::expose)),
                Value::Int(account.created_at_ms),
            ],
        )
        .await?;
    if made == 0 {
        return Ok(Err(Refusal::EmailTaken));
    }
    let begun = &session.session;
    statements
        .run(
            "INSERT INTO sessions
                 (id, account, secret_hash, created_at_ms, last_seen_at_ms, expires_at_ms, user_agent, address)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                Value::Bytes(begun.id.as_bytes()),
                Value::Bytes(account.id.as_bytes()),
                Value::Bytes(&session.secret.0),
                Value::Int(begun.created_at_ms),
                Value::Int(begun.last_seen_at_ms),
                Value::Int(begun.expires_at_ms),
                Value::Text(&begun.user_agent),
                Value::Text(&begun.address),
            ],
        )
        .await?;
    join(statements, by, secret).await
}
