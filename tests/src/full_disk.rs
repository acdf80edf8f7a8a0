//! A data directory on a small disk of its own, which a test can fill and free.
//!
//! A tmpfs when the process may mount one. Where mounting is refused, the test fails and says so: a disk that cannot
//! be filled proves nothing.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A mounted disk; unmounted when dropped.
#[derive(Debug)]
pub struct SmallDisk {
    mount_point: TempDir,
}

impl SmallDisk {
    /// Mounts a disk of `mebibytes`.
    ///
    /// # Panics
    /// When the system refuses.
    #[must_use]
    pub fn mount(mebibytes: u32) -> Self {
        let mount_point = tempfile::Builder::new()
            .prefix("consilium-disk-")
            .tempdir()
            .expect("make a mount point");
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "tmpfs"])
            .arg(mount_point.path())
            .output()
            .expect("run mount");
        assert!(
            output.status.success(),
            "this test fills a disk of its own and needs the right to mount one (root): {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self { mount_point }
    }

    /// A directory for data on the disk.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Takes all space that is left.
    ///
    /// # Panics
    /// When the disk does not get full.
    pub fn fill(&self) {
        let mut ballast = File::options()
            .create(true)
            .append(true)
            .open(self.ballast())
            .expect("open the ballast");
        // Pages first, then what is left of the last one.
        for piece in [64 * 1024, 4096] {
            let zeros = vec![0; piece];
            while ballast.write_all(&zeros).is_ok() {}
        }
        let probe = std::fs::write(self.path().join("probe"), [0; 4096]);
        assert!(probe.is_err(), "the disk is not full");
        // An empty file may be left, which takes no page.
        let _ = std::fs::remove_file(self.path().join("probe"));
    }

    /// Gives the space back.
    ///
    /// # Panics
    /// When it was not filled.
    pub fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("remove the ballast");
    }

    fn path(&self) -> &Path {
        self.mount_point.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may be about to end.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
