//! A backup: everything as of one instant, in the very file that a backup of the embedded store is.
//!
//! So a community can restore it on one machine without PostgreSQL, and `consilium restore` verifies it like any other.
//! It goes document by document through the form of [`crate::store::portable`]; writers are not disturbed, they only
//! leave behind old versions of rows until the copy is done.

use std::path::Path;

use super::portable::PortablePostgres;
use super::session::Connector;
use crate::store::StoreError;
use crate::store::address::PostgresUrl;
use crate::store::portable::copy_all;
use crate::store::sqlite::PortableSqlite;

/// Copies the store in a database, as of now, to a file that does not exist.
pub(crate) async fn copy_postgres(url: &PostgresUrl, to: &Path) -> Result<(), StoreError> {
    copy(&Connector::new(url)?, to).await
}

pub(super) async fn copy(connector: &Connector, to: &Path) -> Result<(), StoreError> {
    let mut source = PortablePostgres::snapshot(connector).await?;
    let mut target = PortableSqlite::file(to).await?;
    copy_all(&mut source, &mut target).await?;
    target.close().await
}
