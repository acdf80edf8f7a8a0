//! A run in words, for whoever looks for the cause of a failing seed.

use bytes::Bytes;
use consilium_protocol::envelope::{ClientFrame, ClientMessage, ServerFrame, ServerMessage};
use consilium_protocol::extension::{ClientExtension, ServerExtension};
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_protocol::wire::Reader;
use consilium_server::room::replica::Replica;
use yrs::StateVector;
use yrs::updates::decoder::Decode;

/// Takes the virtual time in milliseconds and what happens then.
pub type Listener = Box<dyn FnMut(u64, &str)>;

/// Tells a listener what happens, if anybody listens.
#[derive(Default)]
pub struct Trace(Option<Listener>);

impl Trace {
    /// Everything is told to this listener.
    #[must_use]
    pub fn to(listener: Listener) -> Self {
        Self(Some(listener))
    }

    /// Tells what happens. The words are made only when somebody listens.
    pub fn say(&mut self, now_ms: u64, words: impl FnOnce() -> String) {
        if let Some(listener) = &mut self.0 {
            listener(now_ms, &words());
        }
    }
}

/// A frame of a client.
#[must_use]
pub fn from_client(is_plain: bool, frame: &Bytes) -> String {
    if is_plain {
        return plain(frame);
    }
    match ClientFrame::decode(frame.clone()) {
        Ok(ClientFrame::Message { message, .. }) => match message {
            ClientMessage::Sync(message) => sync(&message),
            ClientMessage::Extension(ClientExtension::Push(push)) => {
                format!("push {} {}", push.id.0, update(&push.update))
            }
            other => format!("{other:?}"),
        },
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("nonsense: {error}"),
    }
}

/// A frame for a client.
#[must_use]
pub fn to_client(is_plain: bool, frame: &Bytes) -> String {
    if is_plain {
        return plain(frame);
    }
    match ServerFrame::decode(frame.clone()) {
        Ok(ServerFrame::Message { message, .. }) => match message {
            ServerMessage::Sync(message) => sync(&message),
            ServerMessage::Extension(ServerExtension::Ack(id)) => format!("ack {}", id.0),
            other => format!("{other:?}"),
        },
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("nonsense: {error}"),
    }
}

fn plain(frame: &Bytes) -> String {
    match PlainMessage::decode(&mut Reader::new(frame.clone())) {
        Ok(PlainMessage::Sync(message)) => sync(&message),
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("nonsense: {error}"),
    }
}

fn sync(message: &SyncMessage) -> String {
    match message {
        SyncMessage::Step1(vector) => format!("step 1 {}", state_vector(vector)),
        SyncMessage::Step2(bytes) => format!("step 2 {}", update(bytes)),
        SyncMessage::Update(bytes) => format!("update {}", update(bytes)),
    }
}

/// What is in an update: `client:first..end` for each run of blocks, and how many ranges it deletes.
#[must_use]
pub fn update(bytes: &Bytes) -> String {
    let Ok(shape) = Replica::shape(bytes) else {
        return "[no update]".to_owned();
    };
    let mut words: Vec<String> = shape
        .spans
        .iter()
        .map(|span| format!("{}:{}..{}", span.client, span.start, span.end))
        .collect();
    if shape.deletions > 0 {
        words.push(format!("-{}", shape.deletions));
    }
    format!("[{}]", words.join(" "))
}

fn state_vector(bytes: &Bytes) -> String {
    let Ok(vector) = StateVector::decode_v1(bytes) else {
        return "(no state vector)".to_owned();
    };
    let mut words: Vec<String> = vector
        .iter()
        .map(|(client, clock)| format!("{client}:{clock}"))
        .collect();
    words.sort();
    format!("({})", words.join(" "))
}
