//! One rule a test, in virtual time.

use super::*;

const INTERVAL: Duration = Duration::from_secs(2);
const ANNA: NodeId = NodeId(1);
const BERT: NodeId = NodeId(2);
const CARL: NodeId = NodeId(3);

fn identity(node: NodeId) -> PeerIdentity {
    PeerIdentity {
        node,
        epoch: 100 + node.0,
        repair_interval: INTERVAL,
    }
}

/// A room on Anna's node whose subscription is in force and whose first question was answered.
fn settled() -> (Peers, Instant) {
    let start = Instant::now();
    let mut peers = Peers::new(identity(ANNA), start);
    peers.following(start);
    assert_eq!(
        peers.tick(true, true, start).repair,
        Some(RepairCause::Following)
    );
    peers.answered(RepairCause::Following, true, start);
    (peers, start + INTERVAL)
}

fn at(node: NodeId, seq: u64) -> Position {
    Position {
        epoch: 100 + node.0,
        seq,
    }
}

fn repair(peers: &mut Peers, now: Instant) -> Option<RepairCause> {
    peers.tick(true, true, now).repair
}

#[test]
fn edits_in_order_need_no_question() {
    let (mut peers, now) = settled();
    for seq in 1..40 {
        peers.heard_edits(BERT, at(BERT, seq), now);
    }
    // What is heard twice is no gap either.
    peers.heard_edits(BERT, at(BERT, 39), now);
    peers.heard_edits(BERT, at(BERT, 40), now);
    assert_eq!(repair(&mut peers, now), None);
}

#[test]
fn a_number_left_out_is_a_gap_and_asked_about_at_once() {
    let (mut peers, now) = settled();
    peers.heard_edits(BERT, at(BERT, 1), now);
    peers.heard_edits(BERT, at(BERT, 3), now);
    assert!(peers.next_deadline(true, true).is_some_and(|at| at <= now));
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
    assert_eq!(repair(&mut peers, now), None, "one question at a time");
}

#[test]
fn a_known_node_that_opens_the_document_anew_is_heard_from_its_first_edit() {
    let (mut peers, now) = settled();
    peers.heard_edits(BERT, at(BERT, 1), now);
    peers.heard_edits(BERT, Position { epoch: 5, seq: 1 }, now);
    assert_eq!(repair(&mut peers, now), None);
    peers.heard_edits(BERT, Position { epoch: 6, seq: 2 }, now);
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
}

#[test]
fn what_a_node_told_before_it_was_first_heard_is_asked_about() {
    let (mut peers, now) = settled();
    peers.heard_edits(BERT, at(BERT, 3), now);
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
    peers.answered(RepairCause::Gap, true, now);
    peers.heard_edits(BERT, at(BERT, 4), now);
    assert_eq!(repair(&mut peers, now + INTERVAL), None);
}

#[test]
fn questions_are_bounded_however_much_is_lost() {
    let (mut peers, start) = settled();
    let mut asked = 0;
    for step in 0..100_u64 {
        let now = start + Duration::from_millis(step * 20);
        peers.heard_edits(BERT, at(BERT, 10 * (step + 1)), now);
        if let Some(cause) = repair(&mut peers, now) {
            asked += 1;
            peers.answered(cause, true, now);
        }
    }
    assert!((1..=5).contains(&asked), "{asked} questions in two seconds");
}

#[test]
fn a_question_that_was_not_answered_is_asked_again() {
    let (mut peers, now) = settled();
    peers.want(RepairCause::Gap);
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
    peers.answered(RepairCause::Gap, false, now);
    assert_eq!(repair(&mut peers, now + INTERVAL / 2), None);
    assert_eq!(repair(&mut peers, now + INTERVAL), Some(RepairCause::Gap));
}

#[test]
fn a_loss_at_the_end_is_noticed_by_the_senders_state() {
    let (mut peers, now) = settled();
    peers.heard_edits(BERT, at(BERT, 1), now);
    assert_eq!(
        peers.heard_state(BERT, at(BERT, 2), &[], now),
        Comparison::NotDue
    );
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
}

#[test]
fn a_loss_is_noticed_by_what_a_third_has_heard() {
    let (mut peers, now) = settled();
    peers.heard_edits(BERT, at(BERT, 1), now);
    let heard = [(BERT, at(BERT, 2))];
    assert_eq!(
        peers.heard_state(CARL, at(CARL, 0), &heard, now),
        Comparison::NotDue
    );
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
}

#[test]
fn rooms_are_compared_only_when_they_have_heard_the_same() {
    let (mut peers, now) = settled();
    for seq in 1..=3 {
        peers.heard_edits(BERT, at(BERT, seq), now);
    }
    assert_eq!(peers.next_seq(now), 1);
    /// What they have heard, how far they are, and what is to be made of it.
    type Case<'a> = (&'a [(NodeId, Position)], u64, Comparison);
    let cases: [Case<'_>; 4] = [
        (&[(ANNA, at(ANNA, 1))], 3, Comparison::Due),
        // Our edit is still on its way there.
        (&[(ANNA, at(ANNA, 0))], 3, Comparison::NotDue),
        // An old word of theirs.
        (&[(ANNA, at(ANNA, 1))], 2, Comparison::NotDue),
        // Somebody of whom nothing was heard since this room is here.
        (
            &[(ANNA, at(ANNA, 1)), (CARL, at(CARL, 9))],
            3,
            Comparison::Due,
        ),
    ];
    for (heard, seq, expected) in cases {
        assert_eq!(
            peers.heard_state(BERT, at(BERT, seq), heard, now),
            expected,
            "{heard:?} {seq}"
        );
    }
    assert_eq!(repair(&mut peers, now), None);
}

#[test]
fn a_first_edit_may_be_on_its_way_where_a_room_names_nothing_of_it_and_later_the_digests_say() {
    let (_, now) = settled();
    let of_before = |node| Position {
        epoch: at(node, 1).epoch + 1,
        seq: 1,
    };
    let (of_anna, of_carl) = ((ANNA, at(ANNA, 1)), (CARL, at(CARL, 1)));
    // Nothing of the one, nothing of the other, and an earlier opening.
    let cases: [&[(NodeId, Position)]; 3] =
        [&[of_carl], &[of_anna], &[(ANNA, of_before(ANNA)), of_carl]];
    let later = now + INTERVAL * FIRST_EDIT_GRACE_INTERVALS;
    for heard in cases {
        for (at_time, expected) in [(now, Comparison::NotDue), (later, Comparison::Due)] {
            let (mut peers, _) = settled();
            peers.next_seq(now);
            peers.heard_edits(CARL, at(CARL, 1), now);
            for seq in 1..=3 {
                peers.heard_edits(BERT, at(BERT, seq), now);
            }
            let said = peers.heard_state(BERT, at(BERT, 3), heard, at_time);
            assert_eq!(said, expected, "{heard:?}");
            assert_eq!(repair(&mut peers, at_time), None, "{heard:?}");
        }
    }
}

#[test]
fn a_difference_is_asked_about_once_and_told_to_the_other_side() {
    let (mut peers, now) = settled();
    assert!(peers.differs([1; 16], [2; 16], now));
    let due = peers.tick(true, true, now + INTERVAL);
    assert_eq!((due.repair, due.state), (Some(RepairCause::Digest), false));
    peers.answered(RepairCause::Digest, true, now + INTERVAL);
    assert!(
        peers.tick(true, true, now + INTERVAL).state,
        "with what the journal has said"
    );
    assert!(!peers.differs([1; 16], [2; 16], now + INTERVAL));
    assert!(peers.differs([1; 16], [3; 16], now + INTERVAL));
}

#[test]
fn state_follows_the_last_edits_and_then_ever_more_rarely() {
    let (mut peers, start) = settled();
    assert_eq!(peers.next_deadline(true, true), None, "nothing to say yet");
    peers.next_seq(start);
    peers.next_seq(start + INTERVAL / 2);
    let mut said = Vec::new();
    let mut now = start;
    while said.len() < 8 {
        now = peers.next_deadline(true, true).unwrap();
        if peers.tick(true, true, now).state {
            said.push(now.duration_since(start).as_secs());
        }
    }
    assert_eq!(said, [2, 4, 8, 16, 32, 64, 124, 184]);
    peers.next_seq(now);
    assert_eq!(peers.next_deadline(true, true), Some(now + INTERVAL));
}

#[test]
fn state_waits_until_the_document_is_what_was_committed() {
    let (mut peers, start) = settled();
    peers.next_seq(start);
    let late = start + INTERVAL;
    assert!(!peers.tick(true, false, late).state);
    assert_eq!(peers.next_deadline(true, false), None, "no busy waiting");
    assert!(peers.tick(true, true, late).state);
}

#[test]
fn while_the_bus_is_away_a_room_with_members_asks_from_time_to_time() {
    let (mut peers, start) = settled();
    peers.missed(start);
    assert_eq!(peers.next_deadline(false, true), None, "nobody is here");
    assert_eq!(peers.next_deadline(true, true), Some(start + INTERVAL));
    let mut asked = 0;
    for second in 0..20 {
        let now = start + Duration::from_secs(second);
        if let Some(cause) = repair(&mut peers, now) {
            assert_eq!(cause, RepairCause::Polling);
            peers.answered(cause, true, now);
            asked += 1;
        }
    }
    assert_eq!(asked, 9);
    let now = start + Duration::from_secs(20);
    peers.following(now);
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Following));
    peers.answered(RepairCause::Following, true, now);
    assert_eq!(peers.next_deadline(true, true), None);
}

#[test]
fn what_a_node_that_has_gone_may_not_have_told_is_asked_for() {
    let (mut peers, now) = settled();
    peers.gone(BERT, now);
    assert_eq!(repair(&mut peers, now), None, "never heard of it");
    peers.meet(BERT);
    peers.gone(BERT, now);
    assert_eq!(repair(&mut peers, now), Some(RepairCause::NodeGone));
}

#[test]
fn what_a_node_goes_on_to_commit_when_only_the_bus_has_lost_it_is_asked_for_ever_more_rarely() {
    let (mut peers, start) = settled();
    peers.meet(BERT);
    peers.gone(BERT, start);
    assert_eq!(repair(&mut peers, start), Some(RepairCause::NodeGone));
    peers.answered(RepairCause::NodeGone, true, start);
    let mut now = start;
    for seconds in [2, 4, 8, 16, 32, 60, 60, 60] {
        assert_eq!(peers.next_deadline(false, true), None, "nobody looks");
        assert_eq!(
            peers.next_deadline(true, true),
            Some(now + Duration::from_secs(seconds))
        );
        now += Duration::from_secs(seconds);
        assert_eq!(repair(&mut peers, now), Some(RepairCause::Polling));
        peers.answered(RepairCause::Polling, true, now);
    }
    peers.meet(BERT);
    assert_eq!(peers.next_deadline(true, true), None);
}

#[test]
fn who_asks_is_told_once_even_by_a_room_without_edits() {
    let (mut peers, now) = settled();
    peers.hello(now);
    assert_eq!(peers.next_deadline(true, true), Some(now));
    let due = peers.tick(true, true, now);
    assert!(due.state && due.presence);
    assert_eq!(peers.next_deadline(true, true), None);
}

#[test]
fn who_is_here_is_told_even_while_a_batch_is_on_its_way() {
    let (mut peers, now) = settled();
    peers.hello(now);
    let due = peers.tick(true, false, now);
    assert!(due.presence && !due.state);
    assert!(
        peers.tick(true, true, now).state,
        "and how far it is, afterwards"
    );
}

#[test]
fn answers_are_spread_over_time_and_never_later_than_five_seconds() {
    let (_, now) = settled();
    for (nodes, spread) in [(3, 15), (30, 150), (1_000, 5_000), (4_000, 5_000)] {
        let spread = Duration::from_millis(spread);
        let mut waits = Vec::new();
        for epoch in 0..200 {
            let mut peers = Peers::new(
                PeerIdentity {
                    epoch,
                    ..identity(ANNA)
                },
                now,
            );
            for node in 0..nodes {
                peers.meet(NodeId(1_000 + node));
            }
            peers.hello(now);
            waits.push(peers.next_deadline(false, true).unwrap() - now);
        }
        waits.sort();
        assert!(waits[199] <= spread, "{nodes} nodes: {waits:?}");
        let median = waits[100];
        assert!(
            median > spread / 3 && median < spread * 2 / 3,
            "{nodes} nodes: {median:?}"
        );
    }
}

#[test]
fn answers_of_one_room_are_bounded_however_many_ask() {
    let (mut peers, start) = settled();
    let mut answers = 0;
    for step in 0..200_u64 {
        let now = start + Duration::from_millis(step * 10);
        peers.hello(now);
        answers += u32::from(peers.tick(true, true, now).presence);
    }
    assert!((3..=5).contains(&answers), "{answers} in two seconds");
}

#[test]
fn a_room_that_knows_of_a_gap_says_and_compares_nothing_until_the_journal_has_answered() {
    let (mut peers, now) = settled();
    peers.heard_edits(BERT, at(BERT, 1), now);
    peers.next_seq(now);
    peers.heard_edits(BERT, at(BERT, 3), now);
    let heard = [(ANNA, at(ANNA, 1))];
    let later = now + INTERVAL;
    assert_eq!(
        peers.heard_state(BERT, at(BERT, 3), &heard, now),
        Comparison::NotDue
    );
    let due = peers.tick(true, true, later);
    assert_eq!((due.repair, due.state), (Some(RepairCause::Gap), false));
    assert_eq!(peers.next_deadline(true, true), None, "no busy waiting");
    assert_eq!(
        peers.heard_state(BERT, at(BERT, 3), &heard, now),
        Comparison::NotDue
    );
    peers.answered(RepairCause::Gap, true, later);
    assert!(peers.tick(true, true, later).state);
    assert_eq!(
        peers.heard_state(BERT, at(BERT, 3), &heard, now),
        Comparison::Due
    );
}

#[test]
fn while_a_node_serves_unheard_the_journal_is_asked_every_interval_whoever_was_met() {
    let (mut peers, mut now) = settled();
    peers.unheard(true, now);
    for _ in 0..50 {
        assert_eq!(repair(&mut peers, now), Some(RepairCause::Polling));
        peers.answered(RepairCause::Polling, true, now);
        assert_eq!(peers.next_deadline(true, true), Some(now + INTERVAL));
        now += INTERVAL;
    }
    // Said again it is no news, and nobody is shown anything where nobody is.
    peers.unheard(true, now);
    assert_eq!(peers.tick(false, true, now).repair, None);
    peers.unheard(false, now);
    // Once more: for what was written after the last question and before the node was heard again.
    assert_eq!(
        repair(&mut peers, now + INTERVAL),
        Some(RepairCause::Polling)
    );
    peers.answered(RepairCause::Polling, true, now + INTERVAL);
    assert_eq!(repair(&mut peers, now + INTERVAL * 2), None);
    assert_eq!(peers.next_deadline(true, true), None);
}

#[test]
fn a_question_that_must_wait_for_its_turn_is_waited_for_and_not_ticked_for() {
    let (mut peers, now) = settled();
    peers.want(RepairCause::Gap);
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
    peers.answered(RepairCause::Gap, true, now);
    peers.unheard(true, now);
    assert_eq!(repair(&mut peers, now), None, "asked a moment ago");
    let next = peers.next_deadline(true, true).expect("it asks again");
    assert_eq!(next, now + INTERVAL / QUESTIONS_PER_INTERVAL);
    assert_eq!(repair(&mut peers, next), Some(RepairCause::Polling));
}

#[test]
fn what_a_room_wrote_that_is_first_heard_of_by_its_state_is_asked_for_unless_digests_can_tell() {
    let (mut peers, now) = settled();
    assert_eq!(
        peers.heard_state(BERT, at(BERT, 5), &[], now),
        Comparison::Due
    );
    assert_eq!(repair(&mut peers, now), None, "the digests tell");
    // Carl does not know how far Bert is, so their documents may differ.
    assert_eq!(
        peers.heard_state(CARL, at(CARL, 5), &[], now),
        Comparison::NotDue
    );
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Gap));
    peers.answered(RepairCause::Gap, true, now);
    assert_eq!(
        peers.heard_state(CARL, at(CARL, 5), &[], now),
        Comparison::NotDue
    );
    assert_eq!(repair(&mut peers, now + INTERVAL), None, "once");
}

#[test]
fn a_room_that_is_back_on_the_bus_says_soon_how_far_it_is_however_rarely_it_did() {
    let (mut peers, start) = settled();
    peers.next_seq(start);
    let mut now = start;
    for _ in 0..5 {
        now = peers.next_deadline(true, true).expect("it says it again");
        assert!(peers.tick(true, true, now).state);
    }
    peers.missed(now);
    peers.following(now);
    assert_eq!(repair(&mut peers, now), Some(RepairCause::Following));
    peers.answered(RepairCause::Following, true, now);
    assert!(peers.tick(true, true, now + INTERVAL).state);
}
