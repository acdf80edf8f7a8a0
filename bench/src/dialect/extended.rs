//! Ours: the envelope with pushes under ids, and an acknowledgement of each that means committed to disk.

use bytes::Bytes;
use consilium_protocol::envelope::{
    ClientAuth, ClientMessage, PONG_FRAME, ServerFrame, ServerMessage,
};
use consilium_protocol::extension::{CLIENT_VERSION, ClientExtension, Push, ServerExtension};
use consilium_protocol::ids::PushId;
use consilium_protocol::sync::SyncMessage;

use super::envelope::frame;
use super::{Dialect, Heard, NOTHING_KNOWN, presence_payload};

/// The protocol of our own client.
pub(crate) struct Extended;

impl Dialect for Extended {
    fn greeting(&self, doc: &str, token: &str) -> Vec<Vec<u8>> {
        let auth = ClientAuth {
            token: token.to_owned(),
            version: Some(CLIENT_VERSION.to_owned()),
            lineage: None,
        };
        vec![
            frame(doc, ClientMessage::Auth(auth)),
            frame(
                doc,
                ClientMessage::Sync(SyncMessage::Step1(Bytes::from_static(NOTHING_KNOWN))),
            ),
        ]
    }

    fn edit(&self, doc: &str, number: u32, update: &[u8]) -> Vec<u8> {
        let push = Push {
            id: PushId(u64::from(number) + 1),
            update: Bytes::copy_from_slice(update),
        };
        frame(doc, ClientMessage::Extension(ClientExtension::Push(push)))
    }

    fn outbox(&self, doc: &str, edits: &[(u32, Vec<u8>)], _whole: &[u8]) -> Vec<Vec<u8>> {
        // Pushes only, one for each edit (P-47).
        edits
            .iter()
            .map(|(number, update)| self.edit(doc, *number, update))
            .collect()
    }

    fn presence(&self, doc: &str, client: u64, clock: u32, state: &str) -> Vec<u8> {
        frame(
            doc,
            ClientMessage::Awareness(presence_payload(client, clock, state)),
        )
    }

    fn hear(&self, _doc: &str, message: &[u8]) -> Heard {
        let message = match ServerFrame::decode(Bytes::copy_from_slice(message)) {
            Ok(ServerFrame::Message { message, .. }) => message,
            Ok(ServerFrame::Ping) => return Heard::Wants(PONG_FRAME.to_vec()),
            Ok(ServerFrame::Pong) | Err(_) => return Heard::Other,
        };
        match message {
            ServerMessage::Sync(SyncMessage::Step1(_)) => Heard::Asks,
            ServerMessage::Sync(SyncMessage::Step2(_)) => Heard::State,
            ServerMessage::Extension(ServerExtension::Chunk(chunk))
                if chunk.offset + chunk.bytes.len() as u64 == chunk.total_bytes =>
            {
                Heard::State
            }
            ServerMessage::Extension(ServerExtension::Ack(PushId(id))) => {
                match u32::try_from(id.saturating_sub(1)) {
                    Ok(number) => Heard::Acknowledged(number),
                    Err(_) => Heard::Refused("an acknowledgement of nothing".to_owned()),
                }
            }
            ServerMessage::Extension(ServerExtension::Reject { code, .. }) => {
                Heard::Refused(format!("a push was rejected: {}", code.word()))
            }
            ServerMessage::Extension(ServerExtension::Storage { available: false }) => {
                Heard::Refused("the server's storage is away".to_owned())
            }
            ServerMessage::PermissionDenied(reason) | ServerMessage::Close(reason) => {
                Heard::Refused(reason)
            }
            _ => Heard::Other,
        }
    }

    fn echo_acknowledges(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_protocol::envelope::Address;

    #[test]
    fn an_acknowledgement_names_the_edit_that_was_pushed() {
        let ack = |id| {
            ServerFrame::Message {
                address: Address::parse("doc").unwrap(),
                message: ServerMessage::Extension(ServerExtension::Ack(PushId(id))),
            }
            .encode()
        };
        assert_eq!(Extended.hear("doc", &ack(1)), Heard::Acknowledged(0));
        assert_eq!(Extended.hear("doc", &ack(501)), Heard::Acknowledged(500));
        assert!(matches!(
            Extended.hear("doc", &ack(1 << 40)),
            Heard::Refused(_)
        ));
    }
}
