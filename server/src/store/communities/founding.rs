//! Founding a community, seeing it, and changing what it is called.

use consilium_model::access::Role;
use serde_json::{Map, Value as Json};
use sqlx::Error;

use super::documents;
use super::ledger;
use super::members::{self, Term};
use super::record::{Actor, Changes, CommunityView, Decided, Founding, Refusal};
use super::rows::{self, VIEWS, admit, community_view, granted};
use crate::community::act::Act;
use crate::community::rules::{Deed, may_default_to, may_let_in};
use crate::community::wording::JoinPolicy;
use crate::store::limits::COMMUNITIES_LED_MAX;
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Statements, Value, unreadable};

pub(super) use super::rows::view;

/// Whoever leads as many communities as anybody may founds no other.
pub(super) async fn may_found(
    statements: &mut dyn Statements,
    by: Actor,
) -> Result<Decided<()>, Error> {
    let counted = statements
        .row(
            "SELECT count(*) FROM memberships
             WHERE account = $1 AND role = $2 AND (until_ms IS NULL OR until_ms > $3)",
            &[
                Value::Bytes(by.account.as_bytes()),
                Value::Text(Role::Leader.word()),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    let led = counted.map_or(Ok(0), |row| row.int(0))?;
    Ok(if led < COMMUNITIES_LED_MAX {
        Ok(())
    } else {
        Err(Refusal::TooMany)
    })
}

pub(super) async fn found(
    statements: &mut dyn Statements,
    by: Actor,
    founding: &Founding,
) -> Result<CommunityView, Error> {
    statements
        .run(
            "INSERT INTO communities (id, name, description, accent, join_policy, default_privacy, language, created_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                Value::Bytes(founding.id.as_bytes()),
                Value::Text(&founding.name),
                Value::Text(&founding.description),
                Value::Text(&founding.accent),
                Value::Text(JoinPolicy::Invitation.word()),
                Value::Text(founding.default_privacy.word()),
                Value::Text(founding.language.word()),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    let term = Term {
        role: Role::Leader,
        since_ms: by.at_ms,
        until_ms: None,
    };
    members::put(&mut *statements, founding.id, by.account, term).await?;
    let act = Act::Founded {
        name: founding.name.clone(),
    };
    ledger::write(&mut *statements, by, founding.id, &act).await?;
    documents::put(
        &mut *statements,
        by,
        founding.id,
        &founding.first_document,
        founding
            .first_document
            .privacy
            .unwrap_or(founding.default_privacy)
            .into(),
    )
    .await?;
    // Nobody but the founder knows the community, so this cannot be refused.
    rows::view(statements, by, founding.id)
        .await?
        .map_err(|_| unreadable(0))
}

pub(super) async fn of(
    statements: &mut dyn Statements,
    by: Actor,
) -> Result<Vec<CommunityView>, Error> {
    let values = [Value::Bytes(by.account.as_bytes()), Value::Int(by.at_ms)];
    let found = statements.rows(VIEWS, &values).await?;
    let mut views = found
        .iter()
        .map(community_view)
        .collect::<Result<Vec<_>, _>>()?;
    // By Unicode, which neither database sorts by alike.
    views.sort_by_cached_key(|view| (view.community.name.to_lowercase(), view.community.id));
    Ok(views)
}

pub(super) async fn change(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    changes: &Changes,
) -> Result<Decided<CommunityView>, Error> {
    rows::lock(&mut *statements, id).await?;
    let role = granted!(admit(&mut *statements, by, id, Deed::ChangeCommunity).await?);
    let before = granted!(rows::view(&mut *statements, by, id).await?).community;
    let mut after = before.clone();
    let mut fields = Map::new();
    let mut set = |field: &str, value: &str| {
        fields.insert(field.to_owned(), Json::from(value));
    };
    if let Some(name) = changes.name.as_ref().filter(|new| **new != before.name) {
        set("name", name);
        after.name.clone_from(name);
    }
    if let Some(description) = changes
        .description
        .as_ref()
        .filter(|new| **new != before.description)
    {
        set("description", description);
        after.description.clone_from(description);
    }
    if let Some(accent) = changes.accent.as_ref().filter(|new| **new != before.accent) {
        set("accent", accent);
        after.accent.clone_from(accent);
    }
    if let Some(privacy) = changes
        .default_privacy
        .filter(|new| *new != before.default_privacy)
    {
        if !may_default_to(role, privacy) {
            return Ok(Err(Refusal::LeadersOnly));
        }
        set("defaultPrivacy", privacy.word());
        after.default_privacy = privacy;
    }
    if let Some(policy) = changes.join_policy.filter(|new| *new != before.join_policy) {
        if !may_let_in(role, policy) {
            return Ok(Err(Refusal::LeadersOnly));
        }
        set("joinPolicy", policy.word());
        after.join_policy = policy;
    }
    if !fields.is_empty() {
        statements
            .run(
                "UPDATE communities
                 SET name = $2, description = $3, accent = $4, default_privacy = $5, join_policy = $6
                 WHERE id = $1",
                &[
                    Value::Bytes(id.as_bytes()),
                    Value::Text(&after.name),
                    Value::Text(&after.description),
                    Value::Text(&after.accent),
                    Value::Text(after.default_privacy.word()),
                    Value::Text(after.join_policy.word()),
                ],
            )
            .await?;
        ledger::write(&mut *statements, by, id, &Act::Changed { fields }).await?;
    }
    rows::view(statements, by, id).await
}
