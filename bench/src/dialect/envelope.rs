//! The envelope of `@hocuspocus/provider`: an address before each message, one status for each update.

use bytes::Bytes;
use consilium_protocol::envelope::{
    Address, ClientAuth, ClientFrame, ClientMessage, PONG_FRAME, ServerFrame, ServerMessage,
};
use consilium_protocol::sync::SyncMessage;

use super::{Dialect, Heard, NOTHING_KNOWN, presence_payload};

/// The protocol of a stock provider.
pub(crate) struct Envelope;

impl Dialect for Envelope {
    fn greeting(&self, doc: &str, token: &str) -> Vec<Vec<u8>> {
        let auth = ClientAuth {
            // A provider without a token sends one all the same.
            token: if token.is_empty() { "none" } else { token }.to_owned(),
            version: Some("4.8.0".to_owned()),
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

    fn edit(&self, doc: &str, _number: u32, update: &[u8]) -> Vec<u8> {
        let update = SyncMessage::Update(Bytes::copy_from_slice(update));
        frame(doc, ClientMessage::Sync(update))
    }

    fn outbox(&self, doc: &str, _edits: &[(u32, Vec<u8>)], whole: &[u8]) -> Vec<Vec<u8>> {
        let whole = SyncMessage::Step2(Bytes::copy_from_slice(whole));
        vec![frame(doc, ClientMessage::Sync(whole))]
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
            // What is not understood carries nothing that is counted.
            Ok(ServerFrame::Pong) | Err(_) => return Heard::Other,
        };
        match message {
            ServerMessage::Sync(SyncMessage::Step1(_)) => Heard::Asks,
            ServerMessage::Sync(SyncMessage::Step2(_)) => Heard::State,
            ServerMessage::SyncStatus(true) => Heard::NextAcknowledged,
            ServerMessage::SyncStatus(false) => Heard::Refused("an update was refused".to_owned()),
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

/// A message about a document, as bytes.
pub(super) fn frame(doc: &str, message: ClientMessage) -> Vec<u8> {
    ClientFrame::Message {
        address: Address::parse(doc).expect("the bench names documents in ASCII"),
        message,
    }
    .encode()
    .to_vec()
}
