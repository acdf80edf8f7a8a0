//! Boxes in rows: meeting, box, slot and choice, and nothing from which to tell who put it there or when (I9).

use consilium_model::meeting::ballot::{Ballot, BoxId, BoxWrite, Boxes, Slot};
use consilium_model::meeting::ids::{PollId, RoundId};
use consilium_protocol::ids::UserId;
use sqlx::Error;

use crate::store::portal_ids::MeetingId;
use crate::store::statements::{Dialect, Row, Statements, Value, unreadable};

/// What stands for a choice of none.
const ABSTAINED: i64 = -1;

pub(super) async fn load(statements: &mut dyn Statements, id: MeetingId) -> Result<Boxes, Error> {
    let rows = statements
        .rows(
            "SELECT box, slot, choice FROM meeting_boxes WHERE meeting = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let mut boxes = Boxes::default();
    for row in &rows {
        boxes.write(&BoxWrite::Put(box_of(row)?, slot_of(row)?, ballot_of(row)?));
    }
    Ok(boxes)
}

pub(super) async fn write(
    statements: &mut dyn Statements,
    id: MeetingId,
    write: &BoxWrite,
) -> Result<(), Error> {
    match write {
        BoxWrite::Put(of, slot, ballot) => {
            let choice = match ballot {
                Ballot::Choice(option) => i64::from(*option),
                Ballot::Abstain => ABSTAINED,
            };
            statements
                .run(
                    "INSERT INTO meeting_boxes (meeting, box, slot, choice) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (meeting, box, slot) DO UPDATE SET choice = excluded.choice",
                    &[
                        Value::Bytes(id.as_bytes()),
                        Value::Text(&box_word(*of)),
                        Value::Text(&slot_word(slot)),
                        Value::Int(choice),
                    ],
                )
                .await?;
            shuffle(statements, id, *of).await
        }
        BoxWrite::Take(of, slot) => statements
            .run(
                "DELETE FROM meeting_boxes WHERE meeting = $1 AND box = $2 AND slot = $3",
                &[
                    Value::Bytes(id.as_bytes()),
                    Value::Text(&box_word(*of)),
                    Value::Text(&slot_word(slot)),
                ],
            )
            .await
            .map(|_| ()),
        BoxWrite::Empty(of) => statements
            .run(
                "DELETE FROM meeting_boxes WHERE meeting = $1 AND box = $2",
                &[Value::Bytes(id.as_bytes()), Value::Text(&box_word(*of))],
            )
            .await
            .map(|_| ()),
    }
}

/// PostgreSQL keeps with each row the transaction that wrote it, and that wrote the event "has voted" as well. So all rows
/// of a box are written anew with each ballot, in the order of their slots. SQLite keeps no such thing, and its rows lie in
/// the order of their key.
async fn shuffle(statements: &mut dyn Statements, id: MeetingId, of: BoxId) -> Result<(), Error> {
    if statements.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let word = box_word(of);
    let key = [Value::Bytes(id.as_bytes()), Value::Text(&word)];
    let rows = statements
        .rows(
            "SELECT string_agg(slot, '\n' ORDER BY slot), string_agg(choice::text, '\n' ORDER BY slot)
             FROM meeting_boxes WHERE meeting = $1 AND box = $2",
            &key,
        )
        .await?;
    let row = rows.first().ok_or_else(|| unreadable(0))?;
    let (slots, choices) = (row.text(0)?, row.text(1)?);
    statements
        .run(
            "DELETE FROM meeting_boxes WHERE meeting = $1 AND box = $2",
            &key,
        )
        .await?;
    statements
        .run(
            "INSERT INTO meeting_boxes (meeting, box, slot, choice)
             SELECT $1, $2, s.slot, s.choice::bigint
             FROM unnest(string_to_array($3, E'\\n'), string_to_array($4, E'\\n')) AS s (slot, choice)",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Text(&word),
                Value::Text(&slots),
                Value::Text(&choices),
            ],
        )
        .await
        .map(|_| ())
}

fn box_word(id: BoxId) -> String {
    match id {
        BoxId::Poll(PollId(number)) => format!("poll:{number}"),
        BoxId::Round(RoundId(number)) => format!("round:{number}"),
    }
}

fn box_of(row: &Row) -> Result<BoxId, Error> {
    let word = row.text(0)?;
    let (kind, number) = word.split_once(':').ok_or_else(|| unreadable(0))?;
    let number = number.parse().map_err(|_| unreadable(0))?;
    match kind {
        "poll" => Ok(BoxId::Poll(PollId(number))),
        "round" => Ok(BoxId::Round(RoundId(number))),
        _ => Err(unreadable(0)),
    }
}

fn slot_word(slot: &Slot) -> String {
    match slot {
        Slot::Named(who) => format!("member:{who}"),
        Slot::Secret(hash) => format!("secret:{hash}"),
    }
}

fn slot_of(row: &Row) -> Result<Slot, Error> {
    let word = row.text(1)?;
    match word.split_once(':') {
        Some(("member", who)) => Ok(Slot::Named(UserId::new(who))),
        Some(("secret", hash)) => hash.parse().map(Slot::Secret).map_err(|_| unreadable(1)),
        _ => Err(unreadable(1)),
    }
}

fn ballot_of(row: &Row) -> Result<Ballot, Error> {
    match row.int(2)? {
        ABSTAINED => Ok(Ballot::Abstain),
        choice => u8::try_from(choice)
            .map(Ballot::Choice)
            .map_err(|_| unreadable(2)),
    }
}
