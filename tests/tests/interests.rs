//! Judged interests against people who cheat, over real sockets of all kinds and REST (I3): whoever was judged writes and
//! reads nothing more than that leaves them, at once, and what they wrote too late is kept. Ballots are held to it in the
//! store's contract.

use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::Access;
use consilium_tests::attempt;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A community with a document, a question of it, and one person of each kind that matters here.
struct Panel {
    server: ServerProcess,
    leader: Person,
    deputy: Person,
    member: Person,
    listener: Person,
    community: String,
    document: String,
    id: String,
    /// The name of the question.
    question: String,
}

impl Panel {
    async fn start() -> Self {
        let server = ServerProcess::start(ServerOptions::portal());
        let store = StoreAt::Directory(server.data_dir());
        let leader = Person::made_by_the_operator(&server, store, "Ada Leader").await;
        let community = leader.found("Panel").await;
        let invited = async |role: &str, name: &str| {
            let link = leader.invite(&community, role).await;
            Person::invited(&server, &link, name).await
        };
        let deputy = invited("deputy", "Dora Deputy").await;
        let member = invited("member", "Bert Member").await;
        let listener = invited("listener", "Luis Listener").await;
        let document = leader.new_document(&community, "community").await;
        let path = format!("/documents/{document}/questions");
        let wish = json!({"title": "Statins over 75?"});
        let made = leader.call(Method::POST, &path, Some(wish)).await;
        let id = made.text("id");
        Self {
            question: format!("{document}/question/{id}"),
            server,
            leader,
            deputy,
            member,
            listener,
            community,
            document,
            id,
        }
    }

    async fn judge(
        &self,
        judge: &Person,
        member: &Person,
        of_question: bool,
        verdict: &str,
    ) -> (StatusCode, Value) {
        let mut wish = json!({
            "member": member.id, "verdict": verdict, "reason": "Advises the maker.",
        });
        if of_question {
            wish["question"] = self.id.as_str().into();
        }
        let path = format!("/documents/{}/judgements", self.document);
        let answer = judge.call(Method::POST, &path, Some(wish)).await;
        (answer.status, answer.body)
    }

    async fn judged(&self, of_question: bool, verdict: &str) {
        let (status, body) = self
            .judge(&self.leader, &self.member, of_question, verdict)
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    }

    async fn options(&self, doc: &str, dialect: Dialect, who: &Person) -> ClientOptions {
        ClientOptions::new(self.server.address(), doc, dialect).token(&who.token().await)
    }

    /// What a socket of this kind lets somebody do with a document, as tried.
    async fn tried(&self, doc: &str, dialect: Dialect, who: &Person) -> Access {
        attempt::on_socket(&self.server, doc, dialect, who).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_judgement_holds_on_every_kind_of_socket_and_rest() {
    let panel = Panel::start().await;
    let mut client = 9_000;
    for (of_question, verdict, of_document, asked) in [
        (true, "discusses", Access::Write, Access::Read),
        (true, "excluded", Access::Write, Access::None),
        (true, "full", Access::Write, Access::Write),
        (false, "discusses", Access::Read, Access::Read),
        (false, "excluded", Access::Read, Access::None),
        (false, "full", Access::Write, Access::Write),
    ] {
        panel.judged(of_question, verdict).await;
        for (doc, expected) in [(&panel.document, of_document), (&panel.question, asked)] {
            client += 1;
            let found = attempt::over_rest(doc, &panel.member, client).await;
            assert_eq!(found, expected, "{of_question} {verdict}, {doc}, REST");
            for dialect in Dialect::ALL {
                let found = panel.tried(doc, dialect, &panel.member).await;
                assert_eq!(
                    found, expected,
                    "{of_question} {verdict}, {doc}, {dialect:?}"
                );
            }
        }
        // To everybody else nothing changes.
        let other = panel
            .tried(&panel.question, Dialect::Extended, &panel.deputy)
            .await;
        assert_eq!(other, Access::Write);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_judged_while_they_write_is_stopped_at_once_and_what_comes_late_is_kept() {
    let panel = Panel::start().await;
    let options = panel
        .options(&panel.document, Dialect::Extended, &panel.member)
        .await;
    let client = Client::synced(options).await;
    client.type_marker("[before]", 0);
    client.settled().await;
    let options = panel
        .options(&panel.question, Dialect::Extended, &panel.member)
        .await;
    let asked = Client::synced(options).await;
    panel.judged(false, "discusses").await;
    client
        .until("made a reader", |replica| {
            replica.access() == Some(Access::Comment)
        })
        .await;
    // This client types on all the same.
    client.type_marker("[too late]", 0);
    client
        .until("told", |replica| !replica.rejections().is_empty())
        .await;
    let refused = client.replica().rejections()[0].clone();
    assert_eq!(
        (refused.code, refused.kept),
        (RejectCode::ReadOnly, Kept::AsSuggestion)
    );
    let path = format!("/documents/{}/branches", panel.document);
    let branches = panel.leader.call(Method::GET, &path, None).await.ok();
    assert_eq!(branches["branches"][0]["kind"], "left-behind");
    asked
        .until("made a reader", |replica| {
            replica.access() == Some(Access::Comment)
        })
        .await;
    asked.type_marker("[too late]", 0);
    asked
        .until("told", |replica| !replica.rejections().is_empty())
        .await;
    let refused = asked.replica().rejections()[0].clone();
    assert_eq!(
        (refused.code, refused.kept),
        (RejectCode::ReadOnly, Kept::ByServer)
    );
    panel.judged(true, "excluded").await;
    asked
        .until("put out", |replica| replica.denied().is_some())
        .await;
    // They are told why by what is their own, and by nothing else of it.
    let path = format!("/communities/{}/interests", panel.community);
    let interests = panel.member.call(Method::GET, &path, None).await.ok();
    let people = interests["people"].as_array().expect("people").clone();
    let me = people
        .iter()
        .find(|person| person["who"]["id"] == panel.member.id.as_str())
        .expect("they are in it");
    let own: Vec<&Value> = me["judgements"]
        .as_array()
        .expect("a list")
        .iter()
        .collect();
    assert_eq!(own.len(), 2);
    let of_question = own
        .iter()
        .find(|each| each["question"] == panel.id.as_str())
        .expect("about the question");
    assert_eq!(of_question["verdict"], "excluded");
    assert_eq!(of_question["reason"], "Advises the maker.");
    assert_eq!(of_question["questionTitle"], Value::Null);
    let path = format!("/documents/{}/questions", panel.document);
    let listed = panel.member.call(Method::GET, &path, None).await.ok();
    assert_eq!(listed["questions"], json!([]));
    let name = panel.question.replace('/', "%2F");
    let past = format!("/documents/{name}/history");
    let past = panel.member.call(Method::GET, &past, None).await;
    assert_eq!(past.status, StatusCode::NOT_FOUND);
    // The question has none of it.
    let update = panel.leader.download(&name).await;
    assert!(!String::from_utf8_lossy(&update).contains("too late"));
    let update = panel.leader.download(&panel.document).await;
    assert!(!String::from_utf8_lossy(&update).contains("too late"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_judges_themselves_and_who_may_not_judge_changes_nothing() {
    let panel = Panel::start().await;
    let (leader, deputy, member) = (&panel.leader, &panel.deputy, &panel.member);
    for (judge, about, status, code) in [
        (member, member, StatusCode::FORBIDDEN, "leaders-only"),
        (member, deputy, StatusCode::FORBIDDEN, "leaders-only"),
        (leader, leader, StatusCode::CONFLICT, "interests-oneself"),
        (deputy, deputy, StatusCode::CONFLICT, "interests-oneself"),
        (
            &panel.listener,
            member,
            StatusCode::NOT_FOUND,
            "no-such-document",
        ),
        (
            leader,
            &panel.listener,
            StatusCode::NOT_FOUND,
            "no-such-member",
        ),
    ] {
        for of_question in [false, true] {
            let (found, body) = panel.judge(judge, about, of_question, "full").await;
            assert_eq!((found, &body["code"]), (status, &Value::from(code)));
        }
    }
    // The only leader is judged by a deputy, and judges nobody about it then, nor lifts what was judged.
    let (found, body) = panel.judge(deputy, leader, true, "discusses").await;
    assert_eq!(found, StatusCode::NO_CONTENT, "{body}");
    for about in [member, deputy] {
        let (found, body) = panel.judge(leader, about, true, "excluded").await;
        let expected = Value::from("interests-not-full-part");
        assert_eq!((found, &body["code"]), (StatusCode::FORBIDDEN, &expected));
    }
    for (wish, field) in [
        (
            json!({"member": member.id, "verdict": "boss", "reason": "Because."}),
            "verdict",
        ),
        (
            json!({"member": member.id, "verdict": "full", "reason": ""}),
            "reason",
        ),
    ] {
        let path = format!("/documents/{}/judgements", panel.document);
        let answer = leader.call(Method::POST, &path, Some(wish)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.text("field"), field);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_is_answered_whole_and_read_by_those_who_belong() {
    let panel = Panel::start().await;
    let path = format!("/communities/{}/interests", panel.community);
    let items = [
        "support",
        "grants",
        "royalties",
        "consulting",
        "honoraria",
        "testimony",
        "travel",
        "patents",
        "boards",
        "leadership",
        "stock",
        "equipment",
        "other",
        "own-studies",
        "opinions",
    ];
    let entry = json!({"organisation": "Sanor Ltd", "purpose": "Advice", "from": "2025-01", "ongoing": true});
    let wish = |answered: &[&str], entry: &Value| {
        let said: Vec<Value> = answered
            .iter()
            .map(|item| {
                let entries = if *item == "consulting" {
                    json!([entry])
                } else {
                    json!([])
                };
                json!({"item": item, "entries": entries})
            })
            .collect();
        json!({ "items": said })
    };
    let twice: Vec<&str> = items.iter().copied().chain(["stock"]).collect();
    let mut backwards = entry.clone();
    backwards["until"] = "2024-01".into();
    backwards["ongoing"] = false.into();
    for unfit in [
        wish(&items[1..], &entry),
        wish(&twice, &entry),
        wish(&items, &backwards),
        wish(&items, &json!({"organisation": "", "purpose": "Advice"})),
        wish(
            &items,
            &json!({"organisation": "Sanor", "purpose": "x", "amount": "a lot"}),
        ),
    ] {
        let answer = panel.member.call(Method::POST, &path, Some(unfit)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.text("field"), "items");
    }
    let good = wish(&items, &entry);
    let answer = panel
        .member
        .call(Method::POST, &path, Some(good.clone()))
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
    let refused = panel.listener.call(Method::POST, &path, Some(good)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let refused = panel.listener.call(Method::GET, &path, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mine = format!("{path}/{}", panel.member.id);
    let seen = panel.deputy.call(Method::GET, &mine, None).await.ok();
    assert_eq!(
        seen["declarations"][0]["entries"][0]["organisation"],
        "Sanor Ltd"
    );
    let digest = format!("/communities/{}/digest", panel.community);
    let digest = |who: Person| {
        let digest = digest.clone();
        async move { who.call(Method::GET, &digest, None).await.ok()["declaration"].clone() }
    };
    assert_eq!(digest(panel.member.clone()).await, Value::Null);
    assert_eq!(digest(panel.deputy.clone()).await, "missing");
    assert_eq!(digest(panel.listener.clone()).await, Value::Null);
}
