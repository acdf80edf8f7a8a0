//! Rules about what cannot be sent any more, because its author may not write.

use bytes::Bytes;
use consilium_client::effect::Effect;
use consilium_client::event::{EntryId, Event, HandInOutcome};
use consilium_client::state::{DocumentProblem, HANDED_IN, KeptAt, SaveState};
use consilium_protocol::envelope::ServerMessage;
use consilium_protocol::extension::{Kept, RejectCode, ServerExtension};
use consilium_protocol::ids::{Access, PushId};
use consilium_protocol::sync::{EMPTY_UPDATE, SyncMessage};

use crate::shell::{Shell, Writer, doc};

fn now_may(access: Access) -> ServerExtension {
    ServerExtension::AccessChange {
        access,
        reason: String::new(),
    }
}

fn denied() -> ServerMessage {
    ServerMessage::PermissionDenied("forbidden".to_owned())
}

fn is_in_a_branch(id: PushId) -> ServerExtension {
    ServerExtension::Reject {
        id,
        code: RejectCode::ReadOnly,
        kept: Kept::AsSuggestion,
        reason: String::new(),
    }
}

fn says(shell: &mut Shell, outcome: HandInOutcome) {
    shell.tell(Event::HandedIn {
        doc: doc(),
        outcome,
    });
}

/// What was brought to the door since one last looked.
fn brought(shell: &Shell) -> Vec<Bytes> {
    let effects = shell.effects.iter();
    effects
        .filter_map(|effect| match effect {
            Effect::HandIn { update, .. } => Some(update.clone()),
            _ => None,
        })
        .collect()
}

fn dropped(ids: &[u64]) -> Effect {
    Effect::DropOutbox {
        doc: doc(),
        ids: ids.iter().copied().map(EntryId).collect(),
        kept: KeptAt::Server,
    }
}

fn unconfirmed(shell: &Shell) -> usize {
    shell.state.as_ref().expect("a state").unconfirmed
}

/// A document that was edited without a network, twice.
fn edited_offline(writer: &Writer) -> Shell {
    let mut shell = Shell::online();
    shell.close(1006);
    shell.edit(writer.update());
    shell.edit(writer.update());
    shell.fire();
    shell.tell(Event::SocketOpened);
    shell.forget_past();
    shell
}

#[test]
fn what_was_written_offline_is_handed_in_when_the_document_turns_out_to_be_lost() {
    let writer = Writer::new(5);
    let mut shell = edited_offline(&writer);
    shell.hear(denied());
    assert_eq!(brought(&shell).len(), 1, "both edits together");
    assert_eq!(unconfirmed(&shell), 2, "nothing is gone before the answer");
    shell.forget_past();
    says(&mut shell, HandInOutcome::Taken);
    assert!(shell.did(&dropped(&[1, 2])));
    assert!(shell.did(&Effect::Reset { doc: doc() }));
    let state = shell.state.as_ref().expect("a state");
    assert_eq!((state.unconfirmed, state.save), (0, SaveState::Safe));
    assert!(state.problems.contains(&DocumentProblem::Rejected {
        reason: HANDED_IN.to_owned(),
        kept: KeptAt::Server,
    }));
    assert!(brought(&shell).is_empty());
}

#[test]
fn a_reader_hands_in_too_and_sees_what_the_server_has() {
    let mut shell = edited_offline(&Writer::new(5));
    shell.greet(Access::Read);
    assert_eq!(brought(&shell).len(), 1);
    shell.forget_past();
    says(&mut shell, HandInOutcome::Taken);
    assert!(shell.did(&dropped(&[1, 2])));
    assert!(shell.did(&Effect::Reset { doc: doc() }));
    assert!(shell.pushes().is_empty());
}

#[test]
fn nothing_is_pushed_before_the_door_has_answered() {
    let mut shell = edited_offline(&Writer::new(5));
    shell.greet(Access::Read);
    assert_eq!(brought(&shell).len(), 1);
    shell.hear_extension(now_may(Access::Write));
    assert!(shell.pushes().is_empty(), "it would go both ways");
    says(&mut shell, HandInOutcome::Refused);
    shell.hear(ServerMessage::Sync(SyncMessage::Step2(Bytes::from_static(
        EMPTY_UPDATE,
    ))));
    assert_eq!(shell.pushes().len(), 1);
}

#[test]
fn a_door_that_refuses_is_asked_again_when_the_document_is_opened_anew() {
    let mut shell = edited_offline(&Writer::new(5));
    shell.hear(denied());
    assert_eq!(brought(&shell).len(), 1);
    says(&mut shell, HandInOutcome::Refused);
    assert_eq!(unconfirmed(&shell), 2, "the device keeps them");
    assert_eq!(brought(&shell).len(), 1);
    shell.close(1006);
    shell.fire();
    shell.tell(Event::SocketOpened);
    shell.hear(denied());
    assert_eq!(brought(&shell).len(), 2);
}

#[test]
fn of_what_cannot_be_handed_in_together_each_is_tried_by_itself() {
    let mut shell = edited_offline(&Writer::new(5));
    shell.hear(denied());
    shell.forget_past();
    says(&mut shell, HandInOutcome::Unfit);
    assert_eq!(brought(&shell).len(), 1);
    assert_eq!(unconfirmed(&shell), 2);
    says(&mut shell, HandInOutcome::Unfit);
    assert!(shell.did(&Effect::DropOutbox {
        doc: doc(),
        ids: vec![EntryId(1)],
        kept: KeptAt::Device,
    }));
    assert_eq!(brought(&shell).len(), 2);
    says(&mut shell, HandInOutcome::Taken);
    assert!(shell.did(&dropped(&[2])));
    assert_eq!(unconfirmed(&shell), 0);
}

#[test]
fn a_door_that_is_not_reached_is_tried_again_after_a_while() {
    let mut shell = edited_offline(&Writer::new(5));
    shell.hear(denied());
    shell.forget_past();
    says(&mut shell, HandInOutcome::Later);
    assert!(brought(&shell).is_empty());
    let mut fired = 0;
    while brought(&shell).is_empty() {
        shell.fire();
        // The connection asks whether the server is there as well.
        shell.tell(Event::SocketMessage {
            bytes: consilium_protocol::envelope::ServerFrame::Pong.encode(),
        });
        fired += 1;
        assert!(fired < 20, "it is never tried again");
    }
}

#[test]
fn a_token_that_has_run_out_is_no_loss_of_the_document() {
    let mut shell = edited_offline(&Writer::new(5));
    shell.hear(ServerMessage::PermissionDenied("token-expired".to_owned()));
    assert!(brought(&shell).is_empty());
}

#[test]
fn what_follows_an_edit_that_is_in_a_branch_goes_there_too() {
    let mut shell = Shell::online();
    let writer = Writer::new(5);
    shell.edit(writer.update());
    let push = shell.pushes().remove(0);
    shell.hear_extension(now_may(Access::Read));
    // Typed before the page knew.
    let follower = writer.update();
    shell.edit(follower.clone());
    assert!(
        brought(&shell).is_empty(),
        "what is under way is answered for itself"
    );
    shell.forget_past();
    shell.hear_extension(is_in_a_branch(push.id));
    assert!(shell.did(&dropped(&[1])));
    assert_eq!(brought(&shell), [follower]);
    // And typed by a view that has not been rebuilt yet.
    shell.edit(writer.update());
    shell.forget_past();
    says(&mut shell, HandInOutcome::Taken);
    assert!(shell.did(&dropped(&[2])));
    assert_eq!(brought(&shell).len(), 1);
    shell.forget_past();
    says(&mut shell, HandInOutcome::Taken);
    assert!(shell.did(&dropped(&[3])));
    assert_eq!(unconfirmed(&shell), 0);
}
