//! Invitations: whom they let in, as what, how often and until when.

use std::sync::Arc;

use consilium_model::access::Role;

use super::{CommunityFactory, World, founding, invitation};
use crate::store::communities::{NewInvitation, Refusal};
use crate::store::contract::governing::{NOW_MS, at, by, secret};
use crate::store::people::{Email, NewAccount, NewSession, PasswordHash, Session};
use crate::store::portal_ids::{AccountId, InvitationId, SessionId};

/// An invitation with a number of uses lets as many in.
pub async fn an_invitation_lets_people_in_until_it_is_used_up(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let once = NewInvitation {
        uses_max: Some(1),
        ..invitation(1, Role::Member)
    };
    let made = world
        .store
        .invite(by(world.leader), world.id, &once)
        .await
        .expect("invite")
        .expect("leaders invite");
    assert_eq!((made.id, made.uses, made.uses_max), (once.id, 0, Some(1)));
    assert_eq!(made.invited_by.name, "leader");
    let open = world.store.open_invitation(&once.secret, NOW_MS).await;
    let open = open.expect("read").expect("it is open");
    assert_eq!(
        (
            open.community,
            &*open.community_name,
            open.role,
            &*open.invited_by
        ),
        (world.id, "World", Role::Member, "leader")
    );
    let listed = world.store.invitations(by(world.deputy), world.id).await;
    let listed = listed.expect("list").expect("deputies see them");
    assert_eq!(listed[0], made);

    let joined = world.store.join(by(world.stranger), &once.secret).await;
    let joined = joined.expect("join").expect("the invited join");
    assert_eq!((joined.role, joined.member_count), (Role::Member, 6));
    let late = factory.account("late").await;
    for secret in [once.secret, secret(99)] {
        let refused = world.store.join(by(late), &secret).await.expect("join");
        assert_eq!(refused, Err(Refusal::NoSuchLink));
        let gone = world.store.open_invitation(&secret, NOW_MS).await;
        assert_eq!(gone.expect("read"), None);
    }
    let listed = world.store.invitations(by(world.leader), world.id).await;
    assert!(!listed.expect("list").expect("leaders").contains(&made));
}

/// Expired and withdrawn ones let nobody in.
pub async fn an_invitation_that_is_over_or_withdrawn_is_none(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let (store, leader) = (&world.store, by(world.leader));
    let (first, second) = (invitation(1, Role::Member), invitation(2, Role::Leader));
    for each in [&first, &second] {
        store
            .invite(leader, world.id, each)
            .await
            .expect("invite")
            .expect("leaders invite");
    }
    let after = at(world.stranger, first.expires_at_ms);
    let joined = store.join(after, &first.secret).await.expect("join");
    assert_eq!(joined, Err(Refusal::NoSuchLink));
    assert_eq!(
        store
            .open_invitation(&first.secret, first.expires_at_ms)
            .await
            .expect("read"),
        None
    );

    for (actor, id, expected) in [
        (world.member, first.id, Err(Refusal::LeadersOnly)),
        (world.deputy, second.id, Err(Refusal::LeadersOnly)),
        (
            world.deputy,
            InvitationId::new(),
            Err(Refusal::NoSuchInvitation),
        ),
        (world.deputy, first.id, Ok(())),
        (world.deputy, first.id, Err(Refusal::NoSuchInvitation)),
    ] {
        let withdrawn = store.withdraw_invitation(by(actor), world.id, id).await;
        assert_eq!(withdrawn.expect("withdraw"), expected);
    }
    let joined = store.join(by(world.stranger), &first.secret).await;
    assert_eq!(joined.expect("join"), Err(Refusal::NoSuchLink));
    let other = founding("Other");
    store
        .found_community(by(world.stranger), &other)
        .await
        .expect("found");
    let withdrawn = store.withdraw_invitation(by(world.stranger), other.id, second.id);
    assert_eq!(
        withdrawn.await.expect("withdraw"),
        Err(Refusal::NoSuchInvitation),
        "of another community"
    );
}

/// Whoever is there already keeps their role, gets more, and uses nothing up for nothing.
pub async fn joining_never_lowers_a_role(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let as_member = NewInvitation {
        uses_max: Some(2),
        ..invitation(1, Role::Member)
    };
    world
        .store
        .invite(by(world.leader), world.id, &as_member)
        .await
        .expect("invite")
        .expect("leaders invite");
    for (account, expected) in [
        (world.leader, Role::Leader),
        (world.deputy, Role::Deputy),
        (world.member, Role::Member),
        (world.guest, Role::Member),
        (world.listener, Role::Member),
    ] {
        let joined = world.store.join(by(account), &as_member.secret).await;
        assert_eq!(joined.expect("join").expect("joins").role, expected);
    }
    let joined = world
        .store
        .join(by(world.stranger), &as_member.secret)
        .await;
    assert_eq!(joined.expect("join"), Err(Refusal::NoSuchLink));
}

/// Only leaders invite leaders.
pub async fn a_deputy_makes_no_leaders(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    for (account, role, may) in [
        (world.deputy, Role::Leader, false),
        (world.deputy, Role::Deputy, true),
        (world.leader, Role::Leader, true),
        (world.member, Role::Guest, false),
    ] {
        let number = role as u8 * 10 + u8::from(account == world.deputy);
        let invited = world
            .store
            .invite(by(account), world.id, &invitation(number, role))
            .await
            .expect("invite");
        assert_eq!(
            invited.map(|_| ()),
            may.then_some(()).ok_or(Refusal::LeadersOnly)
        );
    }
}

/// Of many who come at once with the last use, one gets in.
pub async fn the_last_use_of_an_invitation_goes_to_one(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let once = NewInvitation {
        uses_max: Some(1),
        ..invitation(1, Role::Member)
    };
    world
        .store
        .invite(by(world.leader), world.id, &once)
        .await
        .expect("invite")
        .expect("leaders invite");
    let mut joins = Vec::new();
    for n in 0..6 {
        let account = factory.account(&format!("racer {n}")).await;
        let store = Arc::clone(&world.store);
        joins.push(tokio::spawn(async move {
            store.join(by(account), &secret(1)).await.expect("join")
        }));
    }
    let outcomes = futures_util::future::join_all(joins).await;
    let let_in = outcomes
        .into_iter()
        .filter(|outcome| outcome.as_ref().expect("join the task").is_ok())
        .count();
    assert_eq!(let_in, 1);
}

/// Account, session and membership, or none of them.
pub async fn who_signs_up_by_an_invitation_is_in_or_nothing_was_made(
    factory: &impl CommunityFactory,
) {
    let world = World::new(factory).await;
    let once = NewInvitation {
        uses_max: Some(1),
        ..invitation(1, Role::Member)
    };
    let invited = world.store.invite(by(world.leader), world.id, &once).await;
    invited.expect("invite").expect("leaders invite");
    let sign_up = async |address: &str, number: u8| {
        let account = NewAccount {
            id: AccountId::new(),
            email: Email {
                written: address.to_owned(),
                folded: address.to_lowercase(),
            },
            name: "New".to_owned(),
            password: Some(PasswordHash::new("hash".to_owned())),
            created_at_ms: NOW_MS,
        };
        let session = NewSession {
            session: Session {
                id: SessionId::new(),
                account: account.id,
                created_at_ms: NOW_MS,
                last_seen_at_ms: NOW_MS,
                expires_at_ms: NOW_MS + 9,
                user_agent: String::new(),
                address: String::new(),
            },
            secret: secret(100 + number),
        };
        let invited_by = secret(number);
        let joined = world.store.join_new(&account, &session, &invited_by).await;
        let joined = joined.expect("sign up");
        joined.map(|view| (account.id, view))
    };
    let taken = sign_up("Leader@Example.org", 1).await;
    assert_eq!(taken, Err(Refusal::EmailTaken));
    let unknown = sign_up("new@example.org", 2).await;
    assert_eq!(unknown, Err(Refusal::NoSuchLink));
    let (account, view) = sign_up("new@example.org", 1).await.expect("both are free");
    assert_eq!((view.role, view.member_count), (Role::Member, 6));
    assert_eq!(world.role(account).await, Some(Role::Member));
    let late = sign_up("late@example.org", 1).await;
    assert_eq!(late, Err(Refusal::NoSuchLink));
    let entries = world.sealed().await;
    let last = &entries.last().expect("there are some").entry;
    assert_eq!((&*last.act, last.actor), ("member-joined", Some(account)));
}
