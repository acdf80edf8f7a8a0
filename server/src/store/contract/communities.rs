//! What every store must do about communities: one rule a function, named after a sentence of [`CommunityStore`].
//!
//! [`community_contract!`](crate::community_contract) turns them into tests for one kind of store. Accounts are another
//! trait's business; the factory makes and locks them.

mod access;
mod founding;
mod invitations;
mod ledger;
mod members;

use std::sync::Arc;

use async_trait::async_trait;
use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};

use super::governing::{NOW_MS, by, document, name, secret};
use crate::community::ledger::Sealed;
use crate::community::wording::Language;
use crate::store::DocumentFilter;
use crate::store::communities::{
    CommunityStore, CommunityView, DocumentStanding, Founding, MemberChange, NewInvitation, Refusal,
};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId};

pub use self::access::{
    a_grant_lets_a_guest_in_and_can_be_taken_back, a_list_of_documents_is_searched_and_paged,
    a_locked_account_reads_nothing, a_private_document_is_its_makers_alone,
    a_standing_says_all_that_access_needs, documents_are_listed_by_who_may_read_them,
    privacy_is_narrowed_and_widened_by_those_who_may, the_epoch_moves_with_every_change_of_access,
};
pub use self::founding::{
    a_community_is_changed_by_those_who_may,
    a_community_is_founded_with_its_leader_and_its_first_document,
    communities_are_listed_by_name_for_those_who_are_in_them,
    nobody_leads_communities_without_number, whoever_is_not_in_a_community_learns_nothing,
};
pub use self::invitations::{
    a_deputy_makes_no_leaders, an_invitation_lets_people_in_until_it_is_used_up,
    an_invitation_that_is_over_or_withdrawn_is_none, joining_never_lowers_a_role,
    the_last_use_of_an_invitation_goes_to_one,
    who_signs_up_by_an_invitation_is_in_or_nothing_was_made,
};
pub use self::ledger::{
    acts_of_many_at_once_leave_no_gap_in_the_ledger,
    the_ledger_holds_every_act_in_an_unbroken_chain, the_ledger_is_read_by_members_page_by_page,
};
pub use self::members::{
    a_community_always_keeps_a_leader, a_term_that_is_over_counts_as_not_being_there,
    members_are_listed_with_addresses_for_those_who_may_know,
    roles_and_terms_are_changed_by_leaders, two_leaders_cannot_both_leave_at_once,
    who_leaves_or_is_removed_is_gone,
};

/// One underlying storage with accounts in it.
#[async_trait]
pub trait CommunityFactory: Send + Sync {
    /// Opens it; called once.
    async fn open(&self) -> Arc<dyn CommunityStore>;

    /// Makes an account of this name; its address is the name and `@example.org`.
    async fn account(&self, name: &str) -> AccountId;

    /// Locks an account.
    async fn lock(&self, account: AccountId);

    /// Puts a document into the bin.
    async fn bin(&self, name: &DocName);
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! community_contract {
    ($factory:expr) => {
        $crate::community_contract!(@rules $factory;
            a_community_is_founded_with_its_leader_and_its_first_document
            communities_are_listed_by_name_for_those_who_are_in_them
            whoever_is_not_in_a_community_learns_nothing
            a_community_is_changed_by_those_who_may
            nobody_leads_communities_without_number
            an_invitation_lets_people_in_until_it_is_used_up
            an_invitation_that_is_over_or_withdrawn_is_none
            joining_never_lowers_a_role
            a_deputy_makes_no_leaders
            the_last_use_of_an_invitation_goes_to_one
            who_signs_up_by_an_invitation_is_in_or_nothing_was_made
            members_are_listed_with_addresses_for_those_who_may_know
            roles_and_terms_are_changed_by_leaders
            a_community_always_keeps_a_leader
            two_leaders_cannot_both_leave_at_once
            a_term_that_is_over_counts_as_not_being_there
            who_leaves_or_is_removed_is_gone
            a_standing_says_all_that_access_needs
            a_locked_account_reads_nothing
            documents_are_listed_by_who_may_read_them
            a_list_of_documents_is_searched_and_paged
            privacy_is_narrowed_and_widened_by_those_who_may
            a_private_document_is_its_makers_alone
            a_grant_lets_a_guest_in_and_can_be_taken_back
            the_epoch_moves_with_every_change_of_access
            the_ledger_holds_every_act_in_an_unbroken_chain
            the_ledger_is_read_by_members_page_by_page
            acts_of_many_at_once_leave_no_gap_in_the_ledger
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::communities::$rule(&$factory).await;
            }
        )*
    };
}

fn founding(text: &str) -> Founding {
    Founding {
        id: CommunityId::new(),
        name: text.to_owned(),
        description: "For the tests".to_owned(),
        accent: "#186a58".to_owned(),
        default_privacy: Privacy::Community,
        language: Language::German,
        first_document: document(&format!("first of {text}"), None),
    }
}

fn invitation(number: u8, role: Role) -> NewInvitation {
    NewInvitation {
        id: InvitationId::new(),
        role,
        secret: secret(number),
        expires_at_ms: NOW_MS + 1_000,
        uses_max: None,
    }
}

/// A community with one account of each role, by name: leader, deputy, member, guest, listener; and a stranger.
struct World {
    store: Arc<dyn CommunityStore>,
    id: CommunityId,
    leader: AccountId,
    deputy: AccountId,
    member: AccountId,
    guest: AccountId,
    listener: AccountId,
    stranger: AccountId,
}

impl World {
    async fn new(factory: &impl CommunityFactory) -> Self {
        let store = factory.open().await;
        let leader = factory.account("leader").await;
        let found = founding("World");
        let id = found.id;
        store
            .found_community(by(leader), &found)
            .await
            .expect("found a community");
        let mut world = Self {
            store,
            id,
            leader,
            deputy: leader,
            member: leader,
            guest: leader,
            listener: leader,
            stranger: factory.account("stranger").await,
        };
        for (number, role) in (200..).zip(Role::ALL) {
            let account = match role {
                Role::Leader => continue,
                _ => factory.account(role.word()).await,
            };
            world.let_in(account, number, role).await;
            match role {
                Role::Leader => {}
                Role::Deputy => world.deputy = account,
                Role::Member => world.member = account,
                Role::Guest => world.guest = account,
                Role::Listener => world.listener = account,
            }
        }
        world
    }

    async fn let_in(&self, account: AccountId, number: u8, role: Role) {
        self.store
            .invite(by(self.leader), self.id, &invitation(number, role))
            .await
            .expect("invite")
            .expect("leaders invite");
        self.store
            .join(by(account), &secret(number))
            .await
            .expect("join")
            .expect("the invited join");
    }

    async fn standing(&self, account: AccountId, text: &str) -> Option<DocumentStanding> {
        self.store
            .document_standing(account, &name(text), NOW_MS)
            .await
            .expect("read a standing")
    }

    async fn access(&self, account: AccountId, text: &str) -> Access {
        self.standing(account, text)
            .await
            .map_or(Access::None, |standing| standing.access())
    }

    async fn create(&self, account: AccountId, text: &str, privacy: Option<Privacy>) {
        let first = privacy.map(|privacy| privacy.min(Privacy::Community));
        self.store
            .create_document(by(account), self.id, &document(text, first))
            .await
            .expect("create a document")
            .expect("those who belong create documents");
        if let Some(privacy) = privacy.filter(|_| privacy > first) {
            self.store
                .set_privacy(by(self.leader), &name(text), privacy, Some("for all"))
                .await
                .expect("open a document further")
                .expect("leaders may");
        }
    }

    async fn view(&self, account: AccountId) -> Result<CommunityView, Refusal> {
        self.store
            .community(by(account), self.id)
            .await
            .expect("read a community")
    }

    async fn role(&self, account: AccountId) -> Option<Role> {
        self.view(account).await.ok().map(|view| view.role)
    }

    async fn change(
        &self,
        actor: AccountId,
        member: AccountId,
        change: MemberChange,
    ) -> Result<Role, Refusal> {
        self.store
            .change_member(by(actor), self.id, member, change)
            .await
            .expect("change a member")
            .map(|member| member.role)
    }

    async fn remove(&self, actor: AccountId, member: AccountId) -> Result<(), Refusal> {
        self.store
            .remove_member(by(actor), self.id, member)
            .await
            .expect("remove a member")
    }

    async fn set_privacy(
        &self,
        account: AccountId,
        text: &str,
        privacy: Privacy,
        reason: Option<&str>,
    ) -> Result<Privacy, Refusal> {
        self.store
            .set_privacy(by(account), &name(text), privacy, reason)
            .await
            .expect("change a policy")
            .map(|policy| policy.standing.privacy)
    }

    async fn grant(
        &self,
        actor: AccountId,
        text: &str,
        member: AccountId,
        access: Access,
    ) -> Result<(), Refusal> {
        self.store
            .grant(by(actor), &name(text), member, access.into())
            .await
            .expect("grant access")
    }

    async fn epoch(&self) -> u64 {
        self.store.access_epoch().await.expect("read the epoch")
    }

    async fn sealed(&self) -> Vec<Sealed> {
        self.store
            .sealed_entries(self.id, 0, 1_000)
            .await
            .expect("read the ledger")
            .expect("the community exists")
    }

    /// The documents that somebody can read, latest first.
    async fn readable(&self, account: AccountId, filter: &DocumentFilter) -> Vec<String> {
        let listed = self
            .store
            .open_documents(by(account), Some(self.id), filter)
            .await
            .expect("list documents");
        listed
            .into_iter()
            .filter(|each| each.standing.access() >= Access::Read)
            .map(|each| each.record.name.to_string())
            .collect()
    }
}

fn role_change(role: Role) -> MemberChange {
    MemberChange {
        role: Some(role),
        until_ms: None,
    }
}

fn term(until_ms: Option<i64>) -> MemberChange {
    MemberChange {
        role: None,
        until_ms: Some(until_ms),
    }
}
