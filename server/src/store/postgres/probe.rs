//! A durable write of the size of a busy batch, undone at once.

use rand::RngExt;

use super::classify::within;
use super::links::Links;
use crate::store::StoreError;
use crate::store::limits::{POSTGRES_ANSWER_TIMEOUT, PROBE_BYTES};

pub(super) async fn probe(links: &Links) -> Result<(), StoreError> {
    // Random, so that no compression beneath makes it small.
    let mut filler = vec![0; PROBE_BYTES];
    rand::rng().fill(filler.as_mut_slice());
    let mut link = links.take().await?;
    let written = within(
        POSTGRES_ANSWER_TIMEOUT,
        sqlx::query("INSERT INTO probes (filler) VALUES ($1)")
            .bind(filler)
            .execute(link.connection()?),
    )
    .await;
    link.check(written, "write a probe")?;
    // Those of nodes that died in the middle as well; what others hold just now is theirs to remove.
    let removed = within(
        POSTGRES_ANSWER_TIMEOUT,
        sqlx::query(
            "DELETE FROM probes WHERE id IN (SELECT id FROM probes FOR UPDATE SKIP LOCKED)",
        )
        .execute(link.connection()?),
    )
    .await;
    link.check(removed, "remove a probe").map(|_| ())
}
