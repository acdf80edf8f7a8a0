//! The links with which a password is set, once.

use sqlx::Error;

use super::accounts::hold;
use super::rows::{ACCOUNT, ACCOUNT_COLUMNS, account as account_of};
use super::sessions::{end_all, insert as insert_session};
use super::{NewPasswordLink, NewSession, PasswordHash, PasswordLink, SecretHash};
use crate::store::portal_ids::AccountId;
use crate::store::statements::{Statements, Value};

/// In place of the account's earlier one. False when there is no such account or it is locked.
pub(super) async fn replace(
    statements: &mut dyn Statements,
    link: &NewPasswordLink,
) -> Result<bool, Error> {
    if !hold(&mut *statements, link.account, None).await? {
        return Ok(false);
    }
    withdraw(&mut *statements, link.account).await?;
    put(statements, link).await?;
    Ok(true)
}

pub(super) async fn find(
    statements: &mut dyn Statements,
    secret: SecretHash,
    now_ms: i64,
) -> Result<Option<PasswordLink>, Error> {
    let sql = format!(
        "SELECT {ACCOUNT}, password_links.expires_at_ms
         FROM password_links JOIN accounts ON accounts.id = password_links.account
         WHERE password_links.secret_hash = $1 AND password_links.expires_at_ms > $2
           AND accounts.locked_at_ms IS NULL"
    );
    let values = [Value::Bytes(&secret.0), Value::Int(now_ms)];
    let Some(row) = statements.row(&sql, &values).await? else {
        return Ok(None);
    };
    Ok(Some(PasswordLink {
        account: account_of(&row)?,
        expires_at_ms: row.int(ACCOUNT_COLUMNS)?,
    }))
}

/// Sets the password and begins the session, whose account must be the link's. False when the link is none.
pub(super) async fn redeem(
    statements: &mut dyn Statements,
    secret: SecretHash,
    password: &PasswordHash,
    session: &NewSession,
) -> Result<bool, Error> {
    let account = session.session.account;
    let owner = statements
        .row(
            "SELECT account FROM password_links WHERE secret_hash = $1 AND expires_at_ms > $2",
            &[
                Value::Bytes(&secret.0),
                Value::Int(session.session.created_at_ms),
            ],
        )
        .await?;
    let is_theirs = match &owner {
        Some(row) => row.bytes(0)? == account.as_bytes(),
        None => false,
    };
    if !is_theirs || !hold(&mut *statements, account, None).await? {
        return Ok(false);
    }
    // Looked at again, with the account held: somebody may have used it meanwhile.
    let used = statements
        .run(
            "DELETE FROM password_links WHERE secret_hash = $1",
            &[Value::Bytes(&secret.0)],
        )
        .await?;
    if used == 0 {
        return Ok(false);
    }
    statements
        .run(
            "UPDATE accounts SET password = $2 WHERE id = $1",
            &[
                Value::Bytes(account.as_bytes()),
                Value::Text(password.expose()),
            ],
        )
        .await?;
    end_all(&mut *statements, account, None).await?;
    insert_session(statements, session).await?;
    Ok(true)
}

pub(super) async fn put(
    statements: &mut dyn Statements,
    link: &NewPasswordLink,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO password_links (account, secret_hash, created_at_ms, expires_at_ms)
             VALUES ($1, $2, $3, $4)",
            &[
                Value::Bytes(link.account.as_bytes()),
                Value::Bytes(&link.secret.0),
                Value::Int(link.created_at_ms),
                Value::Int(link.expires_at_ms),
            ],
        )
        .await
        .map(|_| ())
}

pub(super) async fn withdraw(
    statements: &mut dyn Statements,
    account: AccountId,
) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM password_links WHERE account = $1",
            &[Value::Bytes(account.as_bytes())],
        )
        .await
        .map(|_| ())
}
