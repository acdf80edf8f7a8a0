//! What a client's message means for its room.
//!
//! Pure, one function for each protocol, so that the simulation speaks to rooms exactly as sockets do.

use consilium_protocol::envelope::ClientMessage;
use consilium_protocol::extension::{ClientExtension, Push};
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;

use crate::room::event::{RoomEvent, Source};
use crate::room::replica::Keep;
use crate::room::subscriber::{Debt, SubscriberId};

/// The client said what only others may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a client may not say this")]
pub struct ProtocolViolation;

/// Whether a client announced that it speaks extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// Only what Hocuspocus providers say.
    Stock,
    /// Ours too.
    Extended,
}

/// A message of an authenticated `/sync` channel; `None` when it does not concern the room.
///
/// # Errors
/// [`ProtocolViolation`].
pub fn from_envelope(
    id: SubscriberId,
    vocabulary: Vocabulary,
    message: ClientMessage,
) -> Result<Option<RoomEvent>, ProtocolViolation> {
    let update = |debt, keep, update| RoomEvent::Update {
        source: Source::Member { id, debt },
        keep,
        update,
    };
    Ok(Some(match message {
        ClientMessage::Sync(SyncMessage::Step1(state_vector)) => {
            RoomEvent::StateVector { id, state_vector }
        }
        ClientMessage::Sync(SyncMessage::Step2(bytes)) => {
            update(Debt::StepTwoStatus, Keep::OnlyNew, bytes)
        }
        ClientMessage::Sync(SyncMessage::Update(bytes)) => {
            update(Debt::UpdateStatus, Keep::AsSent, bytes)
        }
        ClientMessage::Awareness(payload) => RoomEvent::Awareness { id, payload },
        ClientMessage::QueryAwareness => RoomEvent::QueryAwareness { id },
        ClientMessage::Close => RoomEvent::Leave { id },
        ClientMessage::Extension(extension) if vocabulary == Vocabulary::Extended => {
            match extension {
                ClientExtension::Push(Push {
                    id: push,
                    update: bytes,
                }) => update(Debt::Push(push), Keep::AsSent, bytes),
                ClientExtension::Probe { nonce } => RoomEvent::Probe { id, nonce },
            }
        }
        // Tokens are the session's business; stateless signals belong to applications that this server does not run.
        ClientMessage::Auth(_) | ClientMessage::Stateless(_) => return Ok(None),
        ClientMessage::BroadcastStateless(_) | ClientMessage::Extension(_) => {
            return Err(ProtocolViolation);
        }
    }))
}

/// A message of a `/yjs` socket.
///
/// # Errors
/// [`ProtocolViolation`].
pub fn from_plain(id: SubscriberId, message: PlainMessage) -> Result<RoomEvent, ProtocolViolation> {
    let update = |keep, update| RoomEvent::Update {
        source: Source::Member {
            id,
            debt: Debt::Echo,
        },
        keep,
        update,
    };
    Ok(match message {
        PlainMessage::Sync(SyncMessage::Step1(state_vector)) => {
            RoomEvent::StateVector { id, state_vector }
        }
        PlainMessage::Sync(SyncMessage::Step2(bytes)) => update(Keep::OnlyNew, bytes),
        PlainMessage::Sync(SyncMessage::Update(bytes)) => update(Keep::AsSent, bytes),
        PlainMessage::Awareness(payload) => RoomEvent::Awareness { id, payload },
        PlainMessage::QueryAwareness => RoomEvent::QueryAwareness { id },
        // Only servers say this.
        PlainMessage::PermissionDenied(_) => return Err(ProtocolViolation),
    })
}
