//! Rules of one document.

use bytes::Bytes;
use consilium_client::effect::{Effect, ForkReason};
use consilium_client::event::{EntryId, Event, HandInOutcome};
use consilium_client::state::{DocumentProblem, KeptAt, KnownAccess, SaveState, StoreCause};
use consilium_client::updates::{self, Extent};
use consilium_protocol::envelope::{ClientMessage, ServerMessage};
use consilium_protocol::extension::{ClientExtension, Kept, RejectCode, ServerExtension};
use consilium_protocol::ids::{Access, PushId};
use consilium_protocol::sync::{EMPTY_UPDATE, SyncMessage};

use crate::shell::{Shell, Writer, doc, lineage};

fn persisted(id: u64) -> Event {
    Event::Persisted {
        doc: doc(),
        id: EntryId(id),
    }
}

fn save(shell: &Shell) -> SaveState {
    shell.state.as_ref().expect("a state").save
}

fn problems(shell: &Shell) -> Vec<DocumentProblem> {
    shell.state.as_ref().expect("a state").problems.clone()
}

fn reject(id: PushId, code: RejectCode, kept: Kept) -> ServerExtension {
    ServerExtension::Reject {
        id,
        code,
        kept,
        reason: String::new(),
    }
}

#[test]
fn an_edit_is_persisted_and_pushed_at_the_same_time_and_becomes_safe_by_the_servers_word() {
    let mut shell = Shell::online();
    let update = Writer::new(5).update();
    shell.edit(update.clone());
    assert!(shell.did(&Effect::PersistOutbox {
        doc: doc(),
        id: EntryId(1),
        update: update.clone()
    }));
    let pushes = shell.pushes();
    assert_eq!(pushes.len(), 1);
    assert_eq!(pushes[0].update, update);
    assert_eq!(save(&shell), SaveState::Saving);
    shell.tell(persisted(1));
    assert_eq!(save(&shell), SaveState::Sent);
    shell.hear_extension(ServerExtension::Ack(pushes[0].id));
    assert_eq!(save(&shell), SaveState::Safe);
    assert!(shell.did(&Effect::ConfirmOutbox {
        doc: doc(),
        ids: vec![EntryId(1)]
    }));
}

#[test]
fn offline_edits_are_device_until_the_connection_carries_them() {
    let mut shell = Shell::online();
    shell.close(1006);
    shell.edit(Writer::new(5).update());
    shell.tell(persisted(1));
    assert_eq!(save(&shell), SaveState::Device);
    shell.fire();
    shell.tell(Event::SocketOpened);
    assert_eq!(save(&shell), SaveState::Device);
    shell.greet(Access::Write);
    assert_eq!(save(&shell), SaveState::Sent);
    shell.close(1006);
    assert_eq!(save(&shell), SaveState::Device, "no longer on its way");
}

#[test]
fn the_servers_word_is_enough_when_the_device_cannot_store() {
    let mut shell = Shell::online();
    shell.edit(Writer::new(5).update());
    let push = shell.pushes().remove(0);
    shell.tell(Event::PersistFailed {
        doc: doc(),
        id: EntryId(1),
        cause: StoreCause::Quota,
    });
    assert_eq!(save(&shell), SaveState::Saving);
    shell.hear_extension(ServerExtension::Ack(push.id));
    assert_eq!(save(&shell), SaveState::Safe);
    let cause = StoreCause::Quota;
    assert_eq!(problems(&shell), [DocumentProblem::DeviceStorage { cause }]);
}

#[test]
fn nothing_is_pushed_before_hello_nor_without_write_access() {
    for access in [Access::None, Access::Read, Access::Comment] {
        let mut shell = Shell::new();
        shell.open_empty();
        shell.edit(Writer::new(5).update());
        shell.tell(Event::SocketOpened);
        assert!(shell.pushes().is_empty(), "before hello");
        shell.greet(access);
        assert!(shell.pushes().is_empty(), "with {access:?}");
        let reason = "read-only".to_owned();
        assert_eq!(problems(&shell), [DocumentProblem::Denied { reason }]);
        // Nor is it handed in here.
        shell.tell(Event::HandedIn {
            doc: doc(),
            outcome: HandInOutcome::Refused,
        });
        shell.hear_extension(ServerExtension::AccessChange {
            access: Access::Write,
            reason: "token".into(),
        });
        assert_eq!(shell.pushes().len(), 1, "when access comes");
        assert!(problems(&shell).is_empty());
    }
}

#[test]
fn an_outbox_of_many_edits_goes_as_one_push_and_is_confirmed_as_all_of_them() {
    let writer = Writer::new(5);
    let updates: Vec<Bytes> = (0..1_000).map(|_| writer.update()).collect();
    let outbox = (1..).zip(updates.clone()).collect();
    let mut shell = Shell::new();
    shell.open_with(None, updates.clone(), outbox);
    shell.tell(Event::SocketOpened);
    shell.forget_past();
    shell.greet(Access::Write);
    let pushes = shell.pushes();
    assert_eq!(pushes.len(), 1);
    assert!(
        Extent::of(&pushes[0].update).expect("an update")
            == updates::extent_of(&updates).expect("updates")
    );
    shell.hear_extension(ServerExtension::Ack(pushes[0].id));
    assert_eq!(save(&shell), SaveState::Safe);
    assert!(shell.did(&Effect::ConfirmOutbox {
        doc: doc(),
        ids: (1..=1_000).map(EntryId).collect()
    }));
}

#[test]
fn push_ids_increase_and_new_entries_never_take_old_numbers() {
    let writer = Writer::new(5);
    let (first, second) = (writer.update(), writer.update());
    let mut shell = Shell::new();
    shell.open_with(None, vec![first.clone()], vec![(41, first)]);
    shell.edit(second.clone());
    assert!(shell.did(&Effect::PersistOutbox {
        doc: doc(),
        id: EntryId(42),
        update: second
    }));
}

#[test]
fn a_refused_push_of_many_is_taken_apart_to_find_the_one_at_fault() {
    let writers = [Writer::new(5), Writer::new(6), Writer::new(7)];
    let updates: Vec<Bytes> = writers.iter().map(Writer::update).collect();
    let mut shell = Shell::new();
    shell.open_with(None, updates.clone(), (1..).zip(updates.clone()).collect());
    shell.tell(Event::SocketOpened);
    shell.greet(Access::Write);
    let merged = shell.pushes().remove(0);
    shell.hear_extension(reject(merged.id, RejectCode::Poison, Kept::ByClient));
    let single = shell.pushes();
    let sent: Vec<Bytes> = single.iter().map(|push| push.update.clone()).collect();
    assert_eq!(sent, updates);
    assert!(single.iter().all(|push| push.id > merged.id));
    shell.hear_extension(ServerExtension::Ack(single[0].id));
    shell.hear_extension(reject(single[1].id, RejectCode::Poison, Kept::ByClient));
    shell.hear_extension(ServerExtension::Ack(single[2].id));
    assert!(shell.did(&Effect::DropOutbox {
        doc: doc(),
        ids: vec![EntryId(2)],
        kept: KeptAt::Device
    }));
    assert!(shell.did(&Effect::Reset { doc: doc() }));
    assert_eq!(save(&shell), SaveState::Safe);
    assert_eq!(
        problems(&shell),
        [DocumentProblem::Rejected {
            reason: "poison".into(),
            kept: KeptAt::Device
        }]
    );
}

#[test]
fn what_continues_a_refused_edit_is_set_aside_with_it() {
    let mut shell = Shell::online();
    let writer = Writer::new(5);
    shell.edit(writer.update());
    let pushes = shell.pushes();
    shell.hear_extension(ServerExtension::Storage { available: false });
    shell.edit(writer.update());
    shell.hear_extension(reject(pushes[0].id, RejectCode::Poison, Kept::ByClient));
    assert!(shell.did(&Effect::DropOutbox {
        doc: doc(),
        ids: vec![EntryId(2)],
        kept: KeptAt::Device
    }));
    shell.hear_extension(ServerExtension::Storage { available: true });
    shell.forget_past();
    shell.edit(writer.update());
    assert!(shell.pushes().is_empty(), "the view has not been rebuilt");
    shell.edit(Writer::new(6).update());
    assert_eq!(
        shell.pushes().len(),
        1,
        "a rebuilt view has a new client id"
    );
}

#[test]
fn a_document_that_the_server_cannot_open_says_so_and_is_asked_for_again() {
    let mut shell = Shell::online();
    shell.hear(ServerMessage::Close("internal".into()));
    assert_eq!(problems(&shell), [DocumentProblem::Unavailable]);
    shell.edit(Writer::new(5).update());
    assert_eq!(save(&shell), SaveState::Saving, "kept, and not sent");
    shell.forget_past();
    shell.fire();
    assert!(
        shell
            .said()
            .iter()
            .any(|message| matches!(message, ClientMessage::Auth(_))),
        "the channel is opened again"
    );
    shell.greet(Access::Write);
    assert_eq!(problems(&shell), []);
    assert_eq!(shell.pushes().len(), 1);
}

/// What the server sends to a replica that has nothing of a document that it holds this much of.
fn step_two(update: &[u8]) -> ServerMessage {
    ServerMessage::Sync(SyncMessage::Step2(Bytes::copy_from_slice(update)))
}

#[test]
fn what_was_under_way_behind_a_refused_edit_is_not_pushed_to_a_server_that_knows_nothing_of_it() {
    let mut shell = Shell::online();
    let writer = Writer::new(6);
    shell.edit(writer.update());
    shell.edit(writer.update());
    let pushes = shell.pushes();
    assert_eq!(pushes.len(), 2);
    shell.hear_extension(reject(pushes[0].id, RejectCode::ReadOnly, Kept::ByServer));
    shell.close(1006);
    shell.forget_past();
    shell.fire();
    shell.tell(Event::SocketOpened);
    shell.greet(Access::Write);
    shell.edit(Writer::new(7).update());
    assert!(shell.pushes().is_empty(), "the server's state comes first");
    shell.hear(step_two(EMPTY_UPDATE));
    assert!(shell.did(&Effect::DropOutbox {
        doc: doc(),
        ids: vec![EntryId(2)],
        kept: KeptAt::Device
    }));
    assert!(shell.did(&Effect::Reset { doc: doc() }));
    assert_eq!(shell.pushes().len(), 1, "what builds on nothing else");
    assert!(problems(&shell).contains(&DocumentProblem::Rejected {
        reason: "incomplete".into(),
        kept: KeptAt::Device
    }));
}

#[test]
fn what_goes_on_from_an_edit_that_the_device_lost_is_pushed_only_if_the_server_has_that() {
    let writer = Writer::new(5);
    let (lost, kept) = (writer.update(), writer.update());
    let mut shell = Shell::new();
    shell.open_with(None, Vec::new(), vec![(1, kept.clone())]);
    shell.tell(Event::SocketOpened);
    shell.greet(Access::Write);
    assert!(shell.pushes().is_empty());
    shell.hear(step_two(&lost));
    assert_eq!(shell.pushes()[0].update, kept);
    assert_eq!(problems(&shell), []);

    let mut shell = Shell::new();
    shell.open_with(None, Vec::new(), vec![(1, kept)]);
    shell.tell(Event::SocketOpened);
    shell.greet(Access::Write);
    shell.hear(step_two(EMPTY_UPDATE));
    assert!(shell.did(&Effect::DropOutbox {
        doc: doc(),
        ids: vec![EntryId(1)],
        kept: KeptAt::Device
    }));
    assert!(shell.pushes().is_empty());
    assert_eq!(save(&shell), SaveState::Safe);
}

#[test]
fn an_edit_refused_after_access_was_lost_waits_for_access() {
    let mut shell = Shell::online();
    shell.edit(Writer::new(5).update());
    let push = shell.pushes().remove(0);
    shell.hear_extension(reject(push.id, RejectCode::ReadOnly, Kept::ByClient));
    assert!(shell.pushes().is_empty());
    // Nor does the door take it.
    shell.tell(Event::HandedIn {
        doc: doc(),
        outcome: HandInOutcome::Refused,
    });
    assert_eq!(shell.state.as_ref().expect("a state").unconfirmed, 1);
    shell.hear_extension(ServerExtension::AccessChange {
        access: Access::Write,
        reason: String::new(),
    });
    assert_eq!(shell.pushes()[0].update, push.update);
}

#[test]
fn an_edit_that_the_server_keeps_for_review_leaves_the_device() {
    let mut shell = Shell::online();
    shell.edit(Writer::new(5).update());
    let push = shell.pushes().remove(0);
    shell.hear_extension(reject(push.id, RejectCode::ForeignIdentity, Kept::ByServer));
    assert!(shell.did(&Effect::DropOutbox {
        doc: doc(),
        ids: vec![EntryId(1)],
        kept: KeptAt::Server
    }));
    assert_eq!(save(&shell), SaveState::Safe);
}

#[test]
fn an_edit_set_aside_on_this_device_is_saving_until_the_store_has_it() {
    let mut shell = Shell::online();
    shell.edit(Bytes::from_static(b"not an update"));
    assert_eq!(save(&shell), SaveState::Saving);
    shell.tell(persisted(1));
    assert_eq!(save(&shell), SaveState::Safe);
}

#[test]
fn while_the_servers_storage_is_away_edits_wait_and_then_go_again_under_the_same_id() {
    let mut shell = Shell::online();
    let writer = Writer::new(5);
    shell.edit(writer.update());
    let before = shell.pushes();
    shell.hear_extension(ServerExtension::Storage { available: false });
    assert_eq!(problems(&shell), [DocumentProblem::ServerStorage]);
    shell.edit(writer.update());
    assert!(shell.pushes().is_empty());
    shell.hear_extension(ServerExtension::Storage { available: true });
    let after = shell.pushes();
    assert_eq!(after[..1], before[..]);
    assert_eq!(after.len(), 2);
    assert!(problems(&shell).is_empty());
}

#[test]
fn pushes_without_an_answer_are_asked_after_and_sent_again() {
    let mut shell = Shell::online();
    shell.edit(Writer::new(5).update());
    let push = shell.pushes();
    // Presence keeps the socket busy all the while: silence is not the sign.
    for _ in 0..15 {
        shell.now += 1_000;
        shell.hear(ServerMessage::SyncStatus(true));
    }
    shell.tell(Event::Timer);
    let nonce = match shell.said().as_slice() {
        [ClientMessage::Extension(ClientExtension::Probe { nonce })] => *nonce,
        other => panic!("no probe but {other:?}"),
    };
    shell.hear_extension(ServerExtension::ProbeReply { nonce });
    assert_eq!(shell.pushes(), push);
}

#[test]
fn another_lineage_is_forked_and_never_merged() {
    let theirs = Writer::new(9).update();
    let ours = Writer::new(5).update();
    let mut shell = Shell::new();
    shell.open_with(
        Some(lineage(1)),
        vec![theirs.clone(), ours.clone()],
        vec![(1, ours.clone())],
    );
    shell.tell(Event::SocketOpened);
    shell.forget_past();
    shell.hear_extension(ServerExtension::LineageMismatch {
        lineage: lineage(2),
    });
    assert!(shell.did(&Effect::Fork {
        doc: doc(),
        reason: ForkReason::Lineage,
        updates: vec![theirs, ours]
    }));
    let said = shell.said();
    assert!(
        matches!(&said[..], [ClientMessage::Auth(auth), ClientMessage::Sync(SyncMessage::Step1(sv))]
            if auth.lineage.is_none() && sv.as_ref() == [0]),
        "opened from nothing, not {said:?}"
    );
    shell.greet_with(Access::Write, lineage(2));
    assert!(shell.did(&Effect::PersistLineage {
        doc: doc(),
        lineage: lineage(2)
    }));
    assert!(shell.pushes().is_empty());
}

#[test]
fn a_document_never_synced_adopts_the_servers_lineage_and_keeps_its_edits() {
    let ours = Writer::new(5).update();
    let mut shell = Shell::new();
    shell.open_with(None, vec![ours.clone()], vec![(1, ours.clone())]);
    shell.tell(Event::SocketOpened);
    shell.greet_with(Access::Write, lineage(2));
    assert!(shell.did(&Effect::PersistLineage {
        doc: doc(),
        lineage: lineage(2)
    }));
    assert_eq!(shell.pushes()[0].update, ours);
}

#[test]
fn remote_updates_are_kept_and_delivered_once() {
    let mut shell = Shell::online();
    let update = Writer::new(9).update();
    for (kind, delivered) in [
        (SyncMessage::Step2(update.clone()), true),
        (SyncMessage::Update(update.clone()), false),
    ] {
        shell.hear(ServerMessage::Sync(kind));
        let (doc, update) = (doc(), update.clone());
        assert_eq!(
            shell.did(&Effect::Deliver {
                doc: doc.clone(),
                update: update.clone()
            }),
            delivered
        );
        assert_eq!(shell.did(&Effect::PersistRemote { doc, update }), delivered);
        shell.forget_past();
    }
    assert!(shell.state.as_ref().expect("a state").synced);
}

#[test]
fn confirmed_content_that_the_server_lacks_is_pushed() {
    let writer = Writer::new(9);
    let known = writer.update();
    let lost = writer.update();
    let mut shell = Shell::new();
    shell.open_with(Some(lineage(1)), vec![known.clone(), lost.clone()], vec![]);
    shell.tell(Event::SocketOpened);
    shell.greet(Access::Write);
    shell.forget_past();
    let sv = updates::state_vector(&[known]).expect("an update");
    shell.hear(ServerMessage::Sync(SyncMessage::Step1(sv)));
    let pushes = shell.pushes();
    assert_eq!(pushes.len(), 1);
    assert!(
        Extent::of(&pushes[0].update).expect("an update") == Extent::of(&lost).expect("an update")
    );
    assert_ne!(save(&shell), SaveState::Safe, "the server has lost it");
}

#[test]
fn a_run_out_token_is_asked_for_and_a_new_one_opens_the_channel_again() {
    let mut shell = Shell::online();
    shell.hear(ServerMessage::PermissionDenied("token-expired".into()));
    assert!(shell.did(&Effect::RequestToken));
    assert_eq!(problems(&shell), [DocumentProblem::Expired]);
    shell.tell(Event::Token {
        token: Some("new".into()),
    });
    shell.forget_past();
    shell.fire();
    assert!(matches!(&shell.said()[0], ClientMessage::Auth(auth) if auth.token == "new"));
    shell.greet(Access::Write);
    assert!(problems(&shell).is_empty());
}

#[test]
fn a_refused_document_keeps_its_outbox_and_says_why() {
    let mut shell = Shell::online();
    shell.hear(ServerMessage::PermissionDenied("forbidden".into()));
    assert!(shell.did(&Effect::ClearPresence { doc: doc() }));
    shell.edit(Writer::new(5).update());
    assert!(shell.pushes().is_empty());
    let state = shell.state.clone().expect("a state");
    assert_eq!(state.access, KnownAccess::Known(Access::None));
    assert_eq!(state.unconfirmed, 1);
    let reason = "forbidden".to_owned();
    assert_eq!(state.problems, [DocumentProblem::Denied { reason }]);
}

#[test]
fn a_grant_that_crosses_the_refusal_of_an_older_token_opens_the_channel() {
    let mut shell = Shell::with_token(Some(Some("old".into())));
    shell.open_empty();
    shell.edit(Writer::new(5).update());
    shell.tell(Event::SocketOpened);
    shell.tell(Event::Token {
        token: Some("new".into()),
    });
    shell.hear(ServerMessage::PermissionDenied("token-expired".into()));
    shell.forget_past();
    shell.greet(Access::Write);
    let said = shell.said();
    assert!(matches!(
        said[0],
        ClientMessage::Sync(SyncMessage::Step1(_))
    ));
    assert!(matches!(
        said[1],
        ClientMessage::Extension(ClientExtension::Push(_))
    ));
}

#[test]
fn edits_made_while_the_local_copy_is_read_are_not_lost() {
    let mut shell = Shell::new();
    shell.tell(Event::Open { doc: doc() });
    let update = Writer::new(5).update();
    shell.edit(update.clone());
    assert_eq!(save(&shell), SaveState::Saving);
    shell.tell(Event::LoadFailed {
        doc: doc(),
        cause: StoreCause::Blocked,
    });
    assert!(shell.effects.iter().any(
        |effect| matches!(effect, Effect::PersistOutbox { update: kept, .. } if *kept == update)
    ));
    assert_eq!(
        problems(&shell),
        [DocumentProblem::DeviceStorage {
            cause: StoreCause::Blocked
        }]
    );
}

#[test]
fn a_slow_server_gets_fewer_and_larger_pushes() {
    let mut shell = Shell::online();
    let writer = Writer::new(5);
    for _ in 0..1_000 {
        shell.edit(writer.update());
    }
    let pushes = shell.pushes();
    assert_eq!(pushes.len(), 64);
    assert_eq!(save(&shell), SaveState::Saving);
    shell.hear_extension(ServerExtension::Ack(pushes[0].id));
    assert_eq!(shell.pushes().len(), 1, "all that waited, in one");
}
