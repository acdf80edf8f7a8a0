//! Who is connected, by which node: brought into line with who is here.
//!
//! A person is there from their first connection anywhere until their last is gone. Each node keeps a link for each person
//! that it connects; the links of a node that is gone are taken by any other. Because links move the meeting's mark, of two
//! nodes that lose somebody's last two connections at once one sees that it was the last.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use consilium_model::meeting::command::{Actor, Command};
use consilium_model::meeting::people::{Kind, Link as Connection};
use consilium_model::meeting::state::Phase;

use super::draft::Draft;
use crate::store::meetings::{Link, LinkWrite};
use crate::store::portal_ids::AccountId;

/// What is known here about connections.
#[derive(Debug)]
pub(super) struct Here<'a> {
    /// This node.
    pub(super) node: i64,
    /// Who is connected by it, and as what.
    pub(super) people: &'a BTreeMap<AccountId, Kind>,
    /// Nodes that are gone.
    pub(super) gone: &'a HashSet<i64>,
    /// Whoever comes just now, though they may be here: whoever was put out and comes again wants to be let in.
    pub(super) comes: Option<AccountId>,
}

/// Brings links and presence into line; the links then. Nothing happens where they are.
pub(super) fn settle(draft: &mut Draft, links: &BTreeSet<Link>, here: &Here<'_>) -> BTreeSet<Link> {
    let mut now = BTreeSet::new();
    for link in links {
        let is_over = if link.node == here.node {
            !here.people.contains_key(&link.person)
        } else {
            here.gone.contains(&link.node)
        };
        if is_over {
            draft.links.push(LinkWrite::Take(*link));
        } else {
            now.insert(*link);
        }
    }
    let has_ended = draft.meeting.state.phase() == Phase::Ended;
    let here_as: HashMap<_, _> = draft
        .meeting
        .state
        .known()
        .filter(|(_, _, link)| *link == Connection::Here)
        .map(|(who, kind, _)| (who.clone(), kind))
        .collect();
    for (person, kind) in here.people {
        let link = Link {
            node: here.node,
            person: *person,
        };
        let is_new = !now.contains(&link);
        let who = person.user();
        let is_another_kind = here_as.get(&who).is_some_and(|before| before != kind);
        if !has_ended && (is_new || is_another_kind || here.comes == Some(*person)) {
            let arrive = Command::Arrive { who, kind: *kind };
            // The meeting is full: they look at it from outside.
            let _ = draft.apply(&Actor::Server, &arrive);
        }
        if is_new {
            draft.links.push(LinkWrite::Put(link));
            now.insert(link);
        }
    }
    if !has_ended {
        let connected: HashSet<_> = now.iter().map(|link| link.person.user()).collect();
        let lost: Vec<_> = draft
            .meeting
            .state
            .known()
            .filter(|(who, _, link)| *link == Connection::Here && !connected.contains(who))
            .map(|(who, _, _)| who.clone())
            .collect();
        for who in lost {
            // Dropping somebody is never refused before the end.
            let _ = draft.apply(&Actor::Server, &Command::Drop { who });
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use consilium_model::meeting::Meeting;
    use consilium_model::meeting::event::Event;
    use consilium_model::meeting::people::Lobby;
    use consilium_model::meeting::state::Setup;

    use super::*;

    const HERE: i64 = 1;
    const THERE: i64 = 2;

    struct Table {
        meeting: Meeting,
        links: BTreeSet<Link>,
        people: BTreeMap<AccountId, Kind>,
        gone: HashSet<i64>,
    }

    impl Table {
        fn new(leader: AccountId) -> Self {
            let setup = Setup {
                leader: Some(leader.user()),
                deputies: Vec::new(),
                roll: BTreeSet::new(),
                documents: BTreeSet::new(),
                lobby: Lobby::Open,
            };
            Self {
                meeting: Meeting::new(&setup).unwrap(),
                links: BTreeSet::new(),
                people: BTreeMap::new(),
                gone: HashSet::new(),
            }
        }

        fn settle(&mut self, comes: Option<AccountId>) -> Vec<Event> {
            let mut draft = Draft::on(&self.meeting, 0);
            let here = Here {
                node: HERE,
                people: &self.people,
                gone: &self.gone,
                comes,
            };
            self.links = settle(&mut draft, &self.links, &here);
            self.meeting = draft.meeting;
            draft
                .records
                .into_iter()
                .map(|record| record.event)
                .collect()
        }

        fn act(&mut self, by: &Actor, command: &Command) {
            let now = consilium_model::meeting::time::Moment(0);
            let _ = self.meeting.apply(command, by, now).unwrap();
        }
    }

    #[test]
    fn somebody_is_there_until_their_last_connection_anywhere_is_gone() {
        let anna = AccountId::new();
        let mut table = Table::new(anna);
        table.people.insert(anna, Kind::Member);
        assert!(matches!(table.settle(None)[..], [Event::Arrived { .. }]));
        assert!(table.settle(None).is_empty(), "nothing twice");
        table.links.insert(Link {
            node: THERE,
            person: anna,
        });
        table.people.clear();
        assert!(table.settle(None).is_empty(), "they are on the other node");
        assert_eq!(table.links.len(), 1);
        table.gone.insert(THERE);
        assert!(matches!(table.settle(None)[..], [Event::Dropped { .. }]));
        assert!(table.links.is_empty());
    }

    #[test]
    fn whoever_was_put_out_waits_only_when_they_come_again() {
        let (anna, bert) = (AccountId::new(), AccountId::new());
        let mut table = Table::new(anna);
        table.people.insert(anna, Kind::Member);
        table.people.insert(bert, Kind::Member);
        assert_eq!(table.settle(None).len(), 2);
        let chair = Actor::Person(anna.user());
        table.act(&chair, &Command::Open);
        let remove = Command::Remove {
            who: bert.user(),
            reason: "shouted".to_owned(),
        };
        table.act(&chair, &remove);
        assert!(table.settle(None).is_empty(), "their page is still open");
        assert!(matches!(
            table.settle(Some(bert))[..],
            [Event::Knocked { .. }]
        ));
    }

    #[test]
    fn a_node_that_was_taken_for_dead_brings_its_people_back() {
        let anna = AccountId::new();
        let mut table = Table::new(anna);
        table.people.insert(anna, Kind::Member);
        assert_eq!(table.settle(None).len(), 1);
        table.act(&Actor::Person(anna.user()), &Command::Open);
        // Another node took the link, and said that they dropped.
        table.links.clear();
        table.act(&Actor::Server, &Command::Drop { who: anna.user() });
        let back = table.settle(None);
        assert!(matches!(back[0], Event::Arrived { .. }), "{back:?}");
        assert_eq!(table.meeting.state.lead().chair(), Some(&anna.user()));
    }

    #[test]
    fn who_is_there_by_no_node_at_all_is_dropped() {
        let anna = AccountId::new();
        let mut table = Table::new(anna);
        let arrive = Command::Arrive {
            who: anna.user(),
            kind: Kind::Member,
        };
        table.act(&Actor::Server, &arrive);
        assert!(matches!(table.settle(None)[..], [Event::Dropped { .. }]));
    }
}
