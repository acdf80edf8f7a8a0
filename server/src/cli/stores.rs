//! Which store is behind an address. Above this, nobody knows.

use std::sync::Arc;

use crate::store::address::StoreAddress;
use crate::store::portable::MovedStore;
use crate::store::postgres::Company;
use crate::store::sqlite::files::DATABASE_FILE;
use crate::store::{PostgresStore, SqliteStore, Store, StoreError};

/// Opens a store to serve it.
///
/// # Errors
/// As [`SqliteStore::open`] and [`PostgresStore::serve`]; [`StoreError::Unavailable`] with a sentence when it must not be
/// served.
pub(super) async fn open(
    address: &StoreAddress,
    moved: MovedStore,
    company: Company,
) -> Result<Arc<dyn Store>, StoreError> {
    match address {
        StoreAddress::Sqlite(data_dir) => {
            let store = SqliteStore::open(data_dir).await?;
            let admitted = match store.marks().await {
                Ok(marks) => marks.admit(moved),
                Err(error) => Err(error),
            };
            if let Err(error) = admitted {
                store.close().await;
                return Err(error);
            }
            Ok(Arc::new(store))
        }
        StoreAddress::Postgres(url) => {
            Ok(Arc::new(PostgresStore::serve(url, moved, company).await?))
        }
    }
}

/// What to do about a data directory in which there is no store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Make one: a server will be started on it later.
    Made,
    /// It is a mistake.
    Refused,
}

/// Opens a store for a few statements, whether it is served or not.
///
/// # Errors
/// As [`open`]; [`StoreError::Rejected`] when there is no store, or another version serves it.
pub(super) async fn open_beside(
    address: &StoreAddress,
    missing: Missing,
) -> Result<Arc<dyn Store>, StoreError> {
    match address {
        StoreAddress::Sqlite(data_dir) => {
            if missing == Missing::Refused && !data_dir.join(DATABASE_FILE).is_file() {
                return Err(StoreError::Rejected(
                    format!("there is no store in {}", data_dir.display()).into(),
                ));
            }
            match open(address, MovedStore::Refused, Company::Alone).await {
                // It is being served, so it was admitted.
                Err(StoreError::InUse(_)) => Ok(Arc::new(SqliteStore::beside(data_dir).await?)),
                opened => opened,
            }
        }
        // As one more session, not as a node: it keeps nothing in memory that another could make untrue.
        StoreAddress::Postgres(url) => Ok(Arc::new(
            PostgresStore::open(url, MovedStore::Refused).await?,
        )),
    }
}
