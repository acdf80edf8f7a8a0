//! From columns to values, and the questions that every act begins with.

use consilium_model::access::{Privacy, Role};
use sqlx::Error;

use super::record::{Actor, Community, CommunityView, Decided, NamedAccount, Refusal};
use crate::community::logo::LogoHash;
use crate::community::rules::{Deed, may};
use crate::community::wording::{JoinPolicy, Language};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, RoundId, SubGroupId};
use crate::store::statements::{Row, Statements, Value, unreadable};
use crate::store::stepping_back::rule_of;

/// A word of ours in a column.
pub(in crate::store) fn word<T>(
    row: &Row,
    column: usize,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Error> {
    read(&row.text(column)?).ok_or_else(|| unreadable(column))
}

pub(in crate::store) fn role(row: &Row, column: usize) -> Result<Role, Error> {
    word(row, column, Role::from_word)
}

pub(in crate::store) fn privacy(row: &Row, column: usize) -> Result<Privacy, Error> {
    word(row, column, Privacy::from_word)
}

pub(in crate::store) fn account_id(row: &Row, column: usize) -> Result<AccountId, Error> {
    AccountId::from_bytes(row.bytes(column)?).map_err(|_| unreadable(column))
}

pub(in crate::store) fn community_id(row: &Row, column: usize) -> Result<CommunityId, Error> {
    CommunityId::from_bytes(row.bytes(column)?).map_err(|_| unreadable(column))
}

pub(in crate::store) fn invitation_id(row: &Row, column: usize) -> Result<InvitationId, Error> {
    InvitationId::from_bytes(row.bytes(column)?).map_err(|_| unreadable(column))
}

pub(in crate::store) fn round_id(row: &Row, column: usize) -> Result<RoundId, Error> {
    RoundId::from_bytes(row.bytes(column)?).map_err(|_| unreadable(column))
}

pub(in crate::store) fn sub_group_id(row: &Row, column: usize) -> Result<SubGroupId, Error> {
    maybe_sub_group_id(row, column)?.ok_or_else(|| unreadable(column))
}

pub(in crate::store) fn maybe_sub_group_id(
    row: &Row,
    column: usize,
) -> Result<Option<SubGroupId>, Error> {
    row.maybe_bytes(column)?
        .map(|bytes| SubGroupId::from_bytes(bytes).map_err(|_| unreadable(column)))
        .transpose()
}

/// The name of a picture; `None` where there is none.
pub(in crate::store) fn logo_hash(row: &Row, column: usize) -> Result<Option<LogoHash>, Error> {
    row.maybe_bytes(column)?
        .map(|bytes| {
            <[u8; 32]>::try_from(bytes)
                .map(LogoHash)
                .map_err(|_| unreadable(column))
        })
        .transpose()
}

/// An account and its name in two columns; `None` where there is none.
pub(in crate::store) fn maybe_named(
    row: &Row,
    id: usize,
    name: usize,
) -> Result<Option<NamedAccount>, Error> {
    if row.maybe_bytes(id)?.is_none() {
        return Ok(None);
    }
    Ok(Some(NamedAccount {
        id: account_id(row, id)?,
        name: row.text(name)?,
    }))
}

pub(in crate::store) fn named(row: &Row, id: usize, name: usize) -> Result<NamedAccount, Error> {
    maybe_named(row, id, name)?.ok_or_else(|| unreadable(id))
}

/// The columns that [`community_view`] reads, for the memberships of account `$1` as of `$2`.
pub(in crate::store) const VIEWS: &str = "
    SELECT c.id, c.name, c.description, c.accent, c.join_policy, c.default_privacy, c.language, c.created_at_ms, m.role,
           (SELECT count(*) FROM memberships n
            WHERE n.community = c.id AND (n.until_ms IS NULL OR n.until_ms > $2)
              AND NOT EXISTS (SELECT 1 FROM attendance s WHERE s.community = n.community AND s.account = n.account
                              AND s.stepped_back_at_ms IS NOT NULL)),
           (SELECT count(*) FROM join_requests r JOIN accounts b ON b.id = r.account
            WHERE r.community = c.id AND r.declined_at_ms IS NULL AND b.locked_at_ms IS NULL),
           c.ask_after_days, c.step_back_after_days, t.asked_at_ms, t.stepped_back_at_ms, l.hash
    FROM memberships m JOIN communities c ON c.id = m.community
    LEFT JOIN attendance t ON t.community = m.community AND t.account = m.account
    LEFT JOIN community_logos l ON l.community = c.id
    WHERE m.account = $1 AND (m.until_ms IS NULL OR m.until_ms > $2)";

pub(in crate::store) fn community_view(row: &Row) -> Result<CommunityView, Error> {
    let role = role(row, 8)?;
    Ok(CommunityView {
        community: Community {
            id: community_id(row, 0)?,
            name: row.text(1)?,
            description: row.text(2)?,
            accent: row.text(3)?,
            join_policy: word(row, 4, JoinPolicy::from_word)?,
            default_privacy: privacy(row, 5)?,
            language: word(row, 6, Language::from_word)?,
            created_at_ms: row.int(7)?,
        },
        role,
        member_count: row.int(9)?.unsigned_abs(),
        request_count: may(role, Deed::DecideRequests)
            .then(|| row.int(10).map(i64::unsigned_abs))
            .transpose()?,
        inactivity: rule_of(row.maybe_int(11)?, row.maybe_int(12)?),
        asked_at_ms: row.maybe_int(13)?,
        stepped_back_at_ms: row.maybe_int(14)?,
        logo: logo_hash(row, 15)?,
    })
}

/// The community as the actor sees it.
pub(in crate::store) async fn view(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<CommunityView>, Error> {
    let sql = format!("{VIEWS} AND m.community = $3");
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
    ];
    match statements.row(&sql, &values).await? {
        Some(row) => community_view(&row).map(Ok),
        None => Ok(Err(Refusal::NoSuchCommunity)),
    }
}

/// Lets other acts in this community wait until this one has ended. Nothing happens where there is none.
pub(in crate::store) async fn lock(
    statements: &mut dyn Statements,
    id: CommunityId,
) -> Result<(), Error> {
    // Any update of the row locks it; SQLite has one writer anyway.
    statements
        .run(
            "UPDATE communities SET created_at_ms = created_at_ms WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await
        .map(|_| ())
}

/// What somebody is in a community as of now.
pub(in crate::store) async fn role_of(
    statements: &mut dyn Statements,
    id: CommunityId,
    account: AccountId,
    now_ms: i64,
) -> Result<Option<Role>, Error> {
    let found = statements
        .row(
            "SELECT role FROM memberships
             WHERE community = $1 AND account = $2 AND (until_ms IS NULL OR until_ms > $3)",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Int(now_ms),
            ],
        )
        .await?;
    found.map(|row| role(&row, 0)).transpose()
}

/// The actor's role, if it allows this.
pub(in crate::store) async fn admit(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    deed: Deed,
) -> Result<Decided<Role>, Error> {
    Ok(match role_of(statements, id, by.account, by.at_ms).await? {
        None => Err(Refusal::NoSuchCommunity),
        Some(role) if may(role, deed) => Ok(role),
        Some(_) => Err(match deed {
            Deed::SeeMembers
            | Deed::ReadLedger
            | Deed::Export
            | Deed::CreateDocuments
            | Deed::UseSubGroups
            | Deed::Meet
            | Deed::PlanPeerMeetings
            | Deed::DeclareInterests
            | Deed::SeeInterests
            | Deed::Vote => Refusal::MembersOnly,
            Deed::SeeEmails
            | Deed::ChangeCommunity
            | Deed::SeeInvitations
            | Deed::Invite(_)
            | Deed::ChangeMembers
            | Deed::MakePasswordLinks
            | Deed::GrantAccess
            | Deed::TakeCommentsAway
            | Deed::OpenRounds
            | Deed::Publish
            | Deed::DecideRequests
            | Deed::JudgeInterests
            | Deed::PlanMeetings => Refusal::LeadersOnly,
        }),
    })
}

/// Hands a refusal on from within a function that answers `Result<Decided<_>, _>`.
macro_rules! granted {
    ($decided:expr) => {
        match $decided {
            Ok(value) => value,
            Err(refusal) => return Ok(Err(refusal)),
        }
    };
}
pub(in crate::store) use granted;
