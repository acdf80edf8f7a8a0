//! The way into quarantine: one transaction of the node at a time.
//!
//! Storage takes one writer after the other. Without turns, a crowd of rooms that set updates aside would all stand
//! before the next commit; this way it waits for one of them at most.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::store::{Quarantined, SetAside, Store, StoreError};

/// Whose turn it is.
pub(super) struct Turns {
    store: Arc<dyn Store>,
    turn: Mutex<()>,
}

impl std::fmt::Debug for Turns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turns").finish_non_exhaustive()
    }
}

impl Turns {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            turn: Mutex::default(),
        }
    }

    pub(super) async fn quarantine(
        &self,
        entries: &[Quarantined],
    ) -> Result<Vec<SetAside>, StoreError> {
        let _turn = self.turn.lock().await;
        self.store.quarantine(entries).await
    }
}
