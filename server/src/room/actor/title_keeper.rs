//! Stores a document's title for the lists, one write after the other, and of several that wait only the newest.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::now_ms;
use crate::store::{DocId, Store};

/// Keeps the stored title of one document up to date. When it is dropped, the last title is still stored.
pub(super) struct TitleKeeper {
    newest: watch::Sender<String>,
}

impl TitleKeeper {
    /// Starts with the first title.
    pub(super) fn start(
        store: Arc<dyn Store>,
        doc: DocId,
        title: String,
        tasks: &TaskTracker,
    ) -> Self {
        let (newest, mut titles) = watch::channel(title);
        titles.mark_changed();
        tasks.spawn(async move {
            while titles.changed().await.is_ok() {
                let title = titles.borrow_and_update().clone();
                if let Err(error) = store.set_title(doc, &title, now_ms()).await {
                    tracing::warn!(?doc, %error, "store title");
                }
            }
        });
        Self { newest }
    }

    /// There is a newer one.
    pub(super) fn keep(&self, title: String) {
        self.newest.send_replace(title);
    }
}

#[cfg(test)]
mod tests;
