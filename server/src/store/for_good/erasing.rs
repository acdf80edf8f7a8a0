//! Taking a document out of every table, and its name out of use.
//!
//! No foreign key of a journal row says that it belongs to a document (ADR-0009), and none of SQLite's deletes by itself:
//! here is the list of what a document has, and a test holds it to the migrations. A table that is added to the schema and
//! not here would keep what was deleted.

use consilium_model::discussion;
use consilium_protocol::ids::DocName;
use sqlx::Error;

use crate::store::communities::Actor;
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Dialect, Statements, Value, unreadable};

/// The tables that hold something of a document in a column `doc`, in an order in which they can be emptied.
const BELONGINGS: &[&str] = &[
    "journal",
    "snapshots",
    "client_owners",
    "quarantine",
    "contributions",
    "versions",
    "version_states",
    "invitation_documents",
    "document_grants",
    "merge_turns",
    "branches",
    "questions",
    "search_texts",
    "discussion_reads",
    "remarks",
    "taken_away",
    "writers",
    "meeting_documents",
    "notifications",
    "rounds",
    "publications",
    "judgements",
    "document_policies",
];

/// Whether the community knew of a document, and may know who deleted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Known {
    /// It was never open to anybody but whoever made it.
    ToItsMaker,
    /// More people could read it at some time.
    ToTheCommunity,
}

/// Keeps everybody from writing rows of a document that is being deleted. To be called before anything else of the
/// transaction, because whoever writes rows must not wait for what it holds already.
///
/// PostgreSQL's appends look for their document and write their rows in one statement: one that has looked and not yet
/// written would leave rows behind of a document that is gone. All of them wait here until the deletion is done: some
/// milliseconds, on a day on which somebody deletes. In SQLite there is one writer anyway.
pub(in crate::store) async fn keep_writers_out(
    statements: &mut dyn Statements,
) -> Result<(), Error> {
    match statements.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => statements
            .run("LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE", &[])
            .await
            .map(|_| ()),
    }
}

/// Erases a document with its discussion, its branches and its questions. The community is locked, and writers are kept out.
pub(in crate::store) async fn erase(
    statements: &mut dyn Statements,
    by: Actor,
    community: CommunityId,
    name: &DocName,
    known: Known,
) -> Result<(), Error> {
    let discussion = discussion::of_document(name);
    let found = statements
        .rows(
            "SELECT id, name FROM documents WHERE name = $1 OR name = $2
                OR id IN (SELECT b.doc FROM branches b JOIN documents d ON d.id = b.parent WHERE d.name = $1)
                OR id IN (SELECT q.doc FROM questions q JOIN documents d ON d.id = q.parent WHERE d.name = $1)
             ORDER BY id",
            &[
                Value::Text(name.as_str()),
                Value::MaybeText(discussion.as_ref().map(DocName::as_str)),
            ],
        )
        .await?;
    let mut docs = Vec::with_capacity(found.len());
    // A discussion that nobody has opened yet must not come into being afterwards either.
    let mut names: Vec<String> = discussion
        .iter()
        .map(|name| name.as_str().to_owned())
        .collect();
    for row in &found {
        docs.push(row.int(0)?);
        names.push(row.text(1)?);
    }
    names.sort_unstable();
    names.dedup();
    empty(&mut *statements, &docs).await?;
    for name in &names {
        statements
            .run(
                "INSERT INTO tombstones (name, community, deleted_by, at_ms, was_open) VALUES ($1, $2, $3, $4, $5)",
                &[
                    Value::Text(name),
                    Value::Bytes(community.as_bytes()),
                    Value::Bytes(by.account.as_bytes()),
                    Value::Int(by.at_ms),
                    Value::Int((known == Known::ToTheCommunity).into()),
                ],
            )
            .await?;
    }
    Ok(())
}

/// Takes these documents out of every table.
async fn empty(statements: &mut dyn Statements, docs: &[i64]) -> Result<(), Error> {
    for table in BELONGINGS {
        let sql = format!("DELETE FROM {table} WHERE doc = $1");
        for doc in docs {
            statements.run(&sql, &[Value::Int(*doc)]).await?;
        }
    }
    for doc in docs {
        // What is told about a suggestion is told about its document as well, which is not always among these.
        statements
            .run(
                "DELETE FROM notifications WHERE branch = $1",
                &[Value::Int(*doc)],
            )
            .await?;
        let gone = statements
            .run("DELETE FROM documents WHERE id = $1", &[Value::Int(*doc)])
            .await?;
        if gone == 0 {
            return Err(unreadable(0));
        }
    }
    Ok(())
}

/// Its name is a random one that nobody has heard of, so it needs no tombstone.
pub(super) async fn discard_unclaimed(
    statements: &mut dyn Statements,
    name: &DocName,
) -> Result<(), Error> {
    keep_writers_out(&mut *statements).await?;
    let found = statements
        .row(
            "SELECT d.id FROM documents d WHERE d.name = $1
               AND NOT EXISTS (SELECT 1 FROM document_policies p WHERE p.doc = d.id)
               AND NOT EXISTS (SELECT 1 FROM branches b WHERE b.doc = d.id)
               AND NOT EXISTS (SELECT 1 FROM questions q WHERE q.doc = d.id)",
            &[Value::Text(name.as_str())],
        )
        .await?;
    match found {
        Some(row) => empty(statements, &[row.int(0)?]).await,
        None => Ok(()),
    }
}

/// The tables of the migrations in this folder that have a column of this name: for lists that must not forget one.
#[cfg(test)]
pub(in crate::store) fn tables_with(
    column: &str,
    folder: &str,
) -> std::collections::BTreeSet<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(folder);
    let mut tables = std::collections::BTreeSet::new();
    for migration in std::fs::read_dir(folder).unwrap() {
        let sql = std::fs::read_to_string(migration.unwrap().path()).unwrap();
        for made in sql.split("CREATE ").skip(1) {
            let made = made
                .trim_start_matches("UNLOGGED ")
                .trim_start_matches("VIRTUAL ");
            let Some(table) = made.strip_prefix("TABLE ") else {
                continue;
            };
            let (head, rest) = table.split_once('(').unwrap();
            let body = rest.split("\n)").next().unwrap();
            let has = body
                .lines()
                .any(|line| line.split_whitespace().next() == Some(column));
            if has {
                tables.insert(head.split_whitespace().next().unwrap().to_owned());
            }
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everything_that_a_document_has_is_erased_with_it() {
        let listed: BTreeSet<String> = BELONGINGS.iter().map(|table| (*table).to_owned()).collect();
        for folder in ["sqlite", "postgres"] {
            assert_eq!(tables_with("doc", folder), listed, "{folder}");
        }
    }
}
