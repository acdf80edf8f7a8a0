//! The one connection that writes.
//!
//! Transactions are run by hand rather than through sqlx: when a commit fails for want of space SQLite may already
//! have rolled back, and sqlx's own depth counter would then be off for the life of the connection. Here a failed or
//! abandoned transaction only leaves a mark, and whoever writes next rolls back, or reconnects, before it begins. So
//! one failure never costs the next caller more than that (I5).

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use super::classify::{Classify, classify};
use super::known::Known;
use crate::store::StoreError;
use crate::store::limits::{PROBE_BYTES, SQLITE_CHECKPOINT_BYTES};

/// Hands the writing connection to one caller at a time, in the order of asking.
#[derive(Debug)]
pub(super) struct Writer {
    options: SqliteConnectOptions,
    slot: Mutex<Slot>,
}

#[derive(Debug)]
struct Slot {
    link: Link,
    page_count_max: Option<u64>,
    known: Known,
}

#[derive(Debug)]
enum Link {
    /// No transaction is open.
    Idle(SqliteConnection),
    /// A transaction is open, or was when its caller went away.
    Begun(SqliteConnection),
    /// The connection was given up; the next caller opens another.
    Lost,
    Closed,
}

/// A caller's turn at the connection, with no transaction open. For statements that are transactions of their own.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    slot: MutexGuard<'a, Slot>,
}

/// An open write transaction. Dropping it undoes it, at the latest when the next one begins.
#[derive(Debug)]
pub(super) struct WriteTransaction<'a> {
    slot: MutexGuard<'a, Slot>,
}

impl Writer {
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let connection = connect(&options).await.classify("open the database")?;
        Ok(Self {
            options,
            slot: Mutex::new(Slot {
                link: Link::Idle(connection),
                page_count_max: None,
                known: Known::default(),
            }),
        })
    }

    /// Brings the schema up to date, if so asked, and gives the store its identity if it has none.
    pub(super) async fn prepare(&self, migrations: Option<&Migrator>) -> Result<Uuid, StoreError> {
        if let Some(migrations) = migrations {
            let mut slot = self.slot.lock().await;
            let connection = self.idle(&mut slot).await?;
            migrations
                .run_direct(None, connection, false)
                .await
                .map_err(|error| match error {
                    MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                        classify(&error, "migrate the database")
                    }
                    other => StoreError::Rejected(format!("migrate the database: {other}").into()),
                })?;
        }
        let mut tx = self.begin().await?;
        let outcome = identify(tx.connection()?).await;
        tx.finish(outcome).await
    }

    /// Waits for its turn and begins a transaction that holds the write lock from the start.
    ///
    /// Cancel safety: nothing is left behind but a rollback for the next caller.
    pub(super) async fn begin(&self) -> Result<WriteTransaction<'_>, StoreError> {
        let (turn, _forgotten) = self.turn().await?;
        turn.begin().await
    }

    /// Waits for its turn, and takes what is known of the database. Who gives nothing back has it forgotten.
    ///
    /// Cancel safety: nothing is left behind but a rollback for the next caller.
    pub(super) async fn turn(&self) -> Result<(Turn<'_>, Known), StoreError> {
        let mut slot = self.slot.lock().await;
        let known = std::mem::take(&mut slot.known);
        self.idle(&mut slot).await?;
        Ok((Turn { slot }, known))
    }

    /// See [`super::SqliteStore::limit_bytes`]. Kept for connections opened later.
    pub(super) async fn limit_bytes(&self, bytes_max: Option<u64>) -> Result<(), StoreError> {
        let mut slot = self.slot.lock().await;
        let connection = self.idle(&mut slot).await?;
        let page_bytes: i64 = sqlx::query_scalar("PRAGMA page_size")
            .fetch_one(&mut *connection)
            .await
            .classify("read the page size")?;
        let pages = bytes_max.map(|bytes| bytes / page_bytes.unsigned_abs().max(1));
        limit_pages(connection, pages).await?;
        slot.page_count_max = pages;
        Ok(())
    }

    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let written = sqlx::query(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', randomblob(?1))",
        )
        .bind(i64::try_from(PROBE_BYTES).unwrap_or(i64::MAX))
        .execute(tx.connection()?)
        .await
        .classify("write a probe");
        tx.finish(written).await?;
        // A transaction of its own: pages freed in the one that allocated them would never reach the disk.
        let mut tx = self.begin().await?;
        let removed = sqlx::query("DELETE FROM meta WHERE key = 'probe'")
            .execute(tx.connection()?)
            .await
            .classify("remove a probe");
        tx.finish(removed).await.map(|_| ())
    }

    pub(super) async fn close(&self) {
        let mut slot = self.slot.lock().await;
        if let Link::Idle(connection) | Link::Begun(connection) =
            std::mem::replace(&mut slot.link, Link::Closed)
        {
            // Closing checkpoints the log. If that fails the log stays and is read at the next start.
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "close the database");
            }
        }
    }

    /// A connection without a transaction: the present one, tidied up, or a new one.
    async fn idle<'s>(&self, slot: &'s mut Slot) -> Result<&'s mut SqliteConnection, StoreError> {
        if let Link::Begun(connection) = &mut slot.link {
            // Fails when SQLite has rolled back by itself, which is what is wanted; the BEGIN that follows tells.
            let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
            slot.link = match std::mem::replace(&mut slot.link, Link::Lost) {
                Link::Begun(connection) => Link::Idle(connection),
                other => other,
            };
        }
        if matches!(slot.link, Link::Lost) {
            let mut connection = connect(&self.options)
                .await
                .classify("reopen the database")?;
            if slot.page_count_max.is_some() {
                limit_pages(&mut connection, slot.page_count_max).await?;
            }
            slot.link = Link::Idle(connection);
        }
        match &mut slot.link {
            Link::Idle(connection) => Ok(connection),
            Link::Begun(_) | Link::Lost | Link::Closed => {
                Err(StoreError::Unavailable("the store is closed".into()))
            }
        }
    }
}

impl Slot {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        match &mut self.link {
            Link::Idle(connection) | Link::Begun(connection) => Ok(connection),
            Link::Lost | Link::Closed => Err(StoreError::Unavailable("the store is closed".into())),
        }
    }

    fn mark_begun(&mut self) {
        self.link = match std::mem::replace(&mut self.link, Link::Lost) {
            Link::Idle(connection) => Link::Begun(connection),
            other => other,
        };
    }
}

impl<'a> Turn<'a> {
    /// The connection. A statement that writes is committed when it has returned.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.slot.connection()
    }

    /// Begins a transaction that holds the write lock from the start.
    ///
    /// Cancel safety: nothing is left behind but a rollback for the next caller.
    pub(super) async fn begin(mut self) -> Result<WriteTransaction<'a>, StoreError> {
        self.slot.mark_begun();
        let mut tx = WriteTransaction { slot: self.slot };
        let begun = sqlx::query("BEGIN IMMEDIATE")
            .execute(tx.connection()?)
            .await
            .classify("begin a transaction");
        match begun {
            Ok(_) => Ok(tx),
            Err(error) => Err(tx.undo(error).await),
        }
    }

    /// Ends the turn, and leaves what is known after a success. A connection whose file failed is given up, as after a
    /// transaction.
    pub(super) fn finish<T>(
        mut self,
        outcome: Result<(T, Known), StoreError>,
    ) -> Result<T, StoreError> {
        match outcome {
            Ok((value, known)) => {
                self.slot.known = known;
                Ok(value)
            }
            Err(error) => {
                if matches!(error, StoreError::Unavailable(_)) {
                    self.slot.link = Link::Lost;
                }
                Err(error)
            }
        }
    }
}

impl<'a> WriteTransaction<'a> {
    /// The connection, inside the transaction.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.slot.connection()
    }

    /// As [`WriteTransaction::finish`], and leaves what is known after a success.
    ///
    /// Cancel safety: the commit happens or it does not; nobody is told, and nothing is known.
    pub(super) async fn finish_knowing<T>(
        self,
        outcome: Result<(T, Known), StoreError>,
    ) -> Result<T, StoreError> {
        let (mut slot, (value, known)) = self.commit(outcome).await?;
        slot.known = known;
        Ok(value)
    }

    /// Commits a success, undoes a failure.
    ///
    /// Cancel safety: the commit happens or it does not; nobody is told.
    pub(super) async fn finish<T>(self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        self.commit(outcome).await.map(|(_slot, value)| value)
    }

    async fn commit<T>(
        mut self,
        outcome: Result<T, StoreError>,
    ) -> Result<(MutexGuard<'a, Slot>, T), StoreError> {
        let value = match outcome {
            Ok(value) => value,
            Err(error) => return Err(self.undo(error).await),
        };
        match sqlx::query("COMMIT")
            .execute(self.connection()?)
            .await
            .classify("commit")
        {
            Ok(_) => {
                self.slot.link = match std::mem::replace(&mut self.slot.link, Link::Lost) {
                    Link::Begun(connection) => Link::Idle(connection),
                    other => other,
                };
                Ok((self.slot, value))
            }
            Err(error) => Err(self.undo(error).await),
        }
    }

    /// Undoes the transaction and hands the error on. A connection whose file failed is given up: the disk may have
    /// been replaced beneath it.
    async fn undo(mut self, error: StoreError) -> StoreError {
        let mut rolled_back = false;
        if let Link::Begun(connection) = &mut self.slot.link {
            rolled_back = sqlx::query("ROLLBACK")
                .execute(&mut *connection)
                .await
                .is_ok();
        }
        let file_failed = matches!(error, StoreError::Unavailable(_));
        self.slot.link = match std::mem::replace(&mut self.slot.link, Link::Lost) {
            Link::Begun(_) if file_failed => Link::Lost,
            Link::Begun(connection) if rolled_back => Link::Idle(connection),
            other => other,
        };
        error
    }
}

/// Opens the connection, with as many bytes from one checkpoint to the next whatever the size of a page.
async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    let page_bytes: i64 = sqlx::query_scalar("PRAGMA page_size")
        .fetch_one(&mut connection)
        .await?;
    let pages = SQLITE_CHECKPOINT_BYTES / page_bytes.max(1);
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA wal_autocheckpoint = {pages}"
    )))
    .execute(&mut connection)
    .await?;
    Ok(connection)
}

async fn identify(connection: &mut SqliteConnection) -> Result<Uuid, StoreError> {
    sqlx::query("INSERT OR IGNORE INTO meta (key, value) VALUES ('store-id', ?1)")
        .bind(Uuid::now_v7().as_bytes().to_vec())
        .execute(&mut *connection)
        .await
        .classify("write the store's id")?;
    let bytes: Vec<u8> = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'store-id'")
        .fetch_one(&mut *connection)
        .await
        .classify("read the store's id")?;
    Uuid::from_slice(&bytes)
        .map_err(|error| StoreError::Rejected(format!("read the store's id: {error}").into()))
}

async fn limit_pages(
    connection: &mut SqliteConnection,
    pages: Option<u64>,
) -> Result<(), StoreError> {
    // SQLite's own bound, 2^32 - 2, stands for "none".
    let pages = pages.unwrap_or(4_294_967_294).max(1);
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA max_page_count = {pages}"
    )))
    .execute(connection)
    .await
    .classify("bound the database")
    .map(|_| ())
}
