//! Votes: once each, until the close, for the text that was shown; and nothing kept that links a member to a choice where
//! the rule said anonymous (I8, I9).

use std::collections::BTreeSet;

use super::super::ballot::{Ballot, BoxId, Slot};
use super::super::ids::RoundId;
use super::super::round::{Quorum, Round, VoidReason};
use super::script::{Stage, hash, names, user};

fn round(stage: &Stage) -> &Round {
    &stage.meeting.state.rounds.all[0]
}

fn named() -> Stage {
    Stage::open().play("lena begin-item 0; lena open-round 0 q1 t named 3/4 yes,no")
}

fn anonymous() -> Stage {
    Stage::open().play("lena begin-item 0; lena open-round 0 q1 t anonymous 1/2 yes,no")
}

#[test]
fn the_last_ballot_of_each_counts_once() {
    let stage = named().play(
        "mia cast-ballot 0 t - 0; mia cast-ballot 0 t - 1; mia cast-ballot 0 t - 1; \
         max cast-ballot 0 t - 0; lena cast-ballot 0 t - abstain; lena close-round 0",
    );
    let result = round(&stage).result.clone().unwrap();
    assert_eq!(result.counts, Some(vec![1, 1]));
    assert_eq!(result.abstained, Some(1));
    assert_eq!((result.eligible, result.cast, result.recused), (4, 3, 0));
    assert!(result.is_quorate);
    assert_eq!(round(&stage).named[&user("mia")], Ballot::Choice(1));
    assert_eq!(stage.meeting.boxes.count(BoxId::Round(RoundId(0))), 0);
}

#[test]
fn a_round_in_which_too_few_voted_is_not_quorate() {
    let stage =
        named().play("mia cast-ballot 0 t - 0; max cast-ballot 0 t - 0; lena close-round 0");
    assert!(!round(&stage).result.clone().unwrap().is_quorate);
}

#[test]
fn a_share_is_exact() {
    let half = Quorum {
        numerator: 1,
        denominator: 2,
    };
    let two_thirds = Quorum {
        numerator: 2,
        denominator: 3,
    };
    let none = Quorum {
        numerator: 0,
        denominator: 1,
    };
    for (quorum, count, of, expected) in [
        (half, 2, 4, true),
        (half, 2, 5, false),
        (half, 3, 5, true),
        (two_thirds, 2, 3, true),
        (two_thirds, 665, 1_000, false),
        (two_thirds, 667, 1_000, true),
        (none, 0, 1, true),
        (none, 0, 0, false),
    ] {
        assert_eq!(
            quorum.is_met(count, of),
            expected,
            "{quorum:?} {count} of {of}"
        );
    }
}

#[test]
fn who_is_recused_is_reported_and_does_not_vote() {
    let stage = Stage::open().play(
        "lena recuse mia 0 absent; lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no; \
         max cast-ballot 0 t - 0; lena close-round 0",
    );
    let result = round(&stage).result.clone().unwrap();
    assert_eq!((result.eligible, result.cast, result.recused), (3, 1, 1));
    assert_eq!(round(&stage).roll, names("lena,dora,max"));
}

#[test]
fn the_roll_is_that_of_the_opening() {
    let mut stage = named().play("server set-roll mo");
    assert_eq!(stage.outcome("mo cast-ballot 0 t - 0"), "!not-on-roll");
    assert_eq!(stage.outcome("mia cast-ballot 0 t - 0"), "ballot-cast");
}

#[test]
fn a_vote_goes_on_without_a_chair_and_its_ballots_stay_with_those_who_left() {
    let mut stage = named().play("mia cast-ballot 0 t - 0; server drop lena");
    assert_eq!(stage.outcome("max cast-ballot 0 t - 1"), "ballot-cast");
    let mut stage = stage.play("@45; server tick; dora remove mia no");
    assert_eq!(stage.outcome("mia cast-ballot 0 t - 1"), "!not-present");
    let stage = stage.play("dora close-round 0");
    assert_eq!(
        round(&stage).result.clone().unwrap().counts,
        Some(vec![1, 1])
    );
}

#[test]
fn a_change_of_the_text_voids_an_open_vote() {
    let stage = named().play("mia cast-ballot 0 t - 0; server text-changed q1 u");
    assert_eq!(round(&stage).void, Some(VoidReason::TextChanged));
    assert!(!round(&stage).is_open());
    assert_eq!(stage.meeting.boxes.count(BoxId::Round(RoundId(0))), 0);
}

#[test]
fn what_was_counted_stays_the_result_of_the_text_that_it_names() {
    let stage = named().play("mia cast-ballot 0 t - 0; lena close-round 0");
    let counted = round(&stage).clone();
    // The text is worked on, and another vote about it is open when it changes once more.
    let stage = stage.play(
        "server text-changed q1 u; lena open-round 0 q1 u named 1/2 yes,no; server text-changed q1 v",
    );
    assert_eq!(*round(&stage), counted);
    assert_eq!(counted.void, None);
    assert_eq!(counted.result.map(|result| result.cast), Some(1));
    let later = &stage.meeting.state.rounds().all[1];
    assert_eq!(later.void, Some(VoidReason::TextChanged));
}

#[test]
fn nothing_that_is_recorded_says_how_anybody_voted_before_the_close() {
    for (start, slots) in [(named(), ["-", "-", "-"]), (anonymous(), ["a", "b", "c"])] {
        let mut choices = BTreeSet::new();
        // All ways in which three can choose between two: the record is always the same.
        for ways in 0..8_u8 {
            let mut stage = Stage {
                setup: start.setup.clone(),
                meeting: start.meeting.clone(),
                records: Vec::new(),
                now: start.now,
            };
            for (at, (who, slot)) in ["mia", "max", "dora"].into_iter().zip(slots).enumerate() {
                let choice = ways >> at & 1;
                stage.must(&format!("{who} cast-ballot 0 t {slot} {choice}"));
                stage.must(&format!("{who} cast-ballot 0 t {slot} {}", 1 - choice));
            }
            choices.insert(serde_json::to_string(&(&stage.records, &stage.meeting.state)).unwrap());
        }
        assert_eq!(choices.len(), 1);
    }
}

#[test]
fn an_anonymous_round_leaves_counts_and_no_names() {
    let stage = anonymous().play(
        "mia cast-ballot 0 t b 0; max cast-ballot 0 t c 0; dora cast-ballot 0 t a 1; lena close-round 0",
    );
    let result = round(&stage).result.clone().unwrap();
    assert_eq!(result.counts, Some(vec![2, 1]));
    assert_eq!(result.cast, 3);
    assert!(round(&stage).voted.is_empty() && round(&stage).named.is_empty());
    let kept = serde_json::to_string(&(&stage.records, &stage.meeting.state)).unwrap();
    for secret in ["a", "b", "c"] {
        assert!(!kept.contains(&hash(secret).to_string()));
    }
}

#[test]
fn the_boxes_of_two_histories_that_differ_only_in_who_chose_what_are_the_same() {
    let box_of = |steps: &str| {
        let stage = anonymous().play(steps);
        let ballots = stage.meeting.boxes.ballots(BoxId::Round(RoundId(0)));
        ballots
            .map(|(slot, ballot)| (slot.clone(), ballot))
            .collect::<Vec<_>>()
    };
    // The same secrets and choices, in another order and by others.
    let first =
        box_of("mia cast-ballot 0 t b 0; max cast-ballot 0 t c 0; dora cast-ballot 0 t a 1");
    let second =
        box_of("dora cast-ballot 0 t c 0; mia cast-ballot 0 t a 1; max cast-ballot 0 t b 0");
    assert_eq!(first, second);
    assert_eq!(first[0], (Slot::Secret(hash("a")), Ballot::Choice(1)));
}

#[test]
fn so_few_anonymous_ballots_that_counts_would_name_people_are_not_shown() {
    let stage = anonymous()
        .play("mia cast-ballot 0 t b 0; max cast-ballot 0 t c abstain; lena close-round 0");
    let result = round(&stage).result.clone().unwrap();
    assert_eq!(
        (result.counts, result.abstained, result.cast),
        (None, None, 2)
    );
}

#[test]
fn a_poll_leaves_counts_and_no_names() {
    let stage = Stage::open()
        .play("lena open-poll Lunch? now,later; mia answer-poll 0 1; max answer-poll 0 1");
    let told = stage.records.len();
    let stage = stage.play("dora answer-poll 0 0; dora answer-poll 0 1; lena answer-poll 0 0");
    assert_eq!(stage.records.len(), told, "an answer is no event");
    let stage = stage.play("lena close-poll 0");
    assert_eq!(stage.meeting.state.polls.all[0].counts, Some(vec![1, 3]));
    assert_eq!(stage.meeting.boxes, super::super::ballot::Boxes::default());
}

#[test]
fn who_is_recused_or_removed_while_a_poll_is_open_has_no_part_in_it() {
    for steps in [
        "mia recuse-myself 0 read-only",
        "server recuse mia 0 absent",
        "lena remove mia no",
        "server expel mia",
    ] {
        let stage = Stage::open()
            .play("lena begin-item 0; lena open-poll Lunch? now,later; mia answer-poll 0 1; max answer-poll 0 0")
            .play(steps)
            .play("lena close-poll 0");
        assert_eq!(
            stage.meeting.state.polls.all[0].counts,
            Some(vec![1, 0]),
            "{steps}"
        );
    }
}
