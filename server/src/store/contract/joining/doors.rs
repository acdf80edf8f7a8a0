//! Doors of a community: by invitation, on request, open.

use consilium_model::access::Role;

use super::{JoiningFactory, World};
use crate::community::wording::JoinPolicy;
use crate::store::communities::{Changes, MemberChange, Refusal};
use crate::store::contract::governing::{NOW_MS, by};
use crate::store::joining::{Answer, Asked, OwnRequest};
use crate::store::limits::DECLINED_FOR_MS;
use crate::store::portal_ids::AccountId;

/// To those who are not in them, with nothing but what they need for deciding.
pub async fn only_communities_that_can_be_joined_are_shown(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let shown = async |account| {
        let found = world.store.joinable(by(account)).await.expect("list");
        found
            .into_iter()
            .map(|each| (each.name, each.join_policy, each.request))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(world.stranger).await, []);
    assert_eq!(
        world.ask(world.stranger, NOW_MS, Some("please")).await,
        Err(Refusal::NoSuchCommunity)
    );
    for policy in [JoinPolicy::Request, JoinPolicy::Open] {
        world.set_policy(policy).await;
        assert_eq!(
            shown(world.stranger).await,
            [("World".to_owned(), policy, OwnRequest::None)]
        );
        assert_eq!(shown(world.guest).await, [], "in already");
    }
    world.set_policy(JoinPolicy::Invitation).await;
    assert_eq!(shown(world.stranger).await, []);
}

/// An open door opens all that the community has.
pub async fn doors_are_opened_by_leaders_and_shut_by_deputies_too(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let set = async |who: AccountId, policy: JoinPolicy| {
        let changes = Changes {
            join_policy: Some(policy),
            ..Changes::default()
        };
        let changed = world.store.change_community(by(who), world.id, &changes);
        changed.await.expect("change").map(|_| ())
    };
    for policy in [JoinPolicy::Request, JoinPolicy::Open] {
        assert_eq!(set(world.deputy, policy).await, Err(Refusal::LeadersOnly));
        assert_eq!(set(world.leader, policy).await, Ok(()));
        assert_eq!(set(world.deputy, JoinPolicy::Invitation).await, Ok(()));
    }
}

/// As a member; whoever is in stays what they are.
pub async fn an_open_community_is_joined_at_once(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.set_policy(JoinPolicy::Open).await;
    let asked = world.ask(world.stranger, NOW_MS, None).await;
    assert!(matches!(asked, Ok(Asked::In(view)) if view.role == Role::Member));
    assert_eq!(world.last_acts(1).await, ["member-joined-freely"]);
    let asked = world.ask(world.guest, NOW_MS, None).await;
    assert!(matches!(asked, Ok(Asked::In(view)) if view.role == Role::Guest));
}

/// By leaders and deputies. Whoever was declined does not ask again for a while.
pub async fn who_asks_to_join_is_let_in_or_not(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.set_policy(JoinPolicy::Request).await;
    let why = Some("I work on this.");
    assert_eq!(
        world.ask(world.stranger, NOW_MS, None).await,
        Err(Refusal::SentenceMissing)
    );
    assert_eq!(
        world.ask(world.stranger, NOW_MS, why).await,
        Ok(Asked::Waiting)
    );
    let waiting = async |account| {
        let listed = world.store.join_requests(by(account), world.id).await;
        listed.expect("list").map(|requests| {
            requests
                .into_iter()
                .map(|each| (each.account.id, each.sentence))
                .collect::<Vec<_>>()
        })
    };
    let one = vec![(world.stranger, "I work on this.".to_owned())];
    assert_eq!(waiting(world.deputy).await, Ok(one));
    assert_eq!(waiting(world.member).await, Err(Refusal::LeadersOnly));
    for (account, expected) in [(world.leader, Some(1)), (world.member, None)] {
        let view = world.store.community(by(account), world.id).await;
        let view = view.expect("read").expect("in");
        assert_eq!(view.request_count, expected);
    }
    assert_eq!(world.role(world.stranger).await, None, "not in yet");
    assert_eq!(
        world.answer(world.member, Answer::Accept).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(world.answer(world.deputy, Answer::Decline).await, Ok(()));
    assert_eq!(
        world.answer(world.deputy, Answer::Accept).await,
        Err(Refusal::NoSuchRequest)
    );
    let shown = world.store.joinable(by(world.stranger)).await;
    assert_eq!(shown.expect("list")[0].request, OwnRequest::Declined);
    let again = NOW_MS + DECLINED_FOR_MS;
    assert_eq!(
        world.ask(world.stranger, again - 1, why).await,
        Err(Refusal::DeclinedLately)
    );
    assert_eq!(
        world.ask(world.stranger, again, why).await,
        Ok(Asked::Waiting)
    );
    let withdrawn = world.store.withdraw_request(by(world.stranger), world.id);
    assert_eq!(withdrawn.await.expect("withdraw"), Ok(()));
    assert_eq!(waiting(world.leader).await, Ok(vec![]));
    assert_eq!(
        world.ask(world.stranger, again, why).await,
        Ok(Asked::Waiting)
    );
    assert_eq!(world.answer(world.leader, Answer::Accept).await, Ok(()));
    assert_eq!(world.role(world.stranger).await, Some(Role::Member));
    assert_eq!(
        world.last_acts(2).await,
        ["request-declined", "request-accepted"]
    );
}

/// Whoever cannot sign in leads nobody.
pub async fn a_locked_leader_is_no_leader_for_good(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let promoted = MemberChange {
        role: Some(Role::Leader),
        until_ms: None,
    };
    world
        .store
        .change_member(by(world.leader), world.id, world.deputy, promoted)
        .await
        .expect("change")
        .expect("may");
    factory.lock(world.deputy).await;
    let leave = async || {
        world
            .store
            .remove_member(by(world.leader), world.id, world.leader)
            .await
            .expect("leave")
    };
    assert_eq!(leave().await, Err(Refusal::LastLeader));
    let promoted = MemberChange {
        role: Some(Role::Leader),
        until_ms: None,
    };
    world
        .store
        .change_member(by(world.leader), world.id, world.member, promoted)
        .await
        .expect("change")
        .expect("may");
    assert_eq!(leave().await, Ok(()));
}
