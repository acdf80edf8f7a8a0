//! Coming in without an invitation, where the community's policy allows it: joining at once, or asking and being let in.
//! A community that people are invited to is one that does not exist, for everybody who is not in it.

use consilium_model::access::Role;
use sqlx::Error;

use super::ledger;
use super::members::{self, Term};
use super::names;
use super::record::{Actor, CommunityView, Decided, Refusal};
use super::removals;
use super::rows::{admit, community_id, granted, lock, logo_hash, named, role_of, view, word};
use crate::community::act::Act;
use crate::community::rules::Deed;
use crate::community::wording::JoinPolicy;
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::joining::{Answer, Asked, JoinRequest, JoinableCommunity, OwnRequest};
use crate::store::limits::{DECLINED_FOR_MS, JOIN_REQUESTS_BY_ACCOUNT_MAX, JOIN_REQUESTS_MAX};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value};

/// As who joins without having been invited.
const AS: Role = Role::Member;

/// The communities that the actor is not in and could join or ask to join, by name.
pub(super) async fn joinable(
    statements: &mut dyn Statements,
    by: Actor,
) -> Result<Vec<JoinableCommunity>, Error> {
    let rows = statements
        .rows(
            "SELECT c.id, c.name, c.description, c.accent, c.join_policy, r.account, r.declined_at_ms, l.hash, v.at_ms
             FROM communities c LEFT JOIN join_requests r ON r.community = c.id AND r.account = $1
             LEFT JOIN community_logos l ON l.community = c.id
             LEFT JOIN removals v ON v.community = c.id AND v.account = $1
             WHERE c.join_policy IN ('request', 'open')
               AND NOT EXISTS (SELECT 1 FROM memberships m
                               WHERE m.community = c.id AND m.account = $1
                                 AND (m.until_ms IS NULL OR m.until_ms > $2))",
            &[Value::Bytes(by.account.as_bytes()), Value::Int(by.at_ms)],
        )
        .await?;
    let mut found = rows
        .iter()
        .map(|row| {
            let was_removed = row.maybe_int(8)?.is_some();
            Ok(JoinableCommunity {
                id: community_id(row, 0)?,
                name: row.text(1)?,
                description: row.text(2)?,
                accent: row.text(3)?,
                logo: logo_hash(row, 7)?,
                join_policy: for_them(word(row, 4, JoinPolicy::from_word)?, was_removed),
                was_removed,
                request: match (row.maybe_bytes(5)?, row.maybe_int(6)?) {
                    (None, _) => OwnRequest::None,
                    (Some(_), None) => OwnRequest::Open,
                    (Some(_), Some(_)) => OwnRequest::Declined,
                },
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    found.sort_by_cached_key(|community| (community.name.to_lowercase(), community.id));
    Ok(found)
}

/// How somebody comes in: an open door is one to knock at for whoever was removed.
fn for_them(policy: JoinPolicy, was_removed: bool) -> JoinPolicy {
    match policy {
        JoinPolicy::Open if was_removed => JoinPolicy::Request,
        JoinPolicy::Invitation | JoinPolicy::Request | JoinPolicy::Open => policy,
    }
}

async fn policy_of(
    statements: &mut dyn Statements,
    id: CommunityId,
) -> Result<Option<JoinPolicy>, Error> {
    let found = statements
        .row(
            "SELECT join_policy FROM communities WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    found
        .map(|row| word(&row, 0, JoinPolicy::from_word))
        .transpose()
}

/// Joins, or asks to. Whoever is in already stays as they are.
pub(super) async fn join(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    sentence: Option<&str>,
) -> Result<Decided<Asked>, Error> {
    lock(&mut *statements, id).await?;
    if role_of(&mut *statements, id, by.account, by.at_ms)
        .await?
        .is_some()
    {
        let view = granted!(view(statements, by, id).await?);
        return Ok(Ok(Asked::In(Box::new(view))));
    }
    let was_removed = removals::of(&mut *statements, id, by.account)
        .await?
        .is_some();
    let policy = policy_of(&mut *statements, id).await?;
    match policy.map(|policy| for_them(policy, was_removed)) {
        None | Some(JoinPolicy::Invitation) => Ok(Err(Refusal::NoSuchCommunity)),
        Some(JoinPolicy::Open) => {
            let act = Act::JoinedFreely { role: AS };
            let view = granted!(let_in(statements, by, id, by.account, &act).await?);
            Ok(Ok(Asked::In(Box::new(view))))
        }
        Some(JoinPolicy::Request) => match sentence {
            None => Ok(Err(Refusal::SentenceMissing)),
            Some(sentence) => ask(statements, by, id, sentence).await,
        },
    }
}

/// Puts somebody in as a member; the community as they see it. `by` is who decided it.
async fn let_in(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
    act: &Act,
) -> Result<Decided<CommunityView>, Error> {
    if !names::may_come_in(&mut *statements, id, account, by.at_ms).await? {
        return Ok(Err(Refusal::NameReadsAlike));
    }
    members::forget(&mut *statements, id, account).await?;
    let term = Term {
        role: AS,
        since_ms: by.at_ms,
        until_ms: None,
    };
    members::put(&mut *statements, id, account, term).await?;
    removals::forgive(&mut *statements, id, account).await?;
    ledger::write(&mut *statements, by, id, act).await?;
    let at_ms = by.at_ms;
    view(statements, Actor { account, at_ms }, id).await
}

async fn ask(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    sentence: &str,
) -> Result<Decided<Asked>, Error> {
    let before = statements
        .row(
            "SELECT declined_at_ms FROM join_requests WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    let declined_at = before.map(|row| row.maybe_int(0)).transpose()?.flatten();
    if declined_at.is_some_and(|at_ms| by.at_ms < at_ms.saturating_add(DECLINED_FOR_MS)) {
        return Ok(Err(Refusal::DeclinedLately));
    }
    let counted = statements
        .row(
            "SELECT count(CASE WHEN community = $1 THEN 1 END), count(CASE WHEN account = $2 THEN 1 END)
             FROM join_requests
             WHERE declined_at_ms IS NULL AND (community = $1 OR account = $2)
               AND NOT (community = $1 AND account = $2)",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    if let Some(row) = counted {
        let (here, theirs) = (row.int(0)?, row.int(1)?);
        if here >= JOIN_REQUESTS_MAX || theirs >= JOIN_REQUESTS_BY_ACCOUNT_MAX {
            return Ok(Err(Refusal::TooMany));
        }
    }
    statements
        .run(
            "INSERT INTO join_requests (community, account, sentence, asked_at_ms, declined_at_ms)
             VALUES ($1, $2, $3, $4, NULL)
             ON CONFLICT (community, account)
             DO UPDATE SET sentence = excluded.sentence, asked_at_ms = excluded.asked_at_ms, declined_at_ms = NULL",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Text(sentence),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    telling::asks_to_join(statements, by, id).await?;
    Ok(Ok(Asked::Waiting))
}

/// Asks no longer. What was declined stays so.
pub(super) async fn withdraw(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<()>, Error> {
    let gone = statements
        .run(
            "DELETE FROM join_requests WHERE community = $1 AND account = $2 AND declined_at_ms IS NULL",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    Ok(if gone > 0 {
        Ok(())
    } else {
        Err(Refusal::NoSuchCommunity)
    })
}

/// Who waits to be let in, the longest first.
pub(super) async fn requests(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Vec<JoinRequest>>, Error> {
    granted!(admit(&mut *statements, by, id, Deed::DecideRequests).await?);
    let rows = statements
        .rows(
            "SELECT a.id, a.name, a.email, r.sentence, r.asked_at_ms, v.at_ms
             FROM join_requests r JOIN accounts a ON a.id = r.account
             LEFT JOIN removals v ON v.community = r.community AND v.account = r.account
             WHERE r.community = $1 AND r.declined_at_ms IS NULL AND a.locked_at_ms IS NULL
             ORDER BY r.asked_at_ms, a.id",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(JoinRequest {
                account: named(row, 0, 1)?,
                email: row.text(2)?,
                sentence: row.text(3)?,
                asked_at_ms: row.int(4)?,
                removed_at_ms: row.maybe_int(5)?,
            })
        })
        .collect::<Result<_, _>>()
        .map(Ok)
}

/// Lets somebody in who asked, or does not.
pub(super) async fn decide(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    account: AccountId,
    answer: Answer,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::DecideRequests).await?);
    let values = [
        Value::Bytes(id.as_bytes()),
        Value::Bytes(account.as_bytes()),
    ];
    let found = statements
        .row(
            "SELECT 1 FROM join_requests WHERE community = $1 AND account = $2 AND declined_at_ms IS NULL",
            &values,
        )
        .await?;
    if found.is_none() {
        return Ok(Err(Refusal::NoSuchRequest));
    }
    match answer {
        Answer::Accept => {
            let removed = removals::of(&mut *statements, id, account).await?;
            let act = Act::RequestAccepted {
                member: account,
                role: AS,
                was_removed: removed.is_some(),
            };
            granted!(let_in(&mut *statements, by, id, account, &act).await?);
            let note = Note::new(by, Kind::LetIn, id);
            telling::tell(statements, account, &note).await.map(Ok)
        }
        Answer::Decline => {
            let [community, asker] = values;
            statements
                .run(
                    "UPDATE join_requests SET declined_at_ms = $3 WHERE community = $1 AND account = $2",
                    &[community, asker, Value::Int(by.at_ms)],
                )
                .await?;
            let act = Act::RequestDeclined { member: account };
            ledger::write(statements, by, id, &act).await.map(Ok)
        }
    }
}
