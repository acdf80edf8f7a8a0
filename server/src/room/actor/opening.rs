//! How a document is opened: loaded patiently while storage is away, made only for somebody who may write (a discussion for
//! whoever may read), and refused in words as long as it is damaged.

use std::time::Duration;

use consilium_model::discussion::DocumentKind;
use consilium_protocol::close::CloseCode;
use consilium_protocol::ids::{Access, DocName};

use super::{Actor, INLINE_BYTES_MAX, RoomInput, RoomServices, now_ms, turn_away};
use crate::room::event::RoomEvent;
use crate::room::loading::{self, Built};
use crate::store::{StoreError, StoredDocument};

/// The wait between two attempts to load while storage cannot be read.
const LOAD_RETRY_DELAY: Duration = Duration::from_millis(500);

/// The wait between two attempts to load a damaged document: somebody may have mended it meanwhile.
const DAMAGED_RETRY_DELAY: Duration = Duration::from_secs(30);

/// What is said to who may not make a document that does not exist.
const NOT_FOUND: &str = "not-found";

/// How opening a document went.
pub(super) enum Opening {
    Loaded(Box<Built>),
    /// It cannot be loaded now, or not any more.
    Damaged,
    /// Nobody wants it.
    Forgotten,
}

/// What to do about a document that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Create,
    Leave,
}

/// Whether a document of this kind may come into being for this. A discussion does for whoever may read its document:
/// then that exists, and whoever reads it hears at once when somebody comments.
fn may_create(kind: DocumentKind, input: &RoomInput) -> bool {
    match input {
        RoomInput::Event(RoomEvent::Join { subscriber, .. }) => {
            subscriber.access >= Access::Write || kind == DocumentKind::Discussion
        }
        RoomInput::Apply { access, .. } => *access >= Access::Write,
        RoomInput::Event(_) | RoomInput::Merge { .. } | RoomInput::Read { .. } => false,
    }
}

/// There is no such document. Dropping the reply tells a request.
fn deny(input: RoomInput) {
    if let RoomInput::Event(RoomEvent::Join { subscriber, .. }) = input {
        subscriber.deny(NOT_FOUND);
    }
}

impl Actor {
    /// Loads the document for the first who comes. It comes into being for somebody who may write; looking at an address
    /// does not fill everybody's list.
    pub(super) async fn load_for(
        &mut self,
        first: &mut Option<RoomInput>,
        forget: &impl Fn() -> bool,
    ) -> Opening {
        loop {
            let input = match first.take() {
                Some(input) => input,
                None => tokio::select! {
                    biased;
                    input = self.mailbox.recv() => match input {
                        Some(input) => input,
                        None => return Opening::Forgotten,
                    },
                    () = self.leases.released() => {
                        if forget() {
                            return Opening::Forgotten;
                        }
                        continue;
                    }
                    () = self.services.shutdown.cancelled() => return Opening::Damaged,
                },
            };
            let missing = match &input {
                // Of somebody who was told that there is nothing.
                RoomInput::Event(event) if !matches!(event, RoomEvent::Join { .. }) => continue,
                input if may_create((self.services.kind_of)(&self.name), input) => Missing::Create,
                _ => Missing::Leave,
            };
            match load_patiently(&self.services, &self.name, missing).await {
                Some(Some(built)) => {
                    *first = Some(input);
                    return Opening::Loaded(Box::new(built));
                }
                Some(None) => deny(input),
                None => {
                    turn_away(input, CloseCode::Internal);
                    return Opening::Damaged;
                }
            }
        }
    }

    /// The document cannot be opened: whoever comes is told so, until it is time to try again (true) or nobody comes any
    /// more (false).
    pub(super) async fn refuse_for_now(&mut self, forget: impl Fn() -> bool) -> bool {
        let again = tokio::time::sleep(DAMAGED_RETRY_DELAY);
        tokio::pin!(again);
        loop {
            tokio::select! {
                biased;
                input = self.mailbox.recv() => match input {
                    Some(input) => turn_away(input, CloseCode::Internal),
                    None => return false,
                },
                () = self.leases.released() => {
                    if forget() {
                        return false;
                    }
                }
                () = self.services.shutdown.cancelled() => break,
                () = &mut again => return true,
            }
        }
        self.mailbox.close();
        while let Ok(input) = self.mailbox.try_recv() {
            turn_away(input, CloseCode::GoingAway);
        }
        false
    }
}

/// Loads until it succeeds; `None` when it cannot succeed (damage) or at shutdown, `Some(None)` when there is no such
/// document and it is not to be made, or never again.
pub(super) async fn load_patiently(
    services: &RoomServices,
    name: &DocName,
    missing: Missing,
) -> Option<Option<Built>> {
    loop {
        let stored = match missing {
            Missing::Create => services
                .store
                .load_or_create(name, now_ms())
                .await
                .map(Some),
            Missing::Leave => services.store.load(name).await,
        };
        match stored {
            Ok(None) => return Some(None),
            Ok(Some(stored)) => {
                return match build(stored).await {
                    Ok(built) => {
                        for row in &built.unreadable {
                            tracing::error!(doc = %name, %row, "a journal row cannot be read; it is left out and kept");
                        }
                        Some(Some(built))
                    }
                    Err(error) => {
                        tracing::error!(doc = %name, %error, "load document");
                        None
                    }
                };
            }
            // Somebody was let in while it was being deleted.
            Err(StoreError::DeletedForGood) => return Some(None),
            Err(error @ StoreError::Corrupt(_)) => {
                tracing::error!(doc = %name, %error, "load document");
                return None;
            }
            Err(error) => tracing::warn!(doc = %name, %error, "load document; will retry"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOAD_RETRY_DELAY) => {}
            () = services.shutdown.cancelled() => return None,
        }
    }
}

async fn build(stored: StoredDocument) -> Result<Built, loading::UnreadableSnapshot> {
    if loading::stored_bytes(&stored) <= INLINE_BYTES_MAX {
        return loading::build(&stored);
    }
    tokio::task::spawn_blocking(move || loading::build(&stored))
        .await
        .unwrap_or(Err(loading::UnreadableSnapshot))
}
