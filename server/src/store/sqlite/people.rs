//! Accounts, sessions and links in SQLite: readers read, and what belongs together is one transaction of the writer.

pub(super) mod queries;

use async_trait::async_trait;

use super::SqliteStore;
use super::classify::Classify;
use crate::store::StoreError;
use crate::store::people::{
    Account, Creation, Email, NewAccount, NewPasswordLink, NewSession, PORTAL_KEY_BYTES,
    PasswordHash, PasswordLink, PeopleStore, SecretHash, Session, fresh_portal_key,
};
use crate::store::portal_ids::{AccountId, SessionId};

/// One question to a reader.
macro_rules! read {
    ($store:expr, $action:literal, $query:ident($($argument:expr),*)) => {{
        let mut reader = $store.readers.acquire().await.classify($action)?;
        queries::$query(&mut reader, $($argument),*).await.classify($action)
    }};
}

/// One transaction of the writer.
macro_rules! write {
    ($store:expr, $action:literal, $query:ident($($argument:expr),*)) => {{
        let mut tx = $store.writer.begin().await?;
        let outcome = queries::$query(tx.connection()?, $($argument),*).await.classify($action);
        tx.finish(outcome).await
    }};
}

#[async_trait]
impl PeopleStore for SqliteStore {
    async fn portal_key(&self) -> Result<[u8; PORTAL_KEY_BYTES], StoreError> {
        let fresh = fresh_portal_key()?;
        write!(self, "read the portal's key", portal_key(fresh))
    }

    async fn create_account(
        &self,
        account: &NewAccount,
        link: Option<&NewPasswordLink>,
    ) -> Result<Creation, StoreError> {
        write!(self, "create an account", create_account(account, link))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        read!(self, "read an account", account(id))
    }

    async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        read!(self, "find an account", account_by_email(email))
    }

    async fn accounts(&self, after: Option<&Email>) -> Result<Vec<Account>, StoreError> {
        read!(self, "list accounts", accounts(after))
    }

    async fn rename_account(&self, id: AccountId, name: &str) -> Result<bool, StoreError> {
        write!(self, "rename an account", rename_account(id, name))
    }

    async fn set_locked(
        &self,
        id: AccountId,
        locked_at_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        write!(
            self,
            "lock or unlock an account",
            set_locked(id, locked_at_ms)
        )
    }

    async fn change_password(
        &self,
        id: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
        keep: SessionId,
    ) -> Result<bool, StoreError> {
        write!(
            self,
            "change a password",
            change_password(id, from, to, keep)
        )
    }

    async fn put_password_link(&self, link: &NewPasswordLink) -> Result<bool, StoreError> {
        write!(self, "make a password link", put_password_link(link))
    }

    async fn password_link(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<PasswordLink>, StoreError> {
        read!(self, "find a password link", password_link(secret, now_ms))
    }

    async fn use_password_link(
        &self,
        secret: SecretHash,
        password: &PasswordHash,
        session: &NewSession,
    ) -> Result<bool, StoreError> {
        write!(
            self,
            "use a password link",
            use_password_link(secret, password, session)
        )
    }

    async fn begin_session(
        &self,
        session: &NewSession,
        checked: &PasswordHash,
    ) -> Result<bool, StoreError> {
        write!(self, "begin a session", begin_session(session, checked))
    }

    async fn session(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<(Account, Session)>, StoreError> {
        read!(self, "find a session", session(secret, now_ms))
    }

    async fn live_sessions(
        &self,
        ids: &[SessionId],
        now_ms: i64,
    ) -> Result<Vec<SessionId>, StoreError> {
        read!(self, "look after sessions", live_sessions(ids, now_ms))
    }

    async fn sessions(&self, account: AccountId, now_ms: i64) -> Result<Vec<Session>, StoreError> {
        read!(self, "list sessions", sessions(account, now_ms))
    }

    async fn touch_session(
        &self,
        id: SessionId,
        last_seen_at_ms: i64,
        expires_at_ms: i64,
    ) -> Result<(), StoreError> {
        write!(
            self,
            "note that a session is used",
            touch_session(id, last_seen_at_ms, expires_at_ms)
        )
    }

    async fn end_session(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError> {
        write!(self, "end a session", end_session(account, id))
    }
}
