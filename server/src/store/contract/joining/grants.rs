//! Grants: access to one document, with an end.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;

use super::{JoiningFactory, World, until};
use crate::store::communities::{Actor, MemberChange, Refusal};
use crate::store::contract::governing::{NOW_MS, at, by, name};

/// To the millisecond, and the same with the end of the membership.
pub async fn a_grant_is_over_when_it_is_over(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let end = NOW_MS + 500;
    let granted = world.grant(
        world.leader,
        "first",
        world.guest,
        until(Access::Comment, end),
    );
    assert_eq!(granted.await, Ok(()));
    for (at_ms, expected) in [
        (NOW_MS, Access::Comment),
        (end - 1, Access::Comment),
        (end, Access::None),
    ] {
        assert_eq!(
            world.access_at(world.guest, "first", at_ms).await,
            expected,
            "{at_ms}"
        );
    }
    // Another end is another grant; the same one is no act.
    for (end, acts) in [(end, 0), (end + 1, 1)] {
        let entries = world.store.sealed_entries(world.id, 0, 1_000).await;
        let count = entries.expect("read").expect("there").len();
        let granted = world.grant(
            world.leader,
            "first",
            world.guest,
            until(Access::Comment, end),
        );
        granted.await.expect("granted");
        let entries = world.store.sealed_entries(world.id, 0, 1_000).await;
        assert_eq!(entries.expect("read").expect("there").len(), count + acts);
    }
}

/// And so do leaders and deputies; nobody else.
pub async fn whoever_made_a_document_grants_access_to_it(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.create(world.member, "made", Privacy::Community).await;
    for (actor, text, expected) in [
        (world.member, "made", Ok(())),
        (world.deputy, "made", Ok(())),
        (world.leader, "made", Ok(())),
        (world.member, "first", Err(Refusal::LeadersOnly)),
        (world.guest, "made", Err(Refusal::LeadersOnly)),
        (world.stranger, "made", Err(Refusal::NoSuchDocument)),
    ] {
        for access in [Access::Read, Access::Write] {
            let granted = world.grant(actor, text, world.guest, access).await;
            assert_eq!(granted, expected, "{actor} {text}");
        }
    }
}

/// It would have no effect; what was granted before can be taken back.
pub async fn a_private_document_and_a_listener_are_granted_nothing(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.create(world.member, "draft", Privacy::Private).await;
    assert_eq!(
        world
            .grant(world.member, "draft", world.guest, Access::Read)
            .await,
        Err(Refusal::PrivateDocument)
    );
    assert_eq!(
        world
            .grant(world.leader, "first", world.listener, Access::Read)
            .await,
        Err(Refusal::NotForListeners)
    );
    assert_eq!(
        world
            .grant(world.leader, "first", world.stranger, Access::Read)
            .await,
        Err(Refusal::NoSuchMember)
    );
    assert_eq!(
        world
            .grant(world.leader, "first", world.listener, Access::None)
            .await,
        Ok(())
    );
}

/// Without those that are over, and without whoever is gone.
pub async fn grants_are_listed_for_those_who_decide(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let ada = factory.account("Ada").await;
    world.let_in(ada, 1, Role::Guest).await;
    let end = NOW_MS + 500;
    for (to, grant) in [
        (world.guest, until(Access::Read, end)),
        (ada, Access::Write.into()),
    ] {
        world
            .grant(world.deputy, "first", to, grant)
            .await
            .expect("granted");
    }
    let listed = async |actor: Actor| {
        let grants = world.store.grants(actor, &name("first")).await;
        grants.expect("list").map(|grants| {
            grants
                .into_iter()
                .map(|view| (view.account.id, view.role, view.grant, view.granted_by.id))
                .collect::<Vec<_>>()
        })
    };
    let adas = (ada, Role::Guest, Access::Write.into(), world.deputy);
    let guests = (
        world.guest,
        Role::Guest,
        until(Access::Read, end),
        world.deputy,
    );
    assert_eq!(listed(by(world.leader)).await, Ok(vec![adas, guests]));
    assert_eq!(listed(at(world.leader, end)).await, Ok(vec![adas]));
    assert_eq!(listed(by(world.member)).await, Err(Refusal::LeadersOnly));
    assert_eq!(listed(by(ada)).await, Err(Refusal::LeadersOnly));
    assert_eq!(
        listed(by(world.stranger)).await,
        Err(Refusal::NoSuchDocument)
    );
    world
        .store
        .remove_member(by(world.leader), world.id, ada)
        .await
        .expect("remove")
        .expect("may");
    assert_eq!(listed(by(world.leader)).await, Ok(vec![guests]));
}

/// Whichever comes first, and only what is to come.
pub async fn the_next_end_is_that_of_the_next_term_or_grant(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let next = async |now_ms| world.store.next_end(now_ms).await.expect("read");
    assert_eq!(next(NOW_MS).await, None);
    let term = MemberChange {
        role: None,
        until_ms: Some(Some(NOW_MS + 700)),
    };
    world
        .store
        .change_member(by(world.leader), world.id, world.member, term)
        .await
        .expect("change")
        .expect("may");
    assert_eq!(next(NOW_MS).await, Some(NOW_MS + 700));
    world
        .grant(
            world.leader,
            "first",
            world.guest,
            until(Access::Read, NOW_MS + 300),
        )
        .await
        .expect("granted");
    for (now_ms, expected) in [
        (NOW_MS, Some(NOW_MS + 300)),
        (NOW_MS + 299, Some(NOW_MS + 300)),
        (NOW_MS + 300, Some(NOW_MS + 700)),
        (NOW_MS + 700, None),
    ] {
        assert_eq!(next(now_ms).await, expected);
    }
}
