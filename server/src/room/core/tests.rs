//! The rules of a room, one by one, without clock, socket or store.

mod append_only;
mod merged;
mod refused;
mod sections;
mod size;
mod waiting;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::envelope::{Address, ServerFrame, ServerMessage};
use consilium_protocol::extension::ServerExtension;
use consilium_protocol::ids::{Access, DocName, Lineage, PushId, UserId};
use consilium_protocol::limits;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_protocol::wire::Reader;
use uuid::Uuid;
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, StateVector, Text, Transact, Update};

use super::*;
use crate::outbound::{NodeBudget, Outbound, Outgoing};
use crate::room::event::Source;
use crate::room::presence::Identity;
use crate::room::replica::{Keep, Replica};
use crate::room::subscriber::{Debt, Dialect, Subscriber};
use crate::store::{Append, Quarantined, SetAside};

const ANNA: SubscriberId = SubscriberId(1);
const BERT: SubscriberId = SubscriberId(2);
const CARA: SubscriberId = SubscriberId(3);

/// A room with its clock and the queues of its members.
struct Table {
    core: RoomCore,
    now: Instant,
    queues: HashMap<SubscriberId, Outbound>,
    commits: Vec<Vec<Append>>,
    effects: Vec<Effect>,
}

impl Table {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            core: RoomCore::new(empty_document(), true, now),
            now,
            queues: HashMap::new(),
            commits: Vec::new(),
            effects: Vec::new(),
        }
    }

    fn send(&mut self, event: RoomEvent) {
        let mut effects = self.core.handle(event, self.now, 0);
        effects.extend(self.core.flush());
        for effect in effects {
            match effect {
                Effect::Commit(batch) => self.commits.push(batch),
                other => self.effects.push(other),
            }
        }
    }

    fn join_as(&mut self, id: SubscriberId, dialect: Dialect, access: Access, user: Option<&str>) {
        let outbound = Outbound::new(NodeBudget::default());
        self.queues.insert(id, outbound.clone());
        self.send(RoomEvent::Join {
            id,
            subscriber: Box::new(Subscriber {
                dialect,
                outbound,
                identity: user.map(|user| Identity {
                    user: UserId::new(user),
                    display_name: user.to_uppercase(),
                }),
                access,
                lineage: None,
            }),
        });
    }

    fn join(&mut self, id: SubscriberId, dialect: Dialect) {
        self.join_as(id, dialect, Access::Write, None);
        self.drain(id);
    }

    fn push(&mut self, id: SubscriberId, number: u64, update: Bytes) {
        self.update(id, Debt::Push(PushId(number)), Keep::AsSent, update);
    }

    fn update(&mut self, id: SubscriberId, debt: Debt, keep: Keep, update: Bytes) {
        self.send(RoomEvent::Update {
            source: Source::Member { id, debt },
            keep,
            update,
        });
    }

    fn commit(&mut self) {
        assert!(!self.commits.is_empty(), "nothing to commit");
        self.commits.remove(0);
        self.send(RoomEvent::Committed);
    }

    fn commit_all(&mut self) {
        while !self.commits.is_empty() {
            self.commit();
        }
    }

    /// Everything in the queue of a member, as words.
    fn drain(&self, id: SubscriberId) -> Vec<String> {
        let mut words = Vec::new();
        while let Some(Outgoing::Frame(frame)) = self.queues[&id].take() {
            words.push(in_words(frame));
        }
        words
    }

    /// The batch that was sent into quarantine last.
    fn set_aside(&mut self) -> Vec<Quarantined> {
        match self.effects.pop() {
            Some(Effect::SetAside(batch)) => batch,
            other => panic!("not set aside: {other:?}"),
        }
    }

    fn text(&self) -> String {
        text_of(self.core.replica().doc())
    }

    fn reload_event(&mut self, doc: &Doc, storage_available: bool) {
        let mut loaded = empty_document();
        let update: Bytes = doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default())
            .into();
        let shape = Replica::shape(&update).unwrap();
        loaded.replica.apply(&update, &shape, Keep::AsSent).unwrap();
        self.send(RoomEvent::Reloaded {
            loaded: Box::new(loaded),
            storage_available,
        });
    }
}

fn empty_document() -> Loaded {
    Loaded {
        doc: DocId(1),
        name: DocName::parse("d").unwrap(),
        cursor: Cursor(0),
        lineage: Lineage(Uuid::nil()),
        replica: Replica::new(),
        owners: HashMap::new(),
        title: String::new(),
        stored_bytes: 0,
    }
}

fn address() -> Address {
    Address::of(&DocName::parse("d").unwrap())
}

fn extended() -> Dialect {
    Dialect::Extended(address())
}

fn envelope() -> Dialect {
    Dialect::Envelope(address())
}

fn text_of(doc: &Doc) -> String {
    let text = doc.get_or_insert_text("t");
    text.get_string(&doc.transact())
}

/// The update that writes `text` at the front under `client`.
fn typed(client: u64, text: &str) -> Bytes {
    let doc = Doc::with_client_id(client);
    let root = doc.get_or_insert_text("t");
    let mut txn = doc.transact_mut();
    root.insert(&mut txn, 0, text);
    txn.encode_update_v1().into()
}

/// The updates that type words one after the other under `client`.
fn typed_in_turn(client: u64, words: &[&str]) -> Vec<Bytes> {
    let doc = Doc::with_client_id(client);
    let root = doc.get_or_insert_text("t");
    words
        .iter()
        .map(|word| {
            let mut txn = doc.transact_mut();
            root.push(&mut txn, word);
            txn.encode_update_v1().into()
        })
        .collect()
}

fn in_words(frame: Bytes) -> String {
    if let Ok(ServerFrame::Message { message, .. }) = ServerFrame::decode(frame.clone()) {
        return match message {
            ServerMessage::Sync(sync) => sync_in_words(&sync),
            ServerMessage::Awareness(_) => "presence".into(),
            ServerMessage::Authenticated(scope) => format!("{scope:?}"),
            ServerMessage::SyncStatus(durable) => format!("status {durable}"),
            ServerMessage::Extension(extension) => match extension {
                ServerExtension::Hello(hello) => format!("hello {:?}", hello.access),
                ServerExtension::Ack(id) => format!("ack {}", id.0),
                ServerExtension::Reject { id, code, kept, .. } => {
                    format!("reject {} {} {kept:?}", id.0, code.word())
                }
                ServerExtension::AccessChange { access, .. } => format!("access {access:?}"),
                ServerExtension::Chunk(_) => "chunk".into(),
                ServerExtension::Storage { available } => format!("storage {available}"),
                ServerExtension::LineageMismatch { .. } => "other lineage".into(),
                ServerExtension::ProbeReply { nonce } => format!("probe {nonce}"),
            },
            other => format!("{other:?}"),
        };
    }
    match PlainMessage::decode(&mut Reader::new(frame)).unwrap() {
        PlainMessage::Sync(sync) => sync_in_words(&sync),
        PlainMessage::Awareness(_) => "presence".into(),
        PlainMessage::PermissionDenied(reason) => format!("denied {reason}"),
        PlainMessage::QueryAwareness => "who".into(),
    }
}

fn sync_in_words(sync: &SyncMessage) -> String {
    let text = |update: &Bytes| {
        let doc = Doc::new();
        doc.get_or_insert_text("t");
        doc.transact_mut()
            .apply_update(Update::decode_v1(update).unwrap())
            .unwrap();
        text_of(&doc)
    };
    match sync {
        SyncMessage::Step1(_) => "step 1".into(),
        SyncMessage::Step2(update) => format!("step 2 {:?}", text(update)),
        SyncMessage::Update(update) => format!("update {:?}", text(update)),
    }
}

#[test]
fn nothing_is_acknowledged_or_shown_before_the_commit() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, envelope());
    table.join(CARA, Dialect::Plain);
    table.push(ANNA, 1, typed(7, "a"));
    for id in [ANNA, BERT, CARA] {
        assert_eq!(table.drain(id), [""; 0]);
    }
    table.commit();
    assert_eq!(table.drain(ANNA), ["ack 1"]);
    assert_eq!(table.drain(BERT), ["update \"a\""]);
    assert_eq!(table.drain(CARA), ["update \"a\""]);
}

#[test]
fn each_kind_of_client_is_acknowledged_in_its_own_way() {
    let mut table = Table::new();
    table.join(BERT, envelope());
    table.join(CARA, Dialect::Plain);
    table.update(BERT, Debt::UpdateStatus, Keep::AsSent, typed(8, "b"));
    table.commit();
    assert_eq!(table.drain(BERT), ["status true"]);
    assert_eq!(table.drain(CARA), ["update \"b\""]);
    table.update(CARA, Debt::Echo, Keep::AsSent, typed(9, "c"));
    table.commit();
    assert_eq!(table.drain(CARA), ["update \"c\""]);
    assert_eq!(table.drain(BERT), ["update \"c\""]);
}

#[test]
fn state_is_answered_only_from_what_is_committed() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, typed(7, "a"));
    table.join(BERT, extended());
    table.send(RoomEvent::StateVector {
        id: BERT,
        state_vector: Bytes::from_static(&[0]),
    });
    assert_eq!(table.drain(BERT), [""; 0]);
    table.commit();
    assert_eq!(
        table.drain(BERT),
        ["update \"a\"", "step 1", "step 2 \"a\""]
    );
}

#[test]
fn updates_that_come_during_a_commit_share_the_next_one() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, typed(7, "a"));
    table.push(ANNA, 2, typed(8, "b"));
    table.push(ANNA, 3, typed(9, "c"));
    assert_eq!(table.commits.len(), 1);
    table.commit();
    assert_eq!(table.commits.len(), 1);
    assert_eq!(table.commits[0].len(), 2);
    table.commit();
    assert_eq!(table.drain(ANNA), ["ack 1", "ack 2", "ack 3"]);
}

#[test]
fn an_update_that_is_known_already_is_acknowledged_without_being_stored_or_shown_again() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, extended());
    table.push(ANNA, 1, typed(7, "a"));
    // Again while the first is not durable yet: it must wait for it.
    table.push(ANNA, 2, typed(7, "a"));
    assert_eq!(table.drain(ANNA), [""; 0]);
    table.commit();
    assert_eq!(table.drain(ANNA), ["ack 1", "ack 2"]);
    assert!(table.commits.is_empty());
    assert_eq!(table.drain(BERT), ["update \"a\""]);
}

#[test]
fn a_step_two_is_stored_without_what_was_known() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, envelope());
    table.push(ANNA, 1, typed(7, "a"));
    table.commit();
    table.drain(BERT);
    let both = {
        let doc = Doc::with_client_id(8);
        let root = doc.get_or_insert_text("t");
        let mut txn = doc.transact_mut();
        txn.apply_update(Update::decode_v1(&typed(7, "a")).unwrap())
            .unwrap();
        root.insert(&mut txn, 1, "b");
        Bytes::from(txn.encode_state_as_update_v1(&StateVector::default()))
    };
    table.update(BERT, Debt::StepTwoStatus, Keep::OnlyNew, both.clone());
    assert!(table.commits[0][0].update.len() < both.len());
    table.commit();
    assert_eq!(table.text(), "ab");
    assert_eq!(table.drain(BERT), ["status true"]);
}

#[test]
fn an_update_that_waits_for_another_is_stored_and_part_of_the_state() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    let updates = typed_in_turn(7, &["a", "b"]);
    table.push(ANNA, 2, updates[1].clone());
    table.commit();
    assert_eq!(table.drain(ANNA), ["ack 2"]);
    assert_eq!(table.text(), "");
    table.push(ANNA, 1, updates[0].clone());
    table.commit();
    assert_eq!(table.text(), "ab");
}

#[test]
fn a_failed_commit_acknowledges_nothing_and_asks_again_when_storage_is_back() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, envelope());
    table.push(ANNA, 1, typed(7, "a"));
    table.update(BERT, Debt::UpdateStatus, Keep::AsSent, typed(8, "b"));
    table.commits.clear();
    table.send(RoomEvent::CommitFailed);
    assert_eq!(table.drain(ANNA), ["storage false"]);
    assert!(matches!(table.effects.pop(), Some(Effect::Reload)));
    table.reload_event(&Doc::new(), false);
    assert_eq!(table.text(), "");
    // Edits stay with their authors meanwhile.
    table.update(BERT, Debt::UpdateStatus, Keep::AsSent, typed(8, "b"));
    table.send(RoomEvent::StorageAvailable);
    assert_eq!(table.drain(ANNA), ["storage true", "step 1"]);
    assert_eq!(table.drain(BERT), ["step 1"]);
    // A stock provider answers with one step 2 for all that was withheld, and its counter must come back to zero.
    table.update(BERT, Debt::StepTwoStatus, Keep::OnlyNew, typed(8, "b"));
    table.commit();
    assert_eq!(table.drain(BERT), ["status true", "status true"]);
    table.push(ANNA, 1, typed(7, "a"));
    table.commit();
    assert_eq!(table.drain(ANNA), ["update \"b\"", "ack 1"]);
}

#[test]
fn a_reader_who_writes_is_told_where_the_edit_went() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Read, Some("anna"));
    table.drain(ANNA);
    table.push(ANNA, 1, typed(7, "a"));
    assert_eq!(table.text(), "");
    assert_eq!(table.set_aside()[0].reason, "read-only");
    assert_eq!(table.drain(ANNA), [""; 0]);
    table.send(RoomEvent::SetAside {
        outcomes: vec![SetAside::Kept],
    });
    assert_eq!(table.drain(ANNA), ["reject 1 read-only ByServer"]);
}

#[test]
fn a_readers_step_two_without_news_is_fine() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.join_as(BERT, envelope(), Access::Read, Some("bert"));
    table.push(ANNA, 1, typed(7, "a"));
    table.commit();
    table.drain(BERT);
    table.update(BERT, Debt::StepTwoStatus, Keep::OnlyNew, typed(7, "a"));
    table.update(
        BERT,
        Debt::StepTwoStatus,
        Keep::OnlyNew,
        Bytes::from_static(&[0, 0]),
    );
    assert_eq!(table.drain(BERT), ["status true", "status true"]);
    assert!(table.effects.is_empty());
}

#[test]
fn blocks_under_another_members_id_are_set_aside() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.join_as(BERT, extended(), Access::Write, Some("bert"));
    table.push(ANNA, 1, typed(7, "a"));
    assert_eq!(table.commits[0][0].claims, [7]);
    table.commit();
    let forged = {
        let doc = Doc::with_client_id(7);
        let root = doc.get_or_insert_text("t");
        root.insert(&mut doc.transact_mut(), 0, "a");
        let mut txn = doc.transact_mut();
        root.push(&mut txn, "forged");
        Bytes::from(txn.encode_update_v1())
    };
    table.push(BERT, 1, forged.clone());
    assert_eq!(table.text(), "a");
    let entry = table.set_aside().remove(0);
    assert_eq!(entry.reason, "foreign-identity");
    assert_eq!(entry.author, Some(UserId::new("bert")));
    // The same member may go on under the same id, from any connection.
    table.join_as(CARA, extended(), Access::Write, Some("anna"));
    table.push(CARA, 1, forged);
    table.commit();
    assert_eq!(table.text(), "aforged");
}

#[test]
fn an_id_that_presence_shows_as_somebody_elses_cannot_be_taken_before_they_write() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.join_as(BERT, extended(), Access::Write, Some("bert"));
    let entry = consilium_protocol::awareness::AwarenessEntry {
        client: 7,
        clock: 1,
        state: "{}".into(),
    };
    table.send(RoomEvent::Awareness {
        id: ANNA,
        payload: consilium_protocol::awareness::encode(std::iter::once(&entry)),
    });
    // Bert has read the id; a block that waits behind a gap would not even be seen by Anna.
    table.push(BERT, 1, typed_in_turn(7, &["gap", "squat"]).remove(1));
    assert_eq!(table.set_aside()[0].reason, "foreign-identity");
    table.push(ANNA, 1, typed(7, "mine"));
    table.commit();
    assert_eq!(table.text(), "mine");
}

#[test]
fn a_replica_of_another_lineage_is_not_let_in() {
    let mut table = Table::new();
    let outbound = Outbound::new(NodeBudget::default());
    table.queues.insert(ANNA, outbound.clone());
    table.send(RoomEvent::Join {
        id: ANNA,
        subscriber: Box::new(Subscriber {
            dialect: extended(),
            outbound,
            identity: None,
            access: Access::Write,
            lineage: Some(Lineage(Uuid::max())),
        }),
    });
    assert_eq!(table.drain(ANNA), ["other lineage"]);
    table.push(ANNA, 1, typed(7, "a"));
    assert_eq!(table.text(), "");
    assert_eq!(table.drain(ANNA), ["reject 1 lineage ByClient"]);
    // It forks, and comes again without a history.
    table.join(ANNA, extended());
    table.push(ANNA, 2, typed(7, "a"));
    table.commit();
    assert_eq!(table.drain(ANNA), ["ack 2"]);
}

#[test]
fn a_slow_reader_gets_one_diff_instead_of_what_did_not_fit() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, extended());
    let long = "x".repeat(limits::OUTBOUND_BYTES_MAX / 2);
    for client in 1..=5 {
        table.push(ANNA, client, typed(client, &long));
        table.commit();
        table.drain(ANNA);
    }
    assert!(!table.queues[&BERT].is_over_bound());
    let mut received = 0;
    while table.queues[&BERT].take().is_some() {
        received += 1;
    }
    assert!(received < 5);
    assert!(table.queues[&BERT].take_drained());
    table.send(RoomEvent::Drained { id: BERT });
    let catch_up = table.drain(BERT);
    assert!(!catch_up.is_empty() && catch_up.iter().all(|word| word == "chunk"));
    // Afterwards it is served like everybody else.
    table.push(ANNA, 6, typed(6, "y"));
    table.commit();
    assert_eq!(table.drain(BERT).len(), 1);
}

#[test]
fn a_probe_is_answered_when_everything_before_it_is_durable() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, typed(7, "a"));
    table.send(RoomEvent::Probe { id: ANNA, nonce: 5 });
    assert_eq!(table.drain(ANNA), [""; 0]);
    table.commit();
    assert_eq!(table.drain(ANNA), ["ack 1", "probe 5"]);
}

#[test]
fn losing_write_access_takes_effect_on_the_open_channel() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.drain(ANNA);
    table.send(RoomEvent::Join {
        id: ANNA,
        subscriber: Box::new(Subscriber {
            dialect: extended(),
            outbound: table.queues[&ANNA].clone(),
            identity: Some(Identity {
                user: UserId::new("anna"),
                display_name: "ANNA".into(),
            }),
            access: Access::Read,
            lineage: None,
        }),
    });
    assert_eq!(table.drain(ANNA), ["access Read"]);
    table.push(ANNA, 1, typed(7, "a"));
    assert_eq!(table.set_aside().len(), 1);
}

#[test]
fn the_community_changes_what_a_member_may_do_while_they_are_here() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.join_as(BERT, envelope(), Access::Write, Some("bert"));
    table.join_as(CARA, Dialect::Plain, Access::Write, Some("cara"));
    for id in [ANNA, BERT, CARA] {
        table.drain(id);
    }
    // What was decoded before the decision counts.
    table.push(ANNA, 1, typed(7, "a"));
    for id in [ANNA, BERT, CARA] {
        let access = Access::Read;
        table.send(RoomEvent::Access { id, access });
    }
    table.commit();
    assert_eq!(table.drain(ANNA), ["access Read", "ack 1"]);
    assert_eq!(table.drain(BERT), ["ReadOnly", "update \"a\""]);
    assert_eq!(table.drain(CARA), ["update \"a\""]);

    table.push(ANNA, 2, typed(8, "b"));
    table.update(BERT, Debt::UpdateStatus, Keep::AsSent, typed(9, "c"));
    assert!(table.commits.is_empty(), "nothing of what came after");
    assert_eq!(table.text(), "a");

    // The same again is no news; and back.
    let access = Access::Read;
    table.send(RoomEvent::Access { id: ANNA, access });
    assert_eq!(table.drain(ANNA), [""; 0]);
    let access = Access::Write;
    table.send(RoomEvent::Access { id: ANNA, access });
    assert_eq!(
        table.drain(ANNA),
        ["access Write", "step 1"],
        "what was written meanwhile is welcome"
    );
    table.push(ANNA, 3, typed(7, "a"));
    assert_eq!(table.drain(ANNA), ["ack 3"]);
}

#[test]
fn bytes_that_are_no_update_are_refused_with_a_code() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, Bytes::from_static(b"nonsense"));
    assert_eq!(table.drain(ANNA), ["reject 1 malformed ByClient"]);
    assert!(table.commits.is_empty());
}

#[test]
fn a_reload_keeps_what_was_gathered_but_not_committed() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, typed(7, "a"));
    // Comes while the first is under way, so it waits; then the first is lost.
    table.push(ANNA, 2, typed(8, "b"));
    table.commits.clear();
    table.send(RoomEvent::CommitFailed);
    table.reload_event(&Doc::new(), true);
    table.commit();
    assert_eq!(table.text(), "b");
    let words = table.drain(ANNA);
    assert!(words.contains(&"ack 2".to_owned()) && !words.contains(&"ack 1".to_owned()));
}

#[test]
fn input_beyond_the_bound_is_not_accepted() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, typed(7, "a"));
    let long = "x".repeat(1024 * 1024);
    let mut client = 100;
    while table.core.accepts_input() {
        client += 1;
        table.push(ANNA, client, typed(client, &long));
        assert!(client < 200, "never full");
    }
    table.commit();
    assert!(table.core.accepts_input() || !table.commits.is_empty());
}

#[test]
fn presence_is_gathered_and_told_to_all_including_its_sender() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, Dialect::Plain);
    let payload = consilium_protocol::awareness::encode(
        [consilium_protocol::awareness::AwarenessEntry {
            client: 7,
            clock: 1,
            state: "{}".into(),
        }]
        .iter(),
    );
    table.send(RoomEvent::Awareness { id: ANNA, payload });
    assert_eq!(table.drain(ANNA), ["presence"]);
    assert_eq!(table.drain(BERT), ["presence"]);
    table.send(RoomEvent::Leave { id: ANNA });
    table.now += Duration::from_secs(1);
    table.send(RoomEvent::Tick);
    assert_eq!(table.drain(BERT), ["presence"]);
}
