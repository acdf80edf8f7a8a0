//! Discussions over real sockets and REST: who may speak there, whose words stay, and who it was (D10, D16).

use consilium_model::access::access_to_discussion;
use consilium_protocol::extension::RejectCode;
use consilium_protocol::ids::Access;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::panel::Panel;
use consilium_tests::portal::Person;
use consilium_tests::server_process::ServerProcess;
use consilium_tests::socket::{ConnectError, RawSocket};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;
use yrs::updates::decoder::Decode;
use yrs::{Array, Doc, ReadTxn, StateVector, Transact, Update};

/// A portal with a community, and one person of each kind that matters here.
struct Portal {
    server: ServerProcess,
    community: String,
    leader: Person,
    member: Person,
    guest: Person,
    stranger: Person,
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
        Self {
            server,
            community,
            leader,
            member,
            guest,
            stranger,
        }
    }

    /// Grants somebody access to one document, as the community's act does in the store.
    async fn grant(&self, doc: &str, who: &Person, access: &str) {
        let mut database = SqliteConnectOptions::new()
            .filename(self.server.data_dir().join("consilium.db"))
            .connect()
            .await
            .expect("the database");
        let id = |text: &str| Uuid::parse_str(text).expect("an id").as_bytes().to_vec();
        sqlx::query(
            "INSERT OR REPLACE INTO document_grants (doc, account, access, granted_by, granted_at_ms)
             SELECT id, ?2, ?3, ?4, 1 FROM documents WHERE name = ?1",
        )
        .bind(doc)
        .bind(id(&who.id))
        .bind(access)
        .bind(id(&self.leader.id))
        .execute(&mut database)
        .await
        .expect("a grant");
        database.close().await.expect("close");
    }

    async fn options(&self, doc: &str, dialect: Dialect, who: &Person) -> ClientOptions {
        ClientOptions::new(self.server.address(), doc, dialect).token(&who.token().await)
    }

    async fn open(&self, doc: &str, dialect: Dialect, who: &Person) -> Client {
        Client::synced(self.options(doc, dialect, who).await).await
    }

    /// What a socket of this kind lets somebody do with a document, as tried.
    async fn tried(&self, doc: &str, dialect: Dialect, who: &Person) -> Access {
        let options = self.options(doc, dialect, who).await;
        if dialect == Dialect::Plain {
            let path = format!("/yjs/{doc}?token={}", options.token);
            if let Err(ConnectError::Refused(403)) =
                RawSocket::connect(self.server.address(), &path).await
            {
                return Access::None;
            }
        }
        let client = Client::start(options);
        client
            .until("let in or denied", |replica| {
                replica.is_synced() || replica.denied().is_some()
            })
            .await;
        if client.replica().denied().is_some() {
            return Access::None;
        }
        client.type_marker(&format!("[{dialect:?} {}]", who.id), 0);
        client
            .until("taken or refused", |replica| {
                replica.is_settled()
                    || !replica.rejections().is_empty()
                    || replica.refused_statuses() > 0
                    || replica.denied().is_some()
            })
            .await;
        if client.replica().acknowledged().is_empty() {
            Access::Read
        } else {
            Access::Write
        }
    }

    async fn get(&self, who: &Person, path: &str) -> (StatusCode, Value) {
        let answer = who.call(Method::GET, path, None).await;
        (answer.status, answer.body)
    }
}

/// A discussion as somebody sees it who adds to it under this client id.
struct View(Doc);

impl View {
    fn new(client: u64) -> Self {
        Self(Doc::with_client_id(client))
    }

    fn hears(&self, update: &[u8]) {
        self.0
            .transact_mut()
            .apply_update(Update::decode_v1(update).expect("an update"))
            .expect("applied");
    }

    fn says(&self, words: &str) -> Vec<u8> {
        let events = self.0.get_or_insert_array("events");
        let mut txn = self.0.transact_mut();
        events.push_back(&mut txn, words);
        txn.encode_update_v1()
    }

    fn deletes(&self, at: u32) -> Vec<u8> {
        let events = self.0.get_or_insert_array("events");
        let mut txn = self.0.transact_mut();
        events.remove(&mut txn, at);
        txn.encode_update_v1()
    }

    fn all(&self) -> Vec<u8> {
        self.0
            .transact()
            .encode_state_as_update_v1(&StateVector::default())
    }
}

fn of(doc: &str) -> String {
    format!("{doc}/discussion")
}

/// As one segment of a path.
fn escaped(doc: &str) -> String {
    doc.replace('/', "%2F")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_comment_speaks_and_who_may_read_listens_on_every_kind_of_socket() {
    let portal = Portal::start().await;
    let doc = portal
        .leader
        .new_document(&portal.community, "portal")
        .await;
    let discussion = of(&doc);
    let people = [
        // They read the text because it is open to everybody, and what is said about it is not.
        ("a stranger", &portal.stranger, None, Access::None),
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
    ];
    for (client, (who, person, granted, access)) in (9_000..).zip(people) {
        if let Some(granted) = granted {
            portal.grant(&doc, person, granted).await;
        }
        let expected = access_to_discussion(access);
        for dialect in Dialect::ALL {
            // Whoever comes first makes the discussion, be it a reader.
            let found = portal.tried(&discussion, dialect, person).await;
            assert_eq!(found, expected, "{who}, {dialect:?}");
            let body = portal.tried(&doc, dialect, person).await;
            let is_writer = access == Access::Write;
            assert_eq!(body == Access::Write, is_writer, "{who}, {dialect:?}, text");
        }
        let name = escaped(&discussion);
        let read = person.update(Method::GET, &name, Vec::new()).await;
        let can_read = match expected {
            Access::None => StatusCode::NOT_FOUND,
            _ => StatusCode::OK,
        };
        assert_eq!(read, can_read, "{who}");
        let said = View::new(client).says(who);
        let written = person.update(Method::POST, &name, said).await;
        let can_write = match expected {
            Access::Write => StatusCode::NO_CONTENT,
            Access::None => StatusCode::NOT_FOUND,
            Access::Read | Access::Comment => StatusCode::FORBIDDEN,
        };
        assert_eq!(written, can_write, "{who}");
    }
    let private = portal
        .leader
        .new_document(&portal.community, "private")
        .await;
    for dialect in Dialect::ALL {
        for person in [&portal.member, &portal.guest, &portal.stranger] {
            let found = portal.tried(&of(&private), dialect, person).await;
            assert_eq!(found, Access::None, "{dialect:?}");
        }
    }
    let unknown = "00000000-0000-7000-8000-000000000000/discussion";
    for name in [unknown, &of(&private), &format!("{discussion}/discussion")] {
        let hidden = portal
            .member
            .update(Method::GET, &escaped(name), Vec::new())
            .await;
        assert_eq!(hidden, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(
            portal
                .tried(name, Dialect::Extended, &portal.stranger)
                .await,
            Access::None,
            "{name}"
        );
    }
    // It is in no list.
    let (_, listed) = portal.get(&portal.leader, "/documents").await;
    let listed = listed["documents"].as_array().expect("a list").clone();
    assert!(!listed.is_empty());
    for document in listed {
        let name = document["name"].as_str().expect("a name");
        assert!(!name.ends_with("/discussion"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_takes_away_what_another_said_and_everybody_their_own() {
    let portal = Portal::start().await;
    let doc = portal
        .leader
        .new_document(&portal.community, "community")
        .await;
    let discussion = of(&doc);
    let leader = portal
        .open(&discussion, Dialect::Extended, &portal.leader)
        .await;
    let member = portal
        .open(&discussion, Dialect::Extended, &portal.member)
        .await;
    let (of_leader, of_member) = (View::new(1_001), View::new(2_001));
    let first = of_member.says("said by the member");
    of_leader.hears(&first);
    member.push("first", first);
    member.settled().await;

    // A leader is refused as anybody is, and nothing is lost of either.
    let theft = of_leader.deletes(0);
    leader.push("theft", theft);
    leader
        .until("refused", |replica| !replica.rejections().is_empty())
        .await;
    let code = leader.replica().rejections()[0].code;
    assert_eq!(code, RejectCode::AppendOnly);
    let quarantine = format!("/docs/{}/quarantine", escaped(&discussion));
    let (_, kept) = portal.get(&portal.leader, &quarantine).await;
    assert_eq!(kept["entries"][0]["reason"], json!("append-only"));
    let own = of_member.deletes(0);
    member.push("own", own);
    member.settled().await;
    assert!(member.replica().rejections().is_empty());

    // The text itself knows no such rule.
    let text = portal.open(&doc, Dialect::Extended, &portal.leader).await;
    let (one, other) = (View::new(1_002), View::new(2_002));
    let words = other.says("of the member");
    one.hears(&words);
    let status = portal.member.update(Method::POST, &doc, words).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    text.push("deletion", one.deletes(0));
    text.settled().await;
    assert!(text.replica().rejections().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_said_what_is_the_servers_word_and_outlives_a_membership() {
    let portal = Portal::start().await;
    let doc = portal
        .leader
        .new_document(&portal.community, "community")
        .await;
    let name = escaped(&of(&doc));
    let authors = format!("/documents/{name}/authors");
    let (status, _) = portal.get(&portal.leader, &authors).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nothing was said yet");
    for (person, client) in [(&portal.leader, 1_001), (&portal.member, 2_001)] {
        let said = View::new(client).says("something");
        let status = person.update(Method::POST, &name, said).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    let more = View::new(2_000).says("on another day");
    portal.member.update(Method::POST, &name, more).await;
    // Claiming to be another is of no use.
    let forged = View::new(1_001);
    forged.says("something");
    forged.says("in the name of the leader");
    let status = portal
        .member
        .update(Method::POST, &name, forged.all())
        .await;
    assert_eq!(status, StatusCode::CONFLICT);

    portal
        .leader
        .remove(&portal.community, &portal.member)
        .await;
    let (_, known) = portal.get(&portal.leader, &authors).await;
    let mut known = known["authors"].as_array().expect("authors").clone();
    known.sort_by_key(|author| author["name"].to_string());
    assert_eq!(
        known,
        [
            json!({ "id": portal.leader.id, "name": "Ada Leader", "clients": [1_001] }),
            json!({ "id": portal.member.id, "name": "Bert Member", "clients": [2_000, 2_001] }),
        ]
    );
    let (status, _) = portal.get(&portal.member, &authors).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "not for who was removed");

    // Who can be spoken to, for those who may speak.
    portal.grant(&doc, &portal.guest, "comment").await;
    let readers = format!("/documents/{doc}/readers");
    let (status, found) = portal.get(&portal.guest, &readers).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        found["readers"],
        json!([
            { "id": portal.leader.id, "name": "Ada Leader" },
            { "id": portal.guest.id, "name": "Gita Guest" },
        ])
    );
    let (status, _) = portal.get(&portal.stranger, &readers).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_bin_a_document_has_no_discussion_and_restored_it_has() {
    let portal = Portal::start().await;
    let doc = portal
        .leader
        .new_document(&portal.community, "community")
        .await;
    let discussion = of(&doc);
    let open = portal
        .open(&discussion, Dialect::Extended, &portal.member)
        .await;
    open.type_marker("[before]", 0);
    open.settled().await;
    // Not by itself.
    let alone = format!("/documents/{}", escaped(&discussion));
    let refused = portal.leader.call(Method::DELETE, &alone, None).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);

    let path = format!("/documents/{doc}");
    let binned = portal.leader.call(Method::DELETE, &path, None).await;
    assert_eq!(binned.status, StatusCode::NO_CONTENT);
    open.until("denied", |replica| replica.denied() == Some("forbidden"))
        .await;
    let read = portal
        .member
        .update(Method::GET, &escaped(&discussion), Vec::new())
        .await;
    assert_eq!(read, StatusCode::NOT_FOUND);
    let restored = portal
        .leader
        .call(Method::POST, &format!("{path}/restore"), None)
        .await;
    assert_eq!(restored.status, StatusCode::NO_CONTENT);
    let again = portal
        .open(&discussion, Dialect::Extended, &portal.member)
        .await;
    assert!(again.text().contains("[before]"));
}
