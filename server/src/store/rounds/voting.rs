//! Ballots and recusals.
//!
//! In a named round a ballot is a row of the member. In an anonymous one it goes into the box, which is one row and is
//! written whole (I9). No log and no trace names a choice.

use sqlx::Error;

use super::reading;
use super::record::RoundView;
use crate::rounds::ballot_box::{BallotBox, Put};
use crate::rounds::rules::{Anonymity, Cast, Seat, may_recuse, may_vote};
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{granted, lock};
use crate::store::portal_ids::RoundId;
use crate::store::statements::{Statements, Value, unreadable};

/// The round, with its community locked: what is read now stays true until the act has ended.
pub(super) async fn locked(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
) -> Result<Decided<RoundView>, Error> {
    let community = granted!(reading::one(&mut *statements, by, id).await?)
        .standing
        .community;
    lock(&mut *statements, community).await?;
    reading::one(statements, by, id).await
}

pub(super) async fn vote(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
    cast: &Cast,
) -> Result<Decided<Put>, Error> {
    let view = granted!(locked(&mut *statements, by, id).await?);
    let seat = view.mine.seat;
    if let Err(refusal) = may_vote(&view.terms(), seat, cast, by.at_ms) {
        return Ok(Err(Refusal::Round(refusal)));
    }
    match (view.anonymity, cast.slot) {
        (Anonymity::Anonymous, Some(slot)) => {
            let (mut filled, is_there) = read_box(&mut *statements, id).await?;
            let put = filled.put(by.account, slot, cast.choice, cast.said.clone());
            match put {
                Ok(put) => write_box(statements, id, &filled, is_there)
                    .await
                    .map(|()| Ok(put)),
                Err(refusal) => Ok(Err(Refusal::Round(refusal))),
            }
        }
        _ => put_named(statements, by, id, cast, seat).await.map(Ok),
    }
}

async fn put_named(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
    cast: &Cast,
    seat: Seat,
) -> Result<Put, Error> {
    statements
        .run(
            "INSERT INTO round_ballots (round, voter, choice, said, at_ms) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (round, voter)
             DO UPDATE SET choice = excluded.choice, said = excluded.said, at_ms = excluded.at_ms",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Text(&cast.choice.word()),
                Value::Text(&cast.said),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    Ok(if seat == (Seat::Voter { has_voted: true }) {
        Put::Changed
    } else {
        Put::First
    })
}

/// The box of a round, and whether it is there: it comes with the first ballot.
pub(super) async fn read_box(
    statements: &mut dyn Statements,
    id: RoundId,
) -> Result<(BallotBox, bool), Error> {
    let found = statements
        .row(
            "SELECT ballots, voted FROM round_boxes WHERE round = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let Some(row) = found else {
        return Ok((BallotBox::default(), false));
    };
    let filled = BallotBox::read(&row.text(0)?, &row.text(1)?);
    Ok((filled.ok_or_else(|| unreadable(0))?, true))
}

async fn write_box(
    statements: &mut dyn Statements,
    id: RoundId,
    filled: &BallotBox,
    is_there: bool,
) -> Result<(), Error> {
    let (ballots, voted) = filled.write().map_err(|_| unreadable(0))?;
    let sql = if is_there {
        "UPDATE round_boxes SET ballots = $2, voted = $3 WHERE round = $1"
    } else {
        "INSERT INTO round_boxes (round, ballots, voted) VALUES ($1, $2, $3)"
    };
    let values = [
        Value::Bytes(id.as_bytes()),
        Value::Text(&ballots),
        Value::Text(&voted),
    ];
    statements.run(sql, &values).await.map(|_| ())
}

pub(super) async fn recuse(
    statements: &mut dyn Statements,
    by: Actor,
    id: RoundId,
    reason: &str,
) -> Result<Decided<()>, Error> {
    let view = granted!(locked(&mut *statements, by, id).await?);
    if let Err(refusal) = may_recuse(&view.terms(), view.mine.seat, by.at_ms) {
        return Ok(Err(Refusal::Round(refusal)));
    }
    statements
        .run(
            "UPDATE round_roll SET recused_at_ms = $3, recused_by = $2, reason = $4 WHERE round = $1 AND voter = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Text(reason),
            ],
        )
        .await
        .map(|_| Ok(()))
}
