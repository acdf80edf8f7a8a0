//! The task around a room, with a real journal and store: how rooms end, and what members hear of it.

use consilium_protocol::envelope::{Address, ServerFrame, ServerMessage};
use consilium_protocol::extension::ServerExtension;
use consilium_protocol::ids::{Lineage, PushId};
use tokio::task::JoinHandle;
use yrs::{Doc, Text, Transact};

use super::*;
use crate::journal::JournalLimits;
use crate::outbound::{NodeBudget, Outbound, Outgoing};
use crate::registry::{Registry, RoomError, RoomLease};
use crate::room::subscriber::{Debt, Dialect, Subscriber, SubscriberId};
use crate::store::SqliteStore;
use crate::store::faulty::{Fault, FaultyStore};

const DRAIN_MAX: Duration = Duration::from_secs(10);

/// After so long a test has failed.
const PATIENCE: Duration = Duration::from_secs(30);

struct Node {
    store: Arc<FaultyStore>,
    registry: Registry,
    _dir: tempfile::TempDir,
}

impl Node {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = FaultyStore::new(Arc::new(SqliteStore::open(dir.path()).await.unwrap()));
        let shared: Arc<dyn Store> = store.clone();
        let tasks = TaskTracker::new();
        let limits = JournalLimits {
            probe_delay_min: Duration::from_millis(5),
            ..JournalLimits::default()
        };
        let registry = Registry::new(RoomServices {
            journal: Journal::start(Arc::clone(&shared), limits, &tasks),
            store: shared,
            tail_grown: Arc::new(|_, _, _| false),
            cluster: None,
            moderation: crate::meetings::moderation::Moderation::default(),
            kind_of: consilium_model::discussion::kind_of,
            idle_timeout: Duration::from_secs(30),
            tasks,
            shutdown: CancellationToken::new(),
        });
        Self {
            store,
            registry,
            _dir: dir,
        }
    }

    /// Asks for the whole document, like a request over HTTP.
    fn ask(&self) -> JoinHandle<Result<Option<Bytes>, RoomError>> {
        let registry = self.registry.clone();
        tokio::spawn(async move { registry.snapshot_update(&name()).await })
    }
}

fn name() -> DocName {
    DocName::parse("d").unwrap()
}

struct Visitor {
    id: SubscriberId,
    lease: RoomLease,
    outbound: Outbound,
}

impl Visitor {
    async fn enter(node: &Node) -> Self {
        Self::enter_as(node, Access::Write).await
    }

    async fn enter_as(node: &Node, access: Access) -> Self {
        let lease = node.registry.lease(&name());
        let outbound = Outbound::new(NodeBudget::default());
        let id = node.registry.next_subscriber();
        lease
            .send(RoomEvent::Join {
                id,
                subscriber: Box::new(Subscriber {
                    dialect: Dialect::Extended(Address::of(&name())),
                    outbound: outbound.clone(),
                    identity: None,
                    access,
                    lineage: None::<Lineage>,
                }),
            })
            .await
            .unwrap();
        Self {
            id,
            lease,
            outbound,
        }
    }

    async fn push(&self, number: u64) {
        let doc = Doc::with_client_id(number);
        let text = doc.get_or_insert_text("t");
        let mut txn = doc.transact_mut();
        text.insert(&mut txn, 0, "word");
        let event = RoomEvent::Update {
            source: Source::Member {
                id: self.id,
                debt: Debt::Push(PushId(number)),
            },
            keep: Keep::AsSent,
            update: txn.encode_update_v1().into(),
        };
        drop(txn);
        // A room that has ended takes nothing; what matters is what this visitor hears.
        let _ = self.lease.send(event).await;
    }

    /// Waits for the next thing that it hears, in words.
    async fn hears(&self) -> String {
        let heard = async {
            loop {
                match self.outbound.take() {
                    Some(Outgoing::Close(code)) => return format!("close {}", code.reason()),
                    Some(Outgoing::Frame(frame)) => return in_words(frame),
                    Some(Outgoing::Begun(_)) => panic!("there is no wire"),
                    None => self.outbound.changed().await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, heard)
            .await
            .expect("nobody is left without a word")
    }

    async fn hears_in_turn(&self, expected: &[&str]) {
        for words in expected {
            assert_eq!(self.hears().await, *words);
        }
    }
}

fn in_words(frame: Bytes) -> String {
    match ServerFrame::decode(frame) {
        Ok(ServerFrame::Message { message, .. }) => match message {
            ServerMessage::Extension(ServerExtension::Ack(id)) => format!("ack {}", id.0),
            ServerMessage::Extension(ServerExtension::Hello(_)) => "hello".to_owned(),
            ServerMessage::Extension(ServerExtension::Storage { available }) => {
                format!("storage {available}")
            }
            ServerMessage::Authenticated(_) => "authenticated".to_owned(),
            ServerMessage::Sync(_) => "sync".to_owned(),
            ServerMessage::PermissionDenied(reason) => format!("denied {reason}"),
            ServerMessage::Close(reason) => format!("channel closed {reason}"),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    }
}

const GREETING: [&str; 3] = ["authenticated", "hello", "sync"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_everything_taken_is_acknowledged_before_members_are_sent_away() {
    let node = Node::start().await;
    let anna = Visitor::enter(&node).await;
    anna.hears_in_turn(&GREETING).await;
    node.store.every_write(Some(Fault::Held));
    anna.push(1).await;
    while node.store.writes_tried() < 2 {
        tokio::task::yield_now().await;
    }
    // The first commit is under way; this one is taken and gathered.
    anna.push(2).await;
    let registry = node.registry.clone();
    let drained = tokio::spawn(async move { registry.drain(DRAIN_MAX).await });
    // Nobody is sent away before the commits.
    let early = tokio::time::timeout(Duration::from_millis(100), anna.hears()).await;
    assert!(early.is_err(), "{early:?}");
    node.store.every_write(None);
    node.store.release(1);
    anna.hears_in_turn(&["ack 1", "ack 2", "close going-away"])
        .await;
    assert_eq!(drained.await.unwrap(), Ok(()));
    assert_eq!(node.registry.open_rooms(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_while_the_room_is_leaving_is_sent_away_and_writes_nothing() {
    let node = Node::start().await;
    let anna = Visitor::enter(&node).await;
    anna.hears_in_turn(&GREETING).await;
    node.store.every_write(Some(Fault::Held));
    anna.push(1).await;
    while node.store.writes_tried() < 2 {
        tokio::task::yield_now().await;
    }
    let registry = node.registry.clone();
    let drained = tokio::spawn(async move { registry.drain(DRAIN_MAX).await });
    // Whoever gets in still is greeted, and will be sent away with the others.
    while Visitor::enter(&node).await.hears().await != "close going-away" {}
    anna.push(2).await;
    let request = node.ask();
    node.store.every_write(None);
    node.store.release(1);
    anna.hears_in_turn(&["ack 1", "close going-away"]).await;
    assert_eq!(request.await.unwrap(), Err(RoomError::ShuttingDown));
    assert_eq!(drained.await.unwrap(), Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_turns_out_damaged_is_closed_to_its_members_and_the_next_visit_tries_again()
{
    let node = Node::start().await;
    let anna = Visitor::enter(&node).await;
    anna.hears_in_turn(&GREETING).await;
    node.store.damage_loads(true);
    node.store
        .next_write(Fault::Refuse(StoreError::Unavailable("a bad disk".into())));
    anna.push(1).await;
    let request = node.ask();
    anna.hears_in_turn(&["storage false", "channel closed internal"])
        .await;
    assert_eq!(request.await.unwrap(), Err(RoomError::Unavailable));
    // As long as it is damaged, nobody waits without a word.
    let bert = Visitor::enter(&node).await;
    bert.hears_in_turn(&["channel closed internal"]).await;
    drop((anna, bert));
    while node.registry.open_rooms() > 0 {
        tokio::task::yield_now().await;
    }
    node.store.damage_loads(false);
    let cara = Visitor::enter(&node).await;
    cara.hears_in_turn(&GREETING[..2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_comes_into_being_for_a_writer_and_not_for_a_reader() {
    let node = Node::start().await;
    let reader = Visitor::enter_as(&node, Access::Comment).await;
    reader.hears_in_turn(&["denied not-found"]).await;
    reader.push(1).await;
    assert_eq!(node.store.load(&name()).await.unwrap(), None);
    let writer = Visitor::enter(&node).await;
    writer.hears_in_turn(&GREETING).await;
    let reader = Visitor::enter_as(&node, Access::Read).await;
    reader.hears_in_turn(&GREETING[..2]).await;
    assert!(node.store.load(&name()).await.unwrap().is_some());
}
