//! Backup while the server runs, and restore into an empty data directory.
//!
//! - A backup is one SQLite file, complete and checked when it gets its name: it is written under a temporary name beside
//!   it, read back and verified, synced, and renamed. An existing file is never overwritten. What is damaged in the store
//!   is damaged in its backup: it is named, and the rest is kept all the same.
//! - A restore verifies everything first and then gives every document a new lineage and the store a new identity
//!   (D15), because members may hold edits that are newer than the backup: their replicas become branches to review
//!   instead of merging into a history that forgot them. It signs everybody out: what was ended after the backup was made
//!   must not live again.
//!
//! A backup of a PostgreSQL store is the same kind of file, so a community can go on from it on one machine. For very
//! large installations PostgreSQL has its own tools besides.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use consilium_protocol::ids::Lineage;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::{Connection, SqliteConnection};
use uuid::Uuid;

use crate::store::address::PostgresUrl;
use crate::store::portable::mark::{MOVED_IN, MOVED_OUT, PORTAL_KEY};
use crate::store::postgres::copy_postgres;
use crate::store::sqlite::files::{DATABASE_FILE, DataDir, sync_dir};
use crate::store::sqlite::{
    Classify, MIGRATIONS, Verified, connect_options, read_marks, vacuum_into, verify,
};
use crate::store::{Corruption, Store, StoreError};

/// What to do about a backup that is damaged in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damaged {
    /// Restore nothing of it.
    Refuse,
    /// Restore everything else: a document lacks the edits that are damaged, and what builds on them waits.
    LeaveOut,
}

/// What a restore put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What was found in the backup, all of it verified.
    pub verified: Verified,
    /// What was damaged and left out.
    pub left_out: Vec<Corruption>,
    /// The new identity of the store.
    pub store_id: Uuid,
}

/// Writes a consistent, durable copy of a running store to `path`, reads it back, and answers with what is damaged in it:
/// nothing, when all is well.
///
/// # Errors
/// [`StoreError::Exists`] when the path is taken; [`StoreError::Full`] or [`StoreError::Unavailable`] when it cannot
/// be written. Nothing is left behind then.
///
/// Cancel safety: dropping the future leaves no file at `path`.
pub async fn backup(store: &dyn Store, path: &Path) -> Result<Vec<Corruption>, StoreError> {
    let place = Place::of(path)?;
    store.backup(&place.partial).await?;
    place.publish_checked().await
}

/// As [`backup`], from a data directory, whether a server runs on it or not.
///
/// # Errors
/// As [`backup`]; [`StoreError::Unavailable`] when there is no database in the directory.
///
/// Cancel safety: as [`backup`].
pub async fn backup_data_dir(data_dir: &Path, path: &Path) -> Result<Vec<Corruption>, StoreError> {
    let database = data_dir.join(DATABASE_FILE);
    if !database.is_file() {
        return Err(StoreError::Unavailable(
            format!("there is no database at {}", database.display()).into(),
        ));
    }
    let place = Place::of(path)?;
    vacuum_into(&database, &place.partial).await?;
    place.publish_checked().await
}

/// As [`backup`], from a PostgreSQL database, whether nodes serve it or not.
///
/// # Errors
/// As [`backup`]; [`StoreError::Rejected`] when there is no store in the database.
///
/// Cancel safety: as [`backup`].
pub async fn backup_postgres(
    url: &PostgresUrl,
    path: &Path,
) -> Result<Vec<Corruption>, StoreError> {
    let place = Place::of(path)?;
    copy_postgres(url, &place.partial).await?;
    place.publish_checked().await
}

/// Puts a backup into a data directory that holds no database yet.
///
/// # Errors
/// [`StoreError::Exists`] when the directory holds a database, [`StoreError::InUse`] when a server runs on it,
/// [`StoreError::Corrupt`] with the first thing in the backup that is not as it was written,
/// [`StoreError::Rejected`] when it is no backup of ours or of a newer version. No database is left in the directory then.
///
/// Cancel safety: dropping the future leaves no database behind.
pub async fn restore(
    from: &Path,
    data_dir: &Path,
    damaged: Damaged,
) -> Result<Restored, StoreError> {
    let dir = DataDir::create(data_dir)?;
    let _lock = dir.lock()?;
    let place = Place::of(&dir.database())?;
    let (from, partial) = (from.to_owned(), place.partial.to_path_buf());
    tokio::task::spawn_blocking(move || std::fs::copy(from, partial))
        .await
        .map_err(|error| StoreError::Rejected(format!("copy the backup: {error}").into()))?
        .map_err(|error| StoreError::io("copy the backup", &error))?;

    // Not WAL while it is being worked on: one file is what gets renamed.
    let options = connect_options(&place.partial)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Delete);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .classify("open the backup")?;
    let restored = renew(&mut connection, damaged).await;
    let closed = connection.close().await.classify("close the backup");
    let restored = restored?;
    closed?;
    place.publish()?;
    Ok(restored)
}

async fn renew(
    connection: &mut SqliteConnection,
    damaged: Damaged,
) -> Result<Restored, StoreError> {
    let known: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE name IN ('meta', 'documents', 'journal')",
    )
    .fetch_one(&mut *connection)
    .await
    .classify("read the backup")?;
    if known != 3 {
        return Err(StoreError::Rejected(
            "this file is no backup of a consilium store".into(),
        ));
    }
    MIGRATIONS
        .run_direct(None, &mut *connection, false)
        .await
        .map_err(|error| StoreError::Rejected(format!("migrate the backup: {error}").into()))?;
    let (verified, damage) = verify(connection).await?;
    match (damaged, damage.first()) {
        (Damaged::LeaveOut, _) => leave_out(connection, &damage).await?,
        (Damaged::Refuse, Some(first)) => return Err(StoreError::Corrupt(first.clone())),
        (Damaged::Refuse, None) => {}
    }
    // A copy of a store that was moved elsewhere is a store of its own; a half of one is not.
    if read_marks(&mut *connection).await?.is_incomplete() {
        return Err(StoreError::Rejected(
            "this is a backup of a store that was still being filled by `consilium migrate-store`"
                .into(),
        ));
    }
    let store_id = Uuid::now_v7();
    let action = "give the documents new lineages";
    let mut tx = connection.begin().await.classify(action)?;
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM documents")
        .fetch_all(&mut *tx)
        .await
        .classify(action)?;
    for id in ids {
        sqlx::query("UPDATE documents SET lineage = ?2 WHERE id = ?1")
            .bind(id)
            .bind(Lineage(Uuid::now_v7()).as_bytes().to_vec())
            .execute(&mut *tx)
            .await
            .classify(action)?;
    }
    sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES ('store-id', ?1)")
        .bind(store_id.as_bytes().to_vec())
        .execute(&mut *tx)
        .await
        .classify("give the store a new identity")?;
    sqlx::query("DELETE FROM meta WHERE key IN (?1, ?2, ?3)")
        .bind(MOVED_OUT)
        .bind(MOVED_IN)
        .bind(PORTAL_KEY)
        .execute(&mut *tx)
        .await
        .classify("forget where the documents went")?;
    for table in ["sessions", "password_links", "mails"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")))
            .execute(&mut *tx)
            .await
            .classify("sign everybody out, and write to nobody")?;
    }
    tx.commit().await.classify(action)?;
    Ok(Restored {
        verified,
        left_out: damage,
        store_id,
    })
}

/// Takes damaged rows and snapshots out of a copy.
async fn leave_out(
    connection: &mut SqliteConnection,
    damage: &[Corruption],
) -> Result<(), StoreError> {
    let action = "leave out what is damaged";
    for found in damage {
        let query = match found {
            Corruption::JournalRow { row, .. } => {
                sqlx::query("DELETE FROM journal WHERE id = ?1").bind(row.0)
            }
            Corruption::Snapshot { doc, hash } => sqlx::query(
                "DELETE FROM snapshots WHERE hash = ?1 AND doc = (SELECT id FROM documents WHERE name = ?2)",
            )
            .bind(hash.0.to_vec())
            .bind(doc.as_str().to_owned()),
            other => return Err(StoreError::Corrupt(other.clone())),
        };
        query.execute(&mut *connection).await.classify(action)?;
    }
    Ok(())
}

/// A file that is written under another name first. The partial file goes away unless it is published.
struct Place {
    partial: tempfile::TempPath,
    path: PathBuf,
    dir: PathBuf,
}

impl Place {
    fn of(path: &Path) -> Result<Self, StoreError> {
        let path =
            std::path::absolute(path).map_err(|error| StoreError::io("find the target", &error))?;
        if path.exists() {
            return Err(StoreError::Exists(path));
        }
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(StoreError::Rejected(
                format!("{} is no file path", path.display()).into(),
            ));
        };
        let dir = dir.to_owned();
        let partial = dir.join(format!(
            ".{}.{}.partial",
            name.to_string_lossy(),
            Uuid::now_v7().simple()
        ));
        let partial = tempfile::TempPath::try_from_path(partial)
            .map_err(|error| StoreError::io("choose a temporary name", &error))?;
        Ok(Self { partial, path, dir })
    }

    /// Reads the partial file back, then publishes it. Answers with what is damaged in it.
    async fn publish_checked(self) -> Result<Vec<Corruption>, StoreError> {
        let options = connect_options(&self.partial)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Delete);
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .classify("read the backup back")?;
        let checked = verify(&mut connection).await;
        let closed = connection.close().await.classify("close the backup");
        let (_, damage) = checked?;
        closed?;
        self.publish()?;
        Ok(damage)
    }

    /// Makes the partial file durable and gives it its name, unless somebody else took that in the meantime.
    fn publish(self) -> Result<(), StoreError> {
        // Everything that everybody wrote is in it.
        std::fs::set_permissions(&self.partial, Permissions::from_mode(0o600))
            .and_then(|()| std::fs::File::open(&self.partial))
            .and_then(|file| file.sync_all())
            .map_err(|error| StoreError::io("sync the copy", &error))?;
        self.partial
            .persist_noclobber(&self.path)
            .map_err(|error| {
                if error.error.kind() == std::io::ErrorKind::AlreadyExists {
                    StoreError::Exists(self.path.clone())
                } else {
                    StoreError::io("name the copy", &error.error)
                }
            })?;
        sync_dir(&self.dir)
    }
}

#[cfg(test)]
mod tests;
