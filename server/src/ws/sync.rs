//! `/sync`: the envelope, many documents on one socket.
//!
//! Each document has a channel of its own: waiting for its token, open, or denied. Denying one never closes the
//! socket, because a stock provider would reconnect for ever. Our own client is told apart by the version in its
//! Auth message and then may use extension messages.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::{
    Address, ClientAuth, ClientFrame, ClientMessage, Dialect as ClientDialect, PING_FRAME,
    PONG_FRAME, ServerMessage,
};
use consilium_protocol::extension::ClientExtension;
use consilium_protocol::ids::Access;
use consilium_protocol::limits;

use super::WsServices;
use super::socket::{Heard, Socket};
use super::translate::{self, ProtocolViolation, Vocabulary};
use super::upgrade;
use crate::access::{Moderated, Moves, Verdict};
use crate::auth::{AuthError, Grants};
use crate::outbound::Outbound;
use crate::registry::{RoomEnded, RoomLease};
use crate::room::event::RoomEvent;
use crate::room::presence::Identity;
use crate::room::subscriber::{Dialect, Subscriber, SubscriberId};
use crate::telemetry::names;

/// What is said to those who may not open a document, or not any more.
const FORBIDDEN: &str = "forbidden";

/// What is said to those whose session has ended: their token is good for nothing any more, and the document is not what
/// was taken from them. A client asks for another token then, and learns that nobody is signed in.
const SESSION_OVER: AuthError = AuthError::Expired;

/// A token is asked for again this long before it runs out.
const REFRESH_BEFORE: Duration = Duration::from_secs(30);

/// Takes a connection.
pub(super) async fn upgrade(State(services): State<Arc<WsServices>>, request: Request) -> Response {
    if let Some(refusal) = upgrade::refuse_foreign_page(&services, request.headers()) {
        return refusal;
    }
    let for_session = Arc::clone(&services);
    let address = upgrade::client_address(&request);
    upgrade::accept(&services, request, move |stream, meter| {
        let (socket, outbound) = for_session.socket(stream, meter);
        let session = Box::new(Session::new(for_session, outbound, address));
        async move {
            let gauge = metrics::gauge!(names::CONNECTIONS, "protocol" => "sync");
            gauge.increment(1.0);
            session.run(socket).await;
            gauge.decrement(1.0);
        }
    })
}

/// Why a session ends.
enum End {
    /// The peer has gone.
    Gone,
    /// We close.
    Close(CloseCode),
}

impl From<RoomEnded> for End {
    fn from(_: RoomEnded) -> Self {
        Self::Close(CloseCode::Reset)
    }
}

impl From<ProtocolViolation> for End {
    fn from(_: ProtocolViolation) -> Self {
        Self::Close(CloseCode::Malformed)
    }
}

enum Channel {
    /// Frames that came before the token, and their bytes.
    Waiting(Vec<ClientMessage>, usize),
    /// Refused; what is still on its way is not worth an answer.
    Denied,
    Open(Box<OpenChannel>),
}

struct OpenChannel {
    lease: RoomLease,
    id: SubscriberId,
    vocabulary: Vocabulary,
    /// What they may do, meetings aside.
    granted: Access,
    access: Access,
    /// Whose access may change while they are here: a member of the portal.
    watched: Option<Box<Grants>>,
    expires_at: Option<SystemTime>,
    asked_for_token: bool,
}

struct Session {
    services: Arc<WsServices>,
    client: IpAddr,
    outbound: Outbound,
    channels: HashMap<Address, Channel>,
    waiting_bytes: usize,
    authenticated: bool,
    auth_deadline: Instant,
    /// What of the changes of access is known here.
    moves: Moves,
}

impl Session {
    fn new(services: Arc<WsServices>, outbound: Outbound, client: IpAddr) -> Self {
        Self {
            moves: services.access.moves(),
            services,
            client,
            outbound,
            channels: HashMap::new(),
            waiting_bytes: 0,
            authenticated: false,
            auth_deadline: Instant::now() + limits::AUTH_TIMEOUT,
        }
    }

    async fn run(mut self: Box<Self>, mut socket: Box<Socket>) {
        let shutdown = self.services.shutdown.clone();
        let end = loop {
            let deadline = self.next_deadline();
            let heard = tokio::select! {
                heard = socket.next(deadline) => heard,
                () = shutdown.cancelled(), if self.channels.is_empty() => break End::Close(CloseCode::GoingAway),
            };
            if let Err(end) = Box::pin(self.heed(&mut socket, heard)).await {
                break end;
            }
        };
        // Rooms first: presence must not outlive the connection by the time a goodbye takes.
        self.leave_all();
        if let End::Close(code) = end {
            Box::pin(socket.finish(code)).await;
        }
    }

    async fn heed(&mut self, socket: &mut Socket, heard: Heard) -> Result<(), End> {
        match heard {
            Heard::Frame(frame) => self.hear(socket, frame).await,
            Heard::Drained => self.tell_rooms(|id| RoomEvent::Drained { id }).await,
            Heard::Quiet(quiet) => self.tell_rooms(|id| RoomEvent::Quiet { id, quiet }).await,
            Heard::Deadline => self.mind_tokens(),
            Heard::AccessMoved => self.review_access().await,
            Heard::Gone => Err(End::Gone),
        }
    }

    async fn hear(&mut self, socket: &mut Socket, frame: Bytes) -> Result<(), End> {
        let frame = ClientFrame::decode(frame).map_err(|error| {
            metrics::counter!(names::MALFORMED).increment(1);
            tracing::debug!(%error, "malformed frame");
            End::Close(CloseCode::Malformed)
        })?;
        match frame {
            ClientFrame::Ping => {
                self.outbound.answer(Bytes::from_static(PONG_FRAME));
                Ok(())
            }
            ClientFrame::Pong => Ok(()),
            ClientFrame::Message {
                address,
                message: ClientMessage::Auth(auth),
            } => self.authenticate(socket, address, auth).await,
            ClientFrame::Message { address, message } => match self.channels.get_mut(&address) {
                Some(Channel::Open(channel)) => {
                    let left = matches!(message, ClientMessage::Close);
                    channel.deliver(message).await?;
                    if left {
                        self.channels.remove(&address);
                        self.say(&address, &ServerMessage::Close("provider_initiated".into()));
                    }
                    Ok(())
                }
                Some(Channel::Denied) => Ok(()),
                Some(Channel::Waiting(..)) | None => self.wait_for_token(address, message),
            },
        }
    }

    /// Keeps what came before the token, within bounds.
    fn wait_for_token(&mut self, address: Address, message: ClientMessage) -> Result<(), End> {
        if matches!(message, ClientMessage::Close) {
            self.forget(&address);
            return Ok(());
        }
        self.check_channel_count(&address)?;
        let size = size_of_message(&message);
        let node = self
            .services
            .waiting_bytes
            .fetch_add(size, Ordering::Relaxed)
            + size;
        self.waiting_bytes += size;
        let channel = self
            .channels
            .entry(address.clone())
            .or_insert_with(|| Channel::Waiting(Vec::new(), 0));
        let Channel::Waiting(frames, bytes) = channel else {
            return Ok(());
        };
        *bytes += size;
        let fits = frames.len() < limits::PREAUTH_FRAMES_MAX
            && self.waiting_bytes <= limits::PREAUTH_BYTES_MAX
            && node <= limits::PREAUTH_NODE_BYTES_MAX;
        if fits {
            frames.push(message);
        } else {
            self.deny(address, "too much before authentication");
        }
        Ok(())
    }

    async fn authenticate(
        &mut self,
        socket: &mut Socket,
        address: Address,
        auth: ClientAuth,
    ) -> Result<(), End> {
        let vocabulary = match auth.dialect() {
            ClientDialect::Consilium => Vocabulary::Extended,
            ClientDialect::Stock => Vocabulary::Stock,
            // Said before the token is looked at: no token makes an unknown language known (P-32).
            ClientDialect::UnknownConsilium => {
                return Err(End::Close(CloseCode::Unsupported));
            }
        };
        self.check_channel_count(&address)?;
        let grants = match self
            .services
            .authenticator
            .authenticate_fresh(&auth.token, SystemTime::now())
            .await
        {
            Ok(grants) => grants,
            Err(error) => {
                return self.auth_failed(address, error).await;
            }
        };
        let name = address.doc_name();
        let granted = match self.services.access.granted(&grants, &name).await {
            Ok(Verdict::May(granted)) => granted,
            Ok(Verdict::SessionOver) => {
                self.leave(&address);
                self.deny(address, SESSION_OVER.word());
                return Ok(());
            }
            // Nobody knows now; a later attempt finds out.
            Err(_) => return Err(End::Close(CloseCode::Internal)),
        };
        if granted == Access::None {
            self.leave(&address);
            self.deny(address, FORBIDDEN);
            return Ok(());
        }
        let access = self
            .services
            .access
            .moderated(&grants, &name, granted)
            .access;
        let (lease, id, waiting) = match self.channels.remove(&address) {
            Some(Channel::Open(channel)) => {
                let OpenChannel { lease, id, .. } = *channel;
                (lease, id, Vec::new())
            }
            Some(Channel::Waiting(frames, bytes)) => {
                self.release_waiting(bytes);
                (
                    self.services.registry.lease(&name),
                    self.services.registry.next_subscriber(),
                    frames,
                )
            }
            Some(Channel::Denied) | None => (
                self.services.registry.lease(&name),
                self.services.registry.next_subscriber(),
                Vec::new(),
            ),
        };
        let dialect = match vocabulary {
            Vocabulary::Extended => Dialect::Extended(address.clone()),
            Vocabulary::Stock => Dialect::Envelope(address.clone()),
        };
        lease
            .send(RoomEvent::Join {
                id,
                subscriber: Box::new(Subscriber {
                    dialect,
                    outbound: self.outbound.clone(),
                    identity: identity_of(&grants),
                    access,
                    lineage: auth.lineage,
                }),
            })
            .await?;
        let channel = Box::new(OpenChannel {
            lease,
            id,
            vocabulary,
            granted,
            access,
            expires_at: grants.expires_at,
            watched: grants.portal_member().is_some().then(|| Box::new(grants)),
            asked_for_token: false,
        });
        for message in waiting {
            channel.deliver(message).await?;
        }
        self.channels.insert(address, Channel::Open(channel));
        self.authenticated = true;
        // Providers before version 4 send no version and do not know the one-byte ping.
        let keepalive = auth
            .version
            .is_some()
            .then(|| Bytes::from_static(PING_FRAME));
        socket.authenticated(keepalive);
        Ok(())
    }

    async fn auth_failed(&mut self, address: Address, error: AuthError) -> Result<(), End> {
        metrics::counter!(names::AUTH_FAILURES, "reason" => error.word()).increment(1);
        self.leave(&address);
        self.deny(address, error.word());
        if self.services.failures.record(self.client).is_err() {
            return Err(End::Close(CloseCode::Overloaded));
        }
        // Guessing costs time: the connection is not read meanwhile.
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(())
    }

    fn check_channel_count(&self, address: &Address) -> Result<(), End> {
        if self.channels.len() >= limits::DOCS_PER_CONNECTION_MAX
            && !self.channels.contains_key(address)
        {
            return Err(End::Close(CloseCode::Overloaded));
        }
        Ok(())
    }

    fn deny(&mut self, address: Address, reason: &str) {
        self.forget(&address);
        self.say(
            &address,
            &ServerMessage::PermissionDenied(reason.to_owned()),
        );
        self.channels.insert(address, Channel::Denied);
    }

    fn forget(&mut self, address: &Address) {
        if let Some(Channel::Waiting(_, bytes)) = self.channels.remove(address) {
            self.release_waiting(bytes);
        }
    }

    fn release_waiting(&mut self, bytes: usize) {
        self.waiting_bytes -= bytes;
        self.services
            .waiting_bytes
            .fetch_sub(bytes, Ordering::Relaxed);
    }

    fn say(&self, address: &Address, message: &ServerMessage) {
        self.outbound.answer(message.encode_for(address));
    }

    async fn tell_rooms(&self, event: impl Fn(SubscriberId) -> RoomEvent) -> Result<(), End> {
        for channel in self.channels.values() {
            if let Channel::Open(channel) = channel {
                channel.lease.send(event(channel.id)).await?;
            }
        }
        Ok(())
    }

    // Time

    fn next_deadline(&self) -> Option<Instant> {
        if !self.authenticated {
            return Some(self.auth_deadline);
        }
        let now = SystemTime::now();
        self.channels
            .values()
            .filter_map(|channel| match channel {
                Channel::Open(channel) => channel.next_deadline(),
                Channel::Waiting(..) | Channel::Denied => None,
            })
            .min()
            .map(|at| Instant::now() + at.duration_since(now).unwrap_or_default())
    }

    fn mind_tokens(&mut self) -> Result<(), End> {
        if !self.authenticated {
            return Err(End::Close(CloseCode::AuthTimeout));
        }
        let now = SystemTime::now();
        let mut expired = Vec::new();
        let mut to_ask = Vec::new();
        for (address, channel) in &mut self.channels {
            let Channel::Open(channel) = channel else {
                continue;
            };
            if channel.expires_at.is_some_and(|at| at <= now) {
                expired.push(address.clone());
            } else if channel.next_deadline().is_some_and(|at| at <= now) {
                channel.asked_for_token = true;
                to_ask.push(address.clone());
            }
        }
        for address in to_ask {
            self.say(&address, &ServerMessage::RequestToken);
        }
        for address in expired {
            self.leave(&address);
            self.deny(address, AuthError::Expired.word());
        }
        Ok(())
    }

    /// Asks anew what the members of the portal on this socket may do. Where nobody knows, what was said last holds
    /// until storage is back, or the token runs out.
    async fn review_access(&mut self) -> Result<(), End> {
        let moves = self.services.access.moves();
        let decided = moves.decisions != self.moves.decisions;
        self.moves = moves;
        if !decided {
            return self.review_meetings().await;
        }
        let (mut lost, mut signed_out) = (Vec::new(), Vec::new());
        for (address, channel) in &mut self.channels {
            let Channel::Open(channel) = channel else {
                continue;
            };
            let Some(grants) = &channel.watched else {
                continue;
            };
            let name = address.doc_name();
            match self.services.access.granted(grants, &name).await {
                Ok(Verdict::SessionOver) => signed_out.push(address.clone()),
                Ok(Verdict::May(Access::None)) => lost.push(address.clone()),
                Ok(Verdict::May(granted)) => {
                    channel.granted = granted;
                    let now = self.services.access.moderated(grants, &name, granted);
                    channel.change_access(now).await?;
                }
                Err(_) => {}
            }
        }
        for (addresses, reason) in [(lost, FORBIDDEN), (signed_out, SESSION_OVER.word())] {
            for address in addresses {
                self.leave(&address);
                self.deny(address, reason);
            }
        }
        Ok(())
    }

    /// Lays anew over what they may do what meetings leave of it.
    async fn review_meetings(&mut self) -> Result<(), End> {
        for (address, channel) in &mut self.channels {
            let Channel::Open(channel) = channel else {
                continue;
            };
            if let Some(grants) = &channel.watched {
                let name = address.doc_name();
                let access = &self.services.access;
                let now = access.moderated(grants, &name, channel.granted);
                channel.change_access(now).await?;
            }
        }
        Ok(())
    }

    // Leaving

    fn leave(&mut self, address: &Address) {
        if let Some(Channel::Open(channel)) = self.channels.get(address) {
            channel.leave(&self.services);
            self.channels.remove(address);
        }
    }

    fn leave_all(&mut self) {
        for (_, channel) in self.channels.drain() {
            if let Channel::Open(channel) = channel {
                channel.leave(&self.services);
            }
        }
        self.release_waiting(self.waiting_bytes);
    }
}

impl OpenChannel {
    /// When this channel needs attention next: its token must be renewed, or has run out.
    fn next_deadline(&self) -> Option<SystemTime> {
        let expires_at = self.expires_at?;
        Some(if self.asked_for_token {
            expires_at
        } else {
            expires_at - REFRESH_BEFORE
        })
    }

    /// Tells the room, where it is another.
    async fn change_access(&mut self, now: Moderated) -> Result<(), RoomEnded> {
        if now.access == self.access {
            return Ok(());
        }
        self.access = now.access;
        self.lease.send(RoomEvent::moderated(self.id, now)).await
    }

    fn leave(&self, services: &WsServices) {
        self.lease
            .send_detached(RoomEvent::Leave { id: self.id }, &services.tasks);
    }

    async fn deliver(&self, message: ClientMessage) -> Result<(), End> {
        if let Some(event) = translate::from_envelope(self.id, self.vocabulary, message)? {
            self.lease.send(event).await?;
        }
        Ok(())
    }
}

/// The identity that presence is stamped with.
pub(super) fn identity_of(grants: &Grants) -> Option<Identity> {
    grants.user.clone().map(|user| Identity {
        user,
        display_name: grants.display_name.clone(),
    })
}

fn size_of_message(message: &ClientMessage) -> usize {
    const BOOKKEEPING: usize = 64;
    BOOKKEEPING
        + match message {
            ClientMessage::Sync(sync) => sync.encoded_len(),
            ClientMessage::Awareness(payload) => payload.len(),
            ClientMessage::Stateless(text) | ClientMessage::BroadcastStateless(text) => text.len(),
            ClientMessage::Extension(ClientExtension::Push(push)) => push.update.len(),
            ClientMessage::Auth(_)
            | ClientMessage::QueryAwareness
            | ClientMessage::Close
            | ClientMessage::Extension(ClientExtension::Probe { .. }) => 0,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of what a function of two arguments promises, by its type alone.
    fn size_of_promise<A, B, F: Future>(_: impl FnOnce(A, B) -> F) -> usize {
        size_of::<F>()
    }

    /// What each of very many idle connections has on the heap for as long as it lives. More than this is seldom meant: a
    /// future that hardly ever runs wants to be boxed where it is awaited.
    #[test]
    fn an_idle_task_is_small() {
        assert!(size_of_promise(Session::run) <= 768);
        assert!(size_of::<Socket>() <= 768);
        assert!(size_of::<Session>() <= 256);
    }
}
