//! What every store must do about rounds: one rule a function, named after a sentence of [`crate::store::RoundStore`].

mod ending;
mod opening;
mod secrecy;
mod voting;

use std::collections::BTreeSet;

use consilium_model::access::{Privacy, Role};
use consilium_model::consensus::Ballot;
use consilium_model::meeting::ids::Hash32;
use futures_util::future::join_all;

use super::branches::{BranchFactory, NOW_MS, World, by, name};
use crate::rounds::ballot_box::Put;
use crate::rounds::rules::{Anonymity, Cast, Refusal as Why, Seat, State};
use crate::rounds::text::Scope;
use crate::store::catching_up::Kind;
use crate::store::communities::{Actor, Grant, NewDocument, Refusal};
use crate::store::portal_ids::{AccountId, RoundId};
use crate::store::rounds::{NewRound, RoundDetail, pack_text};
use crate::store::statements::{Cell, Dialect, end};

pub use self::ending::{
    a_round_goes_with_its_document, a_round_is_counted_once_whoever_closes_it,
    a_round_with_a_date_is_not_closed_before_that,
    a_voided_round_decides_nothing_and_keeps_no_ballot,
    people_are_told_and_what_waits_is_in_the_digest,
};
pub use self::opening::{
    the_roll_is_who_may_vote_when_it_opens, those_who_lead_put_a_text_to_the_vote_that_others_read,
    who_cannot_read_the_document_learns_of_no_round,
};
pub use self::secrecy::{
    a_secret_is_one_ballot_and_nobody_elses, no_row_ties_a_ballot_without_a_name_to_its_voter,
};
pub use self::voting::{
    a_ballot_counts_until_the_close_and_for_its_text_only,
    a_named_round_shows_who_chose_what_when_it_has_closed,
    whoever_has_not_voted_may_recuse_themselves,
};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! round_contract {
    ($factory:expr) => {
        $crate::round_contract!(@rules $factory;
            those_who_lead_put_a_text_to_the_vote_that_others_read
            the_roll_is_who_may_vote_when_it_opens
            who_cannot_read_the_document_learns_of_no_round
            a_ballot_counts_until_the_close_and_for_its_text_only
            a_named_round_shows_who_chose_what_when_it_has_closed
            no_row_ties_a_ballot_without_a_name_to_its_voter
            a_secret_is_one_ballot_and_nobody_elses
            a_round_is_counted_once_whoever_closes_it
            a_round_with_a_date_is_not_closed_before_that
            a_voided_round_decides_nothing_and_keeps_no_ballot
            whoever_has_not_voted_may_recuse_themselves
            people_are_told_and_what_waits_is_in_the_digest
            a_round_goes_with_its_document
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::rounds::$rule(&$factory).await;
            }
        )*
    };
}

const HOUR_MS: i64 = 60 * 60 * 1_000;
const CLOSES_AT_MS: i64 = NOW_MS + HOUR_MS;
const TEXT: Hash32 = Hash32([7; 32]);
const SHUFFLE: [u8; 32] = [3; 32];
const AWMF: &str = "awmf denominator=votes quorum=none";
const AWMF_OF_THREE: &str = "awmf denominator=votes quorum=ballots:3";

/// A world with two more members and a deputy.
struct Panel {
    world: World,
    bert: AccountId,
    cleo: AccountId,
    deputy: AccountId,
}

impl Panel {
    async fn new(factory: &impl BranchFactory) -> Self {
        let world = World::new(factory).await;
        let bert = factory.account("bert").await;
        let cleo = factory.account("cleo").await;
        let deputy = factory.account("deputy").await;
        world.let_in(bert, 11, Role::Member).await;
        world.let_in(cleo, 12, Role::Member).await;
        world.let_in(deputy, 13, Role::Deputy).await;
        Self {
            world,
            bert,
            cleo,
            deputy,
        }
    }

    fn anna(&self) -> AccountId {
        self.world.member
    }

    fn voters(&self) -> [AccountId; 5] {
        [
            self.world.leader,
            self.deputy,
            self.anna(),
            self.bert,
            self.cleo,
        ]
    }

    async fn try_open(&self, who: AccountId, round: &NewRound) -> Result<RoundId, Refusal> {
        let opened = self
            .world
            .store
            .open_round(by(who), self.world.id, round)
            .await;
        opened.expect("open a round").map(|()| round.id)
    }

    async fn open(&self, round: &NewRound) -> RoundId {
        self.try_open(self.world.leader, round)
            .await
            .expect("leaders put texts to the vote")
    }

    async fn see(&self, who: AccountId, id: RoundId) -> Result<RoundDetail, Refusal> {
        let seen = self.world.store.round(by(who), id).await;
        seen.expect("read a round")
    }

    async fn vote_at(
        &self,
        who: AccountId,
        id: RoundId,
        cast: &Cast,
        at_ms: i64,
    ) -> Result<Put, Refusal> {
        let actor = Actor {
            account: who,
            at_ms,
        };
        let put = self.world.store.vote(actor, id, cast).await;
        put.expect("vote")
    }

    async fn vote(&self, who: AccountId, id: RoundId, cast: &Cast) -> Result<Put, Refusal> {
        self.vote_at(who, id, cast, NOW_MS).await
    }

    async fn close_by_clock(&self, id: RoundId) -> bool {
        let store = &self.world.store;
        let closed = store.close_due_round(id, CLOSES_AT_MS, &SHUFFLE).await;
        closed.expect("count")
    }

    async fn acts(&self) -> Vec<String> {
        let leader = by(self.world.leader);
        let lines = self.world.store.ledger(leader, self.world.id, None, 100);
        let lines = lines
            .await
            .expect("read the ledger")
            .expect("leaders read it");
        lines
            .iter()
            .rev()
            .map(|line| line.sealed.entry.act.clone())
            .filter(|act| act.starts_with("round"))
            .collect()
    }

    /// Every row of every table that is no journal's, as one text.
    async fn rows(&self) -> Vec<(String, String)> {
        let mut work = self.world.store.reading().await.expect("read");
        let statements = work.statements();
        let dialect = statements.dialect();
        let list = match dialect {
            Dialect::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_%'"
            }
            Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        let tables = statements.rows(list, &[]).await.expect("list tables");
        let mut found = Vec::new();
        for table in &tables {
            let table = table.text(0).expect("a name");
            let sql = match dialect {
                Dialect::Sqlite => format!("SELECT * FROM {table}"),
                Dialect::Postgres => format!("SELECT CAST(t AS TEXT) FROM {table} t"),
            };
            for row in statements.rows(&sql, &[]).await.expect("read a table") {
                let cells: Vec<String> = row.0.iter().map(readable).collect();
                found.push((table.clone(), cells.join(" | ")));
            }
        }
        end(work, Ok(()), "look at every row").await.expect("end");
        found
    }
}

fn readable(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Int(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn names(row: &str, who: AccountId) -> bool {
    row.contains(&who.to_string()) || row.contains(&who.uuid().simple().to_string())
}

fn round(rule: &str, anonymity: Anonymity) -> NewRound {
    NewRound {
        id: RoundId::new(),
        document: name("text"),
        question: "Do we recommend this?".to_owned(),
        rule: rule.parse().expect("a rule"),
        anonymity,
        closes_at_ms: CLOSES_AT_MS,
        is_by_hand: false,
        recused: Vec::new(),
        scope: Scope::Whole,
        quote: "We recommend".to_owned(),
        hash: TEXT,
        text: pack_text(b"the text as it was").expect("pack"),
    }
}

fn named(choice: Ballot) -> Cast {
    Cast {
        choice,
        said: String::new(),
        text: TEXT,
        slot: None,
    }
}

fn secret(number: u8, choice: Ballot) -> Cast {
    Cast {
        said: format!("says {number}"),
        slot: Some(Hash32([number; 32])),
        ..named(choice)
    }
}
