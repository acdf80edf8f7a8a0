//! What a supervisor asks: does it live, is it ready, how is it doing.

use std::time::Instant;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::limits::{PROBE_FRESH, PROBE_TIMEOUT};
use super::problem::Problem;
use super::state::{AppState, Probe};
use crate::bus::BusHealth;
use crate::journal::{AwayCause, StorageHealth};

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation",
    responses((status = 200, description = "The process lives", body = String)))]
pub async fn live() -> &'static str {
    "ok\n"
}

/// Edits can be made durable now: the journal is not waiting for storage, and a small durable write works. While the
/// bus between nodes is away this node serves its members all the same, so it stays ready, and says that it is degraded.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses(
        (status = 200, description = "Edits can be made durable: `ready`, or `degraded` with what is amiss", body = String),
        (status = 503, description = "Storage is away; the detail says why", body = super::problem::ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn ready(State(state): State<AppState>) -> Result<&'static str, Problem> {
    let away = match &*state.storage.borrow() {
        StorageHealth::Available => None,
        StorageHealth::Away { cause, .. } => Some(*cause),
    };
    let away = match away {
        Some(cause) => Some(cause),
        None => storage_works(&state).await.err(),
    };
    if let Some(cause) = away {
        return Err(Problem::NotReady {
            reason: cause.words(),
        });
    }
    let is_cut_off = state
        .bus
        .as_ref()
        .is_some_and(|bus| *bus.borrow() == BusHealth::Away);
    Ok(if is_cut_off {
        "degraded: the bus between nodes is away; edits of other nodes are read from the journal\n"
    } else {
        "ready\n"
    })
}

/// The figures, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "Prometheus text format", body = String)))]
pub async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        state.figures.render(),
    )
}

/// Probes storage, or says what was found a moment ago. One probe at a time; others wait for its finding.
async fn storage_works(state: &AppState) -> Result<(), AwayCause> {
    let mut last = state.last_probe().lock().await;
    if let Some(probe) = *last
        && probe.at.elapsed() < PROBE_FRESH
    {
        return probe.found;
    }
    let found = match tokio::time::timeout(PROBE_TIMEOUT, state.store.probe()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "storage does not take a probe");
            Err(AwayCause::of(&error))
        }
        Err(_) => {
            tracing::warn!(
                seconds = PROBE_TIMEOUT.as_secs(),
                "storage does not answer a probe"
            );
            Err(AwayCause::Stalled)
        }
    };
    *last = Some(Probe {
        at: Instant::now(),
        found,
    });
    found
}
