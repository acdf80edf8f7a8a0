//! A store opened for a few statements of an operator's command, whether or not a server runs on it.
//!
//! SQLite lets two processes write in turn, so accounts and communities can be read and changed beside a server: it
//! keeps nothing of them in memory. Documents are another matter, which is why a server holds the directory's lock; a
//! store that was opened beside one must not be served.

use std::path::Path;

use super::files::{DATABASE_FILE, DataDir};
use super::{Classify, MIGRATIONS, SqliteStore};
use crate::store::StoreError;

impl SqliteStore {
    /// Opens the store of a data directory beside whoever serves it. Brings the schema up to date only when nobody does.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when there is no store, or the server that runs on it is of another version; else the
    /// storage-wide kinds.
    ///
    /// Cancel safety: dropping the future closes what was opened.
    pub async fn open_beside(data_dir: &Path) -> Result<Self, StoreError> {
        if !data_dir.join(DATABASE_FILE).is_file() {
            return Err(StoreError::Rejected(
                format!("{} holds no store", data_dir.display()).into(),
            ));
        }
        match Self::open(data_dir).await {
            Err(StoreError::InUse(_)) => {}
            opened => return opened,
        }
        let dir = DataDir::create(data_dir)?;
        let store = Self::connected(dir, None, None).await?;
        let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&store.readers)
            .await
            .classify("read the version of the schema")?;
        if found != MIGRATIONS.iter().map(|step| step.version).max() {
            return Err(StoreError::Rejected(
                "the server that runs on this directory is of another version: use its own binary, or stop it first".into(),
            ));
        }
        Ok(store)
    }
}
