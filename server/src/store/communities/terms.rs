//! Terms with an end, for whoever has one: of being in a community, and of what was granted for one document.
//!
//! Nothing is written when a term runs out ([`super::standing`] leaves out what is over), so whether one has ended is asked
//! when somebody wants to know why they see nothing any more. Only whoever could read a document a moment before the end,
//! by the document's policy of today, is told that there was one.

use consilium_model::access::Role;
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::record::{Actor, Decided, Refusal};
use super::rows::{community_id, role};
use super::standing;
use crate::store::joining::{TermOf, TermView};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Row, Statements, Value};

/// What somebody is in a community and until when, over or not; `None` for whoever is in it without an end.
pub(super) async fn in_community(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Option<TermView>>, Error> {
    let found = statements
        .row(
            "SELECT community, role, until_ms FROM memberships WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    let Some(row) = found else {
        return Ok(Err(Refusal::NoSuchCommunity));
    };
    let until_ms = row.maybe_int(2)?;
    let role = role(&row, 1)?;
    let community = community_id(&row, 0)?;
    Ok(Ok(until_ms.map(|until_ms| TermView {
        community,
        role,
        of: TermOf::Membership,
        until_ms,
        is_over: until_ms <= by.at_ms,
    })))
}

/// Everything of somebody's at one document that has an end or had one.
struct Ends {
    community: CommunityId,
    role: Role,
    membership_ms: Option<i64>,
    grant_ms: Option<i64>,
}

impl Ends {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            community: community_id(row, 0)?,
            role: role(row, 1)?,
            membership_ms: row.maybe_int(2)?,
            grant_ms: row.maybe_int(3)?,
        })
    }

    fn all(&self) -> impl Iterator<Item = i64> {
        self.membership_ms.into_iter().chain(self.grant_ms)
    }

    fn at(&self, until_ms: i64, now_ms: i64) -> TermView {
        // A guest goes with what they were granted: it is said once, of the larger of the two.
        let of = if self.membership_ms == Some(until_ms) {
            TermOf::Membership
        } else {
            TermOf::Grant
        };
        TermView {
            community: self.community,
            role: self.role,
            of,
            until_ms,
            is_over: until_ms <= now_ms,
        }
    }
}

/// What ends next of what lets somebody see a document, or what has ended last and took it from them; `None` for whoever
/// reads it without an end.
pub(super) async fn at_document(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<Option<TermView>>, Error> {
    let found = statements
        .row(
            "SELECT p.community, m.role, m.until_ms, g.until_ms
             FROM documents d JOIN document_policies p ON p.doc = d.id
             JOIN memberships m ON m.community = p.community AND m.account = $1
             LEFT JOIN document_grants g ON g.doc = d.id AND g.account = $1
             WHERE d.name = $2",
            &[
                Value::Bytes(by.account.as_bytes()),
                Value::Text(document.as_str()),
            ],
        )
        .await?;
    let now = access(&mut *statements, by.account, document, by.at_ms).await?;
    let unseen = if now.seen >= Access::Read {
        Ok(None)
    } else {
        Err(Refusal::NoSuchDocument)
    };
    let Some(row) = found else {
        return Ok(unseen);
    };
    let ends = Ends::read(&row)?;
    if let Some(until_ms) = ends.all().filter(|end| *end <= by.at_ms).max() {
        let before = access(&mut *statements, by.account, document, until_ms - 1).await?;
        if before.inside >= Access::Read && before.inside > now.inside {
            return Ok(Ok(Some(ends.at(until_ms, by.at_ms))));
        }
    }
    if let Some(until_ms) = ends.all().filter(|end| *end > by.at_ms).min() {
        let after = access(&mut *statements, by.account, document, until_ms).await?;
        if now.inside >= Access::Read && after.inside < now.inside {
            return Ok(Ok(Some(ends.at(until_ms, by.at_ms))));
        }
    }
    Ok(unseen)
}

/// What somebody may do with a document at a moment.
struct At {
    /// In any way.
    seen: Access,
    /// By the community's word.
    inside: Access,
}

async fn access(
    statements: &mut dyn Statements,
    account: AccountId,
    document: &DocName,
    at_ms: i64,
) -> Result<At, Error> {
    let found = standing::of(statements, account, document, at_ms).await?;
    Ok(found.map_or(
        At {
            seen: Access::None,
            inside: Access::None,
        },
        |standing| At {
            seen: standing.access(),
            inside: standing.access_inside(),
        },
    ))
}
