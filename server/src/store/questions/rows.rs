//! The statements of [`super::QuestionStore`].

use consilium_model::access::{Participation, Privacy};
use consilium_model::question::QUESTIONS_MAX;
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;
use uuid::Uuid;

use super::record::{NewQuestion, QuestionStanding, QuestionView};
use crate::community::act::Act;
use crate::store::communities::documents::chosen;
use crate::store::communities::record::{Actor, Decided, DocumentStanding, Refusal};
use crate::store::communities::rows::{granted, lock, word};
use crate::store::communities::{ledger, standing as stand};
use crate::store::filter::fold;
use crate::store::limits::TITLE_BYTES_MAX;
use crate::store::record::truncate;
use crate::store::statements::{Row, Statements, Value, unreadable};

/// The questions, and how account `$1` stands to their documents as of `$2`.
fn query(condition: &str) -> String {
    format!(
        "SELECT qd.name, qd.title, qd.created_at_ms, qd.updated_at_ms, qd.deleted_at_ms,
                coalesce((SELECT j.verdict FROM judgements j WHERE j.doc = q.doc AND j.member = $1
                          ORDER BY j.version DESC LIMIT 1), 'full'), {}
         FROM questions q
         JOIN documents qd ON qd.id = q.doc
         JOIN documents d ON d.id = q.parent
         JOIN document_policies p ON p.doc = q.parent
         {}
         WHERE {condition} ORDER BY q.place, q.doc",
        stand::COLUMNS,
        stand::JOINS
    )
}

fn view_of(row: &Row) -> Result<QuestionView, Error> {
    let deleted_at_ms = row.maybe_int(4)?;
    Ok(QuestionView {
        name: DocName::parse(&row.text(0)?).map_err(|_| unreadable(0))?,
        title: row.text(1)?,
        created_at_ms: row.int(2)?,
        updated_at_ms: row.int(3)?,
        deleted_at_ms,
        standing: QuestionStanding {
            document: stand::read(row, 6)?,
            is_binned: deleted_at_ms.is_some(),
            participation: word(row, 5, Participation::from_word)?,
        },
    })
}

pub(in crate::store) async fn standing(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Option<QuestionStanding>, Error> {
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Text(name.as_str()),
    ];
    let found = statements.row(&query("qd.name = $3"), &values).await?;
    found.map(|row| Ok(view_of(&row)?.standing)).transpose()
}

/// How the actor stands to a document whose questions they can see.
async fn readable(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<DocumentStanding>, Error> {
    let found = stand::of(statements, by.account, document, by.at_ms).await?;
    Ok(found
        .filter(|found| !found.is_binned && found.access_inside() >= Access::Read)
        .ok_or(Refusal::NoSuchDocument))
}

/// As [`readable`], for whoever may write there; nobody else changes anything about it until the act is done.
async fn locked(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<DocumentStanding>, Error> {
    let found = granted!(readable(&mut *statements, by, document).await?);
    lock(&mut *statements, found.community).await?;
    // Again, now that nobody else can change it.
    let found = granted!(readable(&mut *statements, by, document).await?);
    if found.access_inside() < Access::Write {
        return Ok(Err(Refusal::ReadOnly));
    }
    Ok(Ok(found))
}

pub(super) async fn create(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
    question: &NewQuestion,
) -> Result<Decided<()>, Error> {
    granted!(locked(&mut *statements, by, document).await?);
    let row = statements
        .row(
            "SELECT d.id, (SELECT count(*) FROM questions q WHERE q.parent = d.id),
                    (SELECT coalesce(max(q.place), 0) FROM questions q WHERE q.parent = d.id)
             FROM documents d WHERE d.name = $1",
            &[Value::Text(document.as_str())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    if usize::try_from(row.int(1)?).unwrap_or(usize::MAX) >= QUESTIONS_MAX {
        return Ok(Err(Refusal::TooMany));
    }
    let title = truncate(&question.title, TITLE_BYTES_MAX);
    let folded = fold(title);
    let dialect = statements.dialect();
    let made = statements
        .row(
            "INSERT INTO documents (name, lineage, title, title_folded, created_at_ms, updated_at_ms)
             VALUES ($1, $2, $3, $4, $5, $5) RETURNING id",
            &[
                Value::Text(question.name.as_str()),
                Value::Bytes(Uuid::now_v7().as_bytes()),
                chosen(dialect, title),
                chosen(dialect, &folded),
                Value::Int(by.at_ms),
            ],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    statements
        .run(
            "INSERT INTO questions (doc, parent, place) VALUES ($1, $2, $3)",
            &[
                Value::Int(made.int(0)?),
                Value::Int(row.int(0)?),
                Value::Int(row.int(2)?.saturating_add(1)),
            ],
        )
        .await?;
    Ok(Ok(()))
}

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<Vec<QuestionView>>, Error> {
    granted!(readable(&mut *statements, by, document).await?);
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Text(document.as_str()),
    ];
    let rows = statements.rows(&query("d.name = $3"), &values).await?;
    let mut views = rows.iter().map(view_of).collect::<Result<Vec<_>, _>>()?;
    views.retain(|view| view.standing.access() >= Access::Read);
    Ok(Ok(views))
}

pub(super) async fn order(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
    order: &[DocName],
) -> Result<Decided<()>, Error> {
    granted!(locked(&mut *statements, by, document).await?);
    let rows = statements
        .rows(
            "SELECT q.doc, qd.name FROM questions q
             JOIN documents qd ON qd.id = q.doc JOIN documents d ON d.id = q.parent
             WHERE d.name = $1 ORDER BY q.place, q.doc",
            &[Value::Text(document.as_str())],
        )
        .await?;
    let mut questions = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = row.text(1)?;
        let wanted = order.iter().position(|wanted| wanted.as_str() == name);
        questions.push((wanted.unwrap_or(order.len()), row.int(0)?));
    }
    // Stable: those that are not named stay in the order in which they were read.
    questions.sort_by_key(|(place, _)| *place);
    for ((_, doc), place) in questions.into_iter().zip(1..) {
        statements
            .run(
                "UPDATE questions SET place = $2 WHERE doc = $1",
                &[Value::Int(doc), Value::Int(place)],
            )
            .await?;
    }
    Ok(Ok(()))
}

pub(super) async fn set_binned(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    is_binned: bool,
) -> Result<Decided<()>, Error> {
    let found = granted!(one(&mut *statements, by, name).await?);
    lock(&mut *statements, found.document.community).await?;
    // Again, now that nobody else can change it.
    let found = granted!(one(&mut *statements, by, name).await?);
    if found.access() < Access::Write {
        return Ok(Err(Refusal::ReadOnly));
    }
    let changed = statements
        .run(
            "UPDATE documents SET deleted_at_ms = $2
             WHERE name = $1 AND (deleted_at_ms IS NULL) = (CAST($2 AS BIGINT) IS NOT NULL)",
            &[
                Value::Text(name.as_str()),
                Value::MaybeInt(is_binned.then_some(by.at_ms)),
            ],
        )
        .await?;
    if changed == 0 || found.document.privacy == Privacy::Private {
        return Ok(Ok(()));
    }
    let Some(document) = consilium_model::question::parent_of(name) else {
        return Err(unreadable(0));
    };
    let question = name.clone();
    let act = if is_binned {
        Act::QuestionBinned { document, question }
    } else {
        Act::QuestionRestored { document, question }
    };
    ledger::write(statements, by, found.document.community, &act)
        .await
        .map(Ok)
}

async fn one(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<QuestionStanding>, Error> {
    let found = standing(statements, by, name).await?;
    Ok(found
        .filter(|found| found.access() >= Access::Read)
        .ok_or(Refusal::NoSuchDocument))
}
