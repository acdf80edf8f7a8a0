//! What every store must do about those who wrote a document and may not any more: one rule a function, named after a
//! sentence of [`crate::store::LeftBehindStore`].

use std::time::{SystemTime, UNIX_EPOCH};

use consilium_model::access::{BranchKind, BranchState};
use consilium_protocol::ids::{Access, DocName};

use super::branches::{BranchFactory, NOW_MS, World, by, name};
use crate::store::branches::{Fate, NewBranch, pack_fork};
use crate::store::communities::{Actor, Grant, Refusal};
use crate::store::left_behind::{DOOR_MS, Door};
use crate::store::portal_ids::AccountId;

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! left_behind_contract {
    ($factory:expr) => {
        $crate::left_behind_contract!(@rules $factory;
            the_door_is_open_to_whoever_was_let_in_to_write_until_long_after
            a_term_that_runs_out_opens_the_door_for_as_long
            what_comes_makes_one_branch_which_its_author_does_not_see
            what_came_while_a_branch_was_taken_keeps_it_open
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::left_behind::$rule(&$factory).await;
            }
        )*
    };
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn at(account: AccountId, at_ms: i64) -> Actor {
    Actor { account, at_ms }
}

/// By the clock of whoever keeps when access ended.
fn clock_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(since.as_millis()).expect("a time")
}

async fn door(world: &World, by: Actor) -> Door {
    let found = world.store.door(by, &name("text")).await;
    found
        .expect("ask at the door")
        .expect("there is such a document")
}

async fn remove(world: &World, account: AccountId) {
    let removed = world
        .store
        .remove_member(by(world.leader), world.id, account)
        .await;
    removed.expect("remove").expect("leaders remove");
}

async fn begin(world: &World, by: Actor, branch: &str) -> Option<DocName> {
    let made = world.store.load_or_create(&name(branch), NOW_MS).await;
    let branch = NewBranch {
        doc: made.expect("make a document").record.id,
        name: name(branch),
        document: name("text"),
        kind: BranchKind::LeftBehind,
        note: String::new(),
        fork: pack_fork(b"the text as it was").expect("pack"),
    };
    let begun = world.store.begin_left_behind(by, &branch).await;
    begun.expect("begin a branch")
}

/// Whoever guesses a name finds it closed, and so does everybody 90 days after their access ended.
pub async fn the_door_is_open_to_whoever_was_let_in_to_write_until_long_after(
    factory: &impl BranchFactory,
) {
    let world = World::new(factory).await;
    assert!(!door(&world, by(world.member)).await.is_open);
    for _ in 0..2 {
        let noted = world
            .store
            .note_writer(by(world.member), &name("text"))
            .await;
        noted.expect("note");
    }
    let writers = world.store.writers(&name("text")).await;
    assert_eq!(writers.expect("list"), [world.member]);
    let found = door(&world, by(world.member)).await;
    assert_eq!((found.access, found.is_open), (Access::Write, true));
    for other in [world.stranger, world.guest, world.leader] {
        assert!(!door(&world, by(other)).await.is_open);
    }
    let nowhere = world.store.door(by(world.member), &name("nothing")).await;
    assert_eq!(nowhere.expect("ask"), None);

    remove(&world, world.member).await;
    let ended_ms = clock_ms();
    let late = door(&world, at(world.member, ended_ms + 89 * DAY_MS)).await;
    assert_eq!((late.access, late.is_open), (Access::None, true));
    let too_late = door(&world, at(world.member, ended_ms + DOOR_MS + DAY_MS)).await;
    assert!(!too_late.is_open);
    let begun = begin(&world, at(world.member, ended_ms + DOOR_MS + DAY_MS), "b").await;
    assert_eq!(begun, None);
}

/// Nobody does anything when a term is over, so it is read from its row.
pub async fn a_term_that_runs_out_opens_the_door_for_as_long(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let until_ms = NOW_MS + DAY_MS;
    let grant = Grant {
        access: Access::Write,
        until_ms: Some(until_ms),
    };
    let granted = world
        .store
        .grant(by(world.leader), &name("text"), world.guest, grant)
        .await;
    granted.expect("grant").expect("leaders grant");
    let noted = world
        .store
        .note_writer(by(world.guest), &name("text"))
        .await;
    noted.expect("note");
    let over = door(&world, at(world.guest, until_ms + 89 * DAY_MS)).await;
    assert_eq!((over.access, over.is_open), (Access::None, true));
    let closed = door(&world, at(world.guest, until_ms + DOOR_MS + 1)).await;
    assert!(!closed.is_open);
}

/// Those who write the document see it, and nobody else; several make one.
pub async fn what_comes_makes_one_branch_which_its_author_does_not_see(
    factory: &impl BranchFactory,
) {
    let world = World::new(factory).await;
    let noted = world
        .store
        .note_writer(by(world.member), &name("text"))
        .await;
    noted.expect("note");
    remove(&world, world.member).await;
    let now = at(world.member, clock_ms());
    assert_eq!(begin(&world, now, "branch").await, Some(name("branch")));
    assert_eq!(begin(&world, now, "another").await, Some(name("branch")));
    let counted = world
        .store
        .count_left_behind(now, &name("branch"), 70)
        .await;
    assert!(counted.expect("count"));
    let found = door(&world, now).await;
    assert_eq!(found.branch, Some(name("branch")));
    assert_eq!((found.left_bytes, found.open_branches), (70, 1));

    let leader = at(world.leader, now.at_ms);
    let view = world.store.branch(leader, &name("branch")).await;
    let view = view.expect("read").expect("leaders see it");
    assert_eq!(view.standing.kind, BranchKind::LeftBehind);
    assert_eq!((view.left_at_ms, view.left_bytes), (Some(now.at_ms), 70));
    assert_eq!(view.author.name, "member");
    world.grant(world.guest, Access::Comment).await;
    for other in [world.member, world.guest, world.stranger] {
        let seen = world
            .store
            .branch(at(other, now.at_ms), &name("branch"))
            .await;
        assert_eq!(seen.expect("read").err(), Some(Refusal::NoSuchBranch));
    }
    // Whoever reads again sees their own, and what they say to it does not make it another kind.
    world.grant(world.guest, Access::Read).await;
    assert_eq!(world.listed(world.guest).await, Ok(Vec::new()));
    let discarded = world.decide(world.leader, "branch", Fate::Discarded).await;
    assert_eq!(discarded, Ok(BranchState::Discarded));
    let found = door(&world, now).await;
    assert_eq!((found.branch, found.earlier), (None, vec![name("branch")]));
    let counted = world.store.count_left_behind(now, &name("branch"), 1).await;
    assert!(!counted.expect("count"), "somebody decided without it");
    assert_eq!(world.acts().await, ["suggestion-discarded"]);
}

/// Nobody has seen it: a branch is merged up to what had come when it was read.
pub async fn what_came_while_a_branch_was_taken_keeps_it_open(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let noted = world
        .store
        .note_writer(by(world.member), &name("text"))
        .await;
    noted.expect("note");
    remove(&world, world.member).await;
    let now = at(world.member, clock_ms());
    begin(&world, now, "branch").await.expect("a branch");
    let counted = world
        .store
        .count_left_behind(now, &name("branch"), 70)
        .await;
    assert!(counted.expect("count"));
    let up_to = |left_bytes| world.decide(world.leader, "branch", Fate::MergedUpTo { left_bytes });
    assert_eq!(up_to(0).await, Ok(BranchState::Open));
    assert_eq!(up_to(70).await, Ok(BranchState::Merged));
    assert_eq!(
        world.acts().await,
        ["suggestion-merged some", "suggestion-merged all"]
    );
    let found = door(&world, now).await;
    assert_eq!((found.branch, found.earlier), (None, Vec::new()));
}
