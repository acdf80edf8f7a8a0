//! Members: their roles and terms, leaving, and that there is always a leader.

use std::sync::Arc;

use consilium_model::access::Role;
use consilium_protocol::ids::Access;

use super::{CommunityFactory, World, invitation, role_change, term};
use crate::store::communities::{MemberChange, NewInvitation, Refusal};
use crate::store::contract::governing::{NOW_MS, at, by, name, secret};
use crate::store::portal_ids::InvitationId;

/// Leaders and deputies see addresses, listeners see nobody.
pub async fn members_are_listed_with_addresses_for_those_who_may_know(
    factory: &impl CommunityFactory,
) {
    let world = World::new(factory).await;
    for (account, sees_addresses) in [
        (world.leader, true),
        (world.deputy, true),
        (world.member, false),
        (world.guest, false),
    ] {
        let members = world.store.members(by(account), world.id).await;
        let members = members.expect("list").expect("may see them");
        let listed: Vec<(Role, &str)> = members
            .iter()
            .map(|member| (member.role, &*member.account.name))
            .collect();
        assert_eq!(listed, Role::ALL.map(|role| (role, role.word())));
        let expected = sees_addresses.then_some("leader@example.org");
        assert_eq!(members[0].email.as_deref(), expected);
        assert_eq!((members[0].since_ms, members[0].until_ms), (NOW_MS, None));
    }
    let refused = world.store.members(by(world.listener), world.id).await;
    assert_eq!(refused.expect("list"), Err(Refusal::MembersOnly));
}

/// And by nobody else; the answer is what is true now.
pub async fn roles_and_terms_are_changed_by_leaders(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    for account in [world.deputy, world.member, world.guest, world.listener] {
        let refused = world.change(account, world.guest, role_change(Role::Member));
        assert_eq!(refused.await, Err(Refusal::LeadersOnly));
    }
    let stranger = world.change(world.leader, world.stranger, role_change(Role::Member));
    assert_eq!(stranger.await, Err(Refusal::NoSuchMember));
    let changed = world
        .store
        .change_member(
            at(world.leader, NOW_MS + 5),
            world.id,
            world.guest,
            MemberChange {
                role: Some(Role::Member),
                until_ms: Some(Some(NOW_MS + 50)),
            },
        )
        .await
        .expect("change")
        .expect("leaders may");
    assert_eq!(
        (changed.role, changed.since_ms, changed.until_ms),
        (Role::Member, NOW_MS + 5, Some(NOW_MS + 50))
    );
    let changed = world
        .store
        .change_member(
            at(world.leader, NOW_MS + 7),
            world.id,
            world.guest,
            term(None),
        )
        .await
        .expect("change")
        .expect("leaders may");
    assert_eq!(
        (changed.role, changed.since_ms, changed.until_ms),
        (Role::Member, NOW_MS + 5, None),
        "a new term is no new role"
    );
    let listed = world.store.members(by(world.leader), world.id).await;
    let listed = listed.expect("list").expect("may");
    assert!(listed.contains(&changed), "{listed:?}");
    assert_eq!(world.role(world.guest).await, Some(Role::Member));
}

/// Not by stepping down, not by a term, not by leaving.
pub async fn a_community_always_keeps_a_leader(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let leader = world.leader;
    let last = Err(Refusal::LastLeader);
    assert_eq!(
        world
            .change(leader, leader, role_change(Role::Member))
            .await,
        last
    );
    assert_eq!(
        world.change(leader, leader, term(Some(NOW_MS + 9))).await,
        last
    );
    assert_eq!(world.remove(leader, leader).await, Err(Refusal::LastLeader));
    // A leader for some time is none for good.
    world
        .change(leader, world.deputy, role_change(Role::Leader))
        .await
        .expect("promote");
    world
        .change(leader, world.deputy, term(Some(NOW_MS + 9)))
        .await
        .expect("a term");
    assert_eq!(world.remove(leader, leader).await, Err(Refusal::LastLeader));
    world
        .change(leader, world.deputy, term(None))
        .await
        .expect("for good");
    assert_eq!(world.remove(leader, leader).await, Ok(()));
    assert_eq!(world.role(leader).await, None);
    assert_eq!(world.role(world.deputy).await, Some(Role::Leader));
}

/// Acts in one community wait for each other.
pub async fn two_leaders_cannot_both_leave_at_once(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .change(world.leader, world.deputy, role_change(Role::Leader))
        .await
        .expect("promote");
    let leaves = [world.leader, world.deputy].map(|account| {
        let (store, id) = (Arc::clone(&world.store), world.id);
        tokio::spawn(async move {
            store
                .remove_member(by(account), id, account)
                .await
                .expect("leave")
        })
    });
    let mut outcomes = Vec::new();
    for leave in leaves {
        outcomes.push(leave.await.expect("join the task"));
    }
    outcomes.sort_unstable_by_key(Result::is_err);
    assert_eq!(outcomes, [Ok(()), Err(Refusal::LastLeader)]);
}

/// In every respect, to the millisecond.
pub async fn a_term_that_is_over_counts_as_not_being_there(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let end = NOW_MS + 100;
    world
        .change(world.leader, world.member, term(Some(end)))
        .await
        .expect("a term");
    let before = at(world.member, end - 1);
    let view = world.store.community(before, world.id).await.expect("read");
    assert_eq!(view.expect("still there").member_count, 5);
    let over = at(world.member, end);
    let view = world.store.community(over, world.id).await.expect("read");
    assert_eq!(view, Err(Refusal::NoSuchCommunity));
    assert_eq!(world.store.communities_of(over).await.expect("list"), []);
    let standing = world
        .store
        .document_standing(world.member, &name("first of World"), end)
        .await
        .expect("read")
        .expect("it exists");
    assert_eq!((standing.role, standing.access()), (None, Access::None));
    let members = world.store.members(at(world.leader, end), world.id).await;
    assert_eq!(members.expect("list").expect("may").len(), 4);
    let changed = world
        .store
        .change_member(at(world.leader, end), world.id, world.member, term(None))
        .await;
    assert_eq!(changed.expect("change"), Err(Refusal::NoSuchMember));
    let again = NewInvitation {
        expires_at_ms: end + 9,
        ..invitation(1, Role::Guest)
    };
    world
        .store
        .invite(by(world.leader), world.id, &again)
        .await
        .expect("invite")
        .expect("may");
    let back = world.store.join(over, &again.secret).await.expect("join");
    assert_eq!(back, Err(Refusal::NoSuchLink), "a link from before");
    let anew = NewInvitation {
        id: InvitationId::new(),
        secret: secret(2),
        ..again
    };
    world
        .store
        .invite(at(world.leader, end + 1), world.id, &anew)
        .await
        .expect("invite")
        .expect("may");
    let back = world.store.join(at(world.member, end + 1), &anew.secret);
    let back = back.await.expect("join").expect("comes back");
    assert_eq!(back.role, Role::Guest);
}

/// Leaders remove, anybody leaves.
pub async fn who_leaves_or_is_removed_is_gone(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    assert_eq!(
        world.remove(world.deputy, world.guest).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        world.remove(world.leader, world.stranger).await,
        Err(Refusal::NoSuchMember)
    );
    assert_eq!(world.remove(world.guest, world.guest).await, Ok(()));
    assert_eq!(world.remove(world.leader, world.member).await, Ok(()));
    for account in [world.guest, world.member] {
        assert_eq!(world.view(account).await, Err(Refusal::NoSuchCommunity));
        assert_eq!(world.access(account, "first of World").await, Access::None);
    }
    let entries = world.sealed().await;
    let last: Vec<&str> = entries
        .iter()
        .rev()
        .take(2)
        .map(|e| &*e.entry.act)
        .collect();
    assert_eq!(last, ["member-removed", "member-left"]);
}
