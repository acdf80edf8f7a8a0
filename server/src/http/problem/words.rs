//! How each failure is said: its status, its stable code, and a sentence for people.
//!
//! A code never changes its meaning and is never used again: programs branch on it. What belongs to a topic with a
//! list of refusals of its own is said in that topic's file beside this one.

use axum::http::StatusCode;

use super::{Problem, interests, publications, rounds};
use crate::auth::OriginError;

impl Problem {
    /// Status, stable code and sentence.
    #[must_use]
    pub fn describe(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is nothing here."),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This endpoint does not take this method.",
            ),
            Self::NoSuchDocument => (
                StatusCode::NOT_FOUND,
                "no-such-document",
                "There is no such document.",
            ),
            Self::NoSuchVersion => (
                StatusCode::NOT_FOUND,
                "no-such-version",
                "There is no such version of the document, or it is no longer kept.",
            ),
            Self::TooManyVersions => (
                StatusCode::CONFLICT,
                "too-many-versions",
                "The document has as many named versions as it may.",
            ),
            Self::NoSuchCommunity => (
                StatusCode::NOT_FOUND,
                "no-such-community",
                "There is no such community.",
            ),
            Self::NoSuchMember => (
                StatusCode::NOT_FOUND,
                "no-such-member",
                "There is nobody of this id in the community.",
            ),
            Self::NoSuchInvitation => (
                StatusCode::NOT_FOUND,
                "no-such-invitation",
                "There is no such open invitation.",
            ),
            Self::LeadersOnly => (
                StatusCode::FORBIDDEN,
                "leaders-only",
                "This is for those who lead the community.",
            ),
            Self::MembersOnly => (
                StatusCode::FORBIDDEN,
                "members-only",
                "This is for those who belong to the community.",
            ),
            Self::CreatorOnly => (
                StatusCode::FORBIDDEN,
                "creator-only",
                "Only whoever made a document may make it private.",
            ),
            Self::LastLeader => (
                StatusCode::CONFLICT,
                "last-leader",
                "The community would have no leader without an end of term.",
            ),
            Self::NoSuchMeeting => (
                StatusCode::NOT_FOUND,
                "no-such-meeting",
                "There is no such meeting.",
            ),
            Self::TextHeld { .. } => (
                StatusCode::CONFLICT,
                "meeting-refused",
                "Another meeting is under way about a text of this one.",
            ),
            Self::MeetingRefused { .. } => (
                StatusCode::CONFLICT,
                "meeting-refused",
                "The rules of the meeting do not allow this now.",
            ),
            Self::NoSuchBranch => (
                StatusCode::NOT_FOUND,
                "no-such-branch",
                "There is no such suggestion.",
            ),
            Self::BranchClosed => (
                StatusCode::CONFLICT,
                "branch-closed",
                "It has been decided about this suggestion meanwhile.",
            ),
            Self::BeingDecided => (
                StatusCode::CONFLICT,
                "being-decided",
                "Somebody decides about a suggestion to this document at this moment.",
            ),
            Self::TooManyBranches => (
                StatusCode::CONFLICT,
                "too-many-branches",
                "There are too many open suggestions of yours for this document.",
            ),
            Self::MayWrite => (
                StatusCode::CONFLICT,
                "may-write",
                "You may write this document: edits go there.",
            ),
            Self::TooOften { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-often",
                "This comes too often. Nothing was stored.",
            ),
            Self::LeftBehindUnfit => (
                StatusCode::CONFLICT,
                "left-behind-unfit",
                "These edits cannot be handed in by themselves.",
            ),
            Self::BranchChanged => (
                StatusCode::CONFLICT,
                "branch-changed",
                "What was chosen has changed meanwhile.",
            ),
            Self::MergeRefused { .. } => (
                StatusCode::CONFLICT,
                "merge-refused",
                "The suggestion cannot be taken as a whole.",
            ),
            Self::AuthorOnly => (
                StatusCode::FORBIDDEN,
                "author-only",
                "This is for whoever made the suggestion.",
            ),
            Self::NoSuchSubGroup => (
                StatusCode::NOT_FOUND,
                "no-such-sub-group",
                "There is no such sub-group in the community.",
            ),
            Self::SubGroupOnly => (
                StatusCode::FORBIDDEN,
                "sub-group-only",
                "This is for those who are in the sub-group.",
            ),
            Self::NoSuchRequest => (
                StatusCode::NOT_FOUND,
                "no-such-request",
                "Nobody of this id asks to join.",
            ),
            Self::SentenceMissing => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "sentence-missing",
                "Whoever asks to join says why.",
            ),
            Self::DeclinedLately => (
                StatusCode::CONFLICT,
                "declined-lately",
                "Asking to join was declined a short while ago.",
            ),
            Self::NotForListeners => (
                StatusCode::CONFLICT,
                "not-for-listeners",
                "A listener is granted nothing.",
            ),
            Self::PrivateDocument => (
                StatusCode::CONFLICT,
                "private-document",
                "A private document is nobody else's.",
            ),
            Self::TooMany => (
                StatusCode::CONFLICT,
                "too-many",
                "There are as many as there may be.",
            ),
            Self::NotInTheBin => (
                StatusCode::CONFLICT,
                "not-in-the-bin",
                "Only what is in the bin is deleted for good.",
            ),
            Self::CannotTakeOver => (
                StatusCode::CONFLICT,
                "cannot-take-over",
                "Leadership is handed to a deputy or a member who can sign in.",
            ),
            Self::OnlyOperator => (
                StatusCode::CONFLICT,
                "only-operator",
                "Only the operator of the server makes a link for this account's password.",
            ),
            Self::NoSuchRound => (
                StatusCode::NOT_FOUND,
                "no-such-round",
                "There is no such vote.",
            ),
            Self::Round(refusal) => rounds::describe(refusal),
            Self::NoSuchPublication => (
                StatusCode::NOT_FOUND,
                "no-such-publication",
                "There is no such version for you.",
            ),
            Self::Publication(refusal) => publications::describe(refusal),
            Self::Interests(refusal) => interests::describe(refusal),
            Self::ReasonMissing => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "reason-missing",
                "Opening a document to more people needs a reason.",
            ),
            Self::BadName => (
                StatusCode::BAD_REQUEST,
                "bad-document-name",
                "The path does not hold a document name: 1 to 255 bytes of percent-encoded UTF-8 without control characters.",
            ),
            Self::BadQuery => (
                StatusCode::BAD_REQUEST,
                "bad-query",
                "The query string is not understood.",
            ),
            Self::Unauthorized(error) => (
                StatusCode::UNAUTHORIZED,
                error.word(),
                "A valid token is needed.",
            ),
            Self::TooManyFailures { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-failures",
                "Too many failed authentications from this address.",
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "The token does not cover this document.",
            ),
            Self::ReadOnly => (
                StatusCode::FORBIDDEN,
                "read-only",
                "You may read this document, and not change it.",
            ),
            Self::Origin(OriginError::Foreign) => (
                StatusCode::FORBIDDEN,
                "foreign-origin",
                "Pages of this origin may not use this server.",
            ),
            Self::Origin(OriginError::Host) => (
                StatusCode::FORBIDDEN,
                "unknown-host",
                "This server does not go by that name.",
            ),
            Self::EmptyBody => (StatusCode::BAD_REQUEST, "empty-body", "A body is needed."),
            Self::MalformedUpdate => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "malformed-update",
                "The body is not an update (V1).",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "The body, or the document with it, is too large.",
            ),
            Self::BodyTimeout => (
                StatusCode::REQUEST_TIMEOUT,
                "body-timeout",
                "The body did not arrive in time.",
            ),
            Self::BodyBroken => (
                StatusCode::BAD_REQUEST,
                "body-broken",
                "The body did not arrive whole.",
            ),
            Self::Quarantined { .. } => (
                StatusCode::CONFLICT,
                "quarantined",
                "The update was not applied; it is kept on the server for review.",
            ),
            Self::QuarantineFull => (
                StatusCode::CONFLICT,
                "quarantine-full",
                "The update was neither applied nor kept: too much of this author waits for review.",
            ),
            Self::StorageUnavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "storage-unavailable",
                "Storage is unavailable. Nothing was stored.",
            ),
            Self::NotReady { .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "storage-unavailable",
                "Edits cannot be made durable now.",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "The server is busy. Nothing was stored.",
            ),
            Self::OutcomeUnknown => (
                StatusCode::GATEWAY_TIMEOUT,
                "outcome-unknown",
                "The document did not answer in time. An update may or may not be stored; sending it again is harmless.",
            ),
            Self::ShuttingDown => (
                StatusCode::SERVICE_UNAVAILABLE,
                "shutting-down",
                "The server is restarting. Nothing was stored.",
            ),
            Self::DocumentUnavailable => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "document-unavailable",
                "This document cannot be opened.",
            ),
            Self::NotSignedIn => (
                StatusCode::UNAUTHORIZED,
                "not-signed-in",
                "Nobody is signed in.",
            ),
            Self::WrongCredentials => (
                StatusCode::UNAUTHORIZED,
                "wrong-credentials",
                "The e-mail address or the password is wrong.",
            ),
            Self::WrongPassword => (
                StatusCode::FORBIDDEN,
                "wrong-credentials",
                "The present password is wrong.",
            ),
            Self::SignInAgain => (
                StatusCode::FORBIDDEN,
                "sign-in-again",
                "Sign in with the provider once more first.",
            ),
            Self::AccountLocked => (
                StatusCode::FORBIDDEN,
                "account-locked",
                "This account is locked.",
            ),
            Self::TooManyAttempts { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-attempts",
                "Too many attempts to sign in.",
            ),
            Self::WeakPassword { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "weak-password",
                "The password is too easy to guess.",
            ),
            Self::EmailTaken => (
                StatusCode::CONFLICT,
                "email-taken",
                "There is an account with this e-mail address already.",
            ),
            Self::NameReadsAlike => (
                StatusCode::CONFLICT,
                "name-reads-alike",
                "The name reads like that of somebody in the community.",
            ),
            Self::NoSuchLink => (
                StatusCode::NOT_FOUND,
                "no-such-link",
                "This link does not exist, was used, or is over.",
            ),
            Self::NoSuchSession => (
                StatusCode::NOT_FOUND,
                "no-such-session",
                "There is no such session.",
            ),
            Self::NoSuchIdentity => (
                StatusCode::NOT_FOUND,
                "no-such-identity",
                "There is no such identity.",
            ),
            Self::LastWayIn => (
                StatusCode::CONFLICT,
                "last-way-in",
                "Nobody could sign in to the account any more.",
            ),
            Self::ProviderAway => (
                StatusCode::SERVICE_UNAVAILABLE,
                "provider-away",
                "The provider does not answer.",
            ),
            Self::NotJson => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-json",
                "The body must be sent as application/json.",
            ),
            Self::MalformedJson => (
                StatusCode::BAD_REQUEST,
                "malformed-json",
                "The body is not the JSON that this endpoint takes.",
            ),
            Self::NoArchive { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "no-archive",
                "This is not a whole archive of a community.",
            ),
            Self::NoSuchComment => (
                StatusCode::NOT_FOUND,
                "no-such-comment",
                "There is no such comment any more.",
            ),
            Self::NoPicture { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "no-picture",
                "A picture is a PNG, JPEG or WebP of at most 2,048 pixels each way.",
            ),
            Self::InvalidField { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-field",
                "A value cannot be what was sent.",
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The server failed.",
            ),
        }
    }
}
