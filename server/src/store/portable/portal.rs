//! What the portal keeps, table by table: accounts, communities and their ledgers, outside of any one database.
//!
//! Both databases have the same tables with the same columns, so a table is its rows and nothing needs to be understood to
//! be moved. Documents are named, because their numbers mean nothing elsewhere. What only holds for a while stays behind:
//! the count of changes of access, and whatever is not listed here; so does what is searched, which is derived from the
//! documents and read again where they arrive. A ledger arrives hash for hash.
//!
//! A table that is added to the schema is added here; a test compares.

use sqlx::Error;

use super::digest::{Digest, PortalForm};
use crate::store::statements::{Cell, Statements, Value};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Text,
    Bytes,
    /// A document: a number in the database, its name outside.
    Document,
}

use Kind::{Bytes, Document, Int, Text};

/// One table.
#[derive(Debug)]
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Kind)],
    /// How many of the first columns tell rows apart.
    key: usize,
}

/// In an order in which they can be written: a row refers to earlier tables only.
const TABLES: &[Table] = &[
    Table {
        name: "accounts",
        columns: &[
            ("id", Bytes),
            ("email", Text),
            ("email_folded", Text),
            ("name", Text),
            ("password", Text),
            ("created_at_ms", Int),
            ("locked_at_ms", Int),
            ("left_at_ms", Int),
        ],
        key: 1,
    },
    Table {
        name: "sessions",
        columns: &[
            ("id", Bytes),
            ("account", Bytes),
            ("secret_hash", Bytes),
            ("created_at_ms", Int),
            ("last_seen_at_ms", Int),
            ("expires_at_ms", Int),
            ("user_agent", Text),
            ("address", Text),
        ],
        key: 1,
    },
    Table {
        name: "password_links",
        columns: &[
            ("account", Bytes),
            ("secret_hash", Bytes),
            ("created_at_ms", Int),
            ("expires_at_ms", Int),
        ],
        key: 1,
    },
    Table {
        name: "identities",
        columns: &[
            ("id", Bytes),
            ("account", Bytes),
            ("issuer", Text),
            ("subject", Text),
            ("shown_as", Text),
            ("since_ms", Int),
        ],
        key: 1,
    },
    Table {
        name: "mails",
        columns: &[
            ("id", Bytes),
            ("recipient", Text),
            ("kind", Text),
            ("language", Text),
            ("details", Text),
            ("sealed", Bytes),
            ("only_once", Text),
            ("created_at_ms", Int),
            ("due_at_ms", Int),
            ("attempts", Int),
            ("spent", Int),
        ],
        key: 1,
    },
    Table {
        name: "communities",
        columns: &[
            ("id", Bytes),
            ("name", Text),
            ("description", Text),
            ("accent", Text),
            ("join_policy", Text),
            ("default_privacy", Text),
            ("language", Text),
            ("created_at_ms", Int),
            ("ask_after_days", Int),
            ("step_back_after_days", Int),
        ],
        key: 1,
    },
    Table {
        name: "community_logos",
        columns: &[
            ("community", Bytes),
            ("hash", Bytes),
            ("picture", Bytes),
            ("set_at_ms", Int),
        ],
        key: 1,
    },
    Table {
        name: "memberships",
        columns: &[
            ("community", Bytes),
            ("account", Bytes),
            ("role", Text),
            ("since_ms", Int),
            ("until_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "lowerings",
        columns: &[("community", Bytes), ("account", Bytes), ("at_ms", Int)],
        key: 2,
    },
    Table {
        name: "removals",
        columns: &[("community", Bytes), ("account", Bytes), ("at_ms", Int)],
        key: 2,
    },
    Table {
        name: "attendance",
        columns: &[
            ("community", Bytes),
            ("account", Bytes),
            ("last_seen_day", Int),
            ("asked_at_ms", Int),
            ("stepped_back_at_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "tombstones",
        columns: &[
            ("name", Text),
            ("community", Bytes),
            ("deleted_by", Bytes),
            ("at_ms", Int),
            ("was_open", Int),
        ],
        key: 1,
    },
    Table {
        name: "invitations",
        columns: &[
            ("id", Bytes),
            ("community", Bytes),
            ("role", Text),
            ("secret_hash", Bytes),
            ("invited_by", Bytes),
            ("created_at_ms", Int),
            ("expires_at_ms", Int),
            ("uses_max", Int),
            ("uses", Int),
            ("withdrawn_at_ms", Int),
            ("until_ms", Int),
        ],
        key: 1,
    },
    Table {
        name: "sub_groups",
        columns: &[
            ("id", Bytes),
            ("community", Bytes),
            ("name", Text),
            ("created_by", Bytes),
            ("created_at_ms", Int),
        ],
        key: 1,
    },
    Table {
        name: "sub_group_members",
        columns: &[("sub_group", Bytes), ("account", Bytes), ("since_ms", Int)],
        key: 2,
    },
    Table {
        name: "document_policies",
        columns: &[
            ("doc", Document),
            ("community", Bytes),
            ("privacy", Text),
            ("creator", Bytes),
            ("sub_group", Bytes),
            ("was_open", Int),
        ],
        key: 1,
    },
    Table {
        name: "invitation_documents",
        columns: &[("invitation", Bytes), ("doc", Document), ("access", Text)],
        key: 2,
    },
    Table {
        name: "join_requests",
        columns: &[
            ("community", Bytes),
            ("account", Bytes),
            ("sentence", Text),
            ("asked_at_ms", Int),
            ("declined_at_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "document_grants",
        columns: &[
            ("doc", Document),
            ("account", Bytes),
            ("access", Text),
            ("granted_by", Bytes),
            ("granted_at_ms", Int),
            ("until_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "branches",
        columns: &[
            ("doc", Document),
            ("parent", Document),
            ("author", Bytes),
            ("kind", Text),
            ("state", Text),
            ("note", Text),
            ("made_at_ms", Int),
            ("closed_at_ms", Int),
            ("closed_by", Bytes),
            ("part_at_ms", Int),
            ("fork_bytes", Int),
            ("fork_zstd", Bytes),
            ("left_at_ms", Int),
            ("left_bytes", Int),
        ],
        key: 1,
    },
    Table {
        name: "questions",
        columns: &[("doc", Document), ("parent", Document), ("place", Int)],
        key: 1,
    },
    Table {
        name: "notifications",
        columns: &[
            ("id", Bytes),
            ("account", Bytes),
            ("at_ms", Int),
            ("kind", Text),
            ("actor", Bytes),
            ("community", Bytes),
            ("doc", Document),
            ("branch", Document),
            ("thread", Text),
            ("remark", Text),
            ("sub_group", Bytes),
            ("word", Text),
            ("until_ms", Int),
            ("read_at_ms", Int),
            ("round", Bytes),
        ],
        key: 1,
    },
    Table {
        name: "notification_silences",
        columns: &[("account", Bytes), ("topic", Text)],
        key: 2,
    },
    Table {
        name: "discussion_reads",
        columns: &[
            ("doc", Document),
            ("tail_last", Int),
            ("tail_rows", Int),
            ("seen", Bytes),
        ],
        key: 1,
    },
    Table {
        name: "remarks",
        columns: &[
            ("doc", Document),
            ("remark", Text),
            ("author", Bytes),
            ("at_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "taken_away",
        columns: &[
            ("doc", Document),
            ("remark", Text),
            ("taken_by", Bytes),
            ("at_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "visits",
        columns: &[
            ("community", Bytes),
            ("account", Bytes),
            ("since_ms", Int),
            ("last_ms", Int),
        ],
        key: 2,
    },
    // Before the writers: judging somebody moves theirs.
    Table {
        name: "judgements",
        columns: &[
            ("doc", Document),
            ("member", Bytes),
            ("version", Int),
            ("verdict", Text),
            ("reason", Text),
            ("judged_by", Bytes),
            ("at_ms", Int),
        ],
        key: 3,
    },
    Table {
        name: "writers",
        columns: &[
            ("doc", Document),
            ("account", Bytes),
            ("since_ms", Int),
            ("moved_at_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "chosen_roles",
        columns: &[("community", Bytes), ("account", Bytes), ("role", Text)],
        key: 3,
    },
    Table {
        name: "ledger",
        columns: &[
            ("community", Bytes),
            ("seq", Int),
            ("at_ms", Int),
            ("actor", Bytes),
            ("act", Text),
            ("detail", Text),
            ("hash", Bytes),
        ],
        key: 2,
    },
    Table {
        name: "rounds",
        columns: &[
            ("id", Bytes),
            ("doc", Document),
            ("community", Bytes),
            ("opened_by", Bytes),
            ("opened_at_ms", Int),
            ("closes_at_ms", Int),
            ("by_hand", Int),
            ("question", Text),
            ("rule", Text),
            ("anonymity", Text),
            ("heading", Text),
            ("blocks", Int),
            ("quote", Text),
            ("text_hash", Bytes),
            ("text_bytes", Int),
            ("text_zstd", Bytes),
            ("state", Text),
            ("ended_at_ms", Int),
            ("ended_by", Bytes),
            ("reason", Text),
            ("result", Text),
        ],
        key: 1,
    },
    Table {
        name: "declarations",
        columns: &[
            ("id", Bytes),
            ("community", Bytes),
            ("account", Bytes),
            ("at_ms", Int),
        ],
        key: 1,
    },
    Table {
        name: "declared_interests",
        columns: &[
            ("declaration", Bytes),
            ("place", Int),
            ("item", Text),
            ("organisation", Text),
            ("purpose", Text),
            ("amount", Text),
            ("from_month", Text),
            ("until_month", Text),
            ("is_ongoing", Int),
        ],
        key: 2,
    },
    Table {
        name: "round_roll",
        columns: &[
            ("round", Bytes),
            ("voter", Bytes),
            ("recused_at_ms", Int),
            ("recused_by", Bytes),
            ("reason", Text),
            ("late", Text),
        ],
        key: 2,
    },
    Table {
        name: "round_ballots",
        columns: &[
            ("round", Bytes),
            ("voter", Bytes),
            ("choice", Text),
            ("said", Text),
            ("at_ms", Int),
        ],
        key: 2,
    },
    Table {
        name: "round_boxes",
        columns: &[("round", Bytes), ("ballots", Text), ("voted", Text)],
        key: 1,
    },
    Table {
        name: "publications",
        columns: &[
            ("id", Bytes),
            ("doc", Document),
            ("community", Bytes),
            ("prepared_by", Bytes),
            ("prepared_at_ms", Int),
            ("title", Text),
            ("text_hash", Bytes),
            ("text_bytes", Int),
            ("text_zstd", Bytes),
            ("state", Text),
            ("number", Text),
            ("published_by", Bytes),
            ("published_at_ms", Int),
            ("review_by_ms", Int),
            ("licence", Text),
            ("note", Text),
            ("votes", Text),
            ("origin", Text),
            ("withdrawn_at_ms", Int),
            ("withdrawn_by", Bytes),
            ("withdrawn_reason", Text),
        ],
        key: 1,
    },
    Table {
        name: "publication_signatories",
        columns: &[
            ("publication", Bytes),
            ("signatory", Bytes),
            ("decided_at_ms", Int),
            ("declined", Text),
            ("signed_hash", Bytes),
        ],
        key: 2,
    },
    Table {
        name: "meetings",
        columns: &[
            ("id", Bytes),
            ("community", Bytes),
            ("title", Text),
            ("starts_at_ms", Int),
            ("planned_by", Bytes),
            ("planned_at_ms", Int),
            ("phase", Text),
            ("version", Int),
            ("turn", Int),
            ("setup", Text),
            ("state_version", Int),
            ("state", Text),
        ],
        key: 1,
    },
    Table {
        name: "meeting_documents",
        columns: &[("meeting", Bytes), ("doc", Document)],
        key: 2,
    },
    Table {
        name: "meeting_events",
        columns: &[("meeting", Bytes), ("version", Int), ("entry", Text)],
        key: 2,
    },
    Table {
        name: "meeting_boxes",
        columns: &[
            ("meeting", Bytes),
            ("box", Text),
            ("slot", Text),
            ("choice", Int),
        ],
        key: 3,
    },
];

/// The tables that a portal's records are in.
pub fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.name)
}

/// All that the portal keeps, in the order of [`TABLES`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortablePortal {
    tables: Vec<Vec<Vec<Cell>>>,
}

impl PortablePortal {
    /// Whether there is nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// How many rows there are in all tables.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.tables.iter().map(Vec::len).sum()
    }

    /// What tells two portals apart.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut form = PortalForm::new();
        for (table, rows) in TABLES.iter().zip(&self.tables) {
            form.table(table.name, rows.len());
            form.cells(rows);
        }
        form.end()
    }
}

/// Reads everything.
pub(crate) async fn read(statements: &mut dyn Statements) -> Result<PortablePortal, Error> {
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|(name, kind)| match kind {
                Document => format!("(SELECT name FROM documents WHERE id = {name}) AS doc_name"),
                Int | Text | Bytes => (*name).to_owned(),
            })
            .collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), table.name);
        let mut rows: Vec<Vec<Cell>> = statements
            .rows(&sql, &[])
            .await?
            .into_iter()
            .map(|row| row.0)
            .collect();
        // Here, because two databases need not sort alike.
        rows.sort_by(|a, b| a[..table.key].cmp(&b[..table.key]));
        tables.push(rows);
    }
    Ok(PortablePortal { tables })
}

/// Writes everything into tables that are empty. Their documents are there.
pub(crate) async fn write(
    statements: &mut dyn Statements,
    portal: &PortablePortal,
) -> Result<(), Error> {
    for (table, rows) in TABLES.iter().zip(&portal.tables) {
        let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        let places: Vec<String> = table
            .columns
            .iter()
            .zip(1..)
            .map(|((_, kind), at)| match kind {
                Document => format!("(SELECT id FROM documents WHERE name = ${at})"),
                Int | Text | Bytes => format!("${at}"),
            })
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            table.name,
            columns.join(", "),
            places.join(", ")
        );
        for row in rows {
            let values: Vec<Value<'_>> = table
                .columns
                .iter()
                .zip(row)
                .map(|((_, kind), cell)| match (cell, kind) {
                    (Cell::Int(number), _) => Value::Int(*number),
                    (Cell::Text(text), _) => Value::Text(text),
                    (Cell::Bytes(bytes), _) => Value::Bytes(bytes),
                    (Cell::Null, Int) => Value::MaybeInt(None),
                    (Cell::Null, Bytes) => Value::MaybeBytes(None),
                    (Cell::Null, Text | Document) => Value::MaybeText(None),
                })
                .collect();
            statements.run(&sql, &values).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What is no part of the portal, or holds only for a while.
    const LEFT: &[&str] = &[
        "meta",
        "documents",
        "journal",
        "snapshots",
        "client_owners",
        "quarantine",
        "access_epoch",
        "search_texts",
        "meeting_links",
        "meeting_nodes",
        "merge_turns",
    ];

    /// The columns of every table in the migrations, as they are written there.
    fn schema(migrations: &[&str]) -> BTreeSet<(String, String)> {
        let mut columns = BTreeSet::new();
        for migration in migrations {
            for table in migration.split("CREATE TABLE ").skip(1) {
                let (name, rest) = table.split_once(" (").unwrap();
                let body = rest.split("\n)").next().unwrap();
                for line in body.lines().map(str::trim) {
                    let first = line.split_whitespace().next().unwrap_or("--");
                    if first.starts_with("--") || first.chars().all(|c| !c.is_lowercase()) {
                        continue;
                    }
                    columns.insert((name.to_owned(), first.to_owned()));
                }
            }
        }
        for migration in migrations {
            for change in migration.split("ALTER TABLE ").skip(1) {
                let statement = change.split(';').next().unwrap();
                // Others say how columns are stored.
                let Some((table, rest)) = statement.split_once(" ADD COLUMN ") else {
                    continue;
                };
                let column = rest.split_whitespace().next().unwrap();
                columns.insert((table.to_owned(), column.to_owned()));
            }
        }
        columns.retain(|(table, _)| !LEFT.contains(&table.as_str()));
        columns
    }

    #[test]
    fn every_column_of_the_portal_moves() {
        let listed: BTreeSet<(String, String)> = TABLES
            .iter()
            .flat_map(|table| {
                table
                    .columns
                    .iter()
                    .map(|(column, _)| (table.name.to_owned(), (*column).to_owned()))
            })
            .collect();
        let sqlite = schema(&[
            include_str!("../../../migrations/sqlite/0002_people.sql"),
            include_str!("../../../migrations/sqlite/0003_communities.sql"),
            include_str!("../../../migrations/sqlite/0004_joining.sql"),
            include_str!("../../../migrations/sqlite/0005_branches.sql"),
            include_str!("../../../migrations/sqlite/0008_governance.sql"),
            include_str!("../../../migrations/sqlite/0010_identities.sql"),
            include_str!("../../../migrations/sqlite/0009_search.sql"),
            include_str!("../../../migrations/sqlite/0011_catching_up.sql"),
            include_str!("../../../migrations/sqlite/0012_for_good.sql"),
            include_str!("../../../migrations/sqlite/0013_left_behind.sql"),
            include_str!("../../../migrations/sqlite/0014_meetings.sql"),
            include_str!("../../../migrations/sqlite/0015_questions.sql"),
            include_str!("../../../migrations/sqlite/0016_rounds.sql"),
            include_str!("../../../migrations/sqlite/0017_looks.sql"),
            include_str!("../../../migrations/sqlite/0018_taken_away.sql"),
            include_str!("../../../migrations/sqlite/0019_publications.sql"),
            include_str!("../../../migrations/sqlite/0020_interests.sql"),
            include_str!("../../../migrations/sqlite/0022_closing.sql"),
        ]);
        let postgres = schema(&[
            include_str!("../../../migrations/postgres/0002_people.sql"),
            include_str!("../../../migrations/postgres/0003_communities.sql"),
            include_str!("../../../migrations/postgres/0004_joining.sql"),
            include_str!("../../../migrations/postgres/0005_branches.sql"),
            include_str!("../../../migrations/postgres/0008_governance.sql"),
            include_str!("../../../migrations/postgres/0010_identities.sql"),
            include_str!("../../../migrations/postgres/0009_search.sql"),
            include_str!("../../../migrations/postgres/0011_catching_up.sql"),
            include_str!("../../../migrations/postgres/0012_for_good.sql"),
            include_str!("../../../migrations/postgres/0013_left_behind.sql"),
            include_str!("../../../migrations/postgres/0014_meetings.sql"),
            include_str!("../../../migrations/postgres/0015_questions.sql"),
            include_str!("../../../migrations/postgres/0016_rounds.sql"),
            include_str!("../../../migrations/postgres/0017_looks.sql"),
            include_str!("../../../migrations/postgres/0018_taken_away.sql"),
            include_str!("../../../migrations/postgres/0019_publications.sql"),
            include_str!("../../../migrations/postgres/0020_interests.sql"),
            include_str!("../../../migrations/postgres/0022_closing.sql"),
        ]);
        assert_eq!(listed, sqlite);
        assert_eq!(listed, postgres);
    }
}
