//! What both databases are asked about people: one text of SQL for both, so that they cannot drift apart.
//!
//! `people_queries!` makes the functions for one kind of connection. Each function does its statements and nothing
//! else: the caller holds a transaction where there are several. Whoever changes what hangs on an account first takes
//! the account's own row ([`hold`](self), or by changing it), so that two of them wait for each other and never in a
//! circle.

use crate::store::portal_ids::NotAnId;

/// What a record that is not as it was written looks like to the classification of errors.
pub(crate) fn misshapen(error: NotAnId) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// Columns of an account, named so that they stand beside those of a session.
pub(crate) const ACCOUNT: &str = "accounts.id AS account_id, accounts.email, accounts.email_folded, accounts.name, \
     accounts.password, accounts.created_at_ms AS account_created_at_ms, accounts.locked_at_ms";

/// Columns of a session.
pub(crate) const SESSION: &str = "sessions.id AS session_id, sessions.account, sessions.created_at_ms, \
     sessions.last_seen_at_ms, sessions.expires_at_ms, sessions.user_agent, sessions.address";

macro_rules! people_queries {
    ($database:ty) => {
        use sqlx::{Database, QueryBuilder, Row};

        use $crate::store::limits::{ACCOUNTS_PAGE_MAX, SESSIONS_PER_ACCOUNT_MAX};
        use $crate::store::people::queries::{ACCOUNT, SESSION, misshapen};
        use $crate::store::people::{
            Account, Creation, Email, NewAccount, NewPasswordLink, NewSession,
            PORTAL_KEY_BYTES, PasswordHash, PasswordLink, SecretHash, Session,
        };
        use $crate::store::portable::mark::PORTAL_KEY;
        use $crate::store::portal_ids::{AccountId, SessionId};

        type Connection = <$database as Database>::Connection;
        type Answer<T> = Result<T, sqlx::Error>;

        pub(super) async fn portal_key(
            connection: &mut Connection,
            fresh: [u8; PORTAL_KEY_BYTES],
        ) -> Answer<[u8; PORTAL_KEY_BYTES]> {
            sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
                .bind(PORTAL_KEY)
                .bind(fresh.as_slice())
                .execute(&mut *connection)
                .await?;
            let key: Vec<u8> = sqlx::query_scalar("SELECT value FROM meta WHERE key = $1")
                .bind(PORTAL_KEY)
                .fetch_one(connection)
                .await?;
            key.try_into()
                .map_err(|_| sqlx::Error::Decode("the portal's key has another length".into()))
        }

        /// False when the e-mail address is taken.
        pub(super) async fn insert_account(
            connection: &mut Connection,
            account: &NewAccount,
        ) -> Answer<bool> {
            let done = sqlx::query(
                "INSERT INTO accounts (id, email, email_folded, name, password, created_at_ms)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email_folded) DO NOTHING",
            )
            .bind(account.id.as_bytes())
            .bind(&account.email.written)
            .bind(&account.email.folded)
            .bind(&account.name)
            .bind(account.password.as_ref().map(PasswordHash::expose))
            .bind(account.created_at_ms)
            .execute(connection)
            .await?;
            Ok(done.rows_affected() > 0)
        }

        pub(super) async fn create_account(
            connection: &mut Connection,
            account: &NewAccount,
            link: Option<&NewPasswordLink>,
        ) -> Answer<Creation> {
            if !insert_account(&mut *connection, account).await? {
                return Ok(Creation::EmailTaken);
            }
            if let Some(link) = link {
                put_link(connection, link).await?;
            }
            Ok(Creation::Created)
        }

        pub(super) async fn account(
            connection: &mut Connection,
            id: AccountId,
        ) -> Answer<Option<Account>> {
            let query = format!("SELECT {ACCOUNT} FROM accounts WHERE id = $1");
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(id.as_bytes())
                .try_map(account_of)
                .fetch_optional(connection)
                .await
        }

        pub(super) async fn account_by_email(
            connection: &mut Connection,
            email: &Email,
        ) -> Answer<Option<Account>> {
            let query = format!("SELECT {ACCOUNT} FROM accounts WHERE email_folded = $1");
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(&email.folded)
                .try_map(account_of)
                .fetch_optional(connection)
                .await
        }

        pub(super) async fn accounts(
            connection: &mut Connection,
            after: Option<&Email>,
        ) -> Answer<Vec<Account>> {
            let query = format!(
                "SELECT {ACCOUNT} FROM accounts WHERE email_folded > $1 ORDER BY email_folded LIMIT $2"
            );
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(after.map_or("", |email| email.folded.as_str()))
                .bind(i64::from(ACCOUNTS_PAGE_MAX))
                .try_map(account_of)
                .fetch_all(connection)
                .await
        }

        pub(super) async fn rename_account(
            connection: &mut Connection,
            id: AccountId,
            name: &str,
        ) -> Answer<bool> {
            let done = sqlx::query("UPDATE accounts SET name = $2 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(name)
                .execute(connection)
                .await?;
            Ok(done.rows_affected() > 0)
        }

        pub(super) async fn set_locked(
            connection: &mut Connection,
            id: AccountId,
            locked_at_ms: Option<i64>,
        ) -> Answer<bool> {
            let done = sqlx::query("UPDATE accounts SET locked_at_ms = $2 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(locked_at_ms)
                .execute(&mut *connection)
                .await?;
            if locked_at_ms.is_some() {
                end_sessions(&mut *connection, id, None).await?;
                withdraw_link(connection, id).await?;
            }
            Ok(done.rows_affected() > 0)
        }

        pub(super) async fn change_password(
            connection: &mut Connection,
            id: AccountId,
            from: &PasswordHash,
            to: &PasswordHash,
            keep: SessionId,
        ) -> Answer<bool> {
            let done = sqlx::query(
                "UPDATE accounts SET password = $3 WHERE id = $1 AND password = $2 AND locked_at_ms IS NULL",
            )
            .bind(id.as_bytes())
            .bind(from.expose())
            .bind(to.expose())
            .execute(&mut *connection)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            end_sessions(&mut *connection, id, Some(keep)).await?;
            withdraw_link(connection, id).await?;
            Ok(true)
        }

        pub(super) async fn put_password_link(
            connection: &mut Connection,
            link: &NewPasswordLink,
        ) -> Answer<bool> {
            if !hold(&mut *connection, link.account, None).await? {
                return Ok(false);
            }
            withdraw_link(&mut *connection, link.account).await?;
            put_link(connection, link).await?;
            Ok(true)
        }

        pub(super) async fn password_link(
            connection: &mut Connection,
            secret: SecretHash,
            now_ms: i64,
        ) -> Answer<Option<PasswordLink>> {
            let query = format!(
                "SELECT {ACCOUNT}, password_links.expires_at_ms AS link_expires_at_ms
                 FROM password_links JOIN accounts ON accounts.id = password_links.account
                 WHERE password_links.secret_hash = $1 AND password_links.expires_at_ms > $2
                   AND accounts.locked_at_ms IS NULL"
            );
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(secret.0.as_slice())
                .bind(now_ms)
                .try_map(|row| {
                    Ok(PasswordLink {
                        expires_at_ms: Row::try_get(&row, "link_expires_at_ms")?,
                        account: account_of(row)?,
                    })
                })
                .fetch_optional(connection)
                .await
        }

        pub(super) async fn use_password_link(
            connection: &mut Connection,
            secret: SecretHash,
            password: &PasswordHash,
            session: &NewSession,
        ) -> Answer<bool> {
            let account = session.session.account;
            let owner: Option<Vec<u8>> = sqlx::query_scalar(
                "SELECT account FROM password_links WHERE secret_hash = $1 AND expires_at_ms > $2",
            )
            .bind(secret.0.as_slice())
            .bind(session.session.created_at_ms)
            .fetch_optional(&mut *connection)
            .await?;
            if owner.as_deref() != Some(account.as_bytes())
                || !hold(&mut *connection, account, None).await?
            {
                return Ok(false);
            }
            // Looked at again, with the account held: somebody may have used it meanwhile.
            let used = sqlx::query("DELETE FROM password_links WHERE secret_hash = $1")
                .bind(secret.0.as_slice())
                .execute(&mut *connection)
                .await?;
            if used.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query("UPDATE accounts SET password = $2 WHERE id = $1")
                .bind(account.as_bytes())
                .bind(password.expose())
                .execute(&mut *connection)
                .await?;
            end_sessions(&mut *connection, account, None).await?;
            insert_session(connection, session).await?;
            Ok(true)
        }

        pub(super) async fn begin_session(
            connection: &mut Connection,
            session: &NewSession,
            checked: &PasswordHash,
        ) -> Answer<bool> {
            let account = session.session.account;
            if !hold(&mut *connection, account, Some(checked)).await? {
                return Ok(false);
            }
            sqlx::query("DELETE FROM sessions WHERE account = $1 AND expires_at_ms <= $2")
                .bind(account.as_bytes())
                .bind(session.session.created_at_ms)
                .execute(&mut *connection)
                .await?;
            insert_session(&mut *connection, session).await?;
            // The new one is never among those that go, whatever the clocks of nodes say.
            sqlx::query(
                "DELETE FROM sessions WHERE id IN (
                     SELECT id FROM sessions WHERE account = $1 AND id <> $2
                     ORDER BY last_seen_at_ms DESC, id DESC LIMIT 1000 OFFSET $3)",
            )
            .bind(account.as_bytes())
            .bind(session.session.id.as_bytes())
            .bind(i64::from(SESSIONS_PER_ACCOUNT_MAX) - 1)
            .execute(connection)
            .await?;
            Ok(true)
        }

        pub(super) async fn session(
            connection: &mut Connection,
            secret: SecretHash,
            now_ms: i64,
        ) -> Answer<Option<(Account, Session)>> {
            let query = format!(
                "SELECT {ACCOUNT}, {SESSION} FROM sessions JOIN accounts ON accounts.id = sessions.account
                 WHERE sessions.secret_hash = $1 AND sessions.expires_at_ms > $2 AND accounts.locked_at_ms IS NULL"
            );
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(secret.0.as_slice())
                .bind(now_ms)
                .try_map(|row| {
                    let session = session_of(&row)?;
                    Ok((account_of(row)?, session))
                })
                .fetch_optional(connection)
                .await
        }

        pub(super) async fn live_sessions(
            connection: &mut Connection,
            ids: &[SessionId],
            now_ms: i64,
        ) -> Answer<Vec<SessionId>> {
            let mut live = Vec::new();
            // Far below what either database takes as parameters of one statement.
            for some in ids.chunks(500) {
                let mut query = QueryBuilder::<$database>::new(
                    "SELECT id FROM sessions WHERE expires_at_ms > ",
                );
                query.push_bind(now_ms).push(" AND id IN (");
                let mut list = query.separated(", ");
                for id in some {
                    list.push_bind(id.as_bytes());
                }
                query.push(")");
                let found = query
                    .build_query_scalar::<Vec<u8>>()
                    .fetch_all(&mut *connection)
                    .await?;
                for bytes in found {
                    live.push(SessionId::from_bytes(&bytes).map_err(misshapen)?);
                }
            }
            Ok(live)
        }

        pub(super) async fn sessions(
            connection: &mut Connection,
            account: AccountId,
            now_ms: i64,
        ) -> Answer<Vec<Session>> {
            let query = format!(
                "SELECT {SESSION} FROM sessions WHERE account = $1 AND expires_at_ms > $2
                 ORDER BY last_seen_at_ms DESC, id DESC"
            );
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(account.as_bytes())
                .bind(now_ms)
                .try_map(|row| session_of(&row))
                .fetch_all(connection)
                .await
        }

        pub(super) async fn touch_session(
            connection: &mut Connection,
            id: SessionId,
            last_seen_at_ms: i64,
            expires_at_ms: i64,
        ) -> Answer<()> {
            sqlx::query("UPDATE sessions SET last_seen_at_ms = $2, expires_at_ms = $3 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(last_seen_at_ms)
                .bind(expires_at_ms)
                .execute(connection)
                .await
                .map(|_| ())
        }

        pub(super) async fn end_session(
            connection: &mut Connection,
            account: AccountId,
            id: SessionId,
        ) -> Answer<bool> {
            let done = sqlx::query("DELETE FROM sessions WHERE account = $1 AND id = $2")
                .bind(account.as_bytes())
                .bind(id.as_bytes())
                .execute(connection)
                .await?;
            Ok(done.rows_affected() > 0)
        }

        /// Keeps an account as it is until the end of the transaction. False when it is locked, gone, or has another
        /// password than `checked`.
        async fn hold(
            connection: &mut Connection,
            id: AccountId,
            checked: Option<&PasswordHash>,
        ) -> Answer<bool> {
            let done = sqlx::query(
                "UPDATE accounts SET locked_at_ms = locked_at_ms
                 WHERE id = $1 AND locked_at_ms IS NULL AND (CAST($2 AS TEXT) IS NULL OR password = $2)",
            )
            .bind(id.as_bytes())
            .bind(checked.map(PasswordHash::expose))
            .execute(connection)
            .await?;
            Ok(done.rows_affected() > 0)
        }

        pub(super) async fn insert_session(
            connection: &mut Connection,
            new: &NewSession,
        ) -> Answer<()> {
            let session = &new.session;
            sqlx::query(
                "INSERT INTO sessions (id, account, secret_hash, created_at_ms, last_seen_at_ms, expires_at_ms,
                                       user_agent, address)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(session.id.as_bytes())
            .bind(session.account.as_bytes())
            .bind(new.secret.0.as_slice())
            .bind(session.created_at_ms)
            .bind(session.last_seen_at_ms)
            .bind(session.expires_at_ms)
            .bind(&session.user_agent)
            .bind(&session.address)
            .execute(connection)
            .await
            .map(|_| ())
        }

        async fn put_link(connection: &mut Connection, link: &NewPasswordLink) -> Answer<()> {
            sqlx::query(
                "INSERT INTO password_links (account, secret_hash, created_at_ms, expires_at_ms)
                 VALUES ($1, $2, $3, $4)",
            )
            .bind(link.account.as_bytes())
            .bind(link.secret.0.as_slice())
            .bind(link.created_at_ms)
            .bind(link.expires_at_ms)
            .execute(connection)
            .await
            .map(|_| ())
        }

        async fn withdraw_link(connection: &mut Connection, account: AccountId) -> Answer<()> {
            sqlx::query("DELETE FROM password_links WHERE account = $1")
                .bind(account.as_bytes())
                .execute(connection)
                .await
                .map(|_| ())
        }

        async fn end_sessions(
            connection: &mut Connection,
            account: AccountId,
            keep: Option<SessionId>,
        ) -> Answer<()> {
            // No id is empty.
            let kept = keep.as_ref().map_or(&[][..], SessionId::as_bytes);
            sqlx::query("DELETE FROM sessions WHERE account = $1 AND id <> $2")
                .bind(account.as_bytes())
                .bind(kept)
                .execute(connection)
                .await
                .map(|_| ())
        }

        fn account_of(row: <$database as Database>::Row) -> Answer<Account> {
            let id: Vec<u8> = row.try_get("account_id")?;
            let password: Option<String> = row.try_get("password")?;
            Ok(Account {
                id: AccountId::from_bytes(&id).map_err(misshapen)?,
                email: Email {
                    written: row.try_get("email")?,
                    folded: row.try_get("email_folded")?,
                },
                name: row.try_get("name")?,
                password: password.map(PasswordHash::new),
                created_at_ms: row.try_get("account_created_at_ms")?,
                locked_at_ms: row.try_get("locked_at_ms")?,
            })
        }

        fn session_of(row: &<$database as Database>::Row) -> Answer<Session> {
            let (id, account): (Vec<u8>, Vec<u8>) =
                (row.try_get("session_id")?, row.try_get("account")?);
            Ok(Session {
                id: SessionId::from_bytes(&id).map_err(misshapen)?,
                account: AccountId::from_bytes(&account).map_err(misshapen)?,
                created_at_ms: row.try_get("created_at_ms")?,
                last_seen_at_ms: row.try_get("last_seen_at_ms")?,
                expires_at_ms: row.try_get("expires_at_ms")?,
                user_agent: row.try_get("user_agent")?,
                address: row.try_get("address")?,
            })
        }
    };
}

pub(crate) use people_queries;
