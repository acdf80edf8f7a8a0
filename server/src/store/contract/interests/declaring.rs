//! Declaring.

use super::*;
use crate::store::statements::end;

/// Nothing overwrites a declaration, not even a statement of the database.
pub async fn a_declaration_stays_as_it_was_and_the_latest_counts(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let anna = panel.world.member;
    let first = [consulting("Sanor Ltd"), consulting("Größe & Söhne 🫀")];
    panel
        .declare_at(anna, &first, NOW_MS)
        .await
        .expect("members declare");
    panel
        .declare_at(anna, &[], NOW_MS + 1)
        .await
        .expect("and again");
    let found = panel.declared(panel.bert, anna).await.expect("members see");
    let said: Vec<_> = found
        .iter()
        .map(|each| (each.at_ms, each.interests.clone()))
        .collect();
    assert_eq!(said, [(NOW_MS + 1, vec![]), (NOW_MS, first.to_vec())]);
    let people = panel.people(panel.bert).await.expect("members see");
    let person = people.iter().find(|person| person.who.id == anna);
    let person = person.expect("anna is in it");
    assert_eq!(person.declaration.as_ref(), found.first());
    assert_eq!(person.declared, 2);
    let last = panel.world.store.last_declared(by(anna), panel.world.id);
    assert_eq!(last.await.expect("ask"), Some(Some(NOW_MS + 1)));
    let last = panel
        .world
        .store
        .last_declared(by(panel.bert), panel.world.id);
    assert_eq!(last.await.expect("ask"), Some(None));
    for table in [
        "declarations SET at_ms = 1",
        "declared_interests SET place = 9",
    ] {
        let mut work = panel.world.store.writing().await.expect("write");
        let changed = work.statements().run(&format!("UPDATE {table}"), &[]).await;
        let failed = changed.expect_err("what was declared is not changed");
        let ended = end(work, Err::<(), _>(failed), "change what was declared").await;
        ended.expect_err("and nothing is");
    }
}

/// Listeners neither declare nor see; strangers learn of nothing.
pub async fn who_belongs_sees_what_others_declare_and_a_guest_what_is_their_own(
    factory: &impl BranchFactory,
) {
    let panel = Panel::new(factory).await;
    let world = &panel.world;
    for who in [world.leader, panel.deputy, world.member, world.guest] {
        let declared = panel
            .declare_at(who, &[consulting("Sanor Ltd")], NOW_MS)
            .await;
        declared.expect("everybody but listeners declares");
    }
    let nothing = panel.declare_at(world.listener, &[], NOW_MS).await;
    assert_eq!(nothing, Err(Refusal::MembersOnly));
    let nothing = panel.declare_at(world.stranger, &[], NOW_MS).await;
    assert_eq!(nothing, Err(Refusal::NoSuchCommunity));
    let seen = panel.people(world.member).await.expect("members see");
    // The listener is no line: they have nothing to declare.
    assert_eq!(seen.len(), 6);
    assert_eq!(
        seen.iter()
            .filter(|person| person.declaration.is_none())
            .count(),
        2
    );
    let seen = panel
        .people(world.guest)
        .await
        .expect("guests see themselves");
    let who: Vec<AccountId> = seen.iter().map(|person| person.who.id).collect();
    assert_eq!(who, [world.guest]);
    assert_eq!(
        panel.people(world.listener).await,
        Err(Refusal::MembersOnly)
    );
    assert_eq!(
        panel.people(world.stranger).await,
        Err(Refusal::NoSuchCommunity)
    );
    for (viewer, of, expected) in [
        (world.member, world.guest, Ok(1)),
        (world.guest, world.guest, Ok(1)),
        (world.guest, world.member, Err(Refusal::NoSuchMember)),
        (world.member, world.stranger, Err(Refusal::NoSuchMember)),
        (world.listener, world.member, Err(Refusal::MembersOnly)),
        (world.stranger, world.member, Err(Refusal::NoSuchCommunity)),
    ] {
        let found = panel.declared(viewer, of).await.map(|found| found.len());
        assert_eq!(found, expected);
    }
}

/// Whoever gives their account up takes them along.
pub async fn declarations_go_with_the_account(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let anna = panel.world.member;
    panel
        .declare_at(anna, &[consulting("Sanor Ltd")], NOW_MS)
        .await
        .expect("members declare");
    let own = panel
        .world
        .store
        .own_interests(by(anna))
        .await
        .expect("read");
    assert_eq!(own.declarations.len(), 1);
    let left = panel.world.store.leave_portal(by(anna), None).await;
    left.expect("leave").expect("members leave");
    let own = panel
        .world
        .store
        .own_interests(by(anna))
        .await
        .expect("read");
    assert_eq!(own.declarations, []);
    let mut work = panel.world.store.reading().await.expect("read");
    let rows = work
        .statements()
        .rows("SELECT organisation FROM declared_interests", &[])
        .await
        .expect("read");
    assert_eq!(rows, []);
    end(work, Ok(()), "look").await.expect("end");
}
