//! The end of a round: it is counted, or it is voided, once.
//!
//! The community is locked, and the row is changed only where it is still open: whoever comes second changes nothing. What
//! could tell who chose what without names goes in the same transaction.

use consilium_model::consensus::{Ballot, Roll, count};
use sqlx::Error;

use super::record::RoundView;
use super::voting::locked;
use super::{reading, voting};
use crate::community::act::Act;
use crate::community::rules::Deed;
use crate::interests::leads_fully;
use crate::rounds::result::RoundResult;
use crate::rounds::rules::{Anonymity, State, may_close};
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::communities::ledger;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{account_id, admit, community_id, granted, lock, round_id};
use crate::store::portal_ids::{AccountId, RoundId};
use crate::store::statements::{Statements, Value, unreadable};

/// Open rounds whose time is over, at most so many at once.
const DUE_MAX: i64 = 100;

pub(super) async fn due(
    statements: &mut dyn Statements,
    now_ms: i64,
) -> Result<Vec<RoundId>, Error> {
    let rows = statements
        .rows(
            "SELECT id FROM rounds WHERE state = 'open' AND closes_at_ms <= $1 ORDER BY closes_at_ms, id LIMIT $2",
            &[Value::Int(now_ms), Value::Int(DUE_MAX)],
        )
        .await?;
    rows.iter().map(|row| round_id(row, 0)).collect()
}

/// By whoever leads.
pub(super) async fn by_hand(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
    shuffle: &[u8; 32],
) -> Result<Decided<()>, Error> {
    let view = granted!(locked(&mut *statements, by, id).await?);
    let community = view.standing.community;
    granted!(admit(&mut *statements, by, community, Deed::OpenRounds).await?);
    if let Err(refusal) = leads_fully(view.standing.participation) {
        return Ok(Err(Refusal::Interests(refusal)));
    }
    let is_by_hand = view.is_by_hand;
    let allowed = may_close(
        &view.terms(),
        is_by_hand,
        view.voted,
        view.eligible,
        by.at_ms,
    );
    if let Err(refusal) = allowed {
        return Ok(Err(Refusal::Round(refusal)));
    }
    finish(statements, &view, Some(by.account), by.at_ms, shuffle)
        .await
        .map(|_| Ok(()))
}

/// By the clock; whether this did it.
pub(super) async fn by_clock(
    statements: &mut dyn Statements,
    id: RoundId,
    now_ms: i64,
    shuffle: &[u8; 32],
) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT community, opened_by FROM rounds WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let Some(row) = found else {
        return Ok(false);
    };
    lock(&mut *statements, community_id(&row, 0)?).await?;
    // Whoever opened it stands for whoever looks, though they may not see it any more.
    let eyes = Actor {
        account: account_id(&row, 1)?,
        at_ms: now_ms,
    };
    let Some(view) = reading::find(&mut *statements, eyes, id).await? else {
        return Ok(false);
    };
    if view.state != State::Open || now_ms < view.closes_at_ms {
        return Ok(false);
    }
    finish(statements, &view, None, now_ms, shuffle).await
}

async fn finish(
    statements: &mut dyn Statements,
    view: &RoundView,
    by: Option<AccountId>,
    now_ms: i64,
    shuffle: &[u8; 32],
) -> Result<bool, Error> {
    let roll = Roll {
        eligible: view.eligible,
        recused: view.recused,
    };
    let result = match view.anonymity {
        Anonymity::Named => {
            let ballots = named_ballots(&mut *statements, view.id).await?;
            let outcome = count(&view.rule, roll, &ballots).map_err(uncountable)?;
            RoundResult::named(&view.rule, &outcome)
        }
        Anonymity::Anonymous => {
            let (filled, _) = voting::read_box(&mut *statements, view.id).await?;
            let emptied = filled.empty(shuffle).ok_or_else(|| unreadable(0))?;
            let ballots: Vec<Ballot> = emptied.ballots.iter().map(|(_, choice)| *choice).collect();
            let outcome = count(&view.rule, roll, &ballots).map_err(uncountable)?;
            RoundResult::anonymous(&view.rule, &outcome, emptied)
        }
    };
    let result = RoundResult {
        late: view.late,
        ..result
    };
    let text = serde_json::to_string(&result).map_err(|_| unreadable(0))?;
    let ended = End {
        state: State::Closed,
        by,
        at_ms: now_ms,
        reason: None,
        result: Some(&text),
    };
    if !end(&mut *statements, view.id, &ended).await? {
        return Ok(false);
    }
    let act = Act::RoundClosed {
        round: view.id,
        document: view.document.clone(),
        verdict: result.verdict,
        eligible: view.eligible,
        voted: result.voted,
    };
    write_down(statements, view, by, now_ms, &act, State::Closed)
        .await
        .map(|()| true)
}

fn uncountable(error: consilium_model::consensus::CountError) -> Error {
    Error::Decode(format!("count a round: {error}").into())
}

async fn named_ballots(statements: &mut dyn Statements, id: RoundId) -> Result<Vec<Ballot>, Error> {
    let rows = statements
        .rows(
            "SELECT choice FROM round_ballots WHERE round = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    rows.iter()
        .map(|row| Ballot::from_word(&row.text(0)?).ok_or_else(|| unreadable(0)))
        .collect()
}

/// Ends it without counting; what was chosen is not kept.
pub(super) async fn void(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
    reason: &str,
) -> Result<Decided<()>, Error> {
    let view = granted!(locked(&mut *statements, by, id).await?);
    granted!(
        admit(
            &mut *statements,
            by,
            view.standing.community,
            Deed::OpenRounds
        )
        .await?
    );
    if let Err(refusal) = leads_fully(view.standing.participation) {
        return Ok(Err(Refusal::Interests(refusal)));
    }
    let ended = End {
        state: State::Voided,
        by: Some(by.account),
        at_ms: by.at_ms,
        reason: Some(reason),
        result: None,
    };
    // One whose time is over is counted, whether or not a node has come to it.
    if !view.terms().is_open(by.at_ms) || !end(&mut *statements, id, &ended).await? {
        return Ok(Err(Refusal::Round(crate::rounds::rules::Refusal::Over)));
    }
    statements
        .run(
            "DELETE FROM round_ballots WHERE round = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let act = Act::RoundVoided {
        round: id,
        document: view.document.clone(),
        reason: reason.to_owned(),
    };
    write_down(
        statements,
        &view,
        Some(by.account),
        by.at_ms,
        &act,
        State::Voided,
    )
    .await
    .map(Ok)
}

/// How a round ends.
struct End<'a> {
    state: State,
    by: Option<AccountId>,
    at_ms: i64,
    reason: Option<&'a str>,
    result: Option<&'a str>,
}

/// Ends a round that is open; whether it was. Its box goes.
async fn end(statements: &mut dyn Statements, id: RoundId, how: &End<'_>) -> Result<bool, Error> {
    let ended = statements
        .run(
            "UPDATE rounds SET state = $2, ended_at_ms = $3, ended_by = $4, reason = $5, result = $6
             WHERE id = $1 AND state = 'open'",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Text(how.state.word()),
                Value::Int(how.at_ms),
                Value::MaybeBytes(how.by.as_ref().map(AccountId::as_bytes)),
                Value::MaybeText(how.reason),
                Value::MaybeText(how.result),
            ],
        )
        .await?;
    statements
        .run(
            "DELETE FROM round_boxes WHERE round = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    Ok(ended == 1)
}

/// Into the ledger, and told to everybody on the roll.
async fn write_down(
    statements: &mut dyn Statements,
    view: &RoundView,
    by: Option<AccountId>,
    now_ms: i64,
    act: &Act,
    state: State,
) -> Result<(), Error> {
    let community = view.standing.community;
    match by {
        Some(account) => {
            let actor = Actor {
                account,
                at_ms: now_ms,
            };
            ledger::write(&mut *statements, actor, community, act).await?;
        }
        None => ledger::write_by_rule(&mut *statements, now_ms, community, act).await?,
    }
    // Of what was counted people know who opened it; who voids answers for that.
    let teller = match state {
        State::Voided => by.unwrap_or(view.opened_by.id),
        State::Open | State::Closed => view.opened_by.id,
    };
    let teller = Actor {
        account: teller,
        at_ms: now_ms,
    };
    let note = Note {
        document: Some(&view.document),
        round: Some(view.id),
        word: Some(state.word()),
        ..Note::new(teller, Kind::RoundClosed, community)
    };
    let cause = format!("round-closed {}", view.id);
    let roll = statements
        .rows(
            "SELECT voter FROM round_roll WHERE round = $1",
            &[Value::Bytes(view.id.as_bytes())],
        )
        .await?;
    for row in &roll {
        let to = account_id(row, 0)?;
        // Whoever ended it knows.
        if by != Some(to) {
            telling::tell_anybody(&mut *statements, to, &note, &cause).await?;
        }
    }
    Ok(())
}
