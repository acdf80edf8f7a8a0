//! What somebody asks for in a meeting. Who asks is whoever is signed in: no field of the body can speak for another.

use axum::Json;
use axum::extract::State;
use consilium_model::meeting::command::Command;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::MeetingPath;
use crate::http::body::JsonBody;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::signed_in::SignedIn;
use crate::http::state::AppState;
use crate::meetings::ActError;

/// Where the meeting stands after a command.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// Its version. It is the same as before where nobody is to be told, as of a ballot that was changed.
    pub version: u64,
}

/// Does something in a meeting: a command of docs/meetings.md, tagged by `do`.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/commands", tag = "meetings",
    request_body(content = Object, description = "A command: `do` is its word, the other fields are its own"),
    params(("id" = String, Path, description = "The meeting's id")),
    responses(
        (status = 200, description = "Done", body = Done),
        (status = 400, description = "Not a command", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such meeting, or not for the asker", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The meeting does not allow it; `refusal` says why", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Others were faster each time, or storage is away; ask again", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn act(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MeetingPath(id): MeetingPath,
    JsonBody(sent): JsonBody<Value>,
) -> Result<Json<Done>, Problem> {
    let by = signed_in.actor();
    let found = state.store.meeting(by, id).await?;
    found.ok_or(Problem::NoSuchMeeting)?;
    let command = command_of(&sent).ok_or(Problem::MalformedJson)?;
    let version = match state.meetings.act(id, by.account, command).await {
        Ok(version) => version,
        Err(ActError::TextHeld(other)) => {
            let may_know = state.store.meeting(by, other).await?.is_some();
            return Err(Problem::TextHeld {
                by: may_know.then_some(other),
            });
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Json(Done { version }))
}

/// Reads a command. `None` for what is none, and for one that says more than there is to say.
fn command_of(sent: &Value) -> Option<Command> {
    let command: Command = serde_json::from_value(sent.clone()).ok()?;
    let understood = serde_json::to_value(&command).ok()?;
    says_no_more(sent, &understood).then_some(command)
}

/// Whether every field that was sent is one that was understood.
fn says_no_more(sent: &Value, understood: &Value) -> bool {
    match (sent, understood) {
        (Value::Object(sent), Value::Object(understood)) => sent.iter().all(|(key, value)| {
            understood
                .get(key)
                .is_some_and(|known| says_no_more(value, known))
        }),
        (Value::Array(sent), Value::Array(understood)) => {
            // A set holds each only once, and in its own order.
            sent.iter()
                .all(|value| understood.iter().any(|known| says_no_more(value, known)))
        }
        (sent, understood) => sent.is_object() == understood.is_object(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_says_what_it_is_and_no_more() {
        let item = json!({ "title": "Dose", "place": null, "timeBox": 60_000 });
        for (sent, is_one) in [
            (json!({ "do": "raise-hand" }), true),
            (json!({ "do": "add-item", "item": item }), true),
            (json!({ "do": "freeze", "except": ["b", "a", "a"] }), true),
            (json!({ "do": "set-floor", "mode": "hands" }), true),
            (
                json!({ "do": "set-floor", "mode": { "editors": ["a"] } }),
                true,
            ),
            (json!({ "do": "tick" }), true),
            (json!({ "do": "raise-hand", "who": "another" }), false),
            (json!({ "do": "raise-hand", "by": "another" }), false),
            (
                json!({ "do": "add-item", "item": { "title": "x", "place": null, "timeBox": null, "more": 1 } }),
                false,
            ),
            (json!({ "do": "fly" }), false),
            (json!({}), false),
        ] {
            assert_eq!(command_of(&sent).is_some(), is_one, "{sent}");
        }
    }
}
