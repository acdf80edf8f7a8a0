//! The table of rights: the page that people read, the table, and the machine say the same.

use super::super::command::Command;
use super::super::deed::Deed;
use super::super::refusal::Refusal;
use super::super::seat::{Seat, Stage as MeetingStage};
use super::super::table::{TABLE, may};
use super::super::writing::Why;
use super::script::{Stage, actor};

const PAGE: &str = include_str!("../../../../docs/meetings.md");

/// The table as the page has it.
fn rendered() -> String {
    let mut lines = vec![
        format!("| deed | {} |", Seat::ALL.map(Seat::word).join(" | ")),
        format!("|---|{}", "---|".repeat(Seat::ALL.len())),
    ];
    for deed in Deed::ALL {
        let cells = Seat::ALL.map(|seat| {
            let stages: Vec<&str> = MeetingStage::ALL
                .into_iter()
                .filter(|stage| may(seat, *deed, *stage))
                .map(MeetingStage::word)
                .collect();
            if stages.is_empty() {
                "-".to_owned()
            } else {
                stages.join(", ")
            }
        });
        lines.push(format!("| {} | {} |", deed.word(), cells.join(" | ")));
    }
    lines.join("\n")
}

#[test]
fn the_page_shows_the_table() {
    let expected = rendered();
    assert!(
        PAGE.contains(&expected),
        "docs/meetings.md should have:\n{expected}"
    );
}

#[test]
fn the_page_names_every_refusal_and_every_reason_against_writing() {
    for refusal in Refusal::ALL {
        let line = format!("| {} | {refusal} |", refusal.code());
        assert!(
            PAGE.contains(&line),
            "docs/meetings.md should have:\n{line}"
        );
    }
    for why in Why::ALL {
        let start = format!("| {} | ", why.code());
        assert!(
            PAGE.contains(&start),
            "docs/meetings.md should have: {start}"
        );
    }
}

#[test]
fn every_deed_has_one_row_in_its_order() {
    let rows: Vec<Deed> = TABLE.iter().map(|row| row.deed).collect();
    assert_eq!(rows, Deed::ALL);
    for row in TABLE {
        for stages in row.stages {
            assert!(
                ["-", "p", "o", "v", "po", "ov", "pov"].contains(&stages),
                "{:?} {stages:?}",
                row.deed
            );
        }
    }
}

/// One command of each deed, as good as it can be in any stage.
#[rustfmt::skip]
const TRIES: &[&str] = &[
    "arrive nora member", "drop mo", "expel mo", "tick", "set-roll mia", "text-changed q1 u", "open", "end", "leave",
    "set-lobby open", "admit wim", "remove mo no", "name-deputies mia", "hand-over mia", "reclaim", "elect mia",
    "add-item Cough", "move-item 0 1", "park-item 0", "begin-item 0", "close-item", "pause-timer", "resume-timer",
    "extend-timer 60", "recuse mo 0 absent", "recuse-myself 0 absent", "end-recusal mo 0", "raise-hand", "lower-hand",
    "lower-hand-of mo", "move-hand mo 0", "give-floor mo", "take-floor", "yield-floor", "set-floor hands", "freeze -",
    "unfreeze", "lock q1 -", "unlock q1", "gather q1 10", "cancel-gather", "stay", "spotlight q1", "end-spotlight",
    "present q1", "stop-presenting",
    "open-poll Lunch? now,later", "answer-poll 0 0", "close-poll 0", "open-round 0 q1 t named 1/2 yes,no",
    "cast-ballot 0 t - 0", "close-round 0", "void-round 0 no", "propose a", "second 0", "withdraw-motion 0",
    "decide-motion 0 lost",
];

#[test]
fn commands_are_json_by_the_word_of_their_deed_and_come_back() {
    for (words, deed) in TRIES.iter().zip(Deed::ALL) {
        let command = super::script::parse(&format!("mia {words}")).1;
        assert_eq!(command.deed(), *deed);
        let json = serde_json::to_value(&command).unwrap();
        assert_eq!(json["do"], deed.word());
        let read: Command = serde_json::from_value(json).unwrap();
        assert_eq!(read, command);
    }
    let json = serde_json::json!({"do": "give-floor", "who": "mia", "time": 60_000});
    let read: Command = serde_json::from_value(json).unwrap();
    assert_eq!(read, super::script::parse("lena give-floor mia 60").1);
    for json in [
        serde_json::json!({"do": "take-over"}),
        serde_json::json!({"do": "give-floor"}),
        serde_json::json!({"do": "text-changed", "document": "q1", "hash": "AB"}),
    ] {
        assert!(
            serde_json::from_value::<Command>(json.clone()).is_err(),
            "{json}"
        );
    }
}

/// A meeting in this stage, and somebody in this seat, where there can be one.
fn somebody(seat: Seat, stage: MeetingStage) -> Option<(Stage, &'static str)> {
    let is_peer = seat == Seat::Peer;
    let start = match stage {
        MeetingStage::Planned if is_peer => {
            let mut stage = Stage::empty(super::script::setup(None));
            stage.must("server arrive mia member");
            stage
        }
        MeetingStage::Planned => Stage::planned(),
        MeetingStage::Open | MeetingStage::Ended if is_peer => Stage::peers(),
        // Only what is led can lose its chair, and only peers would be there.
        MeetingStage::Vacant if is_peer => return None,
        // Recused from what is dealt with, the leader does not lead, and dora keeps the chair.
        MeetingStage::Open | MeetingStage::Ended if seat == Seat::Leader => {
            Stage::open().play("lena hand-over dora")
        }
        MeetingStage::Open | MeetingStage::Ended => Stage::open(),
        MeetingStage::Vacant if seat == Seat::Leader => {
            Stage::open().play("lena hand-over dora; server drop dora")
        }
        MeetingStage::Vacant => {
            Stage::open().play("lena set-lobby knock; server arrive wim member; server drop lena")
        }
    };
    let start = if stage == MeetingStage::Planned && is_peer {
        start
    } else {
        let lobby = match stage {
            MeetingStage::Vacant => "",
            _ if is_peer => "mia set-lobby knock; server arrive wim member",
            MeetingStage::Planned => "lena set-lobby knock; server arrive wim member",
            _ if seat == Seat::Leader => "dora set-lobby knock; server arrive wim member",
            _ => "lena set-lobby knock; server arrive wim member",
        };
        start.play(lobby)
    };
    let start = if stage == MeetingStage::Ended {
        start.play("server end")
    } else {
        start
    };
    let who = match seat {
        Seat::Chair | Seat::Leader => "lena",
        Seat::Deputy => "dora",
        Seat::Member => "max",
        Seat::Peer => "mia",
        Seat::Guest => "gus",
        Seat::Waiting => "wim",
        Seat::Outside => "zoe",
        Seat::Server => "server",
    };
    // In some stages nobody can be in some seats.
    (start.meeting.state.seat(&actor(who)) == seat).then_some((start, who))
}

#[test]
fn what_the_table_forbids_is_refused_and_what_it_allows_is_not_refused_for_that() {
    let mut tried = 0;
    for seat in Seat::ALL {
        for stage in MeetingStage::ALL {
            for words in TRIES {
                let Some((mut meeting, who)) = somebody(seat, stage) else {
                    continue;
                };
                assert_eq!(meeting.meeting.state.stage(), stage);
                let deed = super::script::parse(&format!("{who} {words}")).1.deed();
                let before = meeting.meeting.clone();
                let found = meeting.step(&format!("{who} {words}"));
                let is_about_right = matches!(
                    found,
                    Err(Refusal::NotPresent | Refusal::NotYours | Refusal::NotNow)
                );
                assert_eq!(
                    is_about_right,
                    !may(seat, deed, stage),
                    "{seat:?} {stage:?} {words}: {found:?}"
                );
                if found.is_err() {
                    assert_eq!(meeting.meeting, before, "{words}");
                }
                tried += 1;
            }
        }
    }
    assert_eq!(TRIES.len(), Deed::ALL.len());
    // Of 9 seats in 4 stages some are empty: nobody chairs what has not begun, and all have left what is over.
    assert_eq!(tried, 26 * TRIES.len());
}
