//! Every way in which a request can fail, as `application/problem+json` (RFC 9457).
//!
//! The code is stable: programs may branch on it, and interfaces choose their words by it. Texts are fixed here; what
//! the store or the CRDT library said stays in the log, findable by the request id. [`super::request_id`] adds the id
//! and writes the body.

mod rounds;

use std::any::Any;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::limits::STORAGE_RETRY;
use crate::auth::{AuthError, OriginError};
use crate::branching::BranchError;
use crate::community::logo::LogoError;
use crate::export::archive::{ReadError, WriteError};
use crate::history::keep::PastError;
use crate::meetings::ActError;
use crate::people::password::HashError;
use crate::people::secrets::NoRandomness;
use crate::registry::RoomError;
use crate::rounds::RoundError;
use crate::rounds::rules::Refusal as RoundRefusal;
use crate::store::StoreError;
use crate::store::communities::Refusal;

/// Why a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// No such endpoint.
    NotFound,
    /// The endpoint does not know this method.
    MethodNotAllowed,
    /// No such document.
    NoSuchDocument,
    /// No such version of the document, or it is no longer kept.
    NoSuchVersion,
    /// The document has as many named versions as it may.
    TooManyVersions,
    /// No such comment in the discussion.
    NoSuchComment,
    /// No such community for whoever asks.
    NoSuchCommunity,
    /// Nobody of this id is in the community.
    NoSuchMember,
    /// No such invitation, or it is no longer open.
    NoSuchInvitation,
    /// For leaders, or for leaders and deputies.
    LeadersOnly,
    /// For those who belong to the community.
    MembersOnly,
    /// For whoever made the document.
    CreatorOnly,
    /// The community would have no leader for good.
    LastLeader,
    /// Opening a document to more needs a reason.
    ReasonMissing,
    /// No such branch for whoever asks.
    NoSuchBranch,
    /// The branch is not open, or not discarded, any more.
    BranchClosed,
    /// Too many open branches of one document.
    TooManyBranches,
    /// Whoever left something behind may write the document now.
    MayWrite,
    /// Whoever leaves things behind comes too often.
    TooOften {
        /// How long to wait.
        wait: Duration,
    },
    /// What was left behind builds on what is not there, or is not its author's.
    LeftBehindUnfit,
    /// What was chosen of the branch is no longer what it was.
    BranchChanged,
    /// The branch cannot be merged as it is; its text can still be taken part by part.
    MergeRefused {
        /// A reject word.
        reason: &'static str,
    },
    /// For whoever made the branch.
    AuthorOnly,
    /// No such sub-group in the community.
    NoSuchSubGroup,
    /// For those who are in the sub-group.
    SubGroupOnly,
    /// Nobody of this id asks to join.
    NoSuchRequest,
    /// Whoever asks to join says why.
    SentenceMissing,
    /// Asking to join was declined a short while ago.
    DeclinedLately,
    /// Listeners are granted nothing.
    NotForListeners,
    /// A private document is nobody else's.
    PrivateDocument,
    /// There are as many as there may be.
    TooMany,
    /// Only what is in the bin is deleted for good.
    NotInTheBin,
    /// Leadership cannot be handed to them.
    CannotTakeOver,
    /// No such round for whoever asks.
    NoSuchRound,
    /// Something about a round is refused.
    Round(RoundRefusal),
    /// The name in the path is not a document name.
    BadName,
    /// The query string is not understood.
    BadQuery,
    /// No valid token.
    Unauthorized(AuthError),
    /// Too many failures from this address.
    TooManyFailures {
        /// How long to wait.
        wait: Duration,
    },
    /// The token does not cover this document.
    Forbidden,
    /// Whoever asks may only read.
    ReadOnly,
    /// The page or the name used for this server is not allowed.
    Origin(OriginError),
    /// A body is needed.
    EmptyBody,
    /// The body is not an update.
    MalformedUpdate,
    /// The body, or the document with it, is too large.
    TooLarge,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The connection broke while the body was read.
    BodyBroken,
    /// The update was set aside durably instead of being applied.
    Quarantined {
        /// A reject word.
        reason: &'static str,
    },
    /// The author's set-aside area is full; the update was not kept.
    QuarantineFull,
    /// Storage takes nothing now.
    StorageUnavailable,
    /// Too much at once.
    Busy,
    /// The document did not answer in time.
    OutcomeUnknown,
    /// The server is going down.
    ShuttingDown,
    /// This document cannot be opened; the operator has to look.
    DocumentUnavailable,
    /// Nobody is signed in with this cookie.
    NotSignedIn,
    /// No account has this e-mail address and password.
    WrongCredentials,
    /// The present password was another.
    WrongPassword,
    /// The account may not sign in.
    AccountLocked,
    /// Too many attempts to sign in.
    TooManyAttempts {
        /// How long to wait.
        wait: Duration,
    },
    /// The password is not accepted.
    WeakPassword {
        /// Where it stands in the body.
        field: &'static str,
        /// Why not: a word.
        reason: &'static str,
    },
    /// Another account has this e-mail address.
    EmailTaken,
    /// The name reads like that of somebody in the community.
    NameReadsAlike,
    /// The link is unknown, used, over or withdrawn.
    NoSuchLink,
    /// No such session of this account.
    NoSuchSession,
    /// No such identity of this account.
    NoSuchIdentity,
    /// Nobody could sign in to the account any more.
    LastWayIn,
    /// The OpenID Connect provider does not answer.
    ProviderAway,
    /// A body that is not said to be JSON, or one that a form could send.
    NotJson,
    /// Not the JSON that this endpoint takes.
    MalformedJson,
    /// What was brought is no archive of a community.
    NoArchive {
        /// What is wrong with it: a word.
        reason: &'static str,
    },
    /// What was brought is no picture that is taken.
    NoPicture {
        /// What is wrong with it: a word.
        reason: &'static str,
    },
    /// A value that cannot be.
    InvalidField {
        /// Which.
        field: &'static str,
    },
    /// No such meeting for whoever asks.
    NoSuchMeeting,
    /// No meeting is under way about the document.
    NoMeeting,
    /// The rules of the meeting do not allow it.
    MeetingRefused {
        /// Why: a code of docs/meetings.md.
        refusal: &'static str,
    },
    /// A defect.
    Internal,
}

/// The body of a failure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// `urn:consilium:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A sentence for people.
    pub title: &'static str,
    /// The status again.
    pub status: u16,
    /// A stable word for programs.
    #[schema(value_type = String)]
    pub code: &'static str,
    /// The field of the request's body that is wrong, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub field: Option<&'static str>,
    /// More about this occurrence, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub detail: Option<&'static str>,
    /// Why a meeting does not allow it, where that is it: a code of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub refusal: Option<&'static str>,
    /// Names this request in the server's log.
    pub request_id: String,
}

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
            Self::NoMeeting => (
                StatusCode::NOT_FOUND,
                "no-meeting",
                "No meeting is under way about this document.",
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
            Self::NoSuchRound => (
                StatusCode::NOT_FOUND,
                "no-such-round",
                "There is no such vote.",
            ),
            Self::Round(refusal) => rounds::describe(refusal),
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

    fn detail(self) -> Option<&'static str> {
        match self {
            Self::Quarantined { reason }
            | Self::MergeRefused { reason }
            | Self::WeakPassword { reason, .. }
            | Self::NoArchive { reason }
            | Self::NoPicture { reason } => Some(reason),
            _ => None,
        }
    }

    fn refusal(self) -> Option<&'static str> {
        match self {
            Self::MeetingRefused { refusal } => Some(refusal),
            _ => None,
        }
    }

    fn field(self) -> Option<&'static str> {
        match self {
            Self::WeakPassword { field, .. } | Self::InvalidField { field } => Some(field),
            Self::WrongPassword => Some("current"),
            Self::EmailTaken => Some("email"),
            Self::NameReadsAlike => Some("name"),
            Self::NoPicture { .. } => Some("logo"),
            Self::ReasonMissing => Some("reason"),
            Self::SentenceMissing => Some("sentence"),
            Self::NoSuchSubGroup | Self::SubGroupOnly => Some("subGroup"),
            _ => None,
        }
    }

    fn retry_after(self) -> Option<Duration> {
        match self {
            Self::TooManyFailures { wait }
            | Self::TooManyAttempts { wait }
            | Self::TooOften { wait } => Some(wait),
            Self::StorageUnavailable | Self::Busy | Self::OutcomeUnknown | Self::ShuttingDown => {
                Some(STORAGE_RETRY)
            }
            _ => None,
        }
    }

    /// The body for one occurrence.
    #[must_use]
    pub fn body(self, request_id: String) -> ProblemBody {
        let (status, code, title) = self.describe();
        ProblemBody {
            kind: format!("urn:consilium:problem:{code}"),
            title,
            status: status.as_u16(),
            code,
            field: self.field(),
            detail: self.detail(),
            refusal: self.refusal(),
            request_id,
        }
    }
}

/// Status and headers; the body is written by [`super::request_id`], which finds the problem in the extensions.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.describe().0.into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.retry_after() {
            // Rounded up: whoever comes back as told must find the door open.
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        }
        if let Self::Unauthorized(error) = self {
            let challenge = match error {
                AuthError::Missing => "Bearer",
                _ => "Bearer error=\"invalid_token\"",
            };
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            );
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        Self::Unauthorized(error)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoArchive => Self::NoArchive {
                reason: "not-an-archive",
            },
            ReadError::OtherKind => Self::NoArchive {
                reason: "another-kind",
            },
            ReadError::Damaged => Self::NoArchive { reason: "damaged" },
            ReadError::TooLarge => Self::TooLarge,
        }
    }
}

impl From<LogoError> for Problem {
    fn from(error: LogoError) -> Self {
        Self::NoPicture {
            reason: error.word(),
        }
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        tracing::error!(%error, "an archive could not be written");
        match error {
            WriteError::Io(_) | WriteError::File(_) => Self::StorageUnavailable,
            WriteError::Document => Self::DocumentUnavailable,
            WriteError::Contents(_) => Self::Internal,
        }
    }
}

impl From<HashError> for Problem {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Broken => {
                tracing::error!(%error, "request met a password that cannot be checked");
                Self::Internal
            }
        }
    }
}

impl From<NoRandomness> for Problem {
    fn from(error: NoRandomness) -> Self {
        tracing::error!(%error, "request needed a secret");
        Self::Internal
    }
}

impl From<BranchError> for Problem {
    fn from(error: BranchError) -> Self {
        match error {
            BranchError::Forbidden(refusal) => refusal.into(),
            BranchError::Store(error) => error.into(),
            BranchError::Room(error) => error.into(),
            BranchError::Changed => Self::BranchChanged,
            BranchError::Refused(code) => Self::MergeRefused {
                reason: code.word(),
            },
            BranchError::Unreadable => Self::DocumentUnavailable,
        }
    }
}

impl From<RoundError> for Problem {
    fn from(error: RoundError) -> Self {
        match error {
            RoundError::Forbidden(refusal) => refusal.into(),
            RoundError::Store(error) => error.into(),
            RoundError::Room(error) => error.into(),
            RoundError::Randomness(error) => error.into(),
            RoundError::Unreadable => Self::DocumentUnavailable,
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => Self::MeetingRefused {
                refusal: refusal.code(),
            },
            ActError::WholeDocumentsOnly => Self::MeetingRefused {
                refusal: "whole-documents-only",
            },
            ActError::NoSuchMeeting => Self::NoSuchMeeting,
            ActError::TooManyStreams => Self::TooMany,
            ActError::Busy => Self::Busy,
            ActError::ShuttingDown => Self::ShuttingDown,
            ActError::Store(error) => error.into(),
        }
    }
}

impl From<RoomError> for Problem {
    fn from(error: RoomError) -> Self {
        match error {
            RoomError::Malformed => Self::MalformedUpdate,
            RoomError::TooLarge => Self::TooLarge,
            RoomError::QuarantineFull => Self::QuarantineFull,
            RoomError::StorageUnavailable => Self::StorageUnavailable,
            RoomError::Unavailable => Self::DocumentUnavailable,
            RoomError::ShuttingDown => Self::ShuttingDown,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "request met a storage failure");
        match error {
            StoreError::Busy(_) => Self::Busy,
            StoreError::NotFound(_) | StoreError::DeletedForGood => Self::NoSuchDocument,
            StoreError::TooLarge { .. } => Self::TooLarge,
            StoreError::Corrupt(_) => Self::DocumentUnavailable,
            StoreError::Full(_) | StoreError::Unavailable(_) | StoreError::InUse(_) => {
                Self::StorageUnavailable
            }
            StoreError::ClaimTaken | StoreError::Exists(_) | StoreError::Rejected(_) => {
                Self::Internal
            }
        }
    }
}

impl From<PastError> for Problem {
    fn from(error: PastError) -> Self {
        match error {
            PastError::Store(error) => error.into(),
            PastError::State(_) => Self::DocumentUnavailable,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchCommunity => Self::NoSuchCommunity,
            Refusal::NoSuchDocument => Self::NoSuchDocument,
            Refusal::NoSuchMember => Self::NoSuchMember,
            Refusal::NoSuchInvitation => Self::NoSuchInvitation,
            Refusal::NoSuchLink => Self::NoSuchLink,
            Refusal::EmailTaken => Self::EmailTaken,
            Refusal::NameReadsAlike => Self::NameReadsAlike,
            Refusal::LeadersOnly => Self::LeadersOnly,
            Refusal::MembersOnly => Self::MembersOnly,
            Refusal::ReadOnly => Self::ReadOnly,
            Refusal::CreatorOnly => Self::CreatorOnly,
            Refusal::LastLeader => Self::LastLeader,
            Refusal::ReasonMissing => Self::ReasonMissing,
            Refusal::NoSuchBranch => Self::NoSuchBranch,
            Refusal::BranchClosed => Self::BranchClosed,
            Refusal::TooManyBranches => Self::TooManyBranches,
            Refusal::WritersOnly => Self::ReadOnly,
            Refusal::AuthorOnly => Self::AuthorOnly,
            Refusal::NoSuchSubGroup => Self::NoSuchSubGroup,
            Refusal::SubGroupOnly => Self::SubGroupOnly,
            Refusal::NoSuchRequest => Self::NoSuchRequest,
            Refusal::SentenceMissing => Self::SentenceMissing,
            Refusal::DeclinedLately => Self::DeclinedLately,
            Refusal::NotForListeners => Self::NotForListeners,
            Refusal::PrivateDocument => Self::PrivateDocument,
            Refusal::TooMany => Self::TooMany,
            Refusal::NotInTheBin => Self::NotInTheBin,
            Refusal::CannotTakeOver => Self::CannotTakeOver,
            Refusal::NoSuchRound => Self::NoSuchRound,
            Refusal::Round(refusal) => Self::Round(refusal),
        }
    }
}

/// For paths that nobody serves.
pub async fn not_found() -> Problem {
    Problem::NotFound
}

/// For methods that an endpoint does not take.
pub async fn method_not_allowed() -> Problem {
    Problem::MethodNotAllowed
}

/// A handler panicked: a defect of ours. The panic hook has logged where; its message may hold anything and stays out.
#[must_use]
pub fn after_panic(_: Box<dyn Any + Send>) -> Response {
    Problem::Internal.into_response()
}
