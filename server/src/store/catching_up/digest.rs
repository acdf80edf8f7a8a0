//! What has happened in a community since somebody was last there, as far as they may read it.
//!
//! Bounded: of so many documents that something may have happened to, the latest are looked at, and the details are read of
//! fewer. Everything is asked with what the viewer may see now; what nobody may show them is not counted either.

use std::collections::HashMap;

use consilium_model::access::{BranchState, Privacy};
use consilium_protocol::ids::{Access, DocName, UserId};
use sqlx::Error;

use super::chosen;
use super::endings;
use super::notifications::{self, Which};
use super::record::{DIGEST_DOCUMENTS_MAX, Digest, DocumentNews, Kind, NotificationView};
use super::visits::{self, Visit};
use crate::community::rules::{Deed, may};
use crate::history::sessions::{Piece, SLOT_MS, sessions};
use crate::publication::rules::WATCH_MS;
use crate::store::branches::{BranchView, reading};
use crate::store::communities::record::{Actor, Decided, LedgerLine};
use crate::store::communities::rows::{granted, view};
use crate::store::communities::{ledger, standing};
use crate::store::history::queries;
use crate::store::limits::{LEDGER_PAGE, TOUCH_GRANULARITY_MS};
use crate::store::portal_ids::CommunityId;
use crate::store::publications::reading::watched;
use crate::store::record::DocId;
use crate::store::rounds::reading::waiting;
use crate::store::statements::{Dialect, Row, Statements, Value, unreadable};

/// Documents that are looked at: what a community writes in weeks.
const LOOKED_AT_MAX: i64 = 200;

/// Documents of which the details are read.
const READ_MAX: usize = 60;

/// Entries of the ledger in a digest.
const DECISIONS_MAX: usize = 20;

/// Public documents in a digest.
const PUBLIC_MAX: i64 = 5;

pub(super) async fn of(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Digest>, Error> {
    let community = granted!(view(&mut *statements, by, id).await?);
    let visit = visits::of(&mut *statements, by, id).await?;
    let since_ms = Visit::at(visit, by.at_ms).since_ms;
    let (documents, more_documents) = documents(&mut *statements, by, id, since_ms).await?;
    let (decisions, has_more_decisions) = if may(community.role, Deed::ReadLedger) {
        decisions(&mut *statements, by, id, since_ms).await?
    } else {
        (Vec::new(), false)
    };
    let endings = if may(community.role, Deed::ChangeMembers) {
        endings::of_community(&mut *statements, by, id).await?
    } else {
        Vec::new()
    };
    Ok(Ok(Digest {
        since_ms,
        documents,
        more_documents,
        decisions,
        has_more_decisions,
        public: public(&mut *statements, id).await?,
        requests: community.request_count,
        endings,
        rounds: waiting(&mut *statements, by, id).await?,
        watched: if may(community.role, Deed::Publish) {
            due(&mut *statements, by, id).await?
        } else {
            0
        },
        chosen: chosen::of(statements, by.account, id).await?,
    }))
}

/// How many published versions are to be looked at again soon.
async fn due(statements: &mut dyn Statements, by: Actor, id: CommunityId) -> Result<usize, Error> {
    let until_ms = by.at_ms.saturating_add(WATCH_MS);
    let found = watched(statements, by, id, until_ms).await?;
    Ok(found.map_or(0, |found| found.len()))
}

/// A document to which something may have happened.
struct Candidate {
    doc: DocId,
    updated_at_ms: i64,
    news: DocumentNews,
}

async fn documents(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    since_ms: i64,
) -> Result<(Vec<DocumentNews>, usize), Error> {
    let mut mentions = mentions(&mut *statements, by, id, since_ms).await?;
    let mut branches: HashMap<DocName, Vec<BranchView>> = HashMap::new();
    for branch in reading::of_community(&mut *statements, by, id, since_ms).await? {
        let name = branch.document.clone();
        branches.entry(name).or_default().push(branch);
    }
    let remarks = remarks(&mut *statements, by, id, since_ms).await?;
    let mut all = Vec::new();
    for found in candidates(&mut *statements, by, id, since_ms).await? {
        let Candidate {
            doc,
            updated_at_ms,
            mut news,
        } = found;
        if all.len() < READ_MAX && updated_at_ms + TOUCH_GRANULARITY_MS >= since_ms {
            let pieces = pieces(&mut *statements, by, doc, since_ms).await?;
            news.sessions = sessions(pieces);
            news.versions = queries::versions(&mut *statements, doc, since_ms + 1, i64::MAX)
                .await?
                .into_iter()
                .filter(|version| version.name.is_some())
                .collect();
        }
        news.mentions = mentions.remove(&news.name).unwrap_or_default();
        for branch in branches.remove(&news.name).unwrap_or_default() {
            sort_in(&mut news, branch, by, since_ms);
        }
        let (count, last_ms) = remarks.get(&doc).copied().unwrap_or_default();
        news.remarks = count;
        news.latest_ms = news.latest_ms.max(last_ms).max(latest_of(&news));
        if news.is_some() {
            all.push(news);
        }
    }
    all.sort_by_cached_key(DocumentNews::rank);
    let more = all.len().saturating_sub(DIGEST_DOCUMENTS_MAX);
    all.truncate(DIGEST_DOCUMENTS_MAX);
    Ok((all, more))
}

fn latest_of(news: &DocumentNews) -> i64 {
    let sessions = news.sessions.iter().map(|session| session.until_ms);
    let versions = news.versions.iter().map(|version| version.at_ms);
    let mentions = news.mentions.iter().map(|mention| mention.at_ms);
    let waiting = news.waiting.iter().map(|branch| branch.made_at_ms);
    let decided = news
        .decided
        .iter()
        .filter_map(|branch| branch.closed.as_ref().map(|(at_ms, _)| *at_ms));
    sessions
        .chain(versions)
        .chain(mentions)
        .chain(waiting)
        .chain(decided)
        .max()
        .unwrap_or(0)
}

/// Puts a suggestion where it belongs: it waits, it was decided, or it is nothing new.
fn sort_in(news: &mut DocumentNews, branch: BranchView, by: Actor, since_ms: i64) {
    let standing = branch.standing;
    match (&branch.closed, standing.state) {
        (Some((at_ms, who)), _) if *at_ms > since_ms && who.id != by.account => {
            news.decided.push(branch);
        }
        (None, BranchState::Open)
            if !standing.is_author && (branch.made_at_ms > since_ms || standing.may_merge()) =>
        {
            news.waiting.push(branch);
        }
        _ => {}
    }
}

async fn candidates(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    since_ms: i64,
) -> Result<Vec<Candidate>, Error> {
    let sql = format!(
        "SELECT d.id, d.name, d.title, d.updated_at_ms, {}
         FROM document_policies p JOIN documents d ON d.id = p.doc {}
         WHERE p.community = $3 AND d.deleted_at_ms IS NULL
           AND (d.updated_at_ms >= $4
                OR EXISTS (SELECT 1 FROM remarks k WHERE k.doc = d.id AND k.at_ms > $5)
                OR EXISTS (SELECT 1 FROM branches b WHERE b.parent = d.id AND b.kind = 'suggestion'
                           AND (b.state = 'open' OR b.closed_at_ms > $5)))
         ORDER BY d.updated_at_ms DESC, d.id DESC LIMIT $6",
        standing::COLUMNS,
        standing::JOINS
    );
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
        Value::Int(since_ms.saturating_sub(TOUCH_GRANULARITY_MS)),
        Value::Int(since_ms),
        Value::Int(LOOKED_AT_MAX),
    ];
    let mut found = Vec::new();
    for row in &statements.rows(&sql, &values).await? {
        // Who only reads what is open to everybody sees the text, and not the work on it.
        let access = standing::read(row, 4)?.access_inside();
        if access >= Access::Read {
            found.push(Candidate {
                doc: DocId(row.int(0)?),
                updated_at_ms: row.int(3)?,
                news: DocumentNews {
                    name: name_in(row, 1)?,
                    title: row.text(2)?,
                    access,
                    sessions: Vec::new(),
                    versions: Vec::new(),
                    remarks: 0,
                    mentions: Vec::new(),
                    waiting: Vec::new(),
                    decided: Vec::new(),
                    latest_ms: 0,
                },
            });
        }
    }
    Ok(found)
}

fn name_in(row: &Row, column: usize) -> Result<DocName, Error> {
    DocName::parse(&row.text(column)?).map_err(|_| unreadable(column))
}

/// Others' edits since then, slot by slot.
async fn pieces(
    statements: &mut dyn Statements,
    by: Actor,
    doc: DocId,
    since_ms: i64,
) -> Result<Vec<Piece>, Error> {
    let author = match statements.dialect() {
        Dialect::Sqlite => "coalesce(CAST(author AS BLOB), x'')",
        Dialect::Postgres => "coalesce(author, ''::bytea)",
    };
    let sql = format!(
        "SELECT author, min(from_ms), max(until_ms), CAST(sum(edits) AS BIGINT) FROM (
             SELECT {author} AS author, at_ms / {SLOT_MS} AS slot, at_ms AS from_ms, at_ms AS until_ms,
                    CAST(1 AS BIGINT) AS edits
             FROM journal WHERE doc = $1 AND at_ms > $2
             UNION ALL
             SELECT author, slot, from_ms, until_ms, edits
             FROM contributions WHERE doc = $1 AND until_ms > $2
         ) AS pieces
         GROUP BY author, slot ORDER BY max(until_ms) DESC LIMIT $3"
    );
    let values = [
        Value::Int(doc.0),
        Value::Int(since_ms),
        Value::Int(i64::from(crate::store::limits::PIECES_MAX)),
    ];
    let own = by.account.user();
    let mut pieces = Vec::new();
    for row in &statements.rows(&sql, &values).await? {
        let author = queries::author_of(row.maybe_bytes(0)?)?;
        if author.as_ref() != Some(&own) {
            pieces.push(piece_of(row, author)?);
        }
    }
    Ok(pieces)
}

fn piece_of(row: &Row, author: Option<UserId>) -> Result<Piece, Error> {
    Ok(Piece {
        author,
        from_ms: row.int(1)?,
        until_ms: row.int(2)?,
        edits: row.int(3)?.unsigned_abs(),
    })
}

/// How many comments others wrote since then, and when the last, by document.
async fn remarks(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    since_ms: i64,
) -> Result<HashMap<DocId, (u64, i64)>, Error> {
    let rows = statements
        .rows(
            "SELECT k.doc, count(*), max(k.at_ms) FROM remarks k JOIN document_policies p ON p.doc = k.doc
             WHERE p.community = $1 AND k.at_ms > $2 AND k.author <> $3 GROUP BY k.doc",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(since_ms),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                DocId(row.int(0)?),
                (row.int(1)?.unsigned_abs(), row.int(2)?),
            ))
        })
        .collect()
}

/// Where they were mentioned since then, by document.
async fn mentions(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    since_ms: i64,
) -> Result<HashMap<DocName, Vec<NotificationView>>, Error> {
    let mut found: HashMap<DocName, Vec<NotificationView>> = HashMap::new();
    for view in notifications::list(statements, by, Which::All).await? {
        let is_new = view.community == id && view.at_ms > since_ms && view.kind == Kind::Mention;
        if let (true, Some((name, _))) = (is_new, &view.document) {
            found.entry(name.clone()).or_default().push(view);
        }
    }
    Ok(found)
}

/// What others decided since then, and whether there was more.
async fn decisions(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    since_ms: i64,
) -> Result<(Vec<LedgerLine>, bool), Error> {
    let Ok(mut lines) = ledger::lines(statements, by, id, None, LEDGER_PAGE).await? else {
        return Ok((Vec::new(), false));
    };
    lines.retain(|line| {
        line.sealed.entry.at_ms > since_ms && line.sealed.entry.actor != Some(by.account)
    });
    let has_more = lines.len() > DECISIONS_MAX;
    lines.truncate(DECISIONS_MAX);
    Ok((lines, has_more))
}

/// A few of the documents that everybody may read, the latest first.
async fn public(
    statements: &mut dyn Statements,
    id: CommunityId,
) -> Result<Vec<(DocName, String)>, Error> {
    let rows = statements
        .rows(
            "SELECT d.name, d.title FROM document_policies p JOIN documents d ON d.id = p.doc
             WHERE p.community = $1 AND p.privacy = $2 AND d.deleted_at_ms IS NULL
             ORDER BY d.updated_at_ms DESC, d.id DESC LIMIT $3",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Text(Privacy::Public.word()),
                Value::Int(PUBLIC_MAX),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((name_in(row, 0)?, row.text(1)?)))
        .collect()
}
