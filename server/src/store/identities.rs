//! Who people are at an OpenID Connect provider: the identities by which accounts are signed in to.
//!
//! An identity is an issuer and what that issuer calls somebody, and belongs to one account for as long as it is
//! connected; never an e-mail address, which changes hands. An account has at most one of each issuer. What has to hold
//! together is one transaction, as in [`super::people`]: a session begins only while the identity is still the account's
//! and the account is not locked, and of two ways in the last cannot be taken away, whoever takes the other meanwhile.
//! Does not know what a provider says, nor HTTP.

mod queries;

use async_trait::async_trait;

use super::StoreError;
use super::communities::{CommunityStore, CommunityView, Decided};
use super::people::{Account, Creation, NewAccount, NewSession, SecretHash};
use super::portal_ids::{AccountId, IdentityId};
use super::statements::{Database, act, end, read};

/// Who somebody is, for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// What it calls them.
    pub subject: String,
}

/// An identity to be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIdentity {
    /// Its id.
    pub id: IdentityId,
    /// Who it is.
    pub identity: Identity,
    /// By what its owner recognises it; may be empty.
    pub shown_as: String,
    /// Now.
    pub since_ms: i64,
}

/// An identity as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedIdentity {
    /// Its id.
    pub id: IdentityId,
    /// The provider.
    pub issuer: String,
    /// By what its owner recognises it; may be empty.
    pub shown_as: String,
    /// When it was connected.
    pub since_ms: i64,
}

/// What became of the wish to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// It is the account's now, or was before.
    Connected,
    /// It belongs to another account; nothing was changed.
    OfAnother,
    /// The account has another identity of this issuer; nothing was changed.
    HasAnother,
    /// The account is locked or gone.
    NoAccount,
}

/// What became of the wish to disconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disconnection {
    /// It is nobody's now.
    Disconnected,
    /// Nobody could sign in to the account any more; nothing was changed.
    LastWayIn,
    /// The account has none of this id.
    NoSuchIdentity,
}

/// Identities. Every method is safe to call from any number of tasks and nodes at once.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
///
/// # Errors
/// All methods: the storage-wide kinds, and [`StoreError::Corrupt`] when a record is not as it was written.
#[async_trait]
pub trait IdentityStore: CommunityStore {
    /// Whose an identity is.
    async fn account_by_identity(&self, identity: &Identity)
    -> Result<Option<Account>, StoreError>;

    /// The identities of an account, the earliest first.
    async fn identities(&self, account: AccountId) -> Result<Vec<ConnectedIdentity>, StoreError>;

    /// Begins a session, if the identity is still that account's and it is not locked; false otherwise. Of too many
    /// sessions the one that was not used for longest ends, as in [`super::PeopleStore::begin_session`].
    async fn begin_session_by_identity(
        &self,
        session: &NewSession,
        identity: &Identity,
    ) -> Result<bool, StoreError>;

    /// Makes an account with this identity and begins its first session. [`Creation::EmailTaken`] also when the identity
    /// is somebody's already.
    async fn create_account_by_identity(
        &self,
        account: &NewAccount,
        identity: &NewIdentity,
        session: &NewSession,
    ) -> Result<Creation, StoreError>;

    /// As [`CommunityStore::join_new`], for an account with this identity.
    async fn join_new_by_identity(
        &self,
        account: &NewAccount,
        identity: &NewIdentity,
        session: &NewSession,
        secret: &SecretHash,
    ) -> Result<Decided<CommunityView>, StoreError>;

    /// Connects an identity with an account.
    async fn connect_identity(
        &self,
        account: AccountId,
        identity: &NewIdentity,
    ) -> Result<Connection, StoreError>;

    /// Disconnects an identity, unless the account has no password and no other identity of `usable_issuer`.
    async fn disconnect_identity(
        &self,
        account: AccountId,
        id: IdentityId,
        usable_issuer: &str,
    ) -> Result<Disconnection, StoreError>;
}

#[async_trait]
impl<D: Database> IdentityStore for D {
    async fn account_by_identity(
        &self,
        identity: &Identity,
    ) -> Result<Option<Account>, StoreError> {
        read!(self, "find an account by its identity", |s| {
            queries::account(s, identity)
        })
    }

    async fn identities(&self, account: AccountId) -> Result<Vec<ConnectedIdentity>, StoreError> {
        read!(self, "list identities", |s| queries::of_account(s, account))
    }

    async fn begin_session_by_identity(
        &self,
        session: &NewSession,
        identity: &Identity,
    ) -> Result<bool, StoreError> {
        act!(self, "begin a session by an identity", |s| {
            queries::begin_session(s, session, identity)
        })
    }

    async fn create_account_by_identity(
        &self,
        account: &NewAccount,
        identity: &NewIdentity,
        session: &NewSession,
    ) -> Result<Creation, StoreError> {
        act!(self, "create an account by an identity", |s| {
            queries::create(s, account, identity, session)
        })
    }

    async fn join_new_by_identity(
        &self,
        account: &NewAccount,
        identity: &NewIdentity,
        session: &NewSession,
        secret: &SecretHash,
    ) -> Result<Decided<CommunityView>, StoreError> {
        act!(self, "sign up by an invitation and an identity", |s| {
            super::communities::signing_up::join_new(s, account, Some(identity), session, secret)
        })
    }

    async fn connect_identity(
        &self,
        account: AccountId,
        identity: &NewIdentity,
    ) -> Result<Connection, StoreError> {
        act!(self, "connect an identity", |s| queries::connect(
            s, account, identity
        ))
    }

    async fn disconnect_identity(
        &self,
        account: AccountId,
        id: IdentityId,
        usable_issuer: &str,
    ) -> Result<Disconnection, StoreError> {
        act!(self, "disconnect an identity", |s| queries::disconnect(
            s,
            account,
            id,
            usable_issuer
        ))
    }
}

pub(super) use queries::insert_with_account;
