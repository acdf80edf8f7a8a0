//! What every store must do about discussions: one rule a function, named after a sentence of [`DiscussionStore`].
//! [`discussion_contract!`](crate::discussion_contract) turns them into tests.
//!
//! [`DiscussionStore`]: crate::store::DiscussionStore

use std::sync::Arc;

use bytes::Bytes;
use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName, UserId};

use super::StoreFactory;
use crate::community::wording::Language;
use crate::store::communities::{Actor, Founding, Grant, MemberChange, NewDocument, NewInvitation};
use crate::store::discussions::Author;
use crate::store::people::{Email, NewAccount, PasswordHash, SecretHash};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId};
use crate::store::{Append, DocId, Store};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! discussion_contract {
    ($factory:expr) => {
        $crate::discussion_contract!(@rules $factory;
            authors_are_the_owners_of_clients_by_their_names_of_today
            many_authors_are_all_named
            a_document_that_is_not_there_has_no_authors
            readers_are_those_in_the_community_whom_the_policy_lets_read
            a_document_in_the_bin_has_no_readers
            putting_a_document_into_the_bin_moves_the_epoch
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::discussions::$rule(&$factory).await;
            }
        )*
    };
}

const NOW_MS: i64 = 1_790_000_000_000;

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a valid name")
}

fn by(account: AccountId) -> Actor {
    Actor {
        account,
        at_ms: NOW_MS,
    }
}

async fn account(store: &dyn Store, name: &str) -> AccountId {
    let id = AccountId::new();
    let address = format!("{id}@example.org");
    let made = NewAccount {
        id,
        email: Email {
            written: address.clone(),
            folded: address,
        },
        name: name.to_owned(),
        password: Some(PasswordHash::new("checked elsewhere".to_owned())),
        created_at_ms: NOW_MS,
    };
    store.create_account(&made, None).await.expect("an account");
    id
}

async fn claim(store: &dyn Store, doc: DocId, author: UserId, claims: Vec<u64>) {
    let append = Append {
        doc,
        update: Bytes::from_static(b"update"),
        author: Some(author),
        claims,
        at_ms: NOW_MS,
    };
    store.append(&[append]).await.expect("append");
}

async fn document(store: &dyn Store, text: &str) -> DocId {
    let loaded = store.load_or_create(&name(text), NOW_MS).await;
    loaded.expect("a document").record.id
}

/// The authors of a document, by id.
async fn authors(store: &dyn Store, text: &str) -> Vec<Author> {
    let found = store.authors(&name(text)).await.expect("read");
    let mut authors = found.expect("the document exists");
    authors.sort_by(|one, other| one.id.cmp(&other.id));
    authors
}

/// Also of who has left, and of who never had an account.
pub async fn authors_are_the_owners_of_clients_by_their_names_of_today(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    let doc = document(&*store, "a").await;
    let other = document(&*store, "b").await;
    assert_eq!(authors(&*store, "a").await, []);
    let anna = account(&*store, "Anna").await;
    let zoe = account(&*store, "Zoë 医師").await;
    let embedded = UserId::new("somebody of another application");
    claim(&*store, doc, anna.user(), vec![7, 5]).await;
    claim(&*store, doc, zoe.user(), vec![u64::MAX >> 11]).await;
    claim(&*store, doc, anna.user(), vec![6]).await;
    claim(&*store, doc, embedded.clone(), vec![u64::MAX]).await;
    claim(&*store, other, zoe.user(), vec![5]).await;
    store
        .rename_account(by(anna), "Anna Lindqvist")
        .await
        .expect("rename")
        .expect("nobody is called so");
    let author = |id: UserId, name: Option<&str>, clients: Vec<u64>| Author {
        id,
        name: name.map(str::to_owned),
        clients,
    };
    let mut expected = vec![
        author(anna.user(), Some("Anna Lindqvist"), vec![5, 6, 7]),
        author(zoe.user(), Some("Zoë 医師"), vec![u64::MAX >> 11]),
        author(embedded, None, vec![u64::MAX]),
    ];
    expected.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(authors(&*store, "a").await, expected);
    assert_eq!(
        authors(&*store, "b").await,
        [author(zoe.user(), Some("Zoë 医師"), vec![5])]
    );
}

/// However many there are.
pub async fn many_authors_are_all_named(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = document(&*store, "a").await;
    for client in 0..450 {
        let id = account(&*store, &format!("Author {client}")).await;
        claim(&*store, doc, id.user(), vec![client]).await;
    }
    let found = authors(&*store, "a").await;
    assert_eq!(found.len(), 450);
    for author in found {
        assert_eq!(author.name, Some(format!("Author {}", author.clients[0])));
    }
}

/// And no readers.
pub async fn a_document_that_is_not_there_has_no_authors(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let missing = name("missing");
    assert_eq!(store.authors(&missing).await.expect("read"), None);
    assert_eq!(store.readers(&missing, NOW_MS).await.expect("read"), []);
    document(&*store, "of nobody").await;
    let readers = store.readers(&name("of nobody"), NOW_MS).await;
    assert_eq!(readers.expect("read"), [], "it belongs to no community");
}

/// A community with a leader and others, and their names.
struct World {
    store: Arc<dyn Store>,
    id: CommunityId,
    leader: AccountId,
    guest: AccountId,
}

impl World {
    async fn new(factory: &impl StoreFactory) -> Self {
        let store = factory.open().await;
        let leader = account(&*store, "Lea").await;
        let id = CommunityId::new();
        let founding = Founding {
            id,
            name: "World".to_owned(),
            description: String::new(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: NewDocument {
                name: name("first"),
                title: "First".to_owned(),
                privacy: None,
            },
        };
        store
            .found_community(by(leader), &founding)
            .await
            .expect("found");
        let mut world = Self {
            store,
            id,
            leader,
            guest: leader,
        };
        world.let_in("berta", 1, Role::Member).await;
        world.guest = world.let_in("Gita", 2, Role::Guest).await;
        world.let_in("Lio", 3, Role::Listener).await;
        world
    }

    async fn let_in(&self, who: &str, number: u8, role: Role) -> AccountId {
        let joining = account(&*self.store, who).await;
        let secret = SecretHash([number; 32]);
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role,
            secret,
            expires_at_ms: NOW_MS + 1_000,
            uses_max: None,
        };
        let invited = self
            .store
            .invite(by(self.leader), self.id, &invitation)
            .await;
        invited.expect("invite").expect("leaders invite");
        let joined = self
            .store
            .join(by(joining), &SecretHash([number; 32]))
            .await;
        joined.expect("join").expect("the invited join");
        joining
    }

    async fn readers(&self, text: &str) -> Vec<String> {
        let readers = self.store.readers(&name(text), NOW_MS).await;
        let readers = readers.expect("read").into_iter();
        readers.map(|reader| reader.name).collect()
    }

    async fn create(&self, text: &str, privacy: Privacy) {
        let document = NewDocument {
            name: name(text),
            title: String::new(),
            privacy: Some(privacy),
        };
        let made = self
            .store
            .create_document(by(self.leader), self.id, &document)
            .await;
        made.expect("create").expect("leaders create");
    }
}

/// By name, whatever the case. A term that is over counts as not being there.
pub async fn readers_are_those_in_the_community_whom_the_policy_lets_read(
    factory: &impl StoreFactory,
) {
    let world = World::new(factory).await;
    world.create("private", Privacy::Private).await;
    world.create("portal", Privacy::Portal).await;
    account(&*world.store, "A stranger").await;
    assert_eq!(world.readers("first").await, ["berta", "Lea"]);
    assert_eq!(world.readers("private").await, ["Lea"]);
    // The others read it because everybody does.
    assert_eq!(world.readers("portal").await, ["berta", "Lea"]);
    let granted = world
        .store
        .grant(
            by(world.leader),
            &name("first"),
            world.guest,
            Grant {
                access: Access::Comment,
                until_ms: Some(NOW_MS + 1),
            },
        )
        .await;
    granted.expect("grant").expect("leaders grant");
    assert_eq!(world.readers("first").await, ["berta", "Gita", "Lea"]);
    let after = world.store.readers(&name("first"), NOW_MS + 1).await;
    assert_eq!(after.expect("read").len(), 2, "the grant is over");
    let change = MemberChange {
        role: None,
        until_ms: Some(Some(NOW_MS)),
    };
    let changed = world
        .store
        .change_member(by(world.leader), world.id, world.guest, change)
        .await;
    changed.expect("change").expect("leaders change terms");
    assert_eq!(world.readers("first").await, ["berta", "Lea"]);
}

/// Nobody can be spoken to there.
pub async fn a_document_in_the_bin_has_no_readers(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    let first = name("first");
    for (deleted_at_ms, expected) in [(Some(NOW_MS), 0), (None, 2)] {
        let moved = world.store.set_deleted(&first, deleted_at_ms).await;
        assert!(moved.expect("move"));
        assert_eq!(world.readers("first").await.len(), expected);
        let standing = world
            .store
            .document_standing(world.leader, &first, NOW_MS)
            .await;
        let standing = standing.expect("read").expect("it belongs to a community");
        assert_eq!(standing.is_binned, deleted_at_ms.is_some());
        assert_eq!(standing.access(), Access::Write, "the text stays readable");
        let expected = match deleted_at_ms {
            Some(_) => Access::None,
            None => Access::Write,
        };
        assert_eq!(standing.access_to_discussion(), expected);
    }
}

/// And taking it out again.
pub async fn putting_a_document_into_the_bin_moves_the_epoch(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    for deleted_at_ms in [Some(NOW_MS), None] {
        let before = world.store.access_epoch().await.expect("read");
        let moved = world.store.set_deleted(&name("first"), deleted_at_ms).await;
        assert!(moved.expect("move"));
        let after = world.store.access_epoch().await.expect("read");
        assert!(after > before, "{deleted_at_ms:?}");
    }
}
