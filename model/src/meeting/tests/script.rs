//! A small language for tests: `lena begin-item 0`, `server drop mia`, `@90` for 90 seconds after the opening.

use std::collections::BTreeSet;

use consilium_protocol::ids::{DocName, UserId};

use super::super::agenda::{NewItem, Recusal};
use super::super::ballot::Ballot;
use super::super::command::{Actor, Command};
use super::super::deed::Deed;
use super::super::event::{Event, Record};
use super::super::floor::FloorMode;
use super::super::ids::{Hash32, ItemId, MotionId, PollId, RoundId};
use super::super::motion::MotionEnd;
use super::super::people::{Kind, Lobby};
use super::super::place::Place;
use super::super::poll::NewPoll;
use super::super::refusal::Refusal;
use super::super::round::{Anonymity, NewRound, Quorum, Rule};
use super::super::state::Setup;
use super::super::time::{Moment, Span};
use super::super::{Decision, Meeting};

/// Everybody who takes part: leader, deputy, three members, a guest.
pub(super) const CAST: [&str; 6] = ["lena", "dora", "mia", "max", "mo", "gus"];

/// When the meetings of tests are opened.
pub(super) const START: i64 = 1_800_000_000_000;

/// Who is led by `lena` with `dora` behind her, or a meeting of peers.
pub(super) fn setup(leader: Option<&str>) -> Setup {
    Setup {
        leader: leader.map(user),
        deputies: leader.iter().map(|_| user("dora")).collect(),
        roll: names("lena,dora,mia,max"),
        documents: ["body", "q1", "q2"].map(document).into(),
        lobby: Lobby::Open,
    }
}

/// A meeting and all that was recorded of it.
pub(super) struct Stage {
    pub(super) setup: Setup,
    pub(super) meeting: Meeting,
    pub(super) records: Vec<Record>,
    pub(super) now: Moment,
}

impl Stage {
    /// Nobody is there.
    pub(super) fn empty(setup: Setup) -> Self {
        Self {
            meeting: Meeting::new(&setup).unwrap(),
            setup,
            records: Vec::new(),
            now: Moment(START),
        }
    }

    /// Everybody is there, and there are two items: 0 about the question q1, with ten minutes, and 1 about everything.
    pub(super) fn planned() -> Self {
        let mut stage = Self::empty(setup(Some("lena")));
        for who in CAST {
            let kind = if who == "gus" { "guest" } else { "member" };
            stage.must(&format!("server arrive {who} {kind}"));
        }
        stage.must("lena add-item Fever q1 600");
        stage.must("lena add-item Other - -");
        stage
    }

    /// The same, under way.
    pub(super) fn open() -> Self {
        let mut stage = Self::planned();
        stage.must("lena open");
        stage
    }

    /// The same without a chair.
    pub(super) fn peers() -> Self {
        let mut stage = Self::empty(setup(None));
        for who in CAST {
            let kind = if who == "gus" { "guest" } else { "member" };
            stage.must(&format!("server arrive {who} {kind}"));
        }
        stage.must("mia add-item Fever q1 600");
        stage.must("mia open");
        stage
    }

    /// One step: `@seconds`, or an actor and a command.
    pub(super) fn step(&mut self, step: &str) -> Result<Decision, Refusal> {
        if let Some(seconds) = step.strip_prefix('@') {
            self.now = Moment(START + seconds.parse::<i64>().unwrap() * 1_000);
            return Ok(Decision::default());
        }
        let (actor, command) = parse(step);
        let decision = self.meeting.apply(&command, &actor, self.now)?;
        self.records.extend(decision.records.iter().cloned());
        Ok(decision)
    }

    /// One step that is not refused.
    pub(super) fn must(&mut self, step: &str) -> Decision {
        self.step(step)
            .unwrap_or_else(|refusal| panic!("{step}: {}", refusal.code()))
    }

    /// Steps with semicolons between them.
    pub(super) fn play(mut self, steps: &str) -> Self {
        for step in steps.split(';').map(str::trim).filter(|s| !s.is_empty()) {
            self.must(step);
        }
        self
    }

    /// What a step comes to, in words: events by their kind, or a refusal as `!code`.
    pub(super) fn outcome(&mut self, step: &str) -> String {
        match self.step(step) {
            Ok(decision) => {
                let words = decision.records.iter().map(|each| word_of(&each.event));
                words.collect::<Vec<_>>().join(" ")
            }
            Err(refusal) => format!("!{}", refusal.code()),
        }
    }
}

/// The kind of an event, as it is in JSON.
pub(super) fn word_of(event: &Event) -> String {
    let json = serde_json::to_value(event).unwrap();
    json["event"].as_str().unwrap().to_owned()
}

pub(super) fn user(name: &str) -> UserId {
    UserId::new(name)
}

pub(super) fn actor(name: &str) -> Actor {
    match name {
        "server" => Actor::Server,
        name => Actor::Person(user(name)),
    }
}

pub(super) fn document(name: &str) -> DocName {
    DocName::parse(name).unwrap()
}

/// `q1`, or `q1#section`.
pub(super) fn place(text: &str) -> Place {
    let (name, section) = text
        .split_once('#')
        .map_or((text, None), |(name, section)| (name, Some(section)));
    Place {
        document: document(name),
        section: section.map(str::to_owned),
    }
}

/// `mia,max`, or `-` for nobody.
pub(super) fn names(text: &str) -> BTreeSet<UserId> {
    text.split(',')
        .filter(|name| *name != "-")
        .map(user)
        .collect()
}

/// One letter stands for a hash.
pub(super) fn hash(letter: &str) -> Hash32 {
    Hash32([letter.as_bytes()[0]; 32])
}

fn seconds(text: &str) -> Option<Span> {
    (text != "-").then(|| Span::seconds(text.parse().unwrap()))
}

fn recusal(word: &str) -> Recusal {
    match word {
        "read-only" => Recusal::ReadOnly,
        "absent" => Recusal::Absent,
        other => panic!("{other:?}"),
    }
}

/// Reads a step.
pub(super) fn parse(step: &str) -> (Actor, Command) {
    let (who, rest) = step.split_once(' ').unwrap();
    let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let args: Vec<&str> = rest.split(' ').collect();
    let arg = |at: usize| args.get(at).copied().unwrap_or("-");
    let number = |at: usize| -> usize { arg(at).parse().unwrap_or_else(|_| panic!("{step}")) };
    let small = |at: usize| u32::try_from(number(at)).unwrap();
    let item = |at: usize| ItemId(small(at));
    let words = || rest.to_owned();
    let deed = Deed::ALL.iter().find(|deed| deed.word() == word);
    let command = match deed.unwrap_or_else(|| panic!("no deed: {step}")) {
        Deed::Arrive => Command::Arrive {
            who: user(arg(0)),
            kind: match arg(1) {
                "guest" => Kind::Guest,
                _ => Kind::Member,
            },
        },
        Deed::Drop => Command::Drop { who: user(arg(0)) },
        Deed::Expel => Command::Expel { who: user(arg(0)) },
        Deed::Tick => Command::Tick,
        Deed::SetRoll => Command::SetRoll {
            voters: names(arg(0)),
        },
        Deed::TextChanged => Command::TextChanged {
            document: document(arg(0)),
            hash: hash(arg(1)),
        },
        Deed::Open => Command::Open,
        Deed::End => Command::End,
        Deed::Leave => Command::Leave,
        Deed::SetLobby => Command::SetLobby {
            lobby: match arg(0) {
                "knock" => Lobby::Knock,
                _ => Lobby::Open,
            },
        },
        Deed::Admit => Command::Admit { who: user(arg(0)) },
        Deed::Remove => Command::Remove {
            who: user(arg(0)),
            reason: args[1..].join(" "),
        },
        Deed::NameDeputies => Command::NameDeputies {
            deputies: arg(0)
                .split(',')
                .filter(|name| *name != "-")
                .map(user)
                .collect(),
        },
        Deed::HandOver => Command::HandOver { to: user(arg(0)) },
        Deed::Reclaim => Command::Reclaim,
        Deed::Elect => Command::Elect {
            candidate: user(arg(0)),
        },
        Deed::AddItem => Command::AddItem {
            item: NewItem {
                title: if arg(0) == "-" { "" } else { arg(0) }.to_owned(),
                place: (arg(1) != "-").then(|| place(arg(1))),
                time_box: seconds(arg(2)),
            },
        },
        Deed::MoveItem => Command::MoveItem {
            item: item(0),
            to: number(1),
        },
        Deed::ParkItem => Command::ParkItem { item: item(0) },
        Deed::BeginItem => Command::BeginItem { item: item(0) },
        Deed::CloseItem => Command::CloseItem,
        Deed::PauseTimer => Command::PauseTimer,
        Deed::ResumeTimer => Command::ResumeTimer,
        Deed::ExtendTimer => Command::ExtendTimer {
            by: seconds(arg(0)).unwrap(),
        },
        Deed::Recuse => Command::Recuse {
            who: user(arg(0)),
            item: item(1),
            how: recusal(arg(2)),
        },
        Deed::RecuseMyself => Command::RecuseMyself {
            item: item(0),
            how: recusal(arg(1)),
        },
        Deed::EndRecusal => Command::EndRecusal {
            who: user(arg(0)),
            item: item(1),
        },
        Deed::RaiseHand => Command::RaiseHand,
        Deed::LowerHand => Command::LowerHand,
        Deed::LowerHandOf => Command::LowerHandOf { who: user(arg(0)) },
        Deed::MoveHand => Command::MoveHand {
            who: user(arg(0)),
            to: number(1),
        },
        Deed::GiveFloor => Command::GiveFloor {
            who: user(arg(0)),
            time: seconds(arg(1)),
        },
        Deed::TakeFloor => Command::TakeFloor,
        Deed::YieldFloor => Command::YieldFloor,
        Deed::SetFloor => Command::SetFloor {
            mode: match arg(0) {
                "hands" => FloorMode::Hands,
                "editors" => FloorMode::Editors(names(arg(1))),
                "suggestions" => FloorMode::Suggestions(names(arg(1))),
                _ => FloorMode::Open,
            },
        },
        Deed::Freeze => Command::Freeze {
            except: names(arg(0)),
        },
        Deed::Unfreeze => Command::Unfreeze,
        Deed::Lock => Command::Lock {
            place: place(arg(0)),
            editors: names(arg(1)),
        },
        Deed::Unlock => Command::Unlock {
            place: place(arg(0)),
        },
        Deed::Gather => Command::Gather {
            place: place(arg(0)),
            countdown: seconds(arg(1)).unwrap(),
        },
        Deed::CancelGather => Command::CancelGather,
        Deed::Stay => Command::Stay,
        Deed::Spotlight => Command::Spotlight {
            place: place(arg(0)),
        },
        Deed::EndSpotlight => Command::EndSpotlight,
        Deed::Present => Command::Present {
            document: document(arg(0)),
        },
        Deed::StopPresenting => Command::StopPresenting,
        Deed::OpenPoll => Command::OpenPoll {
            poll: match arg(0) {
                "overrun" => NewPoll::Overrun,
                question => NewPoll::Question {
                    question: question.to_owned(),
                    options: arg(1).split(',').map(str::to_owned).collect(),
                },
            },
        },
        Deed::AnswerPoll => Command::AnswerPoll {
            poll: PollId(small(0)),
            option: u8::try_from(number(1)).unwrap(),
        },
        Deed::ClosePoll => Command::ClosePoll {
            poll: PollId(small(0)),
        },
        Deed::OpenRound => Command::OpenRound {
            round: NewRound {
                item: item(0),
                document: document(arg(1)),
                text: hash(arg(2)),
                rule: Rule {
                    words: "More than half of those who vote.".to_owned(),
                    hash: hash("r"),
                    quorum: quorum(arg(4)),
                    anonymity: match arg(3) {
                        "anonymous" => Anonymity::Anonymous,
                        _ => Anonymity::Named,
                    },
                },
                options: arg(5).split(',').map(str::to_owned).collect(),
            },
        },
        Deed::CastBallot => Command::CastBallot {
            round: RoundId(small(0)),
            text: hash(arg(1)),
            slot: (arg(2) != "-").then(|| hash(arg(2))),
            ballot: match arg(3) {
                "abstain" => Ballot::Abstain,
                choice => Ballot::Choice(choice.parse().unwrap()),
            },
        },
        Deed::CloseRound => Command::CloseRound {
            round: RoundId(small(0)),
        },
        Deed::VoidRound => Command::VoidRound {
            round: RoundId(small(0)),
            reason: args[1..].join(" "),
        },
        Deed::Propose => Command::Propose { text: words() },
        Deed::Second => Command::Second {
            motion: MotionId(small(0)),
        },
        Deed::WithdrawMotion => Command::WithdrawMotion {
            motion: MotionId(small(0)),
        },
        Deed::DecideMotion => Command::DecideMotion {
            motion: MotionId(small(0)),
            end: match arg(1) {
                "carried" => MotionEnd::Carried,
                "lost" => MotionEnd::Lost,
                _ => MotionEnd::Withdrawn,
            },
            becomes: (args.len() > 2).then(|| args[2..].join(" ")),
        },
    };
    (actor(who), command)
}

fn quorum(text: &str) -> Quorum {
    let (numerator, denominator) = text.split_once('/').unwrap();
    Quorum {
        numerator: numerator.parse().unwrap(),
        denominator: denominator.parse().unwrap(),
    }
}
