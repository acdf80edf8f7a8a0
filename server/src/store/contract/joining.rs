//! What every store must do about who may come in: one rule a function, named after a sentence of [`JoiningStore`].
//!
//! [`joining_contract!`](crate::joining_contract) turns them into tests for one kind of store, with the factory of
//! [`super::communities`] and the same store behind another trait.

mod doors;
mod grants;
mod guests;
mod openness;
mod sub_groups;

use std::sync::Arc;

use async_trait::async_trait;
use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;

use super::communities::CommunityFactory;
use super::governing::{NOW_MS, at, by, document, name, secret};
use crate::community::wording::{JoinPolicy, Language};
use crate::store::communities::{Changes, Founding, Grant, NewInvitation, Refusal};
use crate::store::joining::{Answer, Asked, GuestScope, JoiningStore, NewSubGroup, SubGroupView};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, SubGroupId};

pub use self::doors::{
    a_locked_leader_is_no_leader_for_good, an_open_community_is_joined_at_once,
    doors_are_opened_by_leaders_and_shut_by_deputies_too,
    only_communities_that_can_be_joined_are_shown, open_invitations_are_not_without_number,
    who_asks_to_join_is_let_in_or_not, who_was_removed_knocks_at_an_open_door,
};
pub use self::grants::{
    a_grant_is_over_when_it_is_over, a_private_document_and_a_listener_are_granted_nothing,
    grants_are_listed_for_those_who_decide, the_next_end_is_that_of_the_next_term_or_grant,
    whoever_made_a_document_grants_access_to_it,
};
pub use self::guests::{
    a_guest_who_is_invited_again_gains_and_loses_nothing,
    a_term_is_named_to_whoever_has_or_had_it_and_to_nobody_else,
    guests_are_invited_for_documents_until_a_day, whoever_was_gone_comes_back_with_nothing,
};
pub use self::openness::{
    a_public_document_is_read_by_everybody_until_it_is_binned,
    the_library_holds_what_is_open_to_everybody_with_an_account,
};
pub use self::sub_groups::{
    a_document_is_open_to_the_sub_group_and_nobody_else,
    a_sub_group_is_made_by_any_member_and_seen_by_all,
    a_sub_group_without_anybody_is_in_the_hands_of_leaders,
    every_change_of_a_sub_group_moves_the_epoch,
};

/// One underlying storage, seen by who may come in.
#[async_trait]
pub trait JoiningFactory: CommunityFactory {
    /// Opens it; called once, and instead of [`CommunityFactory::open`].
    async fn joining(&self) -> Arc<dyn JoiningStore>;
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! joining_contract {
    ($factory:expr) => {
        $crate::joining_contract!(@rules $factory;
            a_grant_is_over_when_it_is_over
            whoever_made_a_document_grants_access_to_it
            a_private_document_and_a_listener_are_granted_nothing
            grants_are_listed_for_those_who_decide
            the_next_end_is_that_of_the_next_term_or_grant
            guests_are_invited_for_documents_until_a_day
            a_guest_who_is_invited_again_gains_and_loses_nothing
            whoever_was_gone_comes_back_with_nothing
            a_term_is_named_to_whoever_has_or_had_it_and_to_nobody_else
            a_sub_group_is_made_by_any_member_and_seen_by_all
            a_document_is_open_to_the_sub_group_and_nobody_else
            a_sub_group_without_anybody_is_in_the_hands_of_leaders
            only_communities_that_can_be_joined_are_shown
            an_open_community_is_joined_at_once
            doors_are_opened_by_leaders_and_shut_by_deputies_too
            who_asks_to_join_is_let_in_or_not
            who_was_removed_knocks_at_an_open_door
            open_invitations_are_not_without_number
            a_locked_leader_is_no_leader_for_good
            a_public_document_is_read_by_everybody_until_it_is_binned
            the_library_holds_what_is_open_to_everybody_with_an_account
            every_change_of_a_sub_group_moves_the_epoch
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::joining::$rule(&$factory).await;
            }
        )*
    };
}

fn until(access: Access, until_ms: i64) -> Grant {
    Grant {
        access,
        until_ms: Some(until_ms),
    }
}

/// A community with one account of each role, and a stranger. Its first document is called `first`.
struct World {
    store: Arc<dyn JoiningStore>,
    id: CommunityId,
    leader: AccountId,
    deputy: AccountId,
    member: AccountId,
    guest: AccountId,
    listener: AccountId,
    stranger: AccountId,
}

impl World {
    async fn new(factory: &impl JoiningFactory) -> Self {
        let store = factory.joining().await;
        let leader = factory.account("leader").await;
        let founding = Founding {
            id: CommunityId::new(),
            name: "World".to_owned(),
            description: "For the tests".to_owned(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: document("first", None),
        };
        store
            .found_community(by(leader), &founding)
            .await
            .expect("found a community");
        let mut world = Self {
            store,
            id: founding.id,
            leader,
            deputy: leader,
            member: leader,
            guest: leader,
            listener: leader,
            stranger: factory.account("stranger").await,
        };
        for (number, role) in (200..).zip(Role::ALL) {
            if role == Role::Leader {
                continue;
            }
            let account = factory.account(role.word()).await;
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

    fn invitation(number: u8, role: Role) -> NewInvitation {
        NewInvitation {
            id: InvitationId::new(),
            role,
            secret: secret(number),
            expires_at_ms: NOW_MS + 1_000_000,
            uses_max: None,
        }
    }

    async fn let_in(&self, account: AccountId, number: u8, role: Role) {
        self.store
            .invite(by(self.leader), self.id, &Self::invitation(number, role))
            .await
            .expect("invite")
            .expect("leaders invite");
        self.join(account, number, NOW_MS).await;
    }

    async fn join(&self, account: AccountId, number: u8, at_ms: i64) {
        self.store
            .join(at(account, at_ms), &secret(number))
            .await
            .expect("join")
            .expect("the invited join");
    }

    async fn invite_guests(
        &self,
        number: u8,
        scope: &GuestScope,
    ) -> Result<(Option<i64>, u64), Refusal> {
        self.store
            .invite_guests(
                by(self.deputy),
                self.id,
                &Self::invitation(number, Role::Guest),
                scope,
            )
            .await
            .expect("invite guests")
            .map(|made| (made.until_ms, made.document_count))
    }

    async fn create(&self, account: AccountId, text: &str, privacy: Privacy) {
        let first = privacy.min(Privacy::Community);
        self.store
            .create_document(by(account), self.id, &document(text, Some(first)))
            .await
            .expect("create a document")
            .expect("members create documents");
        if privacy > first {
            self.store
                .set_privacy(by(self.leader), &name(text), privacy, Some("for all"))
                .await
                .expect("open a document further")
                .expect("leaders may");
        }
    }

    async fn access_at(&self, account: AccountId, text: &str, at_ms: i64) -> Access {
        self.store
            .document_standing(account, &name(text), at_ms)
            .await
            .expect("read a standing")
            .map_or(Access::None, |standing| standing.access())
    }

    async fn access(&self, account: AccountId, text: &str) -> Access {
        self.access_at(account, text, NOW_MS).await
    }

    async fn grant(
        &self,
        actor: AccountId,
        text: &str,
        to: AccountId,
        grant: impl Into<Grant>,
    ) -> Result<(), Refusal> {
        self.store
            .grant(by(actor), &name(text), to, grant.into())
            .await
            .expect("grant")
    }

    async fn group(
        &self,
        actor: AccountId,
        members: &[AccountId],
    ) -> Result<SubGroupView, Refusal> {
        let group = NewSubGroup {
            id: SubGroupId::new(),
            name: "Dosage".to_owned(),
            members: members.to_vec(),
        };
        self.store
            .make_sub_group(by(actor), self.id, &group)
            .await
            .expect("make a sub-group")
    }

    async fn set_policy(&self, policy: JoinPolicy) {
        let changes = Changes {
            join_policy: Some(policy),
            ..Changes::default()
        };
        self.store
            .change_community(by(self.leader), self.id, &changes)
            .await
            .expect("change a community")
            .expect("leaders may");
    }

    async fn ask(
        &self,
        account: AccountId,
        at_ms: i64,
        sentence: Option<&str>,
    ) -> Result<Asked, Refusal> {
        self.store
            .ask_to_join(at(account, at_ms), self.id, sentence)
            .await
            .expect("ask to join")
    }

    async fn answer(&self, actor: AccountId, answer: Answer) -> Result<(), Refusal> {
        self.store
            .answer_request(by(actor), self.id, self.stranger, answer)
            .await
            .expect("answer")
    }

    async fn role(&self, account: AccountId) -> Option<Role> {
        let view = self.store.community(by(account), self.id).await;
        view.expect("read a community").ok().map(|view| view.role)
    }

    async fn last_acts(&self, count: usize) -> Vec<String> {
        let entries = self.store.sealed_entries(self.id, 0, 1_000).await;
        let entries = entries.expect("read the ledger").expect("it exists");
        let from = entries.len() - count;
        entries[from..]
            .iter()
            .map(|sealed| sealed.entry.act.clone())
            .collect()
    }
}
