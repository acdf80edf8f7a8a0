//! The world: what happens next, drawn from a seed; and what must hold whatever happens.

use consilium_client::event::Event;
use consilium_client::state::{ConnectionStatus, SaveState};
use consilium_client::updates::Extent;
use consilium_protocol::ids::Access;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::device::{Device, Socket};
use crate::server::{ConnectionId, POISON, Server};

/// Steps of one run. Enough for every danger to meet some other.
const STEPS: usize = 500;

/// Rounds after which a mended world must have settled.
const SETTLE_ROUNDS: usize = 20_000;

/// How often each danger was met, to know that the simulation reaches them.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    edits: u64,
    forks: u64,
    resets: u64,
    device_crashes: u64,
    server_crashes: u64,
    disconnects: u64,
    outages: u64,
    expiries: u64,
    chunked: u64,
    refusals: u64,
    merges: u64,
    /// How many of the merges could not be compared.
    entangled: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.counts_mut().into_iter().zip(other.counts()) {
            *mine += theirs;
        }
        self.merges += other.merges;
        self.entangled += other.entangled;
    }

    fn counts(&self) -> [u64; 10] {
        [
            self.edits,
            self.forks,
            self.resets,
            self.device_crashes,
            self.server_crashes,
            self.disconnects,
            self.outages,
            self.expiries,
            self.chunked,
            self.refusals,
        ]
    }

    fn counts_mut(&mut self) -> [&mut u64; 10] {
        [
            &mut self.edits,
            &mut self.forks,
            &mut self.resets,
            &mut self.device_crashes,
            &mut self.server_crashes,
            &mut self.disconnects,
            &mut self.outages,
            &mut self.expiries,
            &mut self.chunked,
            &mut self.refusals,
        ]
    }

    pub(crate) fn assert_all_dangers_were_met(&self) {
        assert!(
            self.counts().iter().all(|count| *count >= 100),
            "the simulation has become tame: {self:?}"
        );
        // A device that comes back to others' edits is rare where so much else goes wrong.
        assert!(
            self.merges >= 20 && self.entangled * 10 <= self.merges,
            "what comes together can too often not be compared: {self:?}"
        );
    }
}

pub(crate) struct World {
    rng: ChaCha8Rng,
    now: u64,
    server: Server,
    devices: Vec<Device>,
    connections: ConnectionId,
    words: u64,
    tally: Tally,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let now = 1_700_000_000_000;
        let count = rng.random_range(1..=3);
        let devices = (0..count)
            .map(|number| Device::new(number, rng.random_range(0..u64::MAX), now))
            .collect();
        Self {
            rng,
            now,
            server: Server::new(),
            devices,
            connections: 0,
            words: 0,
            tally: Tally::default(),
        }
    }

    pub(crate) fn run(&mut self) {
        for _ in 0..STEPS {
            self.step();
            self.check();
        }
    }

    fn step(&mut self) {
        let device = self.rng.random_range(0..self.devices.len());
        match self.rng.random_range(0..1_000) {
            0..200 => self.edit(device),
            200..400 => self.deliver_to_server(device),
            400..600 => self.deliver_to_device(device),
            600..700 => self.devices[device].write(self.now),
            700..780 => self.commit(),
            780..840 => self.advance(),
            840..880 => self.answer_connect(device),
            880..910 => self.answer_load(device),
            910..930 => self.answer_token(device),
            930..940 => {
                if self.devices[device].view_is_stale {
                    self.devices[device].rebuild_view();
                }
            }
            940..955 => self.lose_socket(device),
            955..963 => self.crash_device(device),
            963..966 => self.crash_server(),
            966..970 => {
                self.tally.outages += 1;
                self.server.storage_fails();
            }
            970..976 => self.server.storage_recovers(),
            976..979 => {
                self.tally.expiries += 1;
                let abruptly = self.rng.random_bool(0.5);
                self.server.expire_token(abruptly);
            }
            979..981 => self.server.set_access(Access::Read),
            981..984 => self.server.set_access(Access::Write),
            984..987 => self.server.take_backup(),
            987..989 => self.restore_backup(),
            989..990 => self.devices[device].store_works = false,
            990..994 => self.devices[device].store_works = true,
            994..996 => self.tell(device, Event::NetworkOffline),
            996..998 => self.tell(device, Event::NetworkOnline),
            _ => {
                let event = if self.rng.random_bool(0.5) {
                    Event::Wake
                } else {
                    Event::ReconnectNow
                };
                self.tell(device, event);
            }
        }
    }

    fn tell(&mut self, device: usize, event: Event) {
        self.devices[device].handle(event, self.now);
        self.close_abandoned();
    }

    fn edit(&mut self, device: usize) {
        self.tally.edits += 1;
        self.words += 1;
        let word = match self.rng.random_range(0..100) {
            0 => Some(POISON.to_owned()),
            1..25 => None,
            _ => Some(format!("{:x}", self.words)),
        };
        let place = self.rng.random_range(0..=1_000);
        self.devices[device].edit(word.as_deref(), place, self.now);
    }

    fn deliver_to_server(&mut self, device: usize) {
        if let Socket::Open(id) = self.devices[device].socket
            && let Some(frame) = self.devices[device].sent.pop_front()
        {
            self.server.hear(id, frame);
        }
    }

    fn deliver_to_device(&mut self, device: usize) {
        if let Socket::Open(id) = self.devices[device].socket
            && let Some(bytes) = self.server.outgoing(id)
        {
            self.tell(device, Event::SocketMessage { bytes });
        }
    }

    fn advance(&mut self) {
        let ms = if self.rng.random_bool(0.1) {
            self.rng.random_range(0..40_000)
        } else {
            self.rng.random_range(0..1_000)
        };
        self.now += ms;
        self.fire_timers();
    }

    fn fire_timers(&mut self) {
        for device in 0..self.devices.len() {
            if self.devices[device].timer.is_some_and(|at| at <= self.now) {
                self.devices[device].timer = None;
                self.tell(device, Event::Timer);
            }
        }
    }

    fn answer_connect(&mut self, device: usize) {
        if self.devices[device].socket != Socket::Connecting {
            return;
        }
        if self.rng.random_bool(0.2) {
            self.devices[device].socket = Socket::Closed;
            self.tell(
                device,
                Event::SocketClosed {
                    code: 1006,
                    reason: String::new(),
                },
            );
        } else {
            self.open_socket(device);
        }
    }

    fn open_socket(&mut self, device: usize) {
        self.connections += 1;
        self.server.accept(self.connections);
        self.devices[device].socket = Socket::Open(self.connections);
        self.tell(device, Event::SocketOpened);
    }

    fn answer_load(&mut self, device: usize) {
        if self.devices[device].load_asked || self.devices[device].load_failed {
            let readable = self.rng.random_bool(0.95);
            self.devices[device].load(readable, self.now);
        }
    }

    fn answer_token(&mut self, device: usize) {
        if self.devices[device].token_asked {
            self.devices[device].token_asked = false;
            let token = match self.rng.random_range(0..10) {
                0 => None,
                1 => Some("nonsense".to_owned()),
                _ => Some(self.server.valid_token.to_string()),
            };
            self.tell(device, Event::Token { token });
        }
    }

    fn lose_socket(&mut self, device: usize) {
        if let Socket::Open(id) = self.devices[device].socket {
            self.tally.disconnects += 1;
            // What was sent may still arrive; what the server said is gone.
            while self.rng.random_bool(0.5)
                && let Some(frame) = self.devices[device].sent.pop_front()
            {
                self.server.hear(id, frame);
            }
            self.server.disconnect(id);
            self.notice_losses();
        }
    }

    fn crash_device(&mut self, device: usize) {
        self.tally.device_crashes += 1;
        let seed = self.rng.random_range(0..u64::MAX);
        let safe = self.safe_on_server();
        self.devices[device].crash(seed, self.now, &safe);
        self.close_abandoned();
    }

    fn crash_server(&mut self) {
        self.tally.server_crashes += 1;
        self.server.crash();
        self.notice_losses();
    }

    fn restore_backup(&mut self) {
        if self.server.restore_backup() {
            self.notice_losses();
        }
    }

    /// Devices hear of sockets that the server side has lost.
    fn notice_losses(&mut self) {
        for device in 0..self.devices.len() {
            if let Socket::Open(id) = self.devices[device].socket
                && !self.server.is_connected(id)
            {
                self.devices[device].socket = Socket::Closed;
                self.devices[device].sent.clear();
                self.tell(
                    device,
                    Event::SocketClosed {
                        code: 1006,
                        reason: String::new(),
                    },
                );
            }
        }
    }

    /// The server notices sockets that devices gave up.
    fn close_abandoned(&mut self) {
        let open: Vec<ConnectionId> = self
            .devices
            .iter()
            .filter_map(|device| match device.socket {
                Socket::Open(id) => Some(id),
                Socket::Closed | Socket::Connecting => None,
            })
            .collect();
        self.server.keep_only(&open);
    }

    fn safe_on_server(&self) -> Extent {
        let mut safe = self.server.ever_committed.clone();
        safe.add(&self.server.quarantine);
        safe
    }

    fn commit(&mut self) {
        let mut given_up = Extent::default();
        for device in &self.devices {
            given_up.add(&device.given_up);
        }
        self.server.commit(&given_up);
    }

    fn check(&self) {
        let safe = self.safe_on_server();
        for device in &self.devices {
            device.check_truth(&safe);
        }
    }

    /// Mends everything and lets the world come to rest.
    pub(crate) fn mend_and_settle(&mut self) {
        self.server.storage_recovers();
        self.server.set_access(Access::Write);
        for device in 0..self.devices.len() {
            self.devices[device].store_works = true;
            self.tell(device, Event::NetworkOnline);
            let token = Some(self.server.valid_token.to_string());
            self.tell(device, Event::Token { token });
        }
        for _ in 0..SETTLE_ROUNDS {
            if !self.settle_round() && self.is_settled() {
                return;
            }
            self.check();
        }
        panic!(
            "the world does not settle: {:?}",
            self.devices
                .iter()
                .map(|device| (&device.status, &device.state, device.socket))
                .collect::<Vec<_>>()
        );
    }

    /// Does everything that is due, in some order; answers whether anything was.
    fn settle_round(&mut self) -> bool {
        let mut busy = false;
        for device in 0..self.devices.len() {
            if self.devices[device].load_asked || self.devices[device].load_failed {
                self.devices[device].load(true, self.now);
                busy = true;
            }
            if std::mem::take(&mut self.devices[device].token_asked) {
                let token = Some(self.server.valid_token.to_string());
                self.tell(device, Event::Token { token });
                busy = true;
            }
            if self.devices[device].socket == Socket::Connecting {
                self.open_socket(device);
                busy = true;
            }
            if self.devices[device].view_is_stale {
                self.devices[device].rebuild_view();
                busy = true;
            }
            if self.devices[device].has_writes() {
                self.devices[device].write(self.now);
                busy = true;
            }
            while !self.devices[device].sent.is_empty() {
                self.deliver_to_server(device);
                busy = true;
            }
            if self.server.has_outgoing() {
                self.deliver_to_device(device);
                busy = true;
            }
        }
        // What builds on an edit that died with its author's device stays uncommitted for ever.
        let before = self.server.uncommitted();
        self.commit();
        busy |= self.server.uncommitted() < before;
        if !busy && !self.is_settled() {
            let next = self.devices.iter().filter_map(|device| device.timer).min();
            self.now = self.now.max(next.expect("someone waits for something"));
            self.fire_timers();
        }
        busy
    }

    fn is_settled(&self) -> bool {
        self.devices.iter().all(|device| {
            device.status == Some(ConnectionStatus::Online)
                && device.state.as_ref().is_some_and(|state| {
                    state.save == SaveState::Safe && state.synced && state.unconfirmed == 0
                })
                && !device.has_writes()
                && !device.view_is_stale
        })
    }

    /// What must hold at the end.
    pub(crate) fn check_end(&self) {
        let text = self.server.text();
        let safe = self.safe_on_server();
        for device in &self.devices {
            assert_eq!(device.text(), text, "replicas differ (I2)");
            let mut kept = device.durable();
            kept.add(&safe);
            assert_eq!(device.ledger.unaccounted(&kept), 0, "edits were lost (I1)");
            assert!(device.pieces() <= 300, "content grows without bound (I4)");
        }
    }

    pub(crate) fn tally(mut self) -> Tally {
        self.tally.forks = self.devices.iter().map(|device| device.forks).sum();
        self.tally.resets = self.devices.iter().map(|device| device.resets).sum();
        self.tally.merges = self.devices.iter().map(|device| device.merges).sum();
        self.tally.entangled = self.devices.iter().map(|device| device.entangled).sum();
        self.tally.chunked = self.server.chunked;
        self.tally.refusals = self.server.refusals;
        self.tally
    }
}
