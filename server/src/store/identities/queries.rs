//! What the two databases are asked about identities. An account is held before anything that hangs on it changes.

use sqlx::Error;

use super::{ConnectedIdentity, Connection, Disconnection, Identity, NewIdentity};
use crate::store::people::accounts::{hold, insert as insert_account};
use crate::store::people::rows::{ACCOUNT, account as account_of};
use crate::store::people::sessions::{admit, insert as insert_session};
use crate::store::people::{Account, Creation, NewAccount, NewSession};
use crate::store::portal_ids::{AccountId, IdentityId};
use crate::store::statements::{Row, Statements, Value, unreadable};

pub(super) async fn account(
    statements: &mut dyn Statements,
    identity: &Identity,
) -> Result<Option<Account>, Error> {
    let sql = format!(
        "SELECT {ACCOUNT} FROM identities JOIN accounts ON accounts.id = identities.account
         WHERE identities.issuer = $1 AND identities.subject = $2"
    );
    let values = [
        Value::Text(&identity.issuer),
        Value::Text(&identity.subject),
    ];
    let found = statements.row(&sql, &values).await?;
    found.as_ref().map(account_of).transpose()
}

pub(super) async fn of_account(
    statements: &mut dyn Statements,
    account: AccountId,
) -> Result<Vec<ConnectedIdentity>, Error> {
    let rows = statements
        .rows(
            "SELECT id, issuer, shown_as, since_ms FROM identities WHERE account = $1
             ORDER BY since_ms, id",
            &[Value::Bytes(account.as_bytes())],
        )
        .await?;
    rows.iter().map(connected).collect()
}

fn connected(row: &Row) -> Result<ConnectedIdentity, Error> {
    Ok(ConnectedIdentity {
        id: IdentityId::from_bytes(row.bytes(0)?).map_err(|_| unreadable(0))?,
        issuer: row.text(1)?,
        shown_as: row.text(2)?,
        since_ms: row.int(3)?,
    })
}

pub(super) async fn begin_session(
    statements: &mut dyn Statements,
    session: &NewSession,
    identity: &Identity,
) -> Result<bool, Error> {
    let owner = session.session.account;
    if !hold(&mut *statements, owner, None).await?
        || !is_of(&mut *statements, identity, owner).await?
    {
        return Ok(false);
    }
    admit(statements, session).await?;
    Ok(true)
}

async fn is_of(
    statements: &mut dyn Statements,
    identity: &Identity,
    account: AccountId,
) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT account FROM identities WHERE issuer = $1 AND subject = $2",
            &[
                Value::Text(&identity.issuer),
                Value::Text(&identity.subject),
            ],
        )
        .await?;
    Ok(match found {
        Some(row) => row.bytes(0)? == account.as_bytes(),
        None => false,
    })
}

pub(super) async fn create(
    statements: &mut dyn Statements,
    account: &NewAccount,
    identity: &NewIdentity,
    session: &NewSession,
) -> Result<Creation, Error> {
    if !insert_with_account(&mut *statements, account, identity).await? {
        return Ok(Creation::EmailTaken);
    }
    insert_session(statements, session).await?;
    Ok(Creation::Created)
}

/// Writes an account and its identity, or neither: false when the e-mail address or the identity is somebody's.
pub(in crate::store) async fn insert_with_account(
    statements: &mut dyn Statements,
    account: &NewAccount,
    identity: &NewIdentity,
) -> Result<bool, Error> {
    if !insert_account(&mut *statements, account).await? {
        return Ok(false);
    }
    if insert(&mut *statements, account.id, identity).await? {
        return Ok(true);
    }
    // Somebody was faster with the same identity: nothing hangs on the account yet.
    statements
        .run(
            "DELETE FROM accounts WHERE id = $1",
            &[Value::Bytes(account.id.as_bytes())],
        )
        .await?;
    Ok(false)
}

/// False when the identity is somebody's, or the account has another of its issuer.
async fn insert(
    statements: &mut dyn Statements,
    account: AccountId,
    identity: &NewIdentity,
) -> Result<bool, Error> {
    let made = statements
        .run(
            "INSERT INTO identities (id, account, issuer, subject, shown_as, since_ms)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            &[
                Value::Bytes(identity.id.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Text(&identity.identity.issuer),
                Value::Text(&identity.identity.subject),
                Value::Text(&identity.shown_as),
                Value::Int(identity.since_ms),
            ],
        )
        .await?;
    Ok(made > 0)
}

pub(super) async fn connect(
    statements: &mut dyn Statements,
    account: AccountId,
    identity: &NewIdentity,
) -> Result<Connection, Error> {
    if !hold(&mut *statements, account, None).await? {
        return Ok(Connection::NoAccount);
    }
    if insert(&mut *statements, account, identity).await? {
        return Ok(Connection::Connected);
    }
    let owner = statements
        .row(
            "SELECT account FROM identities WHERE issuer = $1 AND subject = $2",
            &[
                Value::Text(&identity.identity.issuer),
                Value::Text(&identity.identity.subject),
            ],
        )
        .await?;
    Ok(match owner {
        Some(row) if row.bytes(0)? == account.as_bytes() => Connection::Connected,
        Some(_) => Connection::OfAnother,
        None => Connection::HasAnother,
    })
}

pub(super) async fn disconnect(
    statements: &mut dyn Statements,
    account: AccountId,
    id: IdentityId,
    usable_issuer: &str,
) -> Result<Disconnection, Error> {
    // Whoever takes another way away at this moment waits here, and then counts what is left.
    hold(&mut *statements, account, None).await?;
    let identities = of_account(&mut *statements, account).await?;
    if !identities.iter().any(|identity| identity.id == id) {
        return Ok(Disconnection::NoSuchIdentity);
    }
    let with_password = statements
        .row(
            "SELECT id FROM accounts WHERE id = $1 AND password IS NOT NULL",
            &[Value::Bytes(account.as_bytes())],
        )
        .await?;
    let is_another_way =
        |identity: &ConnectedIdentity| identity.id != id && identity.issuer == usable_issuer;
    if with_password.is_none() && !identities.iter().any(is_another_way) {
        return Ok(Disconnection::LastWayIn);
    }
    statements
        .run(
            "DELETE FROM identities WHERE account = $1 AND id = $2",
            &[
                Value::Bytes(account.as_bytes()),
                Value::Bytes(id.as_bytes()),
            ],
        )
        .await?;
    Ok(Disconnection::Disconnected)
}
