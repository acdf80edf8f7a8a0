//! What every store must do about rounds: one rule a function, named after a sentence of [`crate::store::RoundStore`].

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

/// Members, guests and strangers do not, and nobody puts to the vote what others do not read.
pub async fn those_who_lead_put_a_text_to_the_vote_that_others_read(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let world = &panel.world;
    let plain = || round(AWMF, Anonymity::Named);
    for (who, expected) in [
        (world.member, Refusal::LeadersOnly),
        (world.guest, Refusal::LeadersOnly),
        (world.stranger, Refusal::NoSuchCommunity),
    ] {
        assert_eq!(panel.try_open(who, &plain()).await, Err(expected));
        let text = name("text");
        let asked = world.store.may_open_round(by(who), world.id, &text).await;
        assert_eq!(asked.expect("ask"), Err(expected));
    }
    let draft = NewDocument {
        name: name("draft"),
        title: "A draft".to_owned(),
        privacy: Some(Privacy::Private),
    };
    let made = world
        .store
        .create_document(by(world.leader), world.id, &draft)
        .await;
    made.expect("create").expect("members create");
    for (document, expected) in [
        ("draft", Refusal::PrivateDocument),
        ("nothing", Refusal::NoSuchDocument),
    ] {
        let about = NewRound {
            document: name(document),
            ..plain()
        };
        assert_eq!(panel.try_open(world.leader, &about).await, Err(expected));
    }
    for (rule, anonymity, recused, expected) in [
        (AWMF, Anonymity::Anonymous, vec![], Why::RuleTooOpen),
        (
            AWMF_OF_THREE,
            Anonymity::Anonymous,
            vec![panel.anna(), panel.bert, panel.cleo],
            Why::TooFew,
        ),
        (
            AWMF,
            Anonymity::Named,
            panel.voters().to_vec(),
            Why::NobodyToVote,
        ),
        (AWMF, Anonymity::Named, vec![world.guest], Why::NotAVoter),
        (
            AWMF,
            Anonymity::Named,
            vec![panel.bert, panel.bert],
            Why::NotAVoter,
        ),
        (
            "rand-ucla disagreement=classic percentiles=linear quorum=none",
            Anonymity::Named,
            vec![],
            Why::RuleUndefined,
        ),
    ] {
        let because = |who| (who, "Because.".to_owned());
        let about = NewRound {
            recused: recused.into_iter().map(because).collect(),
            ..round(rule, anonymity)
        };
        let refused = panel.try_open(world.leader, &about).await;
        assert_eq!(refused, Err(Refusal::Round(expected)), "{rule}");
    }
    assert_eq!(panel.acts().await, [""; 0]);
    let opened = panel.try_open(panel.deputy, &plain()).await;
    assert!(opened.is_ok(), "deputies do too");
    assert_eq!(panel.acts().await, ["round-opened"]);
}

/// Who comes later has no vote, who is recused is counted apart, and who is only a guest reads and does not vote.
pub async fn the_roll_is_who_may_vote_when_it_opens(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let about = NewRound {
        recused: vec![(panel.bert, "Wrote it.".to_owned())],
        ..round(AWMF, Anonymity::Named)
    };
    let id = panel.open(&about).await;
    let late = factory.account("late").await;
    panel.world.let_in(late, 21, Role::Member).await;
    let seen = panel.see(late, id).await.expect("members see it");
    assert_eq!((seen.view.eligible, seen.view.recused), (4, 1));
    assert_eq!(seen.view.mine.seat, Seat::None);
    let on_roll: BTreeSet<AccountId> = seen.roll.iter().map(|entry| entry.who.id).collect();
    assert_eq!(on_roll, BTreeSet::from(panel.voters()));
    let recused = seen.roll.iter().find(|entry| entry.who.id == panel.bert);
    let (reason, who) = recused
        .and_then(|entry| entry.recusal.clone())
        .expect("a reason");
    assert_eq!((reason.as_str(), who.id), ("Wrote it.", panel.world.leader));
    let yes = named(Ballot::Approve);
    for (who, expected) in [(late, Why::NotOnRoll), (panel.bert, Why::Recused)] {
        let refused = panel.vote(who, id, &yes).await;
        assert_eq!(refused, Err(Refusal::Round(expected)));
    }
    panel
        .world
        .grant(panel.world.guest, consilium_protocol::ids::Access::Read)
        .await;
    let seen = panel
        .see(panel.world.guest, id)
        .await
        .expect("guests who read it");
    assert_eq!(seen.view.mine.seat, Seat::None);
    // Whoever is removed is not asked any more, and stays in the count of those who might have voted.
    let removed =
        panel
            .world
            .store
            .remove_member(by(panel.world.leader), panel.world.id, panel.cleo);
    removed.await.expect("remove").expect("leaders remove");
    assert_eq!(
        panel.vote(panel.cleo, id, &yes).await,
        Err(Refusal::NoSuchRound)
    );
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    assert_eq!(seen.view.eligible, 4);
}

/// Every question about it has the answer of one that is not there.
pub async fn who_cannot_read_the_document_learns_of_no_round(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let world = &panel.world;
    let id = panel.open(&round(AWMF, Anonymity::Named)).await;
    for who in [world.stranger, world.guest] {
        let nothing = Err(Refusal::NoSuchRound);
        let actor = by(who);
        assert_eq!(panel.see(who, id).await.err(), Some(Refusal::NoSuchRound));
        let text = world.store.round_text(actor, id).await.expect("read");
        assert_eq!(text.err(), Some(Refusal::NoSuchRound));
        let voted = panel.vote(who, id, &named(Ballot::Approve)).await;
        assert_eq!(voted, Err(Refusal::NoSuchRound));
        let recused = world.store.recuse_oneself(actor, id, "Because.").await;
        assert_eq!(recused.expect("recuse"), nothing);
        let closed = world.store.close_round(actor, id, &SHUFFLE).await;
        assert_eq!(closed.expect("close"), nothing);
        let voided = world.store.void_round(actor, id, "Because.").await;
        assert_eq!(voided.expect("void"), nothing);
    }
    let of_stranger = world.store.rounds_of(by(world.stranger), world.id).await;
    assert_eq!(of_stranger.expect("list"), Err(Refusal::NoSuchCommunity));
    let of_guest = world.store.rounds_of(by(world.guest), world.id).await;
    assert_eq!(of_guest.expect("list"), Ok(Vec::new()));
    let of_member = world.store.rounds_of(by(world.member), world.id).await;
    assert_eq!(of_member.expect("list").expect("members read").len(), 1);
    let text = world.store.round_text(by(world.member), id).await;
    assert_eq!(text.expect("read"), Ok(b"the text as it was".to_vec()));
    factory.bin(&name("text")).await;
    let seen = panel.see(world.leader, id).await;
    assert_eq!(seen.err(), Some(Refusal::NoSuchRound), "it is in the bin");
    assert!(
        panel.close_by_clock(id).await,
        "and is counted all the same"
    );
}

/// Nothing changes by what is refused.
pub async fn a_ballot_counts_until_the_close_and_for_its_text_only(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel.open(&round(AWMF, Anonymity::Named)).await;
    let yes = named(Ballot::Approve);
    let no = named(Ballot::Object);
    let anna = panel.anna();
    assert_eq!(panel.vote(anna, id, &yes).await, Ok(Put::First));
    assert_eq!(panel.vote(anna, id, &no).await, Ok(Put::Changed));
    let elsewhere = Cast {
        text: Hash32([8; 32]),
        ..yes.clone()
    };
    let seven = named(Ballot::from_word("7").expect("a rating"));
    for (cast, at_ms, expected) in [
        (&elsewhere, NOW_MS, Why::OtherText),
        (&seven, NOW_MS, Why::WrongKind),
        (&secret(1, Ballot::Approve), NOW_MS, Why::Secret),
        (&yes, CLOSES_AT_MS, Why::Over),
        (&yes, CLOSES_AT_MS + HOUR_MS, Why::Over),
    ] {
        let refused = panel.vote_at(anna, id, cast, at_ms).await;
        assert_eq!(refused, Err(Refusal::Round(expected)));
    }
    let seen = panel.see(anna, id).await.expect("members see it");
    assert_eq!(seen.view.voted, 1);
    let own = seen.view.mine.ballot.expect("her ballot");
    assert_eq!(own.0, "object");
    assert!(
        seen.ballots.is_empty(),
        "nobody's is shown before the close"
    );
    let other = panel.see(panel.bert, id).await.expect("members see it");
    assert_eq!(other.view.mine.ballot, None);
    let nearly = panel.vote_at(anna, id, &yes, CLOSES_AT_MS - 1).await;
    assert_eq!(nearly, Ok(Put::Changed));
    assert!(panel.close_by_clock(id).await);
    let refused = panel.vote(anna, id, &no).await;
    assert_eq!(
        refused,
        Err(Refusal::Round(Why::Over)),
        "whatever the clock says"
    );
    let seen = panel.see(anna, id).await.expect("members see it");
    let counts = seen
        .view
        .result
        .and_then(|result| result.counts)
        .expect("counts");
    assert_eq!(
        counts.votes.map(|votes| (votes.approve, votes.object)),
        Some((1, 0))
    );
}

/// With what they said to it; the verdict stands in the ledger, by nobody where the clock ended it.
pub async fn a_named_round_shows_who_chose_what_when_it_has_closed(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let rule = "delphi consensus=at-least:3/4 quorum=at-least:1/2";
    let id = panel.open(&round(rule, Anonymity::Named)).await;
    let rating = |word: &str| named(Ballot::from_word(word).expect("a rating"));
    for (who, word) in [(panel.anna(), "8"), (panel.bert, "9"), (panel.cleo, "7")] {
        assert_eq!(panel.vote(who, id, &rating(word)).await, Ok(Put::First));
    }
    let dissent = Cast {
        said: "Too early.".to_owned(),
        ..rating("2")
    };
    assert_eq!(panel.vote(panel.deputy, id, &dissent).await, Ok(Put::First));
    assert!(
        !panel
            .world
            .store
            .close_due_round(id, NOW_MS, &SHUFFLE)
            .await
            .expect("count")
    );
    assert_eq!(
        panel
            .world
            .store
            .due_rounds(CLOSES_AT_MS - 1)
            .await
            .expect("look"),
        []
    );
    assert_eq!(
        panel
            .world
            .store
            .due_rounds(CLOSES_AT_MS)
            .await
            .expect("look"),
        [id]
    );
    assert!(panel.close_by_clock(id).await);
    assert_eq!(
        panel
            .world
            .store
            .due_rounds(CLOSES_AT_MS)
            .await
            .expect("look"),
        []
    );
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    assert_eq!(seen.view.state, State::Closed);
    assert_eq!(seen.view.ending.map(|ending| ending.by), Some(None));
    let result = seen.view.result.expect("a result");
    assert_eq!(
        (result.verdict.as_str(), result.voted),
        ("consensus-for", 4)
    );
    assert_eq!(result.rule, rule);
    let shown: BTreeSet<(AccountId, String, String)> = seen
        .ballots
        .into_iter()
        .map(|ballot| (ballot.who.id, ballot.choice, ballot.said))
        .collect();
    let expected = [
        (panel.anna(), "8", ""),
        (panel.bert, "9", ""),
        (panel.cleo, "7", ""),
        (panel.deputy, "2", "Too early."),
    ];
    let expected = expected.map(|(who, choice, said)| (who, choice.to_owned(), said.to_owned()));
    assert_eq!(shown, BTreeSet::from(expected));
    assert_eq!(panel.acts().await, ["round-opened", "round-closed"]);
}

/// I9, by looking at every row of the database. Two rounds in which the same people put the same ballots under the same
/// slots, but in another order and each under another's slot, leave boxes that are the same to the byte.
pub async fn no_row_ties_a_ballot_without_a_name_to_its_voter(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let voters = [panel.anna(), panel.bert, panel.cleo, panel.deputy];
    let choices = [
        Ballot::Approve,
        Ballot::Object,
        Ballot::Abstain,
        Ballot::Approve,
    ];
    let one = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let other = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let slots = [0xa1, 0xb2, 0xc3, 0xd4_u8];
    for (order, id) in [([0, 1, 2, 3], one), ([2, 0, 3, 1], other)] {
        for (at, which) in order.into_iter().enumerate() {
            let voter = if id == one {
                voters[which]
            } else {
                voters[3 - at]
            };
            let cast = secret(slots[which], choices[which]);
            assert_eq!(panel.vote(voter, id, &cast).await, Ok(Put::First));
        }
    }
    let rows = panel.rows().await;
    let boxes: Vec<String> = rows
        .iter()
        .filter(|(table, _)| table == "round_boxes")
        .map(|(_, row)| {
            row.replace(&one.uuid().simple().to_string(), "")
                .replace(&other.uuid().simple().to_string(), "")
        })
        .collect();
    assert_eq!(boxes.len(), 2);
    assert_eq!(
        boxes[0], boxes[1],
        "who voted for what, and when, is not in it"
    );
    for (table, row) in &rows {
        assert_ne!(table, "round_ballots", "that is for rounds with names");
        if table == "round_boxes" {
            continue;
        }
        for slot in slots {
            let hex = Hash32([slot; 32]).to_string();
            assert!(!row.contains(&hex), "{table} knows a slot");
            assert!(
                !row.contains(&format!("says {slot}")),
                "{table} knows what was said"
            );
        }
    }
    what_the_database_adds_tells_nothing(&panel).await;

    assert!(panel.close_by_clock(one).await);
    let rows = panel.rows().await;
    for (table, row) in &rows {
        if !row.contains(&Hash32([slots[0]; 32]).to_string()) {
            continue;
        }
        if table == "round_boxes" {
            // The other round is still open.
            continue;
        }
        assert_eq!(
            table, "rounds",
            "its result has the slots, and no other row"
        );
        for voter in voters {
            assert!(!names(row, voter), "the result names a voter");
        }
    }
    let left = rows
        .iter()
        .filter(|(table, _)| table == "round_boxes")
        .count();
    assert_eq!(left, 1, "the box of what was counted is gone");
    let seen = panel.see(panel.anna(), one).await.expect("members see it");
    assert!(seen.ballots.is_empty());
    let result = seen.view.result.expect("a result");
    let listed: Vec<(Hash32, String)> = result
        .ballots
        .iter()
        .map(|ballot| (ballot.slot, ballot.choice.clone()))
        .collect();
    let expected: Vec<(Hash32, String)> = slots
        .into_iter()
        .zip(choices)
        .map(|(slot, choice)| (Hash32([slot; 32]), choice.word()))
        .collect();
    assert_eq!(
        listed, expected,
        "everybody finds their own, sorted by slot"
    );
    let mut said = result.said.clone();
    assert_ne!(
        said,
        ["says 161", "says 178", "says 195", "says 212"],
        "in the order of slots"
    );
    said.sort();
    assert_eq!(said, ["says 161", "says 178", "says 195", "says 212"]);
}

/// Databases number rows and transactions by themselves.
async fn what_the_database_adds_tells_nothing(panel: &Panel) {
    let mut work = panel.world.store.reading().await.expect("read");
    let statements = work.statements();
    match statements.dialect() {
        Dialect::Sqlite => {
            for table in ["round_boxes", "round_roll"] {
                let sql = format!("SELECT rowid FROM {table}");
                let numbered = statements.rows(&sql, &[]).await;
                assert!(numbered.is_err(), "{table} has no numbers of rows");
            }
        }
        Dialect::Postgres => {
            // Voting touches no row of the roll: else the transactions that wrote them would tell the order.
            let sql = "SELECT CAST(count(DISTINCT CAST(xmin AS TEXT)) AS BIGINT) FROM round_roll GROUP BY round";
            for row in statements.rows(sql, &[]).await.expect("read") {
                assert_eq!(row.int(0).expect("a number"), 1);
            }
        }
    }
    // A statement that failed ends some transactions; nothing was to be kept.
    drop(work);
}

/// Whoever guesses a secret would have to guess 256 bits; whoever shows another one changes nothing.
pub async fn a_secret_is_one_ballot_and_nobody_elses(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let anna = panel.anna();
    assert_eq!(
        panel.vote(anna, id, &secret(1, Ballot::Approve)).await,
        Ok(Put::First)
    );
    for (who, cast, expected) in [
        (anna, secret(2, Ballot::Object), Why::OtherSecret),
        (panel.bert, secret(1, Ballot::Object), Why::SecretTaken),
        (panel.bert, named(Ballot::Object), Why::Secret),
    ] {
        let refused = panel.vote(who, id, &cast).await;
        assert_eq!(refused, Err(Refusal::Round(expected)));
    }
    let seen = panel.see(anna, id).await.expect("members see it");
    assert_eq!(seen.view.voted, 1);
    assert_eq!(seen.view.mine.seat, Seat::Voter { has_voted: true });
    assert_eq!(seen.view.mine.ballot, None, "the server does not know it");
    let other = panel.see(panel.bert, id).await.expect("members see it");
    assert_eq!(other.view.mine.seat, Seat::Voter { has_voted: false });
    assert_eq!(
        panel.vote(anna, id, &secret(1, Ballot::Abstain)).await,
        Ok(Put::Changed)
    );
    assert!(panel.close_by_clock(id).await);
    let result = panel
        .see(anna, id)
        .await
        .expect("members see it")
        .view
        .result;
    let result = result.expect("a result");
    assert_eq!((result.verdict.as_str(), result.voted), ("no-quorum", 1));
    assert_eq!(
        (result.counts, result.ballots, result.said),
        (None, vec![], vec![])
    );
}

/// Two nodes and a hand at the same moment.
pub async fn a_round_is_counted_once_whoever_closes_it(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let about = NewRound {
        is_by_hand: true,
        ..round(AWMF_OF_THREE, Anonymity::Anonymous)
    };
    let id = panel.open(&about).await;
    for (who, number) in panel.voters().into_iter().zip(1..) {
        let cast = secret(number, Ballot::Approve);
        assert_eq!(panel.vote(who, id, &cast).await, Ok(Put::First));
    }
    let by_clock = (0..8).map(|_| panel.close_by_clock(id));
    let store = &panel.world.store;
    let leader = by(panel.world.leader);
    let by_hand = store.close_round(leader, id, &SHUFFLE);
    let (by_clock, by_hand) = futures_util::join!(join_all(by_clock), by_hand);
    let closed = by_clock.iter().filter(|closed| **closed).count();
    let by_hand = usize::from(by_hand.expect("close") == Ok(()));
    assert_eq!(closed + by_hand, 1);
    assert_eq!(panel.acts().await, ["round-opened", "round-closed"]);
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    let result = seen.view.result.expect("a result");
    assert_eq!(
        (result.voted, result.verdict.as_str()),
        (5, "strong-consensus")
    );
    let again = store
        .close_round(leader, id, &SHUFFLE)
        .await
        .expect("close");
    assert_eq!(again, Err(Refusal::Round(Why::Over)));
    let voided = store
        .void_round(leader, id, "Because.")
        .await
        .expect("void");
    assert_eq!(
        voided,
        Err(Refusal::Round(Why::Over)),
        "what was decided stays"
    );
}

/// Whoever leads does not choose the moment, unless that was said when it opened or nobody is missing.
pub async fn a_round_with_a_date_is_not_closed_before_that(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel.open(&round(AWMF, Anonymity::Named)).await;
    let store = &panel.world.store;
    let yes = named(Ballot::Approve);
    for who in panel.voters() {
        let early = store.close_round(by(panel.deputy), id, &SHUFFLE).await;
        assert_eq!(early.expect("close"), Err(Refusal::Round(Why::NotYet)));
        assert_eq!(panel.vote(who, id, &yes).await, Ok(Put::First));
    }
    let member = store.close_round(by(panel.anna()), id, &SHUFFLE).await;
    assert_eq!(member.expect("close"), Err(Refusal::LeadersOnly));
    let closed = store.close_round(by(panel.deputy), id, &SHUFFLE).await;
    assert_eq!(closed.expect("close"), Ok(()));
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    let ending = seen.view.ending.expect("an end");
    assert_eq!(ending.by.map(|who| who.id), Some(panel.deputy));
}

/// Named or not.
pub async fn a_voided_round_decides_nothing_and_keeps_no_ballot(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let store = &panel.world.store;
    let with = panel.open(&round(AWMF, Anonymity::Named)).await;
    let without = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let anna = panel.anna();
    assert_eq!(
        panel.vote(anna, with, &named(Ballot::Approve)).await,
        Ok(Put::First)
    );
    assert_eq!(
        panel.vote(anna, without, &secret(1, Ballot::Approve)).await,
        Ok(Put::First)
    );
    for id in [with, without] {
        let member = store.void_round(by(anna), id, "I would lose.").await;
        assert_eq!(member.expect("void"), Err(Refusal::LeadersOnly));
        let voided = store
            .void_round(by(panel.world.leader), id, "Wrong text.")
            .await;
        assert_eq!(voided.expect("void"), Ok(()));
        let seen = panel.see(anna, id).await.expect("members see it");
        assert_eq!(seen.view.state, State::Voided);
        assert_eq!((seen.view.result, seen.view.voted), (None, 0));
        let reason = seen.view.ending.and_then(|ending| ending.reason);
        assert_eq!(reason.as_deref(), Some("Wrong text."));
        assert!(!panel.close_by_clock(id).await, "it is not counted later");
    }
    let rows = panel.rows().await;
    let kept = rows
        .iter()
        .filter(|(table, _)| ["round_ballots", "round_boxes"].contains(&table.as_str()));
    assert_eq!(kept.count(), 0);
    let acts = panel.acts().await;
    assert_eq!(
        acts,
        [
            "round-opened",
            "round-opened",
            "round-voided",
            "round-voided"
        ]
    );
    let late = panel.open(&round(AWMF, Anonymity::Named)).await;
    let after = Actor {
        account: panel.world.leader,
        at_ms: CLOSES_AT_MS,
    };
    let voided = store.void_round(after, late, "I would lose.").await;
    assert_eq!(
        voided.expect("void"),
        Err(Refusal::Round(Why::Over)),
        "its time is over"
    );
}

/// With a reason, for good.
pub async fn whoever_has_not_voted_may_recuse_themselves(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let recuse = async |who| {
        let done = panel
            .world
            .store
            .recuse_oneself(by(who), id, "My study.")
            .await;
        done.expect("recuse")
    };
    let anna = panel.anna();
    assert_eq!(
        panel.vote(anna, id, &secret(1, Ballot::Approve)).await,
        Ok(Put::First)
    );
    assert_eq!(recuse(anna).await, Err(Refusal::Round(Why::HasVoted)));
    assert_eq!(recuse(panel.bert).await, Ok(()));
    assert_eq!(recuse(panel.bert).await, Err(Refusal::Round(Why::Recused)));
    let refused = panel
        .vote(panel.bert, id, &secret(2, Ballot::Approve))
        .await;
    assert_eq!(refused, Err(Refusal::Round(Why::Recused)));
    let seen = panel.see(anna, id).await.expect("members see it");
    assert_eq!(
        (seen.view.eligible, seen.view.recused, seen.view.voted),
        (4, 1, 1)
    );
}

/// Whoever opens it is not told that they did; what the clock ends is told to all on the roll.
pub async fn people_are_told_and_what_waits_is_in_the_digest(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let store = &panel.world.store;
    let about = NewRound {
        recused: vec![(panel.bert, "Wrote it.".to_owned())],
        ..round(AWMF, Anonymity::Named)
    };
    let id = panel.open(&about).await;
    let told = async |who| {
        let told = store.notifications(by(who)).await.expect("list");
        let about = told.into_iter().filter(|view| view.round == Some(id));
        about.map(|view| view.kind).collect::<Vec<_>>()
    };
    let waiting = async |who| {
        let digest = store.digest(by(who), panel.world.id).await.expect("read");
        let digest = digest.expect("members read it");
        digest
            .rounds
            .into_iter()
            .map(|view| view.id)
            .collect::<Vec<_>>()
    };
    let anna = panel.anna();
    assert_eq!(told(anna).await, [Kind::RoundOpened]);
    assert_eq!(told(panel.bert).await, []);
    assert_eq!(told(panel.world.leader).await, []);
    assert_eq!(told(panel.world.guest).await, []);
    assert_eq!(waiting(anna).await, [id]);
    assert_eq!(waiting(panel.bert).await, []);
    assert_eq!(
        panel.vote(anna, id, &named(Ballot::Approve)).await,
        Ok(Put::First)
    );
    assert_eq!(waiting(anna).await, []);
    assert_eq!(waiting(panel.cleo).await, [id]);
    assert!(panel.close_by_clock(id).await);
    assert_eq!(told(panel.bert).await, [Kind::RoundClosed]);
    assert_eq!(told(panel.world.leader).await, [Kind::RoundClosed]);
    assert_eq!(waiting(panel.cleo).await, []);
    // Who may not read the document any more is shown nothing.
    factory.bin(&name("text")).await;
    assert_eq!(told(panel.bert).await, []);
}

/// Wholly: the text that was put to the vote is the document's.
pub async fn a_round_goes_with_its_document(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let store = &panel.world.store;
    let grant = Grant {
        access: consilium_protocol::ids::Access::Read,
        until_ms: None,
    };
    let text = name("text");
    let granted = store.grant(by(panel.world.leader), &text, panel.world.guest, grant);
    granted.await.expect("grant").expect("leaders grant");
    for (rule, anonymity) in [
        (AWMF, Anonymity::Named),
        (AWMF_OF_THREE, Anonymity::Anonymous),
    ] {
        let id = panel.open(&round(rule, anonymity)).await;
        let cast = match anonymity {
            Anonymity::Named => named(Ballot::Approve),
            Anonymity::Anonymous => secret(1, Ballot::Approve),
        };
        assert_eq!(panel.vote(panel.anna(), id, &cast).await, Ok(Put::First));
    }
    factory.bin(&name("text")).await;
    let gone = store.delete_for_good(by(panel.world.leader), &text, "By mistake.");
    gone.await.expect("delete").expect("leaders delete");
    let rows = panel.rows().await;
    let left = rows.iter().filter(|(table, _)| table.starts_with("round"));
    assert_eq!(left.count(), 0);
    assert_eq!(
        panel.acts().await,
        ["round-opened", "round-opened"],
        "that it was stays"
    );
}
