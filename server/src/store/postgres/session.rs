//! A connection, and what has to be true before anything is asked over it.
//!
//! - Durable: a commit is answered after the write-ahead log has reached the disk (I1), whatever the server's or the
//!   role's default for `synchronous_commit`.
//! - On a primary: a standby that is promoted later has another history than ours.
//! - Admitted: every session of a serving node holds one advisory lock of the database, shared, from its first moment
//!   to its last. `migrate-store` takes the same lock alone. So no node can write while a store is being moved, not even
//!   one that was cut off and comes back. It is taken when connecting, never on the write path.
//! - Of a known run of the server ([`super::position`]).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Row};

use super::backend::Backend;
use super::classify::{classify, classify_connecting, within};
use super::neighbours::Mark;
use super::position::{Epoch, Epochs, RunName};
use crate::store::StoreError;
use crate::store::address::PostgresUrl;
use crate::store::limits::{
    POSTGRES_ALONE_PATIENCE, POSTGRES_ALONE_RETRY, POSTGRES_ANSWER_TIMEOUT,
    POSTGRES_CONNECT_TIMEOUT, POSTGRES_IDLE_TRANSACTION_TIMEOUT, POSTGRES_KEEPALIVE_IDLE,
    POSTGRES_KEEPALIVE_INTERVAL, POSTGRES_KEEPALIVE_PROBES, POSTGRES_LOCK_TIMEOUT,
    POSTGRES_STATEMENT_TIMEOUT,
};
use crate::store::portable::mark::{MOVED_IN, MOVED_OUT};
use crate::store::portable::{Marks, MovedStore};

/// The advisory lock of the database: shared for serving, alone for moving. Any fixed number does.
const ADMISSION_LOCK: i64 = i64::from_be_bytes(*b"consiliu");

/// The oldest server whose transaction ids can be asked for as we do. Older ones are no longer maintained.
const SERVER_VERSION_MIN: u32 = 140_000;

/// How a session is admitted to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// With any number of other nodes.
    Serving(MovedStore),
    /// Alone: nobody serves while it lasts.
    Alone,
    /// Only to read, whatever goes on.
    Reading,
}

/// How to connect.
#[derive(Debug)]
pub(super) struct Connector {
    options: PgConnectOptions,
    epochs: Epochs,
    losses: AtomicU64,
}

/// A connection that may be used.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) connection: PgConnection,
    pub(super) epoch: Epoch,
    /// Who works for it at the server.
    pub(super) backend: Backend,
    /// Losses that were known when it was made.
    losses: u64,
}

impl Connector {
    /// For whoever does not serve.
    pub(super) fn new(url: &PostgresUrl) -> Result<Self, StoreError> {
        Self::called(url, |named| named.unwrap_or("consilium").to_owned())
    }

    /// For a node that serves, whose sessions say so.
    pub(super) fn serving(url: &PostgresUrl, mark: &Mark) -> Result<Self, StoreError> {
        Self::called(url, |named| mark.name(named))
    }

    fn called(
        url: &PostgresUrl,
        name: impl FnOnce(Option<&str>) -> String,
    ) -> Result<Self, StoreError> {
        // What is wrong with an address must not be told with the address.
        let options = PgConnectOptions::from_url(url.expose()).map_err(|_| {
            StoreError::Rejected("the postgres:// address cannot be understood".into())
        })?;
        let name = name(options.get_application_name());
        let options = options.application_name(&name);
        let milliseconds = |time: Duration| time.as_millis().to_string();
        let seconds = |time: Duration| time.as_secs().to_string();
        let options = options
            .options([
                (
                    "statement_timeout",
                    milliseconds(POSTGRES_STATEMENT_TIMEOUT),
                ),
                ("lock_timeout", milliseconds(POSTGRES_LOCK_TIMEOUT)),
                (
                    "idle_in_transaction_session_timeout",
                    milliseconds(POSTGRES_IDLE_TRANSACTION_TIMEOUT),
                ),
                ("tcp_keepalives_idle", seconds(POSTGRES_KEEPALIVE_IDLE)),
                (
                    "tcp_keepalives_interval",
                    seconds(POSTGRES_KEEPALIVE_INTERVAL),
                ),
                (
                    "tcp_keepalives_count",
                    POSTGRES_KEEPALIVE_PROBES.to_string(),
                ),
                // "Exists already" is no news to anybody.
                ("client_min_messages", "warning".to_owned()),
            ])
            // Updates are text that people wrote: statements stay out of the logs.
            .disable_statement_logging();
        Ok(Self {
            options,
            epochs: Epochs::default(),
            losses: AtomicU64::new(0),
        })
    }

    /// A session was lost. What takes one takes all most of the time, so those made before are not to be used again.
    pub(super) fn count_loss(&self) {
        self.losses.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether no session was lost since this one was made.
    pub(super) fn trusts(&self, session: &Session) -> bool {
        session.losses == self.losses.load(Ordering::SeqCst)
    }

    /// A session for the tables of a store whose schema is up to date.
    ///
    /// Cancel safety: the connection is closed.
    pub(super) async fn connect(&self, admission: Admission) -> Result<Session, StoreError> {
        let losses = self.losses.load(Ordering::SeqCst);
        let mut connection = self.connect_bare(admission).await?;
        let asked = within(POSTGRES_ANSWER_TIMEOUT, introduce(&mut connection)).await;
        let (backend, marks) = asked.map_err(|error| classify(&error, "look at the store"))?;
        if let Admission::Serving(moved) = admission {
            Marks::read(marks)?.admit(moved)?;
        }
        Ok(Session {
            connection,
            epoch: self.epochs.of(backend.run.clone()),
            backend,
            losses,
        })
    }

    /// A session that may find no tables yet.
    ///
    /// Cancel safety: the connection is closed.
    pub(super) async fn connect_bare(
        &self,
        admission: Admission,
    ) -> Result<PgConnection, StoreError> {
        let mut connection = within(POSTGRES_CONNECT_TIMEOUT, self.options.connect())
            .await
            .map_err(|error| classify_connecting(&error))?;
        if let Some(version) = connection.server_version_num()
            && version < SERVER_VERSION_MIN
        {
            let (major, oldest) = (version / 10_000, SERVER_VERSION_MIN / 10_000);
            return Err(StoreError::Unavailable(
                format!("this is PostgreSQL {major}; {oldest} or later is needed").into(),
            ));
        }
        let until = tokio::time::Instant::now() + POSTGRES_ALONE_PATIENCE;
        loop {
            let settled = within(POSTGRES_ANSWER_TIMEOUT, settle(&mut connection, admission)).await;
            let settled = settled.map_err(|error| classify_connecting(&error))?;
            // The server may not have noticed yet that the process which served a moment ago has ended.
            let is_worth_waiting = matches!(admission, Admission::Alone)
                && !settled.is_admitted
                && tokio::time::Instant::now() < until;
            if is_worth_waiting {
                tokio::time::sleep(POSTGRES_ALONE_RETRY).await;
                continue;
            }
            settled.check(admission)?;
            return Ok(connection);
        }
    }
}

/// What the server says of itself when a session begins.
struct Settled {
    is_standby: bool,
    is_admitted: bool,
    encoding: String,
}

impl Settled {
    fn check(self, admission: Admission) -> Result<(), StoreError> {
        if self.is_standby {
            return Err(StoreError::Unavailable(
                "this PostgreSQL is a read-only standby; give the address of the primary".into(),
            ));
        }
        if self.encoding != "UTF8" {
            let encoding = self.encoding;
            return Err(StoreError::Unavailable(
                format!("the database is encoded as {encoding}; make one with ENCODING 'UTF8'")
                    .into(),
            ));
        }
        if self.is_admitted {
            return Ok(());
        }
        Err(StoreError::Busy(match admission {
            Admission::Alone => {
                "nodes are serving this database: stop them all before its documents are moved".into()
            }
            Admission::Serving(_) | Admission::Reading => {
                "`consilium migrate-store` is moving the documents of this database: wait until it is done".into()
            }
        }))
    }
}

async fn settle(
    connection: &mut PgConnection,
    admission: Admission,
) -> Result<Settled, sqlx::Error> {
    // remote_apply is `on` and a little more; everything else would acknowledge what a crash can take back.
    const SETTLE: &str = "
        SELECT pg_is_in_recovery() AS standby,
               current_setting('server_encoding') AS encoding,
               CASE WHEN current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
                    THEN set_config('synchronous_commit', 'on', false) END AS durable,
               CASE $1 WHEN 'serving' THEN pg_try_advisory_lock_shared($2)
                       WHEN 'alone' THEN pg_try_advisory_lock($2)
                       ELSE TRUE END AS admitted";
    let row = sqlx::query(SETTLE)
        .bind(match admission {
            Admission::Serving(_) => "serving",
            Admission::Alone => "alone",
            Admission::Reading => "reading",
        })
        .bind(ADMISSION_LOCK)
        .persistent(false)
        .fetch_one(connection)
        .await?;
    Ok(Settled {
        is_standby: row.try_get("standby")?,
        is_admitted: row.try_get("admitted")?,
        encoding: row.try_get("encoding")?,
    })
}

/// Which process of which run of the server works for this session, and what the store says of having been moved.
async fn introduce(
    connection: &mut PgConnection,
) -> Result<(Backend, Vec<(String, Vec<u8>)>), sqlx::Error> {
    const WHO: &str = "
        SELECT (SELECT name::text FROM run) AS name, pg_postmaster_start_time()::text AS started, pid,
               coalesce((extract(epoch FROM backend_start) * 1000000)::int8, 0) AS started_us
        FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    let backend = loop {
        let row = sqlx::query(WHO)
            .persistent(false)
            .fetch_one(&mut *connection)
            .await?;
        if let Some(name) = row.try_get("name")? {
            let started = row.try_get("started")?;
            break Backend {
                run: RunName { name, started },
                pid: row.try_get("pid")?,
                started_us: row.try_get("started_us")?,
            };
        }
        // The first to come after a crash. Of two at once, one names the run, and both read that name.
        sqlx::query("INSERT INTO run DEFAULT VALUES ON CONFLICT DO NOTHING")
            .persistent(false)
            .execute(&mut *connection)
            .await?;
    };
    let marks = sqlx::query_as("SELECT key, value FROM meta WHERE key IN ($1, $2)")
        .bind(MOVED_OUT)
        .bind(MOVED_IN)
        .persistent(false)
        .fetch_all(connection)
        .await?;
    Ok((backend, marks))
}

impl Session {
    /// Whether the other end still answers.
    pub(super) async fn answers(&mut self, limit: Duration) -> bool {
        within(limit, self.connection.ping()).await.is_ok()
    }
}
