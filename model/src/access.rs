//! Who may do what with a document: one pure function of the community's decisions (I3).
//!
//! A document belongs to a community, which decides how far it is open ([`Privacy`]); a person has a [`Role`] there, or
//! none. Nobody else has a say: the organiser who runs the server has no role by that, and a listener, the role made
//! for an organiser, reads nothing but what is open to the whole portal (D17). The table in docs/access.md is the rule
//! in words; a test holds this function to it, line by line.
//!
//! Knows no time: whoever asks leaves out roles and grants whose term is over.

use consilium_protocol::ids::Access;

/// What a person is in a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers for the community: members, roles, its look, and how far documents are open.
    Leader,
    /// Does a leader's daily work, and stands ready to take over.
    Deputy,
    /// Writes.
    Member,
    /// An expert from outside, for the documents that they were asked about.
    Guest,
    /// An organiser who may know that the community exists.
    Listener,
}

impl Role {
    /// All roles, the most trusted first.
    pub const ALL: [Self; 5] = [
        Self::Leader,
        Self::Deputy,
        Self::Member,
        Self::Guest,
        Self::Listener,
    ];

    /// The stable word for storage and REST.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Deputy => "deputy",
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Listener => "listener",
        }
    }

    /// Reads a [`Role::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether this role belongs to the community, so that its own texts are theirs.
    #[must_use]
    pub const fn belongs(self) -> bool {
        matches!(self, Self::Leader | Self::Deputy | Self::Member)
    }
}

/// How far a document is open. Ordered: each level includes the readers of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privacy {
    /// To whoever made it.
    Private,
    /// To a sub-group of the community.
    SubGroup,
    /// To the community.
    Community,
    /// To everybody with an account: the shared library.
    Portal,
    /// To everybody.
    Public,
}

impl Privacy {
    /// All levels, the narrowest first.
    pub const ALL: [Self; 5] = [
        Self::Private,
        Self::SubGroup,
        Self::Community,
        Self::Portal,
        Self::Public,
    ];

    /// The stable word for storage and REST.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::SubGroup => "sub-group",
            Self::Community => "community",
            Self::Portal => "portal",
            Self::Public => "public",
        }
    }

    /// Reads a [`Privacy::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|privacy| privacy.word() == word)
    }
}

/// How far somebody takes part in the work on a document or a clinical question, as others judged their interests. Ordered:
/// each leaves less than the one before it, and none gives anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Participation {
    /// As anybody.
    #[default]
    Full,
    /// Says what they think, and neither writes nor votes.
    Discusses,
    /// Is not there. Of a document as a whole they read the text, as everybody would whom nobody asked about it.
    Excluded,
}

impl Participation {
    /// All, the least narrow first.
    pub const ALL: [Self; 3] = [Self::Full, Self::Discusses, Self::Excluded];

    /// The stable word for storage and REST.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Discusses => "discusses",
            Self::Excluded => "excluded",
        }
    }

    /// Reads a [`Participation::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }

    /// What is left of what somebody might do with a text.
    #[must_use]
    pub fn of_text(self, granted: Access) -> Access {
        match self {
            Self::Full => granted,
            Self::Discusses => granted.min(Access::Comment),
            Self::Excluded => granted.min(Access::Read),
        }
    }

    /// What is left of what somebody might do with the work on it: questions, discussion, history, suggestions, votes.
    #[must_use]
    pub fn of_work(self, granted: Access) -> Access {
        match self {
            Self::Full => granted,
            Self::Discusses => granted.min(Access::Comment),
            Self::Excluded => Access::None,
        }
    }
}

/// How somebody with an account stands to one document, as of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// In the community that the document belongs to; `None` for a stranger.
    pub role: Option<Role>,
    /// Whether they made the document.
    pub is_creator: bool,
    /// Whether they are in the sub-group to which the document is open.
    pub is_in_sub_group: bool,
    /// What they were granted for this document by name.
    pub grant: Option<Access>,
    /// How far they take part in it.
    pub participation: Participation,
}

/// What somebody with an account may do with a document.
#[must_use]
pub fn access(privacy: Privacy, standing: &Standing) -> Access {
    let open_to_all = match privacy {
        Privacy::Portal | Privacy::Public => Access::Read,
        Privacy::Private | Privacy::SubGroup | Privacy::Community => Access::None,
    };
    let granted = by_community(privacy, standing).max(open_to_all);
    standing.participation.of_text(granted)
}

/// The same as far as it comes from the community and not from being open to everybody: what counts for whatever belongs
/// to the work on a document and not to its text. A community that shows its guideline to all shows neither who said what
/// about it, nor who wrote when.
#[must_use]
pub fn access_inside(privacy: Privacy, standing: &Standing) -> Access {
    let granted = by_community(privacy, standing);
    standing.participation.of_work(granted)
}

/// What the community decided, before anybody's interests are looked at.
fn by_community(privacy: Privacy, standing: &Standing) -> Access {
    let belongs = standing.role.is_some_and(Role::belongs);
    let by_role = match privacy {
        Privacy::Private => belongs && standing.is_creator,
        Privacy::SubGroup => belongs && standing.is_in_sub_group,
        Privacy::Community | Privacy::Portal | Privacy::Public => belongs,
    };
    if by_role {
        return Access::Write;
    }
    // Whoever narrows a document to themselves means everybody else.
    match (privacy, standing.role) {
        (Privacy::Private, _) | (_, None | Some(Role::Listener)) => Access::None,
        (_, Some(_)) => standing.grant.unwrap_or(Access::None),
    }
}

/// What somebody may do with the discussion of a document, given what they may do with the document by [`access_inside`].
/// Whoever may comment writes there; what they may do to what others wrote is [`crate::discussion`]'s business.
#[must_use]
pub const fn access_to_discussion(document: Access) -> Access {
    match document {
        Access::None => Access::None,
        Access::Read => Access::Read,
        Access::Comment | Access::Write => Access::Write,
    }
}

/// What somebody may do with a clinical question of a document, given what they may do with the document by
/// [`access_inside`] and how far they take part in this question: the same, as far as that goes. One in the bin is there
/// for those who belong to the community, as a document in the bin is.
#[must_use]
pub fn access_to_question(
    document: Access,
    participation: Participation,
    is_binned: bool,
    belongs: bool,
) -> Access {
    if is_binned && !belongs {
        Access::None
    } else {
        participation.of_work(document)
    }
}

/// What somebody without an account may do with a document.
#[must_use]
pub fn access_of_strangers(privacy: Privacy) -> Access {
    match privacy {
        Privacy::Public => Access::Read,
        Privacy::Private | Privacy::SubGroup | Privacy::Community | Privacy::Portal => Access::None,
    }
}

/// Who a branch of a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BranchKind {
    /// Its author, until they hand it in.
    Draft,
    /// Everybody who reads the document.
    Suggestion,
    /// Those who write the document, who may take it in, and its author: what somebody wrote whose access had ended when
    /// it came. Nobody chose to show it.
    LeftBehind,
}

impl BranchKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Suggestion, Self::LeftBehind];

    /// The stable word for storage and REST.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Suggestion => "suggestion",
            Self::LeftBehind => "left-behind",
        }
    }

    /// Reads a [`BranchKind::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What became of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BranchState {
    /// It is being worked on.
    Open,
    /// It is part of the document.
    Merged,
    /// It was not taken.
    Discarded,
}

impl BranchState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Open, Self::Merged, Self::Discarded];

    /// The stable word for storage and REST.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Discarded => "discarded",
        }
    }

    /// Reads a [`BranchState::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What somebody may do with a branch, given what they may do with the document that it is a branch of.
///
/// A branch holds the document's text, so nobody has more of the one than they have of the other: who loses the document
/// loses its branches, those that they made themselves included.
#[must_use]
pub fn branch_access(
    kind: BranchKind,
    state: BranchState,
    is_author: bool,
    document: Access,
) -> Access {
    let may_see = match kind {
        BranchKind::Draft => is_author,
        BranchKind::Suggestion => true,
        BranchKind::LeftBehind => is_author || matches!(document, Access::Write),
    };
    if document < Access::Read || !may_see {
        return Access::None;
    }
    match state {
        BranchState::Open if is_author || document >= Access::Write => Access::Write,
        BranchState::Open | BranchState::Merged | BranchState::Discarded => Access::Read,
    }
}

#[cfg(test)]
mod tests;
