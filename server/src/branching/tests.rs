//! Two nodes over one store, of which neither hears what the other took: the worst that a bus can do. Whoever decides
//! second is told so, and no passage comes twice.

use std::time::Duration;

use consilium_model::access::Privacy;
use consilium_model::document::BODY;
use consilium_model::prose::{Block, Run, append, read};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yrs::ReadTxn;

use super::*;
use crate::community::wording::Language;
use crate::journal::{Journal, JournalLimits};
use crate::meetings::moderation::Moderation;
use crate::people::email;
use crate::room::actor::{RoomServices, now_ms};
use crate::store::SqliteStore;
use crate::store::communities::{Founding, NewDocument};
use crate::store::people::NewAccount;
use crate::store::portal_ids::{AccountId, CommunityId};

struct Nodes {
    one: Registry,
    other: Registry,
    store: Arc<dyn Store>,
    leader: Actor,
    document: DocName,
    branch: DocName,
    _directory: tempfile::TempDir,
}

fn node(store: &Arc<dyn Store>) -> Registry {
    let tasks = TaskTracker::new();
    Registry::new(RoomServices {
        journal: Journal::start(Arc::clone(store), JournalLimits::default(), &tasks),
        store: Arc::clone(store),
        tail_grown: Arc::new(|_, _, _| false),
        cluster: None,
        moderation: Moderation::default(),
        kind_of: consilium_model::discussion::kind_of,
        idle_timeout: Duration::from_secs(600),
        tasks,
        shutdown: CancellationToken::new(),
    })
}

impl Nodes {
    /// A document, and a suggestion that adds two paragraphs to it. Both nodes have the document open.
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(directory.path()).await.unwrap());
        let leader = Actor {
            account: AccountId::new(),
            at_ms: now_ms(),
        };
        let account = NewAccount {
            id: leader.account,
            email: email::parse("leader@example.org").unwrap(),
            name: "Leader".to_owned(),
            password: None,
            created_at_ms: leader.at_ms,
        };
        store.create_account(&account, None).await.unwrap();
        let document = DocName::parse("text").unwrap();
        let founding = Founding {
            id: CommunityId::new(),
            name: "Panel".to_owned(),
            description: String::new(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: NewDocument {
                name: document.clone(),
                title: "A text".to_owned(),
                privacy: None,
            },
        };
        store.found_community(leader, &founding).await.unwrap();
        let (one, other) = (node(&store), node(&store));
        let nodes = Self {
            one,
            other,
            store,
            leader,
            branch: document.clone(),
            document,
            _directory: directory,
        };
        nodes.write(&nodes.document, &["as it was"]).await;
        let made = nodes
            .at(&nodes.one)
            .make(
                leader,
                nodes.document.clone(),
                BranchKind::Suggestion,
                String::new(),
            )
            .await
            .unwrap();
        nodes.write(&made.name, &["first new", "second new"]).await;
        Self {
            branch: made.name,
            ..nodes
        }
    }

    fn at<'a>(&'a self, registry: &'a Registry) -> Branching<'a> {
        Branching {
            registry,
            store: &self.store,
        }
    }

    async fn write(&self, name: &DocName, paragraphs: &[&str]) {
        let doc = plain_doc();
        let before = self.one.snapshot_update(name).await.unwrap().unwrap();
        apply(&doc, &before).unwrap();
        let state = doc.transact().state_vector();
        let body = doc.get_or_insert_xml_fragment(BODY);
        let blocks: Vec<Block> = paragraphs
            .iter()
            .map(|text| Block::Paragraph(vec![Run::plain(*text)]))
            .collect();
        append(&mut doc.transact_mut(), &body, &blocks);
        let update = doc.transact().encode_diff_v1(&state);
        let author = Some(self.leader.account.user());
        let applied = self
            .one
            .apply_update(name, author, Access::Write, update.into())
            .await;
        assert_eq!(applied.unwrap(), ApplyOutcome::Committed);
    }

    /// What the changes are as a node shows them.
    async fn changes(&self, registry: &Registry) -> Vec<ChangeId> {
        let found = self.at(registry).compare(self.leader, &self.branch).await;
        let changes = found.unwrap().changes;
        changes.into_iter().map(|change| change.id).collect()
    }

    async fn merge(&self, registry: &Registry, changes: &[ChangeId]) -> Result<(), BranchError> {
        let chosen = Some(changes.iter().copied().collect());
        let merged = self
            .at(registry)
            .merge(self.leader, &self.branch, chosen)
            .await;
        merged.map(|_| ())
    }

    /// What the journal says.
    async fn paragraphs(&self) -> Vec<Block> {
        let committed = self.at(&self.one).committed(&self.document).await;
        let doc = document_of(&committed.unwrap().unwrap().0).unwrap();
        read::body(&doc.transact())
    }
}

fn paragraphs(texts: &[&str]) -> Vec<Block> {
    texts
        .iter()
        .map(|text| Block::Paragraph(vec![Run::plain(*text)]))
        .collect()
}

#[tokio::test]
async fn what_was_taken_on_one_node_is_not_taken_again_on_another_that_has_not_heard_of_it() {
    let nodes = Nodes::new().await;
    // A room that stays open, and in which nothing arrives.
    let _open = nodes.other.lease(&nodes.document);
    let stale = nodes.changes(&nodes.other).await;
    assert_eq!(stale.len(), 2);
    nodes.merge(&nodes.one, &stale[..1]).await.unwrap();
    let again = nodes.merge(&nodes.other, &stale[..1]).await;
    assert!(matches!(again, Err(BranchError::Changed)), "{again:?}");
    let all = nodes.merge(&nodes.other, &stale).await;
    assert!(matches!(all, Err(BranchError::Changed)), "{all:?}");
    assert_eq!(
        nodes.paragraphs().await,
        paragraphs(&["as it was", "first new"])
    );

    let left = nodes.changes(&nodes.one).await;
    nodes.merge(&nodes.other, &left).await.unwrap();
    let late = nodes.merge(&nodes.one, &left).await;
    assert!(
        matches!(late, Err(BranchError::Forbidden(Refusal::BranchClosed))),
        "{late:?}"
    );
    assert_eq!(
        nodes.paragraphs().await,
        paragraphs(&["as it was", "first new", "second new"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_take_the_same_passage_in_one_instant_one_does_and_the_other_is_told() {
    let nodes = Nodes::new().await;
    let _open = nodes.other.lease(&nodes.document);
    let chosen = nodes.changes(&nodes.other).await;
    let (first, second) = tokio::join!(
        nodes.merge(&nodes.one, &chosen[..1]),
        nodes.merge(&nodes.other, &chosen[..1])
    );
    let told = match (first, second) {
        (Ok(()), Err(told)) | (Err(told), Ok(())) => told,
        both => panic!("{both:?}"),
    };
    assert!(matches!(told, BranchError::Changed), "{told:?}");
    assert_eq!(
        nodes.paragraphs().await,
        paragraphs(&["as it was", "first new"])
    );
}

#[tokio::test]
async fn who_waits_too_long_for_their_turn_is_told_that_somebody_decides() {
    let nodes = Nodes::new().await;
    let changes = nodes.changes(&nodes.one).await;
    let long = Duration::from_secs(3_600);
    let turn = MergeTurn::fresh();
    let taken = nodes
        .store
        .take_merge_turn(nodes.leader, &nodes.branch, turn, long)
        .await;
    assert_eq!(taken.unwrap(), Ok(true));
    let told = nodes.merge(&nodes.one, &changes).await;
    assert!(
        matches!(told, Err(BranchError::Forbidden(Refusal::BeingDecided))),
        "{told:?}"
    );
    let told = nodes
        .at(&nodes.other)
        .decide(nodes.leader, &nodes.branch, Fate::Discarded)
        .await;
    assert!(
        matches!(told, Err(BranchError::Forbidden(Refusal::BeingDecided))),
        "{told:?}"
    );
    nodes.store.end_merge_turn(turn).await.unwrap();
    nodes.merge(&nodes.one, &changes).await.unwrap();
}
