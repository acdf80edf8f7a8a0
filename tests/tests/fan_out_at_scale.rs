//! One document on 3, 30 and 1,000 nodes: what the real fan-out code says over the bus and asks of the journal.
//!
//! Each node is a real [`RoomCore`]; the bus and the journal are models in virtual time. The bus keeps the order towards
//! each node, takes 1 to 5 ms, and loses messages without a word, which is worse than the real one does. A commit takes
//! 4 ms, a question to the journal 2 ms. Nothing here waits for a clock, so a figure is the same on every machine.
//!
//! docs/scaling.md reckons with these figures.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::envelope::Address;
use consilium_protocol::ids::{Access, DocName, Lineage, PushId, UserId};
use consilium_server::bus::NodeId;
use consilium_server::outbound::{NodeBudget, Outbound};
use consilium_server::room::core::RoomCore;
use consilium_server::room::event::{BusEvent, Effect, Loaded, RoomEvent, Source};
use consilium_server::room::peer_message::{FromPeer, PeerMessage};
use consilium_server::room::peers::{PeerIdentity, RepairCause};
use consilium_server::room::presence::Identity;
use consilium_server::room::replica::{Keep, Replica};
use consilium_server::room::subscriber::{Debt, Dialect, Subscriber, SubscriberId};
use consilium_server::store::{Append, Changes, Cursor, DocId, JournalRow, RowId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;
use yrs::{Doc, Text, Transact};

const INTERVAL: Duration = Duration::from_secs(2);
const COMMIT: Duration = Duration::from_millis(4);
const QUESTION: Duration = Duration::from_millis(2);
const BUS_MIN_MS: u64 = 1;
const BUS_MAX_MS: u64 = 5;

/// Longer than the longest wait between two `State`s, so that whatever was lost has been noticed.
const SETTLING: Duration = Duration::from_secs(70);

/// How long the bus is listened to when nobody types.
const QUIET: Duration = Duration::from_secs(60);

/// Members renew their presence this often.
const RENEWAL: Duration = Duration::from_secs(15);

/// Questions of one room within an interval.
const QUESTIONS_PER_INTERVAL: usize = 4;

/// What can happen to one node.
enum Happening {
    Follows,
    Hears(Bytes),
    Deadline,
    Committed,
    Answered(RepairCause, Cursor),
    Loaded,
    Types,
    Moves,
}

/// What was said and asked in one stretch of time.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    edits: usize,
    commits: usize,
    publishes_of_edits: usize,
    presences: usize,
    hellos: usize,
    states: usize,
    bytes: usize,
    deliveries: usize,
    deliveries_of_edits: usize,
    lost: usize,
    questions: usize,
    rows_read: usize,
    reloads: usize,
}

impl Counts {
    fn messages(&self) -> usize {
        self.publishes_of_edits + self.presences + self.hellos + self.states
    }
}

struct Node {
    core: RoomCore,
    queue: Outbound,
    writer: Doc,
    moves: u64,
    commits: Vec<Vec<Append>>,
    deadline: Option<Duration>,
    /// The bus does not overtake itself.
    heard_until: Duration,
    asked_at: Vec<Duration>,
}

const MEMBER: SubscriberId = SubscriberId(1);

/// All nodes, the bus and the journal.
struct World {
    epoch: Instant,
    now: Duration,
    order: u64,
    agenda: BTreeMap<(Duration, u64), (usize, Happening)>,
    nodes: Vec<Node>,
    journal: Vec<Append>,
    loss: f64,
    random: ChaCha8Rng,
    counts: Counts,
}

fn name() -> DocName {
    DocName::parse("plenary").expect("a name")
}

fn load(journal: &[Append]) -> Loaded {
    let mut replica = Replica::new();
    for row in journal {
        let shape = Replica::shape(&row.update).expect("it was committed");
        replica
            .apply(&row.update, &shape, Keep::AsSent)
            .expect("it was committed");
    }
    Loaded {
        doc: DocId(1),
        name: name(),
        cursor: Cursor(i64::try_from(journal.len()).expect("a short journal")),
        lineage: Lineage(Uuid::nil()),
        replica,
        owners: owners(journal),
        title: String::new(),
        stored_bytes: 0,
    }
}

fn owners(journal: &[Append]) -> HashMap<u64, UserId> {
    journal
        .iter()
        .filter_map(|row| Some((row.author.clone()?, &row.claims)))
        .flat_map(|(author, claims)| claims.iter().map(move |claim| (*claim, author.clone())))
        .collect()
}

impl World {
    /// Nodes with one member each; nobody follows yet.
    fn new(nodes: usize, loss: f64) -> Self {
        let epoch = Instant::now();
        let mut world = Self {
            epoch,
            now: Duration::ZERO,
            order: 0,
            agenda: BTreeMap::new(),
            nodes: Vec::new(),
            journal: Vec::new(),
            loss,
            random: ChaCha8Rng::seed_from_u64(nodes as u64),
            counts: Counts::default(),
        };
        for number in 0..nodes {
            let identity = PeerIdentity {
                node: NodeId(number as u64 + 1),
                epoch: world.random.random(),
                repair_interval: INTERVAL,
            };
            let writer = Doc::with_client_id(number as u64 + 1);
            writer.get_or_insert_text("t");
            world.nodes.push(Node {
                core: RoomCore::new(load(&[]), true, epoch).in_cluster(identity),
                queue: Outbound::new(NodeBudget::default()),
                writer,
                moves: 0,
                commits: Vec::new(),
                deadline: None,
                heard_until: Duration::ZERO,
                asked_at: Vec::new(),
            });
            let subscriber = Box::new(Subscriber {
                dialect: Dialect::Extended(Address::of(&name())),
                outbound: world.nodes[number].queue.clone(),
                identity: Some(Identity {
                    user: UserId::new(format!("member-{number}")),
                    display_name: format!("Member {number}"),
                }),
                access: Access::Write,
                lineage: None,
            });
            world.tell(
                number,
                RoomEvent::Join {
                    id: MEMBER,
                    subscriber,
                },
            );
        }
        world
    }

    fn plan(&mut self, at: Duration, node: usize, happening: Happening) {
        self.order += 1;
        self.agenda.insert((at, self.order), (node, happening));
    }

    /// Lets everything happen until then.
    fn run_until(&mut self, end: Duration) {
        while let Some(entry) = self.agenda.first_entry()
            && entry.key().0 <= end
        {
            let ((at, _), (node, happening)) = entry.remove_entry();
            self.now = at;
            self.happen(node, happening);
        }
        self.now = end;
    }

    /// What was said and asked since the last time.
    fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    fn happen(&mut self, node: usize, happening: Happening) {
        let event = match happening {
            Happening::Follows => RoomEvent::Bus(BusEvent::Following),
            Happening::Hears(message) => RoomEvent::Bus(BusEvent::Message(
                FromPeer::decode(message).expect("a message of ours"),
            )),
            Happening::Deadline => {
                if self.nodes[node].deadline != Some(self.now) {
                    return;
                }
                self.nodes[node].deadline = None;
                RoomEvent::Tick
            }
            Happening::Committed => {
                let batch = self.nodes[node].commits.remove(0);
                self.counts.commits += 1;
                self.journal.extend(batch);
                RoomEvent::Committed
            }
            Happening::Answered(cause, since) => {
                let changes = self.changes(since);
                self.counts.rows_read += changes.rows.len();
                RoomEvent::Repaired {
                    cause,
                    changes: Some(changes),
                }
            }
            Happening::Loaded => RoomEvent::Reloaded {
                loaded: Box::new(load(&self.journal)),
                storage_available: true,
            },
            Happening::Types => {
                // The cursor moves with the edit, and arrives first: it takes longer to be told.
                self.happen(node, Happening::Moves);
                self.counts.edits += 1;
                let update = {
                    let writer = &self.nodes[node].writer;
                    let text = writer.get_or_insert_text("t");
                    let mut txn = writer.transact_mut();
                    text.insert(&mut txn, 0, "x");
                    txn.encode_update_v1().into()
                };
                RoomEvent::Update {
                    source: Source::Member {
                        id: MEMBER,
                        debt: Debt::Push(PushId(1)),
                    },
                    keep: Keep::AsSent,
                    update,
                }
            }
            Happening::Moves => {
                self.nodes[node].moves += 1;
                let entry = AwarenessEntry {
                    client: node as u64 + 1,
                    clock: self.nodes[node].moves,
                    state: format!(r#"{{"cursor":{}}}"#, self.nodes[node].moves),
                };
                RoomEvent::Awareness {
                    id: MEMBER,
                    payload: awareness::encode([entry].iter()),
                }
            }
        };
        self.tell(node, event);
    }

    fn changes(&self, since: Cursor) -> Changes {
        let from = usize::try_from(since.0).expect("a cursor of ours");
        Changes {
            snapshots: Vec::new(),
            rows: self.journal[from..]
                .iter()
                .zip(from..)
                .map(|(row, at)| JournalRow {
                    id: RowId(i64::try_from(at).expect("a short journal") + 1),
                    at_ms: row.at_ms,
                    update: row.update.clone(),
                })
                .collect(),
            owners: owners(&self.journal[from..]),
            cursor: Cursor(i64::try_from(self.journal.len()).expect("a short journal")),
        }
    }

    /// Lets one room decide, and carries out what it wants.
    fn tell(&mut self, node: usize, event: RoomEvent) {
        let now = self.epoch + self.now;
        let room = &mut self.nodes[node].core;
        let mut effects = room.handle(event, now, 0);
        effects.extend(room.flush());
        while self.nodes[node].queue.take().is_some() {}
        for effect in effects {
            match effect {
                Effect::Publish(message) => self.publish(node, &message),
                Effect::Commit(batch) => {
                    self.nodes[node].commits.push(batch);
                    self.plan(self.now + COMMIT, node, Happening::Committed);
                }
                Effect::Repair { cause, since } => {
                    self.counts.questions += 1;
                    let asked_at = self.now;
                    self.nodes[node].asked_at.push(asked_at);
                    self.plan(self.now + QUESTION, node, Happening::Answered(cause, since));
                }
                Effect::Reload => {
                    self.counts.reloads += 1;
                    self.plan(self.now + QUESTION, node, Happening::Loaded);
                }
                Effect::SetAside { .. } => panic!("nobody writes what is set aside"),
                Effect::Answer { .. } | Effect::Title(_) => {}
            }
        }
        if let Some(due) = self.nodes[node].core.next_deadline() {
            let due = due.saturating_duration_since(self.epoch).max(self.now);
            if self.nodes[node].deadline.is_none_or(|known| due < known) {
                self.nodes[node].deadline = Some(due);
                self.plan(due, node, Happening::Deadline);
            }
        }
    }

    fn publish(&mut self, from: usize, message: &Bytes) {
        let counts = &mut self.counts;
        counts.bytes += message.len();
        let said = FromPeer::decode(message.clone()).expect("a message of ours");
        let is_edit = matches!(said.message, Some(PeerMessage::Edits { .. }));
        match said.message.expect("of this version") {
            PeerMessage::Edits { .. } => counts.publishes_of_edits += 1,
            PeerMessage::Presence(_) => counts.presences += 1,
            PeerMessage::Hello => counts.hellos += 1,
            PeerMessage::State { .. } => counts.states += 1,
        }
        for to in (0..self.nodes.len()).filter(|to| *to != from) {
            if self.loss > 0.0 && self.random.random_bool(self.loss) {
                self.counts.lost += 1;
                continue;
            }
            self.counts.deliveries += 1;
            self.counts.deliveries_of_edits += usize::from(is_edit);
            let takes = Duration::from_millis(self.random.random_range(BUS_MIN_MS..=BUS_MAX_MS));
            let at = (self.now + takes).max(self.nodes[to].heard_until);
            self.nodes[to].heard_until = at;
            self.plan(at, to, Happening::Hears(message.clone()));
        }
    }

    /// All documents are equal, and are what the journal has.
    fn assert_equal(&self, what: &dyn fmt::Display) {
        let truth = load(&self.journal).replica.digest().expect("a digest");
        for (number, node) in self.nodes.iter().enumerate() {
            let digest = node.core.replica().digest().expect("a digest");
            assert_eq!(digest, truth, "{what}: node {number} differs");
        }
    }

    /// No room asked more often than the rule allows.
    fn assert_questions_are_bounded(&self, what: &dyn fmt::Display) {
        for (number, node) in self.nodes.iter().enumerate() {
            for asked in node.asked_at.windows(QUESTIONS_PER_INTERVAL + 1) {
                let within = asked[QUESTIONS_PER_INTERVAL] - asked[0];
                assert!(
                    within >= INTERVAL,
                    "{what}: node {number} asked at {asked:?}"
                );
            }
        }
    }
}

/// One line of the table.
struct Case {
    nodes: usize,
    loss: f64,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} nodes, {} % lost", self.nodes, self.loss * 100.0)
    }
}

/// Nodes that have had the document open for long. What they said of themselves when they opened it is heard by nobody, so
/// that it is not counted here: with a thousand nodes it would be most of this test.
fn settled(case: &Case) -> World {
    let mut world = World::new(case.nodes, 0.0);
    let start = world.now;
    for node in 0..case.nodes {
        world.plan(start, node, Happening::Follows);
    }
    let end = start + INTERVAL * 10;
    while let Some(entry) = world.agenda.first_entry()
        && entry.key().0 <= end
    {
        let ((at, _), (node, happening)) = entry.remove_entry();
        world.now = at;
        if !matches!(happening, Happening::Hears(_)) {
            world.happen(node, happening);
        }
    }
    world.now = end;
    world.loss = case.loss;
    world.take_counts();
    world
}

/// Types for ten seconds through four nodes while members of as many move their cursors, and listens afterwards.
fn typing(case: &Case) -> (Counts, Counts, Counts) {
    const EDITS: u32 = 30;
    const EVERY: Duration = Duration::from_millis(333);
    let mut world = settled(case);
    let some = case.nodes.min(4);
    let nth = |number: usize| number % some * (case.nodes / some);
    let start = world.now;
    for edit in 0..EDITS {
        let at = start + EVERY * edit;
        world.plan(at, nth(edit as usize), Happening::Types);
    }
    let stop = start + EVERY * EDITS;
    for mover in 0..some {
        // Not those who type, where there are enough.
        let node = nth(mover) + usize::from(case.nodes > some);
        let mut at = start + Duration::from_millis(37 * mover as u64);
        while at < stop {
            world.plan(at, node, Happening::Moves);
            at += Duration::from_secs(1);
        }
        // Then they sit still.
        while at < stop + SETTLING + QUIET {
            world.plan(at, node, Happening::Moves);
            at += RENEWAL;
        }
    }
    world.run_until(stop);
    let typed = world.take_counts();
    world.run_until(stop + SETTLING);
    let settled = world.take_counts();
    world.assert_equal(case);
    world.run_until(stop + SETTLING + QUIET);
    let quiet = world.take_counts();
    world.assert_equal(case);
    world.assert_questions_are_bounded(case);
    (typed, settled, quiet)
}

#[test]
fn an_edit_is_one_publish_and_every_node_ends_with_the_same_document() {
    println!(
        "nodes | lost % | publishes an edit | deliveries an edit, no echo | other messages/s while typing | \
         questions an edit | rows read an edit | messages/s when quiet | deliveries/s when quiet | reloads"
    );
    for nodes in [3, 30, 1_000] {
        for loss in [0.0, 0.001, 0.01] {
            let case = Case { nodes, loss };
            let (typed, settled, quiet) = typing(&case);
            let edits = typed.edits as f64;
            println!(
                "{nodes} | {} | {:.2} | {:.0} | {:.1} | {:.2} | {:.2} | {:.2} | {:.0} | {}",
                loss * 100.0,
                typed.publishes_of_edits as f64 / edits,
                typed.deliveries_of_edits as f64 / edits,
                (typed.messages() - typed.publishes_of_edits) as f64 / 10.0,
                (typed.questions + settled.questions) as f64 / edits,
                (typed.rows_read + settled.rows_read) as f64 / edits,
                quiet.messages() as f64 / QUIET.as_secs_f64(),
                quiet.deliveries as f64 / QUIET.as_secs_f64(),
                typed.reloads + settled.reloads + quiet.reloads,
            );
            assert_eq!(typed.edits, 30);
            assert_eq!(typed.publishes_of_edits, typed.commits, "{case}");
            assert_eq!(settled.publishes_of_edits + quiet.publishes_of_edits, 0);
            // Whoever knows that it missed something does not make others doubt themselves.
            assert_eq!(typed.reloads + settled.reloads + quiet.reloads, 0, "{case}");
            if loss == 0.0 {
                assert_eq!(typed.publishes_of_edits, typed.edits, "{case}");
                assert_eq!(
                    typed.deliveries_of_edits,
                    typed.edits * (nodes - 1),
                    "{case}"
                );
                assert_eq!(typed.questions + settled.questions, 0, "{case}");
            }
        }
    }
}

#[test]
fn a_bus_that_comes_back_is_no_storm() {
    println!("nodes | hellos | presences | states | deliveries | bytes | questions");
    for nodes in [3, 30, 100, 300] {
        let case = Case { nodes, loss: 0.0 };
        let mut world = World::new(nodes, 0.0);
        for node in 0..nodes {
            world.happen(node, Happening::Moves);
        }
        world.take_counts();
        for node in 0..nodes {
            // As nodes come back: at any time within two seconds.
            let at = world.now + Duration::from_millis(world.random.random_range(0..2_000));
            world.plan(at, node, Happening::Follows);
        }
        world.run_until(Duration::from_secs(14));
        let counts = world.take_counts();
        println!(
            "{nodes} | {} | {} | {} | {} | {} | {}",
            counts.hellos,
            counts.presences,
            counts.states,
            counts.deliveries,
            counts.bytes,
            counts.questions
        );
        // Four an interval and room; it takes one until the last has come.
        assert_eq!(counts.hellos, nodes);
        assert!(counts.states <= nodes * 6, "{case}: {counts:?}");
        assert!(counts.presences <= nodes * 7, "{case}: {counts:?}");
        assert_eq!(counts.questions, nodes, "{case}");
        world.assert_equal(&case);
        world.assert_questions_are_bounded(&case);
    }
}
