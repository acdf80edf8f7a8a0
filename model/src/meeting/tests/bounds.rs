//! Nothing grows without end: each limit, from just below it to just above (I4).

use super::super::limits;
use super::super::refusal::Refusal;
use super::super::state::State;
use super::script::{Stage, document, setup, user};

/// Does a step with this number as often as it is let; how often that was, and what it was told then.
fn until_refused(stage: &mut Stage, step: impl Fn(usize) -> String) -> (usize, Refusal) {
    for number in 0..10_000 {
        for part in step(number).split(';') {
            if let Err(refusal) = stage.step(part.trim()) {
                return (number, refusal);
            }
        }
    }
    panic!("never refused: {}", step(0));
}

#[test]
fn what_can_be_added_has_an_end() {
    let mut stage = Stage::open();
    let known = stage.meeting.state.people.len();
    let (count, why) = until_refused(&mut stage, |n| format!("server arrive p{n} member"));
    assert_eq!((count + known, why), (limits::PEOPLE_MAX, Refusal::Full));
    let (count, why) = until_refused(&mut stage, |n| format!("p{n} raise-hand"));
    assert_eq!((count, why), (limits::HANDS_MAX, Refusal::Full));
    let (count, why) = until_refused(&mut stage, |n| format!("lena recuse p{n} 0 absent"));
    assert_eq!((count, why), (limits::RECUSALS_PER_ITEM_MAX, Refusal::Full));
    let (count, why) = until_refused(&mut stage, |_| "lena add-item Cough".to_owned());
    assert_eq!((count + 2, why), (limits::ITEMS_MAX, Refusal::Full));
    let (count, why) = until_refused(&mut stage, |n| format!("lena lock q1#s{n} -"));
    assert_eq!((count, why), (limits::LOCKS_MAX, Refusal::Full));
    stage.must("lena begin-item 1");
    let (count, why) = until_refused(&mut stage, |n| {
        format!("lena open-poll Lunch? now,later; lena close-poll {n}")
    });
    assert_eq!((count, why), (limits::POLLS_MAX, Refusal::Full));
    let (count, why) = until_refused(&mut stage, |n| {
        format!("lena open-round 1 q1 t named 0/1 yes,no; lena void-round {n} again")
    });
    assert_eq!((count, why), (limits::ROUNDS_MAX, Refusal::Full));
    let (count, why) = until_refused(&mut stage, |n| {
        format!("mia propose a; lena decide-motion {n} lost")
    });
    assert_eq!((count, why), (limits::MOTIONS_MAX, Refusal::Full));
}

#[test]
fn lists_and_texts_have_an_end() {
    let list = |count: usize| {
        (0..count)
            .map(|n| format!("p{n}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    let text = |bytes: usize| "a".repeat(bytes);
    let mut stage = Stage::open().play("lena begin-item 0");
    for n in 0..60 {
        stage.must(&format!("server arrive p{n} member"));
    }
    for (fine, refused, why) in [
        (
            format!("lena freeze {}", list(limits::NAMES_MAX)),
            format!("lena freeze {}", list(limits::NAMES_MAX + 1)),
            "full",
        ),
        (
            format!("lena name-deputies {}", list(limits::DEPUTIES_MAX)),
            format!("lena name-deputies {}", list(limits::DEPUTIES_MAX + 1)),
            "full",
        ),
        (
            format!("server set-roll {}", list(limits::ROLL_MAX)),
            format!("server set-roll {}", list(limits::ROLL_MAX + 1)),
            "full",
        ),
        (
            format!("lena add-item {}", text(limits::LINE_BYTES_MAX)),
            format!("lena add-item {}", text(limits::LINE_BYTES_MAX + 1)),
            "bad-text",
        ),
        (
            format!("lena spotlight q1#{}", text(limits::LINE_BYTES_MAX)),
            format!("lena spotlight q1#{}", text(limits::LINE_BYTES_MAX + 1)),
            "bad-text",
        ),
        (
            format!("mia propose {}", text(limits::TEXT_BYTES_MAX)),
            format!("mia propose {}", text(limits::TEXT_BYTES_MAX + 1)),
            "bad-text",
        ),
        (
            "lena remove p1 lines\nof it".to_owned(),
            "lena remove p2 a\u{7}bell".to_owned(),
            "bad-text",
        ),
        (
            format!("lena open-poll Which? {}", list(limits::OPTIONS_MAX)),
            format!("lena open-poll Which? {}", list(limits::OPTIONS_MAX + 1)),
            "bad-choices",
        ),
    ] {
        assert_eq!(stage.outcome(&refused), format!("!{why}"));
        stage.must(&fine);
    }
}

#[test]
fn a_set_up_is_small_and_does_not_contradict_itself() {
    assert!(State::new(&setup(Some("lena"))).is_ok());
    assert!(State::new(&setup(None)).is_ok());
    let mut twice = setup(Some("lena"));
    twice.deputies.push(user("lena"));
    assert_eq!(State::new(&twice), Err(Refusal::BadChoices));
    let mut behind_nobody = setup(None);
    behind_nobody.deputies.push(user("dora"));
    assert_eq!(State::new(&behind_nobody), Err(Refusal::BadChoices));
    let mut large = setup(Some("lena"));
    large.documents = (0..=limits::DOCUMENTS_MAX)
        .map(|n| document(&format!("d{n}")))
        .collect();
    assert_eq!(State::new(&large), Err(Refusal::Full));
}

#[test]
fn whoever_knocks_and_goes_is_forgotten() {
    let mut stage = Stage::open().play("lena set-lobby knock");
    let known = stage.meeting.state.people.len();
    for n in 0..10 {
        stage.must(&format!("server arrive p{n} guest"));
        stage.must(&format!("server drop p{n}"));
    }
    assert_eq!(stage.meeting.state.people.len(), known);
}
