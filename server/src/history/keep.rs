//! Keeping the states that sessions of work ended in, and handing out those of the past.
//!
//! The order of reading is what makes this right without a lock, on any number of nodes: first the document, then what is
//! known of its sessions and versions. Whatever a snapshot in hand has merged was counted, or its session's end was kept,
//! before that snapshot was committed; so it is seen here. A version that two nodes make at once has one id and one
//! moment, and is kept once.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use consilium_protocol::ids::DocName;

use super::sessions::{Session, sessions};
use super::states::{StateError, state_at, states_at};
use super::thinning::{UNNAMED_BYTES_MAX, Unnamed, superfluous};
use crate::store::history::{NewVersion, PackedState, Version};
use crate::store::limits::PIECES_MAX;
use crate::store::portal_ids::VersionId;
use crate::store::{Store, StoreError, StoredDocument};

/// Why the past of a document cannot be had or kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PastError {
    /// Storage said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its parts do not give a state.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Keeps the ends of those sessions that a compaction of this document would merge past. To be called before it.
///
/// # Errors
/// [`PastError`]; the document must not be compacted then.
///
/// Cancel safety: some versions may be kept.
pub async fn keep_ends(
    store: &dyn Store,
    document: &Arc<StoredDocument>,
    now_ms: i64,
) -> Result<(), PastError> {
    let doc = document.record.id;
    let Some(merges_until) = document.tail.iter().map(|row| row.at_ms).max() else {
        return Ok(());
    };
    let mut ended = sessions(store.pieces(doc, i64::MAX, PIECES_MAX).await?);
    let merged_until = store.merged_until(doc).await?;
    ended.retain(|session| session.until_ms < merges_until && session.is_readable(merged_until));
    if ended.is_empty() {
        return Ok(());
    }
    let kept = store.versions(doc, 0, i64::MAX).await?;
    let has_end: HashSet<i64> = ends(&kept).map(|version| version.at_ms).collect();
    ended.retain(|session| !has_end.contains(&session.until_ms));
    let new = ended.iter().map(|session| Unnamed {
        at_ms: session.until_ms,
        bytes: 0,
    });
    let old = kept
        .iter()
        .filter(|version| version.name.is_none())
        .map(Version::unnamed);
    let thinned: HashSet<i64> = superfluous(old.chain(new).collect(), now_ms)
        .into_iter()
        .collect();
    ended.retain(|session| !thinned.contains(&session.until_ms));
    let versions = packed(document, ended).await?;
    if !versions.is_empty() {
        store.keep_versions(doc, &versions, now_ms).await?;
    }
    Ok(())
}

/// The versions that sessions ended in.
pub fn ends(versions: &[Version]) -> impl Iterator<Item = &Version> {
    versions.iter().filter(|version| version.ends_session)
}

/// The latest of these that fit into what a document may keep.
async fn packed(
    document: &Arc<StoredDocument>,
    ended: Vec<Session>,
) -> Result<Vec<NewVersion>, PastError> {
    let document = Arc::clone(document);
    let packing = move || {
        let (doc, lineage) = (document.record.id, document.record.lineage);
        let moments: Vec<i64> = ended.iter().map(|session| session.until_ms).collect();
        let mut ended = ended.iter();
        let mut versions = VecDeque::new();
        let mut bytes = 0;
        let mut failed = None;
        states_at(&document, &moments, |at_ms, state| {
            let Some(session) = ended.next() else { return };
            match PackedState::of(doc, &state) {
                Ok(state) => {
                    bytes += state.bytes();
                    versions.push_back(NewVersion {
                        id: VersionId::from_uuid(session.version_id(lineage)),
                        at_ms,
                        ends_session: true,
                        state,
                        naming: None,
                    });
                }
                Err(error) => failed = Some(error),
            }
            while bytes > UNNAMED_BYTES_MAX && versions.len() > 1 {
                bytes -= versions
                    .pop_front()
                    .map_or(0, |version| version.state.bytes());
            }
        })?;
        failed.map_or(Ok(Vec::from(versions)), |error| Err(error.into()))
    };
    tokio::task::spawn_blocking(packing)
        .await
        .map_err(|_| StateError::Panicked)?
}

/// What a version says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its moment.
    pub at_ms: i64,
    /// Whether a session ended in it.
    pub ends_session: bool,
    /// The text, as an update (yrs V1).
    pub state: Vec<u8>,
    /// Whether it is kept, or the journal still holds it.
    pub is_kept: bool,
}

/// What a version says, kept or still to be read from the journal; `None` when there is no such version.
///
/// # Errors
/// [`PastError`].
///
/// Cancel safety: reads only.
pub async fn tell(
    store: &dyn Store,
    name: &DocName,
    id: VersionId,
    now_ms: i64,
) -> Result<Option<Told>, PastError> {
    let Some(record) = store.past_of(name).await? else {
        return Ok(None);
    };
    // The document first: see above.
    let kept = store.version(record.doc, id).await?;
    if let Some(told) = tell_kept(store, name, &record, kept).await? {
        return Ok(Some(told));
    }
    let Some(document) = store.load(name).await? else {
        return Ok(None);
    };
    let known = sessions(store.pieces(record.doc, i64::MAX, PIECES_MAX).await?);
    let merged_until = store.merged_until(record.doc).await?;
    let kept = store.version(record.doc, id).await?;
    if let Some(told) = tell_kept(store, name, &record, kept).await? {
        return Ok(Some(told));
    }
    let found = known.iter().find(|session| {
        !session.is_under_way(now_ms)
            && session.is_readable(merged_until)
            && session.version_id(record.lineage) == id.uuid()
    });
    let Some(at_ms) = found.map(|session| session.until_ms) else {
        return Ok(None);
    };
    let state = tokio::task::spawn_blocking(move || state_at(&document, at_ms))
        .await
        .map_err(|_| StateError::Panicked)??;
    Ok(Some(Told {
        at_ms,
        ends_session: true,
        state,
        is_kept: false,
    }))
}

async fn tell_kept(
    store: &dyn Store,
    name: &DocName,
    record: &crate::store::history::Past,
    version: Option<Version>,
) -> Result<Option<Told>, PastError> {
    let Some(version) = version else {
        return Ok(None);
    };
    // It may have been thinned out in between.
    let state = store.version_state(name, record.doc, version.hash).await?;
    Ok(state.map(|state| Told {
        at_ms: version.at_ms,
        ends_session: version.ends_session,
        state,
        is_kept: true,
    }))
}

/// What the document says now, by what is committed on any node.
///
/// # Errors
/// [`PastError`].
///
/// Cancel safety: reads only.
pub async fn tell_now(store: &dyn Store, name: &DocName) -> Result<Option<Vec<u8>>, PastError> {
    let Some(document) = store.load(name).await? else {
        return Ok(None);
    };
    let state = tokio::task::spawn_blocking(move || state_at(&document, i64::MAX))
        .await
        .map_err(|_| StateError::Panicked)??;
    Ok(Some(state))
}

#[cfg(test)]
mod tests;
