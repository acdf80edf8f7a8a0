//! What every store must do about names that read alike: one rule a function.
//!
//! [`name_contract!`](crate::name_contract) turns them into tests for one kind of store. Which names read alike is
//! [`crate::people::likeness`].

use consilium_model::access::Role;

use super::branches::BranchFactory;
use super::governing::{Founded, NOW_MS, by, secret};
use crate::community::wording::JoinPolicy;
use crate::store::communities::{Changes, NewInvitation, Refusal};
use crate::store::joining::{Answer, Asked};
use crate::store::people::{Email, NewAccount, NewSession, Session};
use crate::store::portal_ids::{AccountId, InvitationId, SessionId};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! name_contract {
    ($factory:expr) => {
        $crate::name_contract!(@rules $factory;
            nobody_in_a_community_takes_a_name_that_reads_like_anothers
            another_name_stands_in_the_ledger_of_each_community_and_what_it_is_does_not
            nobody_comes_in_by_a_link_under_a_name_that_reads_like_anothers
            nobody_signs_up_under_one_and_nothing_of_them_stays
            nobody_is_let_in_under_one
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::names::$rule(&$factory).await;
            }
        )*
    };
}

/// Cyrillic letters among Latin ones: reads like `leader`.
const LIKE_LEADER: &str = "l\u{435}ader";

async fn rename(world: &Founded, account: AccountId, name: &str) -> Result<bool, Refusal> {
    let renamed = world.store.rename_account(by(account), name).await;
    renamed.expect("rename")
}

async fn open_link(world: &Founded, number: u8) {
    let invitation = NewInvitation {
        id: InvitationId::new(),
        role: Role::Member,
        secret: secret(number),
        expires_at_ms: NOW_MS + 1_000_000,
        uses_max: Some(1),
    };
    let made = world
        .store
        .invite(by(world.founder), world.id, &invitation)
        .await;
    made.expect("invite").expect("leaders invite");
}

/// Elsewhere it is nobody's business.
///
/// # Panics
/// When the store breaks the rule, as everywhere here.
pub async fn nobody_in_a_community_takes_a_name_that_reads_like_anothers(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    world.let_in(factory, "leader", 1, Role::Leader).await;
    let member = world.let_in(factory, "member", 2, Role::Member).await;
    let outside = factory.account("outside").await;
    for name in ["leader", "LEADER", " lea der", LIKE_LEADER] {
        assert_eq!(
            rename(&world, member, name).await,
            Err(Refusal::NameReadsAlike),
            "{name}"
        );
        assert_eq!(rename(&world, outside, name).await, Ok(true), "{name}");
    }
    let kept = world.store.account(member).await.expect("read");
    assert_eq!(kept.expect("an account").name, "member");
    // One's own name in other letters is one's own.
    assert_eq!(rename(&world, member, "Member").await, Ok(true));
    // Whoever is gone leaves their name.
    let founder = by(world.founder);
    let leader = world.store.members(founder, world.id).await;
    let leader = leader.expect("list").expect("a member");
    let leader = leader
        .iter()
        .find(|each| each.account.name == "leader")
        .expect("they are in it");
    let gone = world
        .store
        .remove_member(founder, world.id, leader.account.id)
        .await;
    gone.expect("remove").expect("another leader stays");
    assert_eq!(rename(&world, member, LIKE_LEADER).await, Ok(true));
}

/// A name may have to be forgotten.
pub async fn another_name_stands_in_the_ledger_of_each_community_and_what_it_is_does_not(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let before = world.acts(member, 50).await.len();
    assert_eq!(rename(&world, member, "member").await, Ok(true));
    assert_eq!(world.acts(member, 50).await.len(), before);
    assert_eq!(rename(&world, member, "Somebody Else").await, Ok(true));
    let entries = world.ledger(member, 1).await;
    assert_eq!(entries, [("member-renamed".to_owned(), "{}".to_owned())]);
    assert_eq!(world.acts(member, 50).await.len(), before + 1);
}

/// The link is not used up by it.
pub async fn nobody_comes_in_by_a_link_under_a_name_that_reads_like_anothers(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    world.let_in(factory, "leader", 1, Role::Leader).await;
    let eve = factory.account(LIKE_LEADER).await;
    open_link(&world, 2).await;
    let refused = world.store.join(by(eve), &secret(2)).await;
    assert_eq!(refused.expect("join"), Err(Refusal::NameReadsAlike));
    assert_eq!(world.role(eve, NOW_MS).await, None);
    assert_eq!(rename(&world, eve, "eve").await, Ok(true));
    let joined = world.store.join(by(eve), &secret(2)).await;
    joined.expect("join").expect("under a name of their own");
}

/// Neither an account nor a session, and the link still lets somebody in.
pub async fn nobody_signs_up_under_one_and_nothing_of_them_stays(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    world.let_in(factory, "leader", 1, Role::Leader).await;
    open_link(&world, 2).await;
    let email = Email {
        written: "eve@example.org".to_owned(),
        folded: "eve@example.org".to_owned(),
    };
    let mut account = NewAccount {
        id: AccountId::new(),
        email: email.clone(),
        name: LIKE_LEADER.to_owned(),
        password: None,
        created_at_ms: NOW_MS,
    };
    let session = NewSession {
        session: Session {
            id: SessionId::new(),
            account: account.id,
            created_at_ms: NOW_MS,
            last_seen_at_ms: NOW_MS,
            expires_at_ms: NOW_MS + 1_000,
            user_agent: String::new(),
            address: String::new(),
        },
        secret: secret(9),
    };
    let refused = world.store.join_new(&account, &session, &secret(2)).await;
    assert_eq!(
        refused.expect("sign up").map(|view| view.role),
        Err(Refusal::NameReadsAlike)
    );
    let found = world.store.account_by_email(&email).await;
    assert_eq!(found.expect("find"), None);
    account.name = "eve".to_owned();
    let joined = world.store.join_new(&account, &session, &secret(2)).await;
    joined.expect("sign up").expect("under a name of their own");
}

/// Neither at once nor by those who decide.
pub async fn nobody_is_let_in_under_one(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    world.let_in(factory, "leader", 1, Role::Leader).await;
    let eve = factory.account("eve").await;
    let policy = |policy| {
        let store = world.store.clone();
        let (founder, id) = (by(world.founder), world.id);
        let changes = Changes {
            join_policy: Some(policy),
            ..Changes::default()
        };
        async move {
            let changed = store.change_community(founder, id, &changes).await;
            changed.expect("change").expect("leaders may");
        }
    };
    policy(JoinPolicy::Request).await;
    let asked = world
        .store
        .ask_to_join(by(eve), world.id, Some("let me in"))
        .await;
    assert_eq!(asked.expect("ask"), Ok(Asked::Waiting));
    assert_eq!(rename(&world, eve, LIKE_LEADER).await, Ok(true));
    let answered = world
        .store
        .answer_request(by(world.founder), world.id, eve, Answer::Accept)
        .await;
    assert_eq!(answered.expect("answer"), Err(Refusal::NameReadsAlike));
    policy(JoinPolicy::Open).await;
    let joined = world.store.ask_to_join(by(eve), world.id, None).await;
    assert_eq!(joined.expect("join"), Err(Refusal::NameReadsAlike));
    assert_eq!(world.role(eve, NOW_MS).await, None);
}
