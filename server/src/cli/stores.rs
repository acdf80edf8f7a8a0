//! Which store is behind an address. Above this, nobody knows.

use std::sync::Arc;

use crate::store::address::StoreAddress;
use crate::store::portable::MovedStore;
use crate::store::postgres::Company;
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

/// Opens a store beside whoever serves it, for a few statements of an operator's command.
///
/// # Errors
/// As [`SqliteStore::open_beside`] and [`PostgresStore::open`].
pub(super) async fn open_beside(address: &StoreAddress) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match address {
        StoreAddress::Sqlite(data_dir) => Arc::new(SqliteStore::open_beside(data_dir).await?),
        StoreAddress::Postgres(url) => {
            Arc::new(PostgresStore::open(url, MovedStore::Served).await?)
        }
    })
}
