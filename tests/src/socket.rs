//! A socket that sends whatever it is told to, and the frames that a test builds by hand.
//!
//! No replica and no manners: for hostile input and for looking at single answers.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::envelope::{
    Address, ClientAuth, ClientFrame, ClientMessage, ServerFrame, ServerMessage,
};
use consilium_protocol::extension::{
    CLIENT_VERSION, ClientExtension, Push, RejectCode, ServerExtension,
};
use consilium_protocol::ids::{Lineage, PushId};
use consilium_protocol::limits::SYNC_TRANSFER_BYTES_MAX;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::eventually::PATIENCE;

/// What a socket hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A binary frame.
    Frame(Bytes),
    /// The server closed with this code.
    Closed(u16),
    /// The connection broke, or was closed without a code.
    Broken,
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is durable.
    Acknowledged,
    /// It was refused.
    Rejected(RejectCode),
}

/// A connected socket.
#[derive(Debug)]
pub struct RawSocket {
    stream: WebSocketStream<TcpStream>,
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server answered with another status.
    #[error("refused with {0}")]
    Refused(u16),
    /// There was no answer.
    #[error("no connection: {0}")]
    Unreachable(String),
}

impl RawSocket {
    /// Connects; `path` begins with a slash.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(address: SocketAddr, path: &str) -> Result<Self, ConnectError> {
        let tcp = TcpStream::connect(address)
            .await
            .map_err(|error| ConnectError::Unreachable(error.to_string()))?;
        // As browsers do; otherwise small messages wait for each other.
        let _ = tcp.set_nodelay(true);
        Self::over(tcp, address, path).await
    }

    /// Connects over a TCP connection that was made already.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn over(
        tcp: TcpStream,
        address: SocketAddr,
        path: &str,
    ) -> Result<Self, ConnectError> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(2 * SYNC_TRANSFER_BYTES_MAX))
            .max_frame_size(Some(2 * SYNC_TRANSFER_BYTES_MAX));
        let url = format!("ws://{address}{path}");
        let (stream, _) = tokio_tungstenite::client_async_with_config(url, tcp, Some(config))
            .await
            .map_err(|error| match error {
                Error::Http(response) => ConnectError::Refused(response.status().as_u16()),
                other => ConnectError::Unreachable(other.to_string()),
            })?;
        Ok(Self { stream })
    }

    /// Sends a frame; false when the connection is over.
    ///
    /// Cancel safety: no; the frame may be sent in part.
    pub async fn send(&mut self, frame: impl Into<Bytes>) -> bool {
        self.stream
            .send(Message::Binary(frame.into()))
            .await
            .is_ok()
    }

    /// Queues a frame and sends it with the next one that is sent; false when the connection is over.
    pub async fn feed(&mut self, frame: impl Into<Bytes>) -> bool {
        self.stream
            .feed(Message::Binary(frame.into()))
            .await
            .is_ok()
    }

    /// Says something about a document on `/sync`; false when the connection is over.
    pub async fn say(&mut self, doc: &str, message: ClientMessage) -> bool {
        self.send(frame_of(doc, message)).await
    }

    /// Waits for the next thing that arrives.
    ///
    /// Cancel safety: yes.
    pub async fn hear(&mut self) -> Heard {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Binary(frame))) => return Heard::Frame(frame),
                Some(Ok(Message::Close(Some(frame)))) => {
                    // The farewell is queued by now; the server waits for it.
                    let _ = self.stream.flush().await;
                    return Heard::Closed(frame.code.into());
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Heard::Broken,
                Some(Ok(
                    Message::Text(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
                )) => {}
            }
        }
    }

    /// Waits for what the server says about a document until `wanted` finds what it looks for.
    ///
    /// # Panics
    /// When the connection ends first, or nothing fitting comes.
    pub async fn until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&str, ServerMessage) -> Option<T>,
    ) -> T {
        let look = async {
            loop {
                match self.hear().await {
                    Heard::Frame(frame) => {
                        let frame = ServerFrame::decode(frame).expect("a frame of the protocol");
                        if let ServerFrame::Message { address, message } = frame
                            && let Some(found) = wanted(address.as_str(), message)
                        {
                            return found;
                        }
                    }
                    over => panic!("{what}: the connection is over: {over:?}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, look)
            .await
            .unwrap_or_else(|_| panic!("waited in vain: {what}"))
    }

    /// Pushes an update under an id and waits for its fate. `None` when the connection ended instead.
    ///
    /// # Panics
    /// When nothing comes.
    pub async fn push(&mut self, doc: &str, id: u64, update: impl Into<Bytes>) -> Option<Fate> {
        let push = Push {
            id: PushId(id),
            update: update.into(),
        };
        let message = ClientMessage::Extension(ClientExtension::Push(push));
        if !self.say(doc, message).await {
            return None;
        }
        let look = async {
            loop {
                let Heard::Frame(frame) = self.hear().await else {
                    return None;
                };
                match ServerFrame::decode(frame).expect("a frame of the protocol") {
                    ServerFrame::Message {
                        message: ServerMessage::Extension(ServerExtension::Ack(PushId(acked))),
                        ..
                    } if acked == id => return Some(Fate::Acknowledged),
                    ServerFrame::Message {
                        message:
                            ServerMessage::Extension(ServerExtension::Reject {
                                id: PushId(refused),
                                code,
                                ..
                            }),
                        ..
                    } if refused == id => return Some(Fate::Rejected(code)),
                    _ => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, look)
            .await
            .expect("the fate of a push")
    }

    /// Waits until the connection is over, passing over all frames. `None` when it is still open after `patience`.
    pub async fn ended(&mut self, patience: Duration) -> Option<Heard> {
        let end = async {
            loop {
                match self.hear().await {
                    Heard::Frame(_) => {}
                    over => return over,
                }
            }
        };
        tokio::time::timeout(patience, end).await.ok()
    }

    /// Whether the server has worked off everything that was sent and keeps the connection: a ping is answered.
    pub async fn answers(&mut self) -> bool {
        if self.stream.send(Message::Ping(Bytes::new())).await.is_err() {
            return false;
        }
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Pong(_))) => return true,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return false,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The TCP connection under the socket, for what WebSocket libraries refuse to send.
    pub fn tcp(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }
}

/// A frame of `/sync` about a document.
///
/// # Panics
/// When `doc` is not a name.
#[must_use]
pub fn frame_of(doc: &str, message: ClientMessage) -> Bytes {
    ClientFrame::Message {
        address: Address::parse(doc).expect("an address"),
        message,
    }
    .encode()
}

/// What a stock provider says first.
#[must_use]
pub fn stock_auth(token: &str) -> ClientMessage {
    ClientMessage::Auth(ClientAuth {
        token: token.to_owned(),
        version: Some("4.8.0".to_owned()),
        lineage: None,
    })
}

/// What our own client says first.
#[must_use]
pub fn extended_auth(token: &str, lineage: Option<Lineage>) -> ClientMessage {
    ClientMessage::Auth(ClientAuth {
        token: token.to_owned(),
        version: Some(CLIENT_VERSION.to_owned()),
        lineage,
    })
}
