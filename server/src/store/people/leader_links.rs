//! Links for a new password that leaders make for members who have forgotten theirs.
//!
//! Such a link is a way to be somebody. So the community reads of it in its ledger, the member is told of it, and one that
//! its maker sees opens nothing but the community that they lead ([`crate::community::rules::may_link`]).

use sqlx::Error;

use super::rows::{ACCOUNT, ACCOUNT_COLUMNS, account as account_of};
use super::{Account, NewPasswordLink, links};
use crate::community::act::Act;
use crate::community::rules::{Deed, LinkWanted, may_link};
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::communities::rows::{admit, granted, lock, role_of};
use crate::store::communities::{Actor, Decided, Refusal, ledger};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value};

/// `link` is `None` where the link goes by mail: it is made when that is sent.
pub(super) async fn make(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    member: AccountId,
    link: Option<&NewPasswordLink>,
) -> Result<Decided<Account>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::MakePasswordLinks).await?);
    let Some(role) = role_of(&mut *statements, id, member, by.at_ms).await? else {
        return Ok(Err(Refusal::NoSuchMember));
    };
    let sql = format!(
        "SELECT {ACCOUNT},
             (SELECT COUNT(*) FROM memberships m
              WHERE m.account = accounts.id AND m.community <> $2 AND (m.until_ms IS NULL OR m.until_ms > $3))
             + (SELECT COUNT(*) FROM identities i WHERE i.account = accounts.id)
         FROM accounts WHERE id = $1"
    );
    let values = [
        Value::Bytes(member.as_bytes()),
        Value::Bytes(id.as_bytes()),
        Value::Int(by.at_ms),
    ];
    let Some(row) = statements.row(&sql, &values).await? else {
        return Ok(Err(Refusal::NoSuchMember));
    };
    let account = account_of(&row)?;
    let wanted = LinkWanted {
        role,
        is_own: member == by.account,
        is_locked: account.locked_at_ms.is_some(),
        opens_more: row.int(ACCOUNT_COLUMNS)? > 0,
        is_mailed: link.is_none(),
    };
    if !may_link(wanted) {
        return Ok(Err(Refusal::OnlyOperator));
    }
    if let Some(link) = link
        && !links::replace(&mut *statements, link).await?
    {
        return Ok(Err(Refusal::OnlyOperator));
    }
    let act = Act::PasswordLinkMade {
        member,
        is_mailed: link.is_none(),
    };
    ledger::write(&mut *statements, by, id, &act).await?;
    let note = Note {
        word: Some(if link.is_none() { "mail" } else { "hand" }),
        ..Note::new(by, Kind::PasswordLinkMade, id)
    };
    telling::tell(&mut *statements, member, &note).await?;
    Ok(Ok(account))
}
