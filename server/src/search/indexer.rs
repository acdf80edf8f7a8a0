//! Keeps what is searched up to date: one task a node, which reads documents from the store as anybody would.
//!
//! It is told by rooms which documents went on ([`Agenda`]), and besides it sweeps through the store, the last changed
//! first, for documents whose head is beyond what was read of them: so nothing that a crash, another node or a move left
//! behind stays behind. The position is asked for before the document is read, so a text is never called newer than it
//! is; the store replaces none by one from an earlier position. So any number of nodes may do this at once.
//!
//! Bounded: one document in memory at a time, and a few looked at in a step of the sweep.

use std::sync::Arc;
use std::time::{Duration, Instant};

use consilium_protocol::ids::DocName;
use metrics::counter;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::agenda::Agenda;
use super::text::SearchText;
use crate::history::states::{StateError, read_present};
use crate::store::{DocumentCursor, Store, StoreError};
use crate::telemetry::names;

/// How often a step of the sweep is taken while it finds nothing to do.
const SWEEP_INTERVAL: Duration = Duration::from_secs(2);

/// The pause between two steps while it does.
const SWEEP_PAUSE: Duration = Duration::from_millis(200);

/// The pause behind the last document, before the sweep begins again.
const SWEEP_REST: Duration = Duration::from_secs(20);

/// Documents that one step of the sweep looks at: one query, each a look into two indexes.
const SWEEP_DOCUMENTS: u32 = 50;

/// Documents that are read before it is looked what else is due.
const READ_AT_ONCE: usize = 20;

/// How long nothing is read after storage said no.
const STORAGE_RETRY: Duration = Duration::from_secs(5);

/// Why a document is not searched.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IndexError {
    /// Storage said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its parts do not give a text.
    #[error(transparent)]
    State(#[from] StateError),
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexed {
    /// Its text of now is searched.
    Read,
    /// It was already, or it is none of the portal's.
    Nothing,
}

/// A handle to the task of a node. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Indexer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    agenda: Mutex<Agenda>,
    noted: Notify,
}

impl Indexer {
    /// A document's journal went on. Never blocks; called after every commit.
    pub fn note(&self, name: &DocName) {
        if self.shared.agenda.lock().note(name, Instant::now()) {
            self.shared.noted.notify_one();
        }
    }

    /// Reads documents for ever, or until `stop`.
    ///
    /// Cancel safety: the text of a document is replaced wholly or not at all.
    pub async fn run(self, store: Arc<dyn Store>, stop: CancellationToken) {
        let work = async {
            let mut sweep = Sweep::default();
            loop {
                if let Err(error) = self.round(&*store, &mut sweep).await {
                    tracing::warn!(%error, "look for documents to search");
                    tokio::time::sleep(STORAGE_RETRY).await;
                }
                let next = self.shared.agenda.lock().next_at();
                let until = next.map_or(sweep.at, |next| next.min(sweep.at));
                tokio::select! {
                    () = self.shared.noted.notified() => {}
                    () = tokio::time::sleep_until(until.into()) => {}
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = stop.cancelled() => {}
        }
    }

    /// Reads what is due, and takes a step of the sweep when that is.
    async fn round(&self, store: &dyn Store, sweep: &mut Sweep) -> Result<(), StoreError> {
        let due = self
            .shared
            .agenda
            .lock()
            .take_due(Instant::now(), READ_AT_ONCE);
        self.read(store, &due).await?;
        if sweep.at > Instant::now() {
            return Ok(());
        }
        let position = store.search_position().await?;
        let step = store
            .behind_in_search(&position, sweep.after, SWEEP_DOCUMENTS)
            .await?;
        let behind: Vec<DocName> = {
            let agenda = self.shared.agenda.lock();
            let now = Instant::now();
            let is_awake = |name: &DocName| !agenda.is_resting(name, now);
            step.behind.into_iter().filter(is_awake).collect()
        };
        self.read(store, &behind).await?;
        sweep.after = step.next;
        let pause = match step.next {
            None => SWEEP_REST,
            Some(_) if behind.is_empty() => SWEEP_INTERVAL,
            Some(_) => SWEEP_PAUSE,
        };
        sweep.at = Instant::now() + pause;
        Ok(())
    }

    async fn read(&self, store: &dyn Store, names: &[DocName]) -> Result<(), StoreError> {
        for (at, name) in names.iter().enumerate() {
            match index(store, name).await {
                Ok(Indexed::Read) => counter!(names::SEARCH_READ).increment(1),
                Ok(Indexed::Nothing) => {}
                Err(IndexError::Store(error)) if error.is_storage_wide() => {
                    let mut agenda = self.shared.agenda.lock();
                    for name in &names[at..] {
                        agenda.note(name, Instant::now());
                    }
                    return Err(error);
                }
                Err(error) => {
                    counter!(names::SEARCH_FAILURES).increment(1);
                    tracing::warn!(%name, %error, "read a document to search it");
                    self.shared.agenda.lock().rest(name, Instant::now());
                }
            }
        }
        Ok(())
    }
}

/// How far the sweep is.
struct Sweep {
    after: Option<DocumentCursor>,
    at: Instant,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            after: None,
            at: Instant::now(),
        }
    }
}

/// Reads one document, if what is searched of it is behind.
///
/// # Errors
/// [`IndexError`]; what was searched of it still is.
///
/// Cancel safety: the text is replaced wholly or not at all.
pub async fn index(store: &dyn Store, name: &DocName) -> Result<Indexed, IndexError> {
    let position = store.search_position().await?;
    if !store.is_behind_in_search(&position, name).await? {
        return Ok(Indexed::Nothing);
    }
    // After the position: the text is at least as new as it says.
    let Some(document) = store.load(name).await? else {
        return Ok(Indexed::Nothing);
    };
    let doc = document.record.id;
    let text = tokio::task::spawn_blocking(move || {
        let title = document.record.title.clone();
        read_present(&document, |doc| SearchText::of(doc, &title))
    })
    .await
    .map_err(|_| StateError::Panicked)??;
    store.put_search_text(doc, &position, &text).await?;
    Ok(Indexed::Read)
}
