//! Handing a branch in, and what is decided about it.

use consilium_model::access::{BranchKind, BranchState, Privacy};
use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::{BranchView, Fate, MergeTurn, Part};
use super::{reading, turns};
use crate::community::act::Act;
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling;
use crate::store::communities::ledger;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{granted, lock};
use crate::store::statements::{Statements, Value};

/// The branch as the actor sees it, and everybody else waits.
async fn locked(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<BranchView>, Error> {
    let view = granted!(reading::one(&mut *statements, by, name).await?);
    lock(&mut *statements, view.standing.document.community).await?;
    reading::one(statements, by, name).await
}

pub(super) async fn hand_in(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    note: &str,
) -> Result<Decided<BranchView>, Error> {
    let view = granted!(locked(&mut *statements, by, name).await?);
    if !view.standing.is_author {
        return Ok(Err(Refusal::AuthorOnly));
    }
    if view.standing.state != BranchState::Open {
        return Ok(Err(Refusal::BranchClosed));
    }
    // What was left behind stays that, whatever its author says to it.
    let kind = match view.standing.kind {
        BranchKind::LeftBehind => BranchKind::LeftBehind,
        BranchKind::Draft | BranchKind::Suggestion => BranchKind::Suggestion,
    };
    statements
        .run(
            "UPDATE branches SET kind = $2, note = $3 WHERE doc = (SELECT id FROM documents WHERE name = $1)",
            &[
                Value::Text(name.as_str()),
                Value::Text(kind.word()),
                Value::Text(note),
            ],
        )
        .await?;
    if view.standing.kind == BranchKind::Draft {
        telling::suggestion_made(&mut *statements, by, &view).await?;
    }
    reading::one(statements, by, name).await
}

pub(super) async fn decide(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    fate: Fate,
    turn: Option<MergeTurn>,
) -> Result<Decided<BranchView>, Error> {
    let view = granted!(locked(&mut *statements, by, name).await?);
    let standing = view.standing;
    // What has come since the branch was read, nobody has seen. It is not taken in part: what was taken is in the document
    // under its own ids.
    let leaves_more =
        matches!(fate, Fate::MergedUpTo { left_bytes } if left_bytes != view.left_bytes);
    let (from, to) = match fate {
        Fate::Merged(Part::All) => (BranchState::Open, BranchState::Merged),
        Fate::MergedUpTo { .. } if !leaves_more => (BranchState::Open, BranchState::Merged),
        Fate::Merged(Part::Some) | Fate::MergedUpTo { .. } => {
            (BranchState::Open, BranchState::Open)
        }
        Fate::Discarded => (BranchState::Open, BranchState::Discarded),
        Fate::Reopened => (BranchState::Discarded, BranchState::Open),
    };
    if standing.state != from {
        return Ok(Err(Refusal::BranchClosed));
    }
    let may = match fate {
        Fate::Merged(_) | Fate::MergedUpTo { .. } => standing.may_merge(),
        Fate::Discarded | Fate::Reopened => standing.may_discard(),
    };
    if !may {
        return Ok(Err(Refusal::WritersOnly));
    }
    if turns::is_anothers(&mut *statements, &view, turn).await? {
        return Ok(Err(Refusal::BeingDecided));
    }
    let closed = (to != BranchState::Open).then_some(by);
    let part = (fate == Fate::Merged(Part::Some)).then_some(by.at_ms);
    statements
        .run(
            "UPDATE branches SET state = $2, closed_at_ms = $3, closed_by = $4, part_at_ms = COALESCE(part_at_ms, $5)
             WHERE doc = (SELECT id FROM documents WHERE name = $1)",
            &[
                Value::Text(name.as_str()),
                Value::Text(to.word()),
                Value::MaybeInt(closed.map(|by| by.at_ms)),
                Value::MaybeBytes(closed.as_ref().map(|by| by.account.as_bytes())),
                Value::MaybeInt(part),
            ],
        )
        .await?;
    // What was left behind is its author's suggestion, though they did not choose to make it.
    if standing.kind != BranchKind::Draft {
        let kind = match fate {
            Fate::MergedUpTo { .. } if leaves_more => Some(Kind::SuggestionTakenInPart),
            Fate::Merged(Part::All) | Fate::MergedUpTo { .. } => Some(Kind::SuggestionTaken),
            Fate::Merged(Part::Some) => Some(Kind::SuggestionTakenInPart),
            Fate::Discarded => Some(Kind::SuggestionDiscarded),
            Fate::Reopened => None,
        };
        if let Some(kind) = kind {
            telling::suggestion_decided(&mut *statements, by, &view, kind).await?;
        }
    }
    let is_own_affair = standing.kind == BranchKind::Draft && !matches!(fate, Fate::Merged(_));
    if standing.document.privacy != Privacy::Private && !is_own_affair {
        let (document, branch, member) = (view.document, view.name, view.author.id);
        let act = match fate {
            Fate::Merged(part) => Act::BranchMerged {
                document,
                branch,
                member,
                part,
            },
            Fate::MergedUpTo { .. } => Act::BranchMerged {
                document,
                branch,
                member,
                part: if leaves_more { Part::Some } else { Part::All },
            },
            Fate::Discarded => Act::BranchDiscarded {
                document,
                branch,
                member,
            },
            Fate::Reopened => Act::BranchReopened {
                document,
                branch,
                member,
            },
        };
        ledger::write(&mut *statements, by, standing.document.community, &act).await?;
    }
    reading::one(statements, by, name).await
}
