//! What a cursor means here: a point in the history of one run of PostgreSQL.
//!
//! Ids of rows become visible out of order when two nodes commit at once, so "everything after this id" would miss
//! rows. Transaction ids tell: every row carries that of the transaction which wrote it, and a reading knows the oldest
//! one that was still running. Whatever was not visible then has that id or a later one. A cursor is that id.
//!
//! Ids mean something within one run of the server only. After a crash or a failover the counter resumes at what had
//! reached the disk, and ids of transactions that had come to nothing are given out again, below cursors that readers
//! already hold. So a cursor also says in which epoch (run, as this process counts them) it was read, and in another
//! epoch it stands for the beginning: the answer is the whole document once.

use crate::store::record::Cursor;

/// Bits of a cursor that hold the transaction id. At 20,000 commits a second they last for four centuries.
const XID_BITS: u32 = 48;

/// The runs of PostgreSQL that this process has seen, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Epoch(u16);

/// A point in the history of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// The run.
    pub(super) epoch: Epoch,
    /// The oldest transaction that was still running.
    pub(super) xid: u64,
}

/// What tells one run of PostgreSQL from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunName {
    /// Lost in a crash and in a failover (the table `run`).
    pub(super) name: String,
    /// Another when the data came from elsewhere, or were put back, while the server was down.
    pub(super) started: String,
}

/// Counts runs.
#[derive(Debug, Default)]
pub(super) struct Epochs {
    current: parking_lot::Mutex<Option<(RunName, Epoch)>>,
}

impl Epochs {
    /// The epoch of a connection that was made just now to this run. A run that comes back is another epoch: what
    /// happened in between is not known.
    pub(super) fn of(&self, run: RunName) -> Epoch {
        let mut current = self.current.lock();
        match &*current {
            Some((known, epoch)) if *known == run => *epoch,
            earlier => {
                let last = earlier.as_ref().map_or(0, |(_, Epoch(last))| *last);
                let epoch = Epoch(last.saturating_add(1).min(Epoch::LAST.0));
                *current = Some((run, epoch));
                epoch
            }
        }
    }
}

impl Epoch {
    /// The cursor stays a positive number. Cursors of this epoch stand for the beginning: it may be several runs.
    const LAST: Self = Self(u16::MAX >> 1);
}

impl Position {
    /// As it leaves the store.
    pub(super) fn cursor(self) -> Cursor {
        match i64::try_from(self.xid) {
            Ok(xid) if xid >> XID_BITS == 0 && self.epoch != Epoch::LAST => {
                Cursor(i64::from(self.epoch.0) << XID_BITS | xid)
            }
            // Not to be had in practice; reading everything is always right.
            _ => Cursor(0),
        }
    }

    /// The transaction id of a cursor of this epoch; `None` for any other cursor.
    pub(super) fn xid_of(cursor: Cursor, epoch: Epoch) -> Option<u64> {
        let (Cursor(bits), Epoch(number)) = (cursor, epoch);
        let xid = u64::try_from(bits & ((1 << XID_BITS) - 1)).ok()?;
        (bits >> XID_BITS == i64::from(number)).then_some(xid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, started: &str) -> RunName {
        RunName {
            name: name.to_owned(),
            started: started.to_owned(),
        }
    }

    #[test]
    fn a_cursor_is_good_in_its_own_epoch_only() {
        let (first, second) = (Epoch(1), Epoch(2));
        for xid in [3, 731, u64::from(u32::MAX) + 1, (1 << XID_BITS) - 1] {
            let cursor = Position { epoch: first, xid }.cursor();
            assert!(cursor.0 > 0);
            assert_eq!(Position::xid_of(cursor, first), Some(xid));
            assert_eq!(Position::xid_of(cursor, second), None);
        }
        for foreign in [0, -1, i64::MIN, i64::MAX] {
            assert_eq!(Position::xid_of(Cursor(foreign), first), None);
        }
    }

    #[test]
    fn what_does_not_fit_stands_for_the_beginning() {
        let large = Position {
            epoch: Epoch(1),
            xid: 1 << XID_BITS,
        };
        assert_eq!(large.cursor(), Cursor(0));
        let late = Position {
            epoch: Epoch::LAST,
            xid: 7,
        };
        assert_eq!(Position::xid_of(late.cursor(), Epoch::LAST), None);
    }

    #[test]
    fn another_run_is_another_epoch() {
        let epochs = Epochs::default();
        let first = epochs.of(run("a", "1"));
        assert_eq!(epochs.of(run("a", "1")), first, "another connection");
        let crashed = epochs.of(run("b", "1"));
        assert_ne!(crashed, first, "the table was emptied");
        let moved = epochs.of(run("b", "2"));
        assert_ne!(moved, crashed, "the server was started again");
        let back = epochs.of(run("a", "1"));
        assert!(![first, crashed, moved].contains(&back));
    }

    #[test]
    fn epochs_do_not_run_over() {
        let epochs = Epochs::default();
        let mut last = None;
        for n in 0..u32::from(u16::MAX) + 10 {
            last = Some(epochs.of(run(&n.to_string(), "")));
        }
        assert_eq!(last, Some(Epoch::LAST));
    }
}
