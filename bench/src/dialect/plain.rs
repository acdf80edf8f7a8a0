//! y-websocket: one document a socket, no acknowledgements; a client knows its edit arrived when it comes back.

use bytes::Bytes;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;

use super::{Dialect, Heard, NOTHING_KNOWN, presence_payload};

/// The protocol of y-websocket.
pub(crate) struct Plain;

impl Dialect for Plain {
    fn greeting(&self, _doc: &str, _token: &str) -> Vec<Vec<u8>> {
        vec![sync(SyncMessage::Step1(Bytes::from_static(NOTHING_KNOWN)))]
    }

    fn edit(&self, _doc: &str, _number: u32, update: &[u8]) -> Vec<u8> {
        sync(SyncMessage::Update(Bytes::copy_from_slice(update)))
    }

    fn outbox(&self, _doc: &str, _edits: &[(u32, Vec<u8>)], whole: &[u8]) -> Vec<Vec<u8>> {
        vec![sync(SyncMessage::Step2(Bytes::copy_from_slice(whole)))]
    }

    fn presence(&self, _doc: &str, client: u64, clock: u32, state: &str) -> Vec<u8> {
        PlainMessage::Awareness(presence_payload(client, clock, state))
            .encode()
            .to_vec()
    }

    fn hear(&self, _doc: &str, message: &[u8]) -> Heard {
        match PlainMessage::decode_frame(Bytes::copy_from_slice(message)).next() {
            Some(Ok(PlainMessage::Sync(SyncMessage::Step1(_)))) => Heard::Asks,
            Some(Ok(PlainMessage::Sync(SyncMessage::Step2(_)))) => Heard::State,
            Some(Ok(PlainMessage::PermissionDenied(reason))) => Heard::Refused(reason),
            _ => Heard::Other,
        }
    }

    fn echo_acknowledges(&self) -> bool {
        true
    }
}

fn sync(message: SyncMessage) -> Vec<u8> {
    PlainMessage::Sync(message).encode().to_vec()
}
