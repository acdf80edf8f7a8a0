//! Seeing publications.

use std::collections::HashMap;

use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::{
    LISTED_MAX, PublicationView, Published, ROUNDS_MAX, RoundAbout, Signatory, WATCHED_MAX,
    Withdrawal,
};
use crate::community::wording::Language;
use crate::publication::rules::{Licence, State};
use crate::rounds::text::Scope;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{community_id, maybe_named, named, role_of, round_id, word};
use crate::store::communities::standing;
use crate::store::looks::Viewer;
use crate::store::portal_ids::{AccountId, CommunityId, PublicationId};
use crate::store::rounds::PackedText;
use crate::store::rounds::record::may_read;
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Where the standing to the document begins.
const STANDING: usize = 24;

/// Whether account `$1` is kept from what is not published yet, because it says what a question says from which they are
/// excluded.
const KEPT_FROM_THEM: &str = "b.state <> 'published' AND EXISTS (
    SELECT 1 FROM judgements kj JOIN questions kq ON kq.doc = kj.doc
    WHERE kq.parent = b.doc AND kj.member = $1 AND kj.verdict = 'excluded'
      AND kj.version = (SELECT max(kv.version) FROM judgements kv WHERE kv.doc = kj.doc AND kv.member = kj.member))";

/// Versions that account `$1` might see as of `$2`.
fn query(condition: &str) -> String {
    format!(
        "SELECT b.id, d.name, b.community, c.name, c.language, b.title, b.prepared_by, pa.name, b.prepared_at_ms,
                b.text_hash, b.state, b.number, b.published_by, ua.name, b.published_at_ms, b.review_by_ms, b.licence,
                b.note, b.votes, b.origin, b.withdrawn_at_ms, b.withdrawn_by, wa.name, b.withdrawn_reason, {}
         FROM publications b
         JOIN documents d ON d.id = b.doc
         JOIN document_policies p ON p.doc = b.doc
         JOIN communities c ON c.id = b.community
         JOIN accounts pa ON pa.id = b.prepared_by
         LEFT JOIN accounts ua ON ua.id = b.published_by
         LEFT JOIN accounts wa ON wa.id = b.withdrawn_by
         {}
         WHERE NOT ({KEPT_FROM_THEM}) AND {condition}",
        standing::COLUMNS,
        standing::JOINS
    )
}

fn publication_id(row: &Row, column: usize) -> Result<PublicationId, Error> {
    PublicationId::from_bytes(row.bytes(column)?).map_err(|_| unreadable(column))
}

fn hash(row: &Row, column: usize) -> Result<Option<Hash32>, Error> {
    row.maybe_bytes(column)?
        .map(|bytes| bytes.try_into().map(Hash32).map_err(|_| unreadable(column)))
        .transpose()
}

fn published(row: &Row) -> Result<Option<Published>, Error> {
    let Some(number) = row.maybe_text(11)? else {
        return Ok(None);
    };
    let votes = row.text(18)?;
    let origin = row.maybe_text(19)?;
    Ok(Some(Published {
        number: number.parse().map_err(|_| unreadable(11))?,
        by: named(row, 12, 13)?,
        at_ms: row.int(14)?,
        review_by_ms: row.int(15)?,
        licence: word(row, 16, Licence::from_word)?,
        note: row.text(17)?,
        votes: serde_json::from_str(&votes).map_err(|_| unreadable(18))?,
        origin: origin
            .map(|text| serde_json::from_str(&text).map_err(|_| unreadable(19)))
            .transpose()?,
    }))
}

fn view_of(row: &Row) -> Result<PublicationView, Error> {
    let withdrawal = match maybe_named(row, 21, 22)? {
        None => None,
        Some(by) => Some(Withdrawal {
            at_ms: row.int(20)?,
            by,
            reason: row.text(23)?,
        }),
    };
    Ok(PublicationView {
        id: publication_id(row, 0)?,
        document: DocName::parse(&row.text(1)?).map_err(|_| unreadable(1))?,
        community: community_id(row, 2)?,
        community_name: row.text(3)?,
        language: word(row, 4, Language::from_word)?,
        title: row.text(5)?,
        prepared_by: named(row, 6, 7)?,
        prepared_at_ms: row.int(8)?,
        hash: hash(row, 9)?.ok_or_else(|| unreadable(9))?,
        state: word(row, 10, State::from_word)?,
        signatories: Vec::new(),
        published: published(row)?,
        withdrawal,
        standing: standing::read(row, STANDING)?,
    })
}

/// Those that the viewer may see, with their signatories.
async fn views(
    statements: &mut dyn Statements,
    viewer: Viewer,
    condition: &str,
    more: &[Value<'_>],
) -> Result<Vec<PublicationView>, Error> {
    // Nobody has an account without bytes.
    let account = viewer.account.as_ref();
    let mut values = vec![
        Value::Bytes(account.map_or(&[], AccountId::as_bytes)),
        Value::Int(viewer.at_ms),
    ];
    values.extend_from_slice(more);
    let rows = statements.rows(&query(condition), &values).await?;
    let mut found = rows.iter().map(view_of).collect::<Result<Vec<_>, _>>()?;
    found.retain(|view| view.is_readable(viewer));
    for view in &mut found {
        view.signatories = signatories(&mut *statements, view.id).await?;
    }
    Ok(found)
}

async fn signatories(
    statements: &mut dyn Statements,
    id: PublicationId,
) -> Result<Vec<Signatory>, Error> {
    let rows = statements
        .rows(
            "SELECT s.signatory, a.name, s.decided_at_ms, s.declined, s.signed_hash
             FROM publication_signatories s JOIN accounts a ON a.id = s.signatory
             WHERE s.publication = $1 ORDER BY a.name, s.signatory",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Signatory {
                who: named(row, 0, 1)?,
                decided_at_ms: row.maybe_int(2)?,
                declined: row.maybe_text(3)?,
                hash: hash(row, 4)?,
            })
        })
        .collect()
}

pub(super) async fn one(
    statements: &mut dyn Statements,
    viewer: Viewer,
    id: PublicationId,
) -> Result<Decided<PublicationView>, Error> {
    let found = views(
        statements,
        viewer,
        "b.id = $3",
        &[Value::Bytes(id.as_bytes())],
    )
    .await?;
    Ok(found.into_iter().next().ok_or(Refusal::NoSuchPublication))
}

pub(super) async fn text(
    statements: &mut dyn Statements,
    viewer: Viewer,
    id: PublicationId,
) -> Result<Decided<PackedText>, Error> {
    if let Err(refusal) = one(&mut *statements, viewer, id).await? {
        return Ok(Err(refusal));
    }
    let row = statements
        .row(
            "SELECT text_bytes, text_zstd FROM publications WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(Ok(PackedText {
        bytes: row.int(0)?,
        zstd: row.bytes(1)?.to_vec(),
    }))
}

pub(super) async fn of_document(
    statements: &mut dyn Statements,
    viewer: Viewer,
    document: &DocName,
) -> Result<Vec<PublicationView>, Error> {
    views(
        statements,
        viewer,
        "d.name = $3 ORDER BY coalesce(b.published_at_ms, b.prepared_at_ms) DESC, b.id DESC LIMIT $4",
        &[Value::Text(document.as_str()), Value::Int(LISTED_MAX)],
    )
    .await
}

pub(in crate::store) async fn watched(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    until_ms: i64,
) -> Result<Decided<Vec<PublicationView>>, Error> {
    let role = role_of(&mut *statements, id, by.account, by.at_ms).await?;
    if role.is_none() {
        return Ok(Err(Refusal::NoSuchCommunity));
    }
    let found = views(
        statements,
        by.into(),
        "b.community = $3 AND b.state = 'published' AND b.withdrawn_at_ms IS NULL AND b.review_by_ms <= $4
         AND d.deleted_at_ms IS NULL
         AND NOT EXISTS (SELECT 1 FROM publications n WHERE n.doc = b.doc AND n.state = 'published'
                         AND (n.published_at_ms > b.published_at_ms
                              OR (n.published_at_ms = b.published_at_ms AND n.id > b.id)))
         ORDER BY b.review_by_ms, b.id LIMIT $5",
        &[
            Value::Bytes(id.as_bytes()),
            Value::Int(until_ms),
            Value::Int(WATCHED_MAX),
        ],
    )
    .await?;
    Ok(Ok(found))
}

pub(super) async fn rounds_about(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<Vec<RoundAbout>>, Error> {
    let found = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
    if !found.is_some_and(|standing| may_read(&standing)) {
        return Ok(Err(Refusal::NoSuchDocument));
    }
    let said = statements
        .rows(
            "SELECT k.round, k.said FROM round_ballots k JOIN rounds r ON r.id = k.round JOIN documents d ON d.id = r.doc
             WHERE d.name = $1 AND r.state = 'closed' AND k.choice <> 'approve' AND k.said <> '' ORDER BY k.said",
            &[Value::Text(document.as_str())],
        )
        .await?;
    let mut dissent: HashMap<_, Vec<String>> = HashMap::new();
    for row in &said {
        let of = dissent.entry(round_id(row, 0)?).or_default();
        of.push(row.text(1)?);
    }
    let rows = statements
        .rows(
            "SELECT r.id, r.question, r.heading, r.blocks, r.quote, r.text_hash, r.state, r.ended_at_ms, r.result
             FROM rounds r JOIN documents d ON d.id = r.doc
             WHERE d.name = $1 AND r.state <> 'voided' ORDER BY r.opened_at_ms DESC, r.id LIMIT $2",
            &[Value::Text(document.as_str()), Value::Int(ROUNDS_MAX)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id = round_id(row, 0)?;
            let result = row
                .maybe_text(8)?
                .map(|text| serde_json::from_str(&text).map_err(|_| unreadable(8)))
                .transpose()?;
            let scope = match row.maybe_int(3)? {
                None => Scope::Whole,
                Some(blocks) => Scope::Passage {
                    heading: row.maybe_text(2)?,
                    blocks: u32::try_from(blocks).map_err(|_| unreadable(3))?,
                },
            };
            Ok(RoundAbout {
                id,
                question: row.text(1)?,
                scope,
                quote: row.text(4)?,
                hash: hash(row, 5)?.ok_or_else(|| unreadable(5))?,
                is_open: row.text(6)? == crate::rounds::rules::State::Open.word(),
                ended: row.maybe_int(7)?.zip(result),
                said: dissent.remove(&id).unwrap_or_default(),
            })
        })
        .collect::<Result<Vec<_>, Error>>()
        .map(Ok)
}
