//! Rounds as REST shows them. Times are milliseconds since 1970 UTC.

use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::DocName;
use serde::Serialize;
use utoipa::ToSchema;

use crate::community::rules::{Deed, may};
use crate::http::branches::Person;
use crate::interests::{Late, leads_fully};
use crate::rounds::result::RoundResult;
use crate::rounds::rules::{Seat, may_close};
use crate::rounds::text::Scope;
use crate::store::portal_ids::{CommunityId, RoundId};
use crate::store::rounds::{RoundDetail, RoundView};

/// A round in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownRound {
    /// Its id.
    #[schema(value_type = String)]
    pub id: RoundId,
    /// The community.
    #[schema(value_type = String)]
    pub community: CommunityId,
    /// The document.
    #[schema(value_type = String)]
    pub document: DocName,
    /// What that is called now.
    pub document_title: String,
    /// What is asked.
    pub question: String,
    /// The canonical text of the rule.
    pub rule: String,
    /// `named` or `anonymous`.
    #[schema(value_type = String)]
    pub anonymity: &'static str,
    /// Who opened it.
    pub opened_by: Person,
    /// When.
    pub opened_at: i64,
    /// When its time is over.
    pub closes_at: i64,
    /// Whether it may be closed before that.
    pub by_hand: bool,
    /// Whether a passage is put to the vote, and not the whole text.
    pub passage: bool,
    /// The heading under which that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// How what is put to the vote begins.
    pub quote: String,
    /// The hash of what is put to the vote; a ballot names it.
    #[schema(value_type = String)]
    pub text: Hash32,
    /// Whether it does not stand in the document any more as it was put to the vote. A vote on another text counts for
    /// nothing that is published.
    pub text_changed: bool,
    /// `open`, `closed` or `voided`. One whose time is over and that no node has counted yet is still open, and takes
    /// nothing.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
    /// Who ended it; absent where the clock did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<Person>,
    /// Why it was voided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many may vote.
    pub eligible: u32,
    /// How many are recused.
    pub recused: u32,
    /// How many have voted.
    pub voted: u32,
    /// The verdict, when it was counted: a word of `docs/consensus.md`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// How the asker stands to it: `none`, `recused` or `voter`.
    #[schema(value_type = String)]
    pub seat: &'static str,
    /// While it is open: whether the asker has voted.
    pub has_voted: bool,
    /// Whether the asker may void it now.
    pub may_void: bool,
    /// Whether the asker may close it now.
    pub may_close: bool,
    /// The server's clock when this was answered.
    pub now: i64,
}

/// A round with everything that its page shows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoundPage {
    /// The round.
    #[serde(flatten)]
    pub round: ShownRound,
    /// Who was on its roll when it opened, by name.
    pub roll: Vec<OnRoll>,
    /// In a named round: the asker's own ballot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mine: Option<OwnBallot>,
    /// What it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<RoundResult>,
    /// Who chose what; only of a named round that has closed.
    pub ballots: Vec<ShownBallot>,
}

/// Somebody on a roll.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnRoll {
    /// Who.
    pub who: Person,
    /// Why they must not vote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recused_because: Option<String>,
    /// Who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recused_by: Option<Person>,
    /// Where they were judged while it was open: `no-ballot`, `ballot-removed` or, without names, `may-have-voted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub late: Option<&'static str>,
}

/// The asker's own ballot.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnBallot {
    /// The choice.
    pub choice: String,
    /// What they said to it.
    pub said: String,
}

/// Who chose what.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownBallot {
    /// Who.
    pub who: Person,
    /// The choice.
    pub choice: String,
    /// What they said to it.
    pub said: String,
}

/// One round as of `now_ms`.
#[must_use]
pub fn shown(view: RoundView, is_outdated: bool, now_ms: i64) -> ShownRound {
    let terms = view.terms();
    let leads = view
        .standing
        .role
        .is_some_and(|role| may(role, Deed::OpenRounds))
        && leads_fully(view.standing.participation).is_ok();
    let closes = may_close(&terms, view.is_by_hand, view.voted, view.eligible, now_ms);
    let (seat, has_voted) = match view.mine.seat {
        Seat::None => ("none", false),
        Seat::Recused => ("recused", false),
        Seat::Voter { has_voted } => ("voter", has_voted),
    };
    let (passage, heading) = match view.scope {
        Scope::Whole => (false, None),
        Scope::Passage { heading, .. } => (true, heading),
    };
    let (ended_at, ended_by, reason) = match view.ending {
        None => (None, None, None),
        Some(ending) => (
            Some(ending.at_ms),
            ending.by.map(Person::from),
            ending.reason,
        ),
    };
    ShownRound {
        id: view.id,
        community: view.standing.community,
        document: view.document,
        document_title: view.document_title,
        question: view.question,
        rule: view.rule.to_string(),
        anonymity: view.anonymity.word(),
        opened_by: view.opened_by.into(),
        opened_at: view.opened_at_ms,
        closes_at: view.closes_at_ms,
        by_hand: view.is_by_hand,
        passage,
        heading,
        quote: view.quote,
        text: view.hash,
        text_changed: is_outdated,
        state: view.state.word(),
        ended_at,
        ended_by,
        reason,
        eligible: view.eligible,
        recused: view.recused,
        voted: view.voted,
        verdict: view.result.map(|result| result.verdict),
        seat,
        has_voted,
        may_void: leads && terms.is_open(now_ms),
        may_close: leads && closes.is_ok(),
        now: now_ms,
    }
}

pub(super) fn shown_page(detail: RoundDetail, is_outdated: bool, now_ms: i64) -> RoundPage {
    let result = detail.view.result.clone();
    let mine = detail.view.mine.ballot.clone();
    RoundPage {
        round: shown(detail.view, is_outdated, now_ms),
        roll: detail
            .roll
            .into_iter()
            .map(|entry| {
                let (because, by) = entry.recusal.unzip();
                OnRoll {
                    who: entry.who.into(),
                    recused_because: because,
                    recused_by: by.map(Person::from),
                    late: entry.late.map(Late::word),
                }
            })
            .collect(),
        mine: mine.map(|(choice, said)| OwnBallot { choice, said }),
        result,
        ballots: detail
            .ballots
            .into_iter()
            .map(|ballot| ShownBallot {
                who: ballot.who.into(),
                choice: ballot.choice,
                said: ballot.said,
            })
            .collect(),
    }
}
