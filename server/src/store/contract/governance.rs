//! What every store must do so that decisions are not walked around: links that outlive what they were made by, documents
//! that go with whoever made them, and acts without a trace.
//!
//! [`governance_contract!`](crate::governance_contract) turns the rules into tests, with the factory of
//! [`super::communities`].

use std::sync::Arc;

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;

use super::communities::CommunityFactory;
use super::governing::{self, NOW_MS, document, name, secret};
use crate::community::wording::Language;
use crate::store::communities::{
    Actor, Changes, CommunityStore, Founding, MemberChange, NewInvitation, Refusal,
};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! governance_contract {
    ($factory:expr) => {
        $crate::governance_contract!(@rules $factory;
            a_link_lets_nobody_in_when_its_maker_could_make_none
            nobody_comes_back_or_rises_by_a_link_from_before
            what_was_open_stays_with_the_community_when_its_maker_goes
            a_document_begins_no_further_open_than_was_decided
            the_bin_leaves_a_trace
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::governance::$rule(&$factory).await;
            }
        )*
    };
}

/// Somebody, so many milliseconds after the beginning.
fn at(account: AccountId, after_ms: i64) -> Actor {
    governing::at(account, NOW_MS + after_ms)
}

/// A community with two leaders, of whom the first founded it.
struct World {
    store: Arc<dyn CommunityStore>,
    id: CommunityId,
    founder: AccountId,
    other: AccountId,
}

impl World {
    async fn new(factory: &impl CommunityFactory) -> Self {
        let store = factory.open().await;
        let founder = factory.account("founder").await;
        let other = factory.account("other").await;
        let founding = Founding {
            id: CommunityId::new(),
            name: "World".to_owned(),
            description: String::new(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: document("first", None),
        };
        let id = founding.id;
        store
            .found_community(at(founder, 0), &founding)
            .await
            .expect("found a community");
        let world = Self {
            store,
            id,
            founder,
            other,
        };
        world
            .invite(at(founder, 0), 1, Role::Leader)
            .await
            .expect("they may");
        world.join(at(other, 1), 1).await.expect("they may");
        world
    }

    async fn invite(&self, by: Actor, number: u8, role: Role) -> Result<(), Refusal> {
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role,
            secret: secret(number),
            expires_at_ms: NOW_MS + 1_000_000,
            uses_max: None,
        };
        let made = self.store.invite(by, self.id, &invitation).await;
        made.expect("invite").map(|_| ())
    }

    /// What they are afterwards.
    async fn join(&self, by: Actor, number: u8) -> Result<Role, Refusal> {
        let joined = self.store.join(by, &secret(number)).await;
        joined.expect("join").map(|view| view.role)
    }

    async fn make(&self, by: Actor, member: AccountId, role: Role) {
        let change = MemberChange {
            role: Some(role),
            until_ms: None,
        };
        self.store
            .change_member(by, self.id, member, change)
            .await
            .expect("change a member")
            .expect("leaders may");
    }

    async fn remove(&self, by: Actor, member: AccountId) {
        self.store
            .remove_member(by, self.id, member)
            .await
            .expect("remove a member")
            .expect("they may");
    }

    async fn access(&self, by: Actor, text: &str) -> Access {
        self.store
            .document_standing(by.account, &name(text), by.at_ms)
            .await
            .expect("read a standing")
            .map_or(Access::None, |standing| standing.access())
    }

    /// The words of the last acts, the newest first.
    async fn acts(&self, count: u32) -> Vec<String> {
        self.store
            .ledger(at(self.founder, 0), self.id, None, count)
            .await
            .expect("read the ledger")
            .expect("a member")
            .into_iter()
            .map(|line| line.sealed.entry.act)
            .collect()
    }
}

/// A leader who was lowered or locked, or who has gone, lets nobody in by the links that they made; not even themselves.
///
/// # Panics
/// When the store breaks the rule, as everywhere here.
pub async fn a_link_lets_nobody_in_when_its_maker_could_make_none(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let [first, second, third] = ["first", "second", "third"];
    let (first, second) = (factory.account(first).await, factory.account(second).await);
    let third = factory.account(third).await;
    for (number, role) in [(2, Role::Leader), (3, Role::Member)] {
        world
            .invite(at(world.other, 2), number, role)
            .await
            .expect("they may");
    }
    assert_eq!(world.join(at(first, 3), 3).await, Ok(Role::Member));
    // A deputy may invite members, and no leaders.
    world
        .make(at(world.founder, 4), world.other, Role::Deputy)
        .await;
    assert_eq!(world.join(at(second, 5), 2).await, Err(Refusal::NoSuchLink));
    assert_eq!(world.join(at(second, 5), 3).await, Ok(Role::Member));
    assert_eq!(
        world.join(at(world.other, 5), 2).await,
        Err(Refusal::NoSuchLink)
    );
    factory.lock(world.other).await;
    assert_eq!(world.join(at(third, 6), 3).await, Err(Refusal::NoSuchLink));
    let open = world.store.open_invitation(&secret(3), NOW_MS + 6).await;
    assert_eq!(open.expect("read an invitation"), None);
}

/// Whoever was lowered stays so, and whoever went or was removed stays out, until a link that is made after that.
///
/// # Panics
/// When the store breaks the rule.
pub async fn nobody_comes_back_or_rises_by_a_link_from_before(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let person = factory.account("person").await;
    let founder = world.founder;
    world
        .invite(at(founder, 2), 2, Role::Member)
        .await
        .expect("they may");
    assert_eq!(world.join(at(person, 3), 2).await, Ok(Role::Member));
    world.make(at(founder, 4), person, Role::Guest).await;
    assert_eq!(world.join(at(person, 5), 2).await, Ok(Role::Guest));
    world
        .invite(at(founder, 6), 3, Role::Member)
        .await
        .expect("they may");
    assert_eq!(world.join(at(person, 7), 3).await, Ok(Role::Member));

    world.remove(at(founder, 8), person).await;
    assert_eq!(world.join(at(person, 9), 3).await, Err(Refusal::NoSuchLink));
    world
        .invite(at(founder, 10), 4, Role::Member)
        .await
        .expect("they may");
    assert_eq!(world.join(at(person, 11), 4).await, Ok(Role::Member));

    let until = MemberChange {
        role: None,
        until_ms: Some(Some(NOW_MS + 20)),
    };
    let changed = world
        .store
        .change_member(at(founder, 12), world.id, person, until);
    changed.await.expect("change a member").expect("a leader");
    assert_eq!(
        world.join(at(person, 21), 4).await,
        Err(Refusal::NoSuchLink)
    );

    // Somebody who never was in is not held up by what happened to others.
    let newcomer = factory.account("newcomer").await;
    assert_eq!(world.join(at(newcomer, 22), 2).await, Ok(Role::Member));
    world.remove(at(newcomer, 23), newcomer).await;
    assert_eq!(
        world.join(at(newcomer, 24), 2).await,
        Err(Refusal::NoSuchLink)
    );
}

/// A document that the community could read once does not go with its maker, who had narrowed it to themselves.
///
/// # Panics
/// When the store breaks the rule.
pub async fn what_was_open_stays_with_the_community_when_its_maker_goes(
    factory: &impl CommunityFactory,
) {
    let world = World::new(factory).await;
    let person = factory.account("person").await;
    world
        .invite(at(world.founder, 2), 2, Role::Member)
        .await
        .expect("they may");
    world.join(at(person, 3), 2).await.expect("they may");
    for (text, privacy) in [
        ("open", None),
        ("draft", Some(Privacy::Private)),
        ("laid before", Some(Privacy::Private)),
    ] {
        let wish = document(text, privacy);
        let made = world.store.create_document(at(person, 4), world.id, &wish);
        made.await.expect("create").expect("members may");
    }
    let set = |text: &'static str, privacy: Privacy| {
        let world = &world;
        async move {
            let name = name(text);
            let set = world
                .store
                .set_privacy(at(person, 5), &name, privacy, Some("why"));
            set.await.expect("set the privacy").expect("its maker may");
        }
    };
    set("laid before", Privacy::Community).await;
    set("laid before", Privacy::Private).await;
    set("open", Privacy::Private).await;
    let founder = at(world.founder, 6);
    for text in ["open", "draft", "laid before"] {
        assert_eq!(world.access(founder, text).await, Access::None, "{text}");
    }
    world.remove(at(person, 7), person).await;
    let founder = at(world.founder, 8);
    assert_eq!(world.access(founder, "open").await, Access::Write);
    assert_eq!(world.access(founder, "laid before").await, Access::Write);
    assert_eq!(world.access(founder, "draft").await, Access::None);
    assert_eq!(
        world.acts(3).await,
        ["privacy-changed", "privacy-changed", "member-left"]
    );
}

/// Beyond the community, and beyond what its leaders decided for new documents, only a leader begins one.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_document_begins_no_further_open_than_was_decided(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let founder = at(world.founder, 2);
    world.make(founder, world.other, Role::Deputy).await;
    let deputy = at(world.other, 3);
    let begin = |by: Actor, text: &'static str| {
        let world = &world;
        async move {
            let wish = document(text, Some(Privacy::Portal));
            let made = world.store.create_document(by, world.id, &wish);
            made.await.expect("create a document")
        }
    };
    let default_to_portal = Changes {
        default_privacy: Some(Privacy::Portal),
        ..Changes::default()
    };
    let change = |by: Actor| {
        let (world, changes) = (&world, &default_to_portal);
        async move {
            let changed = world.store.change_community(by, world.id, changes);
            changed.await.expect("change the community").map(|_| ())
        }
    };
    assert_eq!(begin(deputy, "a").await, Err(Refusal::LeadersOnly));
    assert_eq!(change(deputy).await, Err(Refusal::LeadersOnly));
    assert_eq!(begin(founder, "b").await, Ok(()));
    assert_eq!(change(founder).await, Ok(()));
    assert_eq!(begin(deputy, "c").await, Ok(()));
}

/// Who puts a document into the bin, or takes it out, is in the ledger, once; and only those who may write do it.
///
/// # Panics
/// When the store breaks the rule.
pub async fn the_bin_leaves_a_trace(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let listener = factory.account("listener").await;
    world
        .invite(at(world.founder, 2), 2, Role::Listener)
        .await
        .expect("they may");
    world.join(at(listener, 3), 2).await.expect("they may");
    let bin = |by: Actor, is_binned: bool| {
        let world = &world;
        async move {
            let set = world.store.set_binned(by, &name("first"), is_binned).await;
            set.expect("bin or restore")
        }
    };
    let founder = world.founder;
    assert_eq!(
        bin(at(listener, 4), true).await,
        Err(Refusal::NoSuchDocument)
    );
    for (after, is_binned) in [(5, true), (6, true), (7, false), (8, false), (9, true)] {
        assert_eq!(bin(at(founder, after), is_binned).await, Ok(()));
    }
    assert_eq!(
        world.acts(4).await,
        [
            "document-binned",
            "document-restored",
            "document-binned",
            "member-joined"
        ]
    );
}
