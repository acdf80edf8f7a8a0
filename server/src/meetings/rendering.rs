//! Who is shown what: the view of each person, written once for all who see the same.
//!
//! A view is the model's ([`view_of`]) and the only thing that leaves the server. Beside it stand the names of the people in
//! it, and of nobody else, and the server's clock. It is written as the event that goes out, once for all who are shown the
//! same: of each person only what is their own is looked at ([`Glance`]). Pure.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use consilium_model::meeting::Meeting;
use consilium_model::meeting::people::Kind;
use consilium_model::meeting::view::{Glance, crowd_in, glance_of, present_in, view_of};
use consilium_protocol::ids::UserId;

use crate::store::portal_ids::AccountId;

/// Writes views of one moment.
pub(super) struct Renderer<'a> {
    meeting: &'a Meeting,
    names: &'a HashMap<String, String>,
    now_ms: i64,
    written: HashMap<Glance, Rendered>,
}

/// A view, or the list of a crowd, as it goes out.
#[derive(Debug, Clone)]
pub struct Written {
    /// All of it, as an event of a stream.
    pub event: Bytes,
    /// Tells whether it says anything that another does not, but for the clock.
    pub digest: blake3::Hash,
}

/// What one person is shown.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    pub(super) view: Written,
    /// Whether they are in the meeting, and may know who else is.
    pub(super) is_inside: bool,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(
        meeting: &'a Meeting,
        names: &'a HashMap<String, String>,
        now_ms: i64,
    ) -> Self {
        Self {
            meeting,
            names,
            now_ms,
            written: HashMap::new(),
        }
    }

    /// The view of one person.
    pub(super) fn render(&mut self, who: AccountId) -> Rendered {
        let (state, boxes) = (&self.meeting.state, &self.meeting.boxes);
        let glance = glance_of(state, boxes, &who.user());
        if let Some(written) = self.written.get(&glance) {
            return written.clone();
        }
        // Numbers, texts and lists of them: nothing that JSON could refuse, and no line ends in it.
        let view = serde_json::to_vec(&view_of(state, boxes, &glance)).unwrap_or_default();
        let names = names_in(&view, self.names);
        let names = serde_json::to_vec(&names).unwrap_or_default();
        let mut event =
            format!("event: view\ndata: {{\"at\":{},\"names\":", self.now_ms).into_bytes();
        let says = event.len();
        event.extend_from_slice(&names);
        event.extend_from_slice(b",\"view\":");
        event.extend_from_slice(&view);
        event.push(b'}');
        let digest = blake3::hash(&event[says..]);
        event.extend_from_slice(b"\n\n");
        let rendered = Rendered {
            view: Written {
                digest,
                event: event.into(),
            },
            is_inside: matches!(glance, Glance::Inside { .. }),
        };
        self.written.insert(glance, rendered.clone());
        rendered
    }

    /// Who is present, with their names; nothing where every view says so itself. For those who are inside.
    pub(super) fn list(&self) -> Option<Written> {
        #[derive(serde::Serialize)]
        struct List<'l> {
            names: BTreeMap<&'l str, &'l str>,
            present: &'l BTreeMap<UserId, Kind>,
        }
        let state = &self.meeting.state;
        crowd_in(state)?;
        let present = present_in(state);
        let names = present.keys().filter_map(|who| {
            let (id, name) = self.names.get_key_value(who.as_str())?;
            Some((id.as_str(), name.as_str()))
        });
        let list = List {
            names: names.collect(),
            present: &present,
        };
        let list = serde_json::to_vec(&list).unwrap_or_default();
        let event = [b"event: people\ndata: ".as_slice(), &list, b"\n\n"].concat();
        Some(Written {
            digest: blake3::hash(&list),
            event: event.into(),
        })
    }

    /// How many different ones there were.
    #[cfg(test)]
    fn different(&self) -> usize {
        self.written.len()
    }
}

/// The names of those who are in a view: ids stand in it as texts of their own. Whoever writes an id into a motion shows a
/// name that everybody who is in a meeting may know.
fn names_in<'n>(view: &[u8], names: &'n HashMap<String, String>) -> BTreeMap<&'n str, &'n str> {
    view.split(|byte| *byte == b'"')
        .filter_map(|text| names.get_key_value(std::str::from_utf8(text).ok()?))
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Instant;

    use consilium_model::meeting::command::{Actor, Command};
    use consilium_model::meeting::limits;
    use consilium_model::meeting::people::Lobby;
    use consilium_model::meeting::state::Setup;
    use consilium_model::meeting::time::Moment;
    use serde_json::Value;

    use super::*;

    fn meeting_of(people: &[AccountId], lobby: Lobby) -> Meeting {
        let mut meeting = Meeting::new(&Setup {
            leader: Some(people[0].user()),
            deputies: Vec::new(),
            roll: people.iter().map(|one| one.user()).collect(),
            documents: BTreeSet::new(),
            lobby,
        })
        .unwrap();
        for one in people {
            let arrive = Command::Arrive {
                who: one.user(),
                kind: Kind::Member,
            };
            let _ = meeting.apply(&arrive, &Actor::Server, Moment(0)).unwrap();
        }
        let chair = Actor::Person(people[0].user());
        let _ = meeting.apply(&Command::Open, &chair, Moment(0)).unwrap();
        meeting
    }

    fn names_of(people: &[AccountId]) -> HashMap<String, String> {
        people
            .iter()
            .zip(1..)
            .map(|(id, number)| (id.to_string(), format!("Person {number}")))
            .collect()
    }

    #[test]
    fn names_are_of_those_in_the_view_and_whoever_waits_sees_none() {
        let people = [AccountId::new(), AccountId::new(), AccountId::new()];
        let meeting = meeting_of(&people[..2], Lobby::Knock);
        let names = names_of(&people);
        let mut renderer = Renderer::new(&meeting, &names, 5);
        let shown = |rendered: Rendered| {
            let event = std::str::from_utf8(&rendered.view.event).unwrap();
            let data = event.strip_prefix("event: view\ndata: ").unwrap();
            serde_json::from_str::<Value>(data.strip_suffix("\n\n").unwrap()).unwrap()
        };
        let chair = shown(renderer.render(people[0]));
        assert_eq!(chair["at"], 5);
        assert_eq!(chair["view"]["view"], "inside");
        assert_eq!(chair["names"].as_object().unwrap().len(), 2, "{chair}");
        let waits = shown(renderer.render(people[1]));
        assert_eq!(waits["view"]["view"], "lobby");
        assert_eq!(waits["names"].as_object().unwrap().len(), 0, "{waits}");
    }

    #[test]
    fn the_clock_alone_is_no_news() {
        let people = [AccountId::new()];
        let meeting = meeting_of(&people, Lobby::Open);
        let names = names_of(&people);
        let at = |now| Renderer::new(&meeting, &names, now).render(people[0]).view;
        assert_eq!(at(1).digest, at(2).digest);
        assert_ne!(at(1).event, at(2).event);
    }

    /// Prints what one change costs where 500 look on.
    #[test]
    fn five_hundred_who_see_the_same_share_the_bytes() {
        let people: Vec<_> = (0..500).map(|_| AccountId::new()).collect();
        let meeting = meeting_of(&people, Lobby::Open);
        let names = names_of(&people);
        let began = Instant::now();
        let mut renderer = Renderer::new(&meeting, &names, 0);
        let mut bytes = 0;
        for one in &people {
            bytes += renderer.render(*one).view.event.len();
        }
        println!(
            "500 views in {} ms, {} different, {} KiB each",
            began.elapsed().as_millis(),
            renderer.different(),
            bytes / people.len() / 1024
        );
        assert_eq!(renderer.different(), 2, "the chair's, and everybody else's");
    }

    #[test]
    fn a_crowd_is_counted_in_every_view_and_listed_apart_for_those_who_are_inside() {
        let people: Vec<_> = (0..=limits::LISTED_MAX).map(|_| AccountId::new()).collect();
        let names = names_of(&people);
        let shown = |meeting: &Meeting, who| {
            let rendered = Renderer::new(meeting, &names, 0).render(who);
            (rendered.is_inside, rendered.view.event)
        };
        let says = |event: &[u8], words: &str| String::from_utf8_lossy(event).contains(words);
        let few = meeting_of(&people[1..], Lobby::Open);
        let (_, event) = shown(&few, people[1]);
        assert!(says(&event, &people[50].to_string()) && says(&event, r#""crowd":null"#));
        assert!(Renderer::new(&few, &names, 0).list().is_none());

        let many = meeting_of(&people, Lobby::Open);
        let (is_inside, event) = shown(&many, people[1]);
        assert!(is_inside && says(&event, r#""crowd":{"members":101,"guests":0}"#));
        assert!(
            !says(&event, &people[50].to_string()),
            "whom nothing is about"
        );
        let list = Renderer::new(&many, &names, 0).list().unwrap().event;
        let entry = format!(r#""{}":"member""#, people[50]);
        assert!(list.starts_with(b"event: people\n") && says(&list, &entry));
        assert!(says(&list, "Person 51"));
        assert!(!shown(&many, AccountId::new()).0, "from outside");
    }
}
