//! Meetings in rows, as they are read.

use std::collections::BTreeMap;

use consilium_model::meeting::event::Record;
use consilium_model::meeting::state::{Phase, Setup, State};
use consilium_protocol::ids::{Access, DocName};
use serde::de::DeserializeOwned;
use sqlx::Error;

use super::LISTED_MAX;
use super::boxes;
use super::record::{Link, Mark, MeetingView, StoredMeeting, UnderWay};
use crate::community::rules::{Deed, may};
use crate::store::communities::record::{Actor, Decided};
use crate::store::communities::rows::{account_id, admit, community_id, granted, role_of};
use crate::store::communities::standing;
use crate::store::portal_ids::{AccountId, CommunityId, MeetingId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// The stable word of a phase, for storage and REST.
pub(crate) const fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Planned => "planned",
        Phase::Open => "open",
        Phase::Ended => "ended",
    }
}

fn phase(row: &Row, column: usize) -> Result<Phase, Error> {
    let word = row.text(column)?;
    [Phase::Planned, Phase::Open, Phase::Ended]
        .into_iter()
        .find(|phase| phase_word(*phase) == word)
        .ok_or_else(|| unreadable(column))
}

fn meeting_id(row: &Row, column: usize) -> Result<MeetingId, Error> {
    MeetingId::from_bytes(row.bytes(column)?).map_err(|_| unreadable(column))
}

fn json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, Error> {
    serde_json::from_str(&row.text(column)?).map_err(|_| unreadable(column))
}

fn mark_of(row: &Row, first: usize) -> Result<Mark, Error> {
    Ok(Mark {
        version: row.int(first)?.cast_unsigned(),
        turn: row.int(first + 1)?.cast_unsigned(),
    })
}

const VIEW: &str =
    "SELECT id, community, title, starts_at_ms, phase, setup, planned_by FROM meetings";

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    community: CommunityId,
) -> Result<Decided<Vec<MeetingView>>, Error> {
    granted!(admit(&mut *statements, by, community, Deed::Meet).await?);
    let sql = format!("{VIEW} WHERE community = $1 ORDER BY planned_at_ms DESC, id DESC LIMIT $2");
    let rows = statements
        .rows(
            &sql,
            &[
                Value::Bytes(community.as_bytes()),
                Value::Int(LISTED_MAX.into()),
            ],
        )
        .await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in &rows {
        views.extend(view(&mut *statements, by, row).await?);
    }
    Ok(Ok(views))
}

pub(super) async fn one(
    statements: &mut dyn Statements,
    by: Actor,
    id: MeetingId,
) -> Result<Option<MeetingView>, Error> {
    let sql = format!("{VIEW} WHERE id = $1");
    let found = statements.row(&sql, &[Value::Bytes(id.as_bytes())]).await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let community = community_id(&row, 1)?;
    let role = role_of(&mut *statements, community, by.account, by.at_ms).await?;
    if !role.is_some_and(|role| may(role, Deed::Meet)) {
        return Ok(None);
    }
    view(statements, by, &row).await
}

/// A meeting for somebody who may be in meetings; `None` for whoever may read nothing that it is about, unless they planned
/// it or lead it. What was said about a text is no more for everybody than the text is.
async fn view(
    statements: &mut dyn Statements,
    by: Actor,
    row: &Row,
) -> Result<Option<MeetingView>, Error> {
    let id = meeting_id(row, 0)?;
    let community = community_id(row, 1)?;
    let setup: Setup = json(row, 5)?;
    let role = role_of(&mut *statements, community, by.account, by.at_ms).await?;
    let role = role.ok_or_else(|| unreadable(1))?;
    let governs = may(role, Deed::PlanMeetings);
    let planned_it = account_id(row, 6)? == by.account;
    let documents = documents(&mut *statements, by, id).await?;
    let user = by.account.user();
    let has_part = planned_it
        || setup
            .leader
            .iter()
            .chain(&setup.deputies)
            .any(|who| *who == user);
    // What it was about may be deleted for good; members keep its minutes.
    let is_seen = has_part
        || !documents.is_empty()
        || (role.belongs() && !has_documents(&mut *statements, id).await?);
    if !is_seen {
        return Ok(None);
    }
    let mut names = BTreeMap::new();
    for who in setup.leader.iter().chain(&setup.deputies) {
        let Some(account) = AccountId::of_user(who) else {
            continue;
        };
        let found = statements
            .row(
                "SELECT name FROM accounts WHERE id = $1",
                &[Value::Bytes(account.as_bytes())],
            )
            .await?;
        if let Some(found) = found {
            names.insert(account, found.text(0)?);
        }
    }
    Ok(Some(MeetingView {
        id,
        community,
        title: row.text(2)?,
        starts_at_ms: row.maybe_int(3)?,
        phase: phase(row, 4)?,
        role,
        documents,
        setup,
        names,
        may_cancel: governs || planned_it,
    }))
}

/// Whether anything that it is about is still there.
async fn has_documents(statements: &mut dyn Statements, id: MeetingId) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT count(*) FROM meeting_documents WHERE meeting = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(found.int(0)? > 0)
}

/// Those of a meeting's documents that the asker may read.
async fn documents(
    statements: &mut dyn Statements,
    by: Actor,
    id: MeetingId,
) -> Result<Vec<(DocName, String)>, Error> {
    let sql = format!(
        "SELECT d.name, d.title, {}
         FROM meeting_documents md JOIN documents d ON d.id = md.doc JOIN document_policies p ON p.doc = d.id {}
         WHERE md.meeting = $3 ORDER BY d.id",
        standing::COLUMNS,
        standing::JOINS
    );
    let rows = statements
        .rows(
            &sql,
            &[
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Bytes(id.as_bytes()),
            ],
        )
        .await?;
    let mut documents = Vec::new();
    for row in &rows {
        if standing::read(row, 2)?.access() >= Access::Read {
            let name = DocName::parse(&row.text(0)?).map_err(|_| unreadable(0))?;
            documents.push((name, row.text(1)?));
        }
    }
    Ok(documents)
}

/// Each statement sees what is committed by then. The mark is read first: what was read later than it and is newer is not
/// decided on, because the mark has moved then.
pub(super) async fn load(
    statements: &mut dyn Statements,
    id: MeetingId,
) -> Result<Option<StoredMeeting>, Error> {
    let found = statements
        .row(
            "SELECT version, turn, community, title, state_version, state FROM meetings WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let mark = mark_of(&row, 0)?;
    let written = row.int(4)?.cast_unsigned();
    let mut state: State = json(&row, 5)?;
    for record in events(&mut *statements, id, written).await? {
        // What came after the mark was read is for the next time.
        if record.version <= mark.version {
            state.evolve(&record);
        }
    }
    let boxes = boxes::load(&mut *statements, id).await?;
    let rows = statements
        .rows(
            "SELECT node, person FROM meeting_links WHERE meeting = $1 ORDER BY node, person",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let links = rows
        .iter()
        .map(|row| {
            Ok(Link {
                node: row.int(0)?,
                person: account_id(row, 1)?,
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Some(StoredMeeting {
        community: community_id(&row, 2)?,
        title: row.text(3)?,
        mark,
        written,
        state,
        boxes,
        links,
    }))
}

pub(super) async fn mark(
    statements: &mut dyn Statements,
    id: MeetingId,
) -> Result<Option<Mark>, Error> {
    let found = statements
        .row(
            "SELECT version, turn FROM meetings WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    found.map(|row| mark_of(&row, 0)).transpose()
}

pub(super) async fn events(
    statements: &mut dyn Statements,
    id: MeetingId,
    after: u64,
) -> Result<Vec<Record>, Error> {
    let rows = statements
        .rows(
            "SELECT entry FROM meeting_events WHERE meeting = $1 AND version > $2 ORDER BY version",
            &[Value::Bytes(id.as_bytes()), Value::Int(after.cast_signed())],
        )
        .await?;
    rows.iter().map(|row| json(row, 0)).collect()
}

pub(super) async fn under_way(statements: &mut dyn Statements) -> Result<Vec<UnderWay>, Error> {
    let rows = statements
        .rows(
            "SELECT id, version, turn FROM meetings WHERE phase = 'open' ORDER BY id",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(UnderWay {
                id: meeting_id(row, 0)?,
                mark: mark_of(row, 1)?,
            })
        })
        .collect()
}

/// Another meeting that is under way about a document of this one; of several, the one that was planned first.
pub(super) async fn holder_of_a_text(
    statements: &mut dyn Statements,
    id: MeetingId,
) -> Result<Option<MeetingId>, Error> {
    let found = statements
        .row(
            "SELECT m.id FROM meetings m JOIN meeting_documents md ON md.meeting = m.id
             WHERE m.phase = 'open' AND m.id <> $1
               AND md.doc IN (SELECT doc FROM meeting_documents WHERE meeting = $1)
             ORDER BY m.id LIMIT 1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    found.map(|row| meeting_id(&row, 0)).transpose()
}

pub(super) async fn about(
    statements: &mut dyn Statements,
    document: &DocName,
) -> Result<Option<MeetingId>, Error> {
    let found = statements
        .row(
            "SELECT m.id FROM meetings m JOIN meeting_documents md ON md.meeting = m.id JOIN documents d ON d.id = md.doc
             WHERE d.name = $1 AND m.phase = 'open' ORDER BY m.id LIMIT 1",
            &[Value::Text(document.as_str())],
        )
        .await?;
    found.map(|row| meeting_id(&row, 0)).transpose()
}
