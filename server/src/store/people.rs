//! Who may sign in, and where they are signed in: accounts, sessions, and the links with which a password is set.
//!
//! What has to hold together is one transaction here, because several nodes and the operator's commands write at once: a
//! session begins only while the password that was checked is still the account's and the account is not locked; whoever
//! changes a password or locks an account ends its sessions in the same step; a link is used once. Times come from the
//! caller. Of secrets the store has only the SHA-256, and it never looks inside a password's hash; both are made in
//! [`crate::people`].
//!
//! Whoever changes what hangs on an account first takes the account's own row ([`accounts::hold`], or by changing it), so
//! that two of them wait for each other and never in a circle. Both databases share this code; [`super::statements`]
//! says how.

pub(super) mod accounts;
mod leader_links;
mod links;
mod operating;
pub(super) mod rows;
pub(super) mod sessions;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

pub use self::operating::OperatorDeed;

use super::StoreError;
use super::communities::{Actor, Decided, names};
use super::portal_ids::{AccountId, CommunityId, SessionId};
use super::statements::{Database, act, end, read};

/// The length of what signs the tokens of a portal.
pub const PORTAL_KEY_BYTES: usize = 32;

/// An e-mail address. Two that differ only in case are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// As its owner writes it.
    pub written: String,
    /// What it is compared by.
    pub folded: String,
}

/// What is kept of a password: a PHC string. Shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a PHC string.
    #[must_use]
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for checking and storing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// What is kept of the secret of a session or a link: its SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A person who can sign in, or will be able to once a password is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id, also the member's id in documents.
    pub id: AccountId,
    /// Where to write to, and what signs in.
    pub email: Email,
    /// The name that others see.
    pub name: String,
    /// `None` until its owner has set one.
    pub password: Option<PasswordHash>,
    /// When it was made.
    pub created_at_ms: i64,
    /// Since when nobody can sign in with it.
    pub locked_at_ms: Option<i64>,
}

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Where to write to.
    pub email: Email,
    /// The name that others see.
    pub name: String,
    /// Its password, where it is known at once.
    pub password: Option<PasswordHash>,
    /// Now.
    pub created_at_ms: i64,
}

/// What became of an account to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// It is there.
    Created,
    /// Somebody has this e-mail address already; nothing was made.
    EmailTaken,
}

/// One browser in which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id, known to its owner.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// When it began.
    pub created_at_ms: i64,
    /// When it was last used, exact to some minutes.
    pub last_seen_at_ms: i64,
    /// When it ends unless it is used before.
    pub expires_at_ms: i64,
    /// What the browser says of itself.
    pub user_agent: String,
    /// The address that it began from.
    pub address: String,
}

/// A session to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// What it is; `last_seen_at_ms` is when it begins.
    pub session: Session,
    /// What proves it.
    pub secret: SecretHash,
}

/// A link with which somebody sets a password, to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPasswordLink {
    /// Whose password.
    pub account: AccountId,
    /// What proves it.
    pub secret: SecretHash,
    /// Now.
    pub created_at_ms: i64,
    /// When it ends unless it is used before.
    pub expires_at_ms: i64,
}

impl NewPasswordLink {
    /// One that is good for so long.
    #[must_use]
    pub fn lasting(
        account: AccountId,
        secret: SecretHash,
        created_at_ms: i64,
        life: Duration,
    ) -> Self {
        let life_ms = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
        Self {
            account,
            secret,
            created_at_ms,
            expires_at_ms: created_at_ms.saturating_add(life_ms),
        }
    }
}

/// A link with which somebody may set a password now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordLink {
    /// Whose password.
    pub account: Account,
    /// When it ends.
    pub expires_at_ms: i64,
}

/// Accounts, sessions and links. Every method is safe to call from any number of tasks and processes at once.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
///
/// # Errors
/// All methods: the storage-wide kinds, and [`StoreError::Corrupt`] when a record is not as it was written.
#[async_trait]
pub trait PeopleStore: Send + Sync + 'static {
    /// What signs the tokens of this portal. Made at the first call, whichever node makes it, and the same for ever.
    async fn portal_key(&self) -> Result<[u8; PORTAL_KEY_BYTES], StoreError>;

    /// Makes an account, with a link for its password where one is given.
    async fn create_account(
        &self,
        account: &NewAccount,
        link: Option<&NewPasswordLink>,
    ) -> Result<Creation, StoreError>;

    /// An account by its id.
    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// An account by its e-mail address.
    async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, StoreError>;

    /// One page of accounts in the order of their folded e-mail addresses, from the first after `after`; at most
    /// [`super::limits::ACCOUNTS_PAGE_MAX`].
    async fn accounts(&self, after: Option<&Email>) -> Result<Vec<Account>, StoreError>;

    /// Gives the actor's account another name, with an entry in the ledger of each community that they are in. Refused
    /// when it reads like that of somebody in one of these. False when there is no such account.
    async fn rename_account(&self, by: Actor, name: &str) -> Result<Decided<bool>, StoreError>;

    /// Locks an account, which ends its sessions and withdraws its link, or with `None` unlocks it. False when there is
    /// no such account.
    async fn set_locked(
        &self,
        id: AccountId,
        locked_at_ms: Option<i64>,
    ) -> Result<bool, StoreError>;

    /// Does as the operator of the server wishes, with an entry in the ledger of each community that the owner of the account
    /// is in. False when there is no such account, or, for a link, when it is locked; nothing was changed then.
    async fn act_as_operator(
        &self,
        account: AccountId,
        deed: &OperatorDeed,
        at_ms: i64,
    ) -> Result<bool, StoreError>;

    /// Puts a password in place of `from`, ends all sessions but `keep`, and withdraws the link. False when `from` is no
    /// longer the password, or the account is locked: nothing was changed.
    async fn change_password(
        &self,
        id: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
        keep: SessionId,
    ) -> Result<bool, StoreError>;

    /// Makes a link in place of the account's earlier one. False when there is no such account or it is locked.
    async fn put_password_link(&self, link: &NewPasswordLink) -> Result<bool, StoreError>;

    /// Lets a leader have a link made with which a member of their community sets a new password, and tells the member and
    /// the ledger. Without `link` it goes by mail, which is the caller's to see to; with it, it is in place of the account's
    /// earlier one, and the leader will see it: then it is refused for whoever leads too or is in other communities.
    /// Answers with the member's account.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn make_link_for_member(
        &self,
        by: Actor,
        community: CommunityId,
        member: AccountId,
        link: Option<&NewPasswordLink>,
    ) -> Result<Decided<Account>, StoreError>;

    /// What a link is for. `None` for one that is unknown, used, replaced or over, or whose account is locked.
    async fn password_link(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<PasswordLink>, StoreError>;

    /// Uses a link: sets the password, ends all sessions of the account, and begins the given one, whose `account` must
    /// be the link's. False when the link is none as of the session's beginning, as [`PeopleStore::password_link`]:
    /// nothing was changed.
    async fn use_password_link(
        &self,
        secret: SecretHash,
        password: &PasswordHash,
        session: &NewSession,
    ) -> Result<bool, StoreError>;

    /// Begins a session, if `checked` is still the password of the account and it is not locked; false otherwise. Of more
    /// than [`super::limits::SESSIONS_PER_ACCOUNT_MAX`] the one that was not used for longest ends.
    async fn begin_session(
        &self,
        session: &NewSession,
        checked: &PasswordHash,
    ) -> Result<bool, StoreError>;

    /// The session that a secret proves, with its account; `None` for one that is unknown or over.
    async fn session(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<(Account, Session)>, StoreError>;

    /// Of these sessions, those that are not over: for whoever let somebody in by one and must know when it ends.
    async fn live_sessions(
        &self,
        ids: &[SessionId],
        now_ms: i64,
    ) -> Result<Vec<SessionId>, StoreError>;

    /// The sessions of an account that are not over, last used first.
    async fn sessions(&self, account: AccountId, now_ms: i64) -> Result<Vec<Session>, StoreError>;

    /// Notes that a session was used, and until when it is good therefore. Nothing happens to one that has ended.
    async fn touch_session(
        &self,
        id: SessionId,
        last_seen_at_ms: i64,
        expires_at_ms: i64,
    ) -> Result<(), StoreError>;

    /// Ends a session of an account. False when it has none of this id.
    async fn end_session(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError>;
}

#[async_trait]
impl<D: Database> PeopleStore for D {
    async fn portal_key(&self) -> Result<[u8; PORTAL_KEY_BYTES], StoreError> {
        let fresh = fresh_portal_key()?;
        act!(self, "read the portal's key", |s| accounts::portal_key(
            s, fresh
        ))
    }

    async fn create_account(
        &self,
        account: &NewAccount,
        link: Option<&NewPasswordLink>,
    ) -> Result<Creation, StoreError> {
        act!(self, "create an account", |s| accounts::create(
            s, account, link
        ))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        read!(self, "read an account", |s| accounts::by_id(s, id))
    }

    async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        read!(self, "find an account", |s| accounts::by_email(s, email))
    }

    async fn accounts(&self, after: Option<&Email>) -> Result<Vec<Account>, StoreError> {
        read!(self, "list accounts", |s| accounts::page(s, after))
    }

    async fn rename_account(&self, by: Actor, name: &str) -> Result<Decided<bool>, StoreError> {
        act!(self, "rename an account", |s| names::rename(s, by, name))
    }

    async fn set_locked(
        &self,
        id: AccountId,
        locked_at_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        act!(self, "lock or unlock an account", |s| {
            accounts::set_locked(s, id, locked_at_ms)
        })
    }

    async fn act_as_operator(
        &self,
        account: AccountId,
        deed: &OperatorDeed,
        at_ms: i64,
    ) -> Result<bool, StoreError> {
        act!(self, "do what the operator wishes", |s| operating::act(
            s, account, deed, at_ms
        ))
    }

    async fn make_link_for_member(
        &self,
        by: Actor,
        community: CommunityId,
        member: AccountId,
        link: Option<&NewPasswordLink>,
    ) -> Result<Decided<Account>, StoreError> {
        act!(self, "make a password link for a member", |s| {
            leader_links::make(s, by, community, member, link)
        })
    }

    async fn change_password(
        &self,
        id: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
        keep: SessionId,
    ) -> Result<bool, StoreError> {
        act!(self, "change a password", |s| accounts::change_password(
            s, id, from, to, keep
        ))
    }

    async fn put_password_link(&self, link: &NewPasswordLink) -> Result<bool, StoreError> {
        act!(self, "make a password link", |s| links::replace(s, link))
    }

    async fn password_link(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<PasswordLink>, StoreError> {
        read!(self, "find a password link", |s| links::find(
            s, secret, now_ms
        ))
    }

    async fn use_password_link(
        &self,
        secret: SecretHash,
        password: &PasswordHash,
        session: &NewSession,
    ) -> Result<bool, StoreError> {
        act!(self, "use a password link", |s| links::redeem(
            s, secret, password, session
        ))
    }

    async fn begin_session(
        &self,
        session: &NewSession,
        checked: &PasswordHash,
    ) -> Result<bool, StoreError> {
        act!(self, "begin a session", |s| sessions::begin(
            s, session, checked
        ))
    }

    async fn session(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<(Account, Session)>, StoreError> {
        read!(self, "find a session", |s| sessions::find(
            s, secret, now_ms
        ))
    }

    async fn live_sessions(
        &self,
        ids: &[SessionId],
        now_ms: i64,
    ) -> Result<Vec<SessionId>, StoreError> {
        read!(self, "look after sessions", |s| sessions::live(
            s, ids, now_ms
        ))
    }

    async fn sessions(&self, account: AccountId, now_ms: i64) -> Result<Vec<Session>, StoreError> {
        read!(self, "list sessions", |s| sessions::of_account(
            s, account, now_ms
        ))
    }

    async fn touch_session(
        &self,
        id: SessionId,
        last_seen_at_ms: i64,
        expires_at_ms: i64,
    ) -> Result<(), StoreError> {
        act!(self, "note that a session is used", |s| sessions::touch(
            s,
            id,
            last_seen_at_ms,
            expires_at_ms
        ))
    }

    async fn end_session(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError> {
        act!(self, "end a session", |s| sessions::end_one(s, account, id))
    }
}

/// A key for a portal that has none yet.
fn fresh_portal_key() -> Result<[u8; PORTAL_KEY_BYTES], StoreError> {
    let mut key = [0; PORTAL_KEY_BYTES];
    aws_lc_rs::rand::fill(&mut key)
        .map_err(|_| StoreError::Unavailable("the system gives no random bytes".into()))?;
    Ok(key)
}
