//! When other nodes are told where a meeting stands: at once, and then at most once in [`PAUSE`].
//!
//! Of what happens in between only the newest counts: whoever hears it loads the meeting as it is. So a vote of hundreds
//! within a second is some messages, and not hundreds that each make every other node load the meeting (I4). Knows no
//! bus and no clock.

use std::time::Duration;

use tokio::time::Instant;

use crate::store::meetings::Mark;

/// Half as long as people wait for a view at least, so that nobody sees a meeting later for it.
const PAUSE: Duration = Duration::from_millis(50);

/// What is still to be told.
#[derive(Debug, Default)]
pub(super) struct Announcements {
    told_at: Option<Instant>,
    pending: Option<Mark>,
}

impl Announcements {
    /// The meeting stands here now. What to tell at once.
    pub(super) fn moved(&mut self, mark: Mark, now: Instant) -> Option<Mark> {
        self.pending = Some(mark);
        self.due(now)
    }

    /// When there is something to tell.
    pub(super) fn due_at(&self) -> Option<Instant> {
        let told_at = self.told_at?;
        self.pending.map(|_| told_at + PAUSE)
    }

    /// What to tell now.
    pub(super) fn due(&mut self, now: Instant) -> Option<Mark> {
        if self.told_at.is_some_and(|at| now < at + PAUSE) {
            return None;
        }
        let mark = self.pending.take()?;
        self.told_at = Some(now);
        Some(mark)
    }

    /// What is left to be told, whatever time it is: nothing comes after it.
    pub(super) fn last(&mut self) -> Option<Mark> {
        self.pending.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(version: u64) -> Mark {
        Mark { version, turn: 0 }
    }

    #[test]
    fn what_happens_now_and_then_is_told_at_once() {
        let mut announcements = Announcements::default();
        let start = Instant::now();
        for step in 0..5_u32 {
            let now = start + PAUSE * step;
            let mark = mark(u64::from(step));
            assert_eq!(announcements.moved(mark, now), Some(mark));
            assert_eq!(announcements.due_at(), None);
        }
    }

    #[test]
    fn of_much_at_once_the_first_and_the_last_are_told_and_one_in_each_pause() {
        let mut announcements = Announcements::default();
        let start = Instant::now();
        let mut told = Vec::new();
        for step in 0..=200 {
            let now = start + Duration::from_millis(step);
            told.extend(announcements.due(now));
            if step <= 120 {
                told.extend(announcements.moved(mark(step), now));
            }
        }
        let versions: Vec<u64> = told.iter().map(|mark| mark.version).collect();
        assert_eq!(versions, [0, 50, 100, 120]);
        assert_eq!(announcements.due_at(), None);
    }

    #[test]
    fn it_says_when_the_rest_is_due_and_a_hall_that_ends_says_it_at_once() {
        let mut announcements = Announcements::default();
        let start = Instant::now();
        assert_eq!(announcements.moved(mark(1), start), Some(mark(1)));
        let soon = start + PAUSE / 2;
        assert_eq!(announcements.moved(mark(2), soon), None);
        assert_eq!(announcements.due_at(), Some(start + PAUSE));
        assert_eq!(announcements.last(), Some(mark(2)));
        assert_eq!(announcements.last(), None);
    }
}
