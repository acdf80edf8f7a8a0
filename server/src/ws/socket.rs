//! One connection: frames in, frames out, and whether anybody is still there.
//!
//! What is queued goes out before anything more is read, so a peer that does not read is not listened to either. While
//! the task waits, others send in its place ([`crate::outbound`]): it takes over whenever it is polled, and lets go when it
//! has nothing more to do and no frame is half out.
//! Silence is noticed in three steps: a ping, then "quiet" (presence is hidden), then the end. With a ping, whatever a
//! busier time has left behind is given back.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::close::CloseCode;
use consilium_protocol::limits;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::watch;
use tokio::time::Sleep;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as WsCloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::metered::Meter;
use super::throttle::Throttle;
use super::unsent::Unsent;
use super::upgrade::Stream;
use super::wire::TcpWire;
use crate::access::Moves;
use crate::outbound::sending::Sending;
use crate::outbound::{Outbound, Outgoing};

/// Silence after which the peer is pinged. Presence of a lost connection must be gone within 10 s (D16), and three
/// seconds are enough for an answer that was lost once or twice. Most of what an idle connection costs is this.
const PING_AFTER: Duration = Duration::from_secs(6);

/// Silence after which presence is hidden.
const QUIET_AFTER: Duration = Duration::from_secs(9);

/// Silence after which the connection is given up. Long enough for a walk between two access points.
const GONE_AFTER: Duration = Duration::from_secs(45);

/// Stock clients reconnect when no data frame came for 30 s; pings do not count for them.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(14);

/// What is due within one tick is done at its end for all connections together: a thread that is woken for one of them
/// does it for ten at little more cost.
const TICK: Duration = Duration::from_millis(100);

/// How long a closing peer may take to say goodbye.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Bytes handed to the socket before it is flushed.
const FLUSH_BYTES: usize = 64 * 1024;

/// What a connection has to say.
#[derive(Debug)]
pub(super) enum Heard {
    /// A binary frame.
    Frame(Bytes),
    /// The queue has drained and a room wants to know.
    Drained,
    /// The peer has gone quiet (true) or speaks again (false).
    Quiet(bool),
    /// The caller's deadline has come.
    Deadline,
    /// What somebody may do may have changed.
    AccessMoved,
    /// The connection is over.
    Gone,
}

/// Why a wait ended.
enum Event {
    /// Something was queued, or is to be looked at.
    Queued,
    AccessMoved,
    Message(Option<Result<Message, WsError>>),
    Alarm,
}

/// A socket with its queue and its clocks.
pub(super) struct Socket {
    stream: Stream,
    unsent: Unsent,
    /// Nothing that came before is left to read.
    is_read_empty: bool,
    meter: Arc<Meter>,
    outbound: Outbound,
    access_changes: watch::Receiver<Moves>,
    /// Kept from one wait to the next: putting it off costs less than setting another.
    alarm: Pin<Box<Sleep>>,
    throttle: Throttle,
    keepalive: Option<Bytes>,
    last_heard: Instant,
    last_pinged: Instant,
    last_said: Instant,
    quiet: bool,
    back: Option<Bytes>,
}

impl Socket {
    /// `access_changes` moves when what anybody may do may have changed.
    pub(super) fn new(
        stream: Stream,
        meter: Arc<Meter>,
        outbound: Outbound,
        sending: Sending,
        access_changes: watch::Receiver<Moves>,
    ) -> Self {
        let now = Instant::now();
        let wire = Arc::clone(stream.get_ref().wire());
        outbound.attach(Arc::new(TcpWire(wire)), sending);
        Self {
            stream,
            unsent: Unsent::default(),
            is_read_empty: false,
            meter,
            outbound,
            access_changes,
            alarm: Box::pin(tokio::time::sleep_until(now.into())),
            throttle: Throttle::new(),
            keepalive: None,
            last_heard: now,
            last_pinged: now,
            last_said: now,
            quiet: false,
            back: None,
        }
    }

    /// Lifts the limits of an unauthenticated connection, and from now on sends `keepalive` when nothing else is
    /// said for a while.
    pub(super) fn authenticated(&mut self, keepalive: Option<Bytes>) {
        self.meter.authenticated();
        if keepalive.is_some() {
            self.keepalive = keepalive;
        }
    }

    /// Waits for the next thing worth telling, sending what is queued meanwhile.
    pub(super) async fn next(&mut self, deadline: Option<Instant>) -> Heard {
        if let Some(frame) = self.back.take() {
            return Heard::Frame(frame);
        }
        // Somebody may have stopped waiting for this while others sent.
        let _ = self.outbound.take_over();
        loop {
            if self.write_queued().await.is_err() {
                return Heard::Gone;
            }
            if self.outbound.take_drained() {
                return Heard::Drained;
            }
            let now = Instant::now();
            if let Some(heard) = self.mind_the_clock(now, deadline).await {
                return heard;
            }
            let throttled = self
                .throttle
                .wait_until(now)
                .max(self.outbound.slowed_until(now));
            let wake = self.next_wake(now, deadline, throttled).into();
            if self.alarm.deadline() != wake {
                self.alarm.as_mut().reset(wake);
            }
            match self.wait(throttled.is_none()).await {
                Event::Queued | Event::Alarm => {}
                Event::AccessMoved => return Heard::AccessMoved,
                Event::Message(message) => {
                    if let Some(heard) = self.hear(message).await {
                        return heard;
                    }
                }
            }
        }
    }

    /// Waits until there is something to do. Others send meanwhile, between one poll and the next.
    async fn wait(&mut self, may_read: bool) -> Event {
        let Self {
            stream,
            is_read_empty,
            outbound,
            access_changes,
            alarm,
            ..
        } = self;
        // What the library says by itself, an answer to a ping, must not be half out when others send.
        let is_flushed = AtomicBool::new(false);
        let wait = async {
            tokio::select! {
                () = outbound.changed() => Event::Queued,
                // Whoever holds the other end has gone only when the process ends.
                Ok(()) = access_changes.changed() => Event::AccessMoved,
                message = next_message(stream, is_read_empty, may_read, &is_flushed) => Event::Message(message),
                () = alarm.as_mut() => Event::Alarm,
            }
        };
        let mut wait = pin!(wait);
        poll_fn(|context| {
            if outbound.take_over() {
                return Poll::Ready(Event::Queued);
            }
            let polled = wait.as_mut().poll(context);
            if polled.is_pending() && is_flushed.load(Ordering::Relaxed) {
                outbound.rest();
            }
            polled
        })
        .await
    }

    /// Sends what is queued, then a close frame, and lets go. A queue that was closed already keeps its own code.
    pub(super) async fn finish(&mut self, code: CloseCode) {
        let _ = self.outbound.take_over();
        self.outbound.close(code);
        // Ends by itself at the close; a peer that takes nothing is left behind.
        let _ = tokio::time::timeout(2 * CLOSE_TIMEOUT, self.write_queued()).await;
    }

    /// Sends a close frame and lets go.
    async fn close(&mut self, code: CloseCode) {
        let frame = CloseFrame {
            code: WsCloseCode::from(code.code()),
            reason: Utf8Bytes::from_static(code.reason()),
        };
        let goodbye = async {
            // The peer may be gone already, which is what we want.
            let _ = self.stream.close(Some(frame)).await;
            while let Some(Ok(_)) = self.stream.next().await {}
        };
        // Boxed, because each thing that may end a connection would have a place for it.
        let _ = Box::pin(tokio::time::timeout(CLOSE_TIMEOUT, goodbye)).await;
    }

    async fn hear(&mut self, message: Option<Result<Message, WsError>>) -> Option<Heard> {
        let now = Instant::now();
        let message = match message {
            Some(Ok(message)) => message,
            Some(Err(error)) => {
                tracing::debug!(%error, "socket");
                if let WsError::Capacity(CapacityError::MessageTooLong { .. }) = error {
                    self.close(CloseCode::TooBig).await;
                }
                return Some(Heard::Gone);
            }
            None => return Some(Heard::Gone),
        };
        self.last_heard = now;
        let frame = match message {
            Message::Binary(frame) => {
                self.throttle.count(now);
                Some(frame)
            }
            Message::Text(_) => {
                self.close(CloseCode::Malformed).await;
                return Some(Heard::Gone);
            }
            Message::Close(_) => return Some(Heard::Gone),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {
                self.throttle.count(now);
                None
            }
        };
        if self.quiet {
            self.quiet = false;
            self.back = frame;
            return Some(Heard::Quiet(false));
        }
        frame.map(Heard::Frame)
    }

    async fn mind_the_clock(&mut self, now: Instant, deadline: Option<Instant>) -> Option<Heard> {
        if deadline.is_some_and(|deadline| deadline <= now) {
            return Some(Heard::Deadline);
        }
        // When exactly does not matter: this is looked at with each ping.
        if self.outbound.take_was_sent() {
            self.last_said = now;
        }
        let silence = now.duration_since(self.last_heard);
        if silence >= GONE_AFTER {
            self.close(CloseCode::StalledReader).await;
            return Some(Heard::Gone);
        }
        if silence >= QUIET_AFTER && !self.quiet {
            self.quiet = true;
            return Some(Heard::Quiet(true));
        }
        let since_ping = now.duration_since(self.last_pinged);
        let pings = silence >= PING_AFTER && since_ping >= PING_AFTER;
        // It goes along with a ping rather than by itself before the next.
        let said_within = if pings {
            KEEPALIVE_AFTER - PING_AFTER
        } else {
            KEEPALIVE_AFTER
        };
        let keepalive = self
            .keepalive
            .as_ref()
            .filter(|_| now.duration_since(self.last_said) >= said_within)
            .cloned();
        if !pings && keepalive.is_none() {
            return None;
        }
        if Box::pin(self.remind(pings, keepalive, now)).await.is_err() {
            return Some(Heard::Gone);
        }
        None
    }

    /// Sends a ping, or a keepalive, or both at once.
    async fn remind(
        &mut self,
        pings: bool,
        keepalive: Option<Bytes>,
        now: Instant,
    ) -> Result<(), Stalled> {
        if let Some(keepalive) = keepalive {
            self.last_said = now;
            self.feed(Message::Binary(keepalive)).await?;
        }
        if pings {
            self.last_pinged = now;
            self.outbound.shrink();
            self.unsent.shrink();
            self.feed(Message::Ping(Bytes::new())).await?;
        }
        with_progress(&self.meter, self.stream.flush()).await
    }

    fn next_wake(
        &self,
        now: Instant,
        deadline: Option<Instant>,
        throttled: Option<Instant>,
    ) -> Instant {
        let ping = (self.last_heard + PING_AFTER).max(self.last_pinged + PING_AFTER);
        let quiet = if self.quiet {
            self.last_heard + GONE_AFTER
        } else {
            self.last_heard + QUIET_AFTER
        };
        let keepalive = self
            .keepalive
            .as_ref()
            .map(|_| self.last_said + KEEPALIVE_AFTER);
        let of_many = ping.min(quiet).min(keepalive.unwrap_or(quiet));
        [Some(end_of_tick(of_many)), deadline, throttled]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(now)
    }

    async fn feed(&mut self, message: Message) -> Result<(), Stalled> {
        with_progress(&self.meter, self.stream.feed(message)).await
    }

    /// Empties the queue into the socket, in larger pieces.
    async fn write_queued(&mut self) -> Result<(), Stalled> {
        let mut gathered = 0;
        while let Some(outgoing) = self.outbound.take() {
            match outgoing {
                Outgoing::Frame(frame) => {
                    gathered += frame.len();
                    self.unsent.push(frame);
                }
                Outgoing::Begun(rest) => {
                    gathered += rest.len();
                    self.unsent.push_begun(rest);
                }
                Outgoing::Close(code) => {
                    self.send().await?;
                    self.close(code).await;
                    return Err(Stalled);
                }
            }
            if gathered >= FLUSH_BYTES {
                self.send().await?;
                gathered = 0;
            }
        }
        self.send().await
    }

    /// Sends what was gathered, and what was left when somebody stopped waiting.
    async fn send(&mut self) -> Result<(), Stalled> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        // Most often the system takes all of it at once, and no clock has to be set.
        match poll_fn(|context| Poll::Ready(self.poll_send(context))).await {
            Poll::Ready(sent) => sent.map_err(|error| Stalled::because(&error))?,
            Poll::Pending => {
                let meter = Arc::clone(&self.meter);
                let rest = poll_fn(|context| self.poll_send(context));
                Box::pin(with_progress(&meter, rest)).await?;
            }
        }
        self.last_said = Instant::now();
        Ok(())
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<Result<(), WsError>> {
        // What the library has begun to say comes first: frames do not mix.
        ready!(self.stream.poll_flush_unpin(context))?;
        let sent = ready!(self.unsent.poll_send(self.stream.get_mut(), context));
        Poll::Ready(sent.map_err(WsError::Io))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Rooms hold the queue for a moment longer; the connection ends now.
        self.outbound.detach();
    }
}

/// The end of the tick in which `instant` is. All connections have the same ticks.
fn end_of_tick(instant: Instant) -> Instant {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    let ticks = instant.saturating_duration_since(*FIRST).as_millis() / TICK.as_millis();
    *FIRST + TICK * u32::try_from(ticks + 1).unwrap_or(u32::MAX)
}

/// The next message. The library is not asked while nothing has come: it fills a buffer with zeros whenever it looks,
/// and a reader of a busy document is woken for what goes out far more often than it says anything.
///
/// `is_flushed` says after each poll whether all that the library had begun to say is out.
///
/// Cancel safety: yes; what has been read of a message is kept.
async fn next_message(
    stream: &mut Stream,
    is_read_empty: &mut bool,
    may_read: bool,
    is_flushed: &AtomicBool,
) -> Option<Result<Message, WsError>> {
    poll_fn(|context| {
        let nothing_came = |stream: &Stream, context: &mut Context<'_>| {
            stream.get_ref().poll_read_ready(context).is_pending()
        };
        if may_read && !(*is_read_empty && nothing_came(stream, context)) {
            let polled = stream.poll_next_unpin(context);
            *is_read_empty = polled.is_pending();
            if polled.is_ready() {
                return polled;
            }
            is_flushed.store(false, Ordering::Relaxed);
        }
        if !is_flushed.load(Ordering::Relaxed) {
            // What is wrong with the stream is found when it is read.
            let is_out = stream.poll_flush_unpin(context).is_ready();
            is_flushed.store(is_out, Ordering::Relaxed);
        }
        Poll::Pending
    })
    .await
}

/// The peer takes nothing any more, or has gone.
#[derive(Debug)]
struct Stalled;

impl Stalled {
    fn because(error: &WsError) -> Self {
        tracing::debug!(%error, "socket write");
        Self
    }
}

/// Waits for a write as long as it gets on at all (D7).
async fn with_progress(
    meter: &Meter,
    write: impl Future<Output = Result<(), WsError>>,
) -> Result<(), Stalled> {
    let mut write = std::pin::pin!(write);
    loop {
        let before = meter.written_bytes();
        match tokio::time::timeout(limits::READER_STALL_TIMEOUT, &mut write).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => return Err(Stalled::because(&error)),
            Err(_) if meter.written_bytes() > before => {}
            Err(_) => {
                tracing::info!("a reader took nothing for too long");
                return Err(Stalled);
            }
        }
    }
}

#[cfg(test)]
mod tests;
