//! Who may write where: the function against a table, and frozen means frozen.

use super::super::time::{Moment, Span};
use super::super::writing::{Verdict, Why, bearing, closed_sections, may_write};
use super::script::{CAST, Stage, document, place, user};

fn verdict(stage: &Stage, who: &str, at: &str) -> &'static str {
    match may_write(&stage.meeting.state, &user(who), &place(at), stage.now) {
        Verdict::Allowed => "allowed",
        Verdict::Branch(why) => why.code(),
    }
}

#[test]
fn the_function_says_what_the_rules_say() {
    for (steps, who, at, expected) in [
        ("", "mia", "q1", "allowed"),
        ("", "gus", "q1", "allowed"),
        // A member who does not attend, and a document that the meeting is not about.
        ("", "zoe", "q1", "allowed"),
        ("lena freeze -", "mia", "elsewhere", "allowed"),
        // Freeze: also for the chair, and for those who do not attend.
        ("lena freeze -", "mia", "q1", "frozen"),
        ("lena freeze -", "lena", "body", "frozen"),
        ("lena freeze -", "zoe", "q1", "frozen"),
        ("lena freeze mia", "mia", "q1", "allowed"),
        ("lena freeze mia", "max", "q1", "frozen"),
        ("lena freeze mia; lena freeze -", "mia", "q1", "frozen"),
        ("lena freeze -; lena unfreeze", "mia", "q1", "allowed"),
        ("lena freeze -; lena leave", "mia", "q1", "frozen"),
        ("lena freeze -; lena end", "mia", "q1", "allowed"),
        // Named, and put out since.
        (
            "lena freeze mia; lena remove mia no",
            "mia",
            "q1",
            "removed",
        ),
        (
            "lena freeze mia; lena remove mia no; server arrive mia member; lena admit mia",
            "mia",
            "q1",
            "frozen",
        ),
        ("lena remove mia no; lena end", "mia", "q1", "allowed"),
        (
            "lena set-lobby knock; server arrive nora member",
            "nora",
            "q1",
            "waiting",
        ),
        // Floor modes.
        ("lena set-floor hands", "lena", "q1", "no-floor"),
        (
            "lena set-floor hands; lena give-floor mia",
            "mia",
            "q1",
            "allowed",
        ),
        (
            "lena set-floor hands; lena give-floor mia",
            "max",
            "q1",
            "no-floor",
        ),
        (
            "lena set-floor hands; lena give-floor mia; lena give-floor max",
            "mia",
            "q1",
            "no-floor",
        ),
        (
            "lena set-floor hands; lena give-floor mia 30; @29",
            "mia",
            "q1",
            "allowed",
        ),
        // Over, though nobody has ticked yet.
        (
            "lena set-floor hands; lena give-floor mia 30; @30",
            "mia",
            "q1",
            "no-floor",
        ),
        ("lena set-floor editors mia", "mia", "q1", "allowed"),
        ("lena set-floor editors mia", "max", "q1", "no-editor"),
        ("lena set-floor suggestions mia", "mia", "q1", "allowed"),
        ("lena set-floor suggestions -", "mia", "q1", "suggest-only"),
        // Locks.
        ("lena lock q1 mia", "mia", "q1", "allowed"),
        ("lena lock q1 mia", "max", "q1", "locked"),
        ("lena lock q1 mia", "max", "q1#s", "locked"),
        ("lena lock q1 mia", "max", "q2", "allowed"),
        ("lena lock body#s mia", "max", "body#s", "locked"),
        ("lena lock body#s mia", "max", "body#t", "allowed"),
        ("lena lock body#s mia", "max", "body", "allowed"),
        (
            "lena lock body#s mia; lena unlock body#s",
            "max",
            "body#s",
            "allowed",
        ),
        (
            "lena lock q1 mia; lena lock q1#s max",
            "mia",
            "q1#s",
            "locked",
        ),
        // Recusals: from the item's place for the whole meeting.
        ("lena recuse mia 0 read-only", "mia", "q1", "recused"),
        ("lena recuse mia 0 read-only", "mia", "q2", "allowed"),
        (
            "lena recuse mia 0 absent; lena end-recusal mia 0",
            "mia",
            "q1",
            "allowed",
        ),
        // An item without a place is about all texts, while it is current.
        ("lena recuse mia 1 read-only", "mia", "q1", "allowed"),
        (
            "lena recuse mia 1 read-only; lena begin-item 1",
            "mia",
            "q1",
            "recused",
        ),
        // A lock or a floor does not bring back whom a recusal keeps away.
        (
            "lena recuse mia 0 read-only; lena lock q1 mia",
            "mia",
            "q1",
            "recused",
        ),
        // A text that is voted on, whoever is an exception to whatever.
        (
            "lena begin-item 0; lena freeze mia; lena open-round 0 q1 t named 1/2 yes,no",
            "mia",
            "q1",
            "under-vote",
        ),
        (
            "lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no",
            "mia",
            "q2",
            "allowed",
        ),
        (
            "lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no; lena close-round 0",
            "mia",
            "q1",
            "allowed",
        ),
    ] {
        let stage = Stage::open().play(steps);
        assert_eq!(
            verdict(&stage, who, at),
            expected,
            "{steps} | {who} in {at}"
        );
    }
}

#[test]
fn a_meeting_that_has_not_begun_keeps_nobody_from_writing() {
    let stage = Stage::planned().play("lena set-floor hands; lena remove mia no");
    for who in CAST {
        assert_eq!(verdict(&stage, who, "q1"), "allowed", "{who}");
    }
}

#[test]
fn sections_that_are_closed_to_somebody_are_told() {
    let stage = Stage::open().play(
        "lena lock body#intro mia; lena lock body#end max; lena lock q1#rec mia; \
         lena add-item Methods body#methods; lena recuse mia 2 read-only",
    );
    let closed = |who: &str| -> Vec<(&str, Why)> {
        closed_sections(&stage.meeting.state, &user(who), &document("body"))
            .into_iter()
            .collect()
    };
    let (locked, recused) = (Why::Locked, Why::Recused);
    assert_eq!(closed("mia"), [("end", locked), ("methods", recused)]);
    assert_eq!(closed("max"), [("intro", locked)]);
    assert_eq!(closed("zoe"), [("end", locked), ("intro", locked)]);
    let ended = stage.play("lena end");
    assert!(closed_sections(&ended.meeting.state, &user("zoe"), &document("body")).is_empty());
}

/// What somebody may do everywhere, as the functions say it.
fn everything(stage: &Stage) -> String {
    let mut all = String::new();
    for who in CAST.iter().chain(&["zoe", "nora"]) {
        for at in ["body", "q1", "q1#rec", "q2"] {
            let closed = closed_sections(&stage.meeting.state, &user(who), &document("body"));
            all += &format!("{who} {at} {} {closed:?}\n", verdict(stage, who, at));
        }
    }
    all
}

/// Each step with whether it bears on who may write. What does not must change nothing of it.
#[test]
fn what_bears_on_writing_is_told_from_what_does_not() {
    for (before, step, bears) in [
        ("", "mia raise-hand", false),
        ("mia raise-hand", "mia lower-hand", false),
        ("", "server arrive zoe member", false),
        ("", "server drop mia", false),
        ("", "lena begin-item 0", false),
        ("", "lena give-floor mia", false),
        ("", "lena spotlight q1", false),
        ("", "lena gather q1 10", false),
        ("lena begin-item 0", "lena pause-timer", false),
        ("", "lena open-poll Lunch yes,no", false),
        ("", "lena add-item More q2 60", false),
        ("", "lena hand-over mia", false),
        (
            "lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no",
            "mia cast-ballot 0 t - 0",
            false,
        ),
        ("", "lena freeze mia", true),
        ("lena freeze mia", "lena freeze -", true),
        ("lena freeze mia", "lena unfreeze", true),
        ("lena freeze mia", "lena remove mia no", true),
        ("", "lena remove mia no", true),
        ("lena set-lobby knock", "server arrive nora member", true),
        (
            "lena set-lobby knock; server arrive nora member",
            "lena admit nora",
            true,
        ),
        ("", "lena set-floor hands", true),
        ("lena set-floor hands", "lena give-floor mia", true),
        (
            "lena set-floor hands; lena give-floor mia",
            "mia yield-floor",
            true,
        ),
        ("", "lena set-floor editors mia", true),
        ("", "lena lock q1#rec mia", true),
        ("lena lock q1#rec mia", "lena lock q1#rec max", true),
        ("lena lock q1#rec mia", "lena unlock q1#rec", true),
        ("", "lena recuse mia 0 read-only", true),
        ("lena recuse mia 1 read-only", "lena begin-item 1", true),
        (
            "lena recuse mia 0 read-only",
            "lena end-recusal mia 0",
            true,
        ),
        (
            "lena begin-item 0",
            "lena open-round 0 q1 t named 1/2 yes,no",
            true,
        ),
        (
            "lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no",
            "lena close-round 0",
            true,
        ),
        ("lena freeze mia", "lena end", true),
    ] {
        let mut stage = Stage::open().play(before);
        let (state, could) = (stage.meeting.state.clone(), everything(&stage));
        stage.must(step);
        let is_same = bearing(&state) == bearing(&stage.meeting.state);
        assert_eq!(is_same, !bears, "{before} | {step}");
        assert!(!is_same || could == everything(&stage), "{before} | {step}");
    }
    let planned = Stage::planned();
    assert_eq!(bearing(&planned.meeting.state), None);
    assert!(bearing(&planned.play("lena open").meeting.state).is_some());
}

#[test]
fn moments_far_away_do_not_overflow() {
    let end = Moment(i64::MAX).plus(Span(u64::MAX));
    assert_eq!(end, Moment(i64::MAX));
    assert_eq!(Moment(i64::MIN).since(end), Span(0));
    assert_eq!(end.since(Moment(i64::MIN)), Span(i64::MAX.unsigned_abs()));
}
