//! The contract suite over SQLite, and what is SQLite's own: damage, a full disk, a second server.

use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;

use super::*;
use crate::store::contract::StoreFactory;

struct InTempDir(TempDir);

impl InTempDir {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory"))
    }
}

#[async_trait]
impl StoreFactory for InTempDir {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(
            SqliteStore::open(self.0.path())
                .await
                .expect("open the store"),
        )
    }
}

crate::store_contract!(InTempDir::new());
