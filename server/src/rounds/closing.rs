//! The task of a node that ends rounds whose time is over.
//!
//! Every node looks, and none needs to know of the others: a round is counted in the transaction that ends it, and whoever
//! comes second finds it ended. When storage is away, the next look does what this one could not: no ballot is taken
//! meanwhile, because that is asked of the clock and not of this task.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::people::secrets::NoRandomness;
use crate::room::actor::now_ms;
use crate::store::{Store, StoreError};

/// How often a node looks: one indexed query. Who waits for a result sees it within as much.
const INTERVAL: Duration = Duration::from_secs(2);

/// Looks from time to time, until `stop`.
///
/// Cancel safety: each round is counted or not.
pub async fn keep_watch(store: Arc<dyn Store>, stop: CancellationToken) {
    loop {
        if let Err(error) = look(&*store, now_ms()).await {
            tracing::warn!(%error, "end rounds whose time is over");
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Ends what is due as of `now_ms`; how many rounds this call ended.
///
/// # Errors
/// The storage-wide kinds; what was ended by then is ended.
///
/// Cancel safety: each round is counted or not.
pub async fn look(store: &dyn Store, now_ms: i64) -> Result<usize, StoreError> {
    let mut ended = 0;
    for id in store.due_rounds(now_ms).await? {
        let shuffle =
            fresh_shuffle().map_err(|error| StoreError::Rejected(error.to_string().into()))?;
        // One that cannot be counted must not keep the others from it.
        match store.close_due_round(id, now_ms, &shuffle).await {
            Ok(true) => ended += 1,
            Ok(false) => {}
            Err(error) if error.is_storage_wide() => return Err(error),
            Err(error) => tracing::error!(%error, round = %id, "a round cannot be counted"),
        }
    }
    Ok(ended)
}

/// Random bytes that order what was said in one round.
///
/// # Errors
/// [`NoRandomness`].
pub fn fresh_shuffle() -> Result<[u8; 32], NoRandomness> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}
