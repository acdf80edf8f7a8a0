//! Giving up an account: out of every community, with everything that would let anybody in.
//!
//! The row of the account stays, because what it wrote and decided names its id; nobody can sign in with it, and it is
//! found by no address.

use std::collections::{BTreeMap, BTreeSet};

use consilium_model::access::Role;
use consilium_protocol::ids::DocName;
use sqlx::Error;

use crate::community::act::Act;
use crate::community::rules::stays_led;
use crate::store::communities::members::{other_leaders, return_documents, take_out};
use crate::store::communities::rows::{community_id, lock, role};
use crate::store::communities::{Actor, Decided, Refusal, ledger};
use crate::store::for_good::erasing::{Known, erase, keep_writers_out};
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Statements, Value, unreadable};

/// What hangs on an account and not on what it wrote, in an order in which it can be deleted.
const BELONGINGS: &[&str] = &[
    "sessions",
    "password_links",
    "document_grants",
    "sub_group_members",
    "join_requests",
    "attendance",
    "lowerings",
    "chosen_roles",
    "visits",
    "notifications",
    "notification_silences",
    "identities",
    "writers",
    "removals",
    "declarations",
];

pub(super) async fn leave(
    statements: &mut dyn Statements,
    by: Actor,
    name: Option<&str>,
) -> Result<Decided<()>, Error> {
    keep_writers_out(&mut *statements).await?;
    // In one order for all, so that two who leave never wait for each other in a circle.
    let involved: BTreeSet<CommunityId> = memberships(&mut *statements, by)
        .await?
        .into_keys()
        .chain(
            drafts(&mut *statements, by)
                .await?
                .into_iter()
                .map(|(id, _)| id),
        )
        .collect();
    for id in &involved {
        lock(&mut *statements, *id).await?;
    }
    // Again, now that nobody else can change it.
    let mine = memberships(&mut *statements, by).await?;
    for (id, membership) in &mine {
        let others = other_leaders(&mut *statements, *id, by.account).await?;
        if membership.is_endless && !stays_led(others, None) {
            return Ok(Err(Refusal::LastLeader));
        }
    }
    for (id, membership) in &mine {
        take_out(&mut *statements, by, *id, by.account).await?;
        if !membership.is_over {
            let act = Act::MemberLeft {
                role: membership.role,
            };
            ledger::write(&mut *statements, by, *id, &act).await?;
        }
        return_documents(&mut *statements, by, *id, by.account).await?;
    }
    for (id, draft) in drafts(&mut *statements, by).await? {
        erase(&mut *statements, by, id, &draft, Known::ToItsMaker).await?;
    }
    for table in BELONGINGS {
        let sql = format!("DELETE FROM {table} WHERE account = $1");
        statements
            .run(&sql, &[Value::Bytes(by.account.as_bytes())])
            .await?;
    }
    statements
        .run(
            "UPDATE accounts SET email = '', email_folded = $2, password = NULL, name = coalesce($3, name),
                                 locked_at_ms = $4, left_at_ms = $4
             WHERE id = $1",
            &[
                Value::Bytes(by.account.as_bytes()),
                // No address looks like this, and no two accounts have the same.
                Value::Text(&format!("left/{}", by.account)),
                Value::MaybeText(name),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    Ok(Ok(()))
}

/// What the actor is, or was until their term was over.
struct Membership {
    role: Role,
    is_over: bool,
    /// Whether they lead for good.
    is_endless: bool,
}

async fn memberships(
    statements: &mut dyn Statements,
    by: Actor,
) -> Result<BTreeMap<CommunityId, Membership>, Error> {
    let rows = statements
        .rows(
            "SELECT community, role, until_ms FROM memberships WHERE account = $1",
            &[Value::Bytes(by.account.as_bytes())],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let role = role(row, 1)?;
            let until_ms = row.maybe_int(2)?;
            let membership = Membership {
                role,
                is_over: until_ms.is_some_and(|until| until <= by.at_ms),
                is_endless: role == Role::Leader && until_ms.is_none(),
            };
            Ok((community_id(row, 0)?, membership))
        })
        .collect()
}

/// The documents that nobody but the actor could ever read.
async fn drafts(
    statements: &mut dyn Statements,
    by: Actor,
) -> Result<Vec<(CommunityId, DocName)>, Error> {
    let rows = statements
        .rows(
            "SELECT p.community, d.name FROM document_policies p JOIN documents d ON d.id = p.doc
             WHERE p.creator = $1 AND p.privacy = 'private' AND p.was_open = 0 ORDER BY d.id",
            &[Value::Bytes(by.account.as_bytes())],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let name = DocName::parse(&row.text(1)?).map_err(|_| unreadable(1))?;
            Ok((community_id(row, 0)?, name))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::for_good::erasing::tables_with;

    #[test]
    fn nothing_hangs_on_an_account_that_was_given_up() {
        let mut listed: BTreeSet<String> =
            BELONGINGS.iter().map(|table| (*table).to_owned()).collect();
        // Left one by one, with an entry in the ledger of each.
        listed.insert("memberships".to_owned());
        for folder in ["sqlite", "postgres"] {
            assert_eq!(tables_with("account", folder), listed, "{folder}");
        }
    }
}
