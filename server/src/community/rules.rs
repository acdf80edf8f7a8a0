//! Who may do what to whom in a community: one table, asked inside the transaction of every act.
//!
//! What somebody may do with a *document* is another question, answered by [`consilium_model::access`]; here is who
//! governs. Two rules hold whoever acts: a community always keeps a leader whose term has no end, and opening a document
//! further takes a leader and a reason, because what was read cannot be taken back.

use consilium_model::access::{Privacy, Role};

use super::wording::JoinPolicy;

/// Something that a member does in a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See who is in it.
    SeeMembers,
    /// See how to reach them.
    SeeEmails,
    /// Read the ledger.
    ReadLedger,
    /// Take away what they may read.
    Export,
    /// Begin a document.
    CreateDocuments,
    /// Change name, description, colour and the privacy that new documents begin with.
    ChangeCommunity,
    /// See the invitations that are open.
    SeeInvitations,
    /// Invite somebody as this, or withdraw such an invitation.
    Invite(Role),
    /// Give another role or term, or remove somebody else.
    ChangeMembers,
    /// Have a link made with which somebody else in it sets a new password.
    MakePasswordLinks,
    /// Let a guest read or write any document that they can read themselves.
    GrantAccess,
    /// See the sub-groups, and make one.
    UseSubGroups,
    /// See who asked to join, and decide about it.
    DecideRequests,
    /// Take a comment of somebody's away.
    TakeCommentsAway,
    /// Put a text to the vote, and end that.
    OpenRounds,
    /// Have a version signed, publish it, and withdraw it.
    Publish,
    /// Declare interests of one's own.
    DeclareInterests,
    /// See what others declare.
    SeeInterests,
    /// Judge what others declare.
    JudgeInterests,
    /// Be in its meetings.
    Meet,
    /// Plan a meeting that somebody leads.
    PlanMeetings,
    /// Plan a meeting of peers.
    PlanPeerMeetings,
    /// Vote in its meetings.
    Vote,
}

/// Whether a member of this role may do this.
#[must_use]
pub const fn may(role: Role, deed: Deed) -> bool {
    match deed {
        // Whoever is in a meeting sees who else is.
        Deed::SeeMembers | Deed::Meet | Deed::DeclareInterests => !matches!(role, Role::Listener),
        Deed::ReadLedger
        | Deed::SeeInterests
        | Deed::Export
        | Deed::CreateDocuments
        | Deed::UseSubGroups
        | Deed::PlanPeerMeetings
        | Deed::Vote => role.belongs(),
        Deed::SeeEmails
        | Deed::ChangeCommunity
        | Deed::SeeInvitations
        | Deed::GrantAccess
        | Deed::DecideRequests
        | Deed::TakeCommentsAway
        | Deed::PlanMeetings
        | Deed::JudgeInterests
        | Deed::OpenRounds
        | Deed::Publish => governs(role),
        // Whoever could make leaders would be one.
        Deed::Invite(Role::Leader) | Deed::ChangeMembers | Deed::MakePasswordLinks => {
            matches!(role, Role::Leader)
        }
        Deed::Invite(_) => governs(role),
    }
}

/// What a leader may know of an account before a link for its password is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkWanted {
    /// What its owner is in the community.
    pub role: Role,
    /// Whether it is the leader's own.
    pub is_own: bool,
    /// Whether nobody can sign in with it.
    pub is_locked: bool,
    /// Whether it opens more than this community: another one, or a way past the provider by
    /// which its owner signs in.
    pub opens_more: bool,
    /// Whether the link goes to its owner by mail, past the leader.
    pub is_mailed: bool,
}

/// Whether a leader may have the link made. Whoever sees it can be its owner: it must open nothing that the leader does
/// not govern, and no leader becomes another one by it.
#[must_use]
pub const fn may_link(wanted: LinkWanted) -> bool {
    !wanted.is_own
        && !wanted.is_locked
        && (wanted.is_mailed || !wanted.opens_more && !matches!(wanted.role, Role::Leader))
}

const fn governs(role: Role) -> bool {
    matches!(role, Role::Leader | Role::Deputy)
}

/// Whether the community still has a leader for good after one member's role and term become these (`None`: the member
/// goes). `others` is how many other leaders have a term without end.
#[must_use]
pub fn stays_led(others: u64, becomes: Option<(Role, Option<i64>)>) -> bool {
    others > 0 || matches!(becomes, Some((Role::Leader, None)))
}

/// The role of a member who takes an invitation: never less than before.
#[must_use]
pub fn role_after_joining(before: Option<Role>, invited_as: Role) -> Role {
    // The most trusted role comes first.
    before.map_or(invited_as, |role| role.min(invited_as))
}

/// How somebody stands to a document whose privacy is to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opener {
    /// In the document's community.
    pub role: Option<Role>,
    /// Whether they made it.
    pub is_creator: bool,
}

/// What a change of privacy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// None at all.
    Same,
    /// Fewer people read it.
    Narrower,
    /// More people read it.
    Wider,
}

/// What a change from one level to another is.
#[must_use]
pub fn change(from: Privacy, to: Privacy) -> Change {
    match to.cmp(&from) {
        std::cmp::Ordering::Less => Change::Narrower,
        std::cmp::Ordering::Equal => Change::Same,
        std::cmp::Ordering::Greater => Change::Wider,
    }
}

/// Whether they may change the privacy in this way. Asked only of those who can read the document.
#[must_use]
pub fn may_change_privacy(who: Opener, from: Privacy, to: Privacy) -> bool {
    let leads = who.role == Some(Role::Leader);
    let made_it = who.is_creator && who.role.is_some_and(Role::belongs);
    match change(from, to) {
        Change::Same => leads || made_it,
        // To narrow a document to oneself is for whoever made it: anybody else would lock themselves out.
        Change::Narrower => made_it || (leads && to != Privacy::Private),
        // Nobody but its maker reads a private draft, and no leader need be in a sub-group: somebody has to be able to
        // lay it before the community.
        Change::Wider => {
            leads || (made_it && from <= Privacy::SubGroup && to <= Privacy::Community)
        }
    }
}

/// Whether a member of this role may begin a document that is open this far, where the community's documents begin with
/// `default`. Beyond the community and what its leaders decided, that is a leader's decision as opening further is.
#[must_use]
pub fn may_begin(role: Role, privacy: Privacy, default: Privacy) -> bool {
    role == Role::Leader || privacy <= default.max(Privacy::Community)
}

/// Whether a member of this role may let new documents begin open this far.
#[must_use]
pub fn may_default_to(role: Role, privacy: Privacy) -> bool {
    may_begin(role, privacy, Privacy::Community)
}

/// Whether a member of this role may let people come in this way from now on. An open door opens every document that the
/// community has, so that is for leaders; shutting it is for all who look after the community.
#[must_use]
pub fn may_let_in(role: Role, policy: JoinPolicy) -> bool {
    role == Role::Leader || policy == JoinPolicy::Invitation
}

/// Whether they may grant others access to the document by name. Asked only of those who can read it.
#[must_use]
pub fn may_grant(who: Opener) -> bool {
    who.role
        .is_some_and(|role| may(role, Deed::GrantAccess) || (who.is_creator && role.belongs()))
}

/// Whether they may delete the document for good. Asked only of those who can read it. A draft is its maker's own affair;
/// what more people could read once (`was_open`) is the community's, also while its maker keeps it to themselves.
#[must_use]
pub fn may_delete_for_good(who: Opener, privacy: Privacy, was_open: bool) -> bool {
    let leads = who.role == Some(Role::Leader);
    let made_it = who.is_creator && who.role.is_some_and(Role::belongs);
    match privacy {
        Privacy::Private => made_it && (leads || !was_open),
        Privacy::SubGroup | Privacy::Community | Privacy::Portal | Privacy::Public => leads,
    }
}

/// Whether leadership can be handed to somebody of this role: to who knows the community from within, and does not lead
/// it already.
#[must_use]
pub fn may_take_over(role: Role) -> bool {
    matches!(role, Role::Deputy | Role::Member)
}

/// Levels that a community's new documents can begin with by themselves. To a sub-group a document is opened by name,
/// and to strangers by a decision about that document.
pub const OFFERED: [Privacy; 3] = [Privacy::Private, Privacy::Community, Privacy::Portal];

/// Whether there is a level that they may narrow the document to.
#[must_use]
pub fn may_narrow(who: Opener, from: Privacy) -> bool {
    may_go(who, from, Change::Narrower)
}

/// Whether there is a level that they may open the document to.
#[must_use]
pub fn may_widen(who: Opener, from: Privacy) -> bool {
    may_go(who, from, Change::Wider)
}

fn may_go(who: Opener, from: Privacy, way: Change) -> bool {
    Privacy::ALL
        .into_iter()
        .any(|to| change(from, to) == way && may_change_privacy(who, from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row for each deed; a column for each role, as [`Role::ALL`] has them.
    #[test]
    fn each_role_may_do_what_the_table_says() {
        let table: &[(Deed, &str)] = &[
            (Deed::SeeMembers, "yyyy-"),
            (Deed::SeeEmails, "yy---"),
            (Deed::ReadLedger, "yyy--"),
            (Deed::CreateDocuments, "yyy--"),
            (Deed::ChangeCommunity, "yy---"),
            (Deed::SeeInvitations, "yy---"),
            (Deed::Invite(Role::Leader), "y----"),
            (Deed::Invite(Role::Deputy), "yy---"),
            (Deed::Invite(Role::Member), "yy---"),
            (Deed::Invite(Role::Guest), "yy---"),
            (Deed::Invite(Role::Listener), "yy---"),
            (Deed::ChangeMembers, "y----"),
            (Deed::GrantAccess, "yy---"),
            (Deed::UseSubGroups, "yyy--"),
            (Deed::DecideRequests, "yy---"),
            (Deed::TakeCommentsAway, "yy---"),
            (Deed::Publish, "yy---"),
            (Deed::DeclareInterests, "yyyy-"),
            (Deed::SeeInterests, "yyy--"),
            (Deed::JudgeInterests, "yy---"),
            (Deed::Meet, "yyyy-"),
            (Deed::PlanMeetings, "yy---"),
            (Deed::PlanPeerMeetings, "yyy--"),
            (Deed::Vote, "yyy--"),
        ];
        for (deed, expected) in table {
            let found: String = Role::ALL
                .map(|role| if may(role, *deed) { 'y' } else { '-' })
                .iter()
                .collect();
            assert_eq!(found, *expected, "{deed:?}");
        }
    }

    #[test]
    fn a_community_is_never_without_a_leader_for_good() {
        for (others, becomes, expected) in [
            (0, None, false),
            (0, Some((Role::Deputy, None)), false),
            (0, Some((Role::Leader, Some(5))), false),
            (0, Some((Role::Leader, None)), true),
            (1, None, true),
            (1, Some((Role::Listener, Some(5))), true),
        ] {
            assert_eq!(stays_led(others, becomes), expected, "{others} {becomes:?}");
        }
    }

    #[test]
    fn an_invitation_never_lowers_a_role() {
        for (before, invited, expected) in [
            (None, Role::Guest, Role::Guest),
            (Some(Role::Guest), Role::Member, Role::Member),
            (Some(Role::Leader), Role::Member, Role::Leader),
            (Some(Role::Member), Role::Member, Role::Member),
            (Some(Role::Listener), Role::Guest, Role::Guest),
        ] {
            assert_eq!(role_after_joining(before, invited), expected);
        }
    }

    #[test]
    fn whoever_made_a_document_narrows_it_and_leaders_open_it_further() {
        use Privacy::{Community, Portal, Private, Public, SubGroup};
        let leader = (Some(Role::Leader), false);
        let founder = (Some(Role::Leader), true);
        let author = (Some(Role::Member), true);
        let deputy = (Some(Role::Deputy), false);
        let was_here = (None, true);
        let guest = (Some(Role::Guest), true);
        for (who, from, to, expected) in [
            (leader, Community, Portal, true),
            (leader, Portal, Community, true),
            (leader, Community, Private, false),
            (founder, Community, Private, true),
            (founder, Private, Portal, true),
            (author, Community, Private, true),
            (author, Portal, Community, true),
            (author, Community, Portal, false),
            (author, Private, Community, true),
            (author, Private, Portal, false),
            (author, Private, SubGroup, true),
            (author, SubGroup, Community, true),
            (author, SubGroup, Portal, false),
            (author, SubGroup, SubGroup, true),
            (leader, Community, SubGroup, true),
            (leader, SubGroup, Community, true),
            (leader, Portal, Public, true),
            (author, Community, Public, false),
            (author, Public, Portal, true),
            (deputy, SubGroup, Community, false),
            (deputy, Portal, Community, false),
            (deputy, Community, Portal, false),
            (was_here, Community, Private, false),
            (was_here, Private, Community, false),
            (guest, Private, Community, false),
            (author, Community, Community, true),
            (deputy, Community, Community, false),
        ] {
            let opener = Opener {
                role: who.0,
                is_creator: who.1,
            };
            assert_eq!(
                may_change_privacy(opener, from, to),
                expected,
                "{opener:?}: {from:?} to {to:?}"
            );
        }
    }

    #[test]
    fn what_is_offered_is_what_is_allowed() {
        let author = Opener {
            role: Some(Role::Member),
            is_creator: true,
        };
        assert!(may_narrow(author, Privacy::Community) && !may_widen(author, Privacy::Community));
        assert!(!may_narrow(author, Privacy::Private) && may_widen(author, Privacy::Private));
        let leader = Opener {
            role: Some(Role::Leader),
            is_creator: false,
        };
        assert!(!may_narrow(leader, Privacy::SubGroup) && may_widen(leader, Privacy::Community));
        assert!(may_narrow(leader, Privacy::Public) && !may_widen(leader, Privacy::Public));
    }

    #[test]
    fn those_who_govern_and_whoever_made_a_document_grant_access_to_it() {
        for (role, is_creator, expected) in [
            (Some(Role::Leader), false, true),
            (Some(Role::Deputy), false, true),
            (Some(Role::Member), false, false),
            (Some(Role::Member), true, true),
            (Some(Role::Guest), true, false),
            (Some(Role::Listener), true, false),
            (None, true, false),
        ] {
            let opener = Opener { role, is_creator };
            assert_eq!(may_grant(opener), expected, "{opener:?}");
        }
    }

    #[test]
    fn leaders_delete_for_good_and_a_draft_is_its_makers() {
        use Privacy::{Community, Private, Public, SubGroup};
        let leader = (Some(Role::Leader), false);
        let founder = (Some(Role::Leader), true);
        let deputy = (Some(Role::Deputy), false);
        let author = (Some(Role::Member), true);
        let guest = (Some(Role::Guest), true);
        let stranger = (None, true);
        for (who, privacy, was_open, expected) in [
            (leader, Community, true, true),
            (leader, SubGroup, true, true),
            (leader, Public, true, true),
            (leader, Private, true, false),
            (deputy, Community, true, false),
            (author, Community, true, false),
            (author, Private, false, true),
            (author, Private, true, false),
            (founder, Private, true, true),
            (guest, Private, false, false),
            (stranger, Private, false, false),
        ] {
            let opener = Opener {
                role: who.0,
                is_creator: who.1,
            };
            let may = may_delete_for_good(opener, privacy, was_open);
            assert_eq!(may, expected, "{opener:?} {privacy:?} {was_open}");
        }
    }

    #[test]
    fn who_takes_over_knows_the_community_and_does_not_lead_it() {
        let may: Vec<Role> = Role::ALL
            .into_iter()
            .filter(|role| may_take_over(*role))
            .collect();
        assert_eq!(may, [Role::Deputy, Role::Member]);
    }

    #[test]
    fn a_link_that_its_maker_sees_is_for_those_whom_they_alone_lead() {
        let member = LinkWanted {
            role: Role::Member,
            is_own: false,
            is_locked: false,
            opens_more: false,
            is_mailed: false,
        };
        for role in Role::ALL {
            let wanted = LinkWanted { role, ..member };
            assert_eq!(may_link(wanted), role != Role::Leader, "{role:?}");
        }
        let more = LinkWanted {
            opens_more: true,
            ..member
        };
        assert!(!may_link(more));
        assert!(may_link(LinkWanted {
            role: Role::Leader,
            is_mailed: true,
            ..more
        }));
        for never in [
            LinkWanted {
                is_own: true,
                ..member
            },
            LinkWanted {
                is_locked: true,
                ..member
            },
        ] {
            assert!(!may_link(never));
            assert!(!may_link(LinkWanted {
                is_mailed: true,
                ..never
            }));
        }
    }
}
