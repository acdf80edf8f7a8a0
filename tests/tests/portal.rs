//! Communities over real sockets and REST, on one node and on several: who may do what is what the table says, and a
//! change reaches everybody within a second (I3, D10).

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;
use consilium_tests::attempt;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::panel::{self, client};
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{ConnectError, RawSocket};
use reqwest::{Method, StatusCode};
use serde_json::json;
use yrs::{Doc, ReadTxn, StateVector, Text, Transact};

/// What was promised for a change of access, with something for a machine that does other things as well.
const SOON: Duration = Duration::from_secs(1);
const BUSY: Duration = Duration::from_secs(4);

fn update_with(words: &str) -> Vec<u8> {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, words);
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

/// The table that people read, and that the model's function is held to.
const TABLE: &str = include_str!("../../docs/access.md");

/// How somebody stands to a document, besides their role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Plain,
    MadeIt,
    SubGroup,
    Granted,
}

/// One line of the table: a role (none for another account), how, and what that allows at each level.
struct Line {
    who: String,
    role: Option<Role>,
    how: How,
    expected: Vec<Access>,
}

fn access_of(word: &str) -> Access {
    match word {
        "none" => Access::None,
        "read" => Access::Read,
        "comment" => Access::Comment,
        "write" => Access::Write,
        other => panic!("no access: {other:?}"),
    }
}

/// All lines, and what strangers may do.
fn table() -> (Vec<Line>, Vec<Access>) {
    // The first of the page: how discussions and branches follow from it is held where that is.
    let rows = TABLE
        .lines()
        .skip_while(|line| !line.starts_with("| who |"))
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells[0] != "who");
    let mut lines = Vec::new();
    let mut strangers = Vec::new();
    for cells in rows {
        let expected: Vec<Access> = cells[1..].iter().map(|cell| access_of(cell)).collect();
        assert_eq!(expected.len(), Privacy::ALL.len(), "{cells:?}");
        if cells[0] == "nobody in particular" {
            strangers = expected;
            continue;
        }
        let (role, how) = cells[0].split_once(", ").unwrap_or((cells[0], ""));
        lines.push(Line {
            who: cells[0].to_owned(),
            role: Role::from_word(role),
            how: match how {
                "" => How::Plain,
                "made it" => How::MadeIt,
                "sub-group" => How::SubGroup,
                "granted" => How::Granted,
                other => panic!("no standing: {other:?}"),
            },
            expected,
        });
    }
    assert_eq!(lines.len(), (Role::ALL.len() + 1) * 4);
    (lines, strangers)
}

/// Makes a document of this level: a sub-group's is made in it, and beyond the community it is opened by a decision.
async fn document_of(
    maker: &Person,
    leader: &Person,
    community: &str,
    group: &str,
    level: Privacy,
) -> String {
    match level {
        Privacy::SubGroup => maker.new_document_in(community, group).await,
        Privacy::Portal | Privacy::Public => {
            let doc = maker.new_document(community, "community").await;
            leader.decide(&doc, level.word()).await;
            doc
        }
        Privacy::Private | Privacy::Community => maker.new_document(community, level.word()).await,
    }
}

/// Tries every way into a document; how many there were. A commentator reads the text and changes nothing in it.
async fn check(
    server: &ServerProcess,
    doc: &str,
    person: &Person,
    expected: Access,
    unknown: &serde_json::Value,
    what: &str,
) -> usize {
    let as_text = match expected {
        Access::Comment => Access::Read,
        other => other,
    };
    for dialect in Dialect::ALL {
        let found = attempt::on_socket(server, doc, dialect, person).await;
        assert_eq!(found, as_text, "{what}, {dialect:?}");
    }
    let read = person.update(Method::GET, doc, Vec::new()).await;
    let write = person.update(Method::POST, doc, update_with("x")).await;
    let (can_read, can_write) = match expected {
        Access::None => (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
        Access::Read | Access::Comment => (StatusCode::OK, StatusCode::FORBIDDEN),
        Access::Write => (StatusCode::OK, StatusCode::NO_CONTENT),
    };
    assert_eq!((read, write), (can_read, can_write), "{what}, REST");
    let policy = person
        .call(Method::GET, &format!("/documents/{doc}/policy"), None)
        .await;
    if expected == Access::None {
        assert_eq!(policy.status, StatusCode::NOT_FOUND, "{what}");
        assert_eq!(&policy.but_its_number(), unknown, "{what}");
        let grants = format!("/documents/{doc}/grants");
        let grants = person.call(Method::GET, &grants, None).await;
        assert_eq!(&grants.but_its_number(), unknown, "{what}, grants");
    } else {
        assert_eq!(policy.status, StatusCode::OK, "{what}");
        let said = policy.text("access");
        assert_eq!(access_of(&said), expected, "{what}, policy");
    }
    let listed = person.call(Method::GET, "/documents", None).await.ok();
    let is_listed = listed["documents"]
        .as_array()
        .expect("a list")
        .iter()
        .any(|listed| listed["name"] == json!(doc));
    assert_eq!(is_listed, expected >= Access::Read, "{what}, list");
    Dialect::ALL.len() + 5
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_may_do_with_every_document_what_the_table_says() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let (founder, community) = panel::community(&server, store, "Ada Founder").await;
    let (lines, strangers) = table();
    let unknown = founder
        .call(
            Method::GET,
            "/documents/00000000-0000-7000-8000-000000000000/policy",
            None,
        )
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let unknown = unknown.but_its_number();

    // Everybody comes in as a member, for only members make documents and are in sub-groups; then they become what the
    // line says.
    let invitation = founder.invite(&community, "member").await;
    let mut people = Vec::new();
    for number in 1..=lines.len() {
        let name = format!("Person {number}");
        people.push(Person::invited(&server, &invitation, &name).await);
    }
    let in_group: Vec<&Person> = lines
        .iter()
        .zip(&people)
        .filter(|(line, _)| line.how == How::SubGroup)
        .map(|(_, person)| person)
        .collect();
    let group = founder.make_sub_group(&community, &in_group).await;
    let mut shared = Vec::new();
    for level in Privacy::ALL {
        shared.push(document_of(&founder, &founder, &community, &group, level).await);
    }
    let mut own: Vec<Option<Vec<String>>> = Vec::new();
    for (line, person) in lines.iter().zip(&people) {
        if line.how != How::MadeIt {
            own.push(None);
            continue;
        }
        let mine = person.make_sub_group(&community, &[&founder]).await;
        let mut documents = Vec::new();
        for level in Privacy::ALL {
            documents.push(document_of(person, &founder, &community, &mine, level).await);
        }
        // Made it, and is in no sub-group.
        let path = format!(
            "/communities/{community}/sub-groups/{mine}/members/{}",
            person.id
        );
        let _ = person.call(Method::DELETE, &path, None).await.ok();
        own.push(Some(documents));
    }
    for (line, person) in lines.iter().zip(&people) {
        if line.how == How::Granted && line.role != Some(Role::Listener) {
            for (level, doc) in Privacy::ALL.iter().zip(&shared) {
                if *level != Privacy::Private {
                    founder.grant(doc, person, "comment", None).await;
                }
            }
        }
        match line.role {
            None => founder.remove(&community, person).await,
            Some(Role::Member) => {}
            Some(role) => founder.give_role(&community, person, role.word()).await,
        }
    }

    let mut checked = 0;
    for ((line, person), own) in lines.iter().zip(&people).zip(&own) {
        let documents = own.as_ref().unwrap_or(&shared);
        for ((level, doc), expected) in Privacy::ALL.iter().zip(documents).zip(&line.expected) {
            let what = format!("{} and a {} document", line.who, level.word());
            checked += check(&server, doc, person, *expected, &unknown, &what).await;
        }
    }

    // Whatever is granted, a guest has that and no more.
    let guest = lines
        .iter()
        .position(|line| line.role == Some(Role::Guest) && line.how == How::Plain)
        .expect("a guest");
    for (word, access) in [("read", Access::Read), ("write", Access::Write)] {
        for level in Privacy::ALL {
            if level == Privacy::Private {
                continue;
            }
            let doc = &shared[level as usize];
            founder.grant(doc, &people[guest], word, None).await;
            let what = format!("guest, granted {word}, and a {} document", level.word());
            checked += check(&server, doc, &people[guest], access, &unknown, &what).await;
        }
    }

    // Nobody in particular: no account, no token.
    let http = reqwest::Client::new();
    for ((level, doc), expected) in Privacy::ALL.iter().zip(&shared).zip(&strangers) {
        let status = async |path: String| {
            let answer = http.get(server.url(&path)).send().await.expect("an answer");
            answer.status()
        };
        let text = status(format!("/api/v1/docs/{doc}/update")).await;
        let page = status(format!("/api/v1/public/{doc}")).await;
        let (reads, sees) = if *expected >= Access::Read {
            (StatusCode::OK, StatusCode::OK)
        } else {
            (StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND)
        };
        assert_eq!((text, page), (reads, sees), "a stranger, {}", level.word());
        let path = format!("/yjs/{doc}?token=");
        let refused = RawSocket::connect(server.address(), &path).await;
        assert!(
            matches!(refused, Err(ConnectError::Refused(401 | 403))),
            "no socket for strangers: {}",
            level.word()
        );
        let options = ClientOptions::new(server.address(), doc, Dialect::Extended).token("");
        let client = Client::start(options);
        client
            .until("denied", |replica| replica.denied().is_some())
            .await;
        checked += 4;
    }
    println!(
        "{checked} ways into documents by {} people",
        people.len() + 1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_that_is_over_is_felt_by_open_sockets_when_it_is_over() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let (leader, community) = panel::community(&server, store, "Ada Leader").await;
    let doc = leader.new_document(&community, "community").await;
    let [guest] = panel::people(&server, &leader, &community, [("guest", "Gus Guest")]).await;
    leader.grant(&doc, &guest, "write", None).await;
    let mut sockets = Vec::new();
    for dialect in Dialect::ALL {
        let socket = client(&server, &doc, dialect, &guest).await;
        socket.type_marker(&format!("[{dialect:?}]"), 0);
        socket.settled().await;
        sockets.push((dialect, socket));
    }
    let beside = client(&server, &doc, Dialect::Extended, &leader).await;

    let term = Duration::from_secs(3);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let until = i64::try_from((now + term).as_millis()).expect("in range");
    leader.grant(&doc, &guest, "write", Some(until)).await;
    let granted = Instant::now();
    for (_, socket) in &sockets {
        socket.type_marker("[in time]", 1);
        socket.settled().await;
    }
    assert!(granted.elapsed() < term, "this machine is too slow to tell");
    for (dialect, socket) in &sockets {
        socket
            .until("out", |replica| match dialect {
                Dialect::Plain => replica.last_close() == Some(4403),
                Dialect::Stock | Dialect::Extended => replica.denied() == Some("forbidden"),
            })
            .await;
    }
    let took = granted.elapsed();
    println!(
        "out {} ms after the end",
        took.saturating_sub(term).as_millis()
    );
    assert!(took >= term - BUSY / 40, "not before the end: {took:?}");
    assert!(took < term + SOON + BUSY, "{took:?}");
    beside.type_marker("[still here]", 0);
    beside.settled().await;
    assert_eq!(beside.replica().connections(), 1, "others notice nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_reaches_open_sockets_on_all_nodes_and_others_notice_nothing() {
    let cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let [here, there] = [&cluster.nodes[0], &cluster.nodes[1]];
    let store = StoreAt::Database(&cluster.database);
    let (leader, community) = panel::community(here, store, "Ada Leader").await;
    let [member] = panel::people(here, &leader, &community, [("member", "Bert Member")]).await;
    let [colleague] =
        panel::people(there, &leader, &community, [("member", "Carla Colleague")]).await;
    let doc = leader.new_document(&community, "portal").await;

    let beside = client(there, &doc, Dialect::Extended, &colleague).await;
    let mut sockets = Vec::new();
    for server in [here, there] {
        for dialect in Dialect::ALL {
            sockets.push((
                dialect,
                client(server, &doc, dialect, &member.at(server)).await,
            ));
        }
    }
    for (number, (_, socket)) in sockets.iter().enumerate() {
        socket.type_marker(&format!("[{number}]"), number as u64);
        socket.settled().await;
    }

    // A guest reads what is open to the portal; all of the member's sockets become readers in place.
    let connections: Vec<u64> = sockets
        .iter()
        .map(|(_, socket)| socket.replica().connections())
        .collect();
    leader.give_role(&community, &member, "guest").await;
    let decided = Instant::now();
    for (_, socket) in sockets
        .iter()
        .filter(|(dialect, _)| *dialect == Dialect::Extended)
    {
        socket
            .until("a reader", |replica| replica.access() == Some(Access::Read))
            .await;
    }
    let took = decided.elapsed();
    println!(
        "readers on both nodes {} ms after the decision",
        took.as_millis()
    );
    assert!(took < SOON + BUSY, "{took:?}");
    let now: Vec<u64> = sockets
        .iter()
        .map(|(_, socket)| socket.replica().connections())
        .collect();
    assert_eq!(now, connections, "nobody had to connect again");
    for (_, socket) in &sockets {
        socket.type_marker("[smuggled]", 0);
    }
    beside.type_marker("[beside]", 0);
    beside.settled().await;
    for (_, socket) in &sockets {
        socket
            .until("what others write", |replica| {
                replica.text().contains("[beside]")
            })
            .await;
    }
    for server in [here, there] {
        let fresh = client(server, &doc, Dialect::Extended, &leader.at(server)).await;
        assert!(!fresh.text().contains("smuggled"), "{}", fresh.text());
    }

    // Narrowed to the community: who is a guest loses it altogether.
    let path = format!("/documents/{doc}/policy");
    let narrower = json!({ "privacy": "community" });
    let _ = leader.call(Method::PUT, &path, Some(narrower)).await.ok();
    for (dialect, socket) in &sockets {
        match dialect {
            Dialect::Plain => {
                socket
                    .until("closed", |replica| replica.last_close() == Some(4403))
                    .await;
            }
            Dialect::Stock | Dialect::Extended => {
                socket
                    .until("denied", |replica| replica.denied() == Some("forbidden"))
                    .await;
            }
        }
    }
    beside.type_marker("[still here]", 0);
    beside.settled().await;
    assert_eq!(beside.replica().connections(), 1, "others notice nothing");
    for (_, socket) in &sockets {
        assert!(!socket.text().contains("still here"));
    }

    // Back again: what our client wrote meanwhile is not lost.
    leader.give_role(&community, &member, "member").await;
    let again = client(there, &doc, Dialect::Extended, &member.at(there)).await;
    again.type_marker("[back]", 0);
    again.settled().await;
    beside
        .until("the member again", |replica| {
            replica.text().contains("[back]")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_signed_out_or_locked_loses_their_sockets() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let (leader, community) = panel::community(&server, store, "Ada Leader").await;
    let [member] = panel::people(&server, &leader, &community, [("member", "Bert Member")]).await;
    let doc = leader.new_document(&community, "community").await;
    let kept = client(&server, &doc, Dialect::Extended, &leader).await;
    let ended = client(&server, &doc, Dialect::Extended, &member).await;
    let signed_out = member.call(Method::DELETE, "/session", None).await;
    assert_eq!(signed_out.status, StatusCode::NO_CONTENT);
    // In words that say it was the session, and not a decision about the document.
    ended
        .until("denied", |replica| {
            replica.denied() == Some("token-expired")
        })
        .await;
    kept.type_marker("[leader]", 0);
    kept.settled().await;
    assert_eq!(kept.replica().connections(), 1);
    eventually("the session is over", async || {
        let answer = member.call(Method::GET, "/session", None).await;
        (answer.status == StatusCode::UNAUTHORIZED).then_some(())
    })
    .await;
}
