//! The browsers in which somebody is signed in.

use std::fmt::Write as _;

use sqlx::Error;

use super::accounts::hold;
use super::rows::{
    ACCOUNT, ACCOUNT_COLUMNS, SESSION, account as account_of, session as session_of, session_id,
};
use super::{Account, NewSession, PasswordHash, SecretHash, Session};
use crate::store::limits::SESSIONS_PER_ACCOUNT_MAX;
use crate::store::portal_ids::{AccountId, SessionId};
use crate::store::statements::{Statements, Value};

/// Sessions that one statement asks for: far below what either database takes as parameters.
const ASKED_AT_ONCE: usize = 500;

/// False when the account is locked or has another password than the one that was checked.
pub(super) async fn begin(
    statements: &mut dyn Statements,
    session: &NewSession,
    checked: &PasswordHash,
) -> Result<bool, Error> {
    let account = session.session.account;
    if !hold(&mut *statements, account, Some(checked)).await? {
        return Ok(false);
    }
    admit(statements, session).await?;
    Ok(true)
}

/// Writes a session of an account that is held, in place of those that are over and those that are too many.
pub(in crate::store) async fn admit(
    statements: &mut dyn Statements,
    session: &NewSession,
) -> Result<(), Error> {
    let account = session.session.account;
    statements
        .run(
            "DELETE FROM sessions WHERE account = $1 AND expires_at_ms <= $2",
            &[
                Value::Bytes(account.as_bytes()),
                Value::Int(session.session.created_at_ms),
            ],
        )
        .await?;
    insert(&mut *statements, session).await?;
    // The new one is never among those that go, whatever the clocks of nodes say.
    statements
        .run(
            "DELETE FROM sessions WHERE id IN (
                 SELECT id FROM sessions WHERE account = $1 AND id <> $2
                 ORDER BY last_seen_at_ms DESC, id DESC LIMIT 1000 OFFSET $3)",
            &[
                Value::Bytes(account.as_bytes()),
                Value::Bytes(session.session.id.as_bytes()),
                Value::Int(i64::from(SESSIONS_PER_ACCOUNT_MAX) - 1),
            ],
        )
        .await
        .map(|_| ())
}

pub(super) async fn find(
    statements: &mut dyn Statements,
    secret: SecretHash,
    now_ms: i64,
) -> Result<Option<(Account, Session)>, Error> {
    let sql = format!(
        "SELECT {ACCOUNT}, {SESSION} FROM sessions JOIN accounts ON accounts.id = sessions.account
         WHERE sessions.secret_hash = $1 AND sessions.expires_at_ms > $2 AND accounts.locked_at_ms IS NULL"
    );
    let values = [Value::Bytes(&secret.0), Value::Int(now_ms)];
    let Some(row) = statements.row(&sql, &values).await? else {
        return Ok(None);
    };
    Ok(Some((
        account_of(&row)?,
        session_of(&row, ACCOUNT_COLUMNS)?,
    )))
}

pub(super) async fn live(
    statements: &mut dyn Statements,
    ids: &[SessionId],
    now_ms: i64,
) -> Result<Vec<SessionId>, Error> {
    let mut live = Vec::new();
    for some in ids.chunks(ASKED_AT_ONCE) {
        let mut sql = String::from("SELECT id FROM sessions WHERE expires_at_ms > $1 AND id IN (");
        let mut values = vec![Value::Int(now_ms)];
        for id in some {
            let comma = if values.len() > 1 { ", " } else { "" };
            values.push(Value::Bytes(id.as_bytes()));
            write!(sql, "{comma}${}", values.len()).map_err(|error| Error::Encode(error.into()))?;
        }
        sql.push(')');
        for row in statements.rows(&sql, &values).await? {
            live.push(session_id(&row, 0)?);
        }
    }
    Ok(live)
}

pub(super) async fn of_account(
    statements: &mut dyn Statements,
    account: AccountId,
    now_ms: i64,
) -> Result<Vec<Session>, Error> {
    let sql = format!(
        "SELECT {SESSION} FROM sessions WHERE account = $1 AND expires_at_ms > $2
         ORDER BY last_seen_at_ms DESC, id DESC"
    );
    let values = [Value::Bytes(account.as_bytes()), Value::Int(now_ms)];
    let rows = statements.rows(&sql, &values).await?;
    rows.iter().map(|row| session_of(row, 0)).collect()
}

pub(super) async fn touch(
    statements: &mut dyn Statements,
    id: SessionId,
    last_seen_at_ms: i64,
    expires_at_ms: i64,
) -> Result<(), Error> {
    statements
        .run(
            "UPDATE sessions SET last_seen_at_ms = $2, expires_at_ms = $3 WHERE id = $1",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(last_seen_at_ms),
                Value::Int(expires_at_ms),
            ],
        )
        .await
        .map(|_| ())
}

pub(super) async fn end_one(
    statements: &mut dyn Statements,
    account: AccountId,
    id: SessionId,
) -> Result<bool, Error> {
    let ended = statements
        .run(
            "DELETE FROM sessions WHERE account = $1 AND id = $2",
            &[
                Value::Bytes(account.as_bytes()),
                Value::Bytes(id.as_bytes()),
            ],
        )
        .await?;
    Ok(ended > 0)
}

/// All of an account but `keep`.
pub(super) async fn end_all(
    statements: &mut dyn Statements,
    account: AccountId,
    keep: Option<SessionId>,
) -> Result<(), Error> {
    // No id is empty.
    let kept = keep.as_ref().map_or(&[][..], SessionId::as_bytes);
    statements
        .run(
            "DELETE FROM sessions WHERE account = $1 AND id <> $2",
            &[Value::Bytes(account.as_bytes()), Value::Bytes(kept)],
        )
        .await
        .map(|_| ())
}

/// Without asking whether the account may: for whoever has just made it, or holds it.
pub(in crate::store) async fn insert(
    statements: &mut dyn Statements,
    new: &NewSession,
) -> Result<(), Error> {
    let session = &new.session;
    statements
        .run(
            "INSERT INTO sessions
                 (id, account, secret_hash, created_at_ms, last_seen_at_ms, expires_at_ms, user_agent, address)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                Value::Bytes(session.id.as_bytes()),
                Value::Bytes(session.account.as_bytes()),
                Value::Bytes(&new.secret.0),
                Value::Int(session.created_at_ms),
                Value::Int(session.last_seen_at_ms),
                Value::Int(session.expires_at_ms),
                Value::Text(&session.user_agent),
                Value::Text(&session.address),
            ],
        )
        .await
        .map(|_| ())
}
