//! The one socket: when to open it, when to give it up, and when to try again.
//!
//! A permanent refusal is not retried; anything else is, after a wait with full jitter, at once when the device wakes
//! up or finds a network, and never while the device has none. The wait starts anew only after a connection has
//! proved itself. It knows nothing of documents: the engine opens channels on a connection that is up.

use consilium_protocol::close::{CloseCode, Retry, retry_after_close};
use consilium_protocol::envelope::ClientFrame;
use consilium_protocol::limits::AUTH_TIMEOUT;

use super::backoff::{Backoff, Jitter};
use super::clock::{Clock, EngineTime};
use super::probe::{Check, Liveness};
use crate::effect::Effect;
use crate::limits::{CONNECT_TIMEOUT, PREAUTH_BUDGET_BYTES, PROVEN_AFTER, STABLE_AFTER};
use crate::state::ConnectionStatus;

/// What the device says of its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Present,
    Absent,
}

/// How far the server has shown itself on this socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Proof {
    /// Nothing was heard yet.
    Silent,
    /// It speaks.
    Spoken,
    /// It has authenticated a document.
    Authenticated,
    /// It has brought a document up to date.
    Synced,
}

#[derive(Debug)]
struct Up {
    since: EngineTime,
    liveness: Liveness,
    proof: Proof,
    /// Sent before anything was authenticated; the server bounds it.
    preauth_bytes: usize,
}

impl Up {
    /// Whether a loss now says nothing against the server, so that the next attempt need not wait for long.
    fn has_proved_itself(&self, now: EngineTime) -> bool {
        let needed = match self.proof {
            Proof::Silent | Proof::Spoken => return false,
            Proof::Authenticated => STABLE_AFTER,
            Proof::Synced => PROVEN_AFTER,
        };
        now.since(self.since) >= needed
    }
}

#[derive(Debug)]
enum Phase {
    /// Nobody wants a connection yet.
    Idle,
    Connecting {
        until: EngineTime,
    },
    Up(Up),
    Waiting {
        until: EngineTime,
        reason: &'static str,
    },
    /// The device has no network.
    Offline,
    /// A person or a new token must act.
    Refused {
        reason: &'static str,
    },
    Stopped,
}

/// When to try again after a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// At once: a connection that had worked went silent.
    AtOnce,
    /// After a wait.
    Later,
}

/// Whether the token was at fault when a socket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Token,
    Other,
}

/// The connection's state machine.
pub(crate) struct Connection {
    phase: Phase,
    network: Network,
    backoff: Backoff,
    jitter: Jitter,
}

impl Connection {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            phase: Phase::Idle,
            network: Network::Present,
            backoff: Backoff::default(),
            jitter: Jitter::new(seed),
        }
    }

    pub(crate) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up(_))
    }

    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self.phase, Phase::Stopped)
    }

    /// What to tell people; nothing while nobody wants a connection.
    pub(crate) fn status(&self, clock: &Clock) -> Option<ConnectionStatus> {
        match &self.phase {
            Phase::Idle | Phase::Stopped => None,
            Phase::Connecting { .. } => Some(ConnectionStatus::Connecting),
            Phase::Up(up) if up.proof == Proof::Silent => Some(ConnectionStatus::Connecting),
            Phase::Up(_) => Some(ConnectionStatus::Online),
            Phase::Waiting { until, reason } => Some(ConnectionStatus::Waiting {
                at: clock.wall_ms(*until),
                reason: (*reason).to_owned(),
            }),
            Phase::Offline => Some(ConnectionStatus::Offline),
            Phase::Refused { reason } => Some(ConnectionStatus::Refused {
                reason: (*reason).to_owned(),
            }),
        }
    }

    /// When [`Connection::timer`] has something to do.
    pub(crate) fn deadline(&self) -> Option<EngineTime> {
        match &self.phase {
            Phase::Connecting { until } | Phase::Waiting { until, .. } => Some(*until),
            Phase::Up(up) => Some(up.liveness.deadline()),
            Phase::Idle | Phase::Offline | Phase::Refused { .. } | Phase::Stopped => None,
        }
    }

    /// Somebody wants a connection.
    pub(crate) fn want(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Idle) {
            match self.network {
                Network::Present => self.connect(now, out),
                Network::Absent => self.phase = Phase::Offline,
            }
        }
    }

    fn connect(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        self.phase = Phase::Connecting {
            until: now.after(CONNECT_TIMEOUT),
        };
        out.push(Effect::Connect);
    }

    /// The socket is open.
    pub(crate) fn opened(&mut self, now: EngineTime) {
        if matches!(self.phase, Phase::Connecting { .. }) {
            self.phase = Phase::Up(Up {
                since: now,
                liveness: Liveness::opened(now, now.after(AUTH_TIMEOUT)),
                proof: Proof::Silent,
                preauth_bytes: 0,
            });
        }
    }

    /// The socket is gone without our doing.
    pub(crate) fn closed(&mut self, code: u16, now: EngineTime) -> Fault {
        if !matches!(self.phase, Phase::Connecting { .. } | Phase::Up(_)) {
            return Fault::Other;
        }
        let known = CloseCode::ALL
            .into_iter()
            .find(|known| known.code() == code);
        match retry_after_close(code) {
            Retry::Transient => {
                self.wait(known.map_or("lost", CloseCode::reason), now);
                Fault::Other
            }
            Retry::Permanent => {
                self.phase = Phase::Refused {
                    reason: known.map_or("refused", CloseCode::reason),
                };
                if known == Some(CloseCode::Unauthorized) {
                    Fault::Token
                } else {
                    Fault::Other
                }
            }
        }
    }

    fn wait(&mut self, reason: &'static str, now: EngineTime) {
        if let Phase::Up(up) = &self.phase
            && up.has_proved_itself(now)
        {
            self.backoff.reset();
        }
        self.phase = match self.network {
            Network::Absent => Phase::Offline,
            Network::Present => Phase::Waiting {
                until: now.after(self.backoff.next_wait(&mut self.jitter)),
                reason,
            },
        };
    }

    /// Gives the socket up.
    pub(crate) fn abandon(
        &mut self,
        code: CloseCode,
        reason: &'static str,
        again: Again,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) {
        if !matches!(self.phase, Phase::Connecting { .. } | Phase::Up(_)) {
            return;
        }
        out.push(Effect::Disconnect { code: code.code() });
        self.wait(reason, now);
        if again == Again::AtOnce && matches!(self.phase, Phase::Waiting { .. }) {
            self.connect(now, out);
        }
    }

    /// A frame arrived.
    pub(crate) fn heard(&mut self, now: EngineTime) {
        if let Phase::Up(up) = &mut self.phase {
            up.liveness.heard(now);
        }
        self.proved(Proof::Spoken);
    }

    /// The server has authenticated a document.
    pub(crate) fn authenticated(&mut self) {
        self.proved(Proof::Authenticated);
    }

    /// The server has brought a document up to date.
    pub(crate) fn synced(&mut self) {
        self.proved(Proof::Synced);
    }

    fn proved(&mut self, proof: Proof) {
        if let Phase::Up(up) = &mut self.phase {
            up.proof = up.proof.max(proof);
        }
    }

    /// Whether so many more bytes may be sent now; counts them if so. The first are always let through.
    pub(crate) fn admit_opening(&mut self, bytes: usize) -> bool {
        let Phase::Up(up) = &mut self.phase else {
            return false;
        };
        if up.proof >= Proof::Authenticated {
            return true;
        }
        let total = up.preauth_bytes + bytes;
        let fits = up.preauth_bytes == 0 || total <= PREAUTH_BUDGET_BYTES;
        if fits {
            up.preauth_bytes = total;
        }
        fits
    }

    /// The device has a network.
    pub(crate) fn network_online(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        self.network = Network::Present;
        match self.phase {
            Phase::Offline | Phase::Waiting { .. } => self.connect(now, out),
            Phase::Up(_) => self.probe(now, out),
            _ => {}
        }
    }

    /// The device has none. A socket that still works is kept: devices are mistaken about this.
    pub(crate) fn network_offline(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        self.network = Network::Absent;
        match self.phase {
            Phase::Waiting { .. } => self.phase = Phase::Offline,
            Phase::Connecting { .. } => {
                self.abandon(CloseCode::Normal, "offline", Again::Later, now, out);
            }
            Phase::Up(_) => self.probe(now, out),
            _ => {}
        }
    }

    /// The device or the page woke up: find out now whether the socket survived.
    pub(crate) fn wake(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        match self.phase {
            Phase::Waiting { .. } => self.connect(now, out),
            Phase::Up(_) => self.probe(now, out),
            _ => {}
        }
    }

    /// A person, or a new token, wants a connection now.
    pub(crate) fn reconnect_now(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        match self.phase {
            Phase::Waiting { .. } | Phase::Offline | Phase::Refused { .. } => {
                self.connect(now, out);
            }
            Phase::Up(_) => self.probe(now, out),
            Phase::Idle | Phase::Connecting { .. } | Phase::Stopped => {}
        }
    }

    /// A new token may mend what the old one broke.
    pub(crate) fn token_changed(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Refused { .. }) {
            self.connect(now, out);
        }
    }

    fn probe(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if let Phase::Up(up) = &mut self.phase {
            up.liveness.probe(now);
            send_ping(out);
        }
    }

    /// Looks at the clock. Answers whether a ping went out: a good moment to ask after pushes, too.
    pub(crate) fn timer(&mut self, now: EngineTime, out: &mut Vec<Effect>) -> Check {
        match &mut self.phase {
            Phase::Connecting { until } if now >= *until => {
                self.abandon(CloseCode::Normal, "timeout", Again::Later, now, out);
            }
            Phase::Waiting { until, .. } if now >= *until => self.connect(now, out),
            Phase::Up(up) => {
                let check = up.liveness.check(now);
                match check {
                    Check::Wait => {}
                    Check::Ping => send_ping(out),
                    Check::Dead => {
                        // Only a server that had spoken is worth an attempt without a wait.
                        let again = if up.proof == Proof::Silent {
                            Again::Later
                        } else {
                            Again::AtOnce
                        };
                        self.abandon(CloseCode::Normal, "silent", again, now, out);
                    }
                }
                return check;
            }
            _ => {}
        }
        Check::Wait
    }

    /// Ends for good.
    pub(crate) fn stop(&mut self, out: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Connecting { .. } | Phase::Up(_)) {
            out.push(Effect::Disconnect {
                code: CloseCode::Normal.code(),
            });
        }
        self.phase = Phase::Stopped;
    }
}

fn send_ping(out: &mut Vec<Effect>) {
    out.push(Effect::Send {
        bytes: ClientFrame::Ping.encode(),
    });
}

#[cfg(test)]
mod tests {
    use consilium_protocol::limits::RECONNECT_DELAY_BASE;

    use super::*;
    use crate::engine::backoff::Backoff;

    /// How one attempt went, and for how many milliseconds the socket lasted.
    #[derive(Debug, Clone, Copy)]
    enum Went {
        /// Never open.
        Failed,
        /// Open, and not a word.
        Silent(u64),
        Authenticated(u64),
        Synced(u64),
    }

    use Went::{Authenticated, Failed, Silent, Synced};

    /// The longest that the wait after this history may be, as a number of doublings, and the waits themselves.
    fn live_through(history: &[Went], seed: u64) -> (Backoff, Vec<u64>) {
        let mut clock = Clock::default();
        let mut connection = Connection::new(seed);
        let mut out = Vec::new();
        let mut now_ms = 1_000_000;
        let mut waits = Vec::new();
        connection.want(clock.read(now_ms), &mut out);
        for went in history {
            let lasted = match *went {
                Failed => 0,
                Silent(lasted) | Authenticated(lasted) | Synced(lasted) => {
                    connection.opened(clock.read(now_ms));
                    lasted
                }
            };
            if matches!(went, Authenticated(_) | Synced(_)) {
                connection.heard(clock.read(now_ms));
                connection.authenticated();
            }
            if matches!(went, Synced(_)) {
                connection.synced();
            }
            now_ms += lasted;
            connection.closed(1006, clock.read(now_ms));
            let Some(ConnectionStatus::Waiting { at, .. }) = connection.status(&clock) else {
                panic!("not waiting");
            };
            waits.push(at - now_ms);
            now_ms = at;
            connection.timer(clock.read(now_ms), &mut out);
        }
        (connection.backoff, waits)
    }

    #[test]
    fn losses_in_a_row_wait_longer_unless_the_connection_had_proved_itself() {
        const PROVEN: u64 = PROVEN_AFTER.as_millis() as u64;
        const STABLE: u64 = STABLE_AFTER.as_millis() as u64;
        // History, and by how much the base is multiplied for the wait after the next failure.
        let table: &[(&[Went], u32)] = &[
            (&[], 1),
            (&[Failed], 2),
            (&[Failed; 4], 16),
            // Short and healthy, again and again: every loss is the first.
            (&[Synced(PROVEN); 1], 2),
            (&[Synced(PROVEN); 9], 2),
            (&[Synced(STABLE * 100); 9], 2),
            (&[Failed, Failed, Failed, Synced(PROVEN)], 2),
            (&[Failed, Failed, Failed, Synced(PROVEN), Failed], 4),
            // Taken in, brought up to date, and dropped at once.
            (&[Synced(PROVEN - 1); 4], 16),
            (&[Synced(0); 4], 16),
            // Authenticated is not enough, unless it lasts.
            (&[Authenticated(STABLE - 1); 4], 16),
            (&[Authenticated(STABLE); 4], 2),
            (&[Failed, Failed, Authenticated(STABLE)], 2),
            // Open for long, and never a word.
            (&[Silent(STABLE * 2); 4], 16),
        ];
        for (history, times) in table {
            let (backoff, _) = live_through(history, 1);
            assert_eq!(
                backoff.bound(),
                RECONNECT_DELAY_BASE * *times,
                "after {history:?}"
            );
        }
    }

    #[test]
    fn waits_after_short_healthy_connections_are_short_and_spread() {
        let mut all: Vec<u64> = (0..50)
            .flat_map(|seed| live_through(&[Synced(2_000); 10], seed).1)
            .collect();
        let base = RECONNECT_DELAY_BASE.as_millis() as u64;
        assert!(all.iter().all(|wait| *wait <= base), "{all:?}");
        all.sort_unstable();
        assert!(all[all.len() / 10] < base / 5, "jitter is full");
        assert!(all[all.len() * 9 / 10] > base * 4 / 5, "jitter is full");
    }
}
