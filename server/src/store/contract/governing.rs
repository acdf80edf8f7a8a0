//! Shorthand of the suites about communities: who acts and when, and what they act on; and a community to act in.

use std::sync::Arc;

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};

use super::branches::BranchFactory;
use crate::community::wording::Language;
use crate::store::Store;
use crate::store::communities::{Actor, Founding, NewDocument, NewInvitation};
use crate::store::people::SecretHash;
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId};

/// When everything happens that is not said to happen at another time.
pub(super) const NOW_MS: i64 = 1_790_000_000_000;

pub(super) fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a valid name")
}

pub(super) fn by(account: AccountId) -> Actor {
    at(account, NOW_MS)
}

pub(super) fn at(account: AccountId, at_ms: i64) -> Actor {
    Actor { account, at_ms }
}

pub(super) fn document(text: &str, privacy: Option<Privacy>) -> NewDocument {
    NewDocument {
        name: name(text),
        title: format!("Title of {text}"),
        privacy,
    }
}

pub(super) fn secret(number: u8) -> SecretHash {
    SecretHash([number; 32])
}

/// A community of this name, whose first document is called so.
pub(super) fn founding(called: &str, first: &str) -> Founding {
    Founding {
        id: CommunityId::new(),
        name: called.to_owned(),
        description: String::new(),
        accent: "#186a58".to_owned(),
        default_privacy: Privacy::Community,
        language: Language::English,
        first_document: document(first, None),
    }
}

/// A community whose founder leads it, in a whole store. Its first document is called `first`, and open to it.
pub(super) struct Founded {
    pub(super) store: Arc<dyn Store>,
    pub(super) id: CommunityId,
    pub(super) founder: AccountId,
}

impl Founded {
    pub(super) async fn new(factory: &impl BranchFactory) -> Self {
        let store = factory.open_whole().await;
        let founder = factory.account("founder").await;
        let founding = founding("World", "first");
        let founded = store.found_community(by(founder), &founding).await;
        founded.expect("found a community");
        Self {
            store,
            id: founding.id,
            founder,
        }
    }

    /// Somebody new who is let in by the founder.
    pub(super) async fn let_in(
        &self,
        factory: &impl BranchFactory,
        called: &str,
        number: u8,
        role: Role,
    ) -> AccountId {
        let account = factory.account(called).await;
        self.join(account, number, role, NOW_MS).await;
        account
    }

    /// Somebody joins by a link of the founder.
    pub(super) async fn join(&self, account: AccountId, number: u8, role: Role, at_ms: i64) {
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role,
            secret: secret(number),
            expires_at_ms: at_ms + 1_000_000,
            uses_max: None,
        };
        let founder = at(self.founder, at_ms);
        let made = self.store.invite(founder, self.id, &invitation).await;
        made.expect("invite").expect("leaders invite");
        let joined = self.store.join(at(account, at_ms), &secret(number)).await;
        joined.expect("join").expect("the invited join");
    }

    pub(super) async fn create(&self, account: AccountId, text: &str, privacy: Privacy) {
        let wish = document(text, Some(privacy));
        let made = self
            .store
            .create_document(by(account), self.id, &wish)
            .await;
        made.expect("create").expect("members may");
    }

    pub(super) async fn access(&self, account: AccountId, text: &str) -> Access {
        self.store
            .document_standing(account, &name(text), NOW_MS)
            .await
            .expect("read a standing")
            .map_or(Access::None, |standing| standing.access())
    }

    /// What somebody is in the community.
    pub(super) async fn role(&self, account: AccountId, at_ms: i64) -> Option<Role> {
        let view = self.store.community(at(account, at_ms), self.id).await;
        view.expect("read a community").ok().map(|view| view.role)
    }

    /// The last entries of the ledger, the newest first: act and detail.
    pub(super) async fn ledger(&self, reader: AccountId, count: u32) -> Vec<(String, String)> {
        let lines = self.store.ledger(by(reader), self.id, None, count).await;
        lines
            .expect("read the ledger")
            .expect("a member")
            .into_iter()
            .map(|line| (line.sealed.entry.act, line.sealed.entry.detail))
            .collect()
    }

    /// The acts of the last entries, the newest first.
    pub(super) async fn acts(&self, reader: AccountId, count: u32) -> Vec<String> {
        let entries = self.ledger(reader, count).await;
        entries.into_iter().map(|(act, _)| act).collect()
    }
}
