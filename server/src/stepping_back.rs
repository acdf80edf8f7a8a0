//! The task of a node that looks after members who are away: it asks them, and lets them step back.
//!
//! Every node looks, and none needs to know of the others: what is to be done is decided anew for each member inside the
//! transaction that does it ([`crate::store::stepping_back`]), so whoever comes second finds nothing to do. Nobody waits
//! for it, and when storage is away the next round does what this one could not.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::access::AccessBook;
use crate::community::inactivity::Step;
use crate::room::actor::now_ms;
use crate::store::{Store, StoreError};

/// How often a node looks. Absence is counted in days.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Looks at once, then from time to time, until `stop`.
///
/// Cancel safety: each member is done with or not.
pub async fn keep_watch(store: Arc<dyn Store>, access: AccessBook, stop: CancellationToken) {
    loop {
        match round(&*store, now_ms()).await {
            Ok(0) => {}
            // Whoever leads now may be somebody else.
            Ok(_) => access.look_now(),
            Err(error) => tracing::warn!(%error, "look after members who are away"),
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Does what is to be done as of `now_ms`; about how many members there was something.
///
/// # Errors
/// The storage-wide kinds; what was done by then is done.
///
/// Cancel safety: each member is done with or not.
pub async fn round(store: &dyn Store, now_ms: i64) -> Result<usize, StoreError> {
    let mut last = None;
    let mut done = 0;
    loop {
        let page = store.absent(now_ms, last).await?;
        let Some(end) = page.last().copied() else {
            return Ok(done);
        };
        for member in page {
            if store.take_step(member, now_ms).await? != Step::Nothing {
                done += 1;
            }
        }
        last = Some(end);
    }
}
