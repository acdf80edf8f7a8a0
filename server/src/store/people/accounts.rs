//! Accounts, their passwords, and the key of the portal.

use sqlx::Error;

use super::links::{put as put_link, withdraw as withdraw_link};
use super::rows::{ACCOUNT, account as account_of};
use super::sessions::end_all;
use super::{
    Account, Creation, Email, NewAccount, NewPasswordLink, PORTAL_KEY_BYTES, PasswordHash,
};
use crate::store::limits::ACCOUNTS_PAGE_MAX;
use crate::store::portable::mark::PORTAL_KEY;
use crate::store::portal_ids::{AccountId, SessionId};
use crate::store::statements::{Statements, Value, unreadable};

pub(super) async fn portal_key(
    statements: &mut dyn Statements,
    fresh: [u8; PORTAL_KEY_BYTES],
) -> Result<[u8; PORTAL_KEY_BYTES], Error> {
    statements
        .run(
            "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
            &[Value::Text(PORTAL_KEY), Value::Bytes(&fresh)],
        )
        .await?;
    let row = statements
        .row(
            "SELECT value FROM meta WHERE key = $1",
            &[Value::Text(PORTAL_KEY)],
        )
        .await?
        .ok_or(Error::RowNotFound)?;
    row.bytes(0)?.try_into().map_err(|_| unreadable(0))
}

/// False when the e-mail address is taken.
pub(in crate::store) async fn insert(
    statements: &mut dyn Statements,
    account: &NewAccount,
) -> Result<bool, Error> {
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
    Ok(made > 0)
}

pub(super) async fn create(
    statements: &mut dyn Statements,
    account: &NewAccount,
    link: Option<&NewPasswordLink>,
) -> Result<Creation, Error> {
    if !insert(&mut *statements, account).await? {
        return Ok(Creation::EmailTaken);
    }
    if let Some(link) = link {
        put_link(statements, link).await?;
    }
    Ok(Creation::Created)
}

pub(in crate::store) async fn by_id(
    statements: &mut dyn Statements,
    id: AccountId,
) -> Result<Option<Account>, Error> {
    let sql = format!("SELECT {ACCOUNT} FROM accounts WHERE id = $1");
    let found = statements.row(&sql, &[Value::Bytes(id.as_bytes())]).await?;
    found.as_ref().map(account_of).transpose()
}

pub(in crate::store) async fn by_email(
    statements: &mut dyn Statements,
    email: &Email,
) -> Result<Option<Account>, Error> {
    let sql = format!("SELECT {ACCOUNT} FROM accounts WHERE email_folded = $1");
    let found = statements.row(&sql, &[Value::Text(&email.folded)]).await?;
    found.as_ref().map(account_of).transpose()
}

pub(super) async fn page(
    statements: &mut dyn Statements,
    after: Option<&Email>,
) -> Result<Vec<Account>, Error> {
    let sql = format!(
        "SELECT {ACCOUNT} FROM accounts WHERE email_folded > $1 ORDER BY email_folded LIMIT $2"
    );
    let values = [
        Value::Text(after.map_or("", |email| email.folded.as_str())),
        Value::Int(ACCOUNTS_PAGE_MAX.into()),
    ];
    let rows = statements.rows(&sql, &values).await?;
    rows.iter().map(account_of).collect()
}

pub(in crate::store) async fn rename(
    statements: &mut dyn Statements,
    id: AccountId,
    name: &str,
) -> Result<bool, Error> {
    let renamed = statements
        .run(
            "UPDATE accounts SET name = $2 WHERE id = $1",
            &[Value::Bytes(id.as_bytes()), Value::Text(name)],
        )
        .await?;
    Ok(renamed > 0)
}

pub(super) async fn set_locked(
    statements: &mut dyn Statements,
    id: AccountId,
    locked_at_ms: Option<i64>,
) -> Result<bool, Error> {
    let changed = statements
        .run(
            "UPDATE accounts SET locked_at_ms = $2 WHERE id = $1",
            &[Value::Bytes(id.as_bytes()), Value::MaybeInt(locked_at_ms)],
        )
        .await?;
    if locked_at_ms.is_some() {
        end_all(&mut *statements, id, None).await?;
        withdraw_link(statements, id).await?;
    }
    Ok(changed > 0)
}

pub(super) async fn change_password(
    statements: &mut dyn Statements,
    id: AccountId,
    from: &PasswordHash,
    to: &PasswordHash,
    keep: SessionId,
) -> Result<bool, Error> {
    let changed = statements
        .run(
            "UPDATE accounts SET password = $3 WHERE id = $1 AND password = $2 AND locked_at_ms IS NULL",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Text(from.expose()),
                Value::Text(to.expose()),
            ],
        )
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    end_all(&mut *statements, id, Some(keep)).await?;
    withdraw_link(statements, id).await?;
    Ok(true)
}

/// Keeps an account as it is until the end of the transaction. False when it is locked, gone, or has another password
/// than `checked`.
pub(in crate::store) async fn hold(
    statements: &mut dyn Statements,
    id: AccountId,
    checked: Option<&PasswordHash>,
) -> Result<bool, Error> {
    let held = statements
        .run(
            "UPDATE accounts SET locked_at_ms = locked_at_ms
             WHERE id = $1 AND locked_at_ms IS NULL AND (CAST($2 AS TEXT) IS NULL OR password = $2)",
            &[
                Value::Bytes(id.as_bytes()),
                Value::MaybeText(checked.map(PasswordHash::expose)),
            ],
        )
        .await?;
    Ok(held > 0)
}
