//! The values that cross the border of [`super::CatchingUpStore`]. Times are milliseconds since 1970 UTC.

use consilium_model::access::Role;
use consilium_protocol::ids::{Access, DocName, UserId};

use crate::history::sessions::Session;
use crate::store::branches::BranchView;
use crate::store::communities::{DocumentStanding, LedgerLine, NamedAccount};
use crate::store::history::Version;
use crate::store::portal_ids::{AccountId, CommunityId, NotificationId, RoundId, SubGroupId};
use crate::store::record::DocId;
use crate::store::rounds::RoundView;
use crate::words::words;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How long a notification is shown: a season. What is older is history, and in the ledger.
pub const NOTIFICATIONS_KEPT_MS: i64 = 90 * DAY_MS;

/// Notifications of one person: more than anybody reads.
pub const NOTIFICATIONS_MAX: u32 = 500;

/// Away for so long, and the next visit is another one: as between sessions of work.
pub const VISIT_GAP_MS: i64 = 30 * 60 * 1_000;

/// A visit is written down at most so often.
pub const VISIT_GRANULARITY_MS: i64 = 60 * 1_000;

/// Documents in a digest; the rest is a number.
pub const DIGEST_DOCUMENTS_MAX: usize = 20;

/// A term that ends within so long is told of.
pub const ENDS_SOON_MS: i64 = 7 * DAY_MS;

/// Terms that end soon in a digest: the rest is among the members.
pub const ENDINGS_MAX: i64 = 20;

words!(
    /// What somebody is told of.
    Kind {
        /// They were mentioned in a comment.
        Mention = "mention",
        /// Somebody answered in a thread in which they wrote.
        Reply = "reply",
        /// A thread that they began was resolved.
        Resolved = "resolved",
        /// A suggestion was handed in, for a document that they made or in a community that they lead.
        SuggestionMade = "suggestion-made",
        /// Their suggestion was taken.
        SuggestionTaken = "suggestion-taken",
        /// A part of it was.
        SuggestionTakenInPart = "suggestion-taken-in-part",
        /// It was discarded.
        SuggestionDiscarded = "suggestion-discarded",
        /// They have another role or term.
        RoleChanged = "role-changed",
        /// They were given access to a document by name, or another one.
        AccessGranted = "access-granted",
        /// They were taken into a sub-group.
        SubGroupJoined = "sub-group-joined",
        /// They had asked to join, and are in.
        LetIn = "let-in",
        /// Somebody asks to join.
        AsksToJoin = "asks-to-join",
        /// A comment of theirs was taken away.
        CommentTakenAway = "comment-taken-away",
        /// A round was opened in which they may vote.
        RoundOpened = "round-opened",
        /// A round on whose roll they are has ended.
        RoundClosed = "round-closed",
        /// A term of theirs ends soon: of being there, or of what they were granted.
        TermEnds = "term-ends",
        /// Their signature is asked for under a version.
        SignatureAsked = "signature-asked",
        /// Somebody did not sign the version that they prepared.
        SignatureDeclined = "signature-declined",
        /// A leader had a link made with which their password can be set.
        PasswordLinkMade = "password-link-made",
        /// Their interests were judged.
        InterestsJudged = "interests-judged",
    }
);

words!(
    /// What somebody can be silent about.
    Topic {
        /// Being mentioned.
        Mention = "mention",
        /// What happens in threads in which they wrote.
        Reply = "reply",
        /// Suggestions.
        Suggestions = "suggestions",
        /// Roles, access, sub-groups and people who ask to join.
        Community = "community",
        /// What is put to the vote or to be signed, and what came of it.
        Rounds = "rounds",
    }
);

words!(
    /// What a member says they are there for. It changes what they are offered first, and nothing else.
    ChosenRole {
        /// To keep things going.
        Lead = "lead",
        /// To write.
        Contributor = "contributor",
        /// To give an opinion.
        Consultant = "consultant",
        /// To help others find their way.
        Guide = "guide",
        /// To make it known.
        Promoter = "promoter",
    }
);

impl Kind {
    /// What it belongs to.
    #[must_use]
    pub const fn topic(self) -> Topic {
        match self {
            Self::Mention => Topic::Mention,
            Self::Reply | Self::Resolved => Topic::Reply,
            Self::SuggestionMade
            | Self::SuggestionTaken
            | Self::SuggestionTakenInPart
            | Self::SuggestionDiscarded => Topic::Suggestions,
            Self::RoleChanged
            | Self::AccessGranted
            | Self::SubGroupJoined
            | Self::LetIn
            | Self::AsksToJoin
            | Self::CommentTakenAway
            | Self::InterestsJudged
            | Self::PasswordLinkMade
            | Self::TermEnds => Topic::Community,
            Self::RoundOpened
            | Self::RoundClosed
            | Self::SignatureAsked
            | Self::SignatureDeclined => Topic::Rounds,
        }
    }

    /// Whether somebody can be silent about it. Not about what another did to the way in to their own account.
    #[must_use]
    pub const fn can_be_silenced(self) -> bool {
        !matches!(self, Self::PasswordLinkMade)
    }
}

/// What somebody is told, with the names and titles of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationView {
    /// Its id.
    pub id: NotificationId,
    /// When it was told.
    pub at_ms: i64,
    /// What it is about.
    pub kind: Kind,
    /// Who did it.
    pub actor: NamedAccount,
    /// In which community.
    pub community: CommunityId,
    /// What that is called.
    pub community_name: String,
    /// Whether it was read.
    pub is_read: bool,
    /// The document, and its title.
    pub document: Option<(DocName, String)>,
    /// The suggestion to it.
    pub branch: Option<DocName>,
    /// The thread.
    pub thread: Option<String>,
    /// The round.
    pub round: Option<RoundId>,
    /// The sub-group, and what it is called.
    pub sub_group: Option<(SubGroupId, String)>,
    /// A role, or what was granted.
    pub word: Option<String>,
    /// Until when.
    pub until_ms: Option<i64>,
}

/// What decides whether a notification is shown.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    /// What the viewer is in the community now.
    pub role: Option<Role>,
    /// How they stand to the document, where it is about one.
    pub document: Option<DocumentStanding>,
    /// Whether the sub-group is there still, where it is about one.
    pub has_sub_group: bool,
    /// Whether whoever asked to join asks still.
    pub is_asking: bool,
}

impl Sight {
    /// Whether a notification of this kind is shown.
    #[must_use]
    pub fn shows(&self, kind: Kind) -> bool {
        let Some(role) = self.role else { return false };
        let reads = self.document.is_some_and(|standing| {
            !standing.is_binned && standing.access_inside() >= Access::Read
        });
        match kind {
            Kind::Mention | Kind::Reply | Kind::Resolved | Kind::CommentTakenAway => {
                reads
                    && self
                        .document
                        .is_some_and(|standing| standing.access_to_discussion() >= Access::Read)
            }
            Kind::SuggestionMade
            | Kind::SuggestionTaken
            | Kind::SuggestionTakenInPart
            | Kind::SuggestionDiscarded
            | Kind::AccessGranted
            | Kind::RoundOpened
            | Kind::RoundClosed
            | Kind::SignatureAsked
            | Kind::SignatureDeclined => reads,
            Kind::TermEnds => self.document.is_none() || reads,
            // What they may no longer read concerns them all the more.
            Kind::RoleChanged | Kind::LetIn | Kind::InterestsJudged | Kind::PasswordLinkMade => {
                true
            }
            Kind::SubGroupJoined => role.belongs() && self.has_sub_group,
            Kind::AsksToJoin => matches!(role, Role::Leader | Role::Deputy) && self.is_asking,
        }
    }
}

/// How far a discussion was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Not at all: it is new.
    Nothing,
    /// It is from before anybody was told: what is in it now is old.
    BeforeAnything,
    /// Up to this state vector (V1).
    UpTo(Vec<u8>),
}

/// A discussion in which something was committed since it was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDiscussion {
    /// The discussion.
    pub doc: DocId,
    /// Its name.
    pub name: DocName,
    /// What is discussed in it.
    pub document: DocName,
    /// How far it was read.
    pub seen: Seen,
    /// Of its journal, when it was found to be due.
    pub tail: (i64, i64),
}

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// They were mentioned.
    Mention,
    /// Somebody answered.
    Reply,
    /// Their thread was resolved.
    Resolved,
}

/// Somebody is to be told of what was said, if they may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who.
    pub to: UserId,
    /// Who said it, by the server's word.
    pub by: UserId,
    /// What it is about.
    pub kind: CallKind,
    /// The thread, by the place of its block.
    pub thread: String,
    /// What was said, likewise.
    pub event: String,
}

/// What follows from reading a discussion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// Who is to be told of what.
    pub calls: Vec<Call>,
    /// New comments and their authors.
    pub remarks: Vec<(String, UserId)>,
    /// Comments that were taken back.
    pub gone: Vec<String>,
    /// How far it was read: a state vector (V1). None: what is in it stays from before anybody was told.
    pub seen: Option<Vec<u8>>,
}

/// What has happened to one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentNews {
    /// The document.
    pub name: DocName,
    /// Its title.
    pub title: String,
    /// What the viewer may do with it.
    pub access: Access,
    /// Others' sessions of work, the latest last.
    pub sessions: Vec<Session>,
    /// Versions that were named.
    pub versions: Vec<Version>,
    /// How many comments others wrote.
    pub remarks: u64,
    /// Where the viewer was mentioned.
    pub mentions: Vec<NotificationView>,
    /// Others' suggestions that wait.
    pub waiting: Vec<BranchView>,
    /// Suggestions that were taken or discarded by others.
    pub decided: Vec<BranchView>,
    /// When something last happened.
    pub latest_ms: i64,
}

impl DocumentNews {
    /// Whether there is any.
    #[must_use]
    pub fn is_some(&self) -> bool {
        !(self.sessions.is_empty()
            && self.versions.is_empty()
            && self.remarks == 0
            && self.mentions.is_empty()
            && self.waiting.is_empty()
            && self.decided.is_empty())
    }

    /// What comes first: what concerns the viewer, then what waits for them, then the rest; each the latest first.
    #[must_use]
    pub fn rank(&self) -> (u8, i64) {
        let concerns = !self.mentions.is_empty()
            || self.decided.iter().any(|branch| branch.standing.is_author);
        let waits = self
            .waiting
            .iter()
            .any(|branch| branch.standing.may_merge());
        let group = match (concerns, waits) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        (group, -self.latest_ms)
    }
}

/// Somebody whose term ends soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingTerm {
    /// Who.
    pub account: NamedAccount,
    /// What they are.
    pub role: Role,
    /// Until when.
    pub until_ms: i64,
}

/// What has happened in a community since somebody was last there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Since when.
    pub since_ms: i64,
    /// Document by document, by [`DocumentNews::rank`].
    pub documents: Vec<DocumentNews>,
    /// How many more there are.
    pub more_documents: usize,
    /// What is put to the vote and waits for the viewer's ballot: what ends first comes first.
    pub rounds: Vec<RoundView>,
    /// How many published versions are to be looked at again soon; only for those who publish.
    pub watched: usize,
    /// What others decided, and who came and went: the latest first.
    pub decisions: Vec<LedgerLine>,
    /// Whether there were more than that.
    pub has_more_decisions: bool,
    /// What everybody may read, a few of it.
    pub public: Vec<(DocName, String)>,
    /// How many wait to be let in; only for those who decide.
    pub requests: Option<u64>,
    /// Whose term ends soon; only for those who could make it longer.
    pub endings: Vec<EndingTerm>,
    /// What the viewer chose to be there for.
    pub chosen: Vec<ChosenRole>,
}

/// A notification's id.
#[must_use]
pub fn notification_id(to: AccountId, cause: &str) -> NotificationId {
    let mut hash = blake3::Hasher::new_derive_key("consilium 2026-11 notification");
    hash.update(to.as_bytes());
    hash.update(cause.as_bytes());
    let mut bytes = [0; 16];
    hash.finalize_xof().fill(&mut bytes);
    NotificationId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use consilium_model::access::Privacy;

    use super::*;

    fn standing(privacy: Privacy, role: Option<Role>, is_binned: bool) -> DocumentStanding {
        DocumentStanding {
            community: CommunityId::new(),
            privacy,
            role,
            is_creator: false,
            grant: None,
            sub_group: None,
            is_in_sub_group: false,
            account_is_locked: false,
            is_binned,
            participation: consilium_model::access::Participation::Full,
        }
    }

    #[test]
    fn words_lead_back_to_what_they_stand_for() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(*kind));
            assert!(Topic::ALL.contains(&kind.topic()));
        }
        assert_eq!(Kind::from_word("gossip"), None);
    }

    #[test]
    fn what_somebody_may_not_see_any_more_is_not_shown() {
        let member = Some(Role::Member);
        let open = standing(Privacy::Community, member, false);
        let sight = |role, document| Sight {
            role,
            document,
            has_sub_group: true,
            is_asking: true,
        };
        // role, document, kind, whether it is shown
        let cases = [
            (member, Some(open), Kind::Mention, true),
            (None, Some(open), Kind::Mention, false),
            (
                member,
                Some(standing(Privacy::Private, member, false)),
                Kind::Mention,
                false,
            ),
            (
                member,
                Some(standing(Privacy::Private, member, false)),
                Kind::SuggestionTaken,
                false,
            ),
            (
                member,
                Some(standing(Privacy::Community, member, true)),
                Kind::Reply,
                false,
            ),
            (member, None, Kind::Reply, false),
            (member, None, Kind::RoleChanged, true),
            (None, None, Kind::RoleChanged, false),
            (member, None, Kind::SubGroupJoined, true),
            (Some(Role::Guest), None, Kind::SubGroupJoined, false),
            (Some(Role::Deputy), None, Kind::AsksToJoin, true),
            (member, None, Kind::AsksToJoin, false),
        ];
        for (role, document, kind, expected) in cases {
            assert_eq!(
                sight(role, document).shows(kind),
                expected,
                "{role:?} {kind:?}"
            );
        }
        let answered = Sight {
            is_asking: false,
            ..sight(Some(Role::Leader), None)
        };
        assert!(!answered.shows(Kind::AsksToJoin));
    }

    #[test]
    fn an_id_tells_people_and_causes_apart() {
        let (anna, bert) = (AccountId::new(), AccountId::new());
        assert_eq!(notification_id(anna, "x"), notification_id(anna, "x"));
        assert_ne!(notification_id(anna, "x"), notification_id(bert, "x"));
        assert_ne!(notification_id(anna, "x"), notification_id(anna, "y"));
    }
}
