//! What the portal keeps of communities: who is in them, how far their documents are open, and their ledger (D17).
//!
//! Every act of governance is one transaction: it asks [`crate::community::rules`] with what is true at that moment,
//! changes what it has to, and writes its entry of the ledger; so no two acts can slip past each other, and none happens
//! without a trace. Acts in one community wait for each other; acts in two do not, but for the one number that says that
//! somebody's access may have changed.
//!
//! Whoever is not in a community learns nothing, not even that it exists: the answer is the one for an id that was never
//! given. A term that is over counts as not being there. Both databases share this code; [`super::statements`] says how.
//!
//! Reading order: [`record`], the trait below, then a file for each group of acts. This module does not know HTTP,
//! sessions or rooms.

pub(super) mod documents;
mod founding;
mod grants;
mod invitations;
mod joining;
pub(super) mod ledger;
pub(super) mod members;
pub(super) mod names;
pub mod record;
mod removals;
pub(super) mod rows;
pub(super) mod signing_up;
pub(super) mod standing;
mod sub_groups;
mod terms;

use async_trait::async_trait;
use consilium_model::access::Privacy;
use consilium_protocol::ids::DocName;

pub use self::record::{
    Actor, Changes, Community, CommunityView, Decided, DocumentStanding, Founding, Grant,
    Invitation, LedgerLine, MemberChange, MemberView, NamedAccount, NewDocument, NewInvitation,
    OpenDocument, OpenInvitation, PolicyView, Refusal,
};

use super::joining::{
    Answer, Asked, GrantView, GuestScope, JoinRequest, JoinableCommunity, JoiningStore,
    NewSubGroup, PublicDocument, SubGroupView, TermView,
};
use super::people::{NewAccount, NewSession, SecretHash};
use super::portal_ids::{AccountId, CommunityId, InvitationId, SubGroupId};
use super::statements::{Database, act, end, read};
use super::{DocumentFilter, StoreError};
use crate::community::act::Act;
use crate::community::ledger::Sealed;

/// Where communities live. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a [`Refusal`] inside the
/// answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait CommunityStore: Send + Sync + 'static {
    /// How somebody stands to a document, as of `now_ms`. `None` when there is no such document or it belongs to no
    /// community. One query.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn document_standing(
        &self,
        account: AccountId,
        name: &DocName,
        now_ms: i64,
    ) -> Result<Option<DocumentStanding>, StoreError>;

    /// A number that grows with every act that can change anybody's access to anything, in the transaction of that act.
    /// Terms that run out do not count. Cheap.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn access_epoch(&self) -> Result<u64, StoreError>;

    /// Founds a community whose only leader is the actor, together with its first document.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when an id or the document's name is taken; the storage-wide kinds.
    async fn found_community(
        &self,
        by: Actor,
        founding: &Founding,
    ) -> Result<CommunityView, StoreError>;

    /// Whether the actor may found one more community: nobody leads more than
    /// [`super::limits::COMMUNITIES_LED_MAX`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn may_found(&self, by: Actor) -> Result<Decided<()>, StoreError>;

    /// The communities that the actor is in, by name.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn communities_of(&self, by: Actor) -> Result<Vec<CommunityView>, StoreError>;

    /// One community, for those who are in it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn community(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<CommunityView>, StoreError>;

    /// Changes what a community is called, how it looks and what new documents are open to. Without a difference nothing
    /// happens.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn change_community(
        &self,
        by: Actor,
        id: CommunityId,
        changes: &Changes,
    ) -> Result<Decided<CommunityView>, StoreError>;

    /// Who is in a community, the most trusted first, then by name.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn members(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<MemberView>>, StoreError>;

    /// Gives a member another role or term.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn change_member(
        &self,
        by: Actor,
        id: CommunityId,
        member: AccountId,
        change: MemberChange,
    ) -> Result<Decided<MemberView>, StoreError>;

    /// Removes a member, or lets the actor leave.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn remove_member(
        &self,
        by: Actor,
        id: CommunityId,
        member: AccountId,
    ) -> Result<Decided<()>, StoreError>;

    /// Makes a link that lets people in.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn invite(
        &self,
        by: Actor,
        id: CommunityId,
        invitation: &NewInvitation,
    ) -> Result<Decided<Invitation>, StoreError>;

    /// The invitations that still let somebody in, latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn invitations(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<Invitation>>, StoreError>;

    /// Withdraws an invitation that is open.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn withdraw_invitation(
        &self,
        by: Actor,
        id: CommunityId,
        invitation: InvitationId,
    ) -> Result<Decided<()>, StoreError>;

    /// The invitation behind a secret; `None` when it lets nobody in, for whichever reason.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn open_invitation(
        &self,
        secret: &SecretHash,
        now_ms: i64,
    ) -> Result<Option<OpenInvitation>, StoreError>;

    /// Takes an invitation. Whoever is in the community already with that role or more stays as they are, and nothing is
    /// used up.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn join(
        &self,
        by: Actor,
        secret: &SecretHash,
    ) -> Result<Decided<CommunityView>, StoreError>;

    /// Makes an account, begins its first session and takes an invitation, all in one: nobody is left with an account and
    /// without a community.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn join_new(
        &self,
        account: &NewAccount,
        session: &NewSession,
        secret: &SecretHash,
    ) -> Result<Decided<CommunityView>, StoreError>;

    /// Makes the record of a document together with its policy: it never exists without one.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when the name is taken; the storage-wide kinds.
    async fn create_document(
        &self,
        by: Actor,
        id: CommunityId,
        document: &NewDocument,
    ) -> Result<Decided<()>, StoreError>;

    /// One page of the documents that the actor may be able to read, in one community or in all, latest first. A few of
    /// them may turn out unreadable: the caller asks [`DocumentStanding::access`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn open_documents(
        &self,
        by: Actor,
        within: Option<CommunityId>,
        filter: &DocumentFilter,
    ) -> Result<Vec<OpenDocument>, StoreError>;

    /// How far a document is open, for those who can read it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn policy(&self, by: Actor, name: &DocName) -> Result<Decided<PolicyView>, StoreError>;

    /// Opens a document further or less far. Opening it further needs a reason.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn set_privacy(
        &self,
        by: Actor,
        name: &DocName,
        privacy: Privacy,
        reason: Option<&str>,
    ) -> Result<Decided<PolicyView>, StoreError>;

    /// Puts a document into the bin, or takes it out, for those who may write in it. Nothing happens to one that is there
    /// already.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn set_binned(
        &self,
        by: Actor,
        name: &DocName,
        is_binned: bool,
    ) -> Result<Decided<()>, StoreError>;

    /// Grants somebody in the community access to a document by name, or takes it back. For those who govern and for
    /// whoever made it; not while it is private, and never to listeners.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn grant(
        &self,
        by: Actor,
        name: &DocName,
        member: AccountId,
        grant: Grant,
    ) -> Result<Decided<()>, StoreError>;

    /// Writes into the ledger that somebody takes away what they may read, or brought what they took away elsewhere: acts
    /// that change no record.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn note(&self, by: Actor, id: CommunityId, act: &Act) -> Result<Decided<()>, StoreError>;

    /// Entries of the ledger before a number, or the latest; newest first, at most `count`.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn ledger(
        &self,
        by: Actor,
        id: CommunityId,
        before: Option<u64>,
        count: u32,
    ) -> Result<Decided<Vec<LedgerLine>>, StoreError>;

    /// Entries of the ledger after a number, oldest first, for whoever verifies it. `None` when there is no such
    /// community.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] and the storage-wide kinds.
    async fn sealed_entries(
        &self,
        id: CommunityId,
        after: u64,
        count: u32,
    ) -> Result<Option<Vec<Sealed>>, StoreError>;
}

#[async_trait]
impl<D: Database> CommunityStore for D {
    async fn document_standing(
        &self,
        account: AccountId,
        name: &DocName,
        now_ms: i64,
    ) -> Result<Option<DocumentStanding>, StoreError> {
        read!(self, "read how somebody stands to a document", |s| {
            standing::of(s, account, name, now_ms)
        })
    }

    async fn access_epoch(&self) -> Result<u64, StoreError> {
        read!(self, "read the access epoch", |s| standing::epoch(s))
    }

    async fn may_found(&self, by: Actor) -> Result<Decided<()>, StoreError> {
        read!(self, "ask for a community", |s| founding::may_found(s, by))
    }

    async fn found_community(
        &self,
        by: Actor,
        founding: &Founding,
    ) -> Result<CommunityView, StoreError> {
        act!(self, "found a community", |s| founding::found(
            s, by, founding
        ))
    }

    async fn communities_of(&self, by: Actor) -> Result<Vec<CommunityView>, StoreError> {
        read!(self, "list communities", |s| founding::of(s, by))
    }

    async fn community(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<CommunityView>, StoreError> {
        read!(self, "read a community", |s| founding::view(s, by, id))
    }

    async fn change_community(
        &self,
        by: Actor,
        id: CommunityId,
        changes: &Changes,
    ) -> Result<Decided<CommunityView>, StoreError> {
        act!(self, "change a community", |s| founding::change(
            s, by, id, changes
        ))
    }

    async fn members(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<MemberView>>, StoreError> {
        read!(self, "list members", |s| members::list(s, by, id))
    }

    async fn change_member(
        &self,
        by: Actor,
        id: CommunityId,
        member: AccountId,
        change: MemberChange,
    ) -> Result<Decided<MemberView>, StoreError> {
        act!(self, "change a member", |s| members::change(
            s, by, id, member, change
        ))
    }

    async fn remove_member(
        &self,
        by: Actor,
        id: CommunityId,
        member: AccountId,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "remove a member", |s| members::remove(
            s, by, id, member
        ))
    }

    async fn invite(
        &self,
        by: Actor,
        id: CommunityId,
        invitation: &NewInvitation,
    ) -> Result<Decided<Invitation>, StoreError> {
        act!(self, "make an invitation", |s| invitations::make(
            s,
            by,
            id,
            invitation,
            &GuestScope::default()
        ))
    }

    async fn invitations(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<Invitation>>, StoreError> {
        read!(self, "list invitations", |s| invitations::list(s, by, id))
    }

    async fn withdraw_invitation(
        &self,
        by: Actor,
        id: CommunityId,
        invitation: InvitationId,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "withdraw an invitation", |s| invitations::withdraw(
            s, by, id, invitation
        ))
    }

    async fn open_invitation(
        &self,
        secret: &SecretHash,
        now_ms: i64,
    ) -> Result<Option<OpenInvitation>, StoreError> {
        read!(self, "read an invitation", |s| invitations::open(
            s, secret, now_ms
        ))
    }

    async fn join(
        &self,
        by: Actor,
        secret: &SecretHash,
    ) -> Result<Decided<CommunityView>, StoreError> {
        act!(self, "join a community", |s| invitations::join(
            s, by, secret
        ))
    }

    async fn join_new(
        &self,
        account: &NewAccount,
        session: &NewSession,
        secret: &SecretHash,
    ) -> Result<Decided<CommunityView>, StoreError> {
        act!(self, "sign up by an invitation", |s| signing_up::join_new(
            s, account, None, session, secret
        ))
    }

    async fn create_document(
        &self,
        by: Actor,
        id: CommunityId,
        document: &NewDocument,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "create a document", |s| documents::create(
            s, by, id, document
        ))
    }

    async fn open_documents(
        &self,
        by: Actor,
        within: Option<CommunityId>,
        filter: &DocumentFilter,
    ) -> Result<Vec<OpenDocument>, StoreError> {
        let scope = within.map_or(documents::Scope::Everything, documents::Scope::Community);
        read!(self, "list documents", |s| documents::list(
            s, by, scope, filter
        ))
    }

    async fn policy(&self, by: Actor, name: &DocName) -> Result<Decided<PolicyView>, StoreError> {
        read!(self, "read a policy", |s| documents::policy(s, by, name))
    }

    async fn set_privacy(
        &self,
        by: Actor,
        name: &DocName,
        privacy: Privacy,
        reason: Option<&str>,
    ) -> Result<Decided<PolicyView>, StoreError> {
        act!(self, "change a policy", |s| documents::set_privacy(
            s,
            by,
            name,
            privacy.into(),
            reason
        ))
    }

    async fn grant(
        &self,
        by: Actor,
        name: &DocName,
        member: AccountId,
        grant: Grant,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "grant access", |s| grants::set(
            s, by, name, member, grant
        ))
    }

    async fn set_binned(
        &self,
        by: Actor,
        name: &DocName,
        is_binned: bool,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "bin or restore a document", |s| {
            documents::set_binned(s, by, name, is_binned)
        })
    }

    async fn note(&self, by: Actor, id: CommunityId, act: &Act) -> Result<Decided<()>, StoreError> {
        act!(self, "write into the ledger", |s| ledger::note(
            s, by, id, act
        ))
    }

    async fn ledger(
        &self,
        by: Actor,
        id: CommunityId,
        before: Option<u64>,
        count: u32,
    ) -> Result<Decided<Vec<LedgerLine>>, StoreError> {
        read!(self, "read the ledger", |s| ledger::lines(
            s, by, id, before, count
        ))
    }

    async fn sealed_entries(
        &self,
        id: CommunityId,
        after: u64,
        count: u32,
    ) -> Result<Option<Vec<Sealed>>, StoreError> {
        read!(self, "read the ledger", |s| ledger::sealed(
            s, id, after, count
        ))
    }
}

#[async_trait]
impl<D: Database> JoiningStore for D {
    async fn next_end(&self, now_ms: i64) -> Result<Option<i64>, StoreError> {
        read!(self, "read the next end of a term", |s| standing::next_end(
            s, now_ms
        ))
    }

    async fn grants(
        &self,
        by: Actor,
        name: &DocName,
    ) -> Result<Decided<Vec<GrantView>>, StoreError> {
        read!(self, "list grants", |s| grants::list(s, by, name))
    }

    async fn invite_guests(
        &self,
        by: Actor,
        id: CommunityId,
        invitation: &NewInvitation,
        scope: &GuestScope,
    ) -> Result<Decided<Invitation>, StoreError> {
        act!(self, "invite guests", |s| invitations::make(
            s, by, id, invitation, scope
        ))
    }

    async fn sub_groups(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<SubGroupView>>, StoreError> {
        read!(self, "list sub-groups", |s| sub_groups::list(s, by, id))
    }

    async fn sub_group_members(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
    ) -> Result<Decided<Vec<NamedAccount>>, StoreError> {
        read!(self, "list a sub-group", |s| sub_groups::members(
            s, by, id, group
        ))
    }

    async fn make_sub_group(
        &self,
        by: Actor,
        id: CommunityId,
        group: &NewSubGroup,
    ) -> Result<Decided<SubGroupView>, StoreError> {
        act!(self, "make a sub-group", |s| sub_groups::make(
            s, by, id, group
        ))
    }

    async fn add_to_sub_group(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
        member: AccountId,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "add to a sub-group", |s| sub_groups::add(
            s, by, id, group, member
        ))
    }

    async fn leave_sub_group(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "leave a sub-group", |s| sub_groups::leave(
            s, by, id, group
        ))
    }

    async fn create_document_in(
        &self,
        by: Actor,
        id: CommunityId,
        group: SubGroupId,
        document: &NewDocument,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "create a document", |s| documents::create_in(
            s, by, group, id, document
        ))
    }

    async fn open_to_sub_group(
        &self,
        by: Actor,
        name: &DocName,
        group: SubGroupId,
        reason: Option<&str>,
    ) -> Result<Decided<PolicyView>, StoreError> {
        act!(self, "change a policy", |s| documents::set_privacy(
            s,
            by,
            name,
            documents::Openness::to_sub_group(group),
            reason
        ))
    }

    async fn joinable(&self, by: Actor) -> Result<Vec<JoinableCommunity>, StoreError> {
        read!(self, "list communities to join", |s| joining::joinable(
            s, by
        ))
    }

    async fn ask_to_join(
        &self,
        by: Actor,
        id: CommunityId,
        sentence: Option<&str>,
    ) -> Result<Decided<Asked>, StoreError> {
        act!(self, "ask to join", |s| joining::join(s, by, id, sentence))
    }

    async fn withdraw_request(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "withdraw a request", |s| joining::withdraw(s, by, id))
    }

    async fn join_requests(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<JoinRequest>>, StoreError> {
        read!(self, "list requests", |s| joining::requests(s, by, id))
    }

    async fn answer_request(
        &self,
        by: Actor,
        id: CommunityId,
        account: AccountId,
        answer: Answer,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "answer a request", |s| joining::decide(
            s, by, id, account, answer
        ))
    }

    async fn term_in(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Option<TermView>>, StoreError> {
        read!(self, "read a term", |s| terms::in_community(s, by, id))
    }

    async fn term_at(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Option<TermView>>, StoreError> {
        read!(self, "read a term", |s| terms::at_document(s, by, document))
    }

    async fn public_document(&self, name: &DocName) -> Result<Option<PublicDocument>, StoreError> {
        read!(self, "read a public document", |s| documents::public(
            s, name
        ))
    }

    async fn shared_documents(
        &self,
        by: Actor,
        filter: &DocumentFilter,
    ) -> Result<Vec<OpenDocument>, StoreError> {
        read!(self, "list shared documents", |s| documents::list(
            s,
            by,
            documents::Scope::Shared,
            filter
        ))
    }
}
