//! Publishing, once and for good; and withdrawing, which changes nothing of what was published.

use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::{NewCandidate, NewPublication, Origin};
use super::{preparing, reading};
use crate::community::act::Act;
use crate::publication::rules::{Number, Refusal as Why, State, Step};
use crate::store::communities::ledger;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{granted, lock};
use crate::store::portal_ids::PublicationId;
use crate::store::statements::{Statements, Value, unreadable};

pub(super) async fn publish(
    statements: &mut dyn Statements,
    by: Actor,
    id: PublicationId,
    publication: &NewPublication,
) -> Result<Decided<()>, Error> {
    let view = granted!(reading::one(&mut *statements, by.into(), id).await?);
    lock(&mut *statements, view.community).await?;
    // Again, now that nobody else can change it.
    let view = granted!(reading::one(&mut *statements, by.into(), id).await?);
    granted!(preparing::admitted(&mut *statements, by, &view.document).await?);
    let no = |why: Why| Ok(Err(Refusal::Publication(why)));
    if view.state != State::Candidate {
        return no(Why::Over);
    }
    if !view.is_signed() {
        return no(Why::Unsigned);
    }
    let open = statements
        .row(
            "SELECT count(*) FROM rounds r JOIN documents d ON d.id = r.doc WHERE d.name = $1 AND r.state = 'open'",
            &[Value::Text(view.document.as_str())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    if open.int(0)? > 0 {
        return no(Why::Obstacles);
    }
    if !follows(&mut *statements, &view.document, publication.number).await? {
        return no(Why::Number);
    }
    if !set(&mut *statements, by, id, publication, None).await? {
        return no(Why::Over);
    }
    let act = Act::Publication {
        publication: id,
        document: view.document,
        step: Step::Published {
            hash: view.hash,
            number: publication.number,
            licence: publication.licence,
            review_by_ms: publication.review_by_ms,
        },
    };
    ledger::write(statements, by, view.community, &act)
        .await
        .map(Ok)
}

/// Whether a number is larger than all before.
async fn follows(
    statements: &mut dyn Statements,
    document: &DocName,
    number: Number,
) -> Result<bool, Error> {
    let rows = statements
        .rows(
            "SELECT b.number FROM publications b JOIN documents d ON d.id = b.doc
             WHERE d.name = $1 AND b.state = 'published'",
            &[Value::Text(document.as_str())],
        )
        .await?;
    for row in &rows {
        let before: Number = row.text(0)?.parse().map_err(|_| unreadable(0))?;
        if before >= number {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether this made it public: it was a candidate.
async fn set(
    statements: &mut dyn Statements,
    by: Actor,
    id: PublicationId,
    publication: &NewPublication,
    origin: Option<&Origin>,
) -> Result<bool, Error> {
    let number = publication.number.to_string();
    let votes = serde_json::to_string(&publication.votes).map_err(|_| unreadable(0))?;
    let origin = origin
        .map(serde_json::to_string)
        .transpose()
        .map_err(|_| unreadable(0))?;
    let changed = statements
        .run(
            "UPDATE publications SET state = 'published', number = $2, published_by = $3, published_at_ms = $4,
                    review_by_ms = $5, licence = $6, note = $7, votes = $8, origin = $9
             WHERE id = $1 AND state = 'candidate'",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Text(&number),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Int(publication.review_by_ms),
                Value::Text(publication.licence.word()),
                Value::Text(&publication.note),
                Value::Text(&votes),
                Value::MaybeText(origin.as_deref()),
            ],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn withdraw(
    statements: &mut dyn Statements,
    by: Actor,
    id: PublicationId,
    reason: &str,
) -> Result<Decided<()>, Error> {
    let view = granted!(reading::one(&mut *statements, by.into(), id).await?);
    lock(&mut *statements, view.community).await?;
    // Again, now that nobody else can change it.
    let view = granted!(reading::one(&mut *statements, by.into(), id).await?);
    granted!(preparing::admitted(&mut *statements, by, &view.document).await?);
    let no = |why: Why| Ok(Err(Refusal::Publication(why)));
    if view.state != State::Published {
        return no(Why::NotPublished);
    }
    if view.withdrawal.is_some() {
        return no(Why::Withdrawn);
    }
    statements
        .run(
            "UPDATE publications SET withdrawn_at_ms = $2, withdrawn_by = $3, withdrawn_reason = $4
             WHERE id = $1 AND withdrawn_at_ms IS NULL",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(by.at_ms),
                Value::Bytes(by.account.as_bytes()),
                Value::Text(reason),
            ],
        )
        .await?;
    let act = Act::Publication {
        publication: id,
        document: view.document,
        step: Step::Withdrawn {
            reason: reason.to_owned(),
        },
    };
    ledger::write(statements, by, view.community, &act)
        .await
        .map(Ok)
}

/// That it came is in the act of the archive.
pub(super) async fn bring(
    statements: &mut dyn Statements,
    by: Actor,
    brought: &NewCandidate,
    publication: &NewPublication,
    origin: &Origin,
) -> Result<Decided<()>, Error> {
    let standing = crate::store::communities::standing::of(
        &mut *statements,
        by.account,
        &brought.document,
        by.at_ms,
    )
    .await?;
    // Also of a draft that only its importer reads: it is not published here, it was elsewhere.
    let Some(standing) = standing.filter(crate::store::rounds::record::may_read) else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    lock(&mut *statements, standing.community).await?;
    if !follows(&mut *statements, &brought.document, publication.number).await? {
        return Ok(Err(Refusal::Publication(Why::Number)));
    }
    preparing::insert(&mut *statements, by, standing, brought).await?;
    if !set(statements, by, brought.id, publication, Some(origin)).await? {
        return Err(unreadable(0));
    }
    Ok(Ok(()))
}
