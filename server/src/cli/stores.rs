//! Which store is behind an address. Above this, nobody knows.

use std::sync::Arc;

use crate::bus::NodeId;
use crate::store::address::StoreAddress;
use crate::store::portable::MovedStore;
use crate::store::postgres::Company;
use crate::store::sqlite::files::DATABASE_FILE;
use crate::store::{PostgresStore, SqliteStore, Store, StoreError};

/// Opens a store to serve it as this node.
///
/// # Errors
/// As [`SqliteStore::open`] and [`PostgresStore::serve`]; [`StoreError::Unavailable`] with a sentence when it must not be
/// served.
pub(super) async fn open(
    address: &StoreAddress,
    moved: MovedStore,
    company: Company,
    node: NodeId,
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
        StoreAddress::Postgres(url) => Ok(Arc::new(
            PostgresStore::serve(url, moved, company, node).await?,
        )),
    }
}

/// Opens a store for an operator's command, whether or not it is being served.
///
/// # Errors
/// As [`SqliteStore::open_beside`] and [`PostgresStore::open`]; [`StoreError::Unavailable`] with a sentence when it was
/// moved elsewhere.
pub(super) async fn open_beside(
    address: &StoreAddress,
    moved: MovedStore,
) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match address {
        StoreAddress::Sqlite(data_dir) => {
            let store = SqliteStore::open_beside(data_dir).await?;
            let admitted = store.marks().await.and_then(|marks| marks.admit(moved));
            if let Err(error) = admitted {
                store.close().await;
                return Err(error);
            }
            Arc::new(store)
        }
        // As one more session, not as a node: it keeps nothing in memory that another could make untrue.
        StoreAddress::Postgres(url) => Arc::new(PostgresStore::open(url, moved).await?),
    })
}

/// As [`open_beside`], making the store of a data directory that has none: a server will be started on it later.
///
/// # Errors
/// As [`open_beside`], and as [`SqliteStore::open`].
pub(super) async fn open_beside_or_make(
    address: &StoreAddress,
) -> Result<Arc<dyn Store>, StoreError> {
    if let StoreAddress::Sqlite(data_dir) = address
        && !data_dir.join(DATABASE_FILE).is_file()
    {
        SqliteStore::open(data_dir).await?.close().await;
    }
    open_beside(address, MovedStore::Refused).await
}
