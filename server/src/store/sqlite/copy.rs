//! Copying a database while others write to it.
//!
//! A connection of its own: the copy reads for as long as it takes, and the readers of the store stay free.

use std::path::Path;

use sqlx::{ConnectOptions, Connection};

use super::classify::Classify;
use super::options::connect_options;
use crate::store::StoreError;

/// Copies a database with everything committed so far, compacted, to a file that does not exist.
pub(crate) async fn vacuum_into(database: &Path, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Exists(to.to_owned()));
    }
    let target = to.to_str().ok_or_else(|| {
        StoreError::Rejected(format!("{} is not a UTF-8 path", to.display()).into())
    })?;
    let options = connect_options(database).create_if_missing(false);
    let mut connection = options
        .connect()
        .await
        .classify("open the database for a backup")?;
    let copied = sqlx::query("VACUUM INTO ?1")
        .bind(target)
        .execute(&mut connection)
        .await
        .classify("copy the database");
    let closed = connection
        .close()
        .await
        .classify("close the database after a backup");
    copied?;
    closed
}
