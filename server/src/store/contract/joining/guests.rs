//! Guests: invited for documents, until a day.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;

use super::{JoiningFactory, World, until};
use crate::store::communities::{MemberChange, Refusal};
use crate::store::contract::governing::{NOW_MS, at, by, name, secret};
use crate::store::joining::{GuestScope, TermOf};

/// In one go, with an entry of the ledger for each document, by whoever made the invitation.
pub async fn guests_are_invited_for_documents_until_a_day(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.create(world.member, "second", Privacy::Portal).await;
    world.create(world.member, "draft", Privacy::Private).await;
    let end = NOW_MS + 900;
    let scope = |documents: &[(&str, Access)]| GuestScope {
        until_ms: Some(end),
        documents: documents
            .iter()
            .map(|(text, access)| (name(text), *access))
            .collect(),
    };
    let two = scope(&[("first", Access::Comment), ("second", Access::Write)]);
    assert_eq!(world.invite_guests(1, &two).await, Ok((Some(end), 2)));
    // What whoever invites cannot read does not exist for them.
    let hidden = scope(&[("draft", Access::Read)]);
    assert_eq!(
        world.invite_guests(2, &hidden).await,
        Err(Refusal::NoSuchDocument)
    );
    let open = world.store.open_invitation(&secret(1), NOW_MS).await;
    let open = open.expect("read").expect("open");
    assert_eq!((open.until_ms, open.document_count), (Some(end), 2));
    world.join(world.stranger, 1, NOW_MS).await;
    assert_eq!(world.access(world.stranger, "first").await, Access::Comment);
    assert_eq!(world.access(world.stranger, "second").await, Access::Write);
    assert_eq!(
        world.last_acts(3).await,
        ["member-joined", "access-granted", "access-granted"]
    );
    let lines = world
        .store
        .ledger(by(world.leader), world.id, None, 1)
        .await;
    let line = lines.expect("read").expect("may").remove(0);
    assert_eq!(line.actor.map(|actor| actor.id), Some(world.deputy));
    assert_eq!(line.member.map(|member| member.id), Some(world.stranger));
    // It ends as a whole.
    for text in ["first", "second"] {
        let before = world.access_at(world.stranger, text, end - 1).await;
        assert!(before > Access::Read, "{text}");
    }
    assert_eq!(
        world.access_at(world.stranger, "first", end).await,
        Access::None
    );
    assert_eq!(
        world.access_at(world.stranger, "second", end).await,
        Access::Read
    );
    let gone = world
        .store
        .community(at(world.stranger, end), world.id)
        .await
        .expect("read");
    assert_eq!(gone, Err(Refusal::NoSuchCommunity));
}

/// The longer term, the greater access; a member who takes it stays one, and uses nothing up.
pub async fn a_guest_who_is_invited_again_gains_and_loses_nothing(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let scope = |access, until_ms| GuestScope {
        until_ms,
        documents: vec![(name("first"), access)],
    };
    let uses = async || {
        let open = world.store.invitations(by(world.leader), world.id).await;
        let open = open.expect("list").expect("may");
        open.iter().map(|each| each.uses).sum::<i64>()
    };
    let before = uses().await;
    let (short, long) = (NOW_MS + 100, NOW_MS + 200);
    for (number, access, until_ms, found, at_last) in [
        (1, Access::Write, Some(short), Access::Write, Some(short)),
        (2, Access::Read, Some(long), Access::Write, Some(long)),
        (3, Access::Read, Some(short), Access::Write, Some(long)),
        (4, Access::Read, None, Access::Write, None),
    ] {
        world
            .invite_guests(number, &scope(access, until_ms))
            .await
            .expect("invited");
        world.join(world.stranger, number, NOW_MS).await;
        assert_eq!(world.access(world.stranger, "first").await, found);
        let members = world.store.members(by(world.leader), world.id).await;
        let members = members.expect("list").expect("may");
        let theirs = members
            .iter()
            .find(|each| each.account.id == world.stranger);
        assert_eq!(theirs.expect("in").until_ms, at_last, "{number}");
    }
    assert_eq!(uses().await, before + 3, "the third gave nothing");
    world.join(world.member, 1, NOW_MS).await;
    assert_eq!(world.role(world.member).await, Some(Role::Member));
    assert_eq!(uses().await, before + 3);
}

/// Grants and sub-groups do not wait for whoever was removed.
pub async fn whoever_was_gone_comes_back_with_nothing(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world
        .grant(world.leader, "first", world.guest, Access::Write)
        .await
        .expect("granted");
    let group = world.group(world.leader, &[world.member]).await;
    let group = group.expect("made").id;
    for account in [world.guest, world.member] {
        world
            .store
            .remove_member(by(world.leader), world.id, account)
            .await
            .expect("remove")
            .expect("may");
    }
    for (account, number, role) in [
        (world.guest, 213, Role::Guest),
        (world.member, 212, Role::Member),
    ] {
        // By links that were made after they went.
        let invitation = World::invitation(number, role);
        world
            .store
            .invite(at(world.leader, NOW_MS + 1), world.id, &invitation)
            .await
            .expect("invite")
            .expect("leaders invite");
        world.join(account, number, NOW_MS + 1).await;
    }
    assert_eq!(world.access(world.guest, "first").await, Access::None);
    assert_eq!(world.role(world.member).await, Some(Role::Member));
    let members = world
        .store
        .sub_group_members(by(world.leader), world.id, group)
        .await
        .expect("list")
        .expect("may");
    assert_eq!(members.len(), 1);
}

/// Whoever sees nothing any more learns that their own term is the reason, where it is, and nothing else of the document.
pub async fn a_term_is_named_to_whoever_has_or_had_it_and_to_nobody_else(
    factory: &impl JoiningFactory,
) {
    let world = World::new(factory).await;
    let (granted, gone) = (NOW_MS + 500, NOW_MS + 900);
    world
        .create(world.member, "second", Privacy::Community)
        .await;
    let grant = until(Access::Comment, granted);
    let given = world.grant(world.leader, "first", world.guest, grant).await;
    assert_eq!(given, Ok(()));
    let change = MemberChange {
        role: None,
        until_ms: Some(Some(gone)),
    };
    for account in [world.guest, world.member] {
        let changed = world
            .store
            .change_member(by(world.leader), world.id, account, change)
            .await;
        changed.expect("change").expect("a leader");
    }
    let at_document = async |account, text: &str, at_ms| {
        let found = world.store.term_at(at(account, at_ms), &name(text)).await;
        found
            .expect("read")
            .map(|term| term.map(|term| (term.role, term.of, term.until_ms, term.is_over)))
    };
    let guests = |of, until_ms, is_over| Ok(Some((Role::Guest, of, until_ms, is_over)));
    let members = |is_over| Ok(Some((Role::Member, TermOf::Membership, gone, is_over)));
    for (account, text, at_ms, expected) in [
        (
            world.guest,
            "first",
            granted - 1,
            guests(TermOf::Grant, granted, false),
        ),
        (
            world.guest,
            "first",
            granted,
            guests(TermOf::Grant, granted, true),
        ),
        (world.guest, "second", granted, Err(Refusal::NoSuchDocument)),
        (
            world.guest,
            "nothing",
            granted,
            Err(Refusal::NoSuchDocument),
        ),
        (world.member, "first", gone - 1, members(false)),
        (world.member, "second", gone, members(true)),
        (world.leader, "first", gone, Ok(None)),
        (world.stranger, "first", gone, Err(Refusal::NoSuchDocument)),
    ] {
        assert_eq!(
            at_document(account, text, at_ms).await,
            expected,
            "{text} {}",
            at_ms - NOW_MS
        );
    }
    // What is closed to everybody like them meanwhile is not theirs to hear of either.
    let closed = world
        .store
        .set_privacy(by(world.member), &name("second"), Privacy::Private, None)
        .await;
    closed.expect("close").expect("its maker");
    let after = at_document(world.guest, "second", gone).await;
    assert_eq!(after, Err(Refusal::NoSuchDocument));

    let in_community = async |account, at_ms| {
        let found = world.store.term_in(at(account, at_ms), world.id).await;
        found
            .expect("read")
            .map(|term| term.map(|term| (term.role, term.is_over)))
    };
    for (account, at_ms, expected) in [
        (world.guest, gone - 1, Ok(Some((Role::Guest, false)))),
        (world.guest, gone, Ok(Some((Role::Guest, true)))),
        (world.leader, gone, Ok(None)),
        (world.stranger, gone, Err(Refusal::NoSuchCommunity)),
    ] {
        assert_eq!(in_community(account, at_ms).await, expected);
    }
}
