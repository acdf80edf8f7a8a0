//! What a run did, to see that it did something.

/// Counts of one run, or of many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    /// Edits made by all members.
    pub edits: usize,
    /// Rows committed.
    pub committed: usize,
    /// Entries that our clients were told are safe.
    pub acknowledged: usize,
    /// Updates set aside.
    pub set_aside: usize,
    /// Connections that broke.
    pub broken: usize,
    /// Deaths of the server.
    pub crashes: usize,
    /// Commits that failed.
    pub failed_commits: usize,
    /// Times that a slow reader was caught up with a diff or a step 1 was answered.
    pub diffs: usize,
}

impl std::ops::AddAssign for Report {
    fn add_assign(&mut self, other: Self) {
        self.edits += other.edits;
        self.committed += other.committed;
        self.acknowledged += other.acknowledged;
        self.set_aside += other.set_aside;
        self.broken += other.broken;
        self.crashes += other.crashes;
        self.failed_commits += other.failed_commits;
        self.diffs += other.diffs;
    }
}
