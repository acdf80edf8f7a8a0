//! Who is shown what: the view of each person, written once for all who see the same.
//!
//! A view is the model's ([`view_for`]) and the only thing that leaves the server. Beside it stand the names of the people in
//! it, and of nobody else, and the server's clock. Pure.

use std::collections::HashMap;

use bytes::Bytes;
use consilium_model::meeting::Meeting;
use consilium_model::meeting::view::view_for;

use crate::store::portal_ids::AccountId;

/// Writes views of one moment.
pub(super) struct Renderer<'a> {
    meeting: &'a Meeting,
    names: &'a HashMap<String, String>,
    now_ms: i64,
    written: HashMap<Vec<u8>, Written>,
}

/// A view as it goes out.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// All of it.
    pub(super) data: Bytes,
    /// Tells whether it says anything that another does not, but for the clock.
    pub(super) digest: blake3::Hash,
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
    pub(super) fn render(&mut self, who: AccountId) -> Written {
        let view = view_for(&self.meeting.state, &self.meeting.boxes, &who.user());
        // Numbers, texts and lists of them: nothing that JSON could refuse.
        let view = serde_json::to_vec(&view).unwrap_or_default();
        if let Some(written) = self.written.get(&view) {
            return written.clone();
        }
        let names = names_in(&view, self.names);
        let names = serde_json::to_vec(&names).unwrap_or_default();
        let mut data = format!("{{\"at\":{},\"names\":", self.now_ms).into_bytes();
        let says = data.len();
        data.extend_from_slice(&names);
        data.extend_from_slice(b",\"view\":");
        data.extend_from_slice(&view);
        data.push(b'}');
        let written = Written {
            digest: blake3::hash(&data[says..]),
            data: data.into(),
        };
        self.written.insert(view, written.clone());
        written
    }

    /// How many different ones there were.
    #[cfg(test)]
    fn different(&self) -> usize {
        self.written.len()
    }
}

/// The names of those who are in a view: ids stand in it as texts of their own. Whoever writes an id into a motion shows a
/// name that everybody who is in a meeting may know.
fn names_in<'n>(
    view: &[u8],
    names: &'n HashMap<String, String>,
) -> std::collections::BTreeMap<&'n str, &'n str> {
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
    use consilium_model::meeting::people::{Kind, Lobby};
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
        let shown = |written: Written| serde_json::from_slice::<Value>(&written.data).unwrap();
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
        let at = |now| Renderer::new(&meeting, &names, now).render(people[0]);
        assert_eq!(at(1).digest, at(2).digest);
        assert_ne!(at(1).data, at(2).data);
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
            bytes += renderer.render(*one).data.len();
        }
        println!(
            "500 views in {} ms, {} different, {} KiB each",
            began.elapsed().as_millis(),
            renderer.different(),
            bytes / people.len() / 1024
        );
        assert_eq!(renderer.different(), 2, "the chair's, and everybody else's");
    }
}
