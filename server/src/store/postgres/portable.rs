//! A PostgreSQL store, document by document: for a move, with the database to oneself, or for a backup, as of one
//! instant while others write.

use std::ops::Range;

use async_trait::async_trait;
use consilium_protocol::ids::{DocName, UserId};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};

use super::classify::{classify, within};
use super::schema::{self, Schema};
use super::session::{Admission, Connector};
use super::{quarantine, read};
use crate::store::address::PostgresUrl;
use crate::store::checksum;
use crate::store::history::moving;
use crate::store::limits::{
    MOVE_STATEMENT_BYTES, POSTGRES_MOVE_ANSWER_TIMEOUT, POSTGRES_MOVE_TIMEOUT,
};
use crate::store::portable::portal;
use crate::store::portable::{
    Marks, PortableDocument, PortablePortal, PortableQuarantined, PortableRow, PortableStore,
};
use crate::store::raw::{PackedSnapshot, aside, check_snapshot, pack_snapshot, portable_row};
use crate::store::record::{DocId, RowId};
use crate::store::{Corruption, StoreError};

/// A PostgreSQL store, document by document.
#[derive(Debug)]
pub struct PortablePostgres {
    connection: PgConnection,
}

impl PortablePostgres {
    /// The store in a database, which nobody serves meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while nodes serve it; [`StoreError::Rejected`] when there is no store or a newer version
    /// wrote it; else the storage-wide kinds.
    ///
    /// Cancel safety: the database is let go.
    pub async fn source(url: &PostgresUrl) -> Result<Self, StoreError> {
        let mut connection = Connector::new(url)?.connect_bare(Admission::Alone).await?;
        if schema::found(&mut connection).await? == Schema::None {
            return Err(no_store());
        }
        Self::prepared(connection).await
    }

    /// A database for a store to come, which nobody serves meanwhile.
    ///
    /// # Errors
    /// As [`PortablePostgres::source`].
    ///
    /// Cancel safety: the database is let go.
    pub async fn target(url: &PostgresUrl) -> Result<Self, StoreError> {
        let connection = Connector::new(url)?.connect_bare(Admission::Alone).await?;
        Self::prepared(connection).await
    }

    /// The store in a database as of now, whoever writes to it meanwhile. To read only.
    pub(super) async fn snapshot(connector: &Connector) -> Result<Self, StoreError> {
        let mut connection = connector.connect_bare(Admission::Reading).await?;
        match schema::found(&mut connection).await? {
            Schema::None => return Err(no_store()),
            Schema::Older => {
                return Err(StoreError::Rejected(
                    "an older version wrote this database: start this version once to bring it up to date, or run that one"
                        .into(),
                ));
            }
            Schema::Current => {}
        }
        let begun = async {
            schema::allow(
                &mut connection,
                POSTGRES_MOVE_TIMEOUT,
                POSTGRES_MOVE_TIMEOUT,
            )
            .await?;
            sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                .execute(&mut connection)
                .await
        };
        let action = "begin to read one instant";
        settled(begun, action).await?;
        Ok(Self { connection })
    }

    async fn prepared(mut connection: PgConnection) -> Result<Self, StoreError> {
        schema::migrate(&mut connection).await?;
        let allowed = schema::allow(
            &mut connection,
            POSTGRES_MOVE_TIMEOUT,
            POSTGRES_MOVE_TIMEOUT,
        );
        settled(allowed, "prepare a move").await?;
        Ok(Self { connection })
    }
}

fn no_store() -> StoreError {
    StoreError::Rejected("the database holds no store".into())
}

async fn settled<T>(
    answer: impl Future<Output = Result<T, sqlx::Error>>,
    action: &str,
) -> Result<T, StoreError> {
    within(POSTGRES_MOVE_ANSWER_TIMEOUT, answer)
        .await
        .map_err(|error| classify(&error, action))
}

#[async_trait]
impl PortableStore for PortablePostgres {
    async fn count(&mut self) -> Result<u64, StoreError> {
        let counted =
            sqlx::query_scalar("SELECT count(*) FROM documents").fetch_one(&mut self.connection);
        let count: i64 = settled(counted, "count documents").await?;
        Ok(count.unsigned_abs())
    }

    async fn names_after(
        &mut self,
        after: Option<&DocName>,
        count: u32,
    ) -> Result<Vec<DocName>, StoreError> {
        let listed =
            sqlx::query_as("SELECT id, name FROM documents WHERE name > $1 ORDER BY name LIMIT $2")
                .bind(after.map_or("", DocName::as_str))
                .bind(i64::from(count))
                .fetch_all(&mut self.connection);
        let names: Vec<(i64, String)> = settled(listed, "list documents").await?;
        names
            .into_iter()
            .map(|(id, name)| {
                let doc = DocId(id);
                DocName::parse(&name).map_err(|_| StoreError::Corrupt(Corruption::Record { doc }))
            })
            .collect()
    }

    async fn read(&mut self, name: &DocName) -> Result<Option<PortableDocument>, StoreError> {
        let parts = settled(read::fetch(&mut self.connection, name), "read a document").await?;
        let Some(raw) = read::RawDocument::of(parts)? else {
            return Ok(None);
        };
        let entries = settled(
            quarantine::fetch(&mut self.connection, name),
            "read the quarantine",
        )
        .await?;
        let quarantine = entries
            .iter()
            .map(|row| quarantine::entry_of(name, row))
            .collect::<Result<Vec<_>, _>>()?;
        let past = settled(
            moving::read(&mut self.connection, raw.record.id.0),
            "read a document's past",
        )
        .await?;
        let document = aside("check a document", move || {
            let (doc, name) = (raw.record.id, raw.record.name);
            Ok(PortableDocument {
                lineage: raw.record.lineage,
                title: raw.record.title,
                created_at_ms: raw.record.created_at_ms,
                updated_at_ms: raw.record.updated_at_ms,
                deleted_at_ms: raw.record.deleted_at_ms,
                snapshots: raw
                    .snapshots
                    .into_iter()
                    .map(|snapshot| check_snapshot(&name, snapshot).map(|found| found.state))
                    .collect::<Result<_, _>>()?,
                rows: raw
                    .rows
                    .into_iter()
                    .map(|row| portable_row(doc, &name, row))
                    .collect::<Result<_, _>>()?,
                owners: raw.owners.into_iter().collect(),
                quarantine: quarantine
                    .into_iter()
                    .map(PortableQuarantined::from)
                    .collect(),
                past,
                name,
            })
        })
        .await?;
        Ok(Some(document))
    }

    async fn write(&mut self, document: &PortableDocument) -> Result<(), StoreError> {
        let mut packed = Vec::with_capacity(document.snapshots.len());
        for state in &document.snapshots {
            let state = state.clone();
            let pack = move || pack_snapshot(DocId(0), &state);
            packed.push(aside("compress a snapshot", pack).await?);
        }
        let written = write(&mut self.connection, document, packed);
        settled(written, "write a document").await
    }

    async fn portal(&mut self) -> Result<PortablePortal, StoreError> {
        let read = portal::read(&mut self.connection);
        settled(read, "read the portal").await
    }

    async fn write_portal(&mut self, written: &PortablePortal) -> Result<(), StoreError> {
        let written = async {
            let mut tx = self.connection.begin().await?;
            portal::write(&mut *tx, written).await?;
            tx.commit().await
        };
        settled(written, "write the portal").await
    }

    async fn marks(&mut self) -> Result<Marks, StoreError> {
        let entries = settled(schema::read_marks(&mut self.connection), "read marks").await?;
        Marks::read(entries)
    }

    async fn set_marks(&mut self, marks: &Marks) -> Result<(), StoreError> {
        let entries = marks.entries()?;
        let written = async {
            let mut tx = self.connection.begin().await?;
            for (key, value) in entries {
                sqlx::query("DELETE FROM meta WHERE key = $1")
                    .bind(key)
                    .execute(&mut *tx)
                    .await?;
                if let Some(value) = value {
                    sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2)")
                        .bind(key)
                        .bind(value)
                        .execute(&mut *tx)
                        .await?;
                }
            }
            tx.commit().await
        };
        settled(written, "write marks").await
    }
}

async fn write(
    connection: &mut PgConnection,
    document: &PortableDocument,
    snapshots: Vec<PackedSnapshot>,
) -> Result<(), sqlx::Error> {
    let mut tx = connection.begin().await?;
    let doc: i64 = sqlx::query(
        "INSERT INTO documents (name, lineage, title, title_folded, created_at_ms, updated_at_ms, deleted_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(document.name.as_str())
    .bind(document.lineage.as_bytes().as_slice())
    .bind(document.title.as_bytes())
    .bind(crate::store::filter::fold(&document.title).into_bytes())
    .bind(document.created_at_ms)
    .bind(document.updated_at_ms)
    .bind(document.deleted_at_ms)
    .fetch_one(&mut *tx)
    .await?
    .try_get("id")?;
    for snapshot in snapshots {
        sqlx::query(
            "INSERT INTO snapshots (doc, hash, state_bytes, state_zstd) VALUES ($1, $2, $3, $4)",
        )
        .bind(doc)
        .bind(snapshot.hash.0.as_slice())
        .bind(snapshot.state_bytes)
        .bind(snapshot.state_zstd)
        .execute(&mut *tx)
        .await?;
    }
    for piece in pieces(&document.rows, |row| row.update.len()) {
        write_rows(&mut tx, doc, &document.rows[piece]).await?;
    }
    let clients: Vec<i64> = document.owners.keys().map(|id| id.cast_signed()).collect();
    let owners: Vec<&[u8]> = document
        .owners
        .values()
        .map(|owner| owner.as_str().as_bytes())
        .collect();
    sqlx::query(
        "INSERT INTO client_owners (doc, client, owner) SELECT $1, * FROM unnest($2::int8[], $3::bytea[])",
    )
    .bind(doc)
    .bind(clients)
    .bind(owners)
    .execute(&mut *tx)
    .await?;
    for piece in pieces(&document.quarantine, |entry| entry.update.len()) {
        write_quarantine(&mut tx, doc, &document.quarantine[piece]).await?;
    }
    moving::write(&mut *tx, doc, &document.past).await?;
    tx.commit().await
}

async fn write_rows(
    connection: &mut PgConnection,
    doc: i64,
    rows: &[PortableRow],
) -> Result<(), sqlx::Error> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT nextval('journal_ids') FROM generate_series(1, $1)")
            .bind(i64::try_from(rows.len()).unwrap_or(i64::MAX))
            .fetch_all(&mut *connection)
            .await?;
    let authors: Vec<Option<&str>> = rows
        .iter()
        .map(|row| row.author.as_ref().map(UserId::as_str))
        .collect();
    let checksums: Vec<[u8; checksum::CHECKSUM_BYTES]> = rows
        .iter()
        .zip(&ids)
        .zip(&authors)
        .map(|((row, id), author)| {
            checksum::journal_row(DocId(doc), RowId(*id), row.at_ms, *author, &row.update)
        })
        .collect();
    sqlx::query(
        "INSERT INTO journal (doc, id, at_ms, author, checksum, update_v1)
         SELECT $1, * FROM unnest($2::int8[], $3::int8[], $4::bytea[], $5::bytea[], $6::bytea[])",
    )
    .bind(doc)
    .bind(&ids)
    .bind(rows.iter().map(|row| row.at_ms).collect::<Vec<_>>())
    .bind(
        authors
            .iter()
            .map(|author| author.map(str::as_bytes))
            .collect::<Vec<_>>(),
    )
    .bind(checksums)
    .bind(rows.iter().map(|row| &*row.update).collect::<Vec<&[u8]>>())
    .execute(connection)
    .await
    .map(|_| ())
}

async fn write_quarantine(
    connection: &mut PgConnection,
    doc: i64,
    entries: &[PortableQuarantined],
) -> Result<(), sqlx::Error> {
    let authors: Vec<&[u8]> = entries
        .iter()
        .map(|entry| entry.author.as_ref().map_or("", UserId::as_str).as_bytes())
        .collect();
    let hashes: Vec<[u8; 32]> = entries
        .iter()
        .map(|entry| *blake3::hash(&entry.update).as_bytes())
        .collect();
    sqlx::query(
        "INSERT INTO quarantine (doc, author, at_ms, reason, hash, update_v1)
         SELECT $1, author, at_ms, reason, hash, update_v1
         FROM unnest($2::bytea[], $3::int8[], $4::bytea[], $5::bytea[], $6::bytea[])
              WITH ORDINALITY AS entry (author, at_ms, reason, hash, update_v1, place)
         ORDER BY place",
    )
    .bind(doc)
    .bind(authors)
    .bind(entries.iter().map(|entry| entry.at_ms).collect::<Vec<_>>())
    .bind(
        entries
            .iter()
            .map(|entry| entry.reason.as_bytes())
            .collect::<Vec<_>>(),
    )
    .bind(hashes)
    .bind(
        entries
            .iter()
            .map(|entry| &*entry.update)
            .collect::<Vec<&[u8]>>(),
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Cuts a list into pieces of about the bytes of one statement, in order; a larger entry goes alone.
fn pieces<T>(list: &[T], bytes_of: impl Fn(&T) -> usize) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (at, entry) in list.iter().enumerate() {
        let more = bytes_of(entry);
        match pieces.last_mut() {
            Some(piece) if bytes + more <= MOVE_STATEMENT_BYTES => {
                piece.end = at + 1;
                bytes += more;
            }
            _ => {
                pieces.push(at..at + 1);
                bytes = more;
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_a_list_in_order_within_the_bound() {
        let half = MOVE_STATEMENT_BYTES / 2;
        let check = |sizes: &[usize], expected: &[(usize, usize)]| {
            let found: Vec<(usize, usize)> = pieces(sizes, |size| *size)
                .into_iter()
                .map(|piece| (piece.start, piece.end))
                .collect();
            assert_eq!(found, expected, "{sizes:?}");
        };
        check(&[], &[]);
        check(&[0, 0, 0], &[(0, 3)]);
        check(&[half, half, 1], &[(0, 2), (2, 3)]);
        check(&[1, 3 * half, 1], &[(0, 1), (1, 2), (2, 3)]);
    }
}
