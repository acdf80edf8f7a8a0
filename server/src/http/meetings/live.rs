//! A meeting as it goes on: one stream for each tab. Opening it is coming; when it has ended, whoever read it is gone.
//!
//! A stream that is not read keeps its newest view and no more (I4). Events come written ([`crate::meetings`]), so that five
//! hundred streams share the bytes of one.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio_util::sync::CancellationToken;

use super::MeetingPath;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::signed_in::SignedIn;
use crate::http::state::AppState;
use crate::meetings::{Attendance, Comer, Shown, Written};

/// A line that says nothing, so that nothing on the way takes the stream for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The same, as an event stream has it.
const NOTHING: Bytes = Bytes::from_static(b":\n\n");

/// There is nothing to see any more.
const GONE: Bytes = Bytes::from_static(b"event: gone\ndata: {}\n\n");

/// Asks proxies not to collect what is to be seen at once.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Streams what the asker may see of a meeting, from now on: the event `view` whenever that has changed, at most ten times a
/// second, and `gone` before the end. Where more than a hundred are present, views count them (`crowd`), and `people` lists
/// them: at first, and at most every five seconds when that has changed. Opening it is coming to the meeting.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/live", tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id")),
    responses(
        (status = 200, description = "Server-sent events: `view` with `{at, names, view}`, `people` with `{names, present}`, and `gone`", content_type = "text/event-stream", body = String),
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
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        (UNBUFFERED, "no"),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
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

/// What a stream has to say, and what its reader knows.
struct Telling {
    attendance: Attendance,
    /// The list of a crowd that was told last.
    people: Option<blake3::Hash>,
    /// The view that was told last.
    view: Option<blake3::Hash>,
    /// What comes next.
    next: Option<Bytes>,
}

impl Telling {
    /// What of a view is news, the list first, so that a reader never sees a name missing.
    fn news(&mut self, people: Option<Written>, view: Written) -> Option<Bytes> {
        let people =
            people.filter(|people| self.people.replace(people.digest) != Some(people.digest));
        let view = Some(view).filter(|view| self.view.replace(view.digest) != Some(view.digest));
        let mut events = [people, view].into_iter().flatten();
        let first = events.next()?.event;
        self.next = events.next().map(|view| view.event);
        Some(first)
    }
}

fn events_of(
    attendance: Attendance,
    closing: CancellationToken,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let telling = Telling {
        attendance,
        people: None,
        view: None,
        next: None,
    };
    stream::unfold(Some(telling), move |telling| {
        let closing = closing.clone();
        async move {
            let mut telling = telling?;
            if let Some(event) = telling.next.take() {
                return Some((Ok(event), Some(telling)));
            }
            loop {
                tokio::select! {
                    // Its hall has ended.
                    changed = telling.attendance.shown.changed() => changed.ok()?,
                    () = closing.cancelled() => return None,
                    () = tokio::time::sleep(HEARTBEAT) => {
                        return Some((Ok(NOTHING), Some(telling)));
                    }
                }
                let shown = telling.attendance.shown.borrow_and_update().clone();
                match shown {
                    Shown::Nothing => {}
                    Shown::View { people, view } => {
                        if let Some(event) = telling.news(people, view) {
                            return Some((Ok(event), Some(telling)));
                        }
                    }
                    Shown::Gone => return Some((Ok(GONE), None)),
                }
            }
        }
    })
}
