//! On which day members were last here: noted once a day for each, so that reading a page is no write.
//!
//! Whoever looks at their community's page or opens one of its documents was here. Nothing finer than the day is kept
//! (ADR-0026). When storage takes nothing the page is shown all the same, and the next one tries again.

use std::collections::HashSet;

use parking_lot::Mutex;

use super::state::AppState;
use crate::community::inactivity::day_of;
use crate::store::communities::Actor;
use crate::store::portal_ids::{AccountId, CommunityId};

/// Visits that a node remembers to have noted: more than come by in a day, in a few hundred kilobytes.
const REMEMBERED_MAX: usize = 10_000;

/// What this node has noted today.
#[derive(Debug, Default)]
pub(super) struct Visits {
    noted: Mutex<Noted>,
}

#[derive(Debug, Default)]
struct Noted {
    day: i64,
    visits: HashSet<(AccountId, CommunityId)>,
}

impl Visits {
    /// Whether this visit is still to be noted.
    fn is_new(&self, by: Actor, id: CommunityId) -> bool {
        let mut noted = self.noted.lock();
        let day = day_of(by.at_ms);
        if noted.day != day || noted.visits.len() >= REMEMBERED_MAX {
            noted.day = day;
            noted.visits.clear();
        }
        !noted.visits.contains(&(by.account, id))
    }

    fn remember(&self, by: Actor, id: CommunityId) {
        let mut noted = self.noted.lock();
        if noted.day == day_of(by.at_ms) {
            noted.visits.insert((by.account, id));
        }
    }
}

/// Notes that somebody was in a community today. For those who are in it.
///
/// Cancel safety: it is noted or not.
pub(super) async fn note(state: &AppState, by: Actor, id: CommunityId) {
    if !state.visits().is_new(by, id) {
        return;
    }
    match state.store.note_visit(by, id).await {
        Ok(()) => state.visits().remember(by, id),
        Err(error) => tracing::warn!(%error, "a visit is not noted"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::inactivity::DAY_MS;

    #[test]
    fn a_visit_is_noted_once_a_day() {
        let visits = Visits::default();
        let (account, id) = (AccountId::new(), CommunityId::new());
        let at = |at_ms| Actor { account, at_ms };
        assert!(visits.is_new(at(5 * DAY_MS), id));
        visits.remember(at(5 * DAY_MS), id);
        assert!(!visits.is_new(at(5 * DAY_MS + 1), id));
        assert!(visits.is_new(at(5 * DAY_MS + 1), CommunityId::new()));
        assert!(visits.is_new(at(6 * DAY_MS), id), "another day");
        // What took until the next day is noted again then.
        visits.remember(at(5 * DAY_MS), id);
        assert!(visits.is_new(at(6 * DAY_MS), id));
    }
}
