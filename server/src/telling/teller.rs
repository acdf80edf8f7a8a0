//! The task of a node that looks for what was said.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::calls::{Calls, calls};
use super::events::{Discussion, Unreadable, beyond, read};
use crate::store::catching_up::{DueDiscussion, Heard, Seen};
use crate::store::{Store, StoreError, StoredDocument};

/// How often it looks. People are told within seconds, and a node that has nothing to do asks one question.
const INTERVAL: Duration = Duration::from_secs(2);

/// How often it looks at all discussions, and not only at those whose record was touched lately: a record is touched
/// every ten seconds at most, and now and then an edit passes it over.
const ROUND: Duration = Duration::from_secs(600);

/// How far back a record was touched lately: far longer than its granularity, and than clocks of nodes differ.
const LATELY_MS: i64 = 5 * 60 * 1_000;

/// The state vector of nothing.
const NOTHING: &[u8] = &[0];

/// Discussions that are read before it looks again.
const AT_ONCE: u32 = 20;

/// Tells people what was said to them.
pub struct Teller {
    store: Arc<dyn Store>,
}

impl Teller {
    /// One that reads and tells through this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Looks again and again, until `stop`.
    ///
    /// Cancel safety: what was told is told, and everything else is found again.
    pub async fn keep_telling(self, stop: CancellationToken) {
        let mut round_at: Option<Instant> = None;
        loop {
            let is_round = round_at.is_none_or(|at| at.elapsed() >= ROUND);
            let since_ms = if is_round { 0 } else { now_ms() - LATELY_MS };
            let told = self.tell(since_ms).await;
            match told {
                Ok(count) if count == AT_ONCE as usize => {
                    if stop.is_cancelled() {
                        return;
                    }
                    continue;
                }
                Ok(_) if is_round => round_at = Some(Instant::now()),
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "discussions are not read now"),
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Reads what is due and tells of it; how many discussions that were.
    ///
    /// # Errors
    /// The storage-wide kinds. What was told by then is told.
    ///
    /// Cancel safety: as [`Self::keep_telling`].
    pub async fn tell(&self, touched_since_ms: i64) -> Result<usize, StoreError> {
        let due = self
            .store
            .due_discussions(touched_since_ms, AT_ONCE)
            .await?;
        for discussion in &due {
            let heard = self.hear(discussion).await?;
            self.store.tell(discussion, &heard, now_ms()).await?;
        }
        Ok(due.len())
    }

    async fn hear(&self, due: &DueDiscussion) -> Result<Heard, StoreError> {
        let document = match self.store.load(&due.name).await {
            Ok(document) => document,
            Err(error) if error.is_storage_wide() => return Err(error),
            // A damaged discussion is for `doctor`; the others are to be told all the same.
            Err(error) => {
                tracing::warn!(name = %due.name, %error, "a discussion cannot be read");
                None
            }
        };
        let seen = due.seen.clone();
        let name = due.name.clone();
        let hear = move || document.and_then(|document| hear(&document, &seen).ok());
        let heard = tokio::task::spawn_blocking(hear).await.ok().flatten();
        Ok(heard.unwrap_or_else(|| {
            tracing::warn!(%name, "nobody is told of a discussion");
            // As far as before: when something comes that mends it, it is read from there.
            let seen = match &due.seen {
                Seen::UpTo(seen) => Some(seen.clone()),
                Seen::Nothing => Some(NOTHING.to_vec()),
                Seen::BeforeAnything => None,
            };
            Heard {
                seen,
                ..Heard::default()
            }
        }))
    }
}

/// What follows from a discussion.
fn hear(document: &StoredDocument, seen: &Seen) -> Result<Heard, Unreadable> {
    let Discussion { events, state } = read(document)?;
    let author_of = |client: u64| document.owners.get(&client);
    let Calls {
        calls,
        remarks,
        gone,
    } = match seen {
        Seen::BeforeAnything => Calls::default(),
        Seen::Nothing => calls(&events, author_of, |_| true),
        Seen::UpTo(seen) => calls(&events, author_of, beyond(seen)?),
    };
    Ok(Heard {
        calls,
        remarks,
        gone,
        seen: Some(state),
    })
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}
