//! What every store must do about links that others have made for somebody's password: one rule a function.
//!
//! [`password_link_contract!`](crate::password_link_contract) turns them into tests for one kind of store.

use consilium_model::access::Role;

use super::branches::BranchFactory;
use super::governing::{Founded, NOW_MS, by, founding, secret};
use crate::store::catching_up::{Kind, Topic};
use crate::store::communities::Refusal;
use crate::store::people::{NewPasswordLink, OperatorDeed};
use crate::store::portal_ids::AccountId;

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! password_link_contract {
    ($factory:expr) => {
        $crate::password_link_contract!(@rules $factory;
            what_the_operator_does_to_an_account_stands_in_the_ledger
            a_leader_makes_a_link_and_nobody_can_overlook_it
            a_link_that_its_maker_sees_opens_nothing_that_they_do_not_lead
            a_link_by_mail_is_made_when_it_is_written
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::password_links::$rule(&$factory).await;
            }
        )*
    };
}

fn link(account: AccountId, number: u8) -> NewPasswordLink {
    NewPasswordLink {
        account,
        secret: secret(number),
        created_at_ms: NOW_MS,
        expires_at_ms: NOW_MS + 1_000,
    }
}

/// Whose password the link of this number sets.
async fn opens(world: &Founded, number: u8) -> Option<AccountId> {
    let found = world.store.password_link(secret(number), NOW_MS).await;
    found.expect("look for a link").map(|link| link.account.id)
}

/// Of each community that its owner is in, and of no other; what did not happen stands nowhere.
///
/// # Panics
/// When the store breaks the rule.
pub async fn what_the_operator_does_to_an_account_stands_in_the_ledger(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let stranger = factory.account("stranger").await;
    let linked = OperatorDeed::Link(link(member, 8));
    for (account, deed, expected) in [
        (member, &linked, true),
        (member, &OperatorDeed::Lock, true),
        // There is no link into a locked account.
        (member, &linked, false),
        (member, &OperatorDeed::Unlock, true),
        (stranger, &OperatorDeed::Lock, true),
        (AccountId::new(), &OperatorDeed::Lock, false),
    ] {
        let done = world.store.act_as_operator(account, deed, NOW_MS).await;
        let done = done.expect("do what the operator wishes");
        assert_eq!(done, expected, "{deed:?}");
    }
    let lines = world.store.ledger(by(world.founder), world.id, None, 100);
    let lines = lines.await.expect("read").expect("a leader");
    let said: Vec<_> = lines
        .iter()
        .rev()
        .filter(|line| line.sealed.entry.act == "operator-acted")
        .map(|line| {
            assert_eq!(line.sealed.entry.actor, None, "nobody in the community");
            assert_eq!(line.member.as_ref().map(|member| member.id), Some(member));
            let detail: serde_json::Value =
                serde_json::from_str(&line.sealed.entry.detail).expect("JSON");
            detail["deed"].as_str().unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(said, ["password-link", "lock", "unlock"]);
}

/// The ledger says who made it for whom, the member is told, and it is in place of an earlier one.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_leader_makes_a_link_and_nobody_can_overlook_it(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    // Nobody can be silent about the way in to their own account.
    let silenced = world.store.silence(member, &[Topic::Community]).await;
    silenced.expect("be silent");
    let make = async |by_whom, number| {
        let link = link(member, number);
        world
            .store
            .make_link_for_member(by(by_whom), world.id, member, Some(&link))
            .await
            .expect("ask for a link")
            .map(|account| account.id)
    };
    assert_eq!(make(world.founder, 8).await, Ok(member));
    assert_eq!(opens(&world, 8).await, Some(member));
    assert_eq!(make(world.founder, 9).await, Ok(member));
    assert_eq!(opens(&world, 8).await, None);
    assert_eq!(opens(&world, 9).await, Some(member));
    let (act, detail) = world.ledger(member, 1).await.remove(0);
    assert_eq!(act, "password-link-made");
    assert!(
        detail.contains(&member.to_string()) && detail.contains(r#""way":"hand""#),
        "{detail}"
    );
    let told = world.store.notifications(by(member)).await;
    let told = told.expect("read notifications");
    assert!(
        told.iter()
            .any(|one| one.kind == Kind::PasswordLinkMade && one.actor.id == world.founder),
        "{told:?}"
    );
    // A deputy does not, nor whoever is in no way in it.
    let deputy = world.let_in(factory, "deputy", 2, Role::Deputy).await;
    let stranger = factory.account("stranger").await;
    for (by_whom, refusal) in [
        (deputy, Refusal::LeadersOnly),
        (member, Refusal::LeadersOnly),
        (stranger, Refusal::NoSuchCommunity),
    ] {
        assert_eq!(make(by_whom, 10).await, Err(refusal));
    }
    assert_eq!(opens(&world, 9).await, Some(member), "it is as it was");
}

/// Not oneself, not another leader, nobody who is in another community or locked, nobody who is not there.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_link_that_its_maker_sees_opens_nothing_that_they_do_not_lead(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let other = world.let_in(factory, "other", 1, Role::Leader).await;
    let locked = world.let_in(factory, "locked", 2, Role::Member).await;
    let elsewhere = world.let_in(factory, "elsewhere", 3, Role::Member).await;
    factory.lock(locked).await;
    let second = founding("Elsewhere", "first-elsewhere");
    let founded = world.store.found_community(by(elsewhere), &second).await;
    founded.expect("found another community");
    let stranger = factory.account("stranger").await;
    for (member, refusal) in [
        (world.founder, Refusal::OnlyOperator),
        (other, Refusal::OnlyOperator),
        (locked, Refusal::OnlyOperator),
        (elsewhere, Refusal::OnlyOperator),
        (stranger, Refusal::NoSuchMember),
        (AccountId::new(), Refusal::NoSuchMember),
    ] {
        let link = link(member, 8);
        let made = world
            .store
            .make_link_for_member(by(world.founder), world.id, member, Some(&link))
            .await
            .expect("ask for a link");
        assert_eq!(made.map(|account| account.id), Err(refusal));
        assert_eq!(opens(&world, 8).await, None);
    }
    assert!(
        !world
            .acts(world.founder, 100)
            .await
            .contains(&"password-link-made".to_owned())
    );
    let guest = world.let_in(factory, "guest", 4, Role::Guest).await;
    let link = link(guest, 9);
    let made = world
        .store
        .make_link_for_member(by(world.founder), world.id, guest, Some(&link))
        .await;
    made.expect("ask for a link").expect("a guest of theirs");
    assert_eq!(opens(&world, 9).await, Some(guest));
}

/// Its maker never sees it, so it may go to anybody in the community who can sign in.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_link_by_mail_is_made_when_it_is_written(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let other = world.let_in(factory, "other", 1, Role::Leader).await;
    let locked = world.let_in(factory, "locked", 2, Role::Member).await;
    factory.lock(locked).await;
    let make = async |member| {
        world
            .store
            .make_link_for_member(by(world.founder), world.id, member, None)
            .await
            .expect("ask for a link")
            .map(|account| account.id)
    };
    assert_eq!(make(other).await, Ok(other));
    assert_eq!(make(locked).await, Err(Refusal::OnlyOperator));
    assert_eq!(make(world.founder).await, Err(Refusal::OnlyOperator));
    let (act, detail) = world.ledger(other, 1).await.remove(0);
    assert_eq!(act, "password-link-made");
    assert!(detail.contains(r#""way":"mail""#), "{detail}");
}
