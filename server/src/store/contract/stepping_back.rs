//! What every store must do about members who are away: one rule a function, named after a sentence of
//! [`crate::store::SteppingBackStore`].
//!
//! [`stepping_back_contract!`](crate::stepping_back_contract) turns them into tests for one kind of store.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;

use super::branches::BranchFactory;
use super::governing::{Founded, NOW_MS, at};
use crate::community::inactivity::{DAY_MS, Rule, Step};
use crate::store::communities::{MemberView, Refusal};
use crate::store::portal_ids::AccountId;
use crate::store::stepping_back::Absent;

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! stepping_back_contract {
    ($factory:expr) => {
        $crate::stepping_back_contract!(@rules $factory;
            nobody_is_asked_until_leaders_decide_so
            who_does_not_answer_steps_back_and_keeps_what_they_may_do
            who_answers_stays_and_who_was_away_comes_back_with_a_word
            a_visit_puts_the_question_off
            a_leader_who_steps_back_is_followed_by_whoever_was_deputy_longest
            a_leader_without_anybody_to_follow_stays
            of_two_leaders_one_steps_back_and_the_other_leads
            doing_it_twice_is_doing_it_once
            when_the_rule_goes_the_question_goes
            who_comes_again_after_leaving_was_never_away
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::stepping_back::$rule(&$factory).await;
            }
        )*
    };
}

const RULE: Rule = Rule {
    ask_after_days: 30,
    step_back_after_days: 14,
};

/// So many days after everything began.
fn day(days: i64) -> i64 {
    NOW_MS + days * DAY_MS
}

async fn decide(world: &Founded, account: AccountId, rule: Option<Rule>) -> Result<(), Refusal> {
    let decided = world
        .store
        .set_inactivity_rule(at(account, NOW_MS), world.id, rule);
    decided.await.expect("decide")
}

async fn visit(world: &Founded, account: AccountId, at_ms: i64) {
    let noted = world.store.note_visit(at(account, at_ms), world.id).await;
    noted.expect("note a visit");
}

async fn say_present(world: &Founded, account: AccountId, at_ms: i64) -> Result<(), Refusal> {
    let said = world.store.say_present(at(account, at_ms), world.id).await;
    said.expect("come back")
}

/// What a node does on that day; how many members it was about.
async fn look(world: &Founded, at_ms: i64) -> usize {
    crate::stepping_back::round(&*world.store, at_ms)
        .await
        .expect("look after members")
}

async fn member(world: &Founded, account: AccountId, at_ms: i64) -> MemberView {
    let members = world
        .store
        .members(at(world.founder, at_ms), world.id)
        .await;
    members
        .expect("list members")
        .expect("a member")
        .into_iter()
        .find(|member| member.account.id == account)
        .expect("they are in it")
}

/// Since when they are asked, as they see it.
async fn asked(world: &Founded, account: AccountId, at_ms: i64) -> Option<i64> {
    let view = world.store.community(at(account, at_ms), world.id).await;
    view.expect("read").expect("a member").asked_at_ms
}

/// Off by default; leaders decide, and it stands in the ledger, with nothing twice.
///
/// # Panics
/// When the store breaks the rule, as everywhere here.
pub async fn nobody_is_asked_until_leaders_decide_so(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let deputy = world.let_in(factory, "deputy", 1, Role::Deputy).await;
    assert_eq!(look(&world, day(900)).await, 0);
    assert_eq!(
        decide(&world, deputy, Some(RULE)).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    let entries = world.ledger(world.founder, 2).await;
    assert_eq!(entries[0].0, "inactivity-rule-changed");
    assert_eq!(
        entries[0].1,
        r#"{"askAfterDays":30,"stepBackAfterDays":14}"#
    );
    assert_eq!(entries[1].0, "member-joined");
    let view = world.store.community(at(deputy, NOW_MS), world.id).await;
    assert_eq!(
        view.expect("read").expect("a member").inactivity,
        Some(RULE)
    );
}

/// They are asked on the day, step back when they have not answered, and still write what they could write.
///
/// # Panics
/// When the store breaks the rule.
pub async fn who_does_not_answer_steps_back_and_keeps_what_they_may_do(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let away = world.let_in(factory, "away", 1, Role::Member).await;
    let guest = world.let_in(factory, "guest", 2, Role::Guest).await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    visit(&world, world.founder, day(20)).await;
    assert_eq!(look(&world, day(29)).await, 0);
    assert_eq!(look(&world, day(30)).await, 1);
    assert_eq!(asked(&world, away, day(30)).await, Some(day(30)));
    assert_eq!(asked(&world, guest, day(30)).await, None, "guests are not");
    assert_eq!(look(&world, day(43)).await, 0);
    visit(&world, world.founder, day(43)).await;
    assert_eq!(look(&world, day(44)).await, 1);
    let seen = member(&world, away, day(44)).await;
    assert_eq!(seen.stepped_back_at_ms, Some(day(44)));
    assert_eq!(seen.role, Role::Member);
    assert_eq!(world.access(away, "first").await, Access::Write);
    let view = world.store.community(at(away, day(44)), world.id).await;
    let view = view.expect("read").expect("still a member");
    assert_eq!((view.member_count, view.asked_at_ms), (2, None));
    assert_eq!(view.stepped_back_at_ms, Some(day(44)));
    let entry = world.ledger(world.founder, 1).await.remove(0);
    assert_eq!(entry.0, "member-stepped-back");
    assert!(entry.1.contains(&away.to_string()), "{}", entry.1);
    let lines = world
        .store
        .ledger(at(away, day(44)), world.id, None, 1)
        .await;
    let lines = lines.expect("read").expect("a member");
    assert_eq!(lines[0].actor, None, "by the rule, and by nobody");
}

/// Yes is an answer while one is asked, and afterwards; what came between stands in the ledger.
///
/// # Panics
/// When the store breaks the rule.
pub async fn who_answers_stays_and_who_was_away_comes_back_with_a_word(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let away = world.let_in(factory, "away", 1, Role::Member).await;
    let stranger = factory.account("stranger").await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    visit(&world, world.founder, day(60)).await;
    assert_eq!(look(&world, day(60)).await, 1);
    assert_eq!(say_present(&world, away, day(61)).await, Ok(()));
    assert_eq!(asked(&world, away, day(61)).await, None);
    assert_eq!(look(&world, day(75)).await, 0);
    assert_eq!(
        world.acts(world.founder, 1).await,
        ["inactivity-rule-changed"],
        "nothing has happened"
    );
    visit(&world, world.founder, day(91)).await;
    assert_eq!(look(&world, day(91)).await, 1);
    assert_eq!(look(&world, day(105)).await, 1);
    // To come by is no answer, nor to come by again and again.
    visit(&world, away, day(106)).await;
    assert!(
        member(&world, away, day(106))
            .await
            .stepped_back_at_ms
            .is_some()
    );
    assert_eq!(say_present(&world, away, day(106)).await, Ok(()));
    assert_eq!(say_present(&world, away, day(106)).await, Ok(()));
    assert_eq!(
        member(&world, away, day(106)).await.stepped_back_at_ms,
        None
    );
    assert_eq!(
        world.acts(world.founder, 2).await,
        ["member-came-back", "member-stepped-back"]
    );
    assert_eq!(
        say_present(&world, stranger, day(106)).await,
        Err(Refusal::NoSuchCommunity)
    );
}

/// Only later days count, and a stranger is not noted.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_visit_puts_the_question_off(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let person = world.let_in(factory, "person", 1, Role::Member).await;
    let stranger = factory.account("stranger").await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    visit(&world, world.founder, day(40)).await;
    visit(&world, person, day(25)).await;
    visit(&world, person, day(3)).await;
    visit(&world, stranger, day(25)).await;
    assert_eq!(look(&world, day(54)).await, 0);
    assert_eq!(look(&world, day(55)).await, 1);
    assert_eq!(asked(&world, person, day(55)).await, Some(day(55)));
}

/// Not by who is deputy now but by who was so longest, is there and can sign in; and the ledger names both.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_leader_who_steps_back_is_followed_by_whoever_was_deputy_longest(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let locked = world.let_in(factory, "locked", 1, Role::Deputy).await;
    factory.lock(locked).await;
    let [first, second] = [
        factory.account("first").await,
        factory.account("second").await,
    ];
    world.join(second, 3, Role::Deputy, NOW_MS + 2).await;
    world.join(first, 2, Role::Deputy, NOW_MS + 1).await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    for person in [first, second, locked] {
        visit(&world, person, day(50)).await;
    }
    assert_eq!(look(&world, day(50)).await, 1);
    assert_eq!(look(&world, day(64)).await, 1);
    assert_eq!(world.role(first, day(64)).await, Some(Role::Leader));
    assert_eq!(world.role(second, day(64)).await, Some(Role::Deputy));
    assert_eq!(world.role(world.founder, day(64)).await, Some(Role::Member));
    assert_eq!(
        world.acts(first, 2).await,
        ["leadership-passed", "member-stepped-back"]
    );
    // Coming back gives back being active, and not the office.
    assert_eq!(say_present(&world, world.founder, day(65)).await, Ok(()));
    assert_eq!(world.role(world.founder, day(65)).await, Some(Role::Member));
}

/// However long they do not answer.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_leader_without_anybody_to_follow_stays(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let person = world.let_in(factory, "person", 1, Role::Member).await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    visit(&world, person, day(50)).await;
    assert_eq!(look(&world, day(50)).await, 1);
    for later in [64, 300] {
        visit(&world, person, day(later)).await;
        assert_eq!(look(&world, day(later)).await, 0);
    }
    assert_eq!(
        world.role(world.founder, day(300)).await,
        Some(Role::Leader)
    );
    assert_eq!(asked(&world, world.founder, day(300)).await, Some(day(50)));
    let seen = member(&world, world.founder, day(300)).await;
    assert_eq!(seen.stepped_back_at_ms, None);
}

/// Nobody new is needed, and whoever stepped back does not count as leading.
///
/// # Panics
/// When the store breaks the rule.
pub async fn of_two_leaders_one_steps_back_and_the_other_leads(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let other = world.let_in(factory, "other", 1, Role::Leader).await;
    let deputy = world.let_in(factory, "deputy", 2, Role::Deputy).await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    for person in [other, deputy] {
        visit(&world, person, day(50)).await;
    }
    assert_eq!(look(&world, day(50)).await, 1);
    assert_eq!(look(&world, day(64)).await, 1);
    assert_eq!(world.role(deputy, day(64)).await, Some(Role::Deputy));
    assert_eq!(world.role(world.founder, day(64)).await, Some(Role::Member));
    let left = world
        .store
        .remove_member(at(other, day(64)), world.id, other);
    assert_eq!(left.await.expect("leave"), Err(Refusal::LastLeader));
}

/// Nodes that look at once, or one that looks with what it read before, do nothing more.
///
/// # Panics
/// When the store breaks the rule.
pub async fn doing_it_twice_is_doing_it_once(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let away = world.let_in(factory, "away", 1, Role::Member).await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    visit(&world, world.founder, day(50)).await;
    let who = Absent {
        community: world.id,
        account: away,
    };
    for (when, step) in [(day(50), Step::Ask), (day(64), Step::StepBack)] {
        let [one, two] = [world.store.clone(), world.store.clone()];
        let steps = tokio::join!(one.take_step(who, when), two.take_step(who, when));
        let mut steps = [steps.0.expect("look"), steps.1.expect("look")];
        steps.sort_by_key(|step| *step == Step::Nothing);
        assert_eq!(steps, [step, Step::Nothing]);
    }
    assert_eq!(
        world.acts(world.founder, 2).await,
        ["member-stepped-back", "inactivity-rule-changed"]
    );
    assert_eq!(
        world
            .store
            .absent(day(900), None)
            .await
            .expect("list")
            .len(),
        1,
        "the founder, who was not here since"
    );
}

/// Whoever has stepped back stays so until they say that they are back.
///
/// # Panics
/// When the store breaks the rule.
pub async fn when_the_rule_goes_the_question_goes(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let [first, second] = [
        world.let_in(factory, "first", 1, Role::Member).await,
        world.let_in(factory, "second", 2, Role::Member).await,
    ];
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    visit(&world, world.founder, day(60)).await;
    visit(&world, second, day(10)).await;
    assert_eq!(look(&world, day(30)).await, 1);
    assert_eq!(
        look(&world, day(44)).await,
        2,
        "one steps back, one is asked"
    );
    assert_eq!(decide(&world, world.founder, None).await, Ok(()));
    assert_eq!(look(&world, day(60)).await, 1);
    assert_eq!(asked(&world, second, day(60)).await, None);
    assert!(
        member(&world, first, day(60))
            .await
            .stepped_back_at_ms
            .is_some()
    );
    let entry = world.ledger(world.founder, 1).await.remove(0);
    assert_eq!(entry.1, r#"{"askAfterDays":null,"stepBackAfterDays":null}"#);
}

/// What was known of their visits goes with them.
///
/// # Panics
/// When the store breaks the rule.
pub async fn who_comes_again_after_leaving_was_never_away(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let person = world.let_in(factory, "person", 1, Role::Member).await;
    world.create(person, "theirs", Privacy::Community).await;
    assert_eq!(decide(&world, world.founder, Some(RULE)).await, Ok(()));
    visit(&world, world.founder, day(60)).await;
    assert_eq!(look(&world, day(60)).await, 1);
    let left = world
        .store
        .remove_member(at(person, day(61)), world.id, person);
    left.await.expect("leave").expect("they may");
    world.join(person, 2, Role::Member, day(62)).await;
    assert_eq!(asked(&world, person, day(62)).await, None);
    visit(&world, world.founder, day(91)).await;
    assert_eq!(look(&world, day(91)).await, 0);
    assert_eq!(look(&world, day(92)).await, 1);
}
