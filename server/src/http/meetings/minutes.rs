//! What is left of a meeting: who attended, and what happened that may be kept.
//!
//! Minutes are of meetings that have ended: before that, whoever left the room for an item would read here what was said
//! meanwhile. Who has voted is in nobody's minutes, and how only where the rule said names.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use consilium_model::meeting::command::Actor;
use consilium_model::meeting::event::{Event, Record};
use consilium_model::meeting::people::Kind;
use consilium_model::meeting::refusal::Refusal;
use consilium_model::meeting::state::Phase;
use consilium_model::meeting::time::Moment;
use consilium_protocol::ids::UserId;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{MeetingDocument, MeetingPath};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::signed_in::SignedIn;
use crate::http::state::AppState;

/// The record of a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Minutes {
    /// What it was called.
    pub title: String,
    /// When it began, in milliseconds since 1970 UTC.
    #[schema(value_type = Option<i64>)]
    pub opened_at: Option<Moment>,
    /// When it ended.
    #[schema(value_type = Option<i64>)]
    pub ended_at: Option<Moment>,
    /// What it was about, of what the asker may read.
    pub documents: Vec<MeetingDocument>,
    /// Who was there, in the order of coming.
    pub attendance: Vec<Attended>,
    /// What happened, in order: `at`, `by`, `what` (the event's word), and the event's own fields.
    #[schema(value_type = Vec<Object>)]
    pub entries: Vec<Map<String, Value>>,
    /// What people in it are called.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub names: BTreeMap<String, String>,
}

/// Somebody who was there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attended {
    /// The account.
    pub who: String,
    /// What they are called.
    pub name: String,
    /// `member` or `guest`.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// When they were first there, in milliseconds since 1970 UTC.
    #[schema(value_type = Option<i64>)]
    pub from: Option<Moment>,
    /// When they were last seen to go.
    #[schema(value_type = Option<i64>)]
    pub until: Option<Moment>,
    /// When they were present while it was open, in order. A page that is loaded again makes no gap.
    pub present: Vec<Stay>,
}

/// A time for which somebody was present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stay {
    /// Its begin, in milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub from: Moment,
    /// Its end.
    #[schema(value_type = i64)]
    pub until: Moment,
}

/// Whoever was gone for no longer than this was there: a page that was loaded again, a network that changed.
const GAP_MS: i64 = 60_000;

/// Reads what is left of a meeting that has ended; for everybody who may be in it.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/minutes", tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id")),
    responses(
        (status = 200, description = "The record", body = Minutes),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such meeting, or not for the asker", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has not ended", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn read(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MeetingPath(id): MeetingPath,
) -> Result<Json<Minutes>, Problem> {
    let found = state.store.meeting(signed_in.actor(), id).await?;
    let view = found.ok_or(Problem::NoSuchMeeting)?;
    if view.phase != Phase::Ended {
        return Err(Problem::MeetingRefused {
            refusal: Refusal::NotNow.code(),
        });
    }
    let _turn = state.read_turn().await?;
    let stored = state.store.load_meeting(id).await?;
    let stored = stored.ok_or(Problem::NoSuchMeeting)?;
    let records = state.store.meeting_events(id).await?;
    let entries: Vec<_> = records.iter().filter_map(entry_of).collect();
    let people: Vec<UserId> = stored
        .state
        .known()
        .map(|(who, _, _)| who.clone())
        .collect();
    let names = state.store.names_of(&people).await?;
    let name_of = |who: &UserId| names.get(who).cloned().unwrap_or_default();
    let mut stays = stays_of(&records);
    let attendance = stored
        .state
        .attendance()
        .into_iter()
        .map(|(who, kind, attended)| Attended {
            who: who.as_str().to_owned(),
            name: name_of(who),
            kind,
            from: attended.first,
            until: attended.last,
            present: stays.remove(who).unwrap_or_default(),
        })
        .collect();
    let when = |wanted: fn(&Event) -> bool| {
        let found = records.iter().find(|record| wanted(&record.event));
        found.map(|record| record.at)
    };
    Ok(Json(Minutes {
        title: view.title,
        opened_at: when(|event| matches!(event, Event::Opened)),
        ended_at: when(|event| matches!(event, Event::Ended)),
        documents: view
            .documents
            .into_iter()
            .map(|(name, title)| MeetingDocument { name, title })
            .collect(),
        attendance,
        entries,
        names: people
            .iter()
            .map(|who| (who.as_str().to_owned(), name_of(who)))
            .collect(),
    }))
}

/// When each was present, of the record of a meeting that has ended.
fn stays_of(records: &[Record]) -> BTreeMap<UserId, Vec<Stay>> {
    let mut stays: BTreeMap<UserId, Vec<Stay>> = BTreeMap::new();
    // Since when, of those who are there; before the meeting is open it does not count yet.
    let mut since: BTreeMap<UserId, Moment> = BTreeMap::new();
    let mut waiting: BTreeSet<UserId> = BTreeSet::new();
    let mut is_open = false;
    let mut go = |who: &UserId, since: &mut BTreeMap<UserId, Moment>, until: Moment| {
        let Some(from) = since.remove(who) else {
            return;
        };
        let stays = stays.entry(who.clone()).or_default();
        match stays.last_mut() {
            Some(last) if from.0 - last.until.0 <= GAP_MS => last.until = until,
            _ => stays.push(Stay { from, until }),
        }
    };
    for record in records {
        match &record.event {
            Event::Arrived { who, .. } | Event::Admitted { who } => {
                if is_open {
                    since.entry(who.clone()).or_insert(record.at);
                } else {
                    waiting.insert(who.clone());
                }
            }
            Event::Dropped { who } | Event::Left { who } | Event::Removed { who, .. } => {
                waiting.remove(who);
                go(who, &mut since, record.at);
            }
            Event::Opened => {
                is_open = true;
                since.extend(
                    std::mem::take(&mut waiting)
                        .into_iter()
                        .map(|who| (who, record.at)),
                );
            }
            Event::Ended => {
                for who in since.keys().cloned().collect::<Vec<_>>() {
                    go(&who, &mut since, record.at);
                }
            }
            _ => {}
        }
    }
    stays
}

/// An event as the minutes have it. Nothing of who came and went, which is attendance, and nothing of who has voted.
fn entry_of(record: &Record) -> Option<Map<String, Value>> {
    let is_kept = !record.event.is_passing()
        && !matches!(
            record.event,
            Event::Arrived { .. }
                | Event::Knocked { .. }
                | Event::Dropped { .. }
                | Event::Left { .. }
                | Event::RollSet { .. }
                | Event::GraceBegan { .. }
                | Event::BallotCast { .. }
        );
    if !is_kept {
        return None;
    }
    let Ok(Value::Object(mut entry)) = serde_json::to_value(&record.event) else {
        return None;
    };
    let what = entry.remove("event")?;
    entry.insert("what".to_owned(), what);
    entry.insert("at".to_owned(), record.at.0.into());
    if let Actor::Person(who) = &record.by {
        // Some events say themselves by whom.
        entry.entry("by").or_insert_with(|| who.as_str().into());
    }
    Some(entry)
}

#[cfg(test)]
mod tests {
    use consilium_model::meeting::ids::RoundId;

    use super::*;

    fn record(event: Event) -> Record {
        Record {
            version: 1,
            at: Moment(5),
            by: Actor::Person(UserId::new("anna")),
            event,
        }
    }

    #[test]
    fn minutes_say_from_when_to_when_everybody_was_present() {
        let who = |name: &str| UserId::new(name);
        let kind = Kind::Member;
        let arrived = |name: &str| Event::Arrived {
            who: who(name),
            kind,
        };
        let dropped = |name: &str| Event::Dropped { who: who(name) };
        let knocked = Event::Knocked {
            who: who("cleo"),
            kind,
        };
        let minute = GAP_MS;
        let records = [
            (0, arrived("anna")),
            (1, arrived("bert")),
            (2, dropped("bert")),
            (10, Event::Opened),
            (20, arrived("bert")),
            (30, knocked),
            (40, dropped("anna")),
            // The page was loaded again.
            (40 + minute, arrived("anna")),
            (50 + minute, Event::Admitted { who: who("cleo") }),
            (60 + minute, dropped("bert")),
            (61 + 2 * minute, arrived("bert")),
            (70 + 2 * minute, Event::Left { who: who("bert") }),
            (80 + 2 * minute, Event::Ended),
        ];
        let records: Vec<_> = records
            .into_iter()
            .map(|(at, event)| Record {
                at: Moment(at),
                ..record(event)
            })
            .collect();
        let stay = |from, until| Stay {
            from: Moment(from),
            until: Moment(until),
        };
        let (anna, bert, cleo) = (who("anna"), who("bert"), who("cleo"));
        assert_eq!(
            stays_of(&records),
            BTreeMap::from([
                (anna, vec![stay(10, 80 + 2 * minute)]),
                (
                    bert,
                    vec![
                        stay(20, 60 + minute),
                        stay(61 + 2 * minute, 70 + 2 * minute)
                    ]
                ),
                (cleo, vec![stay(50 + minute, 80 + 2 * minute)]),
            ])
        );
    }

    #[test]
    fn minutes_say_what_was_done_and_not_who_has_voted() {
        let entry = entry_of(&record(Event::Opened)).unwrap();
        let entry = Value::Object(entry);
        assert_eq!(
            entry,
            serde_json::json!({ "at": 5, "by": "anna", "what": "opened" })
        );
        let voted = Event::BallotCast {
            round: RoundId(1),
            who: UserId::new("anna"),
        };
        let asked = Event::HandLowered {
            who: UserId::new("anna"),
        };
        for event in [voted, asked] {
            assert_eq!(entry_of(&record(event)), None);
        }
    }
}
