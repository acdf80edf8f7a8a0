//! A durable write of the size of a busy batch, undone at once.

use rand::RngExt;
use sqlx::postgres::PgConnection;

use super::classify::within;
use super::links::Links;
use crate::store::StoreError;
use crate::store::limits::{POSTGRES_ANSWER_TIMEOUT, PROBE_BYTES};

pub(super) async fn probe(links: &Links) -> Result<(), StoreError> {
    let mut link = links.take().await?;
    let probed = within(POSTGRES_ANSWER_TIMEOUT, write(link.connection()?)).await;
    link.check(probed, "write a probe")
}

/// Writes, and removes what was written: also by nodes that died in between, but not what another is removing itself.
pub(super) async fn write(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // Random, so that no compression beneath makes it small.
    let mut filler = vec![0_u8; PROBE_BYTES];
    rand::rng().fill(filler.as_mut_slice());
    // Adds no row to the journal, and waits for whatever would keep one out: somebody's lock on the table.
    sqlx::query(
        "WITH nothing AS (
             INSERT INTO journal (id, doc, at_ms, author, checksum, update_v1)
             SELECT id, doc, at_ms, author, checksum, update_v1 FROM journal WHERE FALSE
         )
         INSERT INTO probes (filler) VALUES ($1)",
    )
    .bind(filler)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM probes WHERE id IN (SELECT id FROM probes FOR UPDATE SKIP LOCKED)")
        .execute(connection)
        .await
        .map(|_| ())
}
