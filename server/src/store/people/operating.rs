//! What the operator of the server does to somebody's account. Each community that they are in reads it in its ledger: a link
//! for a new password is a way to be somebody, and nobody is to be kept out, or let in, behind the back of those with whom
//! they decide.

use sqlx::Error;

use super::{NewPasswordLink, accounts, links};
use crate::community::act::Act;
use crate::store::communities::ledger;
use crate::store::communities::rows::{community_id, lock};
use crate::store::portal_ids::AccountId;
use crate::store::statements::{Statements, Value};

/// Something that operators do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorDeed {
    /// Keep somebody out.
    Lock,
    /// Let them in again.
    Unlock,
    /// Make a link for a new password of theirs, in place of an earlier one.
    Link(NewPasswordLink),
}

impl OperatorDeed {
    /// The stable word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Link(_) => "password-link",
        }
    }
}

pub(super) async fn act(
    statements: &mut dyn Statements,
    account: AccountId,
    deed: &OperatorDeed,
    at_ms: i64,
) -> Result<bool, Error> {
    let rows = statements
        .rows(
            "SELECT community FROM memberships
             WHERE account = $1 AND (until_ms IS NULL OR until_ms > $2) ORDER BY community",
            &[Value::Bytes(account.as_bytes()), Value::Int(at_ms)],
        )
        .await?;
    let mut communities = Vec::with_capacity(rows.len());
    for row in &rows {
        communities.push(community_id(row, 0)?);
    }
    for id in &communities {
        lock(&mut *statements, *id).await?;
    }
    let is_done = match deed {
        OperatorDeed::Lock => accounts::set_locked(&mut *statements, account, Some(at_ms)).await?,
        OperatorDeed::Unlock => accounts::set_locked(&mut *statements, account, None).await?,
        OperatorDeed::Link(link) => links::replace(&mut *statements, link).await?,
    };
    if is_done {
        let act = Act::OperatorActed {
            member: account,
            deed: deed.word(),
        };
        for id in &communities {
            ledger::write_by_rule(&mut *statements, at_ms, *id, &act).await?;
        }
    }
    Ok(is_done)
}
