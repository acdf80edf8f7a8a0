//! What portal records are called: accounts, sessions, communities, invitations.
//!
//! Each is a UUID v7, so that an id says when its record was made and lists sort by it. In JSON and on the wire an id is
//! its lower-case hyphenated text; stores keep its 16 bytes. An account's text is also its `sub`, the member's id
//! everywhere else (D16).

use std::fmt;
use std::str::FromStr;

use consilium_protocol::ids::UserId;
use uuid::Uuid;

/// A text that is no id, or bytes that are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 32 hexadecimal digits in lower case, hyphenated")]
pub struct NotAnId;

macro_rules! portal_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new one, never given before.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// One that is known already.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// How stores keep it.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }

            /// Reads what [`Self::as_bytes`] gave.
            ///
            /// # Errors
            /// [`NotAnId`] for anything but 16 bytes.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAnId> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| NotAnId)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Takes one form only, so that one id cannot have two texts.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let uuid = Uuid::try_parse(text).map_err(|_| NotAnId)?;
                let mut canonical = Uuid::encode_buffer();
                if uuid.hyphenated().encode_lower(&mut canonical) == text {
                    Ok(Self(uuid))
                } else {
                    Err(NotAnId)
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

portal_id!(
    /// A person who can sign in.
    AccountId
);

portal_id!(
    /// One browser in which somebody is signed in.
    SessionId
);

portal_id!(
    /// Who somebody is at a provider.
    IdentityId
);

portal_id!(
    /// A mail that waits.
    MailId
);

portal_id!(
    /// A community.
    CommunityId
);

portal_id!(
    /// An invitation into a community.
    InvitationId
);

portal_id!(
    /// A version of a document. That of a session's end is made of the session, on every node the same.
    VersionId
);

portal_id!(
    /// A sub-group of a community.
    SubGroupId
);

portal_id!(
    /// A round.
    RoundId
);

portal_id!(
    /// A version that is signed and published. Whoever does not know it cannot guess it.
    PublicationId
);

portal_id!(
    /// A meeting.
    MeetingId
);

portal_id!(
    /// A notification. It is made of who is told and of what, on every node the same.
    NotificationId
);

impl AccountId {
    /// The member's id in documents, tokens and presence (D16).
    #[must_use]
    pub fn user(self) -> UserId {
        UserId::new(self.to_string())
    }

    /// The account of a member; `None` for a member of another kind of server.
    #[must_use]
    pub fn of_user(user: &UserId) -> Option<Self> {
        user.as_str().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_text_and_comes_back_from_it_and_from_its_bytes() {
        let id = AccountId::new();
        let text = id.to_string();
        assert_eq!(text.len(), 36);
        assert_eq!(text.parse(), Ok(id));
        assert_eq!(AccountId::from_bytes(id.as_bytes()), Ok(id));
        assert_eq!(AccountId::of_user(&id.user()), Some(id));
        assert_eq!(
            serde_json::to_value(id).unwrap(),
            serde_json::Value::from(text.clone())
        );
        for other in [
            text.to_uppercase(),
            text.replace('-', ""),
            format!("{{{text}}}"),
            format!("urn:uuid:{text}"),
            format!(" {text}"),
            String::new(),
        ] {
            assert_eq!(other.parse::<AccountId>(), Err(NotAnId), "{other}");
            assert!(
                serde_json::from_value::<AccountId>(other.clone().into()).is_err(),
                "{other}"
            );
        }
        assert_eq!(AccountId::from_bytes(&[0; 15]), Err(NotAnId));
        assert_eq!(AccountId::of_user(&UserId::new("anna")), None);
    }
}
