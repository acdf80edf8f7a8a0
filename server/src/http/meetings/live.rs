//! A meeting as it goes on: one stream for each tab. Opening it is coming; when it has ended, whoever read it is gone.
//!
//! A stream that is not read keeps its newest view and no more (I4).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use tokio_util::sync::CancellationToken;

use super::MeetingPath;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::signed_in::SignedIn;
use crate::http::state::AppState;
use crate::meetings::{Attendance, Comer, Shown};

/// A line that says nothing, so that nothing on the way takes the stream for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Asks proxies not to collect what is to be seen at once.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Streams what the asker may see of a meeting, from now on: the event `view` whenever that has changed, at most ten times a
/// second, and `gone` before the end. Opening it is coming to the meeting.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/live", tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id")),
    responses(
        (status = 200, description = "Server-sent events: `view` with `{at, names, view}`, and `gone`", content_type = "text/event-stream", body = String),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such meeting, or not for the asker", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Too many streams of one person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn stream(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MeetingPath(id): MeetingPath,
) -> Result<Response, Problem> {
    let by = signed_in.actor();
    let found = state.store.meeting(by, id).await?;
    let view = found.ok_or(Problem::NoSuchMeeting)?;
    let comer = Comer {
        account: by.account,
        session: signed_in.session,
        role: view.role,
    };
    let attendance = state.meetings.attend(id, comer).await?;
    let events = events_of(attendance, state.meetings.closing());
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    Ok(([(UNBUFFERED, "no")], sse).into_response())
}

/// Says that the page of a meeting is still open. Pages do so every 20 seconds: whoever has begun with it and says nothing
/// for 75 seconds is gone.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/here", tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id")),
    responses(
        (status = 204, description = "Heard; also where this session has no stream of the meeting"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Not the id of a meeting", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn here(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MeetingPath(id): MeetingPath,
) -> StatusCode {
    state.meetings.here(id, signed_in.session).await;
    StatusCode::NO_CONTENT
}

fn events_of(
    attendance: Attendance,
    closing: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(Some(attendance), move |attendance| {
        let closing = closing.clone();
        async move {
            let mut attendance = attendance?;
            loop {
                tokio::select! {
                    // Its hall has ended.
                    changed = attendance.shown.changed() => changed.ok()?,
                    () = closing.cancelled() => return None,
                }
                let shown = attendance.shown.borrow_and_update().clone();
                match shown {
                    Shown::Nothing => {}
                    Shown::View(data) => {
                        let text = String::from_utf8_lossy(&data);
                        let event = Event::default().event("view").data(text);
                        return Some((Ok(event), Some(attendance)));
                    }
                    Shown::Gone => {
                        let event = Event::default().event("gone").data("{}");
                        return Some((Ok(event), None));
                    }
                }
            }
        }
    })
}
