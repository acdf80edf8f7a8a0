//! How what is refused about a round is said.

use axum::http::StatusCode;

use crate::rounds::rules::Refusal;

/// Status, stable code and sentence.
pub(super) fn describe(refusal: Refusal) -> (StatusCode, &'static str, &'static str) {
    let (code, title) = match refusal {
        Refusal::Over => (
            "round-over",
            "This vote has ended. What came now does not count.",
        ),
        Refusal::NotOnRoll => (
            "round-not-on-roll",
            "Only those vote who could when it was opened.",
        ),
        Refusal::Recused => ("round-recused", "Whoever is recused does not vote."),
        Refusal::OtherText => ("round-other-text", "The ballot was given for another text."),
        Refusal::WrongKind => (
            "round-wrong-choice",
            "This vote does not ask for such a choice.",
        ),
        Refusal::Secret => (
            "round-secret",
            "A vote without names takes a secret with each ballot, one with names takes none.",
        ),
        Refusal::OtherSecret => (
            "round-other-secret",
            "You have voted, and only the device that you voted with can change that ballot.",
        ),
        Refusal::SecretTaken => (
            "round-secret-taken",
            "This is the secret of another ballot.",
        ),
        Refusal::HasVoted => (
            "round-has-voted",
            "Whoever has voted cannot be recused any more.",
        ),
        Refusal::NotYet => (
            "round-not-yet",
            "It closes by itself, and not everybody has voted.",
        ),
        Refusal::TooFew => (
            "round-too-few",
            "A vote without names needs at least three who may vote.",
        ),
        Refusal::RuleTooOpen => (
            "round-rule-too-open",
            "The rule of a vote without names asks for at least three ballots.",
        ),
        Refusal::RuleUndefined => (
            "round-rule-undefined",
            "The rule says nothing about so many voters.",
        ),
        Refusal::NobodyToVote => ("round-nobody", "Nobody may vote on this."),
        Refusal::NoText => (
            "round-no-text",
            "There is no text to vote on, or the passage is too long.",
        ),
        Refusal::TextTooLong => (
            "round-text-too-long",
            "The text is too long to be put to the vote as a whole.",
        ),
        Refusal::NotAVoter => (
            "round-not-a-voter",
            "Only who may vote can be recused, and once.",
        ),
    };
    (StatusCode::CONFLICT, code, title)
}
