//! What every store must do about clinical questions: one rule a function, named after a sentence of
//! [`crate::store::QuestionStore`].
//!
//! [`question_contract!`](crate::question_contract) turns them into tests for one kind of store.

use bytes::Bytes;
use consilium_model::access::Privacy;
use consilium_model::question::{QUESTIONS_MAX, of_document};
use consilium_protocol::ids::{Access, DocName};
use uuid::Uuid;

use super::branches::{BranchFactory, NOW_MS, World, by, name};
use crate::store::communities::{NewDocument, Refusal};
use crate::store::portal_ids::AccountId;
use crate::store::questions::NewQuestion;
use crate::store::{Append, StoreError};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! question_contract {
    ($factory:expr) => {
        $crate::question_contract!(@rules $factory;
            a_question_is_open_as_its_document_is
            who_may_not_write_the_document_makes_and_changes_nothing
            questions_stand_in_the_order_that_was_given
            a_question_goes_into_the_bin_and_comes_back
            a_document_in_the_bin_has_no_questions
            there_are_only_so_many_questions
            no_two_questions_have_one_name
            what_is_deleted_for_good_takes_its_questions_along
            making_and_binning_a_question_moves_the_epoch
            what_is_private_about_questions_is_not_in_the_ledger
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::questions::$rule(&$factory).await;
            }
        )*
    };
}

/// The name of a question of a document, by a number.
fn question(document: &str, number: u128) -> DocName {
    let id = Uuid::from_u128(number).to_string();
    of_document(&name(document), &id).expect("a name")
}

impl World {
    async fn ask(&self, account: AccountId, document: &str, number: u128) -> Result<(), Refusal> {
        let wished = NewQuestion {
            name: question(document, number),
            title: format!("Question {number}"),
        };
        let made = self
            .store
            .create_question(by(account), &name(document), &wished)
            .await;
        made.expect("make a question")
    }

    /// The titles of the questions that somebody sees, and whether each is in the bin.
    async fn asked(&self, account: AccountId) -> Result<Vec<(String, bool)>, Refusal> {
        let found = self.store.questions_of(by(account), &name("text")).await;
        Ok(found
            .expect("list questions")?
            .into_iter()
            .map(|view| (view.title, view.deleted_at_ms.is_some()))
            .collect())
    }

    async fn may(&self, account: AccountId, number: u128) -> Access {
        let found = self
            .store
            .question_standing(account, &question("text", number), NOW_MS)
            .await;
        let standing = found.expect("read a standing");
        standing.map_or(Access::None, |standing| standing.access())
    }

    async fn bin(&self, account: AccountId, number: u128, into: bool) -> Result<(), Refusal> {
        let done = self
            .store
            .set_question_binned(by(account), &question("text", number), into)
            .await;
        done.expect("put a question into the bin")
    }

    async fn order(&self, account: AccountId, numbers: &[u128]) -> Result<(), Refusal> {
        let order: Vec<DocName> = numbers
            .iter()
            .map(|number| question("text", *number))
            .collect();
        let done = self
            .store
            .order_questions(by(account), &name("text"), &order)
            .await;
        done.expect("order questions")
    }

    async fn bin_document(&self, into: bool) {
        let binned = self
            .store
            .set_binned(by(self.leader), &name("text"), into)
            .await;
        binned.expect("bin").expect("leaders bin");
    }
}

fn live(numbers: &[u128]) -> Result<Vec<(String, bool)>, Refusal> {
    Ok(numbers
        .iter()
        .map(|number| (format!("Question {number}"), false))
        .collect())
}

/// Readers read, commenters comment, writers write; whoever reads it because it is open to everybody sees none.
pub async fn a_question_is_open_as_its_document_is(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    assert_eq!(world.may(world.leader, 1).await, Access::None, "not yet");
    assert_eq!(world.ask(world.member, "text", 1).await, Ok(()));
    for account in [world.leader, world.member] {
        assert_eq!(world.may(account, 1).await, Access::Write);
        assert_eq!(world.asked(account).await, live(&[1]));
    }
    for account in [world.guest, world.listener, world.stranger] {
        assert_eq!(world.may(account, 1).await, Access::None);
        assert_eq!(world.asked(account).await, Err(Refusal::NoSuchDocument));
    }
    for access in [Access::Read, Access::Comment, Access::Write] {
        world.grant(world.guest, access).await;
        assert_eq!(world.may(world.guest, 1).await, access);
        assert_eq!(world.asked(world.guest).await, live(&[1]));
    }
    let opened = world
        .store
        .set_privacy(
            by(world.leader),
            &name("text"),
            Privacy::Portal,
            Some("for everybody to read"),
        )
        .await;
    opened.expect("open").expect("leaders open");
    for account in [world.listener, world.stranger] {
        assert_eq!(world.may(account, 1).await, Access::None);
        assert_eq!(world.asked(account).await, Err(Refusal::NoSuchDocument));
    }
    // Another document's question, and what is none.
    let elsewhere = question("elsewhere", 1);
    for other in [&elsewhere, &name("text"), &question("text", 2)] {
        let found = world
            .store
            .question_standing(world.leader, other, NOW_MS)
            .await;
        assert_eq!(found.expect("read"), None, "{other}");
    }
}

/// And whoever cannot read it learns of none.
pub async fn who_may_not_write_the_document_makes_and_changes_nothing(
    factory: &impl BranchFactory,
) {
    let world = World::new(factory).await;
    world.ask(world.leader, "text", 1).await.expect("a leader");
    world.grant(world.guest, Access::Comment).await;
    for (account, refusal) in [
        (world.guest, Refusal::ReadOnly),
        (world.listener, Refusal::NoSuchDocument),
        (world.stranger, Refusal::NoSuchDocument),
    ] {
        assert_eq!(world.ask(account, "text", 2).await, Err(refusal));
        assert_eq!(world.order(account, &[1]).await, Err(refusal));
        assert_eq!(world.bin(account, 1, true).await, Err(refusal));
    }
    assert_eq!(
        world.ask(world.leader, "missing", 3).await,
        Err(Refusal::NoSuchDocument)
    );
    // A question has none of its own.
    let of_question = question("text", 1);
    let nested = NewQuestion {
        name: name("nested"),
        title: String::new(),
    };
    let made = world
        .store
        .create_question(by(world.leader), &of_question, &nested)
        .await;
    assert_eq!(made.expect("ask"), Err(Refusal::NoSuchDocument));
    assert_eq!(world.asked(world.leader).await, live(&[1]));
}

/// Those that are not named stand behind, as they did; names of none are passed over.
pub async fn questions_stand_in_the_order_that_was_given(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    for number in 1..=4 {
        world.ask(world.leader, "text", number).await.expect("made");
    }
    assert_eq!(world.asked(world.leader).await, live(&[1, 2, 3, 4]));
    world.order(world.member, &[3, 9, 1]).await.expect("order");
    assert_eq!(world.asked(world.leader).await, live(&[3, 1, 2, 4]));
    world.ask(world.leader, "text", 5).await.expect("made");
    assert_eq!(world.asked(world.leader).await, live(&[3, 1, 2, 4, 5]));
    world.order(world.member, &[]).await.expect("order");
    assert_eq!(world.asked(world.leader).await, live(&[3, 1, 2, 4, 5]));
}

/// There it is for those who belong to the community; the ledger says so once.
pub async fn a_question_goes_into_the_bin_and_comes_back(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.ask(world.leader, "text", 1).await.expect("made");
    world.grant(world.guest, Access::Write).await;
    for _ in 0..2 {
        assert_eq!(world.bin(world.member, 1, true).await, Ok(()));
    }
    let binned = Ok(vec![("Question 1".to_owned(), true)]);
    assert_eq!(world.asked(world.leader).await, binned);
    assert_eq!(world.may(world.leader, 1).await, Access::Write);
    assert_eq!(world.asked(world.guest).await, live(&[]));
    assert_eq!(world.may(world.guest, 1).await, Access::None);
    assert_eq!(
        world.bin(world.guest, 1, false).await,
        Err(Refusal::NoSuchDocument)
    );
    for _ in 0..2 {
        assert_eq!(world.bin(world.member, 1, false).await, Ok(()));
    }
    assert_eq!(world.asked(world.guest).await, live(&[1]));
    assert_eq!(world.may(world.guest, 1).await, Access::Write);
    let acts = world.all_acts().await;
    let of_questions: Vec<&String> = acts
        .iter()
        .filter(|act| act.starts_with("question-"))
        .collect();
    assert_eq!(of_questions, ["question-binned", "question-restored"]);
}

/// For anybody, until it is restored.
pub async fn a_document_in_the_bin_has_no_questions(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.ask(world.leader, "text", 1).await.expect("made");
    world.bin_document(true).await;
    for account in [world.leader, world.member, world.guest] {
        assert_eq!(world.may(account, 1).await, Access::None);
        let hidden = Err(Refusal::NoSuchDocument);
        assert_eq!(world.asked(account).await, hidden);
        assert_eq!(
            world.bin(account, 1, true).await,
            Err(Refusal::NoSuchDocument)
        );
        assert_eq!(
            world.ask(account, "text", 2).await,
            Err(Refusal::NoSuchDocument)
        );
    }
    world.bin_document(false).await;
    assert_eq!(world.may(world.member, 1).await, Access::Write);
    assert_eq!(world.asked(world.member).await, live(&[1]));
}

/// Those in the bin included.
pub async fn there_are_only_so_many_questions(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    for number in 1..=QUESTIONS_MAX as u128 {
        world.ask(world.leader, "text", number).await.expect("made");
    }
    world.bin(world.leader, 1, true).await.expect("binned");
    assert_eq!(
        world.ask(world.leader, "text", 900).await,
        Err(Refusal::TooMany)
    );
    let listed = world.asked(world.leader).await.expect("listed");
    assert_eq!(listed.len(), QUESTIONS_MAX);
}

/// Nor one that a document has.
pub async fn no_two_questions_have_one_name(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.ask(world.leader, "text", 1).await.expect("made");
    let again = NewQuestion {
        name: question("text", 1),
        title: "Another".to_owned(),
    };
    let made = world
        .store
        .create_question(by(world.leader), &name("text"), &again)
        .await;
    assert!(matches!(made, Err(StoreError::Rejected(_))), "{made:?}");
    assert_eq!(world.asked(world.leader).await, live(&[1]));
}

/// And their names are never used again.
pub async fn what_is_deleted_for_good_takes_its_questions_along(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    for number in 1..=2 {
        world.ask(world.leader, "text", number).await.expect("made");
    }
    let written = question("text", 1);
    let loaded = world.store.load(&written).await.expect("load");
    let append = Append {
        doc: loaded.expect("it is there").record.id,
        update: Bytes::from_static(b"update"),
        author: Some(world.leader.user()),
        claims: vec![5],
        at_ms: NOW_MS,
    };
    world.store.append(&[append]).await.expect("append");
    world.bin_document(true).await;
    let deleted = world
        .store
        .delete_for_good(
            by(world.leader),
            &name("text"),
            "written in the wrong place",
        )
        .await;
    deleted.expect("delete").expect("leaders delete");
    for number in 1..=2 {
        let gone = question("text", number);
        assert!(world.store.load(&gone).await.expect("load").is_none());
        let again = world.store.load_or_create(&gone, NOW_MS).await;
        assert!(matches!(again, Err(StoreError::DeletedForGood)));
        assert_eq!(world.may(world.leader, number).await, Access::None);
    }
}

/// Whoever was told that there is none is to be told that there is one.
pub async fn making_and_binning_a_question_moves_the_epoch(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let mut last = world.store.access_epoch().await.expect("read");
    for step in 0..3 {
        match step {
            0 => world.ask(world.leader, "text", 1).await.expect("made"),
            1 => world.bin(world.leader, 1, true).await.expect("binned"),
            _ => world.bin(world.leader, 1, false).await.expect("restored"),
        }
        let now = world.store.access_epoch().await.expect("read");
        assert!(now > last, "step {step}");
        last = now;
    }
}

/// That it exists is its maker's own affair.
pub async fn what_is_private_about_questions_is_not_in_the_ledger(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let own = NewDocument {
        name: name("own"),
        title: String::new(),
        privacy: Some(Privacy::Private),
    };
    let made = world
        .store
        .create_document(by(world.member), world.id, &own)
        .await;
    made.expect("create").expect("members begin documents");
    let before = world.all_acts().await;
    world.ask(world.member, "own", 1).await.expect("made");
    assert_eq!(
        world.ask(world.leader, "own", 2).await,
        Err(Refusal::NoSuchDocument)
    );
    let binned = world
        .store
        .set_question_binned(by(world.member), &question("own", 1), true)
        .await;
    binned.expect("bin").expect("its maker may");
    assert_eq!(world.all_acts().await, before);
}
