//! Telling people of acts, in the transaction of the act: whatever is decided is told, and nothing that was undone.
//!
//! Who is told may not see it, or not any more: that is asked when it is shown.

use consilium_model::access::Role;
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::record::{Kind, NOTIFICATIONS_KEPT_MS, NOTIFICATIONS_MAX, Topic, notification_id};
use crate::store::branches::BranchView;
use crate::store::communities::record::Actor;
use crate::store::communities::rows::account_id;
use crate::store::communities::standing;
use crate::store::portal_ids::{AccountId, CommunityId, RoundId, SubGroupId};
use crate::store::statements::{Statements, Value};

/// What somebody is told.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Note<'a> {
    /// Who did it, and when it is told.
    pub(in crate::store) by: Actor,
    /// What.
    pub(in crate::store) kind: Kind,
    /// Where.
    pub(in crate::store) community: CommunityId,
    /// The document.
    pub(in crate::store) document: Option<&'a DocName>,
    /// The suggestion to it.
    pub(in crate::store) branch: Option<&'a DocName>,
    /// The thread.
    pub(in crate::store) thread: Option<&'a str>,
    /// The comment.
    pub(in crate::store) remark: Option<&'a str>,
    /// The round.
    pub(in crate::store) round: Option<RoundId>,
    /// The sub-group.
    pub(in crate::store) sub_group: Option<SubGroupId>,
    /// A role, or what was granted.
    pub(in crate::store) word: Option<&'a str>,
    /// Until when.
    pub(in crate::store) until_ms: Option<i64>,
}

impl<'a> Note<'a> {
    /// Of something in a community, and nothing more.
    pub(in crate::store) fn new(by: Actor, kind: Kind, community: CommunityId) -> Self {
        Self {
            by,
            kind,
            community,
            document: None,
            branch: None,
            thread: None,
            remark: None,
            round: None,
            sub_group: None,
            word: None,
            until_ms: None,
        }
    }

    /// Of something that is decided once: who did it and when tells it apart.
    fn cause(&self) -> String {
        let (document, branch) = (
            self.document.map_or("", DocName::as_str),
            self.branch.map_or("", DocName::as_str),
        );
        format!(
            "{} {} {document} {branch} {} {}",
            self.kind.word(),
            self.community,
            self.by.account,
            self.by.at_ms
        )
    }
}

/// Tells somebody of an act, unless it is their own.
pub(in crate::store) async fn tell(
    statements: &mut dyn Statements,
    to: AccountId,
    note: &Note<'_>,
) -> Result<(), Error> {
    tell_of(statements, to, note, &note.cause()).await
}

/// As [`tell`]; what has the same cause is told once.
pub(in crate::store) async fn tell_of(
    statements: &mut dyn Statements,
    to: AccountId,
    note: &Note<'_>,
    cause: &str,
) -> Result<(), Error> {
    if to == note.by.account {
        return Ok(());
    }
    tell_anybody(statements, to, note, cause).await
}

/// As [`tell_of`], also whoever is named as the one who did it: what the clock did is told in the name of whoever set it.
pub(in crate::store) async fn tell_anybody(
    statements: &mut dyn Statements,
    to: AccountId,
    note: &Note<'_>,
    cause: &str,
) -> Result<(), Error> {
    let id = notification_id(to, cause);
    let kind = note.kind;
    let silenced_by = kind.can_be_silenced().then(|| kind.topic());
    let written = statements
        .run(
            "INSERT INTO notifications
                 (id, account, at_ms, kind, actor, community, doc, branch, thread, remark, sub_group, word, until_ms,
                  round)
             SELECT $1, a.id, $3, $4, x.id, $6,
                    (SELECT id FROM documents WHERE name = $7), (SELECT id FROM documents WHERE name = $8),
                    $9, $10, $11, $12, $13, $15
             FROM accounts a, accounts x
             WHERE a.id = $2 AND x.id = $5
               AND NOT EXISTS (SELECT 1 FROM notification_silences q WHERE q.account = $2 AND q.topic = $14)
             ON CONFLICT (id) DO NOTHING",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(to.as_bytes()),
                Value::Int(note.by.at_ms),
                Value::Text(note.kind.word()),
                Value::Bytes(note.by.account.as_bytes()),
                Value::Bytes(note.community.as_bytes()),
                Value::MaybeText(note.document.map(DocName::as_str)),
                Value::MaybeText(note.branch.map(DocName::as_str)),
                Value::MaybeText(note.thread),
                Value::MaybeText(note.remark),
                Value::MaybeBytes(note.sub_group.as_ref().map(SubGroupId::as_bytes)),
                Value::MaybeText(note.word),
                Value::MaybeInt(note.until_ms),
                Value::MaybeText(silenced_by.map(Topic::word)),
                Value::MaybeBytes(note.round.as_ref().map(RoundId::as_bytes)),
            ],
        )
        .await?;
    if written > 0 {
        thin_out(statements, to, note.by.at_ms).await?;
    }
    Ok(())
}

/// Lets go of what nobody is shown any more.
async fn thin_out(
    statements: &mut dyn Statements,
    account: AccountId,
    now_ms: i64,
) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM notifications WHERE account = $1 AND (at_ms <= $2 OR id IN (
                 SELECT id FROM notifications WHERE account = $1
                 ORDER BY at_ms DESC, id DESC LIMIT 1000000 OFFSET $3))",
            &[
                Value::Bytes(account.as_bytes()),
                Value::Int(now_ms.saturating_sub(NOTIFICATIONS_KEPT_MS)),
                Value::Int(i64::from(NOTIFICATIONS_MAX)),
            ],
        )
        .await
        .map(|_| ())
}

/// Tells those who let people in that somebody asks.
pub(in crate::store) async fn asks_to_join(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<(), Error> {
    let note = Note::new(by, Kind::AsksToJoin, id);
    for to in holders(&mut *statements, by, id, &[Role::Leader, Role::Deputy]).await? {
        tell(&mut *statements, to, &note).await?;
    }
    Ok(())
}

/// Tells whoever made the document, and those who lead the community, of a suggestion.
pub(in crate::store) async fn suggestion_made(
    statements: &mut dyn Statements,
    by: Actor,
    branch: &BranchView,
) -> Result<(), Error> {
    let community = branch.standing.document.community;
    let mut to = holders(&mut *statements, by, community, &[Role::Leader]).await?;
    let creator = statements
        .row(
            "SELECT p.creator FROM document_policies p JOIN documents d ON d.id = p.doc WHERE d.name = $1",
            &[Value::Text(branch.document.as_str())],
        )
        .await?;
    let creator = creator.map(|row| account_id(&row, 0)).transpose()?;
    to.extend(creator.filter(|creator| !to.contains(creator)));
    let note = Note {
        document: Some(&branch.document),
        branch: Some(&branch.name),
        ..Note::new(by, Kind::SuggestionMade, community)
    };
    let cause = format!("suggestion-made {}", branch.name);
    for to in to {
        let stands = standing::of(&mut *statements, to, &branch.document, by.at_ms).await?;
        if stands.is_some_and(|stands| stands.access() >= Access::Read) {
            tell_of(&mut *statements, to, &note, &cause).await?;
        }
    }
    Ok(())
}

/// Tells the author of a suggestion what became of it.
pub(in crate::store) async fn suggestion_decided(
    statements: &mut dyn Statements,
    by: Actor,
    branch: &BranchView,
    kind: Kind,
) -> Result<(), Error> {
    let note = Note {
        document: Some(&branch.document),
        branch: Some(&branch.name),
        ..Note::new(by, kind, branch.standing.document.community)
    };
    tell(statements, branch.author.id, &note).await
}

/// Tells members that they are in a sub-group.
pub(in crate::store) async fn sub_group_joined(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    group: SubGroupId,
    member: AccountId,
) -> Result<(), Error> {
    let note = Note {
        sub_group: Some(group),
        ..Note::new(by, Kind::SubGroupJoined, id)
    };
    let cause = format!("sub-group {group} {}", by.at_ms);
    tell_of(statements, member, &note, &cause).await
}

/// Who has one of these roles now.
async fn holders(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    roles: &[Role],
) -> Result<Vec<AccountId>, Error> {
    let rows = statements
        .rows(
            "SELECT m.account, m.role FROM memberships m
             WHERE m.community = $1 AND m.role IN ('leader', 'deputy') AND (m.until_ms IS NULL OR m.until_ms > $2)",
            &[Value::Bytes(id.as_bytes()), Value::Int(by.at_ms)],
        )
        .await?;
    let mut found = Vec::new();
    for row in &rows {
        let word = row.text(1)?;
        if roles.iter().any(|role| role.word() == word) {
            found.push(account_id(row, 0)?);
        }
    }
    Ok(found)
}
