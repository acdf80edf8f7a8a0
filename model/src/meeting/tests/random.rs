//! Random commands by everybody at any time: whatever they do, the invariants hold, a refusal changes nothing, and the
//! events rebuild the state.
//!
//! Two thirds of the commands are such as the table allows to whoever acts, so that meetings get somewhere; the others are
//! anything at all. What has to hold after each is in `invariants`.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::command::{Actor, Command};
use super::super::deadline::next_deadline;
use super::super::deed::Deed;
use super::super::event::{Event, Record};
use super::super::ids::RoundId;
use super::super::round::Anonymity;
use super::super::seat::Seat;
use super::super::state::{Phase, State};
use super::super::table::may;
use super::super::time::Span;
use super::invariants::{PLACES, Votes, check};
use super::script::{CAST, Stage, actor, parse, setup, user};

/// How a step is chosen: who, what, with which particulars, how many seconds later.
type Choice = (u8, u16, u8, u8, u8);

const TEXTS: [&str; 2] = ["t", "u"];

/// One of these, by whatever number.
fn pick<T: Copy>(from: &[T], number: impl Into<usize>) -> T {
    from[number.into() % from.len()]
}

/// What somebody in this seat does more often than the rest: that by which a meeting gets somewhere.
fn often(state: &State, seat: Seat) -> &'static [Deed] {
    let is_voted = state.rounds.open().is_some();
    match seat {
        Seat::Server => &[
            Deed::Arrive,
            Deed::Arrive,
            Deed::Arrive,
            Deed::Tick,
            Deed::Tick,
        ],
        Seat::Chair | Seat::Peer if is_voted => &[
            Deed::CastBallot,
            Deed::CastBallot,
            Deed::CloseRound,
            Deed::GiveFloor,
        ],
        Seat::Chair | Seat::Peer if state.agenda.current.is_none() => &[Deed::BeginItem; 8],
        Seat::Chair | Seat::Peer => &[
            Deed::OpenRound,
            Deed::OpenRound,
            Deed::DecideMotion,
            Deed::GiveFloor,
        ],
        Seat::Leader | Seat::Deputy | Seat::Member if is_voted => &[Deed::CastBallot; 8],
        Seat::Leader | Seat::Deputy | Seat::Member => &[Deed::Elect, Deed::Elect],
        Seat::Guest | Seat::Waiting | Seat::Outside => &[],
    }
}

/// One in how many of these is wanted.
const fn how_rare(deed: Deed) -> u8 {
    match deed {
        Deed::End | Deed::Expel | Deed::SetRoll => 32,
        Deed::Recuse | Deed::RecuseMyself => 12,
        Deed::Leave | Deed::HandOver | Deed::Remove => 6,
        Deed::Drop => 2,
        Deed::TextChanged | Deed::SetLobby | Deed::VoidRound | Deed::CloseItem => 4,
        _ => 1,
    }
}

/// The step that a choice comes to in this state. Whoever does something does it in the words of `script`.
fn step(state: &State, choice: Choice) -> String {
    let (who, deed, a, b, _) = choice;
    let chair = state.lead.chair().map_or("lena", |chair| chair.as_str());
    let who = match who % 4 {
        0 => "server",
        1 => chair,
        _ => pick(&CAST, who / 4),
    };
    let seat = state.seat(&actor(who));
    let allowed: Vec<Deed> = Deed::ALL
        .iter()
        .chain(often(state, seat))
        .copied()
        .filter(|deed| may(seat, *deed, state.stage()))
        // Where people leave as often as they come, nobody is there to meet.
        .filter(|deed| b % how_rare(*deed) == 0)
        .collect();
    let deed = if deed % 3 == 0 || allowed.is_empty() {
        pick(Deed::ALL, deed / 3)
    } else {
        pick(&allowed, deed / 3)
    };
    let deed = if deed == Deed::End && b % 16 != 0 {
        Deed::Stay
    } else {
        deed
    };
    let word = deed.word();
    let one = if deed == Deed::Drop && a % 2 == 0 {
        chair
    } else {
        pick(&CAST, a)
    };
    let other = pick(&CAST, b);
    let at = pick(&PLACES, a);
    // Now and then one that there is not.
    let items = u8::try_from(state.agenda.items.len()).unwrap_or(u8::MAX);
    let (item, to) = (a % (items + 1), b % (items + 1));
    let last_round = state
        .rounds
        .all
        .len()
        .saturating_sub(usize::from(b % 8 != 0));
    let last_poll = state
        .polls
        .all
        .len()
        .saturating_sub(usize::from(b % 8 != 0));
    let motion = state.motions.stack.last().map_or(0, |motion| motion.id.0);
    let recusal = pick(&["read-only", "absent"], b);
    let rest = match deed {
        Deed::Arrive => {
            let kind = if one == "gus" || b % 16 == 0 {
                "guest"
            } else {
                "member"
            };
            format!("{one} {kind}")
        }
        Deed::Drop
        | Deed::Expel
        | Deed::Admit
        | Deed::HandOver
        | Deed::Elect
        | Deed::LowerHandOf => one.to_owned(),
        Deed::Remove => format!("{one} because"),
        Deed::SetRoll | Deed::NameDeputies | Deed::Freeze if one == other => "-".to_owned(),
        Deed::SetRoll | Deed::NameDeputies | Deed::Freeze => format!("{one},{other}"),
        Deed::TextChanged => format!("{} {}", pick(&["q1", "q2"], a), pick(&TEXTS, b / 7)),
        Deed::SetLobby => pick(&["open", "knock"], a).to_owned(),
        Deed::AddItem => format!(
            "Item {} {}",
            pick(&["q1", "q2", "-"], a),
            pick(&["-", "20", "600"], b)
        ),
        Deed::MoveItem => format!("{item} {to}"),
        Deed::ParkItem | Deed::BeginItem => item.to_string(),
        Deed::ExtendTimer => pick(&["10", "60"], a).to_owned(),
        Deed::Recuse => format!("{one} {to} {recusal}"),
        Deed::RecuseMyself => format!("{item} {recusal}"),
        Deed::EndRecusal => format!("{one} {to}"),
        Deed::MoveHand => format!("{one} {to}"),
        Deed::GiveFloor => format!("{one} {}", pick(&["-", "10", "20"], b)),
        Deed::SetFloor => match a % 4 {
            0 => "open".to_owned(),
            1 => "hands".to_owned(),
            2 => format!("editors {other}"),
            _ => format!("suggestions {other}"),
        },
        Deed::Lock => format!("{at} {other}"),
        Deed::Unlock | Deed::Spotlight => at.to_owned(),
        Deed::Present => pick(&["q1", "q2", "body", "elsewhere"], a).to_owned(),
        Deed::Gather => format!("{at} 10"),
        Deed::OpenPoll if a % 4 == 0 => "overrun".to_owned(),
        Deed::OpenPoll => "Lunch? now,later".to_owned(),
        Deed::AnswerPoll => format!("{last_poll} {}", a % 3),
        Deed::ClosePoll => last_poll.to_string(),
        Deed::OpenRound => {
            let current = state.agenda.current.map_or(0, |item| item.0);
            let anonymity = pick(&["named", "anonymous"], a);
            format!(
                "{current} {} t {anonymity} {} yes,no,maybe",
                pick(&["q1", "q2"], b),
                pick(&["0/1", "1/2"], a / 2)
            )
        }
        Deed::CastBallot => {
            let is_named = state
                .rounds
                .open()
                .is_none_or(|round| round.round.rule.anonymity == Anonymity::Named);
            // Mostly one's own secret; sometimes another's, or none.
            let slot = match (is_named, a % 8) {
                (false, 0) | (true, 1..) => "-",
                (false, 1) | (true, 0) => pick(&["l", "d", "i", "a", "o", "g"], b),
                (false, _) => pick(
                    &["l", "d", "i", "a", "o", "g"],
                    CAST.iter().position(|name| *name == who).unwrap_or(0),
                ),
            };
            let text = if a % 16 == 5 { "u" } else { "t" };
            format!(
                "{last_round} {text} {slot} {}",
                pick(&["0", "1", "2", "3", "abstain"], b)
            )
        }
        Deed::CloseRound => last_round.to_string(),
        Deed::VoidRound => format!("{last_round} because"),
        Deed::Propose => "something".to_owned(),
        Deed::Second | Deed::WithdrawMotion => motion.to_string(),
        Deed::DecideMotion => match a % 4 {
            0 => format!("{motion} lost"),
            1 => format!("{motion} carried"),
            _ => format!("{motion} carried so amended"),
        },
        Deed::Tick
        | Deed::Open
        | Deed::End
        | Deed::Leave
        | Deed::Reclaim
        | Deed::CloseItem
        | Deed::PauseTimer
        | Deed::ResumeTimer
        | Deed::RaiseHand
        | Deed::LowerHand
        | Deed::TakeFloor
        | Deed::YieldFloor
        | Deed::Unfreeze
        | Deed::CancelGather
        | Deed::Stay
        | Deed::EndSpotlight
        | Deed::StopPresenting => String::new(),
    };
    format!("{who} {word} {rest}").trim_end().to_owned()
}

/// Plays a meeting and checks it at each step; which events there were.
fn play(is_led: bool, choices: &[Choice]) -> Vec<Record> {
    let mut stage = Stage::empty(setup(is_led.then_some("lena")));
    for name in CAST {
        let kind = if name == "gus" { "guest" } else { "member" };
        stage.must(&format!("server arrive {name} {kind}"));
    }
    let begin = if is_led { "lena" } else { "mia" };
    stage.must(&format!("{begin} add-item First q1 60"));
    stage.must(&format!("{begin} open"));
    let mut votes = Votes::new();
    for choice in choices {
        stage.now = stage.now.plus(Span::seconds(u64::from(choice.4) % 24));
        let text = step(&stage.meeting.state, *choice);
        let (by, command) = parse(&text);
        let before = stage.meeting.clone();
        let version = before.state.version();
        match stage.step(&text) {
            Err(_) => assert_eq!(stage.meeting, before, "refused and done: {text}"),
            Ok(decision) => {
                let versions: Vec<u64> = decision.records.iter().map(|each| each.version).collect();
                let expected: Vec<u64> = (version + 1..).take(versions.len()).collect();
                assert_eq!(versions, expected);
                assert!(
                    may(before.state.seat(&by), command.deed(), before.state.stage()),
                    "{text}"
                );
                if let (
                    Command::CastBallot {
                        round,
                        slot,
                        ballot,
                        ..
                    },
                    Actor::Person(who),
                ) = (&command, &by)
                {
                    let slot = slot.map_or_else(|| who.to_string(), |secret| secret.to_string());
                    votes.entry(*round).or_default().insert(slot, *ballot);
                }
                if command == Command::Tick {
                    let next = next_deadline(&stage.meeting.state);
                    assert!(next.is_none_or(|next| next > stage.now), "{next:?} is due");
                }
            }
        }
        check(&stage, &votes);
    }
    replays(&stage);
    stage.records
}

/// The events, written down and read again, make the same state; passing ones are not needed when it is over.
fn replays(stage: &Stage) {
    let json = serde_json::to_string(&stage.records).unwrap();
    let read: Vec<Record> = serde_json::from_str(&json).unwrap();
    assert_eq!(read, stage.records);
    let setup = serde_json::to_string(&stage.setup).unwrap();
    let setup = serde_json::from_str(&setup).unwrap();
    let state = State::replay(&setup, &read).unwrap();
    assert_eq!(state, stage.meeting.state);
    let kept: State = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
    assert_eq!(kept, state);
    assert!(read.windows(2).all(|pair| pair[0].at <= pair[1].at));
    if state.phase == Phase::Ended {
        let lasting = read.iter().filter(|record| !record.event.is_passing());
        assert_eq!(State::replay(&setup, lasting).unwrap(), state);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_done_the_invariants_hold(
        is_led in prop::bool::weighted(0.8),
        choices in prop::collection::vec(any::<Choice>(), 0..250),
    ) {
        play(is_led, &choices);
    }
}

#[test]
fn random_commands_reach_every_kind_of_event() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let choices = prop::collection::vec(any::<Choice>(), 250);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..60 {
        let choices = choices.new_tree(&mut runner).unwrap().current();
        for record in play(true, &choices) {
            let word = super::script::word_of(&record.event);
            *seen.entry(word).or_default() += 1;
        }
    }
    let missing: Vec<String> = super::transitions::event_words()
        .into_iter()
        .filter(|word| !seen.contains_key(word))
        .collect();
    assert!(missing.is_empty(), "never: {missing:?} of {seen:?}");
    // Ballots are what the second count leans on.
    assert!(
        seen["ballot-cast"] > 40 && seen["round-closed"] > 10,
        "{seen:?}"
    );
}

#[test]
fn an_event_about_what_is_not_there_changes_nothing() {
    let setup = setup(Some("lena"));
    let mut state = State::replay(&setup, []).unwrap();
    let before = state.clone();
    for event in [
        Event::HandLowered { who: user("zoe") },
        Event::Dropped { who: user("zoe") },
        Event::BallotCast {
            round: RoundId(7),
            who: user("zoe"),
        },
        Event::Gathered,
    ] {
        state.evolve(&Record {
            version: before.version(),
            at: before.last_at,
            by: Actor::Server,
            event,
        });
    }
    assert_eq!(state, before);
}
