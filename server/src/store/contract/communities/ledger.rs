//! The ledger: every act in it, in an unbroken chain, whoever acts at once.

use std::sync::Arc;

use consilium_model::access::Role;

use super::{CommunityFactory, World, role_change};
use crate::community::ledger::Chain;
use crate::store::communities::Refusal;
use crate::store::contract::governing::{NOW_MS, by, document};
use crate::store::portal_ids::CommunityId;

/// Number after number, hash after hash, with who did it.
pub async fn the_ledger_holds_every_act_in_an_unbroken_chain(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .change(world.leader, world.guest, role_change(Role::Member))
        .await
        .expect("promote");
    let refused = world.change(world.deputy, world.guest, role_change(Role::Guest));
    refused.await.expect_err("refused, and not written");
    let entries = world.sealed().await;
    let mut chain = Chain::EMPTY;
    for entry in &entries {
        chain.follow(entry).expect("unbroken");
    }
    assert_eq!(chain.seq, entries.len() as u64);
    let acts: Vec<&str> = entries.iter().map(|entry| &*entry.entry.act).collect();
    assert_eq!(acts[..2], ["community-founded", "document-created"]);
    assert_eq!(acts[2..4], ["invitation-made", "member-joined"]);
    let last = &entries.last().expect("there are some").entry;
    assert_eq!(last.actor, Some(world.leader));
    assert_eq!(last.at_ms, NOW_MS);
    assert_eq!(
        last.detail,
        format!(
            r#"{{"from":"guest","member":"{}","to":"member","until":null}}"#,
            world.guest
        )
    );
    // From anywhere, in pieces.
    let some = world.store.sealed_entries(world.id, 2, 3).await;
    let some = some.expect("read").expect("exists");
    assert_eq!(some, entries[2..5]);
    let none = world.store.sealed_entries(CommunityId::new(), 0, 9).await;
    assert_eq!(none.expect("read"), None);
}

/// Newest first, with the names of today, not for guests and listeners.
pub async fn the_ledger_is_read_by_members_page_by_page(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .change(world.leader, world.guest, role_change(Role::Listener))
        .await
        .expect("change");
    for account in [world.guest, world.listener] {
        let refused = world.store.ledger(by(account), world.id, None, 10).await;
        assert_eq!(refused.expect("read"), Err(Refusal::MembersOnly));
    }
    let whole = world.sealed().await;
    let mut before = None;
    let mut seen = Vec::new();
    loop {
        let page = world
            .store
            .ledger(by(world.member), world.id, before, 3)
            .await;
        let page = page.expect("read").expect("members may");
        let Some(last) = page.last() else { break };
        before = Some(last.sealed.entry.seq);
        seen.extend(page);
    }
    assert_eq!(seen.len(), whole.len());
    assert!(seen.iter().rev().map(|line| &line.sealed).eq(&whole));
    assert_eq!(
        seen[0].actor.as_ref().map(|actor| &*actor.name),
        Some("leader")
    );
    assert_eq!(
        seen[0].member.as_ref().map(|member| &*member.name),
        Some("guest")
    );
}

/// Acts in one community wait for each other.
pub async fn acts_of_many_at_once_leave_no_gap_in_the_ledger(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let acts = (0..12_u8).map(|n| {
        let (store, id, member) = (Arc::clone(&world.store), world.id, world.member);
        tokio::spawn(async move {
            store
                .create_document(by(member), id, &document(&format!("d{n}"), None))
                .await
                .expect("create")
                .expect("may");
        })
    });
    let before = world.sealed().await.len();
    for act in futures_util::future::join_all(acts).await {
        act.expect("join the task");
    }
    let entries = world.sealed().await;
    assert_eq!(entries.len(), before + 12);
    let mut chain = Chain::EMPTY;
    for entry in &entries {
        chain.follow(entry).expect("unbroken");
    }
}
