//! How what is refused about interests is said.

use axum::http::StatusCode;

use crate::interests::Refusal;

/// Status, stable code and sentence.
pub(super) fn describe(refusal: Refusal) -> (StatusCode, &'static str, &'static str) {
    match refusal {
        Refusal::Oneself => (
            StatusCode::CONFLICT,
            "interests-oneself",
            "Nobody judges their own interests: another leader or a deputy does.",
        ),
        Refusal::NotFullPart => (
            StatusCode::FORBIDDEN,
            "interests-not-full-part",
            "By a judgement of your interests you do not take full part in this: another leader or a deputy does it.",
        ),
    }
}
