//! How what is refused about a version that is signed and published is said.

use axum::http::StatusCode;

use crate::publication::rules::Refusal;

/// Status, stable code and sentence.
pub(super) fn describe(refusal: Refusal) -> (StatusCode, &'static str, &'static str) {
    let (code, title) = match refusal {
        Refusal::Obstacles => (
            "publication-obstacles",
            "Something has to be decided first; the page of the document's publication lists it.",
        ),
        Refusal::TextTooLong => (
            "publication-too-long",
            "The text is too long to be published as one version.",
        ),
        Refusal::CannotSign => (
            "publication-cannot-sign",
            "Those who sign are 1 to 50 of the community, who read the document and are named once.",
        ),
        Refusal::NotASignatory => (
            "publication-not-a-signatory",
            "Only those sign who were named for this version.",
        ),
        Refusal::OtherText => (
            "publication-other-text",
            "The signature was given for another text.",
        ),
        Refusal::HasDecided => (
            "publication-has-decided",
            "You have signed or declined already, and that stands.",
        ),
        Refusal::Over => (
            "publication-over",
            "This is no candidate any more: it was published, or another took its place.",
        ),
        Refusal::Changed => (
            "publication-text-changed",
            "The text has changed since this was signed. Prepare a new candidate.",
        ),
        Refusal::Unsigned => (
            "publication-unsigned",
            "Not everybody who was named has signed or declined, or nobody has signed.",
        ),
        Refusal::Number => (
            "publication-number",
            "The number of a version is larger than those of the versions before.",
        ),
        Refusal::NotPublished => ("publication-not-published", "This is not published."),
        Refusal::Withdrawn => (
            "publication-withdrawn",
            "This version was withdrawn already.",
        ),
    };
    (StatusCode::CONFLICT, code, title)
}
