//! Asking whether the server is there, and whether it heard our pushes.
//!
//! [`Liveness`] is about the socket: silence leads to a ping, an unanswered ping to a new connection. [`AckProbe`] is
//! about one channel: "connected, but nothing is saved" must not last, so the server is asked to say when it has
//! dealt with everything before the probe; what it has not answered by then is sent again.

use consilium_protocol::ids::PushId;
use consilium_protocol::limits::HEARTBEAT_INTERVAL;

use super::clock::EngineTime;
use crate::limits::{PROBE_TIMEOUT, SUSPENDED_AFTER};

/// What a silent socket calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// Nothing yet.
    Wait,
    /// A ping must go out.
    Ping,
    /// The server is gone.
    Dead,
}

/// When the server was heard last, and until when it must be heard again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Liveness {
    heard: EngineTime,
    answer_until: Option<EngineTime>,
}

impl Liveness {
    /// A socket that has just opened and owes a first word by `answer_until`.
    pub(crate) fn opened(now: EngineTime, answer_until: EngineTime) -> Self {
        Self {
            heard: now,
            answer_until: Some(answer_until),
        }
    }

    /// Any frame proves life.
    pub(crate) fn heard(&mut self, now: EngineTime) {
        self.heard = now;
        self.answer_until = None;
    }

    /// A ping goes out now and wants an answer soon; an earlier deadline stays.
    pub(crate) fn probe(&mut self, now: EngineTime) {
        let until = now.after(PROBE_TIMEOUT);
        self.answer_until = Some(
            self.answer_until
                .map_or(until, |earlier| earlier.min(until)),
        );
    }

    /// When to check next.
    pub(crate) fn deadline(&self) -> EngineTime {
        self.answer_until
            .unwrap_or_else(|| self.heard.after(HEARTBEAT_INTERVAL))
    }

    /// Looks at the clock.
    pub(crate) fn check(&mut self, now: EngineTime) -> Check {
        let deadline = self.deadline();
        if now < deadline {
            return Check::Wait;
        }
        match self.answer_until {
            Some(_) if now.since(deadline) < SUSPENDED_AFTER => Check::Dead,
            // The process slept through the deadline: the answer may be waiting behind this very event.
            Some(_) => {
                self.answer_until = Some(now.after(PROBE_TIMEOUT));
                Check::Ping
            }
            None => {
                self.answer_until = Some(now.after(HEARTBEAT_INTERVAL));
                Check::Ping
            }
        }
    }
}

/// Watches the pushes of one channel.
#[derive(Debug, Default)]
pub(crate) struct AckProbe {
    sent: u64,
    waiting: Option<(u64, PushId)>,
    due: Option<EngineTime>,
}

impl AckProbe {
    /// When to ask, if pushes are under way.
    pub(crate) fn deadline(&self) -> Option<EngineTime> {
        self.due
    }

    /// Pushes are under way.
    pub(crate) fn pushed(&mut self, now: EngineTime) {
        self.due.get_or_insert(now.after(HEARTBEAT_INTERVAL));
    }

    /// A push was answered; `newest` is still under way, if any.
    pub(crate) fn progressed(&mut self, newest: Option<PushId>, now: EngineTime) {
        self.due = newest.map(|_| now.after(HEARTBEAT_INTERVAL));
    }

    /// Asks about the pushes up to `newest`: the nonce to send, or nothing while another probe is unanswered.
    pub(crate) fn ask(&mut self, newest: PushId, now: EngineTime) -> Option<u64> {
        self.due = Some(now.after(HEARTBEAT_INTERVAL));
        if self.waiting.is_some() {
            return None;
        }
        self.sent += 1;
        self.waiting = Some((self.sent, newest));
        Some(self.sent)
    }

    /// The server has dealt with everything before this probe; answers with the newest push that it covers.
    pub(crate) fn answered(&mut self, nonce: u64) -> Option<PushId> {
        let (_, newest) = self.waiting.take_if(|(waiting, _)| *waiting == nonce)?;
        Some(newest)
    }

    /// The connection is gone, and the probe with it.
    pub(crate) fn connection_lost(&mut self) {
        self.waiting = None;
        self.due = None;
    }
}
