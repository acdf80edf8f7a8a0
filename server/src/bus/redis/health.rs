//! Whether messages get through, put together from the parts that it takes.
//!
//! Every connection of every server is a part, and so is knowing who serves what. The bus is connected when all of
//! them work. The log gets one line when it goes away and one when it is back, however many parts fail meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use metrics::gauge;
use parking_lot::Mutex;
use tokio::sync::watch;
use tracing::{info, warn};

use super::shard::ShardId;
use crate::bus::BusHealth;
use crate::telemetry::names;

/// Something without which not all messages get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Knowing which server serves what.
    Topology,
    /// That the servers agree who serves which slot.
    Slots,
    /// The connection that publishes.
    Publisher(ShardId),
    /// The connection that subscribes, and its subscriptions.
    Subscriber(ShardId),
    /// Renewing this node's lease.
    OwnLease,
    /// Asking after the others' leases.
    OthersLeases,
}

impl Part {
    /// Whether messages get through without it.
    fn is_about_leases(self) -> bool {
        matches!(self, Self::OwnLease | Self::OthersLeases)
    }
}

/// The state of all parts.
#[derive(Debug)]
pub(super) struct Health {
    /// For the log.
    address: String,
    state: Mutex<State>,
    sender: watch::Sender<BusHealth>,
}

#[derive(Debug)]
struct State {
    /// Parts that do not work, with the reason once it is known.
    failing: BTreeMap<Part, Option<Arc<str>>>,
    logged: Logged,
    is_closed: bool,
}

/// What the log says so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Logged {
    Nothing,
    Connected,
    Away,
}

impl Health {
    /// Nothing is known yet, so it is away.
    pub(super) fn new(address: String) -> Self {
        let state = State {
            failing: BTreeMap::from([(Part::Topology, None)]),
            logged: Logged::Nothing,
            is_closed: false,
        };
        gauge!(names::BUS_CONNECTED).set(0.0);
        Self {
            address,
            state: Mutex::new(state),
            sender: watch::Sender::new(BusHealth::Away),
        }
    }

    pub(super) fn watch(&self) -> watch::Receiver<BusHealth> {
        self.sender.subscribe()
    }

    /// Why the bus is away, if it is and the reason is known.
    pub(super) fn trouble(&self) -> Option<Arc<str>> {
        self.state.lock().reason()
    }

    /// Whether messages get through, whatever becomes of leases.
    pub(super) fn carries_messages(&self) -> bool {
        let state = self.state.lock();
        !state.is_closed && state.failing.keys().all(|part| part.is_about_leases())
    }

    /// The part is on its way: it does not work yet, and there is no reason for it.
    pub(super) fn begins(&self, part: Part) {
        self.change(|state| {
            state.failing.entry(part).or_default();
        });
    }

    /// The part works.
    pub(super) fn works(&self, part: Part) {
        self.change(|state| {
            state.failing.remove(&part);
        });
    }

    /// The part does not work.
    pub(super) fn fails(&self, part: Part, reason: &str) {
        self.change(|state| {
            state.failing.insert(part, Some(reason.into()));
        });
    }

    /// The server is no longer needed.
    pub(super) fn forget(&self, shard: ShardId) {
        self.change(|state| {
            state.failing.remove(&Part::Publisher(shard));
            state.failing.remove(&Part::Subscriber(shard));
        });
    }

    /// The bus is closed, on purpose: nothing is logged.
    pub(super) fn close(&self) {
        self.state.lock().is_closed = true;
        self.announce(BusHealth::Away);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        change(&mut state);
        if state.is_closed {
            return;
        }
        let is_connected = state.failing.is_empty();
        // Under the lock, so that what is announced last is what is true.
        self.announce(if is_connected {
            BusHealth::Connected
        } else {
            BusHealth::Away
        });
        match (is_connected, state.logged, state.reason()) {
            (true, Logged::Nothing, _) => {
                info!(bus = %self.address, "the bus is there");
                state.logged = Logged::Connected;
            }
            (true, Logged::Away, _) => {
                info!(bus = %self.address, "the bus is back");
                state.logged = Logged::Connected;
            }
            (false, Logged::Nothing | Logged::Connected, Some(reason)) => {
                warn!(
                    bus = %self.address,
                    %reason,
                    "the bus is away: this node serves its own members and asks the journal for the others' edits"
                );
                state.logged = Logged::Away;
            }
            _ => {}
        }
    }

    fn announce(&self, health: BusHealth) {
        self.sender.send_if_modified(|announced| {
            let is_new = *announced != health;
            *announced = health;
            is_new
        });
        let connected = health == BusHealth::Connected;
        gauge!(names::BUS_CONNECTED).set(if connected { 1.0 } else { 0.0 });
    }
}

impl State {
    fn reason(&self) -> Option<Arc<str>> {
        self.failing.values().flatten().next().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARD: ShardId = ShardId(1);

    #[test]
    fn it_is_connected_when_every_part_works() {
        let health = Health::new("redis://a".to_owned());
        let mut watch = health.watch();
        let is_connected = || *health.watch().borrow() == BusHealth::Connected;
        assert!(!is_connected());
        health.begins(Part::Publisher(SHARD));
        health.begins(Part::Subscriber(SHARD));
        health.works(Part::Topology);
        health.works(Part::Publisher(SHARD));
        assert!(!is_connected());
        assert!(!watch.has_changed().unwrap(), "it was away and is away");
        health.works(Part::Subscriber(SHARD));
        assert!(is_connected());
        assert!(watch.has_changed().unwrap());
        watch.mark_unchanged();
        health.fails(Part::Subscriber(SHARD), "gone");
        assert!(!is_connected());
        assert_eq!(health.trouble().as_deref(), Some("gone"));
        health.works(Part::Subscriber(SHARD));
        assert!(is_connected());
        assert_eq!(health.trouble(), None);
    }

    #[test]
    fn a_reason_stays_until_the_part_works() {
        let health = Health::new("redis://a".to_owned());
        health.fails(Part::Topology, "refused");
        health.begins(Part::Topology);
        assert_eq!(health.trouble().as_deref(), Some("refused"));
    }

    #[test]
    fn a_server_that_left_does_not_count() {
        let health = Health::new("redis://a".to_owned());
        health.works(Part::Topology);
        health.fails(Part::Publisher(SHARD), "gone");
        health.forget(SHARD);
        assert_eq!(*health.watch().borrow(), BusHealth::Connected);
    }

    #[test]
    fn without_leases_it_is_away_and_carries_messages_all_the_same() {
        let health = Health::new("redis://a".to_owned());
        assert!(!health.carries_messages());
        health.works(Part::Topology);
        health.fails(Part::OwnLease, "refused");
        assert_eq!(*health.watch().borrow(), BusHealth::Away);
        assert!(health.carries_messages());
        health.close();
        assert!(!health.carries_messages());
    }

    /// Where a test reads the log.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_log_says_once_that_it_is_away_and_once_that_it_is_back() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .without_time()
            .with_ansi(false)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let health = Health::new("redis://a".to_owned());
            health.begins(Part::Publisher(SHARD));
            health.works(Part::Topology);
            health.works(Part::Publisher(SHARD));
            for round in 0..2 {
                for _ in 0..10 {
                    health.fails(Part::Subscriber(SHARD), &format!("gone {round}"));
                    health.fails(Part::Publisher(SHARD), "gone too");
                }
                health.works(Part::Publisher(SHARD));
                health.works(Part::Subscriber(SHARD));
                health.works(Part::Subscriber(SHARD));
            }
            health.fails(Part::Topology, "the end");
            health.close();
        });
        let text = String::from_utf8(log.0.lock().clone()).unwrap();
        let lines: Vec<&str> = text
            .lines()
            .map(|line| {
                let words = ["bus is there", "bus is back", "gone 0", "gone 1", "the end"];
                *words.iter().find(|word| line.contains(**word)).unwrap()
            })
            .collect();
        let expected = [
            "bus is there",
            "gone 0",
            "bus is back",
            "gone 1",
            "bus is back",
            "the end",
        ];
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn a_closed_bus_stays_away() {
        let health = Health::new("redis://a".to_owned());
        health.works(Part::Topology);
        health.close();
        health.works(Part::Topology);
        assert_eq!(*health.watch().borrow(), BusHealth::Away);
    }
}
