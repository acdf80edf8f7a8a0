//! Which failure of the server's parts is which problem for whoever asked.
//!
//! What they must not learn (what the store or the CRDT library said) ends here, in the log.

use super::Problem;
use crate::auth::AuthError;
use crate::branching::BranchError;
use crate::community::logo::LogoError;
use crate::export::archive::{ReadError, WriteError};
use crate::history::keep::PastError;
use crate::meetings::ActError;
use crate::people::password::HashError;
use crate::people::secrets::NoRandomness;
use crate::publication::PublicationError;
use crate::registry::RoomError;
use crate::rounds::RoundError;
use crate::store::StoreError;
use crate::store::communities::Refusal;

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

impl From<PublicationError> for Problem {
    fn from(error: PublicationError) -> Self {
        match error {
            PublicationError::Forbidden(refusal) => refusal.into(),
            PublicationError::Store(error) => error.into(),
            PublicationError::Unreadable => Self::DocumentUnavailable,
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => Self::MeetingRefused {
                refusal: refusal.code(),
            },
            // Which one it is, is for those who may know of it.
            ActError::TextHeld(_) => Self::TextHeld { by: None },
            ActError::NoSuchSection => Self::MeetingRefused {
                refusal: "no-such-section",
            },
            ActError::Room(error) => error.into(),
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
            Refusal::BeingDecided => Self::BeingDecided,
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
            Refusal::OnlyOperator => Self::OnlyOperator,
            Refusal::NoSuchRound => Self::NoSuchRound,
            Refusal::Round(refusal) => Self::Round(refusal),
            Refusal::NoSuchPublication => Self::NoSuchPublication,
            Refusal::Publication(refusal) => Self::Publication(refusal),
            Refusal::Interests(refusal) => Self::Interests(refusal),
        }
    }
}
