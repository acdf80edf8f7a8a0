//! Every act of governance, with its stable word and what the ledger keeps of it.
//!
//! The ledger names people by their ids and never by their names or addresses: a name may have to be forgotten, a ledger
//! cannot forget. A document is named by its name on the wire. An act on a private document is not here before the
//! document is open to the community: that it exists is its maker's own affair.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use serde_json::{Map, Value};

use crate::store::portal_ids::{AccountId, InvitationId};

/// One act. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The community was founded.
    Founded {
        /// Its name then.
        name: String,
    },
    /// What it is called, how it looks, or what new documents are open to.
    Changed {
        /// The new values of what changed, by the names of REST.
        fields: Map<String, Value>,
    },
    /// A link was made that lets people in.
    Invited {
        /// The invitation.
        invitation: InvitationId,
        /// What they become.
        role: Role,
        /// When it ends.
        expires_at_ms: i64,
        /// How many people it lets in; `None` for any number.
        uses_max: Option<i64>,
    },
    /// A link was withdrawn.
    InvitationWithdrawn {
        /// The invitation.
        invitation: InvitationId,
    },
    /// Somebody came in, or came in as more than before.
    Joined {
        /// By this invitation.
        invitation: InvitationId,
        /// As this.
        role: Role,
    },
    /// A member has another role or term.
    RoleChanged {
        /// Who.
        member: AccountId,
        /// What they were.
        from: Role,
        /// What they are.
        to: Role,
        /// The end of the term.
        until_ms: Option<i64>,
    },
    /// Somebody was removed.
    MemberRemoved {
        /// Who.
        member: AccountId,
        /// What they were.
        role: Role,
    },
    /// Somebody left.
    MemberLeft {
        /// What they were.
        role: Role,
    },
    /// A document was begun.
    DocumentCreated {
        /// Its name.
        document: DocName,
        /// What it is open to.
        privacy: Privacy,
    },
    /// A document is open to others than before.
    PrivacyChanged {
        /// Its name.
        document: DocName,
        /// Before.
        from: Privacy,
        /// Now.
        to: Privacy,
        /// Why.
        reason: Option<String>,
    },
    /// Somebody took away what they may read, as one archive.
    Exported {
        /// How many documents.
        documents: usize,
    },
    /// The community was made from an archive.
    Imported {
        /// When the archive was written.
        exported_at_ms: i64,
        /// The last hash of the ledger that it came with.
        ledger_head: Option<String>,
        /// How many documents.
        documents: usize,
    },
    /// A guest may do something with a document, or no longer.
    AccessGranted {
        /// Its name.
        document: DocName,
        /// Who.
        member: AccountId,
        /// What; [`Access::None`] takes it back.
        access: Access,
    },
}

impl Act {
    /// The stable word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Founded { .. } => "community-founded",
            Self::Changed { .. } => "community-changed",
            Self::Invited { .. } => "invitation-made",
            Self::InvitationWithdrawn { .. } => "invitation-withdrawn",
            Self::Joined { .. } => "member-joined",
            Self::RoleChanged { .. } => "role-changed",
            Self::MemberRemoved { .. } => "member-removed",
            Self::MemberLeft { .. } => "member-left",
            Self::DocumentCreated { .. } => "document-created",
            Self::PrivacyChanged { .. } => "privacy-changed",
            Self::Exported { .. } => "community-exported",
            Self::Imported { .. } => "community-imported",
            Self::AccessGranted { .. } => "access-granted",
        }
    }

    /// What the ledger keeps besides the word. Only texts, whole numbers, nothing and maps of them.
    #[must_use]
    pub fn detail(&self) -> Map<String, Value> {
        let pairs: Vec<(&str, Value)> = match self {
            Self::Founded { name } => vec![("name", name.as_str().into())],
            Self::Changed { fields } => return fields.clone(),
            Self::Invited {
                invitation,
                role,
                expires_at_ms,
                uses_max,
            } => vec![
                ("invitation", invitation.to_string().into()),
                ("role", role.word().into()),
                ("expiresAt", (*expires_at_ms).into()),
                ("usesMax", (*uses_max).into()),
            ],
            Self::InvitationWithdrawn { invitation } => {
                vec![("invitation", invitation.to_string().into())]
            }
            Self::Joined { invitation, role } => vec![
                ("invitation", invitation.to_string().into()),
                ("role", role.word().into()),
            ],
            Self::RoleChanged {
                member,
                from,
                to,
                until_ms,
            } => vec![
                ("member", member.to_string().into()),
                ("from", from.word().into()),
                ("to", to.word().into()),
                ("until", (*until_ms).into()),
            ],
            Self::MemberRemoved { member, role } => vec![
                ("member", member.to_string().into()),
                ("role", role.word().into()),
            ],
            Self::MemberLeft { role } => vec![("role", role.word().into())],
            Self::DocumentCreated { document, privacy } => vec![
                ("document", document.as_str().into()),
                ("privacy", privacy.word().into()),
            ],
            Self::PrivacyChanged {
                document,
                from,
                to,
                reason,
            } => vec![
                ("document", document.as_str().into()),
                ("from", from.word().into()),
                ("to", to.word().into()),
                ("reason", reason.as_deref().into()),
            ],
            Self::Exported { documents } => vec![("documents", (*documents).into())],
            Self::Imported {
                exported_at_ms,
                ledger_head,
                documents,
            } => vec![
                ("exportedAt", (*exported_at_ms).into()),
                ("ledgerHead", ledger_head.as_deref().into()),
                ("documents", (*documents).into()),
            ],
            Self::AccessGranted {
                document,
                member,
                access,
            } => vec![
                ("document", document.as_str().into()),
                ("member", member.to_string().into()),
                ("access", access_word(*access).into()),
            ],
        };
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}

/// The stable word of an access, for storage and REST.
#[must_use]
pub const fn access_word(access: Access) -> &'static str {
    match access {
        Access::None => "none",
        Access::Read => "read",
        Access::Comment => "comment",
        Access::Write => "write",
    }
}

/// Reads an [`access_word`].
#[must_use]
pub fn access_from_word(word: &str) -> Option<Access> {
    [Access::None, Access::Read, Access::Comment, Access::Write]
        .into_iter()
        .find(|access| access_word(*access) == word)
}
