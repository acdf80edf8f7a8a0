//! A section that a meeting has locked: whoever is not named is refused there and nowhere else.

use std::collections::BTreeSet;
use std::sync::Arc;

use consilium_model::document::BODY;
use consilium_model::meeting::Meeting;
use consilium_model::meeting::command::{Actor, Command};
use consilium_model::meeting::people::{Kind, Lobby};
use consilium_model::meeting::place::Place;
use consilium_model::meeting::state::Setup;
use consilium_model::meeting::time::Moment;
use consilium_model::prose::{Block, Run, append};
use yrs::{XmlFragment, XmlOut, XmlTextRef};

use super::*;
use crate::meetings::moderation::Moderation;
use crate::store::portal_ids::MeetingId;

/// A room of three in a meeting that Anna leads, and what each has before them.
struct Session {
    table: Table,
    meeting: Meeting,
    moderation: Moderation,
    id: MeetingId,
    views: HashMap<SubscriberId, Doc>,
    pushed: u64,
}

const PEOPLE: [(SubscriberId, &str); 3] = [(ANNA, "anna"), (BERT, "bert"), (CARA, "cara")];

impl Session {
    /// Two sections of a paragraph each: Dose and After.
    fn new() -> Self {
        let mut session = Self {
            table: Table::new(),
            meeting: Meeting::new(&Setup {
                leader: Some(UserId::new("anna")),
                deputies: Vec::new(),
                roll: BTreeSet::new(),
                documents: BTreeSet::from([DocName::parse("d").unwrap()]),
                lobby: Lobby::Open,
            })
            .unwrap(),
            moderation: Moderation::default(),
            id: MeetingId::new(),
            views: HashMap::new(),
            pushed: 0,
        };
        let moderator = session.moderation.of(DocName::parse("d").unwrap());
        let now = session.table.now;
        session.table.core = RoomCore::new(empty_document(), true, now).moderated_by(moderator);
        for (number, (id, user)) in (1..).zip(PEOPLE) {
            session
                .table
                .join_as(id, extended(), Access::Write, Some(user));
            session.views.insert(id, Doc::with_client_id(number));
            session.decide(
                &Actor::Server,
                &Command::Arrive {
                    who: UserId::new(user),
                    kind: Kind::Member,
                },
            );
        }
        session.decide(&chair(), &Command::Open);
        let first = session.edit(ANNA, |txn, body| {
            let blocks = ["Dose", "After"].map(|name| {
                let words = name.to_lowercase();
                [
                    Block::heading(2, name),
                    Block::Paragraph(vec![Run::plain(words)]),
                ]
            });
            append(txn, body, &blocks.concat());
        });
        assert_eq!(session.send(ANNA, &first), None);
        session
    }

    fn decide(&mut self, by: &Actor, command: &Command) {
        let _ = self.meeting.apply(command, by, Moment(0)).unwrap();
        let _ = self
            .moderation
            .hold(self.id, &Arc::new(self.meeting.state.clone()));
    }

    fn lock(&mut self, section: &str, editors: &[&str]) {
        self.decide(
            &chair(),
            &Command::Lock {
                place: Place {
                    document: DocName::parse("d").unwrap(),
                    section: Some(section.to_owned()),
                },
                editors: editors.iter().map(|who| UserId::new(*who)).collect(),
            },
        );
    }

    /// What somebody does in what they have before them.
    fn edit(
        &self,
        who: SubscriberId,
        edit: impl FnOnce(&mut yrs::TransactionMut<'_>, &yrs::XmlFragmentRef),
    ) -> Bytes {
        let doc = &self.views[&who];
        let body = doc.get_or_insert_xml_fragment(BODY);
        let mut txn = doc.transact_mut();
        edit(&mut txn, &body);
        txn.encode_update_v1().into()
    }

    fn types(&self, who: SubscriberId, block: u32, words: &str) -> Bytes {
        let text = self.text(who, block);
        self.edit(who, |txn, _| text.push(txn, words))
    }

    fn text(&self, who: SubscriberId, block: u32) -> XmlTextRef {
        let doc = &self.views[&who];
        let body = doc.get_or_insert_xml_fragment(BODY);
        let txn = doc.transact();
        let Some(XmlOut::Element(element)) = body.get(&txn, block) else {
            panic!("no block {block}");
        };
        let Some(XmlOut::Text(text)) = element.get(&txn, 0) else {
            panic!("no text in {block}");
        };
        text
    }

    /// Sends it; why it was set aside, if it was. Everybody else sees it if it was not.
    fn send(&mut self, who: SubscriberId, update: &Bytes) -> Option<String> {
        self.pushed += 1;
        self.table.effects.clear();
        self.table.push(who, self.pushed, update.clone());
        if !self.table.commits.is_empty() {
            self.table.commit_all();
            self.show(update);
            return None;
        }
        let reason = self.table.set_aside().remove(0).reason;
        self.table.send(RoomEvent::SetAside {
            outcomes: vec![SetAside::InBranch],
        });
        Some(reason)
    }

    fn show(&self, update: &Bytes) {
        for view in self.views.values() {
            let update = Update::decode_v1(update).unwrap();
            view.transact_mut().apply_update(update).unwrap();
        }
    }

    /// A client begins anew after something of theirs was refused.
    fn begins_anew(&mut self, who: SubscriberId, client: u64) {
        let doc = Doc::with_client_id(client);
        let state = Update::decode_v1(&self.table.core.replica.whole().unwrap()).unwrap();
        doc.transact_mut().apply_update(state).unwrap();
        self.views.insert(who, doc);
    }

    fn body(&self) -> String {
        let doc = self.table.core.replica().doc();
        let body = doc.get_or_insert_xml_fragment(BODY);
        body.get_string(&doc.transact())
    }
}

fn chair() -> Actor {
    Actor::Person(UserId::new("anna"))
}

const READ_ONLY: Option<&str> = Some("read-only");

#[test]
fn whoever_is_not_named_writes_elsewhere_and_not_in_the_section() {
    let mut session = Session::new();
    session.lock("Dose", &["cara"]);
    let outside = session.types(BERT, 3, " outside");
    assert_eq!(session.send(BERT, &outside), None);
    let inside = session.types(BERT, 1, " inside");
    assert_eq!(session.send(BERT, &inside).as_deref(), READ_ONLY);
    assert!(!session.body().contains("inside"));
    // What goes on from what was refused is refused for that.
    let more = session.types(BERT, 1, " more");
    assert_eq!(session.send(BERT, &more).as_deref(), READ_ONLY);
    let by_editor = session.types(CARA, 1, " editor");
    assert_eq!(session.send(CARA, &by_editor), None);
    // The chair is no exception.
    let by_chair = session.types(ANNA, 1, " chair");
    assert_eq!(session.send(ANNA, &by_chair).as_deref(), READ_ONLY);
    session.begins_anew(BERT, 12);
    let both = {
        let (one, other) = (session.text(BERT, 1), session.text(BERT, 3));
        session.edit(BERT, |txn, _| {
            one.push(txn, " both");
            other.push(txn, " both");
        })
    };
    assert_eq!(session.send(BERT, &both).as_deref(), READ_ONLY);
    assert!(!session.body().contains("both"), "refused whole");
    session.begins_anew(BERT, 13);
    let after = session.types(BERT, 3, " after all");
    assert_eq!(session.send(BERT, &after), None);
    let body = session.body();
    for words in ["outside", "editor", "after all"] {
        assert!(body.contains(words), "{words}: {body}");
    }
    assert!(
        !body.contains("inside") && !body.contains("chair"),
        "{body}"
    );
}

#[test]
fn what_was_written_offline_is_judged_when_it_comes() {
    let mut session = Session::new();
    let offline = session.types(BERT, 1, " offline");
    session.lock("Dose", &[]);
    assert_eq!(session.send(BERT, &offline).as_deref(), READ_ONLY);
    session.begins_anew(BERT, 12);
    let offline = session.types(BERT, 1, " unlocked");
    let _ = session.meeting.apply(
        &Command::Unlock {
            place: Place {
                document: DocName::parse("d").unwrap(),
                section: Some("Dose".to_owned()),
            },
        },
        &chair(),
        Moment(0),
    );
    let _ = session
        .moderation
        .hold(session.id, &Arc::new(session.meeting.state.clone()));
    assert_eq!(session.send(BERT, &offline), None);
    assert!(session.body().contains("unlocked"));
    assert!(
        session.table.core.shadow.is_none(),
        "nothing is closed any more"
    );
}

#[test]
fn what_lacks_something_is_not_let_in_by_whoever_brings_that() {
    let mut session = Session::new();
    session.lock("Dose", &["cara"]);
    // Bert writes behind what Cara has not sent yet, in the section.
    let first = session.types(CARA, 1, " first");
    let shown = Update::decode_v1(&first).unwrap();
    session.views[&BERT]
        .transact_mut()
        .apply_update(shown)
        .unwrap();
    let behind = session.types(BERT, 1, " behind");
    assert_eq!(session.send(BERT, &behind).as_deref(), READ_ONLY);
    assert_eq!(session.send(CARA, &first), None);
    assert!(!session.body().contains("behind"));
    assert!(session.body().contains("first"));
}

#[test]
fn where_nothing_is_closed_there_is_no_copy() {
    let mut session = Session::new();
    let one = session.types(BERT, 1, " free");
    assert_eq!(session.send(BERT, &one), None);
    assert!(session.table.core.shadow.is_none());
    session.lock("Dose", &["cara"]);
    let editor = session.types(CARA, 1, " editor");
    assert_eq!(session.send(CARA, &editor), None);
    assert!(
        session.table.core.shadow.is_none(),
        "an editor's need not be tried"
    );
    let outside = session.types(BERT, 3, " outside");
    assert_eq!(session.send(BERT, &outside), None);
    assert!(session.table.core.shadow.is_some());
    // The copy goes on with what it does not judge.
    let editor = session.types(CARA, 0, " renamed");
    assert_eq!(session.send(CARA, &editor), None);
    session.lock("Dose renamed", &["cara"]);
    let inside = session.types(BERT, 1, " inside");
    assert_eq!(session.send(BERT, &inside).as_deref(), READ_ONLY);
}
