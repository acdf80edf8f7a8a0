//! What a run consists of, drawn from its seed.

use consilium_server::outbound::Bounds;
use rand::RngExt;

use crate::bus::BusFaults;
use crate::dice::Dice;

/// What kind of world a seed is played in. Settings were added one after the other; each draws what it adds from dice
/// of its own, so that a seed keeps its meaning in the settings that were there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// One node, and queues towards readers that never fill.
    Wide,
    /// One node, and queues towards readers that fill easily.
    Narrow,
    /// Several nodes over one journal, with a bus between them.
    Several,
    /// The same, where the community takes documents away from members and gives them back, while they write and while
    /// they are away.
    Deciding,
    /// The same, with every kind of access, where what somebody wrote before they lost the document goes into a branch of
    /// theirs and reviewers decide about it. Some have lost it still when all is over.
    Leaving,
    /// Several nodes over a bus that does more than its contract allows: it says things twice, and late ones before early
    /// ones of the same node.
    Unruly,
    /// Several nodes that are cut off from each other, or stopped, for longer than a lease. Who lives is found out with the
    /// server's own watch, over leases on the bus.
    Apart,
    /// Several nodes over a store that is still at a commit when its node's connection is gone and the commit counts as
    /// failed. It ends seconds later, one way or the other; the node reads nothing before.
    Belated,
}

impl Setting {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Wide,
        Self::Narrow,
        Self::Several,
        Self::Deciding,
        Self::Leaving,
        Self::Unruly,
        Self::Apart,
        Self::Belated,
    ];

    /// Those that are played when nobody asks for another.
    pub const PLAYED: &[Self] = Self::ALL;

    /// The setting that a seed is played in when nobody asks for another.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self::PLAYED[(seed % Self::PLAYED.len() as u64) as usize]
    }

    /// Whether there is more than one node.
    #[must_use]
    pub fn has_several_nodes(self) -> bool {
        !matches!(self, Self::Wide | Self::Narrow)
    }

    /// Whether the community decides who may do what.
    #[must_use]
    pub fn decides(self) -> bool {
        matches!(self, Self::Deciding | Self::Leaving)
    }
}

impl std::str::FromStr for Setting {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|setting| format!("{setting:?}").eq_ignore_ascii_case(word))
            .ok_or_else(|| format!("{word} is not one of {:?}", Self::ALL))
    }
}

/// How often access changes at least, where a community decides: in each of these runs it does.
const MINDS_CHANGE: u32 = 10;

/// The same where commits are given up: it matters who may no longer write when one of theirs takes effect.
const MINDS_CHANGE_OFTEN: u32 = 100;

/// What a reader can take.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// What may wait for it at the server.
    pub bounds: Bounds,
    /// How many frames may be on the wire before the server's socket takes no more.
    pub window_frames: usize,
}

/// The nodes, and what may go wrong with them and between them.
#[derive(Debug, Clone, Copy)]
pub struct Nodes {
    /// How many, from 1 to 4.
    pub count: usize,
    /// A node is stopped for seconds, as by SIGSTOP: nothing of it runs, and its connections stay open.
    pub stop: u32,
    /// How long at most, in milliseconds.
    pub stop_ms_max: u64,
    /// How far the nodes' wall clocks may be off, in milliseconds.
    pub clock_skew_ms_max: i64,
    /// What the bus does.
    pub bus: BusFaults,
}

/// The cast and the faults of one run. Probabilities are in thousandths for each opportunity.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where everything random comes from.
    pub seed: u64,
    /// In which setting.
    pub setting: Setting,
    /// Our clients.
    pub replicas: usize,
    /// Stock Hocuspocus clients.
    pub envelopes: usize,
    /// Stock y-websocket clients.
    pub plains: usize,
    /// Virtual milliseconds of activity before everything heals.
    pub active_ms: u64,
    /// Mean virtual milliseconds between two edits of one client.
    pub edit_every_ms: u64,
    /// The connection breaks.
    pub break_connection: u32,
    /// The server dies at once.
    pub crash_server: u32,
    /// A browser dies at once.
    pub crash_replica: u32,
    /// A commit fails and storage goes away for a while.
    pub fail_commit: u32,
    /// A commit fails that took effect.
    pub ambiguous_commit: u32,
    /// A commit is reported as failed that has not ended.
    pub late_commit: u32,
    /// A commit takes seconds.
    pub slow_commit: u32,
    /// A member's access changes.
    pub change_access: u32,
    /// The device's store fails for a while.
    pub fail_device: u32,
    /// A reader stops reading for a while.
    pub pause_reading: u32,
    /// Somebody sends garbage.
    pub garbage: u32,
    /// The journal is compacted.
    pub compact: u32,
    /// What readers can take.
    pub reading: Reading,
    /// The nodes.
    pub nodes: Nodes,
    /// Somebody who may write decides about a branch.
    pub review: u32,
    /// A rule that is broken on purpose, to see that the checks find it.
    pub broken: Option<BrokenRule>,
}

/// A rule that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenRule {
    /// What is said to be in a branch is nowhere.
    LandsNowhere,
    /// What came after access had ended is put into the document.
    LandsInTheDocument,
    /// Whoever has lost the document goes on hearing of it.
    TellsTheLost,
    /// No room says how far it is, so that a loss at the end stays unnoticed (I6).
    KeepsItsState,
    /// An edit is published twice (I6).
    PublishesTwice,
    /// Nobody finds out that a node is away (I6).
    ForgetsWhoIsAway,
    /// Nobody finds out that a node serves which is not on the bus (I6).
    ForgetsTheUnheard,
    /// A node reads the document before a commit that it gave up has ended (I2).
    ReadsInDoubt,
}

impl BrokenRule {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::LandsNowhere,
        Self::LandsInTheDocument,
        Self::TellsTheLost,
        Self::KeepsItsState,
        Self::PublishesTwice,
        Self::ForgetsWhoIsAway,
        Self::ForgetsTheUnheard,
        Self::ReadsInDoubt,
    ];

    /// Where breaking it does harm.
    #[must_use]
    pub fn setting(self) -> Setting {
        match self {
            Self::LandsNowhere | Self::LandsInTheDocument | Self::TellsTheLost => Setting::Leaving,
            Self::KeepsItsState | Self::PublishesTwice => Setting::Several,
            Self::ForgetsWhoIsAway | Self::ForgetsTheUnheard => Setting::Apart,
            Self::ReadsInDoubt => Setting::Belated,
        }
    }
}

impl Plan {
    /// Draws a plan for the setting that is this seed's. Each kind of fault is absent in some runs, so that faults meet in all combinations.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self::in_setting(seed, Setting::of_seed(seed))
    }

    /// Draws a plan for a setting.
    #[must_use]
    pub fn in_setting(seed: u64, setting: Setting) -> Self {
        let mut dice = Dice::of_stream(seed, "PLAN");
        let mut chance = |most: u32| dice.sometimes(most);
        let break_connection = chance(60);
        let crash_server = chance(12);
        let crash_replica = chance(15);
        let fail_commit = chance(40);
        let ambiguous_commit = chance(30);
        let slow_commit = chance(60);
        let mut change_access = chance(20);
        if setting.decides() {
            change_access = change_access.max(MINDS_CHANGE);
        }
        if setting == Setting::Belated {
            change_access = change_access.max(MINDS_CHANGE_OFTEN);
        }
        let fail_device = chance(15);
        let pause_reading = chance(20);
        let garbage = chance(40);
        let compact = chance(20);
        let rng = &mut dice.rng;
        // What takes longer needs longer runs, with as many edits.
        let patience = if setting == Setting::Apart { 3 } else { 1 };
        Self {
            seed,
            setting,
            replicas: rng.random_range(1..=3),
            envelopes: rng.random_range(0..=2),
            plains: rng.random_range(0..=2),
            active_ms: patience * rng.random_range(2_000..12_000),
            edit_every_ms: patience * rng.random_range(40..600),
            break_connection,
            crash_server,
            crash_replica,
            fail_commit,
            ambiguous_commit,
            late_commit: if setting == Setting::Belated {
                Dice::of_stream(seed, "BELATED").rng.random_range(20..200)
            } else {
                0
            },
            slow_commit,
            change_access,
            fail_device,
            pause_reading,
            garbage,
            compact,
            reading: match setting {
                Setting::Wide => Reading::unbounded(),
                Setting::Narrow => Reading::narrow(seed),
                _ if seed.is_multiple_of(2) => Reading::unbounded(),
                _ => Reading::narrow(seed),
            },
            nodes: match setting {
                Setting::Wide | Setting::Narrow => Nodes::calm(1),
                Setting::Several | Setting::Deciding | Setting::Leaving | Setting::Belated => {
                    Nodes::several(seed)
                }
                Setting::Unruly => Nodes::unruly(seed),
                Setting::Apart => Nodes::apart(seed),
            },
            review: if setting == Setting::Leaving {
                Dice::of_stream(seed, "REVIEW").rng.random_range(0..100)
            } else {
                0
            },
            broken: None,
        }
    }
}

impl Nodes {
    /// So many, and nothing goes wrong with them.
    #[must_use]
    pub fn calm(count: usize) -> Self {
        Self {
            count,
            stop: 0,
            stop_ms_max: 8_000,
            clock_skew_ms_max: 0,
            bus: BusFaults::default(),
        }
    }

    fn several(seed: u64) -> Self {
        let mut dice = Dice::of_stream(seed, "NODES");
        Self {
            count: dice.rng.random_range(2..=4),
            stop: dice.sometimes(8),
            stop_ms_max: 8_000,
            clock_skew_ms_max: i64::from(dice.sometimes(5_000)),
            bus: BusFaults {
                lose: dice.sometimes(60),
                delay: dice.sometimes(40),
                repeat: 0,
                overtake: 0,
                pause: dice.sometimes(15),
                cut: dice.sometimes(15),
                lasting: 0,
                restart: dice.sometimes(6),
            },
        }
    }

    fn unruly(seed: u64) -> Self {
        let mut dice = Dice::of_stream(seed, "UNRULY");
        let mut nodes = Self::several(seed);
        nodes.bus.repeat = dice.sometimes(200);
        nodes.bus.overtake = dice.rng.random_range(100..900);
        nodes.bus.delay = dice.rng.random_range(10..150);
        nodes
    }

    fn apart(seed: u64) -> Self {
        let mut dice = Dice::of_stream(seed, "APART");
        let mut nodes = Self::several(seed);
        nodes.stop_ms_max = 25_000;
        nodes.clock_skew_ms_max = i64::from(dice.sometimes(600_000));
        nodes.bus.repeat = dice.sometimes(30);
        nodes.bus.cut = dice.rng.random_range(2..15);
        nodes.bus.lasting = dice.rng.random_range(200..900);
        nodes
    }
}

impl Reading {
    fn unbounded() -> Self {
        Self {
            bounds: Bounds::default(),
            window_frames: usize::MAX,
        }
    }

    fn narrow(seed: u64) -> Self {
        let mut rng = Dice::of_stream(seed, "READING").rng;
        Self {
            bounds: Bounds {
                bytes_max: rng.random_range(100..1_500),
                messages_max: rng.random_range(2..12),
                ..Bounds::default()
            },
            window_frames: rng.random_range(1..6),
        }
    }
}
