//! What requests for the whole state are given while messages of other nodes may be missing.

use super::*;

/// A room that nobody is in any more.
fn left_alone(journal: &Journal) -> Node {
    let mut node = Node::open(2, journal);
    node.send(RoomEvent::Leave { id: READER });
    node
}

fn ask(node: &mut Node, ticket: u64) {
    node.send(RoomEvent::Read {
        ticket: Ticket(ticket),
    });
}

/// What those who asked have been told so far, in the order of the answers.
fn told(node: &mut Node) -> Vec<(u64, String)> {
    std::mem::take(&mut node.answers)
        .into_iter()
        .map(|(Ticket(ticket), outcome)| {
            let text = match outcome {
                Outcome::State(state) => seen(&[state]),
                other => format!("{other:?}"),
            };
            (ticket, text)
        })
        .collect()
}

fn answer(ticket: u64, text: &str) -> (u64, String) {
    (ticket, text.to_owned())
}

#[test]
fn while_everything_is_heard_the_answer_is_given_at_once() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), left_alone(&journal));
    left.writer(None);
    let message = left.edit(&mut journal, &Typist::new(7).types("dose"));
    right.hear(&message[0]);
    ask(&mut right, 1);
    assert_eq!(told(&mut right), [answer(1, "dose")]);
    assert!(right.repairs.is_empty());
}

/// What befalls a room.
type Happening = fn(&mut Node);

#[test]
fn whatever_may_hide_a_message_the_journal_is_asked_first_also_where_nobody_is() {
    let lost = |room: &mut Node| room.send(RoomEvent::Bus(BusEvent::Missed));
    let unheard = |room: &mut Node| room.send(RoomEvent::Bus(BusEvent::Unheard(true)));
    let gone = |room: &mut Node| {
        let gone = BusEvent::News(NodeNews::Gone(NodeId(1)));
        room.send(RoomEvent::Bus(gone));
    };
    for (fault, happen) in [
        ("lost", lost as Happening),
        ("unheard", unheard),
        ("gone", gone),
    ] {
        let mut journal = Journal::default();
        let (mut left, mut right) = (Node::open(1, &journal), left_alone(&journal));
        left.writer(None);
        let typist = Typist::new(7);
        right.hear(&left.edit(&mut journal, &typist.types("dose "))[0]);
        happen(&mut right);
        right.wait(INTERVAL);
        right.answer_repairs(&journal);
        right.wait(INTERVAL);
        left.edit(&mut journal, &typist.types("10 mg"));
        ask(&mut right, 1);
        assert_eq!(told(&mut right), [], "{fault}");
        assert!(!right.core.is_idle(), "{fault}: the room stays for it");
        assert_eq!(
            right.answer_repairs(&journal),
            [RepairCause::Reading],
            "{fault}"
        );
        assert_eq!(told(&mut right), [answer(1, "dose 10 mg")], "{fault}");
        assert!(right.core.is_idle(), "{fault}");
    }
}

#[test]
fn a_question_that_was_under_way_is_too_old_for_whoever_comes_later() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), left_alone(&journal));
    left.writer(None);
    right.send(RoomEvent::Bus(BusEvent::Missed));
    ask(&mut right, 1);
    let (cause, since) = right.repairs.remove(0);
    let earlier = journal.since(since);
    left.edit(&mut journal, &Typist::new(7).types("dose"));
    ask(&mut right, 2);
    assert!(right.repairs.is_empty(), "one question at a time");
    right.send(RoomEvent::Repaired {
        cause,
        changes: Some(earlier),
    });
    assert_eq!(told(&mut right), [answer(1, "")]);
    right.wait(INTERVAL);
    assert_eq!(right.answer_repairs(&journal), [RepairCause::Reading]);
    assert_eq!(told(&mut right), [answer(2, "dose")]);
}

#[test]
fn where_the_journal_cannot_be_read_either_nobody_is_given_what_was_known_before() {
    let journal = Journal::default();
    let mut right = left_alone(&journal);
    right.send(RoomEvent::Bus(BusEvent::Missed));
    ask(&mut right, 1);
    let (cause, _) = right.repairs.remove(0);
    right.send(RoomEvent::Repaired {
        cause,
        changes: None,
    });
    assert_eq!(told(&mut right), [answer(1, "StorageAway")]);
    assert!(right.core.is_idle());
}

#[test]
fn a_room_that_is_being_loaded_anew_asks_again_when_it_is_there() {
    let mut journal = Journal::default();
    let (mut left, mut right) = (Node::open(1, &journal), Node::open(2, &journal));
    left.writer(None);
    right.writer(None);
    right.send(RoomEvent::Bus(BusEvent::Missed));
    right.push(WRITER, &Typist::new(8).types("lost"));
    right.commits.clear();
    right.send(RoomEvent::CommitFailed);
    assert_eq!(right.reloads, 1);
    let loaded = journal.load();
    left.edit(&mut journal, &Typist::new(7).types("dose"));
    ask(&mut right, 1);
    right.answer_repairs(&journal);
    assert_eq!(told(&mut right), []);
    right.send(RoomEvent::Reloaded {
        loaded: Box::new(loaded),
        storage_available: true,
    });
    assert_eq!(told(&mut right), [], "it was loaded before");
    right.wait(INTERVAL);
    right.answer_repairs(&journal);
    assert_eq!(told(&mut right), [answer(1, "dose")]);
}
