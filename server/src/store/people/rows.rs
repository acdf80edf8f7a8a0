//! From columns to accounts and sessions, and the lists of columns that are read.

use sqlx::Error;

use super::{Account, Email, PasswordHash, Session};
use crate::store::portal_ids::{AccountId, SessionId};
use crate::store::statements::{Row, unreadable};

/// The columns of an account, as [`account`] reads them.
pub(in crate::store) const ACCOUNT: &str = "accounts.id, accounts.email, accounts.email_folded, accounts.name, \
     accounts.password, accounts.created_at_ms, accounts.locked_at_ms";

/// How many columns [`ACCOUNT`] has: what is read beside an account stands behind them.
pub(super) const ACCOUNT_COLUMNS: usize = 7;

/// The columns of a session, as [`session`] reads them.
pub(super) const SESSION: &str = "sessions.id, sessions.account, sessions.created_at_ms, \
     sessions.last_seen_at_ms, sessions.expires_at_ms, sessions.user_agent, sessions.address";

/// An account from the first columns of a row.
pub(in crate::store) fn account(row: &Row) -> Result<Account, Error> {
    Ok(Account {
        id: AccountId::from_bytes(row.bytes(0)?).map_err(|_| unreadable(0))?,
        email: Email {
            written: row.text(1)?,
            folded: row.text(2)?,
        },
        name: row.text(3)?,
        password: row.maybe_text(4)?.map(PasswordHash::new),
        created_at_ms: row.int(5)?,
        locked_at_ms: row.maybe_int(6)?,
    })
}

pub(super) fn session_id(row: &Row, column: usize) -> Result<SessionId, Error> {
    SessionId::from_bytes(row.bytes(column)?).map_err(|_| unreadable(column))
}

/// A session from the columns that begin at `first`.
pub(super) fn session(row: &Row, first: usize) -> Result<Session, Error> {
    Ok(Session {
        id: session_id(row, first)?,
        account: AccountId::from_bytes(row.bytes(first + 1)?).map_err(|_| unreadable(first + 1))?,
        created_at_ms: row.int(first + 2)?,
        last_seen_at_ms: row.int(first + 3)?,
        expires_at_ms: row.int(first + 4)?,
        user_agent: row.text(first + 5)?,
        address: row.text(first + 6)?,
    })
}
