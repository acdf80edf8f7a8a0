//! Rows and snapshots as they lie in a database, and the checks that turn them into what they were when written.
//!
//! The same for every database: a row is held by its checksum, a snapshot by its address. Compressing and checking take
//! as long as there are bytes, so callers do it off the async threads.

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};

use super::limits::SNAPSHOT_BYTES_MAX;
use super::portable::PortableRow;
use super::record::{DocId, JournalRow, RowId, Snapshot, SnapshotHash};
use super::{Corruption, StoreError, checksum};

/// zstd's default level: on prose it gains within a few percent of higher ones at several times their speed.
const ZSTD_LEVEL: i32 = 3;

/// A journal row as it lies in the database.
#[derive(Debug)]
pub(super) struct RawRow {
    pub(super) id: RowId,
    pub(super) at_ms: i64,
    pub(super) author: Option<String>,
    pub(super) checksum: Vec<u8>,
    pub(super) update: Vec<u8>,
}

/// A snapshot as it lies in the database.
#[derive(Debug)]
pub(super) struct RawSnapshot {
    pub(super) hash: Vec<u8>,
    pub(super) state_bytes: i64,
    pub(super) state_zstd: Vec<u8>,
}

/// A snapshot ready to be written.
#[derive(Debug)]
pub(super) struct PackedSnapshot {
    pub(super) hash: SnapshotHash,
    pub(super) state_bytes: i64,
    pub(super) state_zstd: Vec<u8>,
}

/// Compresses a state.
///
/// # Errors
/// [`StoreError::TooLarge`]; [`StoreError::Rejected`] when the compressor fails.
pub(super) fn pack_snapshot(doc: DocId, state: &[u8]) -> Result<PackedSnapshot, StoreError> {
    if state.len() > SNAPSHOT_BYTES_MAX {
        return Err(StoreError::TooLarge {
            doc,
            bytes: state.len(),
            bytes_max: SNAPSHOT_BYTES_MAX,
        });
    }
    let state_zstd = zstd::bulk::compress(state, ZSTD_LEVEL)
        .map_err(|error| StoreError::Rejected(format!("compress a snapshot: {error}").into()))?;
    Ok(PackedSnapshot {
        hash: SnapshotHash::of(state),
        state_bytes: i64::try_from(state.len()).unwrap_or(i64::MAX),
        state_zstd,
    })
}

/// Checks a row against its checksum.
///
/// # Errors
/// [`StoreError::Corrupt`] with its id.
pub(super) fn check_row(doc: DocId, name: &DocName, raw: RawRow) -> Result<JournalRow, StoreError> {
    let expected =
        checksum::journal_row(doc, raw.id, raw.at_ms, raw.author.as_deref(), &raw.update);
    if raw.checksum == expected {
        Ok(JournalRow {
            id: raw.id,
            at_ms: raw.at_ms,
            update: Bytes::from(raw.update),
        })
    } else {
        Err(StoreError::Corrupt(Corruption::JournalRow {
            doc: name.clone(),
            row: raw.id,
        }))
    }
}

/// As [`check_row`], keeping everything that is not of one store only.
///
/// # Errors
/// [`StoreError::Corrupt`] with its id.
pub(super) fn portable_row(
    doc: DocId,
    name: &DocName,
    raw: RawRow,
) -> Result<PortableRow, StoreError> {
    let (at_ms, author) = (raw.at_ms, raw.author.clone());
    Ok(PortableRow {
        at_ms,
        author: author.map(UserId::new),
        update: check_row(doc, name, raw)?.update,
    })
}

/// Decompresses a snapshot and checks it against its address.
///
/// # Errors
/// [`StoreError::Corrupt`] with its address.
pub(super) fn check_snapshot(name: &DocName, raw: RawSnapshot) -> Result<Snapshot, StoreError> {
    let hash = SnapshotHash(raw.hash.try_into().unwrap_or_default());
    let corrupt = || {
        StoreError::Corrupt(Corruption::Snapshot {
            doc: name.clone(),
            hash,
        })
    };
    let state_bytes = usize::try_from(raw.state_bytes).map_err(|_| corrupt())?;
    if state_bytes > SNAPSHOT_BYTES_MAX {
        return Err(corrupt());
    }
    let state = zstd::bulk::decompress(&raw.state_zstd, state_bytes).map_err(|_| corrupt())?;
    if SnapshotHash::of(&state) == hash {
        Ok(Snapshot {
            hash,
            state: Bytes::from(state),
        })
    } else {
        Err(corrupt())
    }
}

/// Runs what takes as long as there are bytes off the async threads.
///
/// # Errors
/// Those of `work`; [`StoreError::Rejected`] when it panics.
///
/// Cancel safety: the work goes on to its end, its result is dropped.
pub(super) async fn aside<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Rejected(format!("{what}: {error}").into()))?
}
