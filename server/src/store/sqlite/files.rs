//! The files of a data directory, and the lock that keeps a second server out of it.
//!
//! The lock is the operating system's, held on an open file, so it vanishes with the process however that ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// The database inside a data directory.
pub const DATABASE_FILE: &str = "consilium.db";

const LOCK_FILE: &str = "consilium.lock";

/// A data directory that exists.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
}

/// Held while a process serves a data directory.
#[derive(Debug)]
pub struct DirLock {
    file: File,
}

impl Drop for DirLock {
    /// Unlocks by word, not only by closing: a process that is being started has a copy of every open file until it runs
    /// its own program, and would hold the lock so long.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::debug!(%error, "unlock the data directory");
        }
    }
}

impl DataDir {
    /// Makes the directory when it is missing, durably.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Full`].
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let path =
            std::path::absolute(path).map_err(|e| StoreError::io("find the data directory", &e))?;
        if !path.is_dir() {
            fs::create_dir_all(&path)
                .map_err(|e| StoreError::io("create the data directory", &e))?;
            if let Some(parent) = path.parent() {
                sync_dir(parent)?;
            }
        }
        Ok(Self { path })
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE_FILE)
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when a process has it.
    pub fn lock(&self) -> Result<DirLock, StoreError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path.join(LOCK_FILE))
            .map_err(|e| StoreError::io("open the lock of the data directory", &e))?;
        match file.try_lock() {
            Ok(()) => Ok(DirLock { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(self.path.clone())),
            Err(TryLockError::Error(e)) => Err(StoreError::io("lock the data directory", &e)),
        }
    }
}

/// Makes the names in a directory durable: a file that was renamed into it can otherwise vanish at a power cut.
///
/// # Errors
/// [`StoreError::Unavailable`] or [`StoreError::Full`].
pub fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(|e| StoreError::io("sync a directory", &e))
}
