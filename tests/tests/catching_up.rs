//! Notifications over real sockets and nodes: what was said while the server was away arrives, what one may not see any
//! more is not shown, and however many nodes there are, each is told once.

use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::panel;
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use yrs::{Any, Array, Doc, Transact};

/// A discussion as somebody sees it who adds to it under this client id.
struct View {
    doc: Doc,
    client: u64,
    said: u32,
}

impl View {
    fn new(client: u64) -> Self {
        Self {
            doc: Doc::with_client_id(client),
            client,
            said: 0,
        }
    }

    /// An update, and the place of what it says.
    fn says(&mut self, event: &Value) -> (Vec<u8>, String) {
        let events = self.doc.get_or_insert_array("events");
        let mut txn = self.doc.transact_mut();
        events.push_back(
            &mut txn,
            Any::from_json(&event.to_string()).expect("an event"),
        );
        let place = format!("{}.{}", self.client, self.said);
        self.said += 1;
        (txn.encode_update_v1(), place)
    }

    fn opens(&mut self) -> (Vec<u8>, String) {
        self.says(&json!({"kind": "thread", "at": 1, "anchor": null, "quote": ""}))
    }

    fn comments(&mut self, thread: &str, mentions: &[&Person]) -> (Vec<u8>, String) {
        let mentions: Vec<Value> = mentions
            .iter()
            .map(|person| json!({"id": person.id, "name": "somebody"}))
            .collect();
        self.says(&json!({
            "kind": "comment", "at": 1, "thread": thread, "text": "Please look", "mentions": mentions,
        }))
    }
}

async fn told(who: &Person) -> Vec<Value> {
    let answer = who.call(Method::GET, "/notifications", None).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.body["notifications"]
        .as_array()
        .expect("a list")
        .clone()
}

async fn until_told(who: &Person, what: &str, count: usize) -> Vec<Value> {
    eventually(what, async || {
        let told = told(who).await;
        (told.len() >= count).then_some(told)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_made_while_the_server_was_away_arrives_once_and_goes_with_access() {
    let mut server = ServerProcess::start(ServerOptions::portal());
    let store = server.data_dir().to_owned();
    let (leader, community) =
        panel::community(&server, StoreAt::Directory(&store), "Ada Leader").await;
    let [member] = panel::people(&server, &leader, &community, [("member", "Bert Member")]).await;
    let stranger =
        Person::made_by_the_operator(&server, StoreAt::Directory(&store), "A Stranger").await;
    let doc = leader.new_document(&community, "portal").await;
    let options = ClientOptions::new(
        server.address(),
        &format!("{doc}/discussion"),
        Dialect::Extended,
    )
    .token(&leader.token().await);
    let client = Client::synced(options).await;

    server.kill();
    let mut view = View::new(4_001);
    let (opened, thread) = view.opens();
    client.push("thread", opened);
    let (mention, _) = view.comments(&thread, &[&member, &stranger]);
    client.push("mention", mention);
    server.start_again();
    client.settled().await;
    let first = until_told(&member, "the mention", 1).await;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0]["kind"], "mention");
    assert_eq!(first[0]["actor"], "Ada Leader");
    assert_eq!(first[0]["document"], doc.as_str());
    assert_eq!(first[0]["thread"], thread.as_str());

    // Killed again, and everything read again: what was told is told.
    server.kill();
    server.start_again();
    let (again, _) = view.comments(&thread, &[&member]);
    client.push("again", again);
    client.settled().await;
    let second = until_told(&member, "another mention", 2).await;
    assert_eq!(second.len(), 2);
    assert_eq!(second[1]["id"], first[0]["id"]);
    // Whoever reads the library is not in the discussion's community.
    assert_eq!(told(&stranger).await, Vec::<Value>::new());

    leader.remove(&community, &member).await;
    assert_eq!(told(&member).await, Vec::<Value>::new());
    let bell = member
        .call(Method::GET, "/notifications/unread", None)
        .await;
    assert_eq!(bell.body, json!({"unread": 0}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_give_one_notification() {
    const MENTIONS: usize = 12;
    let cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let [here, there] = [&cluster.nodes[0], &cluster.nodes[1]];
    let store = StoreAt::Database(&cluster.database);
    let (leader, community) = panel::community(here, store, "Ada Leader").await;
    let [member] = panel::people(there, &leader, &community, [("member", "Bert Member")]).await;
    let doc = leader.new_document(&community, "community").await;
    let name = format!("{doc}%2Fdiscussion");
    let made = leader.update(Method::GET, &name, Vec::new()).await;
    assert!(
        made == StatusCode::OK || made == StatusCode::NOT_FOUND,
        "{made}"
    );
    let mut view = View::new(5_001);
    let (opened, thread) = view.opens();
    assert!(
        leader
            .update(Method::POST, &name, opened)
            .await
            .is_success()
    );
    for count in 1..=MENTIONS {
        let (mention, _) = view.comments(&thread, &[&member]);
        let node = if count % 2 == 0 { here } else { there };
        let posted = leader.at(node).update(Method::POST, &name, mention).await;
        assert!(posted.is_success(), "{posted}");
        until_told(&member, "a mention", count).await;
    }
    // Both nodes have read it again by the time that something later is told.
    let mut answers = View::new(6_001);
    let (answer, _) = answers.comments(&thread, &[]);
    let posted = member.update(Method::POST, &name, answer).await;
    assert!(posted.is_success(), "{posted}");
    until_told(&leader, "the answer", 1).await;
    for node in [here, there] {
        assert_eq!(told(&member.at(node)).await.len(), MENTIONS);
        assert_eq!(told(&leader.at(node)).await.len(), 1);
    }
}
