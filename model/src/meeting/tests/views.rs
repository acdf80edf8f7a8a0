//! What somebody sees: nothing before its time, nothing that is for others.

use super::super::agenda::Recusal;
use super::super::ballot::Ballot;
use super::super::view::{Inside, Room, View, view_for};
use super::script::{CAST, Stage, user};

fn view(stage: &Stage, who: &str) -> View {
    view_for(&stage.meeting.state, &stage.meeting.boxes, &user(who))
}

fn inside(stage: &Stage, who: &str) -> Inside {
    match view(stage, who) {
        View::Inside(inside) => *inside,
        other => panic!("{other:?}"),
    }
}

fn room(stage: &Stage, who: &str) -> Room {
    inside(stage, who).room.unwrap()
}

#[test]
fn who_is_not_in_it_sees_no_more_than_that() {
    let stage = Stage::open().play(
        "lena set-lobby knock; server arrive nora member; server arrive nils guest; lena remove mia loud; \
         server drop mo",
    );
    assert_eq!(view(&stage, "zoe"), View::Outside);
    assert_eq!(view(&stage, "mo"), View::Outside);
    let lobby = |ahead, removed: Option<&str>| View::Lobby {
        ahead,
        removed: removed.map(str::to_owned),
    };
    assert_eq!(view(&stage, "nora"), lobby(0, None));
    assert_eq!(view(&stage, "nils"), lobby(1, None));
    let reason = Some("loud".to_owned());
    let by = Some(user("lena"));
    assert_eq!(view(&stage, "mia"), View::Removed { reason, by });
    // Her place is that of her first coming.
    let stage = stage.play("server arrive mia member");
    assert_eq!(view(&stage, "mia"), lobby(0, Some("loud")));
    assert_eq!(
        inside(&stage, "lena").waiting,
        ["mia", "nora", "nils"].map(user)
    );
    assert!(inside(&stage, "max").waiting.is_empty());
}

#[test]
fn a_poll_is_blind_until_it_is_closed() {
    let stage = Stage::open()
        .play("lena open-poll Lunch? now,later; mia answer-poll 0 1; max answer-poll 0 0");
    for who in CAST {
        let poll = room(&stage, who).poll.unwrap();
        assert_eq!((poll.answered, poll.counts), (2, None), "{who}");
        let own = match who {
            "mia" => Some(Ballot::Choice(1)),
            "max" => Some(Ballot::Choice(0)),
            _ => None,
        };
        assert_eq!(poll.mine, own, "{who}");
    }
    let stage = stage.play("lena close-poll 0");
    let poll = room(&stage, "gus").poll.unwrap();
    assert_eq!((poll.counts, poll.mine), (Some(vec![1, 1]), None));
}

#[test]
fn a_round_is_blind_until_it_is_closed_and_its_rule_is_seen() {
    for anonymity in ["named", "anonymous"] {
        let slots = if anonymity == "named" {
            ["-"; 3]
        } else {
            ["a", "b", "c"]
        };
        let mut stage = Stage::open().play(&format!(
            "lena begin-item 0; lena open-round 0 q1 t {anonymity} 1/2 yes,no"
        ));
        for (who, slot) in ["mia", "max", "dora"].into_iter().zip(slots) {
            stage.must(&format!("{who} cast-ballot 0 t {slot} 1"));
        }
        for who in CAST {
            let round = room(&stage, who).rounds.remove(0);
            assert_eq!((round.voted, round.eligible), (3, 4));
            assert_eq!((round.result, round.named.len()), (None, 0));
            assert_eq!(round.have_voted, ["mia", "max", "dora"].contains(&who));
            assert_eq!(
                round.may_vote,
                ["lena", "dora", "mia", "max"].contains(&who),
                "{who}"
            );
            assert_eq!(
                round.mine.is_some(),
                round.have_voted && anonymity == "named"
            );
            assert!(!round.round.rule.words.is_empty());
        }
        let stage = stage.play("lena close-round 0");
        let round = room(&stage, "gus").rounds.remove(0);
        assert_eq!(round.result.unwrap().counts, Some(vec![0, 3]));
        assert_eq!(round.named.len(), if anonymity == "named" { 3 } else { 0 });
        assert!(!round.may_vote && !round.have_voted || anonymity == "named");
    }
}

#[test]
fn who_left_the_room_for_an_item_does_not_see_what_goes_on_in_it() {
    let stage = Stage::open()
        .play("lena recuse mia 0 absent; lena recuse max 0 read-only; lena begin-item 0");
    let mia = inside(&stage, "mia");
    assert_eq!((mia.recused, mia.room), (Some(Recusal::Absent), None));
    let max = inside(&stage, "max");
    assert_eq!(max.recused, Some(Recusal::ReadOnly));
    assert!(max.room.is_some());
    let stage = stage.play("lena close-item");
    assert!(inside(&stage, "mia").room.is_some());
}

#[test]
fn everybody_in_the_room_sees_whom_they_may_follow_and_where() {
    let stage = Stage::open().play("lena recuse mia 0 absent; lena present q1");
    let presenting = |stage: &Stage, who: &str| {
        let presenting = room(stage, who).presenting?;
        Some((presenting.who.to_string(), presenting.document.to_string()))
    };
    let expected = |document: &str| Some(("lena".to_owned(), document.to_owned()));
    for who in CAST {
        assert_eq!(presenting(&stage, who), expected("q1"), "{who}");
    }
    // She goes on in another text, and mia leaves the room for the item.
    let stage = stage.play("lena begin-item 0; lena present q2");
    assert_eq!(inside(&stage, "mia").room, None);
    assert_eq!(presenting(&stage, "gus"), expected("q2"));
    for end in [
        "lena stop-presenting",
        "lena hand-over dora",
        "server drop lena",
    ] {
        let stage = Stage::open().play("lena present q1").play(end);
        assert_eq!(presenting(&stage, "max"), None, "{end}");
    }
}

#[test]
fn counts_are_for_those_who_facilitate_and_are_gone_at_the_end() {
    let mut stage =
        Stage::open().play("mia raise-hand; lena give-floor mia; lena take-floor; mia raise-hand");
    for who in CAST {
        let balance = inside(&stage, who).balance;
        assert_eq!(balance.is_some(), ["lena", "dora"].contains(&who), "{who}");
        if let Some(balance) = balance {
            let mia = balance[&user("mia")];
            assert_eq!((mia.hands, mia.turns), (2, 1));
        }
    }
    assert!(!room(&stage, "max").hands[0].is_first);
    stage.must("lena end");
    let kept = serde_json::to_value(&stage.meeting.state).unwrap();
    assert_eq!(
        kept["people"]["mia"]["counts"],
        serde_json::json!({"hands": 0, "turns": 0})
    );
}

#[test]
fn everybody_is_told_what_they_may_do() {
    let stage = Stage::open();
    assert!(inside(&stage, "lena").may.contains(&"freeze"));
    assert!(!inside(&stage, "mia").may.contains(&"freeze"));
    assert!(inside(&stage, "mia").may.contains(&"raise-hand"));
    assert_eq!(inside(&stage, "gus").seat, "guest");
}

#[test]
fn a_view_is_json_that_a_client_reads() {
    let stage = Stage::open().play("lena begin-item 0; mia raise-hand");
    let json = serde_json::to_value(view(&stage, "max")).unwrap();
    assert_eq!(json["view"], "inside");
    assert_eq!(json["lead"], serde_json::json!({"chair": "lena"}));
    assert_eq!(
        json["timer"],
        serde_json::json!({"running": super::script::START + 600_000})
    );
    assert_eq!(
        json["room"]["hands"],
        serde_json::json!([{"who": "mia", "isFirst": true}])
    );
}
