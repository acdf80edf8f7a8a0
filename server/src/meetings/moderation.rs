//! Who may write a document while a meeting about it is under way: what rooms ask for each edit, and sockets for each
//! person (I3).
//!
//! It holds the state of each open meeting as it was kept last, so that nobody waits for the store. While storage is away
//! that stays as it is: what was frozen stays frozen. A question of a document (`N/question/…`) is held to what holds for
//! the document; its discussion is not: people may always speak about it. Sections are those of the document's own text.

use std::collections::HashMap;
use std::sync::Arc;

use consilium_model::meeting::place::{Place, SectionName};
use consilium_model::meeting::state::State;
use consilium_model::meeting::time::Moment;
use consilium_model::meeting::writing::{
    Verdict, Why, bearing, closed_sections, has_closed_sections, may_write,
};
use consilium_model::{discussion, question};
use consilium_protocol::ids::{DocName, UserId};
use parking_lot::RwLock;

use crate::room::sections::ClosedSection;
use crate::store::portal_ids::MeetingId;

/// The meetings about one document, as each stands.
type Held = Vec<(MeetingId, Arc<State>)>;

/// The open meetings by what they are about. A cheap handle; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Moderation {
    meetings: Arc<RwLock<HashMap<DocName, Held>>>,
}

/// The same for one document.
#[derive(Debug, Clone)]
pub struct Moderator {
    moderation: Moderation,
    document: DocName,
}

impl Moderation {
    /// Why somebody may not write a document now; nothing where no meeting has anything against it, but for sections.
    #[must_use]
    pub fn why(&self, name: &DocName, who: &UserId, now_ms: i64) -> Option<Why> {
        let meetings = self.meetings.read();
        if meetings.is_empty() || discussion::parent_of(name).is_some() {
            return None;
        }
        let document = meetings.get_key_value(name).or_else(|| {
            let document = question::parent_of(name)?;
            meetings.get_key_value(&document)
        });
        let (document, meetings) = document?;
        meetings
            .iter()
            .find_map(|(_, state)| reason(state, who, document, now_ms))
    }

    /// For one document.
    #[must_use]
    pub fn of(&self, document: DocName) -> Moderator {
        Moderator {
            moderation: self.clone(),
            document,
        }
    }

    /// A meeting under way stands like this. Whether that bears on who may write otherwise than before: most of what goes on
    /// in a meeting does not.
    pub(crate) fn hold(&self, id: MeetingId, state: &Arc<State>) -> bool {
        let mut meetings = self.meetings.write();
        let mut before = None;
        for document in state.documents() {
            let held = meetings.entry(document.clone()).or_default();
            match held.iter_mut().find(|(of, _)| *of == id) {
                Some((_, known)) => before = Some(std::mem::replace(known, Arc::clone(state))),
                None => held.push((id, Arc::clone(state))),
            }
        }
        before.as_deref().and_then(bearing) != bearing(state)
    }

    /// A meeting is not under way. Whether it was.
    pub(crate) fn let_go(&self, id: MeetingId) -> bool {
        let mut was_held = false;
        self.meetings.write().retain(|_, held| {
            held.retain(|(of, _)| {
                was_held |= *of == id;
                *of != id
            });
            !held.is_empty()
        });
        was_held
    }

    /// The sections of a document that are closed to somebody.
    fn closed_to(&self, name: &DocName, who: &UserId) -> Vec<ClosedSection> {
        let meetings = self.meetings.read();
        let states = meetings.get(name).into_iter().flatten();
        states
            .flat_map(|(_, state)| closed_sections(state, who, name))
            .map(|(section, why)| ClosedSection {
                name: SectionName::read(section),
                why,
            })
            .collect()
    }

    fn has_sections(&self, name: &DocName) -> bool {
        let meetings = self.meetings.read();
        let mut states = meetings.get(name).into_iter().flatten();
        states.any(|(_, state)| has_closed_sections(state, name))
    }
}

impl Moderator {
    /// Whether an edit of somebody's is to go into a branch of theirs.
    #[must_use]
    pub fn refuses(&self, who: &UserId, now_ms: i64) -> bool {
        self.moderation.why(&self.document, who, now_ms).is_some()
    }

    /// The sections in which somebody's edits are to go into a branch of theirs.
    #[must_use]
    pub fn closed_to(&self, who: &UserId) -> Vec<ClosedSection> {
        self.moderation.closed_to(&self.document, who)
    }

    /// Whether sections are closed to anybody.
    #[must_use]
    pub fn has_sections(&self) -> bool {
        self.moderation.has_sections(&self.document)
    }
}

fn reason(state: &State, who: &UserId, document: &DocName, now_ms: i64) -> Option<Why> {
    let place = Place::whole(document.clone());
    match may_write(state, who, &place, Moment(now_ms)) {
        Verdict::Branch(why) => Some(why),
        Verdict::Allowed => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use consilium_model::meeting::Meeting;
    use consilium_model::meeting::command::{Actor, Command};
    use consilium_model::meeting::floor::FloorMode;
    use consilium_model::meeting::people::{Kind, Lobby};
    use consilium_model::meeting::state::Setup;
    use consilium_model::meeting::time::Span;

    use super::*;

    const QUESTION: &str = "text/question/0199a1b2-0000-7000-8000-000000000001";

    fn name(text: &str) -> DocName {
        DocName::parse(text).unwrap()
    }

    fn open_meeting(anna: &UserId, bert: &UserId) -> Meeting {
        let mut meeting = Meeting::new(&Setup {
            leader: Some(anna.clone()),
            deputies: Vec::new(),
            roll: BTreeSet::from([anna.clone(), bert.clone()]),
            documents: BTreeSet::from([name("text")]),
            lobby: Lobby::Open,
        })
        .unwrap();
        for who in [anna, bert] {
            let arrive = Command::Arrive {
                who: who.clone(),
                kind: Kind::Member,
            };
            let _ = meeting.apply(&arrive, &Actor::Server, Moment(0)).unwrap();
        }
        let chair = Actor::Person(anna.clone());
        let _ = meeting.apply(&Command::Open, &chair, Moment(0)).unwrap();
        meeting
    }

    #[test]
    fn what_holds_for_a_document_holds_for_its_questions_and_not_for_what_is_said_about_it() {
        let (anna, bert) = (UserId::new("anna"), UserId::new("bert"));
        let mut meeting = open_meeting(&anna, &bert);
        let freeze = Command::Freeze {
            except: BTreeSet::from([anna.clone()]),
        };
        let chair = Actor::Person(anna.clone());
        let _ = meeting.apply(&freeze, &chair, Moment(1)).unwrap();
        let moderation = Moderation::default();
        let id = MeetingId::new();
        let why = |text: &str, who: &UserId| moderation.why(&name(text), who, 2);
        assert_eq!(why("text", &bert), None, "no meeting is known");
        assert!(moderation.hold(id, &Arc::new(meeting.state)));
        assert_eq!(why("text", &bert), Some(Why::Frozen));
        assert_eq!(why("text", &UserId::new("elsewhere")), Some(Why::Frozen));
        assert_eq!(why(QUESTION, &bert), Some(Why::Frozen));
        assert_eq!(why("text", &anna), None);
        assert_eq!(why("text/discussion", &bert), None);
        assert_eq!(why(&format!("{QUESTION}/discussion"), &bert), None);
        assert_eq!(why("text2", &bert), None);
        assert!(moderation.let_go(id));
        assert!(!moderation.let_go(id));
        assert_eq!(why("text", &bert), None);
    }

    #[test]
    fn what_bears_on_nobodys_writing_wakes_nobody() {
        let (anna, bert) = (UserId::new("anna"), UserId::new("bert"));
        let chair = Actor::Person(anna.clone());
        let mut meeting = open_meeting(&anna, &bert);
        let moderation = Moderation::default();
        let id = MeetingId::new();
        let mut woken = 0;
        let mut hold = |meeting: &Meeting| {
            woken += u32::from(moderation.hold(id, &Arc::new(meeting.state.clone())));
            woken
        };
        assert_eq!(hold(&meeting), 1, "it has begun");
        let hand = Actor::Person(bert.clone());
        for command in [Command::RaiseHand, Command::LowerHand, Command::RaiseHand] {
            let _ = meeting.apply(&command, &hand, Moment(1)).unwrap();
            assert_eq!(hold(&meeting), 1, "{command:?}");
        }
        let section = Place {
            document: name("text"),
            section: Some("#1.2 Dose".to_owned()),
        };
        let lock = |editors: BTreeSet<UserId>| Command::Lock {
            place: section.clone(),
            editors,
        };
        let except = BTreeSet::new();
        for (command, after) in [
            (Command::Freeze { except }, 2),
            (Command::Unfreeze, 3),
            (lock(BTreeSet::from([anna.clone()])), 4),
            (lock(BTreeSet::from([bert.clone()])), 5),
        ] {
            let _ = meeting.apply(&command, &chair, Moment(2)).unwrap();
            assert_eq!(hold(&meeting), after, "{command:?}");
        }
        let moderator = moderation.of(name("text"));
        assert!(
            !moderator.refuses(&anna, 3),
            "a section is not the document"
        );
        let closed = moderator.closed_to(&anna);
        assert_eq!(closed.len(), 1);
        assert_eq!(
            (closed[0].why, closed[0].name.words.as_str()),
            (Why::Locked, "Dose")
        );
        assert_eq!(moderator.closed_to(&bert), []);
        assert!(moderator.has_sections());
        assert!(!moderation.of(name(QUESTION)).has_sections());
    }

    #[test]
    fn a_turn_that_is_over_counts_for_nothing_before_anybody_has_noticed() {
        let (anna, bert) = (UserId::new("anna"), UserId::new("bert"));
        let mut meeting = open_meeting(&anna, &bert);
        let chair = Actor::Person(anna.clone());
        let hands = Command::SetFloor {
            mode: FloorMode::Hands,
        };
        let turn = Command::GiveFloor {
            who: bert.clone(),
            time: Some(Span::seconds(30)),
        };
        for command in [hands, turn] {
            let _ = meeting.apply(&command, &chair, Moment(1_000)).unwrap();
        }
        let moderation = Moderation::default();
        let _ = moderation.hold(MeetingId::new(), &Arc::new(meeting.state));
        let moderator = moderation.of(name("text"));
        assert!(!moderator.refuses(&bert, 30_999));
        assert!(moderator.refuses(&bert, 31_000));
        assert!(moderator.refuses(&anna, 2_000), "the chair is no exception");
    }
}
