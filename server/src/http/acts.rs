//! Acts of people: whatever succeeds here may have changed what somebody may do.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::state::AppState;

/// After an act of this node nobody waits for the next look at the epoch: what it changed is known here at once.
pub async fn note(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_act = !request.method().is_safe();
    let response = next.run(request).await;
    if is_act && response.status().is_success() {
        state.access.look_now();
    }
    response
}
