//! What every store must do about comments that are taken away: one rule a function, named after a sentence of
//! [`crate::store::TakenAwayStore`].
//!
//! [`taken_away_contract!`](crate::taken_away_contract) turns them into tests for one kind of store.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::DocName;

use super::branches::BranchFactory;
use super::governing::{Founded, NOW_MS, at, name};
use crate::store::communities::Refusal;
use crate::store::portal_ids::AccountId;
use crate::store::taken_away::Remark;

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! taken_away_contract {
    ($factory:expr) => {
        $crate::taken_away_contract!(@rules $factory;
            who_governs_takes_a_comment_away_once_and_its_author_is_told
            who_does_not_see_the_discussion_takes_nothing_away
            what_was_taken_away_goes_with_its_document
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::taken_away::$rule(&$factory).await;
            }
        )*
    };
}

/// A community whose first document has a discussion.
async fn world(factory: &impl BranchFactory) -> (Founded, DocName) {
    let world = Founded::new(factory).await;
    let discussion = name("first/discussion");
    let made = world.store.load_or_create(&discussion, NOW_MS).await;
    made.expect("make a discussion");
    (world, discussion)
}

async fn take(
    world: &Founded,
    who: AccountId,
    discussion: &DocName,
    author: Option<AccountId>,
    at_ms: i64,
) -> Result<(), Refusal> {
    let remark = Remark {
        document: &name("first"),
        discussion,
        place: "7.1",
        thread: "7.0",
        author,
    };
    let taken = world
        .store
        .take_away(at(who, at_ms), remark, "an insult")
        .await;
    taken.expect("take away")
}

async fn list(world: &Founded, discussion: &DocName) -> Vec<String> {
    world.store.taken_away(discussion).await.expect("list")
}

/// With its entry in the ledger, which has no words of it.
///
/// # Panics
/// When the store breaks the rule, as everywhere here.
pub async fn who_governs_takes_a_comment_away_once_and_its_author_is_told(
    factory: &impl BranchFactory,
) {
    let (world, discussion) = world(factory).await;
    let deputy = world.let_in(factory, "deputy", 1, Role::Deputy).await;
    let member = world.let_in(factory, "member", 2, Role::Member).await;
    let author = Some(member);
    assert_eq!(
        take(&world, member, &discussion, author, NOW_MS).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(list(&world, &discussion).await, [""; 0]);
    for at_ms in [NOW_MS, NOW_MS + 1] {
        let taken = take(&world, deputy, &discussion, author, at_ms).await;
        assert_eq!(taken, Ok(()));
    }
    assert_eq!(list(&world, &discussion).await, ["7.1"]);
    let entries = world.ledger(member, 2).await;
    let detail =
        format!("{{\"document\":\"first\",\"member\":\"{member}\",\"reason\":\"an insult\"}}");
    assert_eq!(entries[0], ("comment-taken-away".to_owned(), detail));
    assert_ne!(entries[1].0, "comment-taken-away");
    let told = world.store.notifications(at(member, NOW_MS + 2)).await;
    let told = told.expect("list");
    let told: Vec<&str> = told.iter().map(|note| note.kind.word()).collect();
    assert_eq!(told, ["comment-taken-away"]);
}

/// A stranger, and a leader before somebody's private draft: the answer is that there is no such document.
pub async fn who_does_not_see_the_discussion_takes_nothing_away(factory: &impl BranchFactory) {
    let (world, discussion) = world(factory).await;
    let leader = world.let_in(factory, "leader", 1, Role::Leader).await;
    let outside = factory.account("outside").await;
    let private = world
        .store
        .set_privacy(
            at(world.founder, NOW_MS),
            &name("first"),
            Privacy::Private,
            None,
        )
        .await;
    private.expect("narrow").expect("its maker may");
    for who in [leader, outside] {
        assert_eq!(
            take(&world, who, &discussion, None, NOW_MS).await,
            Err(Refusal::NoSuchDocument)
        );
    }
    assert_eq!(list(&world, &discussion).await, [""; 0]);
}

/// Nothing is left of it.
pub async fn what_was_taken_away_goes_with_its_document(factory: &impl BranchFactory) {
    let (world, discussion) = world(factory).await;
    let founder = at(world.founder, NOW_MS);
    let taken = take(&world, world.founder, &discussion, None, NOW_MS).await;
    assert_eq!(taken, Ok(()));
    let binned = world.store.set_binned(founder, &name("first"), true).await;
    binned.expect("bin").expect("writers may");
    let deleted = world
        .store
        .delete_for_good(founder, &name("first"), "as decided")
        .await;
    deleted.expect("delete").expect("leaders may");
    assert_eq!(list(&world, &discussion).await, [""; 0]);
}
