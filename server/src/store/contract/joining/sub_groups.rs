//! Sub-groups, and the documents that are open to one.

use consilium_model::access::Privacy;
use consilium_protocol::ids::Access;

use super::{JoiningFactory, World, until};
use crate::store::communities::Refusal;
use crate::store::contract::governing::{NOW_MS, by, document, name};
use crate::store::joining::SubGroupView;
use crate::store::portal_ids::SubGroupId;

/// Those who are in it take others in.
pub async fn a_sub_group_is_made_by_any_member_and_seen_by_all(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    for (actor, members, refusal) in [
        (world.guest, vec![], Refusal::MembersOnly),
        (world.listener, vec![], Refusal::MembersOnly),
        (world.stranger, vec![], Refusal::NoSuchCommunity),
        (world.member, vec![world.guest], Refusal::NoSuchMember),
        (world.member, vec![world.stranger], Refusal::NoSuchMember),
    ] {
        assert_eq!(world.group(actor, &members).await, Err(refusal));
    }
    let made = world
        .group(world.member, &[world.deputy, world.member])
        .await;
    let made = made.expect("made");
    assert_eq!((made.member_count, made.is_in), (2, true));
    let listed = world.store.sub_groups(by(world.leader), world.id).await;
    let listed = listed.expect("list").expect("may");
    assert_eq!(
        listed,
        [SubGroupView {
            is_in: false,
            ..made.clone()
        }]
    );
    let add = async |actor, member| {
        world
            .store
            .add_to_sub_group(by(actor), world.id, made.id, member)
            .await
            .expect("add")
    };
    assert_eq!(
        add(world.leader, world.leader).await,
        Err(Refusal::SubGroupOnly)
    );
    assert_eq!(
        add(world.deputy, world.guest).await,
        Err(Refusal::NoSuchMember)
    );
    assert_eq!(add(world.deputy, world.leader).await, Ok(()));
    assert_eq!(add(world.leader, world.leader).await, Ok(()), "once more");
    let leave = async |actor| {
        world
            .store
            .leave_sub_group(by(actor), world.id, made.id)
            .await
            .expect("leave")
    };
    assert_eq!(leave(world.deputy).await, Ok(()));
    assert_eq!(leave(world.deputy).await, Err(Refusal::SubGroupOnly));
    assert_eq!(
        world.last_acts(3).await,
        ["sub-group-made", "sub-group-joined", "sub-group-left"]
    );
}

/// Opened further by whoever made it, too, because no leader need be in it.
pub async fn a_document_is_open_to_the_sub_group_and_nobody_else(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let group = world.group(world.member, &[world.deputy]).await;
    let group = group.expect("made").id;
    let store = &world.store;
    let create = async |actor, text: &str| {
        store
            .create_document_in(by(actor), world.id, group, &document(text, None))
            .await
            .expect("create")
    };
    assert_eq!(create(world.member, "theirs").await, Ok(()));
    assert_eq!(
        create(world.leader, "other").await,
        Err(Refusal::SubGroupOnly)
    );
    for (account, expected) in [
        (world.member, Access::Write),
        (world.deputy, Access::Write),
        (world.leader, Access::None),
        (world.guest, Access::None),
    ] {
        assert_eq!(world.access(account, "theirs").await, expected);
    }
    let open_to = async |actor, text: &str, reason| {
        store
            .open_to_sub_group(by(actor), &name(text), group, reason)
            .await
            .expect("open")
            .map(|policy| (policy.standing.privacy, policy.sub_group_name))
    };
    let theirs = Ok((Privacy::SubGroup, Some("Dosage".to_owned())));
    // A leader who is not in it would lose sight of the document.
    assert_eq!(
        open_to(world.leader, "first", None).await,
        Err(Refusal::SubGroupOnly)
    );
    world.create(world.member, "made", Privacy::Community).await;
    assert_eq!(open_to(world.member, "made", None).await, theirs);
    world.create(world.member, "draft", Privacy::Private).await;
    assert_eq!(
        open_to(world.member, "draft", None).await,
        Err(Refusal::ReasonMissing)
    );
    assert_eq!(open_to(world.member, "draft", Some("see")).await, theirs);
    let widen = async |actor, to| {
        store
            .set_privacy(by(actor), &name("made"), to, Some("it is done"))
            .await
            .expect("widen")
            .map(|policy| (policy.standing.privacy, policy.standing.sub_group))
    };
    assert_eq!(
        widen(world.deputy, Privacy::Community).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        widen(world.member, Privacy::Portal).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        widen(world.member, Privacy::SubGroup).await,
        Err(Refusal::NoSuchSubGroup),
        "without one named"
    );
    assert_eq!(
        widen(world.member, Privacy::Community).await,
        Ok((Privacy::Community, None))
    );
    // Somebody of the community reads what they were granted, in the sub-group or not.
    world
        .grant(world.member, "theirs", world.leader, Access::Comment)
        .await
        .expect("granted");
    assert_eq!(world.access(world.leader, "theirs").await, Access::Comment);
}

/// So that no text is beyond reach; and one with nothing in it goes with the last.
pub async fn a_sub_group_without_anybody_is_in_the_hands_of_leaders(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let group = world.group(world.member, &[]).await.expect("made").id;
    let theirs = document("theirs", None);
    let made = world
        .store
        .create_document_in(by(world.member), world.id, group, &theirs);
    made.await.expect("create").expect("may");
    world
        .store
        .remove_member(by(world.leader), world.id, world.member)
        .await
        .expect("remove")
        .expect("may");
    let add = async |actor, member| {
        world
            .store
            .add_to_sub_group(by(actor), world.id, group, member)
            .await
            .expect("add")
    };
    assert_eq!(
        add(world.deputy, world.deputy).await,
        Err(Refusal::SubGroupOnly)
    );
    assert_eq!(add(world.leader, world.leader).await, Ok(()));
    assert_eq!(world.access(world.leader, "theirs").await, Access::Write);
    let empty = world.group(world.deputy, &[]).await.expect("made").id;
    world
        .store
        .leave_sub_group(by(world.deputy), world.id, empty)
        .await
        .expect("leave")
        .expect("may");
    let listed = world.store.sub_groups(by(world.deputy), world.id).await;
    let listed: Vec<SubGroupId> = listed
        .expect("list")
        .expect("may")
        .iter()
        .map(|each| each.id)
        .collect();
    assert_eq!(listed, [group]);
}

/// Coming in, leaving, and being removed from the community.
pub async fn every_change_of_a_sub_group_moves_the_epoch(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let epoch = async || world.store.access_epoch().await.expect("read the epoch");
    let mut last = epoch().await;
    let mut moved = async |what: &str| {
        let now = epoch().await;
        assert!(now > last, "{what}");
        last = now;
    };
    let group = world.group(world.member, &[]).await.expect("made").id;
    moved("a sub-group").await;
    world
        .store
        .add_to_sub_group(by(world.member), world.id, group, world.deputy)
        .await
        .expect("add")
        .expect("may");
    moved("somebody more").await;
    world
        .store
        .leave_sub_group(by(world.deputy), world.id, group)
        .await
        .expect("leave")
        .expect("may");
    moved("somebody less").await;
    world
        .grant(
            world.leader,
            "first",
            world.guest,
            until(Access::Read, NOW_MS + 1),
        )
        .await
        .expect("granted");
    moved("a grant").await;
}
