//! Seeing rounds.

use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::{
    Ending, LISTED_MAX, Mine, NamedBallot, PackedText, RollEntry, RoundDetail, RoundView,
};
use crate::interests::Late;
use crate::rounds::ballot_box::count_voted;
use crate::rounds::result::LateRecusals;
use crate::rounds::rules::{Anonymity, Seat, State};
use crate::rounds::text::Scope;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{granted, maybe_named, named, role_of, round_id, word};
use crate::store::communities::standing;
use crate::store::portal_ids::{CommunityId, RoundId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Where the standing to the document begins.
const STANDING: usize = 31;

/// Rounds that account `$1` might see as of `$2`.
fn query(condition: &str) -> String {
    format!(
        "SELECT r.id, d.name, d.title, r.opened_by, oa.name, r.opened_at_ms, r.closes_at_ms, r.by_hand, r.question, r.rule,
                r.anonymity, r.heading, r.blocks, r.quote, r.text_hash, r.state, r.ended_at_ms, r.ended_by, ea.name,
                r.reason, r.result,
                (SELECT count(*) FROM round_roll k WHERE k.round = r.id
                 AND (k.recused_at_ms IS NULL OR k.late = 'may-have-voted')),
                (SELECT count(*) FROM round_roll k WHERE k.round = r.id AND k.recused_at_ms IS NOT NULL
                 AND (k.late IS NULL OR k.late <> 'may-have-voted')),
                (SELECT count(*) FROM round_ballots k WHERE k.round = r.id),
                me.voter, me.recused_at_ms, mb.choice, mb.said, bx.voted,
                (SELECT count(*) FROM round_roll k WHERE k.round = r.id AND k.late = 'ballot-removed'),
                (SELECT count(*) FROM round_roll k WHERE k.round = r.id AND k.late = 'may-have-voted'), {}
         FROM rounds r
         JOIN documents d ON d.id = r.doc
         JOIN document_policies p ON p.doc = r.doc
         JOIN accounts oa ON oa.id = r.opened_by
         LEFT JOIN accounts ea ON ea.id = r.ended_by
         LEFT JOIN round_roll me ON me.round = r.id AND me.voter = $1
         LEFT JOIN round_ballots mb ON mb.round = r.id AND mb.voter = $1
         LEFT JOIN round_boxes bx ON bx.round = r.id
         {}
         WHERE {condition}",
        standing::COLUMNS,
        standing::JOINS
    )
}

fn number(row: &Row, column: usize) -> Result<u32, Error> {
    u32::try_from(row.int(column)?).map_err(|_| unreadable(column))
}

fn view_of(row: &Row, by: Actor) -> Result<RoundView, Error> {
    let state = word(row, 15, State::from_word)?;
    let anonymity = word(row, 10, Anonymity::from_word)?;
    let result = row
        .maybe_text(20)?
        .map(|text| serde_json::from_str(&text).map_err(|_| unreadable(20)))
        .transpose()?;
    let mut voted = number(row, 23)?;
    let mut has_voted = row.maybe_text(26)?.is_some();
    if let Some(text) = row.maybe_text(28)? {
        let (count, who) = count_voted(&text).ok_or_else(|| unreadable(28))?;
        voted = count;
        has_voted = who.contains(&by.account);
    }
    let result: Option<crate::rounds::result::RoundResult> = result;
    if let Some(result) = &result {
        voted = result.voted;
    }
    let seat = match (row.maybe_bytes(24)?, row.maybe_int(25)?) {
        (None, _) => Seat::None,
        (Some(_), Some(_)) => Seat::Recused,
        (Some(_), None) => Seat::Voter { has_voted },
    };
    Ok(RoundView {
        id: round_id(row, 0)?,
        document: DocName::parse(&row.text(1)?).map_err(|_| unreadable(1))?,
        document_title: row.text(2)?,
        opened_by: named(row, 3, 4)?,
        opened_at_ms: row.int(5)?,
        closes_at_ms: row.int(6)?,
        is_by_hand: row.int(7)? == 1,
        question: row.text(8)?,
        rule: row.text(9)?.parse().map_err(|_| unreadable(9))?,
        anonymity,
        scope: match row.maybe_int(12)? {
            None => Scope::Whole,
            Some(_) => Scope::Passage {
                heading: row.maybe_text(11)?,
                blocks: number(row, 12)?,
            },
        },
        quote: row.text(13)?,
        hash: hash(row, 14)?,
        state,
        ending: row
            .maybe_int(16)?
            .map(|at_ms| {
                Ok::<_, Error>(Ending {
                    at_ms,
                    by: maybe_named(row, 17, 18)?,
                    reason: row.maybe_text(19)?,
                })
            })
            .transpose()?,
        eligible: number(row, 21)?,
        recused: number(row, 22)?,
        late: LateRecusals {
            removed: number(row, 29)?,
            may_have_voted: number(row, 30)?,
        },
        voted,
        result,
        mine: Mine {
            seat,
            ballot: row.maybe_text(26)?.zip(row.maybe_text(27)?),
        },
        standing: standing::read(row, STANDING)?,
    })
}

fn hash(row: &Row, column: usize) -> Result<consilium_model::meeting::ids::Hash32, Error> {
    row.bytes(column)?
        .try_into()
        .map(consilium_model::meeting::ids::Hash32)
        .map_err(|_| unreadable(column))
}

/// One round, whoever asks; whether they may is the caller's question.
pub(super) async fn find(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
) -> Result<Option<RoundView>, Error> {
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
    ];
    let found = statements.row(&query("r.id = $3"), &values).await?;
    found.map(|row| view_of(&row, by)).transpose()
}

/// One round, for those who may read its document.
pub(super) async fn one(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
) -> Result<Decided<RoundView>, Error> {
    Ok(find(statements, by, id)
        .await?
        .filter(RoundView::is_readable)
        .ok_or(Refusal::NoSuchRound))
}

pub(super) async fn detail(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
) -> Result<Decided<RoundDetail>, Error> {
    let view = granted!(one(&mut *statements, by, id).await?);
    let roll = statements
        .rows(
            "SELECT k.voter, a.name, k.reason, k.recused_by, b.name, k.late
             FROM round_roll k JOIN accounts a ON a.id = k.voter LEFT JOIN accounts b ON b.id = k.recused_by
             WHERE k.round = $1 ORDER BY a.name, k.voter",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(RollEntry {
                who: named(row, 0, 1)?,
                recusal: row.maybe_text(2)?.zip(maybe_named(row, 3, 4)?),
                late: row
                    .maybe_text(5)?
                    .map(|text| Late::from_word(&text).ok_or_else(|| unreadable(5)))
                    .transpose()?,
            })
        })
        .collect::<Result<_, Error>>()?;
    let ballots = if view.state == State::Closed && view.anonymity == Anonymity::Named {
        statements
            .rows(
                "SELECT b.voter, a.name, b.choice, b.said FROM round_ballots b JOIN accounts a ON a.id = b.voter
                 WHERE b.round = $1 ORDER BY a.name, b.voter",
                &[Value::Bytes(id.as_bytes())],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(NamedBallot {
                    who: named(row, 0, 1)?,
                    choice: row.text(2)?,
                    said: row.text(3)?,
                })
            })
            .collect::<Result<_, Error>>()?
    } else {
        Vec::new()
    };
    Ok(Ok(RoundDetail {
        view,
        roll,
        ballots,
    }))
}

pub(super) async fn text(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
) -> Result<Decided<PackedText>, Error> {
    granted!(one(&mut *statements, by, id).await?);
    let row = statements
        .row(
            "SELECT text_bytes, text_zstd FROM rounds WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(Ok(PackedText {
        bytes: row.int(0)?,
        zstd: row.bytes(1)?.to_vec(),
    }))
}

/// The rounds of a community that the actor may see: open ones first, those that end first before others; then what ended,
/// the latest first.
pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Vec<RoundView>>, Error> {
    if role_of(&mut *statements, id, by.account, by.at_ms)
        .await?
        .is_none()
    {
        return Ok(Err(Refusal::NoSuchCommunity));
    }
    let sql = format!(
        "{} ORDER BY CASE WHEN r.state = 'open' THEN 0 ELSE 1 END,
                     CASE WHEN r.state = 'open' THEN r.closes_at_ms ELSE -r.ended_at_ms END, r.id LIMIT $4",
        query("r.community = $3 AND d.deleted_at_ms IS NULL")
    );
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
        Value::Int(i64::from(LISTED_MAX)),
    ];
    let rows = statements.rows(&sql, &values).await?;
    let views = rows.iter().map(|row| view_of(row, by));
    let mut views = views.collect::<Result<Vec<_>, _>>()?;
    views.retain(RoundView::is_readable);
    Ok(Ok(views))
}

/// Open rounds of a community in which the actor may vote and has not.
pub(in crate::store) async fn waiting(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Vec<RoundView>, Error> {
    let sql = format!(
        "{} ORDER BY r.closes_at_ms, r.id LIMIT $4",
        query(
            "r.community = $3 AND r.state = 'open' AND r.closes_at_ms > $2 AND me.voter IS NOT NULL
             AND d.deleted_at_ms IS NULL"
        )
    );
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
        Value::Int(i64::from(LISTED_MAX)),
    ];
    let rows = statements.rows(&sql, &values).await?;
    let views = rows.iter().map(|row| view_of(row, by));
    let mut views = views.collect::<Result<Vec<_>, _>>()?;
    views.retain(|view| view.is_readable() && view.waits_for_viewer(by.at_ms));
    Ok(views)
}
