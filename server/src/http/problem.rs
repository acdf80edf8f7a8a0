//! Every way in which a request can fail, as `application/problem+json` (RFC 9457).
//!
//! The code is stable: programs may branch on it, and interfaces choose their words by it. Texts are fixed here; what
//! the store or the CRDT library said stays in the log, findable by the request id. [`super::request_id`] adds the id
//! and writes the body.

mod causes;
mod interests;
mod publications;
mod rounds;
mod words;

use std::any::Any;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::limits::STORAGE_RETRY;
use crate::auth::{AuthError, OriginError};
use crate::interests::Refusal as InterestRefusal;
use crate::publication::rules::Refusal as PublicationRefusal;
use crate::rounds::rules::Refusal as RoundRefusal;
use crate::store::portal_ids::MeetingId;

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
    /// Somebody decides about a suggestion to the same document at this moment.
    BeingDecided,
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
    /// Only the operator makes links for this account's password.
    OnlyOperator,
    /// No such round for whoever asks.
    NoSuchRound,
    /// Something about a round is refused.
    Round(RoundRefusal),
    /// No such version for whoever asks.
    NoSuchPublication,
    /// Something about a version that is signed and published is refused.
    Publication(PublicationRefusal),
    /// Something about interests is refused.
    Interests(InterestRefusal),
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
    /// Edits cannot be made durable now, as a supervisor is told.
    NotReady {
        /// Why, in words.
        reason: &'static str,
    },
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
    /// Before this, one signs in with the provider once more.
    SignInAgain,
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
    /// The rules of the meeting do not allow it.
    MeetingRefused {
        /// Why: a code of docs/meetings.md.
        refusal: &'static str,
    },
    /// A meeting does not begin while another is under way about a text of it.
    TextHeld {
        /// That other one, where the asker may know of it.
        by: Option<MeetingId>,
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
    /// The id of the meeting that stands in the way, where one does and the asker may know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub meeting: Option<MeetingId>,
    /// Names this request in the server's log.
    pub request_id: String,
}

impl Problem {
    fn detail(self) -> Option<&'static str> {
        match self {
            Self::Quarantined { reason }
            | Self::NotReady { reason }
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
            Self::TextHeld { .. } => Some("text-held"),
            _ => None,
        }
    }

    fn meeting(self) -> Option<MeetingId> {
        match self {
            Self::TextHeld { by } => by,
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
            Self::StorageUnavailable
            | Self::NotReady { .. }
            | Self::Busy
            | Self::BeingDecided
            | Self::OutcomeUnknown
            | Self::ShuttingDown => Some(STORAGE_RETRY),
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
            meeting: self.meeting(),
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
