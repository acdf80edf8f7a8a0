//! What follows for what is put to the vote.

use consilium_model::consensus::Ballot;
use consilium_model::meeting::ids::Hash32;

use super::*;
use crate::interests::Late;
use crate::rounds::result::LateRecusals;
use crate::rounds::rules::{Anonymity, Cast, Refusal as Not, Seat};
use crate::rounds::text::Scope;
use crate::store::portal_ids::RoundId;
use crate::store::rounds::{NewRound, RoundDetail, pack_text};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const TEXT: Hash32 = Hash32([7; 32]);

fn round(anonymity: Anonymity) -> NewRound {
    let rule = "awmf denominator=votes quorum=ballots:3";
    NewRound {
        id: RoundId::new(),
        document: name("text"),
        question: "Do we recommend this?".to_owned(),
        rule: rule.parse().expect("a rule"),
        anonymity,
        closes_at_ms: NOW_MS + HOUR_MS,
        is_by_hand: false,
        recused: Vec::new(),
        scope: Scope::Whole,
        quote: "We recommend".to_owned(),
        hash: TEXT,
        text: pack_text(b"the text as it was").expect("pack"),
    }
}

fn approve(slot: Option<u8>) -> Cast {
    Cast {
        choice: Ballot::Approve,
        said: String::new(),
        text: TEXT,
        slot: slot.map(|number| Hash32([number; 32])),
    }
}

impl Panel {
    async fn open(&self, who: AccountId, round: &NewRound) -> Result<RoundId, Refusal> {
        let store = &self.world.store;
        let opened = store.open_round(by(who), self.world.id, round).await;
        opened.expect("open a round").map(|()| round.id)
    }

    async fn see(&self, who: AccountId, id: RoundId) -> Result<RoundDetail, Refusal> {
        self.world
            .store
            .round(by(who), id)
            .await
            .expect("read a round")
    }

    async fn vote(&self, who: AccountId, id: RoundId, cast: &Cast) -> Result<(), Refusal> {
        let voted = self.world.store.vote(by(who), id, cast).await;
        voted.expect("vote").map(|_| ())
    }

    async fn count(&self, id: RoundId) -> RoundDetail {
        let store = &self.world.store;
        let counted = store.close_due_round(id, NOW_MS + HOUR_MS, &[3; 32]).await;
        assert!(counted.expect("count"));
        self.see(self.cleo, id).await.expect("members see it")
    }
}

/// Who is recused, by whose word, and why.
fn recused(detail: &RoundDetail) -> Vec<(AccountId, AccountId, String, Option<Late>)> {
    let mut found: Vec<_> = detail
        .roll
        .iter()
        .filter_map(|entry| {
            let (reason, by) = entry.recusal.clone()?;
            Some((entry.who.id, by.id, reason, entry.late))
        })
        .collect();
    found.sort();
    found
}

/// By the word of who judged them, whatever is said when it opens.
pub async fn whoever_takes_no_full_part_is_recused_when_a_round_opens_and_opens_none(
    factory: &impl BranchFactory,
) {
    let panel = Panel::new(factory).await;
    let (leader, deputy, anna) = (panel.world.leader, panel.deputy, panel.world.member);
    for (member, verdict) in [
        (anna, Participation::Discusses),
        (panel.bert, Participation::Excluded),
        (panel.cleo, Participation::Full),
    ] {
        panel
            .judge(leader, member, verdict)
            .await
            .expect("leaders judge");
    }
    panel
        .judge(deputy, leader, Participation::Discusses)
        .await
        .expect("a deputy judges a leader");
    let none = panel.open(leader, &round(Anonymity::Named)).await;
    assert_eq!(none, Err(Refusal::Interests(Why::NotFullPart)));
    // What the one who opens it says of them is not what counts.
    let id = panel
        .open(
            deputy,
            &NewRound {
                recused: vec![(anna, "Asked to be left out.".to_owned())],
                rule: "awmf denominator=votes quorum=none"
                    .parse()
                    .expect("a rule"),
                ..round(Anonymity::Named)
            },
        )
        .await
        .expect("deputies put texts to the vote");
    let seen = panel.see(panel.cleo, id).await.expect("members see it");
    let reason = || REASON.to_owned();
    let mut expected = vec![
        (anna, leader, reason(), None),
        (panel.bert, leader, reason(), None),
        (leader, deputy, reason(), None),
    ];
    expected.sort();
    assert_eq!(recused(&seen), expected);
    assert_eq!((seen.view.eligible, seen.view.recused), (2, 3));
    let refused = Err(Refusal::Round(Not::Recused));
    assert_eq!(panel.vote(anna, id, &approve(None)).await, refused);
    assert_eq!(panel.vote(leader, id, &approve(None)).await, refused);
    // Whoever is excluded does not even learn of it.
    let gone = panel.vote(panel.bert, id, &approve(None)).await;
    assert_eq!(gone, Err(Refusal::NoSuchRound));
    let closed = panel
        .world
        .store
        .close_round(by(leader), id, &[3; 32])
        .await;
    assert_eq!(
        closed.expect("close"),
        Err(Refusal::Interests(Why::NotFullPart))
    );
    let voided = panel
        .world
        .store
        .void_round(by(leader), id, "Not like this.")
        .await;
    assert_eq!(
        voided.expect("void"),
        Err(Refusal::Interests(Why::NotFullPart))
    );
}

/// The result says so, and what was counted stays counted.
pub async fn whoever_is_judged_while_a_round_is_open_is_recused_and_their_ballot_taken_out(
    factory: &impl BranchFactory,
) {
    let panel = Panel::new(factory).await;
    let (leader, anna, bert) = (panel.world.leader, panel.world.member, panel.bert);
    let id = panel
        .open(leader, &round(Anonymity::Named))
        .await
        .expect("leaders put texts to the vote");
    for who in [leader, panel.deputy, panel.cleo, anna] {
        panel
            .vote(who, id, &approve(None))
            .await
            .expect("they vote");
    }
    for member in [anna, bert] {
        panel
            .judge(leader, member, Participation::Discusses)
            .await
            .expect("leaders judge");
        let refused = panel.vote(member, id, &approve(None)).await;
        assert_eq!(refused, Err(Refusal::Round(Not::Recused)));
    }
    let seen = panel.see(anna, id).await.expect("who discusses sees it");
    assert_eq!(seen.view.mine.seat, Seat::Recused);
    assert_eq!(seen.view.mine.ballot, None);
    let mut expected = vec![
        (anna, leader, REASON.to_owned(), Some(Late::BallotRemoved)),
        (bert, leader, REASON.to_owned(), Some(Late::NoBallot)),
    ];
    expected.sort();
    assert_eq!(recused(&seen), expected);
    let counted = panel.count(id).await;
    assert_eq!(counted.ballots.len(), 3);
    let result = counted.view.result.expect("it was counted");
    assert_eq!((result.eligible, result.recused, result.voted), (3, 2, 3));
    let late = LateRecusals {
        removed: 1,
        may_have_voted: 0,
    };
    assert_eq!(result.late, late);
    // What was counted stays counted.
    panel
        .judge(leader, panel.cleo, Participation::Excluded)
        .await
        .expect("leaders judge");
    let seen = panel.see(panel.deputy, id).await.expect("members see it");
    assert_eq!(seen.ballots.len(), 3);
}

/// Whether they had voted is told by nothing.
pub async fn a_ballot_without_a_name_stays_and_the_result_says_so(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let (leader, anna) = (panel.world.leader, panel.world.member);
    let id = panel
        .open(leader, &round(Anonymity::Anonymous))
        .await
        .expect("leaders put texts to the vote");
    for (number, who) in (1..).zip([leader, panel.deputy, anna, panel.cleo, panel.bert]) {
        let cast = approve(Some(number));
        panel.vote(who, id, &cast).await.expect("they vote");
    }
    panel
        .judge(leader, anna, Participation::Excluded)
        .await
        .expect("leaders judge");
    panel
        .judge(leader, panel.bert, Participation::Discusses)
        .await
        .expect("leaders judge");
    let refused = panel.vote(panel.bert, id, &approve(Some(5))).await;
    assert_eq!(refused, Err(Refusal::Round(Not::Recused)));
    let counted = panel.count(id).await;
    let result = counted.view.result.clone().expect("it was counted");
    assert_eq!((result.eligible, result.recused, result.voted), (5, 0, 5));
    let late = LateRecusals {
        removed: 0,
        may_have_voted: 2,
    };
    assert_eq!(result.late, late);
    let late: Vec<Option<Late>> = recused(&counted).into_iter().map(|each| each.3).collect();
    assert_eq!(late, [Some(Late::MayHaveVoted); 2]);
}
