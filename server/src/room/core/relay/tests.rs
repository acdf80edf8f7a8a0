//! Rooms of one document on several nodes, over one journal, without bus, clock or store.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::envelope::{Address, ServerFrame, ServerMessage};
use consilium_protocol::extension::{RejectCode, ServerExtension};
use consilium_protocol::ids::{Access, DocName, Lineage, PushId, UserId};
use consilium_protocol::limits;
use consilium_protocol::sync::SyncMessage;
use uuid::Uuid;
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, Map, ReadTxn, StateVector, Text, Transact, Update};

use super::*;
use crate::outbound::{NodeBudget, Outbound, Outgoing};
use crate::room::event::{Loaded, Outcome, RoomEvent, Source, Ticket};
use crate::room::presence::Identity;
use crate::room::subscriber::{Debt, Dialect, Subscriber, SubscriberId};
use crate::store::{Append, Cursor, DocId, JournalRow, RowId};

mod reading;

const INTERVAL: Duration = Duration::from_secs(2);

/// What all nodes share: every row ever committed.
#[derive(Default)]
struct Journal {
    rows: Vec<Append>,
}

impl Journal {
    fn load(&self) -> Loaded {
        let mut replica = Replica::new();
        for row in &self.rows {
            let shape = Replica::shape(&row.update).unwrap();
            replica.apply(&row.update, &shape, Keep::AsSent).unwrap();
        }
        Loaded {
            doc: DocId(1),
            name: name(),
            cursor: Cursor(self.rows.len() as i64),
            lineage: Lineage(Uuid::nil()),
            replica,
            owners: self.owners(),
            title: String::new(),
            stored_bytes: 0,
        }
    }

    fn owners(&self) -> HashMap<u64, UserId> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.author.clone()?, &row.claims)))
            .flat_map(|(author, claims)| claims.iter().map(move |claim| (*claim, author.clone())))
            .collect()
    }

    fn since(&self, since: Cursor) -> Changes {
        let from = usize::try_from(since.0).unwrap();
        Changes {
            snapshots: Vec::new(),
            rows: self.rows[from..]
                .iter()
                .zip(from..)
                .map(|(row, at)| JournalRow {
                    id: RowId(at as i64 + 1),
                    at_ms: row.at_ms,
                    update: row.update.clone(),
                })
                .collect(),
            owners: self.owners(),
            cursor: Cursor(self.rows.len() as i64),
        }
    }
}

/// One node's room with one reader, and what it wanted of the world.
struct Node {
    core: RoomCore,
    now: Instant,
    queue: Outbound,
    published: Vec<Bytes>,
    repairs: Vec<(RepairCause, Cursor)>,
    commits: Vec<Vec<Append>>,
    reloads: usize,
    stored: Vec<String>,
    answers: Vec<(Ticket, Outcome)>,
}

const READER: SubscriberId = SubscriberId(1);
const WRITER: SubscriberId = SubscriberId(2);

fn name() -> DocName {
    DocName::parse("d").unwrap()
}

fn envelope() -> Dialect {
    Dialect::Envelope(Address::of(&name()))
}

impl Node {
    /// A room that has just been opened, its subscription in force and its first question answered.
    fn open(number: u64, journal: &Journal) -> Self {
        let now = Instant::now();
        let identity = PeerIdentity {
            node: NodeId(number),
            epoch: 1_000 + number,
            repair_interval: INTERVAL,
        };
        let mut node = Self {
            core: RoomCore::new(journal.load(), true, now).in_cluster(identity),
            now,
            queue: Outbound::new(NodeBudget::default()),
            published: Vec::new(),
            repairs: Vec::new(),
            commits: Vec::new(),
            reloads: 0,
            stored: Vec::new(),
            answers: Vec::new(),
        };
        let queue = node.queue.clone();
        node.join(READER, envelope(), &queue, None);
        node.send(RoomEvent::Bus(BusEvent::Following));
        node.answer_repairs(journal);
        node.published.clear();
        node.now += INTERVAL;
        node
    }

    fn join(&mut self, id: SubscriberId, dialect: Dialect, queue: &Outbound, user: Option<&str>) {
        self.send(RoomEvent::Join {
            id,
            subscriber: Box::new(Subscriber {
                dialect,
                outbound: queue.clone(),
                identity: user.map(|user| Identity {
                    user: UserId::new(user),
                    display_name: user.to_uppercase(),
                }),
                access: Access::Write,
                lineage: None,
            }),
        });
        while queue.take().is_some() {}
    }

    fn writer(&mut self, user: Option<&str>) -> Outbound {
        let queue = Outbound::new(NodeBudget::default());
        self.join(
            WRITER,
            Dialect::Extended(Address::of(&name())),
            &queue,
            user,
        );
        queue
    }

    fn send(&mut self, event: RoomEvent) {
        let mut effects = self.core.handle(event, self.now, 0);
        effects.extend(self.core.flush());
        for effect in effects {
            match effect {
                Effect::Commit(batch) => self.commits.push(batch),
                Effect::Publish(message) => self.published.push(message),
                Effect::Repair { cause, since } => self.repairs.push((cause, since)),
                Effect::Reload => self.reloads += 1,
                Effect::Title(title) => self.stored.push(title),
                Effect::Answer { ticket, outcome } => self.answers.push((ticket, outcome)),
                Effect::SetAside { .. } => {}
            }
        }
    }

    fn push(&mut self, id: SubscriberId, update: &Bytes) {
        self.send(RoomEvent::Update {
            source: Source::Member {
                id,
                debt: Debt::Push(PushId(1)),
            },
            keep: Keep::AsSent,
            update: update.clone(),
        });
    }

    fn commit(&mut self, journal: &mut Journal) {
        journal.rows.extend(self.commits.remove(0));
        self.send(RoomEvent::Committed);
    }

    /// Types, commits, and gives back what it published.
    fn edit(&mut self, journal: &mut Journal, update: &Bytes) -> Vec<Bytes> {
        self.push(WRITER, update);
        self.commit(journal);
        std::mem::take(&mut self.published)
    }

    fn hear(&mut self, message: &Bytes) {
        self.send(RoomEvent::Bus(BusEvent::Message(
            FromPeer::decode(message.clone()).unwrap(),
        )));
    }

    fn answer_repairs(&mut self, journal: &Journal) -> Vec<RepairCause> {
        let mut causes = Vec::new();
        for (cause, since) in std::mem::take(&mut self.repairs) {
            causes.push(cause);
            self.send(RoomEvent::Repaired {
                cause,
                changes: Some(journal.since(since)),
            });
        }
        causes
    }

    /// Sends ticks for as long as virtual time goes on.
    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.core.next_deadline().filter(|due| *due <= end) {
            self.now = due.max(self.now);
            self.send(RoomEvent::Tick);
        }
        self.now = end;
    }

    fn text(&self) -> String {
        text_of(self.core.replica().doc())
    }

    /// The updates that the reader was shown.
    fn shown(&self) -> Vec<Bytes> {
        frames(&self.queue)
            .into_iter()
            .filter_map(update_of)
            .collect()
    }
}

fn frames(queue: &Outbound) -> Vec<Bytes> {
    let mut frames = Vec::new();
    while let Some(Outgoing::Frame(frame)) = queue.take() {
        frames.push(frame);
    }
    frames
}

fn text_of(doc: &Doc) -> String {
    let text = doc.get_or_insert_text("t");
    text.get_string(&doc.transact())
}

/// What somebody would see who was shown these.
fn seen(updates: &[Bytes]) -> String {
    let doc = Doc::new();
    doc.get_or_insert_text("t");
    for update in updates {
        doc.transact_mut()
            .apply_update(Update::decode_v1(update).unwrap())
            .unwrap();
    }
    text_of(&doc)
}

/// Someone who types at the end, one update a word.
struct Typist(Doc);

impl Typist {
    fn new(client: u64) -> Self {
        let doc = Doc::with_client_id(client);
        doc.get_or_insert_text("t");
        Self(doc)
    }

    fn types(&self, word: &str) -> Bytes {
        let root = self.0.get_or_insert_text("t");
        let mut txn = self.0.transact_mut();
        let end = root.len(&txn);
        root.insert(&mut txn, end, word);
        txn.encode_update_v1().into()
    }
}

fn message_of(bytes: &Bytes) -> PeerMessage {
    FromPeer::decode(bytes.clone()).unwrap().message.unwrap()
}

#[test]
fn an_edit_is_published_once_and_shown_elsewhere_in_the_very_same_bytes() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    let plain = Outbound::new(NodeBudget::default());
    right.join(SubscriberId(9), Dialect::Plain, &plain, None);
    let update = Typist::new(7).types("dose ");
    let published = left.edit(&mut journal, &update);
    assert_eq!(published.len(), 1);
    right.hear(&published[0]);
    assert_eq!(frames(&right.queue), frames(&left.queue));
    assert_eq!(
        frames(&plain),
        [consilium_protocol::plain::PlainMessage::Sync(SyncMessage::Update(update)).encode()]
    );
    assert_eq!(right.text(), "dose ");
    assert!(right.commits.is_empty(), "it is in the journal already");
    assert!(right.published.is_empty(), "no echo, no loop");
}

#[test]
fn nothing_is_published_before_it_is_committed() {
    let mut journal = Journal::default();
    let mut left = Node::open(1, &journal);
    left.writer(None);
    left.push(WRITER, &Typist::new(7).types("x"));
    assert!(left.published.is_empty());
    left.commit(&mut journal);
    assert_eq!(left.published.len(), 1);
}

#[test]
fn edits_of_one_commit_and_the_presence_that_moved_with_them_are_one_message() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    let typist = Typist::new(7);
    // The first is on its way to the journal while the others arrive.
    left.push(WRITER, &typist.types("a"));
    left.push(WRITER, &typist.types("b"));
    left.push(WRITER, &typist.types("c"));
    let entry = AwarenessEntry {
        client: 7,
        clock: 1,
        state: r#"{"cursor":3}"#.into(),
    };
    left.send(RoomEvent::Awareness {
        id: WRITER,
        payload: awareness::encode([entry].iter()),
    });
    left.commit(&mut journal);
    left.commit(&mut journal);
    assert_eq!(left.published.len(), 2);
    for message in std::mem::take(&mut left.published) {
        right.hear(&message);
    }
    assert_eq!(right.text(), "abc");
    assert!(
        frames(&right.queue).iter().any(|frame| matches!(
            ServerFrame::decode(frame.clone()),
            Ok(ServerFrame::Message {
                message: ServerMessage::Awareness(_),
                ..
            })
        )),
        "the cursor came along"
    );
}

#[test]
fn presence_alone_is_told_a_little_later() {
    let journal = Journal::default();
    let mut left = Node::open(1, &journal);
    left.writer(None);
    let entry = AwarenessEntry {
        client: 7,
        clock: 1,
        state: "{}".into(),
    };
    left.send(RoomEvent::Awareness {
        id: WRITER,
        payload: awareness::encode([entry].iter()),
    });
    assert!(left.published.is_empty());
    left.wait(limits::PRESENCE_PEERS_COALESCE);
    assert!(matches!(
        left.published.iter().map(message_of).collect::<Vec<_>>()[..],
        [PeerMessage::Presence(_)]
    ));
}

#[test]
fn what_was_lost_is_asked_for_and_shown() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    let typist = Typist::new(7);
    let messages: Vec<Bytes> = ["one ", "two ", "three "]
        .map(|word| left.edit(&mut journal, &typist.types(word)).remove(0))
        .into();
    right.hear(&messages[0]);
    // The second is lost; the third cannot be shown yet, but says so.
    right.hear(&messages[2]);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Gap]);
    assert_eq!(right.text(), "one two three ");
    assert_eq!(seen(&right.shown()), "one two three ");
}

#[test]
fn an_edit_that_builds_on_one_not_heard_of_makes_the_room_ask() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    let mut third = Node::open(3, &journal);
    left.writer(None);
    third.writer(None);
    // The left node has written, and the third has heard of it; the right one has not, and has lost no number either.
    let theirs = Typist::new(7).types("theirs ");
    third.hear(&left.edit(&mut journal, &theirs)[0]);
    let typist = Typist::new(8);
    typist
        .0
        .transact_mut()
        .apply_update(Update::decode_v1(&theirs).unwrap())
        .unwrap();
    right.hear(&third.edit(&mut journal, &typist.types("mine "))[0]);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Gap]);
    assert_eq!(right.text(), "theirs mine ");
    assert_eq!(seen(&right.shown()), "theirs mine ");
}

#[test]
fn the_last_edit_lost_is_noticed_by_the_senders_state() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    let typist = Typist::new(7);
    right.hear(&left.edit(&mut journal, &typist.types("one "))[0]);
    left.edit(&mut journal, &typist.types("lost"));
    left.wait(INTERVAL);
    let state = std::mem::take(&mut left.published);
    assert!(matches!(message_of(&state[0]), PeerMessage::State { .. }));
    right.hear(&state[0]);
    right.wait(Duration::ZERO);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Gap]);
    assert_eq!(right.text(), "one lost");
}

#[test]
fn a_difference_from_before_anybody_counted_is_noticed_by_the_digest() {
    let mut journal = Journal::default();
    let mut left = Node::open(1, &journal);
    left.writer(None);
    let mut right = Node::open(2, &journal);
    let mut third = Node::open(3, &journal);
    third.writer(None);
    left.hear(&third.edit(&mut journal, &Typist::new(7).types("never heard "))[0]);
    right.hear(&left.edit(&mut journal, &Typist::new(8).types("heard"))[0]);
    assert_eq!(right.text(), "heard");
    left.wait(INTERVAL);
    right.hear(&std::mem::take(&mut left.published)[0]);
    right.wait(Duration::ZERO);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Digest]);
    assert_eq!(right.text(), left.text());
    // The same word again finds both the same.
    left.wait(INTERVAL * 2);
    right.hear(&std::mem::take(&mut left.published)[0]);
    right.wait(INTERVAL);
    assert_eq!(right.repairs, []);
    assert_eq!(right.reloads, 0);
}

#[test]
fn what_a_node_told_before_it_was_first_heard_is_read_at_once() {
    let mut journal = Journal::default();
    let mut left = Node::open(1, &journal);
    left.writer(None);
    let mut right = Node::open(2, &journal);
    left.edit(&mut journal, &Typist::new(7).types("never heard "));
    right.hear(&left.edit(&mut journal, &Typist::new(8).types("heard"))[0]);
    assert_eq!(right.text(), "heard");
    right.wait(Duration::ZERO);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Gap]);
    assert_eq!(right.text(), left.text());
}

#[test]
fn a_replica_that_differs_after_asking_is_loaded_anew() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.hear(&left.edit(&mut journal, &Typist::new(7).types("x"))[0]);
    // Something that no journal has, by a defect.
    let stray = Typist::new(8).types("stray");
    let shape = Replica::shape(&stray).unwrap();
    right
        .core
        .replica
        .apply(&stray, &shape, Keep::AsSent)
        .unwrap();
    for _ in 0..2 {
        left.wait(INTERVAL * 4);
        right.wait(INTERVAL * 4);
        for message in std::mem::take(&mut left.published) {
            right.hear(&message);
        }
        right.wait(Duration::ZERO);
        right.answer_repairs(&journal);
    }
    assert_eq!(right.reloads, 1);
    right.send(RoomEvent::Reloaded {
        loaded: Box::new(journal.load()),
        storage_available: true,
    });
    assert_eq!(right.text(), "x");
}

#[test]
fn an_edit_from_elsewhere_is_shown_while_another_is_on_its_way_to_the_journal() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.writer(None);
    right.push(WRITER, &Typist::new(8).types("uncommitted"));
    let update = Typist::new(7).types("committed");
    right.hear(&left.edit(&mut journal, &update)[0]);
    assert_eq!(right.shown(), [update]);
    right.commit(&mut journal);
    assert_eq!(right.shown().len(), 1);
}

#[test]
fn a_slow_reader_is_caught_up_with_what_was_on_its_way_when_an_edit_from_elsewhere_overflowed() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.writer(None);
    // The reader's queue is full.
    let full = vec![Bytes::from_static(b"x"); limits::OUTBOUND_MESSAGES_MAX];
    right.queue.push(&full).unwrap();
    right.push(WRITER, &Typist::new(8).types("mine "));
    right.hear(&left.edit(&mut journal, &Typist::new(7).types("theirs "))[0]);
    right.commit(&mut journal);
    while right.queue.take().is_some() {}
    right.send(RoomEvent::Drained { id: READER });
    let step_two = frames(&right.queue)
        .into_iter()
        .find_map(|frame| match ServerFrame::decode(frame) {
            Ok(ServerFrame::Message {
                message: ServerMessage::Sync(SyncMessage::Step2(update)),
                ..
            }) => Some(update),
            _ => None,
        })
        .expect("one diff");
    let text = seen(&[step_two]);
    assert!(text.contains("mine ") && text.contains("theirs "), "{text}");
}

#[test]
fn an_edit_heard_while_the_replica_is_replaced_comes_from_the_journal() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.writer(None);
    right.push(WRITER, &Typist::new(8).types("lost in a failed commit"));
    right.send(RoomEvent::CommitFailed);
    let before = journal.load();
    right.hear(&left.edit(&mut journal, &Typist::new(7).types("theirs"))[0]);
    // The reload had begun before the edit was committed.
    right.send(RoomEvent::Reloaded {
        loaded: Box::new(before),
        storage_available: true,
    });
    right.wait(INTERVAL);
    right.answer_repairs(&journal);
    assert_eq!(right.text(), "theirs");
    assert_eq!(seen(&right.shown()), "theirs");
}

#[test]
fn what_a_reload_brings_of_others_is_shown_whatever_the_reload_was_for() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.writer(None);
    // Not heard yet, and in the journal by then.
    let published = left.edit(&mut journal, &Typist::new(7).types("theirs "));
    right.core.reload();
    right.send(RoomEvent::Reloaded {
        loaded: Box::new(journal.load()),
        storage_available: true,
    });
    assert_eq!(seen(&right.shown()), "theirs ");
    right.hear(&published[0]);
    assert_eq!(right.shown(), Vec::<Bytes>::new(), "shown once");
}

#[test]
fn a_replica_given_up_during_a_commit_is_replaced_after_it() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    let replies = right.writer(None);
    right.push(WRITER, &Typist::new(8).types("own "));
    right.core.reload();
    assert_eq!(right.reloads, 0);
    // Nothing touches the replica any more, not even what is committed.
    right.hear(&left.edit(&mut journal, &Typist::new(7).types("theirs "))[0]);
    assert_eq!(right.text(), "own ");
    right.commit(&mut journal);
    assert_eq!(right.reloads, 1);
    assert!(frames(&replies).into_iter().any(|frame| matches!(
        ServerFrame::decode(frame),
        Ok(ServerFrame::Message {
            message: ServerMessage::Extension(ServerExtension::Ack(_)),
            ..
        })
    )));
    right.send(RoomEvent::Reloaded {
        loaded: Box::new(journal.load()),
        storage_available: true,
    });
    let mut seen_words: Vec<String> = seen(&right.shown()).split(' ').map(str::to_owned).collect();
    seen_words.sort();
    assert_eq!(seen_words, ["", "own", "theirs"]);
}

#[test]
fn a_commit_that_was_reported_lost_and_took_effect_is_found_by_others() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    left.push(WRITER, &Typist::new(7).types("ambiguous"));
    journal.rows.extend(left.commits.remove(0));
    left.send(RoomEvent::CommitFailed);
    left.send(RoomEvent::Reloaded {
        loaded: Box::new(journal.load()),
        storage_available: true,
    });
    for message in std::mem::take(&mut left.published) {
        right.hear(&message);
    }
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Told]);
    assert_eq!(right.text(), "ambiguous");
}

#[test]
fn what_is_too_large_for_the_bus_is_read_from_the_journal() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    let text = "x".repeat(EDITS_BYTES_MAX);
    let published = left.edit(&mut journal, &Typist::new(7).types(&text));
    assert!(published[0].len() < 100);
    right.hear(&published[0]);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Told]);
    assert_eq!(right.text(), text);
}

#[test]
fn a_client_id_belongs_to_its_member_on_every_node() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(Some("anna"));
    let replies = right.writer(Some("mallory"));
    let anna = Typist::new(7);
    right.hear(&left.edit(&mut journal, &anna.types("I recommend "))[0]);
    // Mallory goes on in Anna's name.
    right.push(WRITER, &anna.types("poison"));
    assert!(right.commits.is_empty());
    right.wait(INTERVAL);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Doubt]);
    right.send(RoomEvent::SetAside {
        outcomes: vec![crate::store::SetAside::Kept],
    });
    assert!(frames(&replies).into_iter().any(|frame| matches!(
        ServerFrame::decode(frame),
        Ok(ServerFrame::Message {
            message: ServerMessage::Extension(ServerExtension::Reject {
                code: RejectCode::ForeignIdentity,
                ..
            }),
            ..
        })
    )));
}

#[test]
fn who_comes_over_from_another_node_is_not_refused_for_what_this_node_has_not_heard() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(Some("anna"));
    let anna = Typist::new(7);
    let first = anna.types("first ");
    right.hear(&left.edit(&mut journal, &first)[0]);
    let theirs = anna.types("theirs ");
    left.edit(&mut journal, &theirs);
    // Bert has seen both on the left, types on, and comes over; the right node has not heard of the second.
    right.writer(Some("bert"));
    let bert = Typist::new(8);
    for update in [&first, &theirs] {
        bert.0
            .transact_mut()
            .apply_update(Update::decode_v1(update).unwrap())
            .unwrap();
    }
    bert.types("mine ");
    let step_two: Bytes = bert
        .0
        .transact()
        .encode_state_as_update_v1(&StateVector::default())
        .into();
    right.push(WRITER, &step_two);
    right.push(WRITER, &bert.types("later "));
    assert!(right.commits.is_empty(), "both wait, in their order");
    right.wait(INTERVAL);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Doubt]);
    while !right.commits.is_empty() {
        right.commit(&mut journal);
    }
    let all = "first theirs mine later ";
    assert_eq!(right.text(), all);
    assert_eq!(text_of(journal.load().replica.doc()), all);
}

#[test]
fn a_members_edit_that_would_have_to_wait_is_judged_after_the_journal_was_asked() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.writer(None);
    let typist = Typist::new(7);
    let words: Vec<Bytes> = (0..=limits::WAITING_UPDATES_MAX)
        .map(|number| typist.types(&format!("{number} ")))
        .collect();
    // All but the last were written on the left, where nobody was told of any.
    let (last, before) = words.split_last().unwrap();
    left.edit(&mut journal, &before[0]);
    for word in &before[1..] {
        right.hear(&left.edit(&mut journal, word)[0]);
    }
    let asked_before = std::mem::take(&mut right.repairs);
    assert_eq!(asked_before[0].0, RepairCause::Gap, "not answered yet");
    right.push(WRITER, last);
    let (cause, since) = asked_before[0];
    let read_before = journal.since(since);
    assert!(right.commits.is_empty());
    // An answer to an earlier question may not know it all.
    right.send(RoomEvent::Repaired {
        cause,
        changes: Some(Changes {
            rows: Vec::new(),
            cursor: since,
            ..read_before
        }),
    });
    assert!(right.commits.is_empty());
    right.wait(INTERVAL);
    assert_eq!(right.answer_repairs(&journal).len(), 1);
    right.commit(&mut journal);
    assert_eq!(right.text(), text_of(&typist.0));
    assert!(right.core.replica().waiting().is_empty());
}

#[test]
fn who_opens_a_document_asks_and_is_told_who_is_here_and_how_far_the_others_are() {
    let mut journal = Journal::default();
    let mut left = Node::open(1, &journal);
    left.writer(None);
    left.edit(&mut journal, &Typist::new(7).types("x"));
    let entry = AwarenessEntry {
        client: 7,
        clock: 1,
        state: "{}".into(),
    };
    left.send(RoomEvent::Awareness {
        id: WRITER,
        payload: awareness::encode([entry].iter()),
    });
    left.wait(INTERVAL);
    left.published.clear();

    let mut right = Node::open(2, &journal);
    right.send(RoomEvent::Bus(BusEvent::Missed));
    right.wait(Duration::from_secs(10));
    right.send(RoomEvent::Bus(BusEvent::Following));
    let hello = std::mem::take(&mut right.published);
    assert!(
        hello
            .iter()
            .any(|message| message_of(message) == PeerMessage::Hello)
    );
    for message in &hello {
        left.hear(message);
    }
    left.wait(limits::PRESENCE_PEERS_COALESCE * 2);
    let kinds: Vec<&str> = left
        .published
        .iter()
        .map(|message| match message_of(message) {
            PeerMessage::State { .. } => "state",
            PeerMessage::Presence(_) => "presence",
            _ => "other",
        })
        .collect();
    assert!(
        kinds.contains(&"state") && kinds.contains(&"presence"),
        "{kinds:?}"
    );
}

#[test]
fn while_the_bus_is_away_edits_of_others_come_from_the_journal() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.send(RoomEvent::Bus(BusEvent::Missed));
    left.edit(&mut journal, &Typist::new(7).types("x"));
    right.wait(INTERVAL);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Polling]);
    assert_eq!(seen(&right.shown()), "x");
}

#[test]
fn members_elsewhere_are_not_shown_for_long_when_the_bus_is_away() {
    let journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    let entry = AwarenessEntry {
        client: 7,
        clock: 1,
        state: "{}".into(),
    };
    left.send(RoomEvent::Awareness {
        id: WRITER,
        payload: awareness::encode([entry].iter()),
    });
    left.wait(limits::PRESENCE_PEERS_COALESCE);
    right.hear(&std::mem::take(&mut left.published)[0]);
    right.wait(limits::PRESENCE_COALESCE);
    frames(&right.queue);
    right.send(RoomEvent::Bus(BusEvent::Missed));
    right.wait(REMOTE_PRESENCE_GRACE + limits::PRESENCE_COALESCE);
    let gone = frames(&right.queue).into_iter().any(|frame| {
        matches!(ServerFrame::decode(frame), Ok(ServerFrame::Message { message: ServerMessage::Awareness(payload), .. })
            if awareness::decode(payload.clone()).unwrap()[0].is_removal())
    });
    assert!(gone);
}

#[test]
fn a_later_releases_message_makes_the_room_ask() {
    let journal = Journal::default();
    let mut right = Node::open(2, &journal);
    let mut newer = PeerMessage::Hello.encode(NodeId(1), 5).to_vec();
    newer[0] = 2;
    right.hear(&newer.into());
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Told]);
    right.now += INTERVAL;
    right.send(RoomEvent::Bus(BusEvent::Unreadable));
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Told]);
}

fn titled(client: u64, title: &str) -> Bytes {
    let doc = Doc::with_client_id(client);
    let meta = doc.get_or_insert_map(consilium_model::document::META);
    meta.insert(
        &mut doc.transact_mut(),
        consilium_model::document::TITLE,
        title,
    );
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
        .into()
}

#[test]
fn a_title_is_stored_at_once_by_who_committed_it_and_by_others_when_it_has_settled() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.hear(&left.edit(&mut journal, &titled(7, "Sepsis"))[0]);
    assert_eq!((left.stored.len(), right.stored.len()), (1, 0));
    right.wait(INTERVAL);
    assert_eq!(right.stored, ["Sepsis"]);
}

#[test]
fn of_titles_given_on_two_nodes_at_once_both_store_what_came_of_them() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.writer(None);
    let from_left = left.edit(&mut journal, &titled(7, "left"));
    let from_right = right.edit(&mut journal, &titled(8, "right"));
    right.hear(&from_left[0]);
    left.hear(&from_right[0]);
    left.wait(INTERVAL);
    right.wait(INTERVAL);
    let merged = consilium_model::document::title(left.core.replica().doc()).unwrap();
    let last_written = [&left.stored, &right.stored].map(|titles| titles.last().cloned());
    assert_eq!(last_written, [Some(merged.clone()), Some(merged)]);
}

#[test]
fn a_room_that_cannot_keep_up_does_not_greet_again_and_again() {
    let journal = Journal::default();
    let mut node = Node::open(1, &journal);
    for _ in 0..20 {
        node.send(RoomEvent::Bus(BusEvent::Missed));
        node.send(RoomEvent::Bus(BusEvent::Following));
        node.wait(Duration::from_millis(500));
        node.answer_repairs(&journal);
    }
    let greetings = node
        .published
        .iter()
        .filter(|message| matches!(message_of(message), PeerMessage::Hello));
    assert!(
        (1..=2).contains(&greetings.count()),
        "within ten seconds of greetings"
    );
}

#[test]
fn documents_that_differ_by_what_a_lost_node_wrote_are_no_defect() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    let mut cut_off = Node::open(3, &journal);
    left.writer(None);
    cut_off.writer(None);
    let heard = left.edit(&mut journal, &Typist::new(7).types("heard "));
    let greeting = PeerMessage::Hello.encode(NodeId(3), 1_003);
    for node in [&mut left, &mut right] {
        node.hear(&greeting);
        node.send(RoomEvent::Bus(BusEvent::News(NodeNews::Gone(NodeId(3)))));
        node.wait(Duration::ZERO);
        node.answer_repairs(&journal);
    }
    right.hear(&heard[0]);
    cut_off.edit(&mut journal, &Typist::new(9).types("written on "));
    // The left one has asked since; the right one has not.
    left.wait(INTERVAL);
    assert_eq!(left.answer_repairs(&journal), [RepairCause::Polling]);
    let state = std::mem::take(&mut left.published)
        .into_iter()
        .rfind(|message| matches!(message_of(message), PeerMessage::State { .. }))
        .expect("where the left one is");
    right.hear(&state);
    right.hear(&state);
    right.wait(INTERVAL);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Polling]);
    assert_eq!(right.text(), left.text());
    assert_eq!(right.reloads, 0);
}
