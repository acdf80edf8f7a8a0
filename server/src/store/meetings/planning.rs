//! Planning a meeting, and taking it off again.

use std::collections::BTreeSet;

use consilium_model::meeting::refusal::Refusal as MeetingRefusal;
use consilium_model::meeting::state::{Phase, Setup, State};
use consilium_protocol::ids::Access;
use sqlx::Error;

use super::record::{MeetingView, Member, NewMeeting};
use super::{PLANNED_MAX, reading};
use crate::community::act::Act;
use crate::community::rules::{Deed, may};
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{account_id, admit, granted, lock, role};
use crate::store::communities::{ledger, standing};
use crate::store::portal_ids::{CommunityId, MeetingId};
use crate::store::statements::{Statements, Value, unreadable};

pub(super) async fn plan(
    statements: &mut dyn Statements,
    by: Actor,
    community: CommunityId,
    meeting: &NewMeeting,
) -> Result<Decided<MeetingView>, Error> {
    lock(&mut *statements, community).await?;
    let deed = if meeting.peers {
        Deed::PlanPeerMeetings
    } else {
        Deed::PlanMeetings
    };
    granted!(admit(&mut *statements, by, community, deed).await?);
    let planned = statements
        .row(
            "SELECT count(*) FROM meetings WHERE community = $1 AND phase = 'planned'",
            &[Value::Bytes(community.as_bytes())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    if planned.int(0)? >= PLANNED_MAX {
        return Ok(Err(Refusal::TooMany));
    }
    let members = members(&mut *statements, community, by.at_ms).await?;
    let voters: BTreeSet<_> = members
        .iter()
        .filter(|member| may(member.role, Deed::Vote))
        .map(|member| member.account)
        .collect();
    if !meeting
        .deputies
        .iter()
        .all(|deputy| voters.contains(deputy))
    {
        return Ok(Err(Refusal::NoSuchMember));
    }
    for document in &meeting.documents {
        let found = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
        let is_ours = found.is_some_and(|standing| {
            standing.community == community && standing.access() >= Access::Read
        });
        if !is_ours {
            return Ok(Err(Refusal::NoSuchDocument));
        }
    }
    let setup = Setup {
        leader: (!meeting.peers).then(|| by.account.user()),
        deputies: meeting.deputies.iter().map(|one| one.user()).collect(),
        roll: voters.iter().map(|one| one.user()).collect(),
        documents: meeting.documents.iter().cloned().collect(),
        lobby: meeting.lobby,
    };
    let state = match State::new(&setup) {
        Ok(state) => state,
        Err(MeetingRefusal::BadChoices) => return Ok(Err(Refusal::NoSuchMember)),
        Err(_) => return Ok(Err(Refusal::TooMany)),
    };
    put(&mut *statements, by, community, meeting, &setup, &state).await?;
    let act = Act::MeetingPlanned {
        meeting: meeting.id,
        title: meeting.title.clone(),
        starts_at_ms: meeting.starts_at_ms,
    };
    ledger::write(&mut *statements, by, community, &act).await?;
    let view = reading::one(statements, by, meeting.id).await?;
    view.map(Ok).ok_or_else(|| unreadable(0))
}

async fn put(
    statements: &mut dyn Statements,
    by: Actor,
    community: CommunityId,
    meeting: &NewMeeting,
    setup: &Setup,
    state: &State,
) -> Result<(), Error> {
    let encode = |error: serde_json::Error| Error::Encode(error.into());
    let setup = serde_json::to_string(setup).map_err(encode)?;
    let state = serde_json::to_string(state).map_err(encode)?;
    statements
        .run(
            "INSERT INTO meetings (id, community, title, starts_at_ms, planned_by, planned_at_ms, phase,
                                   version, turn, setup, state_version, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, 0, $9)",
            &[
                Value::Bytes(meeting.id.as_bytes()),
                Value::Bytes(community.as_bytes()),
                Value::Text(&meeting.title),
                Value::MaybeInt(meeting.starts_at_ms),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Text(reading::phase_word(Phase::Planned)),
                Value::Text(&setup),
                Value::Text(&state),
            ],
        )
        .await?;
    for document in &meeting.documents {
        statements
            .run(
                "INSERT INTO meeting_documents (meeting, doc) SELECT $1, id FROM documents WHERE name = $2
                 ON CONFLICT (meeting, doc) DO NOTHING",
                &[
                    Value::Bytes(meeting.id.as_bytes()),
                    Value::Text(document.as_str()),
                ],
            )
            .await?;
    }
    Ok(())
}

/// Who may be in the meetings of a community, by name. Whoever has stepped back is among them: it takes nothing from them.
pub(super) async fn members(
    statements: &mut dyn Statements,
    community: CommunityId,
    now_ms: i64,
) -> Result<Vec<Member>, Error> {
    let rows = statements
        .rows(
            "SELECT m.account, m.role, a.name FROM memberships m JOIN accounts a ON a.id = m.account
             WHERE m.community = $1 AND (m.until_ms IS NULL OR m.until_ms > $2) AND a.locked_at_ms IS NULL
             ORDER BY a.name, m.account",
            &[Value::Bytes(community.as_bytes()), Value::Int(now_ms)],
        )
        .await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in &rows {
        let role = role(row, 1)?;
        if may(role, Deed::Meet) {
            members.push(Member {
                account: account_id(row, 0)?,
                role,
                name: row.text(2)?,
            });
        }
    }
    Ok(members)
}

pub(super) async fn cancel(
    statements: &mut dyn Statements,
    by: Actor,
    id: MeetingId,
) -> Result<Option<Decided<bool>>, Error> {
    let Some(found) = reading::one(&mut *statements, by, id).await? else {
        return Ok(None);
    };
    lock(&mut *statements, found.community).await?;
    // Again, now that nobody else can change it.
    let Some(view) = reading::one(&mut *statements, by, id).await? else {
        return Ok(None);
    };
    if !view.may_cancel {
        return Ok(Some(Err(Refusal::LeadersOnly)));
    }
    // Whoever opens it meanwhile has locked the community too.
    if view.phase != Phase::Planned {
        return Ok(Some(Ok(false)));
    }
    for table in [
        "meeting_links",
        "meeting_boxes",
        "meeting_events",
        "meeting_documents",
    ] {
        let sql = format!("DELETE FROM {table} WHERE meeting = $1");
        statements.run(&sql, &[Value::Bytes(id.as_bytes())]).await?;
    }
    statements
        .run(
            "DELETE FROM meetings WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let act = Act::MeetingCancelled {
        meeting: id,
        title: view.title,
    };
    ledger::write(statements, by, view.community, &act).await?;
    Ok(Some(Ok(true)))
}
