//! What the portal keeps of who may come in besides members: guests and what they were granted, sub-groups, people who
//! ask to join, and readers of what is open to everybody.
//!
//! The same kind of work as in [`super::communities`], and over the same code for both databases: an act is one
//! transaction that asks the rules with what is true at that moment and writes its entry of the ledger. It is a trait of
//! its own because nobody who asks for a membership or a policy needs it. Does not know HTTP.

use async_trait::async_trait;
use consilium_model::access::Role;
use consilium_protocol::ids::{Access, DocName};

use super::communities::{
    Actor, CommunityStore, CommunityView, Decided, Grant, Invitation, NamedAccount, NewDocument,
    NewInvitation, OpenDocument, PolicyView,
};
use super::portal_ids::{AccountId, CommunityId, SubGroupId};
use super::record::DocumentRecord;
use super::{DocumentFilter, StoreError};
use crate::community::logo::LogoHash;
use crate::community::wording::{JoinPolicy, Language};

/// What an invitation gives to the guests that it lets in. Empty for other roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuestScope {
    /// When they are to be gone, with what they were granted.
    pub until_ms: Option<i64>,
    /// What they are granted, each document once.
    pub documents: Vec<(DocName, Access)>,
}

/// A grant as those see it who decide about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantView {
    /// Who was granted it.
    pub account: NamedAccount,
    /// What they are in the community.
    pub role: Role,
    /// What.
    pub grant: Grant,
    /// By whom.
    pub granted_by: NamedAccount,
    /// When.
    pub granted_at_ms: i64,
}

/// A sub-group to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubGroup {
    /// Its id.
    pub id: SubGroupId,
    /// What it is called.
    pub name: String,
    /// Who is in it besides whoever makes it.
    pub members: Vec<AccountId>,
}

/// A sub-group as a member of its community sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubGroupView {
    /// Its id.
    pub id: SubGroupId,
    /// What it is called.
    pub name: String,
    /// Who made it.
    pub created_by: Option<NamedAccount>,
    /// When.
    pub created_at_ms: i64,
    /// How many are in it.
    pub member_count: u64,
    /// Whether the viewer is.
    pub is_in: bool,
}

/// Where somebody stands who could ask to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnRequest {
    /// They have not asked.
    None,
    /// They wait for an answer.
    Open,
    /// They were not let in.
    Declined,
}

/// What everybody with an account learns of a community that can be joined, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinableCommunity {
    /// Its id.
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its colour.
    pub accent: String,
    /// The picture that it is known by.
    pub logo: Option<LogoHash>,
    /// How people come in.
    pub join_policy: JoinPolicy,
    /// Whether the viewer has asked.
    pub request: OwnRequest,
    /// Whether the viewer was removed from it: they ask, where others come in at once.
    pub was_removed: bool,
}

/// What became of the wish to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// They are in.
    In(Box<CommunityView>),
    /// They wait for an answer.
    Waiting,
}

/// What has an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermOf {
    /// Being in the community.
    Membership,
    /// What somebody was granted for one document.
    Grant,
}

/// A term with an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermView {
    /// In this community.
    pub community: CommunityId,
    /// What somebody is there, or was.
    pub role: Role,
    /// What has the end.
    pub of: TermOf,
    /// The end.
    pub until_ms: i64,
    /// Whether it has come.
    pub is_over: bool,
}

/// Somebody who waits to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// Who.
    pub account: NamedAccount,
    /// How to reach them.
    pub email: String,
    /// What they say.
    pub sentence: String,
    /// When they asked.
    pub asked_at_ms: i64,
    /// When they were removed, where they were.
    pub removed_at_ms: Option<i64>,
}

/// An answer to somebody who asks to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They are let in, as a member.
    Accept,
    /// They are not.
    Decline,
}

/// What somebody without an account learns of a document that is open to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicDocument {
    /// What lists show.
    pub record: DocumentRecord,
    /// What its community is called.
    pub community_name: String,
    /// The community.
    pub community: CommunityId,
    /// The community's colour.
    pub accent: String,
    /// The picture that it is known by.
    pub logo: Option<LogoHash>,
    /// The language of the community's own words.
    pub language: Language,
}

/// Who may come in. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`Refusal`](super::communities::Refusal) inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait JoiningStore: CommunityStore {
    /// When the next membership or grant after `now_ms` is over; `None` when none has an end.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn next_end(&self, now_ms: i64) -> Result<Option<i64>, StoreError>;

    /// What was granted by name for a document, for those who decide about it, by the name of whom.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn grants(
        &self,
        by: Actor,
        name: &DocName,
    ) -> Result<Decided<Vec<GrantView>>, StoreError>;

    /// Makes a link that lets guests in, for some documents and until some day. The actor can read each of them, and none
    /// is private. A guest who takes it while being one already gains what they lack.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn invite_guests(
        &self,
        by: Actor,
        id: CommunityId,
        invitation: &NewInvitation,
        scope: &GuestScope,
    ) -> Result<Decided<Invitation>, StoreError>;

    /// The sub-groups of a community, by name; for those who belong to it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn sub_groups(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<SubGroupView>>, StoreError>;

    /// Who is in a sub-group, by name; for those who belong to the community.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn sub_group_members(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
    ) -> Result<Decided<Vec<NamedAccount>>, StoreError>;

    /// Makes a sub-group; for those who belong to the community, of those who do.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn make_sub_group(
        &self,
        by: Actor,
        id: CommunityId,
        group: &NewSubGroup,
    ) -> Result<Decided<SubGroupView>, StoreError>;

    /// Takes a member into a sub-group; for those who are in it, and for leaders once nobody is.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn add_to_sub_group(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
        member: AccountId,
    ) -> Result<Decided<()>, StoreError>;

    /// Lets the actor leave a sub-group.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn leave_sub_group(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
    ) -> Result<Decided<()>, StoreError>;

    /// As [`CommunityStore::create_document`], open to a sub-group that the actor is in.
    ///
    /// # Errors
    /// As there.
    async fn create_document_in(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
        document: &NewDocument,
    ) -> Result<Decided<()>, StoreError>;

    /// As [`CommunityStore::set_privacy`], to a sub-group that the actor is in.
    ///
    /// # Errors
    /// As there.
    async fn open_to_sub_group(
        &self,
        by: Actor,
        name: &DocName,
        group: SubGroupId,
        reason: Option<&str>,
    ) -> Result<Decided<PolicyView>, StoreError>;

    /// The communities that the actor is not in and can join or ask to join, by name.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn joinable(&self, by: Actor) -> Result<Vec<JoinableCommunity>, StoreError>;

    /// Joins a community that is open, or asks to join one that is asked, which needs a sentence.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn ask_to_join(
        &self,
        by: Actor,
        id: CommunityId,
        sentence: Option<&str>,
    ) -> Result<Decided<Asked>, StoreError>;

    /// Asks no longer.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn withdraw_request(&self, by: Actor, id: CommunityId)
    -> Result<Decided<()>, StoreError>;

    /// Who waits to be let in, the longest first; for those who decide.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn join_requests(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<JoinRequest>>, StoreError>;

    /// Answers somebody who asks to join.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn answer_request(
        &self,
        by: Actor,
        id: CommunityId,
        account: AccountId,
        answer: Answer,
    ) -> Result<Decided<()>, StoreError>;

    /// What the actor is in a community and until when, over or not; `None` for whoever is in it without an end.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn term_in(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Option<TermView>>, StoreError>;

    /// What ends next of what lets the actor see a document, or what has ended last and took it from them; `None` for
    /// whoever reads it without an end.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn term_at(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Option<TermView>>, StoreError>;

    /// A document that is open to everybody and not in the bin.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn public_document(&self, name: &DocName) -> Result<Option<PublicDocument>, StoreError>;

    /// One page of the documents of all communities that are open to everybody with an account, latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn shared_documents(
        &self,
        by: Actor,
        filter: &DocumentFilter,
    ) -> Result<Vec<OpenDocument>, StoreError>;
}
