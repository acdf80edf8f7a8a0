//! One document in a store over PostgreSQL, reached without a server: its rows are texts that a test finds again.

use std::collections::BTreeSet;

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use consilium_server::store::portable::MovedStore;
use consilium_server::store::{Append, DocId, PostgresStore, Store, StoreError};

/// When everything here happens.
pub const NOW_MS: i64 = 1_790_000_000_000;

/// Opens the store of a database.
///
/// # Errors
/// As [`PostgresStore::open`].
///
/// # Panics
/// When `url` is no address.
pub async fn try_open(url: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(&url.parse().expect("an address"), MovedStore::Refused).await
}

/// As [`try_open`].
///
/// # Panics
/// When it fails.
pub async fn open(url: &str) -> PostgresStore {
    try_open(url).await.expect("open the store")
}

/// One row of a document.
#[must_use]
pub fn append(doc: DocId, update: impl Into<Bytes>) -> Append {
    Append {
        doc,
        update: update.into(),
        author: None,
        claims: Vec::new(),
        at_ms: NOW_MS,
    }
}

/// What the document is called.
///
/// # Panics
/// Never: it is a name.
#[must_use]
pub fn name() -> DocName {
    DocName::parse("a").expect("a name")
}

/// Makes the document.
///
/// # Panics
/// When the store refuses.
pub async fn create(store: &dyn Store) -> DocId {
    let created = store.load_or_create(&name(), NOW_MS).await;
    created.expect("create a document").record.id
}

/// The rows of the document, read through a store of its own.
///
/// # Panics
/// When they cannot be read.
pub async fn stored(url: &str) -> BTreeSet<String> {
    let store = open(url).await;
    let document = store.load(&name()).await.expect("load").expect("it exists");
    store.close().await;
    let texts = document.tail.iter().map(|row| row.update.to_vec());
    texts
        .map(|text| String::from_utf8(text).expect("a text"))
        .collect()
}
