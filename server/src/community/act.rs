//! Every act of governance, with its stable word and what the ledger keeps of it.
//!
//! The ledger names people by their ids and never by their names or addresses: a name may have to be forgotten, a ledger
//! cannot forget. A document is named by its name on the wire. An act on a private document is not here before the
//! document is open to the community: that it exists is its maker's own affair.

use consilium_model::access::{Participation, Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use serde_json::{Map, Value};

use super::inactivity::Rule;
use crate::export::chronicle::LedgerFound;
use crate::publication::rules::Step;
use crate::rounds::rules::Anonymity;
use crate::store::branches::Part;
use crate::store::for_good::Afterwards;
use crate::store::portal_ids::{
    AccountId, InvitationId, MeetingId, PublicationId, RoundId, SubGroupId,
};

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
        /// When the guests that it lets in are to be gone.
        until_ms: Option<i64>,
        /// How many documents it grants them.
        documents: usize,
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
    /// Somebody has another name. Neither is here: a name may have to be forgotten.
    MemberRenamed,
    /// A document was begun.
    DocumentCreated {
        /// Its name.
        document: DocName,
        /// What it is open to.
        privacy: Privacy,
        /// The sub-group, where it is open to one.
        sub_group: Option<SubGroupId>,
    },
    /// A document was put into the bin.
    DocumentBinned {
        /// Its name.
        document: DocName,
    },
    /// A document was taken out of the bin.
    DocumentRestored {
        /// Its name.
        document: DocName,
    },
    /// A clinical question was put into the bin.
    QuestionBinned {
        /// Of this document.
        document: DocName,
        /// The question's name.
        question: DocName,
    },
    /// A clinical question was taken out of the bin.
    QuestionRestored {
        /// Of this document.
        document: DocName,
        /// The question's name.
        question: DocName,
    },
    /// A document was deleted for good. Its title is not here: it went with the document, and a hash of it could be guessed.
    DocumentDeletedForGood {
        /// Its name, which is never used again.
        document: DocName,
        /// Why.
        reason: String,
    },
    /// A leader made somebody leader in their own place.
    LeadershipHandedOver {
        /// Who leads now.
        member: AccountId,
        /// What they were.
        from: Role,
        /// What became of whoever handed over.
        afterwards: Afterwards,
    },
    /// What is done about members who are away.
    InactivityRuleChanged {
        /// The rule; `None` for nothing.
        rule: Option<Rule>,
    },
    /// A member who was away and did not answer stepped back, by the rule.
    SteppedBack {
        /// Who.
        member: AccountId,
        /// What they were.
        role: Role,
    },
    /// Whoever was deputy longest leads in place of a leader who stepped back, by the rule.
    LeadershipPassed {
        /// Who.
        member: AccountId,
    },
    /// The operator of the server did something to a member's account.
    OperatorActed {
        /// Whose.
        member: AccountId,
        /// What: a word.
        deed: &'static str,
    },
    /// A leader had a link made with which a member sets a new password.
    PasswordLinkMade {
        /// Whose.
        member: AccountId,
        /// Whether it went to the member by mail; otherwise the leader has seen it.
        is_mailed: bool,
    },
    /// Somebody who had stepped back is back.
    CameBack {
        /// As this.
        role: Role,
    },
    /// A comment of somebody's was taken away. Its words are not here.
    CommentTakenAway {
        /// The document.
        document: DocName,
        /// Whose comment it was, where that is known.
        member: Option<AccountId>,
        /// Why.
        reason: String,
    },
    /// A document is open to others than before.
    PrivacyChanged {
        /// Its name.
        document: DocName,
        /// Before.
        from: Privacy,
        /// Now.
        to: Privacy,
        /// The sub-group, where it is open to one now.
        sub_group: Option<SubGroupId>,
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
        /// The last hash of the ledger that it came with, where that is whole.
        ledger_head: Option<String>,
        /// What became of following that ledger.
        ledger: LedgerFound,
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
        /// When it ends.
        until_ms: Option<i64>,
    },
    /// Somebody who had asked to join was let in.
    RequestAccepted {
        /// Who.
        member: AccountId,
        /// As this.
        role: Role,
        /// Whether they had been removed before.
        was_removed: bool,
    },
    /// Somebody who had asked to join was not let in.
    RequestDeclined {
        /// Who.
        member: AccountId,
    },
    /// Somebody came in where everybody may.
    JoinedFreely {
        /// As this.
        role: Role,
    },
    /// Some members made a group of their own.
    SubGroupMade {
        /// The sub-group.
        sub_group: SubGroupId,
        /// What it is called.
        name: String,
        /// How many are in it, with whoever made it.
        members: i64,
    },
    /// A member was taken into a sub-group.
    SubGroupJoined {
        /// The sub-group.
        sub_group: SubGroupId,
        /// What it is called.
        name: String,
        /// Who.
        member: AccountId,
    },
    /// A member left a sub-group.
    SubGroupLeft {
        /// The sub-group.
        sub_group: SubGroupId,
        /// What it is called.
        name: String,
    },
    /// A suggestion was taken into its document.
    BranchMerged {
        /// The document.
        document: DocName,
        /// The branch.
        branch: DocName,
        /// Whose suggestion it is.
        member: AccountId,
        /// How much of it.
        part: Part,
    },
    /// A suggestion was not taken.
    BranchDiscarded {
        /// The document.
        document: DocName,
        /// The branch.
        branch: DocName,
        /// Whose suggestion it is.
        member: AccountId,
    },
    /// A suggestion that was discarded is open again.
    BranchReopened {
        /// The document.
        document: DocName,
        /// The branch.
        branch: DocName,
        /// Whose suggestion it is.
        member: AccountId,
    },
    /// A text was put to the vote. What was asked is not here: it may have to be forgotten with the document.
    RoundOpened {
        /// The round.
        round: RoundId,
        /// The document.
        document: DocName,
        /// The canonical text of the rule.
        rule: String,
        /// Whether names are kept.
        anonymity: Anonymity,
        /// How many may vote.
        eligible: u32,
        /// How many are recused.
        recused: u32,
        /// When its time is over.
        closes_at_ms: i64,
    },
    /// A round was counted.
    RoundClosed {
        /// The round.
        round: RoundId,
        /// The document.
        document: DocName,
        /// The word of the verdict.
        verdict: String,
        /// How many might vote.
        eligible: u32,
        /// How many did.
        voted: u32,
    },
    /// A round was ended without counting.
    RoundVoided {
        /// The round.
        round: RoundId,
        /// The document.
        document: DocName,
        /// Why.
        reason: String,
    },
    /// A step on the way of a version that is signed and published.
    Publication {
        /// The version.
        publication: PublicationId,
        /// The document.
        document: DocName,
        /// Which step.
        step: Step,
    },
    /// Somebody declared their interests. What they are is not here: it may have to be forgotten.
    InterestsDeclared {
        /// How many.
        entries: usize,
    },
    /// Somebody's interests were judged.
    InterestsJudged {
        /// The document.
        document: DocName,
        /// The question, where it is about one.
        question: Option<DocName>,
        /// Whose.
        member: AccountId,
        /// How far they take part from now on.
        verdict: Participation,
        /// Why.
        reason: String,
    },
    /// A meeting was planned.
    MeetingPlanned {
        /// The meeting.
        meeting: MeetingId,
        /// What it is called.
        title: String,
        /// When it is to begin.
        starts_at_ms: Option<i64>,
    },
    /// A meeting that was planned is not held.
    MeetingCancelled {
        /// The meeting.
        meeting: MeetingId,
        /// What it was called.
        title: String,
    },
    /// A meeting began.
    MeetingOpened {
        /// The meeting.
        meeting: MeetingId,
        /// What it is called.
        title: String,
    },
    /// A meeting ended.
    MeetingEnded {
        /// The meeting.
        meeting: MeetingId,
        /// What it is called.
        title: String,
    },
    /// Somebody was put out of a meeting by its chair.
    ParticipantRemoved {
        /// The meeting.
        meeting: MeetingId,
        /// What it is called.
        title: String,
        /// Who.
        member: AccountId,
        /// Why.
        reason: String,
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
            Self::MemberRenamed => "member-renamed",
            Self::DocumentCreated { .. } => "document-created",
            Self::DocumentBinned { .. } => "document-binned",
            Self::DocumentRestored { .. } => "document-restored",
            Self::QuestionBinned { .. } => "question-binned",
            Self::QuestionRestored { .. } => "question-restored",
            Self::DocumentDeletedForGood { .. } => "document-deleted-for-good",
            Self::LeadershipHandedOver { .. } => "leadership-handed-over",
            Self::InactivityRuleChanged { .. } => "inactivity-rule-changed",
            Self::SteppedBack { .. } => "member-stepped-back",
            Self::LeadershipPassed { .. } => "leadership-passed",
            Self::OperatorActed { .. } => "operator-acted",
            Self::PasswordLinkMade { .. } => "password-link-made",
            Self::CameBack { .. } => "member-came-back",
            Self::CommentTakenAway { .. } => "comment-taken-away",
            Self::PrivacyChanged { .. } => "privacy-changed",
            Self::Exported { .. } => "community-exported",
            Self::Imported { .. } => "community-imported",
            Self::AccessGranted { .. } => "access-granted",
            Self::BranchMerged { .. } => "suggestion-merged",
            Self::BranchDiscarded { .. } => "suggestion-discarded",
            Self::BranchReopened { .. } => "suggestion-reopened",
            Self::RoundOpened { .. } => "round-opened",
            Self::RoundClosed { .. } => "round-closed",
            Self::RoundVoided { .. } => "round-voided",
            Self::Publication { step, .. } => step.word(),
            Self::RequestAccepted { .. } => "request-accepted",
            Self::RequestDeclined { .. } => "request-declined",
            Self::JoinedFreely { .. } => "member-joined-freely",
            Self::SubGroupMade { .. } => "sub-group-made",
            Self::SubGroupJoined { .. } => "sub-group-joined",
            Self::SubGroupLeft { .. } => "sub-group-left",
            Self::InterestsDeclared { .. } => "interests-declared",
            Self::InterestsJudged { .. } => "interests-judged",
            Self::MeetingPlanned { .. } => "meeting-planned",
            Self::MeetingCancelled { .. } => "meeting-cancelled",
            Self::MeetingOpened { .. } => "meeting-opened",
            Self::MeetingEnded { .. } => "meeting-ended",
            Self::ParticipantRemoved { .. } => "participant-removed",
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
                until_ms,
                documents,
            } => [
                ("invitation", invitation.to_string().into()),
                ("role", role.word().into()),
                ("expiresAt", (*expires_at_ms).into()),
                ("usesMax", (*uses_max).into()),
            ]
            .into_iter()
            .chain(until_ms.map(|until| ("until", until.into())))
            .chain((*documents > 0).then(|| ("documents", (*documents).into())))
            .collect(),
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
            Self::OperatorActed { member, deed } => vec![
                ("member", member.to_string().into()),
                ("deed", (*deed).into()),
            ],
            Self::PasswordLinkMade { member, is_mailed } => vec![
                ("member", member.to_string().into()),
                ("way", if *is_mailed { "mail" } else { "hand" }.into()),
            ],
            Self::MemberLeft { role } => vec![("role", role.word().into())],
            Self::MemberRenamed => Vec::new(),
            Self::DocumentCreated {
                document,
                privacy,
                sub_group,
            } => [
                ("document", document.as_str().into()),
                ("privacy", privacy.word().into()),
            ]
            .into_iter()
            .chain(sub_group.map(|group| ("subGroup", group.to_string().into())))
            .collect(),
            Self::PrivacyChanged {
                document,
                from,
                to,
                sub_group,
                reason,
            } => [
                ("document", document.as_str().into()),
                ("from", from.word().into()),
                ("to", to.word().into()),
                ("reason", reason.as_deref().into()),
            ]
            .into_iter()
            .chain(sub_group.map(|group| ("subGroup", group.to_string().into())))
            .collect(),
            Self::DocumentBinned { document } | Self::DocumentRestored { document } => {
                vec![("document", document.as_str().into())]
            }
            Self::QuestionBinned { document, question }
            | Self::QuestionRestored { document, question } => vec![
                ("document", document.as_str().into()),
                ("question", question.as_str().into()),
            ],
            Self::DocumentDeletedForGood { document, reason } => vec![
                ("document", document.as_str().into()),
                ("reason", reason.as_str().into()),
            ],
            Self::CommentTakenAway {
                document,
                member,
                reason,
            } => vec![
                ("document", document.as_str().into()),
                ("member", member.map(|member| member.to_string()).into()),
                ("reason", reason.as_str().into()),
            ],
            Self::LeadershipHandedOver {
                member,
                from,
                afterwards,
            } => vec![
                ("member", member.to_string().into()),
                ("from", from.word().into()),
                ("afterwards", afterwards.word().into()),
            ],
            Self::InactivityRuleChanged { rule } => vec![
                ("askAfterDays", rule.map(|rule| rule.ask_after_days).into()),
                (
                    "stepBackAfterDays",
                    rule.map(|rule| rule.step_back_after_days).into(),
                ),
            ],
            Self::SteppedBack { member, role } => vec![
                ("member", member.to_string().into()),
                ("role", role.word().into()),
            ],
            Self::LeadershipPassed { member } => vec![("member", member.to_string().into())],
            Self::CameBack { role } => vec![("role", role.word().into())],
            Self::Exported { documents } => vec![("documents", (*documents).into())],
            Self::Imported {
                exported_at_ms,
                ledger_head,
                ledger,
                documents,
            } => [
                ("exportedAt", (*exported_at_ms).into()),
                ("ledgerHead", ledger_head.as_deref().into()),
                ("documents", (*documents).into()),
            ]
            .into_iter()
            .chain((*ledger != LedgerFound::Whole).then(|| ("ledger", ledger.word().into())))
            .collect(),
            Self::AccessGranted {
                document,
                member,
                access,
                until_ms,
            } => [
                ("document", document.as_str().into()),
                ("member", member.to_string().into()),
                ("access", access_word(*access).into()),
            ]
            .into_iter()
            .chain(until_ms.map(|until| ("until", until.into())))
            .collect(),
            Self::RoundOpened {
                round,
                document,
                rule,
                anonymity,
                eligible,
                recused,
                closes_at_ms,
            } => vec![
                ("round", round.to_string().into()),
                ("document", document.as_str().into()),
                ("rule", rule.as_str().into()),
                ("anonymity", anonymity.word().into()),
                ("eligible", (*eligible).into()),
                ("recused", (*recused).into()),
                ("closesAt", (*closes_at_ms).into()),
            ],
            Self::RoundClosed {
                round,
                document,
                verdict,
                eligible,
                voted,
            } => vec![
                ("round", round.to_string().into()),
                ("document", document.as_str().into()),
                ("verdict", verdict.as_str().into()),
                ("eligible", (*eligible).into()),
                ("voted", (*voted).into()),
            ],
            Self::RoundVoided {
                round,
                document,
                reason,
            } => vec![
                ("round", round.to_string().into()),
                ("document", document.as_str().into()),
                ("reason", reason.as_str().into()),
            ],
            Self::Publication {
                publication,
                document,
                step,
            } => {
                let mut pairs = vec![
                    ("publication", publication.to_string().into()),
                    ("document", document.as_str().into()),
                ];
                pairs.extend(step.detail());
                pairs
            }
            Self::RequestAccepted {
                member,
                role,
                was_removed,
            } => [
                ("member", member.to_string().into()),
                ("role", role.word().into()),
            ]
            .into_iter()
            .chain(was_removed.then(|| ("before", "removed".into())))
            .collect(),
            Self::RequestDeclined { member } => vec![("member", member.to_string().into())],
            Self::JoinedFreely { role } => vec![("role", role.word().into())],
            Self::SubGroupMade {
                sub_group,
                name,
                members,
            } => vec![
                ("subGroup", sub_group.to_string().into()),
                ("name", name.as_str().into()),
                ("members", (*members).into()),
            ],
            Self::SubGroupJoined {
                sub_group,
                name,
                member,
            } => vec![
                ("subGroup", sub_group.to_string().into()),
                ("name", name.as_str().into()),
                ("member", member.to_string().into()),
            ],
            Self::SubGroupLeft { sub_group, name } => vec![
                ("subGroup", sub_group.to_string().into()),
                ("name", name.as_str().into()),
            ],
            Self::BranchMerged {
                document,
                branch,
                member,
                part,
            } => vec![
                ("document", document.as_str().into()),
                ("branch", branch.as_str().into()),
                ("member", member.to_string().into()),
                ("part", part.word().into()),
            ],
            Self::BranchDiscarded {
                document,
                branch,
                member,
            }
            | Self::BranchReopened {
                document,
                branch,
                member,
            } => vec![
                ("document", document.as_str().into()),
                ("branch", branch.as_str().into()),
                ("member", member.to_string().into()),
            ],
            Self::InterestsDeclared { entries } => vec![("entries", (*entries).into())],
            Self::InterestsJudged {
                document,
                question,
                member,
                verdict,
                reason,
            } => [
                ("document", document.as_str().into()),
                ("member", member.to_string().into()),
                ("verdict", verdict.word().into()),
                ("reason", reason.as_str().into()),
            ]
            .into_iter()
            .chain(
                question
                    .as_ref()
                    .map(|question| ("question", question.as_str().into())),
            )
            .collect(),
            Self::MeetingPlanned {
                meeting,
                title,
                starts_at_ms,
            } => vec![
                ("meeting", meeting.to_string().into()),
                ("title", title.as_str().into()),
                ("startsAt", (*starts_at_ms).into()),
            ],
            Self::MeetingCancelled { meeting, title }
            | Self::MeetingOpened { meeting, title }
            | Self::MeetingEnded { meeting, title } => vec![
                ("meeting", meeting.to_string().into()),
                ("title", title.as_str().into()),
            ],
            Self::ParticipantRemoved {
                meeting,
                title,
                member,
                reason,
            } => vec![
                ("meeting", meeting.to_string().into()),
                ("title", title.as_str().into()),
                ("member", member.to_string().into()),
                ("reason", reason.as_str().into()),
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
