//! Keeping what was decided, if the meeting is still where it was when that was done.

use consilium_model::meeting::command::Actor as MeetingActor;
use consilium_model::meeting::event::{Event, Record};
use consilium_model::meeting::state::Phase;
use sqlx::Error;

use super::boxes;
use super::reading::{self, phase_word};
use super::record::{Beat, Keep, Kept, LinkWrite, Mark};
use crate::community::act::Act;
use crate::store::communities::rows::lock;
use crate::store::communities::{Actor, ledger};
use crate::store::portal_ids::{AccountId, MeetingId};
use crate::store::statements::{Statements, Value, unreadable};

pub(super) async fn keep(statements: &mut dyn Statements, keep: &Keep<'_>) -> Result<Kept, Error> {
    let acts = acts_of(keep);
    // The community first, as everywhere: its ledger has one writer at a time.
    if !acts.is_empty() {
        lock(&mut *statements, keep.community).await?;
    }
    // Under that lock, so that of two meetings about one text that begin at once one does. Texts stay in their community.
    let begins = |record: &Record| matches!(record.event, Event::Opened);
    if keep.records.iter().any(begins)
        && let Some(other) = reading::holder_of_a_text(&mut *statements, keep.id).await?
    {
        return Ok(Kept::TextHeld(other));
    }
    let is_quiet = keep.writes.is_empty() && keep.links.is_empty();
    let mark = Mark {
        version: keep.on.version + keep.records.len() as u64,
        turn: keep.on.turn + u64::from(!is_quiet),
    };
    let moved = statements
        .run(
            "UPDATE meetings SET version = $4, turn = $5 WHERE id = $1 AND version = $2 AND turn = $3",
            &[
                Value::Bytes(keep.id.as_bytes()),
                Value::Int(keep.on.version.cast_signed()),
                Value::Int(keep.on.turn.cast_signed()),
                Value::Int(mark.version.cast_signed()),
                Value::Int(mark.turn.cast_signed()),
            ],
        )
        .await?;
    if moved == 0 {
        return Ok(Kept::Moved);
    }
    for record in keep.records {
        append(&mut *statements, keep.id, record).await?;
    }
    for write in keep.writes {
        boxes::write(&mut *statements, keep.id, write).await?;
    }
    for write in keep.links {
        write_link(&mut *statements, keep.id, *write).await?;
    }
    if let Some(state) = keep.state {
        let written = serde_json::to_string(state).map_err(|error| Error::Encode(error.into()))?;
        statements
            .run(
                "UPDATE meetings SET phase = $2, state_version = $3, state = $4 WHERE id = $1",
                &[
                    Value::Bytes(keep.id.as_bytes()),
                    Value::Text(phase_word(state.phase())),
                    Value::Int(state.version().cast_signed()),
                    Value::Text(&written),
                ],
            )
            .await?;
        if state.phase() == Phase::Ended {
            forget_the_moment(&mut *statements, keep.id).await?;
        }
    }
    for (at_ms, by, act) in acts {
        match by {
            Some(account) => {
                let by = Actor { account, at_ms };
                ledger::write(&mut *statements, by, keep.community, &act).await?;
            }
            None => {
                ledger::write_by_rule(&mut *statements, at_ms, keep.community, &act).await?;
            }
        }
    }
    Ok(Kept::At(mark))
}

/// What of it the ledger keeps.
fn acts_of(keep: &Keep<'_>) -> Vec<(i64, Option<AccountId>, Act)> {
    let act_of = |record: &Record| match &record.event {
        Event::Opened => Some(Act::MeetingOpened {
            meeting: keep.id,
            title: keep.title.to_owned(),
        }),
        Event::Ended => Some(Act::MeetingEnded {
            meeting: keep.id,
            title: keep.title.to_owned(),
        }),
        Event::Removed {
            who,
            reason: Some(reason),
        } => Some(Act::ParticipantRemoved {
            meeting: keep.id,
            title: keep.title.to_owned(),
            member: AccountId::of_user(who)?,
            reason: reason.clone(),
        }),
        _ => None,
    };
    keep.records
        .iter()
        .filter_map(|record| {
            let by = match &record.by {
                MeetingActor::Person(who) => AccountId::of_user(who),
                MeetingActor::Server => None,
            };
            Some((record.at.0, by, act_of(record)?))
        })
        .collect()
}

async fn append(
    statements: &mut dyn Statements,
    id: MeetingId,
    record: &Record,
) -> Result<(), Error> {
    let entry = serde_json::to_string(record).map_err(|error| Error::Encode(error.into()))?;
    statements
        .run(
            "INSERT INTO meeting_events (meeting, version, entry) VALUES ($1, $2, $3)",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(record.version.cast_signed()),
                Value::Text(&entry),
            ],
        )
        .await
        .map(|_| ())
}

/// Of a meeting that has ended, who asked for the floor and where everybody looked is not kept.
async fn forget_the_moment(statements: &mut dyn Statements, id: MeetingId) -> Result<(), Error> {
    for record in reading::events(&mut *statements, id, 0).await? {
        if record.event.is_passing() {
            statements
                .run(
                    "DELETE FROM meeting_events WHERE meeting = $1 AND version = $2",
                    &[
                        Value::Bytes(id.as_bytes()),
                        Value::Int(record.version.cast_signed()),
                    ],
                )
                .await?;
        }
    }
    Ok(())
}

async fn write_link(
    statements: &mut dyn Statements,
    id: MeetingId,
    write: LinkWrite,
) -> Result<(), Error> {
    let (sql, link) = match write {
        LinkWrite::Put(link) => (
            "INSERT INTO meeting_links (meeting, node, person) VALUES ($1, $2, $3)
             ON CONFLICT (meeting, node, person) DO NOTHING",
            link,
        ),
        LinkWrite::Take(link) => (
            "DELETE FROM meeting_links WHERE meeting = $1 AND node = $2 AND person = $3",
            link,
        ),
    };
    statements
        .run(
            sql,
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(link.node),
                Value::Bytes(link.person.as_bytes()),
            ],
        )
        .await
        .map(|_| ())
}

pub(super) async fn beat(statements: &mut dyn Statements, node: i64) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO meeting_nodes (node, beat) VALUES ($1, 1)
             ON CONFLICT (node) DO UPDATE SET beat = meeting_nodes.beat + 1",
            &[Value::Int(node)],
        )
        .await
        .map(|_| ())
}

/// A node that has a link and no beat is among them, with none.
pub(super) async fn beats(statements: &mut dyn Statements) -> Result<Vec<Beat>, Error> {
    let rows = statements
        .rows(
            "SELECT node, max(beat) FROM (
                 SELECT node, beat FROM meeting_nodes
                 UNION ALL
                 SELECT DISTINCT node, 0 AS beat FROM meeting_links
             ) AS known GROUP BY node ORDER BY node",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Beat {
                node: row.maybe_int(0)?.ok_or_else(|| unreadable(0))?,
                beat: row.int(1)?,
            })
        })
        .collect()
}

pub(super) async fn forget_beat(statements: &mut dyn Statements, beat: Beat) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM meeting_nodes WHERE node = $1 AND beat = $2",
            &[Value::Int(beat.node), Value::Int(beat.beat)],
        )
        .await
        .map(|_| ())
}
