//! What every store must do about interests: one rule a function, named after a sentence of
//! [`crate::store::InterestStore`].

mod declaring;
mod judging;
mod voting;

use consilium_model::access::{Participation, Role};
use consilium_model::question::of_document;
use consilium_protocol::ids::{Access, DocName};
use uuid::Uuid;

use super::branches::{BranchFactory, NOW_MS, World, by, name};
use crate::interests::{Interest, Item, Refusal as Why};
use crate::store::communities::{Actor, Refusal};
use crate::store::interests::{Declaration, JudgementView, NewJudgement, PersonInterests};
use crate::store::portal_ids::AccountId;
use crate::store::questions::NewQuestion;

pub use self::declaring::{
    a_declaration_stays_as_it_was_and_the_latest_counts, declarations_go_with_the_account,
    who_belongs_sees_what_others_declare_and_a_guest_what_is_their_own,
};
pub use self::judging::{
    a_judgement_about_a_question_concerns_that_question_alone,
    a_judgement_holds_at_once_and_a_later_one_takes_its_place,
    a_judgement_stands_in_the_ledger_with_its_reason_and_is_told,
    judgements_go_with_their_document, nobody_judges_themselves_and_those_who_lead_judge_others,
    whoever_is_excluded_sees_that_and_nothing_else_of_it,
    whoever_leaves_and_comes_back_is_judged_as_before,
    whoever_takes_no_full_part_judges_nobody_there,
};
pub use self::voting::{
    a_ballot_without_a_name_stays_and_the_result_says_so,
    whoever_is_judged_while_a_round_is_open_is_recused_and_their_ballot_taken_out,
    whoever_takes_no_full_part_is_recused_when_a_round_opens_and_opens_none,
};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! interest_contract {
    ($factory:expr) => {
        $crate::interest_contract!(@rules $factory;
            a_declaration_stays_as_it_was_and_the_latest_counts
            who_belongs_sees_what_others_declare_and_a_guest_what_is_their_own
            declarations_go_with_the_account
            nobody_judges_themselves_and_those_who_lead_judge_others
            whoever_takes_no_full_part_judges_nobody_there
            a_judgement_holds_at_once_and_a_later_one_takes_its_place
            a_judgement_about_a_question_concerns_that_question_alone
            a_judgement_stands_in_the_ledger_with_its_reason_and_is_told
            whoever_is_excluded_sees_that_and_nothing_else_of_it
            whoever_leaves_and_comes_back_is_judged_as_before
            judgements_go_with_their_document
            whoever_takes_no_full_part_is_recused_when_a_round_opens_and_opens_none
            whoever_is_judged_while_a_round_is_open_is_recused_and_their_ballot_taken_out
            a_ballot_without_a_name_stays_and_the_result_says_so
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::interests::$rule(&$factory).await;
            }
        )*
    };
}

const REASON: &str = "Advises the maker.";

/// A world with a deputy, two more members, and a question.
struct Panel {
    world: World,
    deputy: AccountId,
    bert: AccountId,
    cleo: AccountId,
}

impl Panel {
    async fn new(factory: &impl BranchFactory) -> Self {
        let world = World::new(factory).await;
        let deputy = factory.account("deputy").await;
        let bert = factory.account("bert").await;
        let cleo = factory.account("cleo").await;
        world.let_in(deputy, 11, Role::Deputy).await;
        world.let_in(bert, 12, Role::Member).await;
        world.let_in(cleo, 13, Role::Member).await;
        let wished = NewQuestion {
            name: question(),
            title: "Statins over 75?".to_owned(),
        };
        let made = world
            .store
            .create_question(by(world.leader), &name("text"), &wished)
            .await;
        made.expect("make a question").expect("leaders write");
        Self {
            world,
            deputy,
            bert,
            cleo,
        }
    }

    async fn judge_about(
        &self,
        judge: AccountId,
        member: AccountId,
        verdict: Participation,
        of_question: Option<DocName>,
    ) -> Result<(), Refusal> {
        let judgement = NewJudgement {
            document: name("text"),
            question: of_question,
            member,
            verdict,
            reason: REASON.to_owned(),
        };
        let judged = self.world.store.judge(by(judge), &judgement).await;
        judged.expect("judge")
    }

    async fn judge(
        &self,
        judge: AccountId,
        member: AccountId,
        verdict: Participation,
    ) -> Result<(), Refusal> {
        self.judge_about(judge, member, verdict, None).await
    }

    /// What somebody may do with the text, with the work on it, and with the question.
    async fn may(&self, who: AccountId) -> [Access; 3] {
        let store = &self.world.store;
        let text = store.document_standing(who, &name("text"), NOW_MS).await;
        let text = text.expect("read a standing").expect("it is there");
        let asked = store.question_standing(who, &question(), NOW_MS).await;
        let asked = asked.expect("read a standing").expect("it is there");
        [text.access(), text.access_inside(), asked.access()]
    }

    async fn people(&self, who: AccountId) -> Result<Vec<PersonInterests>, Refusal> {
        let found = self.world.store.interests_of(by(who), self.world.id).await;
        found.expect("list interests")
    }

    /// The judgements about somebody as the viewer sees them.
    async fn judged(&self, viewer: AccountId, who: AccountId) -> Vec<JudgementView> {
        let people = self.people(viewer).await.expect("they are in it");
        let found = people.into_iter().find(|person| person.who.id == who);
        found.map_or_else(Vec::new, |person| person.judgements)
    }

    async fn declare_at(
        &self,
        who: AccountId,
        interests: &[Interest],
        at_ms: i64,
    ) -> Result<(), Refusal> {
        let by = Actor {
            account: who,
            at_ms,
        };
        let declared = self.world.store.declare(by, self.world.id, interests).await;
        declared.expect("declare")
    }

    async fn declared(
        &self,
        viewer: AccountId,
        who: AccountId,
    ) -> Result<Vec<Declaration>, Refusal> {
        let found = self
            .world
            .store
            .declarations_of(by(viewer), self.world.id, who)
            .await;
        found.expect("list declarations")
    }
}

fn question() -> DocName {
    of_document(&name("text"), &Uuid::from_u128(7).to_string()).expect("a name")
}

fn consulting(organisation: &str) -> Interest {
    Interest {
        item: Item::Consulting,
        organisation: organisation.to_owned(),
        purpose: "Advice on dosing".to_owned(),
        amount: Some(crate::interests::Amount::To10000),
        from: crate::interests::Month::parse("2025-01"),
        until: None,
        is_ongoing: true,
    }
}
