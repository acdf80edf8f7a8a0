//! Clinical questions over real sockets and REST: who writes, who reads, and who learns of nothing (D10, I3).

use consilium_model::access::{Participation, access_to_question};
use consilium_protocol::ids::Access;
use consilium_tests::attempt;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::panel::Panel;
use consilium_tests::portal::Person;
use consilium_tests::server_process::ServerProcess;
use reqwest::{Method, StatusCode};
use serde_json::json;
use yrs::{Doc, ReadTxn, StateVector, Text, Transact};

/// A portal with a community, its document with a question, and one person of each kind that matters here.
struct Portal {
    server: ServerProcess,
    leader: Person,
    member: Person,
    guest: Person,
    stranger: Person,
    document: String,
    id: String,
    /// The name of the question.
    question: String,
}

impl Portal {
    async fn start() -> Self {
        let panel = Panel::led_by("Ada Leader").await;
        let member = panel.someone("member", "Bert Member").await;
        let guest = panel.someone("guest", "Gita Guest").await;
        let stranger = panel.stranger("A Stranger").await;
        let Panel {
            server,
            ada: leader,
            community,
        } = panel;
        let document = leader.new_document(&community, "portal").await;
        let path = format!("/documents/{document}/questions");
        let wish = json!({"title": "Statins over 75?"});
        let made = leader.call(Method::POST, &path, Some(wish)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let id = made.text("id");
        Self {
            question: format!("{document}/question/{id}"),
            server,
            leader,
            member,
            guest,
            stranger,
            document,
            id,
        }
    }

    async fn options(&self, doc: &str, dialect: Dialect, who: &Person) -> ClientOptions {
        ClientOptions::new(self.server.address(), doc, dialect).token(&who.token().await)
    }

    /// What a socket of this kind lets somebody do with a document, as tried.
    async fn tried(&self, doc: &str, dialect: Dialect, who: &Person) -> Access {
        attempt::on_socket(&self.server, doc, dialect, who).await
    }
}

/// An edit of a question's text by this CRDT client.
fn edit(client: u64) -> Vec<u8> {
    let doc = Doc::with_client_id(client);
    let text = doc.get_or_insert_text("pico/population");
    text.push(&mut doc.transact_mut(), "Adults");
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

/// What can be told apart from outside: who may comment reads.
fn seen(access: Access) -> Access {
    match access {
        Access::Comment => Access::Read,
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_the_guideline_writes_its_questions_on_every_kind_of_socket() {
    let portal = Portal::start().await;
    let people = [
        // They read the text because it is open to everybody, and how it is worked on is not.
        ("a stranger", &portal.stranger, None, Access::None),
        ("a guest", &portal.guest, None, Access::None),
        (
            "a guest who reads",
            &portal.guest,
            Some("read"),
            Access::Read,
        ),
        (
            "a guest who comments",
            &portal.guest,
            Some("comment"),
            Access::Comment,
        ),
        ("a member", &portal.member, None, Access::Write),
        ("a leader", &portal.leader, None, Access::Write),
    ];
    for (client, (who, person, granted, access)) in (9_000..).zip(people) {
        if let Some(granted) = granted {
            portal
                .leader
                .grant(&portal.document, person, granted, None)
                .await;
        }
        let expected = seen(access_to_question(access, Participation::Full, false, true));
        for dialect in Dialect::ALL {
            let found = portal.tried(&portal.question, dialect, person).await;
            assert_eq!(found, expected, "{who}, {dialect:?}");
        }
        let found = attempt::over_rest(&portal.question, person, client).await;
        assert_eq!(found, expected, "{who}, REST");
        let path = format!("/documents/{}/questions", portal.document);
        let listed = person.call(Method::GET, &path, None).await.status;
        let expected = match expected {
            Access::None => StatusCode::NOT_FOUND,
            _ => StatusCode::OK,
        };
        assert_eq!(listed, expected, "{who}, the list");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_question_is_opened_by_nobody() {
    let portal = Portal::start().await;
    let (document, id) = (&portal.document, &portal.id);
    let names = [
        format!("{document}/question/00000000-0000-7000-8000-000000000000"),
        format!("{document}/question/first"),
        format!("{document}/question/"),
        format!("{}/question/{id}", portal.question),
        format!("{}/discussion", portal.question),
        format!("00000000-0000-7000-8000-000000000000/question/{id}"),
    ];
    for name in names {
        for person in [&portal.leader, &portal.stranger] {
            for dialect in Dialect::ALL {
                let found = portal.tried(&name, dialect, person).await;
                assert_eq!(found, Access::None, "{name}, {dialect:?}");
            }
            let found = attempt::over_rest(&name, person, 77).await;
            assert_eq!(found, Access::None, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_loses_the_guideline_loses_its_open_question_within_a_second() {
    let portal = Portal::start().await;
    portal
        .leader
        .grant(&portal.document, &portal.guest, "write", None)
        .await;
    for dialect in Dialect::ALL {
        let found = portal.tried(&portal.question, dialect, &portal.guest).await;
        assert_eq!(found, Access::Write, "{dialect:?}");
    }
    let options = portal
        .options(&portal.question, Dialect::Extended, &portal.guest)
        .await;
    let open = Client::synced(options).await;
    let grant = format!("/documents/{}/grants/{}", portal.document, portal.guest.id);
    let taken = portal.leader.call(Method::DELETE, &grant, None).await;
    assert!(taken.status.is_success(), "{}", taken.body);
    open.until("put out", |replica| replica.denied().is_some())
        .await;
    let after = edit(4_711);
    let name = portal.question.replace('/', "%2F");
    let refused = portal.guest.update(Method::POST, &name, after).await;
    assert_eq!(refused, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_in_the_bin_is_its_members_and_one_of_a_binned_guideline_nobodys() {
    let portal = Portal::start().await;
    portal
        .leader
        .grant(&portal.document, &portal.guest, "write", None)
        .await;
    let path = format!("/documents/{}/questions/{}", portal.document, portal.id);
    let binned = portal.member.call(Method::DELETE, &path, None).await;
    assert_eq!(binned.status, StatusCode::NO_CONTENT);
    for (person, expected) in [
        (&portal.member, Access::Write),
        (&portal.guest, Access::None),
    ] {
        let found = portal
            .tried(&portal.question, Dialect::Extended, person)
            .await;
        assert_eq!(found, expected);
    }
    let restore = format!("{path}/restore");
    let restored = portal
        .member
        .call(Method::POST, &restore, Some(json!({})))
        .await;
    assert_eq!(restored.status, StatusCode::NO_CONTENT);
    let found = portal
        .tried(&portal.question, Dialect::Extended, &portal.guest)
        .await;
    assert_eq!(found, Access::Write);
    let document = format!("/documents/{}", portal.document);
    let binned = portal.leader.call(Method::DELETE, &document, None).await;
    assert_eq!(binned.status, StatusCode::NO_CONTENT);
    for person in [&portal.leader, &portal.member, &portal.guest] {
        for dialect in Dialect::ALL {
            let found = portal.tried(&portal.question, dialect, person).await;
            assert_eq!(found, Access::None, "{dialect:?}");
        }
    }
}
