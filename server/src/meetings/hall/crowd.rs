//! Who is there, where they are a crowd: listed apart from the views, and seldom.
//!
//! In a view of five hundred people their list is nine tenths, and while they come each second brings another. So views
//! count a crowd, and the list is made anew at most once in [`EVERY`]. Knows no clock.

use std::time::Duration;

use tokio::time::Instant;

use crate::meetings::rendering::Written;

/// How old a list may be when somebody has come or gone since.
const EVERY: Duration = Duration::from_secs(5);

/// The list that is shown.
#[derive(Debug, Default)]
pub(super) struct CrowdList {
    listed: Option<(Instant, Written)>,
    /// Whether the meeting has moved since it was made.
    is_old: bool,
}

impl CrowdList {
    /// The meeting has moved.
    pub(super) fn moved(&mut self) {
        self.is_old = true;
    }

    /// When an old list is to be made anew.
    pub(super) fn due_at(&self) -> Option<Instant> {
        let (made_at, _) = self.listed.as_ref().filter(|_| self.is_old)?;
        Some(*made_at + EVERY)
    }

    /// What is to be shown now: made anew where that is due. `make` makes nothing where they are no crowd.
    pub(super) fn shown(
        &mut self,
        now: Instant,
        make: impl FnOnce() -> Option<Written>,
    ) -> Option<Written> {
        let is_due = match &self.listed {
            None => true,
            Some((made_at, _)) => self.is_old && now >= *made_at + EVERY,
        };
        if is_due {
            self.listed = make().map(|list| (now, list));
            self.is_old = false;
        }
        self.listed.as_ref().map(|(_, list)| list.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &'static str) -> Option<Written> {
        Some(Written {
            event: words.into(),
            digest: blake3::hash(words.as_bytes()),
        })
    }

    #[test]
    fn a_list_is_made_at_once_and_then_anew_only_when_it_is_old_and_some_time_has_passed() {
        let mut crowd = CrowdList::default();
        let start = Instant::now();
        let shown = |crowd: &mut CrowdList, after: Duration, words: &'static str| {
            let shown = crowd.shown(start + after, || list(words));
            shown.map(|list| list.event)
        };
        assert_eq!(shown(&mut crowd, Duration::ZERO, "a"), Some("a".into()));
        assert_eq!(
            shown(&mut crowd, EVERY * 2, "b"),
            Some("a".into()),
            "nothing has moved"
        );
        crowd.moved();
        assert_eq!(crowd.due_at(), Some(start + EVERY));
        assert_eq!(
            shown(&mut crowd, EVERY / 2, "b"),
            Some("a".into()),
            "too soon"
        );
        assert_eq!(shown(&mut crowd, EVERY, "b"), Some("b".into()));
        assert_eq!(crowd.due_at(), None);
    }

    #[test]
    fn those_who_are_no_crowd_are_not_listed_apart() {
        let mut crowd = CrowdList::default();
        let now = Instant::now();
        crowd.moved();
        assert!(crowd.shown(now, || None).is_none());
        assert_eq!(crowd.due_at(), None);
        assert!(crowd.shown(now, || list("a")).is_some());
        crowd.moved();
        assert!(crowd.shown(now + EVERY, || None).is_none(), "they went");
    }
}
