//! Doors of a community: by invitation, on request, open.

use consilium_model::access::Role;

use super::{JoiningFactory, World};
use crate::community::wording::JoinPolicy;
use crate::store::communities::{Changes, MemberChange, NewInvitation, Refusal};
use crate::store::contract::governing::{NOW_MS, by};
use crate::store::joining::{Answer, Asked, OwnRequest};
use crate::store::limits::{DECLINED_FOR_MS, INVITATIONS_BY_ACCOUNT_MAX};
use crate::store::people::SecretHash;
use crate::store::portal_ids::{AccountId, InvitationId};

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

/// Whoever leaves comes back as they like; whoever was removed asks, and is let in by those who lead or not at all.
pub async fn who_was_removed_knocks_at_an_open_door(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.set_policy(JoinPolicy::Open).await;
    let remove = async |by_whom, who| {
        let removed = world.store.remove_member(by(by_whom), world.id, who);
        removed.await.expect("remove").expect("who may");
    };
    let door = async |who| {
        let shown = world.store.joinable(by(who)).await.expect("list");
        shown
            .into_iter()
            .map(|each| (each.join_policy, each.was_removed))
            .collect::<Vec<_>>()
    };
    remove(world.listener, world.listener).await;
    assert_eq!(door(world.listener).await, [(JoinPolicy::Open, false)]);
    let back = world.ask(world.listener, NOW_MS, None).await;
    assert!(matches!(back, Ok(Asked::In(_))), "{back:?}");

    remove(world.leader, world.member).await;
    assert_eq!(door(world.member).await, [(JoinPolicy::Request, true)]);
    assert_eq!(door(world.stranger).await, [(JoinPolicy::Open, false)]);
    assert_eq!(
        world.ask(world.member, NOW_MS, None).await,
        Err(Refusal::SentenceMissing)
    );
    let why = Some("I am sorry.");
    assert_eq!(
        world.ask(world.member, NOW_MS, why).await,
        Ok(Asked::Waiting)
    );
    assert_eq!(world.role(world.member).await, None);
    let waiting = world.store.join_requests(by(world.leader), world.id).await;
    let waiting = waiting.expect("list").expect("a leader");
    assert_eq!(waiting[0].removed_at_ms, Some(NOW_MS));
    let accepted = world
        .store
        .answer_request(by(world.leader), world.id, world.member, Answer::Accept)
        .await;
    accepted.expect("answer").expect("a leader");
    assert_eq!(world.role(world.member).await, Some(Role::Member));
    let lines = world
        .store
        .ledger(by(world.leader), world.id, None, 1)
        .await;
    let detail = &lines.expect("read").expect("a leader")[0]
        .sealed
        .entry
        .detail;
    assert!(detail.contains(r#""before":"removed""#), "{detail}");

    // Let in again, they are as everybody is.
    remove(world.member, world.member).await;
    let back = world.ask(world.member, NOW_MS, None).await;
    assert!(matches!(back, Ok(Asked::In(_))), "{back:?}");
}

/// Neither of one account nor of one community; what was withdrawn or is over counts no more.
pub async fn open_invitations_are_not_without_number(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let invite = async |who: AccountId, number: i64| {
        let mut hash = [7; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role: Role::Member,
            secret: SecretHash(hash),
            expires_at_ms: NOW_MS + 1_000,
            uses_max: None,
        };
        let made = world.store.invite(by(who), world.id, &invitation).await;
        made.expect("invite").map(|made| made.id)
    };
    // The invitations by which everybody came in are open still.
    let listed = world.store.invitations(by(world.leader), world.id).await;
    let mut open = i64::try_from(listed.expect("list").expect("a leader").len()).expect("few");
    let mut last = None;
    while open < INVITATIONS_BY_ACCOUNT_MAX {
        last = Some(invite(world.leader, open).await.expect("not too many"));
        open += 1;
    }
    assert_eq!(invite(world.leader, open).await, Err(Refusal::TooMany));
    assert!(
        invite(world.deputy, open).await.is_ok(),
        "another's are theirs"
    );
    let withdrawn = world
        .store
        .withdraw_invitation(by(world.leader), world.id, last.expect("one was made"))
        .await;
    assert_eq!(withdrawn.expect("withdraw"), Ok(()));
    assert!(invite(world.leader, open + 1).await.is_ok());
}
