//! What every store must do about how communities look: one rule a function, named after a sentence of
//! [`crate::store::LookStore`].
//!
//! [`look_contract!`](crate::look_contract) turns them into tests for one kind of store.

use consilium_model::access::{Privacy, Role};

use super::branches::BranchFactory;
use super::governing::{Founded, NOW_MS, by, name};
use crate::community::logo::{Logo, LogoHash};
use crate::community::wording::JoinPolicy;
use crate::store::communities::{Changes, Refusal};
use crate::store::looks::{Look, Viewer};
use crate::store::portal_ids::{AccountId, CommunityId};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! look_contract {
    ($factory:expr) => {
        $crate::look_contract!(@rules $factory;
            leaders_and_deputies_give_a_picture_and_take_it_away
            a_picture_that_is_there_already_is_no_act
            whoever_is_in_sees_the_look_and_nobody_else
            what_can_be_joined_is_seen_by_everybody_with_an_account
            what_is_shared_or_public_shows_its_community
            a_look_is_of_one_community
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::looks::$rule(&$factory).await;
            }
        )*
    };
}

const STRANGER: Viewer = Viewer {
    account: None,
    at_ms: NOW_MS,
};

fn logo(number: u8) -> Logo {
    Logo {
        hash: LogoHash([number; 32]),
        png: vec![number; 300_000],
    }
}

async fn look(world: &Founded, viewer: Viewer) -> Option<Look> {
    world.store.look(viewer, world.id).await.expect("read")
}

async fn picture(world: &Founded, viewer: Viewer, number: u8) -> Option<Vec<u8>> {
    let hash = logo(number).hash;
    let read = world.store.logo(viewer, world.id, hash).await;
    read.expect("read")
}

async fn set(world: &Founded, account: AccountId, logo: Option<&Logo>) -> Result<(), Refusal> {
    let set = world.store.set_logo(by(account), world.id, logo).await;
    let view = set.expect("set")?;
    assert_eq!(view.logo, logo.map(|logo| logo.hash));
    Ok(())
}

fn seen_by(account: AccountId) -> Viewer {
    by(account).into()
}

/// With its entry in the ledger, and one picture at a time.
///
/// # Panics
/// When the store breaks the rule, as everywhere here.
pub async fn leaders_and_deputies_give_a_picture_and_take_it_away(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let deputy = world.let_in(factory, "deputy", 1, Role::Deputy).await;
    let member = world.let_in(factory, "member", 2, Role::Member).await;
    let outside = factory.account("outside").await;
    let one = logo(1);
    assert_eq!(
        set(&world, member, Some(&one)).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        set(&world, outside, Some(&one)).await,
        Err(Refusal::NoSuchCommunity)
    );
    assert_eq!(set(&world, world.founder, Some(&one)).await, Ok(()));
    let seen = look(&world, seen_by(member)).await.expect("a member");
    assert_eq!(seen.logo, Some(one.hash));
    assert_eq!(picture(&world, seen_by(member), 1).await, Some(one.png));
    assert_eq!(set(&world, deputy, Some(&logo(2))).await, Ok(()));
    assert_eq!(picture(&world, seen_by(member), 1).await, None);
    assert!(picture(&world, seen_by(member), 2).await.is_some());
    assert_eq!(set(&world, deputy, None).await, Ok(()));
    assert_eq!(picture(&world, seen_by(member), 2).await, None);
    let entries = world.ledger(member, 3).await;
    let changed = |logo: &str| {
        (
            "community-changed".to_owned(),
            format!("{{\"logo\":{logo}}}"),
        )
    };
    assert_eq!(
        entries,
        [
            changed("null"),
            changed(&format!("\"{}\"", "02".repeat(32))),
            changed(&format!("\"{}\"", "01".repeat(32))),
        ]
    );
}

/// Nothing twice in the ledger.
pub async fn a_picture_that_is_there_already_is_no_act(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let before = world.acts(world.founder, 50).await.len();
    assert_eq!(set(&world, world.founder, None).await, Ok(()));
    assert_eq!(world.acts(world.founder, 50).await.len(), before);
    for _ in 0..2 {
        assert_eq!(set(&world, world.founder, Some(&logo(1))).await, Ok(()));
    }
    assert_eq!(world.acts(world.founder, 50).await.len(), before + 1);
}

/// Being in it counts, and a term that is over does not.
pub async fn whoever_is_in_sees_the_look_and_nobody_else(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let guest = world.let_in(factory, "guest", 1, Role::Guest).await;
    let outside = factory.account("outside").await;
    assert_eq!(set(&world, world.founder, Some(&logo(1))).await, Ok(()));
    let seen = look(&world, seen_by(guest)).await;
    let expected = Look {
        name: "World".to_owned(),
        accent: "#186a58".to_owned(),
        logo: Some(logo(1).hash),
    };
    assert_eq!(seen, Some(expected));
    for viewer in [STRANGER, seen_by(outside)] {
        assert_eq!(look(&world, viewer).await, None);
        assert_eq!(picture(&world, viewer, 1).await, None);
    }
    let removed = world
        .store
        .remove_member(by(world.founder), world.id, guest)
        .await;
    removed.expect("remove").expect("leaders may");
    assert_eq!(look(&world, seen_by(guest)).await, None);
}

/// As in the list of those that can be joined.
pub async fn what_can_be_joined_is_seen_by_everybody_with_an_account(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let outside = factory.account("outside").await;
    assert_eq!(set(&world, world.founder, Some(&logo(1))).await, Ok(()));
    let changes = Changes {
        join_policy: Some(JoinPolicy::Request),
        ..Changes::default()
    };
    let founder = by(world.founder);
    let changed = world.store.change_community(founder, world.id, &changes);
    changed.await.expect("change").expect("leaders may");
    assert!(picture(&world, seen_by(outside), 1).await.is_some());
    assert_eq!(look(&world, STRANGER).await, None);
    let listed = world.store.joinable(by(outside)).await.expect("list");
    assert_eq!(listed[0].logo, Some(logo(1).hash));
}

/// A public document shows it to everybody, one in the library to everybody with an account; not from the bin.
pub async fn what_is_shared_or_public_shows_its_community(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let outside = factory.account("outside").await;
    assert_eq!(set(&world, world.founder, Some(&logo(1))).await, Ok(()));
    let opened = |privacy| {
        let founder = by(world.founder);
        let first = name("first");
        let store = world.store.clone();
        async move {
            let set = store.set_privacy(founder, &first, privacy, Some("as decided"));
            set.await.expect("open").expect("leaders may");
        }
    };
    opened(Privacy::Portal).await;
    assert!(picture(&world, seen_by(outside), 1).await.is_some());
    assert_eq!(picture(&world, STRANGER, 1).await, None);
    opened(Privacy::Public).await;
    assert!(picture(&world, STRANGER, 1).await.is_some());
    let page = world.store.public_document(&name("first")).await;
    let page = page.expect("read").expect("it is public");
    assert_eq!(page.logo, Some(logo(1).hash));
    assert_eq!(page.community, world.id);
    let founder = by(world.founder);
    let binned = world.store.set_binned(founder, &name("first"), true).await;
    binned.expect("bin").expect("writers may");
    assert_eq!(picture(&world, STRANGER, 1).await, None);
    assert_eq!(picture(&world, seen_by(outside), 1).await, None);
}

/// Never the picture of another one, whatever is asked for.
pub async fn a_look_is_of_one_community(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    assert_eq!(set(&world, world.founder, Some(&logo(1))).await, Ok(()));
    let founder = seen_by(world.founder);
    let elsewhere = CommunityId::new();
    let found = world.store.logo(founder, elsewhere, logo(1).hash).await;
    assert_eq!(found.expect("read"), None);
    assert_eq!(picture(&world, founder, 2).await, None);
}
