//! The values that cross the border of [`super::CommunityStore`]. Times are milliseconds since 1970 UTC.

use consilium_model::access::{
    Participation, Privacy, Role, Standing, access, access_inside, access_to_discussion,
};
use consilium_protocol::ids::{Access, DocName};

use crate::community::inactivity::Rule;
use crate::community::ledger::Sealed;
use crate::community::logo::LogoHash;
use crate::community::wording::{JoinPolicy, Language};
use crate::store::people::SecretHash;
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, SubGroupId};
use crate::store::record::DocumentRecord;
use crate::{interests, publication, rounds};

/// Who does something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub account: AccountId,
    /// When.
    pub at_ms: i64,
}

/// Why an act is refused. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// There is no such community for the actor.
    NoSuchCommunity,
    /// There is no such document for the actor.
    NoSuchDocument,
    /// There is nobody of this id in the community.
    NoSuchMember,
    /// There is no such invitation, or it is no longer open.
    NoSuchInvitation,
    /// The link lets nobody in.
    NoSuchLink,
    /// Another account has this e-mail address.
    EmailTaken,
    /// The name reads like that of somebody in the community.
    NameReadsAlike,
    /// This is for leaders, or for leaders and deputies.
    LeadersOnly,
    /// This is for those who belong to the community.
    MembersOnly,
    /// The actor may read the document, and not change it.
    ReadOnly,
    /// Only whoever made a document may make it private.
    CreatorOnly,
    /// The community would have no leader for good.
    LastLeader,
    /// Opening a document further needs a reason.
    ReasonMissing,
    /// There is no such branch for the actor.
    NoSuchBranch,
    /// The branch was merged or discarded, or is not discarded.
    BranchClosed,
    /// Somebody decides about a suggestion to the same document at this moment.
    BeingDecided,
    /// The member has too many open branches of this document.
    TooManyBranches,
    /// This is for those who may write the document.
    WritersOnly,
    /// This is for the author of the branch.
    AuthorOnly,
    /// There is no such sub-group in the community.
    NoSuchSubGroup,
    /// This is for those who are in the sub-group.
    SubGroupOnly,
    /// Nobody of this id asks to join.
    NoSuchRequest,
    /// Whoever asks to join says why in a sentence.
    SentenceMissing,
    /// Asking to join was declined a short while ago.
    DeclinedLately,
    /// A listener reads nothing of the community's own, whatever they are granted.
    NotForListeners,
    /// A private document is nobody else's, whatever they are granted.
    PrivateDocument,
    /// There are as many as there may be.
    TooMany,
    /// Only what is in the bin is deleted for good.
    NotInTheBin,
    /// There is no such round for the actor.
    NoSuchRound,
    /// Something about a round.
    Round(rounds::rules::Refusal),
    /// There is no such version for the actor.
    NoSuchPublication,
    /// Something about a version that is signed and published.
    Publication(publication::rules::Refusal),
    /// Something about interests.
    Interests(interests::Refusal),
    /// Leadership is handed to a deputy or a member who can sign in, and to nobody else.
    CannotTakeOver,
    /// Only the operator makes links for this account's password.
    OnlyOperator,
}

/// What became of an act.
pub type Decided<T> = Result<T, Refusal>;

/// A community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    /// Its id.
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its colour: `#` and six hexadecimal digits.
    pub accent: String,
    /// How people come in.
    pub join_policy: JoinPolicy,
    /// What new documents are open to.
    pub default_privacy: Privacy,
    /// The language of its own words.
    pub language: Language,
    /// When it was founded.
    pub created_at_ms: i64,
}

/// A community as somebody in it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityView {
    /// The community.
    pub community: Community,
    /// What the viewer is in it.
    pub role: Role,
    /// How many are in it, without those who have stepped back.
    pub member_count: u64,
    /// How many wait to be let in; only for those who decide.
    pub request_count: Option<u64>,
    /// What is done about members who are away; `None` for nothing.
    pub inactivity: Option<Rule>,
    /// Since when the viewer is asked whether they are still with it.
    pub asked_at_ms: Option<i64>,
    /// Since when the viewer has stepped back.
    pub stepped_back_at_ms: Option<i64>,
    /// The picture that it is known by.
    pub logo: Option<LogoHash>,
}

/// What a community begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// Its id.
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its colour.
    pub accent: String,
    /// What new documents are open to.
    pub default_privacy: Privacy,
    /// The language of its own words.
    pub language: Language,
    /// Its first document.
    pub first_document: NewDocument,
}

/// New values; `None` leaves one as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// What it is called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its colour.
    pub accent: Option<String>,
    /// What new documents are open to.
    pub default_privacy: Option<Privacy>,
    /// How people come in.
    pub join_policy: Option<JoinPolicy>,
}

/// Somebody by id and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAccount {
    /// The account.
    pub id: AccountId,
    /// What its owner is called.
    pub name: String,
}

/// A member as another one sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// Who.
    pub account: NamedAccount,
    /// How to reach them; only for those who may know.
    pub email: Option<String>,
    /// What they are.
    pub role: Role,
    /// Since when they are that.
    pub since_ms: i64,
    /// Until when.
    pub until_ms: Option<i64>,
    /// Since when they have stepped back.
    pub stepped_back_at_ms: Option<i64>,
}

/// New values; `None` leaves one as it is, and a term can be made endless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemberChange {
    /// The role.
    pub role: Option<Role>,
    /// The end of the term.
    pub until_ms: Option<Option<i64>>,
}

/// An invitation to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// What the invited become.
    pub role: Role,
    /// Of the secret in the link.
    pub secret: SecretHash,
    /// When it ends.
    pub expires_at_ms: i64,
    /// How many people it lets in; `None` for any number.
    pub uses_max: Option<i64>,
}

/// An invitation that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// What the invited become.
    pub role: Role,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it ends.
    pub expires_at_ms: i64,
    /// How many people it lets in.
    pub uses_max: Option<i64>,
    /// How many it has let in.
    pub uses: i64,
    /// Who made it.
    pub invited_by: NamedAccount,
    /// When the guests that it lets in are to be gone.
    pub until_ms: Option<i64>,
    /// How many documents it grants them.
    pub document_count: u64,
}

/// What somebody who holds a link sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvitation {
    /// Into which community.
    pub community: CommunityId,
    /// What it is called.
    pub community_name: String,
    /// What the invited become.
    pub role: Role,
    /// The name of whoever made it.
    pub invited_by: String,
    /// When it ends.
    pub expires_at_ms: i64,
    /// When the guests that it lets in are to be gone.
    pub until_ms: Option<i64>,
    /// How many documents it grants them.
    pub document_count: u64,
}

/// A document to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Its name.
    pub name: DocName,
    /// Its title in lists, until the document itself says one.
    pub title: String,
    /// What it is open to; `None` for what the community's documents begin with.
    pub privacy: Option<Privacy>,
}

/// How an account stands to a document of a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentStanding {
    /// Whose document it is.
    pub community: CommunityId,
    /// How far it is open.
    pub privacy: Privacy,
    /// What the account is in that community; `None` for a stranger, and when the term is over.
    pub role: Option<Role>,
    /// Whether it made the document.
    pub is_creator: bool,
    /// What it was granted for this document by name, until then.
    pub grant: Option<Access>,
    /// The sub-group, where it is open to one.
    pub sub_group: Option<SubGroupId>,
    /// Whether the account is in that one.
    pub is_in_sub_group: bool,
    /// Whether the account is locked, or does not exist.
    pub account_is_locked: bool,
    /// Whether the document lies in the bin.
    pub is_binned: bool,
    /// How far the account takes part in the document, as others judged its interests.
    pub participation: Participation,
}

impl DocumentStanding {
    /// What the account may do with the document.
    #[must_use]
    pub fn access(&self) -> Access {
        self.unless_kept_away(access)
    }

    /// What they may do by what the community decided about them, and not because the document is open to everybody.
    #[must_use]
    pub fn access_inside(&self) -> Access {
        self.unless_kept_away(access_inside)
    }

    fn unless_kept_away(&self, access: fn(Privacy, &Standing) -> Access) -> Access {
        // The bin is the community's: it may want its document back, and nobody else has any business there.
        let is_outside = !self.role.is_some_and(Role::belongs);
        if self.account_is_locked || (self.is_binned && is_outside) {
            return Access::None;
        }
        access(
            self.privacy,
            &Standing {
                role: self.role,
                is_creator: self.is_creator,
                is_in_sub_group: self.is_in_sub_group,
                grant: self.grant,
                participation: self.participation,
            },
        )
    }

    /// What the account may do with the document for what it suggests itself: that is work on it as well.
    #[must_use]
    pub fn access_for_own_branches(&self) -> Access {
        self.participation.of_work(self.access())
    }

    /// What the account may do with the document's discussion, which is in the bin with it.
    #[must_use]
    pub fn access_to_discussion(&self) -> Access {
        if self.is_binned {
            return Access::None;
        }
        access_to_discussion(self.access_inside())
    }
}

/// A document in a list, and how the viewer stands to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDocument {
    /// What lists show.
    pub record: DocumentRecord,
    /// What its community is called.
    pub community_name: String,
    /// How the viewer stands to it.
    pub standing: DocumentStanding,
}

/// How far a document is open, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyView {
    /// How the viewer stands to it.
    pub standing: DocumentStanding,
    /// What its community is called.
    pub community_name: String,
    /// Who made it.
    pub creator: NamedAccount,
    /// What the sub-group is called to which it is open.
    pub sub_group_name: Option<String>,
}

/// What somebody is given for a document by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What they may do; [`Access::None`] takes it back.
    pub access: Access,
    /// When it ends.
    pub until_ms: Option<i64>,
}

impl From<Access> for Grant {
    /// Without an end.
    fn from(access: Access) -> Self {
        Self {
            access,
            until_ms: None,
        }
    }
}

/// One entry of the ledger, with the names of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// The entry.
    pub sealed: Sealed,
    /// Who acted; `None` for the operator.
    pub actor: Option<NamedAccount>,
    /// Whom it concerned, where it concerned one person.
    pub member: Option<NamedAccount>,
}
