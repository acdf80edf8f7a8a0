//! The statements of [`super::SearchStore`]. What differs between the databases is how words are looked up and what a
//! position is; every statement says so in place.

use std::collections::HashMap;

use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::{Search, SearchCursor, SearchHit, SearchPage, SearchPosition, SearchWithin, SweepStep};
use crate::search::query::{Query, Term};
use crate::search::text::SearchText;
use crate::store::DocumentCursor;
use crate::store::communities::documents::record_of;
use crate::store::communities::standing;
use crate::store::communities::{Actor, DocumentStanding};
use crate::store::record::{DocId, DocumentRecord};
use crate::store::statements::{Dialect, Row, Statements, Value, unreadable};

pub(super) async fn position(statements: &mut dyn Statements) -> Result<SearchPosition, Error> {
    let sql = match statements.dialect() {
        // Rows and snapshots are numbered in the order of their commits, by one counter (`sqlite/position.rs`).
        Dialect::Sqlite => {
            "SELECT '', coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0)"
        }
        // Rows and snapshots carry their transaction: all before the oldest that is still running are visible
        // (`postgres/position.rs`). After a crash ids are given out again, so they hold within one run.
        Dialect::Postgres => {
            "SELECT (SELECT CAST(name AS TEXT) FROM run) || ' ' || CAST(pg_postmaster_start_time() AS TEXT),
                    CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"
        }
    };
    let row = statements
        .row(sql, &[])
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(SearchPosition {
        run: row.text(0)?,
        seq: row.int(1)?,
    })
}

/// Whether the head of document `d` is beyond its text `t`, if there is one; `$1` is the run.
fn head_is_beyond(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "t.doc IS NULL OR t.run <> $1
             OR coalesce((SELECT max(j.id) FROM journal j WHERE j.doc = d.id), 0) > t.seq
             OR coalesce((SELECT max(k.id) FROM snapshots k WHERE k.doc = d.id), 0) > t.seq"
        }
        Dialect::Postgres => {
            "t.doc IS NULL OR t.run <> $1
             OR EXISTS (SELECT 1 FROM journal j WHERE j.doc = d.id AND j.xid >= CAST(CAST(t.seq AS TEXT) AS xid8))
             OR EXISTS (SELECT 1 FROM snapshots k WHERE k.doc = d.id AND k.xid >= CAST(CAST(t.seq AS TEXT) AS xid8))"
        }
    }
}

pub(super) async fn behind(
    statements: &mut dyn Statements,
    position: &SearchPosition,
    after: Option<DocumentCursor>,
    count: u32,
) -> Result<SweepStep, Error> {
    let after = after.unwrap_or(DocumentCursor {
        at_ms: i64::MAX,
        id: DocId(i64::MAX),
    });
    let sql = format!(
        "SELECT d.name, d.updated_at_ms, d.id, CASE WHEN {} THEN 1 ELSE 0 END
         FROM documents d JOIN document_policies p ON p.doc = d.id LEFT JOIN search_texts t ON t.doc = d.id
         WHERE d.deleted_at_ms IS NULL AND (d.updated_at_ms, d.id) < ($2, $3)
         ORDER BY d.updated_at_ms DESC, d.id DESC LIMIT $4",
        head_is_beyond(statements.dialect())
    );
    let values = [
        Value::Text(&position.run),
        Value::Int(after.at_ms),
        Value::Int(after.id.0),
        Value::Int(i64::from(count)),
    ];
    let rows = statements.rows(&sql, &values).await?;
    let mut step = SweepStep {
        behind: Vec::new(),
        next: None,
    };
    for row in &rows {
        if row.int(3)? == 1 {
            step.behind.push(name_of(row, 0)?);
        }
    }
    if rows.len() == count as usize
        && let Some(last) = rows.last()
    {
        step.next = Some(DocumentCursor {
            at_ms: last.int(1)?,
            id: DocId(last.int(2)?),
        });
    }
    Ok(step)
}

pub(super) async fn is_behind(
    statements: &mut dyn Statements,
    position: &SearchPosition,
    name: &DocName,
) -> Result<bool, Error> {
    let sql = format!(
        "SELECT 1 FROM documents d JOIN document_policies p ON p.doc = d.id LEFT JOIN search_texts t ON t.doc = d.id
         WHERE d.name = $2 AND ({})",
        head_is_beyond(statements.dialect())
    );
    let values = [Value::Text(&position.run), Value::Text(name.as_str())];
    Ok(statements.row(&sql, &values).await?.is_some())
}

fn name_of(row: &Row, column: usize) -> Result<DocName, Error> {
    DocName::parse(&row.text(column)?).map_err(|_| unreadable(column))
}

/// The text is replaced unless it is from a later position of the same run.
const NOT_LATER: &str = "(search_texts.run <> $2 OR search_texts.seq <= $3)";

pub(super) async fn put(
    statements: &mut dyn Statements,
    doc: DocId,
    position: &SearchPosition,
    text: &SearchText,
) -> Result<bool, Error> {
    let content = text.encode();
    let digest = blake3::hash(&content);
    let head = [
        Value::Int(doc.0),
        Value::Text(&position.run),
        Value::Int(position.seq),
        Value::Bytes(digest.as_bytes()),
    ];
    // Most often after a compaction, or an edit of what is no text: no word is written again.
    let same = format!(
        "UPDATE search_texts SET run = $2, seq = $3 WHERE doc = $1 AND digest = $4 AND {NOT_LATER}"
    );
    if statements.run(&same, &head).await? > 0 {
        return Ok(true);
    }
    let index = text.index();
    let [id, run, seq, digest] = head;
    let mut values = vec![id, run, seq, digest, Value::Bytes(&content)];
    let (words, places) = match statements.dialect() {
        Dialect::Sqlite => ("", ""),
        Dialect::Postgres => {
            values.push(Value::Text(&index.title));
            values.push(Value::Text(&index.all));
            (
                ", title_words, words",
                ", CAST(CAST($6 AS TEXT) AS tsvector), CAST(CAST($7 AS TEXT) AS tsvector)",
            )
        }
    };
    let also = match statements.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => ", title_words = excluded.title_words, words = excluded.words",
    };
    let replace = format!(
        "INSERT INTO search_texts (doc, run, seq, digest, content{words})
         SELECT p.doc, $2, $3, $4, $5{places} FROM document_policies p WHERE p.doc = $1
         ON CONFLICT (doc) DO UPDATE SET
             run = excluded.run, seq = excluded.seq, digest = excluded.digest, content = excluded.content{also}
         WHERE {NOT_LATER}"
    );
    if statements.run(&replace, &values).await? == 0 {
        return Ok(false);
    }
    if statements.dialect() == Dialect::Sqlite {
        let values = [id, Value::Text(&index.title), Value::Text(&index.all)];
        let gone = "DELETE FROM search_words WHERE rowid = $1";
        statements.run(gone, &values[..1]).await?;
        let put = "INSERT INTO search_words (rowid, title, words) VALUES ($1, $2, $3)";
        statements.run(put, &values).await?;
    }
    Ok(true)
}

/// What only an account that may read document `d` gets past, for the joins of [`standing`]: the rule of access
/// (`model/src/access.rs`) once more, so that a database does not even count the others. What decides is the rule itself.
const READABLE: &str = "
    (p.privacy IN ('portal', 'public')
     OR (m.role IN ('leader', 'deputy', 'member')
         AND (p.privacy = 'community'
              OR (p.privacy = 'private' AND p.creator = $1)
              OR (p.privacy = 'sub-group' AND s.account IS NOT NULL)))
     OR (m.role IN ('leader', 'deputy', 'member', 'guest') AND p.privacy <> 'private'
         AND g.access IN ('read', 'comment', 'write')))
    AND a.id IS NOT NULL AND a.locked_at_ms IS NULL";

pub(super) async fn search(
    statements: &mut dyn Statements,
    by: Actor,
    search: Search<'_>,
) -> Result<SearchPage, Error> {
    let dialect = statements.dialect();
    let words = expression(dialect, search.query);
    let words_of_title = match dialect {
        Dialect::Sqlite => format!("title : ({words})"),
        Dialect::Postgres => words.clone(),
    };
    let mut values = vec![
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Text(&words),
        Value::Text(&words_of_title),
    ];
    let (in_text, in_title) = match dialect {
        Dialect::Sqlite => (
            "t.doc IN (SELECT rowid FROM search_words WHERE search_words MATCH $3)",
            "t.doc IN (SELECT rowid FROM search_words WHERE search_words MATCH $4)",
        ),
        Dialect::Postgres => (
            "t.words @@ CAST(CAST($3 AS TEXT) AS tsquery)",
            "t.title_words @@ CAST(CAST($4 AS TEXT) AS tsquery)",
        ),
    };
    let within = match search.within {
        SearchWithin::Everything => "",
        SearchWithin::Library => " AND m.role IS NULL",
        SearchWithin::Community(_) => " AND p.community = $5",
    };
    if let SearchWithin::Community(id) = &search.within {
        values.push(Value::Bytes(id.as_bytes()));
    }
    let after = match search.after {
        None => String::new(),
        Some(after) => {
            values.push(Value::Int(i64::from(after.in_title)));
            values.push(Value::Int(after.at_ms));
            values.push(Value::Int(after.id.0));
            let at = values.len();
            format!(
                " WHERE (f.in_title, f.updated_at_ms, f.id) < (${}, ${}, ${at})",
                at - 2,
                at - 1
            )
        }
    };
    values.push(Value::Int(i64::try_from(search.limit).unwrap_or(i64::MAX)));
    let sql = format!(
        "SELECT * FROM (
             SELECT d.id, d.name, d.lineage, d.title, d.created_at_ms, d.updated_at_ms, d.deleted_at_ms,
                    c.name AS community_name, CASE WHEN {in_title} THEN 1 ELSE 0 END AS in_title, {}
             FROM search_texts t JOIN document_policies p ON p.doc = t.doc JOIN documents d ON d.id = p.doc
             JOIN communities c ON c.id = p.community {}
             WHERE {in_text} AND d.deleted_at_ms IS NULL AND {READABLE}{within}
         ) AS f{after}
         ORDER BY f.in_title DESC, f.updated_at_ms DESC, f.id DESC LIMIT ${}",
        standing::COLUMNS,
        standing::JOINS,
        values.len()
    );
    let rows = statements.rows(&sql, &values).await?;
    let mut next = None;
    if rows.len() == search.limit
        && let Some(last) = rows.last()
    {
        next = Some(cursor_of(last)?);
    }
    let mut found = Vec::new();
    for row in &rows {
        let standing = standing::read(row, 9)?;
        if standing.access() >= Access::Read {
            found.push(Found {
                record: record_of(row)?,
                community_name: row.text(7)?,
                standing,
                cursor: cursor_of(row)?,
            });
        }
    }
    let hits = with_texts(statements, found).await?;
    Ok(SearchPage { hits, next })
}

/// A hit whose text is still to be read.
struct Found {
    record: DocumentRecord,
    community_name: String,
    standing: DocumentStanding,
    cursor: SearchCursor,
}

/// The place of a row in what is found.
fn cursor_of(row: &Row) -> Result<SearchCursor, Error> {
    Ok(SearchCursor {
        in_title: row.int(8)? == 1,
        at_ms: row.int(5)?,
        id: DocId(row.int(0)?),
    })
}

/// Reads the texts of those that may be read, and of no others. One that went away meanwhile is no hit.
async fn with_texts(
    statements: &mut dyn Statements,
    found: Vec<Found>,
) -> Result<Vec<SearchHit>, Error> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=found.len()).map(|at| format!("${at}")).collect();
    let sql = format!(
        "SELECT doc, content FROM search_texts WHERE doc IN ({})",
        places.join(", ")
    );
    let ids: Vec<Value<'_>> = found
        .iter()
        .map(|found| Value::Int(found.record.id.0))
        .collect();
    let mut texts = HashMap::new();
    for row in statements.rows(&sql, &ids).await? {
        let text = SearchText::decode(row.bytes(1)?).ok_or_else(|| unreadable(1))?;
        texts.insert(row.int(0)?, text);
    }
    Ok(found
        .into_iter()
        .filter_map(|found| {
            Some(SearchHit {
                text: texts.remove(&found.record.id.0)?,
                record: found.record,
                community_name: found.community_name,
                standing: found.standing,
                cursor: found.cursor,
            })
        })
        .collect())
}

/// All words of a query, as the database is asked for them. Folded words are letters and digits: in quotation marks they
/// mean nothing but themselves.
fn expression(dialect: Dialect, query: &Query) -> String {
    let one = |term: &Term| match (dialect, term.is_prefix) {
        (Dialect::Sqlite, true) => format!("\"{}\"*", term.word),
        (Dialect::Sqlite, false) => format!("\"{}\"", term.word),
        (Dialect::Postgres, true) => format!("'{}':*", term.word),
        (Dialect::Postgres, false) => format!("'{}'", term.word),
    };
    let words: Vec<String> = query.terms().into_iter().map(one).collect();
    words.join(match dialect {
        Dialect::Sqlite => " AND ",
        Dialect::Postgres => " & ",
    })
}
